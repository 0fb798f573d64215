// SPDX-License-Identifier: Apache-2.0

package network

import (
	"math"
	"slices"
	"strings"

	"escale/internal/kit/id"
	"escale/internal/kit/text"
)

// Proposal is two cards that look like one place, with why.
type Proposal struct {
	A        Side       `json:"a"`
	B        Side       `json:"b"`
	Score    float64    `json:"score"`   // the sum of the points; Threshold or more
	Certain  bool       `json:"certain"` // MergeCertain's rule holds
	Evidence []Evidence `json:"evidence"`
}

// Side is what one sees of a card in a proposal.
type Side struct {
	ID      id.ID  `json:"id"`
	Name    string `json:"name"`
	Address string `json:"address"`
	Commune string `json:"commune"`
	// Source and SourceID tell where the card was first read, "" for a card
	// made by hand.
	Source   string `json:"source"`
	SourceID string `json:"source_id"`
}

// Evidence is one thing that two cards share, or that sets them apart.
type Evidence struct {
	// Kind is address, street, name, near, far, phone, email, website or pivot.
	Kind   string  `json:"kind"`
	Points float64 `json:"points"`
	// Metres is the distance, of near and far; nil where it is not known.
	Metres *int `json:"metres,omitempty"`
	// Likeness is that of the names, from 0 to 1.
	Likeness float64 `json:"likeness,omitempty"`
}

// Threshold is the score from which a pair is proposed. With the points below
// it takes two things that agree: an address and nearness, a name and an
// address, a name and a telephone. They were set on the Bouches-du-Rhône and
// Alpes-de-Haute-Provence before and after sorting by hand (May 2023), where
// what was merged is above all what shares an address, whatever its name.
const Threshold = 4

// Points of each evidence.
const (
	pointsAddress     = 3 // same street, same number
	pointsNoNumber    = 2 // same street, one card without a number
	pointsStreet      = 1 // same street, other number
	pointsSameName    = 3 // all the words that tell names apart
	pointsLikeName    = 2 // most of them, or one name within the other
	pointsPartOfName  = 0.75
	pointsSamePoint   = 2 // up to nextDoor metres
	pointsVeryNear    = 1.5
	pointsNear        = 0.5
	pointsApart       = -0.5
	pointsFar         = -2
	pointsSamePhone   = 2
	pointsSameEmail   = 1.5
	pointsSameWebsite = 0.5
	pointsSamePivot   = 2
)

// Distances in metres that the points of nearness stop at.
const (
	nextDoor = 20
	veryNear = 50
	near     = 100
	apart    = 300
)

// sheet is a card made ready to be compared.
type sheet struct {
	place   *Place
	name    []string // the words of the name, sorted, once each
	street  []string // the words of the street
	number  string
	address string // street and number, "" without a street
}

func sheetOf(p *Place) sheet {
	s := sheet{place: p, name: words(p.Name)}
	for _, w := range words(p.Address) {
		if w[0] >= '0' && w[0] <= '9' {
			if s.number == "" {
				s.number = w
			}
			continue
		}
		s.street = append(s.street, w)
	}
	if len(s.street) > 0 {
		s.address = s.number + " " + strings.Join(s.street, " ")
	}
	return s
}

// words are the words that tell something of a name or an address, spelt in
// full, sorted, once each.
func words(s string) []string {
	out := strings.Fields(text.Fold(s))
	kept := out[:0]
	for _, w := range out {
		if full, ok := shortWords[w]; ok {
			w = full
		}
		if len(w) > 3 {
			w = strings.TrimSuffix(w, "s") // plurals come and go
		}
		if w != "" {
			kept = append(kept, w)
		}
	}
	slices.Sort(kept)
	return slices.Compact(kept)
}

// shortWords spells out what addresses shorten, and leaves out what says nothing.
var shortWords = map[string]string{
	"av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "boul": "boulevard",
	"pl": "place", "r": "rue", "all": "allee", "allees": "allee", "che": "chemin", "chem": "chemin", "rte": "route",
	"imp": "impasse", "crs": "cours", "st": "saint", "ste": "sainte", "dr": "docteur", "dc": "docteur", "gal": "general",
	"mal": "marechal", "res": "residence", "ctre": "centre", "fg": "faubourg", "sq": "square", "voie": "",
	"bis": "", "ter": "", "cedex": "", "bp": "", "cs": "",
	"de": "", "du": "", "des": "", "d": "", "la": "", "le": "", "les": "", "l": "", "a": "", "au": "", "aux": "",
	"en": "", "et": "", "sur": "",
}

