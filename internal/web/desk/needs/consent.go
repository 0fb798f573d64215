// SPDX-License-Identifier: Apache-2.0

package needs

import (
	"context"
	"slices"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/person"
	"escale/internal/web"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/shared"
)

// Yes is one agreement of hers that can be taken back: for whom or what, and
// until when it would hold.
type Yes struct {
	ID    id.ID
	For   string
	Until clock.Date
}

// yeses are the agreements in force on day d, in words; names holds the
// organisations.
func yeses(p *shared.Page, all []person.Agreement, names map[id.ID]string, d clock.Date) []Yes {
	var list []Yes
	for _, a := range all {
		if !a.Holds(d) {
			continue
		}
		y := Yes{ID: a.ID, For: names[a.Recipient], Until: a.ExpiresOn}
		if y.For == "" {
			y.For = p.T("person.purpose." + string(a.Purpose))
		}
		list = append(list, y)
	}
	return list
}

// agreements reads what was agreed for a need, and adds to names the
// organisations it was agreed for.
func (p pages) agreements(ctx context.Context, tx db.Tx, r *web.Request, needID id.ID, names map[id.ID]string) ([]person.Agreement, error) {
	all, err := p.People.Agreements(ctx, tx, r.Viewer, "", needID)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.Recipient == "" || names[a.Recipient] != "" {
			continue
		}
		o, err := network.GetOrganisation(ctx, tx, a.Recipient)
		if err != nil {
			return nil, err
		}
		names[a.Recipient] = o.Name
	}
	return all, nil
}

// withdraw takes back one agreement given for this need.
func (p pages) withdraw(r *web.Request) (web.Response, error) {
	needID, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	agreement, _ := r.FormID("accord")
	err = p.gesture(r, func(ctx context.Context, tx db.Tx) error {
		all, err := p.People.Agreements(ctx, tx, r.Viewer, "", needID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(a person.Agreement) bool { return a.ID == agreement }) {
			return db.ErrNotFound
		}
		return p.Ways.Withdraw(ctx, tx, r.Viewer, agreement)
	})
	if err != nil {
		return web.Response{}, err
	}
	return web.Done(desk.Path(needID), "needs.done.withdrawn"), nil
}

// Mandate is one mandate of hers that can be ended.
type Mandate struct {
	ID    id.ID
	Scope string
	Until clock.Date // its last day
}

// endings are why a mandate may be ended here; a protection measure is declared
// in the file itself.
var endings = []person.Revocation{person.ByPerson, person.ByHelper, person.BecauseDone}

// Endings are the reasons, in words.
func (v File) Endings() []shared.Option {
	codes := make([]string, len(endings))
	for i, e := range endings {
		codes[i] = string(e)
	}
	return v.Options("person.revocation.", codes...)
}

// mandates are those of a file that hold on day d.
func (p pages) mandates(ctx context.Context, tx db.Tx, page *shared.Page, file id.ID, d clock.Date) ([]Mandate, error) {
	all, err := p.People.Mandates(ctx, tx, page.Viewer, file)
	if err != nil {
		return nil, err
	}
	var list []Mandate
	for _, m := range all {
		if !m.Holds(d) {
			continue
		}
		words := make([]string, len(m.Scope))
		for i, code := range m.Scope {
			words[i] = page.T("activity.procedure." + code)
		}
		list = append(list, Mandate{ID: m.ID, Scope: page.List(words), Until: m.EndsOn().AddDays(-1)})
	}
	return list, nil
}

// endMandate ends one mandate of the need's file, from now on.
func (p pages) endMandate(r *web.Request) (web.Response, error) {
	needID, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	mandate, _ := r.FormID("mandat")
	because := person.Revocation(r.Form("raison"))
	if !slices.Contains(endings, because) {
		return web.Response{}, db.ErrNotFound // the page has no such button
	}
	err = p.gesture(r, func(ctx context.Context, tx db.Tx) error {
		n, err := p.Needs.Read(ctx, tx, r.Viewer, needID)
		if err != nil {
			return err
		}
		if n.Person == "" {
			return db.ErrNotFound
		}
		all, err := p.People.Mandates(ctx, tx, r.Viewer, n.Person)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(m person.Mandate) bool { return m.ID == mandate }) {
			return db.ErrNotFound
		}
		return p.People.RevokeMandate(ctx, tx, r.Viewer, mandate, because)
	})
	if err != nil {
		return web.Response{}, err
	}
	return web.Done(desk.Path(needID)+"/dossier", "needs.done.mandate_ended"), nil
}
