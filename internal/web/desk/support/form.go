// SPDX-License-Identifier: Apache-2.0

package support

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/need"
	"escale/internal/territory"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// View is the form.
type View struct {
	*shared.Page
	Action     string // where the form is sent
	Correction bool
	Like       bool // « comme le précédent » may be offered
	About      string
	Entry      activity.Entry
	Rights     bool
	MayFor     bool
	ForOpen    bool // « fait pour » is being noted: its questions are open
	NewMandate string
	Commune    string
	At         string        // the place, when a meeting says it
	WhereOpen  bool          // where it was is to be said or seen again
	Noted      shared.Notice // set when the meeting is recorded already

	Minutes, First, Others, Procedures, Local             []shared.Option
	Postures, ForReasons, Mandates, Outcomes, RightBecame []shared.Option
	Materials, PlaceKinds, Places                         []shared.Option
	OthersOpen                                            bool
}

// mostLikely is how many themes show before the others are asked for.
const mostLikely = 6

// usual are the themes shown first when nothing better is known: the most common
// in national figures (CRA, La Coop).
var usual = []string{
	"aide_aux_demarches_administratives", "email", "prendre_en_main_du_materiel", "securite_numerique", "sante", "navigation_sur_internet",
}

func (p *pages) view(r *web.Request, d Draft, correction id.ID) View {
	v := View{
		Page: r.Page(), Action: here(d.Entry), Correction: correction != "", Entry: d.Entry, Rights: d.Rights,
		MayFor: r.Viewer.May(access.DoFor), Commune: d.Entry.Commune,
	}
	if c, ok := territory.ByCode(d.Entry.Commune); ok {
		v.Commune = c.Name
	}
	if v.Correction {
		v.Action = path + "/" + string(correction) + "/corriger"
	}
	v.Like = !v.Correction && d.Entry.Booking == "" && d.Entry.Need == "" && !v.Posted && r.Form("comme") == ""
	v.About = v.about(d, p.zone)
	v.WhereOpen = d.Entry.Booking == "" || v.Posted
	v.offer(d)
	v.ForOpen = r.Form("posture") == string(activity.For) || d.Entry.Posture == activity.For
	return v
}

// about says when, with whom and where, in a sentence.
func (v *View) about(d Draft, zone *time.Location) string {
	if d.Entry.Booking == "" {
		return ""
	}
	if loc, err := time.LoadLocation(d.Zone); err == nil && d.Zone != "" {
		zone = loc
	}
	at := d.Entry.At.In(zone)
	day, _ := v.Day(clock.DateOf(at)) // a date is always a day
	hour, _ := v.Hour(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
	place := ""
	for _, pl := range d.Places {
		if pl.ID == d.Entry.Place {
			place = pl.Name
			v.At = pl.Name
		}
	}
	who := d.Who
	if who == "" {
		who = v.T("support.someone")
	}
	if place == "" {
		return v.T("support.about", "day", day, "hour", hour, "who", who)
	}
	return v.T("support.about_place", "day", day, "hour", hour, "who", who, "place", place)
}

// offer fills the answers, the draft's ticked.
func (v *View) offer(d Draft) {
	codes, e := activity.Codes(), d.Entry
	standard := false
	for _, n := range codes.Minutes {
		standard = standard || n == e.Minutes
		v.Minutes = append(v.Minutes, shared.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n), Checked: n == e.Minutes})
	}
	v.Minutes = append(v.Minutes, shared.Option{Value: other, Label: v.T("support.minutes.other"), Checked: !standard})

	first := likely(d)
	var rest []string
	for _, t := range codes.Themes {
		if !slices.Contains(first, t) {
			rest = append(rest, t)
		}
	}
	v.First = tick(v.Options("support.theme.", first...), e.Themes...)
	v.Others = tick(v.Options("support.theme.", rest...), e.Themes...)
	v.Procedures = tick(v.Options("support.procedure.", codes.Procedures...), e.Procedures...)
	var local []string
	for _, t := range need.SubThemes() {
		local = append(local, t.Code)
	}
	v.Local = tick(v.Options("support.local.", local...), e.LocalThemes...)
	ticked := func(o shared.Option) bool { return o.Checked }
	v.OthersOpen = slices.ContainsFunc(v.Others, ticked) || slices.ContainsFunc(v.Procedures, ticked) || slices.ContainsFunc(v.Local, ticked) ||
		len(v.Values["procedures"]) > 0 || len(v.Values["local_themes"]) > 0

	for _, p := range activity.Postures {
		if p == activity.For && !v.MayFor {
			continue // never a volunteer's, nor of who may not (R63)
		}
		v.Postures = append(v.Postures, tick(v.Options("support.posture.", string(p)), string(e.Posture))...)
	}
	v.ForReasons = tick(v.Options("support.reason.", codes.ForReasons...), e.ForReason)
	v.mandates(d)
	for _, o := range activity.Outcomes {
		v.Outcomes = append(v.Outcomes, tick(v.Options("support.outcome.", string(o)), string(e.Outcome))...)
	}
	for _, b := range need.RightsBecame() {
		v.RightBecame = append(v.RightBecame, tick(v.Options("support.right.", string(b)), string(e.RightBecame))...)
	}
	v.Materials = tick(v.Options("support.material.", codes.Materials...), e.Materials...)
	v.PlaceKinds = tick(v.Options("support.place_kind.", codes.PlaceKinds...), e.PlaceKind)
	for _, pl := range d.Places {
		v.Places = append(v.Places, shared.Option{
			Value: string(pl.ID), Label: v.T("support.place.in", "place", pl.Name, "commune", pl.CommuneName), Checked: pl.ID == e.Place,
		})
	}
}

