// SPDX-License-Identifier: Apache-2.0

package need

import (
	"errors"
	"net/url"
	"slices"
	"strconv"

	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/text"
	room "escale/internal/need"
	"escale/internal/person"
	"escale/internal/territory"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// fields gives the form's name of each field the room speaks of.
var fields = map[string]string{
	"words": "mots", "first_name": "prenom", "contact": "contact", "contact_way": "rappel", "category": "categorie",
	"sub_theme": "theme", "risk": "risque", "entry_way": "venue", "knows": "sait", "wants": "veut", "wants_not": "veut_pas",
}

// named gives the room's remarks the names the form's fields have.
func named(err error) error { return Named(err, fields) }

// Named gives the remarks of a room the names that the fields have in a form.
// Any other error, and a field without another name, stay as they are.
func Named(err error, names map[string]string) error {
	var f *text.FieldErrors
	if !errors.As(err, &f) {
		return err
	}
	out := &text.FieldErrors{}
	for _, e := range f.List {
		if name, ok := names[e.Field]; ok {
			e.Field = name
		}
		out.List = append(out.List, e)
	}
	return out
}

// read puts what was typed into n. When the commune can mean several, it gives
// them to choose from beside the *text.FieldErrors.
func (p pages) read(r *web.Request, n *room.Need) ([]shared.Option, error) {
	n.Said = room.Said{
		Words: r.Form("mots"), FirstName: r.Form("prenom"), Contact: r.Form("contact"),
		Knows: r.Form("sait"), Wants: r.Form("veut"), WantsNot: r.Form("veut_pas"),
	}
	n.Risk, n.Category, n.SubTheme = autonomy.Risk(r.Form("risque")), autonomy.Category(r.Form("categorie")), r.Form("theme")
	n.EntryWay, n.SharedPhone = r.Form("venue"), r.Form("partage") != ""
	n.ContactWay = person.ContactWay(r.Form("rappel"))
	// A number given without saying how is meant to be called.
	if _, phone := person.NormalPhone(n.Said.Contact); n.ContactWay == "" && phone {
		n.ContactWay = person.ByCall
	}
	if n.Category == "" {
		n.Category = n.Theme().Category
	}
	var f text.FieldErrors
	if n.Said.Words == "" {
		f.Add("mots", "need.words_missing")
	}
	n.Deadline = clock.Date{}
	if typed := r.Form("date"); typed != "" {
		var ok bool
		if n.Deadline, ok = r.Date("date"); !ok {
			f.Add("date", "capture.date_wrong")
		}
	}
	choose, err := p.commune(r, n, &f)
	if err != nil {
		return nil, err
	}
	return choose, f.Err()
}

// without is the answer of someone who goes on without a commune.
const without = "-"

// commune understands the commune typed for a need. Someone may go on without.
func (p pages) commune(r *web.Request, n *room.Need, f *text.FieldErrors) ([]shared.Option, error) {
	n.Commune = ""
	if r.Form("commune") == r.Form("commune_lue") && r.Form("commune_code") == without {
		return nil, nil
	}
	code, choose, err := Commune(r, p.Atlas, "capture.commune_unknown", f)
	n.Commune = code
	if err != nil || code != "" || r.Form("commune") == "" {
		return nil, err
	}
	return append(choose, shared.Option{Value: without, Label: r.Page().T("capture.commune_without")}), nil
}

// Commune understands the commune of a form with the fields commune (as typed),
// commune_code (chosen before) and commune_lue (the words the choice was offered
// for: it counts as long as they are still there). It gives its INSEE code, ""
// for none; or, when the words can mean several or nothing, those to choose from
// and a fault on the field, unknown being the key of the second.
func Commune(r *web.Request, a Atlas, unknown string, f *text.FieldErrors) (code string, choose []shared.Option, err error) {
	typed := r.Form("commune")
	if typed == "" {
		return "", nil, nil
	}
	if c, ok := territory.ByCode(r.Form("commune_code")); ok && typed == r.Form("commune_lue") {
		return c.Code, nil, nil
	}
	s, err := a.Current(r.Context())
	if err != nil {
		return "", nil, err
	}
	where := s.Locate(typed, "")
	if where.Commune != nil {
		return where.Commune.Code, nil, nil
	}
	for _, c := range slices.Concat(where.Choices, where.Guesses) {
		choose = append(choose, shared.Option{Value: c.Code, Label: c.Name, Help: r.Page().List(c.PostalCodes[:min(1, len(c.PostalCodes))])})
	}
	if len(choose) > 0 {
		f.Add("commune", "capture.commune_which")
	} else {
		f.Add("commune", unknown)
	}
	return "", choose, nil
}

// typed is what the form shows for n, town being the name of its commune.
func typed(n room.Need, town string) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"mots": n.Said.Words, "prenom": n.Said.FirstName, "contact": n.Said.Contact,
		"sait": n.Said.Knows, "veut": n.Said.Wants, "veut_pas": n.Said.WantsNot,
		"date": n.Deadline.String(), "risque": string(n.Risk), "commune": town, "rappel": string(n.ContactWay),
		"categorie": string(n.Category), "theme": n.SubTheme, "venue": n.EntryWay,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if n.SharedPhone {
		v.Set("partage", "1")
	}
	if n.Commune != "" { // the same name elsewhere must not be taken for it
		v.Set("commune_lue", town)
		v.Set("commune_code", n.Commune)
	}
	return v
}

