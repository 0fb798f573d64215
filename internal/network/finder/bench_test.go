// SPDX-License-Identifier: Apache-2.0

package finder_test

import (
	"slices"
	"testing"
	"time"

	"escale/internal/network/finder"
	"escale/internal/network/finder/findertest"
)

// benchPlaces is the number of places the aims are stated for: about as many
// as the national files hold.
const benchPlaces = 25_000

// BenchmarkSearch reports, for each family of questions, the median and the
// 99th percentile of single searches beside the mean.
func BenchmarkSearch(b *testing.B) {
	docs := findertest.Places(benchPlaces, 1)
	ix := finder.Build(docs).WithOpening(finder.Opening{From: findertest.Monday, Weeks: findertest.Weeks(len(docs), 1)})
	for _, kind := range findertest.Kinds {
		queries := findertest.Queries(kind, 2000, 1, docs)
		b.Run(string(kind), func(b *testing.B) {
			b.ReportAllocs()
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				start := time.Now()
				ix.Search(queries[i%len(queries)])
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(micros(took, 50), "p50-µs")
			b.ReportMetric(micros(took, 99), "p99-µs")
		})
	}
}

// BenchmarkBuild measures a new index, and the change of its opening hours.
func BenchmarkBuild(b *testing.B) {
	docs := findertest.Places(benchPlaces, 1)
	weeks := findertest.Weeks(len(docs), 1)
	b.Run("index", func(b *testing.B) {
		var s finder.Stats
		for b.Loop() {
			s = finder.Build(docs).Stats()
		}
		b.ReportMetric(float64(s.Bytes)/float64(s.Places), "B/place")
		b.ReportMetric(float64(s.Words), "words")
	})
	ix := finder.Build(docs)
	b.Run("opening", func(b *testing.B) {
		for b.Loop() {
			ix.WithOpening(finder.Opening{From: findertest.Monday, Weeks: weeks})
		}
	})
}

// micros is a percentile of sorted durations, in microseconds.
func micros(sorted []time.Duration, percentile int) float64 {
	return float64(sorted[(len(sorted)-1)*percentile/100].Nanoseconds()) / 1000
}
