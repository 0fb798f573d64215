// SPDX-License-Identifier: Apache-2.0

package hours

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func mustParse(t testing.TB, expr string) *Hours {
	t.Helper()
	h, err := Parse(expr)
	if err != nil {
		t.Fatalf("%q: %v", expr, err)
	}
	return h
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation(localMinute, s, paris(t))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestOpen checks meanings the corpus has little or nothing of. 2026-06-08 is
// the Monday of ISO week 24; 2026 has 53 weeks; 2026-05-14 is a bank holiday.
func TestOpen(t *testing.T) {
	for _, tc := range []struct{ name, expr, from, to, want string }{
		{"overnight, both ends clipped", "22:00-02:00", "2026-06-08T00:00", "2026-06-09T23:00", "2026-06-08T00:00/2026-06-08T02:00 2026-06-08T22:00/2026-06-09T02:00 2026-06-09T22:00/2026-06-09T23:00"},
		{"over the end of the week", "Su 22:00-26:00", "2026-06-08T00:00", "2026-06-16T00:00", "2026-06-08T00:00/2026-06-08T02:00 2026-06-14T22:00/2026-06-15T02:00"},
		{"merged across midnight", "Mo 20:00-24:00; Tu 00:00-03:00", "2026-06-08T00:00", "2026-06-10T00:00", "2026-06-08T20:00/2026-06-09T03:00"},
		{"a later rule cuts the night before", "Mo-Fr 22:00-02:00; Sa 10:00-12:00", "2026-06-12T12:00", "2026-06-14T00:00", "2026-06-12T22:00/2026-06-13T00:00 2026-06-13T10:00/2026-06-13T12:00"},
		{"an added rule does not", "Mo-Fr 22:00-02:00, Sa 10:00-12:00", "2026-06-12T12:00", "2026-06-14T00:00", "2026-06-12T22:00/2026-06-13T02:00 2026-06-13T10:00/2026-06-13T12:00"},
		{"times alone do not replace days", "Mo 09:00-12:00; 14:00-15:00", "2026-06-08T00:00", "2026-06-10T00:00", "2026-06-08T09:00/2026-06-08T12:00 2026-06-08T14:00/2026-06-08T15:00 2026-06-09T14:00/2026-06-09T15:00"},
		{"times alone replace times alone", "08:00-17:00; 10:00-12:00", "2026-06-08T00:00", "2026-06-09T00:00", "2026-06-08T10:00/2026-06-08T12:00"},
		{"closing paints over", "Mo 08:00-17:00; Mo 12:00-14:00 off", "2026-06-08T00:00", "2026-06-09T00:00", "2026-06-08T08:00/2026-06-08T12:00 2026-06-08T14:00/2026-06-08T17:00"},
		{"fallback fills what is closed", "Mo 08:00-12:00 || Mo 10:00-14:00", "2026-06-08T00:00", "2026-06-09T00:00", "2026-06-08T08:00/2026-06-08T14:00"},
		{"a fallback's addition cannot close", "Mo 08:00-20:00 || Tu 10:00-11:00, Mo 09:00-12:00 off", "2026-06-08T00:00", "2026-06-10T00:00", "2026-06-08T08:00/2026-06-08T20:00 2026-06-09T10:00/2026-06-09T11:00"},
		{"open end is not open", "Mo 10:00-12:00+", "2026-06-08T00:00", "2026-06-09T00:00", "2026-06-08T10:00/2026-06-08T12:00"},
		{"week 53 is odd", "week 1-53/2 We 10:00-11:00", "2026-12-21T00:00", "2027-01-11T00:00", "2026-12-30T10:00/2026-12-30T11:00 2027-01-06T10:00/2027-01-06T11:00"},
		{"week 53 is not even", "week 2-52/2 We 10:00-11:00", "2026-12-21T00:00", "2027-01-18T00:00", "2026-12-23T10:00/2026-12-23T11:00 2027-01-13T10:00/2027-01-13T11:00"},
		{"fifth weekday only where there is one", "Mo[5] 10:00-11:00", "2026-05-01T00:00", "2026-07-01T00:00", "2026-06-29T10:00/2026-06-29T11:00"},
		{"last weekday and days after it", "Su[-1] 10:00-11:00; Th[-1] +2 days 12:00-13:00", "2026-06-26T00:00", "2026-07-01T00:00", "2026-06-27T12:00/2026-06-27T13:00 2026-06-28T10:00/2026-06-28T11:00"},
		{"over the new year", "Dec 30-Jan 02 10:00-11:00", "2026-12-28T00:00", "2027-01-05T00:00", "2026-12-30T10:00/2026-12-30T11:00 2026-12-31T10:00/2026-12-31T11:00 2027-01-01T10:00/2027-01-01T11:00 2027-01-02T10:00/2027-01-02T11:00"},
		{"months over the new year", "Dec-Jan Th 10:00-11:00", "2026-11-20T00:00", "2026-12-05T00:00", "2026-12-03T10:00/2026-12-03T11:00"},
		{"Easter Monday", "easter +1 day 10:00-11:00", "2026-04-01T00:00", "2026-04-15T00:00", "2026-04-06T10:00/2026-04-06T11:00"},
		{"from one nth weekday to another", "Mar Su[-1]-Apr Mo[1] 10:00-11:00", "2026-03-28T00:00", "2026-04-02T00:00", "2026-03-29T10:00/2026-03-29T11:00 2026-03-30T10:00/2026-03-30T11:00 2026-03-31T10:00/2026-03-31T11:00 2026-04-01T10:00/2026-04-01T11:00"},
		{"every other day", "Jun 08-12/2 10:00-11:00", "2026-06-01T00:00", "2026-07-01T00:00", "2026-06-08T10:00/2026-06-08T11:00 2026-06-10T10:00/2026-06-10T11:00 2026-06-12T10:00/2026-06-12T11:00"},
		{"every other year", "2024-2030/2 Jun 10 10:00-11:00", "2026-01-01T00:00", "2028-01-01T00:00", "2026-06-10T10:00/2026-06-10T11:00"},
		{"Feb 29", "Feb 29 10:00-11:00", "2027-01-01T00:00", "2029-01-01T00:00", "2028-02-29T10:00/2028-02-29T11:00"},
		{"the eve of a bank holiday", "PH -1 day 10:00-11:00", "2026-05-11T00:00", "2026-05-18T00:00", "2026-05-13T10:00/2026-05-13T11:00"},
		{"the day after", "PH +1 day 10:00-11:00", "2026-05-11T00:00", "2026-05-18T00:00", "2026-05-15T10:00/2026-05-15T11:00"},
		{"school holidays and a weekday", "We 10:00-11:00; SH We 14:00-15:00", "2026-04-20T00:00", "2026-05-04T00:00", "2026-04-22T14:00/2026-04-22T15:00 2026-04-29T10:00/2026-04-29T11:00"},
		{"the night after a holiday's eve", "Mo-Fr 22:00-02:00; PH off", "2026-05-13T12:00", "2026-05-15T12:00", "2026-05-13T22:00/2026-05-14T00:00 2026-05-15T00:00/2026-05-15T02:00"},
		{"spring: two wall hours, one real", "Su 01:00-04:00", "2026-03-29T00:00", "2026-03-30T00:00", "2026-03-29T01:00/2026-03-29T04:00"},
		{"spring: closing in the hour that is skipped", "Su 00:00-02:30", "2026-03-29T00:00", "2026-03-30T00:00", "2026-03-29T00:00/2026-03-29T03:00"},
		{"spring: opening in the hour that is skipped", "Su 02:30-05:00", "2026-03-29T00:00", "2026-03-30T00:00", "2026-03-29T03:00/2026-03-29T05:00"},
		{"spring: all within the hour that is skipped", "Su 02:10-02:50", "2026-03-29T00:00", "2026-03-30T00:00", ""},
	} {
		got := written(mustParse(t, tc.expr).Open(at(t, tc.from), at(t, tc.to), france2026{}))
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", tc.name, tc.expr, diff)
		}
	}
}

