// SPDX-License-Identifier: Apache-2.0

package agenda

import (
	"slices"
	"strings"
)

// Recurrence is how an opening comes back, in the choices of the form: some days
// of the week, every so many weeks or at one place in the month.
type Recurrence struct {
	Days  []string // of weekdays
	Every string   // of everies
}

// weekdays are the days of RFC 5545, Monday first.
var weekdays = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// everies are the rhythms offered: every one to four weeks, or the first to the
// fourth or the last such day of the month.
var everies = []string{"w1", "w2", "w3", "w4", "m1", "m2", "m3", "m4", "m-1"}

// Rule writes the recurrence as an RRULE (RFC 5545, 3.3.10), or nothing when no
// day or no known rhythm was chosen.
func (r Recurrence) Rule() string {
	var days []string
	for _, d := range weekdays {
		if slices.Contains(r.Days, d) {
			days = append(days, d)
		}
	}
	if len(days) == 0 || !slices.Contains(everies, r.Every) {
		return ""
	}
	kind, n := r.Every[:1], r.Every[1:]
	if kind == "m" {
		for i := range days {
			days[i] = n + days[i]
		}
		return "FREQ=MONTHLY;BYDAY=" + strings.Join(days, ",")
	}
	rule := "FREQ=WEEKLY;"
	if n != "1" {
		rule += "INTERVAL=" + n + ";"
	}
	return rule + "BYDAY=" + strings.Join(days, ",")
}

// parse reads a rule that Rule wrote; it reports false for any other, which other
// programs may have written.
func parse(rule string) (Recurrence, bool) {
	for _, every := range everies {
		_, list, ok := strings.Cut(rule, "BYDAY=")
		if !ok {
			return Recurrence{}, false
		}
		r := Recurrence{Every: every}
		for d := range strings.SplitSeq(list, ",") {
			r.Days = append(r.Days, d[max(0, len(d)-2):])
		}
		if r.Rule() == rule {
			return r, true
		}
	}
	return Recurrence{}, false
}
