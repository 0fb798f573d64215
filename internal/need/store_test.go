// SPDX-License-Identifier: Apache-2.0

package need_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/need"
	"escale/internal/person"
	"escale/internal/person/waytest"
)

var (
	now   = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	today = clock.DateOf(now)
)

func run(t *testing.T, f func(t *testing.T, w *waytest.World, s *need.Store)) {
	t.Helper()
	dbtest.RunAt(t, clock.Fixed(now), func(t *testing.T, d *db.DB) {
		w := waytest.New(t, d)
		f(t, w, need.NewStore(w.Ring, w.Audit.Note))
	})
}

func pension() need.Need {
	return need.Need{
		ID: id.New(),
		Said: need.Said{
			Words: "Ma retraite n’arrive plus depuis septembre", FirstName: "Awa", Contact: "06 12 34 56 78",
			Knows: "J’ai appelé la caisse", Wants: "le faire avec quelqu’un", WantsNot: "un atelier",
		},
		ContactWay: person.ByCall, SharedPhone: true, Category: autonomy.Rights, SubTheme: "retraite",
		Deadline: today.AddDays(5), Risk: autonomy.LossOfRight, EntryWay: "reception", Commune: "44015",
		Refusals: []autonomy.Family{autonomy.Workshop}, NotedAt: now.Add(-time.Hour),
	}
}

func capture(t *testing.T, w *waytest.World, s *need.Store, v access.Viewer, n need.Need) need.Need {
	t.Helper()
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		var err error
		n, err = s.Capture(ctx, tx, v, n)
		return err
	})
	return n
}

func TestCapture(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *need.Store) {
		n := capture(t, w, s, w.Social, pension())
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			got, err := s.Read(ctx, tx, w.Social, n.ID)
			if err != nil {
				return err
			}
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", n) {
				t.Errorf("read %+v\nwant %+v", got, n)
			}
			if !got.NotedAt.Equal(now.Add(-time.Hour)) || got.Said.Contact != "+33612345678" || got.Status != need.Open {
				t.Errorf("kept as %+v", got)
			}
			return nil
		})
		secrets := []string{"retraite n", "Awa", "612345678", "caisse", "avec quelqu", "un atelier"}
		if leaks := w.Leaks(t, secrets, "need", "need_event", "audit"); len(leaks) > 0 {
			t.Errorf("readable in the store: %v", leaks)
		}
		if acts := w.Audit.Take(); !slices.Contains(acts, "need.capture") || !slices.Contains(acts, "need.read") {
			t.Errorf("the audit has %v", acts)
		}
		// Anonymous is first-class: her words alone, noted by a volunteer.
		bare := capture(t, w, s, w.Volunteer, need.Need{ID: id.New(), Said: need.Said{Words: "Envoyer une photo"}})
		if bare.Person != "" || bare.ContactWay != person.NoContact || bare.EntryWay != "alone" {
			t.Errorf("bare need: %+v", bare)
		}
	})
}

func TestCaptureOnceWhateverHappens(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *need.Store) {
		n := pension()
		const times = 20
		var wg sync.WaitGroup
		errs := make(chan error, times)
		for range times {
			wg.Go(func() {
				errs <- w.Try(func(ctx context.Context, tx db.Tx) error {
					got, err := s.Capture(ctx, tx, w.Social, n)
					if err == nil && got.Said.Words != n.Said.Words {
						err = errors.New("another need came back")
					}
					return err
				})
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		if got := w.Count(t, "need"); got != 1 {
			t.Errorf("%d needs", got)
		}
		if got := w.Count(t, "need_event"); got != 1 {
			t.Errorf("%d events", got)
		}
		// The same identifier from elsewhere reads and changes nothing.
		if err := w.Try(func(ctx context.Context, tx db.Tx) error {
			_, err := s.Capture(ctx, tx, w.Mediator, n)
			return err
		}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("from another organisation: %v", err)
		}
	})
}

func TestWhatMustBeLookedAtAgain(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *need.Store) {
		for name, c := range map[string]struct {
			change func(*need.Need)
			field  string
		}{
			"no words":         {func(n *need.Need) { n.Said.Words = "  " }, "words"},
			"long words":       {func(n *need.Need) { n.Said.Words = strings.Repeat("é", 601) }, "words"},
			"bad phone":        {func(n *need.Need) { n.Said.Contact = "demain" }, "contact"},
			"social security":  {func(n *need.Need) { n.Said.Words = "mon numéro 2 51 03 44 109 123 27" }, "words"},
			"unknown category": {func(n *need.Need) { n.Category = "x" }, "category"},
			"unknown theme":    {func(n *need.Need) { n.SubTheme = "x" }, "sub_theme"},
			"unknown risk":     {func(n *need.Need) { n.Risk = "x" }, "risk"},
			"unknown way in":   {func(n *need.Need) { n.EntryWay = "x" }, "entry_way"},
			"unknown refusal":  {func(n *need.Need) { n.Refusals = []autonomy.Family{autonomy.HerChoice} }, "refusals"},
		} {
			n := pension()
			c.change(&n)
			err := w.Try(func(ctx context.Context, tx db.Tx) error { _, err := s.Capture(ctx, tx, w.Social, n); return err })
			var f *text.FieldErrors
			if !errors.As(err, &f) || !slices.ContainsFunc(f.List, func(e text.FieldError) bool { return e.Field == c.field }) {
				t.Errorf("%s: got %v, want %s", name, err, c.field)
			}
			if err != nil && strings.Contains(err.Error(), "51 03") {
				t.Errorf("%s: the error repeats what was typed", name)
			}
		}
	})
}

