// SPDX-License-Identifier: Apache-2.0

package activity_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/agenda"
	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/person/waytest"
)

// monday is a Monday at 9 h in Paris; the openings of the tests are on Tuesdays.
var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// way is a world with every store of the person's way, an opening of Help where
// partners may book, and a clock moved by hand.
type way struct {
	*waytest.World
	people  *person.Store
	needs   *need.Store
	ways    *orientation.Store
	acts    *activity.Store
	agenda  *agenda.Store
	ms      *atomic.Int64
	opening id.ID // the mediator's
	visits  id.ID // the volunteer's
	context bool  // whether anyone may receive context
	paris   *time.Location
}

func (w *way) today() clock.Date        { return clock.DateOf(time.UnixMilli(w.ms.Load()).In(w.paris)) }
func (w *way) pass(by time.Duration)    { w.ms.Add(by.Milliseconds()) }
func (w *way) slot(hour int) time.Time  { return time.Date(2026, 11, 24, hour, 0, 0, 0, w.paris) }
func (w *way) key() []byte              { return w.Master.Derive("her sheet") }
func plain(string) agenda.Calendar      { return everyDay{} }
func has[T comparable](l []T, v T) bool { return slices.Contains(l, v) }

// everyDay has no holidays.
type everyDay struct{}

func (everyDay) PublicHoliday(int, time.Month, int) bool { return false }
func (everyDay) SchoolHoliday(int, time.Month, int) bool { return false }

func run(t *testing.T, f func(t *testing.T, w *way)) {
	t.Helper()
	var ms atomic.Int64
	dbtest.RunAt(t, func() time.Time { return time.UnixMilli(ms.Load()).UTC() }, func(t *testing.T, d *db.DB) {
		ms.Store(monday.UnixMilli())
		paris, err := time.LoadLocation("Europe/Paris")
		if err != nil {
			t.Fatal(err)
		}
		w := &way{World: waytest.New(t, d), ms: &ms, opening: id.New(), visits: id.New(), context: true, paris: paris}
		note := person.Note(w.Audit.Note)
		w.people = person.NewStore(w.Ring, note)
		w.needs = need.NewStore(w.Ring, note)
		w.agenda = agenda.NewStore(d, w.Ring, plain)
		may := func(context.Context, db.Tx, id.ID, id.ID) (bool, error) { return w.context, nil }
		w.ways = orientation.NewStore(w.Ring, note, w.people, w.needs, w.agenda, may, w.key())
		w.acts = activity.NewStore(w.Ring, note, w.people, w.needs, w.ways, w.agenda)
		for opening, worker := range map[id.ID]id.ID{w.opening: w.Mediator.Worker(), w.visits: w.Volunteer.Worker()} {
			w.Do(t, func(ctx context.Context, tx db.Tx) error {
				return w.agenda.AddOpening(ctx, tx, w.Manager, agenda.Opening{
					ID: opening, Organisation: w.Help, Place: w.Place, Title: "Permanence du mardi", Zone: "Europe/Paris",
					FirstDay: clock.Date{Year: 2026, Month: 11, Day: 3}, Rule: "FREQ=WEEKLY;BYDAY=TU",
					StartsMinute: 9 * 60, EndsMinute: 12 * 60, SlotMinutes: 60, Stations: 1, WhoBooks: agenda.ByPartners,
					Bring: "Votre courrier", Workers: []agenda.Presence{{Worker: worker, From: clock.Date{Year: 2026, Month: 11, Day: 3}}},
				})
			})
		}
		f(t, w)
	})
}

func (w *way) capture(t *testing.T) need.Need {
	t.Helper()
	n := need.Need{
		ID:         id.New(),
		Said:       need.Said{Words: "Ma pension de retraite ne vient plus", FirstName: "Awa", Contact: "06 12 34 56 78"},
		ContactWay: person.ByCall, Category: autonomy.Rights, SubTheme: "retraite",
		Deadline: w.today().AddDays(5), Risk: autonomy.LossOfRight, EntryWay: "reception", Commune: "44015",
	}
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		var err error
		n, err = w.needs.Capture(ctx, tx, w.Social, n)
		return err
	})
	return n
}

