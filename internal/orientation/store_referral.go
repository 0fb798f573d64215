// SPDX-License-Identifier: Apache-2.0

package orientation

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/person"
	"escale/internal/person/sealed"
)

type referralRow struct {
	bun.BaseModel     `bun:"table:referral,alias:r"`
	ID                id.ID `bun:",pk"`
	DecisionID        id.ID
	NeedID            id.ID
	SenderID          id.ID
	SenderWorkerID    id.ID
	RecipientID       id.ID
	RecipientWorkerID id.ID `bun:",nullzero"`
	RecipientService  string
	Level             int
	AgreementID       id.ID `bun:",nullzero"`
	Sheet             []byte
	BookingID         id.ID `bun:",nullzero"`
	Rank              int
	SentAt            db.Time
	ExpiresAt         db.Time
	Status            Status
	StatusAt          db.Time
	Revoked           bool `bun:",scanonly"`
}

const liaisonField = "referral.sheet"

type stepRow struct {
	bun.BaseModel  `bun:"table:referral_event,alias:e"`
	ID             id.ID `bun:",pk"`
	ReferralID     id.ID
	OrganisationID id.ID
	WorkerID       id.ID
	At             db.Time
	Status         Status
	Reason         string
}

func addStep(ctx context.Context, tx db.Tx, v access.Viewer, referral id.ID, status Status, reason string) error {
	row := stepRow{
		ID: id.New(), ReferralID: referral, OrganisationID: v.Organisation(), WorkerID: v.Worker(), At: tx.Now,
		Status: status, Reason: reason,
	}
	_, err := tx.NewInsert().Model(&row).Exec(ctx)
	return err
}

// SentFilter narrows the referrals a sender follows.
type SentFilter struct {
	Need        id.ID // those of one need
	WaitingDays int   // only those without news for so many days (R40); 0 means all
	Offset      int   // how many to pass over
	Limit       int   // 0 means 50
}

// Sent lists the referrals the viewer's organisation made, the longest without
// news first: who has them, their statuses and dates, nothing more.
func (s *Store) Sent(ctx context.Context, tx db.Tx, v access.Viewer, f SentFilter) ([]Follow, error) {
	if !v.May(access.DecideReferral) {
		return nil, person.ErrForbidden
	}
	return follow(ctx, tx, func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("r.sender_id = ?", v.Organisation())
		if f.Need != "" {
			q = q.Where("r.need_id = ?", f.Need)
		}
		if f.WaitingDays > 0 {
			q = q.Where("r.status IN ?", bun.Tuple(waiting)).
				Where("r.status_at <= ?", db.At(tx.Now.Add(-time.Duration(f.WaitingDays)*day)))
		}
		return q.OrderExpr("r.status_at, r.id").Offset(int64(f.Offset)).Limit(limit(f.Limit))
	})
}

// Stuck lists, for who coordinates (access.ReadTeam), the referrals made by the
// viewer's organisation or to it that wait for days days or more, and the needs
// handed on twice or more: facts without a file (R41). It gives the first most of
// them, the longest without news first, and how many there are in all.
func (s *Store) Stuck(ctx context.Context, tx db.Tx, v access.Viewer, days, most int) ([]Follow, int, error) {
	if !v.May(access.ReadTeam) {
		return nil, 0, person.ErrForbidden
	}
	stuck := func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("(r.sender_id = ? OR r.recipient_id = ?)", v.Organisation(), v.Organisation()).
			Where("r.status IN ?", bun.Tuple(waiting)).
			Where("(r.status_at <= ? OR r.rank >= ?)", db.At(tx.Now.Add(-time.Duration(days)*day)), warnAt)
	}
	all, err := stuck(tx.NewSelect().Model((*referralRow)(nil))).Count(ctx)
	if err != nil {
		return nil, 0, err
	}
	first, err := follow(ctx, tx, func(q *bun.SelectQuery) *bun.SelectQuery {
		return stuck(q).OrderExpr("r.status_at, r.id").Limit(limit(most))
	})
	return first, int(all), err
}

func limit(n int) int64 {
	if n == 0 {
		return 50
	}
	return int64(n)
}

