// SPDX-License-Identifier: Apache-2.0

package finder

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/text"
)

const (
	papers  = "Aide aux démarches administratives"
	machine = "Accès internet et matériel informatique"
)

// village is a small network such as a person meets.
var village = []Doc{
	{Name: "France Services de Blain", Commune: "Blain", Extra: "44130", Lat: 47.476, Lon: -1.763, HasPosition: true, Codes: Codes{Services: {papers}, Costs: {"Gratuit"}}},
	{Name: "Médiathèque de Plessé", Commune: "Plessé", Summary: "Imprimante et wifi, café des lecteurs.", Lat: 47.541, Lon: -1.886, HasPosition: true, Codes: Codes{Services: {machine}, Costs: {"Gratuit", "Payant"}}},
	{Name: "Mairie du Gâvre", Commune: "Le Gâvre", Lat: 47.521, Lon: -1.748, HasPosition: true, Codes: Codes{Services: {papers}}},
	{Name: "Bus du numérique", Commune: "", Codes: Codes{Services: {papers, machine}, Kinds: {"Itinérant"}}},
	{Name: "Antenne de la CAF", Commune: "Saint-Nazaire", Lat: 47.273, Lon: -2.213, HasPosition: true, Codes: Codes{Services: {papers}}},
}

// names are the places found for a text, best first.
func names(r Result) []string {
	var out []string
	for _, h := range r.Hits {
		out = append(out, village[h.Index].Name)
	}
	return out
}

func TestWhatPeopleType(t *testing.T) {
	ix := Build(village)
	const fs, plesse, gavre, bus, caf = "France Services de Blain", "Médiathèque de Plessé", "Mairie du Gâvre", "Bus du numérique", "Antenne de la CAF"
	for typed, want := range map[string][]string{
		"retrait":                             {fs, gavre, bus, caf},
		"caf":                                 {caf, fs, gavre, bus}, // not the café
		"immprimer":                           {plesse, bus},
		"carte grise blain":                   {fs},
		"crate grise blain":                   {fs},
		"Carte  GRISE, à Blain !":             {fs},
		"plesse":                              {plesse},
		"je cherche la médiathèque de plessé": {plesse},
		"st nazaire":                          {caf},
		"44130":                               {fs},
		"44131":                               nil, // a postal code is not corrected
		"gavr":                                {gavre},
		"bonjour":                             {fs, plesse, gavre, bus, caf},
		"":                                    {fs, plesse, gavre, bus, caf},
		"xyzxyz":                              nil,
		"xyzxyz blain":                        {fs},
		"saint plesse":                        {caf, plesse},
		"j'ai besoin d'aide pour mes impots, svp":  {fs, gavre, bus, caf},
		"bliin mot de passe":                       {fs},
		"l'œuvre":                                  nil,
		"camionnette":                              {bus},
		strings.Repeat("zz ", MaxWords) + " blain": nil,
	} {
		got := names(ix.Search(Query{Text: typed, Limit: 9}))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", typed, diff)
		}
	}
}

