// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"context"
	"testing"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
)

// BenchmarkLook measures what every page of the work space pays to know who asks.
func BenchmarkLook(b *testing.B) {
	ctx := context.Background()
	d := dbtest.SQLite(b, clock.System)
	k := access.NewKeeper(d, master, quick())
	if _, _, err := k.CreateAccount(ctx, access.Operator(), access.NewAccount{Login: "camille", Name: "Camille", Password: password}); err != nil {
		b.Fatal(err)
	}
	in, err := k.SignIn(ctx, access.Attempt{Login: "camille", Password: password})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if s, err := k.Look(ctx, in.Token); err != nil || s.Stage != access.StageOpen {
				b.Fatalf("%q, %v", s.Stage, err)
			}
		}
	})
}

// BenchmarkNote measures one act with its row in the audit, on each engine.
func BenchmarkNote(b *testing.B) {
	for name, open := range map[string]func(testing.TB, clock.Clock) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			ctx := context.Background()
			d := open(b, clock.System)
			audit := access.NewAudit(d, master)
			v := access.NewViewer(id.New(), id.New(), id.New(), nil)
			s := access.Subject{Kind: "person", ID: id.New()}
			for b.Loop() {
				if err := d.Update(ctx, func(ctx context.Context, tx db.Tx) error {
					return audit.Note(ctx, tx, v, "person.opened", s)
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
