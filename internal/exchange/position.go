// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"escale/internal/network"
	"escale/internal/territory"
)

// farKm is how far from the centre of its commune a place can be, in
// kilometres: Arles, the largest of the mainland, reaches 35 km from its
// centre; farGuianaKm is for Guiana, whose communes are larger than departments.
const (
	farKm       = 40
	farGuianaKm = 200
)

// french are the boxes around the French territories, in degrees, with a margin.
var french = []struct{ south, north, west, east float64 }{
	{41.2, 51.3, -5.6, 9.8},        // the mainland and Corsica
	{14.2, 18.3, -63.3, -60.6},     // Antilles, Saint-Martin and Saint-Barthélemy
	{2.0, 6.0, -54.8, -51.4},       // Guiana
	{-21.6, -20.7, 55.0, 56.0},     // La Réunion
	{-13.2, -12.5, 44.9, 45.4},     // Mayotte
	{46.6, 47.3, -56.6, -56.0},     // Saint-Pierre-et-Miquelon
	{-23.0, -19.3, 163.3, 168.5},   // New Caledonia
	{-28.0, -7.5, -155.0, -134.0},  // French Polynesia
	{-14.6, -13.0, -178.4, -175.9}, // Wallis and Futuna
}

func inFrance(p network.Position) bool {
	return slices.ContainsFunc(french, func(b struct{ south, north, west, east float64 }) bool {
		return p.Lat >= b.south && p.Lat <= b.north && p.Lon >= b.west && p.Lon <= b.east
	})
}

// distance from the centre of its commune, in kilometres; 0 when the commune or
// its centre is not known, which then speaks against nothing.
func distance(p network.Position, s settled) float64 {
	if !s.found || !s.commune.HasPosition {
		return 0
	}
	return territory.Distance(p.Lat, p.Lon, s.commune.Lat, s.commune.Lon)
}

func plausible(p network.Position, s settled) bool {
	far := float64(farKm)
	if s.commune.Department == "973" {
		far = farGuianaKm
	}
	return inFrance(p) && distance(p, s) <= far
}

// placePosition reads the position of a record, mends what can be, and leaves
// out what is nowhere near the commune.
func (r *record) placePosition(f *From) *network.Position {
	if f.Projection == "lambert93" {
		return r.projected(f)
	}
	latText, lonText := oneLine(r.row.Values[f.Latitude]), oneLine(r.row.Values[f.Longitude])
	value := latText + " " + lonText
	if latText == "" && lonText == "" {
		return nil
	}
	lat, okLat := decimal(latText)
	lon, okLon := decimal(lonText)
	if !okLat || !okLon {
		r.notes.reject("position", value, "position_unreadable")
		return nil
	}
	p := network.Position{Lat: lat, Lon: lon}
	if plausible(p, r.where) {
		return &p
	}
	if swapped := (network.Position{Lat: lon, Lon: lat}); plausible(swapped, r.where) {
		r.notes.repair("position", value, number(lon)+" "+number(lat), "position_swapped")
		return &swapped
	}
	if mended, ok := withPoint(lat, lon, r.where); ok {
		r.notes.repair("position", value, number(mended.Lat)+" "+number(mended.Lon), "position_point")
		return &mended
	}
	r.rejectPosition(value, p)
	return nil
}

func (r *record) rejectPosition(value string, p network.Position) {
	switch {
	case p == network.Position{}:
		r.notes.reject("position", value, "position_zero")
	case !inFrance(p):
		r.notes.reject("position", value, "position_abroad")
	default:
		r.notes.reject("position", value, "position_far", "km", int(math.Round(distance(p, r.where))), "commune", r.where.name)
	}
}

// projected reads a position in Lambert-93 metres.
func (r *record) projected(f *From) *network.Position {
	xText, yText := oneLine(r.row.Values[f.X]), oneLine(r.row.Values[f.Y])
	value := xText + " " + yText
	if xText == "" && yText == "" {
		return nil
	}
	x, okX := decimal(xText)
	y, okY := decimal(yText)
	if !okX || !okY {
		r.notes.reject("position", value, "position_unreadable")
		return nil
	}
	p := fromLambert93(x, y)
	// A tenth of a metre is all that a sixth decimal can tell.
	p = network.Position{Lat: math.Round(p.Lat*1e6) / 1e6, Lon: math.Round(p.Lon*1e6) / 1e6}
	if !plausible(p, r.where) {
		r.rejectPosition(value, p)
		return nil
	}
	r.notes.repair("position", value, number(p.Lat)+" "+number(p.Lon), "position_projected")
	return &p
}

// withPoint gives back the decimal point that a spreadsheet ate (47218371),
// only if that leads near the commune.
func withPoint(lat, lon float64, s settled) (network.Position, bool) {
	lost := math.Abs(lat) > 90 || math.Abs(lon) > 180
	if !lost || !s.found || !s.commune.HasPosition || lon == 0 {
		return network.Position{}, false
	}
	for a := 1.0; a <= 1e16; a *= 10 {
		if math.Abs(lat)/a > 90 {
			continue
		}
		for b := 1.0; b <= 1e16; b *= 10 {
			if p := (network.Position{Lat: lat / a, Lon: lon / b}); plausible(p, s) {
				return p, true
			}
		}
		if math.Abs(lat)/a < 1 {
			break
		}
	}
	return network.Position{}, false
}

// decimal reads a number with a point or a comma.
func decimal(s string) (float64, bool) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, " ", ""), ",", ".")
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
