// SPDX-License-Identifier: Apache-2.0

package person_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/person"
	"escale/internal/person/waytest"
)

var (
	now   = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	today = clock.DateOf(now)
)

func run(t *testing.T, f func(t *testing.T, w *waytest.World, s *person.Store)) {
	t.Helper()
	dbtest.RunAt(t, clock.Fixed(now), func(t *testing.T, d *db.DB) {
		w := waytest.New(t, d)
		f(t, w, person.NewStore(w.Ring, w.Audit.Note))
	})
}

func awa() person.Person {
	return person.Person{
		ID: id.New(),
		Identity: person.Identity{
			FirstName: "Awa", LastName: "N’Diaye-Kerouédan", Phone: "06 12 34 56 78",
			Email: "awa@exemple.fr", Address: "14 venelle des Tanneurs", ThirdParty: "sa voisine Odette",
		},
		BirthYear: 1951, Gender: "feminin", SocialStatus: "retraite", Commune: "44015",
		ContactWay: person.ByCall, Explanation: "spoken_shown", InformedOn: today,
	}
}

func mustCreate(t *testing.T, w *waytest.World, s *person.Store, v access.Viewer, p person.Person) person.Person {
	t.Helper()
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		var err error
		p, err = s.Create(ctx, tx, v, p)
		return err
	})
	return p
}

func TestFile(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *person.Store) {
		p := mustCreate(t, w, s, w.Social, awa())
		if p.Identity.Phone != "+33612345678" || p.Version != 1 {
			t.Errorf("kept as %+v", p)
		}
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			got, err := s.Read(ctx, tx, w.Social, p.ID)
			if err != nil {
				return err
			}
			if got != p {
				t.Errorf("read %+v, want %+v", got, p)
			}
			for _, q := range []person.Query{
				{Phone: "+33 6 12 34 56 78"}, {Name: "n'diaye kerouedan AWA"}, {Name: "Awa N’Diaye-Kerouédan"},
			} {
				found, err := s.Find(ctx, tx, w.Social, q)
				if err != nil || len(found) != 1 || found[0].ID != p.ID {
					t.Errorf("find %+v: %d found, %v", q, len(found), err)
				}
			}
			for _, q := range []person.Query{{}, {Name: "Awa"}, {Phone: "06 12 34 56 79"}} {
				if found, err := s.Find(ctx, tx, w.Social, q); err != nil || len(found) != 0 {
					t.Errorf("find %+v: %d found, %v; want none", q, len(found), err)
				}
			}
			return nil
		})
		secrets := []string{"Awa", "Diaye", "612345678", "exemple.fr", "Tanneurs", "Odette"}
		if leaks := w.Leaks(t, secrets, "person", "audit"); len(leaks) > 0 {
			t.Errorf("readable in the store: %v", leaks)
		}
		acts := w.Audit.Take()
		for _, want := range []access.Act{"person.create", "person.read", "person.find"} {
			if !slices.Contains(acts, want) {
				t.Errorf("the audit has %v, without %s", acts, want)
			}
		}
		again := mustCreate(t, w, s, w.Social, p)
		if again.ID != p.ID || w.Count(t, "person") != 1 {
			t.Error("creating twice made two files")
		}
	})
}

