// SPDX-License-Identifier: Apache-2.0

package orientation_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	room "escale/internal/orientation"
	"escale/internal/web"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/desk/need/needtest"
	"escale/internal/web/desk/orientation"
	"escale/internal/web/desk/slip"
	"escale/internal/web/shared"
	"escale/internal/web/shared/webtest"
)

func deps(h *needtest.House) orientation.Deps {
	return orientation.Deps{DB: h.DB, Needs: h.Needs, Ways: h.Ways, Agenda: h.Agenda, Atlas: h.Atlas}
}

func build(t *testing.T, h *needtest.House, d orientation.Deps) (*web.Site, *shared.Library) {
	t.Helper()
	lib := needtest.Library(t)
	return webtest.Site(t, lib, slices.Concat(
		orientation.Routes(lib, d),
		slip.Routes(lib, slip.Deps{DB: h.DB, Needs: h.Needs, Ways: h.Ways, Atlas: h.Atlas}),
		desk.Routes(lib, desk.Deps{DB: h.DB, Needs: h.Needs, Atlas: h.Atlas}), // the pages share its words
	)...), lib
}

func site(t *testing.T) (*needtest.House, *web.Site, *shared.Library) {
	t.Helper()
	h := needtest.New(t)
	s, lib := build(t, h, deps(h))
	return h, s, lib
}

func path(n need.Need) string { return "/demandes/" + string(n.ID) + "/orientation" }

// slots lists the values of the places offered for an opening, in order.
func slots(page string, opening id.ID) []string {
	var all []string
	for _, m := range regexp.MustCompile(`value="(`+string(opening)+`[^"]+)"`).FindAllStringSubmatch(page, -1) {
		all = append(all, m[1])
	}
	return all
}

func TestWhatIsProposed(t *testing.T) {
	h, s, lib := site(t)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
	n := h.Capture(t)
	h.Talk(t, n.ID, autonomy.Conversation{Answers: autonomy.Answers{"Q3": 0, "Q5": 0, "Q6": 1, "Q8": 0, "Q9": 1}})
	got := webtest.Get(s, path(n), h.Social)
	webtest.Check(t, got.Body.Bytes())
	page := needtest.Words(got.Body.String())
	before := -1
	for _, want := range []string{ // in this order
		"La CAF me demande", "jeudi 3 décembre, dans 9 jours", "le faire avec quelqu’un",
		"La traiter maintenant, avec elle", "À proposer d’abord", "Un droit peut se perdre", "Une formation seule ne suffit jamais",
		"on traite maintenant", "Le faire côte à côte", "Maison des Halles, Blain", "À 17 km", "Expliquer à l’oral, en montrant",
		"Elle ne veut rien de cela", "Ce que je transmets", "Son accord", "La feuille qu’elle emporte", "Mardi 24 novembre, à 14 h",
	} {
		at := strings.Index(page, want)
		if at < 0 {
			t.Errorf("the page lacks %q", want)
		} else if at < before {
			t.Errorf("%q comes too early", want)
		}
		before = max(before, at)
	}
	own, partner, visits := slots(page, h.Office), slots(page, h.Partly), slots(page, h.Visits)
	if len(own) != 3 || len(partner)+len(visits) != 3 {
		t.Errorf("%d own slots and %d of the partner, want 3 and 3", len(own), len(partner)+len(visits))
	}
	if !strings.Contains(page, `value="`+string(h.Help)+`"`) || strings.Contains(page, `<option value="`+string(h.Town)+`"`) {
		t.Error("the organisations to hand on to are not those of others that agreed to be seen")
	}
}

// One gesture: the decision, the meeting, her sheet; sent twice, done once.
func TestTreatedHere(t *testing.T) {
	h, s, _ := site(t)
	n := h.Capture(t)
	page := webtest.Get(s, path(n), h.Social).Body.String()
	form := url.Values{"cle": {string(id.New())}, "ou": {slots(page, h.Office)[1]}, "niveau": {"0"}, "accord": {"none"}, "suite": {"Apporter la lettre"}, "prenom": {"Awa"}}
	want := "/demandes/" + string(n.ID) + "/bon/" + form.Get("cle")
	for range 2 {
		got := webtest.Post(s, path(n), h.Social, form)
		if got.Code != http.StatusSeeOther || got.Header().Get("Location") != want {
			t.Fatalf("%d to %q, want %q: %s", got.Code, got.Header().Get("Location"), want, got.Body)
		}
	}
	for table, want := range map[string]int{"decision": 1, "booking": 1, "referral": 0, "her_sheet": 1} {
		if got := h.Count(t, table); got != want {
			t.Errorf("%d rows in %s, want %d", got, table, want)
		}
	}
	got := webtest.Get(s, want, h.Social)
	webtest.Check(t, got.Body.Bytes())
	sheet := needtest.Words(got.Body.String())
	for _, said := range []string{"Mardi 24 novembre, à 14 h 30", "Maison de la ville, 1 rue de la Gare, Nozay", "Votre courrier", "02 61 91 00 40"} {
		if !strings.Contains(sheet, said) {
			t.Errorf("the slip lacks %q", said)
		}
	}
	for _, secret := range []string{"Awa", "CAF", "droit", "lettre"} {
		if strings.Contains(sheet, secret) {
			t.Errorf("the slip says %q", secret)
		}
	}
}

