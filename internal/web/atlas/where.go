// SPDX-License-Identifier: Apache-2.0

package atlas

import (
	"cmp"
	"slices"
	"strings"

	"escale/internal/kit/text"
	"escale/internal/network/finder"
	"escale/internal/territory"
)

// Where is what someone answered to « Où habitez-vous ? ». At most one of
// Commune, Choices and Guesses is set; none when nothing like it exists.
type Where struct {
	Typed   string
	Commune *territory.Commune
	// Others are communes of exactly the same name: rarely meant, one click away.
	Others []territory.Commune
	// Choices are communes that answer as well as one another: someone must choose.
	Choices []territory.Commune
	// Guesses are communes whose name differs by a letter.
	Guesses []territory.Commune
}

// Asked reports whether anything was typed.
func (w Where) Asked() bool { return text.Fold(w.Typed) != "" }

// Near is the middle of the commune, nil when there is none on the map.
func (w Where) Near() *finder.Point {
	if w.Commune == nil || !w.Commune.HasPosition {
		return nil
	}
	return &finder.Point{Lat: w.Commune.Lat, Lon: w.Commune.Lon}
}

// Bounds on what is shown to choose from.
const (
	manyChoices = 12
	manyGuesses = 4
	manyMatches = 40
)

// Locate understands a commune as people type it (see territory.Search). code is
// the INSEE code of a choice made before; it counts only while what is typed is
// still that commune's name. Where several communes answer alike, those of the
// départements that have places here come first, and one alone is taken.
func (s *Snapshot) Locate(typed, code string) Where {
	w := Where{Typed: typed}
	if c, ok := territory.ByCode(code); ok && text.Fold(c.Name) == text.Fold(typed) {
		w.Commune = &c
		return w
	}
	matches := territory.Search(typed, manyMatches)
	if served := territory.ByPostal(strings.TrimSpace(typed)); len(served) > 0 {
		// Five digits are a postal code, even when they are also the INSEE code
		// of another commune: nobody knows the code of one's commune.
		matches = matches[:0]
		for _, c := range served {
			matches = append(matches, territory.Match{Commune: c, How: territory.Exact})
		}
	}
	if len(matches) == 0 {
		return w
	}
	best := matches[0].How
	alike := func(m territory.Match) bool { return m.How == best }
	if best >= territory.Typo {
		w.Guesses = s.communes(matches, func(m territory.Match) bool { return m.How >= territory.Typo }, manyGuesses)
		return w
	}
	if best != territory.Exact {
		// A beginning: "guemene" means all that begin so, whatever the kind.
		alike = func(m territory.Match) bool { return m.How < territory.Typo }
	}
	communes := s.communes(matches, alike, manyMatches)
	ours := 0
	for _, c := range communes {
		if s.here[c.Department] > 0 {
			ours++
		}
	}
	switch {
	case len(communes) == 1, ours == 1:
		w.Commune = &communes[0]
		if best == territory.Exact {
			w.Others = communes[1:min(len(communes), manyChoices)]
		}
	default:
		w.Choices = communes[:min(len(communes), manyChoices)]
	}
	return w
}

// communes are those of the matches that keep says, those of this network's
// ground first, at most limit.
func (s *Snapshot) communes(matches []territory.Match, keep func(territory.Match) bool, limit int) []territory.Commune {
	var out []territory.Commune
	for _, m := range matches {
		if keep(m) {
			out = append(out, m.Commune)
		}
	}
	slices.SortStableFunc(out, func(a, b territory.Commune) int {
		return cmp.Compare(outside(s.here[a.Department]), outside(s.here[b.Department]))
	})
	return out[:min(limit, len(out))]
}

func outside(places int) int {
	if places > 0 {
		return 0
	}
	return 1
}
