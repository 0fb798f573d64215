// SPDX-License-Identifier: Apache-2.0

// Package accounts is where accounts are kept: who can enter, with which rights
// in which organisation, and when each was last here. Someone who arrives gets a
// link that serves once; someone who leaves is closed, and what she did stays.
// No page here shows a person's file.
package accounts

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/desk/enter"
	"escale/internal/web/shared"
)

//go:embed *.html fr.json
var files embed.FS

const (
	listPath = "/comptes"
	newPath  = "/comptes/nouveau"
)

// pageSize is how many accounts a page lists.
const pageSize = 50

// An account nobody used for six months is closed (R128). It is shown a month
// before.
const (
	idleMonths = 6
	warnMonths = 5
)

// Organisations lists the organisations of the network.
type Organisations func(context.Context) ([]network.Organisation, error)

// Needs is what the pages ask of the house.
type Needs struct {
	Keeper        *access.Keeper
	Organisations Organisations
	// HTTPS says that one-time links begin with https.
	HTTPS bool
}

// Routes declares the pages.
func Routes(lib *shared.Library, n Needs) []web.Route {
	list := shared.Add[ListView](lib, shared.Staff, files, "list.html")
	link := shared.Add[LinkView](lib, shared.Staff, files, "link.html")
	one, add := n.onePages(lib, link), n.newPages(lib, link)
	route := func(method, path string, handle func(*web.Request) (web.Response, error)) web.Route {
		return web.Route{Method: method, Pattern: path, Permission: access.ManageAccounts, Handle: handle}
	}
	return []web.Route{
		route(http.MethodGet, listPath, func(r *web.Request) (web.Response, error) { return n.list(list, r) }),
		route(http.MethodGet, newPath, add.show),
		route(http.MethodPost, newPath, add.create),
		route(http.MethodGet, listPath+"/{id}", one.show),
		route(http.MethodGet, listPath+"/{id}/droit", one.askGrant),
		route(http.MethodPost, listPath+"/{id}/droit", one.give),
		route(http.MethodPost, listPath+"/{id}/retrait", one.endGrant),
		route(http.MethodPost, listPath+"/{id}/lien", one.makeLink),
		route(http.MethodPost, listPath+"/{id}/telephone", one.untiePhone),
		route(http.MethodGet, listPath+"/{id}/nom", one.askName),
		route(http.MethodPost, listPath+"/{id}/nom", one.rename),
		route(http.MethodGet, listPath+"/{id}/fermer", one.askClose),
		route(http.MethodPost, listPath+"/{id}/fermer", one.close),
	}
}

// names are the organisations by identifier, and in the order of lists.
type names struct {
	all  []network.Organisation
	byID map[id.ID]string
}

// names reads the organisations. The house itself is named like one.
func (n Needs) names(r *web.Request, p *shared.Page) (names, error) {
	all, err := n.Organisations(r.Context())
	if err != nil {
		return names{}, err
	}
	found := names{all: all, byID: map[id.ID]string{access.House: p.T("accounts.house")}}
	for _, o := range all {
		found.byID[o.ID] = o.Name
	}
	return found, nil
}

// name is the name of an organisation.
func (n names) name(p *shared.Page, organisation id.ID) string {
	if name, ok := n.byID[organisation]; ok {
		return name
	}
	return p.T("accounts.unnamed")
}

