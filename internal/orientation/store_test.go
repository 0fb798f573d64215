// SPDX-License-Identifier: Apache-2.0

package orientation_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/need"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/person/waytest"
)

const day = 24 * time.Hour

// desk is a world with the stores of a decision, an opening of the mediator on
// Tuesdays, and a clock moved by hand.
type desk struct {
	*waytest.World
	people  *person.Store
	needs   *need.Store
	ways    *orientation.Store
	agenda  *agenda.Store
	opening id.ID
	ms      *atomic.Int64
}

type everyDay struct{}

func (everyDay) PublicHoliday(int, time.Month, int) bool { return false }
func (everyDay) SchoolHoliday(int, time.Month, int) bool { return false }

func (k *desk) now() time.Time        { return time.UnixMilli(k.ms.Load()).UTC() }
func (k *desk) pass(by time.Duration) { k.ms.Add(by.Milliseconds()) }

// tuesday is the first slot of the opening.
var tuesday = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

func run(t *testing.T, f func(t *testing.T, k *desk)) {
	t.Helper()
	var ms atomic.Int64
	dbtest.RunAt(t, func() time.Time { return time.UnixMilli(ms.Load()).UTC() }, func(t *testing.T, d *db.DB) {
		ms.Store(tuesday.Add(-day).UnixMilli())
		k := &desk{World: waytest.New(t, d), ms: &ms, opening: id.New()}
		note := person.Note(k.Audit.Note)
		k.people, k.needs = person.NewStore(k.Ring, note), need.NewStore(k.Ring, note)
		k.agenda = agenda.NewStore(d, k.Ring, func(string) agenda.Calendar { return everyDay{} })
		onlyMediator := func(_ context.Context, _ db.Tx, _, worker id.ID) (bool, error) {
			return worker == k.Mediator.Worker(), nil
		}
		k.ways = orientation.NewStore(k.Ring, note, k.people, k.needs, k.agenda, onlyMediator, k.Master.Derive("her sheet"))
		k.Do(t, func(ctx context.Context, tx db.Tx) error {
			return k.agenda.AddOpening(ctx, tx, k.Manager, agenda.Opening{
				ID: k.opening, Organisation: k.Help, Place: k.Place, Title: "Permanence", Zone: "Europe/Paris",
				FirstDay: clock.Date{Year: 2026, Month: 11, Day: 3}, Rule: "FREQ=WEEKLY;BYDAY=TU", StartsMinute: 540, EndsMinute: 720,
				SlotMinutes: 60, Stations: 1, WhoBooks: agenda.ByPartners,
				Workers: []agenda.Presence{{Worker: k.Mediator.Worker(), From: clock.Date{Year: 2026, Month: 11, Day: 3}}},
			})
		})
		f(t, k)
	})
}

func (k *desk) capture(t *testing.T, v access.Viewer, origin id.ID) need.Need {
	t.Helper()
	n := need.Need{
		ID: id.New(), Origin: origin, Category: autonomy.Rights,
		Said: need.Said{Words: "Ma pension ne vient plus", FirstName: "Awa"},
	}
	k.Do(t, func(ctx context.Context, tx db.Tx) error {
		var err error
		n, err = k.needs.Capture(ctx, tx, v, n)
		return err
	})
	return n
}

func (k *desk) referral(level int) *orientation.NewReferral {
	r := &orientation.NewReferral{
		Recipient: k.Help, RecipientWorker: k.Mediator.Worker(), Level: level, AgreedHow: person.Written,
	}
	if level >= orientation.ContactNeed {
		r.Sheet = orientation.Liaison{FirstName: "Awa", Contact: "06 12 34 56 78", Sentence: "Retrouver sa pension"}
	}
	if level >= orientation.WithContext {
		r.Sheet.Context = "Loyer en retard"
	}
	return r
}

