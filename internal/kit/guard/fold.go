// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"unicode"
	"unicode/utf8"
)

// folded is a text with one byte for each character that shows: lower case,
// without accents, with digits of any script as 0–9, any space as ' ' (a line
// end as '\n'), any dash as '-' and any middle dot as '.'. Characters that do
// not show (zero-width, marks) are gone, so that they cannot hide a number.
type folded struct {
	source string
	b      []byte
	at     []int32 // where each byte of b starts in source
}

// Bytes standing for characters outside ASCII that mean nothing here.
const (
	otherSymbol = 0x01
	otherLetter = 0x7f
)

func fold(s string) folded {
	f := folded{source: s, b: make([]byte, 0, len(s)), at: make([]int32, 0, len(s))}
	for i, r := range s {
		b := byte(0)
		if r < utf8.RuneSelf {
			b = foldASCII(byte(r))
		} else {
			b = foldWide(r)
		}
		if b != 0 {
			f.b = append(f.b, b)
			f.at = append(f.at, int32(i))
		}
	}
	return f
}

// span turns places in b (end not included) into places in the source.
func (f folded) span(start, end int) (int, int) {
	last := int(f.at[end-1])
	_, size := utf8.DecodeRuneInString(f.source[last:])
	return int(f.at[start]), last + size
}

func foldASCII(c byte) byte {
	switch {
	case 'A' <= c && c <= 'Z':
		return c + 'a' - 'A'
	case c == '\n', c > ' ' && c < otherLetter:
		return c
	}
	return ' '
}

// foldWide folds a character outside ASCII; 0 means that it does not show.
func foldWide(r rune) byte {
	switch {
	case 0xFF01 <= r && r <= 0xFF5E: // full-width forms of ASCII
		return foldASCII(byte(r - 0xFEE0))
	case r >= 0xC0 && r < 0x180:
		if b := latin[r]; b != 0 {
			return b
		}
		return otherLetter
	}
	switch r {
	case '‐', '‑', '‒', '–', '—', '―', '−', '﹘', '﹣':
		return '-'
	case '·', '•', '․', '‧', '∙', '⋅', '。', '°', '…':
		return '.'
	case '«', '»', '“', '”', '„', '‹', '›':
		return '"'
	case '’', '‘', 'ʼ':
		return '\''
	case '→', '⇒', '➡':
		return '>'
	case '\u2028', '\u2029', '\u0085':
		return '\n'
	}
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me):
		return 0
	case unicode.IsDigit(r):
		return digitOf(r)
	case unicode.IsLetter(r):
		return otherLetter
	}
	return otherSymbol
}

// latin opens the accented letters of French and its neighbours.
var latin = func() (table [0x180]byte) {
	for base, accented := range map[byte]string{
		'a': "àáâãäåæÀÁÂÃÄÅÆ", 'c': "çÇćčĆČ", 'e': "èéêëÈÉÊËēęě", 'i': "ìíîïÌÍÎÏ", 'n': "ñÑń",
		'o': "òóôõöøœÒÓÔÕÖØŒ", 'u': "ùúûüÙÚÛÜ", 'y': "ýÿÝŸ", 's': "šŠśŚ", 'z': "žŽźżŹŻ",
	} {
		for _, r := range accented {
			table[r] = base
		}
	}
	return table
}()

// digitOf is the ASCII digit of r, a decimal digit of another script. Unicode
// lays each script's ten digits in a row, from a boundary of its table.
func digitOf(r rune) byte {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + byte((r-rune(t.Lo))%10)
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + byte((r-rune(t.Lo))%10)
		}
	}
	return otherSymbol
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || c == otherLetter }
func isWord(c byte) bool   { return isDigit(c) || isLetter(c) }
