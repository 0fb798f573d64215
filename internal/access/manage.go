// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
)

// administratorTopic is touched by gestures that change who keeps the house, so
// that two of them wait for each other.
const administratorTopic = "administrators"

// NewAccount is an account to make.
type NewAccount struct {
	Login  string
	Name   string
	Worker id.ID    // the worker she is, if any
	Grants []Grant  // given at once
	Staff  Staffing // makes her a worker where her grants want one; nil leaves Worker as it is
	// Password, when set, opens the account now instead of inviting her by a
	// link. TOTPSecret (base 32) then sets her second factor up. Both are for the
	// demonstration and for programs: a person chooses hers behind a link.
	Password   string
	TOTPSecret string
}

// CreateAccount makes an account in the name of by, and gives the token of the
// invitation, "" when a password was given. What is wrong in it comes back as
// *text.FieldErrors; what by may not do, as access.not_yours.
func (k *Keeper) CreateAccount(ctx context.Context, by Viewer, n NewAccount) (account id.ID, invitation string, err error) {
	n.Login, n.Name = strings.TrimSpace(n.Login), strings.TrimSpace(n.Name)
	var errs text.FieldErrors
	checkLogin(&errs, n.Login)
	checkName(&errs, n.Name)
	phc := ""
	if n.Password != "" {
		checkPassword(&errs, "password", n.Password, n.Login, n.Name)
		if phc, err = k.passwords.Hash(ctx, n.Password); err != nil {
			return "", "", err
		}
	}
	if err := errs.Err(); err != nil {
		return "", "", err
	}
	a := Account{ID: id.New(), Login: n.Login, Name: n.Name, Worker: n.Worker, Status: AccountInvited}
	if phc != "" {
		a.Status = AccountOpen
	}
	var totp []byte
	if n.TOTPSecret != "" {
		if _, err := base32Secret.DecodeString(n.TOTPSecret); err != nil {
			return "", "", fmt.Errorf("access: the secret of a second factor is base 32 in capitals: %w", err)
		}
		totp = k.secrets.Seal(totpPlace(a.ID), n.TOTPSecret)
	}
	err = k.db.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		if !by.keepsAll(givenOf(n.Grants)) {
			return refuse("access.not_yours")
		}
		if err := insertAccount(ctx, tx, a, phc, totp); err != nil {
			return err
		}
		if err := k.noteAccount(ctx, tx, by, by.organisation, ActAccountMade, a.ID); err != nil {
			return err
		}
		for _, g := range n.Grants {
			if err := k.give(ctx, tx, by, a.ID, GivenGrant{Grant: g, From: tx.Now.Time}, n.Staff); err != nil {
				return err
			}
		}
		if phc != "" {
			return nil
		}
		invitation, err = addLink(ctx, tx, InviteLink, a.ID, by.account, k.policy.LinkLifetime)
		return err
	})
	if db.RefusedBy(err, "uq_account_login_key") {
		err = taken()
	}
	if err != nil {
		return "", "", err
	}
	return a.ID, invitation, nil
}

func givenOf(grants []Grant) []GivenGrant {
	given := make([]GivenGrant, len(grants))
	for i, g := range grants {
		given[i].Grant = g
	}
	return given
}

// Accounts lists the accounts by may see: all for whoever keeps the house, those
// with a grant where she keeps the accounts otherwise.
func (k *Keeper) Accounts(ctx context.Context, by Viewer) ([]Account, error) {
	var list []Account
	err := k.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		list, err = allAccounts(ctx, tx)
		return err
	})
	if err != nil || by.MayIn(ManageAccounts, House) {
		return list, err
	}
	kept := slices.DeleteFunc(list, func(a Account) bool {
		return !slices.ContainsFunc(a.Grants, func(g GivenGrant) bool { return by.keeps(g.Grant.Organisation) })
	})
	// Of an account shared with others, only the grants that are hers to keep.
	for i := range kept {
		kept[i].Grants = slices.DeleteFunc(kept[i].Grants, func(g GivenGrant) bool { return !by.keeps(g.Grant.Organisation) })
	}
	return kept, nil
}

