// SPDX-License-Identifier: Apache-2.0

package guard

import "slices"

// maxGap is the most separators in a row inside one number.
const maxGap = 3

// isGap reports whether c may separate the digits of one number.
func isGap(c byte) bool {
	switch c {
	case ' ', '\n', '.', '-', '_', '/':
		return true
	}
	return false
}

// run is a row of digits that only separators interrupt. Its groups are what
// stands between separators: most numbers people write begin and end with one.
type run struct {
	digits []byte  // '0'–'9', and 'a' or 'b' where a Corsican NIR may have one
	place  []int   // where each digit stands in the folded text
	groups []group // in order
	plus   bool    // a '+' stands right before it: an international telephone
}

// group is digits[from:to] of a run.
type group struct{ from, to int }

func (g group) size() int { return g.to - g.from }

// numbers finds social-security numbers and bank cards outside the stretches
// already known.
func (f folded) numbers(known []Finding) []Finding {
	var found []Finding
	var r run
	for i := 0; i < len(f.b); {
		if len(known) > 0 && i >= known[0].Start {
			i = max(i, known[0].End)
			known = known[1:]
			continue
		}
		if !isDigit(f.b[i]) {
			i++
			continue
		}
		limit := len(f.b)
		if len(known) > 0 {
			limit = known[0].Start
		}
		i = r.read(f.b[:limit], i)
		if len(r.digits) >= nirLength {
			found = r.find(found)
		}
	}
	return found
}

// read fills r with the run that starts at b[i] and returns where it stops.
func (r *run) read(b []byte, i int) int {
	r.digits, r.place, r.groups = r.digits[:0], r.place[:0], r.groups[:0]
	r.plus = i > 0 && b[i-1] == '+'
	gap := 1 // the first digit opens a group
	for ; i < len(b); i++ {
		switch c := b[i]; {
		case isDigit(c) || r.corsican(b, i):
			if gap > 0 {
				r.groups = append(r.groups, group{len(r.digits), len(r.digits)})
			}
			r.digits = append(r.digits, c)
			r.place = append(r.place, i)
			r.groups[len(r.groups)-1].to++
			gap = 0
		case isGap(c) && gap < maxGap:
			gap++
		default:
			return i
		}
	}
	return i
}

// corsican reports whether b[i] can be the letter of « 2A » or « 2B » inside a
// number: after a 2 and before a digit, separators allowed. « De 12 à 14 » also
// passes; it does no harm, since the letter then stands at no place a NIR has.
func (r *run) corsican(b []byte, i int) bool {
	if b[i] != 'a' && b[i] != 'b' || len(r.digits) == 0 || r.digits[len(r.digits)-1] != '2' {
		return false
	}
	i++
	for after := 0; after < maxGap && i < len(b) && isGap(b[i]); after++ {
		i++
	}
	return i < len(b) && isDigit(b[i])
}

// find adds what r holds. Strong evidence (a key that fits, or the way such a
// number is usually spaced) is taken anywhere; other spacings only when they
// make up the whole of what is left between telephones, dates and postal codes.
func (r *run) find(found []Finding) []Finding {
	first := 0 // the first group not yet taken
	for i := range r.groups {
		if i < first {
			continue
		}
		last := i // the longest number first: with its key rather than without
		for last+1 < len(r.groups) && r.groups[last+1].to-r.groups[i].from <= maxCard {
			last++
		}
		for j := last; j >= i; j-- {
			whole := i == 0 && j == len(r.groups)-1
			if kind, ok := r.strong(i, j, whole); ok {
				found = r.add(found, kind, i, j)
				first = j + 1
				break
			}
		}
	}
	if first > 0 {
		return found
	}
	for start := 0; start < len(r.groups); {
		stop, next := r.segment(start)
		if stop > start {
			if kind, ok := r.loose(start, stop-1); ok {
				found = r.add(found, kind, start, stop-1)
			}
		}
		start = next
	}
	return found
}

func (r *run) add(found []Finding, kind Kind, i, j int) []Finding {
	from, to := r.groups[i].from, r.groups[j].to
	return append(found, Finding{
		Kind: kind, Start: r.place[from], End: r.place[to-1] + 1, digits: to - from,
	})
}

