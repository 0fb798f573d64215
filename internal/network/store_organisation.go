// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

type organisationRow struct {
	bun.BaseModel `bun:"table:organisation"`
	ID            id.ID `bun:",pk"`
	ParentID      ref
	Name, Kind    string
	Siret         string `bun:",nullzero"`
	Listed        bool
	CreatedAt     db.Time
	Version       int64
}

func (r organisationRow) organisation() Organisation {
	return Organisation{
		ID: r.ID, Parent: id.ID(r.ParentID), Name: r.Name, Kind: r.Kind, Siret: r.Siret,
		Listed: r.Listed, Version: r.Version,
	}
}

// AddOrganisation writes a new organisation, hanging where o.Parent says from
// the day of the transaction. The viewer must edit the network where it hangs,
// or, at the top of a tree, for the organisation she acts for. It gives o back
// with its identifier, when it had none, and its version.
func AddOrganisation(ctx context.Context, tx db.Tx, v access.Viewer, o Organisation) (Organisation, error) {
	line, err := Line(ctx, tx, o.Parent)
	if err != nil {
		return o, err
	}
	if !mayEdit(v, line) {
		return o, ErrForbidden
	}
	if o.ID == "" {
		o.ID = id.New()
	}
	o.Version = 1
	row := organisationRow{
		ID: o.ID, ParentID: ref(o.Parent), Name: o.Name, Kind: o.Kind, Siret: o.Siret,
		Listed: o.Listed, CreatedAt: tx.Now, Version: o.Version,
	}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return o, fmt.Errorf("network: add an organisation: %w", db.Explain(err))
	}
	if err := hang(ctx, tx, o.ID, o.Parent, today(tx.Now.Time)); err != nil {
		return o, err
	}
	return o, tx.Touch(ctx, TreeTopic)
}

// EditOrganisation changes what an organisation says of itself, not where it
// hangs. It gives db.ErrStale when o.Version is not the present one.
func EditOrganisation(ctx context.Context, tx db.Tx, v access.Viewer, o Organisation) (Organisation, error) {
	line, err := Line(ctx, tx, o.ID)
	if err != nil {
		return o, err
	}
	if !mayEdit(v, line) {
		return o, ErrForbidden
	}
	res, err := tx.NewRaw(`UPDATE organisation SET name = ?, kind = ?, siret = ?, listed = ?, version = version + 1
		WHERE id = ? AND version = ?`, o.Name, o.Kind, bun.NullZero(o.Siret), o.Listed, o.ID, o.Version).Exec(ctx)
	if err := staleUnlessOne(res, err); err != nil {
		return o, fmt.Errorf("network: edit an organisation: %w", err)
	}
	o.Version++
	return o, tx.Touch(ctx, TreeTopic)
}

// MoveOrganisation hangs a branch, with all that hangs under it, under parent
// ("" makes it the top of a tree) from the day on, and keeps where it hung
// before. It gives ErrCycle when parent hangs under the branch.
func MoveOrganisation(ctx context.Context, tx db.Tx, v access.Viewer, branch, parent id.ID, day clock.Date) error {
	// Touching first makes moves wait for each other: two crossing moves could
	// otherwise each be right alone and close a circle together.
	if err := tx.Touch(ctx, TreeTopic); err != nil {
		return err
	}
	from, err := Line(ctx, tx, branch)
	if err != nil {
		return err
	}
	to, err := Line(ctx, tx, parent)
	if err != nil {
		return err
	}
	if !mayEdit(v, from) || parent != "" && !mayEdit(v, to) {
		return ErrForbidden
	}
	if slices.Contains(to, branch) {
		return ErrCycle
	}
	if _, err := tx.NewRaw(`UPDATE organisation SET parent_id = ?, version = version + 1 WHERE id = ?`, ref(parent), branch).Exec(ctx); err != nil {
		return fmt.Errorf("network: move an organisation: %w", db.Explain(err))
	}
	if _, err := tx.NewRaw(`UPDATE organisation_parent SET until_date = ? WHERE organisation_id = ? AND until_date IS NULL`, day, branch).Exec(ctx); err != nil {
		return fmt.Errorf("network: move an organisation: %w", db.Explain(err))
	}
	return hang(ctx, tx, branch, parent, day)
}

