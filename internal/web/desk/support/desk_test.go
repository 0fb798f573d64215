// SPDX-License-Identifier: Apache-2.0

package support

import (
	"context"
	"slices"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/agenda"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/person/waytest"
	"escale/internal/territory"
	"escale/internal/web/shared/webtest"
)

// The name a meeting is kept under is opened for the form and for a correction:
// the audit has a line about it each time, and one only.
func TestMeetingsOpenedAreAudited(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(webtest.Now), func(t *testing.T, d *db.DB) {
		w := waytest.New(t, d)
		note := person.Note(w.Audit.Note)
		people, needs := person.NewStore(w.Ring, note), need.NewStore(w.Ring, note)
		diary := agenda.NewStore(d, w.Ring, func(c string) agenda.Calendar { return territory.CalendarFor(c) })
		ways := orientation.NewStore(w.Ring, note, people, needs, diary, orientation.ByGrants, w.Master.Derive("her sheet"))
		acts := activity.NewStore(w.Ring, note, people, needs, ways, diary)
		k := &Desk{DB: d, Agenda: diary, People: people, Needs: needs, Acts: acts}

		zone := webtest.Library(t).Network().Zone
		today := clock.DateOf(webtest.Now.In(zone))
		opening, booking := id.New(), id.New()
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			err := diary.AddOpening(ctx, tx, w.Manager, agenda.Opening{
				ID: opening, Organisation: w.Help, Place: w.Place, Title: "Permanence", Zone: zone.String(), FirstDay: today,
				Rule: "FREQ=DAILY", StartsMinute: 14 * 60, EndsMinute: 15 * 60, SlotMinutes: 60, Stations: 1,
				WhoBooks: agenda.ByHelper, Workers: []agenda.Presence{{Worker: w.Mediator.Worker(), From: today}},
			})
			if err != nil {
				return err
			}
			_, err = diary.Book(ctx, tx, w.Mediator, agenda.NewBooking{
				ID: booking, Opening: opening, Worker: w.Mediator.Worker(), Start: today.In(zone).Add(14 * time.Hour), Label: "Awa", Topic: "tool_use",
			})
			return err
		})
		audited := func(what string, draft Draft, err error) {
			t.Helper()
			if err != nil || draft.Who != "Awa" {
				t.Fatalf("%s: %q, %v", what, draft.Who, err)
			}
			acts := w.Audit.Take()
			others := slices.DeleteFunc(slices.Clone(acts), func(a access.Act) bool { return a == "booking.read" })
			if len(acts)-len(others) != 1 {
				t.Errorf("%s: the audit has %v", what, acts)
			}
		}
		w.Audit.Take()
		draft, err := k.Draft(t.Context(), w.Mediator, booking, "", zone)
		audited("the form", draft, err)

		e := draft.Entry
		e.Outcome = activity.Settled
		rec, err := k.Record(t.Context(), w.Mediator, e)
		if err != nil {
			t.Fatal(err)
		}
		w.Audit.Take()
		draft, err = k.Again(t.Context(), w.Mediator, rec.ID)
		audited("the correction", draft, err)
	})
}
