// SPDX-License-Identifier: Apache-2.0

// Package webtest is how pages are tested: a site with pretended sessions, and
// the checks that every page must pass, whoever wrote it.
package webtest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// Now is the present of tests: Tuesday 24 November 2026, 10:20 in Paris.
var Now = time.Date(2026, time.November, 24, 9, 20, 0, 0, time.UTC)

// Network is the network of tests.
func Network(t testing.TB) shared.Network {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return shared.Network{
		Name: "Réseau du Sillon", Phone: "+33261910012", From: 9 * time.Hour, To: 17 * time.Hour,
		TechPhone: "+33261910020", Contact: "reseau@example.org", Zone: paris,
	}
}

// Library makes an empty library for the network of tests.
func Library(t testing.TB) *shared.Library {
	t.Helper()
	lib, err := shared.NewLibrary(Network(t))
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// Viewer makes a worker holding roles in one organisation.
func Viewer(roles ...access.Role) access.Viewer {
	org := id.New()
	grants := make([]access.Grant, len(roles))
	for i, r := range roles {
		grants[i] = access.Grant{Organisation: org, Role: r}
	}
	return access.NewViewer(id.New(), id.New(), org, grants)
}

// viewerKey carries the pretended viewer in a request's context.
type viewerKey struct{}

// session is what the pretended sessions answer.
type session struct {
	viewer access.Viewer
	info   web.SessionInfo
}

type sessions struct{}

func (sessions) Viewer(r *http.Request) (access.Viewer, web.SessionInfo, error) {
	s, ok := r.Context().Value(viewerKey{}).(session)
	if !ok {
		return access.Viewer{}, web.SessionInfo{}, nil
	}
	return s.viewer, s.info, nil
}

// As gives r the session of v: the request is made by her.
func As(r *http.Request, v access.Viewer, info web.SessionInfo) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), viewerKey{}, session{v, info}))
}

// Site puts routes together over lib, at Now.
func Site(t testing.TB, lib *shared.Library, routes ...web.Route) *web.Site {
	t.Helper()
	site, err := web.New(web.Options{
		Library: lib, Sessions: sessions{}, Clock: clock.Fixed(Now), Routes: routes,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// Get asks site for path as v (the zero Viewer is signed out).
func Get(site http.Handler, path string, v access.Viewer) *httptest.ResponseRecorder {
	return Do(site, httptest.NewRequest(http.MethodGet, path, nil), v)
}

// Post sends form to path as v, from the site itself.
func Post(site http.Handler, path string, v access.Viewer, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return Do(site, r, v)
}

// Do sends r as v.
func Do(site http.Handler, r *http.Request, v access.Viewer) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	if v.SignedIn() {
		r = As(r, v, web.SessionInfo{Name: "Nadia", RoleKey: "role.mediator"})
	}
	site.ServeHTTP(w, r)
	return w
}
