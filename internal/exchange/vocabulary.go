// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"escale/internal/kit/shipped"

	"escale/internal/kit/text"
)

// vocabulary.json holds the values of the lists of the national schema v1.0.2,
// and those that the schema itself spells otherwise in its rules.
//
//go:embed vocabulary.json
var vocabularyFile []byte

type vocabularyData struct {
	// Values are the values of each field.
	Values map[string][]string `json:"values"`
	// Written is the spelling the schema's own rules demand, where it differs.
	Written map[string]string `json:"written"`

	folded map[string]map[string]string // field -> folded value -> value
}

var vocabulary = sync.OnceValue(func() vocabularyData {
	v := shipped.JSON[vocabularyData]("exchange: vocabulary.json", vocabularyFile)
	v.folded = map[string]map[string]string{}
	for field, values := range v.Values {
		v.folded[field] = map[string]string{}
		for _, s := range values {
			v.folded[field][text.Fold(s)] = s
		}
	}
	return v
})

// Vocabulary gives the values that the national schema admits for a field, by
// its French name ("services", "frais_a_charge"), in the schema's order.
func Vocabulary(field string) []string { return slices.Clone(vocabulary().Values[field]) }

// listed reads a list: each value is translated by the mapping, or is one of
// the national vocabulary whatever its capitals and accents.
func (r *record) listed(field string) []string {
	f := r.mapping.Fields[field]
	if f == nil {
		return nil
	}
	var kept []string
	for _, raw := range r.raws(f) {
		for _, part := range r.parts(field, f, raw) {
			for _, v := range r.value(field, f, part) {
				kept = add(kept, v)
			}
		}
	}
	for _, v := range r.added(f) {
		kept = add(kept, v)
	}
	for _, v := range f.Always {
		kept = add(kept, v)
	}
	return kept
}

// parts splits a list, unless the whole of it is one known value.
func (r *record) parts(field string, f *From, raw string) []string {
	whole := oneLine(raw)
	if _, ok := f.values[text.Fold(whole)]; ok {
		return []string{whole}
	}
	if _, ok := vocabulary().folded[field][text.Fold(whole)]; ok {
		return []string{whole}
	}
	return r.split(raw)
}

// value gives what one value of a list stands for: nothing, one or several.
func (r *record) value(field string, f *From, part string) []string {
	folded := text.Fold(part)
	if v, ok := f.values[folded]; ok {
		if v == "" {
			return nil
		}
		if v != part {
			r.notes.repair(field, part, v, "vocabulary_old")
		}
		return strings.Split(v, "|")
	}
	known, closed := vocabulary().folded[field]
	if v, ok := known[folded]; ok {
		if v != part && vocabulary().Written[v] != part {
			r.notes.repair(field, part, v, "vocabulary_spelling")
		}
		return []string{v}
	}
	switch {
	case !closed || f.Others == "keep":
		return []string{part}
	case f.Others != "ignore":
		r.notes.reject(field, part, "vocabulary")
	}
	return nil
}
