// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/person"
	"escale/internal/territory"
)

// house is the organisation being invented.
type house struct {
	id      id.ID
	place   id.ID
	home    territory.Commune
	near    towns
	zone    *time.Location
	workers []mediator
	people  []face // those who have a file, in the order they came
}

// mediator is one worker of the house.
type mediator struct {
	id        id.ID
	volunteer bool
}

// face is what an activity repeats of a person's file.
type face struct {
	id             id.ID
	born           int
	gender, status string
	commune        string
}

// moment is when one activity takes place.
type moment struct {
	day    clock.Date
	minute int // of the day
	worker int
}

// organisation invents one organisation whose mediators record one activity
// more each than counts says.
func (g *generator) organisation(counts []int) error {
	if len(counts) == 0 {
		return nil
	}
	h := &house{id: g.newID(), home: g.towns.draw(g.r)}
	h.near = around(h.home)
	var err error
	if h.zone, err = g.zone(h.home); err != nil {
		return err
	}
	g.sum.Organisations++
	kind := like.Organisations.draw(g.r)
	name := fmt.Sprintf("%s %d", h.home.Name, g.sum.Organisations)
	g.out.keys = append(g.out.keys, h.id)
	g.out.add(organisations, string(h.id), name, kind, true, int64(0), int64(1))
	g.out.add(organisationParents, string(g.newID()), string(h.id), g.from.String())
	g.out.add(networkOrganisations, string(g.network), string(h.id))
	g.place(h, name)
	for _, c := range h.near.communes {
		g.communes[c.Code] = true
	}
	days := newWorkdays(g.from, g.until, h.home.Department)
	if len(days.days) == 0 {
		return nil
	}
	var moments []moment
	for _, n := range counts {
		moments = append(moments, g.mediator(h, days, n+1)...)
	}
	slices.SortStableFunc(moments, func(a, b moment) int {
		return cmp.Or(cmp.Compare(a.day.String(), b.day.String()), cmp.Compare(a.minute, b.minute), cmp.Compare(a.worker, b.worker))
	})
	for _, m := range moments {
		g.activity(h, m)
		if err := g.out.full(); err != nil {
			return err
		}
	}
	return nil
}

// place gives the house the place where it receives.
func (g *generator) place(h *house, name string) {
	h.place = g.newID()
	g.sum.Places++
	postal := ""
	if len(h.home.PostalCodes) > 0 {
		postal = h.home.PostalCodes[0]
	}
	const none = "[]"
	g.out.add(places, string(h.place), string(h.id), "active", true, name, "", h.home.Code, h.home.Name, postal, "", "",
		h.home.Lat, h.home.Lon, none, "", none, none, "Mo-Fr 09:00-12:00,14:00-17:00", "", "", "", none, "",
		none, none, none, none, none, none, none, none, none, "", "", "", none, none, "", "", "", "", none, int64(0), int64(0), int64(1))
}

// mediator invents a worker, present for a part of the years, and when she
// records n activities.
func (g *generator) mediator(h *house, days workdays, n int) []moment {
	g.sum.Mediators++
	kind := like.Workers.draw(g.r)
	m := mediator{id: g.newID(), volunteer: kind != "digital_mediator"}
	h.workers = append(h.workers, m)
	// She comes some time in the first half, and most are still there.
	first := g.r.IntN(len(days.days)/2 + 1)
	last := len(days.days) - 1
	var until any
	if g.chance(0.3) {
		last = first + (len(days.days)-first)/2 + g.r.IntN((len(days.days)-first)/2+1)
		last = min(last, len(days.days)-1)
		until = days.days[last].String()
	}
	g.out.add(workers, string(m.id), "Intervenant "+strconv.Itoa(g.sum.Mediators), kind, "", "[]", `["fr"]`, false, false, int64(0), int64(1))
	g.out.add(memberships, string(g.newID()), string(m.id), string(h.id), days.days[first].String(), until)
	moments := make([]moment, n)
	for i := range moments {
		// Half hours from nine to half past eleven, and from two to five.
		half := g.r.IntN(13)
		minute := 9*60 + 30*half
		if half >= 6 {
			minute = 14*60 + 30*(half-6)
		}
		moments[i] = moment{day: days.draw(g.r, first, last), minute: minute, worker: len(h.workers) - 1}
	}
	return moments
}

// someone gives a person with a file: a newcomer, or someone who comes back,
// more likely if she came lately.
func (g *generator) someone(h *house, worker mediator, day clock.Date, at int64) face {
	if len(h.people) > 0 && !g.chance(newcomer) {
		back := int(g.r.ExpFloat64() * longAgo)
		return h.people[max(0, len(h.people)-1-back)]
	}
	age, _ := strconv.Atoi(like.Ages.draw(g.r)) // shape.json holds numbers; a test reads them
	f := face{
		id: g.newID(), born: day.Year - age - g.r.IntN(11) + 5, gender: like.Genders.draw(g.r),
		commune: h.near.draw(g.r).Code,
	}
	f.status = g.status(day.Year - f.born)
	h.people = append(h.people, f)
	g.sum.Persons++
	g.out.add(persons, string(f.id), string(h.id), string(worker.id), at, day.String(), int64(f.born), f.gender, f.status, f.commune,
		like.ContactWays.draw(g.r), g.chance(0.05), "", false, at, int64(1))
	return f
}

// status is what someone of that age mostly does.
func (g *generator) status(age int) string {
	switch {
	case g.chance(0.06):
		return person.Unsaid
	case age < 18:
		return "scolarise"
	case age >= 64:
		return "retraite"
	case g.chance(0.55):
		return "sans_emploi"
	default:
		return "en_emploi"
	}
}
