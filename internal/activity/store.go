// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
	"escale/internal/need"
	"escale/internal/network"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/person/sealed"
)

// Agenda is what a record asks of the agenda; narrow, so that tests can have one
// that fails.
type Agenda interface {
	Booking(ctx context.Context, tx db.Tx, v access.Viewer, booking id.ID) (agenda.Booking, error)
	Day(ctx context.Context, tx db.Tx, v access.Viewer, worker id.ID, d clock.Date, loc *time.Location) ([]agenda.Booking, error)
	Mark(ctx context.Context, tx db.Tx, v access.Viewer, booking id.ID, status agenda.Status) error
}

// Store keeps the records of supports.
type Store struct {
	ring   *seal.Ring
	note   person.Note
	people *person.Store
	needs  *need.Store
	ways   *orientation.Store
	agenda Agenda
}

// NewStore makes a store.
func NewStore(ring *seal.Ring, note person.Note, people *person.Store, needs *need.Store, ways *orientation.Store, a Agenda) *Store {
	return &Store{ring: ring, note: note, people: people, needs: needs, ways: ways, agenda: a}
}

type activityRow struct {
	bun.BaseModel  `bun:"table:activity,alias:a"`
	ID             id.ID `bun:",pk"`
	OrganisationID id.ID
	WorkerID       id.ID
	ByVolunteer    bool
	At             db.Time
	Day            clock.Date
	CreatedAt      db.Time
	Minutes        int
	Posture        Posture
	ForReason      string `bun:",nullzero"`
	MandateID      id.ID  `bun:",nullzero"`
	Outcome        Outcome
	RightBecame    need.RightBecame `bun:",nullzero"`
	PlaceKind      string
	PlaceID        id.ID `bun:",nullzero"`
	Commune        string
	Themes         list
	Procedures     list
	LocalThemes    list
	Materials      list
	Autonomy       string
	Redirection    string
	Abilities      list
	AgeBand        string
	Gender         string
	SocialStatus   string
	Said           []byte
	PersonID       id.ID `bun:",nullzero"`
	NeedID         id.ID `bun:",nullzero"`
	BookingID      id.ID `bun:",nullzero"`
	ReferralID     id.ID `bun:",nullzero"`
	CorrectionOf   id.ID `bun:",nullzero"`
	Source         string
	SourceKey      string `bun:",nullzero"`
	Attendance     int
}

// said is the sealed part of an entry.
type said struct {
	DidHerself string `json:"did_herself,omitempty"`
	NextStep   string `json:"next_step,omitempty"`
}

const saidField = "activity.said"

// list is a JSON array of codes in a text column, never null.
type list string

func listOf(codes []string) list {
	b, err := json.Marshal(append([]string{}, codes...))
	if err != nil {
		panic(err) // strings always marshal
	}
	return list(b)
}

func (l list) codes() ([]string, error) {
	var c []string
	if err := json.Unmarshal([]byte(l), &c); err != nil {
		return nil, fmt.Errorf("activity: a list of codes: %w", err)
	}
	return c, nil
}

// volunteer reports whether v acts as a volunteer only: a wider grant in the same
// organisation makes her act under it.
func volunteer(v access.Viewer) bool { return v.Has(access.Volunteer) && !v.May(access.ReadPerson) }

func (s *Store) row(ctx context.Context, tx db.Tx, v access.Viewer, e Entry) (activityRow, error) {
	words, err := sealed.Put(ctx, s.ring, tx, v.Organisation(), saidField, e.ID, said{e.DidHerself, e.NextStep})
	if err != nil {
		return activityRow{}, err
	}
	return activityRow{
		ID: e.ID, OrganisationID: v.Organisation(), WorkerID: v.Worker(), ByVolunteer: volunteer(v), At: db.At(e.At), Day: e.Day,
		CreatedAt: tx.Now, Minutes: e.Minutes, Posture: e.Posture, ForReason: e.ForReason, MandateID: e.Mandate, Outcome: e.Outcome,
		RightBecame: e.RightBecame, PlaceKind: e.PlaceKind, PlaceID: e.Place, Commune: e.Commune, Themes: listOf(e.Themes),
		Procedures: listOf(e.Procedures), LocalThemes: listOf(e.LocalThemes), Materials: listOf(e.Materials), Autonomy: e.Autonomy,
		Redirection: e.Redirection, Abilities: listOf(e.Abilities), AgeBand: e.AgeBand, Gender: e.Gender, SocialStatus: e.SocialStatus,
		Said: words, PersonID: e.Person, NeedID: e.Need, BookingID: e.Booking, ReferralID: e.Referral, CorrectionOf: e.CorrectionOf,
		Source: e.Source, SourceKey: e.SourceKey, Attendance: 1,
	}, nil
}

