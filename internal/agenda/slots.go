// SPDX-License-Identifier: Apache-2.0

package agenda

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/teambition/rrule-go"

	"escale/internal/kit/clock"
	"escale/internal/kit/id"
)

// Calendar tells the days on which an opening may not be held.
type Calendar interface {
	PublicHoliday(y int, m time.Month, d int) bool
	SchoolHoliday(y int, m time.Month, d int) bool
}

// parseRule reads the recurrence of an opening. It recurs over days only, in
// UTC: hours are added afterwards in wall time, which is what keeps 9 h 30 at
// 9 h 30 on both sides of a clock change.
func parseRule(o Opening) (*rrule.RRule, error) {
	opt, err := rrule.StrToROption(o.Rule)
	if err != nil {
		return nil, fmt.Errorf("agenda: recurrence: %w", err)
	}
	if opt.Freq > rrule.DAILY {
		return nil, fmt.Errorf("agenda: an opening recurs by day, week, month or year")
	}
	opt.Dtstart = o.FirstDay.In(time.UTC)
	if !o.LastDay.IsZero() {
		opt.Until = o.LastDay.In(time.UTC)
	}
	r, err := rrule.NewRRule(*opt)
	if err != nil {
		return nil, fmt.Errorf("agenda: recurrence: %w", err)
	}
	return r, nil
}

// Days lists the days from first to last, inclusive, on which o is held.
func (o Opening) Days(first, last clock.Date, cal Calendar) ([]clock.Date, error) {
	r, err := parseRule(o)
	if err != nil {
		return nil, err
	}
	var days []clock.Date
	for _, t := range r.Between(first.In(time.UTC), last.In(time.UTC), true) {
		d := clock.DateOf(t)
		if slices.Contains(o.Except, d) {
			continue
		}
		if !o.OnPublicHolidays && cal.PublicHoliday(d.Year, d.Month, d.Day) {
			continue
		}
		switch school := cal.SchoolHoliday(d.Year, d.Month, d.Day); {
		case o.School == TermOnly && school, o.School == HolidaysOnly && !school:
			continue
		}
		days = append(days, d)
	}
	return days, nil
}

// at is the moment that is minute minutes after midnight of d, on the clock on
// the wall. A time skipped by daylight saving becomes the one an hour after it.
func at(d clock.Date, minute int, loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, minute, 0, 0, loc).UTC()
}

// onTheWall reports whether t shows minute (after midnight, maybe of the day
// before) on the clock.
func onTheWall(t time.Time, minute int) bool { return t.Hour()*60+t.Minute() == minute%(24*60) }

// Slots lists the slots of o that begin in [from, until), in order, whoever
// holds them and whether or not they are still free.
func (o Opening) Slots(from, until time.Time, cal Calendar) ([]Slot, error) {
	loc, err := time.LoadLocation(o.Zone)
	if err != nil {
		return nil, fmt.Errorf("agenda: %w", err)
	}
	// An opening that crosses midnight began the day before.
	days, err := o.Days(clock.DateOf(from.In(loc)).AddDays(-1), clock.DateOf(until.In(loc)), cal)
	if err != nil {
		return nil, err
	}
	var slots []Slot
	for _, d := range days {
		closing := at(d, o.EndsMinute, loc)
		for minute := o.StartsMinute; minute+o.SlotMinutes <= o.EndsMinute; minute += o.SlotMinutes {
			start := at(d, minute, loc)
			end := start.Add(time.Duration(o.SlotMinutes) * time.Minute)
			if start.Before(from) || !start.Before(until) || end.After(closing) {
				continue
			}
			if !onTheWall(start.In(loc), minute) {
				continue // the hour skipped in spring: the slots after it are these
			}
			for _, p := range o.Workers {
				if p.On(d) {
					slots = append(slots, Slot{
						Opening: o.ID, Organisation: o.Organisation, Place: o.Place, Worker: p.Worker,
						Start: start, End: end, Zone: o.Zone, Free: o.Stations, WhoBooks: o.WhoBooks,
					})
				}
			}
		}
	}
	return slots, nil
}

// Leave takes the seats of bookings away from slots and returns what is still
// free, earliest first: a helper held by one opening is not free in another.
func Leave(slots []Slot, bookings []Booking) []Slot {
	held := map[id.ID][]Booking{}
	for _, b := range bookings {
		if b.Status.Holds() {
			held[b.Worker] = append(held[b.Worker], b)
		}
	}
	free := make([]Slot, 0, len(slots))
	for _, s := range slots {
		for _, b := range held[s.Worker] {
			if !b.Start.Before(s.End) || !s.Start.Before(b.End) {
				continue
			}
			if b.Opening != s.Opening {
				s.Free = 0
				break
			}
			s.Free--
		}
		if s.Free > 0 {
			free = append(free, s)
		}
	}
	slices.SortStableFunc(free, func(a, b Slot) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Worker, b.Worker))
	})
	return free
}
