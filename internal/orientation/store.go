// SPDX-License-Identifier: Apache-2.0

package orientation

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
	"escale/internal/kit/text"
	"escale/internal/need"
	"escale/internal/network"
	"escale/internal/person"
	"escale/internal/person/sealed"
)

// Agenda is what a decision asks of the agenda; narrow, so that tests can have a
// slot that is gone or an agenda that fails.
type Agenda interface {
	Book(ctx context.Context, tx db.Tx, v access.Viewer, n agenda.NewBooking) (agenda.Booking, error)
	Mark(ctx context.Context, tx db.Tx, v access.Viewer, booking id.ID, status agenda.Status) error
}

// MayReceive reports whether context (level 2) may be sent to a worker of an
// organisation or, without a worker, to someone of it: access knows the grants.
type MayReceive func(ctx context.Context, tx db.Tx, organisation, worker id.ID) (bool, error)

// Store keeps decisions, referrals and her sheets.
type Store struct {
	ring    *seal.Ring
	note    person.Note
	people  *person.Store
	needs   *need.Store
	agenda  Agenda
	receive MayReceive
	codes   codes
}

// NewStore makes a store. Key makes and recognises the codes of sheets: derive
// it from the master key ("her sheet"), and keep it as long as the sheets.
func NewStore(ring *seal.Ring, note person.Note, people *person.Store, needs *need.Store, a Agenda, receive MayReceive, key []byte) *Store {
	return &Store{ring: ring, note: note, people: people, needs: needs, agenda: a, receive: receive, codes: codes{key}}
}

type decisionRow struct {
	bun.BaseModel  `bun:"table:decision,alias:d"`
	ID             id.ID `bun:",pk"`
	NeedID         id.ID
	OrganisationID id.ID
	WorkerID       id.ID
	At             db.Time
	Choice         Choice
	Family         autonomy.Family
	Rule           string
	HerChoice      HerChoice
	Refusals       string
	Redirection    string
	Why            []byte
	BookingID      id.ID `bun:",nullzero"`
}

const whyField = "decision.why"

// Decided is what a gesture gave.
type Decided struct {
	ID       id.ID
	Choice   Choice
	Referral id.ID         // when handed on
	Rank     int           // how many times this need was handed on, this time included
	Warning  *text.Message // from the second time on (R41)
	Meeting  *Meeting      // when a slot was kept: what the slip says
	Code     string        // opens her sheet; shown now, kept nowhere
}

// Decide does the whole gesture in one transaction: the decision, her agreement,
// the referral with its liaison sheet, the slot, what happened to the need, her
// sheet. All of it is kept, or nothing. Deciding again with the same ID gives
// the first result back, and does nothing.
//
// Errors: *text.FieldErrors for what must be looked at again; *agenda.Taken when
// the slot is gone, with the next ones; *ContextRefused when the recipient may
// not receive level 2; person.ErrForbidden; db.ErrNotFound for a need the viewer
// may not see.
func (s *Store) Decide(ctx context.Context, d *db.DB, v access.Viewer, dec Decision) (Decided, error) {
	if !v.May(access.DecideReferral) {
		return Decided{}, person.ErrForbidden
	}
	if err := dec.check(); err != nil {
		return Decided{}, err
	}
	var done Decided
	err := d.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		done, err = s.decide(ctx, tx, v, dec)
		return err
	})
	if err != nil {
		return Decided{}, err
	}
	return done, nil
}

