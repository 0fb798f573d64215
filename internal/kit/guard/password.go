// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"bytes"
	"strings"
)

// Passwords have no shape of their own, so they are looked for after the words
// that announce them. « Mot de passe : soleil » gives one away; « a oublié son
// mot de passe » and « mot de passe : à refaire » only talk about one. After a
// ':' or a '=' anything that is not plain talk counts; without one, only what
// looks made up: letters with digits, or symbols inside.

// announcements are the words that announce a password, folded, by first
// letter. codeOnly ones announce a number.
var announcements = map[byte][]announcement{
	'm': {{words: "mot de passe"}, {words: "mots de passe"}, {words: "motdepasse"}, {words: "mdp"}},
	'p': {{words: "password"}, {words: "passwords"}, {words: "passphrase"}, {words: "passwd"}, {words: "pwd"}, {words: "phrase secrete"}},
	'c': {
		{"code secret", true},
		{"codes secrets", true},
		{"code confidentiel", true},
		{"code pin", true},
		{"code personnel", true},
		{"code d'acces", true},
		{"code de la carte", true},
		{"code de sa carte", true},
		{"code carte", true},
		{"code cb", true},
		{"code bancaire", true},
	},
}

type announcement struct {
	words    string
	codeOnly bool
}

// Reach of an announcement, in words: before it, to hear what is said about
// the password; after it, for a ':' or '='; after it, for a value without one.
const (
	wordsBefore    = 4
	wordsToSign    = 6
	wordsToValue   = 3
	wordsFromLogin = 8
)

// talkStems begin words that talk about a password without giving it.
var talkStems = []string{
	"oubli", "perd", "chang", "reinit", "retrouv", "refai", "cree", "crea", "choisi", "modifi", "recuper",
	"renouvel", "apprend", "explique", "bloqu", "forgot", "lost", "reset",
}

// talk holds the plain words that follow « mot de passe : » without being one.
var talk = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`
		a ai ait au aux avec bien c'est ce ces cet cette comme comment dans de des dit doit du elle en encore
		est et etait faut il ils je jamais l'a la le les ma meme mes mon n'a ne non nous on ont ou oui par pas
		peut plus pour puis quand que qui rien sa sais sait sans se ses si son sont sur ta tes toujours tous
		tout tres trop un une va vers veut voici voir vous y
		accompagnement aide atelier attention aucun aucune besoin carnet conseil conseils demande difficile
		difficulte difficultes different differents erreur errone expire expliquer expliquee fait faite faible
		faux fort idem illisible impossible inconnu inconnue incorrect invalide note notee noter oral papier
		probleme problemes provisoire prochain prochaine question rappel rdv refus refuse rendez-vous robuste
		securite simple sms suivi temporaire trouve unique valide vu
		forgotten none the unknown`) {
		set[w] = true
	}
	return set
}()

// passwords finds the values announced as passwords.
func (f folded) passwords() []Finding {
	var found []Finding
	for i := 0; i < len(f.b); i++ {
		if i > 0 && isWord(f.b[i-1]) {
			continue
		}
		for _, a := range announcements[f.b[i]] {
			end, ok := f.phrase(i, a.words)
			if !ok {
				continue
			}
			if start, stop, ok := f.announced(i, end, a.codeOnly); ok {
				found = append(found, Finding{Kind: Password, Start: start, End: stop})
				end = stop
			}
			i = end - 1
			break
		}
	}
	return found
}

// phrase reports whether words stand at i, whatever separates them, and where
// they end.
func (f folded) phrase(i int, words string) (end int, ok bool) {
	for k := 0; k < len(words); k++ {
		if words[k] == ' ' {
			j := i
			for i < len(f.b) && (f.b[i] == ' ' || f.b[i] == '-' || f.b[i] == '_') {
				i++
			}
			if i == j {
				return 0, false
			}
			continue
		}
		if i >= len(f.b) || f.b[i] != words[k] {
			return 0, false
		}
		i++
	}
	return i, i == len(f.b) || !isWord(f.b[i])
}

// announced looks after the announcement b[from:to] for its value.
func (f folded) announced(from, to int, codeOnly bool) (start, stop int, ok bool) {
	talked, login := f.before(from)
	for n, i := 0, to; n <= wordsToSign; n++ {
		i = f.skip(i, " ()\"'*-/")
		start, stop = f.token(i)
		if start == stop {
			if n > 0 {
				return 0, 0, false
			}
			// Nothing on this line: perhaps the value is alone on the next.
			start, stop = f.token(f.skip(i, " \n\""))
			return start, stop, start < stop && looksMadeUp(f.b[start:stop])
		}
		if sign := f.b[i]; sign == ':' || sign == '=' || sign == '>' {
			return f.afterSign(i, talked)
		}
		word := f.b[start:stop]
		if cut := bytes.IndexAny(word, ":="); cut > 0 { // « mdp caf:soleil »
			if isTalk(word[:cut]) {
				talked = true
			}
			return f.afterSign(start+cut, talked)
		}
		switch value, end := f.trim(start, stop); {
		case n <= wordsToValue && looksMadeUp(f.b[value:end]):
			return value, end, true
		case n <= wordsToValue && !talked && (codeOnly || n == 0 || f.saysIs(start)) && isCode(f.b[value:end]):
			return value, end, true
		case n == 0 && login && !talked && isPlainWord(f.b[value:end]):
			return value, end, true
		}
		talked = talked || isTalk(word)
		if endsSentence(word) {
			return 0, 0, false
		}
		i = stop
	}
	return 0, 0, false
}

