// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

func TestATokenPlantedBeforeNeverOpens(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Volunteer, "")
		b.account("attacker", access.Volunteer, "")
		planted := b.enter("attacker")
		in, err := b.keep.SignIn(b.ctx, access.Attempt{Login: "camille", Password: password, Previous: planted})
		b.must(err)
		if in.Token == planted {
			b.Error("the token was kept")
		}
		b.wantStage(planted, access.StageNone)
		b.wantStage("never given", access.StageNone)
		b.wantStage("", access.StageNone)
		b.wantStage(in.Token, access.StageOpen)

		var kept []byte
		b.must(b.db.View(b.ctx, func(ctx context.Context, tx db.Tx) error {
			return tx.NewRaw(`SELECT hash FROM access_session`).Scan(ctx, &kept)
		}))
		if bytes.Contains(kept, []byte(in.Token)) || len(kept) != 32 {
			b.Error("the store holds something else than the hash of the token")
		}
	})
}

func TestAnIdleScreenLocks(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Volunteer, "")
		token := b.enter("camille")
		for range 5 { // working keeps it open
			b.clock.pass(9 * time.Minute)
			b.wantStage(token, access.StageOpen)
		}
		b.clock.pass(10 * time.Minute)
		b.wantStage(token, access.StageLocked)
		b.wantStage(token, access.StageLocked)
		s, err := b.keep.Look(b.ctx, token)
		b.must(err)
		if s.Viewer.SignedIn() || s.Name != "Camille Essai" {
			b.Errorf("a locked screen: signed in %v, name %q", s.Viewer.SignedIn(), s.Name)
		}
		b.refused(b.keep.Unlock(b.ctx, token, "not this one at all"), "access.unlock_wrong")
		b.wantStage(token, access.StageLocked)
		b.must(b.keep.Unlock(b.ctx, token, password))
		b.wantStage(token, access.StageOpen)
		b.must(b.keep.Lock(b.ctx, token))
		b.wantStage(token, access.StageLocked)
	})
}

func TestShortCodeUnlocksAndFiveWrongOnesEndTheSession(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Volunteer, "")
		token := b.enter("camille")
		s, err := b.keep.Look(b.ctx, token)
		b.must(err)
		b.must(b.keep.Lock(b.ctx, token))
		b.refused(b.keep.Unlock(b.ctx, token, "2580"), "access.unlock_wrong")
		b.must(b.keep.SetPIN(b.ctx, s.Viewer, password, "2580"))
		b.must(b.keep.Unlock(b.ctx, token, "2580"))
		b.wantStage(token, access.StageOpen)
		// The short code is no password.
		_, err = b.signIn("camille", "2580")
		b.refused(err, "access.wrong")
		b.must(b.keep.Lock(b.ctx, token))
		for range 5 {
			b.refused(b.keep.Unlock(b.ctx, token, "9999"), "access.unlock_wrong")
		}
		b.refused(b.keep.Unlock(b.ctx, token, "2580"), "access.locked_out")
		b.wantStage(token, access.StageNone)
	})
}

func TestASessionEndsAfterItsTime(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Volunteer, "")
		token := b.enter("camille")
		start := b.clock.now()
		for range 13 * 12 {
			b.clock.pass(5 * time.Minute)
			if b.stage(token) != access.StageOpen {
				break
			}
		}
		if got := b.clock.now().Sub(start); got != 12*time.Hour {
			b.Errorf("the session lasted %v, want 12 h", got)
		}
		n, _, err := b.keep.Sweep(b.ctx)
		b.must(err)
		if n != 1 {
			b.Errorf("%d sessions swept, want 1", n)
		}
	})
}