// Lue is the commune as it was typed when its choices were offered.
func (v View) Lue() string {
	if len(v.Communes) > 0 {
		return v.Values.Get("commune")
	}
	return v.Values.Get("commune_lue")
}

// Code is the commune chosen before, carried while no choice is offered.
func (v View) Code() string { return v.Values.Get("commune_code") }

// Shared is the one box of a phone that others read.
func (v View) Shared() []shared.Option {
	return []shared.Option{{Value: "1", Label: v.T("capture.shared.yes"), Help: v.T("capture.shared.why")}}
}

// both shows the fields that differ between what was sent and what is kept.
func both(p *shared.Page, s *room.Stale) *web.Stale {
	out := &web.Stale{Back: Path(s.Theirs.ID)}
	yours, theirs := shown(p, s.Yours), shown(p, s.Theirs)
	for i, f := range yours {
		if f.Value != theirs[i].Value {
			out.Fields = append(out.Fields, web.StaleField{Label: text.Msg(f.Label), Yours: f.Value, Theirs: theirs[i].Value})
		}
	}
	return out
}

// shown says every field of the form in words, with the key of its label.
func shown(p *shared.Page, n room.Need) []Fact {
	said := func(prefix, code string) string {
		if code == "" {
			return p.T("capture.unsaid")
		}
		return p.T(prefix + code)
	}
	read := strconv.FormatBool(n.SharedPhone)
	return []Fact{
		{"capture.words.label", n.Said.Words},
		{"capture.date.label", n.Deadline.String()},
		{"capture.risk.label", said("need.risk.", string(n.Risk))},
		{"capture.commune.label", town(n.Commune)},
		{"capture.way.label", said("person.contact_way.", string(n.ContactWay))},
		{"capture.contact.label", n.Said.Contact},
		{"capture.shared.label", p.T("capture.shared." + read)},
		{"capture.first.label", n.Said.FirstName},
		{"capture.theme.label", said("need.category.", string(n.Category))},
		{"capture.sub_theme.label", said("need.sub_theme.", n.SubTheme)},
		{"capture.entry.label", said("need.entry_way.", n.EntryWay)},
		{"capture.knows.label", n.Said.Knows},
		{"capture.wants.label", n.Said.Wants},
		{"capture.wants_not.label", n.Said.WantsNot},
	}
}
