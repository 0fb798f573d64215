// SPDX-License-Identifier: Apache-2.0

package hours

import (
	"encoding/csv"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escale/internal/kit/db/dbtest"
)

// france2026 has the bank holidays of the corpus's weeks and around, and the
// school holidays of zone B in spring 2026.
type france2026 struct{}

func (france2026) PublicHoliday(y int, m time.Month, d int) bool {
	switch [3]int{y, int(m), d} {
	case [3]int{2026, 4, 6}, [3]int{2026, 5, 1}, [3]int{2026, 5, 8}, [3]int{2026, 5, 14}, [3]int{2026, 5, 25},
		[3]int{2026, 7, 14}, [3]int{2026, 12, 25}, [3]int{2027, 1, 1}:
		return true
	}
	return false
}

func (france2026) SchoolHoliday(y int, m time.Month, d int) bool {
	day := dayNumber(y, int(m), d)
	return day >= dayNumber(2026, 4, 11) && day <= dayNumber(2026, 4, 26)
}

func paris(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

const localMinute = "2006-01-02T15:04"

func written(list []Interval) string {
	var parts []string
	for _, v := range list {
		parts = append(parts, v.From.Format(localMinute)+"/"+v.To.Format(localMinute))
	}
	return strings.Join(parts, " ")
}

// TestCorpus compares every expression of the corpus with the evaluation of
// the reference, to the minute, on three weeks.
func TestCorpus(t *testing.T) {
	f, err := os.Open(dbtest.Shared(t, "horaires-osm-corpus.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	loc := paris(t)
	weeks := []struct{ start, minutes, intervals string }{
		{"2026-06-08", "minutes_2026-06-08", "intervalles_2026-06-08"},
		{"2026-05-11", "minutes_2026-05-11_ascension", "intervalles_2026-05-11"},
		{"2026-06-15", "minutes_2026-06-15", "intervalles_2026-06-15"},
	}
	agree := 0
	for _, row := range rows[1:] {
		expr := row[column["expression"]]
		h, err := Parse(expr)
		if row[column["valide"]] != "true" {
			if !agreesOnFault(t, expr, row[column["erreur"]], err) {
				continue
			}
			agree++
			continue
		}
		if err != nil {
			t.Errorf("%q: %v, want valid", expr, err)
			continue
		}
		same := true
		for _, w := range weeks {
			from, err := time.ParseInLocation(time.DateOnly, w.start, loc)
			if err != nil {
				t.Fatal(err)
			}
			got := h.Open(from, from.AddDate(0, 0, 7), france2026{})
			if diff := cmp.Diff(row[column[w.intervals]], written(got)); diff != "" {
				t.Errorf("%q week of %s (-want +got):\n%s", expr, w.start, diff)
				same = false
			}
			if want := row[column[w.minutes]]; strconv.Itoa(minutesOf(got)) != want {
				t.Errorf("%q week of %s: %d minutes, want %s", expr, w.start, minutesOf(got), want)
				same = false
			}
		}
		if same {
			agree++
		}
	}
	if len(rows) < 300 {
		t.Errorf("the corpus has %d rows only", len(rows))
	}
	t.Logf("%d of %d expressions agree with the reference", agree, len(rows)-1)
}

func minutesOf(list []Interval) int {
	n := 0
	for _, v := range list {
		n += int(v.To.Sub(v.From) / time.Minute)
	}
	return n
}

// agreesOnFault checks that an invalid expression is refused near where the
// reference does: it shows the text read up to its token at fault, included or
// not.
func agreesOnFault(t *testing.T, expr, reference string, err error) bool {
	var fault *SyntaxError
	if !errors.As(err, &fault) {
		t.Errorf("%q: got %v, want a syntax error", expr, err)
		return false
	}
	read, _, _ := strings.Cut(reference, " <---")
	if fault.At > len(read) || fault.At < len(read)-2 {
		t.Errorf("%q: fault at %d, reference at %d", expr, fault.At, len(read))
		return false
	}
	return true
}
