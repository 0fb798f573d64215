// SPDX-License-Identifier: Apache-2.0

package place

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/kit/hours"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/network"
	"escale/internal/network/finder"
	"escale/internal/web/atlas"
	"escale/internal/web/shared"
)

// View is the page.
type View struct {
	*shared.Page
	Name, Town, Summary string
	BackPath            string
	Address             string
	Tel                 string // E.164, empty for none
	State               shared.Chip
	Today               string
	Stale               bool
	Verified            string
	Can                 []string
	Cannot              []Elsewhere
	Slots               []SlotLine
	SlotMinutes         int
	BookingPhone        string
	Facts               []Fact
	Week                []DayLine
	Near                []NearLine

	until time.Time // what the page says of doors is true until then
}

// Elsewhere is what one cannot do here, and where one can.
type Elsewhere struct {
	Text    string
	Instead shared.Link // without a path, only words
}

// SlotLine is a free slot in words.
type SlotLine struct{ ISO, Day, Hour string }

// Fact is one thing to know before coming.
type Fact struct {
	Name  string
	Text  string
	Links []shared.Link
}

// DayLine is a line of the table of hours.
type DayLine struct {
	Name, Hours string
	Today       bool
}

// NearLine is a place close by.
type NearLine struct{ Path, Name, Facts string }

// show says a card.
func show(page *shared.Page, s *atlas.Snapshot, p *atlas.Place) View {
	today := clock.DateOf(page.Now.In(p.Zone))
	v := View{
		Page: page, Name: shared.Typeset(p.Card.Name), Town: p.Town, Summary: shared.Typeset(p.Card.Summary),
		Address: address(p), Tel: p.Card.Phone, Stale: p.Card.Stale(today),
		BookingPhone: cmp.Or(p.Card.BookingPhone, p.Card.Phone, page.Network().Phone),
		BackPath:     "/trouver?" + url.Values{"ou": {p.Town}, "commune": {p.Card.Commune}}.Encode(),
	}
	v.doors(p, today)
	v.abilities(s, p)
	v.facts(p, today)
	v.week(p, today)
	v.near(s, p)
	v.Verified = v.verified(p.Card)
	return v
}

// doors says whether the place is open, on what day, and until when that holds.
func (v *View) doors(p *atlas.Place, today clock.Date) {
	opening := p.Opening(v.Now)
	v.State.Text = atlas.Capital(opening.Words(v.Page, v.Now))
	switch {
	case v.Stale:
		v.State.Kind = "att"
	case opening.Kind == atlas.Open:
		v.State.Kind = "oui"
	case opening.Kind == atlas.Shut:
		v.State.Kind = "non"
	}
	v.Today = v.day(today)
	v.holdsUntil(opening.Change())
	v.holdsUntil(today.AddDays(1).In(p.Zone))
}

func (v *View) holdsUntil(t time.Time) {
	if !t.IsZero() && (v.until.IsZero() || t.Before(v.until)) {
		v.until = t
	}
}

// day is a day in words; a clock.Date always has some.
func (v *View) day(d clock.Date) string {
	words, err := v.Day(d)
	if err != nil {
		return d.String()
	}
	return words
}

// address is where the place is, as one says it to someone who walks there.
func address(p *atlas.Place) string {
	c := &p.Card
	town := strings.TrimSpace(c.PostalCode + " " + p.Town)
	street := shared.Typeset(c.Address)
	if street != "" {
		town = street + ", " + town
	}
	if c.AddressMore == "" {
		return town + "."
	}
	return town + ". " + atlas.Capital(strings.TrimSuffix(shared.Typeset(c.AddressMore), ".")) + "."
}

// abilities says what one can do here, and what one cannot with where one can.
func (v *View) abilities(s *atlas.Snapshot, p *atlas.Place) {
	for _, can := range p.Card.CanHere() {
		v.Can = append(v.Can, atlas.Capital(shared.Typeset(can.Text)))
	}
	if p.Card.ConfidentialRoom == "yes" {
		v.Can = append(v.Can, v.T("place.can.room"))
	}
	for _, not := range p.Card.Cannot {
		e := Elsewhere{Text: atlas.Capital(shared.Typeset(not.Text)), Instead: shared.Link{Text: shared.Typeset(not.Instead)}}
		if there, err := id.Parse(not.Instead); err == nil {
			// A place of the network: its name, as long as the public may see it.
			e.Instead = shared.Link{}
			if other, ok := s.Place(there); ok {
				e.Instead = shared.Link{Path: atlas.Path(there), Text: v.named(other)}
			}
		}
		v.Cannot = append(v.Cannot, e)
	}
}

// named is a place's name with its town, unless the name says the town already.
func (v *View) named(p *atlas.Place) string {
	name := shared.Typeset(p.Card.Name)
	if strings.Contains(text.Fold(name), text.Fold(p.Town)) {
		return name
	}
	return v.T("place.named", "name", name, "town", p.Town)
}

// free adds the slots, in the words of the place's own clock.
func (v *View) free(p *atlas.Place, slots []Slot) {
	for _, slot := range slots {
		start := slot.Start.In(p.Zone)
		day := clock.DateOf(start)
		v.Slots = append(v.Slots, SlotLine{ISO: start.Format(time.RFC3339), Day: v.day(day), Hour: atlas.Hour(v.Page, start)})
		v.SlotMinutes = slot.Minutes
		v.holdsUntil(slot.Start)
	}
	if slices.ContainsFunc(slots, func(s Slot) bool { return s.Minutes != v.SlotMinutes }) {
		v.SlotMinutes = 0 // they differ: no length is said
	}
}

