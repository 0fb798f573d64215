// SPDX-License-Identifier: Apache-2.0

// Package self is « Mon compte »: what one may do and for which organisation, the
// organisation one acts for now, one's password, the short code that opens one's
// own locked screen, and whether a telephone is tied to the account.
package self

import (
	"context"
	"embed"
	"errors"
	"net/http"

	"escale/internal/access"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/desk/enter"
	"escale/internal/web/shared"
)

//go:embed *.html fr.json
var files embed.FS

// Addresses of the pages.
const (
	ownPath      = "/moi"
	passwordPath = "/moi/mot-de-passe"
	codePath     = "/moi/code-court"
	actPath      = "/moi/structure"
	signInPath   = web.SignInPath
)

// Organisations lists the organisations of the network, for their names.
type Organisations func(context.Context) ([]network.Organisation, error)

// View is one's own account.
type View struct {
	*shared.Page
	SecondFactor bool
	HasPIN       bool
	Places       []Place
}

// Place is an organisation where one has rights.
type Place struct {
	ID      id.ID
	Name    string
	Current bool     // the one she acts for now
	Roles   []string // in words, known for the current one
	Rights  []string // what she may do there, in words
}

// FormView asks one thing about the account.
type FormView struct {
	*shared.Page
	HasPIN bool
}

// pages are the pages of one's own account.
type pages struct {
	door           enter.Door
	organisations  Organisations
	own            *shared.Template[View]
	password, code *shared.Template[FormView]
}

// Routes declares the pages. Anyone signed in may open her own account.
func Routes(lib *shared.Library, door enter.Door, organisations Organisations) []web.Route {
	p := pages{
		door: door, organisations: organisations, own: shared.Add[View](lib, shared.Staff, files, "self.html"),
		password: shared.Add[FormView](lib, shared.Staff, files, "password.html"),
		code:     shared.Add[FormView](lib, shared.Staff, files, "code.html"),
	}
	route := func(method, path string, handle func(*web.Request) (web.Response, error)) web.Route {
		return web.Route{Method: method, Pattern: path, Permission: access.SignedIn, Handle: handle}
	}
	return []web.Route{
		route(http.MethodGet, ownPath, p.show),
		route(http.MethodPost, actPath, p.actFor),
		route(http.MethodGet, passwordPath, p.askPassword),
		route(http.MethodPost, passwordPath, p.changePassword),
		route(http.MethodGet, codePath, p.askCode),
		route(http.MethodPost, codePath, p.changeCode),
	}
}

func (p pages) show(r *web.Request) (web.Response, error) {
	session, err := p.session(r)
	if err != nil {
		return web.Response{}, err
	}
	all, err := p.organisations(r.Context())
	if err != nil {
		return web.Response{}, err
	}
	names := map[id.ID]string{}
	for _, o := range all {
		names[o.ID] = o.Name
	}
	v := View{Page: r.Page(), SecondFactor: session.SecondFactor, HasPIN: session.HasPIN}
	names[access.House] = v.T("self.house")
	for _, organisation := range session.Organisations {
		v.Places = append(v.Places, v.place(organisation, names[organisation]))
	}
	return web.Show(p.own, v)
}

// place says what the viewer may do in an organisation.
func (v View) place(organisation id.ID, name string) Place {
	p := Place{ID: organisation, Name: name, Current: organisation == v.Viewer.Organisation()}
	if name == "" {
		p.Name = v.T("self.unnamed")
	}
	for _, role := range access.Roles {
		if p.Current && v.Viewer.Has(role) {
			p.Roles = append(p.Roles, v.T("role."+string(role)))
		}
	}
	for _, right := range access.Permissions {
		if v.Viewer.MayIn(right, organisation) {
			p.Rights = append(p.Rights, v.T("self.right."+string(right)))
		}
	}
	return p
}

func (p pages) actFor(r *web.Request) (web.Response, error) {
	organisation, _ := r.FormID("structure")
	err := p.door.Keeper.ActFor(r.Context(), p.token(r), organisation)
	if access.Refused(err, "access.not_yours") { // her rights there ended meanwhile
		return web.Done(ownPath, "self.done.not_yours"), nil
	}
	if err != nil {
		return web.Response{}, err
	}
	return web.Done(ownPath, "self.done.acts"), nil
}

func (p pages) askPassword(r *web.Request) (web.Response, error) {
	return web.Show(p.password, FormView{Page: r.Page()})
}

func (p pages) changePassword(r *web.Request) (web.Response, error) {
	chosen := enter.Typed(r, "nouveau_mot_de_passe")
	v := FormView{Page: r.Page()}
	var differ text.FieldErrors
	if chosen != enter.Typed(r, "encore") {
		differ.Add("encore", "self.again.differ")
	}
	if v.Review(differ.Err()) {
		return web.Show(p.password, v)
	}
	err := p.door.Keeper.ChangePassword(r.Context(), r.Viewer, enter.Typed(r, "mot_de_passe"), chosen)
	if v.Review(atFields(err, "password", "nouveau_mot_de_passe")) {
		return enter.Again(p.password, v, r, err)
	}
	if err != nil {
		return web.Response{}, err
	}
	return web.Done(signInPath, "self.done.password").WithCookie(enter.Cookie("", p.door.HTTPS)), nil
}

func (p pages) askCode(r *web.Request) (web.Response, error) {
	session, err := p.session(r)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.code, FormView{Page: r.Page(), HasPIN: session.HasPIN})
}

func (p pages) changeCode(r *web.Request) (web.Response, error) {
	session, err := p.session(r)
	if err != nil {
		return web.Response{}, err
	}
	v := FormView{Page: r.Page(), HasPIN: session.HasPIN}
	chosen, done := r.Form("code"), "self.done.code"
	var missing text.FieldErrors
	switch {
	case r.Form("retirer") != "":
		chosen, done = "", "self.done.no_code"
	case chosen == "":
		missing.Add("code", "access.pin.shape")
	}
	if v.Review(missing.Err()) {
		return web.Show(p.code, v)
	}
	err = p.door.Keeper.SetPIN(r.Context(), r.Viewer, enter.Typed(r, "mot_de_passe"), chosen)
	if v.Review(atFields(err, "pin", "code")) {
		return enter.Again(p.code, v, r, err)
	}
	if err != nil {
		return web.Response{}, err
	}
	return web.Done(ownPath, done), nil
}

func (p pages) token(r *web.Request) string { return enter.Token(r.HTTP, p.door.HTTPS) }

func (p pages) session(r *web.Request) (access.Session, error) {
	return p.door.Keeper.Look(r.Context(), p.token(r))
}

// atFields gives the house's field called from the name to that the page gives
// it, and puts a refusal beside the present password.
func atFields(err error, from, to string) error {
	var no *access.Refusal
	var fields *text.FieldErrors
	page := &text.FieldErrors{}
	switch {
	case access.Refused(err, "access.wrong"):
		page.Add("mot_de_passe", "self.password.wrong")
	case errors.As(err, &no):
		page.List = []text.FieldError{{Field: "mot_de_passe", Message: no.Message}}
	case errors.As(err, &fields):
		for _, e := range fields.List {
			if e.Field == from {
				e.Field = to
			}
			page.List = append(page.List, e)
		}
	default:
		return err
	}
	return page
}
