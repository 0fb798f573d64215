// SPDX-License-Identifier: Apache-2.0

// Package slip is what she takes away after a decision (le bon): when, where,
// with whom, what to bring, whom to call, and the code that opens her own sheet.
// It is in large print and says neither her name nor why she came: it may be
// read on a bus.
package slip

import (
	"context"
	"embed"
	"slices"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/network"
	"escale/internal/orientation"
	"escale/internal/web"
	"escale/internal/web/atlas"
	desk "escale/internal/web/desk/need"
	near "escale/internal/web/desk/orientation"
	"escale/internal/web/shared"
)

//go:embed page.html fr.json en.json
var files embed.FS

// Needs is what the page asks of the room of needs.
type Needs interface {
	Read(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) (need.Need, error)
	History(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) ([]need.Event, error)
}

// Ways is what it asks of orientation.
type Ways interface {
	Decided(ctx context.Context, tx db.Tx, v access.Viewer, decision id.ID) (orientation.Decided, error)
	Sent(ctx context.Context, tx db.Tx, v access.Viewer, f orientation.SentFilter) ([]orientation.Follow, error)
}

// Atlas gives the places of the network.
type Atlas interface {
	Current(ctx context.Context) (*atlas.Snapshot, error)
}

// Deps is what the page stands on.
type Deps struct {
	DB    *db.DB
	Needs Needs
	Ways  Ways
	Atlas Atlas
}

// View is the slip.
type View struct {
	*shared.Page
	Path     string
	Code     string          // spaced, empty when she erased her sheet
	When     string          // empty without a meeting
	Where    string          // the place, or the organisation she goes to by herself
	With     string          // who receives
	Bring    string          // what to bring
	Call     string          // E.164
	HandedOn bool            // to another organisation
	Warning  []shared.Notice // handed on twice or more (R41)
}

// Routes are the slip of a decision.
func Routes(lib *shared.Library, d Deps) []web.Route {
	p := pages{Deps: d, page: shared.Add[View](lib, shared.Staff, files, "page.html")}
	return []web.Route{
		{Method: "GET", Pattern: "/demandes/{id}/bon/{decision}", Permission: access.DecideReferral, Handle: p.show},
	}
}

type pages struct {
	Deps
	page *shared.Template[View]
}

func (p pages) show(r *web.Request) (web.Response, error) {
	needID, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	decision, err := r.ID("decision")
	if err != nil {
		return web.Response{}, err
	}
	places, err := p.Atlas.Current(r.Context())
	if err != nil {
		return web.Response{}, err
	}
	page := r.Page()
	v := View{Page: page, Path: desk.Path(needID), Call: page.Network().Phone}
	err = p.DB.Update(r.Context(), func(ctx context.Context, tx db.Tx) error {
		n, err := p.Needs.Read(ctx, tx, r.Viewer, needID)
		if err != nil {
			return err
		}
		if err := p.belongs(ctx, tx, r.Viewer, needID, decision); err != nil {
			return err
		}
		done, err := p.Ways.Decided(ctx, tx, r.Viewer, decision)
		if err != nil {
			return err
		}
		if err := v.fill(done); err != nil || done.Referral == "" {
			return err
		}
		return p.recipient(ctx, tx, r.Viewer, &v, n, done.Referral, places)
	})
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.page, v)
}

// belongs makes sure that the decision was made for this need.
func (p pages) belongs(ctx context.Context, tx db.Tx, v access.Viewer, needID, decision id.ID) error {
	events, err := p.Needs.History(ctx, tx, v, needID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(events, func(e need.Event) bool { return e.Cause == decision }) {
		return db.ErrNotFound
	}
	return nil
}

func (v *View) fill(done orientation.Decided) error {
	if done.Code != "" {
		v.Code = orientation.SpacedCode(done.Code)
	}
	v.HandedOn = done.Referral != ""
	v.Warning = nil
	if done.Warning != nil {
		v.Warning = []shared.Notice{{Kind: "att", Title: v.T("slip.again"), Text: v.M(*done.Warning)}}
	}
	m := done.Meeting
	if m == nil {
		return nil
	}
	date, hour := desk.Moment(m.Start, m.Zone)
	day, err := v.Day(date)
	if err != nil {
		return err
	}
	at, err := v.Hour(hour)
	if err != nil {
		return err
	}
	v.When = atlas.Capital(v.T("slip.when", "day", day, "hour", at))
	v.Where, v.With, v.Bring = desk.Address(m.Place, m.Address, m.Commune), m.Worker, m.Bring
	if m.Phone != "" {
		v.Call = m.Phone
	}
	return nil
}

// recipient says where she goes by herself, when no meeting was kept.
func (p pages) recipient(ctx context.Context, tx db.Tx, viewer access.Viewer, v *View, n need.Need, referral id.ID, places *atlas.Snapshot) error {
	if v.When != "" {
		return nil
	}
	sent, err := p.Ways.Sent(ctx, tx, viewer, orientation.SentFilter{Need: n.ID})
	if err != nil {
		return err
	}
	for _, f := range sent {
		if f.ID != referral {
			continue
		}
		o, err := network.GetOrganisation(ctx, tx, f.Recipient)
		if err != nil {
			return err
		}
		v.Where, v.With = o.Name, f.Service
		if place, ok := nearest(places, n.Commune, o.ID); ok {
			v.Where = desk.Address(o.Name, place.Name, place.Address, place.CommuneName)
			if place.Phone != "" {
				v.Call = place.Phone
			}
		}
	}
	return nil
}

// looked is how many places near her are looked through for one that the
// organisation holds.
const looked = 200

func nearest(s *atlas.Snapshot, commune string, organisation id.ID) (network.Place, bool) {
	for _, f := range near.HeldNear(s, commune, looked) {
		if f.Place.Card.Organisation == organisation {
			return f.Place.Card, true
		}
	}
	return network.Place{}, false
}
