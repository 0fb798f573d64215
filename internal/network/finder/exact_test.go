// SPDX-License-Identifier: Apache-2.0

package finder

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"escale/internal/kit/id"
	"escale/internal/kit/text"
)

// pool holds words that are close to one another in every way the index knows:
// accents, roots, beginnings, one edit, everyday expressions, other scripts.
var pool = strings.Fields(`Blain Plain blin Blains médiathèque mediatheques Impôts impot carte Carte grise grises gris caf café cafés
retraite retrait France services service travail Saint st Sainte Nazaire nazere 44130 44131 de la l'œuvre ÉCOLE école écoles 北京 北京市
ñandú Straße imprimer imprimante immatriculation ordinateur ordi wifi mot de passe numérique conseiller conseillers Guérande Guer guère
İstanbul vélo vélos mairie maire hôtel ville sud-ouest c.a.f. a b 3 3d`)

func drawWords(t *rapid.T, label string, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pool), 0, most).Draw(t, label), " ")
}

var codePool = Codes{
	Services: {"Aide aux démarches administratives", "aide aux demarches administratives", "Accès internet et matériel informatique", "Utilisation sécurisée du numérique", "+"},
	Publics:  {"Seniors", "Jeunes"},
	Care:     {"Surdité", "Illettrisme"},
	Costs:    {"Gratuit", "Payant"},
	Labels:   {"France Services", "Aidants Connect"},
	Kinds:    {"Fixe", "Itinérant"},
}

func drawCodes(t *rapid.T, label string) Codes {
	var c Codes
	for f := range NumFacets {
		if len(codePool[f]) > 0 && rapid.IntRange(0, 2).Draw(t, label) > 0 {
			c[f] = rapid.SliceOfN(rapid.SampledFrom(codePool[f]), 0, 2).Draw(t, label+f.String())
		}
	}
	return c
}

func drawPoint(t *rapid.T, label string) Point {
	return Point{47 + rapid.Float64Range(0, 1).Draw(t, label), -2 + float64(rapid.IntRange(0, 3).Draw(t, label))/4}
}

var monday = time.Date(2026, 6, 8, 0, 0, 0, 0, time.UTC)

func drawNetwork(t *rapid.T) ([]Doc, Opening) {
	n := rapid.IntRange(0, 60).Draw(t, "places")
	docs := make([]Doc, n)
	o := Opening{From: monday, Weeks: make([]Week, n)}
	for i := range docs {
		p := drawPoint(t, "position")
		docs[i] = Doc{
			ID: id.ID(fmt.Sprint(i)), Name: drawWords(t, "name", 3), Commune: drawWords(t, "commune", 1),
			Address: drawWords(t, "address", 2), Summary: drawWords(t, "summary", 3), Extra: drawWords(t, "extra", 1),
			Lat: p.Lat, Lon: p.Lon, HasPosition: rapid.Bool().Draw(t, "placed"), Codes: drawCodes(t, "codes"),
		}
		if rapid.Bool().Draw(t, "opens") {
			o.Weeks[i].Set(rapid.IntRange(0, 3).Draw(t, "cell"))
		}
	}
	if rapid.Bool().Draw(t, "judge") {
		o.At = func(place int, at time.Time) bool { return (place+at.Hour())%3 == 0 }
	}
	return docs, o
}

// drawTyped changes words the way fingers do.
func drawTyped(t *rapid.T) string {
	words := strings.Fields(drawWords(t, "text", 4))
	for i, w := range words {
		r := []rune(w)
		at := rapid.IntRange(0, len(r)-1).Draw(t, "at")
		switch rapid.SampledFrom([]string{"as is", "as is", "cut", "double", "drop", "change", "swap"}).Draw(t, "slip") {
		case "cut":
			r = r[:at+1]
		case "double":
			r = slices.Insert(r, at, r[at])
		case "drop":
			r = slices.Delete(r, at, at+1)
		case "change":
			r[at] = rapid.SampledFrom([]rune("aeizé京")).Draw(t, "letter")
		case "swap":
			if at > 0 {
				r[at], r[at-1] = r[at-1], r[at]
			}
		}
		words[i] = string(r)
	}
	return strings.Join(words, rapid.SampledFrom([]string{" ", "  ", "-", ", "}).Draw(t, "between"))
}

