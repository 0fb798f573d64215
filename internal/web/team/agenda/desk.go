// SPDX-License-Identifier: Apache-2.0

package agenda

import (
	"cmp"
	"context"
	"slices"
	"time"

	"escale/internal/access"
	rooms "escale/internal/agenda"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/territory"
)

// Desk answers from the rooms. It is safe for concurrent use.
type Desk struct {
	DB     *db.DB
	Agenda *rooms.Store
}

// Week gathers the week from monday: see Openings. It holds no name of anyone who
// comes, only how many.
func (k *Desk) Week(ctx context.Context, v access.Viewer, monday clock.Date, loc *time.Location) (Week, error) {
	w := Week{Monday: monday, Places: map[id.ID]network.Place{}, Workers: map[id.ID]string{}}
	err := k.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if w.Openings, err = k.Agenda.Openings(ctx, tx, v.Organisation()); err != nil {
			return err
		}
		booked, err := k.Agenda.BookedOn(ctx, tx, v.Organisation(), monday.In(loc), monday.AddDays(7).In(loc), loc)
		if err != nil {
			return err
		}
		for _, o := range w.Openings {
			if err := w.name(ctx, tx, o); err != nil {
				return err
			}
			days, err := o.Days(monday, monday.AddDays(6), territory.CalendarFor(w.Places[o.Place].Commune))
			if err != nil {
				return err
			}
			for _, d := range days {
				h := Held{Opening: o, Day: d, Booked: booked[rooms.OnDay{Opening: o.ID, Day: d}]}
				for _, p := range o.Workers {
					if p.On(d) {
						h.Workers = append(h.Workers, p.Worker)
					}
				}
				h.Seats = (o.EndsMinute - o.StartsMinute) / o.SlotMinutes * o.Stations * len(h.Workers)
				w.Held = append(w.Held, h)
			}
		}
		return nil
	})
	slices.SortStableFunc(w.Held, func(a, b Held) int {
		return cmp.Or(a.Day.Sub(b.Day), cmp.Compare(a.Opening.StartsMinute, b.Opening.StartsMinute))
	})
	return w, err
}

// name reads the place and the workers of an opening.
func (w *Week) name(ctx context.Context, tx db.Tx, o rooms.Opening) error {
	if _, known := w.Places[o.Place]; !known {
		place, err := network.GetPlace(ctx, tx, o.Place)
		if err != nil {
			return err
		}
		w.Places[o.Place] = place
	}
	for _, p := range o.Workers {
		if _, known := w.Workers[p.Worker]; known {
			continue
		}
		worker, err := network.GetWorker(ctx, tx, p.Worker)
		if err != nil {
			return err
		}
		w.Workers[p.Worker] = worker.Name
	}
	return nil
}

// Choices lists the organisation's places in use and its workers of today.
func (k *Desk) Choices(ctx context.Context, v access.Viewer, today clock.Date) (Choices, error) {
	var c Choices
	err := k.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err := network.LoadPlaces(ctx, tx)
		if err != nil {
			return err
		}
		c = Choices{}
		for _, p := range all {
			if p.Organisation == v.Organisation() && p.Status == network.Active && p.MergedInto == "" {
				c.Places = append(c.Places, p)
			}
		}
		c.Workers, err = network.WorkersOf(ctx, tx, v.Organisation(), today)
		return err
	})
	return c, err
}

// Add keeps a new opening.
func (k *Desk) Add(ctx context.Context, v access.Viewer, o rooms.Opening) error {
	return k.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error { return k.Agenda.AddOpening(ctx, tx, v, o) })
}
