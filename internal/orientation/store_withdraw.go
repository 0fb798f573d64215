// SPDX-License-Identifier: Apache-2.0

package orientation

import (
	"context"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// Withdraw takes an agreement of the viewer's organisation back, or gives
// db.ErrNotFound. From then on no recipient opens the liaison sheet sent on its
// ground, and the meeting kept with it stays without a first name or a topic.
// Taking it back twice changes nothing more.
func (s *Store) Withdraw(ctx context.Context, tx db.Tx, v access.Viewer, agreement id.ID) error {
	if err := s.people.RevokeAgreement(ctx, tx, v, agreement); err != nil {
		return err
	}
	_, err := tx.NewRaw(`UPDATE booking SET label = NULL, topic = ''
		WHERE referral_id IN (SELECT id FROM referral WHERE agreement_id = ?)`, agreement).Exec(ctx)
	if err != nil {
		return err
	}
	return tx.Touch(ctx, "agenda") // days already shown hold the first name
}
