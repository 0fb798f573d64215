// SPDX-License-Identifier: Apache-2.0

package network

import (
	"net/url"
	"slices"
	"strings"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// perPlaces is how many places are read at a time.
const perPlaces = 50

// States a list of places can be narrowed to.
const (
	allStates = "tous"
	toCheck   = "a_verifier"
	closed    = "fermes"
)

var states = []string{allStates, toCheck, closed}

// PlacesView is the list of places.
type PlacesView struct {
	*shared.Page
	Rooms         []Room
	Query         string
	States        []shared.Option
	Organisations []shared.Option
	Rows          []PlaceRow
	Pager         Pager
	Stale         int  // how many cards are to be checked, in all
	Any           bool // there is at least one place
	Import, Add   string
}

// PlaceRow is one place of the list.
type PlaceRow struct {
	Path, Name, Town, Organisation, Verified string
	Chips                                    []shared.Chip
}

func (p pages) showPlaces(r *web.Request) (web.Response, error) {
	v := PlacesView{Page: r.Page(), Query: r.Form("q")}
	v.Rooms = rooms(v.Page)
	cards, err := p.Places.Cards(r.Context())
	if err != nil {
		return web.Response{}, err
	}
	organisations, err := p.Tree.Organisations(r.Context())
	if err != nil {
		return web.Response{}, err
	}
	names := map[id.ID]string{}
	for _, o := range visible(r.Viewer, organisations) {
		names[o.ID] = o.Name
	}
	cards = seen(r.Viewer, cards)
	v.Any = len(cards) > 0
	now := today(v.Page)
	for _, c := range cards {
		if c.Stale(now) {
			v.Stale++
		}
	}
	state, holder := r.Form("etat"), r.Form("structure")
	if !slices.Contains(states, state) {
		state = allStates
	}
	v.choices(state, holder, names)
	cards = narrowed(cards, v.Query, state, holder, now)
	v.Pager = page(r, placesPath, len(cards), perPlaces, url.Values{"q": {v.Query}, "etat": {state}, "structure": {holder}})
	for _, c := range cards[v.Pager.From:v.Pager.To] {
		v.Rows = append(v.Rows, v.row(c, names, now))
	}
	if v.Has(importPath) {
		v.Import = importPath
	}
	if v.Has(newPlacePath) {
		v.Add = newPlacePath
	}
	return web.Show(p.places, v)
}

// seen leaves the cards shown to anyone; whoever edits the network sees all.
func seen(v access.Viewer, cards []Card) []Card {
	if v.May(access.EditNetwork) {
		return cards
	}
	return slices.DeleteFunc(slices.Clone(cards), func(c Card) bool { return !c.Public && c.Organisation != v.Organisation() })
}

// narrowed leaves the cards that answer, those to be checked first, the oldest
// check first.
func narrowed(cards []Card, query, state, holder string, now clock.Date) []Card {
	words := strings.Fields(text.Fold(query))
	var out []Card
	for _, c := range cards {
		switch {
		case state == closed != c.Closed && state != allStates, state == toCheck && !c.Stale(now),
			holder != "" && string(c.Organisation) != holder, !hasAll(c.words, words):
			continue
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Card) int {
		stale := a.Stale(now)
		switch {
		case stale != b.Stale(now):
			if stale {
				return -1
			}
			return 1
		case !stale || a.VerifiedOn == b.VerifiedOn:
			return 0 // by name, as they come
		case a.VerifiedOn.Before(b.VerifiedOn):
			return -1
		}
		return 1
	})
	return out
}

// choices fills the two lists of the filter.
func (v *PlacesView) choices(state, holder string, names map[id.ID]string) {
	v.States = v.Options("network.state.", states...)
	for i := range v.States {
		v.States[i].Checked = v.States[i].Value == state
	}
	for organisation, name := range names {
		v.Organisations = append(v.Organisations, shared.Option{Value: string(organisation), Label: name, Checked: string(organisation) == holder})
	}
	slices.SortFunc(v.Organisations, func(a, b shared.Option) int { return compare(a.Label+a.Value, b.Label+b.Value) })
	v.Organisations = append([]shared.Option{{Label: v.T("network.places.any_organisation"), Checked: holder == ""}}, v.Organisations...)
}

func (v *PlacesView) row(c Card, names map[id.ID]string, now clock.Date) PlaceRow {
	row := PlaceRow{Name: c.Name, Town: c.Town, Organisation: names[c.Organisation], Path: "/lieux/" + string(c.ID)}
	switch {
	case v.May(string(access.EditNetwork)):
		row.Path = placesPath + "/" + string(c.ID)
	case !c.Public || c.Closed:
		row.Path = "" // no page shows it to her
	}
	if c.VerifiedOn.IsZero() {
		row.Verified = v.T("network.places.never_verified")
	} else {
		// A date of the store can be said.
		on, _ := v.Date(c.VerifiedOn)
		row.Verified = v.T("network.places.verified", "day", on)
	}
	switch {
	case c.Closed:
		row.Chips = append(row.Chips, v.Chip("non", "network.chip.closed"))
	case c.Stale(now):
		row.Chips = append(row.Chips, v.Chip("att", "network.chip.stale"))
	}
	if !c.Public {
		row.Chips = append(row.Chips, v.Chip("", "network.chip.private"))
	}
	return row
}