func handOn(page string, h *needtest.House) url.Values {
	return url.Values{
		"cle": {string(id.New())}, "ou": {slots(page, h.Partly)[0]}, "niveau": {"1"}, "accord": {"oral"},
		"prenom": {"Awa"}, "contact": {"06 12 34 56 78"}, "phrase": {"Retrouver un papier de la CAF."},
	}
}

func TestHandedOn(t *testing.T) {
	h, s, _ := site(t)
	n := h.Capture(t)
	form := handOn(webtest.Get(s, path(n), h.Social).Body.String(), h)
	if got := webtest.Post(s, path(n), h.Social, form); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	var in room.Incoming
	h.Do(t, func(ctx context.Context, tx db.Tx) error {
		all, err := h.Ways.Arrivals(ctx, tx, h.Mediator, room.ReceivedFilter{})
		if err != nil || len(all) != 1 {
			t.Fatalf("arrivals %+v, %v", all, err)
		}
		in, err = h.Ways.Incoming(ctx, tx, h.Mediator, all[0].ID)
		return err
	})
	if in.Sheet == nil || in.Sheet.FirstName != "Awa" || in.RecipientWorker != h.Mediator.Worker() || in.Booking == "" {
		t.Fatalf("received %+v", in)
	}
	if got := h.Read(t, n.ID).Status; got != need.Referred {
		t.Errorf("status %q", got)
	}
	// A second time, the page warns before and the slip after (R41).
	got := webtest.Get(s, path(n), h.Social)
	webtest.Check(t, got.Body.Bytes())
	page := got.Body.String()
	if !strings.Contains(page, "Encore un relais pour cette demande") {
		t.Error("no warning before the second hand-over")
	}
	form = url.Values{"cle": {string(id.New())}, "ou": {"ailleurs"}, "destinataire": {string(h.Help)}, "niveau": {"0"}, "accord": {"none"}, "prenom": {"Awa"}}
	got = webtest.Post(s, path(n), h.Social, form)
	got = webtest.Get(s, got.Header().Get("Location"), h.Social)
	webtest.Check(t, got.Body.Bytes())
	sheet := needtest.Words(got.Body.String())
	if !strings.Contains(sheet, "Prévenez la coordination") || !strings.Contains(sheet, "Le Phare, Maison des Halles, 2 place des Halles, Blain") {
		t.Errorf("the slip lacks the warning or the address she was given")
	}
}

// What is to be looked at again is said beside its field; all the rest is kept.
func TestMistakes(t *testing.T) {
	h, s, _ := site(t)
	n := h.Capture(t)
	page := webtest.Get(s, path(n), h.Social).Body.String()
	for name, c := range map[string]struct {
		change map[string]string
		field  string
	}{
		"nothing chosen":       {map[string]string{"ou": ""}, "f-ou"},
		"no agreement":         {map[string]string{"accord": "none"}, "f-accord"},
		"no sentence":          {map[string]string{"phrase": ""}, "f-phrase"},
		"a forbidden number":   {map[string]string{"phrase": "Son numéro est 2 55 08 14 168 025 38"}, "f-phrase"},
		"context at level 1":   {map[string]string{"contexte": "Loyer en retard"}, "f-contexte"},
		"no organisation":      {map[string]string{"ou": "ailleurs"}, "f-destinataire"},
		"nobody named":         {map[string]string{"ou": "ailleurs", "destinataire": string(h.Help)}, "f-service"},
		"a number in the step": {map[string]string{"suite": "2 55 08 14 168 025 38"}, "f-suite"},
	} {
		t.Run(name, func(t *testing.T) {
			form := handOn(page, h)
			for k, v := range c.change {
				form.Set(k, v)
			}
			got := webtest.Post(s, path(n), h.Social, form)
			webtest.Check(t, got.Body.Bytes())
			again := got.Body.String()
			if got.Code != http.StatusUnprocessableEntity || !strings.Contains(again, `href="#`+c.field+`"`) || !strings.Contains(again, `value="Awa"`) {
				t.Errorf("status %d; the page must lead to %s", got.Code, c.field)
			}
		})
	}
	if n := h.Count(t, "decision"); n != 0 {
		t.Errorf("%d decisions kept", n)
	}
}

// The context goes to no volunteer (R38).
func TestContextRefused(t *testing.T) {
	h, s, _ := site(t)
	n := h.Capture(t)
	page := webtest.Get(s, path(n), h.Social).Body.String()
	// The partner's first places are the mediator's: take them, the volunteer's come next.
	for _, slot := range slots(page, h.Partly) {
		other := h.Capture(t)
		form := handOn(page, h)
		form.Set("ou", slot)
		if got := webtest.Post(s, path(other), h.Social, form); got.Code != http.StatusSeeOther {
			t.Fatalf("status %d", got.Code)
		}
	}
	page = webtest.Get(s, path(n), h.Social).Body.String()
	visits := slots(page, h.Visits)
	if len(visits) == 0 {
		t.Fatal("the volunteer's slots are not offered")
	}
	form := handOn(webtestPage(page, h), h)
	form.Set("ou", visits[0])
	form.Set("niveau", "2")
	form.Set("contexte", "Loyer en retard")
	got := webtest.Post(s, path(n), h.Social, form)
	webtest.Check(t, got.Body.Bytes())
	if again := needtest.Words(got.Body.String()); got.Code != http.StatusUnprocessableEntity || !strings.Contains(again, "Ce destinataire ne reçoit pas le contexte") || !strings.Contains(again, "Loyer en retard") {
		t.Errorf("status %d", got.Code)
	}
}

