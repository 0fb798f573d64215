// SPDX-License-Identifier: Apache-2.0

package place

import (
	"context"
	"time"

	"escale/internal/agenda"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// FromAgenda reads the free slots of the agenda.
func FromAgenda(store *db.DB, a *agenda.Store) Slots { return agendaSlots{store, a} }

type agendaSlots struct {
	store  *db.DB
	agenda *agenda.Store
}

// sameMoment is how many helpers may be free at one moment: more slots are read,
// so that as many moments as wanted remain.
const sameMoment = 4

func (s agendaSlots) NextSlots(ctx context.Context, place id.ID, now time.Time, n int) ([]Slot, error) {
	var found []agenda.Slot
	err := s.store.View(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		found, err = s.agenda.FreeSlots(ctx, tx, agenda.SlotQuery{
			Places: []id.ID{place}, From: now, WhoBooks: []string{agenda.ByAnyone}, Limit: n * sameMoment,
		})
		return err
	})
	var out []Slot
	for _, f := range found {
		if len(out) == n {
			break
		}
		if len(out) == 0 || !out[len(out)-1].Start.Equal(f.Start) {
			out = append(out, Slot{Start: f.Start, Minutes: int(f.End.Sub(f.Start) / time.Minute)})
		}
	}
	return out, err
}
