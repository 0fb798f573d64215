// SPDX-License-Identifier: Apache-2.0

package shared_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/text"
	"escale/internal/web/shared"
	"escale/internal/web/shared/webtest"
)

func TestTypeset(t *testing.T) {
	for in, want := range map[string]string{
		"Où habitez-vous ?":         "Où habitez-vous\u00a0?",
		"Où habitez-vous?":          "Où habitez-vous\u00a0?",
		"Par exemple : Blain":       "Par exemple\u00a0: Blain",
		"https://exemple.fr":        "https://exemple.fr",
		"dit « oui » ; puis":        "dit «\u00a0oui\u00a0»\u00a0; puis",
		"«oui»":                     "«\u00a0oui\u00a0»",
		"l'ordinateur d'Odile":      "l’ordinateur d’Odile",
		"9 h 30 – 17 h":             "9\u00a0h\u00a030 – 17\u00a0h",
		"{n} ko, {h} h {m}":         "{n}\u00a0ko, {h}\u00a0h\u00a0{m}",
		"10 % des 3 jours, 3 haies": "10\u00a0% des 3\u00a0jours, 3 haies",
	} {
		got := shared.Typeset(in)
		if got != want {
			t.Errorf("Typeset(%q) = %q, want %q", in, got, want)
		}
		if again := shared.Typeset(got); again != got {
			t.Errorf("Typeset twice: %q then %q", got, again)
		}
	}
}

// page is a visit in lang, with a few sentences of its own.
func page(t *testing.T, lang string) *shared.Page {
	t.Helper()
	lib := webtest.Library(t)
	lib.Messages(fstest.MapFS{
		"messages_fr.json": {Data: []byte(`{"t.hello":"Bonjour {name} !","t.wait.one":"{n} personne attend","t.wait.other":"{n} personnes attendent","t.only":"En français"}`)},
		"messages_en.json": {Data: []byte(`{"t.hello":"Hello {name}!","t.wait.one":"{n} person waits","t.wait.other":"{n} people wait"}`)},
	})
	if err := lib.Err(); err != nil {
		t.Fatal(err)
	}
	return lib.NewPage(shared.Visit{Lang: lang, Now: webtest.Now})
}

func TestSentences(t *testing.T) {
	fr, en := page(t, "fr"), page(t, "en")
	for _, c := range []struct{ got, want string }{
		{fr.T("t.hello", "name", "Odile"), "Bonjour Odile\u00a0!"},
		{en.T("t.hello", "name", "Odile"), "Hello Odile!"},
		{en.T("t.only"), "En français"},
		{fr.T("t.nothing"), "⟦t.nothing⟧"},
		{fr.T("t.hello"), "Bonjour ⟦name⟧\u00a0!"},
		{fr.N("t.wait", 0), "0 personne attend"},
		{fr.N("t.wait", 1), "1 personne attend"},
		{fr.N("t.wait", 2), "2 personnes attendent"},
		{en.N("t.wait", 0), "0 people wait"},
		{en.N("t.wait", 1), "1 person waits"},
		{fr.N("t.wait", 4312), "4\u202f312 personnes attendent"},
		{fr.M(text.Msg("t.hello", "name", text.Msg("t.only"))), "Bonjour En français\u00a0!"},
		{fr.M(text.Msg("t.wait", "n", 3)), "3 personnes attendent"},
		{fr.T("t.hello", "name", []string{"Odile", "Paul", "Rose"}), "Bonjour Odile, Paul et Rose\u00a0!"},
		{fr.T("t.hello", "name", clock.Date{Year: 2026, Month: 12, Day: 1}), "Bonjour mardi 1er décembre\u00a0!"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestDatesAndNumbers(t *testing.T) {
	fr, en := page(t, "fr"), page(t, "en")
	must := func(s string, err error) string {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		return s
	}
	evening := time.Date(2026, 11, 25, 23, 30, 0, 0, time.UTC) // half past midnight on the 26th, in Nantes
	for _, c := range []struct{ got, want string }{
		{must(fr.Day(evening)), "jeudi 26 novembre"},
		{must(fr.Day(db.At(evening))), "jeudi 26 novembre"},
		{must(en.Day(evening)), "Thursday 26 November"},
		{must(fr.Day(clock.Date{Year: 2027, Month: 1, Day: 1})), "vendredi 1er janvier 2027"},
		{must(fr.Date(evening)), "26 novembre 2026"},
		{must(fr.ISO(evening)), "2026-11-26"},
		{must(fr.NearDay(webtest.Now)), "Aujourd’hui, mardi 24 novembre"},
		{must(fr.NearDay(clock.Date{Year: 2026, Month: 11, Day: 25})), "Demain, mercredi 25 novembre"},
		{must(fr.NearDay(evening)), "jeudi 26 novembre"},
		{must(fr.Hour(evening)), "0\u00a0h\u00a030"},
		{must(fr.Hour(11 * time.Hour)), "11\u00a0h"},
		{must(fr.Hour(9*time.Hour + 5*time.Minute)), "9\u00a0h\u00a005"},
		{must(en.Hour(9 * time.Hour)), "9:00"},
		{fr.Number(1234567), "1\u202f234\u202f567"},
		{fr.Number(-1234), "−1\u202f234"},
		{fr.Number(999), "999"},
		{fr.Phone("+33261910012"), "02\u00a061\u00a091\u00a000\u00a012"},
		{fr.Phone("+3225550123"), "+3225550123"},
		{fr.List([]string{"Odile"}), "Odile"},
		{fr.List(nil), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if _, err := fr.Day("jeudi"); err == nil {
		t.Error("a word passes for a day")
	}
}

func TestCatalogueMistakesStopTheProgram(t *testing.T) {
	for name, fr := range map[string]string{
		"two sentences":    `{"shared.brand":"Autre"}`,
		"open placeholder": `{"t.x":"Bonjour {name"}`,
		"not JSON":         `{`,
	} {
		lib := webtest.Library(t)
		lib.Messages(fstest.MapFS{"messages_fr.json": {Data: []byte(fr)}})
		if lib.Err() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	lib := webtest.Library(t)
	lib.Messages(fstest.MapFS{})
	if lib.Err() == nil {
		t.Error("a missing French catalogue is accepted")
	}
	lib = webtest.Library(t)
	lib.Messages(fstest.MapFS{"messages_fr.json": {Data: []byte(`{"shared.brand":"Escale"}`)}})
	if err := lib.Err(); err != nil {
		t.Errorf("the same sentence twice is refused: %v", err)
	}
	if strings.Join(lib.Catalogue().Keys(shared.English), " ") == "" {
		t.Error("no English at all")
	}
}
