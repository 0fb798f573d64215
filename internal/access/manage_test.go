// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

func TestTheFirstAdministrator(t *testing.T) {
	each(t, func(b *bench) {
		old, err := b.keep.CreateFirstAdministrator(b.ctx)
		b.must(err)
		token, err := b.keep.CreateFirstAdministrator(b.ctx)
		b.must(err)
		_, err = b.keep.OpenLink(b.ctx, old)
		b.refused(err, "access.link.over")
		_, err = b.keep.OpenLink(b.ctx, "never given")
		b.refused(err, "access.link.over")
		l, err := b.keep.OpenLink(b.ctx, token)
		b.must(err)
		if l.Kind != access.FirstLink {
			b.Errorf("kind %s", l.Kind)
		}
		// What is typed badly leaves the link.
		if err := b.keep.UseLink(b.ctx, token, access.Chosen{Login: "a b", Name: "", Password: "court"}); err == nil ||
			!strings.Contains(err.Error(), "access.login.spaces") || !strings.Contains(err.Error(), "access.name.length") || !strings.Contains(err.Error(), "access.password.short") {
			b.Errorf("got %v", err)
		}
		chosen := access.Chosen{Login: "direction", Name: "Dominique", Password: password}
		b.must(b.keep.UseLink(b.ctx, token, chosen))
		b.refused(b.keep.UseLink(b.ctx, token, chosen), "access.link.over")
		in, err := b.signIn("direction", password)
		b.must(err)
		if in.Stage != access.StageEnrol {
			b.Errorf("stage %q, want enrolment", in.Stage)
		}
		token, err = b.keep.CreateFirstAdministrator(b.ctx)
		b.must(err)
		if token != "" {
			b.Error("a second first administrator")
		}
		b.whole()
	})
}

func TestALinkIsUsedOnceAtOnce(t *testing.T) {
	each(t, func(b *bench) {
		token, err := b.keep.CreateFirstAdministrator(b.ctx)
		b.must(err)
		var done atomic.Int64
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				err := b.keep.UseLink(b.ctx, token, access.Chosen{Login: "direction" + string(rune('a'+i)), Name: "Dominique", Password: password})
				switch {
				case err == nil:
					done.Add(1)
				case !access.Refused(err, "access.link.over"):
					b.Error(err)
				}
			})
		}
		wg.Wait()
		if done.Load() != 1 {
			b.Errorf("one link made %d administrators", done.Load())
		}
	})
}

func TestInvitationResetAndReturn(t *testing.T) {
	each(t, func(b *bench) {
		account, invitation, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{
			Login: "camille", Name: "Camille", Worker: id.New(), Grants: []access.Grant{{Organisation: b.org, Role: access.Volunteer}},
		})
		b.must(err)
		b.must(b.keep.UseLink(b.ctx, invitation, access.Chosen{Password: password}))
		session := b.enter("camille")

		reset, err := b.keep.ResetPassword(b.ctx, access.Operator(), account)
		b.must(err)
		b.wantStage(session, access.StageOpen) // nothing ends before the link is used
		b.must(b.keep.UseLink(b.ctx, reset, access.Chosen{Password: "un autre mot tout neuf"}))
		b.wantStage(session, access.StageNone)

		late, err := b.keep.ResetPassword(b.ctx, access.Operator(), account)
		b.must(err)
		b.clock.pass(73 * time.Hour)
		b.refused(b.keep.UseLink(b.ctx, late, access.Chosen{Password: password}), "access.link.over")

		pending, err := b.keep.ResetPassword(b.ctx, access.Operator(), account)
		b.must(err)
		b.must(b.keep.Close(b.ctx, access.Operator(), account))
		b.refused(b.keep.UseLink(b.ctx, pending, access.Chosen{Password: password}), "access.link.over")
		_, err = b.signIn("camille", "un autre mot tout neuf")
		b.refused(err, "access.wrong")
		back, err := b.keep.ResetPassword(b.ctx, access.Operator(), account)
		b.must(err)
		b.must(b.keep.UseLink(b.ctx, back, access.Chosen{Password: password}))
		b.enter("camille")
		b.whole()
	})
}

