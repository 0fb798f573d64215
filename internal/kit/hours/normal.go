// SPDX-License-Identifier: Apache-2.0

package hours

import (
	"fmt"
	"strconv"
	"strings"
)

// Normal is the expression in the canonical form of the language: selectors in
// their order, right words, two-digit hours. It reads back to the same hours,
// without warning when the expression says something sensible.
func (h *Hours) Normal() string {
	var b strings.Builder
	for i := range h.rules {
		if i > 0 {
			b.WriteString([...]string{override: "; ", additional: ", ", fallback: " || "}[h.rules[i].joint])
		}
		h.rules[i].write(&b)
		// Times alone, added to a rule that ends with times, would be read as
		// more of its times.
		if r := &h.rules[i]; i+1 < len(h.rules) && r.endsWithTimes() {
			if next := &h.rules[i+1]; next.joint == additional && !next.hasDay() && len(next.times) > 0 {
				b.WriteString(" open")
			}
		}
	}
	return b.String()
}

// endsWithTimes reports whether r's canonical form has nothing after its times.
func (r *rule) endsWithTimes() bool { return len(r.times) > 0 && r.kind == Open && !r.quoted }

// write appends r in canonical form.
func (r *rule) write(b *strings.Builder) {
	var parts []string
	add := func(s string) {
		if s != "" {
			parts = append(parts, s)
		}
	}
	add(joined(r.years, yearRange.String))
	add(joined(r.dates, dateRange.String))
	if len(r.weeks) > 0 {
		add("week " + joined(r.weeks, weekRange.String))
	}
	for _, s := range r.holidays {
		add(s.String())
	}
	add(joined(r.weekdays, daySelector.String))
	if r.always {
		add("24/7")
	}
	add(joined(r.times, timeRange.String))
	bare := len(r.times) == 0 && !r.always && !r.quoted
	if r.explicit && (r.kind != Open || r.quoted) || bare && r.kind == Open {
		add(kindNames[r.kind])
	}
	if r.quoted {
		add(`"` + strings.ReplaceAll(r.comment, `"`, "'") + `"`)
	}
	b.WriteString(strings.Join(parts, " "))
}

// joined writes a list with commas.
func joined[T any](list []T, write func(T) string) string {
	var b strings.Builder
	for i, v := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(write(v))
	}
	return b.String()
}

func stepped(s string, step int) string {
	if step > 1 {
		return s + "/" + strconv.Itoa(step)
	}
	return s
}

func (y yearRange) String() string {
	s := fmt.Sprintf("%04d", y.from)
	switch {
	case y.to == y.from:
		return s
	case y.to != 0:
		return stepped(s+fmt.Sprintf("-%04d", y.to), y.step)
	case y.step > 1:
		return stepped(s, y.step)
	}
	return s + "+"
}

func (w weekRange) String() string {
	s := fmt.Sprintf("%02d", w.from)
	if w.to == w.from {
		return s
	}
	return stepped(s+fmt.Sprintf("-%02d", w.to), w.step)
}

func (d dateRange) String() string {
	switch {
	case d.months && d.from.month == d.to.month:
		return monthNames[d.from.month]
	case d.months:
		return monthNames[d.from.month] + "-" + monthNames[d.to.month]
	case d.from == d.to:
		return d.from.String()
	case d.inOneMonth():
		return stepped(d.from.String()+fmt.Sprintf("-%02d", d.to.day), d.step)
	}
	return d.from.String() + "-" + d.to.String()
}

// inOneMonth reports whether d can be written "Jun 08-12".
func (d dateRange) inOneMonth() bool {
	return d.from.kind == dayOfMonth && d.to.kind == dayOfMonth &&
		d.from.year == d.to.year && d.from.month == d.to.month && d.from.day < d.to.day
}

func (p datePoint) String() string {
	var s string
	if p.year != 0 {
		s = fmt.Sprintf("%04d ", p.year)
	}
	switch p.kind {
	case easter:
		s += "easter"
	case nthWeekday:
		s += fmt.Sprintf("%s %s[%d]", monthNames[p.month], weekdayNames[p.weekday], p.nth)
	default:
		s += fmt.Sprintf("%s %02d", monthNames[p.month], p.day)
	}
	return s + offsetString(p.offset)
}

func (s daySelector) String() string {
	switch s.kind {
	case publicHoliday:
		return "PH" + offsetString(s.offset)
	case schoolHoliday:
		return "SH"
	}
	name := weekdayNames[s.from]
	if s.to != s.from {
		return name + "-" + weekdayNames[s.to]
	}
	if s.nth != 0 {
		var ranks []string
		for _, n := range [...]int{1, 2, 3, 4, 5, -1, -2, -3, -4, -5} {
			if s.nth.has(n) {
				ranks = append(ranks, strconv.Itoa(n))
			}
		}
		name += "[" + strings.Join(ranks, ",") + "]"
	}
	return name + offsetString(s.offset)
}

func offsetString(n int) string {
	switch n {
	case 0:
		return ""
	case 1, -1:
		return fmt.Sprintf(" %+d day", n)
	}
	return fmt.Sprintf(" %+d days", n)
}

func (t timeRange) String() string {
	s := t.from.String()
	if t.stop != t.start {
		s += "-" + t.to.String()
	}
	if t.openEnd {
		s += "+"
	}
	return s
}

func (p timePoint) String() string {
	switch {
	case p.event == clockTime:
		return clockString(p.minute)
	case p.minute == 0:
		return eventNames[p.event]
	case p.minute < 0:
		return "(" + eventNames[p.event] + "-" + clockString(-p.minute) + ")"
	}
	return "(" + eventNames[p.event] + "+" + clockString(p.minute) + ")"
}

// clockString writes minutes since midnight as HH:MM, hours beyond 24 included.
func clockString(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
