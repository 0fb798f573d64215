// SPDX-License-Identifier: Apache-2.0

package agenda

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	rooms "escale/internal/agenda"
	"escale/internal/kit/clock"
)

func TestRulesAreOnesTheAgendaKeeps(t *testing.T) {
	first := clock.Date{Year: 2026, Month: 11, Day: 2} // a Monday
	for _, c := range []struct {
		r    Recurrence
		want string
	}{
		{Recurrence{[]string{"TH", "TU"}, "w1"}, "FREQ=WEEKLY;BYDAY=TU,TH"},
		{Recurrence{[]string{"WE"}, "w2"}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"},
		{Recurrence{[]string{"FR"}, "m1"}, "FREQ=MONTHLY;BYDAY=1FR"},
		{Recurrence{[]string{"MO", "TU"}, "m-1"}, "FREQ=MONTHLY;BYDAY=-1MO,-1TU"},
		{Recurrence{nil, "w1"}, ""},
		{Recurrence{[]string{"XX"}, "w1"}, ""},
		{Recurrence{[]string{"MO"}, "w9"}, ""},
	} {
		got := c.r.Rule()
		if got != c.want {
			t.Errorf("%v gives %q, want %q", c.r, got, c.want)
		}
		o := rooms.Opening{
			Title: "x", Zone: "Europe/Paris", FirstDay: first, Rule: got, StartsMinute: 540, EndsMinute: 720, SlotMinutes: 60, Stations: 1,
		}
		if err := o.Check(); (err == nil) != (c.want != "") {
			t.Errorf("%q: the agenda says %v", got, err)
		}
	}
}

func TestARuleIsReadAsItWasWritten(t *testing.T) {
	for _, every := range everies {
		want := Recurrence{Days: []string{"TU", "FR"}, Every: every}
		got, ok := parse(want.Rule())
		if !ok {
			t.Errorf("%s is not read", want.Rule())
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", want.Rule(), d)
		}
	}
	for _, rule := range []string{"", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=TU;COUNT=3", "FREQ=MONTHLY;BYDAY=1TU,2TU"} {
		if got, ok := parse(rule); ok {
			t.Errorf("%q is read as %v", rule, got)
		}
	}
}

func TestHoursAndDaysAsTyped(t *testing.T) {
	for typed, want := range map[string]int{"09:30": 570, "9h30": 570, "9 h": 540, "14H": 840, "24:00": 1440, "": -1, "25": -1, "9:75": -1, "x": -1} {
		if got := minutes(typed); got != want {
			t.Errorf("%q is minute %d, want %d", typed, got, want)
		}
	}
	want := clock.Date{Year: 2026, Month: 12, Day: 4}
	for _, typed := range []string{"4/12/2026", "04/12/2026", "2026-12-04"} {
		if got, err := day(typed); err != nil || got != want {
			t.Errorf("%q is %v (%v), want %v", typed, got, err, want)
		}
	}
	if _, err := day("31/02/2026"); err == nil {
		t.Error("31 February is taken for a day")
	}
}
