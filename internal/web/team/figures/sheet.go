// SPDX-License-Identifier: Apache-2.0

package figures

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"escale/internal/impact"
	"escale/internal/territory"
)

// byteOrderMark makes French spreadsheets read UTF-8 as such.
const byteOrderMark = "\ufeff"

// sheet is the figures as a table for a spreadsheet: one line per number, fields
// separated by semicolons, decimals after a comma. What is masked has no value.
func sheet(w words, reading Reading) []byte {
	var b bytes.Buffer
	b.WriteString(byteOrderMark)
	out := csv.NewWriter(&b)
	out.Comma, out.UseCRLF = ';', true
	s := sheetWriter{words: w, report: reading.Report, out: out}
	s.line(w.T("figures.sheet.figure"), w.T("figures.sheet.by"), w.T("figures.sheet.part"), w.T("figures.sheet.value"),
		w.T("figures.sheet.unit"), w.T("figures.sheet.masked"), w.T("figures.sheet.from"), w.T("figures.sheet.to"),
		w.T("figures.sheet.where"), w.T("figures.sheet.definition"))
	s.all(reading)
	// A bytes.Buffer takes everything.
	out.Flush()
	return b.Bytes()
}

type sheetWriter struct {
	words
	report impact.Report
	out    *csv.Writer
}

// line writes fields so that no spreadsheet takes one for a formula.
func (s sheetWriter) line(fields ...string) {
	for i, f := range fields {
		if f != "" && strings.ContainsRune("=+-@\t\r", rune(f[0])) {
			fields[i] = "'" + f
		}
	}
	// Errors of a buffer do not exist; those of csv are about bytes it refuses
	// as separators, which are constants here.
	_ = s.out.Write(fields)
}

func (s sheetWriter) number(definition, unit, by, part string, n impact.Number) {
	value, masked := strings.ReplaceAll(strconv.FormatFloat(n.Value, 'f', -1, 64), ".", ","), s.T("figures.sheet.no")
	if n.Masked {
		value, masked = "", s.T("figures.sheet.yes")
	}
	r := s.report
	s.line(s.T("impact.definition."+definition+".title"), by, part, value, s.T("impact.unit."+unit), masked,
		r.From.String(), r.To.String(), s.where(), definition)
}

// where is the territory of the figures, in words; empty for all.
func (s sheetWriter) where() string {
	if c, ok := territory.ByCode(s.report.Commune); ok {
		return c.Name
	}
	if e, ok := territory.EPCIBySiren(s.report.EPCI); ok {
		return e.Name
	}
	return ""
}

func (s sheetWriter) all(reading Reading) {
	r := reading.Report
	for _, f := range r.Figures {
		s.number(f.Definition, f.Unit, "", "", f.Number)
	}
	for _, t := range r.Tables {
		for _, row := range s.rows(t) {
			s.number(t.Definition, t.Unit, s.T("figures.by."+t.By), row.label, row.Number)
		}
	}
	for _, waits := range r.Waits {
		by := s.T("figures.by." + waits.By)
		for _, g := range waits.Groups {
			part := s.code(waits.By, g.Code)
			s.number("wait_median", "day", by, part, g.Median)
			s.number("wait_p90", "day", by, part, g.P90)
			s.number("wait_long", "share", by, part, g.Long)
		}
	}
	for _, m := range reading.Months {
		month := strconv.Itoa(m.First.Year) + "-" + m.First.String()[5:7]
		s.number("wait_median", "day", s.T("figures.column.month"), month, m.Median)
		s.number("wait_p90", "day", s.T("figures.column.month"), month, m.P90)
	}
	s.cross(r.ThemesByCommune)
	for _, code := range r.CommunesWithout {
		s.number("communes_without", "commune", s.T("figures.by.commune"), s.code("commune", code), impact.Number{Value: 1})
	}
}

// cross writes a table in two directions, one line per pair.
func (s sheetWriter) cross(x impact.Cross) {
	by := s.T("figures.by.theme_commune")
	for i, line := range x.Cells {
		for j, n := range line {
			if n.Masked || n.Value > 0 {
				s.number(x.Definition, x.Unit, by, s.code(x.RowsBy, x.Rows[i].Code)+" | "+s.code(x.ColumnsBy, x.Columns[j].Code), n)
			}
		}
	}
}
