// SPDX-License-Identifier: Apache-2.0

package network

import (
	"cmp"
	"slices"
	"strconv"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	room "escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// perDuplicates is how many pairs are read at a time.
const perDuplicates = 20

// What one can say of a pair.
const (
	bring = "reunir"
	keep  = "separer"
)

// DuplicatesView is the pairs of cards that look like one place.
type DuplicatesView struct {
	*shared.Page
	Rooms []Room
	Pairs []Pair
	Pager Pager
}

// Pair is two cards side by side, with what speaks for and against.
type Pair struct {
	ID       string // of its form in the page
	Title    string
	Certain  bool
	A, B     PairSide
	Evidence []Reason
}

// PairSide is one card of a pair.
type PairSide struct{ ID, Path, Name, Address, Commune, Source, SourceID string }

// Reason is one thing the cards share, or that sets them apart.
type Reason struct {
	Text string
	For  bool
}

func (p pages) showDuplicates(r *web.Request) (web.Response, error) {
	v, err := p.duplicatesView(r)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.duplicates, v)
}

func (p pages) duplicatesView(r *web.Request) (DuplicatesView, error) {
	v := DuplicatesView{Page: r.Page()}
	v.Rooms = rooms(v.Page)
	proposals, err := p.Places.Proposals(r.Context())
	if err != nil {
		return v, err
	}
	v.Pager = page(r, duplicatesPath, len(proposals), perDuplicates, nil)
	for i, d := range proposals[v.Pager.From:v.Pager.To] {
		v.Pairs = append(v.Pairs, v.pair(i, d))
	}
	return v, nil
}

func (v *DuplicatesView) pair(i int, d room.Proposal) Pair {
	side := func(s room.Side) PairSide {
		return PairSide{
			ID: string(s.ID), Path: placesPath + "/" + string(s.ID), Name: s.Name, Address: s.Address, Commune: s.Commune,
			Source: cmp.Or(s.Source, v.T("network.source.hand")), SourceID: s.SourceID,
		}
	}
	p := Pair{ID: "paire-" + strconv.Itoa(i+1), Title: d.A.Name, Certain: d.Certain, A: side(d.A), B: side(d.B)}
	for _, e := range d.Evidence {
		p.Evidence = append(p.Evidence, Reason{Text: v.reason(e), For: e.Points > 0})
	}
	return p
}

// reason says one evidence. Cards of which one has no position are told apart by
// their communes: there is no distance to say.
func (v *DuplicatesView) reason(e room.Evidence) string {
	switch {
	case e.Metres != nil:
		return v.T("network.evidence."+e.Kind, "metres", *e.Metres)
	case e.Kind == "far":
		return v.T("network.evidence.far.communes")
	}
	return v.T("network.evidence." + e.Kind)
}

func (p pages) decideDuplicate(r *web.Request) (web.Response, error) {
	a, ok := r.FormID("a")
	b, there := r.FormID("b")
	if !ok || !there {
		return web.Response{}, db.ErrNotFound
	}
	var err error
	done := "network.done.kept_apart"
	switch r.Form("geste") {
	case bring:
		survivor, absorbed := a, b
		if r.Form("garder") == string(b) {
			survivor, absorbed = b, a
		}
		if err = p.merge(r, survivor, absorbed); err == nil {
			return web.Done(placesPath+"/"+string(survivor), "network.done.merged"), nil
		}
	case keep:
		err = p.Places.KeepApart(r.Context(), r.Viewer, a, b)
	default:
		return web.Response{}, db.ErrNotFound
	}
	if err = refusal(err, "paires"); err == nil {
		return web.Done(duplicatesPath, done), nil
	}
	v, failed := p.duplicatesView(r)
	if failed != nil {
		return web.Response{}, failed
	}
	if v.Review(err) {
		return web.Show(p.duplicates, v)
	}
	return web.Response{}, err
}

// merge brings two cards together; the reason that stays is what was shown.
func (p pages) merge(r *web.Request, survivor, absorbed id.ID) error {
	reason := "hand"
	proposals, err := p.Places.Proposals(r.Context())
	if err != nil {
		return err
	}
	same := func(d room.Proposal) bool {
		return d.A.ID == survivor && d.B.ID == absorbed || d.A.ID == absorbed && d.B.ID == survivor
	}
	if i := slices.IndexFunc(proposals, same); i >= 0 {
		for _, e := range proposals[i].Evidence {
			if e.Points > 0 {
				reason += "+" + e.Kind
			}
		}
	}
	return p.Places.Merge(r.Context(), r.Viewer, survivor, absorbed, reason)
}