func follow(ctx context.Context, tx db.Tx, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]Follow, error) {
	var found []referralRow
	if err := narrow(tx.NewSelect().Model(&found).ExcludeColumn("sheet")).Scan(ctx); err != nil || len(found) == 0 {
		return nil, err
	}
	all := make([]Follow, len(found))
	ids, at := make([]id.ID, len(found)), map[id.ID]int{}
	for i, r := range found {
		ids[i], at[r.ID] = r.ID, i
		all[i] = Follow{
			ID: r.ID, Need: r.NeedID, Recipient: r.RecipientID, RecipientWorker: r.RecipientWorkerID, Service: r.RecipientService,
			Level: r.Level, Rank: r.Rank, SentAt: r.SentAt.Time, ExpiresAt: r.ExpiresAt.Time, Status: r.Status, StatusAt: r.StatusAt.Time,
		}
	}
	var steps []stepRow
	if err := tx.NewSelect().Model(&steps).Where("e.referral_id IN ?", bun.Tuple(ids)).OrderExpr("e.at, e.id").Scan(ctx); err != nil {
		return nil, err
	}
	for _, e := range steps {
		f := &all[at[e.ReferralID]]
		f.Steps = append(f.Steps, Step{Status: e.Status, At: e.At.Time, Reason: e.Reason})
	}
	return all, nil
}

// ReceivedFilter narrows the referrals a recipient has.
type ReceivedFilter struct {
	Statuses []Status // none means those still waiting for an answer, or for a meeting
	Offset   int      // how many to pass over
	Limit    int      // 0 means 50
}

func (f ReceivedFilter) narrow(q *bun.SelectQuery) *bun.SelectQuery {
	if len(f.Statuses) == 0 {
		f.Statuses = append([]Status{NotCome}, waiting...)
	}
	return q.Where("r.status IN ?", bun.Tuple(f.Statuses)).OrderExpr("r.sent_at, r.id").Offset(int64(f.Offset)).Limit(limit(f.Limit))
}

// Arrivals lists the referrals made to the viewer's organisation, oldest first.
// It opens no liaison sheet, so it notes no reading: Incoming does both.
func (s *Store) Arrivals(ctx context.Context, tx db.Tx, v access.Viewer, f ReceivedFilter) ([]Arrival, error) {
	if !v.May(access.DecideReferral) {
		return nil, person.ErrForbidden
	}
	var found []referralRow
	q := tx.NewSelect().Model(&found).Column("id", "sender_id", "recipient_service", "level", "sent_at", "status", "status_at").
		Where("r.recipient_id = ?", v.Organisation())
	if err := f.narrow(q).Scan(ctx); err != nil {
		return nil, err
	}
	all := make([]Arrival, len(found))
	for i, r := range found {
		all[i] = Arrival{
			ID: r.ID, Sender: r.SenderID, Service: r.RecipientService, Level: r.Level, SentAt: r.SentAt.Time,
			Status: r.Status, StatusAt: r.StatusAt.Time,
		}
	}
	return all, nil
}

// Incoming gives one referral made to the viewer's organisation, or
// db.ErrNotFound, with its liaison sheet where the viewer may read it: when it is
// addressed to her or to a service, still agreed to, and in time. Its context
// shows only to who may receive it.
func (s *Store) Incoming(ctx context.Context, tx db.Tx, v access.Viewer, referral id.ID) (Incoming, error) {
	if !v.May(access.DecideReferral) {
		return Incoming{}, db.ErrNotFound
	}
	var r referralRow
	err := tx.NewSelect().Model(&r).ColumnExpr("r.*").ColumnExpr("a.revoked_at IS NOT NULL AS revoked").
		Join("LEFT JOIN agreement AS a ON a.id = r.agreement_id").
		Where("r.id = ?", referral).Where("r.recipient_id = ?", v.Organisation()).Scan(ctx)
	if err != nil {
		return Incoming{}, db.Explain(err)
	}
	in := Incoming{
		ID: r.ID, Need: r.NeedID, Sender: r.SenderID, SenderWorker: r.SenderWorkerID, RecipientWorker: r.RecipientWorkerID,
		Service: r.RecipientService, Level: r.Level, Booking: r.BookingID, SentAt: r.SentAt.Time, ExpiresAt: r.ExpiresAt.Time,
		Status: r.Status, StatusAt: r.StatusAt.Time,
	}
	addressed := r.RecipientWorkerID == "" || r.RecipientWorkerID == v.Worker()
	if r.Sheet == nil || !addressed || r.Revoked || r.ExpiresAt.Before(tx.Now.Time) {
		return in, nil
	}
	var l Liaison
	if err := sealed.Get(ctx, s.ring, tx, r.RecipientID, liaisonField, r.ID, r.Sheet, &l); err != nil {
		return Incoming{}, err
	}
	if !v.May(access.ReceiveContext) {
		l.Context = ""
	}
	in.Sheet = &l
	return in, s.note.On(ctx, tx, v, "referral.read", "referral", r.ID)
}

