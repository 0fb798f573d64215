// SPDX-License-Identifier: Apache-2.0

package needs

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/kit/text"
	"escale/internal/person"
	"escale/internal/territory"
	"escale/internal/web"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/shared"
)

// fileFields gives the form's name of each field of a file the room speaks of.
var fileFields = map[string]string{
	"first_name": "prenom", "last_name": "nom", "phone": "telephone", "email": "mail", "address": "adresse",
	"third_party": "tiers", "contact_way": "rappel", "birth_year": "naissance", "gender": "genre",
	"social_status": "situation", "explanation": "explication", "informed_on": "informee",
}

// answers are what the form shows for a file.
func answers(f person.Person) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"prenom": f.Identity.FirstName, "nom": f.Identity.LastName, "telephone": f.Identity.Phone, "mail": f.Identity.Email,
		"adresse": f.Identity.Address, "tiers": f.Identity.ThirdParty, "rappel": string(f.ContactWay), "naissance": year(f.BirthYear),
		"genre": f.Gender, "situation": f.SocialStatus, "commune": town(f.Commune), "explication": f.Explanation,
	} {
		v.Set(name, value)
	}
	// The same name elsewhere must not be taken for her commune.
	v.Set("commune_lue", town(f.Commune))
	v.Set("commune_code", f.Commune)
	if f.SharedPhone {
		v.Set("partage", "1")
	}
	if f.Protected {
		v.Set("protection", "1")
	}
	return v
}

