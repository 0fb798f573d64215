// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"os"
	"path/filepath"

	"escale/internal/access"
	"escale/internal/exchange"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	room "escale/internal/network"
)

// AddOrganisation writes a new organisation and makes the keys that seal what it
// will learn of people.
type AddOrganisation func(ctx context.Context, v access.Viewer, o room.Organisation) (room.Organisation, error)

// House gives the network of a store. It is safe for concurrent use.
type House struct {
	store *db.DB
	add   AddOrganisation

	cards     memory[[]Card]
	proposals memory[[]room.Proposal]
	covered   memory[[]room.Place]
}

// NewHouse makes a House over a store.
func NewHouse(store *db.DB, add AddOrganisation) *House { return &House{store: store, add: add} }

// view reads one picture of the store.
func (h *House) view(ctx context.Context, f func(ctx context.Context, tx db.Tx) error) error {
	return h.store.View(ctx, f)
}

// Organisations is that of Tree.
func (h *House) Organisations(ctx context.Context) (out []room.Organisation, err error) {
	err = h.view(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		out, err = room.Organisations(ctx, tx)
		return err
	})
	return out, err
}

// Workers is that of Tree.
func (h *House) Workers(ctx context.Context, day clock.Date, organisations ...id.ID) (map[id.ID][]room.Worker, error) {
	out := make(map[id.ID][]room.Worker, len(organisations))
	err := h.view(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, o := range organisations {
			workers, err := room.WorkersOf(ctx, tx, o, day)
			if err != nil {
				return err
			}
			out[o] = workers
		}
		return nil
	})
	return out, err
}

// Hangings is that of Tree.
func (h *House) Hangings(ctx context.Context, organisation id.ID) (out []room.Hanging, err error) {
	err = h.view(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		out, err = room.Hangings(ctx, tx, organisation)
		return err
	})
	return out, err
}

// Add is that of Tree.
func (h *House) Add(ctx context.Context, v access.Viewer, o room.Organisation) (room.Organisation, error) {
	return h.add(ctx, v, o)
}

// Edit is that of Tree.
func (h *House) Edit(ctx context.Context, v access.Viewer, o room.Organisation) error {
	return h.store.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := room.EditOrganisation(ctx, tx, v, o)
		return err
	})
}

// Move is that of Tree.
func (h *House) Move(ctx context.Context, v access.Viewer, branch, parent id.ID, day clock.Date) error {
	return h.store.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		return room.MoveOrganisation(ctx, tx, v, branch, parent, day)
	})
}

// AddWorker is that of Tree.
func (h *House) AddWorker(ctx context.Context, v access.Viewer, w room.Worker, organisation id.ID, from clock.Date) error {
	return h.store.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := room.AddWorker(ctx, tx, v, w, organisation, from)
		return err
	})
}

// Import is that of Lists. The file stands in a folder of its own for the time it
// is read, under its own name, which may tell where it comes from.
func (h *House) Import(ctx context.Context, v access.Viewer, name string, content []byte, dry bool) (exchange.Report, error) {
	dir, err := os.MkdirTemp("", "escale-list")
	if err != nil {
		return exchange.Report{}, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return exchange.Report{}, err
	}
	return exchange.Import(ctx, h.store, []string{path}, exchange.Options{DryRun: dry, By: v})
}
