// SPDX-License-Identifier: Apache-2.0

package rooms

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"escale/internal/kit/db"
	"escale/internal/kit/seal"
)

// Config says where a house keeps its things.
type Config struct {
	// Data is the folder of the store, its keys and nothing else (0700).
	Data string
	// DB is "postgres://…" when several machines serve; empty means the SQLite
	// file in Data.
	DB string
}

// StoreFile is the SQLite store's path.
func (c Config) StoreFile() string { return filepath.Join(c.Data, "escale.db") }

// KeyFile is the master key's path. Without it nothing personal can be read:
// it is backed up apart from the store.
func (c Config) KeyFile() string { return filepath.Join(c.Data, "escale.key") }

// url is what the store opens.
func (c Config) url() string {
	if c.DB != "" {
		return c.DB
	}
	return c.StoreFile()
}

// master reads the master key. For a new house it makes one, not yet written:
// a store whose key is lost must not silently get another.
func (c Config) master() (m seal.Master, fresh bool, err error) {
	m, err = seal.ReadMaster(c.KeyFile())
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return m, false, err
	}
	if c.DB != "" {
		return seal.NewMaster(), true, nil // written once the server's store is known to be new
	}
	if _, err := os.Stat(c.StoreFile()); err == nil {
		return m, false, fmt.Errorf("%w: %s", ErrKeyLost, c.KeyFile())
	}
	m = seal.NewMaster()
	return m, true, c.write(m)
}

// write keeps a new master key in the house's folder.
func (c Config) write(m seal.Master) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("rooms: %w", err)
	}
	return m.Write(c.KeyFile())
}

// prove checks that the store d belongs to m. A key made just now for a server
// is written only when the store there belongs to nobody.
func (c Config) prove(ctx context.Context, d *db.DB, m seal.Master, fresh bool) error {
	return d.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		if fresh && c.DB != "" {
			proven, err := seal.Proven(ctx, tx)
			if err != nil {
				return err
			}
			if proven {
				return fmt.Errorf("%w: %s", ErrKeyLost, c.KeyFile())
			}
			if err := c.write(m); err != nil {
				return err
			}
		}
		return m.Prove(ctx, tx)
	})
}

// ErrKeyLost says that a store is there and its master key is not.
var ErrKeyLost = errors.New("the store is there but its key is not")
