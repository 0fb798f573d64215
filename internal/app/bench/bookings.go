// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/app/rooms"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
)

const (
	rush      = 500 // attempts on one slot at the same moment
	helpers   = 8   // helpers with openings of their own
	slotsEach = 125 // slots booked of each helper
	atATime   = 32  // bookings under way at any moment
)

// booked is what came of the bookings on one store.
type booked struct {
	won, refused int
	rush         time.Duration // until all of the rush were answered
	waits        []time.Duration
	took         time.Duration
}

func book(ctx context.Context, e engine) (b booked, err error) {
	r, err := rooms.Open(ctx, e.config, access.DefaultPolicy(), clock.System)
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	w, err := newAgenda(ctx, r)
	if err != nil {
		return b, err
	}
	// One slot more than is booked one by one: the rush is for it.
	perHelper, err := w.slots(ctx, slotsEach+1)
	if err != nil {
		return b, err
	}
	if err := w.rushFor(ctx, perHelper[0][slotsEach], &b); err != nil {
		return b, err
	}
	return b, w.bookAll(ctx, perHelper, &b)
}

// someAgenda is an organisation with helpers who receive all day, every day.
type someAgenda struct {
	*rooms.Rooms
	by       access.Viewer
	openings []id.ID
}

func newAgenda(ctx context.Context, r *rooms.Rooms) (*someAgenda, error) {
	org, first, today := id.New(), id.New(), clock.DateOf(clock.System().UTC())
	// Who books is the first of the helpers.
	w := &someAgenda{Rooms: r, by: access.NewViewer(id.New(), first, org, []access.Grant{
		{Organisation: org, Role: access.Mediator}, {Organisation: org, Role: access.Coordinator},
	})}
	if _, err := r.AddOrganisation(ctx, w.by, network.Organisation{ID: org, Name: "Bench", Kind: "ASSO"}); err != nil {
		return nil, err
	}
	return w, r.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		place, err := network.AddPlace(ctx, tx, w.by, network.Place{
			ID: id.New(), Organisation: org, Status: network.Active, Name: "Bench",
			Commune: "44015", CommuneName: "Blain", PostalCode: "44130", Address: "1 place de la Mairie",
		})
		if err != nil {
			return err
		}
		for i := range helpers {
			worker := first
			if i > 0 {
				worker = id.New()
			}
			if _, err := network.AddWorker(ctx, tx, w.by, network.Worker{
				ID: worker, Name: fmt.Sprint("Helper ", i), Kind: "mediateur_numerique",
			}, org, today); err != nil {
				return err
			}
			o := agenda.Opening{
				ID: id.New(), Organisation: org, Place: place.ID, Title: "Bench", Zone: "Europe/Paris",
				FirstDay: today, Rule: "FREQ=DAILY", StartsMinute: 8 * 60, EndsMinute: 18 * 60, SlotMinutes: 30, Stations: 1,
				OnPublicHolidays: true, Workers: []agenda.Presence{{Worker: worker}},
			}
			if err := r.Agenda.AddOpening(ctx, tx, w.by, o); err != nil {
				return err
			}
			w.openings = append(w.openings, o.ID)
		}
		return nil
	})
}

// slots gives n free slots of each helper, from tomorrow on: none may pass while
// they are booked.
func (w *someAgenda) slots(ctx context.Context, n int) (all [][]agenda.Slot, err error) {
	err = w.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, o := range w.openings {
			free, err := w.Agenda.FreeSlots(ctx, tx, agenda.SlotQuery{
				Openings: []id.ID{o}, From: w.DB.Now().AddDate(0, 0, 1), Limit: n,
			})
			if err != nil {
				return err
			}
			if len(free) < n {
				return fmt.Errorf("%d free slots, %d are needed", len(free), n)
			}
			all = append(all, free)
		}
		return nil
	})
	return all, err
}

// take books one slot, in a gesture of its own.
func (w *someAgenda) take(ctx context.Context, s agenda.Slot) error {
	n := agenda.NewBooking{ID: id.New(), Opening: s.Opening, Worker: s.Worker, Start: s.Start, Label: "R.", Topic: "rights"}
	return w.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := w.Agenda.Book(ctx, tx, w.by, n)
		return err
	})
}

// rushFor is many attempts on one slot at the same moment: one is booked, and
// the others are told what is free next.
func (w *someAgenda) rushFor(ctx context.Context, s agenda.Slot, b *booked) error {
	var all sync.WaitGroup
	results := make([]error, rush)
	began := time.Now()
	for i := range rush {
		all.Go(func() { results[i] = w.take(ctx, s) })
	}
	all.Wait()
	b.rush = time.Since(began)
	for _, err := range results {
		var taken *agenda.Taken
		switch {
		case err == nil:
			b.won++
		case errors.As(err, &taken) && len(taken.Next) > 0:
			b.refused++
		default:
			return fmt.Errorf("neither booked nor refused with other slots: %w", err)
		}
	}
	if b.won != 1 {
		return fmt.Errorf("one slot was booked %d times", b.won)
	}
	return nil
}

// bookAll books the first slotsEach slots of every helper, atATime at a time,
// one helper after the other in turn as real bookings would come.
func (w *someAgenda) bookAll(ctx context.Context, perHelper [][]agenda.Slot, b *booked) error {
	var order []agenda.Slot
	for i := range slotsEach {
		for _, slots := range perHelper {
			order = append(order, slots[i])
		}
	}
	b.waits = make([]time.Duration, len(order))
	errs := make([]error, atATime)
	next := make(chan int)
	var all sync.WaitGroup
	began := time.Now()
	for k := range atATime {
		all.Go(func() {
			for i := range next {
				asked := time.Now()
				errs[k] = errors.Join(errs[k], w.take(ctx, order[i]))
				b.waits[i] = time.Since(asked)
			}
		})
	}
	for i := range order {
		next <- i
	}
	close(next)
	all.Wait()
	b.took = time.Since(began)
	return errors.Join(errs...)
}
