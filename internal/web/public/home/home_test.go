// SPDX-License-Identifier: Apache-2.0

package home_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/web/public/home"
	"escale/internal/web/shared/webtest"
)

type stops []home.Stop

func (s stops) NextStops(_ context.Context, _ time.Time, n int) ([]home.Stop, error) {
	return s[:min(n, len(s))], nil
}

var twoStops = stops{
	{Commune: "Plessé", From: webtest.Now.Add(23 * time.Hour), To: webtest.Now.Add(26 * time.Hour), Where: "devant la mairie"},
	{Commune: "Le Gâvre", From: webtest.Now.Add(76 * time.Hour), To: webtest.Now.Add(79 * time.Hour), Where: "salle des fêtes", Path: "/caravane/x"},
}

func TestHome(t *testing.T) {
	lib := webtest.Library(t)
	site := webtest.Site(t, lib, home.Routes(lib, twoStops)...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
	got := webtest.Get(site, "/", access.Viewer{})
	if got.Code != http.StatusOK {
		t.Fatalf("status %d", got.Code)
	}
	page := got.Body.String()
	webtest.Check(t, got.Body.Bytes())
	for _, want := range []string{
		"02\u00a061\u00a091\u00a000\u00a012", "Demain, mercredi 25 novembre", "Le Gâvre", "9\u00a0h\u00a020 à",
		`action="/trouver"`, "Cette page pèse",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := strings.Count(page, "/trouver?besoin="); n != 8 {
		t.Errorf("%d everyday needs, want 8", n)
	}
}

func TestHomeWithoutCaravan(t *testing.T) {
	lib := webtest.Library(t)
	site := webtest.Site(t, lib, home.Routes(lib, nil)...)
	page := webtest.Get(site, "/", access.Viewer{}).Body.String()
	if strings.Contains(page, "t-car") {
		t.Error("the caravan's section shows without a stop")
	}
}

// The first view of a public page fits in one round trip (look.md, 7).
func TestHomeWeight(t *testing.T) {
	lib := webtest.Library(t)
	site := webtest.Site(t, lib, home.Routes(lib, twoStops)...)
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	got := webtest.Do(site, r, access.Viewer{})
	if got.Header().Get("Content-Encoding") != "gzip" {
		t.Fatal("the page is not compressed")
	}
	if n := got.Body.Len(); n > 14_000 || n < 1_000 {
		t.Errorf("the home page weighs %d bytes, want at most 14,000", n)
	} else {
		t.Logf("%d bytes", n)
	}
}
