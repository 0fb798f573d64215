// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"escale/internal/kit/db"
	"escale/internal/kit/seal"
)

// Throttle counts tries in the store, so that all processes slow the same
// guesser. It keeps only keyed hashes of what it counts.
type Throttle struct{ secrets *Secrets }

// NewThrottle makes a throttle whose buckets are hashed under the master key.
func NewThrottle(master seal.Master) *Throttle { return &Throttle{NewSecrets(master)} }

// Try counts one try against bucket and returns nil, or refuses it with a
// *Refusal that says until when. It counts before the caller looks whether the
// try is right, so that a thousand tries at once are a thousand tries: commit it
// in a transaction of its own, then look. A refused try is not counted: trying
// again and again does not push the moment further.
func (t *Throttle) Try(ctx context.Context, tx db.Tx, bucket string, limit Limit) error {
	mark := t.secrets.Mark("throttle", bucket)
	var tries int64
	var closed, forget db.Time
	// The empty update locks the row, so that two tries are counted in turn.
	err := tx.NewRaw(`INSERT INTO throttle (bucket, tries, last_at, closed_until, forget_at) VALUES (?, 0, ?, 0, 0)
		ON CONFLICT (bucket) DO UPDATE SET bucket = excluded.bucket
		RETURNING tries, closed_until, forget_at`, mark, tx.Now).Scan(ctx, &tries, &closed, &forget)
	if err != nil {
		return err
	}
	if tx.Now.Before(closed.Time) {
		return refuseUntil(tx.Now.Time, closed.Time)
	}
	if !tx.Now.Before(forget.Time) {
		tries = 0
	}
	tries++
	now := tx.Now.Time
	_, err = tx.NewRaw(`UPDATE throttle SET tries = ?, last_at = ?, closed_until = ?, forget_at = ? WHERE bucket = ?`,
		tries, tx.Now, db.At(now.Add(limit.pause(tries))), db.At(now.Add(limit.Forget)), mark).Exec(ctx)
	return err
}

// Closed refuses, as Try does, when bucket is closed now; it counts nothing.
func (t *Throttle) Closed(ctx context.Context, tx db.Tx, bucket string) error {
	var until db.Time
	err := tx.NewRaw(`SELECT closed_until FROM throttle WHERE bucket = ?`, t.secrets.Mark("throttle", bucket)).Scan(ctx, &until)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case tx.Now.Before(until.Time):
		return refuseUntil(tx.Now.Time, until.Time)
	}
	return nil
}

// Clear forgets the tries against bucket, after one that was right.
func (t *Throttle) Clear(ctx context.Context, tx db.Tx, bucket string) error {
	_, err := tx.NewRaw(`DELETE FROM throttle WHERE bucket = ?`, t.secrets.Mark("throttle", bucket)).Exec(ctx)
	return err
}

// GiveBack takes one try off bucket, after one that was right, and leaves what
// others tried.
func (t *Throttle) GiveBack(ctx context.Context, tx db.Tx, bucket string) error {
	_, err := tx.NewRaw(`UPDATE throttle SET tries = tries - 1, closed_until = 0 WHERE bucket = ? AND tries > 0`,
		t.secrets.Mark("throttle", bucket)).Exec(ctx)
	return err
}

// Sweep removes the buckets that are forgotten by now, and says how many.
func (t *Throttle) Sweep(ctx context.Context, tx db.Tx) (int64, error) {
	r, err := tx.NewRaw(`DELETE FROM throttle WHERE forget_at <= ? AND closed_until <= ?`, tx.Now, tx.Now).Exec(ctx)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// refuseUntil says how many minutes to wait, rounded up.
func refuseUntil(now, until time.Time) *Refusal {
	r := refuse("access.wait", "minutes", int(until.Sub(now)+time.Minute-1)/int(time.Minute))
	r.Until = until
	return r
}
