// SPDX-License-Identifier: Apache-2.0

package territory_test

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"escale/internal/kit/db/dbtest"
	"escale/internal/territory"
)

// shared reads a CSV file of the shared data as maps.
func shared(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(dbtest.Shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var from io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if from, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	records, err := csv.NewReader(from).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func codes(communes []territory.Commune) []string {
	var out []string
	for _, c := range communes {
		out = append(out, c.Code)
	}
	return out
}

func TestFacts(t *testing.T) {
	all := territory.Communes()
	if len(all) != 34969 {
		t.Errorf("%d communes, want 34969", len(all))
	}
	if !slices.IsSortedFunc(all, func(a, b territory.Commune) int { return strings.Compare(a.Code, b.Code) }) {
		t.Error("communes are not in the order of their codes")
	}
	unplaced := 0
	for _, c := range all {
		if !c.HasPosition {
			unplaced++
		}
	}
	if unplaced != 101 {
		t.Errorf("%d communes without a position, want 101", unplaced)
	}

	got, ok := territory.ByCode("44109")
	want := territory.Commune{
		Code: "44109", Name: "Nantes", PostalCodes: []string{"44000", "44100", "44200", "44300"}, Population: 327734,
		EPCI: "244400404", Department: "44", Region: "52", HasPosition: true, Lat: got.Lat, Lon: got.Lon,
	}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("Nantes (-want +got):\n%s", diff)
	}
	if d := territory.Distance(got.Lat, got.Lon, 47.2186, -1.5541); d > 3 {
		t.Errorf("Nantes is %.1f km from its centre", d)
	}
	if got.SchoolZone() != "B" {
		t.Errorf("Nantes is in school zone %q, want B", got.SchoolZone())
	}

	loire := territory.InDepartment("44")
	inhabitants := 0
	for _, c := range loire {
		inhabitants += c.Population
	}
	if len(loire) != 207 || inhabitants != 1487570 {
		t.Errorf("Loire-Atlantique: %d communes, %d inhabitants, want 207 and 1487570", len(loire), inhabitants)
	}
	if e, ok := territory.EPCIBySiren("244400404"); !ok || e.Name != "Nantes Métropole" || e.Kind != "METRO" {
		t.Errorf("EPCI 244400404 = %+v, %v", e, ok)
	}
	if got := len(territory.InEPCI("244400404")); got != 24 {
		t.Errorf("Nantes Métropole has %d communes, want 24", got)
	}
	wantDepartment := territory.Department{Code: "2A", Name: "Corse-du-Sud", Region: "94", RegionName: "Corse"}
	if got, _ := territory.DepartmentByCode("2A"); got != wantDepartment {
		t.Errorf("department 2A = %+v, want %+v", got, wantDepartment)
	}
}

func TestUnknown(t *testing.T) {
	if c, ok := territory.ByCode("00000"); ok {
		t.Errorf("ByCode(00000) = %+v", c)
	}
	if c, ok := territory.Current(""); ok || c != "" {
		t.Errorf("Current of nothing = %q, %v", c, ok)
	}
	if got := territory.ByPostal("00000"); got != nil {
		t.Errorf("ByPostal(00000) = %v", got)
	}
	if got := territory.InDepartment("20"); got != nil {
		t.Errorf("InDepartment(20) = %v", got)
	}
	if got := territory.InEPCI(""); got != nil {
		t.Errorf("InEPCI of nothing = %v", got)
	}
	if _, ok := territory.DepartmentByCode("20"); ok {
		t.Error("there is no department 20")
	}
	if _, ok := territory.EPCIBySiren(""); ok {
		t.Error("an EPCI without a siren")
	}
}

func TestCurrent(t *testing.T) {
	for code, want := range map[string]string{
		"44109": "44109",
		"75056": "75056",
		"75120": "75056", // 20th arrondissement
		"69381": "69123",
		"13216": "13055",
		"44160": "44003", // Saint-Géréon, in Ancenis-Saint-Géréon
		"01003": "01165", // a code without a name of today
		"55273": "55386", // merged twice: the second merger counts
	} {
		if got, ok := territory.Current(code); !ok || got != want {
			t.Errorf("Current(%s) = %s, %v, want %s", code, got, ok, want)
		}
	}
}

func TestByPostal(t *testing.T) {
	for code, want := range map[string][]string{
		"44000": {"44109"},
		"44800": {"44162"},
		"75116": {"75056"},
		"44150": {"44003", "44163"}, // Ancenis-Saint-Géréon before Vair-sur-Loire, less populated
	} {
		got := codes(territory.ByPostal(code))
		if len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
			t.Errorf("ByPostal(%s) = %v, want %v first", code, got, want)
		}
	}
}

