// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"errors"
	"time"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// auditRow is a row of the audit.
type auditRow struct {
	OrganisationID id.ID
	Seq            int64
	At             db.Time
	AccountID      id.ID
	WorkerID       id.ID
	Act            string
	SubjectKind    string
	SubjectID      id.ID
	Hash           []byte
}

func (r auditRow) entry() Entry {
	return Entry{
		Organisation: r.OrganisationID, Seq: r.Seq, At: r.At.Time, Account: r.AccountID, Worker: r.WorkerID,
		Act: Act(r.Act), Subject: Subject{Kind: r.SubjectKind, ID: r.SubjectID},
	}
}

// headRow is where a chain stands.
type headRow struct {
	Seq  int64
	Hash []byte
	MAC  []byte `bun:"mac"`
}

// checkpointRow is where a chain was cut.
type checkpointRow struct {
	OrganisationID id.ID
	Seq            int64
	Hash           []byte
	CutAt          db.Time
	MAC            []byte `bun:"mac"`
}

const auditColumns = `organisation_id, seq, at, account_id, worker_id, act, subject_kind, subject_id, hash`

// note adds a row to the chain of org, whose head it holds until the gesture ends.
func (a *Audit) note(ctx context.Context, tx db.Tx, org id.ID, v Viewer, act Act, s Subject) error {
	if err := checkEntry(act, s); err != nil {
		return err
	}
	head, err := a.holdHead(ctx, tx, org)
	if err != nil {
		return err
	}
	row := auditRow{
		OrganisationID: org, Seq: head.Seq + 1, At: tx.Now, AccountID: v.account, WorkerID: v.worker,
		Act: string(act), SubjectKind: s.Kind, SubjectID: s.ID,
	}
	row.Hash = a.rowHash(head.Hash, row)
	if _, err := tx.NewRaw(`INSERT INTO audit (`+auditColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		row.OrganisationID, row.Seq, row.At, nullable(row.AccountID), nullable(row.WorkerID), row.Act, row.SubjectKind,
		row.SubjectID, row.Hash).Exec(ctx); err != nil {
		return err
	}
	sound := hmac.Equal(head.MAC, a.headMAC(org, head.Seq, head.Hash, true))
	if _, err := tx.NewRaw(`UPDATE audit_head SET seq = ?, hash = ?, mac = ? WHERE organisation_id = ?`,
		row.Seq, row.Hash, a.headMAC(org, row.Seq, row.Hash, sound), org).Exec(ctx); err != nil {
		return err
	}
	if head.Seq > 0 || org == House {
		return nil
	}
	// The house's own chain knows which chains there are, so that one taken away
	// whole is missed.
	return a.note(ctx, tx, House, v, ActAuditOpened, Subject{Kind: "organisation", ID: org})
}

// holdHead gives where the chain of org stands and makes others wait for it.
func (a *Audit) holdHead(ctx context.Context, tx db.Tx, org id.ID) (headRow, error) {
	query := `SELECT seq, hash, mac FROM audit_head WHERE organisation_id = ?`
	if tx.Engine == db.Postgres {
		query += ` FOR UPDATE` // SQLite has one writer at a time already
	}
	var head headRow
	err := tx.NewRaw(query, org).Scan(ctx, &head)
	if !errors.Is(err, sql.ErrNoRows) {
		return head, err
	}
	origin := a.origin(org)
	if _, err := tx.NewRaw(`INSERT INTO audit_head (organisation_id, seq, hash, mac) VALUES (?, 0, ?, ?) ON CONFLICT (organisation_id) DO NOTHING`,
		org, origin, a.headMAC(org, 0, origin, true)).Exec(ctx); err != nil {
		return head, err
	}
	err = tx.NewRaw(query, org).Scan(ctx, &head)
	return head, err
}

// readHead gives where the chain of org stands, or db.ErrNotFound.
func readHead(ctx context.Context, tx db.Tx, org id.ID) (headRow, error) {
	var head headRow
	err := tx.NewRaw(`SELECT seq, hash, mac FROM audit_head WHERE organisation_id = ?`, org).Scan(ctx, &head)
	return head, db.Explain(err)
}

