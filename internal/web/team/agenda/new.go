// SPDX-License-Identifier: Apache-2.0

package agenda

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	rooms "escale/internal/agenda"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/network"
	"escale/internal/territory"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// NewView is the form of a new opening.
type NewView struct {
	*shared.Page
	Places, Workers, Days, Every, School, Holidays, Who []shared.Option
	Today                                               clock.Date
}

// defaults of the form: what most openings are.
const (
	defaultSlot     = "45"
	defaultStations = "1"
	defaultMonths   = "3"
)

func (p *pages) newView(r *web.Request) (NewView, Choices, error) {
	today := clock.DateOf(r.Now.In(p.zone))
	c, err := p.openings.Choices(r.Context(), r.Viewer, today)
	if err != nil {
		return NewView{}, c, err
	}
	v := NewView{Page: r.Page(), Today: today}
	for _, pl := range c.Places {
		v.Places = append(v.Places, shared.Option{Value: string(pl.ID), Label: v.T("openings.where", "place", pl.Name, "commune", pl.CommuneName)})
	}
	for _, w := range c.Workers {
		v.Workers = append(v.Workers, shared.Option{Value: string(w.ID), Label: w.Name, Checked: w.ID == r.Viewer.Worker()})
	}
	v.Days = v.Options("openings.day.", weekdays...)
	v.Every = first(v.Options("openings.rhythm.", everies...))
	v.School = first(v.Options("openings.school.", string(rooms.AllYear), string(rooms.TermOnly), string(rooms.HolidaysOnly)))
	v.Holidays = v.Options("openings.holidays.", "yes")
	v.Who = v.Options("openings.who.", rooms.ByHelper, rooms.ByPartners, rooms.ByAnyone)
	v.Who[len(v.Who)-1].Checked = true
	return v, c, nil
}

// first ticks the first answer, the usual one.
func first(options []shared.Option) []shared.Option {
	options[0].Checked = true
	return options
}

func (p *pages) showNew(r *web.Request) (web.Response, error) {
	v, _, err := p.newView(r)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.form, v)
}

func (p *pages) add(r *web.Request) (web.Response, error) {
	v, c, err := p.newView(r)
	if err != nil {
		return web.Response{}, err
	}
	o, err := typed(r, c, p.zone)
	if err == nil {
		if err = p.openings.Add(r.Context(), r.Viewer, o); err == nil {
			return web.Done(path, "openings.done.added"), nil
		}
	}
	if !v.Review(err) {
		return web.Response{}, err
	}
	return web.Show(p.form, v)
}

// typed reads the form. What the room checks is left to it, except what it could
// not name in the words of this page.
func typed(r *web.Request, c Choices, zone *time.Location) (rooms.Opening, error) {
	var f text.FieldErrors
	o := rooms.Opening{
		ID: r.Key(), Organisation: r.Viewer.Organisation(), Title: r.Form("title"), Zone: zone.String(),
		Rule: Recurrence{Days: r.Values("rule"), Every: r.Form("every")}.Rule(), School: rooms.School(r.Form("school")),
		OnPublicHolidays: r.Form("holidays") == "yes", WhoBooks: r.Form("who_books"), Bring: r.Form("bring"),
	}
	o.FirstDay, _ = r.Date("first_day")
	o.LastDay, _ = r.Date("last_day")
	o.SlotMinutes, _ = r.Int("slot_minutes")
	o.Stations, _ = r.Int("stations")
	o.MonthsAhead, _ = r.Int("months_ahead")
	place, _ := r.FormID("place")
	for _, pl := range c.Places {
		if pl.ID == place {
			o.Place = place
			if commune, ok := territory.ByCode(pl.Commune); ok {
				o.Zone = commune.TimeZone()
			}
		}
	}
	if o.Place == "" {
		f.Add("place", "openings.place_missing")
	}
	o.StartsMinute, o.EndsMinute = minutes(r.Form("hours")), minutes(r.Form("until"))
	if o.StartsMinute < 0 || o.EndsMinute <= o.StartsMinute {
		f.Add("hours", "openings.hours_wrong")
	}
	if o.Rule == "" {
		f.Add("rule", "openings.days_missing")
	}
	for _, w := range r.Values("workers") {
		if slices.ContainsFunc(c.Workers, func(m network.Worker) bool { return m.ID == id.ID(w) }) {
			o.Workers = append(o.Workers, rooms.Presence{Worker: id.ID(w), From: o.FirstDay})
		}
	}
	if len(o.Workers) == 0 {
		f.Add("workers", "openings.workers_missing")
	}
	for _, word := range strings.FieldsFunc(r.Form("except"), func(c rune) bool { return c == ',' || c == ';' || c == ' ' || c == '\n' || c == '\r' }) {
		d, err := day(word)
		if err != nil {
			f.Add("except", "openings.except_wrong")
			break
		}
		o.Except = append(o.Except, d)
	}
	if !slices.Contains([]rooms.School{rooms.AllYear, rooms.TermOnly, rooms.HolidaysOnly}, o.School) {
		o.School = rooms.AllYear
	}
	if !slices.Contains([]string{rooms.ByHelper, rooms.ByPartners, rooms.ByAnyone}, o.WhoBooks) {
		o.WhoBooks = rooms.ByHelper
	}
	if o.MonthsAhead < 1 || o.MonthsAhead > 12 {
		f.Add("months_ahead", "openings.months_wrong")
	}
	for _, e := range roomFaults(o) {
		if !slices.ContainsFunc(f.List, func(seen text.FieldError) bool { return seen.Field == e.Field }) {
			f.List = append(f.List, e)
		}
	}
	return o, f.Err()
}

// roomFaults is what the room finds in an opening, said in the words of this
// page: the room's keys follow "agenda.", its sentences are here.
func roomFaults(o rooms.Opening) []text.FieldError {
	var found *text.FieldErrors
	if !errors.As(o.Check(), &found) {
		return nil
	}
	faults := slices.Clone(found.List)
	for i := range faults {
		faults[i].Message.Key = "openings.fault." + strings.TrimPrefix(faults[i].Message.Key, "agenda.")
	}
	return faults
}

// minutes reads an hour as a browser's time field sends it (09:30) or as people
// type it (9h30), in minutes since midnight; -1 when it is none.
func minutes(typed string) int {
	h, m, _ := strings.Cut(strings.NewReplacer("h", ":", "H", ":", " ", "").Replace(typed), ":")
	hour, err := strconv.Atoi(h)
	if err != nil || hour < 0 || hour > 24 {
		return -1
	}
	if m == "" {
		return hour * 60
	}
	minute, err := strconv.Atoi(m)
	if err != nil || minute < 0 || minute > 59 {
		return -1
	}
	return hour*60 + minute
}

// day reads a day as people write it, 24/12/2026, or as programs do, 2026-12-24.
func day(typed string) (clock.Date, error) {
	if t, err := time.Parse("2/1/2006", typed); err == nil {
		return clock.DateOf(t), nil
	}
	return clock.ParseDate(typed)
}

// Slot is the length proposed for a slot, in minutes.
func (NewView) Slot() string { return defaultSlot }

// Stations is how many people are proposed at once.
func (NewView) Stations() string { return defaultStations }

// Months is how far ahead one may book at first, in months.
func (NewView) Months() string { return defaultMonths }