func TestOtherOrganisationSeesNothing(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *need.Store) {
		n := capture(t, w, s, w.Social, pension())
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			_, err := s.Hold(ctx, tx, w.Social, id.New(), n.ID, autonomy.Conversation{Answers: autonomy.Answers{"Q1": 1}})
			return err
		})
		for name, v := range map[string]access.Viewer{
			"other organisation": w.Mediator, "its volunteer": w.Volunteer, "administrator": w.Admin, "coordinator": w.TownLead, "nobody": w.Nobody,
		} {
			for what, f := range map[string]func(ctx context.Context, tx db.Tx) error{
				"read":      func(ctx context.Context, tx db.Tx) error { _, err := s.Read(ctx, tx, v, n.ID); return err },
				"save":      func(ctx context.Context, tx db.Tx) error { _, err := s.Save(ctx, tx, v, n); return err },
				"history":   func(ctx context.Context, tx db.Tx) error { _, err := s.History(ctx, tx, v, n.ID); return err },
				"gesture":   func(ctx context.Context, tx db.Tx) error { _, err := s.ForGesture(ctx, tx, v, n.ID); return err },
				"reachable": func(ctx context.Context, tx db.Tx) error { return s.Reachable(ctx, tx, v, n.ID) },
				"add": func(ctx context.Context, tx db.Tx) error {
					return s.Add(ctx, tx, v, need.Event{Need: n.ID, Kind: need.WasStopped})
				},
				"hold": func(ctx context.Context, tx db.Tx) error {
					_, err := s.Hold(ctx, tx, v, id.New(), n.ID, autonomy.Conversation{})
					return err
				},
				"continue": func(ctx context.Context, tx db.Tx) error {
					next := pension()
					next.Origin = n.ID
					_, err := s.Capture(ctx, tx, v, next)
					return err
				},
			} {
				if err := w.Try(f); !errors.Is(err, db.ErrNotFound) && !errors.Is(err, person.ErrForbidden) {
					t.Errorf("%s, %s: got %v, want not found or not allowed", name, what, err)
				}
			}
			err := w.Try(func(ctx context.Context, tx db.Tx) error {
				talks, err := s.Conversations(ctx, tx, v, n.ID)
				if len(talks) != 0 {
					t.Errorf("%s: sees %d conversations", name, len(talks))
				}
				if err != nil && !errors.Is(err, db.ErrNotFound) {
					t.Errorf("%s: conversations: %v", name, err)
				}
				list, err := s.List(ctx, tx, v, need.Filter{}, today)
				if len(list) != 0 {
					t.Errorf("%s: lists %d needs", name, len(list))
				}
				if err != nil && !errors.Is(err, person.ErrForbidden) {
					t.Errorf("%s: list: %v", name, err)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}

func TestStaleEdit(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *need.Store) {
		n := capture(t, w, s, w.Social, pension())
		first, second := n, n
		first.Said.Words, second.Said.Words = "Première version", "Seconde version"
		save := func(n need.Need) error {
			return w.Try(func(ctx context.Context, tx db.Tx) error { _, err := s.Save(ctx, tx, w.Social, n); return err })
		}
		if err := save(first); err != nil {
			t.Fatal(err)
		}
		err := save(second)
		var stale *need.Stale
		if !errors.As(err, &stale) || !errors.Is(err, db.ErrStale) {
			t.Fatalf("got %v, want stale", err)
		}
		if stale.Yours.Said.Words != "Seconde version" || stale.Theirs.Said.Words != "Première version" {
			t.Errorf("shows %+v and %+v", stale.Yours.Said, stale.Theirs.Said)
		}
		if strings.Contains(err.Error(), "version ") && strings.Contains(err.Error(), "Première") {
			t.Errorf("the error tells: %v", err)
		}
	})
}

func TestRightIsNotSettledByTraining(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *need.Store) {
		n := capture(t, w, s, w.Social, pension())
		add := func(e need.Event) error {
			return w.Try(func(ctx context.Context, tx db.Tx) error { return s.Add(ctx, tx, w.Social, e) })
		}
		var unsaid *need.RightUnsaid
		err := add(need.Event{Need: n.ID, Kind: need.WasSettled, Outcome: need.TrainingProposed})
		if !errors.As(err, &unsaid) || unsaid.Message().Key != "need.right_unsaid" {
			t.Fatalf("got %v, want *RightUnsaid", err)
		}
		if got := w.Count(t, "need_event"); got != 1 {
			t.Errorf("%d events after a refusal, want the capture alone", got)
		}
		for _, attack := range []string{
			`UPDATE need SET status = 'settled', outcome = 'training_proposed', closed_at = 1 WHERE id = ?`,
			`UPDATE need SET status = 'settled', outcome = NULL, closed_at = 1 WHERE id = ?`,
		} {
			if err := w.Exec(attack, n.ID); !db.RefusedBy(err, "ck_need_right_not_by_training") {
				t.Errorf("%s: got %v, want a refusal", attack, err)
			}
		}
		// Saying what became of the right is enough.
		if err := add(need.Event{Need: n.ID, Kind: need.WasSettled, Outcome: need.TrainingProposed, RightBecame: need.RightOpened}); err != nil {
			t.Error(err)
		}
		// A need of another kind may end so, and may then not be called a right.
		tool := pension()
		tool.Category, tool.SubTheme = autonomy.ToolUse, ""
		tool = capture(t, w, s, w.Social, tool)
		if err := add(need.Event{Need: tool.ID, Kind: need.WasSettled, Outcome: need.TrainingProposed}); err != nil {
			t.Error(err)
		}
		err = w.Try(func(ctx context.Context, tx db.Tx) error {
			now, err := s.Read(ctx, tx, w.Social, tool.ID)
			if err != nil {
				return err
			}
			now.Category = autonomy.Rights
			_, err = s.Save(ctx, tx, w.Social, now)
			return err
		})
		if !errors.As(err, &unsaid) {
			t.Errorf("renamed a right afterwards: got %v", err)
		}
	})
}

