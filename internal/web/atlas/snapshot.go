// SPDX-License-Identifier: Apache-2.0

package atlas

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"escale/internal/kit/hours"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/network"
	"escale/internal/network/finder"
	"escale/internal/territory"
)

// Snapshot is all public places at one moment. It never changes.
type Snapshot struct {
	places []*Place
	at     map[id.ID]int
	index  *finder.Index
	// here counts the places of each département: the ground of this network.
	here map[string]int
	mark int64
}

// Place is a card with what is worked out from it once.
type Place struct {
	Card network.Place
	// Town is the commune's present name, or what the card says when its
	// commune could not be told.
	Town string
	// Point is where it is, in degrees; Located is false when nobody knows.
	// Approximate says that only the commune is known: Point is its centre.
	Point                finder.Point
	Located, Approximate bool
	// Zone is the time zone its hours are written in.
	Zone *time.Location
	// Calendar is that of its commune.
	Calendar territory.Calendar
	// Hours is nil when the card has none that can be read.
	Hours *hours.Hours
}

// NewSnapshot makes the picture of the places that the public may see among
// cards, in the order of their towns and names.
func NewSnapshot(cards []network.Place) *Snapshot {
	s := &Snapshot{at: map[id.ID]int{}, here: map[string]int{}}
	read := reader{hours: map[string]*hours.Hours{}, zones: map[string]*time.Location{}}
	for i := range cards {
		if c := &cards[i]; c.Public && c.Status == network.Active && c.MergedInto == "" {
			p, department := read.place(c)
			s.places = append(s.places, &p)
			s.here[department]++
		}
	}
	sortPlaces(s.places)
	docs := make([]finder.Doc, len(s.places))
	for i := range s.places {
		s.at[s.places[i].Card.ID] = i
		docs[i] = s.places[i].doc()
	}
	// Hours are judged to the minute, place by place, among those that answer
	// the rest of the question: a table by quarters of an hour would be faster
	// and would contradict what the page says of a place opening at 9 h 10.
	s.index = finder.Build(docs).WithOpening(finder.Opening{At: func(place int, t time.Time) bool {
		return s.places[place].openAt(t)
	}})
	return s
}

// sortPlaces puts places in the order of their towns, then of their names, as a
// directory does: accents and capitals aside.
func sortPlaces(places []*Place) {
	words := make(map[id.ID]string, len(places))
	for _, p := range places {
		words[p.Card.ID] = text.Fold(p.Town) + "\x00" + text.Fold(p.Card.Name)
	}
	slices.SortFunc(places, func(a, b *Place) int {
		return cmp.Or(strings.Compare(words[a.Card.ID], words[b.Card.ID]), cmp.Compare(a.Card.ID, b.Card.ID))
	})
}

// reader makes places of cards; what many cards share is read once.
type reader struct {
	hours map[string]*hours.Hours
	zones map[string]*time.Location
}

// place also gives the code of the place's département, "" when unknown.
func (r *reader) place(c *network.Place) (p Place, department string) {
	commune, known := territory.ByCode(c.Commune)
	p = Place{Card: *c, Town: cmp.Or(c.CommuneName, c.PostalCode), Zone: r.zone(commune)}
	if known {
		p.Town = commune.Name
	}
	p.Calendar = territory.CalendarFor(c.Commune)
	switch {
	case c.Position != nil:
		p.Point, p.Located = finder.Point{Lat: c.Position.Lat, Lon: c.Position.Lon}, true
	case commune.HasPosition:
		p.Point, p.Located, p.Approximate = finder.Point{Lat: commune.Lat, Lon: commune.Lon}, true, true
	}
	p.Hours = r.opening(c.Hours)
	return p, commune.Department
}

func (r *reader) opening(expr string) *hours.Hours {
	if strings.TrimSpace(expr) == "" {
		return nil
	}
	h, seen := r.hours[expr]
	if !seen {
		// What cannot be read is as good as not known: the page says to call.
		h, _ = hours.Parse(expr)
		r.hours[expr] = h
	}
	return h
}

// zone is the time zone of a commune; metropolitan France without one.
func (r *reader) zone(c territory.Commune) *time.Location {
	name := "Europe/Paris"
	if c.Code != "" {
		name = c.TimeZone()
	}
	if z := r.zones[name]; z != nil {
		return z
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		z = time.UTC
	}
	r.zones[name] = z
	return z
}

// doc is the place as the search sees it.
func (p *Place) doc() finder.Doc {
	c := &p.Card
	summary := c.Summary
	for _, can := range c.Can {
		summary += " " + can.Text
	}
	labels := slices.Concat(c.Programmes, c.Trainings, c.OtherLabels)
	for _, l := range c.Labels {
		labels = append(labels, l.Label)
	}
	d := finder.Doc{
		ID: c.ID, Name: c.Name, Commune: p.Town, Address: c.Address, Summary: summary,
		Extra: strings.Join([]string{c.PostalCode, c.CommuneName, c.Parent}, " "),
		Lat:   p.Point.Lat, Lon: p.Point.Lon, HasPosition: p.Located,
	}
	d.Codes = finder.Codes{
		finder.Services: c.Services, finder.Publics: c.Publics, finder.Care: c.Needs, finder.Costs: c.Fees,
		finder.Access: c.Access, finder.Support: c.Modes, finder.Labels: labels, finder.Kinds: slices.Concat(c.Kinds, c.Roaming),
	}
	return d
}

// Len is how many places there are.
func (s *Snapshot) Len() int { return len(s.places) }

// Place gives the place called place, and whether it is shown to the public.
func (s *Snapshot) Place(place id.ID) (*Place, bool) {
	i, ok := s.at[place]
	if !ok {
		return nil, false
	}
	return s.places[i], true
}

// Path is the address of the page of a place.
func Path(place id.ID) string { return "/lieux/" + string(place) }
