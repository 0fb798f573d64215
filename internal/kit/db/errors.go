// SPDX-License-Identifier: Apache-2.0

package db

import (
	"database/sql"
	"errors"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"
)

// ErrNotFound says that no row answers, or none the viewer may see.
var ErrNotFound = errors.New("not found")

// ErrStale says that the record was changed by someone else since it was read.
var ErrStale = errors.New("changed by someone else meanwhile")

// ErrFull says that the disk has no room left: nothing was written.
var ErrFull = errors.New("no room left on the disk")

// ErrKey says that the store was found but the key does not open it.
var ErrKey = errors.New("the key does not open this store")

// Refused says that a constraint of the database refused a write: what must
// never happen did not happen. Constraint is the name given in the schema. For
// a unique index of SQLite, which does not tell names, it is rebuilt from the
// columns as uq_<table>_<column>_<column>, which is how ours are named.
type Refused struct {
	Constraint string
	cause      error
}

// Error names the constraint only: never the values.
func (r *Refused) Error() string { return "refused by " + r.Constraint }

// Unwrap gives the driver's own error.
func (r *Refused) Unwrap() error { return r.cause }

// RefusedBy reports whether err is a refusal by the named constraint.
func RefusedBy(err error, constraint string) bool {
	var r *Refused
	return errors.As(err, &r) && r.Constraint == constraint
}

// Explain turns a driver's error into one of this package's errors where one
// fits, and gives any other error back unchanged.
func Explain(err error) error {
	var already *Refused
	switch {
	case err == nil, errors.As(err, &already), errors.Is(err, ErrNotFound), errors.Is(err, ErrFull):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return errors.Join(ErrNotFound, err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return explainPostgres(pg, err)
	}
	var lite *sqlite3.Error
	if errors.As(err, &lite) {
		return explainSQLite(lite, err)
	}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return errors.Join(ErrFull, err)
	case errors.Is(err, sqlite3.NOTADB): // while a connection is being set up
		return errors.Join(ErrKey, err)
	}
	return err
}

// raised is what our triggers begin their message with, before the name of the
// rule they guard.
const raised = "refused: "

func explainPostgres(pg *pgconn.PgError, err error) error {
	switch {
	case strings.HasPrefix(pg.Code, "23"):
		return &Refused{Constraint: pg.ConstraintName, cause: err}
	case pg.Code == "P0001" && strings.HasPrefix(pg.Message, raised):
		return &Refused{Constraint: strings.TrimPrefix(pg.Message, raised), cause: err}
	case pg.Code == "53100":
		return errors.Join(ErrFull, err)
	}
	return err
}

func explainSQLite(lite *sqlite3.Error, err error) error {
	text := lite.Error()
	switch {
	case errors.Is(lite, sqlite3.FULL) || errors.Is(err, syscall.ENOSPC):
		return errors.Join(ErrFull, err)
	case errors.Is(lite, sqlite3.NOTADB):
		return errors.Join(ErrKey, err)
	case !errors.Is(lite, sqlite3.CONSTRAINT):
		return err
	}
	if _, name, ok := strings.Cut(text, raised); ok {
		return &Refused{Constraint: name, cause: err}
	}
	if _, cols, ok := strings.Cut(text, "UNIQUE constraint failed: "); ok {
		if _, index, ok := strings.Cut(cols, "index '"); ok {
			return &Refused{Constraint: strings.TrimSuffix(index, "'"), cause: err}
		}
		return &Refused{Constraint: uniqueName(cols), cause: err}
	}
	if _, name, ok := strings.Cut(text, "CHECK constraint failed: "); ok {
		return &Refused{Constraint: name, cause: err}
	}
	return &Refused{Constraint: "foreign key", cause: err}
}

// uniqueName rebuilds uq_<table>_<columns> from "table.a, table.b".
func uniqueName(cols string) string {
	name := "uq"
	for i, c := range strings.Split(cols, ", ") {
		table, column, _ := strings.Cut(c, ".")
		if i == 0 {
			name += "_" + table
		}
		name += "_" + column
	}
	return name
}

// crossed reports whether PostgreSQL gave up one of two crossing gestures, which
// may simply be tried again.
func crossed(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}
