// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"time"

	"escale/internal/app/rooms"
)

// engine is a store to measure.
type engine struct {
	name   string
	config rooms.Config
}

// measureStores fills a store on each engine, then books in it.
func measureStores(ctx context.Context, out io.Writer, o options, dir string) error {
	engines := []engine{{"SQLite, encrypted", rooms.Config{Data: filepath.Join(dir, "sqlite")}}}
	if o.postgres != "" {
		engines = append(engines, engine{"PostgreSQL", rooms.Config{Data: filepath.Join(dir, "postgres"), DB: o.postgres}})
	}
	filled := table{
		title: fmt.Sprintf("`escale generate --activities %d`", o.activities),
		head:  []string{"store", "rows", "took", "rows/s", "activities/s"},
	}
	booked := table{
		title: "Bookings",
		head: []string{
			"store", fmt.Sprintf("%d at once on one slot: booked, refused", rush), "all answered in", "attempts/s",
			fmt.Sprintf("%d slots, %d at a time: bookings/s", helpers*slotsEach, atATime), "p50", "p99",
		},
	}
	for _, e := range engines {
		rows, took, err := generate(ctx, o, e)
		if err != nil {
			return fmt.Errorf("generate, %s: %w", e.name, err)
		}
		filled.row(e.name, fmt.Sprint(rows), seconds(took), rate(rows, took), rate(o.activities, took))
		b, err := book(ctx, e)
		if err != nil {
			return fmt.Errorf("bookings, %s: %w", e.name, err)
		}
		booked.row(e.name, fmt.Sprintf("%d, %d", b.won, b.refused), millis(b.rush), rate(rush, b.rush),
			rate(len(b.waits), b.took), millis(percentile(b.waits, 50)), millis(percentile(b.waits, 99)))
	}
	filled.note("Measured: the whole command, from its start to its end, on a new store. Rows are those its answer counts.")
	booked.note("Measured: `agenda.Book` in this process, one write transaction each, on the store filled above. " +
		"Each refusal also reads the next free slots. SQLite waits for the disk at each booking (`synchronous=full`).")
	filled.print(out)
	booked.print(out)
	return nil
}

// generate runs the command on e and counts the rows it says it wrote.
func generate(ctx context.Context, o options, e engine) (rows int, took time.Duration, err error) {
	args := []string{"generate", "--json", "--activities", fmt.Sprint(o.activities), "--data", e.config.Data}
	if e.config.DB != "" {
		args = append(args, "--db", e.config.DB)
	}
	cmd := exec.CommandContext(ctx, o.program, args...)
	var answer, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &answer, &said
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("%w\n%s", err, &said)
	}
	took = time.Since(began)
	counts := map[string]int{}
	if err := json.Unmarshal(answer.Bytes(), &counts); err != nil {
		return 0, 0, err
	}
	for _, n := range counts {
		rows += n
	}
	return rows, took, nil
}
