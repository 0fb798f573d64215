// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/text"
	"escale/internal/web"
	"escale/internal/web/shared"
	"escale/internal/web/shared/webtest"
)

// note is a small page of the work space, with a form.
type note struct{ *shared.Page }

var noteFiles = fstest.MapFS{
	"fr.json": {Data: []byte(`{"note.title":"Noter","note.words.label":"Ses mots","note.words.help":"Une phrase.","note.words.secret":"Retirez le code","note.done.kept":"La note est gardée"}`)},
	"page.html": {Data: []byte(`{{define "title"}}{{.T "note.title"}}{{end}}{{define "main"}}<div class="cadre">{{template "revoir" .}}
<h1>{{.T "note.title"}}</h1><form method="post" action="/note">{{template "cle" .}}{{template "champ" (.Field "mots" "note.words")}}
<button class="b" type="submit">{{.T "note.title"}}</button></form></div>{{end}}`)},
}

// routes are a work-space form, and a public page that does what it is told.
func routes(lib *shared.Library, public func(*web.Request) (web.Response, error)) []web.Route {
	page := shared.Add[note](lib, shared.Staff, noteFiles, "page.html")
	show := func(r *web.Request) (web.Response, error) { return web.Show(page, note{r.Page()}) }
	return []web.Route{
		{Method: http.MethodGet, Pattern: "/aujourdhui", Permission: access.OwnDay, Handle: show},
		{Method: http.MethodGet, Pattern: "/note", Permission: access.CaptureNeed, Handle: show},
		{Method: http.MethodPost, Pattern: "/note", Permission: access.CaptureNeed, Handle: func(r *web.Request) (web.Response, error) {
			if r.Form("mots") == "1234" {
				v := note{r.Page()}
				var errs text.FieldErrors
				errs.Add("mots", "note.words.secret")
				if v.Review(errs.Err()) {
					return web.Show(page, v)
				}
			}
			return web.Done("/note", "note.done.kept"), nil
		}},
		{Method: http.MethodGet, Pattern: "/public/{id}", Permission: access.Public, Handle: public},
	}
}

func site(t *testing.T, public func(*web.Request) (web.Response, error)) *web.Site {
	t.Helper()
	lib := webtest.Library(t)
	return webtest.Site(t, lib, routes(lib, public)...)
}

func quiet(*web.Request) (web.Response, error) {
	return web.Response{Type: "text/plain", Body: []byte("ok")}, nil
}

func TestRoutesMustDeclareWhoMay(t *testing.T) {
	route := web.Route{Method: http.MethodGet, Pattern: "/x", Permission: access.Public, Handle: quiet}
	change := func(f func(*web.Route)) []web.Route {
		r := route
		f(&r)
		return []web.Route{r}
	}
	for name, routes := range map[string][]web.Route{
		"no permission":      change(func(r *web.Route) { r.Permission = "" }),
		"unknown permission": change(func(r *web.Route) { r.Permission = "need.captrue" }),
		"no handler":         change(func(r *web.Route) { r.Handle = nil }),
		"odd method":         change(func(r *web.Route) { r.Method = "PUT" }),
		"relative pattern":   change(func(r *web.Route) { r.Pattern = "x" }),
		"kept staff page":    change(func(r *web.Route) { r.Permission, r.Keep = access.SignedIn, time.Minute }),
		"same address twice": {route, route},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := web.New(web.Options{Library: webtest.Library(t), Clock: clock.System, Routes: routes})
			if err == nil {
				t.Error("the site starts")
			}
		})
	}
	if _, err := web.New(web.Options{Library: webtest.Library(t), Clock: clock.System, Routes: []web.Route{route}}); err != nil {
		t.Errorf("a right route is refused: %v", err)
	}
}

