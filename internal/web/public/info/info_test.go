// SPDX-License-Identifier: Apache-2.0

package info_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/web/public/info"
	"escale/internal/web/shared/webtest"
)

type locker struct {
	locked int
	err    error
}

func (l *locker) Lock(*http.Request) error {
	l.locked++
	return l.err
}

func TestPages(t *testing.T) {
	lib := webtest.Library(t)
	site := webtest.Site(t, lib, info.Routes(lib, &locker{})...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
	for _, path := range []string{"/accessibilite", "/vos-donnees", "/proches", "/affichage", "/masque"} {
		t.Run(path, func(t *testing.T) {
			got := webtest.Get(site, path, access.Viewer{})
			if got.Code != http.StatusOK {
				t.Fatalf("status %d", got.Code)
			}
			webtest.Check(t, got.Body.Bytes())
			if !strings.Contains(got.Body.String(), "tel:&#43;33261910012") {
				t.Error("the page has no phone number")
			}
		})
	}
}

func TestMaskLocksTheSession(t *testing.T) {
	l := &locker{}
	lib := webtest.Library(t)
	site := webtest.Site(t, lib, info.Routes(lib, l)...)
	got := webtest.Post(site, "/masque", webtest.Viewer(access.Mediator), nil)
	if l.locked != 1 || got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/masque" {
		t.Errorf("locked %d times, status %d, to %q", l.locked, got.Code, got.Header().Get("Location"))
	}
	l.err = errors.New("store down")
	if got := webtest.Post(site, "/masque", webtest.Viewer(access.Mediator), nil); got.Code != http.StatusInternalServerError {
		t.Errorf("a screen that could not be masked answers %d, want 500", got.Code)
	}
}

// A choice changes the next pages, kept ones included.
func TestDisplay(t *testing.T) {
	lib := webtest.Library(t)
	site := webtest.Site(t, lib, info.Routes(lib, &locker{})...)
	before := webtest.Get(site, "/proches", access.Viewer{}).Body.String()
	if strings.Contains(before, "data-theme") && strings.Contains(before, `<html lang="fr" data-theme`) {
		t.Fatal("a theme is set before any choice")
	}
	got := webtest.Post(site, "/affichage", access.Viewer{}, url.Values{"theme": {"sombre"}, "langue": {"en"}})
	next := httptest.NewRequest(http.MethodGet, "/proches", nil)
	for _, c := range got.Result().Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("cookie %s is open to scripts or other sites", c.Name)
		}
		next.AddCookie(c)
	}
	after := webtest.Do(site, next, access.Viewer{}).Body.String()
	if !strings.Contains(after, `<html lang="en" data-theme="sombre">`) {
		t.Errorf("the choice is not followed: %.80s", after)
	}
	said := webtest.Get(site, got.Header().Get("Location"), access.Viewer{}).Body.String()
	if !strings.Contains(said, "Votre choix est gardé") {
		t.Error("the page does not say that the choice is kept")
	}
}

func TestDisplayForgetsUnknownChoices(t *testing.T) {
	lib := webtest.Library(t)
	site := webtest.Site(t, lib, info.Routes(lib, &locker{})...)
	got := webtest.Post(site, "/affichage", access.Viewer{}, url.Values{"theme": {`"><script>`}})
	for _, c := range got.Result().Cookies() {
		if c.MaxAge >= 0 || c.Value != "" {
			t.Errorf("cookie %s keeps %q", c.Name, c.Value)
		}
	}
}
