// SPDX-License-Identifier: Apache-2.0

package hours

// weekTable holds, for an expression that depends on nothing but weekdays and
// holidays, every kind of day there can be: asking it is a look-up. Nearly all
// real expressions are such.
type weekTable struct {
	public, school bool // the kinds of holidays that matter
	before         bool // what yesterday was matters, since nights spill over
	cells          [][]segment
}

// table is h's weekTable, built at first use, or nil when it cannot have one.
func (h *Hours) table() *weekTable {
	h.weekOnce.Do(func() {
		if w := newTable(h.rules); w != nil {
			w.fill(h)
			h.week = w
		}
	})
	return h.week
}

// newTable says what an expression depends on, or nil if on more than the
// weekday and the holidays of today and yesterday.
func newTable(rules []rule) *weekTable {
	var w weekTable
	for i := range rules {
		r := &rules[i]
		if len(r.years)+len(r.dates)+len(r.weeks) > 0 {
			return nil
		}
		for _, list := range [2][]daySelector{r.holidays, r.weekdays} {
			for _, s := range list {
				if s.nth != 0 || s.offset != 0 {
					return nil
				}
				w.public = w.public || s.kind == publicHoliday
				w.school = w.school || s.kind == schoolHoliday
			}
		}
		w.before = w.before || r.spills()
	}
	return &w
}

// flag is a kind of holiday, today (0) or yesterday (-1).
type flag struct {
	kind  dayKind
	shift int
}

// allFlags is the order in which the holidays that matter number the cells.
var allFlags = [4]flag{{publicHoliday, 0}, {schoolHoliday, 0}, {publicHoliday, -1}, {schoolHoliday, -1}}

func (w *weekTable) depends(f flag) bool {
	return (f.shift == 0 || w.before) && (f.kind == publicHoliday && w.public || f.kind == schoolHoliday && w.school)
}

// fill computes the cells: seven days for each combination of holidays.
func (w *weekTable) fill(h *Hours) {
	combinations := 1
	for _, f := range allFlags {
		if w.depends(f) {
			combinations *= 2
		}
	}
	w.cells = make([][]segment, 7*combinations)
	for i := range w.cells {
		d := dayAt(aMonday+i%7, nil)
		combination := i / 7
		for _, f := range allFlags {
			if w.depends(f) {
				d.suppose(f, combination%2 == 1)
				combination /= 2
			}
		}
		w.cells[i] = h.segmentsOf(&d)
	}
}

// aMonday is the number of a day that was a Monday: 1970-01-05.
const aMonday = 4

// index is the number of the cell d falls in.
func (w *weekTable) index(d *day) int {
	i, size := d.weekday, 7
	for _, f := range allFlags {
		if w.depends(f) {
			if d.holiday(f.kind, f.shift) {
				i += size
			}
			size *= 2
		}
	}
	return i
}

// at is the state at a minute of d.
func (w *weekTable) at(d *day, minute int) State {
	for _, s := range w.cells[w.index(d)] {
		if minute < s.from {
			break
		}
		if minute < s.to {
			return s.state
		}
	}
	return State{}
}
