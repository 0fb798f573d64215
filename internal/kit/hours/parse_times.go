// SPDX-License-Identifier: Apache-2.0

package hours

// times reads "09:00-12:00,14:00-18:00+", with moments of the sun too.
func (p *parser) times() error {
	p.rank(timeRank, len(p.r.times) > 0)
	for {
		t, err := p.timeRange()
		if err != nil {
			return err
		}
		p.r.times = append(p.r.times, t)
		if !p.is(',') || !p.isTime(1) {
			return nil
		}
		p.i++
	}
}

// isTime reports whether a time comes n tokens ahead: not a year, not 24/7.
func (p *parser) isTime(n int) bool {
	switch p.peek(n).kind {
	case eventToken, '(':
		return true
	case numberToken:
		return !p.isYear(n) && (p.colonTime(n) || p.peek(n+1).kind != '/')
	}
	return false
}

// colonTime reports whether "9:00", "9.00" or "9h" comes n tokens ahead.
func (p *parser) colonTime(n int) bool {
	if p.peek(n).kind != numberToken {
		return false
	}
	switch p.peek(n + 1).kind {
	case ':', '.':
		// "Jun 10: 10:00-12:00" has its colon for readability only.
		return p.peek(n+2).kind == numberToken && p.peek(n+3).kind != ':'
	case hourToken, halfDayToken:
		return true
	}
	return false
}

// maxEnd is the last minute of the day at which a range may end: reaching
// past a second midnight has no meaning in the language.
const maxEnd = 2 * minutesPerDay

// timeRange reads "09:00-12:00", "09:00+", "9-12", "(sunrise+01:00)-sunset".
func (p *parser) timeRange() (timeRange, error) {
	var t timeRange
	first := p.tok()
	from, exact, err := p.timePoint()
	if err != nil {
		return t, err
	}
	t.from = from
	if v := from.value(); v < 0 || v >= minutesPerDay {
		return t, p.fail(first.at, "hours.starts_outside")
	}
	single := false
	switch {
	case exact && p.accept('+'):
		t.openEnd, single = true, true
	case p.accept('-'):
		if err := p.timeEnd(&t, first, exact); err != nil {
			return t, err
		}
	case exact:
		return t, p.fail(p.at(), "hours.range_expected")
	default:
		return t, unexpected(p.src, first.at, first.end)
	}
	t.settle(single)
	if t.end() > maxEnd {
		return t, p.fail(first.at, "hours.two_midnights")
	}
	if p.is('/') {
		return t, p.fail(p.at(), "hours.point_in_time")
	}
	return t, nil
}

// timeEnd reads the end of a range that began at first. A bare hour may only
// end what a bare hour began: "9-12", not "9:00-12", which could be a slip.
func (p *parser) timeEnd(t *timeRange, first token, exact bool) error {
	at := p.at()
	to, toExact, err := p.timePoint()
	if err != nil {
		return err
	}
	if exact != toExact {
		return p.fail(at, "hours.range_continues")
	}
	if v := to.value(); v < 0 || v > maxEnd {
		return p.fail(at, "hours.two_midnights")
	}
	t.to = to
	if !exact {
		p.warn(first.at, "hours.no_minutes")
		return nil
	}
	t.openEnd = p.accept('+')
	return nil
}

// timePoint reads one time; exact is false for a bare hour ("9", "9h").
func (p *parser) timePoint() (point timePoint, exact bool, err error) {
	switch t := p.tok(); t.kind {
	case numberToken:
		return p.clock()
	case eventToken:
		p.i++
		p.warn(t.at, "hours.sun")
		return timePoint{event: event(t.value)}, true, nil
	case '(':
		p.i++
		e := p.tok()
		if e.kind != eventToken {
			return point, false, p.unexpected()
		}
		p.i++
		p.warn(e.at, "hours.sun")
		point.event = event(e.value)
		minus := p.is('-')
		if !p.accept('-') && !p.accept('+') {
			return point, false, p.unexpected()
		}
		at := p.at()
		offset, exact, err := p.clock()
		if err != nil {
			return point, false, err
		}
		if !exact || offset.minute >= minutesPerDay/2 {
			return point, false, p.fail(at, "hours.sun_offset")
		}
		point.minute = offset.minute
		if minus {
			point.minute = -offset.minute
		}
		if !p.accept(')') {
			return point, false, p.unexpected()
		}
		return point, true, nil
	}
	if p.is(endToken) {
		return point, false, p.fail(p.at(), "hours.range_continues")
	}
	return point, false, p.unexpected()
}

// clock reads "9:00", "09.00", "9h", "9", "9am", "9:30 pm".
func (p *parser) clock() (point timePoint, exact bool, err error) {
	t := p.tok()
	if t.kind != numberToken {
		return point, false, p.unexpected()
	}
	hour, minute := t.value, 0
	p.i++
	if p.is(':', numberToken) || p.is('.', numberToken) {
		if p.is('.') {
			p.warn(p.at(), "hours.use_instead", "found", ".", "use", ":")
		}
		m := p.peek(1)
		if m.value > 59 {
			return point, false, p.fail(m.at, "hours.minutes")
		}
		minute, exact = m.value, true
		p.i += 2
	}
	switch n := p.tok(); n.kind {
	case hourToken:
		p.i++
		if p.is(numberToken) {
			return point, false, p.unexpected()
		}
	case halfDayToken:
		if hour < 1 || hour > 12 {
			return point, false, p.unexpected()
		}
		hour = hour%12 + 12*n.value
		p.i++
	}
	return timePoint{minute: hour*60 + minute}, exact, nil
}
