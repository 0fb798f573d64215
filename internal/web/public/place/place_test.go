// SPDX-License-Identifier: Apache-2.0

package place_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/atlas"
	"escale/internal/web/atlas/atlastest"
	"escale/internal/web/public/find"
	"escale/internal/web/public/place"
	"escale/internal/web/shared/webtest"
)

type slots struct {
	list []place.Slot
	err  error
}

func (s slots) NextSlots(_ context.Context, p id.ID, _ time.Time, n int) ([]place.Slot, error) {
	if p != atlastest.Halls {
		return nil, s.err
	}
	return s.list[:min(n, len(s.list))], s.err
}

// twoSlots are on Thursday at 10:15 and on 1 December at 11:00, in Paris.
var twoSlots = slots{list: []place.Slot{
	{Start: time.Date(2026, time.November, 26, 9, 15, 0, 0, time.UTC), Minutes: 45},
	{Start: time.Date(2026, time.December, 1, 10, 0, 0, 0, time.UTC), Minutes: 45},
}}

func site(t testing.TB, cards []network.Place, s place.Slots) *web.Site {
	t.Helper()
	lib := webtest.Library(t)
	places := atlastest.Of(cards)
	return webtest.Site(t, lib, append(place.Routes(lib, places, s), find.Routes(lib, places)...)...)
}

func get(t *testing.T, s *web.Site, place id.ID, status int) string {
	t.Helper()
	got := webtest.Get(s, atlas.Path(place), access.Viewer{})
	if got.Code != status {
		t.Fatalf("%s: status %d, want %d", place, got.Code, status)
	}
	webtest.Check(t, got.Body.Bytes())
	return plain(got.Body.String())
}

func plain(page string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "&nbsp;", " ", "’", "'", "&#39;", "'", "&amp;", "&", "&#43;", "+").Replace(page)
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
	webtest.Site(t, lib, place.Routes(lib, atlastest.Of(nil), nil)...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
}

func TestPlace(t *testing.T) {
	page := get(t, site(t, atlastest.Cards(), twoSlots), atlastest.Halls, http.StatusOK)
	has(t, page,
		`<span class="panneau">Blain</span>`, "<h1>Maison des Halles</h1>", "12 rue de la Cale, 44130 Blain. Derrière les halles, porte bleue.",
		`<span class="puce p-oui">Ouvert jusqu'à 17 h</span> <span>mardi 24 novembre</span>`, `href="tel:+33261910031"`, "02 61 91 00 31",
		"Parler à l'écart, dans un bureau fermé", "Faire une démarche en ligne avec quelqu'un",
		"Réparer un appareil : café réparation, à Bouvron", `<a href="/lieux/`+string(atlastest.Library)+`">Médiathèque de Blain</a>`,
		"Rendez-vous de 45 minutes. Pour garder une place, appelez le 02 61 91 00 31", "jeudi 26 novembre", "à 10 h 15", "mardi 1er décembre",
		"Gratuit.", "Le papier qui vous inquiète", "Sans marche.", "Arrêt de car", "On parle anglais.", "Venir sur place. Téléphoner.",
		"France Services, vérifié, depuis le 1er mars 2024.", "Aidants Connect, dit par le lieu.", `href="https://www.example.org/halles">example.org`,
		`<tr class="jour-actuel"><th scope="row">mardi <span class="vh">(aujourd'hui)</span></th><td>9 h 30 – 17 h</td></tr>`,
		"à 600 m · ouvre à 14 h", "Fiche vérifiée le 3 novembre 2026 par l'équipe du lieu.",
		`href="/trouver?commune=44015&ou=Blain"`,
	)
	hasNot(t, page, "Téléphonez avant de venir", "javascript", "Bureau du réseau", "Ancien local", "0000000000aa")
}

func TestStaleAndBare(t *testing.T) {
	s := site(t, atlastest.Cards(), nil)
	page := get(t, s, atlastest.Library, http.StatusOK)
	has(t, page, "Téléphonez avant de venir", `<span class="puce p-att">Ouvre à 14 h</span>`, "Fiche du 2 mai 2024, donnée par Inventaire.")
	hasNot(t, page, "Les prochaines places", "Ici, on ne peut pas", "tel:+33261910031")
	page = get(t, s, atlastest.NoHours, http.StatusOK)
	has(t, page, "Horaires à demander", "Personne n'a encore vérifié cette fiche ici.")
	hasNot(t, page, "<table", "quand on peut")
	page = get(t, s, atlastest.Far, http.StatusOK)
	has(t, page, "Sur rendez-vous", "9 h – 12 h (sur rendez-vous)", "Payant.")
	hasNot(t, page, "Téléphonez avant de venir")
}

func TestMissingAndMerged(t *testing.T) {
	s := site(t, atlastest.Cards(), nil)
	for _, missing := range []id.ID{atlastest.Hidden, atlastest.Closed, id.New(), "x"} {
		has(t, get(t, s, missing, http.StatusNotFound), "02 61 91 00 12")
	}
	got := webtest.Get(s, atlas.Path(atlastest.Gone), access.Viewer{})
	if got.Code != http.StatusMovedPermanently || got.Header().Get("Location") != atlas.Path(atlastest.Halls) {
		t.Errorf("a merged card answers %d, to %q", got.Code, got.Header().Get("Location"))
	}
	broken := site(t, atlastest.Cards(), slots{err: errors.New("no store")})
	get(t, broken, atlastest.Halls, http.StatusInternalServerError)
}

// The page fits in one round trip, fits a phone, and has nothing from elsewhere.
func TestLight(t *testing.T) {
	s := site(t, atlastest.Cards(), twoSlots)
	r := httptest.NewRequest(http.MethodGet, atlas.Path(atlastest.Halls), nil)
	r.Header.Set("Accept-Encoding", "gzip")
	got := webtest.Do(s, r, access.Viewer{})
	if n := got.Body.Len(); n > 14_000 || got.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("the page weighs %d bytes, want at most 14,000", n)
	} else {
		t.Logf("%d bytes", n)
	}
	page := get(t, s, atlastest.Halls, http.StatusOK)
	if m := regexp.MustCompile(`<(?:svg|img|table|input|div|p)[^>]* width="\d+"`).FindString(page); m != "" {
		t.Errorf("a fixed width: %s", m)
	}
	hasNot(t, page, "<script")
}