// The shared list was made apart from the embedded one, from the same sources.
func TestCommunesAgreeWithSharedData(t *testing.T) {
	rows := shared(t, "communes-france-2026.csv.gz")
	if len(rows) != len(territory.Communes()) {
		t.Errorf("%d communes embedded, %d in the shared list", len(territory.Communes()), len(rows))
	}
	atPostal := map[string][]string{}
	for _, row := range rows {
		code := row["code_insee"]
		c, ok := territory.ByCode(code)
		if !ok {
			t.Fatalf("no commune %s", code)
		}
		postal := strings.Split(row["codes_postaux"], "|")
		slices.Sort(postal)
		if row["codes_postaux"] == "" {
			postal = nil
		}
		for _, p := range postal {
			atPostal[p] = append(atPostal[p], code)
		}
		population, _ := strconv.Atoi(row["population"])
		lat, placed := strconv.ParseFloat(row["latitude_centroide"], 64)
		lon, _ := strconv.ParseFloat(row["longitude_centroide"], 64)
		want := territory.Commune{
			Code: code, Name: row["nom"], Population: population, EPCI: row["epci_siren"],
			Department: row["code_departement"], Region: row["code_region"],
			HasPosition: placed == nil, Lat: lat, Lon: lon, PostalCodes: postal,
		}
		if len(c.PostalCodes) == 0 {
			c.PostalCodes = nil
		}
		if diff := cmp.Diff(want, c); diff != "" {
			t.Fatalf("commune %s (-shared +embedded):\n%s", code, diff)
		}
	}
	for p, want := range atPostal {
		got := codes(territory.ByPostal(p))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("ByPostal(%s) = %v, want %v", p, got, want)
		}
	}
}

func TestFormerCodesAgreeWithSharedData(t *testing.T) {
	rows := shared(t, "communes-anciens-codes.csv")
	if len(rows) != 4285 {
		t.Errorf("%d former codes in the shared list, want 4285", len(rows))
	}
	for _, row := range rows {
		if got, ok := territory.Current(row["code_ancien"]); !ok || got != row["code_insee_actuel"] {
			t.Errorf("Current(%s) = %q, %v, want %s", row["code_ancien"], got, ok, row["code_insee_actuel"])
		}
	}
}

func TestGroupsAgreeWithSharedData(t *testing.T) {
	epcis := shared(t, "epci-2026.csv")
	if len(epcis) != 1255 {
		t.Errorf("%d EPCI in the shared list, want 1255", len(epcis))
	}
	for _, row := range epcis {
		e, ok := territory.EPCIBySiren(row["siren"])
		members := len(territory.InEPCI(row["siren"]))
		if !ok || e.Name != row["nom"] || e.Kind != row["type"] || strconv.Itoa(members) != row["nb_communes"] {
			t.Errorf("EPCI %s = %+v with %d communes, want %v", row["siren"], e, members, row)
		}
	}
	for _, row := range shared(t, "departements.csv") {
		want := territory.Department{
			Code: row["code"], Name: row["nom"], Region: row["code_region"],
			RegionName: row["nom_region"], SchoolZone: row["zone_scolaire"],
		}
		got, _ := territory.DepartmentByCode(want.Code)
		members := len(territory.InDepartment(want.Code))
		if got != want || strconv.Itoa(members) != row["nb_communes"] {
			t.Errorf("department %+v with %d communes, want %v", got, members, row)
		}
	}
}

// Offsets in hours from décret n° 2017-292, in January and in July 2026.
func TestTimeZones(t *testing.T) {
	for code, want := range map[string][2]float64{
		"44109": {1, 2}, "2A004": {1, 2},
		"97105": {-4, -4}, "97209": {-4, -4}, "97302": {-3, -3}, "97411": {4, 4}, "97502": {-3, -2}, "97611": {3, 3},
		"97701": {-4, -4}, "97801": {-4, -4},
		"98411": {5, 5}, "98412": {5, 5}, "98413": {4, 4}, "98414": {10, 10}, "98415": {3, 3},
		"98613": {12, 12}, "98735": {-10, -10}, "98723": {-9.5, -9.5}, "98757": {-9.5, -9.5}, "98719": {-9, -9},
		"98818": {11, 11}, "98901": {-8, -8},
	} {
		c, _ := territory.ByCode(code)
		zone, err := time.LoadLocation(c.TimeZone())
		if err != nil {
			t.Errorf("%s: %v", code, err)
			continue
		}
		for i, month := range []time.Month{time.January, time.July} {
			_, seconds := time.Date(2026, month, 15, 12, 0, 0, 0, time.UTC).In(zone).Zone()
			if got := float64(seconds) / 3600; got != want[i] {
				t.Errorf("%s %s (%s) in %v: UTC%+g, want UTC%+g", c.Code, c.Name, c.TimeZone(), month, got, want[i])
			}
		}
	}
	for _, c := range territory.Communes() {
		mainland := len(c.Department) == 2
		if got := c.TimeZone() == "Europe/Paris"; got != mainland {
			t.Errorf("%s %s keeps %s", c.Code, c.Name, c.TimeZone())
		}
	}
}
