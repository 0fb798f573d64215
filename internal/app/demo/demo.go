// SPDX-License-Identifier: Apache-2.0

// Package demo fills a house with a demonstration network on the 207 communes of
// Loire-Atlantique: invented organisations, workers, places and people, and some
// months of their life, written through the same gestures as the real ones, so
// that everything shown can be clicked, changed and counted.
package demo

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/app/rooms"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/territory"
)

//go:embed demo.json
var files embed.FS

// story is demo.json.
type story struct {
	Network struct {
		Name, Phone, Contact string
		TechPhone            string `json:"tech_phone"`
	}
	Organisations []struct{ Code, Parent, Name, Kind string }
	Workers       []struct {
		Code, Name, Kind, Organisation, Role, Job string
		Everywhere                                bool
	}
	Administrator struct{ Login, Name string }
	Places        []placeStory
	Scattered     struct {
		Every                              int
		Organisations, Names, Hours, Kinds []string
		Services                           [][]string
	}
	Openings []struct {
		Code, Place, Organisation, Worker, Title, Rule, Who, Bring string
		Starts, Ends, Slot, Stations                               int
		OnPublicHolidays                                           bool `json:"on_public_holidays"`
	}
	Needs []struct {
		Words, Category, Sub, Risk string
		Days                       int
	}
	FirstNames []string `json:"first_names"`
	Did, Next  []string
}

type placeStory struct {
	Code, Organisation, Commune, Name, Address, Kind, Phone, Hours, Room, Bring, Enter, Arrive, Detail string
	Services, Needs                                                                                    []string
	Cannot                                                                                             []network.Sentence
}

// Password opens every account of a demonstration: nothing in it is real.
const Password = "une escale sur la ligne"

// Account is one login of the demonstration.
type Account struct {
	Role     access.Role `json:"role"`
	Name     string      `json:"name"`
	Login    string      `json:"login"`
	Password string      `json:"password"`
}

// Identity is what the demonstration's pages show of its network.
type Identity struct{ Name, Phone, TechPhone, Contact string }

func read() (story, error) {
	var s story
	b, err := files.ReadFile("demo.json")
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(b, &s)
}

// Network is the identity of the demonstration's network.
func Network() (Identity, error) {
	s, err := read()
	return Identity{s.Network.Name, s.Network.Phone, s.Network.TechPhone, s.Network.Contact}, err
}

// Accounts lists the demonstration's logins, one per role.
func Accounts() ([]Account, error) {
	s, err := read()
	if err != nil {
		return nil, err
	}
	var list []Account
	for _, w := range s.Workers {
		if w.Role != "" {
			list = append(list, Account{access.Role(w.Role), w.Name, w.Code, Password})
		}
	}
	return append(list, Account{access.Administrator, s.Administrator.Name, s.Administrator.Login, Password}), nil
}

// Clock is the clock of a house being filled: it is set back to tell the past
// months, then follows the machine's again.
type Clock struct{ at time.Time }

// Now is the moment the story is at, or the present when it is told.
func (c *Clock) Now() time.Time {
	if c.at.IsZero() {
		return clock.System()
	}
	return c.at
}

// filler tells the story to a house.
type filler struct {
	story
	rooms    *rooms.Rooms
	clock    *Clock
	today    clock.Date
	zone     *time.Location
	orgs     map[string]id.ID
	workers  map[string]id.ID
	viewers  map[string]access.Viewer
	places   map[string]id.ID
	openings map[string]agenda.Opening
}

// Fill tells the whole story to r, whose clock must be c. progress says how far
// it is. It must run on an empty house, and once.
func Fill(ctx context.Context, r *rooms.Rooms, c *Clock, progress func(done, total int)) error {
	s, err := read()
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	f := &filler{
		story: s, rooms: r, clock: c, zone: zone, today: clock.DateOf(clock.System().In(zone)),
		orgs: map[string]id.ID{}, workers: map[string]id.ID{}, viewers: map[string]access.Viewer{},
		places: map[string]id.ID{}, openings: map[string]agenda.Opening{},
	}
	defer func() { c.at = time.Time{} }()
	c.at = f.today.AddDays(-months * 31).In(zone)
	for _, step := range []func(context.Context) error{f.addOrganisations, f.addNetwork, f.addWorkers, f.addPlaces, f.addOpenings} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return f.live(ctx, progress)
}

// builder is who builds the network: it may edit and staff everything, and is
// nobody once the story is told.
func (f *filler) builder(org id.ID) access.Viewer {
	grants := []access.Grant{{Organisation: org, Role: access.Coordinator}, {Organisation: org, Role: access.Administrator}}
	for _, o := range f.orgs {
		grants = append(grants, access.Grant{Organisation: o, Role: access.Coordinator})
	}
	return access.NewViewer(access.Operator().Account(), "", org, grants)
}

func (f *filler) addOrganisations(ctx context.Context) error {
	for _, o := range f.Organisations {
		f.orgs[o.Code] = id.New()
		if _, err := f.rooms.AddOrganisation(ctx, f.builder(f.orgs[o.Code]), network.Organisation{
			ID: f.orgs[o.Code], Parent: f.orgs[o.Parent], Name: o.Name, Kind: o.Kind, Listed: true,
		}); err != nil {
			return fmt.Errorf("organisation %s: %w", o.Code, err)
		}
	}
	return nil
}

// addNetwork joins the organisations on the communes of Loire-Atlantique.
func (f *filler) addNetwork(ctx context.Context) error {
	n := network.Network{Name: f.Network.Name}
	for _, c := range territory.InDepartment("44") {
		n.Communes = append(n.Communes, c.Code)
	}
	for _, o := range f.Organisations {
		n.Organisations = append(n.Organisations, f.orgs[o.Code])
	}
	return f.rooms.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := network.AddNetwork(ctx, tx, f.builder(f.orgs[f.Organisations[0].Code]), n)
		return err
	})
}

