// SPDX-License-Identifier: Apache-2.0

package orientation_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/orientation"
	"escale/internal/person"
)

// Listing what arrived opens no sheet and notes nothing; opening one notes it.
func TestArrivals(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		var sent []id.ID
		for range 3 {
			sent = append(sent, k.handOn(t, k.capture(t, k.Social, ""), orientation.ContactNeed).Referral)
			k.pass(day)
		}
		k.Audit.Take()
		arrivals := func(v access.Viewer, f orientation.ReceivedFilter) (all []orientation.Arrival, err error) {
			err = k.DB.View(t.Context(), func(ctx context.Context, tx db.Tx) error {
				all, err = k.ways.Arrivals(ctx, tx, v, f)
				return err
			})
			return all, err
		}
		all, err := arrivals(k.Mediator, orientation.ReceivedFilter{})
		if err != nil || len(all) != 3 {
			t.Fatalf("arrivals %+v, %v", all, err)
		}
		for i, a := range all {
			want := orientation.Arrival{
				ID: sent[i], Sender: k.Town, Level: orientation.ContactNeed, Status: orientation.Sent,
				SentAt: k.now().Add(-day * time.Duration(3-i)), StatusAt: k.now().Add(-day * time.Duration(3-i)),
			}
			if a != want {
				t.Errorf("arrival %d: %+v, want %+v", i, a, want)
			}
		}
		second, err := arrivals(k.Mediator, orientation.ReceivedFilter{Offset: 1, Limit: 1})
		if err != nil || len(second) != 1 || second[0] != all[1] {
			t.Errorf("the second: %+v, %v", second, err)
		}
		settled, err := arrivals(k.Mediator, orientation.ReceivedFilter{Statuses: []orientation.Status{orientation.Settled}})
		if err != nil || len(settled) != 0 {
			t.Errorf("settled: %+v, %v", settled, err)
		}
		if theirs, err := arrivals(k.Social, orientation.ReceivedFilter{}); err != nil || len(theirs) != 0 {
			t.Errorf("the sender receives %+v, %v", theirs, err)
		}
		if _, err := arrivals(k.Volunteer, orientation.ReceivedFilter{}); !errors.Is(err, person.ErrForbidden) {
			t.Errorf("a volunteer: %v", err)
		}
		if acts := k.Audit.Take(); len(acts) != 0 {
			t.Errorf("listing noted %v", acts)
		}
		if in := k.incoming(t, k.Mediator, sent[0]); in.Sheet == nil {
			t.Error("the sheet does not open")
		}
		if acts := k.Audit.Take(); len(acts) != 1 || acts[0] != "referral.read" {
			t.Errorf("opening noted %v, want one reading", acts)
		}
	})
}

// What was sent is read page by page too.
func TestSentPages(t *testing.T) {
	run(t, func(t *testing.T, k *desk) {
		var sent []id.ID
		for range 3 {
			sent = append(sent, k.handOn(t, k.capture(t, k.Social, ""), orientation.AddressOnly).Referral)
			k.pass(day)
		}
		k.Do(t, func(ctx context.Context, tx db.Tx) error {
			all, err := k.ways.Sent(ctx, tx, k.Social, orientation.SentFilter{Offset: 1, Limit: 1})
			if err != nil || len(all) != 1 || all[0].ID != sent[1] {
				t.Errorf("the second: %+v, %v", all, err)
			}
			return err
		})
	})
}
