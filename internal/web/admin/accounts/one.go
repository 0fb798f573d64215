// SPDX-License-Identifier: Apache-2.0

package accounts

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// OneView is one account.
type OneView struct {
	*shared.Page
	Who     access.Account
	Chip    shared.Chip
	Seen    string
	Rights  []Right
	Own     bool // the viewer's own account
	Refused []shared.Notice
}

// Right is a role in one organisation, with its dates.
type Right struct {
	ID                 id.ID
	Role, Organisation string
	From, Until        time.Time
	Coming             bool // not begun yet
}

// Open reports whether the account is not closed.
func (v OneView) Open() bool { return v.Who.Status != access.AccountClosed }

// GrantView asks for a right to give.
type GrantView struct {
	*shared.Page
	Who           access.Account
	Places, Roles []shared.Option
}

// NameView asks for another name and login.
type NameView struct {
	*shared.Page
	Who     access.Account
	Version int64 // of the account when the form was shown
}

// onePages show one account and change it.
type onePages struct {
	Needs
	page  *shared.Template[OneView]
	grant *shared.Template[GrantView]
	name  *shared.Template[NameView]
	end   *shared.Template[OneView]
	link  *shared.Template[LinkView]
}

func (n Needs) onePages(lib *shared.Library, link *shared.Template[LinkView]) onePages {
	return onePages{
		n, shared.Add[OneView](lib, shared.Staff, files, "one.html"), shared.Add[GrantView](lib, shared.Staff, files, "grant.html"),
		shared.Add[NameView](lib, shared.Staff, files, "name.html"), shared.Add[OneView](lib, shared.Staff, files, "close.html"),
		link,
	}
}

func (o onePages) view(r *web.Request) (OneView, error) {
	p := r.Page()
	a, err := o.account(r)
	if err != nil {
		return OneView{}, err
	}
	orgs, err := o.names(r, p)
	if err != nil {
		return OneView{}, err
	}
	v := OneView{Page: p, Who: a, Chip: chip(p, a), Seen: seen(p, a), Own: a.ID == r.Viewer.Account()}
	for _, g := range a.Grants {
		v.Rights = append(v.Rights, Right{
			ID: g.ID, Role: p.T("role." + string(g.Grant.Role)), Organisation: orgs.name(p, g.Grant.Organisation),
			From: g.From, Until: g.Until, Coming: r.Now.Before(g.From),
		})
	}
	return v, nil
}

func (o onePages) show(r *web.Request) (web.Response, error) {
	v, err := o.view(r)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(o.page, v)
}

// answer ends a gesture on an account: back to its page with what was done, or
// the page itself with what was refused.
func (o onePages) answer(r *web.Request, err error, done string) (web.Response, error) {
	if err == nil {
		return web.Done(listPath+"/"+r.Path("id"), done), nil
	}
	v, failed := o.view(r)
	if failed != nil {
		return web.Response{}, failed
	}
	v.Refused = refusal(v.Page, err)
	if v.Refused == nil {
		return web.Response{}, err
	}
	response, failed := web.Show(o.page, v)
	response.Status = http.StatusUnprocessableEntity
	return response, failed
}

func (o onePages) grantView(r *web.Request) (GrantView, error) {
	a, err := o.account(r)
	if err != nil {
		return GrantView{}, err
	}
	v := GrantView{Page: r.Page(), Who: a}
	orgs, err := o.names(r, v.Page)
	v.Places, v.Roles = orgs.kept(v.Page, r.Viewer), roles(v.Page)
	return v, err
}

func (o onePages) askGrant(r *web.Request) (web.Response, error) {
	v, err := o.grantView(r)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(o.grant, v)
}

func (o onePages) give(r *web.Request) (web.Response, error) {
	v, err := o.grantView(r)
	if err != nil {
		return web.Response{}, err
	}
	grant, missing := chosen(r)
	until, wrong := lastDay(r, v.Page)
	if v.Review(missing) || v.Review(wrong) {
		return web.Show(o.grant, v)
	}
	err = o.Keeper.GiveStaffed(r.Context(), r.Viewer, v.Who.ID, grant, time.Time{}, until, staffing(r.Viewer, v.Network().Zone))
	if v.Review(atField(err, "role")) {
		return web.Show(o.grant, v)
	}
	return o.answer(r, err, "accounts.done.given")
}

