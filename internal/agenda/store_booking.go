// SPDX-License-Identifier: Apache-2.0

package agenda

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
)

type bookingRow struct {
	bun.BaseModel  `bun:"table:booking,alias:b"`
	ID             id.ID `bun:",pk"`
	OrganisationID id.ID
	OpeningID      id.ID
	WorkerID       id.ID
	PlaceID        id.ID
	Seat           int
	StartsAt       db.Time
	EndsAt         db.Time
	Status         string
	Label          []byte
	Topic          string
	NeedID         id.ID `bun:",nullzero"`
	ReferralID     id.ID `bun:",nullzero"`
	PersonID       id.ID `bun:",nullzero"`
	BookedBy       id.ID
	BookedAt       db.Time
	Version        int
	Zone           string `bun:",scanonly"`
}

func (r bookingRow) booking() Booking {
	return Booking{
		ID: r.ID, Organisation: r.OrganisationID, Opening: r.OpeningID, Worker: r.WorkerID, Place: r.PlaceID, Seat: r.Seat,
		Start: r.StartsAt.Time, End: r.EndsAt.Time, Zone: r.Zone, Status: Status(r.Status), Topic: r.Topic,
		Need: r.NeedID, Referral: r.ReferralID, Person: r.PersonID, Version: r.Version,
	}
}

// labelField binds the sealed label to its column.
const labelField = "booking.label"

// proposed is how many next slots a refusal offers.
const proposed = 3

// Book keeps a seat, inside the caller's gesture. It returns *Taken, with the
// next free slots of the same opening, when the slot is gone, was never one, or
// may not be booked any more; and ErrForbidden when the viewer may not book
// there. Booking again with the same ID returns the booking already made.
//
// Bookings of one helper are made one at a time, so that the seat chosen is free
// when it is written; and should anything write otherwise, the constraints
// booking_seat_once and booking_helper_once still refuse.
func (s *Store) Book(ctx context.Context, tx db.Tx, v access.Viewer, n NewBooking) (Booking, error) {
	if !v.May(access.DecideReferral) && !v.May(access.ManageOpenings) {
		return Booking{}, ErrForbidden
	}
	if err := lockWorker(ctx, tx, n.Worker); err != nil {
		return Booking{}, err
	}
	if done, err := s.read(ctx, tx, n.ID); err == nil {
		return done, nil
	} else if !errors.Is(err, db.ErrNotFound) {
		return Booking{}, err
	}
	free, err := s.FreeSlots(ctx, tx, SlotQuery{
		Openings: []id.ID{n.Opening}, Workers: []id.ID{n.Worker}, From: n.Start, Until: n.Start.Add(time.Minute),
	})
	if err != nil {
		return Booking{}, err
	}
	var slot *Slot
	for i := range free {
		if free[i].Start.Equal(n.Start) && free[i].Worker == n.Worker {
			slot = &free[i]
		}
	}
	if slot == nil {
		next, err := s.FreeSlots(ctx, tx, SlotQuery{Openings: []id.ID{n.Opening}, Limit: proposed})
		if err != nil {
			return Booking{}, err
		}
		return Booking{}, &Taken{Next: next}
	}
	if slot.WhoBooks == ByHelper && v.Organisation() != slot.Organisation {
		return Booking{}, ErrForbidden
	}
	seat, err := freeSeat(ctx, tx, *slot)
	if err != nil {
		return Booking{}, err
	}
	box, err := s.ring.Box(ctx, tx, slot.Organisation)
	if err != nil {
		return Booking{}, err
	}
	label, err := box.Seal(labelField, n.ID, n.Label)
	if err != nil {
		return Booking{}, err
	}
	row := bookingRow{
		ID: n.ID, OrganisationID: slot.Organisation, OpeningID: slot.Opening, WorkerID: slot.Worker, PlaceID: slot.Place, Seat: seat,
		StartsAt: db.At(slot.Start), EndsAt: db.At(slot.End), Status: string(Expected), Label: label, Topic: n.Topic,
		NeedID: n.Need, ReferralID: n.Referral, PersonID: n.Person, BookedBy: v.Worker(), BookedAt: tx.Now, Version: 1,
	}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return Booking{}, err
	}
	if err := addEvent(ctx, tx, row.ID, 1, Expected, v.Worker()); err != nil {
		return Booking{}, err
	}
	b := row.booking()
	b.Label, b.Zone = n.Label, slot.Zone
	return b, tx.Touch(ctx, "agenda")
}

