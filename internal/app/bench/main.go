// SPDX-License-Identifier: Apache-2.0

// Command bench measures a built escale as its users meet it, from outside and
// over the loopback, and prints tables in Markdown. It never fails on time:
// machines are shared and noisy, so what is compared is measured in turns within
// one run and given as a ratio. It fails when something does not answer, or when
// a slot is booked twice.
//
//	bench -program ./escale [-postgres URL] [-activities N] [-rounds N]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// options is what is measured and how long.
type options struct {
	program    string
	postgres   string // an empty database; none for SQLite alone
	activities int
	rounds     int
	round      time.Duration
}

func main() {
	// The bare server is this same program, in a process of its own.
	if len(os.Args) == 2 && os.Args[1] == bareWord {
		if err := serveBare(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	var o options
	flag.StringVar(&o.program, "program", "", "the built escale to measure")
	flag.StringVar(&o.postgres, "postgres", "", "address of an empty PostgreSQL database")
	flag.IntVar(&o.activities, "activities", 20_000, "how many activities are generated")
	flag.IntVar(&o.rounds, "rounds", 6, "how many turns each server of a pair has")
	flag.DurationVar(&o.round, "round", time.Second, "how long a turn lasts")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, o options) (err error) {
	if o.program == "" || o.rounds < 1 {
		return errors.New("-program is missing, or -rounds is under 1")
	}
	dir, err := os.MkdirTemp("", "escale-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := measureProgram(ctx, out, o, filepath.Join(dir, "demo")); err != nil {
		return err
	}
	return measureStores(ctx, out, o, dir)
}

// measureProgram opens a demonstration and measures it as its visitors meet it.
func measureProgram(ctx context.Context, out io.Writer, o options, data string) error {
	file, err := os.Stat(o.program)
	if err != nil {
		return err
	}
	first, err := startDemo(ctx, o.program, data)
	if err != nil {
		return err
	}
	if err := first.stop(); err != nil {
		return err
	}
	p, err := startDemo(ctx, o.program, data)
	if err != nil {
		return err
	}
	defer p.kill()
	time.Sleep(restAfter)
	rest := p.memory()
	weights, err := weigh(ctx, p, o.program)
	if err != nil {
		return err
	}
	pages, err := compareAll(ctx, p, o)
	if err != nil {
		return err
	}
	loaded := p.memory()
	if err := p.stop(); err != nil {
		return err
	}
	printPages(out, pages, o)
	printWeights(out, weights)
	t := table{title: "Size, start and memory", head: []string{"", ""}}
	t.row("size of the binary", megabytes(file.Size()))
	t.row("from its start to the first page, on a new folder (the story of the demonstration is written)", seconds(first.ready))
	t.row("from its start to the first page, on a folder already there", seconds(p.ready))
	t.row("memory at rest (resident)", megabytes(rest.resident))
	t.row("memory after the load above (resident)", megabytes(loaded.resident))
	t.row("the most it had under that load (resident)", megabytes(loaded.most))
	t.print(out)
	return nil
}

// restAfter is how long a program that answers is left alone before its memory
// at rest is read: it still loads the names of France meanwhile.
const restAfter = 3 * time.Second
