// SPDX-License-Identifier: Apache-2.0

// Package rooms opens a house: its folder, its master key, its store, and the
// rooms that work over them, each handed what it needs of the others. Commands,
// the demonstration and the web site all begin here.
package rooms

import (
	"context"
	"fmt"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/agenda"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
	"escale/internal/need"
	"escale/internal/network"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/schema"
	"escale/internal/territory"
)

// Rooms is an open house.
type Rooms struct {
	Config Config
	DB     *db.DB
	Master seal.Master
	Ring   *seal.Ring
	Keeper *access.Keeper
	Agenda *agenda.Store
	People *person.Store
	Needs  *need.Store
	Ways   *orientation.Store
	Acts   *activity.Store
	// Fresh says that the master key was made just now: the house is new.
	Fresh bool
}

// Open opens the store that c names, making its key when it is new, and brings
// its schema up to date. policy is what the house asks at the door.
func Open(ctx context.Context, c Config, policy access.Policy, now clock.Clock) (*Rooms, error) {
	master, fresh, err := c.master()
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, db.Config{URL: c.url(), Key: master.Derive("store"), Clock: now})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx, schema.Files); err != nil {
		_ = d.Close() // the first error is the one to tell
		return nil, fmt.Errorf("rooms: %w", err)
	}
	if err := c.prove(ctx, d, master, fresh); err != nil {
		_ = d.Close()
		return nil, fmt.Errorf("rooms: %w", err)
	}
	r := assemble(d, master, policy)
	r.Config, r.Fresh = c, fresh
	return r, nil
}

// Unopened gives rooms over no store, good only for being put together: listing
// what a house answers needs no house.
func Unopened() *Rooms { return assemble(nil, seal.NewMaster(), access.DefaultPolicy()) }

// assemble hands each room what it needs of the others.
func assemble(d *db.DB, master seal.Master, policy access.Policy) *Rooms {
	r := &Rooms{DB: d, Master: master, Ring: seal.NewRing(master), Keeper: access.NewKeeper(d, master, policy)}
	note := person.Note(r.Keeper.Audit().Note)
	r.Agenda = agenda.NewStore(d, r.Ring, func(commune string) agenda.Calendar { return territory.CalendarFor(commune) })
	r.People = person.NewStore(r.Ring, note)
	r.Needs = need.NewStore(r.Ring, note)
	r.Ways = orientation.NewStore(r.Ring, note, r.People, r.Needs, r.Agenda, orientation.ByGrants, master.Derive("her sheet"))
	r.Acts = activity.NewStore(r.Ring, note, r.People, r.Needs, r.Ways, r.Agenda)
	return r
}

// Close closes the store.
func (r *Rooms) Close() error { return r.DB.Close() }

// AddOrganisation writes a new organisation and makes the keys that seal what
// it will learn of people, in one gesture.
func (r *Rooms) AddOrganisation(ctx context.Context, v access.Viewer, o network.Organisation) (network.Organisation, error) {
	if o.ID == "" {
		o.ID = id.New()
	}
	err := r.DB.Update(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		if o, err = network.AddOrganisation(ctx, tx, v, o); err != nil {
			return err
		}
		return r.Ring.Make(ctx, tx, o.ID)
	})
	return o, err
}