// facts says what to know before coming.
func (v *View) facts(p *atlas.Place, today clock.Date) {
	c := &p.Card
	v.fact("place.fact.cost", atlas.Labels(v.Page, finder.Costs, c.Fees)...)
	v.fact("place.fact.bring", shared.Typeset(c.Bring))
	v.fact("place.fact.access", atlas.Labels(v.Page, finder.Access, c.Access)...)
	v.fact("place.fact.support", atlas.Labels(v.Page, finder.Support, c.Modes)...)
	v.fact("place.fact.welcome", slices.Concat(atlas.Labels(v.Page, finder.Care, c.Needs), atlas.Labels(v.Page, finder.Publics, c.Publics))...)
	v.fact("place.fact.enter", shared.Typeset(c.Enter))
	v.fact("place.fact.arrive", shared.Typeset(c.Arrive))
	if c.ConfidentialRoom == "no" {
		v.fact("place.fact.room", v.T("place.room.no"))
	}
	v.fact("place.fact.labels", v.labels(c, today)...)
	var sites []shared.Link
	for _, site := range slices.Concat(sitesOf(c.BookingURL), sitesOf(c.AccessibilityURL), sitesOf(c.Websites...)) {
		if !slices.ContainsFunc(sites, func(l shared.Link) bool { return l.Path == site.Path }) {
			sites = append(sites, site)
		}
	}
	if len(sites) > 0 {
		v.Facts = append(v.Facts, Fact{Name: v.T("place.fact.site"), Links: sites})
	}
}

// fact adds one, when there is something to say: sentences, or a list of words.
func (v *View) fact(key string, words ...string) {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.TrimSpace(w) == "" })
	if len(words) == 0 {
		return
	}
	for i, w := range words {
		words[i] = strings.TrimSuffix(strings.TrimSpace(w), ".") + "."
	}
	v.Facts = append(v.Facts, Fact{Name: v.T(key), Text: strings.Join(words, " ")})
}

// sitesOf keeps the addresses one can follow, and shows them by their host.
func sitesOf(addresses ...string) []shared.Link {
	var links []shared.Link
	for _, a := range addresses {
		u, err := url.Parse(strings.TrimSpace(a))
		if err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
			links = append(links, shared.Link{Path: u.String(), Text: strings.TrimPrefix(u.Host, "www.")})
		}
	}
	return links
}

// labels says the labels that hold today, each with who says so.
func (v *View) labels(c *network.Place, today clock.Date) []string {
	var words, said []string
	for _, l := range c.Labels {
		if !l.On(today) {
			continue
		}
		said = append(said, l.Label)
		key, since := "place.label.declared", "place.label.declared.since"
		if l.State == network.Verified {
			key, since = "place.label.verified", "place.label.verified.since"
		}
		text := v.T(key, "label", shared.Typeset(l.Label))
		if date, err := v.Date(l.From); err == nil && !l.From.IsZero() {
			text = v.T(since, "label", shared.Typeset(l.Label), "date", date)
		}
		words = append(words, text)
	}
	for _, name := range slices.Concat(c.Programmes, c.Trainings, c.OtherLabels) {
		if !slices.Contains(said, name) {
			said = append(said, name)
			words = append(words, v.T("place.label.declared", "label", shared.Typeset(name)))
		}
	}
	return words
}

// week says the hours of this week, day by day.
func (v *View) week(p *atlas.Place, today clock.Date) {
	for _, d := range p.Week(v.Now) {
		line := DayLine{
			Name:  v.T("shared.weekday." + strconv.Itoa(int(d.Date.Weekday()))),
			Today: clock.DateOf(d.Date) == today,
		}
		var spans []string
		for _, s := range d.Spans {
			spans = append(spans, v.span(s))
		}
		line.Hours = strings.Join(spans, ", ")
		if len(spans) == 0 {
			line.Hours = v.T("place.week.closed")
		}
		if _, holiday := p.Calendar.Holiday(clock.DateOf(d.Date)); holiday {
			line.Hours = v.T("place.week.holiday", "hours", line.Hours)
		}
		v.Week = append(v.Week, line)
	}
}

func (v *View) span(s hours.Span) string {
	text := v.T("place.week.span", "from", atlas.Minutes(v.Page, s.From), "to", atlas.Minutes(v.Page, s.To))
	if s.From == 0 && s.To == 24*60 {
		text = v.T("place.week.all_day")
	}
	switch {
	case s.Comment != "":
		return v.T("place.week.comment", "hours", text, "comment", shared.Typeset(s.Comment))
	case s.Kind == hours.Unknown:
		return v.T("place.week.call", "hours", text)
	}
	return text
}

// near says the places close by.
func (v *View) near(s *atlas.Snapshot, p *atlas.Place) {
	for _, f := range s.Nearest(p, nearShown, v.Now) {
		v.Near = append(v.Near, NearLine{
			Path: atlas.Path(f.Place.Card.ID), Name: v.named(f.Place),
			Facts: v.T("place.near.facts", "distance", f.Distance(v.Page), "open", f.Opening.Words(v.Page, v.Now)),
		})
		v.holdsUntil(f.Opening.Change())
	}
}

// verified says when someone last checked the card; who did is not named.
func (v *View) verified(c network.Place) string {
	date, err := v.Date(c.VerifiedOn)
	switch {
	case err == nil && !c.VerifiedOn.IsZero() && c.VerifiedBy != "":
		return v.T("place.verified.team", "date", date)
	case err == nil && !c.VerifiedOn.IsZero():
		return v.T("place.verified", "date", date)
	}
	if date, err = v.Date(c.UpdatedOn); err == nil && !c.UpdatedOn.IsZero() && c.Source != "" {
		return v.T("place.verified.source", "date", date, "source", shared.Typeset(c.Source))
	}
	return v.T("place.verified.never")
}
