// SPDX-License-Identifier: Apache-2.0

package atlas

import (
	"time"

	"escale/internal/kit/hours"
)

// OpenKind is what is known of a place's doors at one moment.
type OpenKind string

// The kinds.
const (
	Open     OpenKind = "open"    // until Opening.Until
	OpenSoon OpenKind = "later"   // closed; opens at Opening.Next
	ByCall   OpenKind = "call"    // it depends: by appointment, hours left open
	Shut     OpenKind = "closed"  // hours are known, and none within the horizon
	NoHours  OpenKind = "unknown" // no hours, or none that can be read
)

// horizon is how far ahead the next opening is looked for: a monthly opening is
// seen from anywhere in the month.
const horizon = 40 * 24 * time.Hour

// Opening is a place's doors at one moment. Its times are in the place's zone.
type Opening struct {
	Kind OpenKind
	// Until is when it stops being open; zero when it does not within the horizon.
	Until time.Time
	// Next is when it opens.
	Next time.Time
}

// Change is when what Opening says stops being true, zero when no time is known.
func (o Opening) Change() time.Time {
	if o.Kind == Open {
		return o.Until
	}
	return o.Next
}

// Opening tells the place's doors at t.
func (p *Place) Opening(t time.Time) Opening {
	if p.Hours == nil {
		return Opening{Kind: NoHours}
	}
	t = t.In(p.Zone)
	state := p.Hours.At(t, p.Calendar)
	change, opens, ok := p.Hours.Next(t, p.Calendar, horizon)
	switch {
	case state.Kind == hours.Open && ok && !opens:
		return Opening{Kind: Open, Until: change}
	case state.Kind == hours.Open:
		return Opening{Kind: Open}
	case ok && opens:
		return Opening{Kind: OpenSoon, Next: change}
	case state.Kind == hours.Unknown || p.dependsSoon(t):
		return Opening{Kind: ByCall}
	}
	return Opening{Kind: Shut}
}

// dependsSoon reports whether some hours of the week ahead are not sure.
func (p *Place) dependsSoon(t time.Time) bool {
	for _, day := range p.Hours.Week(t, p.Calendar) {
		for _, s := range day {
			if s.Kind == hours.Unknown {
				return true
			}
		}
	}
	return false
}

func (p *Place) openAt(t time.Time) bool {
	return p.Hours != nil && p.Hours.At(t.In(p.Zone), p.Calendar).Kind == hours.Open
}

// Day is one day of a place's week.
type Day struct {
	Date  time.Time // its midnight, in the place's zone
	Spans []hours.Span
}

// Week is the week of t, Monday first, as the hours say it with its holidays.
// It is nil when hours are not known.
func (p *Place) Week(t time.Time) []Day {
	if p.Hours == nil {
		return nil
	}
	t = t.In(p.Zone)
	y, m, d := t.Date()
	sinceMonday := (int(t.Weekday()) + 6) % 7
	monday := time.Date(y, m, d-sinceMonday, 0, 0, 0, 0, p.Zone)
	days := make([]Day, 7)
	for i, spans := range p.Hours.Week(monday, p.Calendar) {
		days[i] = Day{Date: monday.AddDate(0, 0, i), Spans: spans}
	}
	return days
}
