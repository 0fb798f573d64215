// SPDX-License-Identifier: Apache-2.0

// Package hours reads opening hours written in the opening_hours language of
// OpenStreetMap ("Mo-Fr 09:00-12:00; PH off"), which is also the one of the
// French national schema of digital mediation places, and answers the three
// questions people ask: is it open now, when does that change, and what does
// the week look like. It also turns the French sentences and per-day columns
// met in real files into that language, when they are fully understood.
//
// The language: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification.
// Where that page leaves a choice, the package does as the JavaScript library
// opening_hours.js 3.15 does, since that is what producers check their data with.
package hours

import (
	"sync"
	"time"

	"escale/internal/kit/text"
)

// Calendar knows the bank holidays (PH) and school holidays (SH) of a place.
// A nil Calendar knows none.
type Calendar interface {
	PublicHoliday(y int, m time.Month, d int) bool
	SchoolHoliday(y int, m time.Month, d int) bool
}

// Hours is one parsed expression. It is immutable and safe for concurrent use.
type Hours struct {
	rules    []rule
	warnings []Warning

	weekOnce sync.Once
	week     *weekTable // nil when the expression depends on more than weekday and holidays
}

// Warning is something Parse understood although it is not good syntax.
type Warning struct {
	At      int // byte offset in the expression, from 0
	Message text.Message
}

// SyntaxError says where and why an expression cannot be read.
type SyntaxError struct {
	// At is the byte offset, from 0, of the first byte of the token at fault,
	// or the length of the expression when something is missing at its end.
	At     int
	Reason text.Message
}

// Error names the reason's key, not the text, which may hold anything.
func (e *SyntaxError) Error() string { return "hours: " + e.Reason.Key }

// Kind tells open from closed; Unknown is "it depends" (an appointment, a
// closing time left open), which nobody should be sent to without a call.
type Kind uint8

// The three kinds of state.
const (
	Closed Kind = iota
	Open
	Unknown
)

// State is what an expression says of one minute.
type State struct {
	Kind    Kind
	Comment string // the words between quotes, if any
}

// Interval is a stretch of time during which a place is open, To excluded.
type Interval struct {
	From, To time.Time
}

// Span is a stretch of one day, in minutes of the wall clock since its
// midnight, To excluded. To goes beyond 1440 when it runs into the next day.
type Span struct {
	From, To int
	Kind     Kind // Open or Unknown
	Comment  string
}

// Warnings lists what is not good syntax although it was understood.
func (h *Hours) Warnings() []Warning { return h.warnings }

// minutesPerDay is how many minutes a wall clock shows in a day.
const minutesPerDay = 24 * 60

// joint is how a rule relates to the rules before it.
type joint uint8

const (
	override   joint = iota // first rule, or after ";": replaces what matched this day
	additional              // after ",": adds to what matched this day
	fallback                // after "||": fills what is closed
)

// rule is one rule sequence: selectors that must all match the day, times of
// that day, and the state they give.
type rule struct {
	joint    joint
	fills    bool // a fallback, or added to one: only fills what is closed
	always   bool // 24/7
	years    []yearRange
	dates    []dateRange
	weeks    []weekRange
	holidays []daySelector // each alone ("SH Mo-Fr"): must hold besides weekdays
	weekdays []daySelector // a list, which may hold PH and SH: any of them
	times    []timeRange   // none means the whole day
	kind     Kind
	explicit bool // a state was written, so a comment does not make it Unknown
	comment  string
	quoted   bool // a comment was written, maybe empty
}

// hasDay reports whether r chooses days at all: a rule of times alone neither
// replaces a rule of days nor is limited by it.
func (r *rule) hasDay() bool {
	return r.always || len(r.years)+len(r.dates)+len(r.weeks)+len(r.holidays)+len(r.weekdays) > 0
}

// hasEffect reports whether r says what happens, rather than only when.
func (r *rule) hasEffect() bool { return len(r.times) > 0 || r.explicit || r.quoted }

// spills reports whether r reaches past midnight.
func (r *rule) spills() bool {
	if r.always {
		return false
	}
	for i := range r.times {
		if r.times[i].end() > minutesPerDay {
			return true
		}
	}
	return false
}

// yearRange is years from..to (0 for no end), every step years.
type yearRange struct{ from, to, step int }

// weekRange is ISO 8601 weeks from..to, every step weeks.
type weekRange struct{ from, to, step int }

// dayKind tells what a daySelector looks at.
type dayKind uint8

const (
	weekday dayKind = iota
	publicHoliday
	schoolHoliday
)

// daySelector is a range of weekdays (0 is Monday, from > to wraps around the
// week), maybe only the nth ones of the month, or a kind of holiday.
type daySelector struct {
	kind     dayKind
	from, to int
	nth      nthSet
	offset   int // days added to the day chosen
}

// nthSet is a set of ranks in the month: bit n for the nth (1..5), bit 8+n for
// the nth from the end. Empty means every one.
type nthSet uint16

func (s nthSet) has(n int) bool {
	if n < 0 {
		n = 8 - n
	}
	return s&(1<<n) != 0
}

func (s *nthSet) add(n int) {
	if n < 0 {
		n = 8 - n
	}
	*s |= 1 << n
}

// pointKind tells how a datePoint finds its day.
type pointKind uint8

const (
	dayOfMonth pointKind = iota
	nthWeekday           // "Jun We[2]"
	easter
)

// datePoint is a day of the year, of one year when year is not 0.
type datePoint struct {
	kind    pointKind
	year    int
	month   int // 1..12
	day     int // 1..31
	weekday int // 0 is Monday
	nth     int // 1..5 or -5..-1
	offset  int // days added
}

// dateRange is whole months ("Jun-Aug") or days from one point to another.
type dateRange struct {
	months   bool
	from, to datePoint
	step     int // every step days, for "Jun 08-20/2"; 0 or 1 is each
}

// event is a moment of the sun.
type event uint8

const (
	clockTime event = iota
	dawn
	sunrise
	sunset
	dusk
)

// eventMinute gives the sun's moments as the specification fixes them for a
// reader who does not know the place: 05:30, 06:00, 18:00, 18:30.
var eventMinute = [...]int{dawn: 5*60 + 30, sunrise: 6 * 60, sunset: 18 * 60, dusk: 18*60 + 30}

// timePoint is a time of day in minutes, or a moment of the sun and the
// minutes added to it.
type timePoint struct {
	event  event
	minute int
}

func (p timePoint) value() int {
	if p.event == clockTime {
		return p.minute
	}
	return eventMinute[p.event] + p.minute
}

// timeRange is the minutes from start to stop of a day. With openEnd, what
// follows stop is unknown until guess.
type timeRange struct {
	from, to    timePoint
	start, stop int // minutes, stop > start unless only openEnd
	openEnd     bool
	guess       int
}

func (t *timeRange) end() int { return max(t.stop, t.guess) }

// settle computes the minutes of the range from its two points.
//
// A closing time left open is supposed late by as much as the opening is: until
// midnight before 17:00, ten hours before 22:00, eight after, as producers'
// tools suppose.
func (t *timeRange) settle(single bool) {
	t.start = t.from.value()
	if single {
		t.stop = t.start
	} else {
		t.stop = t.to.value()
		if t.stop <= t.start {
			t.stop += minutesPerDay
		}
	}
	if !t.openEnd {
		return
	}
	switch {
	case t.stop >= 22*60:
		t.guess = t.stop + 8*60
	case t.stop >= 17*60:
		t.guess = t.stop + 10*60
	default:
		t.guess = minutesPerDay
	}
}
