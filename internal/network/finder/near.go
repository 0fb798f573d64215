// SPDX-License-Identifier: Apache-2.0

package finder

import "math"

// earthKm is the mean radius of the Earth in kilometres (IUGG R1).
const earthKm = 6371.0088

// Point is a position in degrees (WGS 84).
type Point struct{ Lat, Lon float64 }

func (p Point) valid() bool { return math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180 }

// vector is a position as a unit vector from the centre of the Earth: squared
// chords between vectors are ordered like distances and need no trigonometry.
type vector struct{ x, y, z float64 }

func (p Point) vector() vector {
	lat, lon := p.Lat*math.Pi/180, p.Lon*math.Pi/180
	return vector{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
}

// chord2 is the squared straight line through the Earth, in squared radii.
func chord2(a, b vector) float64 {
	x, y, z := a.x-b.x, a.y-b.y, a.z-b.z
	return x*x + y*y + z*z
}

// chordKm turns a squared chord into kilometres along the surface.
func chordKm(c2 float64) float64 { return 2 * earthKm * math.Asin(min(math.Sqrt(c2)/2, 1)) }

// Km is the great-circle distance between two points in kilometres.
func Km(a, b Point) float64 { return chordKm(chord2(a.vector(), b.vector())) }

// within tells whether a squared chord is at most a radius. The arc sine is
// spent only on chords too close to the limit to be judged without it.
type within struct {
	km, surelyIn, surelyOut float64
}

func newWithin(km float64) within {
	limit := 2 * math.Sin(min(km/(2*earthKm), math.Pi/2))
	limit *= limit
	return within{km, limit * (1 - 1e-9), limit * (1 + 1e-9)}
}

func (w within) has(c2 float64) bool {
	if c2 < w.surelyIn {
		return true
	}
	return c2 <= w.surelyOut && chordKm(c2) <= w.km
}
