// SPDX-License-Identifier: Apache-2.0

package territory

import (
	"slices"
	"strings"

	"escale/internal/kit/text"
)

// shortWords are the words of names that people add, drop or swap: articles and
// prepositions.
var shortWords = map[string]bool{
	"a": true, "au": true, "aux": true, "d": true, "de": true, "des": true, "du": true, "en": true, "et": true,
	"l": true, "la": true, "le": true, "les": true, "lez": true, "sous": true, "sur": true,
}

// spell brings a name or a query to the one spelling in which they are
// compared: folded, abbreviations in full.
func spell(s string) string {
	folded := fold(s)
	if !strings.Contains(folded, "st") && !strings.Contains(folded, " s ") {
		return folded
	}
	words := strings.Split(folded, " ")
	for i, w := range words {
		switch {
		case w == "st":
			words[i] = "saint"
		case w == "ste":
			words[i] = "sainte"
		case w == "s" && 0 < i && i < len(words)-1: // « St-Sébastien s/ Loire »
			words[i] = "sur"
		}
	}
	return strings.Join(words, " ")
}

// content is the words of a spelt name without its short words.
func content(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return shortWords[w] })
}

// containsInOrder reports whether the words of query come in that order among the
// words of name, the last one possibly cut short.
func containsInOrder(name string, query []string) bool {
	for rest := name; len(query) > 0 && rest != ""; {
		var word string
		word, rest, _ = strings.Cut(rest, " ")
		if word == query[0] || len(query) == 1 && strings.HasPrefix(word, query[0]) {
			query = query[1:]
		}
	}
	return len(query) == 0
}

// fold is text.Fold, some twenty times faster for the letters of French.
func fold(s string) string {
	out := make([]byte, 0, len(s)+4)
	space := false
	for _, r := range s {
		if r >= letterLimit {
			return text.Fold(s)
		}
		f := letters[r]
		if f == "" {
			space = true
			continue
		}
		if space && len(out) > 0 {
			out = append(out, ' ')
		}
		space = false
		out = append(out, f...)
	}
	return string(out)
}

// letterLimit ends Latin Extended-A: beyond, a character may join the one
// before it, and text.Fold decides.
const letterLimit = 0x180

// letters is what text.Fold makes of each character alone.
var letters = func() (table [letterLimit]string) {
	for r := range table {
		table[r] = text.Fold(string(rune(r)))
	}
	return table
}()
