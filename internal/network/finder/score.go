// SPDX-License-Identifier: Apache-2.0

package finder

import (
	"cmp"
	"slices"
)

// points are what a word earns by being met in the fields of mask.
func points(how How, mask uint8) uint8 { return bestPoints[mask] * uint8(how) }

// score adds to s.scores, for the places of s.final, the points that explain
// would give them, going once through the postings of the words read.
func (ix *Index) score(q *question, s *scratch) {
	for n, c := range q.clauses {
		a := s.answers[n]
		if len(c.topics) > 0 {
			copy(s.temp, s.final)
			s.temp.and(a.byMeaning)
			s.temp.each(func(i int) { s.scores[i] += meaningPoints })
		}
		copy(s.temp, s.final)
		s.temp.and(a.byWords)
		if s.temp.empty() {
			continue
		}
		for _, at := range q.atoms[c.from:c.to] {
			for _, r := range q.readings[at.from:at.to] {
				for _, e := range ix.placesOf(r.word) {
					if i := int(e.number()); s.temp.has(i) {
						s.best[i] = max(s.best[i], points(r.how, e.mask()))
					}
				}
			}
			s.temp.each(func(i int) {
				s.scores[i] += uint16(s.best[i])
				s.best[i] = 0
			})
		}
	}
}

// explain says why a place answers q, clause by clause.
func (ix *Index) explain(q *question, all []answers, place int) []Match {
	var out []Match
	for n, c := range q.clauses {
		if all[n].byWords.has(place) {
			for _, at := range q.atoms[c.from:c.to] {
				out = append(out, ix.bestWord(q, at, place))
			}
		}
		if len(c.topics) > 0 && all[n].byMeaning.has(place) {
			out = append(out, ix.meaning(q, c, place))
		}
	}
	return out
}

// bestWord is the word of place that earns the most for an atom it has; among
// equals, the first in the order of the lexicon.
func (ix *Index) bestWord(q *question, a atom, place int) Match {
	var best reading
	var most, mask uint8
	for _, e := range ix.wordsOf(place) {
		readings := q.readings[a.from:a.to]
		k, ok := slices.BinarySearchFunc(readings, e.number(), func(r reading, w uint32) int { return cmp.Compare(r.word, w) })
		if !ok {
			continue
		}
		r := readings[k]
		if p := points(r.how, e.mask()); p > most || (p == most && r.word < best.word) {
			best, most, mask = r, p, e.mask()
		}
	}
	return Match{a.typed, ix.lexicon.spellings[best.word], best.how, bestField[mask], int(most)}
}

// meaning is the first thing that makes place answer c by meaning.
func (ix *Index) meaning(q *question, c clause, place int) Match {
	m := Match{How: ByMeaning, Points: meaningPoints}
	for k, a := range q.atoms[c.from:c.to] {
		if k > 0 {
			m.Typed += " "
		}
		m.Typed += a.typed
	}
	for _, t := range c.topics {
		topic := &ix.topics.topics[t]
		for _, v := range topic.values {
			if value := &ix.facets[v.facet].values[v.value]; value.places.has(place) {
				m.Found, m.In = value.code, v.facet.String()
				return m
			}
		}
		for _, roots := range topic.also {
			if found, mask := ix.rootsIn(roots, place); found != "" {
				m.Found, m.In = found, bestField[mask]
				return m
			}
		}
	}
	return m
}

// rootsIn is the words of place that have the given roots, as spelt, and the
// fields of the first; empty when one is missing.
func (ix *Index) rootsIn(roots []uint32, place int) (found string, mask uint8) {
	for k, root := range roots {
		at := slices.IndexFunc(ix.wordsOf(place), func(e entry) bool { return ix.lexicon.rootOf[e.number()] == root })
		if at < 0 {
			return "", 0
		}
		e := ix.wordsOf(place)[at]
		if k == 0 {
			mask = e.mask()
		} else {
			found += " "
		}
		found += ix.lexicon.spellings[e.number()]
	}
	return found, mask
}
