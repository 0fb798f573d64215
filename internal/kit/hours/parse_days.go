// SPDX-License-Identifier: Apache-2.0

package hours

// days reads weekdays and holidays: "Mo-Fr,Sa[1],PH", or a holiday alone that
// must hold besides the weekdays: "SH Mo-Fr".
func (p *parser) days() error {
	if p.is(holidayToken) {
		at := p.at()
		d, err := p.holiday()
		if err != nil {
			return err
		}
		if !p.moreDays() {
			if p.last > holidayRank {
				p.warn(at, "hours.order")
			}
			p.last = max(p.last, holidayRank)
			p.r.holidays = append(p.r.holidays, d)
			return nil
		}
		p.rank(weekdayRank, len(p.r.weekdays) > 0)
		p.r.weekdays = append(p.r.weekdays, d)
		p.i++
	} else {
		p.rank(weekdayRank, len(p.r.weekdays) > 0)
	}
	for {
		var d daySelector
		var err error
		if p.is(holidayToken) {
			d, err = p.holiday()
		} else {
			d, err = p.weekdays()
		}
		if err != nil {
			return err
		}
		p.r.weekdays = append(p.r.weekdays, d)
		if !p.moreDays() {
			return nil
		}
		p.i++
	}
}

// moreDays reports whether a "," and another day come.
func (p *parser) moreDays() bool { return p.is(',', weekdayToken) || p.is(',', holidayToken) }

// holiday reads PH, SH, "PH +1 day".
func (p *parser) holiday() (daySelector, error) {
	t := p.tok()
	p.i++
	d := daySelector{kind: dayKind(t.value)}
	if d.kind == schoolHoliday {
		return d, nil
	}
	at := p.at()
	offset, err := p.offset()
	if err != nil {
		return d, err
	}
	if offset < -1 || offset > 1 {
		return d, p.fail(at, "hours.holiday_offset")
	}
	d.offset = offset
	return d, nil
}

// weekdays reads "Mo", "Mo-Fr", "Mo[1,3-4,-1]", "Mo[1] +2 days".
func (p *parser) weekdays() (daySelector, error) {
	t := p.tok()
	p.i++
	p.dot()
	d := daySelector{from: t.value, to: t.value}
	switch {
	case p.is('-', weekdayToken):
		d.to = p.peek(1).value
		p.i += 2
		p.dot()
	case p.is('['):
		var err error
		if d.nth, err = p.nth(); err != nil {
			return d, err
		}
		if d.offset, err = p.offset(); err != nil {
			return d, err
		}
	}
	return d, nil
}

// dot reads the full stop of an abbreviation.
func (p *parser) dot() {
	if p.is('.') {
		p.warn(p.at(), "hours.dot")
		p.i++
	}
}

// nth reads "[1,3-4,-1]".
func (p *parser) nth() (nthSet, error) {
	p.i++
	var set nthSet
	for {
		at, n, err := p.signed()
		if err != nil {
			return 0, err
		}
		if n == 0 || n < -5 || n > 5 {
			return 0, p.fail(at, "hours.nth")
		}
		last := n
		if n > 0 && p.is('-', numberToken) {
			p.i++
			t := p.tok()
			last = t.value
			if last <= n || last > 5 {
				return 0, p.fail(t.at, "hours.nth")
			}
			p.i++
		}
		for ; n <= last; n++ {
			set.add(n)
		}
		if p.accept(']') {
			return set, nil
		}
		if !p.accept(',') {
			return 0, p.fail(p.at(), "hours.bracket")
		}
	}
}

// signed reads a number that may have a "-".
func (p *parser) signed() (at, n int, err error) {
	at = p.at()
	minus := p.accept('-')
	t := p.tok()
	if t.kind != numberToken {
		return at, 0, p.unexpected()
	}
	p.i++
	if minus {
		return at, -t.value, nil
	}
	return at, t.value, nil
}

// maxOffset bounds "+n days": beyond, the day meant would be of another year.
const maxOffset = 200

// offset reads "+1 day", "-2 days", or nothing.
func (p *parser) offset() (int, error) {
	plus := p.is('+', numberToken, daysToken)
	if !plus && !p.is('-', numberToken, daysToken) {
		return 0, nil
	}
	t := p.peek(1)
	if t.value > maxOffset {
		return 0, p.fail(t.at, "hours.offset", "max", maxOffset)
	}
	p.i += 3
	if plus {
		return t.value, nil
	}
	return -t.value, nil
}

// maxWeek is the last week a year may have (ISO 8601).
const maxWeek = 53

// weeks reads "week 1-53/2,10".
func (p *parser) weeks() error {
	p.i++
	for {
		t := p.tok()
		n, err := p.week()
		if err != nil {
			return err
		}
		w := weekRange{from: n, to: n, step: 1}
		if p.accept('-') {
			if w.to, err = p.week(); err != nil {
				return err
			}
			if w.to < w.from {
				return p.fail(t.at, "hours.week_order")
			}
			if p.accept('/') {
				if w.step, err = p.step(2, maxWeek/2); err != nil {
					return err
				}
			}
		}
		p.r.weeks = append(p.r.weeks, w)
		switch {
		case p.is(',', numberToken) && !p.colonTime(1):
			p.i++
		case p.is(',', weekToken):
			p.i += 2
		default:
			return nil
		}
	}
}

// week reads the number of one week.
func (p *parser) week() (int, error) {
	t := p.tok()
	if t.kind != numberToken {
		return 0, p.unexpected()
	}
	if t.value < 1 || t.value > maxWeek {
		return 0, p.fail(t.at, "hours.week", "max", maxWeek)
	}
	p.i++
	return t.value, nil
}

// step reads the number after "/": every how many.
func (p *parser) step(least, most int) (int, error) {
	t := p.tok()
	if t.kind != numberToken {
		return 0, p.unexpected()
	}
	if t.value < least || t.value > most {
		return 0, p.fail(t.at, "hours.period", "min", least, "max", most)
	}
	p.i++
	return t.value, nil
}