func hang(ctx context.Context, tx db.Tx, branch, parent id.ID, day clock.Date) error {
	_, err := tx.NewRaw(`INSERT INTO organisation_parent (id, organisation_id, parent_id, from_date) VALUES (?, ?, ?, ?)`,
		id.New(), branch, ref(parent), day).Exec(ctx)
	if err != nil {
		return fmt.Errorf("network: hang an organisation: %w", db.Explain(err))
	}
	return nil
}

// Hangings tells where an organisation hung, oldest first.
func Hangings(ctx context.Context, tx db.Tx, organisation id.ID) ([]Hanging, error) {
	rows, err := tx.QueryContext(ctx, `SELECT parent_id, from_date, until_date FROM organisation_parent
		WHERE organisation_id = ? ORDER BY from_date, id`, organisation)
	if err != nil {
		return nil, fmt.Errorf("network: where an organisation hung: %w", err)
	}
	defer rows.Close()
	var out []Hanging
	for rows.Next() {
		var parent ref
		var h Hanging
		if err := rows.Scan(&parent, &h.From, &h.Until); err != nil {
			return nil, err
		}
		h.Parent = id.ID(parent)
		out = append(out, h)
	}
	return out, rows.Err()
}

// GetOrganisation reads one organisation, or gives db.ErrNotFound.
func GetOrganisation(ctx context.Context, tx db.Tx, organisation id.ID) (Organisation, error) {
	var row organisationRow
	err := tx.NewSelect().Model(&row).Where("id = ?", organisation).Scan(ctx)
	if err != nil {
		return Organisation{}, fmt.Errorf("network: read an organisation: %w", db.Explain(err))
	}
	return row.organisation(), nil
}

// Organisations reads all organisations, by name then identifier.
func Organisations(ctx context.Context, tx db.Tx) ([]Organisation, error) {
	var rows []organisationRow
	if err := tx.NewSelect().Model(&rows).Order("name", "id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("network: read the organisations: %w", err)
	}
	out := make([]Organisation, len(rows))
	for i, r := range rows {
		out[i] = r.organisation()
	}
	return out, nil
}

// Line is an organisation followed by its parent, its parent's parent, up to
// the top; empty for "".
func Line(ctx context.Context, tx db.Tx, organisation id.ID) ([]id.ID, error) {
	if organisation == "" {
		return nil, nil
	}
	return ids(ctx, tx, `WITH RECURSIVE line (id, parent_id, depth) AS (
			SELECT id, parent_id, 0 FROM organisation WHERE id = ?
			UNION ALL
			SELECT o.id, o.parent_id, line.depth + 1 FROM organisation o JOIN line ON o.id = line.parent_id
		) SELECT id FROM line ORDER BY depth`, organisation)
}

// Branch is an organisation followed by all that hangs under it.
func Branch(ctx context.Context, tx db.Tx, organisation id.ID) ([]id.ID, error) {
	return ids(ctx, tx, `WITH RECURSIVE branch (id, depth) AS (
			SELECT id, 0 FROM organisation WHERE id = ?
			UNION ALL
			SELECT o.id, branch.depth + 1 FROM organisation o JOIN branch ON o.parent_id = branch.id
		) SELECT id FROM branch ORDER BY depth, id`, organisation)
}

func ids(ctx context.Context, tx db.Tx, query string, organisation id.ID) ([]id.ID, error) {
	var out []id.ID
	if err := tx.NewRaw(query, organisation).Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("network: walk the organisations: %w", err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("network: organisation %s: %w", organisation, db.ErrNotFound)
	}
	return out, nil
}
