// SPDX-License-Identifier: Apache-2.0

package finder_test

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/internal/kit/text"
	"escale/internal/network/finder"
	"escale/internal/network/finder/findertest"
)

// engine is a database that carries out the same searches in SQL.
type engine struct {
	name string
	db   *sql.Conn
	// match is the condition on a place's words for a full-text question; the
	// others are how such questions are written.
	match, and, or, beginning, quote string
	// join keeps, where the engine needs to be told, the small side first.
	join string
	// near is the quick condition for a box around a point.
	near string
	// neighbours lists words that share trigrams with one.
	neighbours string
	// trigrams turns a word into the argument of neighbours.
	trigrams func(word string) string
	values   map[string]int
}

// fill stores the places: their words, their positions, their values, and the
// distinct words for corrections. The schema's tables are made by the caller.
func (e *engine) fill(tb testing.TB, docs []finder.Doc, words []string, vocabulary string) {
	tb.Helper()
	exec := func(q string, args ...any) {
		if _, err := e.db.ExecContext(context.Background(), q, args...); err != nil {
			tb.Fatalf("%s: %s: %v", e.name, q, err)
		}
	}
	e.values = map[string]int{}
	exec("BEGIN")
	for i, d := range docs {
		v := finder.Point{Lat: d.Lat, Lon: d.Lon}.Vector()
		if !d.HasPosition {
			v = [3]float64{math.Inf(1), 0, 0}
		}
		all := text.Fold(strings.Join([]string{d.Name, d.Commune, d.Extra, d.Summary, d.Address}, " "))
		exec("INSERT INTO place VALUES ($1, $2, $3, $4)", i, v[0], v[1], v[2])
		if e.name == "SQLite" {
			exec("INSERT INTO words(rowid, text) VALUES ($1, $2)", i, all)
			if d.HasPosition {
				exec("INSERT INTO box VALUES ($1, $2, $2, $3, $3)", i, d.Lat, d.Lon)
			}
		} else {
			exec("INSERT INTO words VALUES ($1, array_to_tsvector(array(SELECT DISTINCT unnest(string_to_array($2, ' ')))), $3)",
				i, all, fmt.Sprintf("(%g,%g)", d.Lat, d.Lon))
		}
		for f, codes := range d.Codes {
			for _, code := range codes {
				name := finder.ValueName(finder.Facet(f), code)
				if _, ok := e.values[name]; !ok {
					e.values[name] = len(e.values)
				}
				exec("INSERT INTO has VALUES ($1, $2, $3)", i, f, e.values[name])
			}
		}
	}
	for _, w := range words {
		exec(vocabulary, w)
	}
	exec("COMMIT")
}

