// SPDX-License-Identifier: Apache-2.0

// Package info holds the pages a network owes its visitors: how accessible it
// is, what it writes down and why, how to help a relative, which colours and
// language to show, and the neutral page that masks a worker's screen.
package info

import (
	"embed"
	"net/http"
	"time"

	"escale/internal/access"
	"escale/internal/web"
	"escale/internal/web/shared"
)

//go:embed *.html fr.json en.json
var files embed.FS

// Addresses of the pages.
const (
	accessibilityPath = "/accessibilite"
	dataPath          = "/vos-donnees"
	relativesPath     = "/proches"
	displayPath       = "/affichage"
	maskPath          = "/masque"
)

// keptFor is how long the pages that never change may be shown as they are.
const keptFor = time.Hour

// choiceAge is how long a browser remembers colours and language, in seconds:
// one year.
const choiceAge = 365 * 24 * 3600

// Locker masks the session of a request: the worker's code is asked again.
type Locker interface {
	// Lock does nothing when nobody is signed in.
	Lock(r *http.Request) error
}

// View is a page that only says something.
type View struct{ *shared.Page }

// DisplayView is the page where colours and language are chosen.
type DisplayView struct {
	*shared.Page
	Themes, Langs []shared.Option
}

// Routes declares the pages.
func Routes(lib *shared.Library, locker Locker) []web.Route {
	routes := []web.Route{
		still(accessibilityPath, shared.Add[View](lib, shared.Public, files, "accessibility.html")),
		still(dataPath, shared.Add[View](lib, shared.Public, files, "data.html")),
		still(relativesPath, shared.Add[View](lib, shared.Public, files, "relatives.html")),
		still(maskPath, shared.Add[View](lib, shared.Public, files, "mask.html")),
		{Method: http.MethodPost, Pattern: maskPath, Permission: access.Public, Handle: func(r *web.Request) (web.Response, error) {
			if err := locker.Lock(r.HTTP); err != nil {
				return web.Response{}, err
			}
			return web.See(maskPath), nil
		}},
	}
	return append(routes, display(lib)...)
}

// still is a page that is the same for everyone.
func still(path string, page *shared.Template[View]) web.Route {
	return web.Route{
		Method: http.MethodGet, Pattern: path, Permission: access.Public, Keep: keptFor,
		Handle: func(r *web.Request) (web.Response, error) { return web.Show(page, View{r.Page()}) },
	}
}

// display is the page of colours and language. Choices live in the browser, in
// two cookies that say nothing else.
func display(lib *shared.Library) []web.Route {
	page := shared.Add[DisplayView](lib, shared.Public, files, "display.html")
	return []web.Route{
		{Method: http.MethodGet, Pattern: displayPath, Permission: access.Public, Handle: func(r *web.Request) (web.Response, error) {
			v := DisplayView{Page: r.Page()}
			v.Themes = ticked(v.Options("info.theme.", "appareil", shared.Light, shared.Dark), v.Theme, "appareil")
			v.Langs = ticked(v.Options("info.lang.", shared.Languages...), v.Lang, shared.French)
			return web.Show(page, v)
		}},
		{Method: http.MethodPost, Pattern: displayPath, Permission: access.Public, Handle: func(r *web.Request) (web.Response, error) {
			response := web.Done(displayPath, "info.done.display")
			return response.
				WithCookie(choice(r, web.ThemeCookie, shared.Light, shared.Dark)).
				WithCookie(choice(r, web.LanguageCookie, shared.Languages...)), nil
		}},
	}
}

// ticked ticks the option whose value is current, or usual when current is empty.
func ticked(options []shared.Option, current, usual string) []shared.Option {
	if current == "" {
		current = usual
	}
	for i := range options {
		options[i].Checked = options[i].Value == current
	}
	return options
}

// choice is the cookie that remembers the answer to name, or forgets it when the
// answer is none of values.
func choice(r *web.Request, name string, values ...string) *http.Cookie {
	c := &http.Cookie{
		Name: name, Path: "/", MaxAge: -1, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: r.HTTP.TLS != nil,
	}
	for _, v := range values {
		if r.Form(name) == v {
			c.Value, c.MaxAge = v, choiceAge
		}
	}
	return c
}
