// SPDX-License-Identifier: Apache-2.0

// Package territory knows the ground people live on: the communes of France
// with their postal codes, inhabitants and place on the map, the names and
// codes of the past that people still use, how far one place is from another,
// and which days are bank holidays or school holidays there. Everything is
// inside the program: no file and no network at run time. data/README.md names
// the sources, their licences and their dates.
package territory

import "slices"

//go:generate go run ./build -npm ../../.cache/cog-2026/package -past ../../.cache/cog-2019/package -shared ../../../shared/data -out data/territory.bin

// Commune is a commune of the official list of 1 January 2026 (code officiel
// géographique, INSEE).
type Commune struct {
	Code        string   // INSEE code, five characters: 44109, 2A004
	Name        string   // as INSEE writes it: La Baule-Escoublac
	PostalCodes []string // sorted; shared by all callers, not to be changed
	Population  int      // inhabitants (population municipale)
	EPCI        string   // siren of its group of communes, empty when it has none
	Department  string   // code: 44, 2A, 974
	Region      string   // code of its region; that of the department where there is none
	// HasPosition is false for 101 communes whose outline the source lacks,
	// 94 of them in overseas collectivities.
	HasPosition bool
	Lat, Lon    float64 // centroid of its area, degrees WGS 84
}

// Department is a département, or an overseas collectivity of that rank.
type Department struct {
	Code       string
	Name       string
	Region     string // code
	RegionName string
	// SchoolZone is A, B or C; empty in Corsica and overseas, where academies
	// publish calendars of their own.
	SchoolZone string
}

// EPCI is a group of communes (établissement public de coopération
// intercommunale à fiscalité propre).
type EPCI struct {
	Siren string
	Name  string
	Kind  string // CC, CA, CU, METRO, or MET69 for Lyon
}

// Warm decodes the territory and builds its search index now, so that the first
// visitor does not wait for it (some tens of milliseconds).
func Warm() { theIndex() }

// Communes gives all communes, by code.
func Communes() []Commune { return slices.Clone(theAtlas().communes) }

// ByCode gives the commune of an INSEE code, or the commune of today that a
// former code (merged commune, arrondissement of Paris, Lyon or Marseille)
// now belongs to.
func ByCode(code string) (Commune, bool) {
	a := theAtlas()
	i, ok := a.byCode[code]
	if !ok {
		return Commune{}, false
	}
	return a.communes[i], true
}

// Current gives the code of today for a code of today or of the past. A
// commune cut up after a merger leads to the one that kept its seat.
func Current(code string) (string, bool) {
	c, ok := ByCode(code)
	return c.Code, ok
}

// ByPostal gives the communes served by a postal code, the most populated first.
func ByPostal(postalCode string) []Commune {
	a := theAtlas()
	at, ok := slices.BinarySearchFunc(a.postal, postalCode, comparePostal)
	if !ok {
		return nil
	}
	return a.pick(a.postal[at].communes)
}

// InDepartment gives the communes of a department, by code.
func InDepartment(code string) []Commune {
	a := theAtlas()
	return a.pick(a.inDepartment[code])
}

// InEPCI gives the communes of a group of communes, by code.
func InEPCI(siren string) []Commune {
	a := theAtlas()
	return a.pick(a.inEPCI[siren])
}

// DepartmentByCode gives a department by its code.
func DepartmentByCode(code string) (Department, bool) {
	d, ok := theAtlas().departments[code]
	return d, ok
}

// EPCIBySiren gives a group of communes by its siren.
func EPCIBySiren(siren string) (EPCI, bool) {
	e, ok := theAtlas().epcis[siren]
	return e, ok
}

// SchoolZone is the zone of the school calendar of c: A, B, C, or empty.
func (c Commune) SchoolZone() string { return theAtlas().departments[c.Department].SchoolZone }
