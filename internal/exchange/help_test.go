// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/exchange"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
)

var noon = time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)

// editor may change the network.
func editor() access.Viewer {
	org := id.New()
	return access.NewViewer(id.New(), "", org, []access.Grant{{Organisation: org, Role: access.Coordinator}})
}

// run imports files and fails the test if that cannot be done.
func run(t *testing.T, d *db.DB, o exchange.Options, paths ...string) exchange.Report {
	t.Helper()
	o.By = editor()
	r, err := exchange.Import(context.Background(), d, paths, o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Read != r.Imported+r.Updated+r.Unchanged+r.RejectedRows {
		t.Errorf("read %d is not %d + %d + %d + %d", r.Read, r.Imported, r.Updated, r.Unchanged, r.RejectedRows)
	}
	return r
}

// write makes a file of the test's own.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// places reads all places of the store.
func places(t *testing.T, d *db.DB) []network.Place {
	t.Helper()
	var out []network.Place
	err := d.View(context.Background(), func(ctx context.Context, tx db.Tx) error {
		var err error
		out, err = network.LoadPlaces(ctx, tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// export writes the store in format.
func export(t *testing.T, d *db.DB, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := exchange.Export(context.Background(), d, format, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// heading is the first line of a file of the national schema.
var heading = strings.Join(exchange.Columns, ",") + "\n"

// csvOf makes a file of the national schema from records by column.
func csvOf(records ...map[string]string) string {
	var b strings.Builder
	b.WriteString(heading)
	for _, r := range records {
		for i, c := range exchange.Columns {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(r[c], `"`, `""`) + `"`)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// record is a good record of the national schema, changed by with.
func record(with map[string]string) map[string]string {
	r := map[string]string{
		"id": "structure-1", "pivot": "43493312300029", "nom": "Anonymal", "commune": "Reims", "code_postal": "51100",
		"code_insee": "51454", "adresse": "12 BIS RUE DE LECLERCQ", "latitude": "49.2583", "longitude": "4.0317",
		"telephone": "+33180059880", "date_maj": "2024-04-02", "horaires": "Mo-Fr 09:00-12:00",
		"services": "Utilisation sécurisée du numérique|Accès internet et matériel informatique",
	}
	for k, v := range with {
		r[k] = v
	}
	return r
}
