// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// codeBucket counts the tries against the second factor of an account.
func codeBucket(account id.ID) string { return "code " + string(account) }

// Confirm answers the second factor of a session at stage StageCode: six digits of
// the telephone, or a recovery code, which is used up. It gives the token of the
// full session, in place of the former. A code that is wrong, or was already
// used, gives access.code_wrong.
func (k *Keeper) Confirm(ctx context.Context, token, code string) (string, error) {
	row, err := k.at(ctx, token, StageCode)
	if err != nil {
		return "", err
	}
	if err := k.countCode(ctx, row.AccountID); err != nil {
		return "", err
	}
	var fullToken string
	err = k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		a, err := k.stillAt(ctx, tx, token, StageCode)
		if err != nil {
			return err
		}
		good, err := k.acceptCode(ctx, tx, a, code)
		if err != nil {
			return err
		}
		if !good {
			return refuse("access.code_wrong")
		}
		if err := k.throttle.Clear(ctx, tx, codeBucket(a.ID)); err != nil {
			return err
		}
		fullToken, err = k.startSession(ctx, tx, a, StageOpen, token)
		return err
	})
	return fullToken, err
}

// acceptCode uses up a code of the telephone or a recovery code of a.
func (k *Keeper) acceptCode(ctx context.Context, tx db.Tx, a loginRow, code string) (bool, error) {
	secret, err := k.secrets.Open(totpPlace(a.ID), a.TOTP)
	if err != nil {
		return false, err
	}
	if step, ok := matchCode(secret, code, tx.Now.Time, a.TOTPStep); ok {
		return useStep(ctx, tx, a.ID, step)
	}
	used, err := useRecovery(ctx, tx, a.ID, k.recoveryMark(a.ID, code))
	if err != nil || !used {
		return false, err
	}
	return true, k.noteAccount(ctx, tx, self(a.ID, a.WorkerID), House, ActRecoveryUsed, a.ID)
}

func (k *Keeper) recoveryMark(account id.ID, code string) []byte {
	return k.secrets.Mark("recovery "+string(account), foldRecovery(code))
}

// BeginEnrolment gives what is needed to set up a second factor, at stage StageEnrol
// or from a full session without one. Asking again from the same session shows
// the same secret; it counts only once FinishEnrolment proves it was received.
func (k *Keeper) BeginEnrolment(ctx context.Context, token string) (Enrolment, error) {
	row, err := k.at(ctx, token, StageEnrol, StageOpen)
	if err != nil {
		return Enrolment{}, err
	}
	if row.SecondFactor {
		return Enrolment{}, refuse("access.second.already")
	}
	if len(row.Enrolling) > 0 {
		secret, err := k.secrets.Open(enrolPlace(row.Hash), row.Enrolling)
		if err != nil {
			return Enrolment{}, err
		}
		return enrolmentOf(k.policy.Issuer, row.Login, secret)
	}
	secret := newSecret()
	sealed := k.secrets.Seal(enrolPlace(row.Hash), secret)
	if err := k.db.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		return keepEnrolling(ctx, tx, row.Hash, sealed)
	}); err != nil {
		return Enrolment{}, err
	}
	return enrolmentOf(k.policy.Issuer, row.Login, secret)
}

// FinishEnrolment sets the second factor up when code comes from it, ends every
// session of the account, and gives the token of a full one and the recovery
// codes, which are shown this once.
func (k *Keeper) FinishEnrolment(ctx context.Context, token, code string) (fullToken string, recovery []string, err error) {
	row, err := k.at(ctx, token, StageEnrol, StageOpen)
	if err != nil {
		return "", nil, err
	}
	if row.SecondFactor || len(row.Enrolling) == 0 {
		return "", nil, refuse("access.not_yours")
	}
	if err := k.countCode(ctx, row.AccountID); err != nil {
		return "", nil, err
	}
	secret, err := k.secrets.Open(enrolPlace(row.Hash), row.Enrolling)
	if err != nil {
		return "", nil, err
	}
	step, ok := matchCode(secret, code, k.db.Now(), 0)
	if !ok {
		return "", nil, refuse("access.code_wrong")
	}
	recovery = newRecoveryCodes()
	marks := make([][]byte, len(recovery))
	for i, c := range recovery {
		marks[i] = k.recoveryMark(row.AccountID, c)
	}
	sealed := k.secrets.Seal(totpPlace(row.AccountID), secret)
	err = k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		a, err := k.stillAt(ctx, tx, token, StageEnrol, StageOpen)
		if err != nil {
			return err
		}
		if len(a.TOTP) > 0 {
			return refuse("access.second.already")
		}
		if err := setSecondFactor(ctx, tx, a.ID, sealed, step, marks); err != nil {
			return err
		}
		if err := k.throttle.Clear(ctx, tx, codeBucket(a.ID)); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, a.ID); err != nil {
			return err
		}
		if err := k.noteAccount(ctx, tx, self(a.ID, a.WorkerID), House, ActSecondFactorSet, a.ID); err != nil {
			return err
		}
		fullToken, err = k.startSession(ctx, tx, a, StageOpen, "")
		return err
	})
	if err != nil {
		return "", nil, err
	}
	return fullToken, recovery, nil
}

// countCode counts one try against the second factor of an account.
func (k *Keeper) countCode(ctx context.Context, account id.ID) error {
	return k.db.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		return k.throttle.Try(ctx, tx, codeBucket(account), codeLimit)
	})
}

// at reads the session of token when it is at one of the stages, or refuses with
// access.not_yours.
func (k *Keeper) at(ctx context.Context, token string, stages ...Stage) (sessionRow, error) {
	var row sessionRow
	err := k.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		row, err = sessionAt(ctx, tx, token, stages...)
		return err
	})
	return row, err
}

// stillAt makes other gestures on the account of token wait, and checks that its
// session still is at one of the stages.
func (k *Keeper) stillAt(ctx context.Context, tx db.Tx, token string, stages ...Stage) (loginRow, error) {
	row, err := sessionAt(ctx, tx, token, stages...)
	if err != nil {
		return loginRow{}, err
	}
	if err := holdAccount(ctx, tx, row.AccountID); err != nil {
		return loginRow{}, err
	}
	// Whoever held the account before may have ended this session.
	if _, err := sessionAt(ctx, tx, token, stages...); err != nil {
		return loginRow{}, err
	}
	return accountByID(ctx, tx, row.AccountID)
}
