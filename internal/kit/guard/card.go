// SPDX-License-Identifier: Apache-2.0

package guard

// maxCard is the most digits of a bank card (ISO/IEC 7812).
const maxCard = 19

// issuers are the ranges of first digits that payment networks use, with the
// lengths they issue. A number outside them is not taken for a card, whatever
// its check digit: one number in ten has a good one.
var issuers = []struct {
	from, to int // first four digits, both included
	lengths  []int
}{
	{2200, 2204, []int{16}},         // Mir
	{2221, 2720, []int{16}},         // Mastercard
	{3000, 3059, []int{14, 16}},     // Diners Club
	{3095, 3095, []int{14, 16}},     // Diners Club
	{3400, 3499, []int{15}},         // American Express
	{3528, 3589, []int{16}},         // JCB
	{3600, 3699, []int{14, 16}},     // Diners Club
	{3700, 3799, []int{15}},         // American Express
	{3800, 3999, []int{14, 16}},     // Diners Club
	{4000, 4999, []int{13, 16, 19}}, // Visa, and most French CB cards
	{5000, 5099, []int{16, 18, 19}}, // Maestro
	{5100, 5599, []int{16}},         // Mastercard
	{5600, 5999, []int{16, 18, 19}}, // Maestro
	{6000, 6999, []int{16, 18, 19}}, // Maestro, Discover, UnionPay
}

// cardLayouts are the ways cards are embossed.
var cardLayouts = [][]int{
	{4, 4, 4, 4}, {4, 4, 4, 4, 3}, {4, 4, 4, 4, 2}, {4, 6, 5}, {4, 6, 4}, {4, 4, 4, 1}, {4, 3, 3, 3},
}

func usualCardLayout(layout []group) bool {
	for _, sizes := range cardLayouts {
		if sized(layout, sizes) {
			return true
		}
	}
	return false
}

// isCard reports whether d has an issuer, a length it uses and a good Luhn sum.
func isCard(d []byte) bool {
	if len(d) < 13 || len(d) > maxCard {
		return false
	}
	for _, c := range d {
		if !isDigit(c) {
			return false
		}
	}
	head := numberOf(d[:4])
	for _, issuer := range issuers {
		if head < issuer.from || head > issuer.to {
			continue
		}
		for _, n := range issuer.lengths {
			if n == len(d) {
				return luhn(d)
			}
		}
	}
	return false
}

// isSIRET reports whether d, which passes for a 14-digit card, is rather a
// company number: spaced as one, or made of a SIREN (itself a Luhn number of
// nine digits) and an establishment below 1,000.
func isSIRET(d []byte, layout []group) bool {
	if len(d) != 14 {
		return false
	}
	if sized(layout, []int{3, 3, 3, 5}) || sized(layout, []int{9, 5}) {
		return true
	}
	return !sized(layout, []int{4, 6, 4}) && luhn(d[:9]) && d[9] == '0' && d[10] == '0'
}

// luhn reports whether the digits pass the Luhn check (ISO/IEC 7812-1 annex B).
func luhn(d []byte) bool {
	sum := 0
	for i := range d {
		n := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			n *= 2
			if n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}
