// SPDX-License-Identifier: Apache-2.0

package finder

import "fmt"

// PlanClause is a clause as another engine can carry it out: all the atoms, or
// one of the values, or one of the other expressions.
type PlanClause struct {
	Atoms  []PlanAtom
	Values []string     // ValueName of each
	Also   [][]PlanAtom // expressions
}

// PlanAtom is a word to look for: one of Words. Beginning and OneEdit say that
// Words come from typing alone, so that the other engine can find them itself.
type PlanAtom struct {
	Typed              string
	Words              []string
	Beginning, OneEdit bool
}

// ValueName names a facet's value for another engine.
func ValueName(f Facet, code string) string { return fmt.Sprintf("%v:%s", f, codeKey(code)) }

// Plan is how ix understands a text.
func (ix *Index) Plan(text string) ([]PlanClause, Agreement) {
	s := newScratch(len(ix.ids))
	var r Result
	q := ix.readText(text, s, &r)
	if q == nil {
		return nil, r.Agreement
	}
	var out []PlanClause
	for _, c := range q.clauses {
		var p PlanClause
		for _, a := range q.atoms[c.from:c.to] {
			at := PlanAtom{Typed: a.typed, Beginning: true, OneEdit: true}
			for _, r := range q.readings[a.from:a.to] {
				at.Words = append(at.Words, ix.lexicon.words[r.word])
				at.Beginning = at.Beginning && r.how == ByBeginning
				at.OneEdit = at.OneEdit && r.how == ByOneEdit
			}
			p.Atoms = append(p.Atoms, at)
		}
		for _, t := range c.topics {
			topic := &ix.topics.topics[t]
			for _, v := range topic.values {
				p.Values = append(p.Values, ValueName(v.facet, ix.facets[v.facet].values[v.value].code))
			}
			for _, roots := range topic.also {
				var atoms []PlanAtom
				for _, root := range roots {
					l := &ix.lexicon
					var at PlanAtom
					for _, w := range l.family[l.families[root]:l.families[root+1]] {
						at.Words = append(at.Words, l.words[w])
					}
					atoms = append(atoms, at)
				}
				p.Also = append(p.Also, atoms)
			}
		}
		out = append(out, p)
	}
	return out, r.Agreement
}

// Lexicon is every word of ix.
func (ix *Index) Lexicon() []string { return ix.lexicon.words }

// OneEdit gives the comparison the index's own definition.
var OneEdit = oneEdit

// Vector is a point on the unit sphere, as other engines store it.
func (p Point) Vector() [3]float64 { v := p.vector(); return [3]float64{v.x, v.y, v.z} }