// statement writes q as one SQL statement that gives rows (kind, code, n):
// the total (0), the count of each value (1) and the hits (2).
func (e *engine) statement(tb testing.TB, q finder.Query, plan []finder.PlanClause) string {
	var where []string
	for _, c := range plan {
		either := []string{e.having(e.ask(tb, c.Atoms))}
		if len(c.Values) > 0 {
			var ids []string
			for _, v := range c.Values {
				ids = append(ids, fmt.Sprint(e.values[v]))
			}
			either = append(either, "id IN (SELECT place FROM has WHERE value IN ("+strings.Join(ids, ",")+"))")
		}
		for _, also := range c.Also {
			either = append(either, e.having(e.ask(tb, also)))
		}
		where = append(where, "("+strings.Join(either, " OR ")+")")
	}
	order := "id"
	if q.Near != nil {
		v := q.Near.Vector()
		chord := fmt.Sprintf("((x-%[1]v)*(x-%[1]v)+(y-%[2]v)*(y-%[2]v)+(z-%[3]v)*(z-%[3]v))",
			fmt.Sprintf("(%.17g)", v[0]), fmt.Sprintf("(%.17g)", v[1]), fmt.Sprintf("(%.17g)", v[2]))
		order = chord + ", id"
		if q.RadiusKm > 0 {
			lat := q.RadiusKm / 111.19 * 1.001
			lon := lat / math.Cos((math.Abs(q.Near.Lat)+lat)*math.Pi/180)
			where = append(where,
				fmt.Sprintf(e.near, q.Near.Lat-lat, q.Near.Lat+lat, q.Near.Lon-lon, q.Near.Lon+lon),
				fmt.Sprintf("%s <= %.17g", chord, math.Pow(2*math.Sin(q.RadiusKm/2/6371.0088), 2)))
		}
	}
	if where == nil {
		where = []string{"true"}
	}
	chosen := map[finder.Facet]string{}
	for f, codes := range q.Any {
		var ids []string
		for _, code := range codes {
			ids = append(ids, fmt.Sprint(e.values[finder.ValueName(finder.Facet(f), code)]))
		}
		if ids != nil {
			chosen[finder.Facet(f)] = "id IN (SELECT place FROM has WHERE value IN (" + strings.Join(ids, ",") + "))"
		}
	}
	but := func(except finder.Facet) string {
		s := "true"
		for f, c := range chosen {
			if f != except {
				s += " AND " + c
			}
		}
		return s
	}
	out := "WITH base AS MATERIALIZED (SELECT id FROM place WHERE " + strings.Join(where, " AND ") +
		"), final AS MATERIALIZED (SELECT id FROM base WHERE " + but(finder.NumFacets) +
		") SELECT 0, 0, count(*) FROM final"
	free := []string{"-1"}
	for f := range finder.NumFacets {
		if chosen[f] == "" {
			free = append(free, fmt.Sprint(int(f)))
			continue
		}
		out += fmt.Sprintf(" UNION ALL SELECT 1, value, count(*) FROM base %s has ON place = id WHERE facet = %d AND %s GROUP BY value", e.join, f, but(f))
	}
	out += " UNION ALL SELECT 1, value, count(*) FROM final " + e.join + " has ON place = id WHERE facet IN (" + strings.Join(free, ",") + ") GROUP BY value"
	return out + " UNION ALL SELECT 2, id, 0 FROM (SELECT id FROM final " + e.join + " place USING (id) ORDER BY " + order + fmt.Sprintf(" LIMIT %d) AS h", q.Limit)
}

func (e *engine) having(question string) string {
	return "id IN (SELECT rowid FROM words WHERE " + fmt.Sprintf(e.match, question) + ")"
}

// ask is the full-text question for all the atoms. Beginnings and words one
// edit away are the engine's own to find.
func (e *engine) ask(tb testing.TB, atoms []finder.PlanAtom) string {
	var all []string
	for _, a := range atoms {
		words := a.Words
		if a.OneEdit {
			words = e.oneEdit(tb, a.Typed)
		}
		var any []string
		for _, w := range words {
			any = append(any, e.quote+w+e.quote)
		}
		if a.Beginning {
			any = []string{e.quote + a.Typed + e.quote + e.beginning}
		}
		all = append(all, "("+strings.Join(any, e.or)+")")
	}
	return strings.Join(all, e.and)
}

