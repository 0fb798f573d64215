// SPDX-License-Identifier: Apache-2.0

// Package atlas is what the public may know of all places at once: their cards,
// where they are, whether they are open now and when next, and the search over
// them. It is a picture held in memory, made from the store and made again when
// a place changes there, so that a page or a command costs no query. Closed
// places, places kept for the network and cards absorbed by another are not in it.
package atlas

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
)

// agendaTopic is touched by the agenda when openings or bookings change: pages
// that show free slots are then made again.
const agendaTopic = "agenda"

// lookEvery is how long a change made elsewhere may stay unseen (see Watch).
const lookEvery = time.Second

// Atlas gives the present Snapshot. It is safe for concurrent use: readers are
// never kept waiting, the last picture serves while the next one is drawn.
type Atlas struct {
	store *db.DB

	current atomic.Pointer[Snapshot]
	drawing sync.Mutex // held while a picture is drawn, by one at a time
}

// New makes an atlas over a store. Nothing is read yet.
func New(store *db.DB) *Atlas { return &Atlas{store: store} }

// Current is the present picture. The first call draws it; later ones cost
// nothing, and see what Refresh or Watch last drew.
func (a *Atlas) Current(ctx context.Context) (*Snapshot, error) {
	if s := a.current.Load(); s != nil {
		return s, nil
	}
	if _, err := a.Refresh(ctx); err != nil {
		return nil, err
	}
	return a.current.Load(), nil
}

// Refresh draws the picture again if a place changed since the last one, and
// reports whether it did. Whoever has just changed a place may call it, to see
// the change at once.
func (a *Atlas) Refresh(ctx context.Context) (bool, error) {
	a.drawing.Lock()
	defer a.drawing.Unlock()
	// The mark is read before the places: a change in between is seen next time.
	mark, err := a.store.Mark(ctx, network.PlacesTopic)
	if err != nil {
		return false, fmt.Errorf("atlas: %w", err)
	}
	if s := a.current.Load(); s != nil && s.mark == mark {
		return false, nil
	}
	var cards []network.Place
	err = a.store.View(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		cards, err = network.LoadPlaces(ctx, tx)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("atlas: %w", err)
	}
	s := NewSnapshot(cards)
	s.mark = mark
	a.current.Store(s)
	return true, nil
}

// Watch looks every second, until ctx ends, whether places or free slots
// changed, here or in another process; it draws the picture again and calls
// changed, which drops the pages that show them. A store that does not answer is
// logged once, and asked again.
func (a *Atlas) Watch(ctx context.Context, log *slog.Logger, changed func()) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	slots, failing := int64(-1), false
	for {
		drawn, err := a.Refresh(ctx)
		var now int64
		if err == nil {
			now, err = a.store.Mark(ctx, agendaTopic)
		}
		if err == nil && (drawn || now != slots) {
			slots = now
			changed()
		}
		if err != nil && !failing && !errors.Is(err, context.Canceled) {
			log.Error("places are shown as they were", "error", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Survivor is the place that absorbed the card called absorbed, or
// db.ErrNotFound when no place shown here did.
func (a *Atlas) Survivor(ctx context.Context, absorbed id.ID) (id.ID, error) {
	s, err := a.Current(ctx)
	if err != nil {
		return "", err
	}
	var shown network.Place
	err = a.store.View(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		shown, err = network.ShownPlace(ctx, tx, absorbed)
		return err
	})
	if err != nil {
		return "", err
	}
	if _, ok := s.Place(shown.ID); !ok || shown.ID == absorbed {
		return "", fmt.Errorf("atlas: place %s: %w", absorbed, db.ErrNotFound)
	}
	return shown.ID, nil
}