// Give gives a role in one organisation, from now or from g.From, and ends her
// sessions so that the next sign-in asks what the role asks. A role that would
// let someone both keep accounts and see persons gives access.grant.clash; one
// she has already, access.grant.already; oneself, access.grant.oneself; one that
// a worker holds, to an account that is none, access.grant.no_worker.
func (k *Keeper) Give(ctx context.Context, by Viewer, account id.ID, g Grant, from, until time.Time) error {
	return k.GiveStaffed(ctx, by, account, g, from, until, nil)
}

// GiveStaffed is Give for an account that may not be a worker there yet: staff
// makes it one, in the same gesture.
func (k *Keeper) GiveStaffed(ctx context.Context, by Viewer, account id.ID, g Grant, from, until time.Time, staff Staffing) error {
	return k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		if !by.keeps(g.Organisation) {
			return refuse("access.not_yours")
		}
		if err := holdAccount(ctx, tx, account); err != nil {
			return err
		}
		if from.IsZero() {
			from = tx.Now.Time
		}
		if err := k.give(ctx, tx, by, account, GivenGrant{Grant: g, From: from, Until: until}, staff); err != nil {
			return err
		}
		return endSessions(ctx, tx, account)
	})
}

// give writes a grant, checked against those she has, and makes her the worker
// it wants.
func (k *Keeper) give(ctx context.Context, tx db.Tx, by Viewer, account id.ID, g GivenGrant, staff Staffing) error {
	switch {
	case !slices.Contains(Roles, g.Grant.Role) || g.Grant.Organisation == "":
		return refuse("access.grant.unknown")
	case by.account == account:
		return refuse("access.grant.oneself")
	case !g.Until.IsZero() && !g.Until.After(g.From):
		return refuse("access.grant.dates")
	}
	held, err := grantsOf(ctx, tx, account)
	if err != nil {
		return err
	}
	if clash(held, g.Grant.Role) {
		return refuse("access.grant.clash")
	}
	if slices.ContainsFunc(held, func(h GivenGrant) bool { return h.Grant == g.Grant }) {
		return refuse("access.grant.already")
	}
	if err := staffed(ctx, tx, account, g.Grant, staff); err != nil {
		return err
	}
	g.ID, g.GivenBy = id.New(), by.account
	if err := insertGrant(ctx, tx, account, g); err != nil {
		return err
	}
	return k.noteAccount(ctx, tx, by, g.Grant.Organisation, ActGrantGiven, account)
}

// End ends a grant now, and the sessions of its account. The last one that keeps
// the house stays: access.last_administrator.
func (k *Keeper) End(ctx context.Context, by Viewer, grant id.ID) error {
	return k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := tx.Touch(ctx, administratorTopic); err != nil {
			return err
		}
		g, account, err := grantByID(ctx, tx, grant)
		if err != nil {
			return err
		}
		if !by.keeps(g.Grant.Organisation) {
			return db.ErrNotFound
		}
		if err := holdAccount(ctx, tx, account); err != nil {
			return err
		}
		if keepsHouse(g) {
			if err := othersKeep(ctx, tx, account); err != nil {
				return err
			}
		}
		if err := endGrant(ctx, tx, grant, by.account); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, account); err != nil {
			return err
		}
		return k.noteAccount(ctx, tx, by, g.Grant.Organisation, ActGrantEnded, account)
	})
}

// othersKeep refuses when nobody but account keeps the house.
func othersKeep(ctx context.Context, tx db.Tx, account id.ID) error {
	n, err := administrators(ctx, tx, account)
	if err == nil && n == 0 {
		err = refuse("access.last_administrator")
	}
	return err
}

// Close closes an account: she is signed out everywhere at once and signs in no
// more. Her acts stay. The last one that keeps the house stays open.
func (k *Keeper) Close(ctx context.Context, by Viewer, account id.ID) error {
	return k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		grants, err := k.hold(ctx, tx, by, account)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(grants, keepsHouse) {
			if err := othersKeep(ctx, tx, account); err != nil {
				return err
			}
		}
		if err := closeAccount(ctx, tx, account); err != nil {
			return err
		}
		return k.noteAccount(ctx, tx, by, by.organisation, ActAccountClosed, account)
	})
}

func keepsHouse(g GivenGrant) bool {
	return g.Grant == Grant{Organisation: House, Role: Administrator}
}

