// SPDX-License-Identifier: Apache-2.0

package territory

// Shortest words forgiven a wrong letter: below, everything is one letter away
// from everything.
const (
	shortestTypo        = 4 // for a whole name
	shortestTypoInStart = 5 // for a beginning
)

// typos offers the names one edit away from typed: a letter wrong, missing, in
// excess, or two neighbours swapped (Damerau-Levenshtein distance 1). It walks
// down the sorted spots letter by letter and tries the edit at each depth, so
// that only names alike up to the edit are ever looked at.
func (x *index) typos(typed string, found *best) {
	if len(typed) < shortestTypo {
		return
	}
	s := x.whole()
	for depth := 0; depth < len(typed) && s.from < s.to; depth++ {
		rest := typed[depth:]
		x.offerTypos(x.follow(s, depth, rest[1:]), len(typed)-1, found)
		if len(rest) > 1 && rest[0] != rest[1] {
			swapped := x.narrow(x.narrow(s, depth, rest[1]), depth+1, rest[0])
			x.offerTypos(x.follow(swapped, depth+2, rest[2:]), len(typed), found)
		}
		for from := s.from; from < s.to; {
			c := x.letter(from, depth)
			same := x.narrow(span{from, s.to}, depth, c)
			from = same.to
			if c == 0 {
				continue
			}
			x.offerTypos(x.follow(same, depth+1, rest), len(typed)+1, found)
			if c != rest[0] {
				x.offerTypos(x.follow(same, depth+1, rest[1:]), len(typed), found)
			}
		}
		s = x.narrow(s, depth, rest[0])
	}
}

// offerTypos offers a run of names alike over length letters.
func (x *index) offerTypos(s span, length int, found *best) {
	for i := s.from; i < s.to; i++ {
		spot := x.spots[i]
		switch {
		case spot.lead && x.letter(i, length) == 0:
			x.offer(found, Typo, spot.entry)
		case length >= shortestTypoInStart:
			x.offer(found, TypoInStart, spot.entry)
		}
	}
}