// TestAutumn checks the night when 02:00-03:00 comes twice, 2026-10-25.
func TestAutumn(t *testing.T) {
	midnight := at(t, "2026-10-25T00:00")
	for _, tc := range []struct {
		expr     string
		from, to time.Duration // since midnight, real time
	}{
		{"Su 01:00-04:00", time.Hour, 5 * time.Hour},
		{"Su 00:00-02:30", 0, 150 * time.Minute},
		{"Su 02:30-04:00", 150 * time.Minute, 5 * time.Hour},
		{"Su 02:10-02:50", 130 * time.Minute, 170 * time.Minute},
		{"Su 00:00-03:00", 0, 4 * time.Hour},
	} {
		h := mustParse(t, tc.expr)
		want := []Interval{{midnight.Add(tc.from), midnight.Add(tc.to)}}
		if diff := cmp.Diff(want, h.Open(midnight, midnight.Add(24*time.Hour), nil)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tc.expr, diff)
		}
	}
}

func TestAt(t *testing.T) {
	for _, tc := range []struct {
		expr, when string
		want       State
	}{
		{"Mo-Fr 09:00-12:00", "2026-06-08T09:00", State{Kind: Open}},
		{"Mo-Fr 09:00-12:00", "2026-06-08T12:00", State{}},
		{"Mo-Fr 09:00-12:00 \"sur rdv\"", "2026-06-08T09:00", State{Unknown, "sur rdv"}},
		{"Mo-Fr 09:00-12:00 open \"entrée B\"", "2026-06-08T09:00", State{Open, "entrée B"}},
		{"Mo-Fr 09:00-12:00; Mo off \"travaux\"", "2026-06-08T09:00", State{Closed, "travaux"}},
		{"Mo-Fr 09:00-12:00 || \"sur rdv\"", "2026-06-08T13:00", State{Unknown, "sur rdv"}},
		{"Mo 14:00+", "2026-06-08T23:59", State{Kind: Unknown}},
		{"Mo 14:00+", "2026-06-09T00:00", State{}},
		{"Mo 18:00+", "2026-06-09T03:59", State{Kind: Unknown}},
		{"Mo 23:00+", "2026-06-09T06:59", State{Kind: Unknown}},
		{"Mo 23:00+", "2026-06-09T07:00", State{}},
		{"sunrise-sunset", "2026-06-08T17:59", State{Kind: Open}},
		{"PH 09:00-12:00", "2026-05-14T09:00", State{Kind: Open}},
		{"PH 22:00-02:00", "2026-05-15T01:00", State{Kind: Open}},
		{"SH 09:00-12:00", "2026-04-14T09:00", State{Kind: Open}},
		{"SH 22:00-02:00", "2026-04-27T01:00", State{Kind: Open}},
		{"PH,SH 22:00-02:00", "2026-04-28T01:00", State{}},
		{"2027 09:00-12:00", "2026-06-08T09:00", State{}},
		{"open", "2026-06-08T09:00", State{Kind: Open}},
	} {
		if got := mustParse(t, tc.expr).At(at(t, tc.when), france2026{}); got != tc.want {
			t.Errorf("%q at %s: got %v, want %v", tc.expr, tc.when, got, tc.want)
		}
	}
}