func TestWhoMay(t *testing.T) {
	s := site(t, quiet)
	funder, mediator := webtest.Viewer(access.Funder), webtest.Viewer(access.Mediator)
	for _, c := range []struct {
		name     string
		viewer   access.Viewer
		post     bool
		status   int
		location string
	}{
		{"signed out", access.Viewer{}, false, http.StatusSeeOther, "/entrer?suite=%2Fnote%3Fx%3D1"},
		{"signed out, sending", access.Viewer{}, true, http.StatusUnauthorized, ""},
		{"wrong role", funder, false, http.StatusForbidden, ""},
		{"wrong role, sending", funder, true, http.StatusForbidden, ""},
		{"right role", mediator, false, http.StatusOK, ""},
		{"right role, sending", mediator, true, http.StatusSeeOther, "/note?fait=note.done.kept"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got *httptest.ResponseRecorder
			if c.post {
				got = webtest.Post(s, "/note", c.viewer, url.Values{"mots": {"sa retraite"}, "code": {"998877"}})
			} else {
				got = webtest.Get(s, "/note?x=1", c.viewer)
			}
			if got.Code != c.status || got.Header().Get("Location") != c.location {
				t.Errorf("got %d to %q, want %d to %q", got.Code, got.Header().Get("Location"), c.status, c.location)
			}
			if got.Header().Get("Cache-Control") != "no-store" && got.Code != http.StatusSeeOther {
				t.Errorf("kept by the browser: %q", got.Header().Get("Cache-Control"))
			}
			if got.Body.Len() > 0 && got.Code < 500 && c.status != http.StatusUnauthorized {
				webtest.Check(t, got.Body.Bytes())
			}
			page := got.Body.String()
			if c.status == http.StatusForbidden && !strings.Contains(page, "bénévolat") {
				t.Error("the page does not say who can do it")
			}
			if c.status == http.StatusUnauthorized {
				if !strings.Contains(page, `value="sa retraite"`) || strings.Contains(page, "998877") {
					t.Error("the answers are not kept, or a secret is")
				}
			}
		})
	}
}

func TestHalfSignedInMayNothing(t *testing.T) {
	s := site(t, quiet)
	for name, c := range map[string]struct {
		info web.SessionInfo
		want string
	}{
		"locked":        {web.SessionInfo{Locked: true}, "/entrer?suite=%2Fnote"},
		"second factor": {web.SessionInfo{SecondFactorPending: true}, "/entrer/code?suite=%2Fnote"},
	} {
		t.Run(name, func(t *testing.T) {
			r := webtest.As(httptest.NewRequest(http.MethodGet, "/note", nil), webtest.Viewer(access.Mediator), c.info)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Header().Get("Location") != c.want {
				t.Errorf("got %d to %q, want %q", w.Code, w.Header().Get("Location"), c.want)
			}
		})
	}
}

func TestErrorsBecomeCalmPages(t *testing.T) {
	stale := &web.Stale{Back: "/note", Fields: []web.StaleField{
		{Label: text.Msg("note.words.label"), Yours: "à moi", Theirs: "à elle"},
	}}
	for name, c := range map[string]struct {
		answer func(*web.Request) (web.Response, error)
		status int
		says   string
	}{
		"not found": {func(*web.Request) (web.Response, error) {
			return web.Response{}, fmt.Errorf("place: %w", db.ErrNotFound)
		}, http.StatusNotFound, "n’existe pas"},
		"bad id": {func(r *web.Request) (web.Response, error) {
			_, err := r.ID("id")
			return web.Response{}, err
		}, http.StatusNotFound, "n’existe pas"},
		"stale": {func(*web.Request) (web.Response, error) { return web.Response{}, stale }, http.StatusConflict, "à elle"},
		"full":  {func(*web.Request) (web.Response, error) { return web.Response{}, db.ErrFull }, http.StatusInsufficientStorage, "plus de place"},
		"other": {func(*web.Request) (web.Response, error) {
			return web.Response{}, errors.New("row 12 of Mme Riou")
		}, http.StatusInternalServerError, "de notre côté"},
		"panic": {func(*web.Request) (web.Response, error) { panic("Mme Riou") }, http.StatusInternalServerError, "de notre côté"},
	} {
		t.Run(name, func(t *testing.T) {
			got := webtest.Get(site(t, c.answer), "/public/x", access.Viewer{})
			if got.Code != c.status {
				t.Errorf("status %d, want %d", got.Code, c.status)
			}
			if !strings.Contains(got.Body.String(), c.says) {
				t.Errorf("the page does not say %q", c.says)
			}
			if strings.Contains(got.Body.String(), "Riou") {
				t.Error("the page shows the detail of the failure")
			}
			webtest.Check(t, got.Body.Bytes())
		})
	}
}

