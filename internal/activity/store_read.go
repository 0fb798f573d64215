// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"context"
	"slices"
	"time"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/person"
)

// Read gives a record of the viewer's organisation: to its author, or to who may
// open files there. Anyone else gets db.ErrNotFound.
func (s *Store) Read(ctx context.Context, tx db.Tx, v access.Viewer, entry id.ID) (Record, error) {
	rec, err := s.own(ctx, tx, v, entry)
	if err != nil {
		return Record{}, err
	}
	return rec, s.note.On(ctx, tx, v, "activity.read", "activity", entry)
}

func (s *Store) own(ctx context.Context, tx db.Tx, v access.Viewer, entry id.ID) (Record, error) {
	var r activityRow
	err := tx.NewSelect().Model(&r).Where("a.id = ?", entry).Where("a.organisation_id = ?", v.Organisation()).Scan(ctx)
	if err != nil {
		return Record{}, db.Explain(err)
	}
	if !v.May(access.ReadPerson) && (r.WorkerID != v.Worker() || !v.May(access.RecordActivity)) {
		return Record{}, db.ErrNotFound
	}
	return s.open(ctx, tx, r)
}

// Filter narrows a list of records.
type Filter struct {
	Person, Need, Worker id.ID
	From, Until          clock.Date // both included; zero means no bound
	Limit                int        // 0 means 50
}

// List gives the records of the viewer's organisation as last corrected, newest
// first. Who may not open files sees her own only.
func (s *Store) List(ctx context.Context, tx db.Tx, v access.Viewer, f Filter) ([]Record, error) {
	if !v.May(access.RecordActivity) {
		return nil, person.ErrForbidden
	}
	if !v.May(access.ReadPerson) {
		f.Worker = v.Worker()
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	var found []activityRow
	sel := tx.NewSelect().Model(&found).ModelTableExpr("activity_counted AS a").Where("a.organisation_id = ?", v.Organisation())
	for _, w := range []struct {
		column string
		value  id.ID
	}{{"a.person_id", f.Person}, {"a.need_id", f.Need}, {"a.worker_id", f.Worker}} {
		if w.value != "" {
			sel = sel.Where(w.column+" = ?", w.value)
		}
	}
	if !f.From.IsZero() {
		sel = sel.Where("a.day >= ?", f.From)
	}
	if !f.Until.IsZero() {
		sel = sel.Where("a.day <= ?", f.Until)
	}
	if err := sel.OrderExpr("a.at DESC, a.id DESC").Limit(int64(f.Limit)).Scan(ctx); err != nil {
		return nil, err
	}
	all := make([]Record, 0, len(found))
	for _, r := range found {
		rec, err := s.open(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		all = append(all, rec)
	}
	kind, subject := "organisation", v.Organisation()
	switch {
	case f.Person != "":
		kind, subject = "person", f.Person
	case f.Need != "":
		kind, subject = "need", f.Need
	}
	return all, s.note.On(ctx, tx, v, "activity.list", kind, subject)
}

// Defaults fills a form from what is known already, so that most entries need two
// answers: from a meeting, or from a need when she came without one. Loc is where
// the support is given.
func (s *Store) Defaults(ctx context.Context, tx db.Tx, v access.Viewer, booking, needID id.ID, loc *time.Location) (Entry, error) {
	e := Entry{ID: id.New(), At: tx.Now.Time, Minutes: DefaultMinutes, Posture: With, PlaceKind: OwnPlace, Need: needID}
	var topic need.Need
	if booking != "" {
		b, err := s.agenda.Booking(ctx, tx, v, booking)
		if err != nil {
			return Entry{}, err
		}
		e.Booking, e.Need, e.Referral, e.Person, e.Place, e.At = b.ID, b.Need, b.Referral, b.Person, b.Place, b.Start
		if e.At.After(tx.Now.Time) {
			e.At = tx.Now.Time // she came early: a support cannot be noted before it is given
		}
		topic = need.OfTopic(b.Topic)
	}
	// Whoever may open files gets the local sub-theme too; for others the
	// meeting's topic is enough.
	if e.Need != "" && e.Referral == "" && v.May(access.ReadPerson) {
		n, err := s.needs.Read(ctx, tx, v, e.Need)
		if err != nil {
			return Entry{}, err
		}
		topic, e.Person, e.Commune = n, first(e.Person, n.Person), n.Commune
	}
	t := topic.Theme()
	e.Themes, e.Procedures = slices.Clone(t.Themes), slices.Clone(t.Procedures)
	if topic.SubTheme != "" {
		e.LocalThemes = []string{topic.SubTheme}
	}
	e.Day = clock.DateOf(e.At.In(loc))
	return e, nil
}

// Meeting opens a meeting for who records it, with the name it is kept under.
func (s *Store) Meeting(ctx context.Context, tx db.Tx, v access.Viewer, booking id.ID) (agenda.Booking, error) {
	b, err := s.agenda.Booking(ctx, tx, v, booking)
	if err != nil {
		return agenda.Booking{}, err
	}
	return b, s.note.On(ctx, tx, v, "booking.read", "booking", booking)
}

// OwnSlot is a meeting as a volunteer sees it: when, where, a first name, a
// neutral word for the need. No file, no note hangs on it (R93).
type OwnSlot struct {
	Booking    id.ID
	Start, End time.Time
	Zone       string
	Place      id.ID
	FirstName  string
	Topic      string // category of need, a code
	Status     agenda.Status
}

// OwnSlots lists the viewer's own meetings on day d, in order of time.
func (s *Store) OwnSlots(ctx context.Context, tx db.Tx, v access.Viewer, d clock.Date, loc *time.Location) ([]OwnSlot, error) {
	if !v.May(access.OwnDay) {
		return nil, person.ErrForbidden
	}
	day, err := s.agenda.Day(ctx, tx, v, v.Worker(), d, loc)
	if err != nil {
		return nil, err
	}
	slots := make([]OwnSlot, 0, len(day))
	for _, b := range day {
		if b.Organisation != v.Organisation() {
			continue
		}
		slots = append(slots, OwnSlot{
			Booking: b.ID, Start: b.Start, End: b.End, Zone: b.Zone, Place: b.Place, FirstName: b.Label, Topic: b.Topic, Status: b.Status,
		})
	}
	return slots, s.note.On(ctx, tx, v, "day.read", "worker", v.Worker())
}
