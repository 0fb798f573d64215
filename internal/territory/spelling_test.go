// SPDX-License-Identifier: Apache-2.0

package territory

import (
	"testing"

	"pgregory.net/rapid"

	"escale/internal/kit/text"
)

func TestFoldIsTextFold(t *testing.T) {
	check := func(s string) bool { return fold(s) == text.Fold(s) }
	for _, c := range theAtlas().communes {
		if !check(c.Name) {
			t.Errorf("%s folds to %q, text.Fold says %q", c.Name, fold(c.Name), text.Fold(c.Name))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[À-ſa-z '’\x{300}-\x{310}-]{0,12}`)).Draw(t, "s")
		if !check(s) {
			t.Fatalf("%q folds to %q, text.Fold says %q", s, fold(s), text.Fold(s))
		}
	})
}

// The index compares bytes and ends names with a zero byte.
func TestSpeltNamesSuitTheIndex(t *testing.T) {
	for _, e := range theIndex().entries {
		if e.spelt == "" || len(e.spelt) >= compared {
			t.Errorf("commune %s: %q", theAtlas().communes[e.commune].Code, e.spelt)
		}
		for _, r := range e.spelt {
			if r != ' ' && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
				t.Errorf("%q holds %q", e.spelt, r)
			}
		}
	}
}
