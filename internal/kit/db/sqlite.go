// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/ncruces/go-sqlite3/driver"
	_ "github.com/ncruces/go-sqlite3/vfs/adiantum" // the "adiantum" file system, which encrypts every page
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
)

// pragmas are set on each connection, in this order: the first two must come
// before the journal mode, or opening beside a busy writer fails.
var pragmas = []string{
	"busy_timeout(10000)",
	"temp_store(memory)", // temporary files would be encrypted with throw-away keys, for nothing
	"journal_mode(wal)",
	"synchronous(full)", // an acknowledged act survives a power cut, not only a crash
	"foreign_keys(1)",
	"cache_size(-8000)",
}

// openSQLite opens the file with one connection that writes and several that
// read, which is what SQLite's write-ahead log does best.
func openSQLite(ctx context.Context, c Config) (*DB, error) {
	path, err := filepath.Abs(c.URL)
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	if len(c.Key) != 32 {
		return nil, fmt.Errorf("db: the key of the store must be 32 bytes, not %d", len(c.Key))
	}
	if c.MaxConns == 0 {
		c.MaxConns = max(4, runtime.GOMAXPROCS(0))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	writer, err := driver.Open(dsn(path, c.Key, "immediate"))
	if err != nil {
		return nil, fmt.Errorf("db: %w", Explain(err))
	}
	writer.SetMaxOpenConns(1)
	reader, err := driver.Open(dsn(path, c.Key, "deferred"))
	if err != nil {
		return nil, fmt.Errorf("db: %w", errors.Join(Explain(err), writer.Close()))
	}
	reader.SetMaxOpenConns(c.MaxConns)
	reader.SetMaxIdleConns(c.MaxConns)
	d := &DB{
		engine: SQLite,
		write:  bun.NewDB(writer, sqlitedialect.New()),
		read:   bun.NewDB(reader, sqlitedialect.New()),
		clock:  c.Clock,
		folder: filepath.Dir(path),
	}
	d.close = func() error {
		err := d.read.Close()
		// The last connection to close folds the journal into the file.
		return errors.Join(err, d.write.Close())
	}
	// A first query, on the connection that may create the file, finds a wrong key now.
	var n int
	if err := writer.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&n); err != nil {
		return nil, fmt.Errorf("db: open %s: %w", filepath.Base(path), errors.Join(Explain(err), d.Close()))
	}
	return d, nil
}

func dsn(path string, key []byte, lock string) string {
	q := url.Values{"vfs": {"adiantum"}, "_txlock": {lock}}
	var b strings.Builder
	b.WriteString("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode())
	b.WriteString("&_pragma=hexkey('" + hex.EncodeToString(key) + "')")
	for _, p := range pragmas {
		b.WriteString("&_pragma=" + url.QueryEscape(p))
	}
	return b.String()
}
