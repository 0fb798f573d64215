// SPDX-License-Identifier: Apache-2.0

package needs

import (
	"context"
	"errors"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/need"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/web"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/shared"
)

// stop records that she prefers to stop there: a choice, never a failure.
func (p pages) stop(r *web.Request) (web.Response, error) {
	needID, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	_, err = p.Ways.Decide(r.Context(), p.DB, r.Viewer, orientation.Decision{
		ID: r.Key(), Need: needID, Choice: orientation.ShePrefers, HerChoice: orientation.Declined, Why: r.Form("pourquoi"),
	})
	var fields *text.FieldErrors
	if errors.As(err, &fields) {
		return p.lookAgain(r, needID, desk.Named(err, map[string]string{"why": "pourquoi"}))
	}
	if err != nil {
		return web.Response{}, err
	}
	return web.Done(desk.Path(needID), "needs.done.stopped"), nil
}

func (p pages) lookAgain(r *web.Request, needID id.ID, fields error) (web.Response, error) {
	s, err := p.read(r, needID)
	if err != nil {
		return web.Response{}, err
	}
	page := r.Page()
	if !page.Review(fields) {
		return web.Response{}, fields
	}
	v, err := s.view(page)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.one, v)
}

// reopen takes a closed need up again; one that is open already stays so.
func (p pages) reopen(r *web.Request) (web.Response, error) {
	needID, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	err = p.gesture(r, func(ctx context.Context, tx db.Tx) error {
		n, err := p.Needs.Read(ctx, tx, r.Viewer, needID)
		if err != nil || !n.Status.Closed() {
			return err
		}
		return p.Needs.Add(ctx, tx, r.Viewer, need.Event{Need: needID, Kind: need.WasReopened})
	})
	if err != nil {
		return web.Response{}, err
	}
	return web.Done(desk.Path(needID), "needs.done.reopened"), nil
}

// File is the view of her file: found, made, or as it is.
type File struct {
	*shared.Page
	Need   need.Need
	Person person.Person
	Known  []desk.Fact     // of the file, once there is one
	Found  []shared.Option // files that answer a search
	Sought bool            // a search was made
	Path   string

	Communes []shared.Option // to choose from, when what was typed can mean several
	Readers  *shared.Table   // who read or changed the file
	Mandates []Mandate       // in force today
}

func (p pages) showFile(r *web.Request) (web.Response, error) {
	v, err := p.fileOf(r)
	if err != nil {
		return web.Response{}, err
	}
	if v.Need.Person != "" {
		v.Values = answers(v.Person)
	}
	return web.Show(p.file, v)
}

func (p pages) fileOf(r *web.Request) (File, error) {
	needID, err := r.ID("id")
	if err != nil {
		return File{}, err
	}
	v := File{Page: r.Page(), Path: desk.Path(needID)}
	err = p.gesture(r, func(ctx context.Context, tx db.Tx) error {
		if v.Need, err = p.Needs.Read(ctx, tx, r.Viewer, needID); err != nil || v.Need.Person == "" {
			return err
		}
		if v.Person, err = p.People.Read(ctx, tx, r.Viewer, v.Need.Person); err != nil {
			return err
		}
		if v.Mandates, err = p.mandates(ctx, tx, v.Page, v.Need.Person, desk.Today(v.Page)); err != nil || p.Audit == nil {
			return err
		}
		v.Readers, err = p.readers(ctx, tx, v.Page, v.Need.Person)
		return err
	})
	if err != nil || v.Need.Person == "" {
		return v, err
	}
	for _, f := range said(v.Page, v.Person) {
		if f.Value != "" {
			v.Known = append(v.Known, desk.Fact{Label: v.T(f.Label), Value: f.Value})
		}
	}
	v.Known = append(v.Known, desk.Fact{Label: v.T("needs.file.informed"), Value: v.T("needs.file.on", "day", v.Person.InformedOn)})
	return v, nil
}

// The gestures of the file's page.
const (
	seek = "chercher"
	join = "relier"
	edit = "changer"
)

func (p pages) link(r *web.Request) (web.Response, error) {
	v, err := p.fileOf(r)
	if err != nil {
		return web.Response{}, err
	}
	switch r.Form("geste") {
	case seek:
		return p.seek(r, v)
	case edit:
		return p.change(r, v)
	case join:
		file, ok := r.FormID("dossier")
		if !ok {
			var f text.FieldErrors
			f.Add("dossier", "needs.file.choose")
			v.Review(f.Err())
			return p.seek(r, v)
		}
		err = p.gesture(r, func(ctx context.Context, tx db.Tx) error {
			if _, err := p.People.Read(ctx, tx, r.Viewer, file); err != nil { // of another organisation: absent
				return err
			}
			return p.tie(ctx, tx, r, v.Need.ID, file)
		})
	default:
		err = p.create(r, v.Need)
	}
	if err != nil {
		if v.Review(err) {
			return web.Show(p.file, v)
		}
		return web.Response{}, err
	}
	return web.Done(v.Path, "needs.done.linked"), nil
}

// seek looks for files by the phone or the whole name she gives. They are sent in
// a form's body: nothing of them stays in an address.
func (p pages) seek(r *web.Request, v File) (web.Response, error) {
	var found []person.Person
	err := p.gesture(r, func(ctx context.Context, tx db.Tx) (err error) {
		asked := r.Form("qui")
		found, err = p.People.Find(ctx, tx, r.Viewer, person.Query{Phone: asked, Name: asked})
		return err
	})
	if err != nil {
		return web.Response{}, err
	}
	v.Sought = true
	for _, f := range found {
		v.Found = append(v.Found, shared.Option{
			Value: string(f.ID), Label: v.T("needs.file.who", "first", f.Identity.FirstName, "last", f.Identity.LastName),
			Help: v.T("needs.file.last_seen", "day", f.LastContactAt),
		})
	}
	return web.Show(p.file, v)
}

// create opens a file and ties the need to it, in one gesture.
func (p pages) create(r *web.Request, n need.Need) error {
	file := person.Person{
		ID: r.Key(), Commune: n.Commune, ContactWay: person.NoContact, SharedPhone: n.SharedPhone,
		Identity: person.Identity{FirstName: r.Form("prenom"), LastName: r.Form("nom"), Phone: r.Form("telephone")},
	}
	if file.Identity.Phone != "" && (n.ContactWay == person.ByCall || n.ContactWay == person.BySMS) {
		file.ContactWay = n.ContactWay
	}
	if r.Form("informee") != "" {
		file.InformedOn = desk.Today(r.Page())
	}
	err := p.gesture(r, func(ctx context.Context, tx db.Tx) error {
		made, err := p.People.Create(ctx, tx, r.Viewer, file)
		if err != nil {
			return err
		}
		return p.tie(ctx, tx, r, n.ID, made.ID)
	})
	return desk.Named(err, map[string]string{
		"first_name": "prenom", "last_name": "nom", "phone": "telephone", "informed_on": "informee",
	})
}

// tie writes that the need is of that file.
func (p pages) tie(ctx context.Context, tx db.Tx, r *web.Request, needID, file id.ID) error {
	n, err := p.Needs.Read(ctx, tx, r.Viewer, needID)
	if err != nil || n.Person == file {
		return err
	}
	n.Person = file
	_, err = p.Needs.Save(ctx, tx, r.Viewer, n)
	return err
}

// Informed is the one box without which no file is opened.
func (v File) Informed() []shared.Option {
	return []shared.Option{{Value: "1", Label: v.T("needs.file.informed.yes"), Help: v.T("needs.file.informed.why")}}
}
