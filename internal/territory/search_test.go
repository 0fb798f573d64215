// SPDX-License-Identifier: Apache-2.0

package territory_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"escale/internal/territory"
)

func TestSearch(t *testing.T) {
	for _, c := range []struct {
		query string
		code  string // of the first match
		how   territory.Exactness
		via   string
	}{
		{"Nantes", "44109", territory.Exact, ""},
		{"  NANTES ", "44109", territory.Exact, ""},
		{"st herblain", "44162", territory.Exact, ""},
		{"St-Herblain", "44162", territory.Exact, ""},
		{"saint herb", "44162", territory.Prefix, ""},
		{"herblain", "44162", territory.Word, ""},
		{"ste luce sur loire", "44172", territory.Exact, ""},
		{"st sebastien s/ loire", "44190", territory.Exact, ""},
		{"saint sébastien s", "44190", territory.Prefix, ""},
		{"saint sebastien loire", "44190", territory.Exact, ""},
		{"st", "56201", territory.Exact, ""}, // Le Saint, in Morbihan
		{"stras", "67482", territory.Prefix, ""},
		{"la baule", "44055", territory.Prefix, ""},
		{"escoublac", "44055", territory.Word, ""},
		{"mans", "72181", territory.Exact, ""},
		{"le mans", "72181", territory.Exact, ""},
		{"le pornic", "44131", territory.Loose, ""},
		{"l'isle d’abeau", "38193", territory.Exact, ""},
		{"isle abeau", "38193", territory.Exact, ""},
		{"chateaubriant", "44036", territory.Exact, ""},
		{"CHÂTEAUBRIANT", "44036", territory.Exact, ""},
		{"œuilly", "51410", territory.Exact, ""},
		{"oeuilly", "51410", territory.Exact, ""},
		{"La Roche/Yon", "85191", territory.Exact, ""},
		// one letter wrong, missing, extra, swapped
		{"chateubriant", "44036", territory.Typo, ""},
		{"guerrande", "44069", territory.Typo, ""},
		{"nnates", "44109", territory.Typo, ""},
		{"saint nazare", "44184", territory.Typo, ""},
		{"marseile", "13055", territory.Typo, ""},
		{"hancenis", "44003", territory.TypoInStart, ""},
		// names of the past, and parts of a commune
		{"saint herblon", "44163", territory.Exact, "Saint-Herblon"},
		{"culoz", "01138", territory.Exact, "Culoz"},
		{"céreste", "04045", territory.Exact, "Céreste"},
		{"paris 12", "75056", territory.Prefix, "Paris 12e Arrondissement"},
		{"amareins", "01165", territory.Exact, "Amareins"},
		// codes, and names with one
		{"44109", "44109", territory.Exact, ""},
		{"44800", "44162", territory.Exact, ""},
		{"4480", "44162", territory.Prefix, ""},
		{"44", "44109", territory.Prefix, ""},
		{"2a", "2A004", territory.Prefix, ""},
		{"2A004", "2A004", territory.Exact, ""},
		{"75112", "75056", territory.Exact, "Paris 12e Arrondissement"},
		{"44000 Nantes cedex 1", "44109", territory.Exact, ""},
		{"saint-denis", "97411", territory.Exact, ""},
		{"saint-denis 93", "93066", territory.Exact, ""},
		{"93200 saint denis", "93066", territory.Exact, ""},
		{"saint-denys (93)", "93066", territory.Typo, ""},
		{"ajaccio 2a", "2A004", territory.Exact, ""},
	} {
		t.Run(c.query, func(t *testing.T) {
			got := territory.Search(c.query, 10)
			if len(got) == 0 {
				t.Fatal("nothing found")
			}
			if m := got[0]; m.Code != c.code || m.How != c.how || m.Via != c.via {
				t.Errorf("first is %s %s, how %d, via %q; want %s, how %d, via %q", m.Code, m.Name, m.How, m.Via, c.code, c.how, c.via)
			}
		})
	}
}

func TestSearchNothing(t *testing.T) {
	for _, query := range []string{"", " ", "-", "’", "xyzzyx", "cedex 9 z", strings.Repeat("a", 10_000), "99999", "\x00\xff", "nantes 13"} {
		if got := territory.Search(query, 10); len(got) != 0 {
			t.Errorf("%.20q found %s", query, got[0].Name)
		}
	}
	if got := territory.Search("nantes", 0); got != nil {
		t.Errorf("none asked, %d given", len(got))
	}
}

