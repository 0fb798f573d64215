// SPDX-License-Identifier: Apache-2.0

package today_test

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/web/shared/webtest"
)

// says fails t unless the page at path, as v, is right and says all of want and
// nothing of not. It gives the page's text back.
func (w *world) says(t *testing.T, path string, v access.Viewer, want, not []string) string {
	t.Helper()
	got := webtest.Get(w.site, path, v)
	body := got.Body.String()
	if got.Code != http.StatusOK {
		t.Fatalf("%s: status %d", path, got.Code)
	}
	webtest.Check(t, got.Body.Bytes())
	w.compare(t, path, body, want, not)
	return body
}

func (w *world) compare(t *testing.T, path, body string, want, not []string) {
	t.Helper()
	flat := plain(body)
	for _, s := range want {
		if !strings.Contains(flat, s) {
			t.Errorf("%s does not say %q\n%s", path, s, flat)
		}
	}
	for _, s := range not {
		if strings.Contains(flat, s) {
			t.Errorf("%s says %q", path, s)
		}
	}
}

// plain is a page with plain spaces and apostrophes.
func plain(body string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'", "&#39;", "'", "&amp;", "&").Replace(body)
}

// post sends a form and gives where one is sent on to.
func (w *world) post(t *testing.T, path string, v access.Viewer, form url.Values) string {
	t.Helper()
	got := webtest.Post(w.site, path, v, form)
	if got.Code != http.StatusSeeOther {
		t.Fatalf("POST %s: status %d\n%s", path, got.Code, got.Body)
	}
	return got.Header().Get("Location")
}

// support is a form that records a support as its page sends it.
func supportForm(w *world, more ...string) url.Values {
	form := url.Values{
		"cle": {string(id.New())}, "at": {"2026-11-24"}, "minutes": {"45"}, "themes": {"email"}, "posture": {"with"}, "outcome": {"progressed"},
		"did_herself": {"A ouvert sa boîte"}, "next_step": {"Écrire un message"}, "place_kind": {"lieu_activite"}, "place": {string(w.Place)},
	}
	for i := 0; i+1 < len(more); i += 2 {
		form[more[i]] = strings.Fields(more[i+1])
	}
	return form
}

func TestTheMediatorsDay(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.book(t, w.opening, w.Mediator.Worker(), w.at(9, 30), "Mme L.", "rights", "")
		w.book(t, w.opening, w.Mediator.Worker(), w.at(10, 15), "M. T.", "tool_use", "")
		w.hand(t, w.at(11, 45))
		near := w.capture(t, w.Mediator, 9)
		w.arrive()
		body := w.says(t, "/aujourdhui", w.Mediator, []string{
			"Aujourd'hui, mardi 24 novembre", "Maison des Halles, Blain. De 9 h 30 à 12 h 30.",
			"Mme L.", "À noter", "M. T.", "En ce moment", "Place libre", "Jusqu'à 11 h 45.", "Awa",
			"Une demande reçue attend une réponse", "Aucun accompagnement noté depuis lundi",
		}, []string{"Loyer en retard", "pension"})
		if strings.Index(body, "Mme L.") > strings.Index(body, "M. T.") {
			t.Error("the day is not in the order of time")
		}
		if n := strings.Count(body, "Place libre"); n != 1 {
			t.Errorf("%d free places, want the one of 11 h", n)
		}
		// Another organisation's day, and someone else's, stay hers.
		w.says(t, "/aujourdhui", w.Social, nil, []string{"Mme L.", "M. T.", "Awa"})
		w.says(t, "/aujourdhui", w.Colleague, nil, []string{"Mme L.", "M. T.", "Awa"})
		// The need without a meeting is listed where needs have a page.
		if strings.Contains(body, string(near.ID)) {
			t.Error("a link leads to a page that does not exist")
		}
	})
}

