// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

func TestPausesGrowForOneLogin(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille@example.org", access.Volunteer, "")
		for _, login := range []string{"camille@example.org", "nobody@example.org"} {
			var pauses []time.Duration
			for range 12 {
				_, err := b.signIn(login, "not this one at all")
				b.refused(err, "access.wrong")
				_, err = b.signIn(login, "not this one at all")
				var r *access.Refusal
				if errors.As(err, &r) && !r.Until.IsZero() {
					pauses = append(pauses, r.Until.Sub(b.clock.now()))
					b.clock.pass(r.Until.Sub(b.clock.now()))
				}
			}
			want := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute}
			if len(pauses) < len(want) || !cmp.Equal(pauses[:len(want)], want) {
				b.Fatalf("%s: pauses %v, want %v", login, pauses, want)
			}
		}
	})
}

func TestARightPasswordWaitsAndThenClears(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Volunteer, "")
		for range 5 {
			_, err := b.signIn("camille", "not this one at all")
			b.refused(err, "access.wrong")
		}
		_, err := b.signIn("camille", password)
		b.refused(err, "access.wait")
		b.clock.pass(30 * time.Second)
		b.enter("camille")
		for range 4 {
			_, err := b.signIn("camille", "not this one at all")
			b.refused(err, "access.wrong")
		}
		b.enter("camille")
	})
}

func TestPausesGrowForOneAddress(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Volunteer, "")
		tries := 0
		for ; tries < 100; tries++ {
			_, err := b.signIn(fmt.Sprintf("guess%d", tries), password)
			if access.Refused(err, "access.wait") {
				break
			}
			b.refused(err, "access.wrong")
		}
		if tries != 50 {
			b.Fatalf("the address was stopped after %d tries, want 50", tries)
		}
		_, err := b.signIn("camille", password)
		b.refused(err, "access.wait")
		elsewhere := access.Attempt{Login: "camille", Password: password, Address: netip.MustParseAddr("2001:db8::1")}
		_, err = b.keep.SignIn(b.ctx, elsewhere)
		b.must(err)
	})
}

func TestAWholeHouseSignsInFromOneAddress(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Volunteer, "")
		for range 60 {
			b.enter("camille")
		}
	})
}

func TestOneSubscriberIsOneAddress(t *testing.T) {
	a := access.AddressBucket(netip.MustParseAddr("2001:db8:1:2::1"))
	for other, want := range map[string]bool{"2001:db8:1:2:ffff::9": true, "2001:db8:1:3::1": false} {
		if got := access.AddressBucket(netip.MustParseAddr(other)) == a; got != want {
			t.Errorf("%s: same bucket %v, want %v", other, got, want)
		}
	}
	if access.AddressBucket(netip.MustParseAddr("::ffff:192.0.2.7")) != access.AddressBucket(address) {
		t.Error("an IPv4 address has two buckets")
	}
}

func TestNothingReadableIsCounted(t *testing.T) {
	each(t, func(b *bench) {
		_, err := b.signIn("camille@example.org", password)
		b.refused(err, "access.wrong")
		var buckets [][]byte
		b.must(b.db.View(b.ctx, func(ctx context.Context, tx db.Tx) error {
			return tx.NewRaw(`SELECT bucket FROM throttle`).Scan(ctx, &buckets)
		}))
		if len(buckets) != 2 {
			b.Fatalf("%d buckets, want one for the login and one for the address", len(buckets))
		}
		for _, k := range buckets {
			if len(k) != 32 || strings.Contains(string(k), "camille") || strings.Contains(string(k), "192.0") {
				b.Errorf("bucket %q", k)
			}
		}
	})
}

func TestTheSameAnswerForEveryWrongWay(t *testing.T) {
	each(t, func(b *bench) {
		b.account("open", access.Volunteer, "")
		closed := b.account("closed", access.Volunteer, "")
		b.must(b.keep.Close(b.ctx, access.Operator(), closed))
		_, _, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{Login: "invited", Name: "Camille"})
		b.must(err)
		for login, with := range map[string]string{
			"open": "not this one at all", "nobody": password, "closed": password, "invited": password, "": "",
		} {
			_, err := b.signIn(login, with)
			b.refused(err, "access.wrong")
		}
	})
}

func TestLoginsFoldAndStayApart(t *testing.T) {
	each(t, func(b *bench) {
		b.account("Anne-Marie@Example.org", access.Volunteer, "")
		b.account("anne.marie@example.org", access.Volunteer, "")
		b.enter(" ANNE-MARIE@example.ORG ")
		_, _, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{Login: "anne-marie@example.org", Name: "Autre"})
		if err == nil || !strings.Contains(err.Error(), "access.login.taken") {
			b.Errorf("got %v, want access.login.taken", err)
		}
	})
}

