// SPDX-License-Identifier: Apache-2.0

package agenda

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escale/internal/kit/clock"
	"escale/internal/kit/id"
)

// noHolidays is a calendar on which every day is ordinary.
type noHolidays struct{}

func (noHolidays) PublicHoliday(int, time.Month, int) bool { return false }
func (noHolidays) SchoolHoliday(int, time.Month, int) bool { return false }

// mayHolidays has Ascension 2026 off, and school off on the two days after.
type mayHolidays struct{}

func (mayHolidays) PublicHoliday(_ int, m time.Month, d int) bool { return m == time.May && d == 14 }

func (mayHolidays) SchoolHoliday(_ int, m time.Month, d int) bool {
	return m == time.May && (d == 15 || d == 16)
}

func day(s string) clock.Date {
	d, err := clock.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func opening(change func(*Opening)) Opening {
	o := Opening{
		ID: "o", Title: "Permanence", Zone: "Europe/Paris", FirstDay: day("2026-01-01"), Rule: "FREQ=DAILY",
		StartsMinute: 9 * 60, EndsMinute: 12 * 60, SlotMinutes: 60, Stations: 1,
		School: AllYear, Workers: []Presence{{Worker: "w", From: day("2026-01-01")}},
	}
	change(&o)
	return o
}

// walls lists the wall-clock starts of the slots from one day to another.
func walls(t *testing.T, o Opening, from, until string, cal Calendar) []string {
	t.Helper()
	loc, err := time.LoadLocation(o.Zone)
	if err != nil {
		t.Fatal(err)
	}
	slots, err := o.Slots(day(from).In(loc), day(until).In(loc), cal)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, s := range slots {
		list = append(list, s.Start.In(loc).Format("Mon 02/01 15:04"))
	}
	return list
}

func TestSlotsOnTheWall(t *testing.T) {
	for _, test := range []struct {
		name        string
		opening     Opening
		from, until string
		cal         Calendar
		want        []string
	}{
		{
			"three an hour apart", opening(func(*Opening) {}), "2026-06-08", "2026-06-09",
			noHolidays{},
			[]string{"Mon 08/06 09:00", "Mon 08/06 10:00", "Mon 08/06 11:00"},
		},
		{
			"a slot that does not fit is none", opening(func(o *Opening) { o.SlotMinutes = 45; o.EndsMinute = 10*60 + 40 }), "2026-06-08", "2026-06-09",
			noHolidays{},
			[]string{"Mon 08/06 09:00", "Mon 08/06 09:45"},
		},
		{
			"last Friday of the month", opening(func(o *Opening) { o.Rule = "FREQ=MONTHLY;BYDAY=-1FR"; o.EndsMinute = 10 * 60 }), "2026-06-01", "2026-08-01",
			noHolidays{},
			[]string{"Fri 26/06 09:00", "Fri 31/07 09:00"},
		},
		{
			"every other Tuesday across a year of 53 weeks", opening(func(o *Opening) {
				o.FirstDay, o.Workers[0].From = day("2026-12-15"), day("2026-12-15")
				o.Rule, o.EndsMinute = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", 10*60
			}), "2026-12-01", "2027-02-01",
			noHolidays{},
			[]string{"Tue 15/12 09:00", "Tue 29/12 09:00", "Tue 12/01 09:00", "Tue 26/01 09:00"},
		},
		{
			"bank holidays and exceptions are left out", opening(func(o *Opening) {
				o.EndsMinute, o.Except = 10*60, []clock.Date{day("2026-05-13")}
			}), "2026-05-12", "2026-05-16",
			mayHolidays{},
			[]string{"Tue 12/05 09:00", "Fri 15/05 09:00"},
		},
		{
			"in school time only", opening(func(o *Opening) { o.EndsMinute, o.School = 10*60, TermOnly }), "2026-05-13", "2026-05-18",
			mayHolidays{},
			[]string{"Wed 13/05 09:00", "Sun 17/05 09:00"},
		},
		{
			"in school holidays only", opening(func(o *Opening) { o.EndsMinute, o.School = 10*60, HolidaysOnly }), "2026-05-13", "2026-05-18",
			mayHolidays{},
			[]string{"Fri 15/05 09:00", "Sat 16/05 09:00"},
		},
		{
			"across midnight", opening(func(o *Opening) { o.StartsMinute, o.EndsMinute = 23*60, 25*60 }), "2026-06-09", "2026-06-10",
			noHolidays{},
			[]string{"Tue 09/06 00:00", "Tue 09/06 23:00"},
		},
		{
			"9 h stays 9 h when the clocks change", opening(func(o *Opening) { o.EndsMinute = 10 * 60 }), "2026-03-28", "2026-03-31",
			noHolidays{},
			[]string{"Sat 28/03 09:00", "Sun 29/03 09:00", "Mon 30/03 09:00"},
		},
		{
			"in Réunion, on its own clock", opening(func(o *Opening) { o.Zone, o.EndsMinute = "Indian/Reunion", 10*60 }), "2026-03-29", "2026-03-30",
			noHolidays{},
			[]string{"Sun 29/03 09:00"},
		},
		{
			"only while someone holds it", opening(func(o *Opening) { o.EndsMinute = 10 * 60; o.Workers[0].Until = day("2026-06-08") }), "2026-06-08", "2026-06-11",
			noHolidays{},
			[]string{"Mon 08/06 09:00"},
		},
		{
			"not after its last day", opening(func(o *Opening) { o.EndsMinute = 10 * 60; o.LastDay = day("2026-06-09") }), "2026-06-08", "2026-06-11",
			noHolidays{},
			[]string{"Mon 08/06 09:00", "Tue 09/06 09:00"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, walls(t, test.opening, test.from, test.until, test.cal)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNoSlotTwiceOnTheNightAnHourIsSkipped(t *testing.T) {
	o := opening(func(o *Opening) { o.StartsMinute, o.EndsMinute, o.SlotMinutes = 60, 5*60, 30 })
	paris, _ := time.LoadLocation("Europe/Paris")
	slots, err := o.Slots(day("2026-03-29").In(paris), day("2026-03-30").In(paris), noHolidays{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[time.Time]bool{}
	for _, s := range slots {
		if seen[s.Start] {
			t.Errorf("%v is offered twice", s.Start)
		}
		seen[s.Start] = true
	}
	if len(slots) != 6 { // 1 h to 5 h on the wall is three hours that night
		t.Errorf("got %d slots, want 6", len(slots))
	}
}

// TestLeaveAgainstObviousVersion compares Leave with counting seats minute by
// minute, on random agendas.
func TestLeaveAgainstObviousVersion(t *testing.T) {
	base := time.Date(2026, 6, 8, 7, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		openings := []id.ID{"a", "b"}
		workers := []id.ID{"v", "w"}
		moment := func(label string) time.Time {
			return base.Add(time.Duration(rapid.IntRange(0, 16).Draw(t, label)) * 15 * time.Minute)
		}
		var slots []Slot
		for range rapid.IntRange(0, 8).Draw(t, "slots") {
			start := moment("start")
			slots = append(slots, Slot{
				Opening: rapid.SampledFrom(openings).Draw(t, "o"), Worker: rapid.SampledFrom(workers).Draw(t, "w"),
				Start: start, End: start.Add(30 * time.Minute), Free: rapid.IntRange(1, 3).Draw(t, "stations"),
			})
		}
		var bookings []Booking
		for range rapid.IntRange(0, 8).Draw(t, "bookings") {
			start := moment("b")
			bookings = append(bookings, Booking{
				Opening: rapid.SampledFrom(openings).Draw(t, "bo"), Worker: rapid.SampledFrom(workers).Draw(t, "bw"),
				Start: start, End: start.Add(45 * time.Minute), Status: rapid.SampledFrom([]Status{Expected, Seen, Excused, Revoked, NoShow}).Draw(t, "status"),
			})
		}
		wantFree := 0
		for _, s := range slots {
			held, elsewhere := map[int]bool{}, false
			for i, b := range bookings {
				for m := s.Start; m.Before(s.End); m = m.Add(time.Minute) {
					if b.Worker == s.Worker && (b.Status == Expected || b.Status == Seen) && !m.Before(b.Start) && m.Before(b.End) {
						held[i] = true
						elsewhere = elsewhere || b.Opening != s.Opening
					}
				}
			}
			if !elsewhere && len(held) < s.Free {
				wantFree++
			}
		}
		got := Leave(slots, bookings)
		if len(got) != wantFree {
			t.Fatalf("%d free slots, want %d", len(got), wantFree)
		}
		if !slices.IsSortedFunc(got, func(a, b Slot) int { return a.Start.Compare(b.Start) }) {
			t.Fatal("not in order of time")
		}
	})
}

func TestCheckSaysWhatToLookAt(t *testing.T) {
	if err := opening(func(*Opening) {}).Check(); err != nil {
		t.Fatalf("a sound opening: %v", err)
	}
	for name, change := range map[string]func(*Opening){
		"title": func(o *Opening) { o.Title = "" },
		"zone":  func(o *Opening) { o.Zone = "Europe/Blain" },
		"hours": func(o *Opening) { o.EndsMinute = o.StartsMinute },
		"rule":  func(o *Opening) { o.Rule = "FREQ=SECONDLY" },
		"last":  func(o *Opening) { o.LastDay = day("2025-01-01") },
		"seats": func(o *Opening) { o.Stations = 0 },
		"slot":  func(o *Opening) { o.SlotMinutes = 1 },
		"first": func(o *Opening) { o.FirstDay = clock.Date{} },
	} {
		if err := opening(change).Check(); err == nil {
			t.Errorf("%s: nothing was found wrong", name)
		}
	}
}
