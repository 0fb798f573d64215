// SPDX-License-Identifier: Apache-2.0

package agenda

import (
	"context"
	"encoding/json"
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

// Store keeps openings and bookings.
type Store struct {
	db   *db.DB
	ring *seal.Ring
	// calendar gives the holidays that an opening at a commune follows.
	calendar func(commune string) Calendar
}

// NewStore makes a store over d; calendar gives a commune's holidays.
func NewStore(d *db.DB, ring *seal.Ring, calendar func(commune string) Calendar) *Store {
	return &Store{db: d, ring: ring, calendar: calendar}
}

type openingRow struct {
	bun.BaseModel    `bun:"table:opening,alias:o"`
	ID               id.ID `bun:",pk"`
	OrganisationID   id.ID
	PlaceID          id.ID
	Title            string
	Zone             string
	FirstDay         clock.Date
	LastDay          clock.Date
	Rule             string
	ExceptDays       string
	StartsMinute     int
	EndsMinute       int
	SlotMinutes      int
	Stations         int
	OnPublicHolidays bool
	School           string
	WhoBooks         string
	NoticeMinutes    int
	MonthsAhead      int
	Bring            string
	ClosedAt         db.Time
	Version          int
	CreatedAt        db.Time
	Commune          string `bun:",scanonly"`
	// ShownPlace is the card that absorbed the opening's place, or that place.
	ShownPlace id.ID `bun:",scanonly"`
}

func (r openingRow) opening() (Opening, error) {
	o := Opening{
		ID: r.ID, Organisation: r.OrganisationID, Place: r.ShownPlace, Title: r.Title, Zone: r.Zone,
		FirstDay: r.FirstDay, LastDay: r.LastDay, Rule: r.Rule,
		StartsMinute: r.StartsMinute, EndsMinute: r.EndsMinute, SlotMinutes: r.SlotMinutes, Stations: r.Stations,
		OnPublicHolidays: r.OnPublicHolidays, School: School(r.School), WhoBooks: r.WhoBooks,
		NoticeMinutes: r.NoticeMinutes, MonthsAhead: r.MonthsAhead, Bring: r.Bring, Version: r.Version,
	}
	if err := json.Unmarshal([]byte(r.ExceptDays), &o.Except); err != nil {
		return Opening{}, fmt.Errorf("agenda: exceptions of opening %s: %w", o.ID, err)
	}
	return o, nil
}

// ErrForbidden says that the viewer's grants do not allow this.
var ErrForbidden = errors.New("agenda: not allowed")

// AddOpening keeps a new opening with its workers. The viewer must manage the
// openings of its organisation. Returns *text.FieldErrors when it is not sound.
func (s *Store) AddOpening(ctx context.Context, tx db.Tx, v access.Viewer, o Opening) error {
	if !v.MayIn(access.ManageOpenings, o.Organisation) {
		return ErrForbidden
	}
	if o.School == "" {
		o.School = AllYear
	}
	if o.WhoBooks == "" {
		o.WhoBooks = ByAnyone
	}
	if o.MonthsAhead == 0 {
		o.MonthsAhead = 3
	}
	if err := o.Check(); err != nil {
		return err
	}
	if o.Except == nil {
		o.Except = []clock.Date{}
	}
	except, err := json.Marshal(o.Except)
	if err != nil {
		return err
	}
	row := openingRow{
		ID: o.ID, OrganisationID: o.Organisation, PlaceID: o.Place, Title: o.Title, Zone: o.Zone,
		FirstDay: o.FirstDay, LastDay: o.LastDay, Rule: o.Rule, ExceptDays: string(except),
		StartsMinute: o.StartsMinute, EndsMinute: o.EndsMinute, SlotMinutes: o.SlotMinutes, Stations: o.Stations,
		OnPublicHolidays: o.OnPublicHolidays, School: string(o.School), WhoBooks: o.WhoBooks,
		NoticeMinutes: o.NoticeMinutes, MonthsAhead: o.MonthsAhead, Bring: o.Bring, Version: 1, CreatedAt: tx.Now,
	}
	res, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err // the same form sent twice: kept once
	}
	for _, p := range o.Workers {
		if p.From.IsZero() {
			p.From = o.FirstDay
		}
		if _, err := tx.NewRaw(`INSERT INTO opening_worker (opening_id, worker_id, from_day, until_day) VALUES (?, ?, ?, ?)`,
			o.ID, p.Worker, p.From, p.Until).Exec(ctx); err != nil {
			return err
		}
	}
	return tx.Touch(ctx, "agenda")
}

// SlotQuery says which free slots are looked for. Empty lists mean "any".
type SlotQuery struct {
	Openings      []id.ID
	Organisations []id.ID // that hold the openings
	Places        []id.ID
	Workers       []id.ID
	From          time.Time // not before now plus the opening's notice
	Until         time.Time // zero means as far ahead as each opening goes
	WhoBooks      []string  // of the By… constants
	Limit         int       // 0 means 20
}

// horizon bounds how far ahead one search expands openings, in days at a time:
// the nearest weeks nearly always answer, and months need not be computed.
const horizon = 28

