// SPDX-License-Identifier: Apache-2.0

package orientation

import (
	"context"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// ByGrants is the MayReceive of the house: it asks the grants in force now. A
// worker without an account, or a volunteer, may not receive context.
func ByGrants(ctx context.Context, tx db.Tx, organisation, worker id.ID) (bool, error) {
	query := `SELECT DISTINCT g.role FROM access_grant g JOIN account a ON a.id = g.account_id
		WHERE g.organisation_id = ? AND a.status = 'open' AND g.ended_at IS NULL
			AND g.from_at <= ? AND (g.until_at IS NULL OR g.until_at > ?)`
	args := []any{organisation, tx.Now, tx.Now}
	if worker != "" {
		query += ` AND a.worker_id = ?`
		args = append(args, worker)
	}
	var roles []access.Role
	if err := tx.NewRaw(query, args...).Scan(ctx, &roles); err != nil {
		return false, err
	}
	for _, r := range roles {
		if r.May(access.ReceiveContext) {
			return true, nil
		}
	}
	return false, nil
}
