// SPDX-License-Identifier: Apache-2.0

// Package agenda is the organisation's week: who receives where, how many seats
// there are and how many are taken, day by day. Whoever manages openings also
// sees how each one recurs, and adds new ones.
package agenda

import (
	"context"
	"embed"
	"net/http"
	"time"

	"escale/internal/access"
	rooms "escale/internal/agenda"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/shared"
)

//go:embed week.html new.html fr.json en.json
var files embed.FS

// Held is an opening on one day of the week.
type Held struct {
	Opening rooms.Opening
	Day     clock.Date
	Workers []id.ID // who holds it that day
	Seats   int
	Booked  int
}

// Week is what an organisation holds from a Monday to the Sunday after.
type Week struct {
	Monday   clock.Date
	Held     []Held
	Openings []rooms.Opening
	Places   map[id.ID]network.Place
	Workers  map[id.ID]string
}

// Choices is what a new opening may be made of.
type Choices struct {
	Places  []network.Place
	Workers []network.Worker
}

// Openings is what the pages ask of the house: Desk, or what a test pretends.
type Openings interface {
	Week(ctx context.Context, v access.Viewer, monday clock.Date, loc *time.Location) (Week, error)
	Choices(ctx context.Context, v access.Viewer, today clock.Date) (Choices, error)
	Add(ctx context.Context, v access.Viewer, o rooms.Opening) error
}

const (
	path     = "/agenda"
	weekPath = "/semaine"
)

type pages struct {
	openings Openings
	week     *shared.Template[WeekView]
	form     *shared.Template[NewView]
	zone     *time.Location
}

// Routes declares the pages.
func Routes(lib *shared.Library, openings Openings) []web.Route {
	p := &pages{
		openings: openings, zone: lib.Network().Zone,
		week: shared.Add[WeekView](lib, shared.Staff, files, "week.html"),
		form: shared.Add[NewView](lib, shared.Staff, files, "new.html"),
	}
	return []web.Route{
		// The week has two addresses because a route has one permission: who manages
		// openings need not receive anyone, and who books on them need not manage them.
		{Method: http.MethodGet, Pattern: path, Permission: access.ManageOpenings, Handle: p.showWeek},
		{Method: http.MethodGet, Pattern: weekPath, Permission: access.DecideReferral, Handle: p.showWeek},
		{Method: http.MethodGet, Pattern: path + "/nouvelle", Permission: access.ManageOpenings, Handle: p.showNew},
		{Method: http.MethodPost, Pattern: path + "/nouvelle", Permission: access.ManageOpenings, Handle: p.add},
	}
}