// FreeSlots finds the earliest free slots that answer q.
func (s *Store) FreeSlots(ctx context.Context, tx db.Tx, q SlotQuery) ([]Slot, error) {
	if q.Limit == 0 {
		q.Limit = 20
	}
	if q.From.Before(tx.Now.Time) {
		q.From = tx.Now.Time
	}
	openings, communes, err := s.openings(ctx, tx, q)
	if err != nil || len(openings) == 0 {
		return nil, err
	}
	ahead := 0
	for _, o := range openings {
		ahead = max(ahead, o.MonthsAhead)
	}
	last := tx.Now.AddDate(0, ahead, 0)
	if !q.Until.IsZero() && q.Until.Before(last) {
		last = q.Until
	}
	var found []Slot
	for from := q.From; from.Before(last) && len(found) < q.Limit; from = from.AddDate(0, 0, horizon) {
		until := from.AddDate(0, 0, horizon)
		if until.After(last) {
			until = last
		}
		free, err := s.freeBetween(ctx, tx, openings, communes, from, until)
		if err != nil {
			return nil, err
		}
		found = append(found, free...)
	}
	return found[:min(len(found), q.Limit)], nil
}

func (s *Store) freeBetween(ctx context.Context, tx db.Tx, openings []Opening, communes map[id.ID]string, from, until time.Time) ([]Slot, error) {
	var slots []Slot
	var workers []id.ID
	for _, o := range openings {
		first := from
		if notice := tx.Now.Add(time.Duration(o.NoticeMinutes) * time.Minute); first.Before(notice) {
			first = notice
		}
		last := until
		if end := tx.Now.AddDate(0, o.MonthsAhead, 0); last.After(end) {
			last = end
		}
		some, err := o.Slots(first, last, s.calendar(communes[o.ID]))
		if err != nil {
			return nil, err
		}
		slots = append(slots, some...)
		for _, p := range o.Workers {
			workers = append(workers, p.Worker)
		}
	}
	if len(slots) == 0 {
		return nil, nil
	}
	held, err := heldBetween(ctx, tx, workers, from, until.Add(8*time.Hour))
	if err != nil {
		return nil, err
	}
	return Leave(slots, held), nil
}

// heldBetween reads the bookings that keep a seat of workers in [from, until).
func heldBetween(ctx context.Context, tx db.Tx, workers []id.ID, from, until time.Time) ([]Booking, error) {
	var rows []bookingRow
	err := tx.NewSelect().Model(&rows).
		Where("b.worker_id IN ?", bun.Tuple(workers)).
		Where("b.starts_at < ?", db.At(until)).Where("b.ends_at > ?", db.At(from)).
		Where("b.status IN ('unknown', 'seen')").Scan(ctx)
	if err != nil {
		return nil, err
	}
	held := make([]Booking, len(rows))
	for i, r := range rows {
		held[i] = r.booking()
	}
	return held, nil
}

// openings reads the openings that q asks for, with their workers, and the
// commune of each one's place.
func (s *Store) openings(ctx context.Context, tx db.Tx, q SlotQuery) ([]Opening, map[id.ID]string, error) {
	var rows []openingRow
	sel := tx.NewSelect().Model(&rows).ColumnExpr("o.*").ColumnExpr("p.commune AS commune").ColumnExpr("COALESCE(p.merged_into, p.id) AS shown_place").
		Join("JOIN place AS p ON p.id = o.place_id").Where("o.closed_at IS NULL")
	if len(q.Openings) > 0 {
		sel = sel.Where("o.id IN ?", bun.Tuple(q.Openings))
	}
	if len(q.Organisations) > 0 {
		sel = sel.Where("o.organisation_id IN ?", bun.Tuple(q.Organisations))
	}
	if len(q.Places) > 0 {
		sel = sel.Where("COALESCE(p.merged_into, p.id) IN ?", bun.Tuple(q.Places))
	}
	if len(q.WhoBooks) > 0 {
		sel = sel.Where("o.who_books IN ?", bun.Tuple(q.WhoBooks))
	}
	if len(q.Workers) > 0 {
		sel = sel.Where("EXISTS (SELECT 1 FROM opening_worker w WHERE w.opening_id = o.id AND w.worker_id IN ?)", bun.Tuple(q.Workers))
	}
	if err := sel.OrderExpr("o.id").Scan(ctx); err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 {
		return nil, nil, nil
	}
	ids := make([]id.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	var held []struct {
		OpeningID id.ID
		WorkerID  id.ID
		FromDay   clock.Date
		UntilDay  clock.Date
	}
	if err := tx.NewRaw(`SELECT opening_id, worker_id, from_day, until_day FROM opening_worker
		WHERE opening_id IN ? ORDER BY opening_id, worker_id, from_day`, bun.Tuple(ids)).Scan(ctx, &held); err != nil {
		return nil, nil, err
	}
	workers := map[id.ID][]Presence{}
	for _, h := range held {
		workers[h.OpeningID] = append(workers[h.OpeningID], Presence{h.WorkerID, h.FromDay, h.UntilDay})
	}
	openings, communes := make([]Opening, len(rows)), map[id.ID]string{}
	for i, r := range rows {
		o, err := r.opening()
		if err != nil {
			return nil, nil, err
		}
		o.Workers = workers[o.ID]
		openings[i], communes[o.ID] = o, r.Commune
	}
	return openings, communes, nil
}

// Openings lists the openings held by organisation, none when it holds none.
func (s *Store) Openings(ctx context.Context, tx db.Tx, organisation id.ID) ([]Opening, error) {
	own, _, err := s.openings(ctx, tx, SlotQuery{Organisations: []id.ID{organisation}})
	return own, err
}
