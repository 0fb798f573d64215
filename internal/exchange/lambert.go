// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"math"

	"escale/internal/network"
)

// Constants of the Lambert-93 projection on the GRS 80 ellipsoid, as IGN gives
// them (NTG_71, « Projection cartographique conique conforme de Lambert »,
// table of the Lambert-93 constants).
const (
	lambertN  = 0.7256077650   // exponent of the projection
	lambertC  = 11_754_255.426 // constant of the projection, metres
	lambertXs = 700_000.0      // coordinates of the pole, metres
	lambertYs = 12_655_612.050
	grs80E    = 0.0818191910428 // first eccentricity
)

// fromLambert93 turns Lambert-93 coordinates, in metres, into degrees (NTG_71,
// algorithms ALG0004 and ALG0002). RGF93 and WGS 84 differ by less than a metre.
func fromLambert93(x, y float64) network.Position {
	dx, dy := x-lambertXs, y-lambertYs
	r := math.Hypot(dx, dy)
	gamma := math.Atan2(dx, -dy)
	isometric := -math.Log(math.Abs(r/lambertC)) / lambertN
	// Each turn gains about two digits and a half: ten are far beyond a millimetre.
	lat := 2*math.Atan(math.Exp(isometric)) - math.Pi/2
	for range 10 {
		s := grs80E * math.Sin(lat)
		lat = 2*math.Atan(math.Pow((1+s)/(1-s), grs80E/2)*math.Exp(isometric)) - math.Pi/2
	}
	return network.Position{Lat: lat * 180 / math.Pi, Lon: 3 + gamma/lambertN*180/math.Pi}
}
