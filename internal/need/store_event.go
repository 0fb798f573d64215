// SPDX-License-Identifier: Apache-2.0

package need

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/person"
)

type eventRow struct {
	bun.BaseModel  `bun:"table:need_event,alias:e"`
	ID             id.ID `bun:",pk"`
	NeedID         id.ID
	OrganisationID id.ID
	WorkerID       id.ID
	At             db.Time
	Kind           Kind
	Outcome        string      `bun:",nullzero"`
	RightBecame    RightBecame `bun:",nullzero"`
	CauseID        id.ID       `bun:",nullzero"`
}

// addEvent only writes the row: the status must follow in the same gesture.
func (s *Store) addEvent(ctx context.Context, tx db.Tx, v access.Viewer, e Event) error {
	row := eventRow{
		ID: id.New(), NeedID: e.Need, OrganisationID: v.Organisation(), WorkerID: v.Worker(), At: tx.Now,
		Kind: e.Kind, Outcome: e.Outcome, RightBecame: e.RightBecame, CauseID: e.Cause,
	}
	_, err := tx.NewInsert().Model(&row).Exec(ctx)
	return err
}

// standing is what an organisation that answers for a need may know of it.
type standing struct {
	Status       Status
	Category     autonomy.Category
	Organisation id.ID
}

// reach gives where a need stands to an organisation it belongs to or was handed
// to, and db.ErrNotFound to any other, or to who helps nobody. The row stays locked until the gesture
// ends, so that two answers come one after the other.
func (s *Store) reach(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) (standing, error) {
	var at standing
	if !v.May(access.CaptureNeed) { // every helper may, whoever keeps accounts or figures may not
		return at, db.ErrNotFound
	}
	query := `SELECT n.status, n.category, n.organisation_id AS organisation FROM need n WHERE n.id = ? AND (n.organisation_id = ?
		OR EXISTS (SELECT 1 FROM need_reach r WHERE r.need_id = n.id AND r.organisation_id = ? AND r.until > ?))`
	if tx.Engine == db.Postgres {
		query += ` FOR UPDATE OF n`
	}
	err := tx.NewRaw(query, need, v.Organisation(), v.Organisation(), tx.Now).Scan(ctx, &at.Status, &at.Category, &at.Organisation)
	return at, db.Explain(err)
}

// Reachable reports, as nil or db.ErrNotFound, whether the viewer's organisation
// may answer for a need: its own, or one handed to it.
func (s *Store) Reachable(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) error {
	_, err := s.reach(ctx, tx, v, need)
	return err
}

// Add writes what happened to a need and moves its status, in one gesture. The
// viewer's organisation must hold the need or have been handed it, else
// db.ErrNotFound. Settling a need about rights by proposing a training, without
// saying what became of the right, returns *RightUnsaid.
func (s *Store) Add(ctx context.Context, tx db.Tx, v access.Viewer, e Event) error {
	if !v.May(access.RecordActivity) && !v.May(access.DecideReferral) {
		return person.ErrForbidden
	}
	at, err := s.reach(ctx, tx, v, e.Need)
	if err != nil {
		return err
	}
	to, ok := leadsTo[e.Kind]
	if !ok {
		return fmt.Errorf("need: no event is called %q", e.Kind)
	}
	// A need that was closed is opened again by whatever happens next.
	if at.Status.Closed() && e.Kind == HasProgressed {
		e.Kind = WasReopened
	}
	if err := mayClose(at.Category, to, e.Outcome, e.RightBecame); err != nil {
		return err
	}
	if err := s.addEvent(ctx, tx, v, e); err != nil {
		return err
	}
	closed := db.Time{}
	if to.Closed() {
		closed = tx.Now
	}
	_, err = tx.NewRaw(`UPDATE need SET status = ?, outcome = ?, right_became = ?, closed_at = ?, version = version + 1 WHERE id = ?`,
		string(to), null(e.Outcome), null(string(e.RightBecame)), closed, e.Need).Exec(ctx)
	if db.RefusedBy(db.Explain(err), "ck_need_right_not_by_training") {
		return &RightUnsaid{}
	} else if err != nil {
		return err
	}
	return s.note.On(ctx, tx, v, access.Act("need."+string(e.Kind)), "need", e.Need)
}

// null turns the empty string into NULL.
func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// HandTo lets organisation answer for a need of the viewer's organisation until
// a moment: it may say what became of it, it may not read it. A need that is not
// the viewer's organisation's gives db.ErrNotFound.
func (s *Store) HandTo(ctx context.Context, tx db.Tx, v access.Viewer, need, organisation id.ID, until time.Time) error {
	res, err := tx.NewRaw(`INSERT INTO need_reach (need_id, organisation_id, since, until)
		SELECT id, ?, ?, ? FROM need WHERE id = ? AND organisation_id = ?
		ON CONFLICT (need_id, organisation_id) DO UPDATE SET until = excluded.until`,
		organisation, tx.Now, db.At(until), need, v.Organisation()).Exec(ctx)
	if added, err := rows(res, err); err != nil || added > 0 {
		return err
	}
	return db.ErrNotFound
}

// History lists what happened to a need of the viewer's organisation, oldest
// first.
func (s *Store) History(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) ([]Event, error) {
	if _, err := s.read(ctx, tx, v, need); err != nil {
		return nil, err
	}
	var found []eventRow
	if err := tx.NewSelect().Model(&found).Where("e.need_id = ?", need).OrderExpr("e.at, e.id").Scan(ctx); err != nil {
		return nil, err
	}
	all := make([]Event, len(found))
	for i, r := range found {
		all[i] = Event{
			ID: r.ID, Need: r.NeedID, Organisation: r.OrganisationID, Worker: r.WorkerID, At: r.At.Time,
			Kind: r.Kind, Outcome: r.Outcome, RightBecame: r.RightBecame, Cause: r.CauseID,
		}
	}
	return all, s.note.On(ctx, tx, v, "need.history", "need", need)
}
