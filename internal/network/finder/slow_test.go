// SPDX-License-Identifier: Apache-2.0

package finder

import (
	"math"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"escale/internal/kit/text"
)

// slow is the search written the obvious way, over plain maps, to be compared
// with the index. It shares with it only the root of a word, the vectors of
// points and the content of the table of everyday words.
type slow struct {
	docs    []Doc
	have    []map[string]int  // the docWords of each place
	lexicon map[string]string // each word's root
	ignored map[string]bool
	opening Opening
}

func newSlow(docs []Doc, o Opening) *slow {
	s := &slow{docs: docs, lexicon: map[string]string{}, ignored: map[string]bool{}, opening: o}
	for _, w := range everyday().Ignored {
		s.ignored[w] = true
	}
	for _, t := range everyday().Everyday {
		for _, e := range slices.Concat(t.Say, t.Also) {
			for _, w := range s.words(e) {
				s.lexicon[w] = root(w)
			}
		}
	}
	for _, d := range docs {
		words := s.docWords(d)
		for w := range words {
			s.lexicon[w] = root(w)
		}
		s.have = append(s.have, words)
	}
	return s
}

func (s *slow) words(t string) []string {
	return slices.DeleteFunc(strings.Fields(text.Fold(t)), func(w string) bool { return s.ignored[w] })
}

// docWords gives for each word of a place the points of its best field.
func (s *slow) docWords(d Doc) map[string]int {
	out := map[string]int{}
	for field, t := range map[int]string{10: d.Name, 9: d.Commune, 6: d.Extra, 5: d.Summary, 3: d.Address} {
		for _, w := range s.words(t) {
			out[w] = max(out[w], field)
		}
	}
	return out
}

// edits is the optimal string alignment distance (insertions, deletions,
// substitutions, swaps of neighbours), by its textbook recurrence.
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}

func (s *slow) read(word string, last, widen bool) map[string]How {
	out := map[string]How{}
	wordRoot := root(word)
	for v, r := range s.lexicon {
		if v == word {
			out[v] = ByWord
		} else if r == wordRoot {
			out[v] = ByRoot
		}
	}
	if len(out) == 0 && last && len(word) >= 2 {
		for v := range s.lexicon {
			if strings.HasPrefix(v, word) {
				out[v] = ByBeginning
			}
		}
	}
	digits := func(w string) bool { return strings.ContainsAny(w, "0123456789") }
	if (len(out) == 0 || widen) && utf8.RuneCountInString(word) >= 4 && !digits(word) {
		for v := range s.lexicon {
			if _, read := out[v]; !read && !digits(v) && edits(v, word) == 1 {
				out[v] = ByOneEdit
			}
		}
	}
	return out
}

type slowClause struct {
	typed    []string
	readings []map[string]How
	topics   []topic
}

func (s *slow) understand(t string, widen bool) (clauses []slowClause, unread []string) {
	typed := s.words(t)
	all := strings.Fields(text.Fold(t))
	readings := make([]map[string]How, len(typed))
	for i, w := range typed {
		last := i == len(typed)-1 && w == all[len(all)-1]
		if readings[i] = s.read(w, last, widen); i >= MaxWords || len(readings[i]) == 0 {
			readings[i] = nil
			unread = append(unread, w)
		}
	}
	for i := 0; i < len(typed); {
		if readings[i] == nil {
			i++
			continue
		}
		length, topics := 1, []topic(nil)
		for _, t := range everyday().Everyday {
			longest := 0
			for _, say := range t.Say {
				words := s.words(say)
				if len(words) == 0 || i+len(words) > len(typed) {
					continue
				}
				met := true
				for k, w := range words {
					met = met && meansRoot(typed[i+k], readings[i+k], root(w))
				}
				if met {
					longest = max(longest, len(words))
				}
			}
			if longest > length {
				length, topics = longest, []topic{t}
			} else if longest == length {
				topics = append(topics, t)
			}
		}
		clauses = append(clauses, slowClause{typed[i : i+length], readings[i : i+length], topics})
		i += length
	}
	return clauses, unread
}

func meansRoot(typed string, readings map[string]How, r string) bool {
	for w, how := range readings {
		if root(w) == r && (how != ByBeginning || len(typed) >= 4) {
			return true
		}
	}
	return false
}

// judge tells how a place answers a clause: the points of its words, and of its meaning.
func (s *slow) judge(c slowClause, place int) (byWords, byMeaning int) {
	d, words := s.docs[place], s.have[place]
	for _, readings := range c.readings {
		best := 0
		for w, how := range readings {
			best = max(best, words[w]*int(how))
		}
		if best == 0 {
			byWords = 0
			break
		}
		byWords += best
	}
	roots := map[string]bool{}
	for w := range words {
		roots[s.lexicon[w]] = true
	}
	for _, t := range c.topics {
		for f, codes := range t.codes() {
			for _, code := range codes {
				if slices.ContainsFunc(d.Codes[f], func(have string) bool { return text.Fold(have) == text.Fold(code) }) {
					byMeaning = 20
				}
			}
		}
		for _, also := range t.Also {
			all := true
			for _, w := range s.words(also) {
				all = all && roots[root(w)]
			}
			if all {
				byMeaning = 20
			}
		}
	}
	return byWords, byMeaning
}

// slowHit is what is compared of a hit.
type slowHit struct {
	Index, Score int
	Km           float64
	Open         bool
}

