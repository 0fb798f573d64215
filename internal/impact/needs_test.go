// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"testing"

	"escale/internal/kit/clock"
)

// asksIn invents needs of a commune: met after each of waits days, and unmet.
func asksIn(commune string, unmet int, waits ...int) []ask {
	noted := clock.Date{Year: 2026, Month: 3, Day: 1}
	var all []ask
	for _, days := range waits {
		all = append(all, ask{commune: commune, noted: noted, met: noted.AddDays(days)})
	}
	for range unmet {
		all = append(all, ask{commune: commune, noted: noted})
	}
	return all
}

func repeat(n, value int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = value
	}
	return out
}

func groupOf(t *testing.T, r Report, by, code string) Wait {
	t.Helper()
	for _, w := range r.Waits {
		for _, g := range w.Groups {
			if w.By == by && g.Code == code {
				return g
			}
		}
	}
	t.Fatalf("no wait by %s of %s", by, code)
	return Wait{}
}

// TestOneUnmetNeedIsNotToldByTheMetOnes: the needs of a commune are in another
// table, so that needs minus met would be the one person still waiting there.
func TestOneUnmetNeedIsNotToldByTheMetOnes(t *testing.T) {
	f := facts{today: clock.Date{Year: 2026, Month: 6, Day: 1}}
	f.asks = append(f.asks, asksIn("44109", 1, repeat(19, 2)...)...)
	f.asks = append(f.asks, asksIn("44184", 10, repeat(30, 3)...)...)
	f.asks = append(f.asks, asksIn("44035", 12, repeat(40, 4)...)...)
	f.asks = append(f.asks, asksIn("44003", 0, repeat(8, 6)...)...)
	r := report(f, ThresholdInside)
	table, _ := r.Table("needs", "commune")
	if cell, shown := table.cell("44109"); !shown || cell.Value != 20 {
		t.Fatalf("needs of 44109: got %v %v, want 20 shown", cell, shown)
	}
	if w := groupOf(t, r, "commune", "44109"); !w.Met.Masked || !w.Median.Masked {
		t.Errorf("44109 shows %+v: twenty minus nineteen is one person", w)
	}
	hidden := 0
	for _, code := range []string{"44184", "44035"} {
		if groupOf(t, r, "commune", code).Met.Masked {
			hidden++
		}
	}
	if hidden != 1 {
		t.Errorf("%d other communes are masked, want the one that hides 44109 in the total", hidden)
	}
	if w := groupOf(t, r, "commune", "44003"); w.Met.Value != 8 || w.Median.Value != 6 || w.Long.Masked {
		t.Errorf("44003: got %+v, want 8 needs, 6 days", w)
	}
}

func TestWaitsByCommune(t *testing.T) {
	f := facts{today: clock.Date{Year: 2026, Month: 6, Day: 1}}
	f.asks = append(f.asks, asksIn("44109", 0, append(repeat(6, 3), repeat(6, 40)...)...)...)
	f.asks = append(f.asks, asksIn("44184", 0, append(repeat(15, 10), repeat(5, 31)...)...)...)
	r := report(f, ThresholdInside)
	if w := groupOf(t, r, "commune", "44109"); w.Met.Value != 12 || w.Median.Value != 3 || w.P90.Value != 40 || w.Long.Value != 0.5 {
		t.Errorf("44109: got %+v", w)
	}
	if w := groupOf(t, r, "commune", "44184"); w.Met.Value != 20 || w.Median.Value != 10 || w.Long.Value != 0.25 {
		t.Errorf("44184: got %+v", w)
	}
	for code, want := range map[string]float64{"wait_median": 10, "wait_p90": 40, "wait_long": 11.0 / 32} {
		if got, _ := r.Figure(code); got.Value != want || got.N != 32 {
			t.Errorf("%s: got %+v, want %v", code, got, want)
		}
	}
}
