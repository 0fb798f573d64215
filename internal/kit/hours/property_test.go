// SPDX-License-Identifier: Apache-2.0

package hours

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// anyExpression draws a valid expression of up to four rules, save that its
// times may reach too far; without dates when plain.
func anyExpression(plain bool) *rapid.Generator[string] {
	clock := rapid.Custom(func(t *rapid.T) int { return 15 * rapid.IntRange(0, 95).Draw(t, "quarter") })
	span := rapid.Custom(func(t *rapid.T) string {
		s := clockString(clock.Draw(t, "from")) + "-" + clockString(clock.Draw(t, "to")+rapid.SampledFrom([]int{0, 0, 0, 360}).Draw(t, "late"))
		return s + rapid.SampledFrom([]string{"", "", "", "+"}).Draw(t, "end")
	})
	times := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(span, 1, 3).Draw(t, "spans"), ",")
	})
	days := rapid.SampledFrom([]string{"", "Mo-Fr ", "Sa-Tu ", "We ", "PH ", "SH Mo-Fr ", "Sa,PH,SH "})
	dates := rapid.Just("")
	if !plain {
		days = rapid.OneOf(days, rapid.SampledFrom([]string{"Mo[1,-1] ", "Tu[2] +1 day ", "PH -1 day "}))
		dates = rapid.SampledFrom([]string{
			"", "", "", "Mar-Jun ", "Nov-Feb ", "Dec 20-Jan 05 ", "easter -2 days-easter +3 days ",
			"2026 Jun 08-20 ", "Jun 08-28/3 ", "week 01-53/2 ", "Jan-Jun week 20-30,52 ",
		})
	}
	state := rapid.SampledFrom([]string{"", "", "", "", " off", " unknown", " open", ` "x"`, ` open "y"`, ` off "z"`})
	rule := rapid.Custom(func(t *rapid.T) string {
		return dates.Draw(t, "dates") + days.Draw(t, "days") + times.Draw(t, "times") + state.Draw(t, "state")
	})
	return rapid.Custom(func(t *rapid.T) string {
		s := rule.Draw(t, "rule")
		for range rapid.IntRange(0, 3).Draw(t, "more") {
			s += rapid.SampledFrom([]string{"; ", "; ", ", ", " || "}).Draw(t, "joint") + rule.Draw(t, "rule")
		}
		return s
	})
}

// anyPeriod draws some days of 2026 or 2027, clock changes included.
func anyPeriod(loc *time.Location) *rapid.Generator[Interval] {
	return rapid.Custom(func(t *rapid.T) Interval {
		from := time.Date(2026, 1, 1, 0, 7*rapid.IntRange(0, 100000).Draw(t, "start"), 0, 0, loc)
		return Interval{from, from.Add(time.Duration(rapid.IntRange(1, 15*24*60).Draw(t, "minutes")) * time.Minute)}
	})
}

// TestIntervals: intervals are in order, apart, within bounds; what they say,
// AtMoment says too, and the normal form says the same.
func TestIntervals(t *testing.T) {
	loc := paris(t)
	rapid.Check(t, func(t *rapid.T) {
		expr := anyExpression(false).Draw(t, "expr")
		h, err := Parse(expr)
		if err != nil {
			var fault *SyntaxError
			if errors.As(err, &fault) && fault.Reason.Key == "hours.two_midnights" {
				t.Skip("reaches too far")
			}
			t.Fatalf("%q: %v", expr, err)
		}
		p := anyPeriod(loc).Draw(t, "period")
		list := h.Open(p.From, p.To, france2026{})
		last := p.From
		for i, v := range list {
			if !v.From.Before(v.To) || v.From.Before(last) || i > 0 && v.From.Equal(last) || v.To.After(p.To) {
				t.Fatalf("%q: %s not in order within %v", expr, written(list), p)
			}
			for _, probe := range []struct {
				when time.Time
				open bool
			}{{v.From, true}, {v.To.Add(-time.Second), true}, {v.From.Add(-time.Second), false}, {v.To, false}} {
				inside := !probe.when.Before(p.From) && probe.when.Before(p.To)
				if got := h.At(probe.when, france2026{}).Kind == Open; inside && got != probe.open {
					t.Fatalf("%q: open=%v at %s, but intervals are %s", expr, got, probe.when, written(list))
				}
			}
			last = v.To
		}
		again, err := Parse(h.Normal())
		if err != nil {
			t.Fatalf("%q: normal form %q: %v", expr, h.Normal(), err)
		}
		if diff := cmp.Diff(list, again.Open(p.From, p.To, france2026{})); diff != "" {
			t.Fatalf("%q and its normal form %q differ:\n%s", expr, h.Normal(), diff)
		}
		if again.Normal() != h.Normal() {
			t.Fatalf("normal form %q has normal form %q", h.Normal(), again.Normal())
		}
	})
}

