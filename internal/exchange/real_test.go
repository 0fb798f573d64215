// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/internal/exchange"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/network"
)

// real are the files of the shared data and the least that is kept of each:
// every record but those that name no place.
var real = []struct {
	file, mapping string
	read, kept    int
}{
	{"france-services-2024-08-pays-de-la-loire-bretagne.csv", "france-services", 258, 258},
	{"conseillers-numeriques-structures-2022-pdl-bretagne.json", "conseillers-numeriques-structures", 132, 132},
	{"inventaire-maine-et-loire.json", "inventaire-maine-et-loire", 243, 240},
	{"inventaire-angers.json", "inventaire-angers", 63, 63},
	{"bus-france-services-charente.json", "bus-france-services-charente", 12, 12},
	{"etapes-numerique-la-poste.json", "etapes-numerique-la-poste", 95, 95},
	{"charente-standard-v0-2023.json", "lieux-v0", 188, 188},
	{"charente-standard-v1-2023.json", "lieux-v1", 188, 188},
	{"paca-13-04-avant-dedoublonnage.json", "lieux-v0", 321, 321},
	{"paca-13-04-apres-dedoublonnage.json", "lieux-v0", 274, 274},
}

// TestRealFiles imports every real file into one store, twice, and compares
// what became of it with the table of docs/imports.md.
func TestRealFiles(t *testing.T) {
	documented := readFile(t, filepath.Join("..", "..", "docs", "imports.md"))
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		for _, f := range real {
			path := dbtest.Shared(t, "lieux/"+f.file)
			r := run(t, d, exchange.Options{}, path)
			if got := r.Files[0].Mapping; got != f.mapping {
				t.Errorf("%s: read as %s, want %s", f.file, got, f.mapping)
			}
			if r.Read != f.read || r.Imported != f.kept {
				t.Errorf("%s: read %d and kept %d, want %d and %d", f.file, r.Read, r.Imported, f.read, f.kept)
			}
			for _, x := range r.Rejected {
				if x.Reason == "" || x.Remedy == "" || strings.Contains(x.Reason, "{") {
					t.Errorf("%s: row %d, %s: no reason or no remedy: %q %q", f.file, x.Row, x.Field, x.Reason, x.Remedy)
				}
			}
			line := fmt.Sprintf("| %s | %s | %d | %d | %d | %d | %d |", f.file, f.mapping, r.Read, r.Imported, len(r.Repaired), len(r.Rejected)-r.RejectedRows, r.RejectedRows)
			if !strings.Contains(documented, line+"\n") {
				t.Errorf("docs/imports.md lacks %s", line)
			}
			again := run(t, d, exchange.Options{}, path)
			if again.Unchanged != f.kept || again.Imported+again.Updated != 0 {
				t.Errorf("%s: importing again: %+v", f.file, again.Files[0])
			}
		}
	})
}

func TestFranceServicesHaveHoursServicesAndLabels(t *testing.T) {
	d := dbtest.SQLite(t, clock.Fixed(noon))
	run(t, d, exchange.Options{}, dbtest.Shared(t, "lieux/france-services-2024-08-pays-de-la-loire-bretagne.csv"))
	open, roams := 0, 0
	for _, p := range places(t, d) {
		if p.Hours != "" {
			open++
		}
		if p.Roams() {
			roams++
		}
		label := p.Labels[0]
		if len(p.Services) == 0 || label.Label != "France Services" || label.From.IsZero() || p.Position == nil || p.Commune == "" {
			t.Errorf("%s: %v %v %v", p.Name, p.Services, p.Labels, p.Position)
		}
	}
	if open < 250 || roams != 17 {
		t.Errorf("%d with hours and %d that roam, want 250 at least and 17", open, roams)
	}
}

