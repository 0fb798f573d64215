// SPDX-License-Identifier: Apache-2.0

// Package agenda holds the openings (permanences) where people are received,
// the real slots they leave, and the bookings made on them. A slot shown is a
// slot that can be had; a slot taken is never taken twice, whatever happens at
// the same moment elsewhere: the database itself refuses it.
package agenda

import (
	"time"

	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
)

// School says how an opening follows the school year of its place's zone.
type School string

// The ways to follow the school year.
const (
	AllYear      School = "any"
	TermOnly     School = "term"
	HolidaysOnly School = "holidays"
)

// Who may book on an opening.
const (
	ByHelper   = "helper"   // its own organisation
	ByPartners = "partners" // any helper of the network
	ByAnyone   = "anyone"   // the person herself too
)

// Opening (permanence) is a recurring presence at a place, in that place's wall
// time: « le mardi de 9 h 30 à 12 h 30 » stays so across daylight saving.
type Opening struct {
	ID           id.ID
	Organisation id.ID
	Place        id.ID
	Title        string
	Zone         string     // IANA time zone of the place
	FirstDay     clock.Date // start of the recurrence
	LastDay      clock.Date // inclusive; zero without end
	Rule         string     // RFC 5545 RRULE over days
	Except       []clock.Date
	StartsMinute int // minutes after midnight, wall time
	EndsMinute   int // beyond 1440 when it crosses midnight
	SlotMinutes  int
	Stations     int // one helper beside N stations receives N people at once
	// OnPublicHolidays says whether it opens on bank holidays.
	OnPublicHolidays bool
	School           School
	WhoBooks         string
	NoticeMinutes    int // no booking later than this before the slot
	MonthsAhead      int // no booking further than this
	Bring            string
	Version          int
	Workers          []Presence
}

// Presence is a worker who holds an opening, between two days.
type Presence struct {
	Worker id.ID
	From   clock.Date
	Until  clock.Date // inclusive; zero without end
}

// On reports whether the worker holds the opening on day d.
func (p Presence) On(d clock.Date) bool {
	return !d.Before(p.From) && (p.Until.IsZero() || !p.Until.Before(d))
}

// Check says what must be looked at again in an opening before it is kept.
func (o Opening) Check() error {
	var f text.FieldErrors
	if o.Title == "" {
		f.Add("title", "agenda.title_missing")
	}
	if _, err := time.LoadLocation(o.Zone); err != nil || o.Zone == "" {
		f.Add("zone", "agenda.zone_unknown")
	}
	if o.FirstDay.IsZero() {
		f.Add("first_day", "agenda.first_day_missing")
	}
	if !o.LastDay.IsZero() && o.LastDay.Before(o.FirstDay) {
		f.Add("last_day", "agenda.last_day_before")
	}
	if o.StartsMinute < 0 || o.StartsMinute > 1439 || o.EndsMinute <= o.StartsMinute || o.EndsMinute > o.StartsMinute+1440 {
		f.Add("hours", "agenda.hours_wrong")
	}
	if o.SlotMinutes < 5 || o.SlotMinutes > 480 {
		f.Add("slot_minutes", "agenda.slot_minutes_wrong")
	}
	if o.Stations < 1 || o.Stations > 60 {
		f.Add("stations", "agenda.stations_wrong")
	}
	if _, err := parseRule(o); err != nil {
		f.Add("rule", "agenda.rule_wrong")
	}
	return f.Err()
}

// Slot is a moment a person can really be received.
type Slot struct {
	Opening      id.ID
	Organisation id.ID
	Place        id.ID
	Worker       id.ID
	Start, End   time.Time // UTC
	Zone         string
	Free         int    // seats left
	WhoBooks     string // of the By… constants
}

// Status of a booking, in the national vocabulary (domain: RDV statuses).
type Status string

// The statuses. Expected is what the national vocabulary calls "unknown".
const (
	Expected Status = "unknown"
	Seen     Status = "seen"
	Excused  Status = "excused" // the person said she would not come
	Revoked  Status = "revoked" // we cancelled
	NoShow   Status = "noshow"
)

// Holds reports whether a booking of this status keeps its seat.
func (s Status) Holds() bool { return s == Expected || s == Seen }

// Booking (rendez-vous) is a seat kept for someone.
type Booking struct {
	ID           id.ID
	Organisation id.ID // the one that receives
	Opening      id.ID
	Worker       id.ID
	Place        id.ID
	Seat         int
	Start, End   time.Time // UTC
	Zone         string
	Status       Status
	Label        string // a first name or initials, never more
	Topic        string // category of need, a code
	Need         id.ID
	Referral     id.ID
	Person       id.ID
	Version      int
}

// NewBooking asks for a seat. ID is made by whoever asks, so that asking twice
// books once.
type NewBooking struct {
	ID       id.ID
	Opening  id.ID
	Worker   id.ID
	Start    time.Time
	Label    string
	Topic    string
	Need     id.ID
	Referral id.ID
	Person   id.ID
}

// Taken says that the slot went to someone else meanwhile, and what is free next.
type Taken struct{ Next []Slot }

// Error is for logs; pages show the next slots.
func (t *Taken) Error() string { return "the slot has just been taken" }