func TestReasons(t *testing.T) {
	ix := Build(village)
	r := ix.Search(Query{Text: "immprimer", Limit: 1})
	if diff := cmp.Diff([]Correction{{"immprimer", []string{"imprimer"}}}, r.Corrections); diff != "" {
		t.Errorf("corrections (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Match{{"immprimer", machine, ByMeaning, "services", 20}}, r.Hits[0].Why); diff != "" {
		t.Errorf("immprimer (-want +got):\n%s", diff)
	}
	r = ix.Search(Query{Text: "carte grise bla", Limit: 1})
	if diff := cmp.Diff([]Match{
		{"carte grise", papers, ByMeaning, "services", 20},
		{"bla", "blain", ByBeginning, "name", 20},
	}, r.Hits[0].Why); diff != "" {
		t.Errorf("carte grise bla (-want +got):\n%s", diff)
	}
	r = ix.Search(Query{Text: "zzzz mairies", Limit: 1})
	if diff := cmp.Diff([]string{"zzzz"}, r.Unread); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
	if got := r.Hits[0].Why[0]; got.How != ByRoot || got.Found != "mairie" {
		t.Errorf("mairies: got %+v", got)
	}
}

func TestDistances(t *testing.T) {
	ix := Build(village)
	blain := &Point{47.476, -1.763}
	r := ix.Search(Query{Near: blain, Sort: ByDistance, Limit: 9})
	want := []string{"France Services de Blain", "Mairie du Gâvre", "Médiathèque de Plessé", "Antenne de la CAF", "Bus du numérique"}
	if diff := cmp.Diff(want, names(r)); diff != "" {
		t.Errorf("nearest first, unplaced last (-want +got):\n%s", diff)
	}
	if last := r.Hits[4]; last.HasKm || last.Km != 0 {
		t.Errorf("a place without a position has a distance: %+v", last)
	}
	for i, h := range r.Hits[:4] {
		a, b := *blain, Point{village[h.Index].Lat, village[h.Index].Lon}
		if got, want := h.Km, haversine(a, b); math.Abs(got-want) > 1e-6 {
			t.Errorf("hit %d: %v km, by the haversine formula %v", i, got, want)
		}
		// The limit itself is within; the least bit less is not.
		for radius, total := range map[float64]int{h.Km: i + 1, math.Nextafter(h.Km, 0): i} {
			if radius <= 0 {
				continue
			}
			if got := ix.Search(Query{Near: blain, RadiusKm: radius}).Total; got != total {
				t.Errorf("within %v km: got %d places, want %d", radius, got, total)
			}
		}
	}
	if got := ix.Search(Query{Near: &Point{math.NaN(), 0}, RadiusKm: 1}).Total; got != len(village) {
		t.Errorf("a point outside the globe narrowed to %d places", got)
	}
	if got := ix.Search(Query{Near: blain, RadiusKm: math.Inf(1)}).Total; got != 4 {
		t.Errorf("at any distance: %d places, want the 4 with a position", got)
	}
}

// haversine is the classical formula, independent of vectors and chords.
func haversine(a, b Point) float64 {
	rad := math.Pi / 180
	h := math.Pow(math.Sin((b.Lat-a.Lat)*rad/2), 2) +
		math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Pow(math.Sin((b.Lon-a.Lon)*rad/2), 2)
	return 2 * 6371.0088 * math.Asin(math.Sqrt(h))
}

func TestFacetCountsIgnoreTheirOwnChoice(t *testing.T) {
	ix := Build(village)
	q := Query{}
	q.Any[Services] = []string{"AIDE_AUX_DEMARCHES_ADMINISTRATIVES"}
	q.Any[Costs] = []string{"Gratuit", "Payant"}
	r := ix.Search(q)
	if r.Total != 1 {
		t.Errorf("total: got %d, want 1", r.Total)
	}
	want := []Count{{machine, 1, false}, {papers, 1, true}} // among free or paying places
	if diff := cmp.Diff(want, r.Facets[Services]); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
	want = []Count{{"Gratuit", 1, true}, {"Payant", 0, true}} // among places that help with papers
	if diff := cmp.Diff(want, r.Facets[Costs]); diff != "" {
		t.Errorf("costs (-want +got):\n%s", diff)
	}
	q.Any[Kinds] = []string{"Inconnu"}
	if got := ix.Search(q).Total; got != 0 {
		t.Errorf("a code no place has: got %d places", got)
	}
}

func TestOpening(t *testing.T) {
	at := time.Date(2026, 6, 8, 9, 20, 0, 0, time.FixedZone("Réunion", 4*3600))
	weeks := make([]Week, len(village))
	weeks[1].Set(5*4 + 1) // Monday from 05:15 to 05:30 UTC
	ix := Build(village)
	if r := ix.Search(Query{At: at, OnlyOpen: true}); !r.OpenUnknown || r.Total != len(village) {
		t.Errorf("without hours: unknown %v, %d places", r.OpenUnknown, r.Total)
	}
	open := ix.WithOpening(Opening{From: monday, Weeks: weeks})
	r := open.Search(Query{At: at, Limit: 9})
	if r.Total != len(village) || r.OpenCount != 1 || !r.Hits[1].Open || r.Hits[0].Open {
		t.Errorf("opening told: %+v", r)
	}
	if r := open.Search(Query{At: at, OnlyOpen: true, Limit: 9}); r.Total != 1 || r.Hits[0].Index != 1 {
		t.Errorf("only open: %+v", r)
	}
	for _, d := range []time.Duration{-time.Nanosecond, Cells * CellLength} {
		if r := open.Search(Query{At: monday.Add(d)}); !r.OpenUnknown {
			t.Errorf("%v from the first instant is judged", d)
		}
	}
	judge := open.WithOpening(Opening{At: func(place int, _ time.Time) bool { return place == 3 }})
	if r := judge.Search(Query{At: at, OnlyOpen: true, Limit: 9}); r.Total != 1 || r.Hits[0].Index != 3 {
		t.Errorf("judged one by one: %+v", r)
	}
	defer func() {
		if recover() == nil {
			t.Error("too few weeks were accepted")
		}
	}()
	ix.WithOpening(Opening{Weeks: weeks[:1]})
}

func TestSmallest(t *testing.T) {
	q := Query{Text: "mairie blain", Near: &Point{47, -2}, RadiusKm: 10, At: monday, OnlyOpen: true, Limit: 5}
	for _, docs := range [][]Doc{nil, {{}}, {{Name: "…", Lat: 95, HasPosition: true}}} {
		r := Build(docs).WithOpening(Opening{From: monday, Weeks: make([]Week, len(docs))}).Search(q)
		if r.Total != 0 || r.Hits != nil {
			t.Errorf("%d places: %+v", len(docs), r)
		}
		if got := Build(docs).Search(Query{Limit: 1}).Total; got != len(docs) {
			t.Errorf("%d places: the empty query finds %d", len(docs), got)
		}
	}
}

func TestNeedsAndEverydayWords(t *testing.T) {
	raw, err := os.ReadFile(dbtest.Shared(t, "normes/lieux-mediation-numerique-enumerations.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lists map[string]any
	if err := json.Unmarshal(raw, &lists); err != nil {
		t.Fatal(err)
	}
	national := map[string]bool{}
	for _, list := range lists {
		values, _ := list.([]any)
		for _, v := range values {
			national[v.(string)] = true
		}
	}
	var codes []string
	for _, n := range Needs() {
		codes = append(codes, n.Code)
		for _, s := range n.Services {
			if !national[s] {
				t.Errorf("need %s: %q is not a national service", n.Code, s)
			}
		}
	}
	want := []string{"papers", "devices", "contact", "scam", "school", "work", "equipment", "unsure"}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("needs (-want +got):\n%s", diff)
	}
	table := everyday()
	for i, topic := range table.Everyday {
		for _, list := range topic.codes() {
			for _, code := range list {
				if !national[code] {
					t.Errorf("%q: %q is not a national value", topic.Say[0], code)
				}
			}
		}
		if len(table.say[i]) != len(topic.Say) || len(table.also[i]) != len(topic.Also) {
			t.Errorf("%q: an expression is made of ignored words only", topic.Say[0])
		}
		if len(topic.Also) == 0 && cmp.Equal(topic.codes(), Codes{}, cmpopts.EquateEmpty()) {
			t.Errorf("%q stands for nothing", topic.Say[0])
		}
	}
	for _, w := range table.Ignored {
		if text.Fold(w) != w {
			t.Errorf("ignored word %q is not folded", w)
		}
	}
	if !slices.IsSorted(table.Ignored) {
		t.Error("ignored words are not in order")
	}
}

// Every everyday expression must be understood as typed.
func TestEveryExpressionIsUnderstood(t *testing.T) {
	var all Doc
	for i := range everyday().Everyday {
		for f, codes := range everyday().Everyday[i].codes() {
			all.Codes[f] = append(all.Codes[f], codes...)
		}
		all.Summary += " " + strings.Join(everyday().Everyday[i].Also, " ")
	}
	ix := Build([]Doc{all})
	for _, topic := range everyday().Everyday {
		for _, say := range topic.Say {
			r := ix.Search(Query{Text: say, Limit: 1})
			if r.Total != 1 || !slices.ContainsFunc(r.Hits[0].Why, func(m Match) bool { return m.How == ByMeaning }) {
				t.Errorf("%q is not understood: %+v", say, r.Hits)
			}
		}
	}
}

func ExampleIndex_Search() {
	ix := Build(village)
	r := ix.Search(Query{Text: "immprimer", Near: &Point{47.476, -1.763}, Sort: ByDistance, Limit: 1})
	h := r.Hits[0]
	fmt.Printf("%d found; %s, %.1f km\n", r.Total, village[h.Index].Name, h.Km)
	fmt.Println(r.Corrections[0].Typed, "→", r.Corrections[0].Words[0], "→", h.Why[0].Found)
	// Output:
	// 2 found; Médiathèque de Plessé, 11.7 km
	// immprimer → imprimer → Accès internet et matériel informatique
}
