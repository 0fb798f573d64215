// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"regexp"
	"slices"
	"strings"

	"escale/internal/kit/text"
	"escale/internal/territory"
)

// where is what a record says of its commune.
type where struct{ name, postal, insee string }

// settled is the commune a record is in, and what had to be said about it.
type settled struct {
	commune territory.Commune
	found   bool   // the commune is certain
	name    string // as it is kept
	postal  string // as it is kept; without found, one that serves some commune
	notes   notes
}

// How much each field speaks for a commune. A name that agrees with the
// department outweighs a code or a postal code alone, not both together.
const (
	nameVotes       = 4 // the very name, of today or of the past
	likeNameVotes   = 3 // the name but for a letter, or a part of it
	inseeVotes      = 3
	postalVotes     = 3
	departmentVotes = 1 // the postal code begins as the department's do
)

// settle finds the commune meant by name, postal code and INSEE code, of which
// one or two may be wrong, missing or out of date: each speaks for the communes
// it can mean, and the one with most votes is kept. Nothing is found when no
// commune has more votes than another.
func settle(said where) settled {
	s := settled{name: oneLine(said.name)}
	postal := fixPostal(said.postal)
	insee := fixInsee(said.insee)
	byCode, hasCode := territory.ByCode(insee)
	matches := namesakes(s.name, postal, insee)

	votes := map[string]int{}
	communes := map[string]territory.Commune{}
	vote := func(c territory.Commune, n int) {
		communes[c.Code] = c
		votes[c.Code] += n
	}
	if hasCode {
		vote(byCode, inseeVotes)
	}
	served := territory.ByPostal(postal)
	for _, c := range served {
		vote(c, postalVotes)
	}
	for _, m := range matches {
		if m.How == territory.Exact {
			vote(m.Commune, nameVotes)
		} else {
			vote(m.Commune, likeNameVotes)
		}
	}
	for code, c := range communes {
		if sameDepartment(c, postal) {
			votes[code] += departmentVotes
		}
	}
	s.commune, s.found = mostVoted(communes, votes)
	switch {
	case s.found:
		s.describe(said, postal, insee, served, matches)
	case len(served) > 0:
		s.postal = postal
	}
	return s
}

// mostVoted gives the commune with most votes, if it is alone in that.
func mostVoted(communes map[string]territory.Commune, votes map[string]int) (territory.Commune, bool) {
	best, most, alone := "", 0, false
	for code, n := range votes {
		switch {
		case n > most:
			best, most, alone = code, n, true
		case n == most:
			alone = false
		}
	}
	if !alone {
		return territory.Commune{}, false
	}
	return communes[best], true
}

// describe settles what is written of the commune, and what is said about it.
func (s *settled) describe(said where, postal, insee string, served []territory.Commune, matches []territory.Match) {
	c := s.commune
	given := s.name
	s.name = c.Name
	switch {
	case given == "":
		s.notes.repair("commune", said.name, c.Name, "commune_from_codes")
	case text.Fold(given) == text.Fold(c.Name):
	case slices.ContainsFunc(matches, func(m territory.Match) bool { return m.Code == c.Code }):
		s.notes.repair("commune", said.name, c.Name, "commune_name")
	default:
		s.notes.repair("commune", said.name, c.Name, "commune_against_codes")
	}
	current, known := territory.Current(insee)
	switch raw := oneLine(said.insee); {
	case raw == "":
	case current != c.Code || !known:
		s.notes.repair("code_insee", said.insee, c.Code, "insee_mismatch", "commune", c.Name)
	case insee != c.Code:
		s.notes.repair("code_insee", said.insee, c.Code, "insee_old", "commune", c.Name)
	case raw != insee:
		s.notes.repair("code_insee", said.insee, c.Code, "lost_zeros")
	}
	s.postal = postal
	usual := ""
	if len(c.PostalCodes) > 0 {
		usual = c.PostalCodes[0]
	}
	serves := slices.ContainsFunc(served, func(o territory.Commune) bool { return o.Code == c.Code })
	switch raw := oneLine(said.postal); {
	// A code that serves no commune, in the right department, is a CEDEX.
	case serves && raw != postal, !serves && len(served) == 0 && sameDepartment(c, postal) && raw != postal:
		s.notes.repair("code_postal", said.postal, postal, "lost_zeros")
	case serves, sameDepartment(c, postal):
	case usual == "":
		s.postal = ""
	case raw == "":
		s.postal = usual
		s.notes.repair("code_postal", said.postal, usual, "postal_from_commune", "commune", c.Name)
	default:
		s.postal = usual
		s.notes.repair("code_postal", said.postal, usual, "postal_mismatch", "commune", c.Name)
	}
}

