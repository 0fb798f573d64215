// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"escale/internal/impact"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
	"escale/internal/network"
)

// table is where rows go: its name, its columns, and the PostgreSQL type of each.
type table struct {
	name    string
	columns []string
	types   []string
}

func newTable(name string, columnsAndTypes ...string) table {
	t := table{name: name}
	for _, c := range columnsAndTypes {
		column, kind, _ := strings.Cut(c, " ")
		t.columns, t.types = append(t.columns, column), append(t.types, kind)
	}
	return t
}

// The tables, in the order in which they refer to one another.
const (
	networks = iota
	networkCommunes
	organisations
	organisationParents
	networkOrganisations
	workers
	memberships
	places
	persons
	needs
	mandates
	activities
	participants
)

var tables = []table{
	networks:             newTable("network", "id uuid", "name text", "created_at bigint", "version bigint"),
	networkCommunes:      newTable("network_commune", "network_id uuid", "commune text"),
	organisations:        newTable("organisation", "id uuid", "name text", "kind text", "listed boolean", "created_at bigint", "version bigint"),
	organisationParents:  newTable("organisation_parent", "id uuid", "organisation_id uuid", "from_date text"),
	networkOrganisations: newTable("network_organisation", "network_id uuid", "organisation_id uuid"),
	workers: newTable("worker", "id uuid", "name text", "kind text", "job text", "skills text", "languages text", "speaks boolean",
		"listed boolean", "created_at bigint", "version bigint"),
	memberships: newTable("membership", "id uuid", "worker_id uuid", "organisation_id uuid", "from_date text", "until_date text"),
	places: newTable("place", "id uuid", "organisation_id uuid", "status text", "public boolean", "name text", "pivot text", "commune text",
		"commune_name text", "postal_code text", "address text", "address_more text", "latitude real", "longitude real", "kinds text", "phone text",
		"emails text", "websites text", "hours text", "summary text", "detail text", "source text", "roaming text", "parent text",
		"services text", "publics text", "needs text", "fees text", "programmes text", "trainings text", "other_labels text", "access text",
		"modes text", "accessibility_url text", "booking_url text", "booking_phone text", "can text", "cannot text", "confidential_room text",
		"bring text", "enter text", "arrive text", "manual_fields text", "created_at bigint", "changed_at bigint", "version bigint"),
	persons: newTable("person", "id uuid", "organisation_id uuid", "created_by uuid", "created_at bigint", "informed_on text",
		"birth_year integer", "gender text", "social_status text", "commune text", "contact_way text", "shared_phone boolean",
		"explanation text", "protected boolean", "last_contact_at bigint", "version bigint"),
	needs: newTable("need", "id uuid", "organisation_id uuid", "noted_by uuid", "noted_at bigint", "created_at bigint", "person_id uuid",
		"contact_way text", "shared_phone boolean", "category text", "sub_theme text", "risk text", "entry_way text", "commune text",
		"refusals text", "status text", "outcome text", "right_became text", "closed_at bigint", "version bigint"),
	mandates: newTable("mandate", "id uuid", "organisation_id uuid", "worker_id uuid", "person_id uuid", "scope text", "starts_on text",
		"days integer", "ends_on text", "given text", "language text", "created_at bigint"),
	activities: newTable("activity", "id uuid", "organisation_id uuid", "worker_id uuid", "by_volunteer boolean", "at bigint", "day text",
		"created_at bigint", "minutes integer", "posture text", "for_reason text", "mandate_id uuid", "outcome text", "place_kind text",
		"place_id uuid", "commune text", "themes text", "procedures text", "local_themes text", "materials text", "autonomy text",
		"redirection text", "abilities text", "age_band text", "gender text", "social_status text", "person_id uuid", "need_id uuid",
		"source text", "attendance integer"),
	participants: newTable("activity_participant", "activity_id uuid", "person_id uuid", "organisation_id uuid"),
}

// batch is how many rows are written in one transaction, about.
const batch = 20_000

