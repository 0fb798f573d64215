// SPDX-License-Identifier: Apache-2.0

package territory_test

import (
	"testing"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/territory"
)

func date(t *testing.T, s string) clock.Date {
	t.Helper()
	d, err := clock.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// holidayNames are the names of the shared calendar, by key.
var holidayNames = map[string]string{
	"territory.holiday.newYear":       "Jour de l'an",
	"territory.holiday.goodFriday":    "Vendredi Saint",
	"territory.holiday.easterMonday":  "Lundi de Pâques",
	"territory.holiday.labourDay":     "Fête du travail",
	"territory.holiday.victory1945":   "Victoire des alliés",
	"territory.holiday.ascension":     "Ascension",
	"territory.holiday.whitMonday":    "Lundi de Pentecôte",
	"territory.holiday.nationalDay":   "Fête Nationale",
	"territory.holiday.assumption":    "Assomption",
	"territory.holiday.allSaints":     "Toussaint",
	"territory.holiday.armistice1918": "Armistice",
	"territory.holiday.christmas":     "Noël",
	"territory.holiday.saintStephen":  "Saint Étienne",
}

func TestPublicHolidaysAgreeWithSharedData(t *testing.T) {
	for file, department := range map[string]string{
		"calendrier/jours-feries-metropole.csv":      "44",
		"calendrier/jours-feries-alsace-moselle.csv": "67",
	} {
		t.Run(department, func(t *testing.T) {
			want := map[string]string{}
			for _, row := range shared(t, file) {
				want[row["date"]] = row["nom"]
			}
			end := clock.Date{Year: 2041, Month: time.January, Day: 1}
			for d := (clock.Date{Year: 2015, Month: time.January, Day: 1}); d.Before(end); d = d.AddDays(1) {
				key, ok := territory.PublicHoliday(d, department)
				name, holiday := want[d.String()]
				if ok != holiday {
					t.Errorf("%v: holiday %v (%s), the shared list says %v (%s)", d, ok, key, holiday, name)
				}
				if ok && holidayNames[key] != name {
					t.Errorf("%v is %s, the shared list says %s", d, key, name)
				}
			}
		})
	}
}

// Dates of Easter from the tables of the Bureau des longitudes, the earliest
// and the latest possible among them.
func TestEaster(t *testing.T) {
	for _, monday := range []string{"1818-03-23", "1943-04-26", "1961-04-03", "2000-04-24", "2008-03-24", "2026-04-06", "2038-04-26", "2285-03-23"} {
		if key, _ := territory.PublicHoliday(date(t, monday), ""); key != "territory.holiday.easterMonday" {
			t.Errorf("%s is %q, want Easter Monday", monday, key)
		}
	}
}

func TestLocalHolidays(t *testing.T) {
	const abolition = "territory.holiday.abolitionOfSlavery"
	for _, c := range []struct{ date, department, want string }{
		{"2026-05-27", "971", abolition},
		{"2026-05-22", "972", abolition},
		{"2026-06-10", "973", abolition},
		{"2026-12-20", "974", abolition},
		{"2026-04-27", "976", abolition},
		{"2026-10-09", "977", abolition},
		{"2026-05-28", "978", abolition},
		{"2026-05-27", "978", ""},
		{"2017-05-27", "978", abolition},
		{"2026-05-22", "971", ""},
		{"2026-12-20", "44", ""},
		{"2026-04-03", "57", "territory.holiday.goodFriday"},
		{"2026-12-26", "68", "territory.holiday.saintStephen"},
		{"2026-04-03", "44", ""},
		{"2026-12-26", "", ""},
		{"2026-07-14", "974", "territory.holiday.nationalDay"},
	} {
		if got, ok := territory.PublicHoliday(date(t, c.date), c.department); got != c.want || ok != (c.want != "") {
			t.Errorf("%s in %q: %q, want %q", c.date, c.department, got, c.want)
		}
	}
}

func TestSchoolHolidaysAgreeWithSharedData(t *testing.T) {
	off := map[string]map[string]bool{"A": {}, "B": {}, "C": {}}
	var last clock.Date
	first := clock.Date{Year: 9999, Month: time.January, Day: 1}
	for _, row := range shared(t, "calendrier/vacances-scolaires-periodes.csv") {
		from, until := date(t, row["premier_jour"]), date(t, row["dernier_jour_inclus"])
		for d := from; !until.Before(d); d = d.AddDays(1) {
			off[row["zone"]][d.String()] = true
		}
		if from.Before(first) {
			first = from
		}
		if last.Before(until) {
			last = until
		}
	}
	for zone, days := range off {
		for d := first; !last.Before(d); d = d.AddDays(1) {
			got := territory.SchoolHoliday(d, zone)
			if got.From != first || got.Until != last {
				t.Fatalf("zone %s is known from %v to %v, want %v to %v", zone, got.From, got.Until, first, last)
			}
			// The long week-ends of Ascension are added from 2023 on.
			if got.Off && got.Break.Key == "territory.school.ascension" && d.Year >= 2023 {
				continue
			}
			if got.Known && got.Off != days[d.String()] {
				t.Errorf("zone %s, %v: off %v, the shared calendar says %v", zone, d, got.Off, days[d.String()])
			}
			if !got.Known && (d.Year != 2027 || d.Month != time.May) {
				t.Errorf("zone %s, %v: not known", zone, d)
			}
		}
	}
}

func TestSchoolHoliday(t *testing.T) {
	for _, c := range []struct {
		date, zone string
		known, off bool
		key        string
	}{
		{"2026-02-13", "B", true, false, ""},
		{"2026-02-14", "B", true, true, "territory.school.winter"},
		{"2026-03-01", "B", true, true, "territory.school.winter"},
		{"2026-03-02", "B", true, false, ""},
		{"2026-02-14", "C", true, false, ""},
		{"2026-05-15", "A", true, true, "territory.school.ascension"},
		{"2026-05-18", "A", true, false, ""},
		{"2027-08-31", "A", true, true, "territory.school.summer"},
		{"2027-09-01", "A", false, false, ""},
		{"2015-07-03", "A", false, false, ""},
		{"2027-05-07", "A", false, false, ""}, // the long week-end of 2027, not settled by any source read
		{"2026-07-20", "", false, false, ""},
		{"2026-07-20", "D", false, false, ""},
	} {
		got := territory.SchoolHoliday(date(t, c.date), c.zone)
		if got.Known != c.known || got.Off != c.off || got.Break.Key != c.key {
			t.Errorf("%s in zone %q: %+v, want known %v, off %v, %q", c.date, c.zone, got, c.known, c.off, c.key)
		}
		if got.Off && (got.Break.Source == "" || got.Break.Last.Before(got.Break.First)) {
			t.Errorf("%s in zone %q: break %+v", c.date, c.zone, got.Break)
		}
	}
}

// holidays is what the evaluation of opening hours asks of a calendar.
type holidays interface {
	PublicHoliday(y int, m time.Month, d int) bool
	SchoolHoliday(y int, m time.Month, d int) bool
}

func TestCalendarFor(t *testing.T) {
	for _, c := range []struct {
		name, commune  string
		date           string
		public, school bool
		known          bool
	}{
		{"Nantes at Easter", "44109", "2026-04-06", true, false, true},
		{"Paris at Easter: no break yet in zone C", "75056", "2026-04-06", true, false, true},
		{"Lyon at Easter: zone A", "69123", "2026-04-06", true, true, true},
		{"an arrondissement of Lyon", "69381", "2026-04-06", true, true, true},
		{"Strasbourg on Boxing Day", "67482", "2026-12-26", true, true, true},
		{"Nantes on Boxing Day", "44109", "2026-12-26", false, true, true},
		{"Ajaccio in summer: no calendar", "2A004", "2026-07-20", false, false, false},
		{"Saint-Denis, La Réunion", "97411", "2026-12-20", true, false, false},
		{"no commune, all zones on holiday", "", "2026-07-20", false, true, true},
		{"no commune, none on holiday", "", "2026-06-10", false, false, true},
		{"no commune, zones differ", "", "2026-02-10", false, false, false},
		{"no commune, national day", "", "2026-07-14", true, true, true},
		{"a code that does not exist", "00000", "2026-07-14", true, true, true},
		{"no commune, after the calendar", "", "2030-07-20", false, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := date(t, c.date)
			calendar := territory.CalendarFor(c.commune)
			var h holidays = calendar
			if got := h.PublicHoliday(d.Year, d.Month, d.Day); got != c.public {
				t.Errorf("bank holiday %v, want %v", got, c.public)
			}
			if got := h.SchoolHoliday(d.Year, d.Month, d.Day); got != c.school {
				t.Errorf("school holiday %v, want %v", got, c.school)
			}
			if got := calendar.School(d).Known; got != c.known {
				t.Errorf("school calendar known %v, want %v", got, c.known)
			}
		})
	}
}

// On 21 February 2026 the three zones are on holiday, each since another day.
func TestCommonBreak(t *testing.T) {
	got := territory.CalendarFor("").School(date(t, "2026-02-21"))
	if want := date(t, "2026-02-21"); !got.Off || got.Break.First != want {
		t.Errorf("common break starts %v (off %v), want %v", got.Break.First, got.Off, want)
	}
	if want := date(t, "2026-02-22"); got.Break.Last != want {
		t.Errorf("common break ends %v, want %v", got.Break.Last, want)
	}
}
