// SPDX-License-Identifier: Apache-2.0

// Package pack is the embedded form of the territory data: plain tables on one
// side, one gzip stream of columns on the other. The command that builds the
// file writes with Encode; the territory room reads with Decode.
package pack

// Tables is everything the file holds, in its order.
type Tables struct {
	Departments []Department // by code
	EPCIs       []EPCI       // by siren
	Communes    []Commune    // by code
	Formers     []Former     // by code, then by name
	Sources     []string     // where the breaks come from; Break.Source points here
	Breaks      []Break      // by zone, then by first day
}

// Department is a département or an overseas collectivity of the same rank.
type Department struct {
	Code, Name             string
	RegionCode, RegionName string
	SchoolZone             string // A, B, C, or empty where the national calendar does not apply
}

// EPCI is a group of communes with its own tax (établissement public de
// coopération intercommunale à fiscalité propre).
type EPCI struct {
	Siren, Name string
	Kind        string // CC, CA, CU, METRO or MET69
}

// Commune is a commune of the current official list (code officiel géographique).
type Commune struct {
	Code, Name  string
	Department  int // index in Tables.Departments
	EPCI        int // index in Tables.EPCIs, or -1
	PostalCodes []int
	Population  int // inhabitants, population municipale
	HasPosition bool
	// Lat and Lon are the centroid of the commune's area in 1e-5 degree (WGS 84).
	Lat, Lon int
}

// Former is a code or a name that is no longer that of a commune: merged,
// renamed, or an arrondissement of Paris, Lyon or Marseille.
type Former struct {
	Code    string // may equal the code of the present commune when only the name went
	Name    string // empty when the source does not know it
	Commune int    // index in Tables.Communes of the commune of today
}

// Break is a school holiday of one zone. Days count from 1 January 1970.
type Break struct {
	Zone, Key   string
	First, Last int // both inside the break
	Source      int // index in Tables.Sources
}
