// SPDX-License-Identifier: Apache-2.0

// Package guard finds in free text what must never be kept there: French
// social-security numbers (NIR), bank cards, bank accounts (IBAN) and
// passwords, however they are spaced or punctuated. It asks the writer to take
// them out; it never repeats them. Telephone numbers, dates, postal codes,
// company numbers (SIRET) and file numbers are left alone.
package guard

import (
	"cmp"
	"embed"
	"slices"

	"escale/internal/kit/text"
)

// Messages holds the catalogue fragments of this package: messages_fr.json and
// messages_en.json, each a flat object from key to sentence with {name} places.
//
//go:embed messages_fr.json messages_en.json
var Messages embed.FS

// Kind is what a finding looks like.
type Kind string

// The kinds.
const (
	NIR      Kind = "nir"      // numéro de sécurité sociale, 13 or 15 characters
	Card     Kind = "card"     // bank card
	IBAN     Kind = "iban"     // bank account
	Password Kind = "password" // password or secret code
)

// Finding is a stretch of text, in bytes, that must not be kept.
type Finding struct {
	Kind       Kind
	Start, End int

	digits int // characters of the number, for the sentence shown
}

// Find gives what must not be kept in s, in the order of the text. Its time
// grows with the length of s and nothing else.
func Find(s string) []Finding {
	f := fold(s)
	ibans := f.ibans()
	found := append(f.numbers(ibans), ibans...)
	found = append(found, f.passwords()...)
	for i := range found {
		found[i].Start, found[i].End = f.span(found[i].Start, found[i].End)
	}
	slices.SortFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Kind, b.Kind))
	})
	return found
}

// Check notes on field, once for each kind found in s, what to take out of it.
func Check(field, s string, errs *text.FieldErrors) {
	told := map[Kind]bool{}
	for _, f := range Find(s) {
		if told[f.Kind] {
			continue
		}
		told[f.Kind] = true
		switch f.Kind {
		case NIR:
			errs.Add(field, "guard.nir", "digits", f.digits)
		case Card:
			errs.Add(field, "guard.card")
		case IBAN:
			errs.Add(field, "guard.iban")
		case Password:
			errs.Add(field, "guard.password")
		}
	}
}
