// SPDX-License-Identifier: Apache-2.0

// Package home is the first page anyone sees: where one lives, what brings one
// here in everyday words, when the caravan comes, and a phone number before any
// form.
package home

import (
	"context"
	"embed"
	"net/http"
	"time"

	"escale/internal/access"
	"escale/internal/web"
	"escale/internal/web/shared"
)

//go:embed page.html fr.json en.json
var files embed.FS

// Stop is one coming stop of the caravan.
type Stop struct {
	Commune  string
	From, To time.Time
	Where    string // « devant la mairie »
	Path     string // its page; empty when it has none
}

// Stops tells where the caravan goes next.
type Stops interface {
	// NextStops gives at most n stops that end after now, soonest first.
	NextStops(ctx context.Context, now time.Time, n int) ([]Stop, error)
}

// needs are the eight everyday reasons to come, in the order shown. They are
// the values of the search parameter besoin and the names of the drawings.
var needs = []string{"papier", "telephone", "contact", "arnaque", "ecole", "travail", "internet", "autre"}

// keptFor is how long the page may be shown as it is: what it says changes by
// the day.
const keptFor = time.Minute

// View is the page.
type View struct {
	*shared.Page
	Stops []Stop
	Words shared.WordList
}

// Routes declares the page. stops may be nil: a network without a caravan.
func Routes(lib *shared.Library, stops Stops) []web.Route {
	page := shared.Add[View](lib, shared.Public, files, "page.html")
	return []web.Route{{
		Method: http.MethodGet, Pattern: "/{$}", Permission: access.Public, Keep: keptFor,
		Handle: func(r *web.Request) (web.Response, error) {
			v := View{Page: r.Page()}
			if stops != nil {
				var err error
				if v.Stops, err = stops.NextStops(r.Context(), r.Now, 3); err != nil {
					return web.Response{}, err
				}
			}
			words := make([]shared.Word, len(needs))
			for i, n := range needs {
				words[i] = shared.Word{
					Path: "/trouver?besoin=" + n, Picto: n,
					Title: v.T("home.need." + n), Example: v.T("home.example." + n),
				}
			}
			v.Words = v.WordList(words, true)
			return web.Show(page, v)
		},
	}}
}