func TestPanicLogsNoValue(t *testing.T) {
	lib := webtest.Library(t)
	var log bytes.Buffer
	s, err := web.New(web.Options{
		Library: lib, Sessions: noSessions{}, Clock: clock.Fixed(webtest.Now), Log: slog.New(slog.NewTextHandler(&log, nil)),
		Routes: routes(lib, func(*web.Request) (web.Response, error) { panic("Mme Riou") }),
	})
	if err != nil {
		t.Fatal(err)
	}
	webtest.Get(s, "/public/x", access.Viewer{})
	if !strings.Contains(log.String(), "panic") || strings.Contains(log.String(), "Riou") {
		t.Errorf("log: %s", log.String())
	}
}

type noSessions struct{}

func (noSessions) Viewer(*http.Request) (access.Viewer, web.SessionInfo, error) {
	return access.Viewer{}, web.SessionInfo{}, nil
}

func TestFormIsShownAgain(t *testing.T) {
	s := site(t, quiet)
	key := "0199f3a0-0000-7000-8000-000000000001"
	got := webtest.Post(s, "/note", webtest.Viewer(access.Mediator), url.Values{"mots": {"1234"}, "cle": {key}})
	if got.Code != http.StatusUnprocessableEntity {
		t.Errorf("status %d, want 422", got.Code)
	}
	page := got.Body.String()
	for _, want := range []string{
		"<title>À revoir\u00a0: Noter", `role="alert"`, `href="#f-mots"`, `aria-invalid="true"`,
		`aria-describedby="f-mots-a f-mots-m"`, `value="1234"`, `value="` + key + `"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	webtest.Check(t, got.Body.Bytes())
}

func TestFlashSaysOnlyWhatTheCatalogueKnows(t *testing.T) {
	s := site(t, quiet)
	mediator := webtest.Viewer(access.Mediator)
	for query, want := range map[string]bool{
		"note.done.kept": true, "note.title": false, "note.done.unknown": false, "<b>x": false,
	} {
		page := webtest.Get(s, "/note?fait="+url.QueryEscape(query), mediator).Body.String()
		if got := strings.Contains(page, `role="status"`); got != want {
			t.Errorf("fait=%s: said %v, want %v", query, got, want)
		}
	}
}

func TestOtherSitesCannotSend(t *testing.T) {
	s := site(t, quiet)
	r := httptest.NewRequest(http.MethodPost, "/note", strings.NewReader("mots=x"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := webtest.Do(s, r, webtest.Viewer(access.Mediator)); got.Code != http.StatusForbidden {
		t.Errorf("status %d, want 403", got.Code)
	}
}

func TestLargeBodyIsRefused(t *testing.T) {
	s := site(t, quiet)
	form := url.Values{"mots": {strings.Repeat("x", 2<<20)}}
	if got := webtest.Post(s, "/note", webtest.Viewer(access.Mediator), form); got.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d, want 413", got.Code)
	}
}

func TestUnknownAddress(t *testing.T) {
	s := site(t, quiet)
	for _, v := range []access.Viewer{{}, webtest.Viewer(access.Mediator)} {
		got := webtest.Get(s, "/nulle-part", v)
		if got.Code != http.StatusNotFound {
			t.Errorf("status %d, want 404", got.Code)
		}
		webtest.Check(t, got.Body.Bytes())
	}
}

func TestLocalPath(t *testing.T) {
	for path, want := range map[string]string{
		"/demandes?x=1": "/demandes?x=1", "": web.HomePath, "//evil.example": web.HomePath, "https://evil.example": web.HomePath,
		`/\evil.example`: web.HomePath, "javascript:x": web.HomePath, "/a\nb": web.HomePath,
	} {
		if got := web.LocalPath(path); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestMenuFollowsPermissions(t *testing.T) {
	s := site(t, quiet)
	mediator := webtest.Get(s, "/note", webtest.Viewer(access.Mediator)).Body.String()
	if !strings.Contains(mediator, `href="/aujourdhui">Aujourd’hui`) {
		t.Error("the mediator has no link to her day")
	}
	if strings.Contains(mediator, `href="/comptes"`) {
		t.Error("the menu leads to a page that does not exist")
	}
	funder := webtest.Get(s, "/note", webtest.Viewer(access.Funder)).Body.String()
	if strings.Contains(funder, `<li><a href="/aujourdhui"`) {
		t.Error("the funder's menu leads to a day she may not open")
	}
}
