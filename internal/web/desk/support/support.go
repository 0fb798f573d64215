// SPDX-License-Identifier: Apache-2.0

// Package support is where a helper notes a support in a minute: how long, on
// what, who held the mouse, where the need stands, what the person did herself
// and her next step. « Fait pour » asks for a reason and her mandate on the same
// page. What was noted can be corrected, and her sheet printed.
package support

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"net/url"
	"time"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/need"
	"escale/internal/network"
	"escale/internal/person"
	"escale/internal/web"
	"escale/internal/web/shared"
)

//go:embed form.html sheet.html mandate.html fr.json en.json
var files embed.FS

// Draft is a support about to be noted, and what the form must know beside it.
type Draft struct {
	Entry   activity.Entry
	Who     string // first name or initials, from the meeting; may be empty
	Zone    string // of the meeting
	Rights  bool   // the need is about rights: what became of it is asked
	Places  []network.Place
	Mandate []person.Mandate // of the person, in force that day
	Often   []string         // themes the helper noted most lately, most first
}

// Supports is what the pages ask of the house: Desk, or what a test pretends.
type Supports interface {
	// Draft prepares the form for a meeting, a need, or someone who just came.
	Draft(ctx context.Context, v access.Viewer, booking, needID id.ID, loc *time.Location) (Draft, error)
	// Again prepares the form for the correction of an entry.
	Again(ctx context.Context, v access.Viewer, entry id.ID) (Draft, error)
	// Last is the viewer's last entry, or db.ErrNotFound.
	Last(ctx context.Context, v access.Viewer) (activity.Entry, error)
	Record(ctx context.Context, v access.Viewer, e activity.Entry) (activity.Record, error)
	// Sheet is an entry and the name of the place where it was given.
	Sheet(ctx context.Context, v access.Viewer, entry id.ID) (activity.Record, network.Place, error)
	// Person is whom a mandate is for.
	Person(ctx context.Context, v access.Viewer, p id.ID) (person.Person, []person.Mandate, error)
	GiveMandate(ctx context.Context, v access.Viewer, m person.Mandate) (person.Mandate, error)
}

const (
	path        = "/accompagnement"
	mandatePath = "/mandat/nouveau"
	home        = web.HomePath
)

type pages struct {
	supports Supports
	form     *shared.Template[View]
	sheet    *shared.Template[SheetView]
	mandate  *shared.Template[MandateView]
	zone     *time.Location
}

// Routes declares the pages.
func Routes(lib *shared.Library, supports Supports) []web.Route {
	p := &pages{
		supports: supports, zone: lib.Network().Zone,
		form:    shared.Add[View](lib, shared.Staff, files, "form.html"),
		sheet:   shared.Add[SheetView](lib, shared.Staff, files, "sheet.html"),
		mandate: shared.Add[MandateView](lib, shared.Staff, files, "mandate.html"),
	}
	get := func(pattern string, may access.Permission, h func(*web.Request) (web.Response, error)) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Permission: may, Handle: h}
	}
	post := func(pattern string, may access.Permission, h func(*web.Request) (web.Response, error)) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Permission: may, Handle: h}
	}
	return []web.Route{
		get(path, access.RecordActivity, p.show),
		post(path, access.RecordActivity, p.record),
		get(path+"/{id}/corriger", access.RecordActivity, p.showCorrection),
		post(path+"/{id}/corriger", access.RecordActivity, p.correct),
		get(path+"/{id}/feuille", access.RecordActivity, p.showSheet),
		get(mandatePath, access.DoFor, p.showMandate),
		post(mandatePath, access.DoFor, p.giveMandate),
	}
}

// draft reads what the address or the form points to.
func (p *pages) draft(r *web.Request) (Draft, error) {
	booking, _ := r.FormID("rendez_vous")
	needID, _ := r.FormID("demande")
	return p.supports.Draft(r.Context(), r.Viewer, booking, needID, p.zone)
}

func (p *pages) show(r *web.Request) (web.Response, error) {
	d, err := p.draft(r)
	if err != nil {
		return web.Response{}, err
	}
	if r.Form("comme") == "precedent" && d.Entry.Booking == "" && d.Entry.Need == "" {
		last, err := p.supports.Last(r.Context(), r.Viewer)
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return web.Response{}, err
		}
		if err == nil {
			d.Entry = like(last, d.Entry)
		}
	}
	return web.Show(p.form, p.view(r, d, ""))
}

// like is a new entry like the last one: what is counted, and nothing of who it
// was for nor of what was said.
func like(last, e activity.Entry) activity.Entry {
	e.Minutes, e.Outcome = last.Minutes, last.Outcome
	e.Themes, e.Procedures, e.LocalThemes, e.Materials = last.Themes, last.Procedures, last.LocalThemes, last.Materials
	e.PlaceKind, e.Place, e.Commune = last.PlaceKind, last.Place, last.Commune
	if last.Posture != activity.For {
		e.Posture = last.Posture
	}
	return e
}

func (p *pages) record(r *web.Request) (web.Response, error) {
	d, err := p.draft(r)
	if err != nil {
		return web.Response{}, err
	}
	return p.keep(r, d, "")
}

func (p *pages) showCorrection(r *web.Request) (web.Response, error) {
	entry, d, err := p.again(r)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.form, p.view(r, d, entry))
}

