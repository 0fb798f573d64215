// SPDX-License-Identifier: Apache-2.0

package today

import (
	"slices"
	"strconv"
	"time"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/agenda"
	"escale/internal/impact"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/web/shared"
)

// Line is one moment of the day: someone expected, or a free place.
type Line struct {
	State    string // vu (done), ici (now), libre (free), non (does not take place), empty (to come)
	At       string // hour for machines, 09:30
	Start    time.Time
	Title    string
	Text     string
	Chips    []shared.Chip
	Note     string // where to note the support
	Main     bool   // that link is the page's first gesture: she is here now
	Edit     string // where to correct the support already noted
	File     string // where the need or the referral is
	Offer    string // where to offer the free place
	Booking  id.ID  // when it may be marked
	NotCome  bool   // its hour has come: « n'est pas venue » may be said
	Until    time.Time
	HasUntil bool
}

// Task is one thing to finish.
type Task struct {
	Path, Title, Text string
	Chips             []shared.Chip
}

// Team is the bar of postures and its legend.
type Team struct {
	Total  string
	Parts  []Part
	Masked bool // too few to be shown
}

// Part is one posture: where its bar stands, and in words.
type Part struct {
	Class, X, Width, Text string
	Drawn                 bool
}

func (v *View) fill(d Day, loc *time.Location) error {
	v.On, v.Before, v.After = d.On, d.On.AddDays(-1), d.On.AddDays(1)
	v.Today = d.On == clock.DateOf(v.Now)
	v.Volunteer = !v.Viewer.May(access.ReadPerson)
	for _, p := range d.Presences {
		from, err := v.Hour(p.Starts)
		if err != nil {
			return err
		}
		to, err := v.Hour(p.Ends % (24 * time.Hour))
		if err != nil {
			return err
		}
		at := d.Places[p.Place]
		v.Overheard = v.Overheard || at.ConfidentialRoom == "no"
		v.Where = append(v.Where, v.T("today.where", "place", at.Name, "commune", at.CommuneName, "from", from, "to", to))
	}
	for _, m := range d.Meetings {
		v.Lines = append(v.Lines, v.meeting(m, loc))
	}
	for _, s := range d.Free {
		v.Lines = append(v.Lines, v.free(s, loc))
	}
	slices.SortStableFunc(v.Lines, func(a, b Line) int { return a.Start.Compare(b.Start) })
	if v.Volunteer {
		return nil
	}
	v.Team = v.team(d.Team)
	return v.tasks(d)
}

func (v *View) meeting(m Meeting, loc *time.Location) Line {
	l := Line{At: m.Start.In(loc).Format("15:04"), Start: m.Start, Title: m.Label, Text: v.topic(m.Topic)}
	if l.Title == "" {
		l.Title = v.T("today.someone")
	}
	began, ended := !v.Now.Before(m.Start), !v.Now.Before(m.End)
	chip := func(kind, key string) { l.Chips = append(l.Chips, v.Chip(kind, key)) }
	switch {
	case m.Status == agenda.Excused:
		l.State = "non"
		chip("non", "today.status.excused")
	case m.Status == agenda.Revoked:
		l.State = "non"
		chip("non", "today.status.revoked")
	case m.Status == agenda.NoShow:
		l.State = "non"
		chip("non", "today.status.noshow")
	case m.Record != "":
		l.State = "vu"
		chip("oui", "today.status.seen")
	case ended:
		l.State = "vu"
		chip("att", "today.status.to_note")
	case began:
		l.State = "ici"
		chip("cours", "today.status.now")
	}
	if l.State == "non" {
		return l
	}
	switch {
	case m.Record != "":
		l.Edit = "/accompagnement/" + string(m.Record) + "/corriger"
	case began || v.Today: // people come early too
		l.Note, l.Main = "/accompagnement?rendez_vous="+string(m.ID), began && !ended
	}
	if m.Record == "" && m.Status == agenda.Expected {
		l.Booking, l.NotCome = m.ID, began
	}
	switch {
	case v.Volunteer:
	case m.Referral != "" && v.Has("/retours"):
		l.File = "/retours/" + string(m.Referral)
	case m.Referral == "" && m.Need != "" && v.Has("/demandes"):
		l.File = "/demandes/" + string(m.Need)
	}
	return l
}

func (v *View) free(s agenda.Slot, loc *time.Location) Line {
	l := Line{State: "libre", At: s.Start.In(loc).Format("15:04"), Start: s.Start, Title: v.N("today.free", s.Free), Until: s.End, HasUntil: true}
	if v.Has("/demandes") {
		l.Offer = "/demandes"
	}
	return l
}