// writer gathers rows and writes them by batches.
type writer struct {
	ctx  context.Context
	d    *db.DB
	ring *seal.Ring
	rows [participants + 1][][]any
	kept int
	keys []id.ID // organisations that need a key with the next batch
}

// add keeps a row for a table. Values are string, int64, float64, bool or nil.
func (w *writer) add(table int, values ...any) {
	w.rows[table] = append(w.rows[table], values)
	w.kept++
}

// full writes when enough is gathered.
func (w *writer) full() error {
	if w.kept < batch {
		return nil
	}
	return w.flush()
}

// end writes the rest, and says that figures changed.
func (w *writer) end() error {
	if err := w.flush(); err != nil {
		return err
	}
	return w.d.Update(w.ctx, func(ctx context.Context, tx db.Tx) error {
		for _, topic := range []string{impact.Topic, network.PlacesTopic, network.TreeTopic} {
			if err := tx.Touch(ctx, topic); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *writer) flush() error {
	err := w.d.Update(w.ctx, func(ctx context.Context, tx db.Tx) error {
		for i, rows := range w.rows {
			if err := insert(ctx, tx, tables[i], rows); err != nil {
				return fmt.Errorf("generate: %s: %w", tables[i].name, err)
			}
		}
		for _, o := range w.keys {
			if err := w.ring.Make(ctx, tx, o); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range w.rows {
		clear(w.rows[i])
		w.rows[i] = w.rows[i][:0]
	}
	w.kept, w.keys = 0, w.keys[:0]
	return err
}

func insert(ctx context.Context, tx db.Tx, t table, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if tx.Engine == db.Postgres {
		return insertColumns(ctx, tx.Tx.Tx, t, rows)
	}
	return insertRows(ctx, tx.Tx.Tx, t, rows)
}

// insertRows suits SQLite, where a prepared statement costs little each time.
func insertRows(ctx context.Context, tx *sql.Tx, t table, rows [][]any) error {
	marks := strings.TrimSuffix(strings.Repeat("?,", len(t.columns)), ",")
	st, err := tx.PrepareContext(ctx, "INSERT INTO "+t.name+" ("+strings.Join(t.columns, ",")+") VALUES ("+marks+")")
	if err != nil {
		return err
	}
	for _, row := range rows {
		if _, err := st.ExecContext(ctx, row...); err != nil {
			return errors.Join(err, st.Close())
		}
	}
	return st.Close()
}

// insertColumns suits PostgreSQL, where each statement is a journey: all rows go
// at once, one array per column.
func insertColumns(ctx context.Context, tx *sql.Tx, t table, rows [][]any) error {
	args := make([]any, len(t.columns))
	casts, names, arrays := make([]string, len(t.columns)), make([]string, len(t.columns)), make([]string, len(t.columns))
	for c := range t.columns {
		column := make([]*string, len(rows))
		for i, row := range rows {
			column[i] = asText(row[c])
		}
		args[c] = column
		names[c] = "c" + strconv.Itoa(c)
		casts[c] = names[c] + "::" + t.types[c]
		arrays[c] = "$" + strconv.Itoa(c+1) + "::text[]"
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO "+t.name+" ("+strings.Join(t.columns, ",")+") SELECT "+strings.Join(casts, ",")+
		" FROM unnest("+strings.Join(arrays, ",")+") AS u("+strings.Join(names, ",")+")", args...)
	return err
}

// asText is how PostgreSQL reads a value, or nil for NULL.
func asText(v any) *string {
	var s string
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		s = v
	case int64:
		s = strconv.FormatInt(v, 10)
	case float64:
		s = strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		s = strconv.FormatBool(v)
	}
	return &s
}

// checkEmpty refuses a store that already has activities.
func checkEmpty(ctx context.Context, d *db.DB) error {
	return d.View(ctx, func(ctx context.Context, tx db.Tx) error {
		var some bool
		if err := tx.NewRaw(`SELECT EXISTS (SELECT 1 FROM activity)`).Scan(ctx, &some); err != nil {
			return err
		}
		if some {
			return ErrNotEmpty
		}
		return nil
	})
}