// lockWorker makes bookings of one helper wait for one another. SQLite needs
// nothing: it has one writer.
func lockWorker(ctx context.Context, tx db.Tx, worker id.ID) error {
	if tx.Engine != db.Postgres {
		return nil
	}
	var got id.ID
	// NO KEY: rows that merely refer to the worker need not wait.
	err := tx.NewRaw(`SELECT id FROM worker WHERE id = ? FOR NO KEY UPDATE`, worker).Scan(ctx, &got)
	return db.Explain(err)
}

// freeSeat is the lowest seat beside the slot's helper that nobody holds.
func freeSeat(ctx context.Context, tx db.Tx, slot Slot) (int, error) {
	held, err := heldBetween(ctx, tx, []id.ID{slot.Worker}, slot.Start, slot.End)
	if err != nil {
		return 0, err
	}
	taken := map[int]bool{}
	for _, b := range held {
		taken[b.Seat] = true
	}
	seat := 1
	for taken[seat] {
		seat++
	}
	return seat, nil
}

func addEvent(ctx context.Context, tx db.Tx, booking id.ID, seq int, status Status, worker id.ID) error {
	_, err := tx.NewRaw(`INSERT INTO booking_event (booking_id, seq, status, at, worker_id) VALUES (?, ?, ?, ?, ?)`,
		booking, seq, string(status), tx.Now, worker).Exec(ctx)
	return err
}

// read gives a booking without its label.
func (s *Store) read(ctx context.Context, tx db.Tx, booking id.ID) (Booking, error) {
	var r bookingRow
	err := tx.NewSelect().Model(&r).ColumnExpr("b.*").ColumnExpr("o.zone AS zone").
		Join("JOIN opening AS o ON o.id = b.opening_id").Where("b.id = ?", booking).Scan(ctx)
	if err != nil {
		return Booking{}, db.Explain(err)
	}
	return r.booking(), nil
}

// Booking gives one booking to its own helper, to a helper who may open files in
// the organisation that receives, or to whoever manages its openings; anyone
// else is told that it is not found. The label is opened for them.
func (s *Store) Booking(ctx context.Context, tx db.Tx, v access.Viewer, booking id.ID) (Booking, error) {
	var r bookingRow
	err := tx.NewSelect().Model(&r).ColumnExpr("b.*").ColumnExpr("o.zone AS zone").
		Join("JOIN opening AS o ON o.id = b.opening_id").Where("b.id = ?", booking).Scan(ctx)
	if err != nil {
		return Booking{}, db.Explain(err)
	}
	if !s.sees(v, r) {
		return Booking{}, db.ErrNotFound
	}
	return s.opened(ctx, tx, r)
}

// sees is who may read a booking's label: its own helper, and those who open
// files in the organisation that receives (R93: a volunteer, her own slots only).
func (s *Store) sees(v access.Viewer, r bookingRow) bool {
	return (v.MayIn(access.OwnDay, r.OrganisationID) && v.Worker() == r.WorkerID) || v.MayIn(access.ReadPerson, r.OrganisationID)
}

func (s *Store) opened(ctx context.Context, tx db.Tx, r bookingRow) (Booking, error) {
	box, err := s.ring.Box(ctx, tx, r.OrganisationID)
	if err != nil {
		return Booking{}, err
	}
	return openLabel(box, r)
}

func openLabel(box *seal.Box, r bookingRow) (Booking, error) {
	label, err := box.Open(labelField, r.ID, r.Label)
	if err != nil {
		return Booking{}, fmt.Errorf("agenda: label of booking %s: %w", r.ID, err)
	}
	b := r.booking()
	b.Label = label
	return b, nil
}

