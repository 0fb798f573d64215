// SPDX-License-Identifier: Apache-2.0

// Package today is the first page of a helper's morning: where she receives and
// until when, who comes and when, the places still free, what is left to finish,
// and how the team has been helping since Monday. A volunteer sees her own
// meetings, by first name and a neutral word, and whom to call.
package today

import (
	"context"
	"embed"
	"net/http"
	"time"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/agenda"
	"escale/internal/impact"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/web"
	"escale/internal/web/shared"
)

//go:embed page.html fr.json en.json
var files embed.FS

// Meeting is a booking of the day, and the support recorded for it, if any.
type Meeting struct {
	agenda.Booking
	Record id.ID
}

// Presence is an opening held that day, in hours since midnight where it is.
type Presence struct {
	Opening, Place id.ID
	Starts, Ends   time.Duration
}

// Day is what a helper sees of one day: facts, before they are put in words.
type Day struct {
	On            clock.Date
	Meetings      []Meeting
	Presences     []Presence
	Free          []agenda.Slot
	Places        map[id.ID]network.Place
	Organisations map[id.ID]string // names of those waited for

	Unrecorded []id.ID // past meetings without a record, oldest first
	Near       []activity.NearNeed
	ToAnswer   int
	Late       []orientation.Follow
	Mandates   []person.Mandate
	Team       *impact.Table // postures since Monday, masked; nil when not hers to read
}

// Days is what the page asks of the house: Desk, or what a test pretends.
type Days interface {
	// Version grows when something a day shows may have changed.
	Version(ctx context.Context) (int64, error)
	// NoteRead notes that v reads the labels of her day, before they are shown.
	NoteRead(ctx context.Context, v access.Viewer) error
	Read(ctx context.Context, v access.Viewer, on clock.Date, loc *time.Location) (Day, error)
	Mark(ctx context.Context, v access.Viewer, booking id.ID, status agenda.Status) error
}

// View is the page.
type View struct {
	*shared.Page
	On        clock.Date
	Today     bool
	Before    clock.Date
	After     clock.Date
	Where     []string // « Maison des Halles, Blain. De 9 h 30 à 17 h. »
	Overheard bool     // a place of the day has no private corner (R60)
	Lines     []Line
	Tasks     []Task
	Team      *Team
	Volunteer bool
}

const path = "/aujourdhui"

type page struct {
	days     Days
	kept     *kept
	template *shared.Template[View]
	zone     *time.Location
}

// Routes declares the page and the gesture that marks a meeting.
func Routes(lib *shared.Library, days Days) []web.Route {
	p := &page{days: days, kept: newKept(days), template: shared.Add[View](lib, shared.Staff, files, "page.html"), zone: lib.Network().Zone}
	return []web.Route{
		{Method: http.MethodGet, Pattern: path, Permission: access.OwnDay, Handle: p.show},
		{Method: http.MethodPost, Pattern: "/rendez-vous/{id}/statut", Permission: access.OwnDay, Handle: p.mark},
	}
}

func (p *page) show(r *web.Request) (web.Response, error) {
	if err := p.days.NoteRead(r.Context(), r.Viewer); err != nil {
		return web.Response{}, err
	}
	on, chosen := r.Date("jour")
	if !chosen {
		on = clock.DateOf(r.Now.In(p.zone))
	}
	o := ownerOf(r, on)
	view := View{Page: r.Page()}
	if view.Done != "" { // something was just done: nothing kept may hide it
		p.kept.forget(o)
	}
	// The version is read before the facts: a change in between is seen next time.
	version, err := p.kept.look(r.Context(), r.Now)
	if err != nil {
		return web.Response{}, err
	}
	if response, ok := p.kept.get(o, version, r.Now); ok {
		return response, nil
	}
	day, err := p.days.Read(r.Context(), r.Viewer, on, p.zone)
	if err != nil {
		return web.Response{}, err
	}
	if err := view.fill(day, p.zone); err != nil {
		return web.Response{}, err
	}
	response, err := web.Show(p.template, view)
	if err == nil && view.Done == "" {
		response = response.Zipped()
		p.kept.put(o, keptDay{response: response, version: version, until: day.trueUntil(r.Now)}, r.Now)
	}
	return response, err
}

// trueUntil is how long a page made at now tells the truth: until someone is
// expected or leaves, and never long.
func (d Day) trueUntil(now time.Time) time.Time {
	until := now.Add(keptFor)
	sooner := func(t time.Time) {
		if t.After(now) && t.Before(until) {
			until = t
		}
	}
	for _, m := range d.Meetings {
		sooner(m.Start)
		sooner(m.End)
	}
	for _, s := range d.Free {
		sooner(s.Start)
	}
	return until
}

// marks are the statuses that can be given from the line, and what is said then.
var marks = map[agenda.Status]string{agenda.Excused: "today.done.excused", agenda.NoShow: "today.done.noshow"}

func (p *page) mark(r *web.Request) (web.Response, error) {
	booking, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	status := agenda.Status(r.Form("statut"))
	said, ok := marks[status]
	if !ok {
		return web.Response{}, db.ErrNotFound
	}
	if err := p.days.Mark(r.Context(), r.Viewer, booking, status); err != nil {
		return web.Response{}, err
	}
	back := path
	if on, chosen := r.Date("jour"); chosen {
		back += "?jour=" + on.String()
	}
	return web.Done(back, said), nil
}
