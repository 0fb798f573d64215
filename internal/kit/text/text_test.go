// SPDX-License-Identifier: Apache-2.0

package text_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"escale/internal/kit/text"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"  Saint-Étienne ":      "saint etienne",
		"L'Haÿ-les-Roses":       "l hay les roses",
		"Cœur d’Œuvre":          "coeur d oeuvre",
		"N° 12\u00a0bis":        "n 12 bis",
		"Straße":                "strasse",
		"E\u0301cole (annexe) ": "ecole annexe",
	} {
		if got := text.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := text.Fold(rapid.String().Draw(t, "s"))
		if twice := text.Fold(once); twice != once {
			t.Fatalf("Fold(%q) = %q", once, twice)
		}
		if strings.HasPrefix(once, " ") || strings.HasSuffix(once, " ") || strings.Contains(once, "  ") {
			t.Fatalf("spaces in %q", once)
		}
	})
}

func TestFieldErrors(t *testing.T) {
	var f text.FieldErrors
	if f.Err() != nil {
		t.Error("nothing added is an error")
	}
	f.Add("phone", "person.phone_wrong", "value", "02 61 91 00 31")
	err := f.Err()
	if err == nil || strings.Contains(err.Error(), "02 61") || !strings.Contains(err.Error(), "person.phone_wrong") {
		t.Errorf("got %v: the key must be there and what was typed must not", err)
	}
}

func TestSentences(t *testing.T) {
	files := fstest.MapFS{"fr.json": {Data: []byte(`{"a.b": "Il reste {n} jours, {who}."}`)}, "bad.json": {Data: []byte(`[`)}}
	s, err := text.LoadSentences(files, "fr.json")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Say(text.Msg("a.b", "n", 3, "who", "Nadia")); got != "Il reste 3 jours, Nadia." {
		t.Errorf("got %q", got)
	}
	if got := s.Say(text.Msg("unknown")); got != "unknown" {
		t.Errorf("unknown key: got %q", got)
	}
	if _, err := text.LoadSentences(files, "bad.json"); err == nil {
		t.Error("a broken file was accepted")
	}
}
