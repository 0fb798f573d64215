// SPDX-License-Identifier: Apache-2.0

package impact

import "testing"

func TestQuantileByHand(t *testing.T) {
	for _, c := range []struct {
		sorted []int
		q      float64
		want   int
	}{
		{[]int{7}, 0.5, 7},
		{[]int{7}, 0.9, 7},
		{[]int{1, 9}, 0.5, 1}, // half of two waited 1 day at most
		{[]int{1, 5, 9}, 0.5, 5},
		{[]int{1, 2, 3, 4}, 0.5, 2},
		{[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0.9, 9}, // nine of ten waited 9 days at most
		{[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 0.9, 10},
		{[]int{0, 0, 0, 0, 40}, 0.9, 40},
		{[]int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 40}, 0.9, 0},
	} {
		if got := quantile(c.sorted, c.q); got != c.want {
			t.Errorf("quantile(%v, %v) = %d, want %d", c.sorted, c.q, got, c.want)
		}
	}
}

func TestWaitNumbers(t *testing.T) {
	waits := []int{3, 31, 30, 0, 45}
	median, p90, long := waitNumbers(waits, 5, true)
	if median.Value != 30 || median.Masked {
		t.Errorf("median: got %v, want 30", median)
	}
	if !p90.Masked {
		t.Errorf("p90 of five people: got %v, want a mask", p90)
	}
	if long.Value != 0.4 { // 31 and 45: thirty days exactly is not long
		t.Errorf("long: got %v, want 0.4", long)
	}
	if m, _, l := waitNumbers(waits[:4], 5, true); !m.Masked || !l.Masked {
		t.Errorf("four people are shown: %v %v", m, l)
	}
	if _, _, l := waitNumbers(waits, 5, false); !l.Masked {
		t.Errorf("a share not to be told is told: %v", l)
	}
	if _, p, _ := waitNumbers([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 5, true); p.Value != 9 {
		t.Errorf("p90: got %v, want 9", p)
	}
}