func (f *filler) addWorkers(ctx context.Context) error {
	first := clock.DateOf(f.clock.Now().In(f.zone))
	for _, w := range f.Workers {
		org := f.orgs[w.Organisation]
		f.workers[w.Code] = id.New()
		if err := f.rooms.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := network.AddWorker(ctx, tx, f.builder(org), network.Worker{
				ID: f.workers[w.Code], Name: w.Name, Kind: w.Kind, Job: w.Job, Listed: true, Languages: []string{"fr"},
			}, org, first)
			return err
		}); err != nil {
			return fmt.Errorf("worker %s: %w", w.Code, err)
		}
		role := access.Role(w.Role)
		if w.Role == "" {
			role = access.Mediator // works in the story, without a login of the demonstration
		}
		grants := []access.Grant{{Organisation: org, Role: role}}
		if w.Everywhere {
			for _, o := range f.Organisations {
				if f.orgs[o.Code] != org {
					grants = append(grants, access.Grant{Organisation: f.orgs[o.Code], Role: role})
				}
			}
		}
		f.viewers[w.Code] = access.NewViewer(id.New(), f.workers[w.Code], org, grants)
		if w.Role == "" {
			continue
		}
		if _, _, err := f.rooms.Keeper.CreateAccount(ctx, access.Operator(), access.NewAccount{
			Login: w.Code, Name: w.Name, Worker: f.workers[w.Code], Grants: grants, Password: Password,
		}); err != nil {
			return fmt.Errorf("account %s: %w", w.Code, err)
		}
	}
	_, _, err := f.rooms.Keeper.CreateAccount(ctx, access.Operator(), access.NewAccount{
		Login: f.Administrator.Login, Name: f.Administrator.Name, Password: Password,
		Grants: []access.Grant{{Organisation: access.House, Role: access.Administrator}},
	})
	return err
}

func (f *filler) addPlaces(ctx context.Context) error {
	verified := f.today.AddDays(-20)
	return f.rooms.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		add := func(p placeStory, place network.Place) error {
			c, ok := territory.ByCode(p.Commune)
			if !ok {
				return fmt.Errorf("no commune %s", p.Commune)
			}
			place.ID, place.Organisation = id.New(), f.orgs[p.Organisation]
			place.Status, place.Public = network.Active, true
			place.Name, place.Address, place.Phone, place.Hours = p.Name, p.Address, p.Phone, p.Hours
			place.Commune, place.CommuneName, place.PostalCode = c.Code, c.Name, c.PostalCodes[0]
			place.Kinds, place.Services, place.Needs = []string{p.Kind}, p.Services, p.Needs
			place.Fees, place.Access = []string{"Gratuit"}, []string{"Se présenter", "Téléphoner"}
			place.Modes, place.Roaming = []string{"Accompagnement individuel"}, []string{"Fixe"}
			place.ConfidentialRoom, place.Bring, place.Enter, place.Arrive, place.Detail = p.Room, p.Bring, p.Enter, p.Arrive, p.Detail
			place.Cannot = p.Cannot
			if c.HasPosition {
				place.Position = &network.Position{Lat: c.Lat, Lon: c.Lon}
			}
			f.places[p.Code] = place.ID
			_, err := network.AddPlace(ctx, tx, f.builder(place.Organisation), place)
			return err
		}
		for _, p := range f.Places {
			if err := add(p, network.Place{VerifiedOn: verified, VerifiedBy: f.workers["claire"]}); err != nil {
				return fmt.Errorf("place %s: %w", p.Code, err)
			}
		}
		// The rest of the territory, thinly: many communes have nobody, as in life.
		for i, c := range territory.InDepartment("44") {
			if i%f.Scattered.Every != 0 || len(c.PostalCodes) == 0 {
				continue
			}
			k := i / f.Scattered.Every % len(f.Scattered.Names)
			place := network.Place{VerifiedOn: verified.AddDays(-i), VerifiedBy: f.workers["claire"]}
			if err := add(placeStory{
				Code: "scattered " + c.Code, Organisation: f.Scattered.Organisations[k], Commune: c.Code,
				Name: f.Scattered.Names[k] + ", " + c.Name, Address: "place de la Mairie", Kind: f.Scattered.Kinds[k],
				Phone: fmt.Sprintf("+33261911%03d", i), Hours: f.Scattered.Hours[k], Services: f.Scattered.Services[k], Room: "no",
			}, place); err != nil {
				return fmt.Errorf("place at %s: %w", c.Code, err)
			}
		}
		return nil
	})
}

func (f *filler) addOpenings(ctx context.Context) error {
	return f.rooms.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, o := range f.Openings {
			opening := agenda.Opening{
				ID: id.New(), Organisation: f.orgs[o.Organisation], Place: f.places[o.Place], Title: o.Title, Zone: f.zone.String(),
				FirstDay: clock.DateOf(f.clock.Now().In(f.zone)), Rule: o.Rule, StartsMinute: o.Starts, EndsMinute: o.Ends,
				SlotMinutes: o.Slot, Stations: o.Stations, OnPublicHolidays: o.OnPublicHolidays, WhoBooks: o.Who, Bring: o.Bring,
				Workers: []agenda.Presence{{Worker: f.workers[o.Worker]}},
			}
			f.openings[o.Code] = opening
			if err := f.rooms.Agenda.AddOpening(ctx, tx, f.builder(opening.Organisation), opening); err != nil {
				return fmt.Errorf("opening %s: %w", o.Code, err)
			}
		}
		return nil
	})
}