// webtestPage is page with a slot of the mediator to start a form from.
func webtestPage(page string, h *needtest.House) string {
	return page + `value="` + string(h.Partly) + `.x"`
}

// A place that went to someone else meanwhile: the next ones, nothing lost.
func TestTaken(t *testing.T) {
	h, s, _ := site(t)
	n, other := h.Capture(t), h.Capture(t)
	page := webtest.Get(s, path(n), h.Social).Body.String()
	mine := handOn(page, h)
	if got := webtest.Post(s, path(other), h.Social, handOn(page, h)); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d", got.Code)
	}
	got := webtest.Post(s, path(n), h.Social, mine)
	webtest.Check(t, got.Body.Bytes())
	again := needtest.Words(got.Body.String())
	if got.Code != http.StatusConflict || !strings.Contains(again, "Cette place vient d’être prise") || !strings.Contains(again, "Retrouver un papier de la CAF.") {
		t.Fatalf("status %d", got.Code)
	}
	free := slots(again, h.Partly)
	if len(free) == 0 || slices.Contains(free, mine.Get("ou")) {
		t.Errorf("the next places are not offered: %v", free)
	}
	mine.Set("ou", free[0]) // the same form, with its key, then goes through
	if got := webtest.Post(s, path(n), h.Social, mine); got.Code != http.StatusSeeOther {
		t.Errorf("status %d", got.Code)
	}
}

// late is an agenda that says the place is gone at the very last moment.
type late struct{ orientation.Ways }

func (late) Decide(context.Context, *db.DB, access.Viewer, room.Decision) (room.Decided, error) {
	return room.Decided{}, &agenda.Taken{}
}

func TestTakenAtTheLastMoment(t *testing.T) {
	h := needtest.New(t)
	d := deps(h)
	d.Ways = late{h.Ways}
	s, _ := build(t, h, d)
	n := h.Capture(t)
	form := handOn(webtest.Get(s, path(n), h.Social).Body.String(), h)
	got := webtest.Post(s, path(n), h.Social, form)
	webtest.Check(t, got.Body.Bytes())
	if got.Code != http.StatusConflict || !strings.Contains(got.Body.String(), "Retrouver un papier") {
		t.Errorf("status %d", got.Code)
	}
}

// She wants none of it: her choice, the need stays open, nothing is pushed again.
func TestSheWantsNone(t *testing.T) {
	h, s, _ := site(t)
	n := h.Capture(t)
	refusal := "/demandes/" + string(n.ID) + "/refus"
	got := webtest.Get(s, refusal, h.Social)
	webtest.Check(t, got.Body.Bytes())
	bad := webtest.Post(s, refusal, h.Social, url.Values{"pourquoi": {"2 55 08 14 168 025 38"}})
	webtest.Check(t, bad.Body.Bytes())
	if bad.Code != http.StatusUnprocessableEntity {
		t.Errorf("a forbidden number: %d", bad.Code)
	}
	form := url.Values{"cle": {string(id.New())}, "pourquoi": {"Elle réfléchit"}}
	for range 2 {
		if got := webtest.Post(s, refusal, h.Social, form); got.Code != http.StatusSeeOther {
			t.Fatalf("status %d: %s", got.Code, got.Body)
		}
	}
	now := h.Read(t, n.ID)
	if now.Status != need.Open || !slices.Contains(now.Refusals, autonomy.TreatNow) {
		t.Errorf("kept %+v", now)
	}
	got = webtest.Get(s, path(n), h.Social)
	webtest.Check(t, got.Body.Bytes())
	page := needtest.Words(got.Body.String())
	if !strings.Contains(page, "Elle a dit non") || len(slots(page, h.Office)) != 3 {
		t.Error("what she refused must be said, and the places must stay possible")
	}
}

func TestWhoMay(t *testing.T) {
	h, s, _ := site(t)
	n := h.Capture(t)
	for name, v := range map[string]access.Viewer{"volunteer": h.Volunteer, "coordinator": h.TownLead, "administrator": h.Admin} {
		if got := webtest.Get(s, path(n), v); got.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, got.Code)
		}
	}
	if got := webtest.Get(s, path(n), h.Mediator); got.Code != http.StatusNotFound {
		t.Errorf("another organisation: %d", got.Code)
	}
	if got := webtest.Post(s, path(n), h.Mediator, url.Values{"ou": {"here"}}); got.Code != http.StatusNotFound {
		t.Errorf("another organisation decides: %d", got.Code)
	}
}
