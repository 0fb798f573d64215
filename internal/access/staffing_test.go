// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// only gives the one account of the house called login.
func (b *bench) only(login string) access.Account {
	b.Helper()
	list, err := b.keep.Accounts(b.ctx, access.Operator())
	b.must(err)
	i := slices.IndexFunc(list, func(a access.Account) bool { return a.Login == login })
	if i < 0 {
		b.Fatalf("no account %s", login)
	}
	return list[i]
}

// What a helper notes bears the name of a worker: a role that notes is refused to
// an account that is none, and in the house, where nobody works.
func TestARoleThatNotesNeedsAWorker(t *testing.T) {
	each(t, func(b *bench) {
		needs := map[access.Role]bool{access.Mediator: true, access.SocialWorker: true, access.Reception: true, access.Volunteer: true}
		for _, role := range access.Roles {
			create := func(worker id.ID, org id.ID) error {
				_, _, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{
					Login: string(id.New()), Name: "Camille Essai", Worker: worker, Grants: []access.Grant{{Organisation: org, Role: role}},
				})
				return err
			}
			b.must(create(id.New(), b.org))
			if !needs[role] {
				b.must(create("", b.org))
				continue
			}
			b.refused(create("", b.org), "access.grant.no_worker")
			b.refused(create(id.New(), access.House), "access.grant.no_worker")
			_, _, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{Login: "bare." + string(role), Name: "Camille Essai"})
			b.must(err)
			g := access.Grant{Organisation: b.org, Role: role}
			b.refused(b.keep.Give(b.ctx, access.Operator(), b.only("bare."+string(role)).ID, g, time.Time{}, time.Time{}), "access.grant.no_worker")
		}
	})
}

func TestStaffingTiesAnAccountToItsWorker(t *testing.T) {
	each(t, func(b *bench) {
		worker := id.New()
		var asked []access.Account
		staff := func(_ context.Context, _ db.Tx, who access.Account, _ access.Grant) (id.ID, error) {
			asked = append(asked, who)
			return worker, nil
		}
		account, invitation, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{
			Login: "camille", Name: "Camille Essai", Grants: []access.Grant{{Organisation: b.org, Role: access.Volunteer}}, Staff: staff,
		})
		b.must(err)
		b.must(b.keep.UseLink(b.ctx, invitation, access.Chosen{Password: password}))
		s, err := b.keep.Look(b.ctx, b.enter("camille"))
		b.must(err)
		if s.Viewer.Worker() != worker {
			b.Errorf("signed in as worker %q, want %q", s.Viewer.Worker(), worker)
		}
		b.must(b.keep.GiveStaffed(b.ctx, access.Operator(), account, access.Grant{Organisation: id.New(), Role: access.Reception}, time.Time{}, time.Time{}, staff))
		if len(asked) != 2 || asked[0].Worker != "" || asked[1].Worker != worker || asked[1].Name != "Camille Essai" {
			b.Errorf("staffing was asked about %+v", asked)
		}
	})
}

// Nothing stays of an account whose worker could not be made.
func TestStaffingThatFailsLeavesNothing(t *testing.T) {
	each(t, func(b *bench) {
		broken := errors.New("no room")
		_, _, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{
			Login: "camille", Name: "Camille Essai", Grants: []access.Grant{{Organisation: b.org, Role: access.Volunteer}},
			Staff: func(context.Context, db.Tx, access.Account, access.Grant) (id.ID, error) { return "", broken },
		})
		if !errors.Is(err, broken) {
			b.Errorf("got %v", err)
		}
		list, err := b.keep.Accounts(b.ctx, access.Operator())
		b.must(err)
		if len(list) != 0 {
			b.Errorf("the account stayed: %+v", list)
		}
	})
}

// Whoever keeps accounts meets nobody: not in a file, not in a day, not in a
// need. Every other pair of roles goes together.
func TestEveryPairOfRoles(t *testing.T) {
	each(t, func(b *bench) {
		meets := []access.Role{access.Mediator, access.SocialWorker, access.Reception, access.Volunteer}
		for _, first := range access.Roles {
			for _, second := range access.Roles {
				account, _, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{
					Login: string(first) + "." + string(second), Name: "Camille Essai", Worker: id.New(),
					Grants: []access.Grant{{Organisation: b.org, Role: first}},
				})
				b.must(err)
				err = b.keep.Give(b.ctx, access.Operator(), account, access.Grant{Organisation: id.New(), Role: second}, time.Time{}, time.Time{})
				apart := first == access.Administrator && slices.Contains(meets, second) || second == access.Administrator && slices.Contains(meets, first)
				if apart != access.Refused(err, "access.grant.clash") || !apart && err != nil {
					b.Errorf("%s, then %s: %v", first, second, err)
				}
			}
		}
	})
}