// CloseInactive closes the accounts nobody used since before (six months ago,
// R128) and says how many. The last one that keeps the house stays.
func (k *Keeper) CloseInactive(ctx context.Context, before time.Time) (int, error) {
	var ids []id.ID
	err := k.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		ids, err = inactive(ctx, tx, before)
		return err
	})
	closed := 0
	for _, account := range ids {
		switch err := k.Close(ctx, Operator(), account); {
		case err == nil:
			closed++
		case Refused(err, "access.last_administrator"), errors.Is(err, db.ErrNotFound):
		default:
			return closed, err
		}
	}
	return closed, err
}

// ResetPassword gives the token of a link behind which she chooses a password.
// For a closed account it is also the way back in.
func (k *Keeper) ResetPassword(ctx context.Context, by Viewer, account id.ID) (token string, err error) {
	err = k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := k.hold(ctx, tx, by, account); err != nil {
			return err
		}
		kind, act := ResetLink, ActResetMade
		switch err := reopenAccount(ctx, tx, account); {
		case err == nil:
			kind, act = InviteLink, ActAccountReopened
		case !errors.Is(err, db.ErrNotFound):
			return err
		}
		if token, err = addLink(ctx, tx, kind, account, by.account, k.policy.LinkLifetime); err != nil {
			return err
		}
		return k.noteAccount(ctx, tx, by, by.organisation, act, account)
	})
	return token, err
}

// ResetSecondFactor takes a lost second factor away and ends her sessions: the
// next sign-in sets up another.
func (k *Keeper) ResetSecondFactor(ctx context.Context, by Viewer, account id.ID) error {
	return k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := k.hold(ctx, tx, by, account); err != nil {
			return err
		}
		if err := setSecondFactor(ctx, tx, account, nil, 0, nil); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, account); err != nil {
			return err
		}
		return k.noteAccount(ctx, tx, by, by.organisation, ActSecondFactorReset, account)
	})
}

// SignOutEverywhere ends every session of an account, one's own or one by keeps:
// a telephone or a computer was lost.
func (k *Keeper) SignOutEverywhere(ctx context.Context, by Viewer, account id.ID) error {
	return k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		if by.account != account {
			if _, err := k.hold(ctx, tx, by, account); err != nil {
				return err
			}
		}
		if err := endSessions(ctx, tx, account); err != nil {
			return err
		}
		return k.noteAccount(ctx, tx, by, House, ActSignedOut, account)
	})
}

// Rename changes the login and the name of an account read at version, or gives
// db.ErrStale when it changed since.
func (k *Keeper) Rename(ctx context.Context, by Viewer, account id.ID, version int64, login, name string) error {
	login, name = strings.TrimSpace(login), strings.TrimSpace(name)
	var errs text.FieldErrors
	checkLogin(&errs, login)
	checkName(&errs, name)
	if err := errs.Err(); err != nil {
		return err
	}
	err := k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := k.mayTouch(ctx, tx, by, account); err != nil {
			return err
		}
		if err := renameAccount(ctx, tx, account, version, login, name); err != nil {
			return err
		}
		if err := tx.Touch(ctx, sessionTopic); err != nil {
			return err
		}
		return k.noteAccount(ctx, tx, by, by.organisation, ActAccountRenamed, account)
	})
	if db.RefusedBy(err, "uq_account_login_key") {
		return taken()
	}
	return err
}

// hold makes other gestures on account, and on who keeps the house, wait for
// this one, and gives its grants when by may touch it. An account that is not
// hers to keep looks like none: db.ErrNotFound.
func (k *Keeper) hold(ctx context.Context, tx db.Tx, by Viewer, account id.ID) ([]GivenGrant, error) {
	if err := tx.Touch(ctx, administratorTopic); err != nil {
		return nil, err
	}
	if err := holdAccount(ctx, tx, account); err != nil {
		return nil, err
	}
	grants, err := grantsOf(ctx, tx, account)
	if err == nil && !by.keepsAll(grants) {
		err = db.ErrNotFound
	}
	return grants, err
}

// mayTouch gives db.ErrNotFound when account is not by's to keep.
func (k *Keeper) mayTouch(ctx context.Context, tx db.Tx, by Viewer, account id.ID) error {
	grants, err := grantsOf(ctx, tx, account)
	if err == nil && !by.keepsAll(grants) {
		err = db.ErrNotFound
	}
	return err
}
