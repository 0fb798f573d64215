// SPDX-License-Identifier: Apache-2.0

package conversation_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"escale/internal/access"
	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/web"
	"escale/internal/web/desk/conversation"
	"escale/internal/web/desk/need/needtest"
	"escale/internal/web/shared"
	"escale/internal/web/shared/webtest"
)

func site(t *testing.T) (*needtest.House, *web.Site, *shared.Library) {
	t.Helper()
	h := needtest.New(t)
	lib := needtest.Library(t)
	return h, webtest.Site(t, lib, conversation.Routes(lib, conversation.Deps{DB: h.DB, Needs: h.Needs})...), lib
}

func held(t *testing.T, h *needtest.House, needID id.ID) []need.Held {
	t.Helper()
	var all []need.Held
	h.Do(t, func(ctx context.Context, tx db.Tx) (err error) {
		all, err = h.Needs.Conversations(ctx, tx, h.Social, needID)
		return err
	})
	return all
}

// hidden reads the hidden fields of the first form of page.
func hidden(page string) url.Values {
	v := url.Values{}
	form, _, _ := strings.Cut(page[strings.Index(page, "<form method=\"post\" action=\"/demandes"):], "</form>")
	for _, m := range regexp.MustCompile(`type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		v.Set(m[1], m[2])
	}
	return v
}

// The whole way, as a helper goes: answer, pass, come back, change, keep.
func TestTheTenQuestions(t *testing.T) {
	h, s, lib := site(t)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
	n := h.Capture(t)
	path := "/demandes/" + string(n.ID) + "/entretien"
	got := webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	if !strings.Contains(got.Body.String(), "Est-ce qu’il y a une date") {
		t.Error("the opening is not said")
	}
	got = webtest.Get(s, path+"/1", h.Social)
	want := autonomy.Answers{}
	for i, p := range autonomy.CurrentGuide().Prompts {
		webtest.Check(t, got.Body.Bytes())
		page := got.Body.String()
		if ask, _ := lib.Catalogue().Text("fr", p.Ask); !strings.Contains(html.UnescapeString(page), ask) {
			t.Fatalf("question %d does not say %q", i+1, ask)
		}
		form := hidden(page)
		next := strconv.Itoa(i + 2)
		if i == 9 {
			next = "fin"
		}
		form.Set(string(p.Code), "0")
		if i%4 == 2 { // a question passed leaves nothing, even when an answer was ticked
			form.Set("passer", next)
		} else {
			form.Set("vers", next)
			want[p.Code] = 0
		}
		got = webtest.Post(s, path+"/"+strconv.Itoa(i+1), h.Social, form)
		if got.Code != http.StatusOK {
			t.Fatalf("question %d: %d", i+1, got.Code)
		}
	}
	webtest.Check(t, got.Body.Bytes())
	page := got.Body.String()
	if !strings.Contains(page, "Avec guidage, pour cette demande") || !strings.Contains(page, "Préfère qu’on lui montre") {
		t.Error("the end does not say the level and how to explain")
	}
	if len(held(t, h, n.ID)) != 0 {
		t.Fatal("something was kept before the end")
	}
	form := hidden(page)
	form.Set("niveau", "-")
	form["sujet"] = []string{"housing"}
	form["refus"] = []string{"workshop"}
	for range 2 { // sent twice, it is kept once
		got = webtest.Post(s, path, h.Social, form)
		if got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header().Get("Location"), "/demandes/"+string(n.ID)+"/orientation") {
			t.Fatalf("%d to %q", got.Code, got.Header().Get("Location"))
		}
	}
	all := held(t, h, n.ID)
	if len(all) != 1 {
		t.Fatalf("%d conversations, want 1", len(all))
	}
	talk := all[0]
	for code, a := range want {
		if got, ok := talk.Talk.Answers[code]; !ok || got != a {
			t.Errorf("%s: %d %v, want %d", code, got, ok, a)
		}
	}
	if len(talk.Talk.Answers) != len(want) || talk.Indicated != autonomy.Guided || talk.Chosen != autonomy.Unknown ||
		!slices.Contains(talk.Talk.Subjects, autonomy.Housing) || !slices.Contains(talk.Talk.Refusals, autonomy.Workshop) {
		t.Errorf("kept %+v", talk)
	}
}

func TestComeBackAndChange(t *testing.T) {
	h, s, _ := site(t)
	path := "/demandes/" + string(h.Capture(t).ID) + "/entretien"
	got := webtest.Post(s, path+"/3", h.Social, url.Values{"Q1": {"2"}, "Q3": {"1"}, "vers": {"2"}})
	if form := hidden(got.Body.String()); form.Get("Q1") != "2" || form.Get("Q3") != "1" {
		t.Errorf("coming back lost answers: %v", form)
	}
	got = webtest.Post(s, path+"/2", h.Social, url.Values{"Q3": {"1"}, "vers": {"3"}})
	if !regexp.MustCompile(`name="Q3" id="r1" value="1" checked`).MatchString(got.Body.String()) {
		t.Error("the answer given before is not shown")
	}
	got = webtest.Post(s, path+"/2", h.Social, url.Values{"Q1": {"2"}, "Q2": {"0"}, "passer": {"fin"}})
	webtest.Check(t, got.Body.Bytes())
	if !strings.Contains(got.Body.String(), "Pas de repère") {
		t.Error("leaving out the rest does not lead to the end")
	}
	got = webtest.Post(s, path+"/1", h.Social, url.Values{"Q1": {"7"}, "Q2": {"x"}, "vers": {"fin"}})
	if form := hidden(got.Body.String()); form.Has("Q1") || form.Has("Q2") {
		t.Error("what is no answer of the guide was carried")
	}
}

// The helper's own level needs a word of reason, and wins.
func TestOwnLevel(t *testing.T) {
	h, s, _ := site(t)
	n := h.Capture(t)
	path := "/demandes/" + string(n.ID) + "/entretien"
	form := url.Values{"Q3": {"0"}, "Q4": {"0"}, "Q5": {"0"}, "niveau": {"partly"}}
	got := webtest.Post(s, path, h.Social, form)
	webtest.Check(t, got.Body.Bytes())
	if page := got.Body.String(); got.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#f-raison"`) || hidden(page).Get("Q5") != "0" {
		t.Fatalf("status %d: a reason must be asked and answers kept", got.Code)
	}
	form.Set("raison", "Fatiguée aujourd’hui")
	if got := webtest.Post(s, path, h.Social, form); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d", got.Code)
	}
	if all := held(t, h, n.ID); len(all) != 1 || all[0].Level() != autonomy.Partly || all[0].Indicated != autonomy.Guided {
		t.Errorf("kept %+v", all)
	}
}

