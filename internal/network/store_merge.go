// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// Merge is the act of saying that two cards are one place. Undone, it stays.
type Merge struct {
	ID                 id.ID
	Survivor, Absorbed id.ID
	At                 db.Time
	By                 id.ID // the worker who said so, "" for a rule
	Reason             string
	UndoneAt           db.Time
	UndoneBy           id.ID
}

type mergeRow struct {
	bun.BaseModel          `bun:"table:place_merge"`
	ID                     id.ID `bun:",pk"`
	SurvivorID, AbsorbedID id.ID
	MergedAt               db.Time
	MergedBy               ref
	Reason                 string
	UndoneAt               db.Time
	UndoneBy               ref
}

// MergePlaces says that absorbed is the same place as survivor, which goes on
// alone, completed by what absorbed says (see ShownPlace). Nothing is copied:
// both cards keep their rows and sources, so that SplitPlaces gives them back.
// What absorbed had itself absorbed follows it.
func MergePlaces(ctx context.Context, tx db.Tx, v access.Viewer, survivor, absorbed id.ID, reason string) (Merge, error) {
	// Touching first makes merges wait for each other: two crossing ones could
	// otherwise make a chain, or a circle.
	if err := tx.Touch(ctx, PlacesTopic); err != nil {
		return Merge{}, err
	}
	for _, place := range []id.ID{survivor, absorbed} {
		if _, err := editable(ctx, tx, v, place); err != nil {
			return Merge{}, err
		}
	}
	return merge(ctx, tx, v.Worker(), survivor, absorbed, reason)
}

func merge(ctx context.Context, tx db.Tx, by, survivor, absorbed id.ID, reason string) (Merge, error) {
	row := mergeRow{ID: id.New(), SurvivorID: survivor, AbsorbedID: absorbed, MergedAt: tx.Now, MergedBy: ref(by), Reason: reason}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return Merge{}, fmt.Errorf("network: merge places: %w", db.Explain(err))
	}
	_, err := tx.NewRaw(`UPDATE place SET merged_into = ?, version = version + 1, changed_at = ? WHERE id = ? OR merged_into = ?`,
		survivor, tx.Now, absorbed, absorbed).Exec(ctx)
	if err != nil {
		return Merge{}, fmt.Errorf("network: merge places: %w", db.Explain(err))
	}
	return row.merge(), nil
}

func (r mergeRow) merge() Merge {
	return Merge{
		ID: r.ID, Survivor: r.SurvivorID, Absorbed: r.AbsorbedID, At: r.MergedAt, By: id.ID(r.MergedBy),
		Reason: r.Reason, UndoneAt: r.UndoneAt, UndoneBy: id.ID(r.UndoneBy),
	}
}

// SplitPlaces undoes a merge: the absorbed card is itself again, with what it
// had absorbed before, and the pair is not proposed any more.
func SplitPlaces(ctx context.Context, tx db.Tx, v access.Viewer, act id.ID) error {
	if err := tx.Touch(ctx, PlacesTopic); err != nil {
		return err
	}
	var row mergeRow
	if err := tx.NewSelect().Model(&row).Where("id = ? AND undone_at IS NULL", act).Scan(ctx); err != nil {
		return fmt.Errorf("network: split places: %w", db.Explain(err))
	}
	if err := mayEditPlace(ctx, tx, v, row.SurvivorID); err != nil {
		return err
	}
	if err := mayEditPlace(ctx, tx, v, row.AbsorbedID); err != nil {
		return err
	}
	if _, err := tx.NewRaw(`UPDATE place_merge SET undone_at = ?, undone_by = ? WHERE id = ?`, tx.Now, ref(v.Worker()), act).Exec(ctx); err != nil {
		return fmt.Errorf("network: split places: %w", db.Explain(err))
	}
	if err := hangAgain(ctx, tx, row); err != nil {
		return err
	}
	return setDistinct(ctx, tx, v.Worker(), row.SurvivorID, row.AbsorbedID)
}

// hangAgain gives the cards freed by undoing the act row back to the card that
// the acts still standing lead to.
func hangAgain(ctx context.Context, tx db.Tx, row mergeRow) error {
	steps := []struct {
		query string
		args  []any
	}{
		{`UPDATE place SET merged_into = NULL, version = version + 1, changed_at = ? WHERE id = ?`, []any{tx.Now, row.AbsorbedID}},
		{`UPDATE place SET merged_into = ?, version = version + 1, changed_at = ? WHERE id IN (
			WITH RECURSIVE under (id) AS (
				SELECT absorbed_id FROM place_merge WHERE survivor_id = ? AND undone_at IS NULL
				UNION
				SELECT m.absorbed_id FROM place_merge m JOIN under ON m.survivor_id = under.id WHERE m.undone_at IS NULL
			) SELECT id FROM under)`, []any{row.AbsorbedID, tx.Now, row.AbsorbedID}},
	}
	for _, s := range steps {
		if _, err := tx.NewRaw(s.query, s.args...).Exec(ctx); err != nil {
			return fmt.Errorf("network: split places: %w", db.Explain(err))
		}
	}
	return nil
}

// KeepApart notes that two cards are two places, whatever they share: they are
// not proposed as duplicates any more.
func KeepApart(ctx context.Context, tx db.Tx, v access.Viewer, a, b id.ID) error {
	for _, place := range []id.ID{a, b} {
		if err := mayEditPlace(ctx, tx, v, place); err != nil {
			return err
		}
	}
	return setDistinct(ctx, tx, v.Worker(), a, b)
}

func setDistinct(ctx context.Context, tx db.Tx, by, a, b id.ID) error {
	if b < a {
		a, b = b, a
	}
	_, err := tx.NewRaw(`INSERT INTO place_distinct (a_id, b_id, said_at, said_by) VALUES (?, ?, ?, ?)
		ON CONFLICT (a_id, b_id) DO NOTHING`, a, b, tx.Now, ref(by)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("network: keep places apart: %w", db.Explain(err))
	}
	return nil
}

func mayEditPlace(ctx context.Context, tx db.Tx, v access.Viewer, place id.ID) error {
	var organisation ref
	if err := tx.NewRaw(`SELECT organisation_id FROM place WHERE id = ?`, place).Scan(ctx, &organisation); err != nil {
		return fmt.Errorf("network: place %s: %w", place, db.Explain(err))
	}
	line, err := Line(ctx, tx, id.ID(organisation))
	if err != nil {
		return err
	}
	if !mayEdit(v, line) {
		return ErrForbidden
	}
	return nil
}

// MergesOf reads the acts, undone ones included, in which a place took part,
// oldest first.
func MergesOf(ctx context.Context, tx db.Tx, place id.ID) ([]Merge, error) {
	var rows []mergeRow
	err := tx.NewSelect().Model(&rows).Where("survivor_id = ? OR absorbed_id = ?", place, place).Order("merged_at", "id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("network: read merges: %w", err)
	}
	out := make([]Merge, len(rows))
	for i, r := range rows {
		out[i] = r.merge()
	}
	return out, nil
}
