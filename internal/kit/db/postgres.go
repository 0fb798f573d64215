// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"fmt"
	"runtime"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// openPostgres opens a pool of connections to PostgreSQL 15 or later.
func openPostgres(ctx context.Context, c Config) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		// pgx hides the password in its message.
		return nil, fmt.Errorf("db: %w", err)
	}
	if c.MaxConns == 0 {
		c.MaxConns = max(8, 4*runtime.GOMAXPROCS(0))
	}
	cfg.MaxConns = int32(c.MaxConns)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("db: %w", err)
	}
	b := bun.NewDB(stdlib.OpenDBFromPool(pool), pgdialect.New())
	return &DB{
		engine: Postgres, write: b, read: b, clock: c.Clock,
		close: func() error {
			err := b.Close()
			pool.Close()
			return err
		},
	}, nil
}
