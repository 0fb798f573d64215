// SPDX-License-Identifier: Apache-2.0

package network

import (
	"net/url"
	"strconv"

	"escale/internal/web"
	"escale/internal/web/shared"
)

// Pager is which part of a long list is shown, and how to reach the others.
type Pager struct {
	Page, Pages, From, To, Total int
	Before, After                string // addresses; empty at an end
}

// page cuts a list of total at the page asked for, per at a time. kept are the
// other parameters of the address.
func page(r *web.Request, path string, total, per int, kept url.Values) Pager {
	pages := max((total+per-1)/per, 1)
	n, _ := r.Int("page")
	n = min(max(n, 1), pages)
	p := Pager{Page: n, Pages: pages, From: (n - 1) * per, To: min(n*per, total), Total: total}
	at := func(n int) string {
		v := url.Values{"page": {strconv.Itoa(n)}}
		for name, values := range kept {
			if len(values) > 0 && values[0] != "" {
				v[name] = values
			}
		}
		return path + "?" + v.Encode()
	}
	if n > 1 {
		p.Before = at(n - 1)
	}
	if n < pages {
		p.After = at(n + 1)
	}
	return p
}

// Room is one part of the network's pages, for the links between them.
type Room struct {
	shared.Link
	Here bool
}

// rooms are the parts that the viewer may open.
func rooms(p *shared.Page) []Room {
	var out []Room
	for _, l := range []struct{ path, key string }{
		{treePath, "network.room.tree"},
		{placesPath, "network.room.places"},
		{communesPath, "network.room.communes"},
		{duplicatesPath, "network.room.duplicates"},
		{importPath, "network.room.import"},
	} {
		if p.Has(l.path) {
			out = append(out, Room{p.Link(l.path, l.key), p.Path == l.path})
		}
	}
	return out
}