// namesakes finds the communes that a name can mean, near the codes if the name
// is borne by several: only whole names, letter for letter or nearly.
func namesakes(name, postal, insee string) []territory.Match {
	if name == "" {
		return nil
	}
	name = strings.NewReplacer(" s/", " sur ", "/", " ").Replace(name)
	for _, query := range []string{name + " " + postal, name + " " + departmentOf(insee), name + " " + departmentOf(postal), name} {
		found := territory.Search(query, 8)
		found = slices.DeleteFunc(found, func(m territory.Match) bool { return !wholeName(m) })
		if len(found) > 0 {
			return onlyBest(found)
		}
	}
	return nil
}

// wholeName reports whether the match is of a whole name, but for a letter,
// the articles, or the number of an arrondissement.
func wholeName(m territory.Match) bool {
	return m.How == territory.Exact || m.How == territory.Loose || m.How == territory.Typo ||
		m.How == territory.Prefix && strings.Contains(m.Via, "Arrondissement")
}

func onlyBest(found []territory.Match) []territory.Match {
	return slices.DeleteFunc(found, func(m territory.Match) bool { return m.How > found[0].How })
}

// departmentOf is the département of a postal or INSEE code. Corsica's postal
// codes do not tell which of its two.
func departmentOf(code string) string {
	switch {
	case len(code) != 5, strings.HasPrefix(code, "20"):
		return ""
	case strings.HasPrefix(code, "97"), strings.HasPrefix(code, "98"):
		return code[:3]
	}
	return code[:2]
}

// sameDepartment tells whether a postal code can be one of c's department. La
// Poste's areas and the departments part in places, never beyond two digits.
func sameDepartment(c territory.Commune, postal string) bool {
	if strings.HasPrefix(postal, "20") {
		return (c.Department == "2A" || c.Department == "2B")
	}
	return postal != "" && departmentOf(postal) == c.Department
}

var (
	decimals   = regexp.MustCompile(`^(\d{4,14})[.,]0+$`) // what a spreadsheet makes of a code: 44000.0
	fiveDigits = regexp.MustCompile(`\b\d{5}\b`)
	digitsOnly = regexp.MustCompile(`^\d+$`)
	inseeShape = regexp.MustCompile(`^(\d{2}|2[AB])\d{3}$`)
)

// fixPostal gives back a postal code its zero and its shape; "" when there is
// none in s.
func fixPostal(s string) string {
	s = decimals.ReplaceAllString(oneLine(s), "$1")
	s = strings.TrimPrefix(strings.ToUpper(s), "F-")
	packed := strings.ReplaceAll(s, " ", "")
	switch {
	case digitsOnly.MatchString(packed) && len(packed) == 5:
		return packed
	case digitsOnly.MatchString(packed) && len(packed) == 4:
		return "0" + packed
	}
	return fiveDigits.FindString(s) // "49000 Angers", "49070 CEDEX"
}

// fixInsee gives back an INSEE code its zero and its capitals; "" when s is none.
func fixInsee(s string) string {
	s = strings.ToUpper(strings.ReplaceAll(decimals.ReplaceAllString(oneLine(s), "$1"), " ", ""))
	if len(s) == 4 && digitsOnly.MatchString(s) {
		s = "0" + s
	}
	if !inseeShape.MatchString(s) {
		return ""
	}
	return s
}
