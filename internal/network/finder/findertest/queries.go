// SPDX-License-Identifier: Apache-2.0

package findertest

import (
	"math/rand/v2"
	"strings"
	"time"

	"escale/internal/network/finder"
)

// Kind is a family of questions, measured apart.
type Kind string

// The families. Every question asks for the counts of every facet.
const (
	ByText     Kind = "text"     // words of a place's name and commune, the last one sometimes cut short
	ByEveryday Kind = "everyday" // an everyday expression, often with a commune
	ByTypo     Kind = "typo"     // the same as text, one letter wrong
	ByNear     Kind = "distance" // around a point, nearest first
	ByFacets   Kind = "facets"   // around a point, two facets chosen
	ByAll      Kind = "mix"      // an everyday expression, around a point, facets, open
)

// Kinds are the families in the order of reports.
var Kinds = []Kind{ByText, ByEveryday, ByTypo, ByNear, ByFacets, ByAll}

var expressions = []string{
	"retrait", "caf", "carte grise", "impôts", "imprimer", "wifi", "mot de passe", "arnaque", "j'ai besoin d'aide pour la retraite",
	"pôle emploi", "cv", "cantine", "titre de séjour", "franceconnect", "visio", "mail", "smartphone", "apprendre l'ordinateur",
	"déclaration d'impôts", "ameli", "france services", "scanner un papier", "acheter un ordinateur pas cher", "senior", "numérique", "conseiller numérique",
}

// Queries invents n questions of a family about docs.
func Queries(kind Kind, n int, seed uint64, docs []finder.Doc) []finder.Query {
	r := rand.New(rand.NewPCG(seed, 3))
	out := make([]finder.Query, n)
	for i := range out {
		out[i] = query(kind, r, docs)
	}
	return out
}

func query(kind Kind, r *rand.Rand, docs []finder.Doc) finder.Query {
	d := &docs[r.IntN(len(docs))]
	q := finder.Query{Limit: 20}
	switch kind {
	case ByText, ByTypo:
		q.Text = d.Commune
		switch r.IntN(3) {
		case 0:
			q.Text = d.Name
		case 1:
			q.Text = strings.Fields(d.Name)[0] + " " + d.Commune
		}
		switch {
		case kind == ByTypo:
			q.Text = Misspell(r, q.Text)
		case r.IntN(3) == 0:
			q.Text = cut(r, q.Text)
		}
	case ByEveryday, ByAll:
		q.Text = expressions[r.IntN(len(expressions))]
		if kind == ByEveryday && r.IntN(3) > 0 {
			q.Text += " " + d.Commune
		}
	}
	if kind == ByNear || kind == ByFacets || kind == ByAll {
		q.Near, q.Sort = &finder.Point{Lat: 43 + 7*r.Float64(), Lon: -3 + 9*r.Float64()}, finder.ByDistance
		q.RadiusKm = []float64{0, 10, 30, 100}[r.IntN(4)]
	}
	if kind == ByFacets || kind == ByAll {
		q.Any[finder.Services] = []string{services[r.IntN(len(services))]}
		if r.IntN(2) == 0 {
			q.Any[finder.Support] = []string{support[r.IntN(2)], support[2+r.IntN(2)]}
		} else {
			q.Any[finder.Care] = []string{care[r.IntN(len(care))]}
		}
	}
	if kind == ByAll {
		q.At = Monday.Add(time.Duration(r.IntN(finder.Cells)) * finder.CellLength)
		q.OnlyOpen = r.IntN(2) == 0
	}
	return q
}

// cut leaves out up to three letters at the end of a long text.
func cut(r *rand.Rand, s string) string {
	runes := []rune(s)
	if len(runes) < 8 {
		return s
	}
	return string(runes[:len(runes)-1-r.IntN(3)])
}

// Misspell makes one edit in the longest word of s: a letter doubled, left
// out, changed, or two swapped.
func Misspell(r *rand.Rand, s string) string {
	words := strings.Fields(strings.ReplaceAll(s, "-", " "))
	longest := 0
	for i, w := range words {
		if len(w) > len(words[longest]) {
			longest = i
		}
	}
	w := []rune(words[longest])
	if len(w) < 4 {
		return s
	}
	i := 1 + r.IntN(len(w)-2)
	switch r.IntN(4) {
	case 0:
		w = append(w[:i+1], w[i:]...)
	case 1:
		w = append(w[:i], w[i+1:]...)
	case 2:
		w[i] = 'a' + rune(r.IntN(26))
	default:
		w[i], w[i+1] = w[i+1], w[i]
	}
	words[longest] = string(w)
	return strings.Join(words, " ")
}
