// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/impact"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
)

func fill(tb testing.TB, d *db.DB, o Options) Summary {
	tb.Helper()
	last := -1
	sum, err := Generate(context.Background(), d, seal.NewRing(seal.NewMaster()), o, func(done, total int) {
		if done < last || done > total || total != o.Activities {
			tb.Errorf("progress: %d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil {
		tb.Fatal(err)
	}
	if last != o.Activities {
		tb.Errorf("progress stopped at %d of %d", last, o.Activities)
	}
	return sum
}

// digest is the checksum of every generated row, column by column, in the order
// of its key. Numbers are written alike on both engines.
func digest(t *testing.T, d *db.DB) string {
	t.Helper()
	h := sha256.New()
	err := d.View(context.Background(), func(ctx context.Context, tx db.Tx) error {
		for _, table := range tables {
			order := table.columns[0]
			if table.types[1] == "uuid" || table.name == "network_commune" {
				order += ", " + table.columns[1]
			}
			rows, err := tx.QueryContext(ctx, "SELECT "+strings.Join(table.columns, ", ")+" FROM "+table.name+" ORDER BY "+order)
			if err != nil {
				return err
			}
			values := make([]any, len(table.columns))
			into := make([]any, len(values))
			for i := range values {
				into[i] = &values[i]
			}
			for rows.Next() {
				if err := rows.Scan(into...); err != nil {
					return err
				}
				for i, v := range values {
					fmt.Fprint(h, plain(v, table.types[i]), "\x00")
				}
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// plain writes a value as both engines mean it.
func plain(v any, kind string) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case bool:
		return strconv.FormatBool(v)
	case []byte:
		return string(v)
	case int64:
		if kind == "boolean" {
			return strconv.FormatBool(v != 0)
		}
		return strconv.FormatInt(v, 10)
	case float64: // PostgreSQL's real has some seven digits
		return strconv.FormatFloat(v, 'f', 3, 64)
	}
	return fmt.Sprint(v)
}

func TestTheSameSeedGivesTheSameRows(t *testing.T) {
	o := Options{Activities: 1500, Seed: 42}
	var first string
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		fill(t, d, o)
		got := digest(t, d)
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("%s: got %s, want %s", d.Engine(), got, first)
		}
	})
	again := dbtest.SQLite(t, clock.System)
	fill(t, again, o)
	if got := digest(t, again); got != first {
		t.Errorf("a second time: got %s, want %s", got, first)
	}
	other := dbtest.SQLite(t, clock.System)
	fill(t, other, Options{Activities: 1500, Seed: 43})
	if digest(t, other) == first {
		t.Error("another seed gives the same rows")
	}
}

func TestShapeOfACountry(t *testing.T) {
	const n = 20_000
	d := dbtest.SQLite(t, clock.System)
	sum := fill(t, d, Options{Activities: n, Seed: 1})
	if sum.Activities != n || sum.Mediators != n/activitiesPerMediator {
		t.Errorf("got %d activities by %d mediators", sum.Activities, sum.Mediators)
	}
	for name, c := range map[string]struct{ got, want, give float64 }{
		"accompaniments": {float64(sum.Accompaniments) / n, 1.7, 0.05},
		"persons":        {float64(sum.Persons) / n, 0.6, 0.05},
	} {
		if c.got < c.want-c.give || c.got > c.want+c.give {
			t.Errorf("%s per activity: got %.3f, want %.2f", name, c.got, c.want)
		}
	}
	err := d.View(context.Background(), func(ctx context.Context, tx db.Tx) error {
		count := func(query string) int {
			t.Helper()
			var n int
			if err := tx.NewRaw(query).Scan(ctx, &n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for query, want := range map[string]int{
			`SELECT count(*) FROM activity_counted`: sum.Activities,
			`SELECT sum(attendance) FROM activity`:  sum.Accompaniments,
			`SELECT count(*) FROM person`:           sum.Persons,
			`SELECT count(*) FROM need`:             sum.Needs,
			`SELECT count(*) FROM mandate`:          sum.Mandates,
			`SELECT count(*) FROM activity a WHERE a.day NOT BETWEEN '2022-01-01' AND '2025-12-31'`:           0,
			`SELECT count(*) FROM activity WHERE day IN ('2024-05-01', '2023-12-25') OR (at / 1000) % 60 > 0`: 0,
			`SELECT count(*) FROM need n JOIN activity a ON a.need_id = n.id WHERE a.at < n.noted_at`:         0,
			`SELECT count(*) FROM person p WHERE p.identity IS NOT NULL`:                                      0,
			`SELECT count(*) FROM organisation_key`:                                                           sum.Organisations,
		} {
			if got := count(query); got != want {
				t.Errorf("%s: got %d, want %d", query, got, want)
			}
		}
		august := count(`SELECT count(*) FROM activity WHERE day LIKE '____-08-%'`)
		october := count(`SELECT count(*) FROM activity WHERE day LIKE '____-10-%'`)
		if 2*august > october*3/2 {
			t.Errorf("August has %d activities, October %d: no summer", august, october)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRefusals(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		ring := seal.NewRing(seal.NewMaster())
		quiet := func(int, int) {}
		for _, n := range []int{0, -1, 20_000_001} {
			if _, err := Generate(ctx, d, ring, Options{Activities: n}, quiet); !errors.Is(err, ErrOptions) {
				t.Errorf("%d activities: got %v, want ErrOptions", n, err)
			}
		}
		stopped, stop := context.WithCancel(ctx)
		stop()
		if _, err := Generate(stopped, d, ring, Options{Activities: 10}, quiet); !errors.Is(err, context.Canceled) {
			t.Errorf("stopped: got %v", err)
		}
		fill(t, d, Options{Activities: 1})
		if _, err := Generate(ctx, d, ring, Options{Activities: 10}, quiet); !errors.Is(err, ErrNotEmpty) {
			t.Errorf("twice: got %v, want ErrNotEmpty", err)
		}
	})
}

// TestWeightsAreNumbers reads what is drawn as a number, and the codes.
func TestWeightsAreNumbers(t *testing.T) {
	for _, w := range []weighted{like.Minutes, like.WorkshopMinutes, like.Ages} {
		for _, code := range w.codes {
			if n, err := strconv.Atoi(code); err != nil || n < 1 {
				t.Errorf("%q is not a number: %v", code, err)
			}
		}
	}
	if len(like.Weekdays) != 7 || len(like.Months) != 12 {
		t.Errorf("%d weekdays and %d months", len(like.Weekdays), len(like.Months))
	}
}

// BenchmarkFigures computes the figures of a year, the whole network, on some
// hundred thousand activities a year's share of them.
func BenchmarkFigures(b *testing.B) {
	d := dbtest.SQLite(b, clock.System)
	fill(b, d, Options{Activities: 100_000, Seed: 1})
	ctx := context.Background()
	var org id.ID
	err := d.View(ctx, func(ctx context.Context, tx db.Tx) error {
		return tx.NewRaw(`SELECT organisation_id FROM network_organisation ORDER BY organisation_id LIMIT 1`).Scan(ctx, &org)
	})
	if err != nil {
		b.Fatal(err)
	}
	v := access.NewViewer(id.New(), id.New(), org, []access.Grant{{Organisation: org, Role: access.Coordinator}})
	for name, q := range map[string]impact.Query{
		"four years": {From: clock.Date{Year: 2022, Month: 1, Day: 1}, To: DefaultUntil},
		"one year":   {From: clock.Date{Year: 2025, Month: 1, Day: 1}, To: DefaultUntil},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				err := d.View(ctx, func(ctx context.Context, tx db.Tx) error {
					_, err := impact.Figures(ctx, tx, v, q)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkGenerate says how many activities a second are written, with all
// that goes with them.
func BenchmarkGenerate(b *testing.B) {
	const n = 20_000
	for name, open := range map[string]func(testing.TB, clock.Clock) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				fill(b, open(b, clock.System), Options{Activities: n, Seed: 1})
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "activities/s")
		})
	}
}
