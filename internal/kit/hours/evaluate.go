// SPDX-License-Identifier: Apache-2.0

package hours

import "time"

// active is a rule that has a say on a day: as one of its own (shift 0), or by
// its times that ran past the midnight before (shift 1440).
type active struct {
	rule  *rule
	shift int
}

// activeOn lists the rules that have a say on d, in order, reusing buf.
//
// A rule after ";" that chooses days, and opens or leaves unknown, replaces what
// matched this day before it, nights spilling over from the day before included.
// A rule of times alone replaces only when it opens and follows another such
// rule; a rule that closes is simply painted over.
func (h *Hours) activeOn(d *day, buf []active) []active {
	var before day
	for i := range h.rules {
		r := &h.rules[i]
		if r.matches(d) {
			replaces := r.hasDay() && r.kind != Closed || i > 0 && !h.rules[i-1].hasDay() && r.kind == Open
			if replaces && r.joint == override {
				buf = buf[:0]
			}
			buf = append(buf, active{r, 0})
		}
		if r.spills() {
			if before.month == 0 {
				before = d.previous()
			}
			if r.matches(&before) {
				buf = append(buf, active{r, minutesPerDay})
			}
		}
	}
	return buf
}

// stateAt is the state at a minute of the day those rules are about: the last
// rule, and in it the last times, that cover it decide, save that fallbacks
// only fill what is closed.
func stateAt(rules []active, minute int) State {
	var s State
	for _, a := range rules {
		if a.rule.fills && s.Kind != Closed {
			continue
		}
		if a.rule.always || len(a.rule.times) == 0 {
			if a.shift == 0 {
				s = State{a.rule.kind, a.rule.comment}
			}
			continue
		}
		m := minute + a.shift
		for i := range a.rule.times {
			t := &a.rule.times[i]
			if m < t.start || m >= t.end() {
				continue
			}
			s = State{a.rule.kind, a.rule.comment}
			if m >= t.stop && s.Kind == Open {
				s.Kind = Unknown
			}
			if a.rule.fills {
				break
			}
		}
	}
	return s
}

// nextBound is the first minute after m at which those rules may change state,
// 1440 at most.
func nextBound(rules []active, m int) int {
	next := minutesPerDay
	for _, a := range rules {
		for i := range a.rule.times {
			t := &a.rule.times[i]
			for _, b := range [3]int{t.start - a.shift, t.stop - a.shift, t.guess - a.shift} {
				if b > m && b < next {
					next = b
				}
			}
		}
	}
	return next
}

// segment is a stretch of a day in one state, in minutes.
type segment struct {
	from, to int
	state    State
}

// segmentsOf cuts a day into stretches that are not closed, merging alike
// neighbours.
func (h *Hours) segmentsOf(d *day) []segment {
	var room [16]active
	rules := h.activeOn(d, room[:0])
	if len(rules) == 0 {
		return nil
	}
	var list []segment
	for m := 0; m < minutesPerDay; {
		next := nextBound(rules, m)
		s := stateAt(rules, m)
		last := len(list) - 1
		switch {
		case s.Kind == Closed && s.Comment == "":
		case last >= 0 && list[last].to == m && list[last].state == s:
			list[last].to = next
		default:
			list = append(list, segment{m, next, s})
		}
		m = next
	}
	return list
}

// Moment is an instant seen by one calendar, ready to be asked of many Hours.
type Moment struct {
	day    day
	minute int
}

// NewMoment prepares t, in its own location, for Hours.AtMoment: worth it when
// the same instant is asked of thousands of places.
func NewMoment(t time.Time, cal Calendar) *Moment {
	number, minute := wallOf(t)
	return &Moment{dayAt(number, cal), minute}
}

// At is the state at t, read on the wall clock of t's location.
func (h *Hours) At(t time.Time, cal Calendar) State { return h.AtMoment(NewMoment(t, cal)) }

// AtMoment is the state at m. A Moment keeps what its calendar answered, so it
// must not be shared between goroutines.
func (h *Hours) AtMoment(m *Moment) State {
	if w := h.table(); w != nil {
		return w.at(&m.day, m.minute)
	}
	var room [16]active
	return stateAt(h.activeOn(&m.day, room[:0]), m.minute)
}

// segmentsOn is segmentsOf, from the table of the week when there is one. The
// result must not be changed.
func (h *Hours) segmentsOn(d *day) []segment {
	if w := h.table(); w != nil {
		return w.cells[w.index(d)]
	}
	return h.segmentsOf(d)
}

// Open lists when a place is open between from and to: disjoint intervals in
// order, neighbours merged, in from's location. Unknown is not open.
//
// Where the clock skips an hour in spring, a time within that hour means the
// moment of the jump; where it repeats an hour in autumn, the first passage.
func (h *Hours) Open(from, to time.Time, cal Calendar) []Interval {
	var list []Interval
	loc := from.Location()
	first, _ := wallOf(from)
	last, _ := wallOf(to.In(loc))
	for n := first; n <= last; n++ {
		d := dayAt(n, cal)
		for _, s := range h.segmentsOn(&d) {
			if s.state.Kind != Open {
				continue
			}
			a, b := instant(&d, s.from, loc), instant(&d, s.to, loc)
			if a.Before(from) {
				a = from
			}
			if b.After(to) {
				b = to
			}
			if !a.Before(b) {
				continue
			}
			if k := len(list) - 1; k >= 0 && list[k].To.Equal(a) {
				list[k].To = b
			} else {
				list = append(list, Interval{a, b})
			}
		}
	}
	return list
}

// Next is the first instant after t and before t+horizon at which a place
// opens, or stops being open (it closes, or one cannot be sure any more). ok is
// false when nothing changes by then.
func (h *Hours) Next(t time.Time, cal Calendar, horizon time.Duration) (change time.Time, opens, ok bool) {
	end := t.Add(horizon)
	// Most changes are near: look at two days before looking at all.
	for look := 48 * time.Hour; ; look *= 8 {
		until := t.Add(look)
		if until.After(end) {
			until = end
		}
		if list := h.Open(t, until, cal); len(list) > 0 {
			if first := list[0]; first.From.After(t) {
				return first.From, true, true
			} else if first.To.Before(until) {
				return first.To, false, true
			}
		}
		if !until.Before(end) {
			return time.Time{}, false, false
		}
	}
}
