// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"context"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/orientation"
	"escale/internal/web/atlas"
)

// Keeper is what keeps the sheets: orientation.Store.
type Keeper interface {
	OpenSheet(ctx context.Context, tx db.Tx, code string) (orientation.Sheet, error)
	EraseSheet(ctx context.Context, tx db.Tx, code string) error
}

// NewDoor makes the door to the sheets of a store: every try is counted before
// it is known to be right, and a right one gives its try back.
func NewDoor(store *db.DB, keeper Keeper, throttle *access.Throttle) Sheets {
	return door{store, keeper, throttle}
}

type door struct {
	store    *db.DB
	keeper   Keeper
	throttle *access.Throttle
}

// bucket keeps the tries of codes apart from those of passwords.
func bucket(from string) string { return "sheet " + from }

func (d door) Open(ctx context.Context, code, from string) (Sheet, error) {
	var found orientation.Sheet
	err := d.try(ctx, from, d.store.View, func(ctx context.Context, tx db.Tx) error {
		var err error
		found, err = d.keeper.OpenSheet(ctx, tx, code)
		return err
	})
	if err != nil {
		return Sheet{}, err
	}
	return sheetOf(found)
}

func (d door) Erase(ctx context.Context, code, from string) error {
	return d.try(ctx, from, d.store.Update, func(ctx context.Context, tx db.Tx) error {
		return d.keeper.EraseSheet(ctx, tx, code)
	})
}

// try counts a try, then does f within a transaction that run opens.
func (d door) try(ctx context.Context, from string,
	run func(context.Context, func(context.Context, db.Tx) error) error, f func(context.Context, db.Tx) error,
) error {
	err := d.store.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		return d.throttle.Try(ctx, tx, bucket(from), access.SheetLimit)
	})
	if err != nil {
		return err
	}
	if err := run(ctx, f); err != nil {
		return err
	}
	return d.store.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		return d.throttle.GiveBack(ctx, tx, bucket(from))
	})
}

func sheetOf(s orientation.Sheet) (Sheet, error) {
	out := Sheet{Done: s.Done, NextStep: s.NextStep, ChangedAt: s.ChangedAt}
	if m := s.Meeting; m != nil {
		zone, err := time.LoadLocation(m.Zone)
		if err != nil {
			return Sheet{}, err
		}
		out.Meeting = &Meeting{
			Start: m.Start, Zone: zone, Place: m.Place, Address: m.Address, Commune: m.Commune, Phone: m.Phone, Bring: m.Bring,
		}
		if m.PlaceID != "" {
			out.Meeting.PagePath = atlas.Path(m.PlaceID)
		}
	}
	return out, nil
}