func drawQuery(t *rapid.T) Query {
	q := Query{
		Text:     drawTyped(t),
		Sort:     rapid.SampledFrom([]Sort{ByRelevance, ByDistance}).Draw(t, "sort"),
		Limit:    rapid.IntRange(-1, 12).Draw(t, "limit"),
		Offset:   rapid.IntRange(-1, 8).Draw(t, "offset"),
		OnlyOpen: rapid.Bool().Draw(t, "only open"),
	}
	if rapid.Bool().Draw(t, "near") {
		p := drawPoint(t, "near")
		q.Near = &p
		q.RadiusKm = rapid.SampledFrom([]float64{0, 5, 30, 60, 1e5}).Draw(t, "radius")
	}
	if rapid.Bool().Draw(t, "at") {
		q.At = monday.Add(time.Duration(rapid.IntRange(-3, 8).Draw(t, "minutes")) * 10 * time.Minute)
	}
	if rapid.Bool().Draw(t, "narrowed") {
		q.Any = drawCodes(t, "any")
	}
	return q
}

// comparable reduces a Result to what the slow search gives.
func comparable(r Result) slowResult {
	s := slowResult{
		Total: r.Total, OpenCount: r.OpenCount, OpenUnknown: r.OpenUnknown, Agreement: r.Agreement,
		Corrections: map[string][]string{}, Unread: r.Unread,
	}
	for _, h := range r.Hits {
		s.Hits = append(s.Hits, slowHit{h.Index, h.Score, h.Km, h.Open})
	}
	for f := range r.Facets {
		s.Facets[f] = map[string]int{}
		for _, c := range r.Facets[f] {
			s.Facets[f][codeKey(c.Code)] = c.Places
		}
	}
	for _, c := range r.Corrections {
		var words []string
		for _, w := range c.Words {
			words = append(words, text.Fold(w))
		}
		slices.Sort(words)
		s.Corrections[c.Typed] = words
	}
	return s
}

func TestSearchEqualsTheSlowOne(t *testing.T) {
	seen := map[Agreement]int{}
	corrected, hits := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		docs, o := drawNetwork(t)
		ix, s := Build(docs).WithOpening(o), newSlow(docs, o)
		for range 8 {
			q := drawQuery(t)
			got, want := ix.Search(q), s.search(q)
			if diff := cmp.Diff(want, comparable(got), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("query %+v (-slow +index):\n%s", q, diff)
			}
			checkReasons(t, s, q, got)
			seen[got.Agreement]++
			corrected += len(got.Corrections)
			hits += len(got.Hits)
		}
	})
	for _, a := range []Agreement{AllWords, AllWithOneEdit, MostWords} {
		if seen[a] == 0 {
			t.Errorf("no query reached %v: the property says nothing about it", a)
		}
	}
	if corrected == 0 || hits == 0 {
		t.Errorf("%d corrections and %d hits: the property says too little", corrected, hits)
	}
}

// checkReasons verifies that every reason given for a hit is true.
func checkReasons(t *rapid.T, s *slow, q Query, r Result) {
	for _, h := range r.Hits {
		d := s.docs[h.Index]
		if h.ID != d.ID {
			t.Fatalf("hit %d has the identifier %s", h.Index, h.ID)
		}
		fields := map[string]string{"name": d.Name, "commune": d.Commune, "address": d.Address, "summary": d.Summary, "extra": d.Extra}
		for _, m := range h.Why {
			if f, ok := ParseFacet(m.In); ok {
				if m.How != ByMeaning || !slices.ContainsFunc(d.Codes[f], func(c string) bool { return codeKey(c) == codeKey(m.Found) }) {
					t.Fatalf("%q: %+v is not true of %+v", q.Text, m, d)
				}
				continue
			}
			for _, w := range s.words(m.Found)[:1] {
				if !slices.Contains(s.words(fields[m.In]), w) {
					t.Fatalf("%q: %+v is not true of %+v", q.Text, m, d)
				}
			}
			if m.How == ByOneEdit && edits(m.Typed, text.Fold(m.Found)) != 1 {
				t.Fatalf("%q: %+v is not one edit away", q.Text, m)
			}
		}
	}
}

