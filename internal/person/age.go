// SPDX-License-Identifier: Apache-2.0

package person

import "escale/internal/kit/clock"

// ageBand is one of the national age bands, from its youngest age on.
type ageBand struct {
	code string
	from int // years
}

// ageBands are the bands of the national activity report (La Coop, tranche_age).
// Its labels put 18 in two bands (« 12-18 » and « 18-24 »): here a band ends the
// year before the next one starts, so 18 is in dix_huit_vingt_quatre only, which
// is also where majority puts it.
var ageBands = []ageBand{
	{"moins_de_douze", 0},
	{"douze_dix_huit", 12},
	{"dix_huit_vingt_quatre", 18},
	{"vingt_cinq_trente_neuf", 25},
	{"quarante_cinquante_neuf", 40},
	{"soixante_soixante_neuf", 60},
	{"soixante_dix_plus", 70},
}

// AgeBands lists the national age bands, youngest first, « non communiqué » last.
func AgeBands() []string {
	var all []string
	for _, b := range ageBands {
		all = append(all, b.code)
	}
	return append(all, Unsaid)
}

// AgeBand is the national band of someone born in birthYear, on day on. Only the
// year is known, so the age is the one she reaches in that year. No year of
// birth, or one still to come, gives Unsaid.
func AgeBand(birthYear int, on clock.Date) string {
	age := on.Year - birthYear
	if birthYear == 0 || age < 0 {
		return Unsaid
	}
	band := Unsaid
	for _, b := range ageBands {
		if age >= b.from {
			band = b.code
		}
	}
	return band
}
