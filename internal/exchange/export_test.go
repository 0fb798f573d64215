// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escale/internal/exchange"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/network"
)

// tableSchema is what is checked of a Frictionless table schema.
type tableSchema struct {
	Fields []struct {
		Name        string `json:"name"`
		Type        string `json:"type"`
		Constraints struct {
			Required  bool   `json:"required"`
			Unique    bool   `json:"unique"`
			Pattern   string `json:"pattern"`
			MaxLength int    `json:"maxLength"`
		} `json:"constraints"`
	} `json:"fields"`
}

// faults lists what the records of a CSV break of the national schema's rules.
func faults(t *testing.T, content string) (rows int, out []string) {
	t.Helper()
	b, err := os.ReadFile(dbtest.Shared(t, "normes/lieux-mediation-numerique-schema-v1.0.2.json"))
	if err != nil {
		t.Fatal(err)
	}
	var schema tableSchema
	if err := json.Unmarshal(b, &schema); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range schema.Fields {
		if i >= len(records[0]) || records[0][i] != f.Name {
			t.Fatalf("column %d is not %s", i+1, f.Name)
		}
		c := f.Constraints
		// A table schema's pattern is for the whole value.
		pattern := regexp.MustCompile("^(?:" + c.Pattern + ")$")
		seen := map[string]bool{}
		for _, r := range records[1:] {
			v := r[i]
			broken := ""
			switch {
			case v == "" && c.Required:
				broken = "required"
			case v == "":
			case c.Pattern != "" && !pattern.MatchString(v):
				broken = "pattern"
			case c.MaxLength > 0 && len([]rune(v)) > c.MaxLength:
				broken = "maxLength"
			case f.Type == "number" && json.Unmarshal([]byte(v), new(float64)) != nil:
				broken = "number"
			case f.Type == "date" && !isDay(v):
				broken = "date"
			case c.Unique && seen[v]:
				broken = "unique"
			}
			seen[v] = true
			if broken != "" {
				out = append(out, f.Name+" "+broken+" "+v)
			}
		}
	}
	if len(schema.Fields) != len(records[0]) {
		t.Errorf("%d columns, the schema has %d", len(records[0]), len(schema.Fields))
	}
	return len(records) - 1, out
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// importAll imports every real file into d.
func importAll(t *testing.T, d *db.DB) {
	t.Helper()
	var paths []string
	for _, f := range real {
		paths = append(paths, dbtest.Shared(t, "lieux/"+f.file))
	}
	run(t, d, exchange.Options{}, paths...)
}

func TestTheValidatorKnowsItsOwnExample(t *testing.T) {
	b, err := os.ReadFile(dbtest.Shared(t, "normes/lieux-mediation-numerique-exemple-valide.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if n, f := faults(t, string(b)); n != 1 || len(f) > 0 {
		t.Errorf("%d rows, faults %v", n, f)
	}
	spoilt := strings.Replace(strings.Replace(string(b), "+33180059880", "0180059880", 1), "Jeunes|Femmes", "Jeune", 1)
	if _, f := faults(t, spoilt); len(f) != 2 {
		t.Errorf("two faults put in, found %v", f)
	}
}

func TestTheExportPassesTheSchema(t *testing.T) {
	d := dbtest.SQLite(t, clock.Fixed(noon))
	importAll(t, d)
	shown := 0
	for _, p := range places(t, d) {
		if p.Status == network.Active && p.Public {
			shown++
		}
	}
	rows, out := faults(t, export(t, d, exchange.LieuxCSV))
	if rows != shown || rows < 1700 {
		t.Errorf("%d rows for %d places shown", rows, shown)
	}
	if len(out) > 0 {
		t.Errorf("%d faults: %v", len(out), out[:min(len(out), 10)])
	}
}

func TestTheNationalExampleComesBackAsItWas(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		path := dbtest.Shared(t, "normes/lieux-mediation-numerique-exemple-valide.csv")
		r := run(t, d, exchange.Options{}, path)
		// Its coordinates are those of Aix-en-Provence, its commune is Reims.
		if len(r.Repaired) != 0 || len(r.Rejected) != 1 || r.Rejected[0].Field != "position" {
			t.Errorf("repaired %+v, rejected %+v", r.Repaired, r.Rejected)
		}
		want := recordsOf(t, readFile(t, path))[0]
		got := recordsOf(t, export(t, d, exchange.LieuxCSV))[0]
		for _, column := range exchange.Columns {
			switch column {
			case "id", "latitude", "longitude":
			default:
				if got[column] != want[column] {
					t.Errorf("%s: got %q, want %q", column, got[column], want[column])
				}
			}
		}
	})
}

func TestAnExportImportedExportsTheSame(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		importAll(t, d)
		for _, format := range exchange.Formats {
			first := export(t, d, format)
			// Another day, another store: only what the file says may come back.
			other := dbtest.SQLite(t, clock.Fixed(noon.AddDate(0, 1, 0)))
			r := run(t, other, exchange.Options{}, write(t, "export.txt", first))
			if r.RejectedRows != 0 || unexpected(r) != "" {
				t.Errorf("%s: %d rows rejected, %s", format, r.RejectedRows, unexpected(r))
			}
			if second := export(t, other, format); second != first {
				t.Errorf("%s: not the same bytes:\n%s", format, cmp.Diff(head(strings.Split(first, "\n")), head(strings.Split(second, "\n"))))
			}
		}
	})
}

// unexpected finds in the report what the import of our own file should not
// say: all but the pivots that the schema makes us write as zeros, and the few
// communes that the first import could not tell either.
func unexpected(r exchange.Report) string {
	for _, x := range r.Repaired {
		if x.Field != "pivot" || x.Kept != "" {
			return x.Field + " repaired: " + x.Value
		}
	}
	for _, x := range r.Rejected {
		if x.Field != "code_insee" {
			return x.Field + " rejected: " + x.Value
		}
	}
	return ""
}

func head[T any](list []T) []T { return list[:min(len(list), 5)] }

func TestAnUnknownFormatIsRefused(t *testing.T) {
	d := dbtest.SQLite(t, clock.Fixed(noon))
	if err := exchange.Export(t.Context(), d, "xlsx", os.Stdout); err == nil {
		t.Error("xlsx was written")
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func recordsOf(t *testing.T, content string) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		r := map[string]string{}
		for i, v := range row {
			r[rows[0][i]] = v
		}
		out = append(out, r)
	}
	return out
}
