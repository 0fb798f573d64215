// SPDX-License-Identifier: Apache-2.0

package finder

import (
	"slices"

	"escale/internal/kit/text"
)

// Facet is one way of narrowing a search by what places declare, after the
// national schema « lieux de médiation numérique » v1.0.2.
type Facet uint8

// The facets, with the schema's field.
const (
	Services Facet = iota // services
	Publics               // publics_specifiquement_adresses
	Care                  // prise_en_charge_specifique
	Costs                 // frais_a_charge
	Access                // modalites_acces
	Support               // modalites_accompagnement
	Labels                // dispositif_programmes_nationaux, formations_labels
	Kinds                 // typologie, itinerance
	NumFacets
)

var facetNames = [NumFacets]string{"services", "publics", "care", "costs", "access", "support", "labels", "kinds"}

// String is the facet's stable name, for JSON, URLs and message keys.
func (f Facet) String() string { return facetNames[f] }

// ParseFacet is the inverse of String.
func ParseFacet(name string) (Facet, bool) {
	i := slices.Index(facetNames[:], name)
	return Facet(max(i, 0)), i >= 0
}

// Codes are values of each facet, as in Codes{Services: {"…"}, Costs: {"Gratuit"}}.
type Codes [NumFacets][]string

// Count is how many places have a facet's value.
type Count struct {
	Code   string // as first spelt by a place
	Places int
	Chosen bool // among the Query's Any
}

// facetValue is one value of a facet and the places that have it.
type facetValue struct {
	code   string
	places bitset
}

// facetIndex holds the values of one facet, ordered by folded code.
type facetIndex struct {
	keys   []string
	values []facetValue
}

// codeKey is what makes two spellings one value. Codes that fold to nothing
// (a lone sign) stay themselves.
func codeKey(code string) string {
	if k := text.Fold(code); k != "" {
		return k
	}
	return code
}

func newFacetIndex(docs []Doc, f Facet) facetIndex {
	keyOf := map[string]string{} // spelling → key: codes repeat, folding costs
	first := map[string]*facetValue{}
	for i := range docs {
		for _, code := range docs[i].Codes[f] {
			key, seen := keyOf[code]
			if !seen {
				key = codeKey(code)
				keyOf[code] = key
			}
			v := first[key]
			if v == nil {
				v = &facetValue{code: code, places: newBitset(len(docs))}
				first[key] = v
			}
			v.places.set(i)
		}
	}
	var x facetIndex
	for key := range first {
		x.keys = append(x.keys, key)
	}
	slices.Sort(x.keys)
	for _, key := range x.keys {
		x.values = append(x.values, *first[key])
	}
	return x
}

// find is the position of a code among the values, or -1.
func (x *facetIndex) find(code string) int {
	if i, ok := slices.BinarySearch(x.keys, codeKey(code)); ok {
		return i
	}
	return -1
}
