// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"

	"escale/internal/app/generate"
)

// generateCommand fills an empty store with invented activity, to measure with.
type generateCommand struct {
	store
	Activities int    `required:"" help:"${help_generate_activities}" placeholder:"N"`
	Seed       uint64 `help:"${help_generate_seed}" default:"1" placeholder:"S"`
	JSON       bool   `name:"json" help:"${help_json}"`
}

func (c generateCommand) Run(ctx context.Context, io IO) error {
	r, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	p := newProgress(io.Err, say("generate.progress"))
	sum, err := generate.Generate(ctx, r.DB, r.Ring, generate.Options{Activities: c.Activities, Seed: c.Seed}, p.at)
	p.end()
	switch {
	case errors.Is(err, generate.ErrNotEmpty):
		return &fault{exitUsage, say("generate.not_empty")}
	case errors.Is(err, generate.ErrOptions):
		return &fault{exitUsage, say("generate.number")}
	case err != nil:
		return err
	}
	if c.JSON {
		return printJSON(io.Out, sum)
	}
	fmt.Fprintln(io.Out, say("generate.done", "activities", sum.Activities, "accompaniments", sum.Accompaniments,
		"persons", sum.Persons, "needs", sum.Needs, "workers", sum.Mediators))
	return nil
}
