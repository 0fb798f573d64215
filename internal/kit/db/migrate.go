// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// Migrate brings the store's schema up to the newest migration in dirs, which
// has one folder per engine named "sqlite" and "postgres". A store that is newer
// than the program is refused: running an old program on it would corrupt it.
func (d *DB) Migrate(ctx context.Context, dirs fs.FS) error {
	dialect := goose.DialectSQLite3
	if d.engine == Postgres {
		dialect = goose.DialectPostgres
	}
	dir, err := fs.Sub(dirs, string(d.engine))
	if err != nil {
		return fmt.Errorf("db: migrations: %w", err)
	}
	p, err := goose.NewProvider(dialect, d.write.DB, dir)
	if err != nil {
		return fmt.Errorf("db: migrations: %w", err)
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("db: read the schema's version: %w", Explain(err))
	}
	sources := p.ListSources()
	if newest := sources[len(sources)-1].Version; have > newest {
		return &NewerError{Store: have, Program: newest}
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("db: migrate: %w", Explain(err))
	}
	return nil
}

// NewerError says that the store was written by a newer program.
type NewerError struct {
	Store, Program int64 // schema versions
}

// Error says what to do.
func (e *NewerError) Error() string {
	return fmt.Sprintf("the store has schema version %d and this program knows only %d: run the newer program, or restore a backup made before the upgrade", e.Store, e.Program)
}
