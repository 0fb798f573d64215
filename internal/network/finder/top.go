// SPDX-License-Identifier: Apache-2.0

package finder

import (
	"cmp"
	"slices"
)

// key orders a hit. It is total: pages never overlap or skip.
type key struct {
	distance float64 // squared chord
	place    uint32
	score    uint16
}

// compareKeys puts the best first.
func compareKeys(a, b key) int {
	if a.score != b.score {
		return cmp.Compare(b.score, a.score)
	}
	if a.distance != b.distance {
		return cmp.Compare(a.distance, b.distance)
	}
	return cmp.Compare(a.place, b.place)
}

// topKeys keeps the best keys seen, at most size, as a heap whose top is the
// worst of them: most keys of a large search cost one comparison.
type topKeys struct {
	keys []key
	size int
}

func (t *topKeys) add(k key) {
	if len(t.keys) < t.size {
		t.keys = append(t.keys, k)
		for i := len(t.keys) - 1; i > 0; {
			up := (i - 1) / 2
			if compareKeys(t.keys[i], t.keys[up]) <= 0 {
				break
			}
			t.keys[i], t.keys[up] = t.keys[up], t.keys[i]
			i = up
		}
		return
	}
	if compareKeys(k, t.keys[0]) >= 0 {
		return
	}
	i := 0
	for {
		worst := 2*i + 1
		if worst >= len(t.keys) {
			break
		}
		if r := worst + 1; r < len(t.keys) && compareKeys(t.keys[r], t.keys[worst]) > 0 {
			worst = r
		}
		if compareKeys(t.keys[worst], k) <= 0 {
			break
		}
		t.keys[i] = t.keys[worst]
		i = worst
	}
	t.keys[i] = k
}

// sorted empties t and returns its keys, best first.
func (t *topKeys) sorted() []key {
	slices.SortFunc(t.keys, compareKeys)
	out := t.keys
	t.keys = nil
	return out
}
