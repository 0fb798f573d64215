// SPDX-License-Identifier: Apache-2.0

package person

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
)

type agreementRow struct {
	bun.BaseModel     `bun:"table:agreement,alias:a"`
	ID                id.ID `bun:",pk"`
	OrganisationID    id.ID
	WorkerID          id.ID
	PersonID          id.ID `bun:",nullzero"`
	NeedID            id.ID `bun:",nullzero"`
	Purpose           Purpose
	RecipientID       id.ID `bun:",nullzero"`
	RecipientWorkerID id.ID `bun:",nullzero"`
	Level             int   `bun:",nullzero"`
	How               string
	GivenOn           clock.Date
	ExpiresOn         clock.Date
	CreatedAt         db.Time
	RevokedAt         db.Time
}

func (r agreementRow) agreement() Agreement {
	return Agreement{
		ID: r.ID, Organisation: r.OrganisationID, Worker: r.WorkerID, Person: r.PersonID, Need: r.NeedID, Purpose: r.Purpose,
		Recipient: r.RecipientID, RecipientWorker: r.RecipientWorkerID, Level: r.Level, How: r.How,
		GivenOn: r.GivenOn, ExpiresOn: r.ExpiresOn, RevokedAt: r.RevokedAt.Time,
	}
}

// Agree registers her yes in the viewer's organisation. The schema refuses a
// person or a need of another organisation.
func (s *Store) Agree(ctx context.Context, tx db.Tx, v access.Viewer, a Agreement) (Agreement, error) {
	if !v.May(access.ReadPerson) {
		return Agreement{}, ErrForbidden
	}
	if err := a.check(); err != nil {
		return Agreement{}, err
	}
	row := agreementRow{
		ID: a.ID, OrganisationID: v.Organisation(), WorkerID: v.Worker(), PersonID: a.Person, NeedID: a.Need, Purpose: a.Purpose,
		RecipientID: a.Recipient, RecipientWorkerID: a.RecipientWorker, Level: a.Level, How: a.How,
		GivenOn: a.GivenOn, ExpiresOn: a.ExpiresOn, CreatedAt: tx.Now,
	}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return Agreement{}, err
	}
	return row.agreement(), s.note.On(ctx, tx, v, "agreement.give", "agreement", a.ID)
}

// RevokeAgreement writes that she took her yes back. What was shared on its
// ground is the referral's matter; nothing new may be.
func (s *Store) RevokeAgreement(ctx context.Context, tx db.Tx, v access.Viewer, agreement id.ID) error {
	if !v.May(access.ReadPerson) {
		return db.ErrNotFound
	}
	res, err := tx.NewRaw(`UPDATE agreement SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ? AND organisation_id = ?`,
		tx.Now, agreement, v.Organisation()).Exec(ctx)
	if err := oneRow(res, err); err != nil {
		return err
	}
	return s.note.On(ctx, tx, v, "agreement.revoke", "agreement", agreement)
}

// Agreements lists what was agreed for a person or, when person is empty, for a
// need, in the viewer's organisation, newest first.
func (s *Store) Agreements(ctx context.Context, tx db.Tx, v access.Viewer, person, need id.ID) ([]Agreement, error) {
	if !v.May(access.ReadPerson) {
		return nil, ErrForbidden
	}
	var rows []agreementRow
	sel := tx.NewSelect().Model(&rows).Where("a.organisation_id = ?", v.Organisation())
	kind, subject := "person", person
	if person != "" {
		sel = sel.Where("a.person_id = ?", person)
	} else {
		kind, subject = "need", need
		sel = sel.Where("a.need_id = ?", need)
	}
	if err := sel.OrderExpr("a.given_on DESC, a.id DESC").Scan(ctx); err != nil {
		return nil, err
	}
	all := make([]Agreement, len(rows))
	for i, r := range rows {
		all[i] = r.agreement()
	}
	return all, s.note.On(ctx, tx, v, "agreement.list", kind, subject)
}

type mandateRow struct {
	bun.BaseModel  `bun:"table:mandate,alias:m"`
	ID             id.ID `bun:",pk"`
	OrganisationID id.ID
	WorkerID       id.ID
	PersonID       id.ID
	Scope          string
	StartsOn       clock.Date
	Days           int
	EndsOn         clock.Date
	Given          string
	PaperCopyOn    clock.Date
	Language       string
	Reference      string `bun:",nullzero"`
	CreatedAt      db.Time
	RevokedAt      db.Time
	RevokedBecause Revocation `bun:",nullzero"`
}

func (r mandateRow) mandate() (Mandate, error) {
	m := Mandate{
		ID: r.ID, Organisation: r.OrganisationID, Worker: r.WorkerID, Person: r.PersonID, StartsOn: r.StartsOn, Days: r.Days,
		Given: r.Given, PaperCopyOn: r.PaperCopyOn, Language: r.Language, Reference: r.Reference,
		RevokedAt: r.RevokedAt.Time, Revoked: r.RevokedBecause,
	}
	if err := json.Unmarshal([]byte(r.Scope), &m.Scope); err != nil {
		return Mandate{}, fmt.Errorf("person: scope of mandate %s: %w", r.ID, err)
	}
	return m, nil
}