func (k *desk) handOn(t *testing.T, n need.Need, level int) orientation.Decided {
	t.Helper()
	done, err := k.ways.Decide(t.Context(), k.DB, k.Social, orientation.Decision{
		ID: id.New(), Need: n.ID, Choice: orientation.HandedOn, Referral: k.referral(level), NextStep: "Apporter le courrier",
	})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func (k *desk) incoming(t *testing.T, v access.Viewer, referral id.ID) orientation.Incoming {
	t.Helper()
	var in orientation.Incoming
	k.Do(t, func(ctx context.Context, tx db.Tx) error {
		var err error
		in, err = k.ways.Incoming(ctx, tx, v, referral)
		return err
	})
	return in
}

func (k *desk) answer(v access.Viewer, referral id.ID, s orientation.Status, reason string) error {
	return k.Try(func(ctx context.Context, tx db.Tx) error { return k.ways.Answer(ctx, tx, v, referral, s, reason) })
}

func (k *desk) status(t *testing.T, n id.ID) need.Status {
	t.Helper()
	var got need.Need
	k.Do(t, func(ctx context.Context, tx db.Tx) error {
		var err error
		got, err = k.needs.Read(ctx, tx, k.Social, n)
		return err
	})
	return got.Status
}

func TestLevels(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		zero := k.handOn(t, k.capture(t, k.Social, ""), orientation.AddressOnly)
		if in := k.incoming(t, k.Mediator, zero.Referral); in.Sheet != nil {
			t.Errorf("level 0 says %+v", in.Sheet)
		}
		if k.Count(t, "agreement") != 0 {
			t.Error("an agreement for nothing")
		}
		one := k.handOn(t, k.capture(t, k.Social, ""), orientation.ContactNeed)
		if in := k.incoming(t, k.Mediator, one.Referral); in.Sheet == nil || in.Sheet.FirstName != "Awa" || in.Sheet.Context != "" {
			t.Errorf("level 1 says %+v", in.Sheet)
		}
		two := k.handOn(t, k.capture(t, k.Social, ""), orientation.WithContext)
		if in := k.incoming(t, k.Mediator, two.Referral); in.Sheet == nil || in.Sheet.Context != "Loyer en retard" {
			t.Errorf("level 2 says %+v", in.Sheet)
		}
		// Never to who may not receive it.
		n := k.capture(t, k.Social, "")
		before := k.Snapshot(t)
		r := k.referral(orientation.WithContext)
		r.RecipientWorker = k.Volunteer.Worker()
		_, err := k.ways.Decide(t.Context(), k.DB, k.Social, orientation.Decision{ID: id.New(), Need: n.ID, Choice: orientation.HandedOn, Referral: r})
		var refused *orientation.ContextRefused
		if !errors.As(err, &refused) || refused.Message().Key == "" {
			t.Errorf("context sent to a volunteer: %v", err)
		}
		for table, count := range k.Snapshot(t) {
			if before[table] != count {
				t.Errorf("%s: %d rows became %d", table, before[table], count)
			}
		}
	})
}

func TestWhatMustBeLookedAtAgain(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		n := k.capture(t, k.Social, "")
		for name, c := range map[string]struct {
			change func(*orientation.Decision)
			field  string
		}{
			"to nobody":           {func(d *orientation.Decision) { d.Referral = nil }, "referral"},
			"no agreement":        {func(d *orientation.Decision) { d.Referral.AgreedHow = "" }, "agreed"},
			"nobody named":        {func(d *orientation.Decision) { d.Referral.RecipientWorker = "" }, "recipient"},
			"too long":            {func(d *orientation.Decision) { d.Referral.ValidDays = 93 }, "valid_days"},
			"context at level 1":  {func(d *orientation.Decision) { d.Referral.Sheet.Context = "Loyer" }, "context"},
			"here, yet handed on": {func(d *orientation.Decision) { d.Choice = orientation.TreatedHere }, "referral"},
			"unknown choice":      {func(d *orientation.Decision) { d.Choice = "x" }, "choice"},
			"unknown family":      {func(d *orientation.Decision) { d.Family = "x" }, "family"},
			"unknown redirection": {func(d *orientation.Decision) { d.Redirection = "x" }, "redirection"},
			"a bank card":         {func(d *orientation.Decision) { d.Why = "carte 4970 1012 3456 7893" }, "why"},
		} {
			d := orientation.Decision{ID: id.New(), Need: n.ID, Choice: orientation.HandedOn, Referral: k.referral(orientation.ContactNeed)}
			c.change(&d)
			_, err := k.ways.Decide(t.Context(), k.DB, k.Social, d)
			var f *text.FieldErrors
			if !errors.As(err, &f) || !slices.ContainsFunc(f.List, func(e text.FieldError) bool { return e.Field == c.field }) {
				t.Errorf("%s: got %v, want %s", name, err, c.field)
			}
		}
	})
}

