// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"errors"
	"strings"
	"time"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
)

// LinkKind is what a one-time link is for.
type LinkKind string

// The kinds of one-time links.
const (
	FirstLink  LinkKind = "first"  // the first administrator of a new house
	InviteLink LinkKind = "invite" // a new account chooses its password
	ResetLink  LinkKind = "reset"  // a forgotten password
)

// Link is what the page behind a one-time link shows before anything is typed.
type Link struct {
	Kind    LinkKind
	Login   string // empty for the first administrator, who chooses it
	Name    string
	Expires time.Time
}

// Chosen is what someone types behind a one-time link. Login and Name count only
// for the first administrator.
type Chosen struct {
	Login    string
	Name     string
	Password string
}

// CreateFirstAdministrator gives the token of a new one-time link, which makes
// the first administrator, and ends the former one. It gives "" when the house
// has an administrator already.
func (k *Keeper) CreateFirstAdministrator(ctx context.Context) (token string, err error) {
	err = k.db.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		token = ""
		n, err := administrators(ctx, tx, "")
		if err != nil || n > 0 {
			return err
		}
		token, err = addLink(ctx, tx, FirstLink, "", operator, k.policy.LinkLifetime)
		return err
	})
	return token, err
}

// OpenLink shows what a one-time link is for, without using it up. A link that
// is unknown, used or over gives access.link.over: the three look alike.
func (k *Keeper) OpenLink(ctx context.Context, token string) (Link, error) {
	var l Link
	err := k.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		l, _, err = linkOf(ctx, tx, token)
		return err
	})
	return l, overLink(err)
}

func linkOf(ctx context.Context, tx db.Tx, token string) (Link, id.ID, error) {
	row, err := readLink(ctx, tx, token)
	if err != nil {
		return Link{}, "", err
	}
	l := Link{Kind: LinkKind(row.Kind), Expires: row.ExpiresAt.Time}
	if row.AccountID == "" {
		return l, "", nil
	}
	a, err := accountByID(ctx, tx, row.AccountID)
	if err == nil && a.Status == string(AccountClosed) {
		err = db.ErrNotFound
	}
	l.Login, l.Name = a.Login, a.Name
	return l, row.AccountID, err
}

func overLink(err error) error {
	if errors.Is(err, db.ErrNotFound) {
		return refuse("access.link.over")
	}
	return err
}

// UseLink uses a one-time link up: the password is set, every session of the
// account ends, and she can sign in. What was typed badly comes back as
// *text.FieldErrors and leaves the link as it was. A second factor already set
// up stays asked: the link replaces the password only.
func (k *Keeper) UseLink(ctx context.Context, token string, c Chosen) error {
	l, err := k.OpenLink(ctx, token)
	if err != nil {
		return err
	}
	var errs text.FieldErrors
	if l.Kind == FirstLink {
		checkLogin(&errs, c.Login)
		checkName(&errs, c.Name)
		l.Login, l.Name = strings.TrimSpace(c.Login), strings.TrimSpace(c.Name)
	}
	checkPassword(&errs, "password", c.Password, l.Login, l.Name)
	if err := errs.Err(); err != nil {
		return err
	}
	phc, err := k.passwords.Hash(ctx, c.Password)
	if err != nil {
		return err
	}
	err = k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := useLink(ctx, tx, token); err != nil {
			return err
		}
		if l.Kind == FirstLink {
			return k.addFirst(ctx, tx, l, phc)
		}
		return k.choosePassword(ctx, tx, token, phc)
	})
	if db.RefusedBy(err, "uq_account_login_key") {
		return taken()
	}
	return overLink(err)
}

// addFirst makes the first administrator, unless another link made one.
func (k *Keeper) addFirst(ctx context.Context, tx db.Tx, l Link, phc string) error {
	if err := tx.Touch(ctx, administratorTopic); err != nil {
		return err
	}
	if n, err := administrators(ctx, tx, ""); err != nil || n > 0 {
		return errors.Join(err, db.ErrNotFound)
	}
	a := Account{ID: id.New(), Login: l.Login, Name: l.Name, Status: AccountOpen}
	if err := insertAccount(ctx, tx, a, phc, nil); err != nil {
		return err
	}
	grant := GivenGrant{ID: id.New(), Grant: Grant{Organisation: House, Role: Administrator}, From: tx.Now.Time, GivenBy: operator}
	if err := insertGrant(ctx, tx, a.ID, grant); err != nil {
		return err
	}
	return k.noteAccount(ctx, tx, Operator(), House, ActAccountMade, a.ID)
}

// choosePassword sets the password behind an invitation or a reset.
func (k *Keeper) choosePassword(ctx context.Context, tx db.Tx, token, phc string) error {
	account, err := linkAccount(ctx, tx, token)
	if err != nil {
		return err
	}
	a, err := accountByID(ctx, tx, account)
	if err != nil {
		return err
	}
	if a.Status == string(AccountClosed) {
		return db.ErrNotFound
	}
	if err := setPassword(ctx, tx, account, phc); err != nil {
		return err
	}
	if err := endSessions(ctx, tx, account); err != nil {
		return err
	}
	if err := k.throttle.Clear(ctx, tx, loginBucket(foldLogin(a.Login))); err != nil {
		return err
	}
	return k.noteAccount(ctx, tx, self(account, a.WorkerID), House, ActPasswordSet, account)
}

// taken says that a login belongs to someone. Only whoever keeps accounts, or
// the first administrator, can be told.
func taken() error {
	var errs text.FieldErrors
	errs.Add("login", "access.login.taken")
	return errs.Err()
}
