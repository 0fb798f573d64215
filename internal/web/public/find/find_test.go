// SPDX-License-Identifier: Apache-2.0

package find_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/atlas/atlastest"
	"escale/internal/web/public/find"
	"escale/internal/web/shared/webtest"
)

func site(t testing.TB, cards []network.Place) *web.Site {
	t.Helper()
	lib := webtest.Library(t)
	return webtest.Site(t, lib, find.Routes(lib, atlastest.Of(cards))...)
}

// get reads a page that must pass every check, and gives its text with plain
// spaces, so that tests read like the page.
func get(t *testing.T, s *web.Site, path string, status int) string {
	t.Helper()
	got := webtest.Get(s, path, access.Viewer{})
	if got.Code != status {
		t.Fatalf("%s: status %d, want %d", path, got.Code, status)
	}
	webtest.Check(t, got.Body.Bytes())
	return plain(got.Body.String())
}

func plain(page string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'", "&#39;", "'", "&amp;", "&", "&#43;", "+").Replace(page)
}

func has(t *testing.T, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func hasNot(t *testing.T, page string, unwanted ...string) {
	t.Helper()
	for _, u := range unwanted {
		if strings.Contains(page, u) {
			t.Errorf("the page should not say %q", u)
		}
	}
}

func TestTemplate(t *testing.T) {
	lib := webtest.Library(t)
	webtest.Site(t, lib, find.Routes(lib, atlastest.Of(nil))...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
}

func TestNearACommune(t *testing.T) {
	s := site(t, atlastest.Cards())
	page := get(t, s, "/trouver?ou=blain", http.StatusOK)
	has(t, page,
		`<span class="panneau">Blain</span></h1>`, `name="ou" type="text" value="blain"`, "3 lieux à moins de 20 km",
		"Maison des Halles", "ouvert jusqu'à 17 h · gratuit", "ouvre à 14 h", "horaires à demander",
		"Téléphonez avant de venir", `role="img"`, "02 61 91 00 12")
	hasNot(t, page, "Bureau du réseau", "Ancien local", "Atelier solidaire", "/caravane")
	if halls, library := strings.Index(page, "Maison des Halles"), strings.Index(page, "Médiathèque de Blain"); halls > library {
		t.Error("the nearest place does not come first")
	}
	// By postal code, several communes answer: one chooses.
	page = get(t, s, "/trouver?ou=44130", http.StatusOK)
	has(t, page, "Quelle est votre commune", "commune=44015&ou=Blain", "Bouvron")
	page = get(t, s, "/trouver?commune=44015&ou=Blain", http.StatusOK)
	has(t, page, "3 lieux à moins de 20 km")
	// Another name typed over a choice counts, not the choice.
	page = get(t, s, "/trouver?commune=44015&ou=Savenay", http.StatusOK)
	has(t, page, `<span class="panneau">Savenay</span></h1>`)
}

func TestUnknownCommune(t *testing.T) {
	s := site(t, atlastest.Cards())
	page := get(t, s, "/trouver?ou=xqzwkj", http.StatusUnprocessableEntity)
	has(t, page, "Nous ne connaissons pas cette commune", `value="xqzwkj"`, "02 61 91 00 12")
	hasNot(t, page, "Vouliez-vous dire", "Maison des Halles")
	page = get(t, s, "/trouver?ou=Savenai", http.StatusUnprocessableEntity)
	has(t, page, "Vouliez-vous dire", `commune=44195&ou=Savenay`)
	long := get(t, s, "/trouver?ou="+strings.Repeat("%C3%A9", 5000), http.StatusUnprocessableEntity)
	has(t, long, "Nous ne connaissons pas")
}

func TestNoPlaceNear(t *testing.T) {
	s := site(t, atlastest.Cards())
	page := get(t, s, "/trouver?ou=Clisson", http.StatusOK)
	has(t, page, "Pas de lieu à moins de 20 km", "Maison des Halles", "Voici les plus proches")
	hasNot(t, page, "lieux à moins de 20 km, le plus")
	empty := get(t, site(t, nil), "/trouver?ou=Blain", http.StatusOK)
	has(t, empty, "Les lieux arrivent bientôt", "02 61 91 00 12")
	one := get(t, site(t, atlastest.Cards()[:1]), "/trouver?ou=Blain", http.StatusOK)
	has(t, one, "1 lieu à moins de 20 km", "Maison des Halles")
}

func TestFilters(t *testing.T) {
	s := site(t, atlastest.Cards())
	page := get(t, s, "/trouver?ou=Blain&ouvert=1", http.StatusOK)
	has(t, page, "1 lieu à moins de 20 km", "Vos choix : ouvert maintenant.", `id="f-ouvert" value="1" checked`)
	hasNot(t, page, "Médiathèque de Blain")
	page = get(t, s, "/trouver?ou=Blain&cout=condition", http.StatusOK)
	has(t, page, "Médiathèque de Blain", "gratuit sous condition")
	hasNot(t, page, "Maison des Halles")
	page = get(t, s, "/trouver?ou=Blain&pour=lire&pour=nimporte", http.StatusOK)
	has(t, page, "Maison des Halles", "Vos choix : lire et écrire : on lit avec vous.", `href="/trouver?commune=44015&ou=Blain">Enlever`)
	page = get(t, s, "/trouver?ou=Blain&besoin=ecole", http.StatusOK)
	has(t, page, "Aucun lieu ne répond à tout cela")
	page = get(t, s, "/trouver?ou=Blain&texte=immprimer", http.StatusOK)
	has(t, page, "nous avons compris imprimer", "Médiathèque de Blain")
	page = get(t, s, "/trouver?besoin=papier", http.StatusOK)
	has(t, page, "2 lieux.", "Vos choix : un papier, une démarche.")
}

// The count beside a filter is what one gets by choosing it.
func TestFacetCounts(t *testing.T) {
	s := site(t, atlastest.Many(300))
	page := get(t, s, "/trouver?ou=Blain", http.StatusOK)
	found := regexp.MustCompile(`name="cout"[^>]* value="(\w+)"[^<]*><label[^>]*>[^<]*<small>(\d+) lieux`).FindAllStringSubmatch(page, -1)
	if len(found) != 2 {
		t.Fatalf("%d values of cost, want 2: %v", len(found), found)
	}
	for _, f := range found {
		page := get(t, s, "/trouver?ou=Blain&cout="+f[1], http.StatusOK)
		has(t, page, f[2]+" lieux à moins de 20 km")
	}
}

func TestPages(t *testing.T) {
	s := site(t, atlastest.Many(300))
	first := get(t, s, "/trouver?ou=Blain&cout=gratuit", http.StatusOK)
	has(t, first, "Page 1 sur 20", `href="/trouver?commune=44015&cout=gratuit&ou=Blain&page=2" rel="next"`)
	hasNot(t, first, "Page précédente")
	seen := map[string]bool{}
	next := "/trouver?ou=Blain&cout=gratuit"
	follow := regexp.MustCompile(`href="([^"]+)" rel="next"`)
	for pages := 0; next != ""; pages++ {
		page := get(t, s, next, http.StatusOK)
		for _, m := range regexp.MustCompile(`href="(/lieux/[^"]+)"`).FindAllStringSubmatch(page, -1) {
			if seen[m[1]] {
				t.Errorf("%s is on two pages", m[1])
			}
			seen[m[1]] = true
		}
		next = ""
		if m := follow.FindStringSubmatch(page); m != nil {
			next = m[1]
		}
	}
	if len(seen) != 200 {
		t.Errorf("%d places over all pages, want 200", len(seen))
	}
	last := get(t, s, "/trouver?ou=Blain&cout=gratuit&page=999", http.StatusOK)
	has(t, last, "Page 20 sur 20")
}

// Nothing keeps a page from fitting a screen 320 px wide, and it fits in one
// round trip (look.md, 7).
func TestLight(t *testing.T) {
	s := site(t, atlastest.Many(300))
	r := httptest.NewRequest(http.MethodGet, "/trouver?"+url.Values{"ou": {"Blain"}}.Encode(), nil)
	r.Header.Set("Accept-Encoding", "gzip")
	got := webtest.Do(s, r, access.Viewer{})
	if n := got.Body.Len(); n > 14_000 || got.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("the page weighs %d bytes, want at most 14,000", n)
	} else {
		t.Logf("%d bytes", n)
	}
	page := get(t, s, "/trouver?ou=Blain", http.StatusOK)
	main := page[strings.Index(page, "<main"):]
	if m := regexp.MustCompile(`<(?:svg|img|table|input|div|p)[^>]* width="\d+"`).FindString(main); m != "" {
		t.Errorf("a fixed width: %s", m)
	}
	hasNot(t, page, "<script", "http://", "https://")
}
