// SPDX-License-Identifier: Apache-2.0

package network

import (
	"net/url"
	"slices"
	"strings"
	"sync"

	"escale/internal/access"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	room "escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// perTree is how many organisations are read at a time.
const perTree = 30

// TreeView is the organisations and their branches.
type TreeView struct {
	*shared.Page
	Rooms  []Room
	Query  string
	Groups []Group
	Pager  Pager
	Any    bool   // there is at least one organisation
	AddOne string // address to add an organisation, empty when she may not
}

// Group is an organisation and what hangs under it, read together.
type Group struct {
	Node
	Branches []Node
}

// Node is one organisation in the tree, with those who work there.
type Node struct {
	ID, Path, Name, Kind string
	Under                string // what it hangs under
	Workers              []room.Worker
	Hidden               int    // workers who did not choose to show their card
	Silent               string // the sentence that counts them
}

// branch is an organisation and its depth in the tree, from 0.
type branch struct {
	room.Organisation
	depth int
}

// ordered gives the organisations in the order of the tree: each followed by its
// branches, by name.
func ordered(all []room.Organisation) []branch {
	under := map[id.ID][]room.Organisation{}
	known := map[id.ID]bool{}
	for _, o := range all {
		known[o.ID] = true
	}
	for _, o := range all {
		parent := o.Parent
		if !known[parent] {
			parent = "" // hangs under what is not shown: a top of its own
		}
		under[parent] = append(under[parent], o)
	}
	var out []branch
	var walk func(parent id.ID, depth int)
	walk = func(parent id.ID, depth int) {
		list := under[parent]
		slices.SortFunc(list, func(a, b room.Organisation) int { return compare(a.Name, b.Name) })
		for _, o := range list {
			out = append(out, branch{o, depth})
			walk(o.ID, depth+1)
		}
	}
	walk("", 0)
	return out
}

// mayEdit reports whether v edits the network of organisation o, where it hangs
// or above.
func mayEdit(v access.Viewer, all []room.Organisation, o id.ID) bool {
	at := map[id.ID]room.Organisation{}
	for _, each := range all {
		at[each.ID] = each
	}
	if v.MayIn(access.EditNetwork, access.House) {
		return true // whoever keeps the whole house
	}
	// No more steps than organisations: the store forbids circles.
	for range all {
		if o == "" {
			return false
		}
		if v.MayIn(access.EditNetwork, o) {
			return true
		}
		o = at[o].Parent
	}
	return false
}

// visible leaves the organisations that agreed to be seen by the whole network,
// those the viewer acts for, and those she edits.
func visible(v access.Viewer, all []room.Organisation) []room.Organisation {
	return slices.DeleteFunc(slices.Clone(all), func(o room.Organisation) bool {
		return !o.Listed && o.ID != v.Organisation() && !mayEdit(v, all, o.ID)
	})
}

// shown splits workers into those whose card the viewer may see and the number of
// the others: a card is shown to the whole network only by its owner's choice.
func shown(v access.Viewer, organisation id.ID, edits bool, workers []room.Worker) (cards []room.Worker, hidden int) {
	for _, w := range workers {
		if w.Listed || edits || organisation == v.Organisation() || w.ID == v.Worker() {
			cards = append(cards, w)
		} else {
			hidden++
		}
	}
	return cards, hidden
}

// kindNames are the names of kinds by code, read once.
var (
	organisationKinds = sync.OnceValue(func() map[string]string { return byCode(room.OrganisationKinds()) })
	workerKinds       = sync.OnceValue(func() map[string]string { return byCode(room.WorkerKinds()) })
)

func byCode(kinds []room.Kind) map[string]string {
	out := make(map[string]string, len(kinds))
	for _, k := range kinds {
		out[k.Code] = k.Label
	}
	return out
}

// kindOptions makes a list of choices of kinds, by name, chosen ticked. None is
// the words of an empty answer.
func kindOptions(kinds []room.Kind, chosen, none string) []shared.Option {
	out := make([]shared.Option, len(kinds))
	for i, k := range kinds {
		out[i] = shared.Option{Value: k.Code, Label: k.Label, Checked: k.Code == chosen}
	}
	slices.SortFunc(out, func(a, b shared.Option) int { return compare(a.Label, b.Label) })
	return append([]shared.Option{{Label: none, Checked: chosen == ""}}, out...)
}

func (p pages) showTree(r *web.Request) (web.Response, error) {
	v := TreeView{Page: r.Page(), Query: r.Form("q")}
	v.Rooms = rooms(v.Page)
	all, err := p.Tree.Organisations(r.Context())
	if err != nil {
		return web.Response{}, err
	}
	list := ordered(visible(r.Viewer, all))
	v.Any = len(list) > 0
	names := map[id.ID]string{}
	for _, o := range all {
		names[o.ID] = o.Name
	}
	words := strings.Fields(text.Fold(v.Query))
	if len(words) > 0 {
		list = slices.DeleteFunc(list, func(b branch) bool { return !hasAll(text.Fold(b.Name+" "+organisationKinds()[b.Kind]), words) })
	}
	v.Pager = page(r, treePath, len(list), perTree, url.Values{"q": {v.Query}})
	list = list[v.Pager.From:v.Pager.To]
	ids := make([]id.ID, len(list))
	for i, b := range list {
		ids[i] = b.ID
	}
	workers, err := p.Tree.Workers(r.Context(), today(v.Page), ids...)
	if err != nil {
		return web.Response{}, err
	}
	for _, b := range list {
		n := Node{
			ID: string(b.ID), Path: branchesPath + string(b.ID), Name: b.Name, Kind: organisationKinds()[b.Kind],
			Under: names[b.Parent],
		}
		n.Workers, n.Hidden = shown(r.Viewer, b.ID, mayEdit(r.Viewer, all, b.ID), workers[b.ID])
		if n.Hidden > 0 {
			n.Silent = v.N("network.workers.hidden", n.Hidden)
		}
		// What a search found stands alone; so does the first of a page.
		if b.depth == 0 || len(words) > 0 || len(v.Groups) == 0 {
			v.Groups = append(v.Groups, Group{Node: n})
			continue
		}
		last := &v.Groups[len(v.Groups)-1]
		last.Branches = append(last.Branches, n)
	}
	if v.Has(newBranchPath) {
		v.AddOne = newBranchPath
	}
	return web.Show(p.tree, v)
}

// hasAll reports whether each word is within folded.
func hasAll(folded string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(folded, w) {
			return false
		}
	}
	return true
}
