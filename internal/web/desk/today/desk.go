// SPDX-License-Identifier: Apache-2.0

package today

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/agenda"
	"escale/internal/impact"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/territory"
)

const (
	// nearDays is how many days ahead a date shows among the things to finish.
	nearDays = 14
	// mandateDays is how many days before its end a mandate shows.
	mandateDays = 7
	// lookBackDays bounds the search for supports nobody noted.
	lookBackDays = 30
	// mostTasks is how many of each kind are listed.
	mostTasks = 3
)

// Desk reads days from the rooms. It is safe for concurrent use.
type Desk struct {
	DB     *db.DB
	Agenda *agenda.Store
	Ways   *orientation.Store
	People *person.Store
	Audit  *access.Audit

	mu    sync.Mutex
	teams map[id.ID]keptTeam // by organisation
}

// keptTeam is a team's week, already masked. Figures read many rows, and every
// helper of the organisation sees the same ones: they are made once a minute.
type keptTeam struct {
	table *impact.Table
	until time.Time
}

// topics are touched by what a day shows: bookings and openings, supports and
// referrals, names of places.
var topics = []string{"agenda", impact.Topic, network.PlacesTopic}

// Version is a number that grows when something a day shows may have changed.
func (k *Desk) Version(ctx context.Context) (int64, error) {
	var sum int64
	for _, topic := range topics {
		mark, err := k.DB.Mark(ctx, topic)
		if err != nil {
			return 0, err
		}
		sum += mark
	}
	return sum, nil
}

// NoteRead notes in the audit that the viewer read the labels of her day, once
// per quarter of an hour.
func (k *Desk) NoteRead(ctx context.Context, v access.Viewer) error {
	return k.Audit.NoteRead(ctx, v, "day.read", access.Subject{Kind: "worker", ID: v.Worker()})
}

// Read gathers what v sees of her day on. Loc is where she works.
func (k *Desk) Read(ctx context.Context, v access.Viewer, on clock.Date, loc *time.Location) (Day, error) {
	day := Day{On: on, Places: map[id.ID]network.Place{}, Organisations: map[id.ID]string{}}
	err := k.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, read := range []func(context.Context, db.Tx, access.Viewer, *Day, *time.Location) error{
			k.meetings, k.presences, k.free, k.toFinish, k.team,
		} {
			if err := read(ctx, tx, v, &day, loc); err != nil {
				return err
			}
		}
		return nil
	})
	return day, err
}

func (k *Desk) meetings(ctx context.Context, tx db.Tx, v access.Viewer, day *Day, loc *time.Location) error {
	booked, err := k.Agenda.Day(ctx, tx, v, v.Worker(), day.On, loc)
	if err != nil {
		return err
	}
	var ids []id.ID
	for _, b := range booked {
		if b.Organisation == v.Organisation() {
			day.Meetings = append(day.Meetings, Meeting{Booking: b})
			ids = append(ids, b.ID)
		}
	}
	recorded, err := activity.RecordsOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	for i := range day.Meetings {
		m := &day.Meetings[i]
		m.Record = recorded[m.ID]
		if err := place(ctx, tx, day, m.Place); err != nil {
			return err
		}
	}
	return nil
}

// presences are the openings v holds that day.
func (k *Desk) presences(ctx context.Context, tx db.Tx, v access.Viewer, day *Day, _ *time.Location) error {
	openings, err := k.Agenda.Openings(ctx, tx, v.Organisation())
	if err != nil {
		return err
	}
	for _, o := range openings {
		mine := slices.ContainsFunc(o.Workers, func(p agenda.Presence) bool { return p.Worker == v.Worker() && p.On(day.On) })
		if !mine {
			continue
		}
		if err := place(ctx, tx, day, o.Place); err != nil {
			return err
		}
		held, err := o.Days(day.On, day.On, territory.CalendarFor(day.Places[o.Place].Commune))
		if err != nil {
			return err
		}
		if len(held) == 0 {
			continue
		}
		day.Presences = append(day.Presences, Presence{
			Opening: o.ID, Place: o.Place,
			Starts: time.Duration(o.StartsMinute) * time.Minute, Ends: time.Duration(o.EndsMinute) * time.Minute,
		})
	}
	slices.SortFunc(day.Presences, func(a, b Presence) int { return int(a.Starts - b.Starts) })
	return nil
}

// mostSlots bounds the free slots of one day: twelve hours of five-minute slots.
const mostSlots = 144

