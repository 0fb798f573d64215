// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/internal/territory/pack"
)

func TestFormerTable(t *testing.T) {
	communes := []pack.Commune{{Code: "01010", Name: "Valserhône"}, {Code: "01020", Name: "Beaumont"}, {Code: "75056", Name: "Paris"}}
	rows := []communeRow{
		{Code: "01010", Name: "Valserhône", Type: current, FormerCodes: []string{"01011", "01012", "01013"}},
		{Code: "01020", Name: "Beaumont", Type: current, FormerCodes: []string{"01013"}},
		{Code: "75056", Name: "Paris", Type: current},
		{Code: "01010", Name: "Bellegarde", Type: "commune-deleguee", Seat: "01010"},
		{Code: "01020", Name: "Beaumont", Type: "commune-deleguee", Seat: "01020"},
		{Code: "01013", Name: "Lancrans", Type: "commune-associee", Seat: "01010"},
		{Code: "75101", Name: "Paris 1er Arrondissement", Type: "arrondissement-municipal", Whole: "75056"},
	}
	older := []communeRow{
		{Code: "01010", Name: "BELLEGARDE", Type: current},
		{Code: "01011", Name: "Châtillon", Type: "commune-absorbee"},
		{Code: "01020", Name: "Beaumont-Vieux", Type: current},
		{Code: "99999", Name: "Elsewhere", Type: current},
	}
	got := formerTable(rows, older, communes)
	want := []pack.Former{
		{Code: "01010", Name: "Bellegarde", Commune: 0},     // the same name in capitals is not another
		{Code: "01011", Name: "Châtillon", Commune: 0},      // named by the older list only
		{Code: "01012", Commune: 0},                         // a name nobody knows
		{Code: "01013", Name: "Lancrans", Commune: 0},       // a part knows better where it went
		{Code: "01020", Name: "Beaumont-Vieux", Commune: 1}, // renamed
		{Code: "75101", Name: "Paris 1er Arrondissement", Commune: 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("former codes and names (-want +got):\n%s", diff)
	}
}

func TestCommuneTableRefuses(t *testing.T) {
	departments := []pack.Department{{Code: "44"}}
	positions := map[string]position{"44109": {}}
	good := communeRow{Code: "44109", Name: "Nantes", Type: current, Department: "44", PostalCodes: []string{"44300", "44000"}}
	member := func(siren string) epciRow {
		g := epciRow{Siren: siren}
		g.Members = append(g.Members, struct {
			Code string `json:"code"`
		}{"44109"})
		return g
	}
	got, err := communeTable([]communeRow{good}, []epciRow{member("1")}, departments, positions)
	want := []pack.Commune{{Code: "44109", Name: "Nantes", PostalCodes: []int{44000, 44300}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("a good row: %v\n%s", err, diff)
	}
	elsewhere, badPostal, unlisted := good, good, good
	elsewhere.Department, badPostal.PostalCodes, unlisted.Code = "45", []string{"4400"}, "44110"
	for name, c := range map[string]struct {
		row    communeRow
		groups []epciRow
	}{
		"unknown department": {row: elsewhere},
		"bad postal code":    {row: badPostal},
		"no position listed": {row: unlisted},
		"two EPCI":           {row: good, groups: []epciRow{member("1"), member("2")}},
	} {
		if _, err := communeTable([]communeRow{c.row}, c.groups, departments, positions); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestReadBreaks(t *testing.T) {
	const header = "zone,annee_scolaire,nom,premier_jour,dernier_jour_inclus,source\n"
	path := filepath.Join(t.TempDir(), "breaks.csv")
	read := func(lines string) ([]string, []pack.Break, error) {
		if err := os.WriteFile(path, []byte(header+lines), 0o600); err != nil {
			t.Fatal(err)
		}
		return readBreaks(path)
	}
	sources, breaks, err := read("B,1970-1971,Vacances d'été,1970-01-02,1970-01-11,here\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []pack.Break
	for _, b := range breaks {
		if sources[b.Source] == "here" {
			got = append(got, b)
		}
	}
	want := []pack.Break{{Zone: "B", Key: "territory.school.summer", First: 1, Last: 10, Source: 0}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("breaks (-want +got):\n%s", diff)
	}
	for name, lines := range map[string]string{
		"unknown name": "B,x,Vacances de la Lune,1970-01-02,1970-01-11,here\n",
		"no such day":  "B,x,Vacances d'été,1970-02-30,1970-03-11,here\n",
		"overlap":      "B,x,Vacances d'été,1970-01-02,1970-01-11,here\nB,x,Vacances d'hiver,1970-01-11,1970-01-12,here\n",
	} {
		if _, _, err := read(lines); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestRunNeedsItsFolders(t *testing.T) {
	if err := run("", "x", "x", "x"); err == nil || !strings.Contains(err.Error(), "-npm") {
		t.Errorf("without -npm: %v", err)
	}
	if err := run(t.TempDir(), "x", "x", "x"); err == nil {
		t.Error("an empty folder was accepted")
	}
}