// No figure about her, no mark, no rank, on any page of the way.
func TestNoFigure(t *testing.T) {
	h, s, _ := site(t)
	path := "/demandes/" + string(h.Capture(t).ID) + "/entretien"
	visible := regexp.MustCompile(`(?s)<main.*</main>`)
	tags := regexp.MustCompile(`<[^>]*>`)
	for i, got := range []string{
		webtest.Get(s, path+"/4", h.Social).Body.String(),
		webtest.Post(s, path+"/10", h.Social, url.Values{"Q3": {"2"}, "Q4": {"2"}, "Q5": {"2"}, "Q6": {"2"}, "Q7": {"2"}, "vers": {"fin"}}).Body.String(),
	} {
		words := tags.ReplaceAllString(visible.FindString(needtest.Words(got)), " ")
		words = strings.ReplaceAll(words, "3 mois", "") // an answer of the guide
		if found := regexp.MustCompile(`\d|(?i)score|niveau|sur 10`).FindString(words); found != "" {
			t.Errorf("page %d shows %q", i, found)
		}
	}
}

func TestPaper(t *testing.T) {
	h, s, _ := site(t)
	got := webtest.Get(s, "/entretien/papier", h.Social)
	webtest.Check(t, got.Body.Bytes())
	if n := strings.Count(got.Body.String(), "☐"); n != 40 {
		t.Errorf("%d boxes, want 10 questions with 4 answers each", n)
	}
}

func TestWhoMay(t *testing.T) {
	h, s, _ := site(t)
	path := "/demandes/" + string(h.Capture(t).ID) + "/entretien"
	for name, v := range map[string]access.Viewer{"volunteer": h.Volunteer, "coordinator": h.TownLead, "administrator": h.Admin} {
		if got := webtest.Get(s, path+"/1", v); got.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, got.Code)
		}
	}
	for _, p := range []string{"", "/1"} {
		if got := webtest.Get(s, path+p, h.Mediator); got.Code != http.StatusNotFound {
			t.Errorf("another organisation, %s: %d", p, got.Code)
		}
	}
	if got := webtest.Post(s, path, h.Mediator, url.Values{"Q3": {"0"}}); got.Code != http.StatusNotFound {
		t.Errorf("another organisation keeps a conversation: %d", got.Code)
	}
	for _, p := range []string{"/0", "/11", "/x"} {
		if got := webtest.Get(s, path+p, h.Social); got.Code != http.StatusNotFound {
			t.Errorf("question %s: %d", p, got.Code)
		}
	}
}