// topic says a category in neutral words, or nothing.
func (v *View) topic(code string) string {
	if slices.ContainsFunc(need.Categories(), func(c need.Theme) bool { return c.Code == code }) {
		return v.T("today.topic." + code)
	}
	return ""
}

// tasks puts in words what is left to finish, the most pressing first.
func (v *View) tasks(d Day) error {
	add := func(p, title, text string, chips ...shared.Chip) {
		v.Tasks = append(v.Tasks, Task{Path: p, Title: title, Text: text, Chips: chips})
	}
	today := clock.DateOf(v.Now)
	for _, n := range d.Near {
		if !v.Has("/demandes") {
			break
		}
		day, err := v.Day(n.Deadline)
		if err != nil {
			return err
		}
		text := ""
		if n.Risk != "" && n.Risk != "none" {
			text = v.T("today.risk." + string(n.Risk))
		}
		add("/demandes/"+string(n.ID), v.T("today.task.near", "day", day), text, shared.Chip{Kind: "att", Text: v.inDays(n.Deadline.Sub(today))})
	}
	if n := len(d.Unrecorded); n > 0 && v.Has("/accompagnement") {
		add("/accompagnement?rendez_vous="+string(d.Unrecorded[0]), v.N("today.task.unrecorded", n), v.N("today.task.unrecorded_minutes", n))
	}
	if d.ToAnswer > 0 && v.Has("/retours") {
		add("/retours", v.N("today.task.to_answer", d.ToAnswer), v.T("today.task.to_answer_text"))
	}
	for _, f := range d.Late {
		if !v.Has("/retours") {
			break
		}
		day, err := v.Day(f.SentAt)
		if err != nil {
			return err
		}
		waited := int(v.Now.Sub(f.StatusAt).Hours() / 24)
		add("/retours#envoyees", v.N("today.task.late", waited), v.T("today.task.late_text", "who", d.Organisations[f.Recipient], "day", day))
	}
	for _, m := range d.Mandates {
		day, err := v.Day(m.EndsOn().AddDays(-1))
		if err != nil {
			return err
		}
		link := path
		if v.Has("/mandat/nouveau") {
			link = "/mandat/nouveau?personne=" + string(m.Person)
		}
		add(link, v.T("today.task.mandate", "day", day), v.N("today.task.mandate_text", m.Days))
	}
	return nil
}

func (v *View) inDays(n int) string {
	switch {
	case n < 0:
		return v.T("today.days.past")
	case n == 0:
		return v.T("today.days.today")
	}
	return v.N("today.days", n)
}

// drawn gives each posture its look on the bar, in the order shown.
var drawn = []struct {
	posture activity.Posture
	class   string
}{{activity.With, "s2"}, {activity.Shown, "s3"}, {activity.ByPerson, "s5"}, {activity.For, "s4"}, {activity.Passed, "s1"}}

// barWidth is the length of the bar, in per cent of the drawing: its outline
// needs a little room at both ends.
const barWidth = 99.4

// team draws the bar. A part that is masked says so and is not drawn; then no
// bar is drawn at all, since the room it leaves would tell its size.
func (v *View) team(t *impact.Table) *Team {
	if t == nil {
		return nil
	}
	if t.Total.Masked {
		return &Team{Masked: true}
	}
	by := map[string]impact.Number{}
	whole := true
	for _, c := range t.Cells {
		by[c.Code] = c.Number
		whole = whole && !c.Masked
	}
	team := &Team{Total: v.N("today.team.total", int(t.Total.Value))}
	x := (100 - barWidth) / 2
	for _, d := range drawn {
		n, ok := by[string(d.posture)]
		if !ok || (n.Value == 0 && !n.Masked) {
			continue
		}
		part := Part{Class: d.class}
		label := v.T("today.posture." + string(d.posture))
		if n.Masked {
			part.Text = v.T("today.team.few", "posture", label)
		} else {
			part.Text = v.T("today.team.part", "posture", label, "n", int(n.Value))
		}
		if whole && t.Total.Value > 0 {
			width := barWidth * n.Value / t.Total.Value
			part.Drawn, part.X, part.Width = true, percent(x), percent(width)
			x += width
		}
		team.Parts = append(team.Parts, part)
	}
	return team
}

func percent(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) + "%" }

// Referent is the number a volunteer calls when in doubt: the technical referent
// of the network or, without one, its public line.
func (v View) Referent() string {
	n := v.Network()
	if n.TechPhone != "" {
		return v.Phone(n.TechPhone)
	}
	return v.Phone(n.Phone)
}
