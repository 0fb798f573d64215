// SPDX-License-Identifier: Apache-2.0

package activity_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/agenda"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/need"
)

func (w *way) record(t *testing.T, v access.Viewer, e activity.Entry) activity.Record {
	t.Helper()
	rec, err := w.acts.Record(t.Context(), w.DB, v, e)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// correct records rec again, changed.
func (w *way) correct(t *testing.T, v access.Viewer, rec activity.Record, change func(*activity.Entry)) activity.Record {
	t.Helper()
	e := rec.Entry
	e.ID, e.CorrectionOf = id.New(), rec.ID
	change(&e)
	return w.record(t, v, e)
}

func (w *way) one(t *testing.T, query string, args ...any) string {
	t.Helper()
	var got string
	w.Do(t, func(ctx context.Context, tx db.Tx) error { return tx.NewRaw(query, args...).Scan(ctx, &got) })
	return got
}

// An old record that is corrected does not happen a second time.
func TestCorrectionDoesNotHappenAgain(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		p, n := w.file(t, w.Social), w.capture(t)
		var code string
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			var err error
			code, err = w.ways.GiveSheet(ctx, tx, w.Social, n.ID)
			return err
		})
		support := func(o activity.Outcome, did, next string) activity.Record {
			e := w.defaults(t, w.Social, "", n.ID)
			e.PlaceKind, e.Person, e.Outcome, e.DidHerself, e.NextStep = activity.Remotely, p.ID, o, did, next
			if o == activity.Settled {
				e.RightBecame = need.RightKept
			}
			return w.record(t, w.Social, e)
		}
		first := support(activity.Progressed, "A ouvert son compte", "Chercher le courrier")
		w.pass(24 * time.Hour)
		last := support(activity.Settled, "A envoyé sa demande", "Attendre la réponse")
		w.pass(24 * time.Hour)

		says := func(what, next string, done ...string) {
			t.Helper()
			s, err := w.sheet(code)
			if err != nil || !slices.Equal(s.Done, done) || s.NextStep != next {
				t.Errorf("%s: her sheet says %q then %q, %v", what, s.Done, s.NextStep, err)
			}
		}
		contact := func() string { return w.one(t, `SELECT last_contact_at FROM person WHERE id = ?`, p.ID) }
		events, met := w.Count(t, "need_event"), contact()

		first = w.correct(t, w.Social, first, func(e *activity.Entry) { e.Minutes = 90 })
		says("minutes corrected", "Attendre la réponse", "A ouvert son compte", "A envoyé sa demande")
		w.correct(t, w.Social, first, func(e *activity.Entry) {
			e.Outcome, e.DidHerself, e.NextStep = activity.NotSettled, "A créé son compte", "Chercher la lettre"
		})
		says("words of the first corrected", "Attendre la réponse", "A créé son compte", "A envoyé sa demande")
		if got := w.need(t, n.ID); got.Status != need.Settled || w.Count(t, "need_event") != events {
			t.Errorf("the need is %s, with %d events, want %d", got.Status, w.Count(t, "need_event"), events)
		}

		// The last record is the one that says where the need stands.
		last = w.correct(t, w.Social, last, func(e *activity.Entry) { e.Minutes = 15 })
		if got := w.Count(t, "need_event"); got != events {
			t.Errorf("%d events once the minutes of the last were corrected, want %d", got, events)
		}
		last = w.correct(t, w.Social, last, func(e *activity.Entry) { e.RightBecame = need.RightOpened })
		if got := w.need(t, n.ID); got.Status != need.Settled || got.RightBecame != need.RightOpened {
			t.Errorf("the need is %s, its right %s", got.Status, got.RightBecame)
		}
		w.correct(t, w.Social, last, func(e *activity.Entry) {
			e.Outcome, e.RightBecame, e.DidHerself, e.NextStep = activity.Progressed, "", "", ""
		})
		if got := w.need(t, n.ID); got.Status != need.Open {
			t.Errorf("the need is %s once its last record says otherwise", got.Status)
		}
		says("words of the last taken back", "Chercher la lettre", "A créé son compte")
		if got := contact(); got != met {
			t.Errorf("last contact moved from %s to %s", met, got)
		}
	})
}

