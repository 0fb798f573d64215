// SPDX-License-Identifier: Apache-2.0

// Package orientation is the page where a helper and a person decide together
// what to do: her words, what is known, every suggestion with its reasons, and
// real places that are free now. One gesture then keeps what she chose: the
// decision, her agreement, what travels, the meeting, her sheet. Nothing is
// decided for her, and « rien de cela » is one of the answers.
package orientation

import (
	"context"
	"embed"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	room "escale/internal/orientation"
	"escale/internal/web"
	"escale/internal/web/atlas"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/shared"
)

//go:embed page.html refusal.html fr.json en.json
var files embed.FS

// Needs is what the page asks of the room of needs.
type Needs interface {
	Read(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) (need.Need, error)
	Save(ctx context.Context, tx db.Tx, v access.Viewer, n need.Need) (need.Need, error)
	Conversations(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) ([]need.Held, error)
}

// Ways is what it asks of orientation.
type Ways interface {
	Decide(ctx context.Context, d *db.DB, v access.Viewer, dec room.Decision) (room.Decided, error)
	Decided(ctx context.Context, tx db.Tx, v access.Viewer, decision id.ID) (room.Decided, error)
	Orientations(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) (int, error)
}

// Agenda is where real slots come from.
type Agenda interface {
	Openings(ctx context.Context, tx db.Tx, organisation id.ID) ([]agenda.Opening, error)
	FreeSlots(ctx context.Context, tx db.Tx, q agenda.SlotQuery) ([]agenda.Slot, error)
}

// Atlas gives the places of the network, by distance.
type Atlas interface {
	Current(ctx context.Context) (*atlas.Snapshot, error)
}

// Deps is what the pages stand on.
type Deps struct {
	DB     *db.DB
	Needs  Needs
	Ways   Ways
	Agenda Agenda
	Atlas  Atlas
}

// View is the page of the decision.
type View struct {
	*shared.Page
	Need         need.Need
	Path         string
	Facts        []desk.Fact
	Again        *shared.Notice // this need was handed on before (R41)
	Taken        bool           // the place chosen has just gone to someone else
	Talked       bool
	Tracks       []Track
	Others       []shared.Option
	Elsewhere    bool // another organisation is the one chosen
	Levels       []shared.Option
	Agreements   []shared.Option
	Redirections []shared.Option
	First        *Choice // the first place proposed, shown on her sheet
	Details      bool    // the part about what travels is unfolded
}

// Refusal is the page that records that she wants none of it.
type Refusal struct {
	*shared.Page
	Path string
}

// Routes are the decision and her refusal.
func Routes(lib *shared.Library, d Deps) []web.Route {
	p := pages{
		Deps:    d,
		page:    shared.Add[View](lib, shared.Staff, files, "page.html"),
		refusal: shared.Add[Refusal](lib, shared.Staff, files, "refusal.html"),
	}
	decide := func(method, pattern string, handle func(*web.Request) (web.Response, error)) web.Route {
		return web.Route{Method: method, Pattern: pattern, Permission: access.DecideReferral, Handle: handle}
	}
	return []web.Route{
		decide("GET", "/demandes/{id}/orientation", p.propose),
		decide("POST", "/demandes/{id}/orientation", p.decide),
		decide("GET", "/demandes/{id}/refus", p.askRefusal),
		decide("POST", "/demandes/{id}/refus", p.refuse),
	}
}

type pages struct {
	Deps
	page    *shared.Template[View]
	refusal *shared.Template[Refusal]
}

func (p pages) propose(r *web.Request) (web.Response, error) {
	needID, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	page := r.Page()
	o, err := p.offer(r, page, needID)
	if err != nil {
		return web.Response{}, err
	}
	o.prefill(page)
	v, err := o.view(page)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.page, v)
}

// prefill writes what a first view already knows, for the helper to change.
func (o *offer) prefill(page *shared.Page) {
	page.Values.Set("prenom", o.need.Said.FirstName)
	page.Values.Set("contact", page.Phone(o.need.Said.Contact))
	page.Values.Set("niveau", "0")
	page.Values.Set("accord", noAgreement)
	if first := o.first(); first != nil {
		page.Values.Set("ou", first.Value)
	}
}

func (o *offer) view(page *shared.Page) (View, error) {
	v := View{
		Page: page, Need: o.need, Path: desk.Path(o.need.ID), Tracks: o.tracks, First: o.first(), Talked: o.talk != nil,
		Levels:     page.Options("offer.level.", "0", "1", "2"),
		Agreements: page.Options("offer.agreement.", noAgreement, "oral", "written"),
		Elsewhere:  page.Values.Get("ou") == elsewhere, Others: []shared.Option{{Label: page.T("offer.elsewhere.choose")}},
		Redirections: []shared.Option{{Label: page.T("capture.unsaid")}},
		Details:      page.Posted,
	}
	for _, other := range o.others {
		v.Others = append(v.Others, shared.Option{Value: string(other.ID), Label: other.Name})
	}
	for _, code := range room.Redirections {
		v.Redirections = append(v.Redirections, page.Options("orientation.redirection.", code)...)
	}
	if warning, ok := room.RankWarning(o.orientations + 1); ok {
		v.Again = &shared.Notice{Kind: "att", Title: page.T("offer.again"), Text: page.M(warning)}
	}
	for i := range v.Tracks {
		for j := range v.Tracks[i].Choices {
			c := &v.Tracks[i].Choices[j]
			c.Checked = c.Value == page.Values.Get("ou")
		}
	}
	var err error
	v.Facts, err = desk.Facts(page, o.need, o.talk)
	return v, err
}

// Choose is what there is to look at again in the choice itself.
func (v View) Choose() string {
	for _, e := range v.Errors {
		if e.Field == "ou" {
			return v.M(e.Message)
		}
	}
	return ""
}
