// SPDX-License-Identifier: Apache-2.0

// Package need is the page « Noter un besoin » (/besoin): thirty seconds on a
// phone, her own words first, and nothing else asked for before it can be kept.
// The same form changes a need later. It also says a need in words for the other
// pages of a helper: its facts, its dates, initials.
package need

import (
	"context"
	"embed"
	"errors"

	"escale/internal/access"
	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	room "escale/internal/need"
	"escale/internal/person"
	"escale/internal/web"
	"escale/internal/web/atlas"
	"escale/internal/web/shared"
)

//go:embed page.html kept.html fr.json en.json
var files embed.FS

// Needs is what the page asks of the room of needs.
type Needs interface {
	Capture(ctx context.Context, tx db.Tx, v access.Viewer, n room.Need) (room.Need, error)
	Read(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) (room.Need, error)
	Save(ctx context.Context, tx db.Tx, v access.Viewer, n room.Need) (room.Need, error)
}

// Atlas gives the places of the network, whose ground tells one commune from
// another of the same name.
type Atlas interface {
	Current(ctx context.Context) (*atlas.Snapshot, error)
}

// Deps is what the pages stand on.
type Deps struct {
	DB    *db.DB
	Needs Needs
	Atlas Atlas
}

// View is the form, for a new need or for one that is changed.
type View struct {
	*shared.Page
	Need      id.ID // empty for a new need
	Version   int64
	Risks     []shared.Option
	Ways      []shared.Option
	Themes    []shared.Option
	SubThemes []shared.Option
	EntryWays []shared.Option
	Communes  []shared.Option // to choose from, when what was typed can mean several
	Open      bool            // the optional part is unfolded
}

// Kept is the quiet page a helper who opens no file sees after noting a need.
type Kept struct{ *shared.Page }

// Path is the page of a need.
func Path(need id.ID) string { return "/demandes/" + string(need) }

// Routes are the form, its confirmation, and the form that changes a need.
func Routes(lib *shared.Library, d Deps) []web.Route {
	p := pages{
		Deps: d,
		form: shared.Add[View](lib, shared.Staff, files, "page.html"),
		kept: shared.Add[Kept](lib, shared.Staff, files, "kept.html"),
	}
	return []web.Route{
		{Method: "GET", Pattern: "/besoin", Permission: access.CaptureNeed, Handle: p.ask},
		{Method: "POST", Pattern: "/besoin", Permission: access.CaptureNeed, Handle: p.capture},
		{Method: "GET", Pattern: "/besoin/note", Permission: access.CaptureNeed, Handle: func(r *web.Request) (web.Response, error) {
			return web.Show(p.kept, Kept{r.Page()})
		}},
		{Method: "GET", Pattern: "/demandes/{id}/modifier", Permission: access.ReadPerson, Handle: p.open},
		{Method: "POST", Pattern: "/demandes/{id}/modifier", Permission: access.ReadPerson, Handle: p.save},
	}
}

type pages struct {
	Deps
	form *shared.Template[View]
	kept *shared.Template[Kept]
}

func (p pages) view(page *shared.Page, n room.Need) View {
	v := View{
		Page: page, Need: n.ID, Version: n.Version,
		Risks:     page.Options("need.risk.", words(autonomy.Risks)...),
		Ways:      page.Options("person.contact_way.", words(person.ContactWays)...),
		EntryWays: page.Options("need.entry_way.", room.EntryWays()...),
		SubThemes: []shared.Option{{Label: page.T("capture.unsaid")}},
	}
	for _, t := range room.Categories() {
		v.Themes = append(v.Themes, page.Options("need.category.", t.Code)...)
	}
	for _, t := range room.SubThemes() {
		v.SubThemes = append(v.SubThemes, page.Options("need.sub_theme.", t.Code)...)
	}
	return v
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func (p pages) ask(r *web.Request) (web.Response, error) {
	page := r.Page()
	page.Values = typed(room.Need{EntryWay: entryWay(r.Viewer)}, "")
	return web.Show(p.form, p.view(page, room.Need{}))
}

// entryWay is how people usually come to someone of that role.
func entryWay(v access.Viewer) string {
	switch {
	case v.Has(access.Reception):
		return "reception"
	case v.Has(access.SocialWorker):
		return "prescriber"
	}
	return "alone"
}

func (p pages) capture(r *web.Request) (web.Response, error) {
	n := room.Need{ID: r.Key()}
	choose, err := p.read(r, &n)
	if err == nil {
		err = p.DB.Update(r.Context(), func(ctx context.Context, tx db.Tx) error {
			_, err := p.Needs.Capture(ctx, tx, r.Viewer, n)
			return named(err)
		})
	}
	switch {
	case err != nil:
		return p.again(r, room.Need{}, choose, err)
	case r.Viewer.May(access.ReadPerson):
		return web.Done(Path(n.ID), "capture.done.kept"), nil
	}
	return web.See("/besoin/note"), nil
}

// again shows the form with what is to be looked at again; any other error goes on.
func (p pages) again(r *web.Request, n room.Need, choose []shared.Option, err error) (web.Response, error) {
	v := p.view(r.Page(), n)
	if !v.Review(err) {
		return web.Response{}, err
	}
	v.Communes, v.Open = choose, true
	return web.Show(p.form, v)
}

func (p pages) open(r *web.Request) (web.Response, error) {
	needID, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	n, err := p.one(r, needID)
	if err != nil {
		return web.Response{}, err
	}
	page := r.Page()
	page.Values = typed(n, town(n.Commune))
	page.Values.Set("contact", page.Phone(n.Said.Contact))
	v := p.view(page, n)
	v.Open = true
	return web.Show(p.form, v)
}

func (p pages) one(r *web.Request, needID id.ID) (room.Need, error) {
	var n room.Need
	err := p.DB.Update(r.Context(), func(ctx context.Context, tx db.Tx) (err error) {
		n, err = p.Needs.Read(ctx, tx, r.Viewer, needID)
		return err
	})
	return n, err
}

func (p pages) save(r *web.Request) (web.Response, error) {
	needID, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	version, _ := r.Int("version")
	n, err := p.one(r, needID)
	if err != nil {
		return web.Response{}, err
	}
	n.Version = int64(version)
	choose, err := p.read(r, &n)
	if err == nil {
		err = p.DB.Update(r.Context(), func(ctx context.Context, tx db.Tx) error {
			_, err := p.Needs.Save(ctx, tx, r.Viewer, n)
			return named(err)
		})
	}
	var stale *room.Stale
	if errors.As(err, &stale) {
		return web.Response{}, both(r.Page(), stale)
	}
	var unsaid *room.RightUnsaid
	if errors.As(err, &unsaid) { // the need is closed, and would become one about rights
		var f text.FieldErrors
		f.List = append(f.List, text.FieldError{Field: "categorie", Message: unsaid.Message()})
		err = f.Err()
	}
	if err != nil {
		return p.again(r, n, choose, err)
	}
	return web.Done(Path(needID), "capture.done.changed"), nil
}
