// SPDX-License-Identifier: Apache-2.0

package finder

import "math"

// scratch is what one search needs besides the index, kept between searches.
type scratch struct {
	text, base, final, open, temp bitset
	chosen                        [NumFacets]bitset // places having a chosen code
	others                        bitset
	answers                       []answers
	sparse                        sparse
	distances                     []float64 // squared chords
	scores                        []uint16
	best                          []uint8
	keys                          []key
}

func newScratch(n int) *scratch {
	s := &scratch{distances: make([]float64, n), scores: make([]uint16, n), best: make([]uint8, n)}
	for _, b := range []*bitset{&s.text, &s.base, &s.final, &s.open, &s.temp, &s.others} {
		*b = newBitset(n)
	}
	for f := range s.chosen {
		s.chosen[f] = newBitset(n)
	}
	return s
}

// Search answers q. It is exact, and safe to call from many goroutines.
func (ix *Index) Search(q Query) Result {
	s := ix.scratch.Get().(*scratch)
	defer ix.scratch.Put(s)
	var r Result

	asked := ix.readText(q.Text, s, &r)
	copy(s.base, s.text)
	if q.Near != nil && !q.Near.valid() {
		q.Near = nil
	}
	if q.Near != nil && q.RadiusKm > 0 {
		ix.keepWithin(*q.Near, q.RadiusKm, s)
	}
	judged := !q.At.IsZero() && ix.opening.known(q.At)
	r.OpenUnknown = !q.At.IsZero() && !judged
	if judged {
		ix.opening.open(q.At, s.base, s.open)
	}
	ix.count(q, judged, s, &r)
	ix.hits(q, asked, judged, s, &r)
	return r
}

// readText puts in s.text the places that answer text, with the Agreement
// they could reach, and returns how it was understood; nil when the text asks
// for nothing.
func (ix *Index) readText(text string, s *scratch, r *Result) *question {
	s.text.fill(len(ix.ids))
	q := ix.understand(text, false)
	r.Unread = q.unread
	if len(q.clauses) == 0 {
		if len(q.unread) > 0 {
			clear(s.text)
		}
		return nil
	}
	if !ix.answerAll(q, s) {
		r.Agreement = AllWithOneEdit
		wide := ix.understand(text, true)
		if ix.answerAll(wide, s) {
			q = wide
		} else {
			r.Agreement = MostWords
			ix.answerAll(q, s)
			ix.answerMost(q, s)
		}
	}
	r.Corrections = ix.corrections(q)
	return q
}

// answerAll fills s.answers, puts in s.text the places that answer every
// clause, and tells whether there is one.
func (ix *Index) answerAll(q *question, s *scratch) bool {
	for len(s.answers) < len(q.clauses) {
		s.answers = append(s.answers, answers{newBitset(len(ix.ids)), newBitset(len(ix.ids))})
	}
	s.text.fill(len(ix.ids))
	for i, c := range q.clauses {
		ix.answer(q, c, s.answers[i], s)
		copy(s.temp, s.answers[i].byWords)
		s.temp.or(s.answers[i].byMeaning)
		s.text.and(s.temp)
	}
	return !s.text.empty()
}

// answerMost puts in s.text the places that answer the most clauses, none if
// no clause has an answer.
func (ix *Index) answerMost(q *question, s *scratch) {
	most := uint16(0)
	for i := range q.clauses {
		copy(s.temp, s.answers[i].byWords)
		s.temp.or(s.answers[i].byMeaning)
		s.temp.each(func(p int) {
			s.scores[p]++
			most = max(most, s.scores[p])
		})
	}
	clear(s.text)
	for p, n := range s.scores {
		if n == most && n > 0 {
			s.text.set(p)
		}
	}
	clear(s.scores)
}

// keepWithin removes from s.base the places farther than km, and notes the
// squared chords of the others.
func (ix *Index) keepWithin(near Point, km float64, s *scratch) {
	from, limit := near.vector(), newWithin(km)
	s.base.and(ix.placed)
	s.base.each(func(i int) {
		if c2 := chord2(from, ix.vectors[i]); limit.has(c2) {
			s.distances[i] = c2
		} else {
			s.base.clear(i)
		}
	})
}