func TestOtherOrganisationSeesNothing(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *person.Store) {
		p := mustCreate(t, w, s, w.Social, awa())
		agreement := person.Agreement{
			ID: id.New(), Person: p.ID, Purpose: person.ForContact, How: person.Oral, GivenOn: today, ExpiresOn: today.AddDays(30),
		}
		mandate := mandateOf(p.ID)
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			if _, err := s.Agree(ctx, tx, w.Social, agreement); err != nil {
				return err
			}
			_, err := s.GiveMandate(ctx, tx, w.Social, mandate)
			return err
		})
		for name, v := range map[string]access.Viewer{
			"other organisation": w.Mediator, "volunteer": w.Volunteer, "administrator": w.Admin, "nobody": w.Nobody,
		} {
			for what, f := range map[string]func(ctx context.Context, tx db.Tx) error{
				"read": func(ctx context.Context, tx db.Tx) error { _, err := s.Read(ctx, tx, v, p.ID); return err },
				"save": func(ctx context.Context, tx db.Tx) error { _, err := s.Save(ctx, tx, v, p); return err },
				"anonymise": func(ctx context.Context, tx db.Tx) error {
					return s.Anonymise(ctx, tx, v, p.ID)
				},
				"mandate": func(ctx context.Context, tx db.Tx) error { _, err := s.MandateFor(ctx, tx, v, mandate.ID); return err },
				"revoke agreement": func(ctx context.Context, tx db.Tx) error {
					return s.RevokeAgreement(ctx, tx, v, agreement.ID)
				},
				"revoke mandate": func(ctx context.Context, tx db.Tx) error {
					return s.RevokeMandate(ctx, tx, v, mandate.ID, person.BecauseDone)
				},
				"profile": func(ctx context.Context, tx db.Tx) error {
					_, err := s.ProfileOn(ctx, tx, v, p.ID, today)
					return err
				},
			} {
				if err := w.Try(f); !errors.Is(err, db.ErrNotFound) {
					t.Errorf("%s, %s: got %v, want not found", name, what, err)
				}
			}
			// Lists are refused to those without the right, and empty elsewhere.
			for what, f := range map[string]func(ctx context.Context, tx db.Tx) (int, error){
				"find": func(ctx context.Context, tx db.Tx) (int, error) {
					l, err := s.Find(ctx, tx, v, person.Query{Phone: p.Identity.Phone})
					return len(l), err
				},
				"agreements": func(ctx context.Context, tx db.Tx) (int, error) {
					l, err := s.Agreements(ctx, tx, v, p.ID, "")
					return len(l), err
				},
				"mandates": func(ctx context.Context, tx db.Tx) (int, error) {
					l, err := s.Mandates(ctx, tx, v, p.ID)
					return len(l), err
				},
				"mandates ending": func(ctx context.Context, tx db.Tx) (int, error) {
					l, err := s.MandatesEnding(ctx, tx, v, today, today.AddDays(400))
					return len(l), err
				},
			} {
				err := w.Try(func(ctx context.Context, tx db.Tx) error {
					n, err := f(ctx, tx)
					if n != 0 {
						t.Errorf("%s, %s: %d rows seen", name, what, n)
					}
					return err
				})
				if err != nil && !errors.Is(err, person.ErrForbidden) {
					t.Errorf("%s, %s: %v", name, what, err)
				}
			}
			if err := w.Try(func(ctx context.Context, tx db.Tx) error {
				forged := mandateOf(p.ID)
				_, err := s.GiveMandate(ctx, tx, v, forged)
				return err
			}); err == nil {
				t.Errorf("%s: gave a mandate for someone of another organisation", name)
			}
			if err := w.Try(func(ctx context.Context, tx db.Tx) error {
				forged := agreement
				forged.ID = id.New()
				_, err := s.Agree(ctx, tx, v, forged)
				return err
			}); err == nil {
				t.Errorf("%s: registered an agreement of someone of another organisation", name)
			}
		}
		w.Do(t, func(ctx context.Context, tx db.Tx) error { _, err := s.Read(ctx, tx, w.Reception, p.ID); return err })
	})
}

func TestStaleEdit(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *person.Store) {
		p := mustCreate(t, w, s, w.Social, awa())
		first, second := p, p
		first.Identity.Address = "1 rue Neuve"
		second.Identity.Address = "2 rue Vieille"
		save := func(p person.Person) error {
			return w.Try(func(ctx context.Context, tx db.Tx) error { _, err := s.Save(ctx, tx, w.Social, p); return err })
		}
		if err := save(first); err != nil {
			t.Fatal(err)
		}
		err := save(second)
		var stale *person.Stale
		if !errors.As(err, &stale) || !errors.Is(err, db.ErrStale) {
			t.Fatalf("got %v, want stale", err)
		}
		if stale.Yours.Identity.Address != "2 rue Vieille" || stale.Theirs.Identity.Address != "1 rue Neuve" || stale.Theirs.Version != 2 {
			t.Errorf("shows %+v and %+v", stale.Yours, stale.Theirs)
		}
		if strings.Contains(err.Error(), "rue") {
			t.Errorf("the error tells: %v", err)
		}
	})
}

