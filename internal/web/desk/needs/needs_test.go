// SPDX-License-Identifier: Apache-2.0

package needs_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/web"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/desk/need/needtest"
	"escale/internal/web/desk/needs"
	"escale/internal/web/shared"
	"escale/internal/web/shared/webtest"
)

func deps(h *needtest.House) needs.Deps {
	return needs.Deps{DB: h.DB, Needs: h.Needs, Ways: h.Ways, People: h.People, Audit: access.NewAudit(h.DB, h.Master), Atlas: h.Atlas}
}

func site(t *testing.T) (*needtest.House, *web.Site, *shared.Library) {
	t.Helper()
	h := needtest.New(t)
	lib := needtest.Library(t)
	lib.Messages(activity.Messages) // the procedures of a mandate
	// The pages borrow a few sentences of the form.
	routes := slices.Concat(needs.Routes(lib, deps(h)), desk.Routes(lib, desk.Deps{DB: h.DB, Needs: h.Needs, Atlas: h.Atlas}))
	return h, webtest.Site(t, lib, routes...), lib
}

func TestTemplates(t *testing.T) {
	_, _, lib := site(t)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
}

// rows counts the needs a list shows.
func rows(page string) int { return strings.Count(page, `<li><a href="/demandes/`) }

func TestEmptyList(t *testing.T) {
	h, s, _ := site(t)
	got := webtest.Get(s, "/demandes", h.Social)
	webtest.Check(t, got.Body.Bytes())
	if page := got.Body.String(); rows(page) != 0 || !strings.Contains(page, "Aucune demande n’attend") {
		t.Error("the empty list does not say that it is empty")
	}
}

// The list shows initials and dates; never why someone came, never a whole name.
func TestListIsNeutral(t *testing.T) {
	h, s, _ := site(t)
	h.Capture(t)
	got := webtest.Get(s, "/demandes", h.Reception)
	webtest.Check(t, got.Body.Bytes())
	page := got.Body.String()
	if rows(page) != 1 || !strings.Contains(page, "A., Nozay") || !strings.Contains(page, "À voir maintenant") {
		t.Error("the list lacks the need, its initials or its urgency in words")
	}
	for _, secret := range []string{"CAF", "Awa", "612345678", "droits"} {
		if strings.Contains(page, secret) {
			t.Errorf("the list says %q", secret)
		}
	}
	if got := webtest.Get(s, "/demandes", h.Mediator); rows(got.Body.String()) != 0 {
		t.Error("another organisation sees the need")
	}
}

func TestOrderPagesAndFilters(t *testing.T) {
	h, s, _ := site(t)
	for i := range 60 {
		n := need.Need{Said: need.Said{Words: "x", FirstName: "Zoé"}, Commune: []string{"44015", "44113"}[i%2]}
		if i == 59 { // the last noted is the most pressing
			n.Deadline, n.Said.FirstName = needtest.Today.AddDays(-1), "Yann"
		}
		h.Note(t, n)
	}
	first := webtest.Get(s, "/demandes", h.Social)
	webtest.Check(t, first.Body.Bytes())
	page := first.Body.String()
	if y, z := strings.Index(page, "Y., "), strings.Index(page, "Z., "); y < 0 || y > z {
		t.Error("the overdue need does not come first")
	}
	third := webtest.Get(s, "/demandes?page=3", h.Social).Body.String()
	if rows(page) != 25 || rows(third) != 10 || !strings.Contains(page, "page=2") || strings.Contains(third, "page=4") {
		t.Errorf("%d rows on page 1, %d on page 3", rows(page), rows(third))
	}
	for query, want := range map[string]int{
		"commune=blain": 25, "commune=blain&page=2": 5, "commune=xyzzyxyz": 0, "etat=closed": 0, "etat=referred": 0,
		"qui=mine": 25, "etat=open&commune=nozay&page=2": 5, "page=900": 0,
	} {
		got := webtest.Get(s, "/demandes?"+query, h.Social)
		webtest.Check(t, got.Body.Bytes())
		if n := rows(got.Body.String()); n != want {
			t.Errorf("%s: %d rows, want %d", query, n, want)
		}
	}
	if n := rows(webtest.Get(s, "/demandes?qui=mine", h.Reception).Body.String()); n != 0 {
		t.Errorf("a colleague's own list has %d needs", n)
	}
}

