// SPDX-License-Identifier: Apache-2.0

package support

import (
	"context"
	"slices"
	"time"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/agenda"
	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/network"
	"escale/internal/person"
)

// Desk answers from the rooms. It is safe for concurrent use.
type Desk struct {
	DB     *db.DB
	Agenda *agenda.Store
	People *person.Store
	Needs  *need.Store
	Acts   *activity.Store
}

// lastEntries is how many of a helper's last records tell which themes she notes
// most.
const lastEntries = 30

// Draft prepares the form: see Supports.
func (k *Desk) Draft(ctx context.Context, v access.Viewer, booking, needID id.ID, loc *time.Location) (Draft, error) {
	var d Draft
	err := k.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		d = Draft{}
		if d.Entry, err = k.Acts.Defaults(ctx, tx, v, booking, needID, loc); err != nil {
			return err
		}
		if d.Entry.Booking == "" && d.Entry.Need == "" {
			d.Entry.Themes, d.Entry.Procedures = nil, nil // nothing is known of who just came
		}
		if booking != "" {
			b, err := k.Acts.Meeting(ctx, tx, v, booking)
			if err != nil {
				return err
			}
			d.Who, d.Zone, d.Rights = b.Label, b.Zone, b.Topic == string(autonomy.Rights)
			d.Entry.Minutes = standard(int(b.End.Sub(b.Start).Minutes()))
		}
		return k.complete(ctx, tx, v, &d)
	})
	return d, err
}

// standard is the duration offered that is nearest to a meeting's.
func standard(minutes int) int {
	if minutes <= 0 {
		return activity.DefaultMinutes
	}
	return slices.MinFunc(activity.Codes().Minutes, func(a, b int) int { return apart(a, minutes) - apart(b, minutes) })
}

func apart(a, b int) int { return max(a-b, b-a) }

// Again prepares a correction: see Supports.
func (k *Desk) Again(ctx context.Context, v access.Viewer, entry id.ID) (Draft, error) {
	var d Draft
	err := k.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		rec, err := k.Acts.Read(ctx, tx, v, entry)
		if err != nil {
			return err
		}
		d = Draft{Entry: rec.Entry}
		d.Rights = rec.RightBecame != ""
		if rec.Booking != "" {
			b, err := k.Acts.Meeting(ctx, tx, v, rec.Booking)
			if err != nil {
				return err
			}
			d.Who, d.Zone = b.Label, b.Zone
			d.Rights = d.Rights || b.Topic == string(autonomy.Rights)
		}
		return k.complete(ctx, tx, v, &d)
	})
	return d, err
}

// complete adds to a draft what the form offers beside it.
func (k *Desk) complete(ctx context.Context, tx db.Tx, v access.Viewer, d *Draft) error {
	// A need handed on by another organisation may be answered, not read.
	if d.Entry.Need != "" && d.Entry.Referral == "" && v.May(access.ReadPerson) {
		n, err := k.Needs.Read(ctx, tx, v, d.Entry.Need)
		if err != nil {
			return err
		}
		d.Rights = d.Rights || n.Category == autonomy.Rights
	}
	if d.Entry.Person != "" && v.May(access.DoFor) {
		all, err := k.People.Mandates(ctx, tx, v, d.Entry.Person)
		if err != nil {
			return err
		}
		for _, m := range all {
			if m.Holds(d.Entry.Day) {
				d.Mandate = append(d.Mandate, m)
			}
		}
	}
	if err := k.often(ctx, tx, v, d); err != nil {
		return err
	}
	return k.places(ctx, tx, v, d)
}

// often ranks the themes of the viewer's last records.
func (k *Desk) often(ctx context.Context, tx db.Tx, v access.Viewer, d *Draft) error {
	last, err := k.Acts.List(ctx, tx, v, activity.Filter{Worker: v.Worker(), Limit: lastEntries})
	if err != nil {
		return err
	}
	times := map[string]int{}
	for _, rec := range last {
		for _, t := range rec.Themes {
			if times[t] == 0 {
				d.Often = append(d.Often, t)
			}
			times[t]++
		}
	}
	slices.SortStableFunc(d.Often, func(a, b string) int { return times[b] - times[a] })
	if d.Entry.Place == "" && d.Entry.PlaceKind == activity.OwnPlace && len(last) > 0 {
		d.Entry.Place = last[0].Place // most helpers are where they were last time
	}
	return nil
}

// places are those of the organisation's openings, and the entry's own.
func (k *Desk) places(ctx context.Context, tx db.Tx, v access.Viewer, d *Draft) error {
	openings, err := k.Agenda.Openings(ctx, tx, v.Organisation())
	if err != nil {
		return err
	}
	var ids []id.ID
	if d.Entry.Place != "" {
		ids = append(ids, d.Entry.Place)
	}
	for _, o := range openings {
		if !slices.Contains(ids, o.Place) {
			ids = append(ids, o.Place)
		}
	}
	for _, p := range ids {
		place, err := network.GetPlace(ctx, tx, p)
		if err != nil {
			return err
		}
		d.Places = append(d.Places, place)
	}
	if d.Entry.Place == "" && d.Entry.PlaceKind == activity.OwnPlace && len(d.Places) > 0 {
		d.Entry.Place = d.Places[0].ID
	}
	return nil
}

// Last is the viewer's last entry, or db.ErrNotFound.
func (k *Desk) Last(ctx context.Context, v access.Viewer) (activity.Entry, error) {
	var e activity.Entry
	err := k.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		last, err := k.Acts.List(ctx, tx, v, activity.Filter{Worker: v.Worker(), Limit: 1})
		if err != nil {
			return err
		}
		if len(last) == 0 {
			return db.ErrNotFound
		}
		e = last[0].Entry
		return nil
	})
	return e, err
}

// Record keeps a support and all that follows from it, in one gesture.
func (k *Desk) Record(ctx context.Context, v access.Viewer, e activity.Entry) (activity.Record, error) {
	return k.Acts.Record(ctx, k.DB, v, e)
}

// Sheet is an entry and where it was given: see Supports.
func (k *Desk) Sheet(ctx context.Context, v access.Viewer, entry id.ID) (activity.Record, network.Place, error) {
	var rec activity.Record
	var place network.Place
	err := k.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if rec, err = k.Acts.Read(ctx, tx, v, entry); err != nil || rec.Place == "" {
			return err
		}
		place, err = network.GetPlace(ctx, tx, rec.Place)
		return err
	})
	return rec, place, err
}

// Person is whom a mandate is for, and the mandates she gave.
func (k *Desk) Person(ctx context.Context, v access.Viewer, p id.ID) (person.Person, []person.Mandate, error) {
	var who person.Person
	var given []person.Mandate
	err := k.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if who, err = k.People.Read(ctx, tx, v, p); err != nil {
			return err
		}
		given, err = k.People.Mandates(ctx, tx, v, p)
		return err
	})
	return who, given, err
}

// GiveMandate registers a mandate.
func (k *Desk) GiveMandate(ctx context.Context, v access.Viewer, m person.Mandate) (person.Mandate, error) {
	var given person.Mandate
	err := k.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		given, err = k.People.GiveMandate(ctx, tx, v, m)
		return err
	})
	return given, err
}
