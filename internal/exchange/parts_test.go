// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"encoding/json"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"escale/internal/kit/text"

	"pgregory.net/rapid"

	"escale/internal/kit/clock"
	"escale/internal/kit/db/dbtest"
	"escale/internal/network"
)

func TestPhonesInEveryShape(t *testing.T) {
	for in, want := range map[string]string{
		"02 40 00 00 00": "+33240000000", "02.40.00.00.00": "+33240000000", "0240000000": "+33240000000",
		"02-40-00-00-00": "+33240000000", "+33 2 40 00 00 00": "+33240000000", "+33 (0)2 40 00 00 00": "+33240000000",
		"0033240000000": "+33240000000", "33630392518": "+33630392518", "240000000": "+33240000000",
		"+330240000000": "+33240000000", "0590 00 00 00": "+590590000000", "06 92 00 00 00": "+262692000000",
		"0596000000": "+596596000000", "+687 00 00 00": "+687000000", "240000000.0": "+33240000000",
		"39 49": "3949", "3646": "3646", "1010": "1010",
		"": "", "02 40": "", "abc": "", "02 40 00 00 00 00": "", "0040": "", "+1 202 555 0100": "", "112": "",
	} {
		got, _, ok := phone(in)
		if got = strings.TrimSpace(got); !ok {
			got = ""
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestAnyPhoneKeptPassesTheSchema(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[+0-9 ().-]{0,18}`).Draw(t, "s")
		n, short, ok := phone(s)
		switch {
		case !ok:
		case short && len(n) != 4, !short && !fullPhone.MatchString(n):
			t.Errorf("%q gives %q", s, n)
		default:
			again, _, ok := phone(n)
			if again != n || !ok {
				t.Errorf("%q gives %q, which gives %q", s, n, again)
			}
		}
	})
}

// TestTidyingTwiceChangesNothing is what lets an export be imported and come
// out the same.
func TestTidyingTwiceChangesNothing(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z<>/&;#39 \n]{0,30}`), rapid.StringMatching(`(&amp;|&lt;|&gt;|<b>|x| |\n|-){0,12}`))
	rapid.Check(t, func(t *rapid.T) {
		s := text.Draw(t, "s")
		if once := tidy(s); tidy(once) != once {
			t.Errorf("%q: %q then %q", s, once, tidy(once))
		}
		if once := oneLine(s); oneLine(once) != once {
			t.Errorf("%q: %q then %q", s, once, oneLine(once))
		}
		if c := cut(s, 20); len([]rune(c)) > 20 {
			t.Errorf("%q cut is %q", s, c)
		}
	})
}

func TestTextOfWebPages(t *testing.T) {
	for in, want := range map[string]string{
		"L&#39;été &amp;amp; l&rsquo;hiver":  "L'été & l’hiver",
		"<p>Bonjour</p><br/>à tous":          "Bonjour\nà tous",
		"5 < 6 et 7 > 3":                     "5 < 6 et 7 > 3",
		"  trop \u00a0 d’espaces\r\n\r\nici": "trop d’espaces\nici",
		"#N/A":                               "",
		"-":                                  "",
	} {
		if got := tidy(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// TestLambert93 checks the projection on the point that IGN gives in NTG_71
// for its formulas' axis, and on towns of the inventory of Maine-et-Loire.
func TestLambert93(t *testing.T) {
	for _, c := range []struct {
		x, y float64
		want network.Position
	}{
		{700_000, 6_600_000, network.Position{Lat: 46.5, Lon: 3}},                   // the origin of Lambert-93, by definition
		{652_381.02, 6_862_047.11, network.Position{Lat: 48.856613, Lon: 2.351005}}, // Paris, to the metre
	} {
		got := fromLambert93(c.x, c.y)
		if m := got.Metres(c.want); m > 15 {
			t.Errorf("%v, %v: got %v, %.1f m from %v", c.x, c.y, got, m, c.want)
		}
	}
	if got := fromLambert93(700_000, 6_600_000); math.Abs(got.Lat-46.5) > 1e-8 || math.Abs(got.Lon-3) > 1e-12 {
		t.Errorf("origin: got %.10f %.10f", got.Lat, got.Lon)
	}
}

func TestEveryMappingIsSound(t *testing.T) {
	if n := len(Mappings()); n < 8 {
		t.Errorf("%d mappings", n)
	}
	for _, m := range Mappings() {
		if m.Title == "" || len(m.Detect.All) < 3 || m.Fields["nom"] == nil || m.Fields["commune"] == nil || m.Fields["adresse"] == nil {
			t.Errorf("%s: a title, three columns to know it by, a name, a commune and an address are needed", m.Name)
		}
		if got, err := Detect(append(m.Detect.All, firstOf(m.Detect.Any)...)); err != nil || got != m {
			t.Errorf("%s is not recognised by its own columns: %v", m.Name, err)
		}
		for field, values := range vocabulary().Values {
			known := map[string]bool{"": true}
			for _, v := range values {
				known[v] = true
			}
			f := m.Fields[field]
			if f == nil {
				continue
			}
			gives := append([]string{}, f.Always...)
			for _, v := range f.Values {
				gives = append(gives, strings.Split(v, "|")...)
			}
			for _, w := range f.When {
				gives = append(gives, w.Value)
			}
			for _, v := range gives {
				if !known[v] {
					t.Errorf("%s: %s gives %q, which the schema does not know", m.Name, field, v)
				}
			}
		}
	}
}

func firstOf(list []string) []string { return list[:min(1, len(list))] }

func TestRecordsToLeaveOutAreSaid(t *testing.T) {
	m, err := ReadMapping([]byte(`{"name":"perso","skip":[{"column":"Etat","in":["fermé"],"reason":"Lieu fermé."}],"fields":{
		"nom":{"columns":["Lieu"]},"commune":{"columns":["Ville"]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	r := newReader(m, clock.Date{Year: 2026, Month: 11, Day: 24})
	for state, want := range map[string]bool{"FERME": false, "ouvert": true, "": true} {
		_, notes, ok := r.read(Row{Number: 3, Values: map[string]string{"Lieu": "Café " + state, "Ville": "Nantes", "Etat": state}})
		if ok != want || !ok && (len(notes.rejected) != 1 || notes.rejected[0].Reason != "Lieu fermé." || notes.rejected[0].Row != 3) {
			t.Errorf("%q: got %v, %+v", state, ok, notes)
		}
	}
}

func TestAMappingFromOutside(t *testing.T) {
	m, err := ReadMapping([]byte(`{"name":"perso","title":"Ma liste","detect":{"all":["Lieu"]},"fields":{
		"nom":{"columns":["Lieu"]},"commune":{"columns":["Ville"]},"adresse":{"columns":["N","Voie"],"join":" "},
		"services":{"when":[{"column":"Démarches","in":["x","oui"],"value":"Aide aux démarches administratives"}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	card, notes, ok := newReader(m, clock.Date{Year: 2026, Month: 11, Day: 24}).read(Row{Number: 1, Values: map[string]string{"Lieu": "Café", "Ville": "Nantes", "N": "3", "Voie": "rue Haute", "Démarches": "X"}})
	p := card.Place
	if !ok || p.Commune != "44109" || p.Address != "3 rue Haute" || len(p.Services) != 1 || len(notes.rejected) != 0 {
		t.Errorf("got %+v, %+v", p, notes)
	}
	for name, fault := range map[string]string{
		"not JSON":        `{`,
		"misspelt":        `{"name":"x","feilds":{}}`,
		"unknown field":   `{"name":"x","fields":{"nome":{}}}`,
		"unknown base":    `{"name":"x","extends":"y","fields":{}}`,
		"bad pattern":     `{"name":"x","fields":{"nom":{"pattern":"("}}}`,
		"no group":        `{"name":"x","fields":{"nom":{"pattern":"a"}}}`,
		"unknown others":  `{"name":"x","fields":{"nom":{"others":"?"}}}`,
		"bad projection":  `{"name":"x","fields":{"position":{"projection":"mercator"}}}`,
		"bad label state": `{"name":"x","fields":{},"labels":[{"label":"l","state":"?"}]}`,
	} {
		if _, err := ReadMapping([]byte(fault)); err == nil {
			t.Errorf("%s: no fault found", name)
		}
	}
}

// TestEveryMessageExists finds in the code the keys of what is said, and looks
// for their sentence in both languages, with the same placeholders.
func TestEveryMessageExists(t *testing.T) {
	used := map[string]bool{}
	for _, file := range sources(t) {
		for _, m := range regexp.MustCompile(`(?:refuse|\bsay)\("([a-z_]+\.[a-z_]+)"`).FindAllStringSubmatch(file, -1) {
			used[m[1]] = true
		}
		// The key is the fourth argument of repair, and the third of reject.
		for _, m := range regexp.MustCompile(`notes\.repair\([^,]+, [^,]+, (?:[^,(]|\([^)]*\))+, "([a-z_]+)"`).FindAllStringSubmatch(file, -1) {
			used["repair."+m[1]] = true
		}
		for _, m := range regexp.MustCompile(`notes\.reject\([^,]+, (?:[^,(]|\((?:[^()]|\([^()]*\))*\))+, "([a-z_]+)"`).FindAllStringSubmatch(file, -1) {
			used["reject."+m[1]], used["remedy."+m[1]] = true, true
		}
	}
	if len(used) < 60 {
		t.Errorf("only %d keys found in the code", len(used))
	}
	english := text.MustLoadSentences(Messages, "messages_en.json")
	holes := regexp.MustCompile(`\{[a-z]+\}`)
	for key := range used {
		if said[key] == "" {
			t.Errorf("French lacks %s", key)
		}
	}
	for key, s := range said {
		e := english[key]
		if e == "" {
			t.Errorf("English lacks %s", key)
		}
		if a, b := holes.FindAllString(s, -1), holes.FindAllString(e, -1); len(a) != len(b) {
			t.Errorf("%s: %v in French, %v in English", key, a, b)
		}
	}
}

func sources(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			b, err := os.ReadFile(e.Name())
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(b))
		}
	}
	return out
}

// TestTheVocabularyIsTheSchemas compares the embedded lists with the source.
func TestTheVocabularyIsTheSchemas(t *testing.T) {
	b, err := os.ReadFile(dbtest.Shared(t, "normes/lieux-mediation-numerique-enumerations.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	for field, list := range want {
		values, ok := list.([]any)
		if !ok {
			continue
		}
		got := Vocabulary(field)
		if len(got) != len(values) {
			t.Errorf("%s: %d values, want %d", field, len(got), len(values))
			continue
		}
		for i, v := range values {
			if got[i] != v {
				t.Errorf("%s: got %q, want %q", field, got[i], v)
			}
		}
	}
}
