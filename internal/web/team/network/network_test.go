// SPDX-License-Identifier: Apache-2.0

package network_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	room "escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/shared/webtest"
	"escale/internal/web/team/network"
)

// house is a real store with one organisation, its coordinator and its pages.
type house struct {
	db          *db.DB
	site        *web.Site
	org         id.ID
	coordinator access.Viewer
	volunteer   access.Viewer
	stranger    access.Viewer // edits the network of another organisation
}

func newHouse(t *testing.T) house {
	t.Helper()
	d := dbtest.SQLite(t, clock.Fixed(webtest.Now))
	h := house{db: d, org: id.New()}
	as := func(org id.ID, role access.Role) access.Viewer {
		return access.NewViewer(id.New(), "", org, []access.Grant{{Organisation: org, Role: role}})
	}
	h.coordinator, h.volunteer = as(h.org, access.Coordinator), as(h.org, access.Volunteer)
	other := id.New()
	h.stranger = as(other, access.Coordinator)
	add := func(ctx context.Context, v access.Viewer, o room.Organisation) (room.Organisation, error) {
		err := d.Update(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			o, err = room.AddOrganisation(ctx, tx, v, o)
			return err
		})
		return o, err
	}
	for _, o := range []room.Organisation{
		{ID: h.org, Name: "Maison des Halles", Kind: "CCAS", Listed: true}, {ID: other, Name: "Une autre maison", Kind: "ASSO"},
	} {
		if _, err := add(context.Background(), as(o.ID, access.Coordinator), o); err != nil {
			t.Fatal(err)
		}
	}
	lib := webtest.Library(t)
	rooms := network.NewHouse(d, add)
	h.site = webtest.Site(t, lib, network.Routes(lib, network.Deps{Tree: rooms, Places: rooms, Lists: rooms})...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
	return h
}