// many is a room with 30,000 needs.
type many struct {
	needs.Needs
	asked need.Filter
}

func (m *many) List(_ context.Context, _ db.Tx, _ access.Viewer, f need.Filter, _ clock.Date) ([]need.Need, error) {
	m.asked = f
	list := make([]need.Need, min(f.Limit, 30_000))
	for i := range list {
		list[i] = need.Need{ID: id.New(), Said: need.Said{FirstName: "Awa"}, NotedAt: webtest.Now, Commune: "44015"}
	}
	return list, nil
}

func TestThirtyThousand(t *testing.T) {
	h := needtest.New(t)
	lib := needtest.Library(t)
	m := &many{Needs: h.Needs}
	d := deps(h)
	d.Needs = m
	s := webtest.Site(t, lib, slices.Concat(needs.Routes(lib, d), desk.Routes(lib, desk.Deps{}))...)
	got := webtest.Get(s, "/demandes", h.Social)
	if rows(got.Body.String()) != 25 || m.asked.Limit != 26 {
		t.Errorf("%d rows from %d read: the first page must not read the whole list", rows(got.Body.String()), m.asked.Limit)
	}
	got = webtest.Get(s, "/demandes?commune=blain&page=1200", h.Social)
	webtest.Check(t, got.Body.Bytes())
	if rows(got.Body.String()) != 25 || strings.Contains(got.Body.String(), "page=1201") {
		t.Error("the last page of 30,000 is not right")
	}
}

func TestOne(t *testing.T) {
	h, s, _ := site(t)
	n := h.Capture(t)
	h.Talk(t, n.ID, autonomy.Conversation{Answers: autonomy.Answers{"Q3": 0, "Q5": 0, "Q6": 1, "Q8": 0, "Q9": 1}})
	got := webtest.Get(s, "/demandes/"+string(n.ID), h.Social)
	webtest.Check(t, got.Body.Bytes())
	page := needtest.Words(got.Body.String())
	for _, want := range []string{
		"Sa demande : A.", "La CAF me demande", "jeudi 3 décembre, dans 9 jours", "Avec guidage, pour cette demande",
		"Préfère qu’on lui montre", "le faire avec quelqu’un", "06 12 34 56 78", "Notée (Accueil)",
		"/orientation", "/entretien", "/modifier", "/dossier", "/arret",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "<title>Awa") || strings.Contains(page, "Sa demande : Awa") {
		t.Error("the title says her name")
	}
	for who, v := range map[string]access.Viewer{"another organisation": h.Mediator} {
		if got := webtest.Get(s, "/demandes/"+string(n.ID), v); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", who, got.Code)
		}
	}
	for who, v := range map[string]access.Viewer{"volunteer": h.Volunteer, "coordinator": h.TownLead, "administrator": h.Admin} {
		if got := webtest.Get(s, "/demandes/"+string(n.ID), v); got.Code != http.StatusForbidden {
			t.Errorf("%s: %d", who, got.Code)
		}
	}
}

// The sender sees who has it, the statuses and their dates, and the meeting.
func TestHandedOn(t *testing.T) {
	h, s, _ := site(t)
	n := h.Capture(t)
	done, err := h.Ways.Decide(t.Context(), h.DB, h.Social, orientation.Decision{
		ID: id.New(), Need: n.ID, Choice: orientation.HandedOn,
		Referral: &orientation.NewReferral{
			Recipient: h.Help, RecipientWorker: h.Mediator.Worker(), Level: orientation.ContactNeed, AgreedHow: person.Oral,
			Sheet: orientation.Liaison{Sentence: "Retrouver un papier."},
		},
		Slot: &orientation.Slot{Opening: h.Partly, Worker: h.Mediator.Worker(), Start: time.Date(2026, 11, 26, 13, 0, 0, 0, time.UTC)},
	})
	if err != nil {
		t.Fatal(err)
	}
	page := needtest.Words(webtest.Get(s, "/demandes/"+string(n.ID), h.Social).Body.String())
	for _, want := range []string{"Relais proposé : Le Phare", "jeudi 26 novembre à 14 h", "Maison des Halles, Blain", "/bon/" + string(done.ID)} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := strings.Count(page, "Relais proposé :"); n != 1 {
		t.Errorf("the hand-over is told %d times", n)
	}
	h.Do(t, func(ctx context.Context, tx db.Tx) error {
		return h.Ways.Answer(ctx, tx, h.Mediator, done.Referral, orientation.Refused, "full")
	})
	got := webtest.Get(s, "/demandes/"+string(n.ID), h.Social)
	webtest.Check(t, got.Body.Bytes())
	if page := needtest.Words(got.Body.String()); !strings.Contains(page, "Refusée : Le Phare. Plus de place pour l’instant") {
		t.Error("the refusal and its reason do not show")
	}
}

