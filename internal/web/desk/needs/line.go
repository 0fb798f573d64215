// SPDX-License-Identifier: Apache-2.0

package needs

import (
	"slices"
	"time"

	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/orientation"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/shared"
)

// stop is a step of the line with the moment that puts it in order.
type stop struct {
	at time.Time
	shared.Step
}

// line draws what happened to the need, oldest first, and the meeting to come.
// Of a need handed on, the sender sees who has it, the statuses and their dates.
func (s story) line(p *shared.Page) ([]shared.Step, error) {
	var stops []stop
	add := func(at time.Time, state, text string) error {
		day, err := p.Day(at)
		if err != nil {
			return err
		}
		iso, err := p.ISO(at)
		stops = append(stops, stop{at, shared.Step{State: state, ISO: iso, When: day, Text: text}})
		return err
	}
	for _, e := range s.events {
		if e.Kind == need.WasReferred && s.handedBy(e.Cause) {
			continue // the referral's own steps say it, with who has it
		}
		if err := add(e.At, "vu", s.words(p, e)); err != nil {
			return nil, err
		}
	}
	for _, f := range s.sent {
		for _, step := range f.Steps {
			if err := add(step.At, stateOf(step.Status), s.status(p, f, step)); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(stops, func(a, b stop) int { return a.at.Compare(b.at) })
	line := make([]shared.Step, 0, len(stops)+1)
	for _, st := range stops {
		line = append(line, st.Step)
	}
	if n := len(line); n > 0 && line[n-1].State == "vu" && !s.need.Status.Closed() {
		line[n-1].State = "ici"
	}
	return s.meetings(p, line)
}

// handedBy reports whether decision handed the need on and its steps are known.
func (s story) handedBy(decision id.ID) bool {
	return slices.ContainsFunc(s.sent, func(f orientation.Follow) bool { return f.ID == s.decided[decision].Referral })
}

func (s story) words(p *shared.Page, e need.Event) string {
	said := p.T("need.event." + string(e.Kind))
	switch {
	case e.Kind == need.WasNoted:
		return p.T("needs.line.noted", "what", said, "way", p.T("need.entry_way."+s.need.EntryWay))
	case e.RightBecame != "":
		return p.T("needs.line.right", "what", said, "right", p.T("need.right_became."+string(e.RightBecame)))
	}
	return said
}

// stateOf is how a referral's status is drawn: what did not happen is dotted.
func stateOf(s orientation.Status) string {
	if s == orientation.Refused || s == orientation.NotCome {
		return "non"
	}
	return "vu"
}

func (s story) status(p *shared.Page, f orientation.Follow, step orientation.Step) string {
	key := "orientation.status." + string(step.Status)
	if step.Status == orientation.Sent {
		key = "need.event.referred"
	}
	said := p.T("needs.line.status", "what", p.T(key), "who", s.names[f.Recipient])
	if step.Reason != "" {
		said = p.T("needs.line.reason", "what", said, "reason", p.T("orientation.reason."+step.Reason))
	}
	return said
}

// meetings adds the meetings still expected, once each.
func (s story) meetings(p *shared.Page, line []shared.Step) ([]shared.Step, error) {
	var known []id.ID
	for _, e := range s.events {
		m := s.decided[e.Cause].Meeting
		if m == nil || slices.Contains(known, m.Booking) {
			continue
		}
		known = append(known, m.Booking)
		date, hour := desk.Moment(m.Start, m.Zone)
		day, err := p.Day(date)
		if err != nil {
			return nil, err
		}
		at, err := p.Hour(hour)
		if err != nil {
			return nil, err
		}
		line = append(line, shared.Step{
			ISO: date.String(), When: p.T("needs.line.when", "day", day, "hour", at),
			Text: p.T("needs.line.meeting", "place", m.Place, "commune", m.Commune, "who", m.Worker),
		})
	}
	return line, nil
}
