// SPDX-License-Identifier: Apache-2.0

package finder

import (
	"slices"
	"strings"
	"sync"

	"escale/internal/kit/id"
)

// Index is a set of places ready to be searched. It never changes and may be
// used by any number of goroutines.
type Index struct {
	ids     []id.ID
	vectors []vector // zero vector when there is no position
	placed  bitset   // the places that have a position
	facets  [NumFacets]facetIndex
	lexicon lexicon
	topics  topicIndex
	opening *opening
	// postings lists, for the word w, from starts[w] to starts[w+1], the places
	// that have it, each with the mask of fields where it stands.
	starts   []uint32
	postings []entry
	// docWords lists, for the place i, from docStarts[i] to docStarts[i+1], its
	// words, each with its mask.
	docStarts []uint32
	docWords  []entry
	scratch   *sync.Pool
}

// entry is a place or a word number and a mask of fields, in 32 bits: an index
// holds at most 16,777,215 of either.
type entry uint32

const entryLimit = 1 << 24

func newEntry(number uint32, mask uint8) entry { return entry(number<<8 | uint32(mask)) }
func (e entry) number() uint32                 { return uint32(e >> 8) }
func (e entry) mask() uint8                    { return uint8(e) }

// share is a copy of ix with the same content.
func (ix *Index) share() *Index {
	out := *ix
	return &out
}

// Build makes the index of docs, which it does not keep. It panics beyond 16
// million places.
func Build(docs []Doc) *Index {
	if len(docs) >= entryLimit {
		panic("finder: too many places for one index")
	}
	ix := &Index{
		ids:     make([]id.ID, len(docs)),
		vectors: make([]vector, len(docs)),
		placed:  newBitset(len(docs)),
	}
	for i := range docs {
		d := &docs[i]
		ix.ids[i] = d.ID
		if p := (Point{d.Lat, d.Lon}); d.HasPosition && p.valid() {
			ix.vectors[i] = p.vector()
			ix.placed.set(i)
		}
	}
	for f := range NumFacets {
		ix.facets[f] = newFacetIndex(docs, f)
	}
	ix.readWords(docs)
	ix.invert()
	ix.topics = newTopicIndex(everyday(), &ix.lexicon, &ix.facets)
	ix.scratch = &sync.Pool{New: func() any { return newScratch(len(docs)) }}
	return ix
}

// readWords fills the lexicon and docWords.
func (ix *Index) readWords(docs []Doc) {
	table := everyday()
	numbers := make(map[string]uint32, 1<<14)
	var words, spellings []string
	var last []uint32 // per word, one more than its latest place in docWords
	add := func(word []byte, spelling string) uint32 {
		n := uint32(len(words))
		w := string(word)
		numbers[w] = n
		if s := table.spelling[w]; s != "" {
			spelling = s
		} else if spelling == "" {
			spelling = w
		} else {
			spelling = strings.ToLower(spelling)
		}
		words, spellings, last = append(words, w), append(spellings, spelling), append(last, 0)
		return n
	}
	for w := range table.spelling {
		add([]byte(w), "")
	}
	ix.docStarts = make([]uint32, 1, len(docs)+1)
	ix.docWords = make([]entry, 0, len(docs)*24)
	var p splitter
	var mask uint8
	begin := uint32(0)
	note := func(word []byte, spelling string) {
		if table.ignored[string(word)] {
			return
		}
		n, ok := numbers[string(word)]
		if !ok {
			n = add(word, spelling)
		}
		if at := last[n]; at > begin {
			ix.docWords[at-1] |= entry(mask)
			return
		}
		ix.docWords = append(ix.docWords, newEntry(n, mask))
		last[n] = uint32(len(ix.docWords))
	}
	for i := range docs {
		d := &docs[i]
		begin = uint32(len(ix.docWords))
		for k, s := range [...]string{d.Name, d.Commune, d.Extra, d.Summary, d.Address} {
			mask = 1 << k
			p.split(s, note)
		}
		ix.docStarts = append(ix.docStarts, uint32(len(ix.docWords)))
	}
	if len(words) >= entryLimit {
		panic("finder: too many words for one index")
	}
	renumber := ix.lexicon.fill(words, spellings)
	for i, e := range ix.docWords {
		ix.docWords[i] = newEntry(renumber[e.number()], e.mask())
	}
	ix.docWords = slices.Clip(ix.docWords)
}

// invert fills postings from docWords: a counting sort, places in order.
func (ix *Index) invert() {
	ix.starts = make([]uint32, len(ix.lexicon.words)+1)
	for _, e := range ix.docWords {
		ix.starts[e.number()+1]++
	}
	for i := 1; i < len(ix.starts); i++ {
		ix.starts[i] += ix.starts[i-1]
	}
	ix.postings = make([]entry, len(ix.docWords))
	next := slices.Clone(ix.starts)
	for i := range ix.ids {
		for _, e := range ix.wordsOf(i) {
			w := e.number()
			ix.postings[next[w]] = newEntry(uint32(i), e.mask())
			next[w]++
		}
	}
}

// wordsOf are the words of a place.
func (ix *Index) wordsOf(place int) []entry {
	return ix.docWords[ix.docStarts[place]:ix.docStarts[place+1]]
}

// placesOf are the places of a word, in order.
func (ix *Index) placesOf(word uint32) []entry {
	return ix.postings[ix.starts[word]:ix.starts[word+1]]
}

// Stats says what an index holds.
type Stats struct {
	Places, Words, Roots, Postings int
	// Bytes is the memory of the index, opening hours included, without the
	// identifiers' text, which it shares with the caller.
	Bytes int
}

// Stats counts what ix holds.
func (ix *Index) Stats() Stats {
	l := &ix.lexicon
	s := Stats{Places: len(ix.ids), Words: len(l.words), Roots: len(l.roots), Postings: len(ix.postings)}
	const stringHead, vectorSize, signatureSize = 16, 24, 16
	s.Bytes = stringHead*len(ix.ids) + vectorSize*len(ix.vectors) + 8*len(ix.placed) +
		4*(len(ix.starts)+len(ix.postings)+len(ix.docStarts)+len(ix.docWords)) +
		(2*stringHead+signatureSize+2*4)*len(l.words) + (stringHead+4)*len(l.roots)
	for i, w := range l.words {
		s.Bytes += len(w) + len(l.spellings[i])
	}
	for _, r := range l.roots {
		s.Bytes += len(r)
	}
	for f := range NumFacets {
		s.Bytes += 8 * len(ix.placed) * len(ix.facets[f].values)
	}
	if ix.opening != nil {
		s.Bytes += 8 * len(ix.opening.cells)
	}
	return s
}