func TestStatusFollowsEvents(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *need.Store) {
		n := capture(t, w, s, w.Social, pension())
		for _, step := range []struct {
			add    need.Kind
			kept   need.Kind
			status need.Status
		}{
			{need.WasReferred, need.WasReferred, need.Referred},
			{need.HasProgressed, need.HasProgressed, need.Open},
			{need.WasSettled, need.WasSettled, need.Settled},
			{need.HasProgressed, need.WasReopened, need.Open}, // she came back
			{need.WasStopped, need.WasStopped, need.Stopped},
			{need.WasReopened, need.WasReopened, need.Open},
			{need.WasHanded, need.WasHanded, need.Handed},
		} {
			w.Do(t, func(ctx context.Context, tx db.Tx) error {
				e := need.Event{Need: n.ID, Kind: step.add, Outcome: string(step.add), RightBecame: need.RightKept}
				if err := s.Add(ctx, tx, w.Social, e); err != nil {
					return err
				}
				got, err := s.Read(ctx, tx, w.Social, n.ID)
				if err != nil {
					return err
				}
				history, err := s.History(ctx, tx, w.Social, n.ID)
				if got.Status != step.status || got.Status.Closed() == got.ClosedAt.IsZero() || history[len(history)-1].Kind != step.kept {
					t.Errorf("after %s: %s, last event %s", step.add, got.Status, history[len(history)-1].Kind)
				}
				return err
			})
		}
		if err := w.Exec(`UPDATE need_event SET kind = 'settled'`); !db.RefusedBy(err, "need_event_stays") {
			t.Errorf("an event was rewritten: %v", err)
		}
	})
}

