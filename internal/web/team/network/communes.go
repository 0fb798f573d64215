// SPDX-License-Identifier: Apache-2.0

package network

import (
	"escale/internal/web"
	"escale/internal/web/shared"
)

// CommunesView is the communes, those without anyone first.
type CommunesView struct {
	*shared.Page
	Rooms   []Room
	Table   *shared.Table
	All     bool
	Without int
	Of      int
	People  int // who live where there is nobody
	Pager   Pager
}

// perCommunes is how many communes are read at a time.
const perCommunes = 100

func (p pages) showCommunes(r *web.Request) (web.Response, error) {
	v := CommunesView{Page: r.Page(), All: r.Form("toutes") == yes}
	v.Rooms = rooms(v.Page)
	covered, err := p.Places.Coverage(r.Context(), r.Viewer)
	if err != nil {
		return web.Response{}, err
	}
	v.Of = len(covered)
	for _, c := range covered {
		if c.Places == 0 {
			v.Without++
			v.People += c.Population
		}
	}
	kept := map[string][]string{}
	if v.All {
		kept["toutes"] = []string{yes}
	} else {
		covered = covered[:v.Without] // those without anyone come first
	}
	v.Pager = page(r, communesPath, len(covered), perCommunes, kept)
	if len(covered) == 0 {
		return web.Show(p.communes, v)
	}
	t := shared.Table{Caption: v.T("network.communes.caption"), Hidden: true, Wide: true, Head: []shared.Cell{
		{Text: v.T("network.communes.commune")},
		{Text: v.T("network.communes.nearest")},
		{Text: v.T("network.communes.km"), Number: true},
		{Text: v.T("network.communes.people"), Number: true},
	}}
	if v.All {
		t.Head = append(t.Head, shared.Cell{Text: v.T("network.communes.places"), Number: true})
	}
	for _, c := range covered[v.Pager.From:v.Pager.To] {
		row := []shared.Cell{{Text: c.Name}, {Text: v.T("network.communes.here")}, {Number: true}, {Text: v.Number(c.Population), Number: true}}
		if c.Places == 0 {
			row[1].Text = v.T("network.communes.unknown")
		}
		if c.Nearest != nil {
			row[1].Link = shared.Link{Path: "/lieux/" + string(c.Nearest.ID), Text: c.Nearest.Name}
			row[2].Text = v.T("network.communes.distance", "n", max(int(c.Km+0.5), 1))
		}
		if v.All {
			row = append(row, shared.Cell{Text: v.Number(c.Places), Number: true})
		}
		t.Rows = append(t.Rows, row)
	}
	v.Table = &t
	return web.Show(p.communes, v)
}
