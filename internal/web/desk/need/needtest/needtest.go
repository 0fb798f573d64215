// SPDX-License-Identifier: Apache-2.0

// Package needtest gives the tests of a helper's pages a whole house on a fresh
// SQLite store: two organisations with openings, every store of the person's
// way, the places, and the sentences of the rooms.
package needtest

import (
	"context"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/guard"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/network"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/person/waytest"
	"escale/internal/territory"
	"escale/internal/web/atlas"
	"escale/internal/web/shared"
	"escale/internal/web/shared/webtest"
)

// House is a world with its stores.
type House struct {
	*waytest.World
	People *person.Store
	Needs  *need.Store
	Ways   *orientation.Store
	Agenda *agenda.Store
	Atlas  *atlas.Atlas
	Office id.ID // an opening of Town, where Social receives, for its own helpers
	Partly id.ID // an opening of Help, where Mediator receives, for partners too
	Visits id.ID // an opening of Help held by Volunteer, for partners too
}

// Today is the day of tests: Tuesday 24 November 2026.
var Today = clock.DateOf(webtest.Now)

// New builds a house at webtest.Now. Town has a place in Nozay, Help one in Blain.
func New(t *testing.T) *House {
	t.Helper()
	now := clock.Fixed(webtest.Now)
	d := dbtest.SQLite(t, now)
	h := &House{World: waytest.New(t, d), Office: id.New(), Partly: id.New(), Visits: id.New()}
	note := person.Note(h.Audit.Note)
	h.Agenda = agenda.NewStore(d, h.Ring, func(commune string) agenda.Calendar { return territory.CalendarFor(commune) })
	h.People = person.NewStore(h.Ring, note)
	h.Needs = need.NewStore(h.Ring, note)
	mayReceive := func(_ context.Context, _ db.Tx, _, worker id.ID) (bool, error) {
		return worker == h.Mediator.Worker(), nil
	}
	h.Ways = orientation.NewStore(h.Ring, note, h.People, h.Needs, h.Agenda, mayReceive, h.Master.Derive("her sheet"))
	h.Atlas = atlas.New(d)
	town := id.New()
	h.Do(t, func(ctx context.Context, tx db.Tx) error {
		_, err := network.AddPlace(ctx, tx, h.TownLead, network.Place{
			ID: town, Organisation: h.Town, Status: network.Active, Public: true, Name: "Maison de la ville",
			Commune: "44113", CommuneName: "Nozay", PostalCode: "44170", Address: "1 rue de la Gare", Phone: "+33261910040",
		})
		if err != nil {
			return err
		}
		org, err := network.GetOrganisation(ctx, tx, h.Help)
		if err != nil {
			return err
		}
		org.Listed, org.Name = true, "Le Phare"
		_, err = network.EditOrganisation(ctx, tx, h.Manager, org)
		return err
	})
	h.open(t, h.TownLead, h.Office, h.Town, town, h.Social, "FREQ=WEEKLY;BYDAY=TU,TH", agenda.ByHelper)
	h.open(t, h.Manager, h.Partly, h.Help, h.Place, h.Mediator, "FREQ=WEEKLY;BYDAY=TH", agenda.ByPartners)
	h.open(t, h.Manager, h.Visits, h.Help, h.Place, h.Volunteer, "FREQ=WEEKLY;BYDAY=FR", agenda.ByPartners)
	return h
}

// open adds an opening from 14 h to 16 h, in four slots of half an hour.
func (h *House) open(t *testing.T, by access.Viewer, opening, org, place id.ID, held access.Viewer, rule, who string) {
	t.Helper()
	first := Today.AddDays(-21)
	h.Do(t, func(ctx context.Context, tx db.Tx) error {
		return h.Agenda.AddOpening(ctx, tx, by, agenda.Opening{
			ID: opening, Organisation: org, Place: place, Title: "Permanence", Zone: "Europe/Paris", FirstDay: first, Rule: rule,
			StartsMinute: 14 * 60, EndsMinute: 16 * 60, SlotMinutes: 30, Stations: 1, WhoBooks: who, Bring: "Votre courrier",
			Workers: []agenda.Presence{{Worker: held.Worker(), From: first}},
		})
	})
}

// Capture notes a need of Town about a right, with a date in nine days.
func (h *House) Capture(t *testing.T) need.Need {
	t.Helper()
	return h.Note(t, need.Need{
		Said:       need.Said{Words: "La CAF me demande un papier que je ne trouve pas.", FirstName: "Awa", Contact: "06 12 34 56 78"},
		ContactWay: person.ByCall, Category: autonomy.Rights, Deadline: Today.AddDays(9), Risk: autonomy.LossOfRight,
		EntryWay: "reception", Commune: "44113",
	})
}

// Note notes n in Town.
func (h *House) Note(t *testing.T, n need.Need) need.Need {
	t.Helper()
	n.ID = id.New()
	h.Do(t, func(ctx context.Context, tx db.Tx) (err error) {
		n, err = h.Needs.Capture(ctx, tx, h.Social, n)
		return err
	})
	return n
}

// Read gives a need of Town as it is now.
func (h *House) Read(t *testing.T, needID id.ID) need.Need {
	t.Helper()
	var n need.Need
	h.Do(t, func(ctx context.Context, tx db.Tx) (err error) {
		n, err = h.Needs.Read(ctx, tx, h.Social, needID)
		return err
	})
	return n
}

// Talk holds a conversation for a need of Town.
func (h *House) Talk(t *testing.T, needID id.ID, talk autonomy.Conversation) {
	t.Helper()
	h.Do(t, func(ctx context.Context, tx db.Tx) error {
		_, err := h.Needs.Hold(ctx, tx, h.Social, id.New(), needID, talk)
		return err
	})
}

// Library is a library with the sentences that the rooms say.
func Library(t testing.TB) *shared.Library {
	t.Helper()
	lib := webtest.Library(t)
	lib.Messages(need.Messages)
	lib.Messages(person.Messages)
	lib.Messages(orientation.Messages)
	lib.Messages(autonomy.Messages)
	lib.Messages(guard.Messages)
	lib.Messages(atlas.Messages)
	return lib
}

// Words is a page with ordinary spaces and apostrophes as characters, to look for
// sentences in it as they are written.
func Words(page string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "&#39;", "'", "&#34;", `"`).Replace(page)
}