// handOn is a decision to hand n to the mediator, with her agreement and a slot.
func (w *way) handOn(n need.Need, hour int) orientation.Decision {
	return orientation.Decision{
		ID: id.New(), Need: n.ID, Choice: orientation.HandedOn, Family: autonomy.SideBySide, Rule: "O5",
		HerChoice: orientation.Agreed, Redirection: "mediation_numerique", Why: "Préfère le faire à côté de quelqu’un",
		Referral: &orientation.NewReferral{
			Recipient: w.Help, RecipientWorker: w.Mediator.Worker(), Level: orientation.WithContext, AgreedHow: person.Oral,
			Sheet: orientation.Liaison{
				FirstName: "Awa", Contact: "06 12 34 56 78", Sentence: "Retrouver sa pension sur le site de la caisse",
				Context: "Loyer en retard de deux mois", Explanation: autonomy.SpokenShown,
			},
		},
		Slot:     &orientation.Slot{Opening: w.opening, Worker: w.Mediator.Worker(), Start: w.slot(hour)},
		NextStep: "Apporter le courrier de la caisse",
	}
}

func (w *way) decide(t *testing.T, v access.Viewer, d orientation.Decision) orientation.Decided {
	t.Helper()
	done, err := w.ways.Decide(t.Context(), w.DB, v, d)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func (w *way) need(t *testing.T, n id.ID) need.Need {
	t.Helper()
	var got need.Need
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		var err error
		got, err = w.needs.Read(ctx, tx, w.Social, n)
		return err
	})
	return got
}

func (w *way) follow(t *testing.T, n id.ID) orientation.Follow {
	t.Helper()
	var got []orientation.Follow
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		var err error
		got, err = w.ways.Sent(ctx, tx, w.Social, orientation.SentFilter{Need: n})
		return err
	})
	if len(got) == 0 {
		t.Fatal("the sender follows nothing")
	}
	return got[len(got)-1]
}

func statuses(f orientation.Follow) []orientation.Status {
	var all []orientation.Status
	for _, s := range f.Steps {
		all = append(all, s.Status)
	}
	return all
}

func (w *way) sheet(code string) (orientation.Sheet, error) {
	var s orientation.Sheet
	err := w.DB.View(context.Background(), func(ctx context.Context, tx db.Tx) error {
		var err error
		s, err = w.ways.OpenSheet(ctx, tx, code)
		return err
	})
	return s, err
}

func (w *way) defaults(t *testing.T, v access.Viewer, booking, needID id.ID) activity.Entry {
	t.Helper()
	var e activity.Entry
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		var err error
		e, err = w.acts.Defaults(ctx, tx, v, booking, needID, w.paris)
		return err
	})
	return e
}