func (s *Store) open(ctx context.Context, tx db.Tx, r activityRow) (Record, error) {
	rec := Record{
		Entry: Entry{
			ID: r.ID, At: r.At.Time, Day: r.Day, Minutes: r.Minutes, Posture: r.Posture, ForReason: r.ForReason, Mandate: r.MandateID,
			Outcome: r.Outcome, RightBecame: r.RightBecame, PlaceKind: r.PlaceKind, Place: r.PlaceID, Commune: r.Commune,
			Autonomy: r.Autonomy, Redirection: r.Redirection, AgeBand: r.AgeBand, Gender: r.Gender, SocialStatus: r.SocialStatus,
			Person: r.PersonID, Need: r.NeedID, Booking: r.BookingID, Referral: r.ReferralID, CorrectionOf: r.CorrectionOf,
			Source: r.Source, SourceKey: r.SourceKey,
		},
		Organisation: r.OrganisationID, Worker: r.WorkerID, ByVolunteer: r.ByVolunteer, CreatedAt: r.CreatedAt.Time, Attendance: r.Attendance,
	}
	for _, l := range []struct {
		column list
		into   *[]string
	}{
		{r.Themes, &rec.Themes},
		{r.Procedures, &rec.Procedures},
		{r.LocalThemes, &rec.LocalThemes},
		{r.Materials, &rec.Materials},
		{r.Abilities, &rec.Abilities},
	} {
		c, err := l.column.codes()
		if err != nil {
			return Record{}, err
		}
		*l.into = c
	}
	var words said
	err := sealed.Get(ctx, s.ring, tx, r.OrganisationID, saidField, r.ID, r.Said, &words)
	rec.DidHerself, rec.NextStep = words.DidHerself, words.NextStep
	return rec, err
}

// Record keeps a support and does all that follows, in one transaction: the
// meeting is met, the referral answered, the need settled, reopened or stopped,
// her sheet brought up to date, the figures told. All of it, or nothing.
// Recording again with the same ID, or the same source key, gives back what was
// kept, and does nothing.
//
// Errors: *text.FieldErrors for what must be looked at again (« fait pour »
// without a reason or a mandate in force included); *need.RightUnsaid when a need
// about rights would be closed by a training; *Corrected; *Noted when the meeting
// is recorded already; person.ErrForbidden;
// db.ErrNotFound for a meeting, need, referral, person or mandate the viewer may
// not answer for.
func (s *Store) Record(ctx context.Context, d *db.DB, v access.Viewer, e Entry) (Record, error) {
	if !v.May(access.RecordActivity) || (e.Posture == For && !v.May(access.DoFor)) {
		return Record{}, person.ErrForbidden
	}
	if err := e.check(); err != nil {
		return Record{}, err
	}
	var kept Record
	err := d.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		kept, err = s.record(ctx, tx, v, e)
		return err
	})
	if err != nil {
		return Record{}, err
	}
	return kept, nil
}

func (s *Store) record(ctx context.Context, tx db.Tx, v access.Viewer, e Entry) (Record, error) {
	if kept, err := s.kept(ctx, tx, v, e); !errors.Is(err, db.ErrNotFound) {
		return kept, err
	}
	if err := e.checkMoment(tx.Now.Time); err != nil {
		return Record{}, err
	}
	old, err := s.link(ctx, tx, v, &e)
	if err != nil {
		return Record{}, err
	}
	if err := s.checkMandate(ctx, tx, v, e); err != nil {
		return Record{}, err
	}
	row, err := s.row(ctx, tx, v, e)
	if err != nil {
		return Record{}, err
	}
	if e.CorrectionOf != "" {
		row.Attendance = old.Attendance
	}
	res, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return Record{}, err
	}
	added, err := res.RowsAffected()
	if err != nil {
		return Record{}, err
	}
	if added == 0 {
		return s.already(ctx, tx, v, e)
	}
	if e.CorrectionOf == "" {
		err = s.follow(ctx, tx, v, e)
	} else {
		err = s.followCorrection(ctx, tx, v, e, old)
	}
	if err != nil {
		return Record{}, err
	}
	if err := s.note.On(ctx, tx, v, "activity.record", "activity", e.ID); err != nil {
		return Record{}, err
	}
	if err := tx.Touch(ctx, "figures"); err != nil {
		return Record{}, err
	}
	return s.open(ctx, tx, row)
}

