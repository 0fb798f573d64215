// SPDX-License-Identifier: Apache-2.0

package orientation_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/orientation"
	"escale/internal/person"
)

// meet hands a new need on to worker at the start of an opening.
func (k *desk) meet(t *testing.T, opening, worker id.ID) (needID id.ID, done orientation.Decided) {
	t.Helper()
	n := k.capture(t, k.Social, "")
	r := k.referral(orientation.ContactNeed)
	r.RecipientWorker = worker
	done, err := k.ways.Decide(t.Context(), k.DB, k.Social, orientation.Decision{
		ID: id.New(), Need: n.ID, Choice: orientation.HandedOn, Referral: r,
		Slot: &orientation.Slot{Opening: opening, Worker: worker, Start: tuesday},
	})
	if err != nil {
		t.Fatal(err)
	}
	return n.ID, done
}

func (k *desk) booking(t *testing.T, v access.Viewer, booking id.ID) (b agenda.Booking) {
	t.Helper()
	k.Do(t, func(ctx context.Context, tx db.Tx) (err error) {
		b, err = k.agenda.Booking(ctx, tx, v, booking)
		return err
	})
	return b
}

// Her yes taken back closes the sheet, and empties the day's list of whoever
// receives; the meeting itself stays hers, and other people's stay whole.
func TestWithdraw(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		n, done := k.meet(t, k.opening, k.Mediator.Worker())
		_, other := k.meet(t, k.visits(t), k.Volunteer.Worker())
		if in, b := k.incoming(t, k.Mediator, done.Referral), k.booking(t, k.Mediator, done.Meeting.Booking); in.Sheet == nil || b.Label != "Awa" || b.Topic == "" {
			t.Fatalf("before: sheet %v, label %q, topic %q", in.Sheet, b.Label, b.Topic)
		}
		var given []person.Agreement
		k.Do(t, func(ctx context.Context, tx db.Tx) (err error) {
			given, err = k.people.Agreements(ctx, tx, k.Social, "", n)
			return err
		})
		if len(given) != 1 {
			t.Fatalf("%d agreements", len(given))
		}
		withdraw := func(v access.Viewer) error {
			return k.Try(func(ctx context.Context, tx db.Tx) error { return k.ways.Withdraw(ctx, tx, v, given[0].ID) })
		}
		for name, v := range map[string]access.Viewer{"recipient": k.Mediator, "administrator": k.Admin, "coordinator": k.TownLead, "nobody": k.Nobody} {
			if err := withdraw(v); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s takes it back: %v", name, err)
			}
		}
		if k.booking(t, k.Mediator, done.Meeting.Booking).Label != "Awa" {
			t.Error("a refused gesture blanked the booking")
		}
		k.Audit.Take()
		for range 2 {
			if err := withdraw(k.Reception); err != nil {
				t.Fatal(err)
			}
		}
		if acts := k.Audit.Take(); !slices.Contains(acts, access.Act("agreement.revoke")) {
			t.Errorf("the audit has %v", acts)
		}
		in, b := k.incoming(t, k.Mediator, done.Referral), k.booking(t, k.Mediator, done.Meeting.Booking)
		if in.Sheet != nil || b.Label != "" || b.Topic != "" || b.Status != agenda.Expected {
			t.Errorf("after: sheet %v, label %q, topic %q, meeting %s", in.Sheet, b.Label, b.Topic, b.Status)
		}
		if b := k.booking(t, k.Volunteer, other.Meeting.Booking); b.Label != "Awa" || b.Topic == "" {
			t.Errorf("another meeting: label %q, topic %q", b.Label, b.Topic)
		}
	})
}

// visits adds an opening that the volunteer holds.
func (k *desk) visits(t *testing.T) id.ID {
	t.Helper()
	opening := id.New()
	k.Do(t, func(ctx context.Context, tx db.Tx) error {
		all, err := k.agenda.Openings(ctx, tx, k.Help)
		if err != nil {
			return err
		}
		o := all[0]
		o.ID, o.Workers = opening, []agenda.Presence{{Worker: k.Volunteer.Worker(), From: o.FirstDay}}
		return k.agenda.AddOpening(ctx, tx, k.Manager, o)
	})
	return opening
}

// Whoever waited, a volunteer included, says that nobody came; nobody else's
// meeting can be answered for that way.
func TestMissedFor(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		_, done := k.meet(t, k.visits(t), k.Volunteer.Worker())
		missed := func(v access.Viewer, b id.ID) error {
			return k.Try(func(ctx context.Context, tx db.Tx) error { return k.ways.MissedFor(ctx, tx, v, b) })
		}
		plain := id.New() // a meeting that nobody sent her to
		k.Do(t, func(ctx context.Context, tx db.Tx) error {
			_, err := k.agenda.Book(ctx, tx, k.Mediator, agenda.NewBooking{
				ID: plain, Opening: k.opening, Worker: k.Mediator.Worker(), Start: tuesday, Label: "Yann",
			})
			return err
		})
		for name, c := range map[string]struct {
			v access.Viewer
			b id.ID
		}{
			"a colleague": {k.Mediator, done.Meeting.Booking}, "the sender": {k.Social, done.Meeting.Booking},
			"a coordinator": {k.Manager, done.Meeting.Booking}, "nobody": {k.Nobody, done.Meeting.Booking}, "no referral": {k.Mediator, plain},
		} {
			if err := missed(c.v, c.b); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for range 2 {
			if err := missed(k.Volunteer, done.Meeting.Booking); err != nil {
				t.Fatal(err)
			}
		}
		k.Do(t, func(ctx context.Context, tx db.Tx) error {
			sent, err := k.ways.Sent(ctx, tx, k.Social, orientation.SentFilter{})
			if err == nil && (len(sent) != 1 || sent[0].Status != orientation.NotCome || len(sent[0].Steps) != 2) {
				t.Errorf("the sender sees %+v", sent)
			}
			return err
		})
		if err := k.answer(k.Mediator, done.Referral, orientation.Settled, ""); err != nil {
			t.Fatal(err)
		}
		var answered *orientation.Answered
		if err := missed(k.Volunteer, done.Meeting.Booking); !errors.As(err, &answered) || answered.Now != orientation.Settled {
			t.Errorf("missed after it was settled: %v", err)
		}
	})
}
