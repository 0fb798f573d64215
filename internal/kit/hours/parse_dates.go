// SPDX-License-Identifier: Apache-2.0

package hours

// Years the language can name.
const (
	firstYear = 1900
	lastYear  = 2999
)

// isYear reports whether a year comes n tokens ahead.
func (p *parser) isYear(n int) bool {
	t := p.peek(n)
	return t.kind == numberToken && t.value > firstYear && t.value <= lastYear && t.end-t.at == 4 && !p.colonTime(n)
}

// years reads "2026", "2026-2028/2", "2026+", "2026,2028" or the year of a date.
func (p *parser) years() error {
	if p.isDate(1) {
		p.rank(dateRank, len(p.r.dates) > 0)
		return p.dates()
	}
	p.rank(yearRank, len(p.r.years) > 0)
	for {
		t := p.tok()
		y := yearRange{from: t.value, to: t.value, step: 1}
		p.i++
		var err error
		switch {
		case p.accept('+'):
			y.to = 0
		case p.is('-') && p.isYear(1):
			y.to = p.peek(1).value
			if y.to <= y.from {
				return p.fail(t.at, "hours.year_order")
			}
			p.i += 2
			if p.accept('/') {
				y.step, err = p.step(1, lastYear)
			}
		case p.accept('/'):
			y.to = 0
			y.step, err = p.step(1, lastYear)
		}
		if err != nil {
			return err
		}
		p.r.years = append(p.r.years, y)
		if !p.is(',') || !p.isYear(1) {
			return nil
		}
		p.i++
	}
}

// isDate reports whether a day of the year, not only a month, comes n tokens ahead.
func (p *parser) isDate(n int) bool {
	switch p.peek(n).kind {
	case easterToken:
		return true
	case monthToken:
		return p.isDay(n+1) || p.isNth(n+1)
	}
	return false
}

// isDay reports whether a day of the month comes n tokens ahead.
func (p *parser) isDay(n int) bool {
	return p.peek(n).kind == numberToken && !p.isYear(n) && !p.colonTime(n)
}

// isNth reports whether one nth weekday ("We[2]", "We[-1] +1 day") that bounds
// a range of dates comes n tokens ahead. Elsewhere "Jun We[2]" is a month and,
// besides, a weekday.
func (p *parser) isNth(n int) bool {
	if p.peek(n).kind != weekdayToken || p.peek(n+1).kind != '[' {
		return false
	}
	n += 2
	if p.peek(n).kind == '-' {
		n++
	}
	if p.peek(n).kind != numberToken || p.peek(n+1).kind != ']' {
		return false
	}
	n += 2
	if sign := p.peek(n).kind; (sign == '+' || sign == '-') && p.peek(n+2).kind == daysToken {
		n += 3
	}
	next := p.peek(n + 1).kind
	return p.ending || p.peek(n).kind == '-' && (next == monthToken || next == easterToken)
}

// dates reads months and days of the year: "Jan-Mar,Jun 10-12,14,Dec 24-Jan 02",
// "2026 Jun 10-2026 Jun 20", "easter -2 days".
func (p *parser) dates() error {
	for {
		d, err := p.dateRange()
		if err != nil {
			return err
		}
		p.r.dates = append(p.r.dates, d)
		for d.from.kind == dayOfMonth && !d.months && p.is(',') && p.isDay(1) && p.peek(2).kind != '/' {
			p.i++
			next := dateRange{from: d.from}
			if err := p.daysOfMonth(&next); err != nil {
				return err
			}
			p.r.dates = append(p.r.dates, next)
		}
		more := p.is(',', monthToken) || p.is(',', easterToken) || p.is(',') && p.isYear(1) && p.isDate(2)
		if !more {
			return nil
		}
		p.i++
	}
}

// dateRange reads one range of months or of days of the year.
func (p *parser) dateRange() (dateRange, error) {
	var d dateRange
	start := p.at()
	if p.isYear(0) {
		d.from.year = p.tok().value
		p.i++
	}
	if p.is(monthToken) && !p.isDate(0) {
		return p.monthRange()
	}
	plainDay := false
	if p.is(monthToken) && p.isDay(1) {
		d.from.month = p.tok().value
		p.i++
		if err := p.daysOfMonth(&d); err != nil {
			return d, err
		}
		if d.to.day != d.from.day {
			return d, nil
		}
		plainDay = true
	} else if err := p.datePoint(&d.from); err != nil {
		return d, err
	}
	d.to = d.from
	if !p.is('-') {
		return d, nil
	}
	if plainDay && d.step > 0 {
		return d, p.unexpected()
	}
	hyphen := p.tok()
	p.i++
	d.to = datePoint{}
	if p.isYear(0) {
		d.to.year = p.tok().value
		p.i++
	}
	p.ending = true
	bound := p.isDate(0)
	p.ending = false
	if !bound || (d.from.year == 0) != (d.to.year == 0) {
		return d, unexpected(p.src, hyphen.at, hyphen.end)
	}
	if err := p.datePoint(&d.to); err != nil {
		return d, err
	}
	if d.from.year > d.to.year || d.from.year != 0 && d.to.of(d.to.year) < d.from.of(d.from.year) {
		return d, p.fail(start, "hours.date_order")
	}
	return d, nil
}

// monthRange reads "Jun" or "Jun-Aug".
func (p *parser) monthRange() (dateRange, error) {
	d := dateRange{months: true}
	d.from.month = p.tok().value
	d.to.month = d.from.month
	p.i++
	p.dot()
	if p.is('-', monthToken) {
		d.to.month = p.peek(1).value
		p.i += 2
		p.dot()
	}
	return d, nil
}

// datePoint reads "Jun 10", "Jun We[2] +1 day" or "easter -2 days" into pt,
// whose year is set already.
func (p *parser) datePoint(pt *datePoint) error {
	t := p.tok()
	p.i++
	var err error
	switch {
	case t.kind == easterToken:
		pt.kind = easter
		pt.offset, err = p.offset()
		return err
	case p.is(weekdayToken):
		pt.kind, pt.month, pt.weekday = nthWeekday, t.value, p.tok().value
		p.i += 2
		var at int
		if at, pt.nth, err = p.signed(); err != nil {
			return err
		}
		if pt.nth == 0 || pt.nth < -5 || pt.nth > 5 {
			return p.fail(at, "hours.nth")
		}
		p.i++
		pt.offset, err = p.offset()
		return err
	}
	pt.month = t.value
	pt.day, err = p.day(pt.month)
	return err
}

// daysOfMonth reads "10", "10-12" or "10-20/2" of the month of d.from.
func (p *parser) daysOfMonth(d *dateRange) error {
	var err error
	start := p.at()
	if d.from.day, err = p.day(d.from.month); err != nil {
		return err
	}
	d.to = d.from
	if !p.is('-') || !p.isDay(1) {
		return nil
	}
	p.i++
	if d.to.day, err = p.day(d.from.month); err != nil {
		return err
	}
	if d.to.day < d.from.day {
		return p.fail(start, "hours.date_order")
	}
	if p.accept('/') {
		d.step, err = p.step(2, 31)
	}
	return err
}

// day reads a day of month.
func (p *parser) day(month int) (int, error) {
	t := p.tok()
	most := monthLength(month, 2000) // a leap year: Feb 29 can be named
	if t.value < 1 || t.value > most {
		return 0, p.fail(t.at, "hours.day_of_month", "month", monthNames[month], "max", most)
	}
	p.i++
	return t.value, nil
}