func TestHandedNeedCanBeAnsweredNotRead(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *need.Store) {
		n := capture(t, w, s, w.Social, pension())
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			return s.HandTo(ctx, tx, w.Social, n.ID, w.Help, now.Add(time.Hour))
		})
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			return s.Add(ctx, tx, w.Volunteer, need.Event{Need: n.ID, Kind: need.HasProgressed})
		})
		if err := w.Try(func(ctx context.Context, tx db.Tx) error { _, err := s.Read(ctx, tx, w.Mediator, n.ID); return err }); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("read a handed need: %v", err)
		}
		// A hand-over ends; nobody hands over what is not theirs.
		w.Do(t, func(ctx context.Context, tx db.Tx) error { return s.HandTo(ctx, tx, w.Social, n.ID, w.Help, now) })
		if err := w.Try(func(ctx context.Context, tx db.Tx) error { return s.Reachable(ctx, tx, w.Mediator, n.ID) }); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("after its end: %v", err)
		}
		if err := w.Try(func(ctx context.Context, tx db.Tx) error {
			return s.HandTo(ctx, tx, w.Mediator, n.ID, w.Help, now.Add(time.Hour))
		}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("helped itself to a need: %v", err)
		}
	})
}

// The order of the list is that of the rule, limit included, for any mix of dates
// and risks.
func TestListOrder(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *need.Store) {
		r := rand.New(rand.NewPCG(1, 2))
		risks := append([]autonomy.Risk{""}, autonomy.Risks...)
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			for range 60 {
				n := pension()
				n.Deadline, n.Risk = clock.Date{}, risks[r.IntN(len(risks))]
				n.NotedAt = now.Add(-time.Duration(r.IntN(5)) * time.Hour)
				if r.IntN(3) > 0 {
					n.Deadline = today.AddDays(r.IntN(45) - 5)
				}
				if _, err := s.Capture(ctx, tx, w.Social, n); err != nil {
					return err
				}
			}
			all, err := s.List(ctx, tx, w.Social, need.Filter{Limit: 100}, today)
			if err != nil {
				return err
			}
			if len(all) != 60 || !slices.IsSortedFunc(all, func(a, b need.Need) int { return need.Compare(a, b, today) }) {
				t.Errorf("%d needs, not in the order of the rule", len(all))
			}
			head, err := s.List(ctx, tx, w.Social, need.Filter{Limit: 7}, today)
			for i, n := range head {
				if n.ID != all[i].ID {
					t.Errorf("place %d changes with the limit", i)
				}
			}
			return err
		})
	})
}

func TestConversation(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *need.Store) {
		n := capture(t, w, s, w.Social, pension())
		talk := autonomy.Conversation{
			Answers:       autonomy.Answers{"Q3": 0, "Q4": 1, "Q5": 0, "Q8": 0},
			LevelOverride: &autonomy.Override{Level: autonomy.Partly, Reason: "fait seule chez sa fille"},
			Refusals:      []autonomy.Family{autonomy.Workshop},
		}
		key := id.New()
		hold := func(talk autonomy.Conversation) (need.Held, error) {
			var h need.Held
			err := w.Try(func(ctx context.Context, tx db.Tx) error {
				var err error
				h, err = s.Hold(ctx, tx, w.Social, key, n.ID, talk)
				return err
			})
			return h, err
		}
		h, err := hold(talk)
		if err != nil {
			t.Fatal(err)
		}
		if h.Indicated != autonomy.Guided || h.Level() != autonomy.Partly || h.Explanation != autonomy.SpokenShown || h.Talk.Guide == 0 {
			t.Errorf("held %+v", h)
		}
		again, err := hold(autonomy.Conversation{})
		if err != nil || again.Level() != autonomy.Partly || again.Talk.LevelOverride.Reason != "fait seule chez sa fille" {
			t.Errorf("held twice: %+v, %v", again, err)
		}
		if w.Count(t, "conversation") != 1 {
			t.Error("two rows for one conversation")
		}
		if leaks := w.Leaks(t, []string{"Q3", "chez sa fille"}, "conversation"); len(leaks) > 0 {
			t.Errorf("readable in the store: %v", leaks)
		}
		var f *text.FieldErrors
		if _, err := hold(autonomy.Conversation{Answers: autonomy.Answers{"Q3": 3}}); !errors.As(err, &f) {
			t.Errorf("an answer that does not exist: %v", err)
		}
	})
}

func TestNeedOfAPersonElsewhere(t *testing.T) {
	run(t, func(t *testing.T, w *waytest.World, s *need.Store) {
		people := person.NewStore(w.Ring, w.Audit.Note)
		var p person.Person
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			var err error
			p, err = people.Create(ctx, tx, w.Mediator, person.Person{
				ID: id.New(), Identity: person.Identity{FirstName: "Awa"}, InformedOn: today,
			})
			return err
		})
		n := pension()
		n.Person = p.ID
		var refused *db.Refused
		if err := w.Try(func(ctx context.Context, tx db.Tx) error { _, err := s.Capture(ctx, tx, w.Social, n); return err }); !errors.As(err, &refused) {
			t.Errorf("a need hung on a file of another organisation: %v", err)
		}
	})
}
