// SPDX-License-Identifier: Apache-2.0

// Package finder is the memory of « Trouver de l'aide »: it holds every place
// of the network ready to be searched by everyday words, distance, opening and
// what is offered there, and says for each answer why it is one. A person may
// type "retrait", "immprimer" or "carte grise blain": words are compared
// without accents and by their root, a word nobody knows is corrected by one
// letter, and everyday expressions lead to the national services.
//
// An Index is built once from plain values and never changes, so any number of
// readers share it; a change in the network means building another (tens of
// milliseconds for 25,000 places). Results are exact: no place is missed or
// counted twice.
package finder

import (
	"time"

	"escale/internal/kit/id"
)

// Doc is one place (lieu) as the search sees it.
type Doc struct {
	ID id.ID
	// Name, Commune, Address and Summary are searched as they are written.
	// Extra holds further words worth finding it by (former names, postal
	// code); it is never shown.
	Name, Commune, Address, Summary, Extra string
	// Lat and Lon are degrees (WGS 84), read only when HasPosition. A
	// position outside the globe counts as none.
	Lat, Lon    float64
	HasPosition bool
	// Codes are the place's values for each facet.
	Codes Codes
}

// Sort is the order of the hits.
type Sort uint8

// Orders. Without Near, ByDistance is the same as ByRelevance.
const (
	ByRelevance Sort = iota // best score first, then nearest, then Doc order
	ByDistance              // nearest first, then Doc order; places without a position last
)

// Query is one search. The zero Query finds every place and returns no hit,
// only the counts.
type Query struct {
	// Text is what the person typed. Only its first MaxWords words are read.
	Text string
	// Near orders by distance and, with RadiusKm > 0, keeps only the places at
	// most that far (kilometres, straight line).
	Near     *Point
	RadiusKm float64
	// Any keeps the places that have at least one of the given codes in every
	// facet where codes are given. Codes are compared folded (text.Fold).
	Any Codes
	// At is the moment for which opening is told; the zero time asks nothing.
	// With OnlyOpen, places not known to be open then are left out.
	At       time.Time
	OnlyOpen bool
	Sort     Sort
	// Limit is how many hits to return after skipping Offset of them.
	Limit, Offset int
}

// MaxWords bounds the words read in a Query's Text, so that a pasted letter
// costs no more than a long question.
const MaxWords = 16

// Result answers a Query.
type Result struct {
	// Total is how many places match, whatever Limit.
	Total int
	Hits  []Hit
	// Facets counts, for every value of every facet, the places that match
	// everything else: text, distance, opening and the other facets, as if
	// nothing were chosen in the value's own facet. It is therefore what one
	// would get by choosing that value alone there.
	Facets [NumFacets][]Count
	// OpenCount is how many places matching everything but OnlyOpen are open at At.
	OpenCount int
	// OpenUnknown says that At lies outside what the index knows of opening
	// hours (see WithOpening): nothing was filtered or counted by it.
	OpenUnknown bool
	// Agreement says how far the places agree with the words typed.
	Agreement Agreement
	// Corrections are the words read otherwise than typed, one letter away.
	Corrections []Correction
	// Unread are the words that could not be read at all and were left aside.
	Unread []string
}

// Agreement is how the words of the text were put together.
type Agreement uint8

// Agreements, from the first tried to the last: the next is tried only when
// the previous finds no place at all in the index, other filters aside.
const (
	AllWords       Agreement = iota // every word (or expression) typed
	AllWithOneEdit                  // the same, known words being also corrected by one letter
	MostWords                       // the places that have the most of them
)

// Correction is a word read as others that differ by one letter.
type Correction struct {
	Typed string
	Words []string // as spelt in the places or the everyday words
}

// Hit is one place found.
type Hit struct {
	Index int // position in the slice given to Build
	ID    id.ID
	// Km is the distance from Near in kilometres, when HasKm.
	Km    float64
	HasKm bool
	// Open says that the place is known to be open at the Query's At.
	Open  bool
	Score int // sum of the Points of Why; 0 without text
	Why   []Match
}

// Match is one reason why a place was found.
type Match struct {
	Typed  string // the word or expression, folded
	Found  string // the place's word as first spelt, or the facet's code
	How    How
	In     string // the field ("name", "commune", …) or the facet ("services", …)
	Points int
}

// How tells how a typed word met a place.
type How uint8

// Ways to meet, the surest last.
const (
	ByMeaning   How = iota // an everyday expression stands for what the place offers
	ByOneEdit              // one letter added, missing, changed, or two swapped
	ByBeginning            // the last word typed is the beginning of the place's word
	ByRoot                 // another form of the same word ("impôt", "impôts")
	ByWord                 // the word itself, accents aside
)

// String is a stable name, for JSON and message keys.
func (h How) String() string {
	return [...]string{"meaning", "one-edit", "beginning", "root", "word"}[h]
}

// String is a stable name, for JSON and message keys.
func (a Agreement) String() string {
	return [...]string{"all-words", "all-with-one-edit", "most-words"}[a]
}

// Points: a word of the text earns its field's points times how surely it was
// met (How: 1 to 4), in the field where that is most; an expression understood
// earns meaningPoints. A service offered thus weighs like a word of the
// presentation, and a name or a commune typed exactly weighs twice as much.
const meaningPoints = 20

// field is a bit in the mask of where a place has a word.
type field = uint8

// The searched fields. Their order is the order in which ties are explained.
const (
	inName field = 1 << iota
	inCommune
	inExtra
	inSummary
	inAddress
	fieldMasks // one more than the largest mask
)

var fieldNames = [...]string{"name", "commune", "extra", "summary", "address"}

var fieldPoints = [...]int{10, 9, 6, 5, 3}

// bestPoints is, for each mask, the points of its best field; bestField its name.
var bestPoints, bestField = func() (points [fieldMasks]uint8, name [fieldMasks]string) {
	for mask := 1; mask < int(fieldMasks); mask++ {
		for i, p := range fieldPoints {
			if mask>>i&1 == 1 && p > int(points[mask]) {
				points[mask], name[mask] = uint8(p), fieldNames[i]
			}
		}
	}
	return points, name
}()