// scale weighs words: rare ones tell names apart, common ones do not.
type scale struct {
	count map[string]int
	total float64
}

func (s scale) of(w string) float64 { return math.Log(1 + s.total/float64(max(1, s.count[w]))) }

// likeness compares two sorted lists of words: shared is the weight of the
// words in both over that of all; within, over that of the shorter list.
func (s scale) likeness(a, b []string) (shared, within float64) {
	var both, all, left, right float64
	for _, w := range a {
		left += s.of(w)
		if _, ok := slices.BinarySearch(b, w); ok {
			both += s.of(w)
		}
	}
	for _, w := range b {
		right += s.of(w)
	}
	all = left + right - both
	if all == 0 || min(left, right) == 0 {
		return 0, 0
	}
	return both / all, both / min(left, right)
}

// sameStreet compares streets without weights: the words of one all in the
// other, or three quarters of all in both.
func sameStreet(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	both := 0
	for _, w := range a {
		if _, ok := slices.BinarySearch(b, w); ok {
			both++
		}
	}
	// One word in common ("place") would be the kind of street and nothing else.
	return both == min(len(a), len(b)) && both >= 2 || 4*both >= 3*(len(a)+len(b)-both)
}

// compare gathers what speaks for and against two cards being one place.
func (s scale) compare(a, b *sheet) []Evidence {
	var out []Evidence
	add := func(kind string, points float64) { out = append(out, Evidence{Kind: kind, Points: points}) }
	p, q := a.place, b.place
	if sameStreet(a.street, b.street) {
		switch {
		case a.number == b.number:
			add("address", pointsAddress)
		case a.number == "" || b.number == "":
			add("street", pointsNoNumber)
		default:
			add("street", pointsStreet)
		}
	}
	if e, ok := nearness(p, q); ok {
		out = append(out, e)
	}
	shared, within := s.likeness(a.name, b.name)
	likeness := math.Round(100*max(shared, 0.9*within)) / 100
	switch {
	case shared >= 0.85:
		out = append(out, Evidence{Kind: "name", Points: pointsSameName, Likeness: likeness})
	case shared >= 0.55 || within >= 0.99:
		out = append(out, Evidence{Kind: "name", Points: pointsLikeName, Likeness: likeness})
	case shared >= 0.2 || within >= 0.45:
		out = append(out, Evidence{Kind: "name", Points: pointsPartOfName, Likeness: likeness})
	}
	if p.Phone != "" && p.Phone == q.Phone {
		add("phone", pointsSamePhone)
	}
	if shareOne(p.Emails, q.Emails) {
		add("email", pointsSameEmail)
	}
	if shareOne(p.Websites, q.Websites) {
		add("website", pointsSameWebsite)
	}
	if p.Pivot != "" && p.Pivot == q.Pivot {
		add("pivot", pointsSamePivot)
	}
	return out
}

func nearness(p, q *Place) (Evidence, bool) {
	if p.Position == nil || q.Position == nil {
		// Without both positions, being in two communes is what tells them apart.
		return Evidence{Kind: "far", Points: pointsFar}, p.Commune != q.Commune
	}
	metres := p.Position.Metres(*q.Position)
	whole := int(math.Round(metres))
	e := Evidence{Kind: "near", Metres: &whole}
	switch {
	case metres <= nextDoor:
		e.Points = pointsSamePoint
	case metres <= veryNear:
		e.Points = pointsVeryNear
	case metres <= near:
		e.Points = pointsNear
	case metres <= apart:
		e.Kind, e.Points = "far", pointsApart
	default:
		e.Kind, e.Points = "far", pointsFar
	}
	return e, true
}

func shareOne(a, b []string) bool {
	return slices.ContainsFunc(a, func(v string) bool { return slices.Contains(b, v) })
}

// certain is the one rule by which cards are merged without a person: the same
// SIRET, the same street and number in the same commune, and no position that
// says otherwise (veryNear metres).
func certain(a, b *sheet) bool {
	p, q := a.place, b.place
	return len(p.Pivot) == 14 && p.Pivot == q.Pivot && p.Commune != "" && p.Commune == q.Commune &&
		a.address != "" && a.address == b.address &&
		(p.Position == nil || q.Position == nil || p.Position.Metres(*q.Position) <= veryNear)
}