// A correction says nothing about the meeting or the referral that was not
// changed in it.
func TestCorrectionLeavesTheMeeting(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		done := w.decide(t, w.Social, w.handOn(w.capture(t), 9))
		w.pass(25 * time.Hour)
		e := w.defaults(t, w.Mediator, done.Meeting.Booking, "")
		e.Outcome = activity.Progressed
		rec := w.record(t, w.Mediator, e)
		if err := w.Exec(`UPDATE booking SET status = 'noshow' WHERE id = ?`, e.Booking); err != nil {
			t.Fatal(err)
		}
		steps := w.Count(t, "referral_event")
		rec = w.correct(t, w.Mediator, rec, func(e *activity.Entry) { e.Minutes = 15 })
		if got := w.one(t, `SELECT status FROM booking WHERE id = ?`, e.Booking); got != string(agenda.NoShow) {
			t.Errorf("the meeting is %s", got)
		}
		if got := w.Count(t, "referral_event"); got != steps {
			t.Errorf("%d steps of the referral, want %d", got, steps)
		}
		w.correct(t, w.Mediator, rec, func(e *activity.Entry) { e.Outcome, e.RightBecame = activity.Settled, need.RightKept })
		if f := w.follow(t, rec.Need); f.Status != "settled" {
			t.Errorf("the sender sees %s once the outcome was corrected", f.Status)
		}
	})
}

// A workshop that is corrected still counts everyone who came.
func TestCorrectionKeepsTheGroup(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		p, other := w.file(t, w.Mediator), w.file(t, w.Mediator)
		workshop := id.New()
		row := map[string]any{
			"id": workshop, "organisation_id": w.Help, "worker_id": w.Mediator.Worker(), "by_volunteer": false,
			"at": monday.UnixMilli(), "day": w.today(), "created_at": monday.UnixMilli(), "minutes": 30, "posture": "shown",
			"outcome": "settled", "place_kind": "a_distance", "commune": "", "themes": `["email"]`, "procedures": "[]",
			"local_themes": "[]", "materials": "[]", "autonomy": "", "redirection": "", "abilities": "[]", "age_band": "",
			"gender": "", "social_status": "", "source": "", "attendance": 12,
		}
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			if _, err := tx.NewInsert().Model(&row).TableExpr("activity").Exec(ctx); err != nil {
				return err
			}
			for _, who := range []id.ID{p.ID, other.ID} {
				if _, err := tx.NewRaw(`INSERT INTO activity_participant (activity_id, person_id, organisation_id) VALUES (?, ?, ?)`,
					workshop, who, w.Help).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		var rec activity.Record
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			var err error
			rec, err = w.acts.Read(ctx, tx, w.Mediator, workshop)
			return err
		})
		rec = w.correct(t, w.Mediator, rec, func(e *activity.Entry) { e.Minutes = 120 })
		w.correct(t, w.Mediator, rec, func(e *activity.Entry) { e.Minutes = 90 })
		if got := w.one(t, `SELECT sum(attendance) FROM activity_counted`); got != "12" {
			t.Errorf("%s people counted, want 12", got)
		}
		if got := w.one(t, `SELECT count(*) FROM activity_participant p JOIN activity_counted a ON a.id = p.activity_id`); got != "2" {
			t.Errorf("%s people with a file, want 2", got)
		}
	})
}

// She came although a colleague had noted that she would not: the support is
// kept, whoever has her seat by then.
func TestSeatGivenToSomeoneElse(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		for hour, rebooked := range map[int]bool{9: true, 10: false} {
			done := w.decide(t, w.Social, w.handOn(w.capture(t), hour))
			w.Do(t, func(ctx context.Context, tx db.Tx) error {
				return w.agenda.Mark(ctx, tx, w.Colleague, done.Meeting.Booking, agenda.Excused)
			})
			want := agenda.Seen
			if rebooked {
				w.decide(t, w.Social, w.handOn(w.capture(t), hour))
				want = agenda.Excused
			}
			w.ms.Store(w.slot(hour).UnixMilli())
			e := w.defaults(t, w.Mediator, done.Meeting.Booking, "")
			e.Outcome = activity.Progressed
			rec := w.record(t, w.Mediator, e)
			if got := w.one(t, `SELECT status FROM booking WHERE id = ?`, e.Booking); got != string(want) {
				t.Errorf("rebooked %v: the meeting is %s, want %s", rebooked, got, want)
			}
			if f := w.follow(t, rec.Need); f.Status != "seen" {
				t.Errorf("rebooked %v: the sender sees %s", rebooked, f.Status)
			}
			w.ms.Store(monday.UnixMilli())
		}
	})
}