func TestChangedGrantsEndSessions(t *testing.T) {
	each(t, func(b *bench) {
		account := b.account("camille", access.Volunteer, "")
		g := access.Grant{Organisation: b.org, Role: access.Reception}
		token := b.enter("camille")
		b.must(b.keep.Give(b.ctx, access.Operator(), account, g, time.Time{}, time.Time{}))
		b.wantStage(token, access.StageNone)
		b.refused(b.keep.Give(b.ctx, access.Operator(), account, g, time.Time{}, time.Time{}), "access.grant.already")
		in, err := b.signIn("camille", password)
		b.must(err)
		if in.Stage != access.StageEnrol {
			b.Errorf("now staff: stage %q", in.Stage)
		}
		list, err := b.keep.Accounts(b.ctx, access.Operator())
		b.must(err)
		i := slices.IndexFunc(list[0].Grants, func(h access.GivenGrant) bool { return h.Grant == g })
		b.must(b.keep.End(b.ctx, access.Operator(), list[0].Grants[i].ID))
		b.wantStage(in.Token, access.StageNone)
		in, err = b.signIn("camille", password)
		b.must(err)
		if in.Stage != access.StageOpen {
			b.Errorf("a volunteer again: stage %q", in.Stage)
		}
		b.must(b.keep.Give(b.ctx, access.Operator(), account, g, time.Time{}, time.Time{}))
		b.whole()
	})
}

func TestWhoKeepsAccountsSeesNoPerson(t *testing.T) {
	each(t, func(b *bench) {
		mediator := b.account("camille", access.Mediator, "")
		admin := b.account("dominique", access.Administrator, "")
		give := func(by access.Viewer, account id.ID, role access.Role) error {
			return b.keep.Give(b.ctx, by, account, access.Grant{Organisation: id.New(), Role: role}, time.Time{}, time.Time{})
		}
		b.refused(give(access.Operator(), mediator, access.Administrator), "access.grant.clash")
		b.refused(give(access.Operator(), admin, access.Reception), "access.grant.clash")
		b.must(give(access.Operator(), admin, access.Funder))
		house := access.NewViewer(admin, "", access.House, []access.Grant{{Organisation: access.House, Role: access.Administrator}})
		b.refused(give(house, admin, access.Coordinator), "access.grant.oneself")
		b.refused(give(house, mediator, access.Role("owner")), "access.grant.unknown")
		_, _, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{
			Login: "both", Name: "Les deux", Worker: id.New(),
			Grants: []access.Grant{{Organisation: b.org, Role: access.Mediator}, {Organisation: access.House, Role: access.Administrator}},
		})
		b.refused(err, "access.grant.clash")
	})
}

func TestAnAdministratorKeepsHerOrganisationOnly(t *testing.T) {
	each(t, func(b *bench) {
		elsewhere := id.New()
		local := access.NewViewer(id.New(), "", b.org, []access.Grant{{Organisation: b.org, Role: access.Administrator}})
		mine := b.account("mine", access.Reception, "")
		shared := b.account("shared", access.Volunteer, "")
		b.must(b.keep.Give(b.ctx, access.Operator(), shared, access.Grant{Organisation: elsewhere, Role: access.Mediator}, time.Time{}, time.Time{}))
		for _, account := range []id.ID{shared, id.New()} {
			for name, err := range map[string]error{
				"close":  b.keep.Close(b.ctx, local, account),
				"second": b.keep.ResetSecondFactor(b.ctx, local, account),
				"rename": b.keep.Rename(b.ctx, local, account, 1, "autre", "Autre"),
			} {
				if !errors.Is(err, db.ErrNotFound) {
					b.Errorf("%s: got %v, want not found", name, err)
				}
			}
			if _, err := b.keep.ResetPassword(b.ctx, local, account); !errors.Is(err, db.ErrNotFound) {
				b.Errorf("reset: got %v, want not found", err)
			}
		}
		list, err := b.keep.Accounts(b.ctx, local)
		b.must(err)
		if len(list) != 2 || len(list[0].Grants) != 1 || len(list[1].Grants) != 1 {
			b.Errorf("sees %d accounts, of the shared one more than her part: %v", len(list), list)
		}
		all, err := b.keep.Accounts(b.ctx, access.Operator())
		b.must(err)
		i := slices.IndexFunc(all, func(a access.Account) bool { return a.ID == mine })
		b.must(b.keep.Rename(b.ctx, local, mine, all[i].Version, "la.mienne", "La Mienne"))
		if err := b.keep.Rename(b.ctx, local, mine, all[i].Version, "autre", "Autre"); !errors.Is(err, db.ErrStale) {
			b.Errorf("a stale edit: got %v", err)
		}
		b.must(b.keep.Close(b.ctx, local, mine))
	})
}