func TestHereAndStopped(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		n := k.capture(t, k.Social, "")
		decide := func(c orientation.Choice, h orientation.HerChoice) orientation.Decided {
			done, err := k.ways.Decide(t.Context(), k.DB, k.Social, orientation.Decision{
				ID: id.New(), Need: n.ID, Choice: c, HerChoice: h, Refusals: []autonomy.Family{autonomy.Workshop}, NextStep: "Rappeler mardi",
			})
			if err != nil {
				t.Fatal(err)
			}
			return done
		}
		here := decide(orientation.TreatedHere, orientation.Agreed)
		if here.Referral != "" || here.Code == "" || k.status(t, n.ID) != need.Open {
			t.Errorf("here: %+v, need %s", here, k.status(t, n.ID))
		}
		stopped := decide(orientation.ShePrefers, orientation.Declined)
		if k.status(t, n.ID) != need.Stopped || stopped.Code != here.Code {
			t.Errorf("stopped: need %s, codes %s and %s", k.status(t, n.ID), here.Code, stopped.Code)
		}
		if err := k.Exec(`UPDATE decision SET her_choice = 'agreed'`); !db.RefusedBy(err, "decision_stays") {
			t.Errorf("a decision was rewritten: %v", err)
		}
	})
}

func TestAnswers(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		n := k.capture(t, k.Social, "")
		done, err := k.ways.Decide(t.Context(), k.DB, k.Social, orientation.Decision{
			ID: id.New(), Need: n.ID, Choice: orientation.HandedOn, Referral: k.referral(orientation.ContactNeed),
			Slot: &orientation.Slot{Opening: k.opening, Worker: k.Mediator.Worker(), Start: tuesday},
		})
		if err != nil {
			t.Fatal(err)
		}
		var f *text.FieldErrors
		if err := k.answer(k.Mediator, done.Referral, orientation.Refused, "parce que"); !errors.As(err, &f) {
			t.Errorf("a refusal in free words: %v", err)
		}
		for range 2 { // the same answer twice is one answer
			if err := k.answer(k.Mediator, done.Referral, orientation.Refused, "full"); err != nil {
				t.Fatal(err)
			}
		}
		if got := k.Count(t, "referral_event"); got != 2 {
			t.Errorf("%d steps, want sent and refused", got)
		}
		if got := k.status(t, n.ID); got != need.Open {
			t.Errorf("after a refusal the need is %s", got)
		}
		k.Do(t, func(ctx context.Context, tx db.Tx) error {
			b, err := k.agenda.Booking(ctx, tx, k.Mediator, done.Meeting.Booking)
			if b.Status != agenda.Revoked {
				t.Errorf("after a refusal the meeting is %s", b.Status)
			}
			follows, err2 := k.ways.Sent(ctx, tx, k.Social, orientation.SentFilter{})
			if len(follows) != 1 || follows[0].Steps[1].Reason != "full" {
				t.Errorf("the sender sees %+v", follows)
			}
			return errors.Join(err, err2)
		})
		var answered *orientation.Answered
		if err := k.answer(k.Mediator, done.Referral, orientation.Accepted, ""); !errors.As(err, &answered) || answered.Now != orientation.Refused {
			t.Errorf("accepted after a refusal: %v", err)
		}
		if err := k.Exec(`UPDATE referral_event SET status = 'accepted'`); !db.RefusedBy(err, "referral_event_stays") {
			t.Errorf("a step was rewritten: %v", err)
		}
		for name, v := range map[string]access.Viewer{"sender": k.Social, "volunteer": k.Volunteer, "coordinator": k.Manager, "nobody": k.Nobody} {
			if err := k.answer(v, done.Referral, orientation.Seen, ""); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s answers: %v", name, err)
			}
		}
	})
}

