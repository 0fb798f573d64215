// SPDX-License-Identifier: Apache-2.0

package finder

import "time"

// CellLength is the grain of a Week. Opening hours of the national data are
// almost all on the quarter of an hour.
const CellLength = 15 * time.Minute

// Cells is the number of cells of a Week: seven times 24 hours.
const Cells = 7 * 24 * 4

// Week says for each quarter of an hour, counted from an instant common to all
// places, whether a place is open. Cells are elapsed time, not wall-clock time:
// time zones and summer time are the business of whoever fills it.
type Week [Cells / 8]byte

// Set marks a cell (0 to Cells-1) as open.
func (w *Week) Set(cell int) { w[cell/8] |= 1 << (cell % 8) }

// Open tells whether a cell is marked.
func (w *Week) Open(cell int) bool { return w[cell/8]>>(cell%8)&1 == 1 }

// Opening is what an index knows about opening hours.
type Opening struct {
	// From is the first instant of Weeks, one Week per place in Build's order.
	From  time.Time
	Weeks []Week
	// At judges a place at a moment outside Weeks; nil when nobody can.
	At func(place int, t time.Time) bool
}

// opening is an Opening turned round: for each cell, the places open in it.
type opening struct {
	from   time.Time
	size   int // words per cell
	cells  []uint64
	at     func(place int, t time.Time) bool
	places int
}

// WithOpening returns an index that shares everything with ix and knows these
// opening hours. It takes a few milliseconds, so a caller refreshes it each
// week, or whenever hours change, without building again.
// It panics when Weeks is neither empty nor one per place.
func (ix *Index) WithOpening(o Opening) *Index {
	if len(o.Weeks) != 0 && len(o.Weeks) != len(ix.ids) {
		panic("finder: one Week per place is needed")
	}
	t := &opening{from: o.From, size: (len(ix.ids) + 63) / 64, at: o.At, places: len(o.Weeks)}
	if len(o.Weeks) > 0 {
		t.cells = make([]uint64, Cells*t.size)
	}
	for block := 0; block*64 < len(o.Weeks); block++ {
		var column [Cells]uint64 // 64 places at a time stay in the nearest cache
		for i, week := range o.Weeks[block*64 : min(block*64+64, len(o.Weeks))] {
			for k, b := range week {
				for bit := 0; b != 0; bit, b = bit+1, b>>1 {
					column[k*8+bit] |= uint64(b&1) << i
				}
			}
		}
		for c, word := range column {
			t.cells[c*t.size+block] = word
		}
	}
	out := ix.share()
	out.opening = t
	return out
}

// known tells whether t can be judged at all.
func (o *opening) known(t time.Time) bool {
	return o != nil && (o.cell(t) >= 0 || o.at != nil)
}

// cell is the cell of t, or -1 when t is outside the weeks.
func (o *opening) cell(t time.Time) int {
	if d := t.Sub(o.from); o.places > 0 && d >= 0 && d < Cells*CellLength {
		return int(d / CellLength)
	}
	return -1
}

// open puts in out the places among candidates that are open at t. Inside the
// weeks it is one intersection; outside, one call of At per candidate.
func (o *opening) open(t time.Time, candidates, out bitset) {
	copy(out, candidates)
	if c := o.cell(t); c >= 0 {
		out.and(o.cells[c*o.size : (c+1)*o.size])
		return
	}
	candidates.each(func(i int) {
		if !o.at(i, t) {
			out.clear(i)
		}
	})
}