// Answer writes what became of a referral made to the viewer's organisation, and
// marks the meeting kept for it. A refusal needs one of RefusalReasons and gives
// the need back to its sender. The same answer twice changes nothing; one that
// cannot follow returns *Answered.
func (s *Store) Answer(ctx context.Context, tx db.Tx, v access.Viewer, referral id.ID, status Status, reason string) error {
	if !v.May(access.DecideReferral) {
		return db.ErrNotFound
	}
	if status == Refused && !slices.Contains(RefusalReasons, reason) {
		return fault("reason", "orientation.refusal_reason")
	}
	if status != Refused {
		reason = ""
	}
	r, changed, err := s.answer(ctx, tx, v, referral, status, reason)
	if err != nil || !changed {
		return err
	}
	if mark, ok := meetingMark[status]; ok && r.BookingID != "" {
		if err := s.agenda.Mark(ctx, tx, v, r.BookingID, mark); err != nil {
			return err
		}
	}
	switch status {
	case Refused:
		return s.needs.Add(ctx, tx, v, need.Event{Need: r.NeedID, Kind: need.WasReopened, Cause: referral})
	case Settled:
		return s.needs.Add(ctx, tx, v, need.Event{Need: r.NeedID, Kind: need.WasSettled, Outcome: string(Settled), Cause: referral})
	}
	return nil
}

// MetFor answers a referral because a support was given: seen, or settled. It is
// part of the record of that support, by anyone of the recipient who may record
// one, volunteers included; the need is the record's matter. A referral that was
// already settled stays so.
func (s *Store) MetFor(ctx context.Context, tx db.Tx, v access.Viewer, referral id.ID, settled bool) error {
	if !v.May(access.RecordActivity) {
		return db.ErrNotFound
	}
	status := Seen
	if settled {
		status = Settled
	}
	r, err := s.received(ctx, tx, v, referral)
	if err != nil || r.Status == Settled {
		return err
	}
	_, _, err = s.answer(ctx, tx, v, referral, status, "")
	return err
}

// MissedFor answers a referral because she did not come to the meeting kept for
// it: by the helper who waited for her, volunteers included. A booking that is
// not the viewer's own, or that no referral made, gives db.ErrNotFound; an answer
// that this one cannot follow gives *Answered. The booking itself is marked by
// the agenda.
func (s *Store) MissedFor(ctx context.Context, tx db.Tx, v access.Viewer, booking id.ID) error {
	if !v.May(access.RecordActivity) {
		return db.ErrNotFound
	}
	var referral id.ID
	err := tx.NewRaw(`SELECT referral_id FROM booking
		WHERE id = ? AND worker_id = ? AND organisation_id = ? AND referral_id IS NOT NULL`,
		booking, v.Worker(), v.Organisation()).Scan(ctx, &referral)
	if err != nil {
		return db.Explain(err)
	}
	_, _, err = s.answer(ctx, tx, v, referral, NotCome, "")
	return err
}

// Handed gives the need that a referral made to the viewer's organisation is
// about, for whoever records a support there, or db.ErrNotFound.
func (s *Store) Handed(ctx context.Context, tx db.Tx, v access.Viewer, referral id.ID) (id.ID, error) {
	if !v.May(access.RecordActivity) {
		return "", db.ErrNotFound
	}
	r, err := s.received(ctx, tx, v, referral)
	return r.NeedID, err
}

// received reads and locks a referral made to the viewer's organisation.
func (s *Store) received(ctx context.Context, tx db.Tx, v access.Viewer, referral id.ID) (referralRow, error) {
	var r referralRow
	sel := tx.NewSelect().Model(&r).ExcludeColumn("sheet").Where("r.id = ?", referral).Where("r.recipient_id = ?", v.Organisation())
	if tx.Engine == db.Postgres {
		sel = sel.For("UPDATE")
	}
	return r, db.Explain(sel.Scan(ctx))
}

// answer moves a referral's status, and reports whether that changed anything.
func (s *Store) answer(ctx context.Context, tx db.Tx, v access.Viewer, referral id.ID, status Status, reason string) (referralRow, bool, error) {
	r, err := s.received(ctx, tx, v, referral)
	if err != nil {
		return r, false, err
	}
	if r.Status == status {
		return r, false, nil
	}
	if !mayFollow(r.Status, status) {
		return r, false, &Answered{Now: r.Status, Asked: status}
	}
	if err := addStep(ctx, tx, v, referral, status, reason); err != nil {
		return r, false, err
	}
	if _, err := tx.NewRaw(`UPDATE referral SET status = ?, status_at = ? WHERE id = ?`, string(status), tx.Now, referral).Exec(ctx); err != nil {
		return r, false, err
	}
	if err := tx.Touch(ctx, "figures"); err != nil {
		return r, false, err
	}
	return r, true, s.note.On(ctx, tx, v, access.Act("referral."+string(status)), "referral", referral)
}
