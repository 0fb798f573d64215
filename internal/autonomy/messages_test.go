// SPDX-License-Identifier: Apache-2.0

package autonomy

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/internal/kit/text"
)

func sentences(t *testing.T, name string) map[string]string {
	t.Helper()
	data, err := Messages.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]string
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return all
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// say turns a message into its sentence; a missing one stands out.
func say(catalogue map[string]string, m text.Message) string {
	sentence, ok := catalogue[m.Key]
	if !ok {
		return "missing: " + m.Key
	}
	return placeholder.ReplaceAllStringFunc(sentence, func(p string) string {
		v, ok := m.Args[strings.Trim(p, "{}")]
		if !ok {
			return p
		}
		return fmt.Sprint(v)
	})
}

// usedKeys gathers the keys of the data files, those made from a code, and
// those written in this package's Go files.
func usedKeys(t *testing.T) []string {
	t.Helper()
	used := map[string]bool{}
	add := func(keys ...string) {
		for _, key := range keys {
			used[key] = true
		}
	}
	add(guide.Opening...)
	for _, p := range guide.Prompts {
		add(p.Ask)
		add(p.Answers[:]...)
	}
	add(slices.Concat(card.Signals, card.Say, card.Never)...)
	for _, r := range rules.rules {
		add(r.Plain)
		for _, reason := range r.Reasons {
			add(reason.Key)
		}
		for _, p := range r.Steps {
			add("autonomy.step." + p.Code)
		}
		for _, p := range r.Constraints {
			add("autonomy.constraint." + p.Code)
		}
	}
	for _, f := range Families {
		add(f.Message().Key)
	}
	for _, d := range Destinations {
		add(d.Message().Key)
	}
	for _, l := range append(Levels, Unknown) {
		add(l.Message().Key)
	}
	for _, m := range append(readingModes, ReadingUnknown) {
		add(m.Message().Key)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	literal := regexp.MustCompile(`"(autonomy\.[\w.]*\w)"`)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllSubmatch(source, -1) {
			add(string(m[1]))
		}
	}
	var keys []string
	for key := range used {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func TestCataloguesHoldEveryKeyAndNoOther(t *testing.T) {
	used := usedKeys(t)
	french := sentences(t, "messages_fr.json")
	for _, name := range []string{"messages_fr.json", "messages_en.json"} {
		var held []string
		for key, sentence := range sentences(t, name) {
			held = append(held, key)
			if sentence == "" {
				t.Errorf("%s: %s is empty", name, key)
			}
			want, got := placeholder.FindAllString(french[key], -1), placeholder.FindAllString(sentence, -1)
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s: places (-fr +this)\n%s", name, key, diff)
			}
		}
		slices.Sort(held)
		if diff := cmp.Diff(used, held); diff != "" {
			t.Errorf("%s: (-used +held)\n%s", name, diff)
		}
	}
}

// TestReasonsGetTheirArguments checks that each {place} of a reason is filled.
func TestReasonsGetTheirArguments(t *testing.T) {
	french := sentences(t, "messages_fr.json")
	for _, r := range rules.rules {
		for _, reason := range r.Reasons {
			var want, got []string
			for _, m := range placeholder.FindAllStringSubmatch(french[reason.Key], -1) {
				want = append(want, m[1])
			}
			for name := range reason.Args {
				got = append(got, name)
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: (-sentence +rule)\n%s", reason.Key, diff)
			}
		}
	}
}

// TestFrenchKeepsTheVoice checks what a program can of the project's voice:
// short sentences, no exclamation, no point médian, French spacing.
func TestFrenchKeepsTheVoice(t *testing.T) {
	const mostWords = 15
	for key, whole := range sentences(t, "messages_fr.json") {
		for _, sentence := range regexp.MustCompile(`[.?](\s|$)`).Split(whole, -1) {
			n := 0
			for _, word := range strings.Fields(sentence) {
				if strings.ContainsFunc(word, func(r rune) bool {
					return r == '{' || r >= 'A' && !strings.ContainsRune("«»:", r) || r >= '0' && r <= '9'
				}) {
					n++
				}
			}
			if n > mostWords {
				t.Errorf("%s: %d words in %q", key, n, sentence)
			}
		}
		for _, bad := range []string{"!", "·", "'", " :", " ;", " ?", " »", "« "} {
			if strings.Contains(whole, bad) {
				t.Errorf("%s: %q holds %q", key, whole, bad)
			}
		}
		if regexp.MustCompile(`[^\x{a0}][:;?»]`).MatchString(whole) {
			t.Errorf("%s: %q misses a non-breaking space", key, whole)
		}
	}
}