func TestAVolunteerSeesHerOwnSlotsAndNothingElse(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.book(t, w.visits, w.Volunteer.Worker(), w.at(10, 15), "Odile", "tool_use", "")
		w.book(t, w.opening, w.Mediator.Worker(), w.at(10, 15), "M. T.", "rights", "")
		w.hand(t, w.at(11, 45))
		w.arrive()
		w.says(t, "/aujourdhui", w.Volunteer, []string{"Odile", "Utiliser son téléphone", "Appelez votre référente : 02 61 91 00 20"},
			[]string{"M. T.", "À finir", "Place libre", "L'équipe", "Awa", "/retours", "/demandes", "/mandat"})
		for _, path := range []string{"/retours", "/agenda", "/semaine", "/mandat/nouveau"} {
			if got := webtest.Get(w.site, path, w.Volunteer); got.Code != http.StatusForbidden {
				t.Errorf("%s answers %d to a volunteer", path, got.Code)
			}
		}
		form := w.says(t, "/accompagnement", w.Volunteer, nil, []string{`value="for"`, "mandat"})
		if !strings.Contains(form, `value="with"`) {
			t.Error("the volunteer has no posture to choose")
		}
		forged := webtest.Post(w.site, "/accompagnement", w.Volunteer, supportForm(w, "posture", "for", "for_reason", "urgent"))
		if forged.Code != http.StatusUnprocessableEntity || w.Count(t, "activity") != 0 {
			t.Errorf("« fait pour » by a volunteer: status %d, %d kept", forged.Code, w.Count(t, "activity"))
		}
	})
}

// A volunteer who waited in vain tells whoever sent her, without opening anything
// of the referral; what she does not hold she cannot mark.
func TestVolunteerSaysNobodyCame(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		n := w.capture(t, w.Social, 5)
		done, err := w.ways.Decide(t.Context(), w.DB, w.Social, orientation.Decision{
			ID: id.New(), Need: n.ID, Choice: orientation.HandedOn,
			Referral: &orientation.NewReferral{
				Recipient: w.Help, RecipientWorker: w.Volunteer.Worker(), Level: orientation.ContactNeed, AgreedHow: person.Oral,
				Sheet: orientation.Liaison{FirstName: "Awa", Sentence: "Retrouver sa pension"},
			},
			Slot: &orientation.Slot{Opening: w.visits, Worker: w.Volunteer.Worker(), Start: w.at(9, 30)},
		})
		if err != nil {
			t.Fatal(err)
		}
		others := w.hand(t, w.at(9, 30))
		w.arrive()
		path := func(d orientation.Decided) string { return "/rendez-vous/" + string(d.Meeting.Booking) + "/statut" }
		for range 2 {
			w.post(t, path(done), w.Volunteer, url.Values{"statut": {"noshow"}})
		}
		if got := webtest.Post(w.site, path(others), w.Volunteer, url.Values{"statut": {"noshow"}}); got.Code != http.StatusNotFound {
			t.Errorf("marking a colleague's meeting: status %d", got.Code)
		}
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			sent, err := w.ways.Sent(ctx, tx, w.Social, orientation.SentFilter{})
			for _, f := range sent {
				want := orientation.NotCome
				if f.ID == others.Referral {
					want = orientation.Sent
				}
				if f.Status != want {
					t.Errorf("who sent her sees %q, want %q", f.Status, want)
				}
			}
			if len(sent) != 2 {
				t.Errorf("%d referrals", len(sent))
			}
			return err
		})
	})
}

func TestMarkingFromTheLine(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		b := w.book(t, w.opening, w.Mediator.Worker(), w.at(9, 30), "Mme L.", "rights", "")
		done := w.hand(t, w.at(10, 15))
		w.arrive()
		w.says(t, "/aujourdhui", w.Mediator, []string{"À noter"}, nil)
		to := w.post(t, "/rendez-vous/"+string(b)+"/statut", w.Mediator, url.Values{"cle": {string(id.New())}, "statut": {"excused"}, "jour": {"2026-11-24"}})
		w.says(t, to, w.Mediator, []string{"A prévenu", "La place est libre"}, []string{"À noter"})
		w.says(t, "/aujourdhui?jour=2026-11-24", w.Mediator, []string{"A prévenu"}, []string{"À noter"})
		w.post(t, "/rendez-vous/"+string(done.Meeting.Booking)+"/statut", w.Mediator, url.Values{"statut": {"noshow"}})
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			sent, err := w.ways.Sent(ctx, tx, w.Social, orientation.SentFilter{})
			if err == nil && sent[0].Status != orientation.NotCome {
				t.Errorf("who sent her sees %q, want that she did not come", sent[0].Status)
			}
			return err
		})
		for _, bad := range []struct {
			v      access.Viewer
			status string
		}{{w.Colleague, "arrived"}, {w.Social, "excused"}, {w.Volunteer, "excused"}} {
			got := webtest.Post(w.site, "/rendez-vous/"+string(b)+"/statut", bad.v, url.Values{"statut": {bad.status}})
			if got.Code != http.StatusNotFound {
				t.Errorf("marking as %q by another: status %d", bad.status, got.Code)
			}
		}
	})
}

