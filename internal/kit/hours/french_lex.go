// SPDX-License-Identifier: Apache-2.0

package hours

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"escale/internal/kit/text"
)

// frenchKind is the kind of a piece of French text; punctuation is its own byte.
type frenchKind uint8

const (
	frenchEnd    frenchKind = iota + 128
	frenchDay               // value: 0 is Monday
	frenchTime              // value: minutes, surely a time ("9h", "9:00")
	frenchNumber            // value: "9" in "9 à 12h"
	frenchRank              // value: 1..5, -1 for last
	frenchTo                // à, au, jusqu'à
	frenchAnd               // et, puis
	frenchOf                // de, du, le, les, à partir… : small words without meaning here
	frenchWord              // anything else, folded in word
)

// frenchToken is a piece of French text.
type frenchToken struct {
	kind  frenchKind
	at    int
	value int
	word  string
}

// frenchDays are the weekdays, folded (no accents, lower case).
var frenchDays = map[string]int{
	"lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6,
	"lun": 0, "mar": 1, "mer": 2, "jeu": 3, "ven": 4, "sam": 5, "dim": 6,
}

// frenchRanks are the ranks of a weekday in its month, folded.
var frenchRanks = map[string]int{
	"premier": 1, "premiers": 1, "deuxieme": 2, "deuxiemes": 2, "second": 2, "seconds": 2,
	"troisieme": 3, "troisiemes": 3, "quatrieme": 4, "quatriemes": 4, "cinquieme": 5,
	"dernier": -1, "derniers": -1,
}

// rankEndings follow the digit of a rank: 1er, 2e, 3ème…
var rankEndings = map[string]bool{"er": true, "ers": true, "e": true, "es": true, "eme": true, "emes": true, "nd": true, "nds": true}

// frenchTokens cuts a text, in which letter case, accents and the kinds of
// dashes and spaces do not matter.
func frenchTokens(s string) []frenchToken {
	var list []frenchToken
	for at := 0; at < len(s); {
		r, size := utf8.DecodeRuneInString(s[at:])
		switch {
		case unicode.IsSpace(r) || r == '\'' || r == '’':
			at += size
		case r >= '0' && r <= '9':
			t, end := frenchDigits(s, at)
			list = append(list, t)
			at = end
		case unicode.IsLetter(r):
			end := at
			for end < len(s) {
				r, size := utf8.DecodeRuneInString(s[end:])
				if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) {
					break
				}
				end += size
			}
			list = append(list, frenchWordToken(at, text.Fold(s[at:end])))
			at = end
		case isDash(r):
			list = append(list, frenchToken{kind: '-', at: at})
			at += size
		case r < utf8.RuneSelf:
			list = append(list, frenchToken{kind: frenchKind(r), at: at})
			at += size
		default:
			list = append(list, frenchToken{kind: frenchWord, at: at, word: string(r)})
			at += size
		}
	}
	return append(list, frenchToken{kind: frenchEnd, at: len(s)})
}

func frenchWordToken(at int, w string) frenchToken {
	t := frenchToken{kind: frenchWord, at: at, word: w}
	singular := strings.TrimSuffix(w, "s")
	if v, ok := frenchDays[singular]; ok {
		t.kind, t.value = frenchDay, v
	} else if v, ok := frenchRanks[w]; ok {
		t.kind, t.value = frenchRank, v
	} else {
		switch w {
		case "a", "au", "jusqu":
			t.kind = frenchTo
		case "et", "puis":
			t.kind = frenchAnd
		case "de", "du", "des", "le", "les", "d", "l":
			t.kind = frenchOf
		case "midi":
			t.kind, t.value = frenchTime, 12*60
		case "minuit":
			t.kind, t.value = frenchTime, minutesPerDay
		}
	}
	return t
}

// frenchDigits reads a number, a time ("9h", "9 h 30", "09:00", "9H30") or a
// rank ("1er", "2ème") at s[at:], and says where it ends.
func frenchDigits(s string, at int) (frenchToken, int) {
	value, end := digits(s, at)
	t := frenchToken{kind: frenchNumber, at: at, value: value}
	next := skipBlanks(s, end)
	word, wordEnd := letters(s, next)
	switch folded := text.Fold(word); {
	case folded == "h" || folded == "heure" || folded == "heures":
		t.kind, t.value, end = frenchTime, value*60, wordEnd
		after := skipBlanks(s, wordEnd)
		if minutes, minutesEnd := digits(s, after); minutesEnd-after == 2 && minutes < 60 {
			// "14h 16h": the number is an hour of its own.
			following, _ := letters(s, skipBlanks(s, minutesEnd))
			if !strings.EqualFold(following, "h") {
				t.value += minutes
				end = minutesEnd
				if strings.EqualFold(following, "mn") || strings.EqualFold(following, "min") {
					_, end = letters(s, skipBlanks(s, minutesEnd))
				}
			}
		}
	case next == end && rankEndings[folded] && value >= 1 && value <= 5:
		t.kind, end = frenchRank, wordEnd
	case end < len(s) && (s[end] == ':' || s[end] == '.'):
		if minutes, minutesEnd := digits(s, end+1); minutesEnd-end == 3 && minutes < 60 {
			t.kind, t.value, end = frenchTime, value*60+minutes, minutesEnd
		}
	}
	return t, end
}

func digits(s string, at int) (value, end int) {
	for end = at; end < len(s) && s[end] >= '0' && s[end] <= '9'; end++ {
		value = min(value*10+int(s[end]-'0'), maxNumber)
	}
	return value, end
}

func letters(s string, at int) (word string, end int) {
	for end = at; end < len(s); {
		r, size := utf8.DecodeRuneInString(s[end:])
		if !unicode.IsLetter(r) {
			break
		}
		end += size
	}
	return s[at:end], end
}

func skipBlanks(s string, at int) int {
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		if !unicode.IsSpace(r) {
			break
		}
		at += size
	}
	return at
}
