// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"escale/internal/kit/text"
	"escale/internal/territory/pack"
)

// current is the type of a commune of today in the npm package; the other
// types are communes déléguées, associées, absorbed, and arrondissements.
const current = "commune-actuelle"

// communeRow is one line of data/communes.json.
type communeRow struct {
	Code        string   `json:"code"`
	Name        string   `json:"nom"`
	Type        string   `json:"type"`
	Department  string   `json:"departement"`
	PostalCodes []string `json:"codesPostaux"`
	Population  int      `json:"population"`
	FormerCodes []string `json:"anciensCodes"`
	// Seat and Whole name the commune of today of a part of it: the first for
	// communes déléguées and associées, the second for arrondissements.
	Seat  string `json:"chefLieu"`
	Whole string `json:"commune"`
}

// epciRow is one line of data/epci.json.
type epciRow struct {
	Siren   string `json:"code"`
	Name    string `json:"nom"`
	Kind    string `json:"type"`
	Members []struct {
		Code string `json:"code"`
	} `json:"membres"`
}

func readCommunes(npm string) ([]communeRow, error) {
	return readJSON[communeRow](npm, "communes.json")
}

func readEPCIs(npm string) ([]epciRow, error) { return readJSON[epciRow](npm, "epci.json") }

func readJSON[T any](npm, name string) ([]T, error) {
	path := filepath.Join(npm, "data", name)
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var rows []T
	if err := json.Unmarshal(file, &rows); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return rows, nil
}

func epciTable(groups []epciRow) []pack.EPCI {
	slices.SortFunc(groups, func(a, b epciRow) int { return cmp.Compare(a.Siren, b.Siren) })
	out := make([]pack.EPCI, len(groups))
	for i, g := range groups {
		out[i] = pack.EPCI{Siren: g.Siren, Name: g.Name, Kind: g.Kind}
	}
	return out
}

// communeTable keeps the communes of today, by code. groups must be in the
// order of the EPCI table.
func communeTable(rows []communeRow, groups []epciRow, departments []pack.Department, positions map[string]position) ([]pack.Commune, error) {
	group := map[string]int{}
	for i, g := range groups {
		for _, m := range g.Members {
			if _, twice := group[m.Code]; twice {
				return nil, fmt.Errorf("commune %s is in two EPCI", m.Code)
			}
			group[m.Code] = i
		}
	}
	department := map[string]int{}
	for i, d := range departments {
		department[d.Code] = i
	}
	var out []pack.Commune
	for _, row := range rows {
		if row.Type != current {
			continue
		}
		c := pack.Commune{Code: row.Code, Name: row.Name, EPCI: -1, Population: row.Population}
		var known bool
		if c.Department, known = department[row.Department]; !known {
			return nil, fmt.Errorf("commune %s: no department %s", row.Code, row.Department)
		}
		if g, in := group[row.Code]; in {
			c.EPCI = g
		}
		for _, p := range row.PostalCodes {
			n, err := strconv.Atoi(p)
			if err != nil || len(p) != 5 {
				return nil, fmt.Errorf("commune %s: postal code %q", row.Code, p)
			}
			c.PostalCodes = append(c.PostalCodes, n)
		}
		slices.Sort(c.PostalCodes)
		p, listed := positions[row.Code]
		if !listed {
			return nil, fmt.Errorf("commune %s is not in the list of positions", row.Code)
		}
		c.HasPosition, c.Lat, c.Lon = p.known, p.lat, p.lon
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b pack.Commune) int { return cmp.Compare(a.Code, b.Code) })
	return out, nil
}

// formerTable gathers the codes and names of the past: parts of communes of
// today, codes without a part (named by the older list when it has them), and
// names the older list gives to codes that still exist or lead somewhere.
func formerTable(rows, older []communeRow, communes []pack.Commune) []pack.Former {
	index := map[string]int{}
	for i, c := range communes {
		index[c.Code] = i
	}
	leads := map[string]int{} // former code to the commune of today
	names := map[string][]string{}
	note := func(code, name string, now int) {
		same := func(other string) bool { return text.Fold(other) == text.Fold(name) }
		unchanged := communes[now].Code == code && same(communes[now].Name)
		if name != "" && !unchanged && !slices.ContainsFunc(names[code], same) {
			names[code] = append(names[code], name)
		}
	}
	for _, row := range rows {
		if row.Type != current {
			continue
		}
		for _, code := range row.FormerCodes {
			leads[code] = index[row.Code]
		}
	}
	// A part knows its commune better than the list of former codes, which
	// keeps the first of several successive mergers.
	for _, row := range rows {
		if row.Type != current {
			leads[row.Code] = index[cmp.Or(row.Seat, row.Whole)]
			note(row.Code, row.Name, leads[row.Code])
		}
	}
	for code, i := range index {
		leads[code] = i
	}
	for _, row := range older {
		if now, known := leads[row.Code]; known {
			note(row.Code, row.Name, now)
		}
	}
	var out []pack.Former
	for code, now := range leads {
		for _, name := range names[code] {
			out = append(out, pack.Former{Code: code, Name: name, Commune: now})
		}
		if _, stillThere := index[code]; !stillThere && len(names[code]) == 0 {
			out = append(out, pack.Former{Code: code, Commune: now})
		}
	}
	slices.SortFunc(out, func(a, b pack.Former) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Name, b.Name))
	})
	return out
}