func (s *Store) decide(ctx context.Context, tx db.Tx, v access.Viewer, dec Decision) (Decided, error) {
	n, err := s.needs.ForGesture(ctx, tx, v, dec.Need)
	if err != nil {
		return Decided{}, err
	}
	g := gesture{Decision: dec, need: n}
	if dec.Slot != nil {
		g.booking = id.New()
	}
	if dec.Referral != nil {
		g.referral = id.New()
	}
	fresh, err := s.insertDecision(ctx, tx, v, dec)
	if err != nil {
		return Decided{}, err
	}
	if !fresh {
		return s.decided(ctx, tx, v, dec.ID)
	}
	if err := s.book(ctx, tx, v, g); err != nil {
		return Decided{}, err
	}
	if err := s.handOn(ctx, tx, v, g); err != nil {
		return Decided{}, err
	}
	if err := s.needs.Add(ctx, tx, v, need.Event{Need: n.ID, Kind: eventOf[dec.Choice], Cause: dec.ID}); err != nil {
		return Decided{}, err
	}
	if err := s.makeSheet(ctx, tx, n, dec.NextStep, g.booking); err != nil {
		return Decided{}, err
	}
	if err := s.note.On(ctx, tx, v, "orientation.decide", "decision", dec.ID); err != nil {
		return Decided{}, err
	}
	if err := tx.Touch(ctx, "figures"); err != nil {
		return Decided{}, err
	}
	return s.decided(ctx, tx, v, dec.ID)
}

// gesture is a decision on its way, with the identifiers of what it makes.
type gesture struct {
	Decision
	need              need.Need
	booking, referral id.ID
}

var eventOf = map[Choice]need.Kind{
	TreatedHere: need.HasProgressed, HandedOn: need.WasReferred, ShePrefers: need.WasStopped,
}

// insertDecision reports false when the decision was made before.
func (s *Store) insertDecision(ctx context.Context, tx db.Tx, v access.Viewer, dec Decision) (bool, error) {
	why, err := sealed.Put(ctx, s.ring, tx, v.Organisation(), whyField, dec.ID, why{dec.Why})
	if err != nil {
		return false, err
	}
	refusals, err := json.Marshal(append([]autonomy.Family{}, dec.Refusals...))
	if err != nil {
		return false, err
	}
	row := decisionRow{
		ID: dec.ID, NeedID: dec.Need, OrganisationID: v.Organisation(), WorkerID: v.Worker(), At: tx.Now, Choice: dec.Choice,
		Family: dec.Family, Rule: dec.Rule, HerChoice: dec.HerChoice, Refusals: string(refusals), Redirection: dec.Redirection, Why: why,
	}
	res, err := tx.NewInsert().Model(&row).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, err
	}
	added, err := res.RowsAffected()
	return added == 1, err
}

// why is the sealed record of a decision's few words.
type why struct {
	Why string `json:"why,omitempty"`
}

// book keeps the slot of the gesture, if it has one. The day's list of whoever
// receives gets a first name only when something of her may travel.
func (s *Store) book(ctx context.Context, tx db.Tx, v access.Viewer, g gesture) error {
	if g.Slot == nil {
		return nil
	}
	b := agenda.NewBooking{
		ID: g.booking, Opening: g.Slot.Opening, Worker: g.Slot.Worker, Start: g.Slot.Start, Need: g.need.ID, Referral: g.referral,
	}
	switch {
	case g.Referral == nil:
		first, err := s.firstName(ctx, tx, v, g.need)
		if err != nil {
			return err
		}
		b.Label, b.Topic, b.Person = first, string(g.need.Category), g.need.Person
	case g.Referral.Level >= ContactNeed:
		b.Label, b.Topic = g.Referral.Sheet.FirstName, string(g.need.Category)
	}
	kept, err := s.agenda.Book(ctx, tx, v, b)
	if err != nil {
		return err
	}
	if kept.Organisation != g.receives(v) {
		return fault("slot", "orientation.slot_elsewhere")
	}
	_, err = tx.NewRaw(`UPDATE decision SET booking_id = ? WHERE id = ?`, g.booking, g.ID).Exec(ctx)
	return err
}

// receives is the organisation where the gesture sends her: the recipient, or the
// viewer's own.
func (g gesture) receives(v access.Viewer) id.ID {
	if g.Referral != nil {
		return g.Referral.Recipient
	}
	return v.Organisation()
}

// fault is one thing to look at again in one field.
func fault(field, key string) error {
	var f text.FieldErrors
	f.Add(field, key)
	return f.Err()
}