// add writes a place as the coordinator.
func (h house) add(t *testing.T, p room.Place) room.Place {
	t.Helper()
	if p.Organisation == "" {
		p.Organisation = h.org
	}
	p.Status, p.Public = room.Active, true
	err := h.db.Update(context.Background(), func(ctx context.Context, tx db.Tx) (err error) {
		p, err = room.AddPlace(ctx, tx, h.coordinator, p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (h house) place(t *testing.T, place id.ID) room.Place {
	t.Helper()
	var p room.Place
	err := h.db.View(context.Background(), func(ctx context.Context, tx db.Tx) (err error) {
		p, err = room.GetPlace(ctx, tx, place)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// get reads a page that must be whole.
func (h house) get(t *testing.T, path string, v access.Viewer, want ...string) string {
	t.Helper()
	got := webtest.Get(h.site, path, v)
	if got.Code != http.StatusOK {
		t.Fatalf("%s: status %d", path, got.Code)
	}
	webtest.Check(t, got.Body.Bytes())
	has(t, path, got.Body.String(), want...)
	return got.Body.String()
}

func has(t *testing.T, path, page string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(page, w) {
			t.Errorf("%s lacks %q", path, w)
		}
	}
}

// post sends a form that must be answered with status; the page it gives must be
// whole and say want.
func (h house) post(t *testing.T, path string, v access.Viewer, form url.Values, status int, want ...string) string {
	t.Helper()
	got := webtest.Post(h.site, path, v, form)
	if got.Code != status {
		t.Fatalf("%s: status %d, want %d", path, got.Code, status)
	}
	if status != http.StatusSeeOther {
		webtest.Check(t, got.Body.Bytes())
		has(t, path, got.Body.String(), want...)
	}
	return got.Header().Get("Location")
}

func TestTheTree(t *testing.T) {
	h := newHouse(t)
	h.get(t, "/reseau", h.volunteer, "Maison des Halles", "CCAS")
	if page := h.get(t, "/reseau", h.volunteer); strings.Contains(page, "Une autre maison") || strings.Contains(page, "Ajouter une structure") {
		t.Error("a volunteer sees an organisation that did not agree, or is offered to add one")
	}
	key := id.New()
	form := url.Values{"cle": {string(key)}, "nom": {"Antenne de Plessé"}, "sorte": {"EVS"}, "sous": {string(h.org)}, "visible": {"oui"}}
	for range 2 { // sent twice, made once
		to := h.post(t, "/reseau/structures", h.coordinator, form, http.StatusSeeOther)
		h.get(t, to, h.coordinator, "Antenne de Plessé", "La structure est ajoutée", "Maison des Halles")
	}
	if n := strings.Count(h.get(t, "/reseau?q=plesse", h.volunteer), "Antenne de Plessé"); n != 1 {
		t.Errorf("the branch is there %d times", n)
	}
	h.get(t, "/reseau?q=zzz", h.volunteer, "Aucune structure ne porte ces mots")
	at := "/reseau/structures/" + string(key)

	h.post(t, at+"/personnes", h.coordinator, url.Values{"p_nom": {""}, "p_depuis": {"2026-11-01"}}, http.StatusUnprocessableEntity, "Écrivez le nom professionnel", "details open")
	h.post(t, at+"/personnes", h.coordinator, url.Values{
		"p_nom": {"Nadia B."}, "p_sorte": {"digital_mediator"}, "p_metier": {"Aide à côté de vous"}, "p_depuis": {"2026-11-01"},
	}, http.StatusSeeOther)
	h.get(t, at, h.coordinator, "Nadia B.", "Aide à côté de vous")
	// Nobody's card is shown to the network unless she chose it.
	if page := h.get(t, at, h.volunteer, "1 personne n’a pas choisi"); strings.Contains(page, "Nadia B.") {
		t.Error("a card is shown without its owner's choice")
	}

	h.post(t, "/reseau/structures/"+string(h.org)+"/deplacer", h.coordinator, url.Values{"parent": {string(key)}, "depuis": {"2026-12-01"}},
		http.StatusUnprocessableEntity, "ne peut pas dépendre d’elle-même")
	h.post(t, at+"/deplacer", h.coordinator, url.Values{"depuis": {""}}, http.StatusUnprocessableEntity, "Écrivez une date")
	h.post(t, at+"/deplacer", h.stranger, url.Values{"depuis": {"2026-12-01"}}, http.StatusUnprocessableEntity, "Vous ne tenez pas cette partie")
}

func TestAMoveKeepsItsStory(t *testing.T) {
	h := newHouse(t)
	to := h.post(t, "/reseau/structures", h.coordinator, url.Values{"nom": {"Antenne"}, "sorte": {"EVS"}, "sous": {string(h.org)}}, http.StatusSeeOther)
	at, _, _ := strings.Cut(to, "?")
	second := h.post(t, "/reseau/structures", h.coordinator, url.Values{"nom": {"Pôle"}, "sorte": {"EVS"}, "sous": {string(h.org)}}, http.StatusSeeOther)
	under, _, _ := strings.Cut(strings.TrimPrefix(second, "/reseau/structures/"), "?")
	h.post(t, at+"/deplacer", h.coordinator, url.Values{"parent": {under}, "depuis": {"2026-12-01"}}, http.StatusSeeOther)
	h.get(t, at, h.coordinator, "À partir du 24 novembre 2026", "Dépend de Maison des Halles", "À partir du 1er décembre 2026", "Dépend de Pôle")
}

func TestAnEditOfAnOrganisationSeenTooLate(t *testing.T) {
	h := newHouse(t)
	at := "/reseau/structures/" + string(h.org)
	form := url.Values{"version": {"1"}, "nom": {"Maison commune"}, "sorte": {"CCAS"}, "visible": {"oui"}}
	h.post(t, at, h.coordinator, form, http.StatusSeeOther)
	form.Set("nom", "Maison du bourg")
	h.post(t, at, h.coordinator, form, http.StatusConflict, "Maison du bourg", "Maison commune")
	form.Set("siret", "123")
	h.post(t, at, h.coordinator, form, http.StatusUnprocessableEntity, "14 chiffres", `value="123"`)
}

func TestThirtyThousandPlaces(t *testing.T) {
	h := newHouse(t)
	h.get(t, "/reseau/lieux", h.coordinator, "Aucun lieu pour l’instant")
	cards := make([]network.Card, 30_000)
	for i := range cards {
		p := room.Place{ID: id.New(), Name: fmt.Sprintf("Lieu %05d", i), Commune: "44015", Public: true, VerifiedOn: clock.DateOf(webtest.Now).AddDays(-i)}
		cards[i] = network.NewCard(&p)
	}
	lib := webtest.Library(t)
	rooms := network.NewHouse(h.db, nil)
	site := webtest.Site(t, lib, network.Routes(lib, network.Deps{Tree: rooms, Places: many{rooms, cards}, Lists: rooms})...)
	got := webtest.Get(site, "/reseau/lieux", h.coordinator)
	webtest.Check(t, got.Body.Bytes())
	page := got.Body.String()
	has(t, "the list", page, "30\u202f000 lieux", "Page 1 sur 600", "29\u202f816 fiches sont à vérifier", "À vérifier", "page=2")
	if !strings.Contains(page, "Lieu 29999") || strings.Contains(page, "Lieu 00000") {
		t.Error("the oldest check does not come first")
	}
	last := webtest.Get(site, "/reseau/lieux?q=lieu&page=9999", h.coordinator).Body.String()
	has(t, "the last page", last, "Page 600 sur 600", "q=lieu")
	one := webtest.Get(site, "/reseau/lieux?q=00042+blain&etat=tous", h.coordinator).Body.String()
	has(t, "one place", one, "1 lieu<", "Lieu 00042")
	none := webtest.Get(site, "/reseau/lieux?etat=fermes", h.coordinator).Body.String()
	has(t, "closed places", none, "Aucun lieu ne répond")
}

// many is a store with more cards than it has.
type many struct {
	*network.House
	cards []network.Card
}

func (m many) Cards(context.Context) ([]network.Card, error) { return m.cards, nil }

// written is a whole card as the form sends it.
func written() url.Values {
	return url.Values{
		"nom": {"Maison des Halles"}, "statut": {"active"}, "public": {"oui"}, "sorte": {"CCAS"}, "pivot": {"21440015600017"},
		"adresse": {"2 place des Halles"}, "commune": {"blain"}, "position": {"47.4763, -1.7626"}, "telephone": {"02 61 91 00 31"},
		"courriels": {"accueil@exemple.fr\n\n"}, "sites": {"https://exemple.fr"}, "horaires": {"lundi au vendredi 9h-12h"},
		"on_peut": {"imprimer"}, "on_ne_peut_pas": {"refaire sa carte d’identité -> à la mairie"},
		"services": {"Aide aux démarches administratives", "inventé"}, "frais": {"Gratuit"}, "piece": {"yes"}, "apporter": {"ses papiers"},
		"label_0_nom": {"France Services"}, "label_0_du": {"2024-01-01"}, "label_0_etat": {"verified"}, "label_0_preuve": {"arrêté de 2024"},
	}
}

func TestACardIsWritten(t *testing.T) {
	h := newHouse(t)
	h.get(t, "/reseau/lieux/nouveau", h.coordinator, "Le nom et la commune suffisent")
	form := written()
	form.Set("structure", string(h.org))
	to := h.post(t, "/reseau/lieux", h.coordinator, form, http.StatusSeeOther)
	at, _, _ := strings.Cut(to, "?")
	place, err := id.Parse(strings.TrimPrefix(at, "/reseau/lieux/"))
	if err != nil {
		t.Fatal(err)
	}
	p := h.place(t, place)
	got := fmt.Sprintf("%s %s %s %s %s %s %v %v %v %s %v %v", p.Commune, p.PostalCode, p.Phone, p.Hours, p.Emails, p.Services, *p.Position, p.Can, p.Cannot, p.ConfidentialRoom, p.Organisation == h.org, p.Labels)
	want := "44015 44130 +33261910031 Mo-Fr 09:00-12:00 [accueil@exemple.fr] [Aide aux démarches administratives] {47.4763 -1.7626} [{imprimer }] [{refaire sa carte d’identité à la mairie}] yes true [{France Services  verified 2024-01-01  arrêté de 2024}]"
	if got != want {
		t.Errorf("kept\n%s, want\n%s", got, want)
	}
	page := h.get(t, at, h.coordinator, "jamais vérifié", "refaire sa carte d’identité → à la mairie", "Blain 44130", `value="France Services"`)
	if !strings.Contains(page, `value="Gratuit" checked`) {
		t.Error("a ticked box comes back unticked")
	}
	// What the form shows, sent back as it is, changes nothing.
	again := written()
	again.Set("structure", string(h.org))
	again.Set("version", "1")
	again.Set("commune", "Blain 44130")
	again.Set("horaires", p.Hours)
	again.Set("on_ne_peut_pas", "refaire sa carte d’identité → à la mairie")
	h.post(t, at, h.coordinator, again, http.StatusSeeOther)
	if changed := room.Changed(&p, ptr(h.place(t, place))); len(changed) > 0 {
		t.Errorf("sent back as it is, the card changes in %v", changed)
	}
}

func ptr(p room.Place) *room.Place { return &p }

func TestWhatIsWrongInACardIsSaidBesideIt(t *testing.T) {
	h := newHouse(t)
	for field, c := range map[string]struct{ typed, want string }{
		"nom": {"", "Écrivez le nom"}, "commune": {"zzzzqqq", "n’est pas connue"}, "telephone": {"02 61", "pas complet"},
		"courriels": {"moi", "nom@exemple.fr"}, "sites": {"javascript:alert(1)", "https://"}, "horaires": {"quand il fait beau", "pas été compris"},
		"pivot": {"12", "14 chiffres"}, "position": {"47", "latitude"}, "resume": {strings.Repeat("a", 281), "281 signes"},
		"prise_rdv": {"exemple", "https://"}, "label_0_preuve": {"", "ce qui a été vu"},
	} {
		form := written()
		form.Set(field, c.typed)
		h.post(t, "/reseau/lieux", h.coordinator, form, http.StatusUnprocessableEntity, c.want, `href="#f-`+field+`"`)
	}
	ended := written()
	ended.Set("label_0_au", "2023-01-01")
	h.post(t, "/reseau/lieux", h.coordinator, ended, http.StatusUnprocessableEntity, "France Services finit avant", `href="#f-label_0_nom"`)
	form := written()
	form.Set("structure", string(h.stranger.Organisation()))
	h.post(t, "/reseau/lieux", h.coordinator, form, http.StatusUnprocessableEntity, "Vous ne tenez pas")
}

func TestTwoPeopleWriteACard(t *testing.T) {
	h := newHouse(t)
	p := h.add(t, room.Place{Name: "Médiathèque", Commune: "44015", CommuneName: "Blain", PostalCode: "44130"})
	at := "/reseau/lieux/" + string(p.ID)
	form := written()
	form.Set("structure", string(h.org))
	form.Set("version", "1")
	h.post(t, at, h.coordinator, form, http.StatusSeeOther)
	form.Set("nom", "Médiathèque du bourg")
	h.post(t, at, h.coordinator, form, http.StatusConflict, "Médiathèque du bourg", "Maison des Halles")
	// A check of what the card no longer says is not one.
	h.post(t, at+"/verifiee", h.coordinator, url.Values{"version": {"1"}}, http.StatusConflict)
	h.post(t, at+"/verifiee", h.stranger, url.Values{"version": {"2"}}, http.StatusUnprocessableEntity, "Vous ne tenez pas", "Maison des Halles")
	h.post(t, at+"/verifiee", h.coordinator, url.Values{"version": {"2"}}, http.StatusSeeOther)
	if got := h.place(t, p.ID).VerifiedOn.String(); got != "2026-11-24" {
		t.Errorf("verified on %s", got)
	}
}

func TestDuplicatesAreBroughtTogetherAndApart(t *testing.T) {
	h := newHouse(t)
	h.get(t, "/reseau/doublons", h.coordinator, "Aucun doublon proposé")
	twin := func(name string) room.Place {
		return h.add(t, room.Place{
			Name: name, Commune: "44015", CommuneName: "Blain", PostalCode: "44130", Address: "2 place des Halles", Phone: "+33261910031",
			Position: &room.Position{Lat: 47.4763, Lon: -1.7626},
		})
	}
	a, b, c := twin("Maison des Halles"), twin("Maison des Halles Blain"), twin("La maison des Halles")
	h.get(t, "/reseau/doublons", h.coordinator, "3 paires", "Même rue, même numéro", "Même téléphone", "À 0 mètres", "écrite à la main")
	pair := func(x, y room.Place, geste string) url.Values {
		return url.Values{"a": {string(x.ID)}, "b": {string(y.ID)}, "garder": {string(y.ID)}, "geste": {geste}}
	}
	h.post(t, "/reseau/doublons", h.stranger, pair(a, b, "reunir"), http.StatusUnprocessableEntity, "Vous ne tenez pas")
	h.post(t, "/reseau/doublons", h.coordinator, pair(a, c, "separer"), http.StatusSeeOther)
	to := h.post(t, "/reseau/doublons", h.coordinator, pair(a, b, "reunir"), http.StatusSeeOther)
	if h.place(t, a.ID).MergedInto != b.ID {
		t.Error("the card to keep is not the one that was chosen")
	}
	page := h.get(t, to, h.coordinator, "Séparer à nouveau", "a été réunie à")
	h.get(t, "/reseau/lieux/"+string(a.ID), h.coordinator, "a été réunie à celle-ci")
	_, rest, _ := strings.Cut(page, `name="acte" value="`)
	act, _, _ := strings.Cut(rest, `"`)
	at, _, _ := strings.Cut(to, "?")
	h.post(t, at+"/separer", h.coordinator, url.Values{"acte": {act}}, http.StatusSeeOther)
	h.get(t, at, h.coordinator, "Séparées à nouveau le 24 novembre 2026")
	h.get(t, "/reseau/doublons", h.coordinator, "1 paire de fiches")
}

func TestCommunesWithoutAnyone(t *testing.T) {
	h := newHouse(t)
	h.get(t, "/reseau/communes", h.volunteer, "Le territoire n’est pas encore connu")
	h.add(t, room.Place{Name: "Maison des Halles", Commune: "44015", CommuneName: "Blain", Position: &room.Position{Lat: 47.4763, Lon: -1.7626}})
	page := h.get(t, "/reseau/communes", h.volunteer, "206 communes sur 207", "Maison des Halles", "Nantes", "Page 1 sur 3")
	if strings.Contains(page, "<th scope=\"row\">Blain") || strings.Index(page, "Nantes") > strings.Index(page, "Saint-Nazaire") {
		t.Error("communes without anyone are not alone, the most populated first")
	}
	h.get(t, "/reseau/communes?toutes=oui&page=3", h.volunteer, "Blain", "Ici")
}

const list = "id;nom;commune;code_postal;adresse;services\n" +
	"1;Maison des Halles;Blain;44130;2 place des Halles;Aide aux démarches administratives\n" +
	"2;;Blain;44130;3 rue;Aide aux démarches administratives\n"

// send uploads content as a file of the form.
func (h house) send(t *testing.T, name, content string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("fichier", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/reseau/importer", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return webtest.Do(h.site, r, h.coordinator)
}

func TestAListIsTriedThenAdded(t *testing.T) {
	h := newHouse(t)
	h.get(t, "/reseau/importer", h.coordinator, "Rien n’est écrit avant votre accord")
	tried := h.send(t, "../../lieux.csv", list)
	webtest.Check(t, tried.Body.Bytes())
	page := tried.Body.String()
	has(t, "the trial", page, "Rien n’est encore écrit", "lieux.csv", "Toute la ligne", "Ajouter ces lieux")
	h.get(t, "/reseau/lieux", h.coordinator, "Aucun lieu pour l’instant")
	_, rest, _ := strings.Cut(page, `name="liste" value="`)
	held, _, _ := strings.Cut(rest, `"`)

	h.post(t, "/reseau/importer/confirmer", h.stranger, url.Values{"liste": {held}}, http.StatusUnprocessableEntity, "La liste n’est plus là")
	h.post(t, "/reseau/importer/confirmer", h.coordinator, url.Values{"liste": {held}}, http.StatusOK, "C’est fait", "Voir les lieux")
	h.get(t, "/reseau/lieux", h.coordinator, "Maison des Halles", "1 lieu<")
	h.post(t, "/reseau/importer/confirmer", h.coordinator, url.Values{"liste": {held}}, http.StatusUnprocessableEntity, "La liste n’est plus là")
	has(t, "the same list again", h.send(t, "lieux.csv", list).Body.String(), "Cette liste ne changerait rien")
}

func TestFilesThatAreNoList(t *testing.T) {
	h := newHouse(t)
	for name, content := range map[string]string{"vide.csv": "", "page.html": "<!DOCTYPE html><html></html>", "image.png": "\x89PNG\r\n\x1a\n\x00\x00"} {
		got := h.send(t, name, content)
		webtest.Check(t, got.Body.Bytes())
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", name, got.Code)
		}
	}
	h.post(t, "/reseau/importer", h.coordinator, url.Values{}, http.StatusUnprocessableEntity, "Choisissez un fichier")
	if got := h.send(t, "grand.csv", strings.Repeat("a;b\n", 6<<20)); got.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a file of 24 MiB: status %d, want 413", got.Code)
	}
}

func TestWhoMayChangeTheNetwork(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/reseau/lieux/nouveau", "/reseau/doublons", "/reseau/importer", "/reseau/structures/nouvelle"} {
		if got := webtest.Get(h.site, path, h.volunteer); got.Code != http.StatusForbidden {
			t.Errorf("%s: a volunteer gets %d, want 403", path, got.Code)
		}
	}
	if got := webtest.Get(h.site, "/reseau", access.Viewer{}); got.Code == http.StatusOK {
		t.Error("the network is shown to who is not signed in")
	}
}