// One entry: the meeting is met, who sent her sees so, the day says so.
func TestOneEntryFeedsEverything(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		done := w.hand(t, w.at(10, 15))
		b := string(done.Meeting.Booking)
		w.arrive()
		form := "/accompagnement?rendez_vous=" + b
		w.says(t, form, w.Mediator, []string{
			"Le mardi 24 novembre à 10 h 15, avec Awa (Maison des Halles)", `value="45" checked`, "Qu'est devenu le droit ?",
		}, nil)

		// A right is not closed by a training: the field says so, nothing is lost.
		typed := supportForm(w, "rendez_vous", b, "outcome", "training_proposed")
		typed.Set("did_herself", "A retrouvé son relevé")
		refused := webtest.Post(w.site, "/accompagnement", w.Mediator, typed)
		webtest.Check(t, refused.Body.Bytes())
		if refused.Code != http.StatusUnprocessableEntity || w.Count(t, "activity") != 0 {
			t.Fatalf("a right closed by a training: status %d", refused.Code)
		}
		w.compare(t, form, refused.Body.String(), []string{"A retrouvé son relevé", `href="#f-right_became"`}, nil)

		typed.Set("outcome", "settled")
		typed.Set("right_became", "opened")
		typed.Set("feuille", "1")
		to := w.post(t, "/accompagnement", w.Mediator, typed)
		w.says(t, to, w.Mediator, []string{"A retrouvé son relevé", "Écrire un message", "02 61 91 00 31"}, []string{"Awa", "pension"})
		if again := w.post(t, "/accompagnement", w.Mediator, typed); again != to || w.Count(t, "activity") != 1 {
			t.Errorf("sending twice kept %d", w.Count(t, "activity"))
		}
		day := w.says(t, "/aujourdhui", w.Mediator, []string{"Venue", "Corriger"}, []string{"En ce moment"})
		w.says(t, "/retours", w.Social, []string{"Réglée", "Le Phare"}, []string{"relevé", "Awa"})

		edit := regexp.MustCompile(`/accompagnement/[0-9a-f-]+/corriger`).FindString(day)
		w.says(t, edit, w.Mediator, []string{"Corriger un accompagnement", "A retrouvé son relevé"}, nil)
		w.post(t, edit, w.Mediator, supportForm(w, "outcome", "settled", "right_became", "kept", "minutes", "30"))
		twice := webtest.Post(w.site, edit, w.Mediator, supportForm(w, "outcome", "settled", "right_became", "kept"))
		if twice.Code != http.StatusUnprocessableEntity || !strings.Contains(plain(twice.Body.String()), "déjà été corrigé") {
			t.Errorf("a second correction of the same entry: status %d", twice.Code)
		}
	})
}