func TestSomeoneAlwaysKeepsTheHouse(t *testing.T) {
	each(t, func(b *bench) {
		var admins []id.ID
		for _, login := range []string{"one", "two"} {
			a, _, err := b.keep.CreateAccount(b.ctx, access.Operator(), access.NewAccount{
				Login: login, Name: login, Password: password, Grants: []access.Grant{{Organisation: access.House, Role: access.Administrator}},
			})
			b.must(err)
			admins = append(admins, a)
		}
		var kept atomic.Int64
		var wg sync.WaitGroup
		for _, a := range admins { // both at once
			wg.Go(func() {
				switch err := b.keep.Close(b.ctx, access.Operator(), a); {
				case access.Refused(err, "access.last_administrator"):
					kept.Add(1)
				case err != nil:
					b.Error(err)
				}
			})
		}
		wg.Wait()
		if kept.Load() != 1 {
			b.Errorf("%d of two administrators left", kept.Load())
		}
		n, err := b.keep.CloseInactive(b.ctx, b.clock.now().Add(time.Hour))
		b.must(err)
		if n != 0 {
			b.Errorf("the last one was closed for want of use")
		}
	})
}

func TestALostTelephoneIsSignedOut(t *testing.T) {
	each(t, func(b *bench) {
		account := b.account("camille", access.Volunteer, "")
		other := b.account("dominique", access.Volunteer, "")
		lost, here := b.enter("camille"), b.enter("dominique")
		s, err := b.keep.Look(b.ctx, here)
		b.must(err)
		if err := b.keep.SignOutEverywhere(b.ctx, s.Viewer, account); !errors.Is(err, db.ErrNotFound) {
			b.Errorf("a colleague: got %v, want not found", err)
		}
		b.wantStage(lost, access.StageOpen)
		b.must(b.keep.SignOutEverywhere(b.ctx, access.Operator(), account))
		b.wantStage(lost, access.StageNone)
		b.wantStage(here, access.StageOpen)
		b.must(b.keep.SignOutEverywhere(b.ctx, s.Viewer, other))
		b.wantStage(here, access.StageNone)
	})
}

func TestInactiveAccountsClose(t *testing.T) {
	each(t, func(b *bench) {
		b.account("gone", access.Volunteer, "")
		b.account("here", access.Volunteer, "")
		b.clock.pass(190 * 24 * time.Hour)
		token := b.enter("here")
		n, err := b.keep.CloseInactive(b.ctx, b.clock.now().AddDate(0, -6, 0))
		b.must(err)
		if n != 1 {
			b.Errorf("%d closed, want 1", n)
		}
		b.wantStage(token, access.StageOpen)
		_, err = b.signIn("gone", password)
		b.refused(err, "access.wrong")
	})
}

func TestSentencesOfBothLanguages(t *testing.T) {
	hole := regexp.MustCompile(`\{[a-z]+\}`)
	read := func(name string) map[string]string {
		raw, err := access.Messages.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]string
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	fr, en := read("messages_fr.json"), read("messages_en.json")
	for key, sentence := range fr {
		if !slices.Equal(hole.FindAllString(sentence, -1), hole.FindAllString(en[key], -1)) {
			t.Errorf("%s: the two languages are not filled in alike", key)
		}
		if strings.Contains(sentence, "!") {
			t.Errorf("%s exclaims", key)
		}
	}
	if len(fr) != len(en) {
		t.Errorf("%d sentences in French, %d in English", len(fr), len(en))
	}
}