// chains lists the organisations that have a head, a row or a checkpoint.
func chains(ctx context.Context, tx db.Tx) ([]id.ID, error) {
	var orgs []id.ID
	err := tx.NewRaw(`SELECT organisation_id FROM audit_head UNION SELECT organisation_id FROM audit
		UNION SELECT organisation_id FROM audit_checkpoint ORDER BY organisation_id`).Scan(ctx, &orgs)
	return orgs, err
}

// auditSize counts the rows of the audit.
func auditSize(ctx context.Context, tx db.Tx) (int64, error) {
	var n int64
	err := tx.NewRaw(`SELECT count(*) FROM audit`).Scan(ctx, &n)
	return n, err
}

// auditPage gives up to most rows of the chain of org after the row numbered after.
func auditPage(ctx context.Context, tx db.Tx, org id.ID, after int64, most int) ([]auditRow, error) {
	var rows []auditRow
	err := tx.NewRaw(`SELECT `+auditColumns+` FROM audit WHERE organisation_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
		org, after, most).Scan(ctx, &rows)
	return rows, err
}

// lastCheckpoint gives where the chain of org was last cut, if it was.
func lastCheckpoint(ctx context.Context, tx db.Tx, org id.ID) (checkpointRow, bool, error) {
	var c checkpointRow
	err := tx.NewRaw(`SELECT organisation_id, seq, hash, cut_at, mac FROM audit_checkpoint WHERE organisation_id = ? ORDER BY seq DESC LIMIT 1`, org).Scan(ctx, &c)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, err
}

// lastBefore gives the last row of the chain of org such that it and all before
// it are older than before, if there is one.
func lastBefore(ctx context.Context, tx db.Tx, org id.ID, before time.Time) (auditRow, bool, error) {
	var row auditRow
	// A clock set back can leave an older moment after a newer one: the cut stops
	// at the first row to keep.
	err := tx.NewRaw(`SELECT `+auditColumns+` FROM audit WHERE organisation_id = ? AND seq < coalesce(
			(SELECT min(k.seq) FROM audit k WHERE k.organisation_id = ? AND k.at >= ?),
			(SELECT max(m.seq) + 1 FROM audit m WHERE m.organisation_id = ?))
		ORDER BY seq DESC LIMIT 1`, org, org, db.At(before), org).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, err
}

// cut takes away the rows of a chain up to a new checkpoint, and says how many.
func cut(ctx context.Context, tx db.Tx, c checkpointRow) (int64, error) {
	if _, err := tx.NewRaw(`INSERT INTO audit_checkpoint (organisation_id, seq, hash, cut_at, mac) VALUES (?, ?, ?, ?, ?)`,
		c.OrganisationID, c.Seq, c.Hash, c.CutAt, c.MAC).Exec(ctx); err != nil {
		return 0, err
	}
	r, err := tx.NewRaw(`DELETE FROM audit WHERE organisation_id = ? AND seq <= ?`, c.OrganisationID, c.Seq).Exec(ctx)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// entriesAbout lists the rows of org about s, newest first.
func entriesAbout(ctx context.Context, tx db.Tx, org id.ID, s Subject) ([]Entry, error) {
	var rows []auditRow
	err := tx.NewRaw(`SELECT `+auditColumns+` FROM audit WHERE organisation_id = ? AND subject_kind = ? AND subject_id = ? ORDER BY seq DESC`,
		org, s.Kind, s.ID).Scan(ctx, &rows)
	return entries(rows), err
}

// entriesBefore lists up to most rows of org before the row numbered before (all
// when 0), newest first.
func entriesBefore(ctx context.Context, tx db.Tx, org id.ID, before int64, most int) ([]Entry, error) {
	var rows []auditRow
	err := tx.NewRaw(`SELECT `+auditColumns+` FROM audit WHERE organisation_id = ? AND (? = 0 OR seq < ?) ORDER BY seq DESC LIMIT ?`,
		org, before, before, most).Scan(ctx, &rows)
	return entries(rows), err
}

func entries(rows []auditRow) []Entry {
	list := make([]Entry, len(rows))
	for i, r := range rows {
		list[i] = r.entry()
	}
	return list
}
