// SPDX-License-Identifier: Apache-2.0

package network

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	room "escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// BranchView is one organisation: who works there, what hangs under it, where it
// hung before, and what can be changed of it.
type BranchView struct {
	*shared.Page
	Organisation room.Organisation
	Kind         string
	Under        shared.Link
	Branches     []shared.Link
	Workers      []room.Worker
	WorkerKinds  map[string]string
	Hidden       int
	Story        []shared.Step
	Edits        bool
	Kinds        []shared.Option
	Jobs         []shared.Option
	Parents      []shared.Option
	Listed       []shared.Option
	Today        string
	Open         string // the form shown open: edit, move or worker
}

// NewBranchView is the form of a new organisation.
type NewBranchView struct {
	*shared.Page
	Kinds, Parents, Listed []shared.Option
}

// yes is the value of a ticked box.
const yes = "oui"

// branchView reads the organisation of the path.
func (p pages) branchView(r *web.Request) (BranchView, error) {
	v := BranchView{Page: r.Page(), WorkerKinds: workerKinds()}
	wanted, err := r.ID("id")
	if err != nil {
		return v, err
	}
	all, err := p.Tree.Organisations(r.Context())
	if err != nil {
		return v, err
	}
	seen := visible(r.Viewer, all)
	at := slices.IndexFunc(seen, func(o room.Organisation) bool { return o.ID == wanted })
	if at < 0 {
		return v, fmt.Errorf("organisation %s: %w", wanted, db.ErrNotFound)
	}
	o := seen[at]
	v.Organisation, v.Kind, v.Edits, v.Today = o, organisationKinds()[o.Kind], mayEdit(r.Viewer, all, o.ID), today(v.Page).String()
	names := map[id.ID]string{}
	for _, other := range seen {
		names[other.ID] = other.Name
		if other.Parent == o.ID {
			v.Branches = append(v.Branches, shared.Link{Path: branchesPath + string(other.ID), Text: other.Name})
		}
	}
	if name := names[o.Parent]; name != "" {
		v.Under = shared.Link{Path: branchesPath + string(o.Parent), Text: name}
	}
	workers, err := p.Tree.Workers(r.Context(), today(v.Page), o.ID)
	if err != nil {
		return v, err
	}
	v.Workers, v.Hidden = shown(r.Viewer, o.ID, v.Edits, workers[o.ID])
	if !v.Edits {
		return v, nil
	}
	hangings, err := p.Tree.Hangings(r.Context(), o.ID)
	if err != nil {
		return v, err
	}
	v.Story = v.story(hangings, names)
	v.Kinds = kindOptions(room.OrganisationKinds(), o.Kind, v.T("network.choose"))
	v.Jobs = kindOptions(room.WorkerKinds(), "", v.T("network.choose"))
	v.Parents = parents(v.Page, seen, o.Parent, o.ID)
	v.Listed = v.listed(o.Listed)
	return v, nil
}

// listed is the box « agreed to be seen ».
func (v *BranchView) listed(ticked bool) []shared.Option {
	options := v.Options("network.listed.", yes)
	options[0].Checked = ticked
	return options
}

// story tells where an organisation hung, the present last.
func (v *BranchView) story(hangings []room.Hanging, names map[id.ID]string) []shared.Step {
	var steps []shared.Step
	for _, h := range hangings {
		// A date of the store can be said.
		from, _ := v.Date(h.From)
		s := shared.Step{State: "vu", ISO: h.From.String(), When: v.T("network.story.from", "day", from), Text: v.T("network.story.top")}
		if h.Parent != "" {
			name := names[h.Parent]
			if name == "" {
				name = v.T("network.other_organisation")
			}
			s.Text = v.T("network.story.under", "name", name)
		}
		if h.Until.IsZero() {
			s.State = "ici"
		}
		steps = append(steps, s)
	}
	return steps
}

// parents are the organisations something can hang under, as a tree, without
// those that hang under except.
func parents(p *shared.Page, all []room.Organisation, chosen, except id.ID) []shared.Option {
	out := []shared.Option{{Label: p.T("network.parent.none"), Checked: chosen == ""}}
	skipped := -1
	for _, b := range ordered(all) {
		switch {
		case b.ID == except:
			skipped = b.depth
			continue
		case skipped >= 0 && b.depth > skipped:
			continue
		}
		skipped = -1
		out = append(out, shared.Option{Value: string(b.ID), Label: strings.Repeat("– ", b.depth) + b.Name, Checked: b.ID == chosen})
	}
	return out
}

func (p pages) showBranch(r *web.Request) (web.Response, error) {
	v, err := p.branchView(r)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.branch, v)
}

// again shows an organisation with what must be looked at again in one form.
func (p pages) again(r *web.Request, open string, err error) (web.Response, error) {
	v, failed := p.branchView(r)
	if failed != nil {
		return web.Response{}, failed
	}
	v.Open = open
	// The page has three forms: those that were not sent keep what they showed.
	v.Posted = false
	if open == "edit" {
		v.Listed = v.listed(slices.Contains(r.Values("visible"), yes))
	}
	if !v.Review(err) {
		return web.Response{}, err
	}
	if !v.Edits {
		// There is no form to lead to: the refusal leads to the name.
		v.Errors[0].Field = "structure"
	}
	return web.Show(p.branch, v)
}

