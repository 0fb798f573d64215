// SPDX-License-Identifier: Apache-2.0

package demo_test

import (
	"context"
	"testing"

	"escale/internal/access"
	"escale/internal/app/demo"
	"escale/internal/app/rooms"
	"escale/internal/kit/db"
)

func TestFillTellsTheWholeStory(t *testing.T) {
	ctx := context.Background()
	var c demo.Clock
	r, err := rooms.Open(ctx, rooms.Config{Data: t.TempDir()}, access.DefaultPolicy(), c.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	steps := 0
	if err := demo.Fill(ctx, r, &c, func(done, total int) { steps++ }); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	err = r.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, table := range []string{"organisation", "place", "need", "referral", "booking", "activity", "account"} {
			var n int
			if err := tx.NewRaw(`SELECT count(*) FROM `+table).Scan(ctx, &n); err != nil {
				return err
			}
			counts[table] = n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(counts)
	for table, least := range map[string]int{"organisation": 8, "place": 50, "need": 200, "referral": 50, "booking": 100, "activity": 100, "account": 7} {
		if counts[table] < least {
			t.Errorf("%d rows in %s, want at least %d", counts[table], table, least)
		}
	}
	accounts, err := demo.Accounts()
	if err != nil {
		t.Fatal(err)
	}
	roles := map[access.Role]bool{}
	for _, a := range accounts {
		roles[a.Role] = true
		if _, err := r.Keeper.SignIn(ctx, access.Attempt{Login: a.Login, Password: a.Password}); err != nil {
			t.Errorf("%s cannot sign in: %v", a.Login, err)
		}
	}
	if len(roles) != len(access.Roles) {
		t.Errorf("logins for %d roles, want %d", len(roles), len(access.Roles))
	}
	if steps == 0 {
		t.Error("no progress was told")
	}
}