// oneEdit asks the engine for words that resemble one, and keeps those one edit away.
func (e *engine) oneEdit(tb testing.TB, word string) []string {
	rows, err := e.db.QueryContext(context.Background(), e.neighbours, e.trigrams(word))
	if err != nil {
		tb.Fatal(e.name, err)
	}
	defer rows.Close()
	out := []string{"\u00b7"} // never a word: an empty question is an error
	for rows.Next() {
		var w string
		if err := rows.Scan(&w); err != nil {
			tb.Fatal(err)
		}
		if finder.OneEdit(word, w) {
			out = append(out, w)
		}
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

// answer is what an engine and the index are compared by.
type answer struct {
	total  int
	counts map[int]int
	hits   []int
}

func (e *engine) search(tb testing.TB, q finder.Query, plan []finder.PlanClause) answer {
	rows, err := e.db.QueryContext(context.Background(), e.statement(tb, q, plan))
	if err != nil {
		tb.Fatalf("%s: %v: %s", e.name, err, e.statement(tb, q, plan))
	}
	defer rows.Close()
	a := answer{counts: map[int]int{}}
	for rows.Next() {
		var kind, code, n int
		if err := rows.Scan(&kind, &code, &n); err != nil {
			tb.Fatal(err)
		}
		switch kind {
		case 0:
			a.total = n
		case 1:
			a.counts[code] = n
		default:
			a.hits = append(a.hits, code)
		}
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return a
}

// same tells whether an engine and the index agree: the total and every count,
// and for the nearest places the hits too. Relevance is each engine's own.
func (e *engine) same(a answer, q finder.Query, r finder.Result) bool {
	for f := range r.Facets {
		for _, c := range r.Facets[f] {
			if a.counts[e.values[finder.ValueName(finder.Facet(f), c.Code)]] != c.Places {
				return false
			}
		}
	}
	if q.Near != nil && q.RadiusKm > 0 {
		var hits []int
		for _, h := range r.Hits {
			hits = append(hits, h.Index)
		}
		slices.Sort(hits)
		slices.Sort(a.hits)
		if !slices.Equal(hits, a.hits) {
			return false
		}
	}
	return a.total == r.Total
}

// TestBenchReport prints a comparison: the index beside SQLite
// (FTS5, R*Tree) and PostgreSQL (full text, pg_trgm), the same questions, all
// counts included. Opening is left out: only the index has it. It fails when
// an engine that should give the same counts does not.
func TestBenchReport(t *testing.T) {
	if os.Getenv("ESCALE_BENCH") != "1" {
		t.Log("a measure, not a check: it takes minutes, and make bench runs it")
		return
	}
	docs := findertest.Places(benchPlaces, 1)
	start := time.Now()
	ix := finder.Build(docs)
	built := time.Since(start)
	s := ix.Stats()
	fmt.Printf("%d places, %d words: built in %v, %d bytes a place\n", s.Places, s.Words, built.Round(time.Millisecond), s.Bytes/s.Places)
	engines := []*engine{newSQLite(t, docs, ix.Lexicon())}
	if url := os.Getenv("ESCALE_TEST_POSTGRES"); url != "" {
		engines = append(engines, newPostgres(t, url, docs, ix.Lexicon()))
	} else {
		fmt.Println("PostgreSQL not measured: ESCALE_TEST_POSTGRES names no server")
	}
	fmt.Printf("%-10s %-11s %8s %10s %10s  %s\n", "questions", "engine", "n", "p50 µs", "p99 µs", "same counts as the index")
	for _, kind := range findertest.Kinds {
		queries := findertest.Queries(kind, 3000, 1, docs)
		for i := range queries {
			queries[i].At, queries[i].OnlyOpen = time.Time{}, false
		}
		var took []time.Duration
		for _, q := range queries {
			took = append(took, measured(func() { ix.Search(q) }))
		}
		report(kind, "index", took, "")
		for _, e := range engines {
			compare(t, e, kind, ix, queries[:100])
		}
	}
}

func compare(t *testing.T, e *engine, kind findertest.Kind, ix *finder.Index, queries []finder.Query) {
	var took []time.Duration
	same, comparable := 0, 0
	for _, q := range queries {
		plan, agreement := ix.Plan(q.Text)
		var a answer
		took = append(took, measured(func() { a = e.search(t, q, plan) }))
		r := ix.Search(q)
		if agreement == finder.MostWords || len(r.Unread) > 0 {
			continue // only the index has a second thought
		}
		comparable++
		if e.same(a, q, r) {
			same++
		} else if kind != findertest.ByTypo {
			t.Errorf("%s: %+v: total %d, the index has %d", e.name, q, a.total, r.Total)
		}
	}
	report(kind, e.name, took, fmt.Sprintf("%d of %d", same, comparable))
}

// measured is the shortest of three runs: the machine may be busy elsewhere.
func measured(f func()) time.Duration {
	best := time.Duration(math.MaxInt64)
	for range 3 {
		start := time.Now()
		f()
		best = min(best, time.Since(start))
	}
	return best
}

func report(kind findertest.Kind, engine string, took []time.Duration, note string) {
	slices.Sort(took)
	fmt.Printf("%-10s %-11s %8d %10.0f %10.0f  %s\n", kind, engine, len(took), micros(took, 50), micros(took, 99), note)
}
