// SPDX-License-Identifier: Apache-2.0

package territory

import (
	"cmp"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"escale/internal/territory/pack"
)

//go:embed data/territory.bin
var file []byte

// atlas is the decoded territory, never changed once built. Communes are named
// by their index, in the order of codes.
type atlas struct {
	communes     []Commune
	points       []point // of the communes, for Nearest
	byCode       map[string]int32
	postal       []postal // by code
	departments  map[string]Department
	epcis        map[string]EPCI
	inDepartment map[string][]int32
	inEPCI       map[string][]int32
	formers      []former
	breaks       map[string][]Break // by zone, then by first day
}

// postal is a postal code and its communes, the most populated first.
type postal struct {
	code     string
	communes []int32
}

func comparePostal(p postal, code string) int { return cmp.Compare(p.code, code) }

// former is a name people may still use for (a part of) a commune of today.
type former struct {
	code, name string
	commune    int32
}

// theAtlas decodes the embedded file on first use.
var theAtlas = sync.OnceValue(func() *atlas {
	tables, err := pack.Decode(file)
	if err != nil {
		// The file is part of the program: only a broken build gets here.
		panic(err)
	}
	return newAtlas(tables)
})

func newAtlas(t pack.Tables) *atlas {
	a := &atlas{
		communes:     make([]Commune, len(t.Communes)),
		points:       make([]point, len(t.Communes)),
		byCode:       make(map[string]int32, len(t.Communes)+len(t.Formers)),
		departments:  make(map[string]Department, len(t.Departments)),
		epcis:        make(map[string]EPCI, len(t.EPCIs)),
		inDepartment: make(map[string][]int32, len(t.Departments)),
		inEPCI:       make(map[string][]int32, len(t.EPCIs)),
		breaks:       breaksByZone(t),
	}
	for _, d := range t.Departments {
		a.departments[d.Code] = Department{d.Code, d.Name, d.RegionCode, d.RegionName, d.SchoolZone}
	}
	for _, e := range t.EPCIs {
		a.epcis[e.Siren] = EPCI(e)
	}
	for _, f := range t.Formers {
		a.byCode[f.Code] = int32(f.Commune)
		if f.Name != "" {
			a.formers = append(a.formers, former{f.Code, f.Name, int32(f.Commune)})
		}
	}
	codes := postalTexts(t.Communes)
	for i, row := range t.Communes {
		c := &a.communes[i]
		d := t.Departments[row.Department]
		*c = Commune{Code: row.Code, Name: row.Name, Population: row.Population, Department: d.Code, Region: d.RegionCode}
		c.PostalCodes, codes = codes[:len(row.PostalCodes):len(row.PostalCodes)], codes[len(row.PostalCodes):]
		a.inDepartment[d.Code] = append(a.inDepartment[d.Code], int32(i))
		if row.EPCI >= 0 {
			c.EPCI = t.EPCIs[row.EPCI].Siren
			a.inEPCI[c.EPCI] = append(a.inEPCI[c.EPCI], int32(i))
		}
		if row.HasPosition {
			c.HasPosition, c.Lat, c.Lon = true, float64(row.Lat)/1e5, float64(row.Lon)/1e5
			a.points[i] = pointOf(c.Lat, c.Lon)
		}
		a.byCode[row.Code] = int32(i) // after the formers: the commune of today wins
	}
	a.postal = postalTable(a.communes)
	return a
}

// postalTexts writes all postal codes, five digits each, as parts of one string.
func postalTexts(communes []pack.Commune) []string {
	var all []byte
	n := 0
	for _, c := range communes {
		for _, code := range c.PostalCodes {
			all = strconv.AppendInt(all, int64(100000+code), 10) // six digits: the zeros in front stay
			n++
		}
	}
	text := string(all)
	out := make([]string, n)
	for i := range out {
		out[i] = text[6*i+1 : 6*i+6]
	}
	return out
}

func postalTable(communes []Commune) []postal {
	of := make(map[string][]int32, 8192)
	for i, c := range communes {
		for _, code := range c.PostalCodes {
			of[code] = append(of[code], int32(i))
		}
	}
	out := make([]postal, 0, len(of))
	for code, list := range of {
		slices.SortFunc(list, func(i, j int32) int { return byPopulation(&communes[i], &communes[j]) })
		out = append(out, postal{code, list})
	}
	slices.SortFunc(out, func(p, q postal) int { return strings.Compare(p.code, q.code) })
	return out
}

// byPopulation puts the most populated commune first, and the lower code among equals.
func byPopulation(c, d *Commune) int {
	return cmp.Or(cmp.Compare(d.Population, c.Population), strings.Compare(c.Code, d.Code))
}

func (a *atlas) pick(list []int32) []Commune {
	if len(list) == 0 {
		return nil
	}
	out := make([]Commune, len(list))
	for i, at := range list {
		out[i] = a.communes[at]
	}
	return out
}