// kept lists, as answers to choose from, the organisations whose accounts v keeps.
func (n names) kept(p *shared.Page, v access.Viewer) []shared.Option {
	var options []shared.Option
	whole := v.MayIn(access.ManageAccounts, access.House)
	for _, o := range n.all {
		if whole || v.MayIn(access.ManageAccounts, o.ID) {
			options = append(options, shared.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	if whole {
		options = append(options, shared.Option{Value: string(access.House), Label: p.T("accounts.house.choice")})
	}
	return options
}

// roles lists the roles as answers to choose from, each with what it may do.
func roles(p *shared.Page) []shared.Option {
	options := make([]shared.Option, len(access.Roles))
	for i, role := range access.Roles {
		options[i] = shared.Option{Value: string(role), Label: p.T("role." + string(role)), Help: p.T("accounts.role." + string(role))}
	}
	return options
}

// ListView is the list of accounts, a page of it.
type ListView struct {
	*shared.Page
	States      []shared.Option
	Rows        []Row
	Found       int // accounts that answer the search
	First, Last int // numbers of those shown, from 1
	Back, Next  string
	Some        bool // there are accounts at all
}

// Row is one account of the list.
type Row struct {
	ID          id.ID
	Name, Login string
	Rights      []string
	Seen        string
	Chip        shared.Chip
}

// states are the choices of the list, the first being usual.
var states = []string{"ouverts", "endormis", "fermes", "tous"}

func (n Needs) list(page *shared.Template[ListView], r *web.Request) (web.Response, error) {
	v := ListView{Page: r.Page()}
	orgs, err := n.names(r, v.Page)
	if err != nil {
		return web.Response{}, err
	}
	all, err := n.Keeper.Accounts(r.Context(), r.Viewer)
	if err != nil {
		return web.Response{}, err
	}
	state := r.Form("etat")
	if !slices.Contains(states, state) {
		state = states[0]
	}
	v.Some = len(all) > 0
	v.States = v.Options("accounts.state.", states...)
	for i := range v.States {
		v.States[i].Checked = v.States[i].Value == state
	}
	words := text.Fold(r.Form("q"))
	all = slices.DeleteFunc(all, func(a access.Account) bool {
		return !in(state, a, r.Now) || !strings.Contains(text.Fold(a.Name+" "+a.Login), words)
	})
	v.cut(r, all)
	for _, a := range all[min(v.First-1, len(all)):v.Last] {
		v.Rows = append(v.Rows, v.row(a, orgs))
	}
	return web.Show(page, v)
}

// cut chooses which of the accounts found the page shows.
func (v *ListView) cut(r *web.Request, found []access.Account) {
	pages := max(1, (len(found)+pageSize-1)/pageSize)
	n, _ := r.Int("page")
	n = min(max(n, 1), pages)
	v.Found, v.First, v.Last = len(found), (n-1)*pageSize+1, min(n*pageSize, len(found))
	at := func(page int) string {
		q := url.Values{}
		for _, name := range []string{"q", "etat"} {
			if value := r.Form(name); value != "" {
				q.Set(name, value)
			}
		}
		q.Set("page", strconv.Itoa(page))
		return listPath + "?" + q.Encode()
	}
	if n > 1 {
		v.Back = at(n - 1)
	}
	if n < pages {
		v.Next = at(n + 1)
	}
}

// in reports whether an account belongs to a state of the list.
func in(state string, a access.Account, now time.Time) bool {
	switch state {
	case "ouverts":
		return a.Status != access.AccountClosed
	case "endormis":
		return asleep(a, now)
	case "fermes":
		return a.Status == access.AccountClosed
	}
	return true
}

// asleep reports whether nobody used an open account for five months.
func asleep(a access.Account, now time.Time) bool {
	return a.Status == access.AccountOpen && !a.LastSeen.IsZero() && !now.Before(a.LastSeen.AddDate(0, warnMonths, 0))
}

func (v ListView) row(a access.Account, orgs names) Row {
	row := Row{ID: a.ID, Name: a.Name, Login: a.Login, Seen: seen(v.Page, a), Chip: chip(v.Page, a)}
	for _, g := range a.Grants {
		row.Rights = append(row.Rights, v.T("accounts.right", "role", v.T("role."+string(g.Grant.Role)), "organisation", orgs.name(v.Page, g.Grant.Organisation)))
	}
	return row
}

// seen says when an account was last used.
func seen(p *shared.Page, a access.Account) string {
	if a.LastSeen.IsZero() {
		return p.T("accounts.never_seen")
	}
	return p.T("accounts.seen", "moment", a.LastSeen)
}

// chip says where an account stands.
func chip(p *shared.Page, a access.Account) shared.Chip {
	switch {
	case a.Status == access.AccountClosed:
		return p.Chip("non", "accounts.status.closed")
	case a.Status == access.AccountInvited:
		return p.Chip("", "accounts.status.invited")
	case !p.Now.Before(a.LastSeen.AddDate(0, idleMonths, 0)) && asleep(a, p.Now):
		return p.Chip("att", "accounts.status.over")
	case asleep(a, p.Now):
		return p.Chip("att", "accounts.status.asleep", "moment", a.LastSeen.AddDate(0, idleMonths, 0))
	}
	return p.Chip("oui", "accounts.status.open")
}

// link is the address of a one-time link, to copy.
func (n Needs) link(r *web.Request, token string) string {
	scheme := "http://"
	if n.HTTPS {
		scheme = "https://"
	}
	return scheme + r.HTTP.Host + enter.LinkPath(token)
}

// account is the account called id in the path, when the viewer keeps it.
func (n Needs) account(r *web.Request) (access.Account, error) {
	wanted, err := r.ID("id")
	if err != nil {
		return access.Account{}, err
	}
	all, err := n.Keeper.Accounts(r.Context(), r.Viewer)
	if err != nil {
		return access.Account{}, err
	}
	for _, a := range all {
		if a.ID == wanted {
			return a, nil
		}
	}
	return access.Account{}, db.ErrNotFound
}

// refusal is what the house refused, to be said at the top of a page. An account
// that is also someone else's to keep is refused as one that does not exist: here
// it is known, and the page says why.
func refusal(p *shared.Page, err error) []shared.Notice {
	var no *access.Refusal
	switch {
	case errors.As(err, &no):
		return []shared.Notice{{Kind: "att", Title: p.M(no.Message)}}
	case errors.Is(err, db.ErrNotFound):
		return []shared.Notice{p.Notice("att", "accounts.elsewhere")}
	}
	return nil
}

// atField puts a refusal beside a field, and gives fields the page's own names.
func atField(err error, field string) error {
	var no *access.Refusal
	if errors.As(err, &no) {
		return &text.FieldErrors{List: []text.FieldError{{Field: field, Message: no.Message}}}
	}
	var fields *text.FieldErrors
	if !errors.As(err, &fields) {
		return err
	}
	page := &text.FieldErrors{}
	for _, e := range fields.List {
		switch e.Field {
		case "login":
			e.Field = "identifiant"
		case "name":
			e.Field = "nom"
		}
		page.List = append(page.List, e)
	}
	return page
}