func TestReminderAndTeamView(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		n := k.capture(t, k.Social, "")
		done := k.handOn(t, n, orientation.ContactNeed)
		late := func() (sent, stuck []orientation.Follow) {
			k.Do(t, func(ctx context.Context, tx db.Tx) error {
				var err, err2 error
				sent, err = k.ways.Sent(ctx, tx, k.Social, orientation.SentFilter{WaitingDays: orientation.ReminderDays})
				stuck, _, err2 = k.ways.Stuck(ctx, tx, k.TownLead, orientation.ReminderDays, 50)
				return errors.Join(err, err2)
			})
			return sent, stuck
		}
		k.pass(orientation.ReminderDays*day - time.Minute)
		if sent, stuck := late(); len(sent)+len(stuck) != 0 {
			t.Errorf("reminded too early: %d, %d", len(sent), len(stuck))
		}
		k.pass(time.Minute)
		if sent, stuck := late(); len(sent) != 1 || len(stuck) != 1 || !sent[0].Late(k.now(), orientation.ReminderDays) {
			t.Errorf("not reminded: %d, %d", len(sent), len(stuck))
		}
		if err := k.answer(k.Mediator, done.Referral, orientation.Accepted, ""); err != nil {
			t.Fatal(err)
		}
		if sent, _ := late(); len(sent) != 0 {
			t.Error("reminded though answered")
		}
		err := k.Try(func(ctx context.Context, tx db.Tx) error {
			_, _, err := k.ways.Stuck(ctx, tx, k.Social, 1, 50)
			return err
		})
		if !errors.Is(err, person.ErrForbidden) {
			t.Errorf("a helper reads the team's view: %v", err)
		}
	})
}

// Being sent round is seen, through the organisations it went by (R41).
func TestSecondOrientationWarns(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		n := k.capture(t, k.Social, "")
		if first := k.handOn(t, n, orientation.ContactNeed); first.Rank != 1 || first.Warning != nil {
			t.Errorf("first: %+v", first)
		}
		if second := k.handOn(t, n, orientation.ContactNeed); second.Rank != 2 || second.Warning == nil {
			t.Errorf("second: %+v", second)
		}
		// The recipient takes the need on as her own, and sends it on in turn.
		mine := k.capture(t, k.Mediator, n.ID)
		r := k.referral(orientation.ContactNeed)
		r.Recipient, r.RecipientWorker = k.Town, k.Social.Worker()
		third, err := k.ways.Decide(t.Context(), k.DB, k.Mediator, orientation.Decision{
			ID: id.New(), Need: mine.ID, Choice: orientation.HandedOn, Referral: r,
		})
		if err != nil || third.Rank != 3 || third.Warning == nil {
			t.Errorf("third: %+v, %v", third, err)
		}
	})
}

func TestSheetIsReadWhileAgreedAndInTime(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		n := k.capture(t, k.Social, "")
		done := k.handOn(t, n, orientation.ContactNeed)
		k.Do(t, func(ctx context.Context, tx db.Tx) error {
			all, err := k.people.Agreements(ctx, tx, k.Social, "", n.ID)
			if err != nil || len(all) != 1 || all[0].Recipient != k.Help || all[0].How != person.Written {
				t.Fatalf("agreements %+v, %v", all, err)
			}
			return k.people.RevokeAgreement(ctx, tx, k.Social, all[0].ID)
		})
		if in := k.incoming(t, k.Mediator, done.Referral); in.Sheet != nil {
			t.Error("read after she took her agreement back")
		}
		later := k.handOn(t, n, orientation.ContactNeed)
		k.pass(orientation.DefaultDays*day + time.Minute)
		if in := k.incoming(t, k.Mediator, later.Referral); in.Sheet != nil {
			t.Error("read after its time")
		}
		// Late news is still welcome.
		if err := k.answer(k.Mediator, later.Referral, orientation.Settled, ""); err != nil {
			t.Errorf("answered late: %v", err)
		}
	})
}

