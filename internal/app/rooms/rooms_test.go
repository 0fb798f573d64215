// SPDX-License-Identifier: Apache-2.0

package rooms_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"escale/internal/access"
	"escale/internal/app/rooms"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/seal"
)

func open(c rooms.Config) error {
	r, err := rooms.Open(context.Background(), c, access.DefaultPolicy(), clock.System)
	if err != nil {
		return err
	}
	return r.Close()
}

// TestAKeyAndItsStoreBelongTogether opens houses on both engines with the right
// key, without it and with another.
func TestAKeyAndItsStoreBelongTogether(t *testing.T) {
	for name, url := range map[string]func(t *testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return dbtest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			c := rooms.Config{Data: t.TempDir(), DB: url(t)}
			for range 2 {
				if err := open(c); err != nil {
					t.Fatalf("its own key: %v", err)
				}
			}
			st, err := os.Stat(c.KeyFile())
			if err != nil || st.Mode().Perm() != 0o600 {
				t.Fatalf("key file: %v, %v", st, err)
			}
			if err := os.Remove(c.KeyFile()); err != nil {
				t.Fatal(err)
			}
			if err := open(c); !errors.Is(err, rooms.ErrKeyLost) {
				t.Errorf("without its key: got %v, want ErrKeyLost", err)
			}
			if _, err := os.Stat(c.KeyFile()); err == nil {
				t.Error("another key was made for a store that has one")
			}
			if err := seal.NewMaster().Write(c.KeyFile()); err != nil {
				t.Fatal(err)
			}
			if err := open(c); !errors.Is(err, db.ErrKey) {
				t.Errorf("with another key: got %v, want ErrKey", err)
			}
		})
	}
}
