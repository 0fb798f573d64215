// SPDX-License-Identifier: Apache-2.0

package territory

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"sync"
)

// index finds communes by name. All names, spelt, stand one after the other in
// text, each ended by a zero byte; spots are the places in it where a search
// may begin to match, in alphabetical order of what follows, so that all names
// beginning alike are neighbours.
type index struct {
	atlas   *atlas
	text    string
	spots   []spot
	entries []entry
	entryOf []uint32 // of each commune's own name
}

// entry is a name of a commune: its own or an old one. Entries are in the order
// in which equals are shown: names of today first, then the most populated.
type entry struct {
	commune int32
	via     string // the old name, or empty
	spelt   string // all words; the text may hold a shortened form as well
}

// spot is a place in the text: the first letter of a name or of a word.
type spot struct {
	at    uint32
	entry uint32
	// lead is set where a name begins, short words aside.
	lead bool
}

var theIndex = sync.OnceValue(func() *index { return newIndex(theAtlas()) })

func newIndex(a *atlas) *index {
	x := &index{atlas: a, entryOf: make([]uint32, len(a.communes))}
	x.entries = entriesOf(a)
	var text strings.Builder
	for i, e := range x.entries {
		if e.via == "" {
			x.entryOf[e.commune] = uint32(i)
		}
		x.spots = appendSpots(x.spots, &text, e.spelt, uint32(i))
	}
	x.text = text.String()
	sortSpots(x.spots, x.text)
	return x
}

// entriesOf gives all names in the order of entries.
func entriesOf(a *atlas) []entry {
	names := make([]entry, 0, len(a.communes)+len(a.formers))
	for i, c := range a.communes {
		names = append(names, entry{commune: int32(i), spelt: spell(c.Name)})
	}
	for _, f := range a.formers {
		names = append(names, entry{f.commune, f.name, spell(f.name)})
	}
	// One number holds the whole order (old name, population, place in the
	// list): sorting numbers takes a quarter of the time of sorting entries.
	const listBits, populationBits = 20, 24
	order := make([]uint64, len(names))
	for i, n := range names {
		rank := uint64(1<<populationBits - 1 - a.communes[n.commune].Population)
		if n.via != "" {
			rank |= 1 << populationBits
		}
		order[i] = rank<<listBits | uint64(i)
	}
	slices.Sort(order)
	out := make([]entry, len(names))
	for i, o := range order {
		out[i] = names[o&(1<<listBits-1)]
	}
	return out
}

// appendSpots writes a name to text, and its form without the short words
// inside it, and notes where a search may begin.
func appendSpots(spots []spot, text *strings.Builder, spelt string, entry uint32) []spot {
	words := strings.Split(spelt, " ")
	base := uint32(text.Len())
	text.WriteString(spelt)
	text.WriteByte(0)
	spots = append(spots, spot{base, entry, true})
	// After the last short word, both forms read the same.
	lead, lastShort := -1, -1
	for i, w := range words {
		switch {
		case !shortWords[w] && lead < 0:
			lead = i
		case shortWords[w] && lead >= 0:
			lastShort = i
		}
	}
	at := base
	for i, w := range words {
		if i > 0 && !shortWords[w] {
			spots = append(spots, spot{at, entry, i == lead})
		}
		at += uint32(len(w)) + 1
	}
	if lastShort < 0 {
		return spots
	}
	for i, w := range words[lead:] {
		if shortWords[w] {
			continue
		}
		if i > 0 {
			text.WriteByte(' ')
		}
		if lead+i < lastShort {
			spots = append(spots, spot{uint32(text.Len()), entry, i == 0})
		}
		text.WriteString(w)
	}
	text.WriteByte(0)
	return spots
}

// compared is how many letters put spots in order: no name is as long, and
// reading on into the next name only orders equals.
const compared = 64

// sortSpots sorts by the first eight letters as one number, and only then by
// the others: several times faster than comparing strings.
func sortSpots(spots []spot, text string) {
	type keyed struct {
		first uint64
		spot  spot
	}
	keys := make([]keyed, len(spots))
	for i, s := range spots {
		var first uint64
		for j := range 8 {
			first <<= 8
			if at := int(s.at) + j; at < len(text) {
				first |= uint64(text[at])
			}
		}
		keys[i] = keyed{first, s}
	}
	tail := func(at uint32) string {
		from := min(int(at)+8, len(text))
		return text[from:min(from+compared, len(text))]
	}
	slices.SortFunc(keys, func(k, l keyed) int {
		if k.first != l.first {
			return cmp.Compare(k.first, l.first)
		}
		return cmp.Or(strings.Compare(tail(k.spot.at), tail(l.spot.at)), cmp.Compare(k.spot.at, l.spot.at))
	})
	for i, k := range keys {
		spots[i] = k.spot
	}
}

// span is a run of neighbouring spots, from included to excluded.
type span struct{ from, to int }

func (x *index) whole() span { return span{0, len(x.spots)} }

// letter is the byte depth bytes after the start of a spot; zero ends a name.
func (x *index) letter(spot, depth int) byte { return x.text[int(x.spots[spot].at)+depth] }

// narrow keeps the spots of s, alike up to depth, that go on with letter c.
func (x *index) narrow(s span, depth int, c byte) span {
	from := s.from + sort.Search(s.to-s.from, func(i int) bool { return x.letter(s.from+i, depth) >= c })
	to := from + sort.Search(s.to-from, func(i int) bool { return x.letter(from+i, depth) > c })
	return span{from, to}
}

// follow narrows s, alike up to depth, by all the letters of rest.
func (x *index) follow(s span, depth int, rest string) span {
	for i := 0; i < len(rest) && s.from < s.to; i++ {
		s = x.narrow(s, depth+i, rest[i])
	}
	return s
}

// byName offers the communes whose names answer the words: by the very words,
// then without the short ones.
func (x *index) byName(words []string, found *best) {
	typed := strings.Join(words, " ")
	x.plain(typed, nil, found)
	before, last := words[:len(words)-1], words[len(words)-1]
	if last == "saint" || last == "sainte" {
		// The last word may be the beginning of another: « st » of Strasbourg.
		short := "st" + strings.TrimPrefix(last, "saint")
		x.plain(strings.TrimSuffix(typed, last)+short, nil, found)
	}
	// For the same reason the last word stays, even short.
	if bare := append(content(before), last); len(bare) < len(words) {
		x.plain(strings.Join(bare, " "), words, found)
	}
}

// plain offers the names where typed begins a name or a word. When some of the
// words typed were left out, words are all of them: names that have them in that
// order answer by words, and names that lack some answer loosely.
func (x *index) plain(typed string, words []string, found *best) {
	s := x.follow(x.whole(), 0, typed)
	for i := s.from; i < s.to; i++ {
		spot := x.spots[i]
		how := Word
		switch {
		case spot.lead && x.letter(i, len(typed)) == 0:
			how = Exact
		case spot.lead && words == nil:
			how = Prefix
		}
		if !found.wants(uint64(how)<<32 | uint64(spot.entry)) {
			continue
		}
		if words != nil && !containsInOrder(x.entries[spot.entry].spelt, words) {
			how = Loose
		}
		x.offer(found, how, spot.entry)
	}
}