func TestHerSheet(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		n := k.capture(t, k.Social, "")
		done, err := k.ways.Decide(t.Context(), k.DB, k.Social, orientation.Decision{
			ID: id.New(), Need: n.ID, Choice: orientation.HandedOn, Referral: k.referral(orientation.ContactNeed),
			Slot: &orientation.Slot{Opening: k.opening, Worker: k.Mediator.Worker(), Start: tuesday}, NextStep: "Apporter le courrier",
		})
		if err != nil {
			t.Fatal(err)
		}
		open := func(code string) (orientation.Sheet, error) {
			var s orientation.Sheet
			err := k.DB.View(t.Context(), func(ctx context.Context, tx db.Tx) error {
				var err error
				s, err = k.ways.OpenSheet(ctx, tx, code)
				return err
			})
			return s, err
		}
		s, err := open(strings.ToLower(done.Code))
		if err != nil || s.NextStep != "Apporter le courrier" || s.Meeting == nil || !s.Meeting.Start.Equal(tuesday) || s.Meeting.Phone != "+33261910031" {
			t.Errorf("her sheet: %+v, %v", s, err)
		}
		wrong := []byte(done.Code)
		wrong[0] = map[bool]byte{true: 'B', false: 'A'}[wrong[0] == 'A']
		for _, code := range []string{string(wrong), "", "0", "' OR 1=1 --"} {
			if _, err := open(code); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("code %q opens: %v", code, err)
			}
		}
		k.pass(day + 2*time.Hour)
		if s, err := open(done.Code); err != nil || s.Meeting != nil {
			t.Errorf("a past meeting is shown: %+v, %v", s.Meeting, err)
		}
		if leaks := k.Leaks(t, []string{done.Code, "courrier"}, "her_sheet"); len(leaks) > 0 {
			t.Errorf("readable in the store: %v", leaks)
		}
		// Who decided may print it again; nobody else.
		k.Do(t, func(ctx context.Context, tx db.Tx) error {
			again, err := k.ways.Decided(ctx, tx, k.Social, done.ID)
			if again.Code != done.Code {
				t.Errorf("printed again: %s, want %s", again.Code, done.Code)
			}
			return err
		})
		if err := k.Try(func(ctx context.Context, tx db.Tx) error {
			_, err := k.ways.Decided(ctx, tx, k.Mediator, done.ID)
			return err
		}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("the recipient has her code: %v", err)
		}
		k.Do(t, func(ctx context.Context, tx db.Tx) error { return k.ways.EraseSheet(ctx, tx, done.Code) })
		if _, err := open(done.Code); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("erased, yet opens: %v", err)
		}
		// Erased stays erased, whatever is decided next.
		next := k.handOn(t, n, orientation.ContactNeed)
		if next.Code != "" {
			t.Error("an erased sheet came back")
		}
		k.Do(t, func(ctx context.Context, tx db.Tx) error {
			return k.ways.WriteOnSheet(ctx, tx, k.Mediator, n.ID, orientation.Line{Did: "A écrit", NextStep: "Revenir"})
		})
		var filled int
		k.Do(t, func(ctx context.Context, tx db.Tx) error {
			return tx.NewRaw(`SELECT count(*) FROM her_sheet WHERE content IS NOT NULL OR code_hash IS NOT NULL`).Scan(ctx, &filled)
		})
		if filled != 0 {
			t.Error("something was written on an erased sheet")
		}
	})
}

func TestSheetWithoutADecision(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		n := k.capture(t, k.Social, "")
		give := func(v access.Viewer) (string, error) {
			var code string
			err := k.Try(func(ctx context.Context, tx db.Tx) error {
				var err error
				code, err = k.ways.GiveSheet(ctx, tx, v, n.ID)
				return err
			})
			return code, err
		}
		first, err := give(k.Social)
		if err != nil || len(first) != orientation.CodeSigns {
			t.Fatalf("code %q, %v", first, err)
		}
		if again, err := give(k.Reception); err != nil || again != first {
			t.Errorf("given again: %q, %v", again, err)
		}
		if _, err := give(k.Mediator); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("given by another organisation: %v", err)
		}
		if done := k.handOn(t, n, orientation.ContactNeed); done.Code != first {
			t.Error("a decision made another sheet")
		}
	})
}

