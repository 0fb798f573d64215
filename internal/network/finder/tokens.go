// SPDX-License-Identifier: Apache-2.0

package finder

import (
	"strings"
	"unicode/utf8"

	"github.com/kljensen/snowball/french"

	"escale/internal/kit/text"
)

// tableSize covers ASCII, Latin-1 and the accented letters of Latin Extended:
// what nearly all French text is made of.
const tableSize = 0x250

// foldTable is text.Fold of each rune below tableSize; separators are empty.
// Folding goes letter by letter except for combining marks, which are above
// the table, so looking letters up is exact, and far quicker.
var foldTable = func() (t [tableSize]string) {
	for r := range rune(tableSize) {
		t[r] = text.Fold(string(r))
	}
	return t
}()

// splitter cuts text into folded words. It keeps a buffer between calls.
type splitter struct{ buf []byte }

// split calls f with each word of s, folded as text.Fold does, and with the
// spelling it had in s ("" when unknown). word is valid during the call only.
func (p *splitter) split(s string, f func(word []byte, spelling string)) {
	if !tabled(s) {
		p.splitFolded(text.Fold(s), f)
		return
	}
	start := 0
	p.buf = p.buf[:0]
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		folded := ""
		if r < tableSize {
			folded = foldTable[r]
		}
		switch {
		case folded != "":
			if len(p.buf) == 0 {
				start = i
			}
			p.buf = append(p.buf, folded...)
		case len(p.buf) > 0:
			f(p.buf, s[start:i])
			p.buf = p.buf[:0]
		}
		i += size
	}
	if len(p.buf) > 0 {
		f(p.buf, s[start:])
		p.buf = p.buf[:0]
	}
}

// splitFolded cuts text already folded at its spaces.
func (p *splitter) splitFolded(s string, f func(word []byte, spelling string)) {
	p.buf = append(p.buf[:0], s...)
	start := 0
	for i := 0; i <= len(p.buf); i++ {
		if i == len(p.buf) || p.buf[i] == ' ' {
			if i > start {
				f(p.buf[start:i], "")
			}
			start = i + 1
		}
	}
}

// tabled tells whether every rune of s is in the table, or is general
// punctuation (U+2010 to U+2026: dashes, French quotation marks, ellipsis),
// which always separates.
func tabled(s string) bool {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= tableSize && (r < 0x2010 || r > 0x2026) {
			return false
		}
		i += size
	}
	return true
}

// minRoot is the fewest letters of a root. Without accents, shorter ones join
// words that have nothing in common: "caf" would be the root of "café".
const minRoot = 4

// root is the Snowball French stem of a folded word. Folding comes first, on
// both sides, so that a missing accent changes nothing. Words whose stem is
// shorter than minRoot only lose a final s; those that are not plain letters
// are their own root.
func root(word string) string {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return word
		}
	}
	if stem := french.Stem(word, true); len(stem) >= minRoot {
		return stem
	}
	return strings.TrimSuffix(word, "s")
}

// hasDigit tells a number or a code from a word. Those are never corrected: a
// postal code one digit away is another town.
func hasDigit(word string) bool {
	for i := range len(word) {
		if '0' <= word[i] && word[i] <= '9' {
			return true
		}
	}
	return false
}
