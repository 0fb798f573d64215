// SPDX-License-Identifier: Apache-2.0

package finder_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/ext/fts5"
	"github.com/ncruces/go-sqlite3/ext/rtree"
	_ "github.com/ncruces/go-sqlite3/vfs/memdb"

	"escale/internal/network/finder"
)

// newSQLite fills a database in memory: full text in FTS5, positions in an
// R*Tree, resembling words in FTS5's trigrams.
func newSQLite(tb testing.TB, docs []finder.Doc, words []string) *engine {
	tb.Helper()
	db, err := driver.Open("file:/places.db?vfs=memdb", func(c *sqlite3.Conn) error {
		return errors.Join(fts5.Register(c), rtree.Register(c))
	})
	e := &engine{
		name: "SQLite", db: connect(tb, db, err),
		match: "words MATCH '%s'", and: " AND ", or: " OR ", beginning: "*", quote: `"`, join: "CROSS JOIN",
		near:       "id IN (SELECT id FROM box WHERE lat1 >= %.9g AND lat0 <= %.9g AND lon1 >= %.9g AND lon0 <= %.9g)",
		neighbours: "SELECT word FROM vocabulary WHERE vocabulary MATCH $1 ORDER BY rank LIMIT 100",
		trigrams: func(word string) string {
			var any []string
			for i := 0; i+3 <= len(word); i++ {
				any = append(any, `"`+word[i:i+3]+`"`)
			}
			return strings.Join(any, " OR ")
		},
	}
	schema(tb, e, `
		CREATE TABLE place (id INTEGER PRIMARY KEY, x REAL, y REAL, z REAL);
		CREATE TABLE has (place INTEGER, facet INTEGER, value INTEGER, PRIMARY KEY (place, facet, value)) WITHOUT ROWID;
		CREATE INDEX has_value ON has (value, place);
		CREATE VIRTUAL TABLE words USING fts5 (text, content='', detail=none, prefix='2 3 4');
		CREATE VIRTUAL TABLE vocabulary USING fts5 (word, tokenize='trigram');
		CREATE VIRTUAL TABLE box USING rtree (id, lat0, lat1, lon0, lon1);`)
	e.fill(tb, docs, words, "INSERT INTO vocabulary VALUES ($1)")
	schema(tb, e, "ANALYZE")
	return e
}

// newPostgres fills temporary tables of a server: full text in a GIN index,
// positions in GiST, resembling words by pg_trgm.
func newPostgres(tb testing.TB, url string, docs []finder.Doc, words []string) *engine {
	tb.Helper()
	db, err := sql.Open("pgx", url)
	e := &engine{
		name: "PostgreSQL", db: connect(tb, db, err),
		match: "text @@ '%s'::tsquery", and: " & ", or: " | ", beginning: ":*", quote: "''", join: "JOIN",
		near:       "id IN (SELECT rowid FROM words WHERE at <@ box(point(%.9[1]g,%.9[3]g), point(%.9[2]g,%.9[4]g)))",
		neighbours: "SELECT word FROM vocabulary WHERE word % $1",
		trigrams:   func(word string) string { return word },
	}
	schema(tb, e, `
		CREATE EXTENSION IF NOT EXISTS pg_trgm;
		CREATE TEMP TABLE place (id int PRIMARY KEY, x float8, y float8, z float8);
		CREATE TEMP TABLE has (place int, facet int, value int, PRIMARY KEY (place, facet, value));
		CREATE INDEX ON has (value, place);
		CREATE TEMP TABLE words (rowid int PRIMARY KEY, text tsvector, at point);
		CREATE TEMP TABLE vocabulary (word text);`)
	e.fill(tb, docs, words, "INSERT INTO vocabulary VALUES ($1)")
	schema(tb, e, `
		CREATE INDEX ON words USING gin (text);
		CREATE INDEX ON words USING gist (at);
		CREATE INDEX ON vocabulary USING gin (word gin_trgm_ops);
		ANALYZE place; ANALYZE has; ANALYZE words; ANALYZE vocabulary`)
	return e
}

// connect takes one connection, kept until the end of the test.
func connect(tb testing.TB, db *sql.DB, err error) *sql.Conn {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	c, err := db.Conn(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := errors.Join(c.Close(), db.Close()); err != nil {
			tb.Error(err)
		}
	})
	return c
}

func schema(tb testing.TB, e *engine, statements string) {
	tb.Helper()
	for s := range strings.SplitSeq(statements, ";") {
		if strings.TrimSpace(s) == "" {
			continue
		}
		if _, err := e.db.ExecContext(context.Background(), s); err != nil {
			tb.Fatalf("%s: %s: %v", e.name, s, err)
		}
	}
}
