// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"errors"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"escale/internal/kit/clock"
	"escale/internal/kit/hours"
	"escale/internal/network"
)

// fields reads everything but the name and the commune.
func (r *record) fields() {
	p, m := &r.place, r.mapping.Fields
	p.Pivot = r.pivot()
	p.Address, p.AddressMore = r.line("adresse"), r.line("complement_adresse")
	if f := m["position"]; f != nil {
		p.Position = r.placePosition(f)
	}
	if f := m["telephone"]; f != nil {
		p.Phone, p.BookingPhone = r.phones(f)
	}
	if f := m["telephone_rdv"]; f != nil {
		if n, _ := r.phones(f); n != "" {
			p.BookingPhone = n
		}
	}
	p.Websites = r.urls("site_web", m["site_web"])
	p.Emails = r.emails(m["courriels"])
	p.AccessibilityURL = first(r.urls("fiche_acces_libre", m["fiche_acces_libre"]))
	p.BookingURL = first(r.urls("prise_rdv", m["prise_rdv"]))
	p.UpdatedOn = r.date("date_maj", m["date_maj"])
	p.Source, p.Parent = r.line("source"), r.line("structure_parente")
	p.Status = r.status()

	p.Kinds = r.listed("typologie")
	p.Roaming = r.listed("itinerance")
	p.Services = r.listed("services")
	p.Publics = r.listed("publics_specifiquement_adresses")
	p.Needs = r.listed("prise_en_charge_specifique")
	p.Fees = r.listed("frais_a_charge")
	p.Programmes = r.listed("dispositif_programmes_nationaux")
	p.Trainings = r.listed("formations_labels")
	p.OtherLabels = r.listed("autres_formations_labels")
	p.Access = r.listed("modalites_acces")
	p.Modes = r.listed("modalites_accompagnement")

	p.Can, p.Cannot = r.sentences("on_peut"), r.sentences("on_ne_peut_pas")
	p.Bring, p.Enter, p.Arrive = r.line("a_apporter"), r.line("entrer"), r.line("venir")
	p.ConfidentialRoom = r.yesNo("piece_confidentielle")
	p.Labels = r.labels()
	p.Hours = r.hours(m["horaires"])
	r.presentation()
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// pivotShape is what the national schema admits: a SIRET, SIREN or RNA number.
var pivotShape = regexp.MustCompile(`^[a-zA-Z0-9]{9,14}$`)

// pivot reads the number of the organisation in SIRENE or RNA. Zeros mean none.
func (r *record) pivot() string {
	raw := r.raw("pivot")
	v := strings.NewReplacer(" ", "", ".", "", "-", "").Replace(decimals.ReplaceAllString(oneLine(raw), "$1"))
	switch {
	case v == "":
		return ""
	case strings.Trim(v, "0") == "":
		r.notes.repair("pivot", raw, "", "pivot_zeros")
		return ""
	case (len(v) == 13 || len(v) == 8) && digitsOnly.MatchString(v):
		r.notes.repair("pivot", raw, "0"+v, "lost_zeros")
		return "0" + v
	case !pivotShape.MatchString(v):
		r.notes.reject("pivot", raw, "pivot")
		return ""
	case v != raw:
		r.notes.repair("pivot", raw, v, "spaces")
	}
	return v
}

// dateShapes are the ways files write a day, after its time of day is cut off.
var dateShapes = []string{"2006-01-02", "02/01/2006", "2/1/2006", "02-01-2006", "2006/01/02", "02.01.2006", "20060102", "02/01/06"}

// date reads a day. One before 1990 stands for "unknown" in files that count
// from 1970; one to come cannot have happened.
func (r *record) date(field string, f *From) clock.Date {
	raw := r.firstRaw(f)
	v := oneLine(raw)
	if v == "" {
		return clock.Date{}
	}
	day := strings.Trim(v, "\"'")
	if i := strings.IndexAny(day, " T"); i > 0 {
		day = day[:i]
	}
	for _, shape := range dateShapes {
		t, err := time.Parse(shape, day)
		if err != nil {
			continue
		}
		d := clock.DateOf(t)
		switch {
		case d.Year < 1990:
			r.notes.reject(field, raw, "date_epoch")
			return clock.Date{}
		case r.today.Before(d):
			r.notes.reject(field, raw, "date_future")
			return clock.Date{}
		case d.String() != raw && field != "labels": // a label's date is an extract, said nowhere else
			r.notes.repair(field, raw, d.String(), "date")
		}
		return d
	}
	r.notes.reject(field, raw, "date")
	return clock.Date{}
}

// status reads whether the place is open at all.
func (r *record) status() network.Status {
	if network.Status(r.raw("statut")) == network.Closed {
		return network.Closed
	}
	return network.Active
}

func (r *record) sentences(field string) []network.Sentence {
	var out []network.Sentence
	for _, s := range r.listed(field) {
		out = append(out, network.Sentence{Text: s})
	}
	return out
}

func (r *record) yesNo(field string) string {
	switch strings.ToLower(r.line(field)) {
	case "oui", "yes", "true", "1":
		return "yes"
	case "non", "no", "false", "0":
		return "no"
	}
	return ""
}

func (r *record) labels() []network.Label {
	var out []network.Label
	for _, l := range r.mapping.Labels {
		all := true
		for _, c := range l.When {
			all = all && r.holds(r.row, c.Column, c.In)
		}
		if all {
			out = append(out, network.Label{
				Label: l.Label, State: network.LabelState(l.State), From: r.date("labels", l.From), Proof: l.Proof,
			})
		}
	}
	return out
}

// hours reads opening hours: an expression of OpenStreetMap, a French sentence,
// or a text per day. What is not understood to the last word is kept aside.
func (r *record) hours(f *From) string {
	if f == nil {
		return ""
	}
	if f.Days != nil {
		return r.daily(f)
	}
	raw := r.firstRaw(f)
	value := tidy(raw)
	if value == "" {
		return ""
	}
	value = strings.ReplaceAll(value, "\n", " ")
	kept := value
	if _, err := hours.Parse(value); err != nil {
		osm, ok, _ := hours.FromFrench(value)
		if !ok {
			at := 0
			var fault *hours.SyntaxError
			if errors.As(err, &fault) {
				at = utf8.RuneCountInString(value[:min(fault.At, len(value))])
			}
			r.notes.reject("horaires", raw, "hours", "at", at+1)
			r.aside = append(r.aside, say("aside.hours", "text", value))
			return ""
		}
		kept = osm
	}
	if weekly, ok := r.alternate(f.Weeks, kept); ok {
		r.notes.repair("horaires", raw, weekly, "hours_weeks")
		return weekly
	}
	if kept != raw {
		key := "hours"
		if kept == value {
			key = "spaces"
		}
		r.notes.repair("horaires", raw, kept, key)
	}
	return kept
}

// weekdays are the days of a From, in the order of hours.FromDays.
var weekdays = [7]string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}