type slowResult struct {
	Total, OpenCount int
	OpenUnknown      bool
	Agreement        Agreement
	Hits             []slowHit
	Facets           [NumFacets]map[string]int // by folded code
	Corrections      map[string][]string       // typed → folded words
	Unread           []string
}

func (s *slow) search(q Query) slowResult {
	var r slowResult
	textual := make([]bool, len(s.docs))
	scores := make([]int, len(s.docs))
	clauses, unread := s.understand(q.Text, false)
	wide, _ := s.understand(q.Text, true)
	r.Unread = unread
	if len(clauses) == 0 {
		for i := range textual {
			textual[i] = len(unread) == 0
		}
	} else {
		clauses = s.agree(clauses, wide, textual, scores, &r)
	}
	r.Corrections = map[string][]string{}
	for _, c := range clauses {
		for k, readings := range c.readings {
			var words []string
			for w, how := range readings {
				if how == ByOneEdit {
					words = append(words, w)
				}
			}
			if words != nil {
				slices.Sort(words)
				r.Corrections[c.typed[k]] = words
			}
		}
	}
	s.narrow(q, textual, scores, &r)
	return r
}

func (s *slow) agree(clauses, wide []slowClause, textual []bool, scores []int, r *slowResult) []slowClause {
	answer := func(clauses []slowClause, need func(answered int) bool) (found bool, most int) {
		for i := range s.docs {
			answered, score := 0, 0
			for _, c := range clauses {
				w, m := s.judge(c, i)
				if w+m > 0 {
					answered++
				}
				score += w + m
			}
			textual[i], scores[i] = need(answered), score
			found = found || textual[i]
			most = max(most, answered)
		}
		return found, most
	}
	found, most := answer(clauses, func(n int) bool { return n == len(clauses) })
	if found {
		return clauses
	}
	r.Agreement = AllWithOneEdit
	if found, _ := answer(wide, func(n int) bool { return n == len(wide) }); found {
		return wide
	}
	r.Agreement = MostWords
	answer(clauses, func(n int) bool { return n == most && n > 0 })
	return clauses
}

func (s *slow) narrow(q Query, textual []bool, scores []int, r *slowResult) {
	if q.Near != nil && !q.Near.valid() {
		q.Near = nil
	}
	has := func(i int, f Facet, code string) bool {
		return slices.ContainsFunc(s.docs[i].Codes[f], func(have string) bool { return codeKey(have) == codeKey(code) })
	}
	chosen := func(i int, f Facet) bool {
		return len(q.Any[f]) == 0 || slices.ContainsFunc(q.Any[f], func(code string) bool { return has(i, f, code) })
	}
	known, cell := !q.At.IsZero(), -1
	if d := q.At.Sub(s.opening.From); known && len(s.opening.Weeks) > 0 && d >= 0 && d < 7*24*time.Hour {
		cell = int(d / (15 * time.Minute))
	}
	known = known && (cell >= 0 || s.opening.At != nil)
	r.OpenUnknown = !known && !q.At.IsZero()
	open := func(i int) bool {
		if !known {
			return false
		}
		if cell >= 0 {
			return s.opening.Weeks[i].Open(cell)
		}
		return s.opening.At(i, q.At)
	}
	for f := range NumFacets {
		r.Facets[f] = map[string]int{}
		for _, d := range s.docs {
			for _, code := range d.Codes[f] {
				r.Facets[f][codeKey(code)] += 0
			}
		}
	}
	distance := map[int]float64{}
	for i, d := range s.docs {
		placed := d.HasPosition && math.Abs(d.Lat) <= 90 && math.Abs(d.Lon) <= 180
		if q.Near != nil {
			distance[i] = math.Inf(1)
			if placed {
				distance[i] = chord2(Point{d.Lat, d.Lon}.vector(), q.Near.vector())
			}
			if q.RadiusKm > 0 && (!placed || Km(Point{d.Lat, d.Lon}, *q.Near) > q.RadiusKm) {
				continue
			}
		}
		if !textual[i] {
			continue
		}
		missing := 0
		for f := range NumFacets {
			if !chosen(i, f) {
				missing++
			}
		}
		if missing == 0 && open(i) {
			r.OpenCount++
		}
		if known && q.OnlyOpen && !open(i) {
			continue
		}
		for f := range NumFacets {
			if missing == 0 || (missing == 1 && !chosen(i, f)) {
				seen := map[string]bool{}
				for _, code := range s.docs[i].Codes[f] {
					if !seen[codeKey(code)] {
						r.Facets[f][codeKey(code)]++
					}
					seen[codeKey(code)] = true
				}
			}
		}
		if missing == 0 {
			h := slowHit{Index: i, Score: scores[i], Open: open(i)}
			if q.Near != nil && placed {
				h.Km = Km(Point{d.Lat, d.Lon}, *q.Near)
			}
			r.Hits = append(r.Hits, h)
		}
	}
	r.Total = len(r.Hits)
	sort.SliceStable(r.Hits, func(x, y int) bool {
		a, b := r.Hits[x], r.Hits[y]
		if a.Score != b.Score && (q.Sort != ByDistance || q.Near == nil) {
			return a.Score > b.Score
		}
		return distance[a.Index] < distance[b.Index]
	})
	r.Hits = r.Hits[min(max(q.Offset, 0), len(r.Hits)):]
	r.Hits = r.Hits[:min(max(q.Limit, 0), len(r.Hits))]
	if q.Offset < 0 {
		r.Hits = nil
	}
}
