// SPDX-License-Identifier: Apache-2.0

package atlas_test

import (
	"testing"

	"escale/internal/web/atlas"
	"escale/internal/web/atlas/atlastest"
	"escale/internal/web/shared/webtest"
)

// country is about as many places as the national files have.
const country = 25_000

func BenchmarkNewSnapshot(b *testing.B) {
	cards := atlastest.Many(country)
	for b.Loop() {
		atlas.NewSnapshot(cards)
	}
}

// BenchmarkSearchOpen asks what is open now: near somewhere, and everywhere,
// which is the worst case, since each place's hours are read.
func BenchmarkSearchOpen(b *testing.B) {
	s := atlas.NewSnapshot(atlastest.Many(country))
	for name, km := range map[string]float64{"near": 2, "everywhere": 0} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.Search(atlas.Request{Near: &blain, RadiusKm: km, At: webtest.Now, Limit: 10})
			}
		})
	}
}