// lastDay is the end of the last day of a right, zero when none was chosen.
func lastDay(r *web.Request, p *shared.Page) (time.Time, error) {
	if r.Form("jusqu_au") == "" {
		return time.Time{}, nil
	}
	day, ok := r.Date("jusqu_au")
	if !ok {
		var errs text.FieldErrors
		errs.Add("jusqu_au", "accounts.until.unreadable")
		return time.Time{}, errs.Err()
	}
	return day.AddDays(1).In(p.Network().Zone), nil
}

// endGrant ends a right, which must be one of the account the page is about.
func (o onePages) endGrant(r *web.Request) (web.Response, error) {
	a, err := o.account(r)
	if err != nil {
		return web.Response{}, err
	}
	grant, _ := r.FormID("droit")
	for _, g := range a.Grants {
		if g.ID == grant {
			return o.answer(r, o.Keeper.End(r.Context(), r.Viewer, grant), "accounts.done.ended")
		}
	}
	return o.answer(r, nil, "accounts.done.ended") // someone ended it meanwhile
}

func (o onePages) makeLink(r *web.Request) (web.Response, error) {
	a, err := o.account(r)
	if err != nil {
		return web.Response{}, err
	}
	token, err := o.Keeper.ResetPassword(r.Context(), r.Viewer, a.ID)
	if err != nil {
		return o.answer(r, err, "")
	}
	return web.Show(o.link, LinkView{
		Page: r.Page(), Who: a, Link: o.Needs.link(r, token), Expires: r.Now.Add(o.Keeper.Policy().LinkLifetime),
		New: a.Status != access.AccountOpen,
	})
}

func (o onePages) untiePhone(r *web.Request) (web.Response, error) {
	a, err := o.account(r)
	if err != nil {
		return web.Response{}, err
	}
	return o.answer(r, o.Keeper.ResetSecondFactor(r.Context(), r.Viewer, a.ID), "accounts.done.untied")
}

func (o onePages) askName(r *web.Request) (web.Response, error) {
	a, err := o.account(r)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(o.name, NameView{Page: r.Page(), Who: a, Version: a.Version})
}

func (o onePages) rename(r *web.Request) (web.Response, error) {
	a, err := o.account(r)
	if err != nil {
		return web.Response{}, err
	}
	read, _ := strconv.ParseInt(r.Form("version"), 10, 64)
	v := NameView{Page: r.Page(), Who: a, Version: read}
	login, name := r.Form("identifiant"), r.Form("nom")
	err = o.Keeper.Rename(r.Context(), r.Viewer, a.ID, read, login, name)
	if v.Review(atField(err, "identifiant")) {
		return web.Show(o.name, v)
	}
	if errors.Is(err, db.ErrStale) {
		return web.Response{}, &web.Stale{Back: listPath + "/" + string(a.ID) + "/nom", Fields: []web.StaleField{
			{Label: text.Msg("accounts.name.label"), Yours: name, Theirs: a.Name},
			{Label: text.Msg("accounts.login.label"), Yours: login, Theirs: a.Login},
		}}
	}
	return o.answer(r, err, "accounts.done.renamed")
}

func (o onePages) askClose(r *web.Request) (web.Response, error) {
	v, err := o.view(r)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(o.end, v)
}

func (o onePages) close(r *web.Request) (web.Response, error) {
	a, err := o.account(r)
	if err != nil {
		return web.Response{}, err
	}
	if a.Status == access.AccountClosed { // closed meanwhile: what was wanted is done
		return o.answer(r, nil, "accounts.done.closed")
	}
	return o.answer(r, o.Keeper.Close(r.Context(), r.Viewer, a.ID), "accounts.done.closed")
}
