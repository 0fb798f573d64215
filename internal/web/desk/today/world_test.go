// SPDX-License-Identifier: Apache-2.0

package today_test

import (
	"context"
	"net/http"
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
	"escale/internal/kit/guard"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/person/waytest"
	"escale/internal/territory"
	"escale/internal/web/desk/guide"
	"escale/internal/web/desk/returns"
	"escale/internal/web/desk/support"
	"escale/internal/web/desk/today"
	"escale/internal/web/shared"
	"escale/internal/web/shared/webtest"
	team "escale/internal/web/team/agenda"
)

// tuesday is the day of webtest.Now.
var tuesday = clock.Date{Year: 2026, Month: 11, Day: 24}

// world is a store with every room of the person's way, an opening of the
// mediator and one of the volunteer on Tuesdays, and the site over them.
type world struct {
	*waytest.World
	now    *atomic.Pointer[time.Time]
	agenda *agenda.Store
	people *person.Store
	needs  *need.Store
	ways   *orientation.Store
	acts   *activity.Store
	lib    *shared.Library
	site   http.Handler

	opening, visits id.ID
}

func run(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	var now atomic.Pointer[time.Time]
	dbtest.RunAt(t, func() time.Time { return *now.Load() }, func(t *testing.T, d *db.DB) {
		monday := webtest.Now.AddDate(0, 0, -1)
		now.Store(&monday)
		w := &world{World: waytest.New(t, d), now: &now, opening: id.New(), visits: id.New()}
		w.build(t)
		f(t, w)
	})
}

func (w *world) build(t *testing.T) {
	t.Helper()
	audit := access.NewAudit(w.DB, w.Master)
	note := person.Note(w.Audit.Note)
	w.people, w.needs = person.NewStore(w.Ring, note), need.NewStore(w.Ring, note)
	w.agenda = agenda.NewStore(w.DB, w.Ring, func(c string) agenda.Calendar { return territory.CalendarFor(c) })
	yes := func(context.Context, db.Tx, id.ID, id.ID) (bool, error) { return true, nil }
	w.ways = orientation.NewStore(w.Ring, note, w.people, w.needs, w.agenda, yes, w.Master.Derive("her sheet"))
	w.acts = activity.NewStore(w.Ring, note, w.people, w.needs, w.ways, w.agenda)
	for opening, worker := range map[id.ID]id.ID{w.opening: w.Mediator.Worker(), w.visits: w.Volunteer.Worker()} {
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			return w.agenda.AddOpening(ctx, tx, w.Manager, agenda.Opening{
				ID: opening, Organisation: w.Help, Place: w.Place, Title: "Permanence du mardi", Zone: "Europe/Paris",
				FirstDay: tuesday.AddDays(-21), Rule: "FREQ=WEEKLY;BYDAY=TU", StartsMinute: 9*60 + 30, EndsMinute: 12*60 + 30,
				SlotMinutes: 45, Stations: 1, WhoBooks: agenda.ByPartners, Workers: []agenda.Presence{{Worker: worker, From: tuesday.AddDays(-21)}},
			})
		})
	}
	lib := webtest.Library(t)
	lib.Messages(guard.Messages)
	lib.Messages(person.Messages)
	lib.Messages(need.Messages)
	lib.Messages(orientation.Messages)
	lib.Messages(activity.Messages)
	routes := today.Routes(lib, &today.Desk{DB: w.DB, Agenda: w.agenda, Ways: w.ways, People: w.people, Audit: audit})
	routes = append(routes, support.Routes(lib, &support.Desk{DB: w.DB, Agenda: w.agenda, People: w.people, Needs: w.needs, Acts: w.acts})...)
	routes = append(routes, returns.Routes(lib, &returns.Desk{DB: w.DB, Ways: w.ways})...)
	routes = append(routes, team.Routes(lib, &team.Desk{DB: w.DB, Agenda: w.agenda})...)
	routes = append(routes, guide.Routes(lib)...)
	w.lib, w.site = lib, webtest.Site(t, lib, routes...)
}

// at is an hour of Tuesday in Paris.
func (w *world) at(hour, minute int) time.Time {
	return time.Date(2026, 11, 24, hour, minute, 0, 0, w.lib.Network().Zone)
}

// arrive moves the store's clock to webtest.Now: Tuesday, 10 h 20.
func (w *world) arrive() {
	now := webtest.Now
	w.now.Store(&now)
}

// book keeps a meeting for label with the helper of opening.
func (w *world) book(t *testing.T, opening, worker id.ID, start time.Time, label, topic string, of id.ID) id.ID {
	t.Helper()
	b := id.New()
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		_, err := w.agenda.Book(ctx, tx, w.Mediator, agenda.NewBooking{
			ID: b, Opening: opening, Worker: worker, Start: start, Label: label, Topic: topic, Person: of,
		})
		return err
	})
	return b
}

// capture notes a need in the organisation of v.
func (w *world) capture(t *testing.T, v access.Viewer, days int) need.Need {
	t.Helper()
	n := need.Need{
		ID: id.New(), Said: need.Said{Words: "Ma pension de retraite ne vient plus", FirstName: "Awa", Contact: "06 12 34 56 78"},
		ContactWay: person.ByCall, Category: autonomy.Rights, Deadline: tuesday.AddDays(days), Risk: autonomy.LossOfRight, EntryWay: "reception",
		Commune: "44015",
	}
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		var err error
		n, err = w.needs.Capture(ctx, tx, v, n)
		return err
	})
	return n
}

// hand hands a need of Town to the mediator, with a slot.
func (w *world) hand(t *testing.T, start time.Time) orientation.Decided {
	t.Helper()
	n := w.capture(t, w.Social, 5)
	done, err := w.ways.Decide(t.Context(), w.DB, w.Social, orientation.Decision{
		ID: id.New(), Need: n.ID, Choice: orientation.HandedOn, Family: autonomy.SideBySide, Rule: "O5", HerChoice: orientation.Agreed,
		Redirection: "mediation_numerique",
		Referral: &orientation.NewReferral{
			Recipient: w.Help, RecipientWorker: w.Mediator.Worker(), Level: orientation.WithContext, AgreedHow: person.Oral,
			Sheet: orientation.Liaison{
				FirstName: "Awa", Contact: "06 12 34 56 78", Sentence: "Retrouver sa pension", Context: "Loyer en retard",
				Explanation: autonomy.SpokenShown,
			},
		},
		Slot: &orientation.Slot{Opening: w.opening, Worker: w.Mediator.Worker(), Start: start}, NextStep: "Apporter le courrier",
	})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// file opens a file of Help for someone.
func (w *world) file(t *testing.T) id.ID {
	t.Helper()
	p := person.Person{
		ID: id.New(), Identity: person.Identity{FirstName: "Marthe", LastName: "Test"}, Gender: person.Unsaid, SocialStatus: person.Unsaid,
		ContactWay: person.NoContact, InformedOn: tuesday,
	}
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		var err error
		p, err = w.people.Create(ctx, tx, w.Mediator, p)
		return err
	})
	return p.ID
}
