// SPDX-License-Identifier: Apache-2.0

package support

import (
	"errors"
	"strconv"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/person"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// MandateView is the form that registers a mandate.
type MandateView struct {
	*shared.Page
	Person    id.ID
	Who       string
	Next      string // where one goes once it is registered
	Protected bool
	InForce   []string // mandates that hold already, in words

	Protection, Scope, Days, Given, Paper, Languages []shared.Option
}

// yes and no are the answers to the question about protection.
const (
	yes = "yes"
	no  = "no"
)

func (p *pages) mandateView(r *web.Request) (MandateView, error) {
	who, ok := r.FormID("personne")
	if !ok {
		return MandateView{}, db.ErrNotFound
	}
	her, given, err := p.supports.Person(r.Context(), r.Viewer, who)
	if err != nil {
		return MandateView{}, err
	}
	v := MandateView{Page: r.Page(), Person: who, Who: her.Identity.FirstName, Protected: her.Protected, Next: path}
	if next := r.Form("suite"); next != "" {
		v.Next = web.LocalPath(next)
	}
	if v.Who == "" {
		v.Who = v.T("support.someone")
	}
	today := clock.DateOf(r.Now.In(p.zone))
	for _, m := range given {
		if m.Holds(today) {
			words := make([]string, len(m.Scope))
			for i, s := range m.Scope {
				words[i] = v.T("support.procedure." + s)
			}
			v.InForce = append(v.InForce, v.T("support.mandate.in_force", "scope", v.List(words), "day", m.EndsOn().AddDays(-1)))
		}
	}
	v.Protection = v.Options("support.mandate.protection.", no, yes)
	v.Scope = v.Options("support.procedure.", person.Procedures...)
	for _, d := range person.MandateDays {
		v.Days = append(v.Days, v.Options("support.mandate.days.", strconv.Itoa(d))...)
	}
	v.Given = tick(v.Options("support.mandate.given.", person.Present, person.Remote), person.Present)
	v.Paper = v.Options("support.mandate.paper.", yes)
	v.Languages = tick(v.Options("support.mandate.language.", person.MandateLanguages...), person.MandateLanguages[0])
	return v, nil
}

func (p *pages) showMandate(r *web.Request) (web.Response, error) {
	v, err := p.mandateView(r)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.mandate, v)
}

func (p *pages) giveMandate(r *web.Request) (web.Response, error) {
	v, err := p.mandateView(r)
	if err != nil {
		return web.Response{}, err
	}
	err = p.registered(r, v)
	var protected *person.Protected
	switch {
	case err == nil:
		return web.Done(v.Next, "support.done.mandate"), nil
	case errors.As(err, &protected):
		v.Errors = append(v.Errors, text.FieldError{Field: "protection", Message: protected.Message()})
	case !v.Review(err):
		return web.Response{}, err
	}
	return web.Show(p.mandate, v)
}

// registered registers what was typed. A protection measure, declared here or
// before, refuses: whoever answers for her is the one to ask.
func (p *pages) registered(r *web.Request, v MandateView) error {
	switch r.Form("protection") {
	case yes:
		return &person.Protected{}
	case no:
	default:
		var f text.FieldErrors
		f.Add("protection", "support.mandate.protection_missing")
		return f.Err()
	}
	today := clock.DateOf(r.Now.In(p.zone))
	m := person.Mandate{
		ID: r.Key(), Person: v.Person, Scope: r.Values("scope"), StartsOn: today, Given: r.Form("given"),
		Language: r.Form("language"), Reference: r.Form("reference"),
	}
	m.Days, _ = r.Int("days")
	if r.Form("paper_copy_on") == yes {
		m.PaperCopyOn = today
	}
	_, err := p.supports.GiveMandate(r.Context(), r.Viewer, m)
	return err
}