func TestTheBusComesEveryOtherWeek(t *testing.T) {
	d := dbtest.SQLite(t, clock.Fixed(noon))
	r := run(t, d, exchange.Options{}, dbtest.Shared(t, "lieux/bus-france-services-charente.json"))
	got := map[string]network.Place{}
	for _, p := range places(t, d) {
		got[p.CommuneName] = p
	}
	for commune, want := range map[string]string{
		"Saint-Fraigne":         "week 1-53/2 Mo 09:30-12:30,13:30-15:30; PH off",
		"Verteuil-sur-Charente": "week 2-52/2 Fr 09:00-12:30; PH off",
	} {
		if got[commune].Hours != want || !got[commune].Roams() {
			t.Errorf("%s: got %q, %v, want %q", commune, got[commune].Hours, got[commune].Roaming, want)
		}
	}
	// The file places the stop of Valence near Aix-en-Provence, 500 km away.
	if got["Valence"].Position != nil {
		t.Error("Valence kept coordinates of another department")
	}
	if !slices.ContainsFunc(r.Rejected, func(x exchange.Rejection) bool { return x.Field == "position" && x.Row == 4 }) {
		t.Errorf("the coordinates of row 4 are not handed back: %+v", r.Rejected)
	}
}

// TestOldAndNewSchemaGiveTheSameCards compares the same sheets in the schema v0
// and in the v1.0.2 that the national team made of them.
func TestOldAndNewSchemaGiveTheSameCards(t *testing.T) {
	read := func(file string) map[string]network.Place {
		d := dbtest.SQLite(t, clock.Fixed(noon))
		run(t, d, exchange.Options{Source: "charente"}, dbtest.Shared(t, "lieux/"+file))
		out := map[string]network.Place{}
		for _, p := range places(t, d) {
			p.Services, p.Modes = sorted(p.Services), sorted(p.Modes)
			out[string(p.ID)] = p
		}
		return out
	}
	old, recent := read("charente-standard-v0-2023.json"), read("charente-standard-v1-2023.json")
	if len(old) != len(recent) {
		t.Fatalf("%d places and %d", len(old), len(recent))
	}
	differ := map[string]int{}
	for key, a := range old {
		b := recent[key]
		for _, field := range network.Changed(&a, &b) {
			differ[field]++
		}
	}
	// What differs was left out by the national migration, on four sheets of 188:
	// individual help on three that also hold workshops, a service, a RFS.
	want := map[string]int{"services": 1, "modalites_accompagnement": 3, "typologie": 1}
	if diff := cmp.Diff(want, differ); diff != "" {
		t.Errorf("fields that differ (-want +got):\n%s", diff)
	}
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

// TestDuplicatesAgainstTheTruth measures the proposals on the network of two
// departments whose duplicates were taken out by hand: of the 47 cards taken
// out, how many are in a proposal (recall); of the proposals, how many hold a
// card that was taken out (precision).
func TestDuplicatesAgainstTheTruth(t *testing.T) {
	d := dbtest.SQLite(t, clock.Fixed(noon))
	r := run(t, d, exchange.Options{}, dbtest.Shared(t, "lieux/paca-13-04-avant-dedoublonnage.json"))
	kept := idsOf(t, "lieux/paca-13-04-apres-dedoublonnage.json")
	gone := map[id.ID]bool{}
	err := d.View(context.Background(), func(ctx context.Context, tx db.Tx) error {
		for _, p := range places(t, d) {
			sources, err := network.SourcesOf(ctx, tx, p.ID)
			if err != nil {
				return err
			}
			if !kept[sources[0].SourceID] {
				gone[p.ID] = true
			}
		}
		return nil
	})
	if err != nil || len(gone) != 47 {
		t.Fatalf("%d cards taken out, %v", len(gone), err)
	}
	right := 0
	found := map[id.ID]bool{}
	for _, p := range r.Duplicates {
		if gone[p.A.ID] || gone[p.B.ID] {
			right++
		}
		found[p.A.ID], found[p.B.ID] = true, true
		if len(p.Evidence) == 0 || p.Score < network.Threshold {
			t.Errorf("a proposal without evidence: %+v", p)
		}
	}
	caught := 0
	for card := range gone {
		if found[card] {
			caught++
		}
	}
	precision := float64(right) / float64(len(r.Duplicates))
	recall := float64(caught) / float64(len(gone))
	t.Logf("%d proposals: precision %.3f, recall %.3f (%d of %d)", len(r.Duplicates), precision, recall, caught, len(gone))
	if precision < 0.90 || recall < 0.90 {
		t.Errorf("precision %.3f, recall %.3f: want 0.90 of each", precision, recall)
	}
}

func idsOf(t *testing.T, file string) map[string]bool {
	t.Helper()
	b, err := os.ReadFile(dbtest.Shared(t, file))
	if err != nil {
		t.Fatal(err)
	}
	var records []struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(b, &records); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, r := range records {
		out[r.ID] = true
	}
	return out
}
