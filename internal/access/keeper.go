// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
)

// Keeper keeps the door: accounts, signing in, sessions. It is safe for
// concurrent use, and several processes on one store agree within two seconds.
type Keeper struct {
	db        *db.DB
	policy    Policy
	secrets   *Secrets
	passwords *Passwords
	throttle  *Throttle
	audit     *Audit
	hot       hotSessions
}

// NewKeeper makes the keeper of the store d. It opens no connection and writes
// nothing.
func NewKeeper(d *db.DB, master seal.Master, policy Policy) *Keeper {
	k := &Keeper{
		db: d, policy: policy, secrets: NewSecrets(master), passwords: NewPasswords(policy.Cost, policy.Hashes),
		throttle: NewThrottle(master), audit: NewAudit(d, master),
	}
	k.hot.byHash = map[[32]byte]*hotSession{}
	return k
}

// Throttle is the keeper's own, for other doors: the code of a sheet.
func (k *Keeper) Throttle() *Throttle { return k.throttle }

// Audit is the audit of the keeper's house.
func (k *Keeper) Audit() *Audit { return k.audit }

// Policy is what was set about signing in.
func (k *Keeper) Policy() Policy { return k.policy }

// Sweep removes sessions that are over and tries that are forgotten, and says
// how many. A job calls it every hour or so.
func (k *Keeper) Sweep(ctx context.Context) (sessions, buckets int64, err error) {
	err = k.db.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		if sessions, err = sweepSessions(ctx, tx); err != nil {
			return err
		}
		buckets, err = k.throttle.Sweep(ctx, tx)
		return err
	})
	return sessions, buckets, err
}

// noteAccount adds to the audit an act on an account, in the chain of
// organisation.
func (k *Keeper) noteAccount(ctx context.Context, tx db.Tx, by Viewer, organisation id.ID, act Act, account id.ID) error {
	return k.audit.note(ctx, tx, organisation, by, act, Subject{Kind: "account", ID: account})
}

// self is the viewer of someone acting on her own account.
func self(account, worker id.ID) Viewer { return NewViewer(account, worker, House, nil) }
