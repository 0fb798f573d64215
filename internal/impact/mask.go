// SPDX-License-Identifier: Apache-2.0

package impact

// part is one number of a table before masking.
type part struct {
	n   int
	few bool // not empty, and fewer people than the threshold behind it
}

// maskList masks a list of parts. The total is shown unless too few people stand
// behind it: all says that it is masked too.
func maskList(parts []part, threshold int, totalFew bool) (masked []bool, all bool) {
	masked = make([]bool, len(parts))
	if totalFew {
		fill(masked)
		return masked, true
	}
	total := 0
	for _, p := range parts {
		total += p.n
	}
	arcs := make([]arc, 0, len(parts)+1)
	for _, p := range parts {
		arcs = append(arcs, arc{from: 0, to: 1, n: p.n, least: 1, most: unbounded, few: p.few})
	}
	arcs = append(arcs, arc{from: 1, to: 0, n: total, most: total, fixed: true})
	g := newNetwork(2, arcs)
	if !g.protect(threshold) {
		fill(masked)
		return masked, false
	}
	for i := range masked {
		masked[i] = g.arcs[i].masked
	}
	return masked, false
}

// grid is a table in two directions before masking. What is already masked or
// shown of its totals in the same report is given, and stays.
type grid struct {
	cells         [][]part // by row, then column
	rowsMasked    []bool
	columnsMasked []bool
	// atLeast and atMost bound the columns: each is known to be at least the
	// former, and each of its cells at most the latter. 0 means not known.
	atLeast, atMost []int
}

// maskGrid masks the cells of a table whose totals are already decided.
func maskGrid(t grid, threshold int) [][]bool {
	m, n := len(t.rowsMasked), len(t.columnsMasked)
	out := make([][]bool, m)
	allRows, allColumns := m+n, m+n+1
	var arcs []arc
	columnTotals := make([]int, n)
	rowTotals := make([]int, m)
	total := 0
	for i := range m {
		out[i] = make([]bool, n)
		for j := range n {
			p := t.cells[i][j]
			a := arc{from: i, to: m + j, n: p.n, least: 1, most: unbounded, few: p.few}
			if t.atMost[j] > 0 {
				a.most = t.atMost[j]
			}
			arcs = append(arcs, a)
			rowTotals[i] += p.n
			columnTotals[j] += p.n
			total += p.n
		}
	}
	for i := range m {
		arcs = append(arcs, margin(allColumns, i, rowTotals[i], 1, t.rowsMasked[i]))
	}
	for j := range n {
		arcs = append(arcs, margin(m+j, allRows, columnTotals[j], max(t.atLeast[j], 1), t.columnsMasked[j]))
	}
	arcs = append(arcs, arc{from: allRows, to: allColumns, n: total, most: total, fixed: true})
	g := newNetwork(m+n+2, arcs)
	whole := g.protect(threshold)
	for i := range m {
		for j := range n {
			out[i][j] = !whole || g.arcs[i*n+j].masked
		}
	}
	return out
}

// margin is the arc of a row's or a column's total: masked and to be protected
// as such, or shown and fixed.
func margin(from, to, n, least int, masked bool) arc {
	return arc{from: from, to: to, n: n, least: least, most: unbounded, fixed: !masked, few: masked, masked: masked}
}

func fill(b []bool) {
	for i := range b {
		b[i] = true
	}
}
