// SPDX-License-Identifier: Apache-2.0

package pack_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"escale/internal/territory/pack"
)

func tables(t *rapid.T) pack.Tables {
	text := rapid.StringMatching(`[A-Za-zéèÉ' -]{0,12}`)
	n := rapid.IntRange(0, 6)
	var out pack.Tables
	for i := range n.Draw(t, "departments") {
		out.Departments = append(out.Departments, pack.Department{
			Code: fmt.Sprintf("%02d", i), Name: text.Draw(t, "name"),
			RegionCode: text.Draw(t, "region"), RegionName: text.Draw(t, "region name"), SchoolZone: text.Draw(t, "zone"),
		})
	}
	for range n.Draw(t, "epcis") {
		out.EPCIs = append(out.EPCIs, pack.EPCI{Siren: text.Draw(t, "siren"), Name: text.Draw(t, "name"), Kind: text.Draw(t, "kind")})
	}
	code := rapid.StringMatching(`[0-9A-Z]{5}`)
	for range n.Draw(t, "communes") {
		c := pack.Commune{
			Code: code.Draw(t, "code"), Name: text.Draw(t, "name"),
			Department: rapid.IntRange(0, 108).Draw(t, "department"), EPCI: rapid.IntRange(-1, 1300).Draw(t, "epci"),
			PostalCodes: rapid.SliceOfN(rapid.IntRange(1000, 98999), 0, 4).Draw(t, "postal"),
			Population:  rapid.IntRange(0, 3_000_000).Draw(t, "population"),
			HasPosition: rapid.Bool().Draw(t, "placed"),
		}
		if c.HasPosition {
			c.Lat, c.Lon = rapid.IntRange(-90e5, 90e5).Draw(t, "lat"), rapid.IntRange(-180e5, 180e5).Draw(t, "lon")
		}
		out.Communes = append(out.Communes, c)
	}
	for range n.Draw(t, "formers") {
		out.Formers = append(out.Formers, pack.Former{Code: code.Draw(t, "code"), Name: text.Draw(t, "name"), Commune: rapid.IntRange(0, 35000).Draw(t, "commune")})
	}
	for range n.Draw(t, "sources") {
		out.Sources = append(out.Sources, text.Draw(t, "source"))
	}
	for range n.Draw(t, "breaks") {
		out.Breaks = append(out.Breaks, pack.Break{
			Zone: text.Draw(t, "zone"), Key: text.Draw(t, "key"), First: rapid.Int().Draw(t, "first") / 4,
			Last: rapid.IntRange(0, 30000).Draw(t, "last"), Source: rapid.IntRange(0, 5).Draw(t, "source"),
		})
	}
	return out
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := tables(t)
		file, err := pack.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		again, err := pack.Encode(want)
		if err != nil || string(again) != string(file) {
			t.Fatalf("encoding twice gave different bytes (%v)", err)
		}
		got, err := pack.Decode(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("what was read is not what was written (-want +got):\n%s", diff)
		}
	})
}

func TestEncodeRefuses(t *testing.T) {
	for name, bad := range map[string]pack.Tables{
		"name with a line feed": {Communes: []pack.Commune{{Code: "44109", Name: "Nan\ntes"}}},
		"short code":            {Communes: []pack.Commune{{Code: "4410", Name: "Nantes"}}},
		"lower-case code":       {Formers: []pack.Former{{Code: "2a004", Name: "Ajaccio"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := pack.Encode(bad); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestDecodeRefusesAnyCut(t *testing.T) {
	whole := pack.Tables{
		Departments: []pack.Department{{Code: "44", Name: "Loire-Atlantique"}},
		Communes:    []pack.Commune{{Code: "44109", Name: "Nantes", PostalCodes: []int{44000}, HasPosition: true, Lat: 4723800, Lon: -154800}},
		Breaks:      []pack.Break{{Zone: "B", Key: "summer", First: 20000, Last: 20050}},
	}
	file, err := pack.Encode(whole)
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(file) {
		if _, err := pack.Decode(file[:n]); err == nil {
			t.Errorf("a file cut to %d of %d bytes was read", n, len(file))
		}
	}
}
