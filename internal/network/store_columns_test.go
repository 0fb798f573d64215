// SPDX-License-Identifier: Apache-2.0

package network

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestListsComeBackAsTheyWere(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`["\\,\[\]a ]{0,6}`))
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(text).Draw(t, "list")
		stored, err := list[string](want).Value()
		if err != nil {
			t.Fatal(err)
		}
		var got list[string]
		if err := got.Scan(stored); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q comes back as %q", want, got)
		}
	})
}
