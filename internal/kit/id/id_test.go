// SPDX-License-Identifier: Apache-2.0

package id_test

import (
	"testing"

	"escale/internal/kit/id"
)

func TestNewIsOrderedAndParses(t *testing.T) {
	last := id.New()
	for range 1000 {
		next := id.New()
		if next <= last {
			t.Fatalf("%s was made after %s", next, last)
		}
		if got, err := id.Parse(string(next)); err != nil || got != next {
			t.Fatalf("Parse(%s) = %s, %v", next, got, err)
		}
		last = next
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{"", "12", "' OR 1=1", "00000000-0000-0000-0000-00000000000g"} {
		if got, err := id.Parse(s); err == nil {
			t.Errorf("Parse(%q) = %s", s, got)
		}
	}
}

func TestDerive(t *testing.T) {
	space := id.New()
	first, again := id.Derive(space, "a"), id.Derive(space, "a")
	if first != again || first == id.Derive(space, "b") || first == id.Derive(id.New(), "a") {
		t.Error("a derived identifier must depend on its space and name, and on nothing else")
	}
}
