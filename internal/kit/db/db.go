// SPDX-License-Identifier: Apache-2.0

// Package db is the one door to the store. It opens either engine (SQLite
// inside the program, encrypted; or PostgreSQL), gives transactions that are
// one gesture each, and turns what the drivers say into a few errors that mean
// something. Rooms write their SQL once, through bun, for both engines.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/uptrace/bun"

	"escale/internal/kit/clock"
)

// Engine is which database answers.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Config says where the store is.
type Config struct {
	// URL is "postgres://…" or the path of an SQLite file.
	URL string
	// Key is the 32-byte key that encrypts the SQLite file. PostgreSQL ignores it.
	Key []byte
	// Clock gives each transaction its moment; nil means the machine's clock.
	Clock clock.Clock
	// MaxConns bounds the connections (readers, for SQLite); 0 means a sensible number.
	MaxConns int
}

// DB is an open store, safe for concurrent use.
type DB struct {
	engine Engine
	write  *bun.DB
	read   *bun.DB
	clock  clock.Clock
	close  func() error
	folder string // of an SQLite file; empty for PostgreSQL, which says itself when its disk is full
}

// Open opens the store that c names. It does not change its schema: see Migrate.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.Clock == nil {
		c.Clock = clock.System
	}
	if strings.HasPrefix(c.URL, "postgres://") || strings.HasPrefix(c.URL, "postgresql://") {
		return openPostgres(ctx, c)
	}
	return openSQLite(ctx, c)
}

// Engine tells which database answers.
func (d *DB) Engine() Engine { return d.engine }

// Now is the present moment of the store's clock.
func (d *DB) Now() time.Time { return d.clock() }

// Close ends all connections. On SQLite it also folds the journal back in.
func (d *DB) Close() error { return d.close() }

// Ping reports whether the store answers.
func (d *DB) Ping(ctx context.Context) error { return d.read.PingContext(ctx) }

// Tx is one transaction: bun's query builder, the engine for the few places
// where it matters, and one moment for everything the gesture writes.
type Tx struct {
	bun.Tx
	Engine Engine
	Now    Time
}

// attempts bounds how often a write is tried again when PostgreSQL reports that
// two gestures crossed (serialization failure or deadlock).
const attempts = 5

// Update runs f in a write transaction: everything f wrote is committed when it
// returns nil, nothing otherwise. f may run more than once, so it must not have
// effects outside the transaction. Errors come translated: see Explain.
func (d *DB) Update(ctx context.Context, f func(ctx context.Context, tx Tx) error) error {
	var err error
	for n := range attempts {
		err = d.run(ctx, d.write, nil, f)
		if !crossed(err) {
			return err
		}
		// Spread the retries so that the two that crossed do not cross again.
		wait := time.Duration(1+rand.IntN(10<<n)) * time.Millisecond
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
	return err
}

// View runs f in a read-only transaction: all its queries see one snapshot.
func (d *DB) View(ctx context.Context, f func(ctx context.Context, tx Tx) error) error {
	return d.run(ctx, d.read, &sql.TxOptions{ReadOnly: true, Isolation: d.snapshot()}, f)
}

// snapshot is the isolation that gives one consistent picture: SQLite's
// transactions always do, PostgreSQL's from repeatable read on.
func (d *DB) snapshot() sql.IsolationLevel {
	if d.engine == Postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

func (d *DB) run(ctx context.Context, pool *bun.DB, opts *sql.TxOptions, f func(context.Context, Tx) error) error {
	tx, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("db: begin: %w", d.explain(err))
	}
	// After a commit this does nothing; after an error or a panic it undoes all.
	defer func() { _ = tx.Rollback() }()
	if err := f(ctx, Tx{Tx: tx, Engine: d.engine, Now: At(d.clock())}); err != nil {
		return d.explain(err)
	}
	if err := tx.Commit(); err != nil {
		return d.explain(err)
	}
	return nil
}

// leastRoom is the free space, in bytes, under which a write that failed is put
// down to a full disk: a gesture writes less.
const leastRoom = 1 << 20

// explain is Explain, and sees a full disk behind SQLite's « disk I/O error »:
// the driver forgets what the system answered when its own rollback succeeds.
func (d *DB) explain(err error) error {
	err = Explain(err)
	if d.folder == "" || errors.Is(err, ErrFull) || !errors.Is(err, sqlite3.IOERR) {
		return err
	}
	if room, unknown := RoomOn(d.folder); unknown == nil && room < leastRoom {
		return errors.Join(ErrFull, err)
	}
	return err
}

// Touch says that what topic names has changed, in this same transaction, so
// that every process holding it in memory reads it again (see Mark).
func (tx Tx) Touch(ctx context.Context, topic string) error {
	_, err := tx.NewRaw(`INSERT INTO change_mark (topic, seq) VALUES (?, 1)
		ON CONFLICT (topic) DO UPDATE SET seq = change_mark.seq + 1`, topic).Exec(ctx)
	return err
}

// Mark is a number that grows each time topic is touched; 0 when it never was.
func (d *DB) Mark(ctx context.Context, topic string) (int64, error) {
	var seq int64
	err := d.read.NewRaw(`SELECT seq FROM change_mark WHERE topic = ?`, topic).Scan(ctx, &seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, Explain(err)
}
