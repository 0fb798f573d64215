// SPDX-License-Identifier: Apache-2.0

package hours

// matches reports whether every kind of selector r has accepts d.
func (r *rule) matches(d *day) bool {
	return r.matchesYear(d) && r.matchesDate(d) && r.matchesWeek(d) &&
		matchesDay(r.holidays, d) && matchesDay(r.weekdays, d)
}

func (r *rule) matchesYear(d *day) bool {
	for _, y := range r.years {
		if d.year >= y.from && (y.to == 0 || d.year <= y.to) && (d.year-y.from)%y.step == 0 {
			return true
		}
	}
	return len(r.years) == 0
}

func (r *rule) matchesDate(d *day) bool {
	for i := range r.dates {
		if r.dates[i].matches(d) {
			return true
		}
	}
	return len(r.dates) == 0
}

func (r *rule) matchesWeek(d *day) bool {
	for _, w := range r.weeks {
		if n := d.isoWeek(); n >= w.from && n <= w.to && (n-w.from)%w.step == 0 {
			return true
		}
	}
	return len(r.weeks) == 0
}

func matchesDay(list []daySelector, d *day) bool {
	for i := range list {
		if list[i].matches(d) {
			return true
		}
	}
	return len(list) == 0
}

func (s *daySelector) matches(d *day) bool {
	if s.kind != weekday {
		return d.holiday(s.kind, -s.offset)
	}
	if s.nth == 0 {
		if s.from <= s.to {
			return d.weekday >= s.from && d.weekday <= s.to
		}
		return d.weekday >= s.from || d.weekday <= s.to
	}
	n := d.number - s.offset
	if weekdayOf(n) != s.from {
		return false
	}
	y, m, dom := d.year, d.month, d.dom
	if s.offset != 0 {
		y, m, dom = civil(n)
	}
	return s.nth.has((dom-1)/7+1) || s.nth.has(-((monthLength(m, y)-dom)/7 + 1))
}

func (r *dateRange) matches(d *day) bool {
	if r.months {
		if r.from.month <= r.to.month {
			return d.month >= r.from.month && d.month <= r.to.month
		}
		return d.month >= r.from.month || d.month <= r.to.month
	}
	if r.from.year != 0 {
		from := r.from.of(r.from.year)
		return d.number >= from && d.number <= r.to.of(r.to.year) && r.onStep(d.number-from)
	}
	if r.from == r.to && r.from.kind == dayOfMonth {
		return d.month == r.from.month && d.dom == r.from.day
	}
	// The range may begin the year before, and an offset may move a point into
	// the next or the previous year.
	for y := d.year - 1; y <= d.year+1; y++ {
		from, to := r.from.of(y), r.to.of(y)
		if to < from {
			to = r.to.of(y + 1)
		}
		if d.number >= from && d.number <= to && r.onStep(d.number-from) {
			return true
		}
	}
	return false
}

func (r *dateRange) onStep(n int) bool { return r.step <= 1 || n%r.step == 0 }

// of is the number of the day the point is in a year. "Feb 29" is Feb 28 in a
// common year, and a fifth weekday that a month lacks is seven days after the
// fourth, so that ranges keep their bounds.
func (p *datePoint) of(year int) int {
	switch p.kind {
	case easter:
		return easterOf(year) + p.offset
	case nthWeekday:
		if p.nth > 0 {
			first := dayNumber(year, p.month, 1)
			return first + (p.weekday-weekdayOf(first)+7)%7 + 7*(p.nth-1) + p.offset
		}
		last := dayNumber(year, p.month, monthLength(p.month, year))
		return last - (weekdayOf(last)-p.weekday+7)%7 + 7*(p.nth+1) + p.offset
	}
	return dayNumber(year, p.month, min(p.day, monthLength(p.month, year)))
}
