// SPDX-License-Identifier: Apache-2.0

package needs_test

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/person"
	"escale/internal/web/desk/need/needtest"
	"escale/internal/web/shared/webtest"
)

// withFile is a need of Town with a file, and the path of its page.
func withFile(t *testing.T, h *needtest.House) (need.Need, string) {
	t.Helper()
	n := h.Capture(t)
	h.Do(t, func(ctx context.Context, tx db.Tx) error {
		p, err := h.People.Create(ctx, tx, h.Social, person.Person{
			ID: id.New(), Identity: person.Identity{FirstName: "Awa", LastName: "Rivière", Phone: "0612345678"},
			ContactWay: person.ByCall, Commune: "44113", InformedOn: clock.DateOf(webtest.Now),
		})
		if err != nil {
			return err
		}
		n.Person = p.ID
		n, err = h.Needs.Save(ctx, tx, h.Social, n)
		return err
	})
	return n, "/demandes/" + string(n.ID) + "/dossier"
}

func fileOf(t *testing.T, h *needtest.House, n need.Need) person.Person {
	t.Helper()
	var p person.Person
	h.Do(t, func(ctx context.Context, tx db.Tx) (err error) {
		p, err = h.People.Read(ctx, tx, h.Social, n.Person)
		return err
	})
	return p
}

// unchanged is the form as the page of a new file fills it.
func unchanged() url.Values {
	return url.Values{
		"geste": {"changer"}, "version": {"1"}, "prenom": {"Awa"}, "nom": {"Rivière"}, "telephone": {"+33612345678"}, "rappel": {"call"},
		"genre": {person.Unsaid}, "situation": {person.Unsaid}, "commune": {"Nozay"}, "commune_lue": {"Nozay"}, "commune_code": {"44113"},
		"explication": {""},
	}
}

func TestChangeAFile(t *testing.T) {
	h, s, _ := site(t)
	n, path := withFile(t, h)
	got := webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	page := got.Body.String()
	for _, want := range []string{
		`name="version" value="1"`, `name="prenom" type="text" value="Awa"`, `name="commune" type="text" value="Nozay"`,
		`value="call" checked`, `<option value="non_communique" selected>Non communiqué`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	if strings.Contains(page, "<details class=\"etape\" open>") {
		t.Error("the form and the readers are unfolded before anyone asks")
	}
	form := unchanged()
	maps.Copy(form, url.Values{
		"nom": {"Rivière-Diallo"}, "mail": {"awa@exemple.test"}, "rappel": {"letter"}, "adresse": {"3 rue du Port"}, "partage": {"1"},
		"naissance": {"1958"}, "genre": {"feminin"}, "situation": {"retraite"}, "commune": {"blain"}, "explication": {"spoken_shown"},
		"protection": {"1"},
	})
	if got := webtest.Post(s, path, h.Social, form); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	p := fileOf(t, h, n)
	want := person.Person{
		ID: p.ID, Organisation: h.Town, Version: 2, InformedOn: p.InformedOn, CreatedAt: p.CreatedAt, LastContactAt: p.LastContactAt,
		Identity:  person.Identity{FirstName: "Awa", LastName: "Rivière-Diallo", Phone: "+33612345678", Email: "awa@exemple.test", Address: "3 rue du Port"},
		BirthYear: 1958, Gender: "feminin", SocialStatus: "retraite", Commune: "44015", ContactWay: person.ByLetter, SharedPhone: true,
		Explanation: "spoken_shown", Protected: true,
	}
	if p != want {
		t.Errorf("kept %+v\nwant %+v", p, want)
	}
	got = webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	if page := needtest.Words(got.Body.String()); !strings.Contains(page, "Préfère qu’on lui montre") || !strings.Contains(page, "Elle en déclare une") {
		t.Error("what was kept does not show")
	}
	for who, v := range map[string]access.Viewer{"another organisation": h.Mediator} {
		if got := webtest.Post(s, path, v, form); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", who, got.Code)
		}
	}
}

