// SPDX-License-Identifier: Apache-2.0

package seal_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
)

func TestMasterFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	m := seal.NewMaster()
	if err := m.Write(path); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(path)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v; want 0600", st.Mode(), err)
	}
	if err := m.Write(path); err == nil {
		t.Error("an existing key was overwritten")
	}
	again, err := seal.ReadMaster(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(m.Derive("x"), again.Derive("x")) || bytes.Equal(m.Derive("x"), m.Derive("y")) {
		t.Error("derived keys do not depend on master and purpose alone")
	}
}

func TestBox(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		master := seal.NewMaster()
		a, b, row, other := id.New(), id.New(), id.New(), id.New()
		err := d.Update(ctx, func(ctx context.Context, tx db.Tx) error {
			ring := seal.NewRing(master)
			for _, org := range []id.ID{a, b} {
				if err := ring.Make(ctx, tx, org); err != nil {
					return err
				}
			}
			boxA, err := ring.Box(ctx, tx, a)
			if err != nil {
				return err
			}
			boxB, err := ring.Box(ctx, tx, b)
			if err != nil {
				return err
			}
			sealed, err := boxA.Seal("person.name", row, "Renée")
			if err != nil {
				return err
			}
			if bytes.Contains(sealed, []byte("Ren")) {
				t.Error("the name can be read")
			}
			if got, err := boxA.Open("person.name", row, sealed); err != nil || got != "Renée" {
				t.Errorf("open: %q, %v", got, err)
			}
			for name, f := range map[string]func() (string, error){
				"another row":          func() (string, error) { return boxA.Open("person.name", other, sealed) },
				"another field":        func() (string, error) { return boxA.Open("person.phone", row, sealed) },
				"another organisation": func() (string, error) { return boxB.Open("person.name", row, sealed) },
			} {
				if got, err := f(); !errors.Is(err, seal.ErrBroken) {
					t.Errorf("%s: got %q, %v; want ErrBroken", name, got, err)
				}
			}
			if !bytes.Equal(boxA.Index("phone", "+33"), boxA.Index("phone", "+33")) || bytes.Equal(boxA.Index("phone", "+33"), boxB.Index("phone", "+33")) {
				t.Error("a blind index must be stable within an organisation and differ between two")
			}
			// A program started with another master key is told so.
			if _, err := seal.NewRing(seal.NewMaster()).Box(ctx, tx, a); !errors.Is(err, seal.ErrBroken) {
				t.Errorf("wrong master: got %v, want ErrBroken", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
