// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// small is a threshold that lets an attacker try every possible table.
const small = 3

func drawPart(t *rapid.T, label string) part {
	n := rapid.IntRange(0, 6).Draw(t, label)
	return part{n: n, few: n > 0 && (n < small || rapid.IntRange(0, 9).Draw(t, label+" by few") == 0)}
}

func TestListMaskedByHand(t *testing.T) {
	for name, c := range map[string]struct {
		in     []int
		masked []bool
	}{
		"nothing small":                {[]int{8, 9, 0}, []bool{false, false, false}},
		"the least other goes with it": {[]int{3, 40, 50}, []bool{true, true, false}},
		// 1+1 would be known to be small: a third goes with them.
		"two small ones are not enough": {[]int{1, 1, 50, 60}, []bool{true, true, true, false}},
		"empty ones stay shown":         {[]int{3, 0, 40, 50}, []bool{true, false, true, false}},
		// 1 of 5: the other one can only be 4. Nothing is broken down.
		"no way": {[]int{1, 4, 0}, []bool{true, true, true}},
	} {
		parts := make([]part, len(c.in))
		for i, n := range c.in {
			parts[i] = part{n: n, few: n > 0 && n < ThresholdInside}
		}
		if got, all := maskList(parts, ThresholdInside, false); !slices.Equal(got, c.masked) || all {
			t.Errorf("%s: got %v %v, want %v", name, got, all, c.masked)
		}
	}
	if got, all := maskList([]part{{n: 3, few: true}, {n: 0}}, ThresholdInside, true); !all || slices.Contains(got, false) {
		t.Errorf("three people in all: got %v %v, want everything masked", got, all)
	}
}

// TestListGivesNothingBack subtracts everything shown from the total.
func TestListGivesNothingBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := make([]part, rapid.IntRange(2, 7).Draw(t, "parts"))
		rest, hidden, total := 0, 0, 0
		for i := range parts {
			parts[i] = drawPart(t, "n")
			total += parts[i].n
		}
		if total < small {
			return // the caller masks the total too
		}
		masked, _ := maskList(parts, small, false)
		for i, m := range masked {
			switch {
			case m:
				hidden++
				rest += parts[i].n
			case parts[i].few:
				t.Fatalf("%v: %d is shown", parts, i)
			}
		}
		if hidden == 0 {
			return
		}
		// Masked parts are at least 1, unless none is shown.
		least := 1
		if hidden == len(parts) {
			least = 0
		}
		most := rest - least*(hidden-1)
		if most <= least {
			t.Fatalf("%v masked %v: a masked part is known", parts, masked)
		}
		if most < small {
			t.Fatalf("%v masked %v: masked parts are known to be at most %d", parts, masked, most)
		}
	})
}

// attacker knows all that a table in two directions shows, and tries every
// table of whole numbers that agrees with it.
type attacker struct {
	shown          [][]int // -1 where masked
	rows, columns  []int   // -1 where masked
	total          int
	least, most    int   // of any masked cell
	columnsAtLeast []int // and of the totals of columns
	cellsAtMost    []int // of the cells of a column, 0 where unknown
	row, column    int   // the cell it is after
	guess          [][]int
	found          func(value int) (enough bool)
}

// try fills the cells from position at on, and reports whether found had enough.
func (a *attacker) try(at, sum int) bool {
	m, n := len(a.rows), len(a.columns)
	if sum > a.total {
		return false
	}
	if at == m*n {
		if sum != a.total {
			return false
		}
		for j, c := range a.columns {
			s := 0
			for i := range m {
				s += a.guess[i][j]
			}
			if (c >= 0 && s != c) || s < a.columnsAtLeast[j] {
				return false
			}
		}
		return a.found(a.guess[a.row][a.column])
	}
	i, j := at/n, at%n
	from, to := a.least, a.most
	if a.cellsAtMost[j] > 0 {
		to = min(to, a.cellsAtMost[j])
	}
	if s := a.shown[i][j]; s >= 0 {
		from, to = s, s
	}
	for v := from; v <= to; v++ {
		a.guess[i][j] = v
		row := 0
		for k := 0; k <= j; k++ {
			row += a.guess[i][k]
		}
		if a.rows[i] >= 0 && (row > a.rows[i] || (j == n-1 && row != a.rows[i])) {
			continue
		}
		if a.try(at+1, sum+v) {
			return true
		}
	}
	return false
}

// TestGridGivesNothingBack: every masked cell has two possible values, and the
// small ones could be large, whatever an attacker subtracts.
func TestGridGivesNothingBack(t *testing.T) {
	masks, fallbacks := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m, n := rapid.IntRange(2, 3).Draw(t, "rows"), 2
		g := grid{cells: make([][]part, m), atLeast: make([]int, n), atMost: make([]int, n)}
		rows, columns := make([]part, m), make([]part, n)
		total := 0
		for i := range m {
			g.cells[i] = make([]part, n)
			for j := range n {
				p := drawPart(t, "cell")
				g.cells[i][j] = p
				rows[i].n += p.n
				columns[j].n += p.n
				total += p.n
			}
		}
		for _, margin := range [][]part{rows, columns} {
			for i := range margin {
				margin[i].few = margin[i].n > 0 && margin[i].n < small
			}
		}
		if total < small || slices.ContainsFunc(rows, func(p part) bool { return p.n == 0 }) ||
			slices.ContainsFunc(columns, func(p part) bool { return p.n == 0 }) {
			return // lists by code have no empty code
		}
		g.rowsMasked, _ = maskList(rows, small, false)
		g.columnsMasked, _ = maskList(columns, small, false)
		if !slices.Contains(g.rowsMasked, false) || !slices.Contains(g.columnsMasked, false) {
			return // such tables are not shown at all
		}
		masked := maskGrid(g, small)
		a := attacker{total: total, least: 1, most: 12, cellsAtMost: g.atMost, columnsAtLeast: g.atLeast}
		hiddenAll := true
		for i := range m {
			a.shown = append(a.shown, make([]int, n))
			a.guess = append(a.guess, make([]int, n))
			a.rows = append(a.rows, shownOr(rows[i].n, g.rowsMasked[i]))
			for j := range n {
				a.shown[i][j] = shownOr(g.cells[i][j].n, masked[i][j])
				hiddenAll = hiddenAll && masked[i][j]
				if g.cells[i][j].few && !masked[i][j] {
					t.Fatalf("%v: cell %d,%d is shown", g.cells, i, j)
				}
			}
		}
		for j := range n {
			a.columns = append(a.columns, shownOr(columns[j].n, g.columnsMasked[j]))
		}
		if hiddenAll {
			a.least = 0 // empty cells are masked too
			fallbacks++
		}
		for i := range m {
			for j := range n {
				if !masked[i][j] {
					continue
				}
				masks++
				a.row, a.column = i, j
				var values []int
				large := false
				a.found = func(v int) bool {
					if !slices.Contains(values, v) {
						values = append(values, v)
					}
					large = large || v >= small
					return len(values) >= 2 && large
				}
				if !a.try(0, 0) {
					t.Fatalf("%v masked %v, rows %v columns %v: cell %d,%d can only be %v", g.cells, masked, a.rows, a.columns, i, j, values)
				}
			}
		}
	})
	if masks == 0 {
		t.Fatal("nothing was ever masked: the test tries nothing")
	}
	t.Logf("%d masked cells tried, %d tables without any cell", masks, fallbacks)
}

func shownOr(n int, masked bool) int {
	if masked {
		return -1
	}
	return n
}