// One person's way, from her first words to a settled need.
func TestTheWholeWay(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		ctx := t.Context()
		n := w.capture(t)

		// The conversation, and the advice that follows.
		var advice autonomy.Advice
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			h, err := w.needs.Hold(ctx, tx, w.Social, id.New(), n.ID, autonomy.Conversation{
				Answers: autonomy.Answers{"Q3": 0, "Q5": 0, "Q6": 0, "Q8": 0, "Q9": 1},
			})
			if err != nil {
				return err
			}
			times, err := w.ways.Orientations(ctx, tx, w.Social, n.ID)
			if err != nil {
				return err
			}
			advice, err = autonomy.Advise(n.Facts(h.Talk, times, w.today()))
			return err
		})
		if advice.Level != autonomy.Guided || !slices.ContainsFunc(advice.Suggestions, func(s autonomy.Suggestion) bool { return s.Rule == "O1" && s.Lead }) {
			t.Errorf("advice: %+v", advice)
		}

		// One gesture.
		done := w.decide(t, w.Social, w.handOn(n, 9))
		if done.Rank != 1 || done.Warning != nil || done.Meeting == nil || !done.Meeting.Start.Equal(w.slot(9)) ||
			done.Meeting.Place != "Maison des Halles" || done.Meeting.Phone == "" || done.Meeting.Bring != "Votre courrier" {
			t.Fatalf("decided %+v, meeting %+v", done, done.Meeting)
		}
		if got := w.need(t, n.ID); got.Status != need.Referred {
			t.Errorf("the need is %s", got.Status)
		}

		// The recipient reads the sheet addressed to her; her colleague sees that it
		// came, not what it says.
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			in, err := w.ways.Incoming(ctx, tx, w.Mediator, done.Referral)
			if err != nil || in.Sheet == nil || in.Sheet.Context == "" || in.Booking != done.Meeting.Booking {
				t.Fatalf("received %+v, %v", in, err)
			}
			other, err := w.ways.Incoming(ctx, tx, w.Colleague, done.Referral)
			if err != nil || other.Sheet != nil {
				t.Errorf("a colleague reads %+v, %v", other.Sheet, err)
			}
			return w.ways.Answer(ctx, tx, w.Mediator, done.Referral, orientation.Accepted, "")
		})

		// Beside her, the day after: one entry.
		w.pass(25 * time.Hour)
		w.Audit.Take()
		mark, err := w.DB.Mark(ctx, "figures")
		if err != nil {
			t.Fatal(err)
		}
		e := w.defaults(t, w.Mediator, done.Meeting.Booking, "")
		if e.Minutes != 45 || e.Posture != activity.With || e.Place != w.Place || e.Day != w.today() ||
			!has(e.Themes, "aide_aux_demarches_administratives") || e.Need != n.ID || e.Referral != done.Referral {
			t.Errorf("defaults %+v", e)
		}
		e.Outcome, e.RightBecame = activity.Settled, need.RightKept
		e.DidHerself, e.NextStep = "A retrouvé sa pension en ligne", "Regarder le site en janvier"
		e.Abilities, e.Autonomy, e.Materials = []string{"follow_pension"}, "partiellement_autonome", []string{"ordinateur"}
		rec, err := w.acts.Record(ctx, w.DB, w.Mediator, e)
		if err != nil {
			t.Fatal(err)
		}
		if rec.Worker != w.Mediator.Worker() || rec.ByVolunteer || rec.DidHerself == "" {
			t.Errorf("recorded %+v", rec)
		}

		// All that follows from it.
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			b, err := w.agenda.Booking(ctx, tx, w.Mediator, done.Meeting.Booking)
			if b.Status != agenda.Seen {
				t.Errorf("the meeting is %s", b.Status)
			}
			return err
		})
		if got := w.need(t, n.ID); got.Status != need.Settled || got.RightBecame != need.RightKept {
			t.Errorf("the need is %s, its right %q", got.Status, got.RightBecame)
		}
		f := w.follow(t, n.ID)
		if want := []orientation.Status{orientation.Sent, orientation.Accepted, orientation.Settled}; !slices.Equal(statuses(f), want) {
			t.Errorf("the sender sees %v, want %v", statuses(f), want)
		}
		s, err := w.sheet(strings.ToLower(orientation.SpacedCode(done.Code)))
		if err != nil || !slices.Equal(s.Done, []string{"A retrouvé sa pension en ligne"}) || s.NextStep != "Regarder le site en janvier" || s.Meeting != nil {
			t.Errorf("her sheet says %+v, %v", s, err)
		}
		if now, err := w.DB.Mark(ctx, "figures"); err != nil || now <= mark {
			t.Errorf("the figures were not told: %d then %d, %v", mark, now, err)
		}
		if acts := w.Audit.Take(); !has(acts, "activity.record") || !has(acts, "need.settled") || !has(acts, "referral.settled") {
			t.Errorf("the audit has %v", acts)
		}

		// Nothing of hers can be read in the store, nor by the sender's side of the
		// referral.
		secrets := []string{"Awa", "612345678", "06 12", "pension ", "Loyer", "courrier de la caisse", "janvier", "côté de quelqu", done.Code}
		if leaks := w.Leaks(t, secrets, waytest.Tables...); len(leaks) > 0 {
			t.Errorf("readable in the store: %v", leaks)
		}
		if err := w.Try(func(ctx context.Context, tx db.Tx) error {
			_, err := w.acts.Read(ctx, tx, w.Social, rec.ID)
			return err
		}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("the sender reads the support: %v", err)
		}
	})
}

