// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"fmt"
	"slices"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// AddPlace writes a new card made by hand: all it says counts as written by
// hand. It gives p back with its identifier, when it had none, and its version;
// or the *text.FieldErrors of Check.
func AddPlace(ctx context.Context, tx db.Tx, v access.Viewer, p Place) (Place, error) {
	line, err := Line(ctx, tx, p.Organisation)
	if err != nil {
		return p, err
	}
	if !mayEdit(v, line) {
		return p, ErrForbidden
	}
	if err := p.Check(); err != nil {
		return p, err
	}
	p.Manual = Changed(&Place{}, &p)
	return insertPlace(ctx, tx, p)
}

func insertPlace(ctx context.Context, tx db.Tx, p Place) (Place, error) {
	if p.ID == "" {
		p.ID = id.New()
	}
	p.CreatedAt, p.ChangedAt, p.Version = tx.Now, tx.Now, 1
	if err := insertPlaces(ctx, tx, []Place{p}); err != nil {
		return p, err
	}
	return p, tx.Touch(ctx, PlacesTopic)
}

// insertPlaces writes cards and their labels, in few statements.
func insertPlaces(ctx context.Context, tx db.Tx, places []Place) error {
	var labels []labelRow
	rows := make([]placeRow, len(places))
	for i, p := range places {
		rows[i] = rowOfPlace(p)
		labels = append(labels, rowsOfLabels(p.ID, p.Labels)...)
	}
	if len(rows) > 0 {
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return fmt.Errorf("network: add places: %w", db.Explain(err))
		}
	}
	return insertLabels(ctx, tx, labels)
}

func insertLabels(ctx context.Context, tx db.Tx, labels []labelRow) error {
	if len(labels) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&labels).Exec(ctx); err != nil {
		return fmt.Errorf("network: add labels: %w", db.Explain(err))
	}
	return nil
}

// EditPlace writes what someone changed on a card, which counts as updated
// today. The fields that differ from the stored card are from now on written by
// hand, and no import touches them.
// It gives db.ErrStale when p.Version is not the present one, ErrMerged when
// the card is absorbed by another, ErrForbidden when v may not, and the
// *text.FieldErrors of Check.
func EditPlace(ctx context.Context, tx db.Tx, v access.Viewer, p Place) (Place, error) {
	was, err := editable(ctx, tx, v, p.ID)
	if err != nil {
		return p, err
	}
	if p.Organisation != was.Organisation {
		line, err := Line(ctx, tx, p.Organisation)
		if err != nil {
			return p, err
		}
		if !mayEdit(v, line) {
			return p, ErrForbidden
		}
	}
	if err := p.Check(); err != nil {
		return p, err
	}
	changed := Changed(&was, &p)
	if len(changed) > 0 && p.UpdatedOn == was.UpdatedOn {
		p.UpdatedOn = today(tx.Now.Time)
		changed = append(changed, "date_maj")
	}
	p.Manual = slices.Clone(was.Manual)
	for _, key := range changed {
		if !slices.Contains(p.Manual, key) {
			p.Manual = append(p.Manual, key)
		}
	}
	p.VerifiedOn, p.VerifiedBy, p.MergedInto, p.CreatedAt = was.VerifiedOn, was.VerifiedBy, was.MergedInto, was.CreatedAt
	return updatePlace(ctx, tx, p)
}

// VerifyPlace notes that the viewer checked the card on day, and found that
// what version says is true. It gives db.ErrStale when the card says something
// else by now.
func VerifyPlace(ctx context.Context, tx db.Tx, v access.Viewer, place id.ID, version int64, day clock.Date) (Place, error) {
	p, err := editable(ctx, tx, v, place)
	if err != nil {
		return p, err
	}
	p.Version, p.VerifiedOn, p.VerifiedBy = version, day, v.Worker()
	return updatePlace(ctx, tx, p)
}

// editable reads a card that v may change.
func editable(ctx context.Context, tx db.Tx, v access.Viewer, place id.ID) (Place, error) {
	p, err := GetPlace(ctx, tx, place)
	if err != nil {
		return p, err
	}
	line, err := Line(ctx, tx, p.Organisation)
	switch {
	case err != nil:
		return p, err
	case !mayEdit(v, line):
		return p, ErrForbidden
	case p.MergedInto != "":
		return p, ErrMerged
	}
	return p, nil
}

func updatePlace(ctx context.Context, tx db.Tx, p Place) (Place, error) {
	seen := p.Version
	p.Version++
	p.ChangedAt = tx.Now
	row := rowOfPlace(p)
	res, err := tx.NewUpdate().Model(&row).ExcludeColumn("id", "created_at", "merged_into").
		Where("id = ? AND version = ?", p.ID, seen).Exec(ctx)
	if err := staleUnlessOne(res, err); err != nil {
		return p, fmt.Errorf("network: change a place: %w", err)
	}
	if _, err := tx.NewRaw(`DELETE FROM place_label WHERE place_id = ?`, p.ID).Exec(ctx); err != nil {
		return p, fmt.Errorf("network: change labels: %w", db.Explain(err))
	}
	if err := insertLabels(ctx, tx, rowsOfLabels(p.ID, p.Labels)); err != nil {
		return p, err
	}
	return p, tx.Touch(ctx, PlacesTopic)
}

// GetPlace reads a card as its own row has it, absorbed or not: the one to edit.
func GetPlace(ctx context.Context, tx db.Tx, place id.ID) (Place, error) {
	found, err := readPlaces(ctx, tx, "id = ?", place)
	if err != nil {
		return Place{}, err
	}
	if len(found) == 0 {
		return Place{}, fmt.Errorf("network: place %s: %w", place, db.ErrNotFound)
	}
	return found[0], nil
}

// ShownPlace reads a card as others see it: completed by those it absorbed. The
// identifier of an absorbed card leads to the one that absorbed it.
func ShownPlace(ctx context.Context, tx db.Tx, place id.ID) (Place, error) {
	p, err := GetPlace(ctx, tx, place)
	if err != nil {
		return p, err
	}
	if p.MergedInto != "" {
		if p, err = GetPlace(ctx, tx, p.MergedInto); err != nil {
			return p, err
		}
	}
	absorbed, err := readPlaces(ctx, tx, "merged_into = ?", p.ID)
	if err != nil {
		return p, err
	}
	for i := range absorbed {
		fill(&p, &absorbed[i])
	}
	return p, nil
}

// LoadPlaces reads all cards, public or not, closed or not, as ShownPlace gives
// them and ordered by identifier. It is made to read a whole network at once.
func LoadPlaces(ctx context.Context, tx db.Tx) ([]Place, error) {
	all, err := readPlaces(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	at := make(map[id.ID]int, len(all))
	for i := range all {
		at[all[i].ID] = i
	}
	for i := range all {
		if into := all[i].MergedInto; into != "" {
			fill(&all[at[into]], &all[i])
		}
	}
	return slices.DeleteFunc(all, func(p Place) bool { return p.MergedInto != "" }), nil
}
