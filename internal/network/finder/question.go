// SPDX-License-Identifier: Apache-2.0

package finder

import (
	"slices"
	"strings"
)

// question is a text as the index understands it. Each clause is one thing
// asked for; a place answers it by words or by meaning.
type question struct {
	atoms    []atom
	readings []reading // of all atoms
	clauses  []clause
	unread   []string
}

// atom is one typed word that could be read.
type atom struct {
	typed    string
	from, to int      // its readings
	everyday []uint32 // roots of readings that everyday expressions use
}

// clause is an everyday expression typed, or a single word. A place answers
// it when its text has all the atoms, or when one of the topics' meanings is true of it.
type clause struct {
	from, to int // its atoms
	topics   []int
}

// minMeaning is the fewest letters (bytes) of a beginning for which everyday
// expressions are understood: with fewer, nearly all of them would be.
const minMeaning = 4

// maxTyped is the longest text read, in bytes: ample for MaxWords words.
const maxTyped = 1024

// understand reads a text against ix. widen is that of lexicon.read.
func (ix *Index) understand(text string, widen bool) *question {
	q := new(question)
	for i, w := range typedWords(text) {
		a := atom{typed: w.word, from: len(q.readings)}
		q.readings = ix.lexicon.read(q.readings, w.word, w.last, widen)
		a.to = len(q.readings)
		if i >= MaxWords || a.from == a.to {
			q.readings = q.readings[:a.from]
			a.to = a.from
			q.unread = append(q.unread, w.word)
		}
		a.everyday = ix.everydayRoots(w.word, q.readings[a.from:a.to])
		q.atoms = append(q.atoms, a)
	}
	for i := 0; i < len(q.atoms); {
		if q.atoms[i].from == q.atoms[i].to {
			i++
			continue
		}
		n, topics := ix.expressionAt(q.atoms[i:])
		q.clauses = append(q.clauses, clause{i, i + n, topics})
		i += n
	}
	return q
}

// typedWord is a folded word; last tells whether the text ends with it.
type typedWord struct {
	word string
	last bool
}

// typedWords cuts a text into its words, without those the everyday table
// ignores.
func typedWords(s string) []typedWord {
	if len(s) > maxTyped {
		s = strings.ToValidUTF8(s[:maxTyped], "")
	}
	var p splitter
	var out []typedWord
	p.split(s, func(word []byte, _ string) {
		for i := range out {
			out[i].last = false
		}
		if !everyday().ignored[string(word)] {
			out = append(out, typedWord{string(word), true})
		}
	})
	return out
}

// everydayRoots are the distinct roots of readings that everyday expressions
// contain, in the order of the readings.
func (ix *Index) everydayRoots(typed string, readings []reading) []uint32 {
	var out []uint32
	for _, r := range readings {
		root := ix.lexicon.rootOf[r.word]
		if r.how == ByBeginning && len(typed) < minMeaning {
			continue
		}
		if ix.topics.everyday.has(int(root)) && !slices.Contains(out, root) {
			out = append(out, root)
		}
	}
	return out
}

// expressionAt is the length of the longest everyday expressions that atoms
// begin with, and their topics; 1 and none when there is no such expression.
func (ix *Index) expressionAt(atoms []atom) (length int, topics []int) {
	length = 1
	for _, first := range atoms[0].everyday {
		for _, p := range ix.topics.startingWith(first) {
			n := len(p.roots)
			if n < length || n > len(atoms) {
				continue
			}
			met := true
			for k := 1; k < n && met; k++ {
				met = slices.Contains(atoms[k].everyday, p.roots[k])
			}
			switch {
			case !met:
			case n > length:
				length, topics = n, []int{p.topic}
			case !slices.Contains(topics, p.topic):
				topics = append(topics, p.topic)
			}
		}
	}
	slices.Sort(topics)
	return length, topics
}

// corrections are the words of q read one letter away.
func (ix *Index) corrections(q *question) []Correction {
	var out []Correction
	for _, a := range q.atoms {
		var words []string
		for _, r := range q.readings[a.from:a.to] {
			if r.how == ByOneEdit {
				words = append(words, ix.lexicon.spellings[r.word])
			}
		}
		if words != nil {
			out = append(out, Correction{a.typed, words})
		}
	}
	return out
}

// answers are the places that answer each clause: by words, by meaning.
type answers struct{ byWords, byMeaning bitset }

// answer fills a with the places that answer c. It uses s.temp and s.others.
func (ix *Index) answer(q *question, c clause, a answers, s *scratch) {
	ix.havingAny(q.readings[q.atoms[c.from].from:q.atoms[c.from].to], a.byWords)
	for _, at := range q.atoms[c.from+1 : c.to] {
		ix.havingAny(q.readings[at.from:at.to], s.temp)
		a.byWords.and(s.temp)
	}
	clear(a.byMeaning)
	for _, t := range c.topics {
		topic := &ix.topics.topics[t]
		for _, v := range topic.values {
			a.byMeaning.or(ix.facets[v.facet].values[v.value].places)
		}
		for _, roots := range topic.also {
			ix.havingRoots(roots, s.temp, s.others)
			a.byMeaning.or(s.temp)
		}
	}
}

// havingAny fills out with the places that have one of the words.
func (ix *Index) havingAny(readings []reading, out bitset) {
	clear(out)
	for _, r := range readings {
		for _, e := range ix.placesOf(r.word) {
			out.set(int(e.number()))
		}
	}
}

// havingRoots fills out with the places that have a word of every root; one
// holds those of one root.
func (ix *Index) havingRoots(roots []uint32, out, one bitset) {
	l := &ix.lexicon
	out.fill(len(ix.ids))
	for _, r := range roots {
		clear(one)
		for _, w := range l.family[l.families[r]:l.families[r+1]] {
			for _, e := range ix.placesOf(w) {
				one.set(int(e.number()))
			}
		}
		out.and(one)
	}
}