// free are the seats still to be had beside v that day; a volunteer proposes none.
func (k *Desk) free(ctx context.Context, tx db.Tx, v access.Viewer, day *Day, loc *time.Location) error {
	if !v.May(access.DecideReferral) || len(day.Presences) == 0 {
		return nil
	}
	var openings []id.ID
	for _, p := range day.Presences {
		openings = append(openings, p.Opening)
	}
	slots, err := k.Agenda.FreeSlots(ctx, tx, agenda.SlotQuery{
		Openings: openings, From: day.On.In(loc), Until: day.On.AddDays(1).In(loc), Limit: mostSlots,
	})
	for _, s := range slots {
		if s.Worker == v.Worker() {
			day.Free = append(day.Free, s)
		}
	}
	return err
}

// toFinish is what waits for v today, whatever the day shown.
func (k *Desk) toFinish(ctx context.Context, tx db.Tx, v access.Viewer, day *Day, loc *time.Location) error {
	if !v.May(access.ReadPerson) {
		return nil // a volunteer sees her own slots and nothing else (R93)
	}
	today := clock.DateOf(tx.Now.In(loc))
	var err error
	if day.Unrecorded, err = activity.Unrecorded(ctx, tx, v, today.AddDays(-lookBackDays).In(loc), today.In(loc)); err != nil {
		return err
	}
	if day.Near, err = activity.NearNeeds(ctx, tx, v, today.AddDays(-lookBackDays), today.AddDays(nearDays), mostTasks); err != nil {
		return err
	}
	if day.ToAnswer, err = activity.ToAnswer(ctx, tx, v); err != nil {
		return err
	}
	if day.Mandates, err = k.People.MandatesEnding(ctx, tx, v, today, today.AddDays(mandateDays+1)); err != nil {
		return err
	}
	if !v.May(access.DecideReferral) {
		return nil
	}
	day.Late, err = k.Ways.Sent(ctx, tx, v, orientation.SentFilter{WaitingDays: orientation.ReminderDays, Limit: mostTasks})
	if err != nil {
		return err
	}
	for _, f := range day.Late {
		o, err := network.GetOrganisation(ctx, tx, f.Recipient)
		if err != nil {
			return err
		}
		day.Organisations[f.Recipient] = o.Name
	}
	return nil
}

// team is who did what in the viewer's organisation since Monday, masked by impact.
func (k *Desk) team(ctx context.Context, tx db.Tx, v access.Viewer, day *Day, loc *time.Location) error {
	if !v.May(access.ReadFigures) {
		return nil
	}
	k.mu.Lock()
	team, ok := k.teams[v.Organisation()]
	k.mu.Unlock()
	if ok && tx.Now.Before(team.until) {
		day.Team = team.table
		return nil
	}
	today := clock.DateOf(tx.Now.In(loc))
	report, err := impact.Figures(ctx, tx, v, impact.Query{From: monday(today), To: today, Organisations: []id.ID{v.Organisation()}})
	if err != nil {
		return err
	}
	if table, ok := report.Table("posture", "posture"); ok {
		day.Team = &table
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.teams == nil {
		k.teams = map[id.ID]keptTeam{}
	}
	k.teams[v.Organisation()] = keptTeam{table: day.Team, until: tx.Now.Add(keptFor)}
	return nil
}

// monday is the Monday of the week of d.
func monday(d clock.Date) clock.Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }

func place(ctx context.Context, tx db.Tx, day *Day, p id.ID) error {
	if _, known := day.Places[p]; known {
		return nil
	}
	got, err := network.GetPlace(ctx, tx, p)
	day.Places[p] = got
	return err
}

// Mark writes that someone was excused or did not come, in one gesture with what
// it means for whoever sent her.
func (k *Desk) Mark(ctx context.Context, v access.Viewer, booking id.ID, status agenda.Status) error {
	return k.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		b, err := k.Agenda.Booking(ctx, tx, v, booking)
		if err != nil {
			return err
		}
		if err := k.Agenda.Mark(ctx, tx, v, booking, status); err != nil {
			return err
		}
		if status == agenda.NoShow && b.Referral != "" {
			err := k.missed(ctx, tx, v, b)
			var answered *orientation.Answered
			if err != nil && !errors.As(err, &answered) { // an answer already given stands
				return err
			}
		}
		return k.Audit.Note(ctx, tx, v, "booking.mark", access.Subject{Kind: "booking", ID: booking})
	})
}

// missed tells whoever sent her that she did not come: for one's own meeting, or
// for a colleague's by those who answer referrals.
func (k *Desk) missed(ctx context.Context, tx db.Tx, v access.Viewer, b agenda.Booking) error {
	if b.Worker == v.Worker() {
		return k.Ways.MissedFor(ctx, tx, v, b.ID)
	}
	return k.Ways.Answer(ctx, tx, v, b.Referral, orientation.NotCome, "")
}