// mandateAgain gives the mandate already kept under m's identifier for the same
// person: the same form was sent twice.
func (s *Store) mandateAgain(ctx context.Context, tx db.Tx, v access.Viewer, m Mandate) (Mandate, error) {
	all, err := s.mandates(ctx, tx, v, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("m.id = ?", m.ID).Where("m.person_id = ?", m.Person)
	})
	if err != nil {
		return Mandate{}, err
	}
	if len(all) == 0 {
		return Mandate{}, db.ErrNotFound
	}
	return all[0], nil
}

// GiveMandate registers a mandate. It returns *Protected when the person has
// declared a protection measure, whatever happens at the same moment: the schema
// refuses it too.
func (s *Store) GiveMandate(ctx context.Context, tx db.Tx, v access.Viewer, m Mandate) (Mandate, error) {
	if !v.May(access.DoFor) {
		return Mandate{}, ErrForbidden
	}
	if err := m.check(); err != nil {
		return Mandate{}, err
	}
	if _, err := s.read(ctx, tx, v, m.Person); err != nil {
		return Mandate{}, err
	}
	scope, err := json.Marshal(m.Scope)
	if err != nil {
		return Mandate{}, err
	}
	row := mandateRow{
		ID: m.ID, OrganisationID: v.Organisation(), WorkerID: v.Worker(), PersonID: m.Person, Scope: string(scope),
		StartsOn: m.StartsOn, Days: m.Days, EndsOn: m.EndsOn(), Given: m.Given, PaperCopyOn: m.PaperCopyOn,
		Language: m.Language, Reference: m.Reference, CreatedAt: tx.Now,
	}
	res, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx)
	if db.RefusedBy(db.Explain(err), "mandate_unprotected") {
		return Mandate{}, &Protected{}
	} else if err != nil {
		return Mandate{}, err
	}
	if n, err := res.RowsAffected(); err != nil {
		return Mandate{}, err
	} else if n == 0 {
		return s.mandateAgain(ctx, tx, v, m)
	}
	m.Organisation, m.Worker = row.OrganisationID, row.WorkerID
	return m, s.note.On(ctx, tx, v, "mandate.give", "mandate", m.ID)
}

// RevokeMandate ends a mandate now. Either side may, at any time.
func (s *Store) RevokeMandate(ctx context.Context, tx db.Tx, v access.Viewer, mandate id.ID, because Revocation) error {
	if !v.May(access.ReadPerson) {
		return db.ErrNotFound
	}
	if !slices.Contains(Revocations, because) {
		var f text.FieldErrors
		f.Add("because", "person.not_in_list")
		return f.Err()
	}
	res, err := tx.NewRaw(`UPDATE mandate SET revoked_at = COALESCE(revoked_at, ?), revoked_because = COALESCE(revoked_because, ?)
		WHERE id = ? AND organisation_id = ?`, tx.Now, string(because), mandate, v.Organisation()).Exec(ctx)
	if err := oneRow(res, err); err != nil {
		return err
	}
	return s.note.On(ctx, tx, v, "mandate.revoke", "mandate", mandate)
}

// Mandates lists the mandates of a person of the viewer's organisation, newest
// first.
func (s *Store) Mandates(ctx context.Context, tx db.Tx, v access.Viewer, person id.ID) ([]Mandate, error) {
	if !v.May(access.ReadPerson) {
		return nil, ErrForbidden
	}
	all, err := s.mandates(ctx, tx, v, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("m.person_id = ?", person).OrderExpr("m.starts_on DESC, m.id DESC")
	})
	if err != nil {
		return nil, err
	}
	return all, s.note.On(ctx, tx, v, "mandate.list", "person", person)
}

// MandatesEnding lists the mandates of the viewer's organisation in force today
// whose last days come before until: whom to talk to before they end (R64).
func (s *Store) MandatesEnding(ctx context.Context, tx db.Tx, v access.Viewer, today, until clock.Date) ([]Mandate, error) {
	if !v.May(access.ReadPerson) {
		return nil, ErrForbidden
	}
	return s.mandates(ctx, tx, v, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("m.revoked_at IS NULL").Where("m.starts_on <= ?", today).
			Where("m.ends_on > ?", today).Where("m.ends_on <= ?", until).OrderExpr("m.ends_on, m.id")
	})
}

// MandateFor gives a mandate of the viewer's organisation, or db.ErrNotFound. The
// support done on its ground is what gets noted, so this notes nothing.
func (s *Store) MandateFor(ctx context.Context, tx db.Tx, v access.Viewer, mandate id.ID) (Mandate, error) {
	if !v.May(access.DoFor) {
		return Mandate{}, db.ErrNotFound
	}
	all, err := s.mandates(ctx, tx, v, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("m.id = ?", mandate) })
	if err != nil {
		return Mandate{}, err
	}
	if len(all) == 0 {
		return Mandate{}, db.ErrNotFound
	}
	return all[0], nil
}

func (s *Store) mandates(ctx context.Context, tx db.Tx, v access.Viewer, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]Mandate, error) {
	var rows []mandateRow
	if err := narrow(tx.NewSelect().Model(&rows).Where("m.organisation_id = ?", v.Organisation())).Scan(ctx); err != nil {
		return nil, err
	}
	all := make([]Mandate, len(rows))
	for i, r := range rows {
		m, err := r.mandate()
		if err != nil {
			return nil, err
		}
		all[i] = m
	}
	return all, nil
}