// TestTableAgreesWithRules: the table of the week answers as the rules do.
func TestTableAgreesWithRules(t *testing.T) {
	loc := paris(t)
	rapid.Check(t, func(t *rapid.T) {
		h, err := Parse(anyExpression(true).Draw(t, "expr"))
		if err != nil {
			t.Skip("reaches too far")
		}
		if h.table() == nil {
			t.Fatalf("%q: no table", h.Normal())
		}
		m := NewMoment(anyPeriod(loc).Draw(t, "period").From, france2026{})
		if got, want := h.AtMoment(m), stateAt(h.activeOn(&m.day, nil), m.minute); got != want {
			t.Fatalf("%q: table says %v, rules %v", h.Normal(), got, want)
		}
	})
}

// TestNextAgreesWithOpen: Next is a bound of Open.
func TestNextAgreesWithOpen(t *testing.T) {
	loc := paris(t)
	rapid.Check(t, func(t *rapid.T) {
		h, err := Parse(anyExpression(false).Draw(t, "expr"))
		if err != nil {
			t.Skip("reaches too far")
		}
		now := anyPeriod(loc).Draw(t, "period").From
		const horizon = 40 * 24 * time.Hour
		var want time.Time
		var opens bool
		if list := h.Open(now, now.Add(horizon), france2026{}); len(list) > 0 {
			if want, opens = list[0].From, true; !want.After(now) {
				want, opens = list[0].To, false
			}
		}
		if !want.Before(now.Add(horizon)) {
			want, opens = time.Time{}, false
		}
		got, gotOpens, ok := h.Next(now, france2026{}, horizon)
		if !got.Equal(want) || gotOpens != opens || ok == want.IsZero() {
			t.Fatalf("%q from %s: %s opens=%v ok=%v, want %s opens=%v", h.Normal(), now, got, gotOpens, ok, want, opens)
		}
	})
}

// FuzzParse: no text makes the package panic, and what is read has a normal
// form that reads back to itself.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"24/7", "Mo-Fr 09:00-12:00,14:00-18:00; Sa off; PH off", "week 1-53/2 Mo[1] +1 day 22:00-26:00+ || \"x\"",
		"2026 Jun 08-2026 Jun 12,easter +1 day 10:00-12:00", "lun–ven 9h-12h et 14.00-18.00", "(sunrise-01:00)-sunset",
		"Mar Su[-1]-Oct Su[-1] SH We", "PHoff", "7/7", "Mo 24 hours", "«\"", "\xff", "Mo 0-0,0:0-0:0+",
	} {
		f.Add(s)
	}
	from := time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		if osm, ok, _ := FromFrench(s); ok {
			if _, err := Parse(osm); err != nil {
				t.Fatalf("FromFrench(%q) = %q: %v", s, osm, err)
			}
		}
		h, err := Parse(s)
		if err != nil {
			var fault *SyntaxError
			if !errors.As(err, &fault) || fault.At < 0 || fault.At > len(s) {
				t.Fatalf("%q: %#v", s, err)
			}
			return
		}
		again, err := Parse(h.Normal())
		if err != nil {
			t.Fatalf("%q: normal form %q: %v", s, h.Normal(), err)
		}
		to := from.AddDate(0, 0, 20)
		if diff := cmp.Diff(h.Open(from, to, france2026{}), again.Open(from, to, france2026{})); diff != "" {
			t.Fatalf("%q and its normal form %q differ:\n%s", s, h.Normal(), diff)
		}
		h.Week(from, nil)
		h.Next(from, france2026{}, 1000*time.Hour)
	})
}
