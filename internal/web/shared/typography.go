// SPDX-License-Identifier: Apache-2.0

package shared

import (
	"regexp"
	"strings"
)

// nbsp keeps two words on one line; thin does so in numbers (French usage).
const (
	nbsp = "\u00a0"
	thin = "\u202f"
)

var (
	beforeSign     = regexp.MustCompile(`[ \x{00a0}\x{202f}]+([:;?!»])`)
	glued          = regexp.MustCompile(`([\pL\pN)\]}…”’%])([;?!»])`)
	afterGuillemet = regexp.MustCompile(`«[ \x{00a0}\x{202f}]*`)
	apostrophe     = regexp.MustCompile(`(\pL)'(\pL)`)
	beforeUnit     = regexp.MustCompile(`([\d}]) (h|min|km|ko|kg|%|€|ans|mois|jours)(\W|$)`)
	afterHour      = regexp.MustCompile(`( |\x{00a0})h (\d|\{)`)
)

// Typeset gives a French sentence its non-breaking spaces (before : ; ? ! » and
// units, after «) and its curly apostrophes, so that authors of catalogues type
// plain spaces and no line ever starts with a question mark.
func Typeset(s string) string {
	s = apostrophe.ReplaceAllString(s, "$1’$2")
	s = beforeSign.ReplaceAllString(s, nbsp+"$1")
	s = glued.ReplaceAllString(s, "$1"+nbsp+"$2")
	s = afterGuillemet.ReplaceAllString(s, "«"+nbsp)
	s = beforeUnit.ReplaceAllString(s, "$1"+nbsp+"$2$3")
	s = afterHour.ReplaceAllString(s, nbsp+"h"+nbsp+"$2")
	return strings.ReplaceAll(s, "...", "…")
}
