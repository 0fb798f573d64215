// SPDX-License-Identifier: Apache-2.0

// Package dbtest gives tests a fresh, migrated store on each engine. SQLite is
// always there; PostgreSQL is the server named by ESCALE_TEST_POSTGRES (make
// test starts one). Where it is missing a local run says so, and a run with
// CI=true fails.
package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver, to make databases with

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/schema"
)

// Key is the key of every SQLite store made for tests.
var Key = []byte("escale tests only: 32-byte key!!")

// Run runs f once per engine, each time on an empty store of its own, with the
// machine's clock.
func Run(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	RunAt(t, clock.System, f)
}

// RunAt is Run with a clock of the test's own.
func RunAt(t *testing.T, c clock.Clock, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t, c)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t, c)) })
}

// SQLite gives an empty store in a folder of the test's own.
func SQLite(tb testing.TB, c clock.Clock) *db.DB {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "escale.db")
	template, err := sqliteTemplate()
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, template, 0o600); err != nil {
		tb.Fatal(err)
	}
	return open(tb, db.Config{URL: path, Key: Key, Clock: c})
}

// sqliteTemplate migrates one store per test process; each test gets a copy.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "escale-template")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "escale.db")
	ctx := context.Background()
	d, err := db.Open(ctx, db.Config{URL: path, Key: Key})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx, schema.Files); err != nil {
		d.Close()
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Postgres gives an empty database of the test server, dropped afterwards.
func Postgres(tb testing.TB, c clock.Clock) *db.DB {
	tb.Helper()
	return open(tb, db.Config{URL: PostgresURL(tb), Clock: c, MaxConns: 8})
}

// PostgresURL makes an empty migrated database and gives its address, for tests
// that open it from several processes.
func PostgresURL(tb testing.TB) string {
	tb.Helper()
	server := os.Getenv("ESCALE_TEST_POSTGRES")
	if server == "" {
		Missing(tb, "no PostgreSQL: ESCALE_TEST_POSTGRES names no server (make test starts one)")
	}
	template, err := postgresTemplate(server)
	if err != nil {
		tb.Fatal(err)
	}
	name := "escale_" + strings.ReplaceAll(string(id.New()), "-", "")
	if err := admin(server, func(c *sql.DB) error {
		_, err := c.Exec(fmt.Sprintf(`CREATE DATABASE %s TEMPLATE %s`, name, template))
		return err
	}); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := admin(server, func(c *sql.DB) error {
			_, err := c.Exec(`DROP DATABASE IF EXISTS ` + name + ` WITH (FORCE)`)
			return err
		}); err != nil {
			tb.Error(err)
		}
	})
	return database(server, name)
}

var templates sync.Map // server URL -> func() (string, error)

// postgresTemplate makes, once per schema, the database that tests are copied
// from. Several test processes may ask at once: an advisory lock orders them.
func postgresTemplate(server string) (string, error) {
	make := sync.OnceValues(func() (string, error) {
		name := "escale_template_" + schemaHash()
		err := admin(server, func(c *sql.DB) error {
			ctx := context.Background()
			conn, err := c.Conn(ctx)
			if err != nil {
				return err
			}
			defer conn.Close()
			const lock = 0x65736361 // "esca"
			if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, lock); err != nil {
				return err
			}
			defer conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, lock)
			var there bool
			if err := conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate)`, name).Scan(&there); err != nil || there {
				return err
			}
			if _, err := conn.ExecContext(ctx, `DROP DATABASE IF EXISTS `+name); err != nil {
				return err
			}
			if _, err := conn.ExecContext(ctx, `CREATE DATABASE `+name); err != nil {
				return err
			}
			d, err := db.Open(ctx, db.Config{URL: database(server, name)})
			if err != nil {
				return err
			}
			if err := d.Migrate(ctx, schema.Files); err != nil {
				d.Close()
				return err
			}
			if err := d.Close(); err != nil {
				return err
			}
			_, err = conn.ExecContext(ctx, `ALTER DATABASE `+name+` IS_TEMPLATE true`)
			return err
		})
		return name, err
	})
	f, _ := templates.LoadOrStore(server, make)
	return f.(func() (string, error))()
}

func schemaHash() string {
	h := sha256.New()
	_ = fs.WalkDir(schema.Files, ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			b, _ := fs.ReadFile(schema.Files, path)
			fmt.Fprintln(h, path, len(b))
			h.Write(b)
		}
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:12]
}

func admin(server string, f func(*sql.DB) error) error {
	c, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer c.Close()
	return f(c)
}

func database(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + name
	return u.String()
}

func open(tb testing.TB, c db.Config) *db.DB {
	tb.Helper()
	d, err := db.Open(context.Background(), c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := d.Close(); err != nil {
			tb.Error(err)
		}
	})
	return d
}

// Shared gives the path of a file of the shared data, which stands beside the
// repository and is never part of it.
func Shared(tb testing.TB, name string) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			tb.Fatal("dbtest: not inside the module")
		}
		dir = up
	}
	path := filepath.Join(dir, "..", "shared", "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		Missing(tb, "no shared data: "+name+" is not in ../shared/data")
	}
	return path
}

// Missing ends a test that lacks a part of the machine: loudly skipped at home,
// failed with CI=true.
func Missing(tb testing.TB, what string) {
	tb.Helper()
	if os.Getenv("CI") == "true" {
		tb.Fatal(what)
	}
	fmt.Fprintln(os.Stderr, "NOT TESTED: "+tb.Name()+": "+what)
	tb.Skip(what)
}
