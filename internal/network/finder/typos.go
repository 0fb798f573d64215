// SPDX-License-Identifier: Apache-2.0

package finder

import (
	"math/bits"
	"unicode/utf8"
)

// minCorrected is the fewest letters of a word that may be corrected: too many
// shorter words are one another's neighbours.
const minCorrected = 4

// correctable tells whether a typed word may be read as its neighbours.
func correctable(word string) bool {
	return utf8.RuneCountInString(word) >= minCorrected && !hasDigit(word)
}

// signature summarises the letters of a word, so that one-letter neighbours
// are found by a quick pass over all words instead of a table of deletions,
// which would cost more to build than the rest of the index. Each of a to z has
// one bit for its first occurrence and one for its second; other letters share
// the remaining bits. One edit changes at most two bits; the length in runes
// is checked too.
type signature struct {
	letters uint64
	length  uint8
}

func newSignature(word string) signature {
	var s signature
	for _, r := range word {
		if s.length < 255 {
			s.length++
		}
		if r < 'a' || r > 'z' {
			s.letters |= 1 << (52 + uint64(r)%12)
			continue
		}
		first := uint64(1) << (2 * uint(r-'a'))
		if s.letters&first == 0 {
			s.letters |= first
		} else {
			s.letters |= first << 1
		}
	}
	return s
}

// mayNeighbour is false only when one edit cannot lead from s to o.
func (s signature) mayNeighbour(o signature) bool {
	return bits.OnesCount64(s.letters^o.letters) <= 2 && s.length-o.length+1 <= 2
}

// oneEdit tells whether exactly one edit leads from a to b: a rune inserted,
// deleted or changed, or two neighbours swapped.
func oneEdit(a, b string) bool {
	// Common beginnings and ends are skipped; what is left tells the edit.
	for len(a) > 0 && len(b) > 0 {
		ra, na := utf8.DecodeRuneInString(a)
		rb, nb := utf8.DecodeRuneInString(b)
		if ra != rb {
			break
		}
		a, b = a[na:], b[nb:]
	}
	for len(a) > 0 && len(b) > 0 {
		ra, na := utf8.DecodeLastRuneInString(a)
		rb, nb := utf8.DecodeLastRuneInString(b)
		if ra != rb {
			break
		}
		a, b = a[:len(a)-na], b[:len(b)-nb]
	}
	la, lb := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
	if la == 2 && lb == 2 {
		a1, n := utf8.DecodeRuneInString(a)
		a2, _ := utf8.DecodeRuneInString(a[n:])
		b1, n := utf8.DecodeRuneInString(b)
		b2, _ := utf8.DecodeRuneInString(b[n:])
		return a1 == b2 && a2 == b1
	}
	return max(la, lb) == 1
}
