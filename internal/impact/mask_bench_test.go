// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkGrid masks a table of nineteen themes by as many communes as a large
// department has, most of its cells small.
func BenchmarkGrid(b *testing.B) {
	const rows, columns = 19, 600
	r := rand.New(rand.NewPCG(1, 2))
	t := grid{rowsMasked: make([]bool, rows), atLeast: make([]int, columns), atMost: make([]int, columns)}
	totals := make([]part, columns)
	for range rows {
		line := make([]part, columns)
		for j := range line {
			n := int(r.ExpFloat64() * 4)
			line[j] = part{n: n, few: n > 0 && n < ThresholdInside}
			totals[j].n += n
		}
		t.cells = append(t.cells, line)
	}
	for j := range totals {
		totals[j].few = totals[j].n < ThresholdInside
	}
	t.columnsMasked, _ = maskList(totals, ThresholdInside, false)
	for b.Loop() {
		maskGrid(t, ThresholdInside)
	}
}
