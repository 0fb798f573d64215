// SPDX-License-Identifier: Apache-2.0

// Package place is the card of one place (lieu): where it is, whether it is open,
// what one can do there and what one cannot, when someone is free, what to know
// before coming. It is the page a person is sent to, shows at the door and prints.
package place

import (
	"context"
	"embed"
	"net/http"
	"time"

	"escale/internal/access"
	"escale/internal/kit/id"
	"escale/internal/web"
	"escale/internal/web/atlas"
	"escale/internal/web/shared"
)

//go:embed page.html fr.json
var files embed.FS

// Places gives the picture of all public places.
type Places interface {
	Current(ctx context.Context) (*atlas.Snapshot, error)
	// Survivor is the place that absorbed a card, db.ErrNotFound when none did.
	Survivor(ctx context.Context, absorbed id.ID) (id.ID, error)
}

// Slot is a moment at which someone is really free.
type Slot struct {
	Start   time.Time
	Minutes int
}

// Slots tells when a person can be received without being sent by anyone.
type Slots interface {
	// NextSlots gives at most n free slots of openings that anyone may book,
	// soonest first, at different moments.
	NextSlots(ctx context.Context, place id.ID, now time.Time, n int) ([]Slot, error)
}

// How much is shown.
const (
	slotsShown = 3
	nearShown  = 3
)

// keptFor is how long the page may be shown as it is, unless doors open or close
// before: a slot taken by telephone may still be read for that long.
const keptFor = time.Minute

// Routes declares the page. slots may be nil: a network without an agenda.
func Routes(lib *shared.Library, places Places, slots Slots) []web.Route {
	lib.Messages(atlas.Messages)
	page := shared.Add[View](lib, shared.Public, files, "page.html")
	return []web.Route{{
		Method: http.MethodGet, Pattern: "/lieux/{id}", Permission: access.Public, Keep: keptFor,
		Handle: func(r *web.Request) (web.Response, error) {
			place, err := r.ID("id")
			if err != nil {
				return web.Response{}, err
			}
			s, err := places.Current(r.Context())
			if err != nil {
				return web.Response{}, err
			}
			p, ok := s.Place(place)
			if !ok {
				return moved(r.Context(), places, place)
			}
			v := show(r.Page(), s, p)
			if slots != nil {
				free, err := slots.NextSlots(r.Context(), place, r.Now, slotsShown)
				if err != nil {
					return web.Response{}, err
				}
				v.free(p, free)
			}
			response, err := web.Show(page, v)
			response.Until = v.until
			return response, err
		},
	}}
}

// moved sends on, for good, to the place that absorbed this one.
func moved(ctx context.Context, places Places, place id.ID) (web.Response, error) {
	survivor, err := places.Survivor(ctx, place)
	if err != nil {
		return web.Response{}, err
	}
	return web.Response{
		Status: http.StatusMovedPermanently, Header: http.Header{"Location": {atlas.Path(survivor)}},
	}, nil
}
