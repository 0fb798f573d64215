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

type networkRow struct {
	bun.BaseModel `bun:"table:network"`
	ID            id.ID `bun:",pk"`
	Name          string
	CreatedAt     db.Time
	Version       int64
}

type networkCommuneRow struct {
	bun.BaseModel `bun:"table:network_commune"`
	NetworkID     id.ID
	Commune       string
}

type networkOrganisationRow struct {
	bun.BaseModel  `bun:"table:network_organisation"`
	NetworkID      id.ID
	OrganisationID id.ID
}

// AddNetwork writes a new network with its communes and organisations. It gives
// n back with its identifier, when it had none, and its version.
func AddNetwork(ctx context.Context, tx db.Tx, v access.Viewer, n Network) (Network, error) {
	if !v.May(access.EditNetwork) {
		return n, ErrForbidden
	}
	if n.ID == "" {
		n.ID = id.New()
	}
	n.Version = 1
	row := networkRow{ID: n.ID, Name: n.Name, CreatedAt: tx.Now, Version: n.Version}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return n, fmt.Errorf("network: add a network: %w", db.Explain(err))
	}
	return n, spread(ctx, tx, n)
}

// EditNetwork changes a network's name, communes and organisations to n's. It
// gives db.ErrStale when n.Version is not the present one.
func EditNetwork(ctx context.Context, tx db.Tx, v access.Viewer, n Network) (Network, error) {
	if !v.May(access.EditNetwork) {
		return n, ErrForbidden
	}
	res, err := tx.NewRaw(`UPDATE network SET name = ?, version = version + 1 WHERE id = ? AND version = ?`, n.Name, n.ID, n.Version).Exec(ctx)
	if err := staleUnlessOne(res, err); err != nil {
		return n, fmt.Errorf("network: edit a network: %w", err)
	}
	n.Version++
	for _, table := range []string{"network_commune", "network_organisation"} {
		if _, err := tx.NewRaw(`DELETE FROM ? WHERE network_id = ?`, bun.Ident(table), n.ID).Exec(ctx); err != nil {
			return n, fmt.Errorf("network: edit a network: %w", db.Explain(err))
		}
	}
	return n, spread(ctx, tx, n)
}

// spread writes what a network is made of.
func spread(ctx context.Context, tx db.Tx, n Network) error {
	communes := make([]networkCommuneRow, len(n.Communes))
	for i, c := range n.Communes {
		communes[i] = networkCommuneRow{NetworkID: n.ID, Commune: c}
	}
	members := make([]networkOrganisationRow, len(n.Organisations))
	for i, o := range n.Organisations {
		members[i] = networkOrganisationRow{NetworkID: n.ID, OrganisationID: o}
	}
	if len(communes) > 0 {
		if _, err := tx.NewInsert().Model(&communes).Exec(ctx); err != nil {
			return fmt.Errorf("network: the communes of a network: %w", db.Explain(err))
		}
	}
	if len(members) > 0 {
		if _, err := tx.NewInsert().Model(&members).Exec(ctx); err != nil {
			return fmt.Errorf("network: the organisations of a network: %w", db.Explain(err))
		}
	}
	return tx.Touch(ctx, TreeTopic)
}

// Networks reads all networks, by name then identifier, with their communes by
// code and their organisations by identifier.
func Networks(ctx context.Context, tx db.Tx) ([]Network, error) {
	var rows []networkRow
	var communes []networkCommuneRow
	var members []networkOrganisationRow
	if err := tx.NewSelect().Model(&rows).Order("name", "id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("network: read the networks: %w", err)
	}
	if err := tx.NewSelect().Model(&communes).Order("commune").Scan(ctx); err != nil {
		return nil, fmt.Errorf("network: read the networks: %w", err)
	}
	if err := tx.NewSelect().Model(&members).Order("organisation_id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("network: read the networks: %w", err)
	}
	out := make([]Network, len(rows))
	at := map[id.ID]*Network{}
	for i, r := range rows {
		out[i] = Network{ID: r.ID, Name: r.Name, Version: r.Version}
		at[r.ID] = &out[i]
	}
	for _, c := range communes {
		n := at[c.NetworkID]
		n.Communes = append(n.Communes, c.Commune)
	}
	for _, m := range members {
		n := at[m.NetworkID]
		n.Organisations = append(n.Organisations, m.OrganisationID)
	}
	return out, nil
}