// daily reads one text per day. If one day cannot be read, the others are kept
// and that day's text is put aside.
func (r *record) daily(f *From) string {
	var week [7]string
	said := false
	for i, day := range weekdays {
		text := oneLine(r.row.Values[f.Days[day]])
		if text == "" {
			continue
		}
		if _, ok, _ := hours.FromFrenchDay(time.Weekday((i+1)%7), text); !ok {
			r.notes.reject("horaires", text, "hours_day", "day", say("day."+day))
			r.aside = append(r.aside, say("aside.day", "day", say("day."+day), "text", text))
			continue
		}
		week[i], said = text, true
	}
	if !said {
		return ""
	}
	osm, ok, _ := hours.FromDays(week)
	if !ok {
		return ""
	}
	return osm
}

// alternate limits each rule of an expression to the odd or the even weeks.
func (r *record) alternate(w *Weeks, expr string) (string, bool) {
	if w == nil {
		return "", false
	}
	weeks := ""
	switch {
	case r.holds(r.row, w.Column, w.Odd):
		weeks = "week 1-53/2 "
	case r.holds(r.row, w.Column, w.Even):
		weeks = "week 2-52/2 "
	default:
		return "", false
	}
	rules := strings.Split(expr, ";")
	for i, rule := range rules {
		rule = strings.TrimSpace(rule)
		// Holidays stay whatever the week; a rule that names its weeks too.
		if !strings.HasPrefix(rule, "PH") && !strings.HasPrefix(rule, "SH") && !strings.Contains(rule, "week") {
			rule = weeks + rule
		}
		rules[i] = rule
	}
	out := strings.Join(rules, "; ")
	if _, err := hours.Parse(out); err != nil {
		return "", false
	}
	return out, true
}

// presentation reads the two texts; a summary that is too long is cut and kept
// whole in the detail, with whatever was put aside.
func (r *record) presentation() {
	p := &r.place
	p.Summary, p.Detail = r.line("presentation_resume"), r.paragraphs("presentation_detail")
	if utf8.RuneCountInString(p.Summary) > network.SummaryLimit {
		whole := p.Summary
		p.Summary = cut(whole, network.SummaryLimit)
		if !strings.Contains(p.Detail, whole) {
			r.aside = append([]string{whole}, r.aside...)
		}
		r.notes.repair("presentation_resume", whole, p.Summary, "summary_cut", "limit", network.SummaryLimit)
	}
	if len(r.aside) > 0 {
		p.Detail = strings.TrimSpace(p.Detail + "\n" + strings.Join(r.aside, "\n"))
	}
}
