// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"context"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
)

// hand is a clock moved by hand.
type hand struct{ ms atomic.Int64 }

func newHand() *hand {
	h := &hand{}
	h.ms.Store(time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC).UnixMilli())
	return h
}

func (h *hand) now() time.Time        { return time.UnixMilli(h.ms.Load()).UTC() }
func (h *hand) pass(by time.Duration) { h.ms.Add(by.Milliseconds()) }

var master = func() seal.Master {
	m, err := seal.MasterOf([]byte("escale tests only: master key 32"))
	if err != nil {
		panic(err)
	}
	return m
}()

// quick is the default policy with hashes that cost nothing.
func quick() access.Policy {
	p := access.DefaultPolicy()
	p.Cost = access.Cost{Memory: 64, Passes: 1, Threads: 1}
	return p
}

const (
	password = "caravane jaune sous la pluie"
	secret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

var address = netip.MustParseAddr("192.0.2.7")

// bench is a house under test.
type bench struct {
	*testing.T
	ctx   context.Context
	db    *db.DB
	clock *hand
	keep  *access.Keeper
	org   id.ID
}

// each runs f on a fresh house per engine. Most of a test is waiting for
// PostgreSQL to make its database, so tests wait together.
func each(t *testing.T, f func(b *bench)) {
	t.Helper()
	t.Parallel()
	clock := newHand()
	dbtest.RunAt(t, clock.now, func(t *testing.T, d *db.DB) {
		f(&bench{T: t, ctx: context.Background(), db: d, clock: clock, keep: access.NewKeeper(d, master, quick()), org: id.New()})
	})
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// refused fails unless err is a refusal with the message key.
func (b *bench) refused(err error, key string) {
	b.Helper()
	if !access.Refused(err, key) {
		b.Fatalf("got %v, want %s", err, key)
	}
}

// account makes the open account of a worker with a role in the organisation
// under test.
func (b *bench) account(login string, role access.Role, totp string) id.ID {
	b.Helper()
	a, _, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{
		Login: login, Name: "Camille Essai", Worker: id.New(), Password: password, TOTPSecret: totp,
		Grants: []access.Grant{{Organisation: b.org, Role: role}},
	})
	b.must(err)
	return a
}

func (b *bench) signIn(login, with string) (access.SignedInAs, error) {
	return b.keep.SignIn(b.ctx, access.Attempt{Login: login, Password: with, Address: address})
}

// code is what the telephone shows now.
func (b *bench) code() string {
	b.Helper()
	c, err := access.CodeAt(secret, b.clock.now())
	b.must(err)
	return c
}

// enter signs in fully, with the second factor when it is asked.
func (b *bench) enter(login string) string {
	b.Helper()
	in, err := b.signIn(login, password)
	b.must(err)
	if in.Stage == access.StageCode {
		b.clock.pass(time.Minute) // a code opens once
		in.Token, err = b.keep.Confirm(b.ctx, in.Token, b.code())
		b.must(err)
	}
	return in.Token
}

// stage is the stage of a token's session.
func (b *bench) stage(token string) access.Stage {
	b.Helper()
	s, err := b.keep.Look(b.ctx, token)
	b.must(err)
	return s.Stage
}

func (b *bench) wantStage(token string, want access.Stage) {
	b.Helper()
	if got := b.stage(token); got != want {
		b.Fatalf("stage: got %q, want %q", got, want)
	}
}

func (b *bench) exec(query string, args ...any) {
	b.Helper()
	b.must(b.db.Update(b.ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.NewRaw(query, args...).Exec(ctx)
		return err
	}))
}

// whole fails unless the audit is whole.
func (b *bench) whole() access.Report {
	b.Helper()
	r, err := b.keep.Audit().Verify(b.ctx, nil)
	b.must(err)
	if !r.Whole {
		b.Fatalf("the audit has faults: %v", r.Faults)
	}
	return r
}
