// SPDX-License-Identifier: Apache-2.0

package finder

import "math/bits"

// bitset is a set of places, one bit each. For 25,000 places it is 391 words:
// a whole intersection costs less than following one pointer list.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) set(i int)      { b[i>>6] |= 1 << (i & 63) }
func (b bitset) clear(i int)    { b[i>>6] &^= 1 << (i & 63) }
func (b bitset) has(i int) bool { return b[i>>6]>>(i&63)&1 == 1 }

// fill puts the first n places in b, whose size is n.
func (b bitset) fill(n int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	if n&63 != 0 {
		b[len(b)-1] = 1<<(n&63) - 1
	}
}

func (b bitset) and(o bitset) {
	o = o[:len(b)]
	for i := range b {
		b[i] &= o[i]
	}
}

func (b bitset) or(o bitset) {
	o = o[:len(b)]
	for i := range b {
		b[i] |= o[i]
	}
}

func (b bitset) empty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

func (b bitset) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// each calls f with every place of b in order. f may clear places of b.
func (b bitset) each(f func(i int)) {
	for k, w := range b {
		for ; w != 0; w &= w - 1 {
			f(k<<6 | bits.TrailingZeros64(w))
		}
	}
}

// sparse is a bitset reduced to its words that are not zero, to be intersected
// with many others.
type sparse struct {
	at    []int32
	words []uint64
}

func (s *sparse) of(b bitset) {
	s.at, s.words = s.at[:0], s.words[:0]
	for i, w := range b {
		if w != 0 {
			s.at, s.words = append(s.at, int32(i)), append(s.words, w)
		}
	}
}

// countAnd is how many places s and b share.
func (s *sparse) countAnd(b bitset) int {
	n := 0
	words := s.words[:len(s.at)]
	for k, i := range s.at {
		n += bits.OnesCount64(words[k] & b[i])
	}
	return n
}
