// SPDX-License-Identifier: Apache-2.0

package sheet_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/web"
	"escale/internal/web/public/sheet"
	"escale/internal/web/shared/webtest"
)

const code = "ABCD2345"

// sheets holds one sheet, and counts the tries.
type sheets struct {
	sheet  sheet.Sheet
	tries  int
	from   string
	erased bool
	closed bool
}

func (s *sheets) try(typed, from string) error {
	s.tries++
	s.from = from
	if s.closed {
		return &access.Refusal{Until: webtest.Now.Add(90 * time.Second)}
	}
	if typed != code || s.erased {
		return db.ErrNotFound
	}
	return nil
}

func (s *sheets) Open(_ context.Context, typed, from string) (sheet.Sheet, error) {
	if err := s.try(typed, from); err != nil {
		return sheet.Sheet{}, err
	}
	return s.sheet, nil
}

func (s *sheets) Erase(_ context.Context, typed, from string) error {
	if err := s.try(typed, from); err != nil {
		return err
	}
	s.erased = true
	return nil
}

func full(t *testing.T) sheet.Sheet {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return sheet.Sheet{
		Done: []string{"Ouvrir ma boîte mail", "Retrouver un message"}, NextStep: "Venir avec le dernier courrier reçu.",
		Meeting: &sheet.Meeting{
			Start: time.Date(2026, time.November, 26, 9, 0, 0, 0, time.UTC), Zone: paris, Place: "Maison des Halles",
			Address: "12 rue de la Cale", Commune: "Blain", Phone: "+33261910031", Bring: "Votre téléphone",
		},
		ChangedAt: webtest.Now,
	}
}

func site(t *testing.T, s sheet.Sheets) *web.Site {
	t.Helper()
	lib := webtest.Library(t)
	return webtest.Site(t, lib, sheet.Routes(lib, s)...)
}

func plain(page string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'", "&#39;", "'", "&#43;", "+").Replace(page)
}

// post sends a form, checks the page and that nothing of it is kept.
func post(t *testing.T, s *web.Site, path string, form url.Values, status int) string {
	t.Helper()
	got := webtest.Post(s, path, access.Viewer{}, form)
	if got.Code != status {
		t.Fatalf("%s: status %d, want %d", path, got.Code, status)
	}
	if control := got.Header().Get("Cache-Control"); control != "no-store" {
		t.Errorf("%s: Cache-Control %q, want no-store", path, control)
	}
	if status != http.StatusSeeOther {
		webtest.Check(t, got.Body.Bytes())
	}
	return plain(got.Body.String())
}

func typed(code string) url.Values { return url.Values{"code": {code}} }

func has(t *testing.T, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestTemplates(t *testing.T) {
	lib := webtest.Library(t)
	webtest.Site(t, lib, sheet.Routes(lib, &sheets{})...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
}

func TestOpen(t *testing.T) {
	s := &sheets{sheet: full(t)}
	w := site(t, s)
	got := webtest.Get(w, "/feuille", access.Viewer{})
	webtest.Check(t, got.Body.Bytes())
	has(t, plain(got.Body.String()), "8 signes", "02 61 91 00 12")
	page := post(t, w, "/feuille", typed(" abcd-23 45 "), http.StatusOK)
	has(t, page, "Jeudi 26 novembre à 10 h", "Maison des Halles", `<span class="panneau">Blain</span>`, "02 61 91 00 31",
		"Votre téléphone", "Ouvrir ma boîte mail", "Venir avec le dernier courrier", "Feuille du 24 novembre 2026", `class="cadre etroit gros"`)
	if s.from != "address 192.0.2.1" {
		t.Errorf("tries are counted for %q", s.from)
	}
	empty := post(t, site(t, &sheets{}), "/feuille", typed(code), http.StatusOK)
	has(t, empty, "Votre feuille est prête")
}

// A code that cannot be one costs no try, and says what to look at.
func TestMistyped(t *testing.T) {
	s := &sheets{}
	w := site(t, s)
	for wrong, want := range map[string]string{
		"": "Écrivez le code", "ABCD 234": "Nous en comptons 7", "ABCD234O": "jamais de O, de zéro", "abcd2i45": "jamais de O, de zéro",
		"ABCD234!": "sans accent", "ABCD2345X": "Nous en comptons 9",
	} {
		page := post(t, w, "/feuille", typed(wrong), http.StatusUnprocessableEntity)
		has(t, page, want, "Une chose à revoir")
	}
	if s.tries != 0 {
		t.Errorf("%d tries counted, want none", s.tries)
	}
}

// A wrong code and an erased sheet read the same, and too many tries say how
// long to wait.
func TestNeutral(t *testing.T) {
	s := &sheets{sheet: full(t)}
	w := site(t, s)
	wrong := post(t, w, "/feuille", typed("ZZZZ9999"), http.StatusUnprocessableEntity)
	s.erased = true
	erased := post(t, w, "/feuille", typed(code), http.StatusUnprocessableEntity)
	if strings.ReplaceAll(wrong, "ZZZZ9999", code) != erased {
		t.Error("an erased sheet does not read like a wrong code")
	}
	has(t, wrong, "Ce code n'ouvre pas de feuille")
	s.closed = true
	has(t, post(t, w, "/feuille", typed("ZZZZ9999"), http.StatusUnprocessableEntity), "Attendez 2 minutes")
}

func TestErase(t *testing.T) {
	s := &sheets{sheet: full(t)}
	w := site(t, s)
	page := post(t, w, "/feuille/effacer", typed(code), http.StatusOK)
	has(t, page, "Effacer cette feuille", "On ne pourra pas la retrouver.", "Garder ma feuille")
	if s.erased {
		t.Fatal("erased before she said yes")
	}
	post(t, w, "/feuille/effacer", url.Values{"code": {code}, "oui": {"oui"}}, http.StatusSeeOther)
	if !s.erased {
		t.Error("not erased")
	}
	done := plain(webtest.Get(w, "/feuille?fait=sheet.done.erased", access.Viewer{}).Body.String())
	has(t, done, "Votre feuille est effacée")
	post(t, w, "/feuille/effacer", url.Values{"code": {code}, "oui": {"oui"}}, http.StatusUnprocessableEntity)
	if got := webtest.Get(w, "/feuille/effacer", access.Viewer{}); got.Code != http.StatusSeeOther {
		t.Errorf("reloading the gesture's page answers %d", got.Code)
	}
}