// Day lists what a helper has on day d, in order of time: her bookings, whatever
// their status. The viewer must be that helper, or open files in the
// organisations that receive.
func (s *Store) Day(ctx context.Context, tx db.Tx, v access.Viewer, worker id.ID, d clock.Date, loc *time.Location) ([]Booking, error) {
	var rows []bookingRow
	err := tx.NewSelect().Model(&rows).ColumnExpr("b.*").ColumnExpr("o.zone AS zone").
		Join("JOIN opening AS o ON o.id = b.opening_id").
		Where("b.worker_id = ?", worker).
		Where("b.starts_at >= ?", db.At(d.In(loc))).Where("b.starts_at < ?", db.At(d.AddDays(1).In(loc))).
		OrderExpr("b.starts_at, b.seat, b.id").Scan(ctx)
	if err != nil {
		return nil, err
	}
	var day []Booking
	for _, r := range rows {
		if !s.sees(v, r) {
			continue
		}
		b, err := s.opened(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		day = append(day, b)
	}
	return day, nil
}

// ErrSeatGone says that a booking given up cannot be taken up again: someone
// else has its seat now.
var ErrSeatGone = errors.New("agenda: the seat was given to someone else")

// seatStillFree looks, before a booking that was given up holds its seat again,
// whether the database would refuse it: asking first leaves the gesture whole.
func seatStillFree(ctx context.Context, tx db.Tx, r bookingRow) error {
	if err := lockWorker(ctx, tx, r.WorkerID); err != nil {
		return err
	}
	held, err := heldBetween(ctx, tx, []id.ID{r.WorkerID}, r.StartsAt.Time, r.EndsAt.Time)
	if err != nil {
		return err
	}
	for _, b := range held {
		if b.Seat == r.Seat || b.Opening != r.OpeningID {
			return ErrSeatGone
		}
	}
	return nil
}

// Mark gives a booking a new status: seen, excused, revoked or noshow. Only who
// sees the booking may. A booking that holds its seat no more leaves it free at
// once; taking it up again gives ErrSeatGone when someone else has it. A meeting
// that took place stays so: any other word on it gives db.ErrStale. Marking
// twice alike changes nothing.
func (s *Store) Mark(ctx context.Context, tx db.Tx, v access.Viewer, booking id.ID, status Status) error {
	var r bookingRow
	if err := tx.NewSelect().Model(&r).Where("b.id = ?", booking).Scan(ctx); err != nil {
		return db.Explain(err)
	}
	if !s.sees(v, r) {
		return db.ErrNotFound
	}
	if Status(r.Status) == status {
		return nil
	}
	if Status(r.Status) == Seen {
		return db.ErrStale // someone noted the meeting meanwhile: it took place
	}
	if status.Holds() && !Status(r.Status).Holds() {
		if err := seatStillFree(ctx, tx, r); err != nil {
			return err
		}
	}
	res, err := tx.NewRaw(`UPDATE booking SET status = ?, version = version + 1 WHERE id = ? AND version = ?`,
		string(status), booking, r.Version).Exec(ctx)
	if err != nil {
		return err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return db.ErrStale
	}
	if err := addEvent(ctx, tx, booking, r.Version+1, status, v.Worker()); err != nil {
		return err
	}
	return tx.Touch(ctx, "agenda")
}

// ForReferral gives the booking made for a referral, to the organisation that
// receives, or db.ErrNotFound.
func (s *Store) ForReferral(ctx context.Context, tx db.Tx, referral id.ID) (Booking, error) {
	var b id.ID
	if err := tx.NewRaw(`SELECT id FROM booking WHERE referral_id = ? ORDER BY booked_at DESC, id DESC LIMIT 1`, referral).Scan(ctx, &b); err != nil {
		return Booking{}, db.Explain(err)
	}
	return s.read(ctx, tx, b)
}
