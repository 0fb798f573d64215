// SPDX-License-Identifier: Apache-2.0

package person_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"escale/internal/kit/clock"
	"escale/internal/person"
)

func TestAgeBand(t *testing.T) {
	on := clock.Date{Year: 2026, Month: 11, Day: 22}
	for _, c := range []struct {
		age  int
		want string
	}{
		{0, "moins_de_douze"},
		{11, "moins_de_douze"},
		{12, "douze_dix_huit"},
		{17, "douze_dix_huit"},
		{18, "dix_huit_vingt_quatre"}, // the label « 12-18 » also says 18: a choice, see ageBands
		{24, "dix_huit_vingt_quatre"},
		{25, "vingt_cinq_trente_neuf"},
		{39, "vingt_cinq_trente_neuf"},
		{40, "quarante_cinquante_neuf"},
		{59, "quarante_cinquante_neuf"},
		{60, "soixante_soixante_neuf"},
		{69, "soixante_soixante_neuf"},
		{70, "soixante_dix_plus"},
		{104, "soixante_dix_plus"},
		{-1, person.Unsaid},
	} {
		if got := person.AgeBand(on.Year-c.age, on); got != c.want {
			t.Errorf("age %d: got %s, want %s", c.age, got, c.want)
		}
	}
	if got := person.AgeBand(0, on); got != person.Unsaid {
		t.Errorf("no year: got %s", got)
	}
}

func TestNormalPhone(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"06 12 34 56 78", "+33612345678"},
		{"06.12.34.56.78", "+33612345678"},
		{"0033 6 12 34 56 78", "+33612345678"},
		{"+33 (0)6 12 34 56 78", "+33612345678"},
		{"+262 692 12 34 56", "+262692123456"},
		{"06 12 34 56", ""},
		{"quatre", ""},
		{"", ""},
		{"+33", ""},
	} {
		got, ok := person.NormalPhone(c.typed)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%q: got %q %v, want %q", c.typed, got, ok, c.want)
		}
	}
}

func TestNormalPhoneIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`0[1-9][0-9]{8}`).Draw(t, "digits")
		first, ok := person.NormalPhone(digits)
		if !ok {
			t.Fatalf("%s refused", digits)
		}
		again, ok := person.NormalPhone(first)
		if !ok || again != first {
			t.Fatalf("%s became %s, then %s", digits, first, again)
		}
		spaced := strings.Join(strings.Split(digits, ""), " ")
		if got, _ := person.NormalPhone(spaced); got != first {
			t.Fatalf("%q: got %s, want %s", spaced, got, first)
		}
	})
}

func TestMandateBounds(t *testing.T) {
	start := clock.Date{Year: 2026, Month: 11, Day: 22}
	for _, days := range person.MandateDays {
		m := person.Mandate{StartsOn: start, Days: days, Scope: []string{"logement"}}
		for _, c := range []struct {
			day  int
			want bool
		}{{-1, false}, {0, true}, {days - 1, true}, {days, false}} {
			if got := m.Holds(start.AddDays(c.day)); got != c.want {
				t.Errorf("%d days, day %d: got %v, want %v", days, c.day, got, c.want)
			}
		}
		if !m.Covers([]string{"logement"}) || m.Covers([]string{"logement", "justice"}) {
			t.Error("the scope is not what was given")
		}
	}
}
