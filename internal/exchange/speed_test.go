// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"escale/internal/exchange"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/territory"
)

// BenchmarkImport imports 25,000 records spread over the communes of France,
// with a telephone and a date to mend in each.
func BenchmarkImport(b *testing.B) {
	var all []map[string]string
	communes := territory.Communes()
	for i := range 25_000 {
		c := communes[i%len(communes)]
		if !c.HasPosition || len(c.PostalCodes) == 0 {
			c = communes[0]
		}
		all = append(all, record(map[string]string{
			"id": fmt.Sprint(i), "nom": fmt.Sprintf("Lieu %d", i), "commune": c.Name, "code_postal": c.PostalCodes[0], "code_insee": c.Code,
			"adresse": fmt.Sprintf("%d rue numéro %d", i%90+1, i), "telephone": "02 40 00 00 00", "date_maj": "02/04/2024",
			"latitude": fmt.Sprint(c.Lat), "longitude": fmt.Sprint(c.Lon), "courriels": fmt.Sprintf("lieu%d@exemple.fr", i),
		}))
	}
	path := filepath.Join(b.TempDir(), "lieux.csv")
	if err := os.WriteFile(path, []byte(csvOf(all...)), 0o600); err != nil {
		b.Fatal(err)
	}
	for engine, open := range map[string]func(testing.TB, clock.Clock) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			for b.Loop() {
				r, err := exchange.Import(context.Background(), open(b, clock.Fixed(noon)), []string{path}, exchange.Options{By: editor()})
				if err != nil || r.Imported != 25_000 {
					b.Fatalf("%+v, %v", r.Files, err)
				}
			}
		})
	}
}