func TestWhatMustBeLookedAtAgain(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *person.Store) {
		for name, c := range map[string]struct {
			change func(*person.Person)
			field  string
		}{
			"no name":          {func(p *person.Person) { p.Identity.FirstName, p.Identity.LastName = "", " " }, "first_name"},
			"not informed":     {func(p *person.Person) { p.InformedOn = clock.Date{} }, "informed_on"},
			"bad phone":        {func(p *person.Person) { p.Identity.Phone = "12" }, "phone"},
			"call, no phone":   {func(p *person.Person) { p.Identity.Phone = "" }, "phone"},
			"letter, nowhere":  {func(p *person.Person) { p.ContactWay, p.Identity.Address = person.ByLetter, "" }, "address"},
			"born tomorrow":    {func(p *person.Person) { p.BirthYear = 2030 }, "birth_year"},
			"social security":  {func(p *person.Person) { p.Identity.ThirdParty = "2 51 03 44 109 123 27" }, "third_party"},
			"unknown gender":   {func(p *person.Person) { p.Gender = "x" }, "gender"},
			"unknown way":      {func(p *person.Person) { p.ContactWay = "pigeon" }, "contact_way"},
			"name without end": {func(p *person.Person) { p.Identity.LastName = strings.Repeat("a", 81) }, "last_name"},
		} {
			p := awa()
			c.change(&p)
			err := w.Try(func(ctx context.Context, tx db.Tx) error { _, err := s.Create(ctx, tx, w.Social, p); return err })
			var f *text.FieldErrors
			if !errors.As(err, &f) || !slices.ContainsFunc(f.List, func(e text.FieldError) bool { return e.Field == c.field }) {
				t.Errorf("%s: got %v, want %s", name, err, c.field)
			}
		}
		bare := person.Person{ID: id.New(), Identity: person.Identity{FirstName: "Awa"}, InformedOn: today}
		if got := mustCreate(t, w, s, w.Social, bare); got.Gender != person.Unsaid || got.ContactWay != person.NoContact {
			t.Errorf("defaults: %+v", got)
		}
	})
}

func TestAnonymise(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *person.Store) {
		p := mustCreate(t, w, s, w.Social, awa())
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			if err := s.Anonymise(ctx, tx, w.Social, p.ID); err != nil {
				return err
			}
			got, err := s.Read(ctx, tx, w.Social, p.ID)
			if got.Identity != (person.Identity{}) || got.BirthYear != 0 || got.Gender != "feminin" || got.AnonymisedAt.IsZero() {
				t.Errorf("left: %+v", got)
			}
			found, _ := s.Find(ctx, tx, w.Social, person.Query{Phone: p.Identity.Phone})
			if len(found) != 0 {
				t.Error("still found by phone")
			}
			return err
		})
		// Nobody writes a name back, not even in SQL.
		err := w.Exec(`UPDATE person SET identity = ? WHERE id = ?`, []byte("Awa"), p.ID)
		if !db.RefusedBy(err, "ck_person_anonymised_is_empty") {
			t.Errorf("got %v, want a refusal", err)
		}
	})
}

func mandateOf(p id.ID) person.Mandate {
	return person.Mandate{
		ID: id.New(), Person: p, Scope: []string{"travail_formation"}, StartsOn: today, Days: 31,
		Given: person.Present, PaperCopyOn: today, Language: "fr",
	}
}

