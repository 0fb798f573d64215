// SPDX-License-Identifier: Apache-2.0

package finder

import "slices"

// topicIndex is the table of everyday words bound to one index.
type topicIndex struct {
	// phrases are all expressions of all topics, ordered by their first root.
	phrases []phrase
	topics  []boundTopic
	// everyday tells, by root, whether an expression has a word of that root.
	everyday bitset
}

// phrase is an expression as the roots of its words.
type phrase struct {
	roots []uint32
	topic int
}

// boundTopic is what a topic stands for in one index.
type boundTopic struct {
	values []valueRef // facet values, those that no place has left out
	also   [][]uint32 // expressions, as the roots of their words
}

// valueRef names one value of one facet.
type valueRef struct {
	facet Facet
	value int
}

func newTopicIndex(t *wordTable, l *lexicon, facets *[NumFacets]facetIndex) topicIndex {
	x := topicIndex{everyday: newBitset(len(l.roots))}
	roots := func(words []string) []uint32 {
		out := make([]uint32, len(words))
		for i, w := range words {
			at, _ := slices.BinarySearch(l.words, w) // every table word is in the lexicon
			out[i] = l.rootOf[at]
		}
		return out
	}
	for i := range t.Everyday {
		var b boundTopic
		for f, codes := range t.Everyday[i].codes() {
			for _, code := range codes {
				if v := facets[f].find(code); v >= 0 {
					b.values = append(b.values, valueRef{Facet(f), v})
				}
			}
		}
		for _, words := range t.also[i] {
			b.also = append(b.also, roots(words))
		}
		x.topics = append(x.topics, b)
		for _, words := range t.say[i] {
			p := phrase{roots(words), i}
			for _, r := range p.roots {
				x.everyday.set(int(r))
			}
			x.phrases = append(x.phrases, p)
		}
	}
	slices.SortStableFunc(x.phrases, func(a, b phrase) int { return int(a.roots[0]) - int(b.roots[0]) })
	return x
}

// startingWith are the phrases whose first word has the root r.
func (x *topicIndex) startingWith(r uint32) []phrase {
	from, _ := slices.BinarySearchFunc(x.phrases, r, func(p phrase, r uint32) int { return int(p.roots[0]) - int(r) })
	to := from
	for to < len(x.phrases) && x.phrases[to].roots[0] == r {
		to++
	}
	return x.phrases[from:to]
}
