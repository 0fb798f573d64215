// SPDX-License-Identifier: Apache-2.0

package guard

// The NIR (numéro d'inscription au répertoire): sex 1, year 2, month 2,
// département and commune of birth 5, order 3, then a key of 2.
// Source: Insee, definition of the NIR; who may use it is in décret 2019-341.
const (
	nirLength    = 13
	nirKeyLength = 2
)

var (
	nirLayout = []int{1, 2, 2, 2, 3, 3} // as on the card
	nirStart  = []int{1, 2, 2}          // sex, year, month, then as it comes
	nirKeyed  = []int{1, 2, 2, 2, 3, 3, 2}
)

// months is which months of birth to believe.
type months int

const (
	calendarMonth months = iota // 01 to 12 only, when nothing else supports the guess
	anyMonth                    // also the Insee's codes for a month not known
)

// nirWithKey reports whether d, 15 digits, is a NIR whose key fits.
func nirWithKey(d []byte) bool {
	if !nirShape(d) || !keyedMonth(numberOf(d[3:5])) {
		return false
	}
	key := d[nirLength:]
	if !isDigit(key[0]) || !isDigit(key[1]) {
		return false
	}
	n := 0
	for _, c := range d[:nirLength] {
		switch c {
		case 'a': // 2A counts as 19: the 2 just read becomes a 1
			n = (n-1)*10 + 9
		case 'b': // 2B counts as 18
			n = (n-1)*10 + 8
		default:
			n = 10*n + int(c-'0')
		}
	}
	return numberOf(key) == 97-n%97
}

// plausibleNIR reports whether d, 13 digits, can be a NIR without its key. A
// month code outside the calendar is believed for births abroad or overseas
// only: that is where it occurs, and elsewhere it would flag product codes.
func plausibleNIR(d []byte, m months) bool {
	if !nirShape(d) {
		return false
	}
	month := numberOf(d[3:5])
	if 1 <= month && month <= 12 {
		return true
	}
	return m == anyMonth && keyedMonth(month) && d[5] == '9' && d[6] >= '7'
}

// keyedMonth reports whether month occurs in a NIR: 01–12, or 20, 30–42 and
// 50–99 for civil records without a month.
func keyedMonth(month int) bool {
	return 1 <= month && month <= 12 || month == 20 || 30 <= month && month <= 42 || 50 <= month && month <= 99
}

// nirShape checks the sex (1 and 2; 3, 4, 7 and 8 for numbers given while a
// file is being made), the place of birth and the order.
func nirShape(d []byte) bool {
	switch d[0] {
	case '1', '2', '3', '4', '7', '8':
	default:
		return false
	}
	for i, c := range d {
		if !isDigit(c) && i != 6 {
			return false
		}
	}
	if !isDigit(d[6]) {
		if d[5] != '2' {
			return false
		}
	} else if d[5] == '0' && d[6] == '0' {
		return false
	}
	return numberOf(d[7:10]) > 0 && numberOf(d[10:13]) > 0
}