func TestMandates(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *person.Store) {
		p := mustCreate(t, w, s, w.Social, awa())
		m := mandateOf(p.ID)
		give := func(v access.Viewer, m person.Mandate) error {
			return w.Try(func(ctx context.Context, tx db.Tx) error { _, err := s.GiveMandate(ctx, tx, v, m); return err })
		}
		if err := give(w.Social, m); err != nil {
			t.Fatal(err)
		}
		if err := give(w.Reception, mandateOf(p.ID)); !errors.Is(err, person.ErrForbidden) {
			t.Errorf("reception may not do for: got %v", err)
		}
		wrong := mandateOf(p.ID)
		wrong.Days, wrong.Scope = 30, []string{"tout"}
		var f *text.FieldErrors
		if err := give(w.Social, wrong); !errors.As(err, &f) || len(f.List) != 2 {
			t.Errorf("30 days for everything: got %v", err)
		}
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			ending, err := s.MandatesEnding(ctx, tx, w.Social, today, today.AddDays(31))
			if len(ending) != 1 || ending[0].EndsOn() != today.AddDays(31) {
				t.Errorf("ending: %+v", ending)
			}
			return err
		})
		// A protection measure declared ends what was given, and refuses the next.
		p.Protected = true
		w.Do(t, func(ctx context.Context, tx db.Tx) error { _, err := s.Save(ctx, tx, w.Social, p); return err })
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			got, err := s.MandateFor(ctx, tx, w.Social, m.ID)
			if got.Holds(today) || got.Revoked != person.ByProtection {
				t.Errorf("after a protection: %+v", got)
			}
			return err
		})
		var protected *person.Protected
		if err := give(w.Social, mandateOf(p.ID)); !errors.As(err, &protected) || protected.Message().Key == "" {
			t.Errorf("got %v, want *Protected", err)
		}
		err := w.Exec(`INSERT INTO mandate (id, organisation_id, worker_id, person_id, scope, starts_on, days, ends_on, given, language, created_at)
			SELECT ?, organisation_id, worker_id, person_id, scope, starts_on, days, ends_on, given, language, created_at FROM mandate`, id.New())
		if !db.RefusedBy(err, "mandate_unprotected") {
			t.Errorf("in SQL: got %v, want a refusal", err)
		}
	})
}

func TestAgreements(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *person.Store) {
		p := mustCreate(t, w, s, w.Social, awa())
		a := person.Agreement{
			ID: id.New(), Person: p.ID, Purpose: person.ForSurvey, How: person.Written, GivenOn: today, ExpiresOn: today.AddDays(10),
		}
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			kept, err := s.Agree(ctx, tx, w.Social, a)
			if err != nil {
				return err
			}
			if !kept.Holds(today) || !kept.Holds(today.AddDays(10)) || kept.Holds(today.AddDays(11)) || kept.Holds(today.AddDays(-1)) {
				t.Error("holds on the wrong days")
			}
			if err := s.RevokeAgreement(ctx, tx, w.Social, a.ID); err != nil {
				return err
			}
			all, err := s.Agreements(ctx, tx, w.Social, p.ID, "")
			if len(all) != 1 || all[0].Holds(today) {
				t.Errorf("after a revocation: %+v", all)
			}
			return err
		})
		err := w.Exec(`UPDATE agreement SET purpose = 'referral' WHERE id = ?`, a.ID)
		if !db.RefusedBy(err, "ck_agreement_names_recipient") {
			t.Errorf("a referral to nobody: got %v", err)
		}
	})
}

func TestMandateBesideProtection(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *person.Store) {
		p := mustCreate(t, w, s, w.Social, awa())
		// A mandate given while a protection is being declared must not survive.
		done := make(chan error, 2)
		go func() {
			done <- w.Try(func(ctx context.Context, tx db.Tx) error {
				q := p
				q.Protected = true
				_, err := s.Save(ctx, tx, w.Social, q)
				return err
			})
		}()
		go func() {
			err := w.Try(func(ctx context.Context, tx db.Tx) error {
				_, err := s.GiveMandate(ctx, tx, w.Social, mandateOf(p.ID))
				return err
			})
			var protected *person.Protected
			if errors.As(err, &protected) {
				err = nil
			}
			done <- err
		}()
		for range 2 {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			all, err := s.Mandates(ctx, tx, w.Social, p.ID)
			for _, m := range all {
				if m.Holds(today) {
					t.Error("a mandate is in force beside a protection measure")
				}
			}
			return err
		})
	})
}
