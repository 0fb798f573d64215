// SPDX-License-Identifier: Apache-2.0

package guard

// accounts gives, for each country, the shape of what follows the country code
// and the two check digits of an IBAN: counts of n (digit), a (letter) and c
// (either). Sources: the SWIFT IBAN registry (ISO 13616), and for African
// countries outside it the national formats in use.
var accounts = map[string]string{
	"ad": "8n12c", "ae": "19n", "al": "8n16c", "ao": "21n", "at": "16n", "az": "4a20c", "ba": "16n",
	"be": "12n", "bf": "2c22n", "bg": "4a6n8c", "bh": "4a14c", "bi": "23n", "bj": "2c22n",
	"br": "23n1a1c", "by": "4c4n16c", "cf": "23n", "cg": "23n", "ch": "5n12c", "ci": "2c22n",
	"cm": "23n", "cr": "18n", "cv": "21n", "cy": "8n16c", "cz": "20n", "de": "18n", "dj": "23n",
	"dk": "14n", "do": "4c20n", "dz": "22n", "ee": "16n", "eg": "25n", "es": "20n", "fi": "14n",
	"fk": "2a12n", "fo": "14n", "fr": "10n11c2n", "ga": "23n", "gb": "4a14n", "ge": "2a16n",
	"gi": "4a15c", "gl": "14n", "gq": "23n", "gr": "7n16c", "gt": "24c", "gw": "2c19n", "hn": "4a20n",
	"hr": "17n", "hu": "24n", "ie": "4a14n", "il": "19n", "iq": "4a15n", "ir": "22n", "is": "22n",
	"it": "1a10n12c", "jo": "4a4n18c", "km": "23n", "kw": "4a22c", "kz": "3n13c", "lb": "4n20c",
	"lc": "4a24c", "li": "5n12c", "lt": "16n", "lu": "3n13c", "lv": "4a13c", "ly": "21n", "ma": "24n",
	"mc": "10n11c2n", "md": "20c", "me": "18n", "mg": "23n", "mk": "3n10c2n", "ml": "2c22n",
	"mn": "16n", "mr": "23n", "mt": "4a5n18c", "mu": "4a19n3a", "mz": "21n", "ne": "2c22n",
	"ni": "4a20n", "nl": "4a10n", "no": "11n", "om": "3n16c", "pk": "4a16c", "pl": "24n",
	"ps": "4a21c", "pt": "21n", "qa": "4a21c", "ro": "4a16c", "rs": "18n", "ru": "14n15c",
	"sa": "2n18c", "sc": "4a20n3a", "sd": "14n", "se": "20n", "si": "15n", "sk": "20n",
	"sm": "1a10n12c", "sn": "2c22n", "so": "19n", "st": "21n", "sv": "4a20n", "td": "23n",
	"tg": "2c22n", "tl": "19n", "tn": "20n", "tr": "6n16c", "ua": "6n19c", "va": "18n", "vg": "4a16n",
	"xk": "16n", "ye": "4a4n18c",
}

// accountShapes is accounts with one class letter for each character, indexed
// by the two letters of the country.
var accountShapes = func() (table [26 * 26]string) {
	for country, shape := range accounts {
		var classes []byte
		n := 0
		for _, c := range []byte(shape) {
			if isDigit(c) {
				n = 10*n + int(c-'0')
				continue
			}
			for ; n > 0; n-- {
				classes = append(classes, c)
			}
		}
		table[countryIndex(country[0], country[1])] = string(classes)
	}
	return table
}()

func countryIndex(a, b byte) int { return int(a-'a')*26 + int(b-'a') }

// ibans finds the bank accounts of f, in order, not overlapping.
func (f folded) ibans() []Finding {
	var found []Finding
	for i := 0; i+4 < len(f.b); i++ {
		a, b := f.b[i], f.b[i+1]
		if a < 'a' || a > 'z' || b < 'a' || b > 'z' {
			continue
		}
		if next := f.b[i+2]; !isDigit(next) && !isGap(next) {
			continue
		}
		if end, ok := f.iban(i, accountShapes[countryIndex(a, b)]); ok {
			found = append(found, Finding{Kind: IBAN, Start: i, End: end})
			i = end - 1
		}
	}
	return found
}

// iban reports whether an IBAN of this shape starts at i, and where it ends.
func (f folded) iban(i int, shape string) (end int, ok bool) {
	if shape == "" {
		return 0, false
	}
	check, remainder := 0, 0
	taken, gap := 0, 0 // characters after the country code; separators in a row
	const checkDigits = 2
	for j := i + 2; j < len(f.b); j++ {
		c := f.b[j]
		if isGap(c) && gap < maxGap {
			gap++
			continue
		}
		gap = 0
		class := byte('n')
		if taken >= checkDigits {
			class = shape[taken-checkDigits]
		}
		switch {
		case isDigit(c) && class != 'a':
			if taken < checkDigits {
				check = 10*check + int(c-'0')
			} else {
				remainder = (10*remainder + int(c-'0')) % 97
			}
		case 'a' <= c && c <= 'z' && class != 'n':
			remainder = (100*remainder + letterValue(c)) % 97
		default:
			return 0, false
		}
		if taken++; taken == checkDigits+len(shape) {
			// ISO 7064 mod 97-10: the country and the check digits go last.
			remainder = (remainder*10000 + letterValue(f.b[i])*100 + letterValue(f.b[i+1])) % 97
			return j + 1, (remainder*100+check)%97 == 1
		}
	}
	return 0, false
}

// letterValue is what a letter counts for in an IBAN: a is 10, z is 35.
func letterValue(c byte) int { return int(c-'a') + 10 }