// written reads what the form says of an organisation.
func written(r *web.Request) (room.Organisation, error) {
	var errs text.FieldErrors
	o := room.Organisation{
		Name: r.Form("nom"), Kind: r.Form("sorte"), Siret: strings.Join(strings.Fields(r.Form("siret")), ""),
		Listed: slices.Contains(r.Values("visible"), yes),
	}
	if o.Name == "" {
		errs.Add("nom", "network.name_missing")
	}
	if organisationKinds()[o.Kind] == "" {
		errs.Add("sorte", "network.kind_missing")
	}
	if o.Siret != "" && !digits(o.Siret, 14) {
		errs.Add("siret", "network.siret_wrong")
	}
	return o, errs.Err()
}

// digits reports whether s is exactly n digits.
func digits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}

func (p pages) editBranch(r *web.Request) (web.Response, error) {
	o, err := written(r)
	if err == nil {
		if o.ID, err = r.ID("id"); err != nil {
			return web.Response{}, err
		}
		if o.Version, err = strconv.ParseInt(r.Form("version"), 10, 64); err != nil {
			return web.Response{}, errors.Join(db.ErrStale, err)
		}
		err = refusal(p.Tree.Edit(r.Context(), r.Viewer, o), "nom")
	}
	switch {
	case errors.Is(err, db.ErrStale):
		return web.Response{}, p.staleBranch(r, o, err)
	case err != nil:
		return p.again(r, "edit", err)
	}
	return web.Done(branchesPath+string(o.ID), "network.done.edited"), nil
}

// staleBranch shows both versions of an organisation that someone else changed.
func (p pages) staleBranch(r *web.Request, yours room.Organisation, err error) error {
	all, failed := p.Tree.Organisations(r.Context())
	at := slices.IndexFunc(all, func(o room.Organisation) bool { return o.ID == yours.ID })
	if failed != nil || at < 0 {
		return errors.Join(err, failed)
	}
	theirs, page := all[at], r.Page()
	stale := &web.Stale{Back: branchesPath + string(yours.ID)}
	add := func(key, y, t string) {
		if y != t {
			stale.Fields = append(stale.Fields, web.StaleField{Label: text.Msg(key), Yours: y, Theirs: t})
		}
	}
	listed := func(o room.Organisation) string {
		if o.Listed {
			return page.T("network.yes")
		}
		return page.T("network.no")
	}
	add("network.name.label", yours.Name, theirs.Name)
	add("network.kind.label", organisationKinds()[yours.Kind], organisationKinds()[theirs.Kind])
	add("network.siret.label", yours.Siret, theirs.Siret)
	add("network.listed.label", listed(yours), listed(theirs))
	return stale
}

func (p pages) moveBranch(r *web.Request) (web.Response, error) {
	branch, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	var errs text.FieldErrors
	day := date(r, "depuis", &errs)
	parent, _ := r.FormID("parent") // nothing there is the top of a tree
	if err := errs.Err(); err != nil {
		return p.again(r, "move", err)
	}
	if err := refusal(p.Tree.Move(r.Context(), r.Viewer, branch, parent, day), "parent"); err != nil {
		return p.again(r, "move", err)
	}
	return web.Done(branchesPath+string(branch), "network.done.moved"), nil
}

func (p pages) addWorker(r *web.Request) (web.Response, error) {
	organisation, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	var errs text.FieldErrors
	w := room.Worker{ID: r.Key(), Name: r.Form("p_nom"), Kind: r.Form("p_sorte"), Job: r.Form("p_metier")}
	if w.Name == "" {
		errs.Add("p_nom", "network.worker.name_missing")
	}
	if workerKinds()[w.Kind] == "" {
		errs.Add("p_sorte", "network.kind_missing")
	}
	from := date(r, "p_depuis", &errs)
	if err := errs.Err(); err != nil {
		return p.again(r, "worker", err)
	}
	err = sentTwice(p.Tree.AddWorker(r.Context(), r.Viewer, w, organisation, from), "worker")
	if err := refusal(err, "p_nom"); err != nil {
		return p.again(r, "worker", err)
	}
	return web.Done(branchesPath+string(organisation), "network.done.worker"), nil
}

// newBranchView is the form of a new organisation, under the one asked for.
func (p pages) newBranchView(r *web.Request) (NewBranchView, error) {
	v := NewBranchView{Page: r.Page()}
	all, err := p.Tree.Organisations(r.Context())
	if err != nil {
		return v, err
	}
	under, _ := r.FormID("sous")
	v.Kinds = kindOptions(room.OrganisationKinds(), "", v.T("network.choose"))
	v.Parents = parents(v.Page, visible(r.Viewer, all), under, "")
	v.Listed = v.Options("network.listed.", yes)
	v.Listed[0].Checked = true
	return v, nil
}

func (p pages) showNewBranch(r *web.Request) (web.Response, error) {
	v, err := p.newBranchView(r)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.newBranch, v)
}

func (p pages) addBranch(r *web.Request) (web.Response, error) {
	o, err := written(r)
	if err == nil {
		o.ID = r.Key()
		o.Parent, _ = r.FormID("sous") // nothing there is the top of a tree
		_, err = p.Tree.Add(r.Context(), r.Viewer, o)
		err = refusal(sentTwice(err, "organisation"), "sous")
	}
	if err != nil {
		v, failed := p.newBranchView(r)
		if failed != nil {
			return web.Response{}, failed
		}
		if v.Review(err) {
			return web.Show(p.newBranch, v)
		}
		return web.Response{}, err
	}
	return web.Done(branchesPath+string(o.ID), "network.done.added"), nil
}

// sentTwice drops the refusal of a record of table that the same form made
// before: it is there already. A primary key refuses it, under the name that each
// engine gives it.
func sentTwice(err error, table string) error {
	if db.RefusedBy(err, "uq_"+table+"_id") || db.RefusedBy(err, table+"_pkey") {
		return nil
	}
	return err
}
