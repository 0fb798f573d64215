// SPDX-License-Identifier: Apache-2.0

package hours

import "escale/internal/kit/clock"

import "time"

// day is a day of the calendar, as selectors look at it. number counts days
// since 1970-01-01.
type day struct {
	number           int
	year, month, dom int
	weekday          int // 0 is Monday
	week             int // ISO 8601; 0 until asked
	cal              Calendar
	holidays         [3][3]known // by dayKind; yesterday, today, tomorrow
}

// dayAt is the day of that number.
func dayAt(number int, cal Calendar) day {
	y, m, d := civil(number)
	return day{number: number, year: y, month: m, dom: d, weekday: weekdayOf(number), cal: cal}
}

// weekdayOf is the weekday of a day number, 0 for Monday: 1970-01-01 was a Thursday.
func weekdayOf(number int) int {
	w := (number + 3) % 7
	if w < 0 {
		w += 7
	}
	return w
}

// civil turns a day number into a date of the Gregorian calendar.
func civil(number int) (y, m, d int) {
	t := time.Unix(int64(number)*86400, 0).UTC()
	year, month, dom := t.Date()
	return year, int(month), dom
}

// dayNumber turns a date of the Gregorian calendar into a day number; days
// beyond the month's end run into the next month.
func dayNumber(y, m, d int) int {
	return int(floorDiv(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Unix(), 86400))
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// monthLength is the number of days of a month.
func monthLength(month, year int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// easterOf is the day number of Easter Sunday.
func easterOf(year int) int {
	e := clock.Easter(year)
	return dayNumber(e.Year, int(e.Month), e.Day)
}

// isoWeek is the ISO 8601 week of d: that of the year its Thursday is in.
func (d *day) isoWeek() int {
	if d.week == 0 {
		thursday := d.number - d.weekday + 3
		y, _, _ := civil(thursday)
		d.week = (thursday-dayNumber(y, 1, 1))/7 + 1
	}
	return d.week
}

// known is what is known of a holiday: nothing yet, or the calendar's answer.
type known uint8

const (
	notAsked known = iota
	no
	yes
)

// suppose sets a holiday instead of asking the calendar.
func (d *day) suppose(f flag, is bool) {
	k := no
	if is {
		k = yes
	}
	d.holidays[f.kind][f.shift+1] = k
}

// holiday reports whether the day shift days after d (-1, 0 or 1) is a holiday
// of that kind, asking the calendar once.
func (d *day) holiday(kind dayKind, shift int) bool {
	k := &d.holidays[kind][shift+1]
	if *k == notAsked {
		*k = no
		if d.cal != nil {
			y, m, dom := d.year, d.month, d.dom
			if shift != 0 {
				y, m, dom = civil(d.number + shift)
			}
			if kind == publicHoliday && d.cal.PublicHoliday(y, time.Month(m), dom) ||
				kind == schoolHoliday && d.cal.SchoolHoliday(y, time.Month(m), dom) {
				*k = yes
			}
		}
	}
	return *k == yes
}

// previous is the day before d, with what is known of its holidays.
func (d *day) previous() day {
	p := dayAt(d.number-1, d.cal)
	for kind := range d.holidays {
		p.holidays[kind][1], p.holidays[kind][2] = d.holidays[kind][0], d.holidays[kind][1]
	}
	return p
}
