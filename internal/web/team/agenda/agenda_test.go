// SPDX-License-Identifier: Apache-2.0

package agenda_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	rooms "escale/internal/agenda"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/web/shared/webtest"
	"escale/internal/web/team/agenda"
)

type fake struct {
	week    agenda.Week
	choices agenda.Choices
	added   []rooms.Opening
}

func (f *fake) Week(_ context.Context, _ access.Viewer, monday clock.Date, _ *time.Location) (agenda.Week, error) {
	f.week.Monday = monday
	return f.week, nil
}

func (f *fake) Choices(context.Context, access.Viewer, clock.Date) (agenda.Choices, error) {
	return f.choices, nil
}

func (f *fake) Add(_ context.Context, _ access.Viewer, o rooms.Opening) error {
	f.added = append(f.added, o)
	return nil
}

func TestEveryState(t *testing.T) {
	lib, f := webtest.Library(t), &fake{}
	site := webtest.Site(t, lib, agenda.Routes(lib, f)...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
	lead := webtest.Viewer(access.Coordinator)
	place, worker := id.New(), id.New()
	for _, path := range []string{"/agenda", "/agenda/nouvelle"} { // nothing yet
		got := webtest.Get(site, path, lead)
		webtest.Check(t, got.Body.Bytes())
		if !strings.Contains(got.Body.String(), `class="vide"`) {
			t.Errorf("%s says nothing of being empty", path)
		}
	}
	saturday := clock.Date{Year: 2026, Month: 11, Day: 28}
	o := rooms.Opening{ID: id.New(), Place: place, Title: "Café", Rule: "FREQ=DAILY", StartsMinute: 540, EndsMinute: 1440, WhoBooks: rooms.ByHelper}
	f.week = agenda.Week{
		Held:     []agenda.Held{{Opening: o, Day: saturday}, {Opening: o, Day: saturday, Workers: []id.ID{worker}, Seats: 2, Booked: 2}},
		Openings: []rooms.Opening{o}, Places: map[id.ID]network.Place{place: {Name: "La Gare", CommuneName: "Blain"}}, Workers: map[id.ID]string{worker: "Nadia B."},
	}
	got := webtest.Get(site, "/agenda", lead)
	webtest.Check(t, got.Body.Bytes())
	for _, want := range []string{"samedi", "Personne pour recevoir", "Complet", "Nadia B.", "FREQ=DAILY"} {
		if !strings.Contains(got.Body.String(), want) {
			t.Errorf("the week does not say %q", want)
		}
	}
}

func TestWhatTheFormSends(t *testing.T) {
	lib := webtest.Library(t)
	place, nadia := id.New(), id.New()
	f := &fake{choices: agenda.Choices{
		Places: []network.Place{{ID: place, Name: "La Gare", Commune: "97411"}}, Workers: []network.Worker{{ID: nadia, Name: "Nadia B."}},
	}}
	site := webtest.Site(t, lib, agenda.Routes(lib, f)...)
	lead := webtest.Viewer(access.Coordinator)
	right := func() url.Values {
		return url.Values{
			"cle": {string(id.New())}, "title": {"Le mardi"}, "place": {string(place)}, "workers": {string(nadia)}, "rule": {"TU"}, "every": {"w1"},
			"hours": {"9h"}, "until": {"12:00"}, "slot_minutes": {"45"}, "stations": {"1"}, "first_day": {"2026-12-01"}, "months_ahead": {"3"},
			"except": {"08/12/2026, 2026-12-15"}, "who_books": {"partners"}, "school": {"any"},
		}
	}
	if got := webtest.Post(site, "/agenda/nouvelle", lead, right()); got.Code != http.StatusSeeOther || len(f.added) != 1 {
		t.Fatalf("status %d, %d added", got.Code, len(f.added))
	}
	o := f.added[0]
	if o.Organisation != lead.Organisation() || o.Zone != "Indian/Reunion" || o.StartsMinute != 540 || len(o.Except) != 2 || o.Workers[0].Worker != nadia {
		t.Errorf("added %+v", o)
	}
	for field, wrong := range map[string]string{
		"title": "", "place": string(id.New()), "workers": string(id.New()), "rule": "", "hours": "13:00", "slot_minutes": "2", "stations": "0",
		"first_day": "", "last_day": "2026-11-01", "except": "demain", "months_ahead": "40",
	} {
		form := right()
		form.Set(field, wrong)
		got := webtest.Post(site, "/agenda/nouvelle", lead, form)
		webtest.Check(t, got.Body.Bytes())
		if got.Code != http.StatusUnprocessableEntity || len(f.added) != 1 || !strings.Contains(got.Body.String(), `href="#f-`+field+`"`) {
			t.Errorf("%s %q: status %d, %d added", field, wrong, got.Code, len(f.added))
		}
	}
}