// before listens to the words that precede an announcement in its sentence:
// whether they talk about losing or changing it, and whether a login is there.
func (f folded) before(i int) (talked, login bool) {
	for n := 0; n < wordsFromLogin; n++ {
		for i > 0 && strings.IndexByte(" '/", f.b[i-1]) >= 0 {
			i--
		}
		end := i
		for i > 0 && end-i < maxToken && strings.IndexByte(" '\n/", f.b[i-1]) < 0 {
			i--
		}
		word := f.b[i:end]
		if len(word) == 0 || endsSentence(word) {
			break
		}
		if n < wordsBefore && isTalk(word) {
			talked = true
		}
		if bytes.HasPrefix(word, []byte("identifiant")) || bytes.HasPrefix(word, []byte("login")) {
			login = true
		}
	}
	return talked, login
}

// afterSign judges what follows the ':' or '=' at i.
func (f folded) afterSign(i int, talked bool) (start, stop int, ok bool) {
	i = f.skip(i, ":=> -")
	newLine := i < len(f.b) && f.b[i] == '\n'
	i = f.skip(i, " \n\"'([")
	first, last := f.token(i)
	start, stop = f.trim(first, last)
	value := f.b[start:stop]
	switch {
	case len(value) == 0:
		return 0, 0, false
	case looksMadeUp(value):
		return start, stop, true
	case talked || newLine:
		return 0, 0, false
	case isCode(value):
		return start, stop, true
	case !isPlainWord(value):
		return 0, 0, false
	}
	// A plain word is a password when it stands alone; in front of others it is
	// the start of a sentence, unless they go on with the next thing to give.
	if stop < last {
		return start, stop, true
	}
	next, end := f.token(f.skip(last, " \"/"))
	switch string(f.b[next:end]) {
	case "", "et", "puis", "identifiant", "login":
		return start, stop, true
	}
	return 0, 0, false
}

// saysIs reports whether « est », « c'est » or "is" stands right before i.
func (f folded) saysIs(i int) bool {
	before := bytes.TrimRight(f.b[:i], " \"")
	return bytes.HasSuffix(before, []byte(" est")) || bytes.HasSuffix(before, []byte("c'est")) ||
		bytes.HasSuffix(before, []byte(" is"))
}

func (f folded) skip(i int, these string) int {
	for i < len(f.b) && strings.IndexByte(these, f.b[i]) >= 0 {
		i++
	}
	return i
}

// maxToken is the most bytes of a word that are looked at.
const maxToken = 80

// token is the word at i, up to a space or a line end.
func (f folded) token(i int) (start, stop int) {
	stop = i
	for stop < len(f.b) && f.b[stop] != ' ' && f.b[stop] != '\n' && stop-i < maxToken {
		stop++
	}
	return i, stop
}

// trim takes the punctuation off both ends of a word.
func (f folded) trim(start, stop int) (int, int) {
	const around = ".,;:!?)(\"'[]/*-"
	for start < stop && strings.IndexByte(around, f.b[start]) >= 0 {
		start++
	}
	for start < stop && strings.IndexByte(around, f.b[stop-1]) >= 0 {
		stop--
	}
	return start, stop
}

func endsSentence(word []byte) bool {
	return strings.IndexByte(".,;!?", word[len(word)-1]) >= 0
}

func isTalk(word []byte) bool {
	for _, stem := range talkStems {
		if bytes.HasPrefix(word, []byte(stem)) {
			return true
		}
	}
	return false
}

// isPlainWord reports whether w is letters only and not plain talk.
func isPlainWord(w []byte) bool {
	for _, c := range w {
		if !isLetter(c) {
			return false
		}
	}
	return len(w) > 1 && !talk[string(w)] && !isTalk(w)
}

// isCode reports whether w is a number of 4 to 8 digits, as secret codes are,
// or longer without being a telephone.
func isCode(w []byte) bool {
	for _, c := range w {
		if !isDigit(c) {
			return false
		}
	}
	return len(w) >= 4 && (len(w) != 10 || w[0] != '0')
}

// looksMadeUp reports whether w mixes letters with digits, or has symbols
// inside, and is neither an hour, a quantity, a mail address nor a site.
func looksMadeUp(w []byte) bool {
	const shortest = 4
	if len(w) < shortest || isQuantity(w) || bytes.HasPrefix(w, []byte("http")) || bytes.HasPrefix(w, []byte("www.")) {
		return false
	}
	if at := bytes.IndexByte(w, '@'); at > 0 && bytes.IndexByte(w[at:], '.') > 0 {
		return false
	}
	letters, digits, symbols := 0, 0, 0
	for _, c := range w {
		switch {
		case isLetter(c):
			letters++
		case isDigit(c):
			digits++
		case strings.IndexByte("!@#$%^&*+=?~_\x01", c) >= 0:
			symbols++
		}
	}
	return letters > 0 && digits > 0 || symbols > 0 && letters+digits >= shortest-1
}

// isQuantity reports whether w is digits and then a unit: 14h30, 30min, 12eme.
func isQuantity(w []byte) bool {
	i := 0
	for i < len(w) && isDigit(w[i]) {
		i++
	}
	if i == 0 {
		return false
	}
	unit := string(bytes.TrimRight(w[i:], "0123456789"))
	switch unit {
	case "h", "min", "mn", "km", "m", "kg", "g", "go", "mo", "eur", "euros", "e", "er", "eme", "fois", "j", "jours", "ans", "mois", "%", "caracteres":
		return true
	}
	return false
}
