// SPDX-License-Identifier: Apache-2.0

package territory_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"escale/internal/territory"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		name                   string
		lat1, lon1, lat2, lon2 float64
		want                   float64
	}{
		{"nowhere", 47, -1.5, 47, -1.5, 0},
		{"a degree of meridian", 0, 0, 1, 0, 2 * math.Pi * 6371.0088 / 360},
		{"across the date line", 0, 179.5, 0, -179.5, 2 * math.Pi * 6371.0088 / 360},
		{"pole to pole", 90, 0, -90, 0, math.Pi * 6371.0088},
		{"Nantes to Paris, cathedrals", 47.2181, -1.5508, 48.8530, 2.3499, 342.7},
	} {
		if got := territory.Distance(c.lat1, c.lon1, c.lat2, c.lon2); math.Abs(got-c.want) > 1 {
			t.Errorf("%s: %.2f km, want %.2f", c.name, got, c.want)
		}
	}
}

func TestNearestAgreesWithMeasuringAll(t *testing.T) {
	all := territory.Communes()
	rapid.Check(t, func(t *rapid.T) {
		lat := rapid.Float64Range(-30, 55).Draw(t, "lat")
		lon := rapid.Float64Range(-180, 180).Draw(t, "lon")
		limit := rapid.IntRange(1, 12).Draw(t, "limit")
		var want []float64
		for _, c := range all {
			if c.HasPosition {
				want = append(want, territory.Distance(lat, lon, c.Lat, c.Lon))
			}
		}
		slices.Sort(want)
		got := territory.Nearest(lat, lon, limit)
		if len(got) != limit {
			t.Fatalf("%d communes, want %d", len(got), limit)
		}
		for i, n := range got {
			// A metre: what the scalar product cannot tell apart.
			if math.Abs(n.Km-want[i]) > 0.001 {
				t.Fatalf("number %d is %s at %.4f km, want %.4f km", i, n.Name, n.Km, want[i])
			}
		}
	})
}

func TestNearestLimits(t *testing.T) {
	if got := territory.Nearest(47.2, -1.5, 0); got != nil {
		t.Errorf("none asked, %d given", len(got))
	}
	c, _ := territory.ByCode("44162")
	got := territory.Nearest(c.Lat, c.Lon, 1)
	if len(got) != 1 || got[0].Code != "44162" || got[0].Km > 1e-6 {
		t.Errorf("nearest to the centroid of Saint-Herblain: %+v", got)
	}
}
