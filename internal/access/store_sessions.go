// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"errors"
	"slices"
	"time"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// sessionTopic is touched when a session kept in memory may have become wrong.
const sessionTopic = "sessions"

// sessionRow is a session with what it needs of its account.
type sessionRow struct {
	Hash           []byte
	AccountID      id.ID
	OrganisationID id.ID
	Stage          string
	SeenAt         db.Time
	LockedAt       db.Time
	ExpiresAt      db.Time
	Enrolling      []byte
	Name           string
	Login          string
	WorkerID       id.ID
	SecondFactor   bool
	HasPIN         bool `bun:"has_pin"`
}

// readSession gives the session of a token's hash and her grants, or
// db.ErrNotFound when it ended or its account is not open.
func readSession(ctx context.Context, tx db.Tx, hash []byte) (sessionRow, []GivenGrant, error) {
	var row sessionRow
	err := tx.NewRaw(`SELECT s.hash, s.account_id, s.organisation_id, s.stage, s.seen_at, s.locked_at, s.expires_at, s.enrolling,
			a.name, a.login, a.worker_id, a.totp IS NOT NULL AS second_factor, a.pin IS NOT NULL AS has_pin
		FROM access_session s JOIN account a ON a.id = s.account_id
		WHERE s.hash = ? AND s.expires_at > ? AND a.status = 'open'`, hash, tx.Now).Scan(ctx, &row)
	if err != nil {
		return row, nil, db.Explain(err)
	}
	grants, err := grantsOf(ctx, tx, row.AccountID)
	return row, grants, err
}

// addSession writes a new session and gives its token. The previous token of the
// same browser, if any, ends: a token someone planted before never opens (session
// fixation).
func (k *Keeper) addSession(ctx context.Context, tx db.Tx, account, organisation id.ID, stage Stage, previous string) (string, error) {
	if err := endSession(ctx, tx, previous); err != nil {
		return "", err
	}
	life := k.policy.Lifetime
	if stage != StageOpen {
		life = pendingLifetime
	}
	token := newToken()
	_, err := tx.NewRaw(`INSERT INTO access_session (hash, account_id, organisation_id, stage, made_at, seen_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, hashToken(token), account, nullable(organisation), string(stage), tx.Now, tx.Now,
		db.At(tx.Now.Add(life))).Exec(ctx)
	return token, err
}

// endSession ends the session of token, if it has one.
func endSession(ctx context.Context, tx db.Tx, token string) error {
	if token == "" {
		return nil
	}
	r, err := tx.NewRaw(`DELETE FROM access_session WHERE hash = ?`, hashToken(token)).Exec(ctx)
	if err != nil {
		return err
	}
	// Most sign-ins replace nothing, and need not make anyone read again.
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return tx.Touch(ctx, sessionTopic)
}

// endSessions ends every session of an account.
func endSessions(ctx context.Context, tx db.Tx, account id.ID) error {
	if _, err := tx.NewRaw(`DELETE FROM access_session WHERE account_id = ?`, account).Exec(ctx); err != nil {
		return err
	}
	return tx.Touch(ctx, sessionTopic)
}

// markSeen notes that the session was used, unless it locked meanwhile.
func markSeen(ctx context.Context, tx db.Tx, hash []byte, at time.Time) error {
	_, err := tx.NewRaw(`UPDATE access_session SET seen_at = ? WHERE hash = ? AND seen_at < ? AND locked_at IS NULL`,
		db.At(at), hash, db.At(at)).Exec(ctx)
	return err
}

// lockSession locks an open session.
func lockSession(ctx context.Context, tx db.Tx, hash []byte) error {
	if _, err := tx.NewRaw(`UPDATE access_session SET locked_at = ? WHERE hash = ? AND stage = 'open' AND locked_at IS NULL`,
		tx.Now, hash).Exec(ctx); err != nil {
		return err
	}
	return tx.Touch(ctx, sessionTopic)
}

// unlockSession opens a locked session again.
func unlockSession(ctx context.Context, tx db.Tx, hash []byte) error {
	_, err := tx.NewRaw(`UPDATE access_session SET locked_at = NULL, seen_at = ? WHERE hash = ?`, tx.Now, hash).Exec(ctx)
	return err
}

// actFor changes the organisation a session acts for.
func actFor(ctx context.Context, tx db.Tx, hash []byte, organisation id.ID) error {
	if _, err := tx.NewRaw(`UPDATE access_session SET organisation_id = ? WHERE hash = ?`, organisation, hash).Exec(ctx); err != nil {
		return err
	}
	return tx.Touch(ctx, sessionTopic)
}

// keepEnrolling keeps the sealed second factor that a session is setting up.
func keepEnrolling(ctx context.Context, tx db.Tx, hash, sealed []byte) error {
	_, err := tx.NewRaw(`UPDATE access_session SET enrolling = ? WHERE hash = ?`, sealed, hash).Exec(ctx)
	return err
}

// sweepSessions removes the sessions whose time is over, and says how many.
func sweepSessions(ctx context.Context, tx db.Tx) (int64, error) {
	r, err := tx.NewRaw(`DELETE FROM access_session WHERE expires_at <= ?`, tx.Now).Exec(ctx)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// sessionAt gives the session of token when it is at one of the stages and not
// locked, or refuses with access.not_yours.
func sessionAt(ctx context.Context, tx db.Tx, token string, stages ...Stage) (sessionRow, error) {
	row, _, err := readSession(ctx, tx, hashToken(token))
	if errors.Is(err, db.ErrNotFound) {
		return row, refuse("access.not_yours")
	}
	if err == nil && (!row.LockedAt.IsZero() || !slices.Contains(stages, Stage(row.Stage))) {
		err = refuse("access.not_yours")
	}
	return row, err
}
