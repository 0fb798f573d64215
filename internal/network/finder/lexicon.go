// SPDX-License-Identifier: Apache-2.0

package finder

import (
	"cmp"
	"slices"
	"strings"
)

// lexicon is every folded word of the places and of the everyday table, in
// order, so that a beginning is a range. Words are known by their position.
type lexicon struct {
	words      []string
	spellings  []string    // how each was first spelt
	signatures []signature // of each
	rootOf     []uint32    // the root of each, as a position in roots
	// roots are in order; the words of root r are family[families[r]:families[r+1]].
	roots    []string
	families []uint32
	family   []uint32
}

// fill sets the lexicon and returns the new position of each given word.
func (l *lexicon) fill(words, spellings []string) []uint32 {
	order := make([]uint32, len(words))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return strings.Compare(words[a], words[b]) })
	l.words = make([]string, len(words))
	l.spellings = make([]string, len(words))
	l.signatures = make([]signature, len(words))
	l.rootOf = make([]uint32, len(words))
	renumber := make([]uint32, len(words))
	rooted := make([]string, len(words))
	for to, from := range order {
		renumber[from] = uint32(to)
		w := words[from]
		l.words[to], l.spellings[to] = w, spellings[from]
		l.signatures[to] = newSignature(w)
		rooted[to] = root(w)
	}
	l.family = make([]uint32, len(words))
	for i := range l.family {
		l.family[i] = uint32(i)
	}
	slices.SortFunc(l.family, func(a, b uint32) int {
		return cmp.Or(strings.Compare(rooted[a], rooted[b]), cmp.Compare(a, b))
	})
	for at, w := range l.family {
		if at == 0 || rooted[w] != rooted[l.family[at-1]] {
			l.roots = append(l.roots, rooted[w])
			l.families = append(l.families, uint32(at))
		}
		l.rootOf[w] = uint32(len(l.roots) - 1)
	}
	l.families = append(l.families, uint32(len(l.family)))
	return renumber
}

// sameRoot are the words that have the same root as word, in order.
func (l *lexicon) sameRoot(word string) []uint32 {
	r, ok := slices.BinarySearch(l.roots, root(word))
	if !ok {
		return nil
	}
	return l.family[l.families[r]:l.families[r+1]]
}

// beginning is the range of the words that begin with prefix.
func (l *lexicon) beginning(prefix string) (from, to int) {
	from, _ = slices.BinarySearch(l.words, prefix)
	n, _ := slices.BinarySearchFunc(l.words[from:], prefix, func(w, p string) int {
		if strings.HasPrefix(w, p) {
			return -1
		}
		return 1
	})
	return from, from + n
}

// reading is a word of the lexicon that a typed word may stand for.
type reading struct {
	word uint32
	how  How
}

// appendNeighbours adds the words one edit away from word, in order.
func (l *lexicon) appendNeighbours(to []reading, word string) []reading {
	s := newSignature(word)
	for i := range l.signatures {
		if s.mayNeighbour(l.signatures[i]) && !hasDigit(l.words[i]) && oneEdit(word, l.words[i]) {
			to = append(to, reading{uint32(i), ByOneEdit})
		}
	}
	return to
}

// minBeginning is the fewest letters (bytes) that count as a beginning.
const minBeginning = 2

// read adds to readings what a typed word stands for. The first of these that
// the lexicon knows is the answer:
//
//   - the word itself and the words of the same root;
//   - for the last word typed, the words it begins (the person may still be
//     typing, or have given up on a long word);
//   - the words one edit away, if the word is correctable.
//
// A word that is known is therefore not corrected: "caf" does not bring every
// café. With widen, neighbours are added to the first answer when it was not
// already made of them. Readings are in the order of the words.
func (l *lexicon) read(readings []reading, word string, last, widen bool) []reading {
	from := len(readings)
	for _, w := range l.sameRoot(word) {
		how := ByRoot
		if l.words[w] == word {
			how = ByWord
		}
		readings = append(readings, reading{w, how})
	}
	if len(readings) == from && last && len(word) >= minBeginning {
		lo, hi := l.beginning(word)
		for w := lo; w < hi; w++ {
			readings = append(readings, reading{uint32(w), ByBeginning})
		}
	}
	if !correctable(word) || (len(readings) > from && !widen) {
		return readings
	}
	known := len(readings)
	readings = l.appendNeighbours(readings, word)
	if known == from {
		return readings
	}
	added := readings[from:]
	slices.SortStableFunc(added, func(a, b reading) int { return cmp.Compare(a.word, b.word) })
	// A word read in two ways keeps the surer.
	kept := slices.CompactFunc(added, func(a, b reading) bool { return a.word == b.word })
	return readings[:from+len(kept)]
}
