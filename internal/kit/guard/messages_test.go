// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/internal/kit/text"
)

func catalogue(t *testing.T, name string) map[string]string {
	t.Helper()
	data, err := Messages.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var sentences map[string]string
	if err := json.Unmarshal(data, &sentences); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return sentences
}

func TestCataloguesHoldWhatCheckSays(t *testing.T) {
	var errs text.FieldErrors
	Check("note", "2690549588157, 4970101234567893, FR7630006000011234567890189, mdp : minou", &errs)
	said := map[string][]string{}
	for _, e := range errs.List {
		said[e.Message.Key] = slices.Sorted(maps.Keys(e.Message.Args))
	}
	placeholder := regexp.MustCompile(`\{(\w+)\}`)
	for _, name := range []string{"messages_fr.json", "messages_en.json"} {
		found := map[string][]string{}
		for key, sentence := range catalogue(t, name) {
			var args []string
			for _, m := range placeholder.FindAllStringSubmatch(sentence, -1) {
				args = append(args, m[1])
			}
			found[key] = args
		}
		if diff := cmp.Diff(said, found); diff != "" {
			t.Errorf("%s: (-said +held)\n%s", name, diff)
		}
	}
}
