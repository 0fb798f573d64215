// SPDX-License-Identifier: Apache-2.0

package need

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"escale/internal/kit/clock"
	room "escale/internal/need"
	"escale/internal/territory"
	"escale/internal/web/shared"
)

// Fact is one thing known, under its label.
type Fact struct{ Label, Value string }

// Today is the day where the network lives.
func Today(p *shared.Page) clock.Date { return clock.DateOf(p.Now) }

// Facts says what is known of n, and of what was talked about with her (nil when
// nothing was): only what helps to decide, and never a figure about her.
func Facts(p *shared.Page, n room.Need, talk *room.Held) ([]Fact, error) {
	var list []Fact
	add := func(label, value string) {
		if value != "" {
			list = append(list, Fact{p.T(label), value})
		}
	}
	when, err := Deadline(p, n.Deadline)
	if err != nil {
		return nil, err
	}
	add("capture.fact.date", when)
	if n.Risk != "" {
		add("capture.fact.risk", p.T("need.risk."+string(n.Risk)))
	}
	if talk != nil {
		if wish, ok := talk.Talk.Answers["Q9"]; ok {
			add("capture.fact.wants", p.T([]string{"capture.wish.done", "capture.wish.with", "capture.wish.learn"}[wish]))
		}
		if talk.Explanation != "" {
			add("capture.fact.explained", p.T("capture.explained."+string(talk.Explanation)))
		}
	}
	add("capture.fact.commune", town(n.Commune))
	return list, nil
}

// Deadline says a date with how far it is: « 3 décembre, dans 9 jours ».
func Deadline(p *shared.Page, d clock.Date) (string, error) {
	if d.IsZero() {
		return "", nil
	}
	day, err := p.Day(d)
	if err != nil {
		return "", err
	}
	return p.T("capture.deadline", "day", day, "far", Far(p, d)), nil
}

// Far says how far a day is from today.
func Far(p *shared.Page, d clock.Date) string {
	switch days := d.Sub(Today(p)); {
	case days < 0:
		return p.N("capture.ago", -days)
	case days == 0:
		return p.T("capture.today")
	case days == 1:
		return p.T("capture.tomorrow")
	default:
		return p.N("capture.in", days)
	}
}

// Initials are the initials of names, « A. R. »: what a screen that others see
// may show. They are empty when no name was given.
func Initials(names ...string) string {
	var out []string
	for _, name := range names {
		if r, _ := utf8.DecodeRuneInString(strings.TrimSpace(name)); r != utf8.RuneError {
			out = append(out, strings.ToUpper(string(r))+".")
		}
	}
	return strings.Join(out, "\u00a0")
}

// Moment is a time as the clock on the wall of its place shows it: the day, and
// the time since midnight.
func Moment(t time.Time, zone string) (clock.Date, time.Duration) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC // a place always has a known zone: the agenda checks it
	}
	t = t.In(loc)
	return clock.DateOf(t), time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// town is the name of a commune, empty for none.
func town(code string) string {
	c, _ := territory.ByCode(code)
	return c.Name
}

// Address joins the parts of an address that are known: name, street, town.
func Address(parts ...string) string {
	var known []string
	for _, part := range parts {
		if part != "" && !slices.Contains(known, part) {
			known = append(known, part)
		}
	}
	return strings.Join(known, ", ")
}
