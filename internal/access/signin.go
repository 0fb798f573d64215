// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"errors"
	"net/netip"

	"escale/internal/kit/db"
	"escale/internal/kit/text"
)

// Attempt is one try to sign in.
type Attempt struct {
	Login    string
	Password string
	Address  netip.Addr // where it comes from; the zero Addr when unknown
	Previous string     // the token the browser came with, which ends if this succeeds
}

// SignedInAs is what a right password gives: a new token, and what comes next.
type SignedInAs struct {
	Token string
	Stage Stage // StageCode, StageEnrol or StageOpen
}

// loginBucket counts the tries against one login, whether or not an account has it.
func loginBucket(key string) string { return "login " + key }

// SignIn checks a login and a password. A wrong login, a wrong password, an
// account not open yet and a closed one give the same refusal, access.wrong,
// after the same work; too many tries give access.wait for any of them.
func (k *Keeper) SignIn(ctx context.Context, a Attempt) (SignedInAs, error) {
	key := foldLogin(a.Login)
	account, err := k.candidate(ctx, key, a.Address)
	if err != nil {
		return SignedInAs{}, err
	}
	// The slot comes before the count: five hundred people signing in at once
	// from one house are counted a few at a time, and each success gives back.
	leave, err := k.passwords.enter(ctx)
	if err != nil {
		return SignedInAs{}, err
	}
	defer leave()
	if err := k.count(ctx, key, a.Address); err != nil {
		return SignedInAs{}, err
	}
	good, err := k.passwords.matches(account.Password, a.Password)
	if err != nil {
		return SignedInAs{}, err
	}
	if !good || account.Status != string(AccountOpen) {
		return SignedInAs{}, refuse("access.wrong")
	}
	renewed := ""
	if k.passwords.outdated(account.Password) {
		renewed = k.passwords.hash(a.Password)
	}
	var done SignedInAs
	err = k.db.Update(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		done, err = k.admit(ctx, tx, account, renewed, a, key)
		return err
	})
	if a.Previous != "" {
		k.hot.drop()
	}
	return done, err
}

// candidate reads the account of a folded login, a zero row when there is none,
// and refuses when either door is closed now.
func (k *Keeper) candidate(ctx context.Context, key string, from netip.Addr) (loginRow, error) {
	var account loginRow
	err := k.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := k.throttle.Closed(ctx, tx, loginBucket(key)); err != nil {
			return err
		}
		if from.IsValid() {
			if err := k.throttle.Closed(ctx, tx, AddressBucket(from)); err != nil {
				return err
			}
		}
		var err error
		account, err = accountByLogin(ctx, tx, key)
		if errors.Is(err, db.ErrNotFound) {
			account = loginRow{}
			return nil
		}
		return err
	})
	return account, err
}

// count counts one try against a login and an address.
func (k *Keeper) count(ctx context.Context, key string, from netip.Addr) error {
	return k.db.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := k.throttle.Try(ctx, tx, loginBucket(key), signInLimit); err != nil {
			return err
		}
		if !from.IsValid() {
			return nil
		}
		return k.throttle.Try(ctx, tx, AddressBucket(from), addressLimit)
	})
}

// admit opens the session of someone whose password was right, unless the
// account changed while the password was checked.
func (k *Keeper) admit(ctx context.Context, tx db.Tx, seen loginRow, renewed string, a Attempt, key string) (SignedInAs, error) {
	if err := k.throttle.Clear(ctx, tx, loginBucket(key)); err != nil {
		return SignedInAs{}, err
	}
	if a.Address.IsValid() {
		if err := k.throttle.GiveBack(ctx, tx, AddressBucket(a.Address)); err != nil {
			return SignedInAs{}, err
		}
	}
	if err := holdAccount(ctx, tx, seen.ID); err != nil {
		return SignedInAs{}, err
	}
	now, err := accountByID(ctx, tx, seen.ID)
	if err != nil {
		return SignedInAs{}, err
	}
	if now.Status != string(AccountOpen) || now.Password != seen.Password {
		return SignedInAs{}, refuse("access.wrong")
	}
	if renewed != "" {
		if err := renewHash(ctx, tx, now.ID, now.Password, renewed); err != nil {
			return SignedInAs{}, err
		}
	}
	grants, err := grantsOf(ctx, tx, now.ID)
	if err != nil {
		return SignedInAs{}, err
	}
	done := SignedInAs{Stage: StageOpen}
	switch {
	case len(now.TOTP) > 0:
		done.Stage = StageCode
	case k.policy.asksSecondFactor(grants):
		done.Stage = StageEnrol
	}
	done.Token, err = k.startSession(ctx, tx, now, done.Stage, a.Previous)
	return done, err
}

