// SPDX-License-Identifier: Apache-2.0

package accounts

import (
	"time"

	"escale/internal/access"
	"escale/internal/kit/text"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// NewView asks for a new account.
type NewView struct {
	*shared.Page
	Places, Roles []shared.Option
}

// LinkView shows a one-time link, this once.
type LinkView struct {
	*shared.Page
	Who     access.Account
	Link    string
	Expires time.Time
	New     bool // a first link, not one in place of a lost password
}

// newPages make accounts.
type newPages struct {
	Needs
	page *shared.Template[NewView]
	link *shared.Template[LinkView]
}

func (n Needs) newPages(lib *shared.Library, link *shared.Template[LinkView]) newPages {
	return newPages{n, shared.Add[NewView](lib, shared.Staff, files, "new.html"), link}
}

func (n newPages) view(r *web.Request) (NewView, error) {
	v := NewView{Page: r.Page()}
	orgs, err := n.names(r, v.Page)
	v.Places, v.Roles = orgs.kept(v.Page, r.Viewer), roles(v.Page)
	return v, err
}

func (n newPages) show(r *web.Request) (web.Response, error) {
	v, err := n.view(r)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(n.page, v)
}

func (n newPages) create(r *web.Request) (web.Response, error) {
	v, err := n.view(r)
	if err != nil {
		return web.Response{}, err
	}
	grant, missing := chosen(r)
	if v.Review(missing) {
		return web.Show(n.page, v)
	}
	made := access.NewAccount{
		Login: r.Form("identifiant"), Name: r.Form("nom"), Grants: []access.Grant{grant},
		Staff: staffing(r.Viewer, v.Network().Zone),
	}
	account, token, err := n.Keeper.CreateAccount(r.Context(), r.Viewer, made)
	if v.Review(atField(err, "role")) {
		return web.Show(n.page, v)
	}
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(n.link, LinkView{
		Page: r.Page(), Who: access.Account{ID: account, Name: made.Name, Login: made.Login},
		Link: n.Needs.link(r, token), Expires: r.Now.Add(n.Keeper.Policy().LinkLifetime), New: true,
	})
}

// chosen reads the organisation and the role someone chose, and says what is
// missing of them.
func chosen(r *web.Request) (access.Grant, error) {
	var errs text.FieldErrors
	organisation, ok := r.FormID("structure")
	if !ok {
		errs.Add("structure", "accounts.organisation.missing")
	}
	role := access.Role(r.Form("role"))
	if role == "" {
		errs.Add("role", "accounts.role.missing")
	}
	return access.Grant{Organisation: organisation, Role: role}, errs.Err()
}
