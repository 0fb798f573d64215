// SPDX-License-Identifier: Apache-2.0

package schema_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
)

// TestSameTablesAndColumnsOnBothEngines compares what the two folders make: the
// same tables, with the same columns, allowed to be empty or not alike.
func TestSameTablesAndColumnsOnBothEngines(t *testing.T) {
	lite := columns(t, dbtest.SQLite(t, clock.System), `SELECT m.name || '.' || c.name, c."notnull" = 1 OR c.pk > 0
		FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name <> 'goose_db_version'`)
	postgres := columns(t, dbtest.Postgres(t, clock.System), `SELECT c.table_name || '.' || c.column_name, c.is_nullable = 'NO'
		FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> 'goose_db_version'`)
	if len(lite) < 100 {
		t.Fatalf("only %d columns found: the query is wrong", len(lite))
	}
	if diff := cmp.Diff(lite, postgres); diff != "" {
		t.Errorf("sqlite (-) and postgres (+) differ:\n%s", diff)
	}
}

// columns maps table.column to whether it must be filled.
func columns(t *testing.T, d *db.DB, query string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := d.View(context.Background(), func(ctx context.Context, tx db.Tx) error {
		list, err := tx.QueryContext(ctx, query)
		if err != nil {
			return err
		}
		defer list.Close()
		for list.Next() {
			var name string
			var must bool
			if err := list.Scan(&name, &must); err != nil {
				return err
			}
			all[name] = must
		}
		return list.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