// already says why an entry was not added: the same one came meanwhile, or
// another correction of the same one, or another record of the same meeting.
func (s *Store) already(ctx context.Context, tx db.Tx, v access.Viewer, e Entry) (Record, error) {
	kept, err := s.kept(ctx, tx, v, e)
	switch {
	case !errors.Is(err, db.ErrNotFound):
		return kept, err
	case e.CorrectionOf != "":
		return Record{}, &Corrected{Entry: e.CorrectionOf}
	case e.Booking == "":
		return Record{}, err
	}
	records, err := RecordsOf(ctx, tx, []id.ID{e.Booking})
	if err != nil {
		return Record{}, err
	}
	last, noted := records[e.Booking]
	if !noted {
		return Record{}, db.ErrNotFound // the identifier is someone else's
	}
	// Whoever may not open the record is told that there is one, not which.
	if _, err := s.own(ctx, tx, v, last); errors.Is(err, db.ErrNotFound) {
		last = ""
	} else if err != nil {
		return Record{}, err
	}
	return Record{}, &Noted{Entry: last}
}

// kept finds the entry already recorded under the same ID or the same key of its
// source, by the same author.
func (s *Store) kept(ctx context.Context, tx db.Tx, v access.Viewer, e Entry) (Record, error) {
	var r activityRow
	sel := tx.NewSelect().Model(&r).Where("a.organisation_id = ?", v.Organisation()).Where("a.worker_id = ?", v.Worker())
	if e.SourceKey != "" {
		sel = sel.Where("(a.id = ? OR (a.source = ? AND a.source_key = ?))", e.ID, e.Source, e.SourceKey)
	} else {
		sel = sel.Where("a.id = ?", e.ID)
	}
	if err := sel.Limit(1).Scan(ctx); err != nil {
		return Record{}, db.Explain(err)
	}
	return s.open(ctx, tx, r)
}

// link fills what the entry points to from the meeting, or from the entry it
// corrects, and makes sure that the viewer may answer for all of it. It gives the
// entry that is corrected.
func (s *Store) link(ctx context.Context, tx db.Tx, v access.Viewer, e *Entry) (Record, error) {
	var old Record
	if e.PlaceKind == OwnPlace {
		p, err := network.GetPlace(ctx, tx, e.Place)
		if err != nil {
			return Record{}, err
		}
		e.Commune = p.Commune // figures are counted by the commune where help was given
	}
	if e.CorrectionOf != "" {
		var err error
		if old, err = s.own(ctx, tx, v, e.CorrectionOf); err != nil {
			return Record{}, err
		}
		e.Booking, e.Need, e.Referral, e.Person = old.Booking, old.Need, old.Referral, old.Person
	} else if e.Booking != "" {
		b, err := s.agenda.Booking(ctx, tx, v, e.Booking)
		if err != nil {
			return Record{}, err
		}
		if b.Organisation != v.Organisation() {
			return Record{}, db.ErrNotFound
		}
		e.Need, e.Referral = first(b.Need, e.Need), first(b.Referral, e.Referral)
		e.Person = first(b.Person, e.Person)
	} else if volunteer(v) && (e.Need != "" || e.Referral != "" || e.Person != "") {
		// A volunteer answers for her own meetings, not for files (R93).
		return Record{}, db.ErrNotFound
	}
	if e.Need != "" {
		if err := s.needs.Reachable(ctx, tx, v, e.Need); err != nil {
			return Record{}, err
		}
	}
	if e.Referral != "" {
		sent, err := s.ways.Handed(ctx, tx, v, e.Referral)
		if err != nil {
			return Record{}, err
		}
		e.Need = first(e.Need, sent)
	}
	if e.Person == "" {
		return old, nil
	}
	p, err := s.people.ProfileOn(ctx, tx, v, e.Person, e.Day)
	if err != nil {
		return Record{}, err
	}
	e.AgeBand, e.Gender, e.SocialStatus = saidOr(e.AgeBand, p.AgeBand), saidOr(e.Gender, p.Gender), saidOr(e.SocialStatus, p.SocialStatus)
	return old, nil
}

// first is the first identifier that is one.
func first(a, b id.ID) id.ID {
	if a != "" {
		return a
	}
	return b
}

// saidOr is what the entry says, or what the file says when the entry does not.
func saidOr(entry, file string) string {
	if entry != person.Unsaid {
		return entry
	}
	return file
}