func year(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func town(code string) string {
	c, _ := territory.ByCode(code)
	return c.Name
}

// change keeps the file as the form has it, unless someone else changed it since
// it was shown: both versions are then shown, and nothing is kept.
func (p pages) change(r *web.Request, v File) (web.Response, error) {
	if v.Need.Person == "" {
		return web.Response{}, db.ErrNotFound
	}
	yours := v.Person
	var err error
	if yours.Version, err = strconv.ParseInt(r.Form("version"), 10, 64); err != nil {
		return web.Response{}, errors.Join(db.ErrStale, err)
	}
	if v.Communes, err = p.fill(r, &yours); err == nil {
		err = p.gesture(r, func(ctx context.Context, tx db.Tx) error {
			_, err := p.People.Save(ctx, tx, r.Viewer, yours)
			return desk.Named(err, fileFields)
		})
	}
	var stale *person.Stale
	switch {
	case errors.As(err, &stale):
		return web.Response{}, both(v.Page, v.FilePath(), stale)
	case err != nil && v.Review(err):
		return web.Show(p.file, v)
	case err != nil:
		return web.Response{}, err
	}
	return web.Done(v.FilePath(), "needs.done.file_changed"), nil
}

// fill puts what was typed into a file. When the commune can mean several, it
// gives them to choose from beside the *text.FieldErrors.
func (p pages) fill(r *web.Request, file *person.Person) ([]shared.Option, error) {
	file.Identity = person.Identity{
		FirstName: r.Form("prenom"), LastName: r.Form("nom"), Phone: r.Form("telephone"), Email: r.Form("mail"),
		Address: r.Form("adresse"), ThirdParty: r.Form("tiers"),
	}
	file.ContactWay, file.SharedPhone = person.ContactWay(r.Form("rappel")), r.Form("partage") != ""
	file.Gender, file.SocialStatus = r.Form("genre"), r.Form("situation")
	file.Explanation, file.Protected = r.Form("explication"), r.Form("protection") != ""
	var f text.FieldErrors
	file.BirthYear = 0
	if typed := r.Form("naissance"); typed != "" {
		n, ok := r.Int("naissance")
		if !ok || n == 0 {
			f.Add("naissance", "person.birth_year_wrong")
		}
		file.BirthYear = n
	}
	code, choose, err := desk.Commune(r, p.Atlas, "needs.file.commune_unknown", &f)
	if err != nil {
		return nil, err
	}
	if code != "" || r.Form("commune") == "" {
		file.Commune = code
	}
	return choose, f.Err()
}

// both shows the fields that differ between what was sent and what is kept.
func both(p *shared.Page, back string, s *person.Stale) *web.Stale {
	out := &web.Stale{Back: back}
	yours, theirs := said(p, s.Yours), said(p, s.Theirs)
	for i, f := range yours {
		if f.Value == theirs[i].Value {
			continue
		}
		out.Fields = append(out.Fields, web.StaleField{
			Label: text.Msg(f.Label), Yours: orUnsaid(p, f.Value), Theirs: orUnsaid(p, theirs[i].Value),
		})
	}
	return out
}

func orUnsaid(p *shared.Page, value string) string {
	if value == "" {
		return p.T("capture.unsaid")
	}
	return value
}

// said is every field of a file in words, with the key of its label; what was
// not given is empty.
func said(p *shared.Page, f person.Person) []desk.Fact {
	i := f.Identity
	given := func(prefix, code, unsaid string) string {
		if code == "" || code == unsaid {
			return ""
		}
		return p.T(prefix + code)
	}
	explanation := ""
	if f.Explanation != "" {
		explanation = p.M(autonomy.ReadingMode(f.Explanation).Message())
	}
	box := func(on bool, key string) string {
		if !on {
			return ""
		}
		return p.T(key)
	}
	return []desk.Fact{
		{Label: "needs.file.first.label", Value: i.FirstName},
		{Label: "needs.file.last.label", Value: i.LastName},
		{Label: "needs.file.phone.label", Value: p.Phone(i.Phone)},
		{Label: "needs.file.shared.label", Value: box(f.SharedPhone, "needs.file.shared.yes")},
		{Label: "needs.file.email.label", Value: i.Email},
		{Label: "needs.file.address.label", Value: i.Address},
		{Label: "needs.file.third_party.label", Value: i.ThirdParty},
		{Label: "needs.file.way.label", Value: given("person.contact_way.", string(f.ContactWay), "")},
		{Label: "needs.file.commune.label", Value: town(f.Commune)},
		{Label: "needs.file.explanation.label", Value: explanation},
		{Label: "needs.file.birth.label", Value: year(f.BirthYear)},
		{Label: "needs.file.gender.label", Value: given("person.gender.", f.Gender, person.Unsaid)},
		{Label: "needs.file.status.label", Value: given("person.social_status.", f.SocialStatus, person.Unsaid)},
		{Label: "needs.file.protected.label", Value: box(f.Protected, "needs.file.protected.yes")},
	}
}

// Changeable reports whether the file still names someone.
func (v File) Changeable() bool { return v.Person.AnonymisedAt.IsZero() }

// FilePath is the path of the file's page.
func (v File) FilePath() string { return v.Path + "/dossier" }

// Ways are how she may be reached.
func (v File) Ways() []shared.Option {
	codes := make([]string, len(person.ContactWays))
	for i, w := range person.ContactWays {
		codes[i] = string(w)
	}
	return v.Options("person.contact_way.", codes...)
}

// Genders are the national codes, in words.
func (v File) Genders() []shared.Option { return v.Options("person.gender.", person.Genders...) }

// Statuses are the national codes, in words.
func (v File) Statuses() []shared.Option {
	return v.Options("person.social_status.", person.SocialStatuses...)
}

// Explanations are how she may prefer things explained.
func (v File) Explanations() []shared.Option {
	options := make([]shared.Option, len(person.Explanations))
	for i, code := range person.Explanations {
		options[i] = shared.Option{Value: code, Label: v.T("capture.unsaid")}
		if code != "" {
			options[i].Label = v.M(autonomy.ReadingMode(code).Message())
		}
	}
	return options
}

// Shared is the one box of a phone that others read.
func (v File) Shared() []shared.Option {
	return []shared.Option{{Value: "1", Label: v.T("needs.file.shared.yes"), Help: v.T("needs.file.shared.why")}}
}

// Protection is the one box of a protection measure.
func (v File) Protection() []shared.Option {
	return []shared.Option{{Value: "1", Label: v.T("needs.file.protected.yes"), Help: v.T("needs.file.protected.why")}}
}

// Lue is the commune as it was typed when its choices were offered.
func (v File) Lue() string {
	if len(v.Communes) > 0 {
		return v.Values.Get("commune")
	}
	return v.Values.Get("commune_lue")
}

// Code is the commune chosen before, carried while no choice is offered.
func (v File) Code() string { return v.Values.Get("commune_code") }

// Version is the one the form was filled from.
func (v File) Version() string {
	if v.Posted {
		return v.Values.Get("version")
	}
	return strconv.FormatInt(v.Person.Version, 10)
}
