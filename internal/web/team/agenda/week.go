// SPDX-License-Identifier: Apache-2.0

package agenda

import (
	"strings"
	"time"

	"escale/internal/access"
	rooms "escale/internal/agenda"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// WeekView is the week.
type WeekView struct {
	*shared.Page
	Here          string // the address of this page, for the weeks around
	Monday        clock.Date
	Sunday        clock.Date
	Before, After clock.Date
	Days          []DayView
	Manage        bool
	All           shared.Table // every opening, for who manages them
}

// DayView is one day of the week.
type DayView struct {
	Day   clock.Date
	Today bool
	Held  []HeldView
}

// HeldView is one opening on one day, in words.
type HeldView struct {
	Hours, Title, Where, Who, Seats string
	Chip                            []shared.Chip
}

func (p *pages) showWeek(r *web.Request) (web.Response, error) {
	today := clock.DateOf(r.Now.In(p.zone))
	on, ok := r.Date("semaine")
	if !ok {
		on = today
	}
	monday := on.AddDays(-(int(on.Weekday()) + 6) % 7)
	week, err := p.openings.Week(r.Context(), r.Viewer, monday, p.zone)
	if err != nil {
		return web.Response{}, err
	}
	v := WeekView{
		Page: r.Page(), Here: r.HTTP.URL.Path, Monday: monday, Sunday: monday.AddDays(6), Before: monday.AddDays(-7), After: monday.AddDays(7),
		Manage: r.Viewer.May(access.ManageOpenings),
	}
	for i := range 7 {
		day := DayView{Day: monday.AddDays(i), Today: monday.AddDays(i) == today}
		for _, h := range week.Held {
			if h.Day == day.Day {
				held, err := v.held(h, week)
				if err != nil {
					return web.Response{}, err
				}
				day.Held = append(day.Held, held)
			}
		}
		if weekend := i >= 5; !weekend || len(day.Held) > 0 {
			v.Days = append(v.Days, day)
		}
	}
	if v.Manage {
		if v.All, err = v.all(week); err != nil {
			return web.Response{}, err
		}
	}
	return web.Show(p.week, v)
}

func (v *WeekView) held(h Held, w Week) (HeldView, error) {
	hours, err := v.hours(h.Opening)
	if err != nil {
		return HeldView{}, err
	}
	place := w.Places[h.Opening.Place]
	out := HeldView{
		Hours: hours, Title: h.Opening.Title, Where: v.T("openings.where", "place", place.Name, "commune", place.CommuneName),
		Who: v.names(h.Workers, w), Seats: v.N("openings.taken", h.Booked, "seats", h.Seats),
	}
	if h.Booked == 0 {
		out.Seats = v.T("openings.none_taken", "seats", h.Seats)
	}
	switch {
	case len(h.Workers) == 0:
		out.Chip = []shared.Chip{v.Chip("att", "openings.nobody")}
	case h.Booked >= h.Seats:
		out.Chip = []shared.Chip{v.Chip("oui", "openings.full")}
	}
	return out, nil
}

func (v *WeekView) hours(o rooms.Opening) (string, error) {
	from, err := v.Hour(time.Duration(o.StartsMinute) * time.Minute)
	if err != nil {
		return "", err
	}
	to, err := v.Hour(time.Duration(o.EndsMinute%(24*60)) * time.Minute)
	return v.T("openings.hours", "from", from, "to", to), err
}

// names lists workers, the viewer herself as « vous ».
func (v *WeekView) names(workers []id.ID, w Week) string {
	var names []string
	for _, worker := range workers {
		if worker == v.Viewer.Worker() {
			names = append([]string{v.T("openings.you")}, names...)
			continue
		}
		names = append(names, w.Workers[worker])
	}
	return v.List(names)
}

// all is the table of every opening.
func (v *WeekView) all(w Week) (shared.Table, error) {
	t := shared.Table{Caption: v.T("openings.all"), Hidden: true, Wide: true}
	for _, column := range []string{"title", "place", "when", "hours", "who_books"} {
		t.Head = append(t.Head, shared.Cell{Text: v.T("openings.column." + column)})
	}
	for _, o := range w.Openings {
		hours, err := v.hours(o)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, []shared.Cell{
			{Text: o.Title},
			{Text: v.T("openings.where", "place", w.Places[o.Place].Name, "commune", w.Places[o.Place].CommuneName)},
			{Text: v.recurrence(o)},
			{Text: hours},
			{Text: v.T("openings.who." + o.WhoBooks)},
		})
	}
	return t, nil
}

// recurrence says a rule this page makes in words, and any other as it is written.
func (v *WeekView) recurrence(o rooms.Opening) string {
	r, ok := parse(o.Rule)
	if !ok {
		return o.Rule
	}
	days := make([]string, len(r.Days))
	for i, d := range r.Days {
		days[i] = v.T("openings.day." + d)
	}
	return v.T("openings.every."+r.Every, "days", strings.TrimSpace(v.List(days)))
}
