// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

type workerRow struct {
	bun.BaseModel     `bun:"table:worker"`
	ID                id.ID `bun:",pk"`
	Name, Kind, Job   string
	Skills, Languages list[string] `bun:"type:text"`
	Speaks, Listed    bool
	CreatedAt         db.Time
	Version           int64
}

func (r workerRow) worker() Worker {
	return Worker{
		ID: r.ID, Name: r.Name, Kind: r.Kind, Job: r.Job, Skills: r.Skills, Languages: r.Languages,
		Speaks: r.Speaks, Listed: r.Listed, Version: r.Version,
	}
}

func rowOfWorker(w Worker) workerRow {
	return workerRow{
		ID: w.ID, Name: w.Name, Kind: w.Kind, Job: w.Job, Skills: w.Skills, Languages: w.Languages,
		Speaks: w.Speaks, Listed: w.Listed, Version: w.Version,
	}
}

type membershipRow struct {
	bun.BaseModel       `bun:"table:membership"`
	ID                  id.ID `bun:",pk"`
	WorkerID            id.ID
	OrganisationID      id.ID
	FromDate, UntilDate clock.Date
}

func (r membershipRow) membership() Membership {
	return Membership{ID: r.ID, Worker: r.WorkerID, Organisation: r.OrganisationID, From: r.FromDate, Until: r.UntilDate}
}

// AddWorker writes a new worker as a member of organisation from the day of
// from. Whoever edits that part of the network, or keeps its accounts, may.
func AddWorker(ctx context.Context, tx db.Tx, v access.Viewer, w Worker, organisation id.ID, from clock.Date) (Worker, error) {
	if err := mayStaff(ctx, tx, v, organisation); err != nil {
		return w, err
	}
	if w.ID == "" {
		w.ID = id.New()
	}
	w.Version = 1
	row := rowOfWorker(w)
	row.CreatedAt = tx.Now
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return w, fmt.Errorf("network: add a worker: %w", db.Explain(err))
	}
	_, err := addMember(ctx, tx, w.ID, organisation, from)
	return w, err
}

// EditWorker changes a worker's card: her own, or one of a member of an
// organisation the viewer keeps. It gives db.ErrStale when w.Version is old.
func EditWorker(ctx context.Context, tx db.Tx, v access.Viewer, w Worker) (Worker, error) {
	if v.Worker() != w.ID || !v.SignedIn() {
		members, err := Memberships(ctx, tx, w.ID)
		if err != nil {
			return w, err
		}
		allowed := false
		for _, m := range members {
			if m.On(today(tx.Now.Time)) && mayStaff(ctx, tx, v, m.Organisation) == nil {
				allowed = true
			}
		}
		if !allowed {
			return w, ErrForbidden
		}
	}
	row := rowOfWorker(w)
	row.Version++
	res, err := tx.NewUpdate().Model(&row).ExcludeColumn("id", "created_at").Where("id = ? AND version = ?", w.ID, w.Version).Exec(ctx)
	if err := staleUnlessOne(res, err); err != nil {
		return w, fmt.Errorf("network: edit a worker: %w", err)
	}
	w.Version++
	return w, nil
}

// GetWorker reads one worker, or gives db.ErrNotFound.
func GetWorker(ctx context.Context, tx db.Tx, worker id.ID) (Worker, error) {
	var row workerRow
	if err := tx.NewSelect().Model(&row).Where("id = ?", worker).Scan(ctx); err != nil {
		return Worker{}, fmt.Errorf("network: read a worker: %w", db.Explain(err))
	}
	return row.worker(), nil
}

// WorkersOf reads who belongs to organisation on day, by name then identifier.
func WorkersOf(ctx context.Context, tx db.Tx, organisation id.ID, day clock.Date) ([]Worker, error) {
	var rows []workerRow
	err := tx.NewSelect().Model(&rows).Where(`id IN (SELECT worker_id FROM membership WHERE organisation_id = ?
		AND from_date <= ? AND (until_date IS NULL OR until_date >= ?))`, organisation, day, day).Order("name", "id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("network: read the workers of an organisation: %w", err)
	}
	out := make([]Worker, len(rows))
	for i, r := range rows {
		out[i] = r.worker()
	}
	return out, nil
}

// Join makes a worker a member of organisation from the day of from.
func Join(ctx context.Context, tx db.Tx, v access.Viewer, worker, organisation id.ID, from clock.Date) (Membership, error) {
	if err := mayStaff(ctx, tx, v, organisation); err != nil {
		return Membership{}, err
	}
	return addMember(ctx, tx, worker, organisation, from)
}

func addMember(ctx context.Context, tx db.Tx, worker, organisation id.ID, from clock.Date) (Membership, error) {
	row := membershipRow{ID: id.New(), WorkerID: worker, OrganisationID: organisation, FromDate: from}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return Membership{}, fmt.Errorf("network: join an organisation: %w", db.Explain(err))
	}
	return row.membership(), nil
}

// Leave ends a membership after the day of until.
func Leave(ctx context.Context, tx db.Tx, v access.Viewer, membership id.ID, until clock.Date) error {
	var row membershipRow
	if err := tx.NewSelect().Model(&row).Where("id = ?", membership).Scan(ctx); err != nil {
		return fmt.Errorf("network: leave an organisation: %w", db.Explain(err))
	}
	if err := mayStaff(ctx, tx, v, row.OrganisationID); err != nil {
		return err
	}
	_, err := tx.NewRaw(`UPDATE membership SET until_date = ? WHERE id = ?`, until, membership).Exec(ctx)
	if err != nil {
		return fmt.Errorf("network: leave an organisation: %w", db.Explain(err))
	}
	return nil
}

// Memberships reads all memberships of a worker, past ones included, oldest first.
func Memberships(ctx context.Context, tx db.Tx, worker id.ID) ([]Membership, error) {
	var rows []membershipRow
	if err := tx.NewSelect().Model(&rows).Where("worker_id = ?", worker).Order("from_date", "id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("network: read memberships: %w", err)
	}
	out := make([]Membership, len(rows))
	for i, r := range rows {
		out[i] = r.membership()
	}
	return out, nil
}

// mayStaff gives ErrForbidden unless v edits that part of the network or keeps
// the accounts of the organisation or of the whole house.
func mayStaff(ctx context.Context, tx db.Tx, v access.Viewer, organisation id.ID) error {
	line, err := Line(ctx, tx, organisation)
	if err != nil {
		return err
	}
	if mayEdit(v, line) || v.MayIn(access.ManageAccounts, organisation) || v.MayIn(access.ManageAccounts, access.House) {
		return nil
	}
	return ErrForbidden
}

// staleUnlessOne reads the result of an update that named the version it saw.
func staleUnlessOne(res sql.Result, err error) error {
	if err != nil {
		return db.Explain(err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrStale
	}
	return nil
}
