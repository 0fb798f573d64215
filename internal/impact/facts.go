// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"cmp"
	"slices"

	"escale/internal/kit/clock"
	"escale/internal/kit/id"
)

// support is one activity as figures see it: the last of its corrections.
type support struct {
	commune   string // where it was given; "" for a support at a distance
	posture   string
	outcome   string
	placeKind string
	themes    []string
	people    []id.ID // those who have a file
	presence  int     // people present, with a file or without
}

// ask is one need as figures see it.
type ask struct {
	organisation string
	commune      string
	category     string
	entryWay     string
	closed       bool
	person       id.ID
	continued    bool       // it continues a need that is counted here already
	noted        clock.Date // where it was noted
	met          clock.Date // first effective meeting, or none yet
}

// wait is the days from noting to meeting, or to today for who still waits.
// Someone received first and noted the day after waited no day.
func (a ask) wait(today clock.Date) int {
	end := a.met
	if end.IsZero() {
		end = today
	}
	return max(end.Sub(a.noted), 0)
}

// facts are what a report is computed from: plain values, already within the
// period, the organisations and the territory asked for.
type facts struct {
	supports  []support
	asks      []ask
	referrals map[string]int // sent, by present status
	today     clock.Date
	network   []string        // communes of the network, in order
	hosting   map[string]bool // communes with an active public place
}

// crowd counts distinct people up to a limit, which is all that masking needs.
// Each anonymous attendance counts as someone: nobody can tell otherwise.
type crowd struct {
	known     []id.ID
	anonymous int
}

func (c *crowd) add(people []id.ID, anonymous, limit int) {
	c.anonymous += anonymous
	for _, p := range people {
		if len(c.known) >= limit {
			return
		}
		if !slices.Contains(c.known, p) {
			c.known = append(c.known, p)
		}
	}
}

func (c *crowd) fewer(limit int) bool { return len(c.known)+c.anonymous < limit }

// count is a number and who stands behind it.
type count struct {
	n     int
	crowd crowd
}

// counts are the parts of a table by code.
type counts struct {
	limit int
	by    map[string]*count
	total count
}

// newCounts starts a table; codes of a closed list are shown even when empty.
func newCounts(limit int, closed ...string) *counts {
	c := &counts{limit: limit, by: map[string]*count{}}
	for _, code := range closed {
		c.by[code] = &count{}
	}
	return c
}

func (c *counts) add(code string, people []id.ID, anonymous int) {
	code = cmp.Or(code, Unsaid)
	p := c.by[code]
	if p == nil {
		p = &count{}
		c.by[code] = p
	}
	for _, each := range []*count{p, &c.total} {
		each.n++
		each.crowd.add(people, anonymous, c.limit)
	}
}

// codes lists the codes in order, which tells nothing of the numbers.
func (c *counts) codes() []string {
	all := make([]string, 0, len(c.by))
	for code := range c.by {
		all = append(all, code)
	}
	slices.Sort(all)
	return all
}

func (c *counts) part(code string) part {
	p := c.by[code]
	if p == nil {
		return part{}
	}
	return part{n: p.n, few: p.n > 0 && p.crowd.fewer(c.limit)}
}

// masked decides what of the table is shown. With all, nothing is; with bare,
// the total is and no part.
func (c *counts) masked(codes []string) (masked []bool, bare, all bool) {
	parts := make([]part, len(codes))
	for i, code := range codes {
		parts[i] = c.part(code)
	}
	masked, all = maskList(parts, c.limit, c.total.n > 0 && c.total.crowd.fewer(c.limit))
	return masked, !slices.Contains(masked, false) && len(masked) > 0, all
}

// table is c as a report shows it. When no part can be shown there is no list
// at all: its codes alone would say that none of them is empty.
func (c *counts) table(definition, by string) Table {
	t := Table{Definition: definition, Unit: unitOf(definition), By: by, Cells: []Cell{}}
	codes := c.codes()
	masked, bare, all := c.masked(codes)
	t.Total = number(c.total.n, all)
	if bare || all {
		return t
	}
	for i, code := range codes {
		t.Cells = append(t.Cells, Cell{code, number(c.by[code].n, masked[i])})
	}
	return t
}

// number is n, or a mask that carries nothing.
func number(n int, masked bool) Number {
	if masked {
		return Number{Masked: true}
	}
	return Number{Value: float64(n)}
}
