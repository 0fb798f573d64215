// SPDX-License-Identifier: Apache-2.0

package figures_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/agenda"
	"escale/internal/autonomy"
	"escale/internal/impact"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/person/waytest"
	"escale/internal/web/shared/webtest"
	"escale/internal/web/team/figures"
)

// everyDay has no holidays.
type everyDay struct{}

func (everyDay) PublicHoliday(int, time.Month, int) bool { return false }
func (everyDay) SchoolHoliday(int, time.Month, int) bool { return false }

// town is a store where things are noted through the same gestures as real ones.
type town struct {
	*waytest.World
	needs *need.Store
	acts  *activity.Store
}

func newTown(t *testing.T) town {
	t.Helper()
	d := dbtest.SQLite(t, clock.Fixed(webtest.Now))
	w := waytest.New(t, d)
	note := person.Note(w.Audit.Note)
	people, needs := person.NewStore(w.Ring, note), need.NewStore(w.Ring, note)
	slots := agenda.NewStore(d, w.Ring, func(string) agenda.Calendar { return everyDay{} })
	ways := orientation.NewStore(w.Ring, note, people, needs, slots, orientation.ByGrants, w.Master.Derive("her sheet"))
	return town{World: w, needs: needs, acts: activity.NewStore(w.Ring, note, people, needs, ways, slots)}
}

// note notes a need days ago and, met days later, the support that met it.
func (w town) note(t *testing.T, ago, met int) {
	t.Helper()
	said := webtest.Now.AddDate(0, 0, -ago)
	n := need.Need{
		ID: id.New(), NotedAt: said, Said: need.Said{Words: "Ma demande de retraite"}, ContactWay: person.NoContact,
		Category: autonomy.Rights, EntryWay: "reception", Commune: "44015",
	}
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		_, err := w.needs.Capture(ctx, tx, w.Mediator, n)
		return err
	})
	if met < 0 {
		return
	}
	at := said.AddDate(0, 0, met)
	_, err := w.acts.Record(context.Background(), w.DB, w.Mediator, activity.Entry{
		ID: id.New(), At: at, Day: clock.DateOf(at), Minutes: 30, Posture: activity.With, Outcome: activity.Progressed,
		PlaceKind: activity.OwnPlace, Place: w.Place, Themes: []string{"sante"}, Need: n.ID,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFiguresOfARealStore(t *testing.T) {
	w := newTown(t)
	for i := range 6 {
		w.note(t, 40+i, 35)
	}
	for i := range 6 {
		w.note(t, 20, i)
	}
	for range 6 {
		w.note(t, 5, -1)
	}
	lib := webtest.Library(t)
	house := figures.NewHouse(w.DB)
	site := webtest.Site(t, lib, figures.Routes(lib, house)...)
	got := webtest.Get(site, "/chiffres", w.Manager)
	webtest.Check(t, got.Body.Bytes())
	page := got.Body.String()
	lacks(t, page, "Le Phare", "Attente par commune", "Blain", "50\u00a0%", "5\u00a0jours", "35\u00a0jours", "Droits et démarches")

	// One more support is counted at once: what is remembered is dropped.
	q := impact.Query{From: clock.Date{Year: 2026, Month: 9, Day: 1}, To: clock.Date{Year: 2026, Month: 11, Day: 24}}
	for _, want := range []float64{12, 13} {
		reading, err := house.Read(context.Background(), w.Manager, q)
		if err != nil {
			t.Fatal(err)
		}
		if f, _ := reading.Report.Figure("activities"); f.Value != want {
			t.Errorf("%v activities, want %v", f.Value, want)
		}
		if len(reading.Months) != 3 {
			t.Errorf("%d months, want 3", len(reading.Months))
		}
		w.note(t, 3, 1)
	}

	// What was counted for a coordinator is not given to a colleague without a
	// network, nor to another organisation, nor under a funder's threshold.
	if _, err := house.Read(context.Background(), w.Mediator, q); !errors.Is(err, impact.ErrForbidden) {
		t.Errorf("a mediator reads the network: %v", err)
	}
	elsewhere, err := house.Read(context.Background(), w.TownLead, q)
	if f, _ := elsewhere.Report.Figure("activities"); err != nil || f.Value != 0 {
		t.Errorf("another organisation reads %v (%v)", f.Value, err)
	}
	funder := access.NewViewer(id.New(), id.New(), w.Help, []access.Grant{{Organisation: w.Help, Role: access.Funder}})
	if r, err := house.Read(context.Background(), funder, q); err != nil || r.Report.Threshold != impact.ThresholdPublished {
		t.Errorf("a funder reads under the threshold %d (%v)", r.Report.Threshold, err)
	}
	mine, err := house.Organisations(context.Background(), w.Mediator)
	if err != nil || len(mine) != 1 || mine[0].ID != w.Help {
		t.Errorf("a mediator reads the figures of %v (%v)", mine, err)
	}
}
