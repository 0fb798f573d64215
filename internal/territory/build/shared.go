// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"escale/internal/territory/pack"
)

// position is a centroid in 1e-5 degree; known is false for the communes whose
// outline the source lacks.
type position struct {
	known    bool
	lat, lon int
}

func readPositions(path string) (map[string]position, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	rows, err := readCSV(path, z)
	if err != nil {
		return nil, err
	}
	out := map[string]position{}
	for _, row := range rows {
		lat, lon := row["latitude_centroide"], row["longitude_centroide"]
		if lat == "" && lon == "" {
			out[row["code_insee"]] = position{}
			continue
		}
		p := position{known: true}
		if p.lat, err = hundredThousandths(lat); err != nil {
			return nil, err
		}
		if p.lon, err = hundredThousandths(lon); err != nil {
			return nil, err
		}
		out[row["code_insee"]] = p
	}
	return out, nil
}

func hundredThousandths(degrees string) (int, error) {
	v, err := strconv.ParseFloat(degrees, 64)
	if err != nil {
		return 0, err
	}
	return int(math.Round(v * 1e5)), nil
}

func readDepartments(path string) ([]pack.Department, error) {
	rows, err := readCSVFile(path)
	if err != nil {
		return nil, err
	}
	var out []pack.Department
	for _, row := range rows {
		out = append(out, pack.Department{
			Code: row["code"], Name: row["nom"],
			RegionCode: row["code_region"], RegionName: row["nom_region"], SchoolZone: row["zone_scolaire"],
		})
	}
	slices.SortFunc(out, func(a, b pack.Department) int { return cmp.Compare(a.Code, b.Code) })
	return out, nil
}

// ascension is the long week-end the shared calendar no longer lists after 2022.
//
//go:embed ascension.csv
var ascension []byte

// breakKeys are the names of the calendar and the keys the program speaks with.
var breakKeys = map[string]string{
	"Vacances de la Toussaint":              "territory.school.autumn",
	"Vacances de Noël":                      "territory.school.christmas",
	"Vacances d'hiver":                      "territory.school.winter",
	"Vacances de printemps":                 "territory.school.spring",
	"Pont de l'Ascension":                   "territory.school.ascension",
	"Pont de l'Ascension, non confirmé ici": "territory.school.unconfirmed",
	"Vacances d'été":                        "territory.school.summer",
}

func readBreaks(path string) (sources []string, breaks []pack.Break, err error) {
	rows, err := readCSVFile(path)
	if err != nil {
		return nil, nil, err
	}
	more, err := readCSV("ascension.csv", bytes.NewReader(ascension))
	if err != nil {
		return nil, nil, err
	}
	for _, row := range slices.Concat(rows, more) {
		b := pack.Break{Zone: row["zone"], Key: breakKeys[row["nom"]]}
		if b.Key == "" {
			return nil, nil, fmt.Errorf("%s: unknown school break %q", path, row["nom"])
		}
		if b.First, err = days(row["premier_jour"]); err != nil {
			return nil, nil, err
		}
		if b.Last, err = days(row["dernier_jour_inclus"]); err != nil {
			return nil, nil, err
		}
		if b.Source = slices.Index(sources, row["source"]); b.Source < 0 {
			b.Source = len(sources)
			sources = append(sources, row["source"])
		}
		breaks = append(breaks, b)
	}
	slices.SortFunc(breaks, func(a, b pack.Break) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.First, b.First))
	})
	for i := 1; i < len(breaks); i++ {
		if a, b := breaks[i-1], breaks[i]; a.Zone == b.Zone && b.First <= a.Last {
			return nil, nil, fmt.Errorf("%s: two breaks of zone %s overlap", path, a.Zone)
		}
	}
	return sources, breaks, nil
}

// days is the number of days from 1 January 1970 to date (YYYY-MM-DD).
func days(date string) (int, error) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0, err
	}
	return int(t.Unix() / (24 * 60 * 60)), nil
}

func readCSVFile(path string) ([]map[string]string, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return readCSV(path, bytes.NewReader(file))
}

// readCSV reads rows as maps from the names in the first line.
func readCSV(name string, from io.Reader) ([]map[string]string, error) {
	records, err := csv.NewReader(from).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("%s: empty", name)
	}
	header := records[0]
	rows := make([]map[string]string, 0, len(records)-1)
	for _, record := range records[1:] {
		row := make(map[string]string, len(header))
		for i, column := range header {
			row[strings.TrimSpace(column)] = record[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}