// startSession opens a session at stage. A full one counts as a sign-in.
func (k *Keeper) startSession(ctx context.Context, tx db.Tx, a loginRow, stage Stage, previous string) (string, error) {
	if stage == StageOpen {
		if err := signedIn(ctx, tx, a.ID); err != nil {
			return "", err
		}
	}
	token, err := k.addSession(ctx, tx, a.ID, "", stage, previous)
	if err != nil || stage != StageOpen {
		return token, err
	}
	// Last, because the head of the chain makes others wait.
	return token, k.noteAccount(ctx, tx, self(a.ID, a.WorkerID), House, ActSignedIn, a.ID)
}

// ChangePassword changes one's own password from an open session, and ends all
// her sessions, this one included: she signs in with the new one. A wrong
// current password gives access.wrong.
func (k *Keeper) ChangePassword(ctx context.Context, v Viewer, current, chosen string) error {
	a, err := k.confirmSelf(ctx, v, current)
	if err != nil {
		return err
	}
	var errs text.FieldErrors
	checkPassword(&errs, "password", chosen, a.Login, a.Name)
	if err := errs.Err(); err != nil {
		return err
	}
	phc, err := k.passwords.Hash(ctx, chosen)
	if err != nil {
		return err
	}
	return k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := setPassword(ctx, tx, a.ID, phc); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, a.ID); err != nil {
			return err
		}
		return k.noteAccount(ctx, tx, v, House, ActPasswordSet, a.ID)
	})
}

// SetPIN sets the short code (4 to 8 digits) that unlocks one's own screen; an
// empty one takes it away. The password is asked: an open screen is not enough.
func (k *Keeper) SetPIN(ctx context.Context, v Viewer, current, pin string) error {
	a, err := k.confirmSelf(ctx, v, current)
	if err != nil {
		return err
	}
	phc := ""
	if pin != "" {
		var errs text.FieldErrors
		checkPIN(&errs, "pin", pin)
		if err := errs.Err(); err != nil {
			return err
		}
		if phc, err = k.passwords.Hash(ctx, pin); err != nil {
			return err
		}
	}
	return k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := setPIN(ctx, tx, a.ID, phc); err != nil {
			return err
		}
		return tx.Touch(ctx, sessionTopic)
	})
}

// confirmSelf checks the viewer's own password again, with the same pauses as
// at the door.
func (k *Keeper) confirmSelf(ctx context.Context, v Viewer, password string) (loginRow, error) {
	var a loginRow
	if !v.SignedIn() {
		return a, refuse("access.not_yours")
	}
	err := k.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		a, err = accountByID(ctx, tx, v.account)
		return err
	})
	if err != nil {
		return a, err
	}
	leave, err := k.passwords.enter(ctx)
	if err != nil {
		return a, err
	}
	defer leave()
	bucket := loginBucket(foldLogin(a.Login))
	if err := k.count(ctx, foldLogin(a.Login), netip.Addr{}); err != nil {
		return a, err
	}
	good, err := k.passwords.matches(a.Password, password)
	if err != nil {
		return a, err
	}
	if !good {
		return a, refuse("access.wrong")
	}
	err = k.db.Update(ctx, func(ctx context.Context, tx db.Tx) error { return k.throttle.Clear(ctx, tx, bucket) })
	return a, err
}