// The order of hits comes from score, what is shown from explain.
func TestScoreIsWhatExplainSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs, _ := drawNetwork(t)
		ix := Build(docs)
		s := newScratch(len(docs))
		asked := ix.readText(drawTyped(t), s, new(Result))
		if asked == nil {
			return
		}
		copy(s.final, s.text)
		ix.score(asked, s)
		s.final.each(func(i int) {
			sum := 0
			for _, m := range ix.explain(asked, s.answers, i) {
				sum += m.Points
			}
			if sum != int(s.scores[i]) || sum == 0 {
				t.Fatalf("%+v: scored %d, explained %d", docs[i], s.scores[i], sum)
			}
		})
	})
}

func TestPagesNeitherOverlapNorSkip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs, o := drawNetwork(t)
		ix := Build(docs).WithOpening(o)
		q := drawQuery(t)
		q.Limit, q.Offset = len(docs)+1, 0
		whole := ix.Search(q).Hits
		q.Limit = rapid.IntRange(1, 7).Draw(t, "page")
		var pages []Hit
		for ; ; q.Offset += q.Limit {
			page := ix.Search(q).Hits
			if len(page) == 0 {
				break
			}
			pages = append(pages, page...)
		}
		if diff := cmp.Diff(whole, pages, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("pages of %d (-whole +pages):\n%s", q.Limit, diff)
		}
	})
}

// A facet's count is what choosing that value alone in its facet would give.
func TestCountIsWhatChoosingGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs, o := drawNetwork(t)
		ix := Build(docs).WithOpening(o)
		q := drawQuery(t)
		for f, counts := range ix.Search(q).Facets {
			for _, c := range counts {
				one := q
				one.Any[f] = []string{c.Code}
				if got := ix.Search(one).Total; got != c.Places {
					t.Fatalf("%v %q: counted %d, choosing it gives %d", Facet(f), c.Code, c.Places, got)
				}
			}
		}
	})
}

func TestSplitIsFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("aÉœæß’«» -–…\u00ad\u0301İŒ12ø½北"))),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		var words []string
		var p splitter
		p.split(s, func(w []byte, spelling string) {
			words = append(words, string(w))
			if spelling != "" && text.Fold(spelling) != string(w) {
				t.Fatalf("%q is spelt %q", w, spelling)
			}
		})
		if diff := cmp.Diff(strings.Fields(text.Fold(s)), words, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q (-Fold +split):\n%s", s, diff)
		}
	})
}

func TestOneEditEqualsTheDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.StringOfN(rapid.RuneFrom([]rune("abé京z")), 0, 6, -1)
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		want := edits(a, b) == 1
		if got := oneEdit(a, b); got != want {
			t.Fatalf("oneEdit(%q, %q) = %v, their distance is %d", a, b, got, edits(a, b))
		}
		if want && !newSignature(a).mayNeighbour(newSignature(b)) {
			t.Fatalf("the signatures of %q and %q exclude an edit", a, b)
		}
	})
}

func TestTopKeysEqualsSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var keys []key
		for i, v := range rapid.SliceOf(rapid.IntRange(0, 9)).Draw(t, "keys") {
			keys = append(keys, key{distance: float64(v % 3), score: uint16(v / 3), place: uint32(i)})
		}
		top := topKeys{size: rapid.IntRange(1, 12).Draw(t, "size")}
		for _, k := range keys {
			top.add(k)
		}
		want := slices.SortedFunc(slices.Values(keys), compareKeys)
		want = want[:min(top.size, len(want))]
		if got := top.sorted(); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestSearchesShareOneIndex(t *testing.T) {
	docs := slices.Repeat([]Doc{
		{Name: "Mairie de Blain", Codes: Codes{Services: {"Aide aux démarches administratives"}}},
		{Name: "Médiathèque", Summary: "imprimer, wifi"},
	}, 100)
	ix := Build(docs)
	queries := []string{"retrait", "immprimer", "blain mairie", "mediatheque", "zzzz", "blain wifi"}
	want := map[string]Result{}
	for _, q := range queries {
		want[q] = ix.Search(Query{Text: q, Limit: 5})
	}
	diffs := make(chan string)
	for range 4 {
		go func() {
			for range 50 {
				for q := range maps.Keys(want) {
					if d := cmp.Diff(want[q], ix.Search(Query{Text: q, Limit: 5})); d != "" {
						diffs <- d
						return
					}
				}
			}
			diffs <- ""
		}()
	}
	for range 4 {
		if d := <-diffs; d != "" {
			t.Errorf("searching together changed a result (-alone +together):\n%s", d)
		}
	}
}
