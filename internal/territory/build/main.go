// SPDX-License-Identifier: Apache-2.0

// Command build writes the embedded file of the territory room, once a year
// when the official list of communes changes, or when a school calendar is
// published. From the root of the repository:
//
//	mkdir -p .cache/cog-2026 .cache/cog-2019
//	npm pack @etalab/decoupage-administratif@6.0.0
//	tar xzf etalab-decoupage-administratif-6.0.0.tgz -C .cache/cog-2026
//	npm pack @etalab/decoupage-administratif@0.3.0
//	tar xzf etalab-decoupage-administratif-0.3.0.tgz -C .cache/cog-2019
//	go generate ./internal/territory
//
// The package of 2026 gives the communes of today; the one of 2019 only the
// names of communes merged or renamed since, which later ones dropped.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"escale/internal/territory/pack"
)

func main() {
	npm := flag.String("npm", "", "folder of the unpacked @etalab/decoupage-administratif@6.0.0 (holds data/communes.json)")
	past := flag.String("past", "", "folder of the unpacked @etalab/decoupage-administratif@0.3.0, for the names of merged communes")
	shared := flag.String("shared", "", "folder of the shared data: communes-france-2026.csv.gz, departements.csv, calendrier/")
	out := flag.String("out", "internal/territory/data/territory.bin", "file to write")
	flag.Parse()
	if err := run(*npm, *past, *shared, *out); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(npm, past, shared, out string) error {
	if npm == "" || past == "" || shared == "" {
		return errors.New("-npm, -past and -shared are needed; see go doc ./internal/territory/build")
	}
	tables, err := tablesOf(npm, past, shared)
	if err != nil {
		return err
	}
	file, err := pack.Encode(tables)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(out, file, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, %d communes, %d former codes and names, %d EPCI, %d departments, %d school breaks\n",
		out, len(file), len(tables.Communes), len(tables.Formers), len(tables.EPCIs), len(tables.Departments), len(tables.Breaks))
	return nil
}

func tablesOf(npm, past, shared string) (pack.Tables, error) {
	var t pack.Tables
	rows, err := readCommunes(npm)
	if err != nil {
		return t, err
	}
	older, err := readCommunes(past)
	if err != nil {
		return t, err
	}
	groups, err := readEPCIs(npm)
	if err != nil {
		return t, err
	}
	positions, err := readPositions(filepath.Join(shared, "communes-france-2026.csv.gz"))
	if err != nil {
		return t, err
	}
	if t.Departments, err = readDepartments(filepath.Join(shared, "departements.csv")); err != nil {
		return t, err
	}
	t.EPCIs = epciTable(groups)
	if t.Communes, err = communeTable(rows, groups, t.Departments, positions); err != nil {
		return t, err
	}
	t.Formers = formerTable(rows, older, t.Communes)
	t.Sources, t.Breaks, err = readBreaks(filepath.Join(shared, "calendrier", "vacances-scolaires-periodes.csv"))
	return t, err
}