// firstName is the first name she gave with the need, or else that of her file.
func (s *Store) firstName(ctx context.Context, tx db.Tx, v access.Viewer, n need.Need) (string, error) {
	if n.Said.FirstName != "" || n.Person == "" {
		return n.Said.FirstName, nil
	}
	p, err := s.people.Read(ctx, tx, v, n.Person)
	return p.Identity.FirstName, err
}

// handOn writes the agreement and the referral of the gesture, if it has one.
func (s *Store) handOn(ctx context.Context, tx db.Tx, v access.Viewer, g gesture) error {
	r := g.Referral
	if r == nil {
		return nil
	}
	if err := memberOf(ctx, tx, r.RecipientWorker, r.Recipient); err != nil {
		return err
	}
	if r.Level == WithContext {
		may, err := s.receive(ctx, tx, r.Recipient, r.RecipientWorker)
		if err != nil {
			return err
		}
		if !may {
			return &ContextRefused{}
		}
	}
	expires := g.expires(tx.Now.Time)
	var agreement id.ID
	var sheet []byte
	if r.Level >= ContactNeed {
		a, err := s.people.Agree(ctx, tx, v, person.Agreement{
			ID: id.New(), Person: g.need.Person, Need: g.need.ID, Purpose: person.ForReferral, Recipient: r.Recipient,
			RecipientWorker: r.RecipientWorker, Level: r.Level, How: r.AgreedHow,
			GivenOn: clock.DateOf(tx.Now.Time), ExpiresOn: clock.DateOf(expires),
		})
		if err != nil {
			return err
		}
		agreement = a.ID
		if sheet, err = sealed.Put(ctx, s.ring, tx, r.Recipient, liaisonField, g.referral, r.Sheet); err != nil {
			return err
		}
	}
	rank, err := handedOn(ctx, tx, g.need.ID)
	if err != nil {
		return err
	}
	row := referralRow{
		ID: g.referral, DecisionID: g.ID, NeedID: g.need.ID, SenderID: v.Organisation(), SenderWorkerID: v.Worker(),
		RecipientID: r.Recipient, RecipientWorkerID: r.RecipientWorker, RecipientService: r.Service, Level: r.Level,
		AgreementID: agreement, Sheet: sheet, BookingID: g.booking, Rank: rank + 1, SentAt: tx.Now, ExpiresAt: db.At(expires),
		Status: Sent, StatusAt: tx.Now,
	}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return err
	}
	if err := addStep(ctx, tx, v, g.referral, Sent, ""); err != nil {
		return err
	}
	return s.needs.HandTo(ctx, tx, v, g.need.ID, r.Recipient, expires.Add(answerGrace))
}

// memberOf refuses a named worker who does not belong to the recipient today:
// nobody there could read the sheet.
func memberOf(ctx context.Context, tx db.Tx, worker, organisation id.ID) error {
	if worker == "" {
		return nil
	}
	all, err := network.Memberships(ctx, tx, worker)
	if err != nil {
		return err
	}
	today := clock.DateOf(tx.Now.Time)
	if !slices.ContainsFunc(all, func(m network.Membership) bool { return m.Organisation == organisation && m.On(today) }) {
		return fault("recipient", "orientation.recipient_not_there")
	}
	return nil
}

const day = 24 * time.Hour

// answerGrace is how long after a referral's time its recipient may still say
// what became of it: nobody reads anything then, but late news is better than
// none. A choice of ours.
const answerGrace = MaxDays * day

// expires is when a referral decided at now stops being readable: after its
// days, or a week after the meeting when that is later, and never beyond MaxDays.
func (g gesture) expires(now time.Time) time.Time {
	at := now.Add(time.Duration(g.Referral.ValidDays) * day)
	if g.Slot != nil && g.Slot.Start.Add(7*day).After(at) {
		at = g.Slot.Start.Add(7 * day)
	}
	if last := now.Add(MaxDays * day); at.After(last) {
		return last
	}
	return at
}

