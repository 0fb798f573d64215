// SPDX-License-Identifier: Apache-2.0

package need_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	room "escale/internal/need"
	"escale/internal/person"
	"escale/internal/web"
	"escale/internal/web/desk/need"
	"escale/internal/web/desk/need/needtest"
	"escale/internal/web/shared"
	"escale/internal/web/shared/webtest"
)

func site(t *testing.T) (*needtest.House, *web.Site, *shared.Library) {
	t.Helper()
	h := needtest.New(t)
	lib := needtest.Library(t)
	return h, webtest.Site(t, lib, need.Routes(lib, need.Deps{DB: h.DB, Needs: h.Needs, Atlas: h.Atlas})...), lib
}

func TestForm(t *testing.T) {
	h, s, lib := site(t)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
	got := webtest.Get(s, "/besoin", h.Reception)
	webtest.Check(t, got.Body.Bytes())
	page := got.Body.String()
	words, date := strings.Index(page, `name="mots"`), strings.Index(page, `name="date"`)
	if got.Code != http.StatusOK || words < 0 || date < words {
		t.Errorf("status %d: her words must come first", got.Code)
	}
	if !strings.Contains(page, `<option value="reception" selected>`) {
		t.Error("someone at a reception desk is not offered « Accueil » first")
	}
}

// Her words are enough: anonymous, no date, no commune, no way to reach her.
func TestWordsAreEnough(t *testing.T) {
	h, s, _ := site(t)
	key := id.New()
	form := url.Values{"cle": {string(key)}, "mots": {"Je n’arrive plus à ouvrir mes messages."}}
	for range 2 { // sent twice, it is noted once
		got := webtest.Post(s, "/besoin", h.Social, form)
		if want := "/demandes/" + string(key) + "?fait=capture.done.kept"; got.Code != http.StatusSeeOther || got.Header().Get("Location") != want {
			t.Fatalf("%d to %q, want %q", got.Code, got.Header().Get("Location"), want)
		}
	}
	if n := h.Count(t, "need"); n != 1 {
		t.Errorf("%d needs, want 1", n)
	}
	n := h.Read(t, key)
	if n.Said.FirstName != "" || n.Person != "" || n.ContactWay != person.NoContact || n.Commune != "" {
		t.Errorf("something was made up: %+v", n)
	}
}

func TestEverythingIsKept(t *testing.T) {
	h, s, _ := site(t)
	key := id.New()
	got := webtest.Post(s, "/besoin", h.Social, url.Values{
		"cle": {string(key)}, "mots": {"Ma retraite n’arrive pas."}, "date": {"2026-12-03"}, "risque": {"loss_of_right"},
		"commune": {"blain"}, "contact": {"06 12 34 56 78"}, "partage": {"1"}, "prenom": {"Awa"}, "theme": {"retraite"},
		"venue": {"caravan"}, "sait": {"A appelé la caisse."}, "veut_pas": {"Un atelier."},
	})
	if got.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	n := h.Read(t, key)
	want := room.Need{
		Deadline: clock.Date{Year: 2026, Month: time.December, Day: 3}, Commune: "44015", ContactWay: person.ByCall,
		Category: "rights", SubTheme: "retraite", EntryWay: "caravan",
	}
	if n.Deadline != want.Deadline || n.Commune != want.Commune || n.ContactWay != want.ContactWay || n.Category != want.Category ||
		n.SubTheme != want.SubTheme || n.EntryWay != want.EntryWay || !n.SharedPhone || n.Said.Contact != "+33612345678" {
		t.Errorf("kept %+v", n)
	}
}

func TestMistakesKeepWhatWasTyped(t *testing.T) {
	h, s, _ := site(t)
	for name, c := range map[string]struct {
		form url.Values
		says string
	}{
		"no words":     {url.Values{"mots": {""}, "prenom": {"Awa"}}, "avec ses mots"},
		"a number":     {url.Values{"mots": {"Mon numéro est 2 55 08 14 168 025 38"}, "prenom": {"Awa"}}, "sécurité sociale"},
		"a wrong date": {url.Values{"mots": {"x"}, "date": {"le 3"}, "prenom": {"Awa"}}, "Écrivez une date"},
		"a wrong call": {url.Values{"mots": {"x"}, "rappel": {"call"}, "contact": {"12"}, "prenom": {"Awa"}}, "Vérifiez le numéro"},
		"two communes": {url.Values{"mots": {"x"}, "commune": {"saint-denis"}, "prenom": {"Awa"}}, "Choisissez la commune"},
		"no commune":   {url.Values{"mots": {"x"}, "commune": {"xyzzyxyz"}, "prenom": {"Awa"}}, "Nous ne trouvons pas"},
	} {
		t.Run(name, func(t *testing.T) {
			got := webtest.Post(s, "/besoin", h.Social, c.form)
			webtest.Check(t, got.Body.Bytes())
			page := got.Body.String()
			if got.Code != http.StatusUnprocessableEntity || !strings.Contains(page, c.says) || !strings.Contains(page, `value="Awa"`) {
				t.Errorf("status %d; the page must say %q and keep « Awa »", got.Code, c.says)
			}
		})
	}
	if n := h.Count(t, "need"); n != 0 {
		t.Errorf("%d needs noted", n)
	}
}

