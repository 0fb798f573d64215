// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
)

// delimiters are tried in this order; the first among those that make the most
// columns of the heading wins.
var delimiters = []rune{',', ';', '\t', '|'}

func readCSV(s string) (Table, error) {
	r := csv.NewReader(strings.NewReader(s))
	r.Comma = delimiterOf(s)
	r.LazyQuotes = true
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	heading, err := r.Read()
	if err != nil {
		return Table{}, refuse("file.not_csv")
	}
	t := Table{Columns: headings(heading)}
	if len(t.Columns) < 2 {
		return Table{}, refuse("file.one_column")
	}
	for {
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			if len(t.Rows) == 0 {
				return Table{}, refuse("file.no_row")
			}
			return t, nil
		case err != nil:
			var fault *csv.ParseError
			line := 0
			if errors.As(err, &fault) {
				line = fault.Line
			}
			return Table{}, refuse("file.csv_fault", "line", line)
		case len(t.Rows) == maxRows:
			return Table{}, refuse("file.too_many_rows", "max", maxRows)
		}
		if row, ok := rowOf(t.Columns, record, len(t.Rows)+1); ok {
			t.Rows = append(t.Rows, row)
		}
	}
}

// rowOf names the fields of a record. Lines of separators alone, which
// spreadsheets leave at the end, are no record.
func rowOf(columns, record []string, number int) (Row, bool) {
	values := make(map[string]string, len(columns))
	for i, v := range record {
		if i < len(columns) && v != "" {
			values[columns[i]] = strings.Clone(v)
		}
	}
	return Row{Number: number, Values: values}, len(values) > 0
}

// headings cleans the column names, and tells apart those that come twice.
func headings(record []string) []string {
	var out []string
	for _, name := range record {
		name = strings.TrimSpace(name)
		for slices.Contains(out, name) {
			name += "_"
		}
		out = append(out, name)
	}
	return out
}

// delimiterOf counts the delimiters of the heading, outside quotes.
func delimiterOf(s string) rune {
	best, most := ',', -1
	for _, d := range delimiters {
		n, quoted := 0, false
		for _, c := range s {
			if c == '"' {
				quoted = !quoted
			}
			if c == '\n' && !quoted {
				break
			}
			if c == d && !quoted {
				n++
			}
		}
		if n > most {
			best, most = d, n
		}
	}
	return best
}