func TestTwoProcessesAgreeWithinTwoSeconds(t *testing.T) {
	each(t, func(b *bench) {
		account := b.account("camille", access.Mediator, secret)
		other := access.NewKeeper(b.db, master, quick())
		look := func(k *access.Keeper, token string) access.Session {
			s, err := k.Look(b.ctx, token)
			b.must(err)
			return s
		}
		token := b.enter("camille")
		if !look(other, token).Viewer.May(access.ReadPerson) {
			b.Fatal("the other process does not know the session")
		}
		gone := b.enter("camille")
		look(other, gone)
		b.must(b.keep.SignOut(b.ctx, gone))
		b.wantStage(gone, access.StageNone)
		b.clock.pass(2 * time.Second)
		if s := look(other, gone); s.Stage != access.StageNone {
			b.Errorf("signed out here, %q there", s.Stage)
		}
		// Working there keeps the screen open here.
		for range 12 {
			b.clock.pass(time.Minute)
			look(other, token)
		}
		b.wantStage(token, access.StageOpen)
		// Locked there, locked here.
		b.must(other.Lock(b.ctx, token))
		b.clock.pass(2 * time.Second)
		b.wantStage(token, access.StageLocked)
		b.must(b.keep.Unlock(b.ctx, token, password))
		if look(other, token).Stage != access.StageOpen {
			b.Error("unlocked here, not there")
		}
		// A closed account is out at once here, within two seconds there.
		b.must(b.keep.Close(b.ctx, access.Operator(), account))
		b.wantStage(token, access.StageNone)
		b.clock.pass(2 * time.Second)
		if s := look(other, token); s.Stage != access.StageNone {
			b.Errorf("closed here, %q there", s.Stage)
		}
	})
}

func TestAHotPageAsksTheStoreNothing(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Volunteer, "")
		token := b.enter("camille")
		b.wantStage(token, access.StageOpen)
		ended, cancel := context.WithCancel(b.ctx)
		cancel() // any query fails from here on
		for range 100 {
			s, err := b.keep.Look(ended, token)
			b.must(err)
			if !s.Viewer.May(access.OwnDay) {
				b.Fatal("the viewer is not whole")
			}
		}
		b.clock.pass(time.Second)
		if _, err := b.keep.Look(ended, token); err == nil {
			b.Error("after a second nothing was asked")
		}
	})
}

func TestActingForAnotherOrganisation(t *testing.T) {
	each(t, func(b *bench) {
		account := b.account("camille", access.Volunteer, "")
		there := id.New()
		b.must(b.keep.Give(b.ctx, access.Operator(), account, access.Grant{Organisation: there, Role: access.Funder}, time.Time{}, time.Time{}))
		token := b.enter("camille")
		for org, may := range map[id.ID]access.Permission{b.org: access.OwnDay, there: access.ReadFigures} {
			b.must(b.keep.ActFor(b.ctx, token, org))
			s, err := b.keep.Look(b.ctx, token)
			b.must(err)
			if s.Viewer.Organisation() != org || !s.Viewer.May(may) || len(s.Organisations) != 2 {
				b.Errorf("acting for %s: %s, may %s %v", org, s.Viewer.Organisation(), may, s.Viewer.May(may))
			}
			if org == there && s.RoleKey != "role.funder" {
				b.Errorf("role %s", s.RoleKey)
			}
		}
		b.refused(b.keep.ActFor(b.ctx, token, id.New()), "access.not_yours")
	})
}

func TestAGrantBeginsAndEndsByItself(t *testing.T) {
	each(t, func(b *bench) {
		account, _, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{Login: "camille", Name: "Camille", Worker: id.New(), Password: password})
		b.must(err)
		now := b.clock.now()
		b.must(b.keep.Give(b.ctx, access.Operator(), account, access.Grant{Organisation: b.org, Role: access.Volunteer}, now.Add(time.Minute), now.Add(3*time.Minute)))
		token := b.enter("camille")
		for minute, want := range []bool{false, true, true, false} {
			s, err := b.keep.Look(b.ctx, token)
			b.must(err)
			if got := s.Viewer.May(access.OwnDay); got != want {
				b.Errorf("minute %d: %v, want %v", minute, got, want)
			}
			b.clock.pass(time.Minute)
		}
	})
}

func TestOnlyHTTPSHasTheGuardedCookie(t *testing.T) {
	if got := access.CookieName(true); !strings.HasPrefix(got, "__Host-") {
		t.Errorf("over HTTPS: %s", got)
	}
	if got := access.CookieName(false); strings.HasPrefix(got, "__") {
		t.Errorf("without HTTPS browsers refuse %s", got)
	}
}
