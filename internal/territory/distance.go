// SPDX-License-Identifier: Apache-2.0

package territory

import (
	"math"
	"slices"
)

// earthRadius is the mean radius of the Earth in kilometres (IUGG, R1).
const earthRadius = 6371.0088

// Distance is the length in kilometres of the shortest way over the Earth's
// surface between two places in degrees (haversine formula on a sphere: within
// 0.5 % of the true ellipsoid; a road is longer).
func Distance(lat1, lon1, lat2, lon2 float64) float64 {
	p, q := lat1*math.Pi/180, lat2*math.Pi/180
	sinLat := math.Sin((q - p) / 2)
	sinLon := math.Sin((lon2 - lon1) * math.Pi / 360)
	h := sinLat*sinLat + math.Cos(p)*math.Cos(q)*sinLon*sinLon
	return 2 * earthRadius * math.Asin(math.Sqrt(min(1, h)))
}

// Near is a commune and its distance in kilometres.
type Near struct {
	Commune
	Km float64
}

// Nearest gives the communes whose centroids are closest to a place in degrees,
// the closest first, at most limit. Communes without a position are left out.
func Nearest(lat, lon float64, limit int) []Near {
	if limit <= 0 {
		return nil
	}
	a := theAtlas()
	here := pointOf(lat, lon)
	// The larger the scalar product, the closer: one multiplication each instead
	// of a haversine for each of 35,000 communes.
	best := make([]closeness, 0, limit+1)
	for i, p := range a.points {
		d := here.x*p.x + here.y*p.y + here.z*p.z
		if len(best) == limit && d <= best[limit-1].product || !a.communes[i].HasPosition {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, d, func(c closeness, d float64) int {
			if c.product >= d {
				return -1
			}
			return 1
		})
		best = slices.Insert(best, at, closeness{d, int32(i)})
		best = best[:min(limit, len(best))]
	}
	out := make([]Near, len(best))
	for i, b := range best {
		c := a.communes[b.commune]
		out[i] = Near{c, Distance(lat, lon, c.Lat, c.Lon)}
	}
	return out
}

type closeness struct {
	product float64
	commune int32
}

// point is a place as a vector from the Earth's centre, of length 1.
type point struct{ x, y, z float64 }

func pointOf(lat, lon float64) point {
	lat, lon = lat*math.Pi/180, lon*math.Pi/180
	return point{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
}
