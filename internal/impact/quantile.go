// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"math"
	"slices"
)

// quantile is the smallest of sorted such that a share of at least q of them is
// not greater: the nearest-rank quantile (type 1 of Hyndman and Fan, « Sample
// Quantiles in Statistical Packages », The American Statistician 50, 1996). It
// is always a wait that someone had, and it reads as a sentence: « la moitié
// des personnes ont attendu 6 jours au plus ». sorted is not empty, 0 < q ≤ 1.
func quantile(sorted []int, q float64) int {
	// 0.9 × 10 is 9.000000000000002 for some q: a hair must not move the rank.
	rank := int(math.Ceil(q*float64(len(sorted)) - 1e-9))
	return sorted[max(rank, 1)-1]
}

// beyond counts the waits of more than limit days.
func beyond(waits []int, limit int) int {
	n := 0
	for _, w := range waits {
		if w > limit {
			n++
		}
	}
	return n
}

// waitNumbers gives the median, the ninth decile and the share of long waits.
// The decile is given from twice the threshold on: of fewer people it would be
// about the longest wait of all, which is one person's. shareShown says whether
// both parts of the share may be told.
func waitNumbers(waits []int, threshold int, shareShown bool) (median, p90, long Number) {
	masked := Number{Masked: true}
	median, p90, long = masked, masked, masked
	if len(waits) == 0 || len(waits) < threshold {
		return median, p90, long
	}
	sorted := slices.Sorted(slices.Values(waits))
	median = Number{Value: float64(quantile(sorted, 0.5))}
	if len(sorted) >= 2*threshold {
		p90 = Number{Value: float64(quantile(sorted, 0.9))}
	}
	if shareShown {
		long = Number{Value: float64(beyond(sorted, LongWait)) / float64(len(sorted))}
	}
	return median, p90, long
}