func TestStopAndTakeUpAgain(t *testing.T) {
	h, s, _ := site(t)
	n := h.Capture(t)
	path := "/demandes/" + string(n.ID)
	bad := webtest.Post(s, path+"/arret", h.Social, url.Values{"pourquoi": {"2 55 08 14 168 025 38"}})
	webtest.Check(t, bad.Body.Bytes())
	if bad.Code != http.StatusUnprocessableEntity {
		t.Fatalf("a forbidden number: %d", bad.Code)
	}
	form := url.Values{"cle": {string(id.New())}, "pourquoi": {"Elle a trouvé"}}
	for range 2 {
		if got := webtest.Post(s, path+"/arret", h.Social, form); got.Code != http.StatusSeeOther {
			t.Fatalf("status %d: %s", got.Code, got.Body)
		}
	}
	if got := h.Read(t, n.ID).Status; got != need.Stopped {
		t.Fatalf("status %q", got)
	}
	got := webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	if page := got.Body.String(); !strings.Contains(page, "/reprise") || strings.Contains(page, "/arret") {
		t.Error("a stopped need is not shown as one that can be taken up again")
	}
	for range 2 {
		if got := webtest.Post(s, path+"/reprise", h.Social, url.Values{}); got.Code != http.StatusSeeOther {
			t.Fatalf("status %d", got.Code)
		}
	}
	if got := h.Read(t, n.ID).Status; got != need.Open {
		t.Errorf("status %q", got)
	}
	if got := webtest.Post(s, path+"/arret", h.Mediator, url.Values{}); got.Code != http.StatusNotFound {
		t.Errorf("another organisation stops it: %d", got.Code)
	}
}

func TestFile(t *testing.T) {
	h, s, _ := site(t)
	n, other := h.Capture(t), h.Capture(t)
	path := "/demandes/" + string(n.ID) + "/dossier"
	got := webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	form := url.Values{"geste": {"creer"}, "prenom": {"Awa"}, "nom": {"Rivière"}, "telephone": {"06 12 34 56 78"}}
	got = webtest.Post(s, path, h.Social, form)
	webtest.Check(t, got.Body.Bytes())
	if got.Code != http.StatusUnprocessableEntity || h.Count(t, "person") != 0 {
		t.Fatalf("a file without telling her: %d", got.Code)
	}
	form.Set("informee", "1")
	if got = webtest.Post(s, path, h.Social, form); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	file := h.Read(t, n.ID).Person
	if file == "" {
		t.Fatal("the need is not of the file")
	}
	got = webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	if page := webtest.Get(s, "/demandes/"+string(n.ID), h.Social).Body.String(); !strings.Contains(page, "A.\u00a0R.") {
		t.Error("the page does not show the initials of the file")
	}
	// Another need is tied to the same file, found by phone or by name.
	path = "/demandes/" + string(other.ID) + "/dossier"
	for _, asked := range []string{"0612345678", "riviere awa"} {
		got = webtest.Post(s, path, h.Social, url.Values{"geste": {"chercher"}, "qui": {asked}})
		webtest.Check(t, got.Body.Bytes())
		if !strings.Contains(got.Body.String(), string(file)) {
			t.Errorf("%q does not find the file", asked)
		}
	}
	got = webtest.Post(s, path, h.Social, url.Values{"geste": {"relier"}, "qui": {"0612345678"}})
	if webtest.Check(t, got.Body.Bytes()); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("no file chosen: %d", got.Code)
	}
	if got = webtest.Post(s, path, h.Social, url.Values{"geste": {"relier"}, "dossier": {string(id.New())}}); got.Code != http.StatusNotFound {
		t.Errorf("a file that does not exist: %d", got.Code)
	}
	if got = webtest.Post(s, path, h.Social, url.Values{"geste": {"relier"}, "dossier": {string(file)}}); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d", got.Code)
	}
	if got := h.Read(t, other.ID).Person; got != file {
		t.Errorf("tied to %q, want %q", got, file)
	}
}