// strong looks at groups i to j on their own merit.
func (r *run) strong(i, j int, whole bool) (Kind, bool) {
	d, layout := r.digits[r.groups[i].from:r.groups[j].to], r.groups[i:j+1]
	single := len(layout) == 1
	regular := whole && !r.plus && even(layout)
	switch {
	case len(d) == nirLength+nirKeyLength && nirWithKey(d):
		// One row of telephones in a hundred makes a key fit by chance.
		return NIR, single || whole && !r.plus || sized(layout, nirKeyed) || !r.crosses(i, j)
	case len(d) == nirLength && single && plausibleNIR(d, anyMonth):
		return NIR, true
	case len(d) == nirLength && sized(layout, nirLayout) && plausibleNIR(d, anyMonth):
		return NIR, true
	case len(d) == nirLength && (regular || whole && starts(layout, nirStart)) && plausibleNIR(d, calendarMonth):
		return NIR, true
	case (single || regular || usualCardLayout(layout)) && isCard(d) && !isSIRET(d, layout):
		return Card, true
	}
	return "", false
}

// loose looks at groups i to j, a stretch with nothing else around, whatever
// its spacing.
func (r *run) loose(i, j int) (Kind, bool) {
	d, layout := r.digits[r.groups[i].from:r.groups[j].to], r.groups[i:j+1]
	switch {
	case len(d) == nirLength && plausibleNIR(d, calendarMonth):
		return NIR, true
	case len(d) <= maxCard && isCard(d) && !isSIRET(d, layout) && !slices.ContainsFunc(layout, wide):
		return Card, true
	}
	return "", false
}

// wide groups stand for numbers of their own when others are beside them.
func wide(g group) bool { return g.size() > 8 }

// segment gives the groups from start up to the next telephone, date or list of
// postal codes (stop), and where to go on after it (next).
func (r *run) segment(start int) (stop, next int) {
	for i := start; i < len(r.groups); i++ {
		if n := r.ordinary(i); n > 0 {
			return i, i + n
		}
	}
	return len(r.groups), len(r.groups)
}

// crosses reports whether a telephone, a date or a list of postal codes has a
// group among groups i to j. It looks back no further than such a thing is long.
func (r *run) crosses(i, j int) bool {
	for k := max(0, i-longestList); k <= j; k++ {
		if n := r.ordinary(k); k+n > i && n > 0 {
			return true
		}
	}
	return false
}

// longestList is the most postal codes in a row taken at once. It keeps the
// time of Find in step with the length of the text.
const longestList = 8

// ordinary counts the groups from i that make a telephone, a date or a list of
// postal codes; 0 when they do not.
func (r *run) ordinary(i int) int {
	g := r.groups[i:]
	d := func(k int) []byte { return r.digits[g[k].from:g[k].to] }
	if r.plus && i == 0 {
		const international = 11 // +33 and nine digits
		for k := range g {
			if g[k].to >= international {
				return k + 1
			}
		}
		return len(g)
	}
	if len(d(0)) == 10 && d(0)[0] == '0' {
		return 1
	}
	if starts(g, []int{2, 2, 2, 2, 2}) && d(0)[0] == '0' && d(0)[1] != '0' {
		return 5
	}
	if starts(g, []int{2, 2, 4}) && isDate(d(2), d(1), d(0)) || starts(g, []int{4, 2, 2}) && isDate(d(0), d(1), d(2)) {
		return 3
	}
	if starts(g, []int{5, 5}) {
		n := 2
		for n < min(len(g), longestList) && g[n].size() == 5 {
			n++
		}
		return n
	}
	return 0
}

func isDate(year, month, day []byte) bool {
	y, m, d := numberOf(year), numberOf(month), numberOf(day)
	return 1900 <= y && y < 2100 && 1 <= m && m <= 12 && 1 <= d && d <= 31
}

func numberOf(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = 10*n + int(c-'0')
	}
	return n
}

// sized reports whether layout has exactly these sizes.
func sized(layout []group, sizes []int) bool {
	return len(layout) == len(sizes) && starts(layout, sizes)
}

// starts reports whether layout begins with these sizes.
func starts(layout []group, sizes []int) bool {
	if len(layout) < len(sizes) {
		return false
	}
	for i, n := range sizes {
		if layout[i].size() != n {
			return false
		}
	}
	return true
}

// even reports whether every group has the size of the first, the last one
// perhaps less. Fives do not count: they are postal codes.
func even(layout []group) bool {
	n := layout[0].size()
	for i, g := range layout {
		if g.size() != n && (i < len(layout)-1 || g.size() > n) {
			return false
		}
	}
	return n != 5
}