func TestNext(t *testing.T) {
	const year = 366 * 24 * time.Hour
	for _, tc := range []struct {
		expr, now, want string
		opens           bool
		horizon         time.Duration
	}{
		{"Mo-Fr 09:00-12:00", "2026-06-08T08:00", "2026-06-08T09:00", true, year},
		{"Mo-Fr 09:00-12:00", "2026-06-08T09:00", "2026-06-08T12:00", false, year},
		{"Mo-Fr 09:00-12:00", "2026-06-12T12:00", "2026-06-15T09:00", true, year},
		{"Mo 20:00-24:00; Tu 00:00-03:00", "2026-06-08T21:00", "2026-06-09T03:00", false, year},
		{"Mo 10:00-12:00+", "2026-06-08T11:00", "2026-06-08T12:00", false, year},
		{"Dec 25 10:00-12:00", "2026-06-08T08:00", "2026-12-25T10:00", true, year},
		{"Dec 25 10:00-12:00", "2026-06-08T08:00", "", false, 30 * 24 * time.Hour},
		{"24/7", "2026-06-08T08:00", "", false, year},
		{"off", "2026-06-08T08:00", "", false, year},
		{"24/7; PH off", "2026-05-11T08:00", "2026-05-14T00:00", false, year},
	} {
		change, opens, ok := mustParse(t, tc.expr).Next(at(t, tc.now), france2026{}, tc.horizon)
		got := ""
		if ok {
			got = change.Format(localMinute)
		}
		if got != tc.want || opens != tc.opens {
			t.Errorf("%q from %s: %q opens=%v, want %q opens=%v", tc.expr, tc.now, got, opens, tc.want, tc.opens)
		}
	}
}

func TestWeek(t *testing.T) {
	h := mustParse(t, `Mo-Fr 09:00-12:00,18:00-02:00; We off; Su 14:00-16:00 "sur rdv"; PH off`)
	span := func(from, to int) Span { return Span{From: from, To: to, Kind: Open} }
	day := []Span{span(540, 720), span(1080, 1560)}
	want := [7][]Span{0: day, 1: {span(540, 720), span(1080, 1440)}, 3: {span(0, 120), span(540, 720), span(1080, 1560)}, 4: day, 6: {{840, 960, Unknown, "sur rdv"}}}
	got := h.Week(at(t, "2026-06-08T00:00"), france2026{})
	for i := range got {
		if len(got[i]) == 0 {
			got[i] = nil
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	whole := mustParse(t, "24/7").Week(at(t, "2026-06-08T00:00"), nil)
	if diff := cmp.Diff([]Span{span(0, 1440)}, whole[2]); diff != "" {
		t.Errorf("24/7 (-want +got):\n%s", diff)
	}
}

// TestEaster compares with published dates.
func TestEaster(t *testing.T) {
	for year, want := range map[int][2]int{2024: {3, 31}, 2025: {4, 20}, 2026: {4, 5}, 2027: {3, 28}, 2038: {4, 25}, 2285: {3, 22}} {
		if got := easterOf(year); got != dayNumber(year, want[0], want[1]) {
			y, m, d := civil(got)
			t.Errorf("%d: %04d-%02d-%02d, want %02d-%02d", year, y, m, d, want[0], want[1])
		}
	}
}