func TestRecipientAndSlotMustFit(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		n := k.capture(t, k.Social, "")
		stranger := k.referral(orientation.ContactNeed)
		stranger.RecipientWorker = k.Reception.Worker()
		slot := &orientation.Slot{Opening: k.opening, Worker: k.Mediator.Worker(), Start: tuesday}
		before := k.Snapshot(t)
		for name, d := range map[string]orientation.Decision{
			"a worker of elsewhere": {Choice: orientation.HandedOn, Referral: stranger},
			"a slot of elsewhere":   {Choice: orientation.TreatedHere, Slot: slot},
		} {
			d.ID, d.Need = id.New(), n.ID
			_, err := k.ways.Decide(t.Context(), k.DB, k.Social, d)
			var f *text.FieldErrors
			if !errors.As(err, &f) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for table, count := range k.Snapshot(t) {
			if before[table] != count {
				t.Errorf("%s: %d rows became %d", table, before[table], count)
			}
		}
	})
}

func TestSheetEndsAfterAYear(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		done := k.handOn(t, k.capture(t, k.Social, ""), orientation.ContactNeed)
		k.pass(365*day + time.Minute)
		err := k.DB.View(t.Context(), func(ctx context.Context, tx db.Tx) error { _, err := k.ways.OpenSheet(ctx, tx, done.Code); return err })
		if !errors.Is(err, db.ErrNotFound) {
			t.Errorf("opens after a year: %v", err)
		}
	})
}