// mandates offers those in force for the person, or the way to register one.
func (v *View) mandates(d Draft) {
	for _, m := range d.Mandate {
		words := make([]string, len(m.Scope))
		for i, s := range m.Scope {
			words[i] = v.T("support.procedure." + s)
		}
		until, _ := v.Day(m.EndsOn().AddDays(-1)) // a date is always a day
		v.Mandates = append(v.Mandates, shared.Option{
			Value: string(m.ID), Label: v.List(words), Help: v.T("support.mandate.until", "day", until),
			Checked: m.ID == d.Entry.Mandate || len(d.Mandate) == 1,
		})
	}
	if d.Entry.Person != "" {
		v.NewMandate = mandatePath + "?personne=" + string(d.Entry.Person)
		if v.Action != path {
			v.NewMandate += "&suite=" + escape(v.Action)
		}
	}
}

// likely are the themes shown first: those the meeting or the need suggests, then
// those this helper notes most, then the usual ones.
func likely(d Draft) []string {
	var first []string
	for _, list := range [][]string{d.Entry.Themes, d.Often, usual} {
		for _, t := range list {
			if len(first) < mostLikely && !slices.Contains(first, t) && slices.Contains(activity.Codes().Themes, t) {
				first = append(first, t)
			}
		}
	}
	return first
}

func tick(options []shared.Option, values ...string) []shared.Option {
	for i := range options {
		options[i].Checked = slices.Contains(values, options[i].Value)
	}
	return options
}

// procedureTheme is the national theme that procedures belong to.
const procedureTheme = "aide_aux_demarches_administratives"

// withProcedures adds the theme of procedures when one is ticked: nobody should
// have to say it twice.
func withProcedures(themes, procedures []string) []string {
	if len(procedures) == 0 || slices.Contains(themes, procedureTheme) {
		return themes
	}
	return append(slices.Clone(themes), procedureTheme)
}

// commune reads the name or postal code typed. Nothing typed leaves what was known.
func commune(typed, known string, f *text.FieldErrors) string {
	if typed == "" {
		return known
	}
	if c, ok := territory.ByCode(known); ok && c.Name == typed {
		return known
	}
	var found []territory.Match
	for _, m := range territory.Search(typed, 5) {
		if m.How == territory.Exact {
			found = append(found, m)
		}
	}
	switch len(found) {
	case 0:
		f.Add("commune", "support.commune_unknown")
		return ""
	case 1:
		return found[0].Code
	}
	f.Add("commune", "support.commune_several", "n", len(found))
	return ""
}

func escape(address string) string { return url.QueryEscape(address) }

// OtherMinutes is the duration to show in the field of « autre ».
func (v View) OtherMinutes() string {
	if typed := v.Values.Get("minutes_other"); typed != "" {
		return typed
	}
	if slices.Contains(activity.Codes().Minutes, v.Entry.Minutes) {
		return ""
	}
	return strconv.Itoa(v.Entry.Minutes)
}

// NoMandate says that there is no mandate to choose, and the way to one.
func (v View) NoMandate() shared.Notice {
	if v.NewMandate == "" {
		return v.Notice("", "support.no_person")
	}
	n := v.Notice("", "support.no_mandate")
	n.Action = v.Link(v.NewMandate, "support.new_mandate")
	return n
}

// NoMandateMessage is what the store said of the mandate when none can be chosen.
func (v View) NoMandateMessage() string {
	for _, e := range v.Errors {
		if e.Field == "mandate" {
			return v.M(e.Message)
		}
	}
	return ""
}
