// SPDX-License-Identifier: Apache-2.0

// Escale runs the digital-solidarity network of a territory: who does what and
// where, one person's way from her first words to a settled need, and the
// figures that come of it. One program: `escale demo` to try it, `escale serve`
// for real, and the chores. See `escale --help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	_ "time/tzdata" // places are shown in their own time zone, on machines that have none

	"escale/internal/app"
)

func main() {
	// A first Ctrl-C ends work cleanly; a second one ends the program at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(app.Run(ctx, os.Args[1:], app.IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
