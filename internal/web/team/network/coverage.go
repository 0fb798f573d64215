// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"errors"
	"slices"
	"strings"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	room "escale/internal/network"
	"escale/internal/territory"
)

// compare orders names as a reader does, accents and capitals aside.
func compare(a, b string) int { return strings.Compare(text.Fold(a), text.Fold(b)) }

// Covered is a commune, and who receives there.
type Covered struct {
	Code, Name string
	Population int
	// Places counts the open public places on its ground.
	Places int
	// Nearest is the nearest open public place elsewhere and Km how far it is as
	// the crow flies, in kilometres; Nearest is nil when Places is not 0, or when
	// no position is known.
	Nearest *room.Place
	Km      float64
}

// Coverage is that of Places.
func (h *House) Coverage(ctx context.Context, v access.Viewer) ([]Covered, error) {
	places, err := remembered(ctx, h, &h.covered, func(ctx context.Context, tx db.Tx) ([]room.Place, error) {
		all, err := room.LoadPlaces(ctx, tx)
		return slices.DeleteFunc(all, func(p room.Place) bool { return !p.Public || p.Status != room.Active }), err
	})
	if err != nil {
		return nil, err
	}
	ground, err := h.ground(ctx, v)
	if err != nil {
		return nil, err
	}
	if len(ground) == 0 {
		ground = held(places)
	}
	return cover(ground, places), nil
}

// ground is the communes of the networks of the viewer's organisation, or of what
// it hangs under; none when no network declared any.
func (h *House) ground(ctx context.Context, v access.Viewer) ([]string, error) {
	var codes []string
	err := h.view(ctx, func(ctx context.Context, tx db.Tx) error {
		networks, err := room.Networks(ctx, tx)
		if err != nil {
			return err
		}
		line, err := room.Line(ctx, tx, v.Organisation())
		if err != nil && !errors.Is(err, db.ErrNotFound) { // who keeps the house acts for no organisation
			return err
		}
		codes = nil // the transaction may be run again
		for _, n := range networks {
			if len(line) == 0 || slices.ContainsFunc(n.Organisations, func(o id.ID) bool { return slices.Contains(line, o) }) {
				codes = append(codes, n.Communes...)
			}
		}
		return nil
	})
	slices.Sort(codes)
	return slices.Compact(codes), err
}

// held is the communes of the départements where an organisation of the house
// holds a place.
func held(places []room.Place) []string {
	var departments, codes []string
	for i := range places {
		c, ok := territory.ByCode(places[i].Commune)
		if !ok || places[i].Organisation == "" || slices.Contains(departments, c.Department) {
			continue
		}
		departments = append(departments, c.Department)
		for _, in := range territory.InDepartment(c.Department) {
			codes = append(codes, in.Code)
		}
	}
	return codes
}

// cover tells who receives in each commune, those without anyone first, the most
// populated first.
func cover(ground []string, places []room.Place) []Covered {
	count := map[string]int{}
	var located []*room.Place
	for i := range places {
		if code, ok := territory.Current(places[i].Commune); ok {
			count[code]++
		}
		if places[i].Position != nil && !places[i].Roams() {
			located = append(located, &places[i])
		}
	}
	out := make([]Covered, 0, len(ground))
	for _, code := range ground {
		c, ok := territory.ByCode(code)
		if !ok {
			continue
		}
		one := Covered{Code: c.Code, Name: c.Name, Population: c.Population, Places: count[c.Code]}
		if one.Places == 0 && c.HasPosition {
			one.Nearest, one.Km = nearest(c, located)
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b Covered) int {
		if (a.Places == 0) != (b.Places == 0) {
			if a.Places == 0 {
				return -1
			}
			return 1
		}
		if a.Places == 0 && a.Population != b.Population {
			return b.Population - a.Population
		}
		return compare(a.Name, b.Name)
	})
	return out
}

// nearest is the place nearest to the centre of a commune, and how far it is.
func nearest(c territory.Commune, places []*room.Place) (*room.Place, float64) {
	var best *room.Place
	km := 0.0
	for _, p := range places {
		if d := territory.Distance(c.Lat, c.Lon, p.Position.Lat, p.Position.Lon); best == nil || d < km {
			best, km = p, d
		}
	}
	return best, km
}
