// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"cmp"

	"escale/internal/kit/id"
)

// ofNeeds computes needs and how long they waited.
func (r *Report) ofNeeds(f facts, limit int) {
	state := newCounts(limit, "met", "waiting", "closed_unmet")
	category, entry, commune := newCounts(limit), newCounts(limit), newCounts(limit)
	var met, waiting []int
	for _, a := range f.asks {
		if a.continued {
			continue
		}
		people, anonymous := a.people()
		category.add(a.category, people, anonymous)
		entry.add(a.entryWay, people, anonymous)
		commune.add(a.commune, people, anonymous)
		switch {
		case !a.met.IsZero():
			state.add("met", people, anonymous)
			met = append(met, a.wait(f.today))
		case a.closed:
			state.add("closed_unmet", people, anonymous)
		default:
			state.add("waiting", people, anonymous)
			waiting = append(waiting, a.wait(f.today))
		}
	}
	states := state.table("needs_met", "meeting")
	r.figure("needs", states.Total.Value, states.Total.Masked, state.total.n)
	r.Tables = append(r.Tables, states,
		category.table("needs", "category"),
		entry.table("entry_ways", "entry_way"),
		commune.table("needs", "commune"))
	r.wait(f, states, met, limit)
	if number, shown := states.cell("waiting"); shown {
		median, _, _ := waitNumbers(waiting, limit, false)
		r.figure("waiting_median", median.Value, median.Masked, int(number.Value))
	} else {
		r.figure("waiting_median", 0, true, 0)
	}
}

// people gives who stands behind the need, as counts take them.
func (a ask) people() ([]id.ID, int) {
	if a.person == "" {
		return nil, 1
	}
	return []id.ID{a.person}, 0
}

// wait computes the wait of all needs met, then by commune, organisation and
// category.
func (r *Report) wait(f facts, states Table, met []int, limit int) {
	_, shown := states.cell("met")
	over := newCounts(limit, "long", "short")
	for _, a := range f.asks {
		if !a.continued && !a.met.IsZero() {
			people, anonymous := a.people()
			over.add(length(a.wait(f.today)), people, anonymous)
		}
	}
	_, longShown := over.table("wait_long", "wait").cell("long")
	median, p90, long := Number{Masked: true}, Number{Masked: true}, Number{Masked: true}
	if shown {
		median, p90, long = waitNumbers(met, limit, longShown)
	}
	r.figure("wait_median", median.Value, median.Masked, len(met))
	r.figure("wait_p90", p90.Value, p90.Masked, len(met))
	r.figure("wait_long", long.Value, long.Masked, len(met))
	for _, by := range []struct {
		name string
		code func(ask) string
	}{
		{"commune", func(a ask) string { return a.commune }},
		{"organisation", func(a ask) string { return a.organisation }},
		{"category", func(a ask) string { return a.category }},
	} {
		w := Waits{Definition: "wait", By: by.name, Groups: []Wait{}}
		if shown {
			w.Groups = waitsBy(f, by.code, limit, longShown)
		}
		r.Waits = append(r.Waits, w)
	}
}

func length(days int) string {
	if days > LongWait {
		return "long"
	}
	return "short"
}

// fates are what a need's wait came to, the columns of waitsBy.
const (
	unmet = iota
	metSoon
	metLate
	fates
)

func (a ask) fate(longShown bool) int {
	switch {
	case a.met.IsZero():
		return unmet
	case longShown && a.wait(a.met) > LongWait:
		return metLate
	default:
		return metSoon
	}
}

// waitsBy groups needs. A group's needs are shown elsewhere in the report, so
// what was met tells what was not: groups by fate are a table in two directions,
// masked as one. Without longShown, long waits are not told apart at all.
func waitsBy(f facts, code func(ask) string, limit int, longShown bool) []Wait {
	groups := newCounts(limit)
	cells := map[string]*[fates]count{}
	waits := map[string][]int{}
	for _, a := range f.asks {
		if a.continued {
			continue
		}
		people, anonymous := a.people()
		key := cmp.Or(code(a), Unsaid)
		groups.add(key, people, anonymous)
		if cells[key] == nil {
			cells[key] = &[fates]count{}
		}
		if !a.met.IsZero() {
			waits[key] = append(waits[key], a.wait(f.today))
		}
		c := &cells[key][a.fate(longShown)]
		c.n++
		c.crowd.add(people, anonymous, limit)
	}
	codes := groups.codes()
	masked, bare, all := groups.masked(codes)
	if bare || all {
		return []Wait{}
	}
	g := grid{rowsMasked: masked, columnsMasked: make([]bool, fates), atLeast: make([]int, fates), atMost: make([]int, fates)}
	for _, key := range codes {
		line := make([]part, fates)
		for j, c := range cells[key] {
			line[j] = part{n: c.n, few: c.n > 0 && c.crowd.fewer(limit)}
		}
		g.cells = append(g.cells, line)
	}
	hidden := maskGrid(g, limit)
	out := make([]Wait, len(codes))
	for i, key := range codes {
		hide := masked[i] || hidden[i][unmet]
		w := Wait{Code: key, Met: number(len(waits[key]), hide)}
		w.Median, w.P90, w.Long = Number{Masked: true}, Number{Masked: true}, Number{Masked: true}
		if !hide {
			w.Median, w.P90, w.Long = waitNumbers(waits[key], limit, longShown && !hidden[i][metSoon] && !hidden[i][metLate])
		}
		out[i] = w
	}
	return out
}
