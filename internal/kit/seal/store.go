// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"context"
	"fmt"
	"sync"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// Ring finds the Box of each organisation in the store and keeps it at hand.
type Ring struct {
	master Master
	mu     sync.RWMutex
	boxes  map[id.ID]*Box
}

// NewRing makes a ring whose wrapped keys open with master.
func NewRing(master Master) *Ring { return &Ring{master: master, boxes: map[id.ID]*Box{}} }

// Make gives a new organisation its keys, in the gesture that creates it.
func (r *Ring) Make(ctx context.Context, tx db.Tx, organisation id.ID) error {
	wrapped, err := r.master.NewKey(organisation)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw(`INSERT INTO organisation_key (organisation_id, wrapped, created_at) VALUES (?, ?, ?)`,
		organisation, wrapped, tx.Now).Exec(ctx)
	return err
}

// Box gives the organisation's box, or db.ErrNotFound when it has no keys, or
// ErrBroken when the master key is not the one that wrapped them.
func (r *Ring) Box(ctx context.Context, tx db.Tx, organisation id.ID) (*Box, error) {
	r.mu.RLock()
	b := r.boxes[organisation]
	r.mu.RUnlock()
	if b != nil {
		return b, nil
	}
	var wrapped []byte
	if err := tx.NewRaw(`SELECT wrapped FROM organisation_key WHERE organisation_id = ?`, organisation).Scan(ctx, &wrapped); err != nil {
		return nil, fmt.Errorf("seal: keys of organisation %s: %w", organisation, db.Explain(err))
	}
	b, err := r.master.Box(organisation, wrapped)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.boxes[organisation] = b
	r.mu.Unlock()
	return b, nil
}
