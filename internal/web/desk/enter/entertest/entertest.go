// SPDX-License-Identifier: Apache-2.0

// Package entertest is how pages behind the door are tested: a house with a real
// store and its keeper, and a browser that signs in, keeps its cookies and shows
// every page it meets to the checks that all pages must pass.
package entertest

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
	"escale/internal/web"
	"escale/internal/web/desk/enter"
	"escale/internal/web/shared"
	"escale/internal/web/shared/webtest"
)

const (
	// Password opens every account of tests.
	Password = "caravane jaune sous la pluie"
	// Secret is that of the telephone of accounts that have one.
	Secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// House is a house under test: a real store, its keeper and its pages.
type House struct {
	*testing.T
	DB   *db.DB
	Keep *access.Keeper
	Lib  *shared.Library
	Site *web.Site
	Org  id.ID // where accounts get their role

	ms atomic.Int64
}

// Now is the present of the house: webtest.Now, and what Pass added.
func (h *House) Now() time.Time { return time.UnixMilli(h.ms.Load()).UTC() }

// Pass lets time pass.
func (h *House) Pass(by time.Duration) { h.ms.Add(by.Milliseconds()) }

// Sessions tells the pages who is asking, as the program does.
type Sessions struct{ Keep *access.Keeper }

// Viewer is the viewer of r, the zero Viewer when something more is asked.
func (s Sessions) Viewer(r *http.Request) (access.Viewer, web.SessionInfo, error) {
	found, err := s.Keep.Look(r.Context(), enter.Token(r, false))
	info := web.SessionInfo{
		Name: found.Name, RoleKey: found.RoleKey, Locked: found.Stage == access.StageLocked,
		SecondFactorPending: found.Stage == access.StageCode || found.Stage == access.StageEnrol,
	}
	return found.Viewer, info, err
}

// Plain is a page that only says that it opened.
func Plain(path string, p access.Permission) web.Route {
	return web.Route{Method: http.MethodGet, Pattern: path, Permission: p, Handle: func(r *web.Request) (web.Response, error) {
		return web.Response{Type: "text/plain", Body: []byte("ouvert " + r.HTTP.URL.RequestURI())}, nil
	}}
}

// Door is what the entry pages of h need.
func (h *House) Door() enter.Door { return enter.Door{Keeper: h.Keep} }

// New makes a house with the entry pages and those that more declares.
func New(t *testing.T, more func(h *House) []web.Route) *House {
	t.Helper()
	h := &House{T: t, Org: id.New(), Lib: webtest.Library(t)}
	h.ms.Store(webtest.Now.UnixMilli())
	master, err := seal.MasterOf([]byte("escale tests only: master key 32"))
	h.Must(err)
	policy := access.DefaultPolicy()
	policy.Cost = access.Cost{Memory: 64, Passes: 1, Threads: 1}
	h.DB = dbtest.SQLite(t, h.Now)
	h.Keep = access.NewKeeper(h.DB, master, policy)
	h.Lib.Messages(access.Messages)
	h.Site, err = web.New(web.Options{
		Library: h.Lib, Sessions: Sessions{h.Keep}, Clock: h.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Routes: append(enter.Routes(h.Lib, h.Door()), more(h)...),
	})
	h.Must(err)
	return h
}

// Must stops the test on an error.
func (h *House) Must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// Account makes an open account with a role in Org; totp is the secret of its
// second factor, if any.
func (h *House) Account(login string, role access.Role, totp string) id.ID {
	h.Helper()
	return h.AccountOf("Camille Essai", login, totp, access.Grant{Organisation: h.Org, Role: role})
}

// AccountOf makes the open account of a worker called name, with grants.
func (h *House) AccountOf(name, login, totp string, grants ...access.Grant) id.ID {
	h.Helper()
	a, _, err := h.Keep.CreateAccount(context.Background(), access.Operator(), access.NewAccount{
		Login: login, Name: name, Worker: id.New(), Password: Password, TOTPSecret: totp, Grants: grants,
	})
	h.Must(err)
	return a
}

// Administrator opens a browser where an administrator of organisation is in.
func (h *House) Administrator(name, login string, organisation id.ID) *Browser {
	h.Helper()
	h.AccountOf(name, login, Secret, access.Grant{Organisation: organisation, Role: access.Administrator})
	b := h.Browser()
	b.Enter(login)
	b.Send("/entrer/code", "code", h.Code(Secret))
	if b.Status != http.StatusSeeOther {
		b.Fatalf("%s could not enter: %s", login, b.Said())
	}
	return b
}

// Code is what the telephone that holds secret shows now.
func (h *House) Code(secret string) string {
	h.Helper()
	c, err := access.CodeAt(secret, h.Now())
	h.Must(err)
	return c
}

// Browser is someone in front of the house. It keeps cookies, and shows each page
// to the checks that every page must pass.
type Browser struct {
	*House
	Cookies map[string]*http.Cookie
	Status  int
	Header  http.Header
	Body    string // its entities read
	At      string // address of the page it stands on
}

// Browser opens a browser without cookies.
func (h *House) Browser() *Browser { return &Browser{House: h, Cookies: map[string]*http.Cookie{}} }

// Do sends r with the cookies of b.
func (b *Browser) Do(r *http.Request) {
	b.Helper()
	for _, c := range b.Cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.Site.ServeHTTP(w, r)
	result := w.Result()
	for _, c := range result.Cookies() {
		if c.MaxAge < 0 {
			delete(b.Cookies, c.Name)
		} else {
			b.Cookies[c.Name] = c
		}
	}
	b.Status, b.Header, b.Body, b.At = w.Code, result.Header, html.UnescapeString(w.Body.String()), r.URL.RequestURI()
	if strings.HasPrefix(b.Header.Get("Content-Type"), "text/html") {
		webtest.Check(b, w.Body.Bytes())
	}
}

// Get opens path and follows where it leads.
func (b *Browser) Get(path string) {
	b.Helper()
	for range 6 {
		b.Do(httptest.NewRequest(http.MethodGet, path, nil))
		if b.Status != http.StatusSeeOther {
			return
		}
		path = b.Header.Get("Location")
	}
	b.Fatalf("sent in circles: %s", path)
}

// Send posts a form without following.
func (b *Browser) Send(path string, pairs ...string) {
	b.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	b.Do(r)
}

// Post posts a form and follows where it leads.
func (b *Browser) Post(path string, pairs ...string) {
	b.Helper()
	b.Send(path, pairs...)
	if b.Status == http.StatusSeeOther {
		b.Get(b.Header.Get("Location"))
	}
}

// Wants stops the test unless the page has this status and says these sentences.
func (b *Browser) Wants(status int, sentences ...string) {
	b.Helper()
	if b.Status != status {
		b.Fatalf("at %s: status %d, want %d: %s", b.At, b.Status, status, b.Said())
	}
	said := shared.Typeset(b.Said())
	for _, s := range sentences {
		if !strings.Contains(said, shared.Typeset(s)) {
			b.Fatalf("at %s: the page does not say %q: %s", b.At, s, said)
		}
	}
}

var tags = regexp.MustCompile(`(?s)<head>.*?</head>|<[^>]*>`)

// Said is the words of the page.
func (b *Browser) Said() string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(b.Body, " ")), " ")
}

// Enter signs in with a password alone and stands where that leads.
func (b *Browser) Enter(login string) {
	b.Helper()
	b.Post("/entrer", "identifiant", login, "mot_de_passe", Password)
}