func TestWhoJustCame(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.arrive()
		w.says(t, "/accompagnement", w.Mediator, []string{"Quel jour ?", "Remplir comme le précédent"}, nil)
		w.post(t, "/accompagnement", w.Mediator, supportForm(w, "themes", "creer_avec_le_numerique", "procedures", "logement"))
		again := w.says(t, "/accompagnement?comme=precedent", w.Mediator, []string{"Créer avec le numérique"}, []string{"A ouvert sa boîte"})
		for _, ticked := range []string{`value="creer_avec_le_numerique" checked`, `value="logement" checked`, `value="aide_aux_demarches_administratives" checked`} {
			if !strings.Contains(again, ticked) {
				t.Errorf("like the last one, %s is missing", ticked)
			}
		}
		for field, want := range map[string]struct{ name, value, says string }{
			"a number":   {"did_herself", "2 69 05 49 588 157 80", "sécurité sociale"},
			"a date":     {"at", "2026-11-30", "Choisissez aujourd'hui ou un jour passé."},
			"no outcome": {"outcome", "", "f-outcome"},
			"minutes":    {"minutes", "other", "f-minutes"},
		} {
			form := supportForm(w)
			form.Set(want.name, want.value)
			form.Set("next_step", "Une étape à garder")
			got := webtest.Post(w.site, "/accompagnement", w.Mediator, form)
			webtest.Check(t, got.Body.Bytes())
			if body := plain(got.Body.String()); got.Code != http.StatusUnprocessableEntity || !strings.Contains(body, want.says) || !strings.Contains(body, "Une étape à garder") {
				t.Errorf("%s: status %d\n%s", field, got.Code, body)
			}
		}
		far := supportForm(w, "place_kind", "domicile", "place", "")
		far.Set("commune", "Blain")
		w.post(t, "/accompagnement", w.Mediator, far)
		var commune string
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			return tx.NewRaw(`SELECT commune FROM activity WHERE place_kind = 'domicile'`).Scan(ctx, &commune)
		})
		if commune != "44015" {
			t.Errorf("commune %q, want 44015", commune)
		}
	})
}

func TestDoingForAsksForHerMandate(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		her := w.file(t)
		b := string(w.book(t, w.opening, w.Mediator.Worker(), w.at(10, 15), "Marthe", "rights", her))
		w.arrive()
		w.says(t, "/accompagnement?rendez_vous="+b, w.Mediator, []string{"Pas de mandat en cours", "/mandat/nouveau?personne=" + string(her)}, nil)
		without := webtest.Post(w.site, "/accompagnement", w.Mediator, supportForm(w, "rendez_vous", b, "posture", "for", "for_reason", "urgent", "procedures", "logement"))
		webtest.Check(t, without.Body.Bytes())
		if without.Code != http.StatusUnprocessableEntity {
			t.Fatalf("without a mandate: status %d", without.Code)
		}

		page := "/mandat/nouveau?personne=" + string(her) + "&suite=/accompagnement?rendez_vous=" + b
		w.says(t, page, w.Mediator, []string{"Marthe vous autorise"}, []string{"Test"})
		form := url.Values{
			"cle": {string(id.New())}, "personne": {string(her)}, "suite": {"/accompagnement?rendez_vous=" + b}, "protection": {"yes"},
			"scope": {"logement"}, "days": {"31"}, "given": {"present"}, "paper_copy_on": {"yes"}, "language": {"fr"},
		}
		protected := webtest.Post(w.site, "/mandat/nouveau", w.Mediator, form)
		webtest.Check(t, protected.Body.Bytes())
		if protected.Code != http.StatusUnprocessableEntity || w.Count(t, "mandate") != 0 {
			t.Errorf("a protected person gave a mandate: status %d", protected.Code)
		}
		form.Set("protection", "no")
		form.Del("paper_copy_on")
		if got := webtest.Post(w.site, "/mandat/nouveau", w.Mediator, form); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("present without her copy: status %d", got.Code)
		}
		form.Set("paper_copy_on", "yes")
		if to := w.post(t, "/mandat/nouveau", w.Mediator, form); !strings.HasPrefix(to, "/accompagnement?rendez_vous="+b) {
			t.Errorf("sent on to %s", to)
		}
		body := w.says(t, "/accompagnement?rendez_vous="+b, w.Mediator, []string{"Avec quel mandat ?", "jusqu'au jeudi 24 décembre"}, nil)
		mandate := regexp.MustCompile(`name="mandate" id="f-mandate" value="([^"]+)"`).FindStringSubmatch(body)
		if mandate == nil {
			t.Fatal("no mandate to choose")
		}
		w.post(t, "/accompagnement", w.Mediator, supportForm(w, "rendez_vous", b, "posture", "for", "for_reason", "urgent",
			"procedures", "logement", "mandate", mandate[1]))
		if got := webtest.Get(w.site, "/mandat/nouveau?personne="+string(her), w.Social); got.Code != http.StatusNotFound {
			t.Errorf("her file in another organisation answers %d", got.Code)
		}
	})
}