func TestAmbiguousCommune(t *testing.T) {
	h, s, _ := site(t)
	key := id.New()
	form := url.Values{"cle": {string(key)}, "mots": {"x"}, "commune": {"saint-denis"}, "commune_lue": {"saint-denis"}, "commune_code": {"97411"}}
	if got := webtest.Post(s, "/besoin", h.Social, form); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d", got.Code)
	}
	if n := h.Read(t, key); n.Commune != "97411" {
		t.Errorf("commune %q, want the one chosen", n.Commune)
	}
	// A choice made for other words does not count.
	form.Set("cle", string(id.New()))
	form.Set("commune", "nozay")
	if got := webtest.Post(s, "/besoin", h.Social, form); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d", got.Code)
	}
	if n := h.Read(t, id.ID(form.Get("cle"))); n.Commune == "97411" {
		t.Error("the choice of another name was kept")
	}
	// And one may go on without any.
	form.Set("cle", string(id.New()))
	form.Set("commune", "saint-denis")
	form.Set("commune_code", "-")
	if got := webtest.Post(s, "/besoin", h.Social, form); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d", got.Code)
	}
}

// A volunteer may note, and reads nothing afterwards.
func TestVolunteer(t *testing.T) {
	h, s, _ := site(t)
	got := webtest.Post(s, "/besoin", h.Volunteer, url.Values{"mots": {"Elle ne peut plus payer sa cantine."}})
	if got.Header().Get("Location") != "/besoin/note" {
		t.Fatalf("sent to %q", got.Header().Get("Location"))
	}
	got = webtest.Get(s, "/besoin/note", h.Volunteer)
	webtest.Check(t, got.Body.Bytes())
	if strings.Contains(got.Body.String(), "cantine") {
		t.Error("the confirmation repeats her words")
	}
	n := h.Capture(t)
	if got := webtest.Get(s, "/demandes/"+string(n.ID)+"/modifier", h.Volunteer); got.Code != http.StatusForbidden {
		t.Errorf("a volunteer opens the form of a need: %d", got.Code)
	}
	if got := webtest.Get(s, "/besoin", h.Manager); got.Code != http.StatusForbidden {
		t.Errorf("a coordinator notes needs: %d", got.Code)
	}
}

func TestChange(t *testing.T) {
	h, s, _ := site(t)
	n := h.Capture(t)
	path := "/demandes/" + string(n.ID) + "/modifier"
	got := webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	if page := got.Body.String(); !strings.Contains(page, "La CAF me demande") || !strings.Contains(page, `value="Nozay"`) {
		t.Error("the form does not show what is kept")
	}
	if got := webtest.Get(s, path, h.Mediator); got.Code != http.StatusNotFound {
		t.Errorf("another organisation: %d", got.Code)
	}
	form := url.Values{
		"version": {"1"}, "mots": {"Le papier est arrivé."}, "commune": {"Nozay"}, "commune_lue": {"Nozay"}, "commune_code": {"44113"},
		"rappel": {"none"}, "venue": {"reception"},
	}
	if got := webtest.Post(s, path, h.Social, form); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	if now := h.Read(t, n.ID); now.Said.Words != "Le papier est arrivé." || now.Commune != "44113" || now.Version != 2 {
		t.Errorf("kept %+v", now)
	}
	// Someone who had opened it before sees both versions.
	form.Set("mots", "Autre chose.")
	got = webtest.Post(s, path, h.Reception, form)
	webtest.Check(t, got.Body.Bytes())
	page := got.Body.String()
	if got.Code != http.StatusConflict || !strings.Contains(page, "Autre chose.") || !strings.Contains(page, "Le papier est arrivé.") {
		t.Errorf("status %d: both versions must show", got.Code)
	}
	if now := h.Read(t, n.ID); now.Version != 2 {
		t.Error("the stale edit was kept")
	}
}

// full is a store without room left.
type full struct{ need.Needs }

func (full) Capture(context.Context, db.Tx, access.Viewer, room.Need) (room.Need, error) {
	return room.Need{}, db.ErrFull
}

func TestFullDisk(t *testing.T) {
	h := needtest.New(t)
	lib := needtest.Library(t)
	s := webtest.Site(t, lib, need.Routes(lib, need.Deps{DB: h.DB, Needs: full{h.Needs}, Atlas: h.Atlas})...)
	got := webtest.Post(s, "/besoin", h.Social, url.Values{"mots": {"Un papier."}})
	if got.Code != http.StatusInsufficientStorage || strings.Contains(got.Body.String(), "⟦") {
		t.Errorf("status %d", got.Code)
	}
}

func TestInitials(t *testing.T) {
	for _, c := range []struct{ first, last, want string }{
		{"Awa", "Rivière", "A.\u00a0R."}, {"élodie", "", "É."}, {"", "", ""}, {" ", "Öz", "Ö."},
	} {
		if got := need.Initials(c.first, c.last); got != c.want {
			t.Errorf("Initials(%q, %q) = %q, want %q", c.first, c.last, got, c.want)
		}
	}
}