func TestNotBeforeItIsGiven(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		for ahead, refused := range map[time.Duration]bool{0: false, 5 * time.Minute: false, 5*time.Minute + time.Second: true} {
			e := w.entry()
			e.At = monday.Add(ahead)
			_, err := w.acts.Record(t.Context(), w.DB, w.Mediator, e)
			var f *text.FieldErrors
			if !refused && err != nil {
				t.Errorf("%v ahead: %v", ahead, err)
			}
			if refused && (!errors.As(err, &f) || f.List[0].Field != "at" || f.List[0].Message.Key != "activity.at_future") {
				t.Errorf("%v ahead: got %v, want activity.at_future", ahead, err)
			}
		}
	})
}

// Two tabs, or a fresh form after Back: the meeting is recorded once, and who
// comes second is shown what to correct.
func TestMeetingIsRecordedOnce(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		done := w.decide(t, w.Social, w.handOn(w.capture(t), 9))
		w.pass(25 * time.Hour)
		e := w.defaults(t, w.Mediator, done.Meeting.Booking, "")
		e.Outcome = activity.Progressed
		first := w.record(t, w.Mediator, e)
		before := w.Snapshot(t)
		noted := func(v access.Viewer, want id.ID) {
			t.Helper()
			again := w.defaults(t, v, done.Meeting.Booking, "")
			again.Outcome = activity.Settled
			var n *activity.Noted
			if _, err := w.acts.Record(t.Context(), w.DB, v, again); !errors.As(err, &n) || n.Entry != want || n.Message().Key != "activity.already_noted" {
				t.Errorf("recorded again: %v, want *Noted %s", err, want)
			}
		}
		noted(w.Mediator, first.ID)
		noted(w.Colleague, first.ID)
		if after := w.Snapshot(t); !equal(before, after) {
			t.Errorf("%v then %v", before, after)
		}
		second := w.correct(t, w.Mediator, first, func(e *activity.Entry) { e.Minutes = 15 })
		noted(w.Mediator, second.ID)
		w.correct(t, w.Mediator, second, func(e *activity.Entry) { e.Minutes = 30 })
	})
}

// The database itself holds one record per meeting.
func TestOneRecordPerMeetingIsAConstraint(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		done := w.decide(t, w.Social, w.handOn(w.capture(t), 9))
		add := func() error {
			row := map[string]any{
				"id": id.New(), "organisation_id": w.Help, "worker_id": w.Mediator.Worker(), "by_volunteer": false, "at": 1,
				"day": w.today(), "created_at": 1, "minutes": 30, "posture": "with", "outcome": "settled",
				"place_kind": "a_distance", "commune": "", "themes": `["email"]`, "procedures": "[]", "local_themes": "[]",
				"materials": "[]", "autonomy": "", "redirection": "", "abilities": "[]", "age_band": "", "gender": "",
				"social_status": "", "source": "", "booking_id": done.Meeting.Booking,
			}
			return w.Try(func(ctx context.Context, tx db.Tx) error {
				_, err := tx.NewInsert().Model(&row).TableExpr("activity").Exec(ctx)
				return err
			})
		}
		if err := add(); err != nil {
			t.Fatal(err)
		}
		if err := add(); !db.RefusedBy(err, "uq_activity_booking_id") {
			t.Errorf("got %v, want a refusal by uq_activity_booking_id", err)
		}
	})
}

// Opening a meeting to record it opens the name it is kept under: the audit says so.
func TestMeetingOpenedIsAudited(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		done := w.decide(t, w.Social, w.handOn(w.capture(t), 9))
		w.Audit.Take()
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			b, err := w.acts.Meeting(ctx, tx, w.Mediator, done.Meeting.Booking)
			if b.Label != "Awa" {
				t.Errorf("opened %q", b.Label)
			}
			return err
		})
		if got := w.Audit.Take(); !slices.Equal(got, []access.Act{"booking.read"}) {
			t.Errorf("the audit has %v", got)
		}
		if err := w.Try(func(ctx context.Context, tx db.Tx) error {
			_, err := w.acts.Meeting(ctx, tx, w.Social, done.Meeting.Booking)
			return err
		}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("opened from elsewhere: %v", err)
		}
	})
}