// count fills r's counts from s.base, and s.final with the places that match
// the whole query.
func (ix *Index) count(q Query, judged bool, s *scratch, r *Result) {
	var narrowed [NumFacets]bool
	total := 0
	for f := range NumFacets {
		if len(q.Any[f]) > 0 {
			narrowed[f] = true
			clear(s.chosen[f])
		}
		total += len(ix.facets[f].values)
	}
	counts := make([]Count, 0, total)
	for f := range NumFacets {
		from := len(counts)
		for _, v := range ix.facets[f].values {
			counts = append(counts, Count{Code: v.code})
		}
		r.Facets[f] = counts[from:len(counts):len(counts)]
		for _, code := range q.Any[f] {
			if v := ix.facets[f].find(code); v >= 0 {
				r.Facets[f][v].Chosen = true
				s.chosen[f].or(ix.facets[f].values[v].places)
			}
		}
	}
	// but is s.base narrowed by every facet except one.
	but := func(except Facet, out bitset) {
		copy(out, s.base)
		for f := range NumFacets {
			if narrowed[f] && f != except {
				out.and(s.chosen[f])
			}
		}
	}
	but(NumFacets, s.final)
	if judged {
		copy(s.temp, s.final)
		s.temp.and(s.open)
		r.OpenCount = s.temp.count()
		if q.OnlyOpen {
			s.final.and(s.open)
			s.base.and(s.open)
		}
	}
	r.Total = s.final.count()
	s.sparse.of(s.final)
	for f := range NumFacets {
		if !narrowed[f] {
			ix.countFacet(f, s, r)
		}
	}
	for f := range NumFacets {
		if narrowed[f] {
			but(f, s.others)
			s.sparse.of(s.others)
			ix.countFacet(f, s, r)
		}
	}
}

// countFacet counts the places of s.sparse for each value of f.
func (ix *Index) countFacet(f Facet, s *scratch, r *Result) {
	for v := range ix.facets[f].values {
		r.Facets[f][v].Places = s.sparse.countAnd(ix.facets[f].values[v].places)
	}
}

// hits fills r.Hits from s.final.
func (ix *Index) hits(q Query, asked *question, judged bool, s *scratch, r *Result) {
	if q.Limit <= 0 || q.Offset < 0 || q.Offset >= r.Total {
		return
	}
	byDistance := q.Sort == ByDistance && q.Near != nil
	if q.Near != nil {
		from := q.Near.vector()
		s.final.each(func(i int) {
			s.distances[i] = math.Inf(1)
			if ix.placed.has(i) {
				s.distances[i] = chord2(from, ix.vectors[i])
			}
		})
	}
	if asked != nil && !byDistance {
		ix.score(asked, s)
	}
	top := topKeys{keys: s.keys[:0], size: min(q.Offset+min(q.Limit, r.Total), r.Total)}
	s.final.each(func(i int) {
		k := key{place: uint32(i)}
		if q.Near != nil {
			k.distance = s.distances[i]
		}
		if !byDistance {
			k.score = s.scores[i]
			s.scores[i] = 0
		}
		top.add(k)
	})
	s.keys = top.sorted()
	r.Hits = make([]Hit, 0, len(s.keys)-q.Offset)
	for _, k := range s.keys[q.Offset:] {
		i := int(k.place)
		h := Hit{Index: i, ID: ix.ids[i], Open: judged && s.open.has(i)}
		if h.HasKm = q.Near != nil && ix.placed.has(i); h.HasKm {
			h.Km = chordKm(s.distances[i])
		}
		if asked != nil {
			h.Why = ix.explain(asked, s.answers, i)
			for _, m := range h.Why {
				h.Score += m.Points
			}
		}
		r.Hits = append(r.Hits, h)
	}
}
