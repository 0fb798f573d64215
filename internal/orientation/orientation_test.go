// SPDX-License-Identifier: Apache-2.0

package orientation

import (
	"math/bits"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"escale/internal/kit/id"
	"escale/internal/kit/text"
)

func TestAlphabet(t *testing.T) {
	if len(alphabet) != 32 || strings.ContainsAny(alphabet, "O0I1") {
		t.Errorf("alphabet %q: %d signs", alphabet, len(alphabet))
	}
	seen := map[rune]bool{}
	for _, r := range alphabet {
		if seen[r] {
			t.Errorf("%c twice", r)
		}
		seen[r] = true
	}
	if got := CodeSigns * (bits.Len(uint(len(alphabet))) - 1); got != 40 {
		t.Errorf("%d bits, want 40", got)
	}
}

func TestCodes(t *testing.T) {
	c, other := codes{[]byte("one")}, codes{[]byte("two")}
	rapid.Check(t, func(t *rapid.T) {
		sheet := id.Derive("0192f0c1-2b7e-7cc0-8a64-2f9c5f1e9a10", rapid.String().Draw(t, "sheet"))
		round := rapid.IntRange(0, 3).Draw(t, "round")
		code := c.code(sheet, round)
		if len(code) != CodeSigns || strings.Trim(code, alphabet) != "" {
			t.Fatalf("code %q", code)
		}
		if code != c.code(sheet, round) || code == c.code(sheet, round+1) || code == other.code(sheet, round) {
			t.Fatal("a code must depend on its sheet, its round and the key, and on nothing else")
		}
		if got, ok := NormalCode(" " + strings.ToLower(SpacedCode(code))); !ok || got != code {
			t.Fatalf("typed back: %q %v, want %q", got, ok, code)
		}
	})
	for _, wrong := range []string{"", "ABCDEFG", "ABCDEFGHJ", "ABCDEFG0", "ABCDEFGI", "ABCDEFGé", "ABCD'--X"} {
		if got, ok := NormalCode(wrong); ok {
			t.Errorf("%q taken for %q", wrong, got)
		}
	}
}

// Each sign of a code is drawn alike: a lopsided alphabet would make codes easier
// to guess than stated.
func TestCodesAreEven(t *testing.T) {
	c := codes{[]byte("one")}
	counts := map[rune]int{}
	const sheets = 4000
	for i := range sheets {
		for _, r := range c.code("0192f0c1-2b7e-7cc0-8a64-2f9c5f1e9a10", i) {
			counts[r]++
		}
	}
	const want = sheets * CodeSigns / 32
	for _, r := range alphabet {
		if counts[r] < want*8/10 || counts[r] > want*12/10 {
			t.Errorf("%c drawn %d times, about %d expected", r, counts[r], want)
		}
	}
}

func TestLiaisonLevels(t *testing.T) {
	full := Liaison{FirstName: "Awa", Contact: "06", Sentence: "Sa retraite", Context: "Loyer"}
	for _, c := range []struct {
		level  int
		sheet  Liaison
		faults []string
	}{
		{AddressOnly, Liaison{}, nil},
		{AddressOnly, full, []string{"first_name", "contact", "sentence", "context"}},
		{AddressOnly, Liaison{Explanation: "writing"}, []string{"explanation"}},
		{ContactNeed, full, []string{"context"}},
		{ContactNeed, Liaison{FirstName: "Awa"}, []string{"sentence"}},
		{WithContext, full, nil},
		{WithContext, Liaison{Sentence: "mon numéro 2 51 03 44 109 123 27"}, []string{"sentence"}},
	} {
		var f text.FieldErrors
		c.sheet.check(c.level, &f)
		var got []string
		for _, e := range f.List {
			got = append(got, e.Field)
		}
		if strings.Join(got, " ") != strings.Join(c.faults, " ") {
			t.Errorf("level %d, %+v: got %v, want %v", c.level, c.sheet, got, c.faults)
		}
	}
}

func TestAnswersFollow(t *testing.T) {
	for _, now := range Statuses {
		if mayFollow(now, Sent) {
			t.Errorf("%s goes back to sent", now)
		}
		if mayFollow(Settled, now) {
			t.Errorf("%s after settled", now)
		}
		if now != Settled && !mayFollow(now, Settled) {
			t.Errorf("%s never settled", now)
		}
	}
	if mayFollow(Refused, Accepted) || mayFollow(Seen, Refused) || !mayFollow(NotCome, Seen) {
		t.Error("an answer follows that should not, or one does not that should")
	}
}