// What is wrong is said beside its field, what was typed stays, nothing is kept.
func TestChangeAFileLookAgain(t *testing.T) {
	h, s, _ := site(t)
	n, path := withFile(t, h)
	before := fileOf(t, h, n)
	for field, c := range map[string]struct{ typed, says string }{
		"telephone": {"12", "Vérifiez le numéro de téléphone"},
		"nom":       {"2 55 08 14 168 025 38", "f-nom-m"},
		"mail":      {"awa", "il y manque le signe @"},
		"rappel":    {"letter", "Écrivez l’adresse"},
		"naissance": {"cinquante", "Vérifiez l’année"},
		"genre":     {"x", "Choisissez dans la liste"},
		"commune":   {"xyzzyxyz", "Nous ne trouvons pas cette commune"},
	} {
		form := unchanged()
		form.Set(field, c.typed)
		got := webtest.Post(s, path, h.Social, form)
		webtest.Check(t, got.Body.Bytes())
		if page := needtest.Words(got.Body.String()); got.Code != http.StatusUnprocessableEntity || !strings.Contains(page, c.says) {
			t.Errorf("%s = %q: status %d, or the page lacks %q", field, c.typed, got.Code, c.says)
		}
	}
	// A postal code of several communes: one chooses, and the choice counts.
	form := unchanged()
	form.Set("commune", "44130")
	got := webtest.Post(s, path, h.Social, form)
	webtest.Check(t, got.Body.Bytes())
	if page := got.Body.String(); got.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="44015"`) || !strings.Contains(page, `name="commune_lue" value="44130"`) {
		t.Errorf("status %d: no commune to choose", got.Code)
	}
	if after := fileOf(t, h, n); after != before {
		t.Errorf("kept %+v", after)
	}
	form.Set("commune_lue", "44130")
	form.Set("commune_code", "44015")
	if got := webtest.Post(s, path, h.Social, form); got.Code != http.StatusSeeOther || fileOf(t, h, n).Commune != "44015" {
		t.Errorf("the choice is not kept: status %d", got.Code)
	}
}

func TestChangeAFileChangedMeanwhile(t *testing.T) {
	h, s, _ := site(t)
	n, path := withFile(t, h)
	first := unchanged()
	first.Set("nom", "Diallo")
	if got := webtest.Post(s, path, h.Reception, first); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	second := unchanged()
	second.Set("nom", "Moreau")
	got := webtest.Post(s, path, h.Social, second)
	webtest.Check(t, got.Body.Bytes())
	page := got.Body.String()
	if got.Code != http.StatusConflict || !strings.Contains(page, "Moreau") || !strings.Contains(page, "Diallo") || strings.Contains(page, "Awa") {
		t.Errorf("status %d: the page must show both last names, and only what differs", got.Code)
	}
	if p := fileOf(t, h, n); p.Identity.LastName != "Diallo" {
		t.Errorf("kept %q over a colleague's change", p.Identity.LastName)
	}
	second.Del("version")
	if got := webtest.Post(s, path, h.Social, second); got.Code != http.StatusConflict {
		t.Errorf("without a version: %d", got.Code)
	}
}

// The page says who opened the file and when, and nothing of what it holds; of
// another organisation's readers it cannot say, since there are none.
func TestReadersOfAFile(t *testing.T) {
	h, s, _ := site(t)
	_, path := withFile(t, h)
	webtest.Get(s, path, h.Reception)
	got := webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	page := needtest.Words(got.Body.String())
	at := strings.Index(page, "Qui a ouvert ce dossier")
	if at < 0 {
		t.Fatal("the page does not say who opened the file")
	}
	table := page[at:]
	for _, want := range []string{"24 novembre 2026", "Camille Garnier (Médiateur numérique, conseillère numérique)", "dossier ouvert", "dossier lu"} {
		if !strings.Contains(table, want) {
			t.Errorf("the readers lack %q", want)
		}
	}
	if n := strings.Count(table, "Camille Garnier"); n != 2 {
		t.Errorf("%d lines for two colleagues on one day", n)
	}
	if slices.ContainsFunc([]string{"Rivière", "612345678", "CAF"}, func(secret string) bool { return strings.Contains(table, secret) }) {
		t.Error("the readers' list says what the file holds")
	}
}