func TestStaffNeedASecondFactor(t *testing.T) {
	each(t, func(b *bench) {
		for _, role := range access.Roles {
			b.account(string(role), role, "")
			in, err := b.signIn(string(role), password)
			b.must(err)
			want := access.StageEnrol
			if role == access.Volunteer || role == access.Funder {
				want = access.StageOpen
			}
			if in.Stage != want {
				b.Errorf("%s: stage %q, want %q", role, in.Stage, want)
			}
			s, err := b.keep.Look(b.ctx, in.Token)
			b.must(err)
			if s.Viewer.SignedIn() != (want == access.StageOpen) {
				b.Errorf("%s: signed in is %v at stage %q", role, s.Viewer.SignedIn(), s.Stage)
			}
		}
	})
}

func TestOldCostsAreRenewed(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Volunteer, "")
		dearer := quick()
		dearer.Cost.Passes = 2
		b.keep = access.NewKeeper(b.db, master, dearer)
		b.enter("camille")
		var phc string
		b.must(b.db.View(b.ctx, func(ctx context.Context, tx db.Tx) error {
			return tx.NewRaw(`SELECT password FROM account`).Scan(ctx, &phc)
		}))
		if !strings.HasPrefix(phc, "$argon2id$v=19$m=64,t=2,p=1$") {
			b.Errorf("the hash was not renewed: %s", phc)
		}
		b.enter("camille")
	})
}

func TestChangedPasswordEndsSessions(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Volunteer, "")
		first, second := b.enter("camille"), b.enter("camille")
		s, err := b.keep.Look(b.ctx, first)
		b.must(err)
		b.refused(b.keep.ChangePassword(b.ctx, access.Viewer{}, password, "un autre mot tout neuf"), "access.not_yours")
		b.refused(b.keep.ChangePassword(b.ctx, s.Viewer, "not this one at all", "un autre mot tout neuf"), "access.wrong")
		b.wantStage(second, access.StageOpen)
		b.must(b.keep.ChangePassword(b.ctx, s.Viewer, password, "un autre mot tout neuf"))
		b.wantStage(first, access.StageNone)
		b.wantStage(second, access.StageNone)
		_, err = b.signIn("camille", password)
		b.refused(err, "access.wrong")
		_, err = b.signIn("camille", "un autre mot tout neuf")
		b.must(err)
	})
}

func TestChosenPasswords(t *testing.T) {
	each(t, func(b *bench) {
		for chosen, want := range map[string]string{
			"court":                      "access.password.short",
			"aaaaaaaaaaaaaaa":            "access.password.repeated",
			"camille@example.org1":       "access.password.name",
			strings.Repeat("abcdef", 30): "access.password.long",
		} {
			_, _, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{Login: "camille@example.org", Name: "Camille Essai", Password: chosen})
			if err == nil || !strings.Contains(err.Error(), want) {
				b.Errorf("%d characters: got %v, want %s", len(chosen), err, want)
			}
		}
	})
}

func TestThrottleSweepKeepsWhatCounts(t *testing.T) {
	each(t, func(b *bench) {
		_, err := b.signIn("camille", password)
		b.refused(err, "access.wrong")
		_, n, err := b.keep.Sweep(b.ctx)
		b.must(err)
		if n != 0 {
			b.Errorf("%d buckets swept at once, want 0", n)
		}
		b.clock.pass(13 * time.Hour)
		_, n, err = b.keep.Sweep(b.ctx)
		b.must(err)
		if n != 2 {
			b.Errorf("%d buckets swept, want 2", n)
		}
	})
}

func TestSheetCodesAreSlowedAcrossProcesses(t *testing.T) {
	each(t, func(b *bench) {
		other := access.NewThrottle(master)
		try := func(th *access.Throttle) error {
			return b.db.Update(b.ctx, func(ctx context.Context, tx db.Tx) error {
				return th.Try(ctx, tx, "sheet "+access.AddressBucket(address), access.SheetLimit)
			})
		}
		for i := range access.SheetLimit.Free {
			th := b.keep.Throttle()
			if i%2 == 1 {
				th = other
			}
			b.must(try(th))
		}
		b.refused(try(other), "access.wait")
		b.refused(try(b.keep.Throttle()), "access.wait")
		b.clock.pass(access.SheetLimit.Base)
		b.must(try(other))
	})
}

func TestNewAccountsAreOnlyMadeByWhoKeepsThem(t *testing.T) {
	each(t, func(b *bench) {
		mediator := access.NewViewer(id.New(), "", b.org, []access.Grant{{Organisation: b.org, Role: access.Mediator}})
		local := access.NewViewer(id.New(), "", b.org, []access.Grant{{Organisation: b.org, Role: access.Administrator}})
		make := func(by access.Viewer, org id.ID) error {
			_, _, err := b.keep.CreateAccount(b.ctx, by, access.NewAccount{
				Login: string(id.New()), Name: "Camille", Worker: id.New(), Grants: []access.Grant{{Organisation: org, Role: access.Reception}},
			})
			return err
		}
		b.refused(make(mediator, b.org), "access.not_yours")
		b.refused(make(access.Viewer{}, b.org), "access.not_yours")
		b.refused(make(local, id.New()), "access.not_yours")
		b.must(make(local, b.org))
	})
}