func (p *pages) correct(r *web.Request) (web.Response, error) {
	entry, d, err := p.again(r)
	if err != nil {
		return web.Response{}, err
	}
	d.Entry.CorrectionOf = entry
	return p.keep(r, d, entry)
}

func (p *pages) again(r *web.Request) (id.ID, Draft, error) {
	entry, err := r.ID("id")
	if err != nil {
		return "", Draft{}, err
	}
	d, err := p.supports.Again(r.Context(), r.Viewer, entry)
	return entry, d, err
}

// keep records what was typed over the draft.
func (p *pages) keep(r *web.Request, d Draft, correction id.ID) (web.Response, error) {
	e, err := p.typed(r, d.Entry)
	if err == nil {
		var rec activity.Record
		if rec, err = p.supports.Record(r.Context(), r.Viewer, e); err == nil {
			return recorded(r, rec), nil
		}
	}
	v := p.view(r, d, correction)
	var unsaid *need.RightUnsaid
	var corrected *activity.Corrected
	var noted *activity.Noted
	switch {
	case errors.As(err, &noted):
		v.Noted = v.alreadyNoted(noted)
		page, err := web.Show(p.form, v)
		page.Status = http.StatusConflict
		return page, err
	case errors.As(err, &unsaid):
		v.Rights = true
		v.Errors = append(v.Errors, text.FieldError{Field: "right_became", Message: unsaid.Message()})
	case errors.As(err, &corrected):
		v.Errors = append(v.Errors, text.FieldError{Field: "minutes", Message: text.Msg("support.corrected_already")})
	case errors.Is(err, person.ErrForbidden):
		// « Fait pour » sent without the answer having been offered (R63).
		v.Errors = append(v.Errors, text.FieldError{Field: "posture", Message: text.Msg("support.posture_forbidden")})
	case errors.Is(err, db.ErrNotFound) && e.Posture == activity.For:
		// The mandate is no mandate of this organisation.
		v.Errors = append(v.Errors, text.FieldError{Field: "mandate", Message: text.Msg("support.mandate_unknown")})
	case !v.Review(err):
		return web.Response{}, err
	}
	return web.Show(p.form, v)
}

// alreadyNoted says that the meeting has its record, and leads to it.
func (v *View) alreadyNoted(n *activity.Noted) shared.Notice {
	notice := shared.Notice{Kind: "att", Title: v.M(n.Message()), Text: v.T("support.already_noted")}
	if n.Entry != "" {
		notice.Action = v.Link(path+"/"+string(n.Entry)+"/corriger", "support.correct_it")
	}
	return notice
}

func recorded(r *web.Request, rec activity.Record) web.Response {
	if r.Form("feuille") != "" {
		return web.See(path + "/" + string(rec.ID) + "/feuille") // no notice: it would be printed
	}
	if rec.CorrectionOf != "" {
		return web.Done(home, "support.done.corrected")
	}
	return web.Done(home, "support.done.recorded")
}

// typed reads the form over what the draft knows: what it does not ask stays.
func (p *pages) typed(r *web.Request, e activity.Entry) (activity.Entry, error) {
	var f text.FieldErrors
	e.ID = r.Key()
	e.Minutes, _ = r.Int("minutes")
	if r.Form("minutes") == other {
		e.Minutes, _ = r.Int("minutes_other")
	}
	if e.Booking == "" { // a meeting has its own moment
		if day, ok := r.Date("at"); !ok {
			f.Add("at", "support.day_missing")
		} else if day != e.Day {
			if clock.DateOf(r.Now.In(p.zone)).Before(day) {
				f.Add("at", "support.day_to_come")
			}
			// Its hour is not asked: noon stands for the day.
			e.Day, e.At = day, day.In(p.zone).Add(12*time.Hour)
		}
	}
	e.Themes, e.Procedures, e.LocalThemes = r.Values("themes"), r.Values("procedures"), r.Values("local_themes")
	e.Themes = withProcedures(e.Themes, e.Procedures)
	e.Posture, e.Outcome = activity.Posture(r.Form("posture")), activity.Outcome(r.Form("outcome"))
	e.ForReason = r.Form("for_reason")
	e.Mandate, _ = r.FormID("mandate")
	e.RightBecame = need.RightBecame(r.Form("right_became"))
	e.Materials = r.Values("materials")
	e.PlaceKind = r.Form("place_kind")
	e.Place, _ = r.FormID("place")
	if e.PlaceKind == activity.AtHome || e.PlaceKind == activity.OtherPlace {
		e.Commune = commune(r.Form("commune"), e.Commune, &f)
	}
	e.DidHerself, e.NextStep = r.Form("did_herself"), r.Form("next_step")
	return e, f.Err()
}

// other is the value of the answer « autre » to the question of minutes.
const other = "other"

// SheetView is what the person takes home of a support: no name, no motive.
type SheetView struct {
	*shared.Page
	Record activity.Record
	Place  network.Place
}

func (p *pages) showSheet(r *web.Request) (web.Response, error) {
	entry, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	rec, place, err := p.supports.Sheet(r.Context(), r.Viewer, entry)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.sheet, SheetView{Page: r.Page(), Record: rec, Place: place})
}

// here is the address of the form with what it points to, to come back to it.
func here(e activity.Entry) string {
	q := url.Values{}
	switch {
	case e.Booking != "":
		q.Set("rendez_vous", string(e.Booking))
	case e.Need != "":
		q.Set("demande", string(e.Need))
	default:
		return path
	}
	return path + "?" + q.Encode()
}
