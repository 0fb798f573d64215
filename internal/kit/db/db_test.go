// SPDX-License-Identifier: Apache-2.0

package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/schema"
)

func TestUpdateCommitsOrUndoesAll(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		boom := errors.New("boom")
		err := d.Update(ctx, func(ctx context.Context, tx db.Tx) error {
			if err := tx.Touch(ctx, "places"); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("got %v, want boom", err)
		}
		for want := int64(0); want < 3; want++ {
			got, err := d.Mark(ctx, "places")
			if err != nil || got != want {
				t.Fatalf("mark: got %d, %v, want %d", got, err, want)
			}
			if err := d.Update(ctx, func(ctx context.Context, tx db.Tx) error { return tx.Touch(ctx, "places") }); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestViewRefusesWrites(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		err := d.View(context.Background(), func(ctx context.Context, tx db.Tx) error { return tx.Touch(ctx, "x") })
		if err == nil {
			t.Fatal("a view wrote")
		}
	})
}

func TestTimeSurvivesBothEngines(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 30, 0, 123_456_789, time.FixedZone("", 3600))
	dbtest.RunAt(t, clock.Fixed(at), func(t *testing.T, d *db.DB) {
		err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			var got, none db.Time
			if err := tx.NewRaw(`SELECT CAST(? AS bigint), CAST(NULL AS bigint)`, tx.Now).Scan(ctx, &got, &none); err != nil {
				return err
			}
			want := time.Date(2026, 11, 24, 8, 30, 0, 123_000_000, time.UTC)
			if !got.Time.Equal(want) || !none.IsZero() {
				t.Errorf("got %v and %v, want %v and zero", got, none, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestConstraintsAreNamedAlike(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		insert := func(a, b int) error {
			return d.Update(ctx, func(ctx context.Context, tx db.Tx) error {
				_, err := tx.NewRaw(`INSERT INTO probe (a, b) VALUES (?, ?)`, a, b).Exec(ctx)
				return err
			})
		}
		if err := d.Update(ctx, func(ctx context.Context, tx db.Tx) error {
			if _, err := tx.NewRaw(`CREATE TABLE probe (a int, b int, CONSTRAINT ck_probe_small CHECK (a < 10))`).Exec(ctx); err != nil {
				return err
			}
			_, err := tx.NewRaw(`CREATE UNIQUE INDEX uq_probe_a_b ON probe (a, b)`).Exec(ctx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := insert(1, 2); err != nil {
			t.Fatal(err)
		}
		if err := insert(1, 2); !db.RefusedBy(err, "uq_probe_a_b") {
			t.Errorf("unique: got %v", err)
		}
		if err := insert(11, 2); !db.RefusedBy(err, "ck_probe_small") {
			t.Errorf("check: got %v", err)
		}
	})
}

func TestWrongKeyIsSaid(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "escale.db")
	d, err := db.Open(ctx, db.Config{URL: path, Key: dbtest.Key})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(ctx, schema.Files); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil || len(raw) < 4096 {
		t.Fatalf("store file: %d bytes, %v", len(raw), err)
	}
	if string(raw[:15]) == "SQLite format 3" {
		t.Error("the store is readable without its key")
	}
	other := append([]byte{}, dbtest.Key...)
	other[0] ^= 1
	if _, err := db.Open(ctx, db.Config{URL: path, Key: other}); !errors.Is(err, db.ErrKey) {
		t.Errorf("wrong key: got %v, want ErrKey", err)
	}
}

func TestNewerStoreIsRefused(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		older := fstest.MapFS{}
		one := []byte("-- +goose Up\nCREATE TABLE change_mark (topic text);\n")
		older["sqlite/0001_base.sql"] = &fstest.MapFile{Data: one}
		older["postgres/0001_base.sql"] = &fstest.MapFile{Data: one}
		if err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.NewRaw(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`).Exec(ctx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var newer *db.NewerError
		if err := d.Migrate(context.Background(), older); !errors.As(err, &newer) {
			t.Errorf("got %v, want a NewerError", err)
		}
	})
}
