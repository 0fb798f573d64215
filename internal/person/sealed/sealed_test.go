// SPDX-License-Identifier: Apache-2.0

package sealed_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
	"escale/internal/person/sealed"
)

type record struct {
	Name string `json:"name,omitempty"`
	Note string `json:"note,omitempty"`
}

func TestPutAndGet(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ring, org, other, row := seal.NewRing(seal.NewMaster()), id.New(), id.New(), id.New()
		err := d.Update(t.Context(), func(ctx context.Context, tx db.Tx) error {
			for _, o := range []id.ID{org, other} {
				if err := ring.Make(ctx, tx, o); err != nil {
					return err
				}
			}
			column, err := sealed.Put(ctx, ring, tx, org, "test.record", row, record{Name: "Awa"})
			if err != nil {
				return err
			}
			if bytes.Contains(column, []byte("Awa")) || bytes.Contains(column, []byte("name")) {
				t.Error("the record, or which fields it has, can be read")
			}
			var got record
			if err := sealed.Get(ctx, ring, tx, org, "test.record", row, column, &got); err != nil || got.Name != "Awa" {
				t.Errorf("got %+v, %v", got, err)
			}
			for name, err := range map[string]error{
				"another row":          sealed.Get(ctx, ring, tx, org, "test.record", id.New(), column, &got),
				"another column":       sealed.Get(ctx, ring, tx, org, "test.other", row, column, &got),
				"another organisation": sealed.Get(ctx, ring, tx, other, "test.record", row, column, &got),
			} {
				if !errors.Is(err, seal.ErrBroken) {
					t.Errorf("%s: got %v, want seal.ErrBroken", name, err)
				}
			}
			if empty, err := sealed.Put(ctx, ring, tx, org, "test.record", row, record{}); err != nil || empty != nil {
				t.Errorf("an empty record: %v, %v; want NULL", empty, err)
			}
			kept := record{Note: "kept"}
			if err := sealed.Get(ctx, ring, tx, org, "test.record", row, nil, &kept); err != nil || kept.Note != "kept" {
				t.Errorf("NULL: %+v, %v", kept, err)
			}
			var wrong struct {
				Name int `json:"name"`
			}
			if err := sealed.Get(ctx, ring, tx, org, "test.record", row, column, &wrong); err == nil || strings.Contains(err.Error(), "Awa") {
				t.Errorf("another kind of record: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