func TestVolunteerSeesHerOwnSlotsOnly(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		n := w.capture(t)
		d := w.handOn(n, 10)
		d.Referral.RecipientWorker, d.Referral.Service, d.Referral.Level = "", "Café numérique", orientation.ContactNeed
		d.Referral.Sheet.Context = ""
		d.Slot = &orientation.Slot{Opening: w.visits, Worker: w.Volunteer.Worker(), Start: w.slot(10)}
		done := w.decide(t, w.Social, d)
		day := clock.DateOf(w.slot(10))
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			slots, err := w.acts.OwnSlots(ctx, tx, w.Volunteer, day, w.paris)
			if err != nil || len(slots) != 1 || slots[0].FirstName != "Awa" || slots[0].Topic != "rights" {
				t.Errorf("her day: %+v, %v", slots, err)
			}
			others, err := w.acts.OwnSlots(ctx, tx, w.Colleague, day, w.paris)
			if len(others) != 0 {
				t.Errorf("a colleague's day: %+v", others)
			}
			return err
		})
		for what, f := range map[string]func(ctx context.Context, tx db.Tx) error{
			"need": func(ctx context.Context, tx db.Tx) error {
				_, err := w.needs.Read(ctx, tx, w.Volunteer, n.ID)
				return err
			},
			"referral": func(ctx context.Context, tx db.Tx) error {
				_, err := w.ways.Incoming(ctx, tx, w.Volunteer, done.Referral)
				return err
			},
			"decision": func(ctx context.Context, tx db.Tx) error {
				_, err := w.ways.Decided(ctx, tx, w.Volunteer, done.ID)
				return err
			},
			"answer": func(ctx context.Context, tx db.Tx) error {
				return w.ways.Answer(ctx, tx, w.Volunteer, done.Referral, orientation.Accepted, "")
			},
		} {
			if err := w.Try(f); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		// She records her own meeting, never « fait pour », never on a file.
		e := w.defaults(t, w.Volunteer, done.Meeting.Booking, "")
		e.Outcome = activity.Progressed
		forHer := e
		forHer.Posture, forHer.ForReason, forHer.Mandate = activity.For, "urgent", id.New()
		if _, err := w.acts.Record(t.Context(), w.DB, w.Volunteer, forHer); !errors.Is(err, person.ErrForbidden) {
			t.Errorf("a volunteer did for: %v", err)
		}
		rec, err := w.acts.Record(t.Context(), w.DB, w.Volunteer, e)
		if err != nil || !rec.ByVolunteer {
			t.Fatalf("recorded %+v, %v", rec, err)
		}
		if f := w.follow(t, n.ID); f.Status != orientation.Seen {
			t.Errorf("the sender sees %s", f.Status)
		}
		stray := e
		stray.ID, stray.Booking = id.New(), ""
		if _, err := w.acts.Record(t.Context(), w.DB, w.Volunteer, stray); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a volunteer recorded on a need without a meeting: %v", err)
		}
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			own, err := w.acts.List(ctx, tx, w.Volunteer, activity.Filter{Worker: w.Mediator.Worker()})
			if len(own) != 1 || own[0].Worker != w.Volunteer.Worker() {
				t.Errorf("lists %+v", own)
			}
			return err
		})
	})
}