func TestReferralsAreAnsweredOnce(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		done := w.hand(t, w.at(11, 45))
		one := "/retours/" + string(done.Referral)
		w.arrive()
		w.says(t, "/retours", w.Mediator, []string{"Maison de la ville", "Transmis, pas encore ouvert"}, []string{"Awa", "Loyer"})
		w.says(t, one, w.Mediator, []string{"Awa", "Retrouver sa pension", "Loyer en retard", "Reçu", "Un rendez-vous est déjà gardé"}, nil)
		w.says(t, one, w.Colleague, []string{"La fiche ne s'affiche pas ici"}, []string{"Awa", "Loyer"})
		w.says(t, "/retours", w.Social, []string{"Reçu"}, []string{"Awa"})
		bare := webtest.Post(w.site, one, w.Mediator, url.Values{"reponse": {"refused"}})
		webtest.Check(t, bare.Body.Bytes())
		if bare.Code != http.StatusUnprocessableEntity {
			t.Errorf("refused without a reason: status %d", bare.Code)
		}
		w.post(t, one, w.Mediator, url.Values{"reponse": {"refused"}, "reason": {"full"}})
		late := webtest.Post(w.site, one, w.Mediator, url.Values{"reponse": {"accepted"}})
		webtest.Check(t, late.Body.Bytes())
		if late.Code != http.StatusUnprocessableEntity || !strings.Contains(plain(late.Body.String()), "déjà répondu : Refusé") {
			t.Errorf("accepted after a refusal: status %d", late.Code)
		}
		w.says(t, "/retours", w.Social, []string{"Refusé : Plus de place"}, nil)
		if got := webtest.Get(w.site, one, w.Social); got.Code != http.StatusNotFound {
			t.Errorf("the sender opens the recipient's page: %d", got.Code)
		}
	})
}

func TestTheSenderIsRemindedAfterFourteenDays(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		before := webtest.Now.AddDate(0, 0, -15)
		w.now.Store(&before)
		n := w.capture(t, w.Social, 5)
		_, err := w.ways.Decide(t.Context(), w.DB, w.Social, orientation.Decision{
			ID: id.New(), Need: n.ID, Choice: orientation.HandedOn, HerChoice: orientation.Agreed,
			Referral: &orientation.NewReferral{Recipient: w.Help, Service: "Accueil", Level: orientation.AddressOnly},
		})
		if err != nil {
			t.Fatal(err)
		}
		w.arrive()
		w.says(t, "/aujourdhui", w.Social, []string{"Un retour attendu depuis 15 jours", "Le Phare, transmis le lundi 9 novembre"}, nil)
		w.says(t, "/retours", w.Social, []string{"Un retour attendu depuis 15 jours", "Un appel suffit souvent"}, nil)
	})
}

// What is kept in memory serves its owner only, and goes when the store changes.
func TestKeptDays(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.arrive()
		w.says(t, "/aujourdhui", w.Mediator, nil, []string{"Mme L."})
		reads := w.Count(t, "audit")
		w.says(t, "/aujourdhui", w.Mediator, nil, []string{"Mme L."})
		if got := w.Count(t, "audit"); got != reads {
			t.Errorf("the same reading noted %d times more", got-reads)
		}
		w.book(t, w.opening, w.Mediator.Worker(), w.at(11, 0), "Mme L.", "rights", "")
		// The site's clock stands still: what was done here is seen with what says it.
		w.says(t, "/aujourdhui?fait=support.done.recorded", w.Mediator, []string{"Mme L."}, nil)
		w.says(t, "/aujourdhui", w.Mediator, []string{"Mme L."}, nil)
		w.says(t, "/aujourdhui", w.Colleague, nil, []string{"Mme L."})
	})
}

