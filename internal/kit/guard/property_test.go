// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// sentences are places in a French note where someone may write a number.
var sentences = []string{
	"%s", "Elle m'a donné %s.", "Note : %s, à rappeler jeudi", "(%s)", "« %s » dit-elle", "dossier n°%s\nVu le 12 mai",
	"Appeler le 06 12 34 56 78, puis %s et c'est tout.", "Née le 14/05/1985 à Blain ; %s",
}

var separators = []string{" ", "-", ".", "\u00a0", "\u202f", "\u2009", "–", "\u200b", " - ", "/"}

// spaced draws a way of writing digits: in a row, as on the card, one by one,
// or by small groups, with any separator and sometimes full-width digits.
func spaced(t *rapid.T, digits string, usual []int) string {
	separator := rapid.SampledFrom(separators).Draw(t, "separator")
	var sizes []int
	switch rapid.SampledFrom([]string{"row", "usual", "ones", "pairs", "threes", "mixed"}).Draw(t, "layout") {
	case "row":
		sizes = []int{len(digits)}
	case "usual":
		sizes = usual
	case "ones":
		sizes = []int{1}
	case "pairs":
		sizes = []int{2}
	case "threes":
		sizes = []int{3}
	case "mixed": // no twos nor fours: those can happen to spell telephones and dates
		sizes = rapid.SliceOfN(rapid.SampledFrom([]int{1, 3}), 4, 8).Draw(t, "sizes")
	}
	var parts []string
	for i := 0; digits != ""; i++ {
		n := min(sizes[i%len(sizes)], len(digits))
		parts = append(parts, digits[:n])
		digits = digits[n:]
	}
	s := strings.Join(parts, separator)
	if rapid.Bool().Draw(t, "full-width") {
		s = strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' {
				return r - '0' + '０'
			}
			return r
		}, s)
	}
	return s
}

// mustFind checks that number, put in a sentence, is found whole. A number may
// hold another by chance (a card, a NIR with its key): the text is refused too.
func mustFind(t *rapid.T, kind Kind, number string) {
	s := fmt.Sprintf(rapid.SampledFrom(sentences).Draw(t, "sentence"), number)
	for _, f := range Find(s) {
		stretch := s[f.Start:f.End]
		if f.Kind == kind && strings.Contains(stretch, number) || f.Kind != kind && strings.Contains(number, stretch) {
			return
		}
	}
	t.Fatalf("%q: %s %q not found, only %q", s, kind, number, marked(s))
}

func drawNIR(t *rapid.T) string {
	place := rapid.OneOf(
		rapid.Map(rapid.IntRange(1, 95), func(n int) string { return fmt.Sprintf("%02d", n) }),
		rapid.SampledFrom([]string{"2A", "2B", "97", "98", "99"}),
	).Draw(t, "place")
	return fmt.Sprintf("%s%02d%02d%s%03d%03d",
		rapid.SampledFrom([]string{"1", "2", "3", "4", "7", "8"}).Draw(t, "sex"),
		rapid.IntRange(0, 99).Draw(t, "year"),
		rapid.IntRange(1, 12).Draw(t, "month"),
		place,
		rapid.IntRange(10, 990).Draw(t, "commune"),
		rapid.IntRange(1, 999).Draw(t, "order"))
}

func TestAnyNIRIsFoundHoweverWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nir := drawNIR(t)
		place := strings.NewReplacer("2A", "19", "2B", "18").Replace(nir[5:7])
		whole, err := strconv.ParseInt(nir[:5]+place+nir[7:], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		keyed := fmt.Sprintf("%s%02d", nir, 97-whole%97)
		mustFind(t, NIR, spaced(t, keyed, []int{1, 2, 2, 2, 3, 3, 2}))
	})
}

func TestAnyNIRWithoutKeyIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mustFind(t, NIR, spaced(t, drawNIR(t), []int{1, 2, 2, 2, 3, 3}))
	})
}

func TestAnyCardIsFoundHoweverWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		network := rapid.SampledFrom([]struct {
			head  string
			n     int
			usual []int
		}{
			{"4", 16, []int{4, 4, 4, 4}},
			{"4", 19, []int{4, 4, 4, 4, 3}},
			{"51", 16, []int{4, 4, 4, 4}},
			{"2230", 16, []int{4, 4, 4, 4}},
			{"37", 15, []int{4, 6, 5}},
			{"3012", 14, []int{4, 6, 4}},
			{"6759", 16, []int{4, 4, 4, 4}},
		}).Draw(t, "network")
		digits := network.head
		for len(digits) < network.n-1 {
			digits += string(rune('0' + rapid.IntRange(0, 9).Draw(t, "digit")))
		}
		for check := '0'; check <= '9'; check++ {
			if luhn([]byte(digits + string(check))) {
				digits += string(check)
				break
			}
		}
		if isSIRET([]byte(digits), nil) {
			t.Skip("a number that is a company's as well")
		}
		mustFind(t, Card, spaced(t, digits, network.usual))
	})
}

func TestAnyIBANIsFoundHoweverWritten(t *testing.T) {
	var countries []string
	for country := range accounts {
		countries = append(countries, country)
	}
	rapid.Check(t, func(t *rapid.T) {
		country := rapid.SampledFrom(countries).Draw(t, "country")
		var account strings.Builder
		for _, class := range accountShapes[countryIndex(country[0], country[1])] {
			alphabet := map[rune]string{'n': "0123456789", 'a': "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 'c': "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}[class]
			account.WriteByte(alphabet[rapid.IntRange(0, len(alphabet)-1).Draw(t, "character")])
		}
		remainder := 0
		for _, r := range strings.ToLower(account.String()) + country + "00" {
			if '0' <= r && r <= '9' {
				remainder = (remainder*10 + int(r-'0')) % 97
			} else {
				remainder = (remainder*100 + int(r-'a') + 10) % 97
			}
		}
		iban := fmt.Sprintf("%s%02d%s", strings.ToUpper(country), 98-remainder, account.String())
		if rapid.Bool().Draw(t, "lower case") {
			iban = strings.ToLower(iban)
		}
		separator := rapid.SampledFrom([]string{"", " ", "-", ".", "\u00a0", "\u202f"}).Draw(t, "separator")
		var parts []string
		for ; len(iban) > 4; iban = iban[4:] {
			parts = append(parts, iban[:4])
		}
		mustFind(t, IBAN, strings.Join(append(parts, iban), separator))
	})
}

// TestTelephonesAreNeverFlagged also puts several side by side.
func TestTelephonesAreNeverFlagged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var phones []string
		for range rapid.IntRange(1, 3).Draw(t, "phones") {
			n := rapid.IntRange(100_000_000, 799_999_999).Draw(t, "number")
			p := fmt.Sprintf("0%d", n)
			switch rapid.SampledFrom([]string{"row", "pairs", "international"}).Draw(t, "form") {
			case "pairs":
				p = strings.Join([]string{p[:2], p[2:4], p[4:6], p[6:8], p[8:]}, rapid.SampledFrom([]string{" ", ".", "\u00a0"}).Draw(t, "separator"))
			case "international":
				p = fmt.Sprintf("+33 %s %s %s %s %s", p[1:2], p[2:4], p[4:6], p[6:8], p[8:])
			}
			phones = append(phones, p)
		}
		s := "Joindre au " + strings.Join(phones, rapid.SampledFrom([]string{" / ", ", ", " ou ", "; "}).Draw(t, "between")) + " le matin"
		if got := marked(s); got != nil {
			t.Fatalf("%q: got %q", s, got)
		}
	})
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"2 69 05 49 588 157 80", "mdp : a", "FR76", "\xff\xfe4", "code secret\n", "2a2b2a", "mot de passe :"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, found := range Find(s) {
			if found.Start < last || found.End <= found.Start || found.End > len(s) {
				t.Fatalf("%q: bad stretch %+v", s, found)
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[found.Start:found.End]) {
				t.Fatalf("%q: %+v cuts a character", s, found)
			}
			last = found.Start
		}
	})
}

// BenchmarkFind reads a note of some 500 characters; the aim is under 20 µs.
func BenchmarkFind(b *testing.B) {
	note := strings.Repeat("Elle a oublié son mot de passe, voir la CAF au 02 40 12 34 56 avant le 12/05/2026, dossier 1234567. ", 5)
	b.SetBytes(int64(len(note)))
	for b.Loop() {
		if got := Find(note); got != nil {
			b.Fatalf("got %v", got)
		}
	}
}
