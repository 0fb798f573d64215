// SPDX-License-Identifier: Apache-2.0

// Package guide holds the three pages a helper opens in the middle of her work:
// what may be shared and with whom, whom to call when someone is in danger, and
// how the work space is used. They say what to do; they hold nothing of anyone.
package guide

import (
	"embed"
	"net/http"

	"escale/internal/access"
	"escale/internal/web"
	"escale/internal/web/shared"
)

//go:embed share.html danger.html help.html fr.json en.json
var files embed.FS

// View is any of the pages.
type View struct {
	*shared.Page
	Levels  shared.Table // who may receive what (R38)
	Numbers []Number
}

// Number is a line to call in danger.
type Number struct{ Dial, Text, For string }

// numbers are the national lines, in the order of urgency.
var numbers = []string{"15", "17", "114", "119", "3919", "3018", "3977"}

// dials writes a number as people read it aloud, where that is not in one go.
var dials = map[string]string{"3919": "39 19", "3018": "30 18", "3977": "39 77"}

// Routes declares the pages.
func Routes(lib *shared.Library) []web.Route {
	page := func(path, file string) web.Route {
		t := shared.Add[View](lib, shared.Staff, files, file)
		return web.Route{Method: http.MethodGet, Pattern: path, Permission: access.SignedIn, Handle: func(r *web.Request) (web.Response, error) {
			v := View{Page: r.Page()}
			v.Levels = v.levels()
			for _, n := range numbers {
				read := n
				if words, ok := dials[n]; ok {
					read = words
				}
				v.Numbers = append(v.Numbers, Number{Dial: n, Text: read, For: v.T("guide.number." + n)})
			}
			return web.Show(t, v)
		}}
	}
	return []web.Route{page("/partager", "share.html"), page("/danger", "danger.html"), page("/aide", "help.html")}
}

// levels is the table of what travels with a need handed on: three levels, and
// who may receive each (R38).
func (v *View) levels() shared.Table {
	t := shared.Table{Caption: v.T("guide.levels"), Hidden: true, Wide: true}
	for _, column := range []string{"what", "to", "agreement"} {
		t.Head = append(t.Head, shared.Cell{Text: v.T("guide.levels." + column)})
	}
	for _, level := range []string{"0", "1", "2"} {
		var row []shared.Cell
		for _, column := range []string{"what", "to", "agreement"} {
			row = append(row, shared.Cell{Text: v.T("guide.level." + level + "." + column)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