func TestOtherOrganisationSeesNothing(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		n := k.capture(t, k.Social, "")
		done := k.handOn(t, n, orientation.ContactNeed)
		for name, v := range map[string]access.Viewer{
			"sender": k.Social, "volunteer of the recipient": k.Volunteer, "administrator": k.Admin, "nobody": k.Nobody,
		} {
			if err := k.Try(func(ctx context.Context, tx db.Tx) error {
				_, err := k.ways.Incoming(ctx, tx, v, done.Referral)
				return err
			}); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s reads the liaison sheet: %v", name, err)
			}
		}
		for name, v := range map[string]access.Viewer{"recipient": k.Mediator, "volunteer": k.Volunteer, "administrator": k.Admin, "nobody": k.Nobody} {
			_, err := k.ways.Decide(t.Context(), k.DB, v, orientation.Decision{ID: id.New(), Need: n.ID, Choice: orientation.TreatedHere})
			if !errors.Is(err, db.ErrNotFound) && !errors.Is(err, person.ErrForbidden) {
				t.Errorf("%s decides for a need of another: %v", name, err)
			}
			_, err = k.ways.Decide(t.Context(), k.DB, v, orientation.Decision{ID: done.ID, Need: n.ID, Choice: orientation.TreatedHere})
			if !errors.Is(err, db.ErrNotFound) && !errors.Is(err, person.ErrForbidden) {
				t.Errorf("%s repeats a decision of another: %v", name, err)
			}
			err = k.Try(func(ctx context.Context, tx db.Tx) error {
				sent, err := k.ways.Sent(ctx, tx, v, orientation.SentFilter{})
				if len(sent) != 0 {
					t.Errorf("%s follows %d referrals of another", name, len(sent))
				}
				return err
			})
			if err != nil && !errors.Is(err, person.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		foreign := k.capture(t, k.Social, "")
		for what, f := range map[string]func(ctx context.Context, tx db.Tx) error{
			"orientations": func(ctx context.Context, tx db.Tx) error {
				_, err := k.ways.Orientations(ctx, tx, k.Mediator, foreign.ID)
				return err
			},
			"sheet": func(ctx context.Context, tx db.Tx) error {
				return k.ways.WriteOnSheet(ctx, tx, k.Mediator, foreign.ID, orientation.Line{Did: "x", NextStep: "y"})
			},
			"met": func(ctx context.Context, tx db.Tx) error {
				return k.ways.MetFor(ctx, tx, k.Social, done.Referral, true)
			},
		} {
			if err := k.Try(f); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// What must never happen is refused by the store itself, whoever writes.
func TestConstraints(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		n := k.capture(t, k.Social, "")
		zero := k.handOn(t, n, orientation.AddressOnly)
		two := k.handOn(t, n, orientation.WithContext)
		for name, c := range map[string]struct {
			attack string
			on     id.ID
			want   string // "" takes any refusal: foreign keys have no name on SQLite
		}{
			"level 2 without an agreement":  {`UPDATE referral SET level = 2 WHERE id = ?`, zero.Referral, "ck_referral_agreed"},
			"its agreement taken out":       {`UPDATE referral SET agreement_id = NULL WHERE id = ?`, two.Referral, "ck_referral_agreed"},
			"the agreement of a lower one":  {`UPDATE referral SET level = 1 WHERE id = ?`, two.Referral, ""},
			"a sheet at level 0":            {`UPDATE referral SET level = 0, agreement_id = NULL WHERE id = ?`, two.Referral, "ck_referral_level_0_says_nothing"},
			"nobody named":                  {`UPDATE referral SET recipient_worker_id = NULL WHERE id = ?`, two.Referral, "ck_referral_named"},
			"beyond three months":           {`UPDATE referral SET expires_at = sent_at + 7948800001 WHERE id = ?`, two.Referral, "ck_referral_expires"},
			"a level that does not exist":   {`UPDATE referral SET level = 3 WHERE id = ?`, two.Referral, "ck_referral_level"},
			"an unknown status":             {`UPDATE referral SET status = 'lost' WHERE id = ?`, two.Referral, "ck_referral_status"},
			"an erased sheet that can open": {`UPDATE her_sheet SET erased_at = 1 WHERE need_id = ?`, n.ID, "ck_her_sheet_erased_is_empty"},
		} {
			err := k.Exec(c.attack, c.on)
			var refused *db.Refused
			if !errors.As(err, &refused) || c.want != "" && !db.RefusedBy(err, c.want) {
				t.Errorf("%s: got %v, want %q", name, err, c.want)
			}
		}
		// The agreement given for one organisation does not serve for another.
		if err := k.Exec(`UPDATE referral SET recipient_id = ? WHERE id = ?`, k.Town, two.Referral); err == nil {
			t.Error("a sheet was turned to another organisation")
		}
	})
}

func TestByGrants(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		account := func(worker id.ID, role access.Role) {
			a := id.New()
			k.Do(t, func(ctx context.Context, tx db.Tx) error {
				if _, err := tx.NewRaw(`INSERT INTO account (id, login, login_key, name, password, worker_id, status, made_at)
					VALUES (?, ?, ?, 'Camille', 'x', ?, 'open', 1)`, a, string(a), string(a), worker).Exec(ctx); err != nil {
					return err
				}
				_, err := tx.NewRaw(`INSERT INTO access_grant (id, account_id, organisation_id, role, from_at, given_at)
					VALUES (?, ?, ?, ?, 1, 1)`, id.New(), a, k.Help, string(role)).Exec(ctx)
				return err
			})
		}
		may := func(worker id.ID) bool {
			var yes bool
			k.Do(t, func(ctx context.Context, tx db.Tx) error {
				var err error
				yes, err = orientation.ByGrants(ctx, tx, k.Help, worker)
				return err
			})
			return yes
		}
		account(k.Volunteer.Worker(), access.Volunteer)
		if may("") || may(k.Volunteer.Worker()) {
			t.Error("an organisation of volunteers may receive context")
		}
		account(k.Mediator.Worker(), access.Mediator)
		if !may("") || !may(k.Mediator.Worker()) || may(k.Volunteer.Worker()) || may(k.Newcomer) {
			t.Error("the grants are not followed")
		}
		k.Do(t, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.NewRaw(`UPDATE access_grant SET ended_at = 2 WHERE role = 'mediator'`).Exec(ctx)
			return err
		})
		if may("") {
			t.Error("an ended grant still counts")
		}
	})
}