// A name alike in several places: the most populated first, old names last.
func TestSearchOrder(t *testing.T) {
	got := territory.Search("Saint-Denis", 5)
	var names []string
	for _, m := range got {
		names = append(names, m.Department+" "+m.Name+" "+m.Via)
	}
	want := "974 Saint-Denis |93 Saint-Denis |11 Saint-Denis |30 Saint-Denis |79 Champdeniers Saint-Denis"
	if strings.Join(names, "|") != want {
		t.Errorf("got %q, want %q", strings.Join(names, "|"), want)
	}
}

func TestEveryCommuneAnswersToItsName(t *testing.T) {
	for _, c := range territory.Communes() {
		found := false
		for _, m := range territory.Search(c.Name, 50) {
			found = found || m.Code == c.Code && m.How == territory.Exact && m.Via == ""
		}
		if !found {
			t.Errorf("%s %s is not found by its name", c.Code, c.Name)
		}
	}
}

// One edit in any name that no other name resembles keeps it within reach.
func TestOneTypoIsForgiven(t *testing.T) {
	all := territory.Communes()
	rapid.Check(t, func(t *rapid.T) {
		c := all[rapid.IntRange(0, len(all)-1).Draw(t, "commune")]
		name := []rune(c.Name)
		if len(name) < 6 {
			t.Skip("short names have too many neighbours")
		}
		at := rapid.IntRange(0, len(name)-2).Draw(t, "at")
		letter := rune('a' + rapid.IntRange(0, 25).Draw(t, "letter"))
		var typed string
		switch rapid.SampledFrom([]string{"wrong", "missing", "extra", "swapped"}).Draw(t, "edit") {
		case "wrong":
			typed = string(name[:at]) + string(letter) + string(name[at+1:])
		case "missing":
			typed = string(name[:at]) + string(name[at+1:])
		case "extra":
			typed = string(name[:at]) + string(letter) + string(name[at:])
		case "swapped":
			typed = string(name[:at]) + string(name[at+1]) + string(name[at]) + string(name[at+2:])
		}
		// « st » typed by accident reads as saint, and œ is two letters: two edits away.
		if strings.ContainsAny(c.Name, "œŒ") || strings.Contains(strings.ToLower(typed), "st-") || strings.Contains(strings.ToLower(typed), "ste-") {
			t.Skip("not one edit once spelt in full")
		}
		got := territory.Search(typed, 200)
		for _, m := range got {
			if m.Code == c.Code || m.How == territory.Exact {
				return // found, or what was typed is the name of another place
			}
		}
		t.Fatalf("%q does not find %s (%d found)", typed, c.Name, len(got))
	})
}

func TestSearchResultsAreOrderedAndDistinct(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		query := rapid.StringMatching(`(saint |ste |la |le |l')?[a-zéè]{1,6}( (sur|de|en) [a-z]{0,4})?( [0-9]{2})?`).Draw(t, "query")
		limit := rapid.IntRange(1, 30).Draw(t, "limit")
		got := territory.Search(query, limit)
		if len(got) > limit {
			t.Fatalf("%d found, at most %d asked", len(got), limit)
		}
		seen := map[string]bool{}
		for i, m := range got {
			if seen[m.Code] {
				t.Fatalf("%s twice", m.Name)
			}
			seen[m.Code] = true
			if i == 0 {
				continue
			}
			before := got[i-1]
			switch {
			case before.How < m.How:
			case before.How > m.How:
				t.Fatalf("%s (%d) before %s (%d)", before.Name, before.How, m.Name, m.How)
			case before.Via != "" && m.Via == "":
				t.Fatalf("%s, by an old name, before %s", before.Name, m.Name)
			case (before.Via == "") == (m.Via == "") && before.Population < m.Population:
				t.Fatalf("%s (%d inhabitants) before %s (%d)", before.Name, before.Population, m.Name, m.Population)
			}
		}
		// Asking for fewer gives the beginning of the same list, the typos aside:
		// they are looked for only when there is room.
		fewer := territory.Search(query, 1)
		if len(fewer) > 0 && fewer[0].How < territory.Loose && fewer[0].Code != got[0].Code {
			t.Fatalf("the best of one is %s, of %d %s", fewer[0].Name, limit, got[0].Name)
		}
	})
}