// A day is compressed once and sent compressed each time, to who can read it so.
func TestKeptDaysCompressed(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.arrive()
		plain := webtest.Get(w.site, "/aujourdhui", w.Mediator).Body.String()
		for range 2 {
			r := httptest.NewRequest(http.MethodGet, "/aujourdhui", nil)
			r.Header.Set("Accept-Encoding", "gzip")
			got := webtest.Do(w.site, r, w.Mediator)
			if got.Header().Get("Content-Encoding") != "gzip" || got.Header().Get("Cache-Control") != "no-store" ||
				got.Header().Get("Content-Length") != strconv.Itoa(got.Body.Len()) {
				t.Errorf("headers %v for %d bytes", got.Header(), got.Body.Len())
			}
			reader, err := gzip.NewReader(got.Body)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(reader)
			if err != nil || string(body) != plain {
				t.Errorf("%d bytes once read, want the %d of the plain page (%v)", len(body), len(plain), err)
			}
		}
	})
}

func TestTheWeekAndANewOpening(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.book(t, w.opening, w.Mediator.Worker(), w.at(9, 30), "Mme L.", "rights", "")
		w.arrive()
		want := []string{"Du lundi 23 novembre au dimanche 29 novembre", "9 h 30 – 12 h 30", "Une place prise sur 4.", "Maison des Halles, Blain"}
		w.says(t, "/agenda", w.Manager, append(want, "Chaque mardi"), []string{"Mme L."})
		w.says(t, "/semaine", w.Mediator, append(want, "Vous"), []string{"Mme L."})
		w.says(t, "/agenda?semaine=2026-12-02", w.Manager, []string{"Du lundi 30 novembre"}, []string{"Une place prise"})
		w.says(t, "/agenda/nouvelle", w.Manager, []string{"Maison des Halles, Blain"}, nil)
		empty := webtest.Post(w.site, "/agenda/nouvelle", w.Manager, url.Values{"cle": {string(id.New())}, "title": {"À garder"}})
		webtest.Check(t, empty.Body.Bytes())
		if empty.Code != http.StatusUnprocessableEntity || !strings.Contains(empty.Body.String(), "À garder") {
			t.Errorf("an empty opening: status %d", empty.Code)
		}
		form := url.Values{
			"cle": {string(id.New())}, "title": {"Le jeudi"}, "place": {string(w.Place)}, "workers": {string(w.Mediator.Worker())}, "rule": {"TH"},
			"every": {"w2"}, "hours": {"14:00"}, "until": {"17:00"}, "slot_minutes": {"60"}, "stations": {"2"}, "first_day": {"2026-11-26"},
			"school": {"term"}, "except": {"10/12/2026"}, "who_books": {"partners"}, "months_ahead": {"3"},
		}
		to := w.post(t, "/agenda/nouvelle", w.Manager, form)
		w.says(t, to, w.Manager, []string{"La permanence est ajoutée.", "14 h – 17 h", "Aucune place prise sur 6.", "jeudi, une semaine sur deux"}, nil)
		w.says(t, "/agenda?semaine=2026-12-10", w.Manager, nil, []string{"14 h – 17 h</b>"})
	})
}

func TestStaticPages(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.says(t, "/partager", w.Volunteer, []string{"jamais au-delà du prénom"}, nil)
		w.says(t, "/danger", w.Mediator, []string{"119", "39 77", "30 18"}, nil)
		w.says(t, "/aide", w.Manager, []string{"02 61 91 00 20"}, nil)
		webtest.Types(t, w.lib)
		webtest.Sentences(t, w.lib)
	})
}

func TestDayNavigation(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.arrive()
		w.says(t, "/aujourdhui?jour=2026-12-01", w.Mediator, []string{"mardi 1er décembre", "Revenir à aujourd'hui", "4"}, nil)
		w.says(t, "/aujourdhui?jour=2026-11-25", w.Mediator, []string{"Personne n'est attendu ce jour-là", "Pas de permanence à votre nom"}, nil)
	})
}

// A place without a private corner is said, before someone tells her story aloud.
func TestAPlaceWhereOneIsOverheard(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.arrive()
		w.says(t, "/aujourdhui", w.Mediator, nil, []string{"coin à l'écart"})
		if err := w.Exec(`UPDATE place SET confidential_room = 'no' WHERE id = ?`, w.Place); err != nil {
			t.Fatal(err)
		}
		w.says(t, "/aujourdhui?fait=today.done.excused", w.Mediator, []string{"Ce lieu n'a pas de coin à l'écart"}, nil)
	})
}
