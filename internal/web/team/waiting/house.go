// SPDX-License-Identifier: Apache-2.0

package waiting

import (
	"context"

	"escale/internal/access"
	"escale/internal/impact"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/orientation"
)

// Ways lists referrals that wait; *orientation.Store does.
type Ways interface {
	Stuck(ctx context.Context, tx db.Tx, v access.Viewer, days, most int) ([]orientation.Follow, int, error)
}

// House gives the boards of a store.
type House struct {
	store *db.DB
	ways  Ways
}

// NewHouse makes a House over a store and its referrals.
func NewHouse(store *db.DB, ways Ways) House { return House{store, ways} }

// Board is that of Boards, all from one picture of the store.
func (h House) Board(ctx context.Context, v access.Viewer, from, late, today clock.Date, days, most int) (Board, error) {
	var b Board
	err := h.store.View(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err := network.Organisations(ctx, tx)
		if err != nil {
			return err
		}
		b.Names = make(map[id.ID]string, len(all))
		q := impact.Query{From: from, To: today}
		for _, o := range all {
			b.Names[o.ID] = o.Name
			if v.MayIn(access.ReadTeam, o.ID) && v.MayIn(access.ReadFigures, o.ID) {
				q.Organisations = append(q.Organisations, o.ID)
			}
		}
		if len(q.Organisations) < 2 && v.Has(access.Coordinator) {
			q.Organisations = nil // the whole network of her organisation
		}
		if b.Report, err = impact.Figures(ctx, tx, v, q); err != nil {
			return err
		}
		q.To = late
		if b.Late, err = impact.Figures(ctx, tx, v, q); err != nil {
			return err
		}
		b.Stuck, b.InAll, err = h.ways.Stuck(ctx, tx, v, days, most)
		return err
	})
	return b, err
}
