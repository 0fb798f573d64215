// SPDX-License-Identifier: Apache-2.0

package network

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// crowd bounds a group of cards that share a key: beyond it, the key (the
// telephone of a national line, a name borne everywhere) tells nothing.
const crowd = 40

// cell is the side of the squares within which cards are compared, in degrees
// of latitude: about near metres.
const cell = near / 111_195.0

// Propose finds the pairs of places that look like one, the surest first. It
// compares only cards that share a key or are near each other.
func Propose(places []Place) []Proposal {
	sheets := make([]sheet, len(places))
	weights := scale{count: map[string]int{}, total: float64(len(places))}
	for i := range places {
		sheets[i] = sheetOf(&places[i])
		for _, w := range sheets[i].name {
			weights.count[w]++
		}
	}
	var out []Proposal
	for _, pair := range candidates(sheets) {
		a, b := &sheets[pair[0]], &sheets[pair[1]]
		evidence := weights.compare(a, b)
		score := 0.0
		for _, e := range evidence {
			score += e.Points
		}
		sure := certain(a, b)
		if score < Threshold && !sure {
			continue
		}
		slices.SortStableFunc(evidence, func(x, y Evidence) int { return cmp.Compare(y.Points, x.Points) })
		out = append(out, Proposal{A: a.side(), B: b.side(), Score: score, Certain: sure, Evidence: evidence})
	}
	slices.SortFunc(out, func(x, y Proposal) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), strings.Compare(string(x.A.ID), string(y.A.ID)), strings.Compare(string(x.B.ID), string(y.B.ID)))
	})
	return out
}

func (s *sheet) side() Side {
	p := s.place
	return Side{ID: p.ID, Name: p.Name, Address: p.Address, Commune: p.CommuneName}
}

// candidates gives the pairs worth comparing, once each, as ordered indexes.
func candidates(sheets []sheet) [][2]int32 {
	var pairs [][2]int32
	groups := map[string][]int32{}
	squares := map[[2]int32][]int32{}
	for i := range sheets {
		n := int32(i)
		for _, key := range sheets[i].keys() {
			groups[key] = append(groups[key], n)
		}
		if at := sheets[i].place.Position; at != nil {
			square := squareOf(*at)
			squares[square] = append(squares[square], n)
		}
	}
	for _, g := range groups {
		if len(g) > crowd {
			continue
		}
		for i, a := range g {
			for _, b := range g[i+1:] {
				pairs = append(pairs, [2]int32{a, b})
			}
		}
	}
	for square, here := range squares {
		for dy := int32(-1); dy <= 1; dy++ {
			for dx := int32(-1); dx <= 1; dx++ {
				pairs = nearPairs(pairs, sheets, here, squares[[2]int32{square[0] + dy, square[1] + dx}])
			}
		}
	}
	slices.SortFunc(pairs, func(x, y [2]int32) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) })
	return slices.Compact(pairs)
}

// nearPairs adds the pairs of here and there that are near metres apart at most.
func nearPairs(pairs [][2]int32, sheets []sheet, here, there []int32) [][2]int32 {
	for _, a := range here {
		for _, b := range there {
			if a < b && sheets[a].place.Position.Metres(*sheets[b].place.Position) <= near {
				pairs = append(pairs, [2]int32{a, b})
			}
		}
	}
	return pairs
}

// squareOf is the square of a position, twice as wide in degrees as it is high:
// at least as wide in metres up to 60° of latitude, where no French place is.
func squareOf(p Position) [2]int32 {
	return [2]int32{int32(math.Floor(p.Lat / cell)), int32(math.Floor(p.Lon / (2 * cell)))}
}

// keys are what a card would share with another card of the same place.
func (s *sheet) keys() []string {
	p := s.place
	var keys []string
	if p.Pivot != "" {
		keys = append(keys, "pivot "+p.Pivot+p.Commune)
	}
	if p.Phone != "" {
		keys = append(keys, "phone "+p.Phone)
	}
	for _, e := range p.Emails {
		keys = append(keys, "email "+e)
	}
	if s.address != "" {
		keys = append(keys, "address "+p.Commune+s.address)
	}
	if len(s.name) > 0 {
		keys = append(keys, "name "+p.Commune+strings.Join(s.name, " "))
	}
	return keys
}