func TestSameGestureTwentyTimes(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		n := w.capture(t)
		d := w.handOn(n, 9)
		const times = 20
		var mu sync.Mutex
		codes, referrals := map[string]int{}, map[id.ID]int{}
		var wg sync.WaitGroup
		for range times {
			wg.Go(func() {
				done, err := w.ways.Decide(context.Background(), w.DB, w.Social, d)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				codes[done.Code]++
				referrals[done.Referral]++
			})
		}
		wg.Wait()
		if len(codes) != 1 || len(referrals) != 1 {
			t.Errorf("%d codes, %d referrals", len(codes), len(referrals))
		}
		for _, table := range []string{"decision", "referral", "referral_event", "agreement", "booking", "her_sheet"} {
			if got := w.Count(t, table); got != 1 {
				t.Errorf("%d rows of %s", got, table)
			}
		}
		w.pass(25 * time.Hour)
		var booking id.ID
		for r := range referrals {
			w.Do(t, func(ctx context.Context, tx db.Tx) error {
				in, err := w.ways.Incoming(ctx, tx, w.Mediator, r)
				booking = in.Booking
				return err
			})
		}
		e := w.defaults(t, w.Mediator, booking, "")
		e.Outcome = activity.Settled
		for range times {
			wg.Go(func() {
				rec, err := w.acts.Record(context.Background(), w.DB, w.Mediator, e)
				if err != nil || rec.ID != e.ID {
					t.Errorf("recorded %s, %v", rec.ID, err)
				}
			})
		}
		wg.Wait()
		if got := w.Count(t, "activity"); got != 1 {
			t.Errorf("%d supports", got)
		}
		if got := w.Count(t, "need_event"); got != 3 {
			t.Errorf("%d events of the need, want noted, referred, settled", got)
		}
	})
}

func TestSlotTakenLeavesNothing(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		w.decide(t, w.Social, w.handOn(w.capture(t), 9))
		n := w.capture(t)
		before := w.Snapshot(t)
		_, err := w.ways.Decide(t.Context(), w.DB, w.Social, w.handOn(n, 9))
		var taken *agenda.Taken
		if !errors.As(err, &taken) || len(taken.Next) == 0 {
			t.Fatalf("got %v, want *Taken with the next slots", err)
		}
		if after := w.Snapshot(t); !equal(before, after) {
			t.Errorf("something was written: %v then %v", before, after)
		}
		if got := w.need(t, n.ID); got.Status != need.Open {
			t.Errorf("the need is %s", got.Status)
		}
	})
}

func equal(a, b map[string]int) bool {
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return len(a) == len(b)
}

// A gesture cut anywhere leaves nothing: each note is a place to cut it.
func TestCutInTheMiddleLeavesNothing(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		n := w.capture(t)
		d := w.handOn(n, 9)
		before := w.Snapshot(t)
		for _, at := range []access.Act{"agreement.give", "need.referred", "orientation.decide"} {
			w.Audit.FailAt(at)
			if _, err := w.ways.Decide(t.Context(), w.DB, w.Social, d); !errors.Is(err, waytest.ErrInjected) {
				t.Fatalf("cut at %s: got %v", at, err)
			}
			if after := w.Snapshot(t); !equal(before, after) {
				t.Errorf("cut at %s: %v then %v", at, before, after)
			}
		}
		w.Audit.FailAt("")
		done := w.decide(t, w.Social, d)

		w.pass(25 * time.Hour)
		e := w.defaults(t, w.Mediator, done.Meeting.Booking, "")
		e.Outcome, e.RightBecame, e.DidHerself = activity.Settled, need.RightOpened, "A écrit le message"
		before = w.Snapshot(t)
		for _, at := range []access.Act{"referral.settled", "need.settled", "activity.record"} {
			w.Audit.FailAt(at)
			if _, err := w.acts.Record(t.Context(), w.DB, w.Mediator, e); !errors.Is(err, waytest.ErrInjected) {
				t.Fatalf("cut at %s: got %v", at, err)
			}
			if after := w.Snapshot(t); !equal(before, after) {
				t.Errorf("cut at %s: %v then %v", at, before, after)
			}
			if s, err := w.sheet(done.Code); err != nil || len(s.Done) != 0 {
				t.Errorf("cut at %s: her sheet says %+v, %v", at, s, err)
			}
		}
		w.Audit.FailAt("")
		if _, err := w.acts.Record(t.Context(), w.DB, w.Mediator, e); err != nil {
			t.Error(err)
		}
	})
}
