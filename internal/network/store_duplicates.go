// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"fmt"
	"slices"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// Duplicates proposes the pairs of places of the store that look like one, the
// surest first, without those that someone said are two.
func Duplicates(ctx context.Context, tx db.Tx) ([]Proposal, error) {
	places, err := LoadPlaces(ctx, tx)
	if err != nil {
		return nil, err
	}
	distinct, err := distinctPairs(ctx, tx)
	if err != nil {
		return nil, err
	}
	proposals := slices.DeleteFunc(Propose(places), func(p Proposal) bool {
		return distinct[[2]id.ID{min(p.A.ID, p.B.ID), max(p.A.ID, p.B.ID)}]
	})
	return proposals, nameSources(ctx, tx, proposals)
}

// nameSources tells where each card of the proposals was first read.
func nameSources(ctx context.Context, tx db.Tx, proposals []Proposal) error {
	var rows []sourceRow
	err := tx.NewSelect().Model(&rows).Column("place_id", "source", "source_id").Order("read_at", "source", "source_id").Scan(ctx)
	if err != nil {
		return fmt.Errorf("network: read where places were read: %w", err)
	}
	first := make(map[id.ID]sourceRow, len(rows))
	for _, r := range rows {
		if _, ok := first[r.PlaceID]; !ok {
			first[r.PlaceID] = r
		}
	}
	for i := range proposals {
		for _, s := range []*Side{&proposals[i].A, &proposals[i].B} {
			s.Source, s.SourceID = first[s.ID].Source, first[s.ID].SourceID
		}
	}
	return nil
}

func distinctPairs(ctx context.Context, tx db.Tx) (map[[2]id.ID]bool, error) {
	rows, err := tx.QueryContext(ctx, `SELECT a_id, b_id FROM place_distinct`)
	if err != nil {
		return nil, fmt.Errorf("network: read what was kept apart: %w", db.Explain(err))
	}
	defer rows.Close()
	out := map[[2]id.ID]bool{}
	for rows.Next() {
		var pair [2]id.ID
		if err := rows.Scan(&pair[0], &pair[1]); err != nil {
			return nil, err
		}
		out[pair] = true
	}
	return out, rows.Err()
}

// MergeCertain merges the pairs for which the one rule holds (see certain), as
// MergePlaces would, and gives the acts. The card updated last survives.
func MergeCertain(ctx context.Context, tx db.Tx, v access.Viewer) ([]Merge, error) {
	if !v.May(access.EditNetwork) {
		return nil, ErrForbidden
	}
	if err := tx.Touch(ctx, PlacesTopic); err != nil {
		return nil, err
	}
	proposals, err := Duplicates(ctx, tx)
	if err != nil {
		return nil, err
	}
	var acts []Merge
	into := map[id.ID]id.ID{}
	for _, p := range proposals {
		if !p.Certain {
			continue
		}
		survivor, absorbed, err := lastUpdated(ctx, tx, survivorOf(into, p.A.ID), survivorOf(into, p.B.ID))
		if err != nil {
			return nil, err
		}
		if survivor == absorbed {
			continue // a third card already brought them together
		}
		act, err := merge(ctx, tx, v.Worker(), survivor, absorbed, "rule:pivot+address")
		if err != nil {
			return nil, err
		}
		into[absorbed] = survivor
		acts = append(acts, act)
	}
	return acts, nil
}

func survivorOf(into map[id.ID]id.ID, place id.ID) id.ID {
	for into[place] != "" {
		place = into[place]
	}
	return place
}

func lastUpdated(ctx context.Context, tx db.Tx, a, b id.ID) (survivor, absorbed id.ID, err error) {
	p, err := GetPlace(ctx, tx, a)
	if err != nil {
		return "", "", err
	}
	q, err := GetPlace(ctx, tx, b)
	if err != nil {
		return "", "", err
	}
	if p.UpdatedOn.Before(q.UpdatedOn) {
		return b, a, nil
	}
	return a, b, nil
}