// decided reads back what a decision of the viewer's organisation gave.
func (s *Store) decided(ctx context.Context, tx db.Tx, v access.Viewer, decision id.ID) (Decided, error) {
	var r decisionRow
	err := tx.NewSelect().Model(&r).Where("d.id = ?", decision).Where("d.organisation_id = ?", v.Organisation()).Scan(ctx)
	if err != nil {
		return Decided{}, db.Explain(err)
	}
	done := Decided{ID: r.ID, Choice: r.Choice}
	err = tx.NewRaw(`SELECT id, rank FROM referral WHERE decision_id = ?`, decision).Scan(ctx, &done.Referral, &done.Rank)
	if err = db.Explain(err); err != nil && !errors.Is(err, db.ErrNotFound) {
		return Decided{}, err
	}
	if w, ok := RankWarning(done.Rank); ok {
		done.Warning = &w
	}
	if done.Meeting, err = meeting(ctx, tx, r.BookingID); err != nil {
		return Decided{}, err
	}
	done.Code, err = s.codeOf(ctx, tx, r.NeedID)
	return done, err
}

// Decided gives back what a decision gave, to its own organisation: for the slip
// and her sheet printed again.
func (s *Store) Decided(ctx context.Context, tx db.Tx, v access.Viewer, decision id.ID) (Decided, error) {
	if !v.May(access.DecideReferral) {
		return Decided{}, db.ErrNotFound
	}
	done, err := s.decided(ctx, tx, v, decision)
	if err != nil {
		return Decided{}, err
	}
	return done, s.note.On(ctx, tx, v, "orientation.read", "decision", decision)
}

// handedOn counts the orientations of a need, those of the needs it continues
// included: being sent round from one organisation to the next is what must not
// happen (R41).
func handedOn(ctx context.Context, tx db.Tx, needID id.ID) (int, error) {
	var n int
	err := tx.NewRaw(`WITH RECURSIVE chain (id) AS (
			SELECT id FROM need WHERE id = ?
			UNION SELECT n.origin_id FROM need n JOIN chain c ON n.id = c.id WHERE n.origin_id IS NOT NULL)
		SELECT count(*) FROM referral WHERE need_id IN (SELECT id FROM chain)`, needID).Scan(ctx, &n)
	return n, err
}

// Orientations counts how many times a need of the viewer's organisation was
// handed on so far: a fact for the advice rules (O11) and for the warning.
func (s *Store) Orientations(ctx context.Context, tx db.Tx, v access.Viewer, needID id.ID) (int, error) {
	if err := s.needs.Reachable(ctx, tx, v, needID); err != nil {
		return 0, err
	}
	return handedOn(ctx, tx, needID)
}

// meeting reads when and where a booking is, while it is still expected.
func meeting(ctx context.Context, tx db.Tx, booking id.ID) (*Meeting, error) {
	if booking == "" {
		return nil, nil
	}
	var m struct {
		StartsAt, EndsAt                                                db.Time
		Zone, Place, Address, Commune, Phone, PlacePhone, Bring, Worker string
		PlaceID                                                         id.ID
	}
	err := tx.NewRaw(`SELECT b.starts_at, b.ends_at, o.zone, p.id AS place_id, p.name AS place, p.address, p.commune_name AS commune,
			p.booking_phone AS phone, p.phone AS place_phone, o.bring, w.name AS worker
		FROM booking b JOIN opening o ON o.id = b.opening_id JOIN place p ON p.id = b.place_id JOIN worker w ON w.id = b.worker_id
		WHERE b.id = ? AND b.status = 'unknown'`, booking).Scan(ctx, &m)
	if errors.Is(db.Explain(err), db.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if m.Phone == "" {
		m.Phone = m.PlacePhone
	}
	return &Meeting{
		Booking: booking, Start: m.StartsAt.Time, End: m.EndsAt.Time, Zone: m.Zone, PlaceID: m.PlaceID, Place: m.Place,
		Address: m.Address, Commune: m.Commune, Phone: m.Phone, Bring: m.Bring, Worker: m.Worker,
	}, nil
}
