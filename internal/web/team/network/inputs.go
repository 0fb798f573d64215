// SPDX-License-Identifier: Apache-2.0

package network

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"escale/internal/exchange"
	"escale/internal/kit/text"
	room "escale/internal/network"
	"escale/internal/person"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// kind is how a field of a card is asked for.
type kind int

// The kinds of fields.
const (
	line   kind = iota // one line
	phone              // one telephone number
	area               // several lines, one text
	lines              // several lines, one value each
	checks             // several among the values of the national schema
	choice             // one among a few
	menu               // one among many
)

// input is one field of the card's form: how it is shown, read and checked.
type input struct {
	name string // of the field, and of its sentences network.place.<name>
	kind kind
	// field is the national schema's name of the list that checks offer.
	field string
	// values are the answers of a choice, with sentences network.place.<name>.<value>.
	values []string
	get    func(p *room.Place) []string
	// set writes what was answered, or gives the key of what is wrong in it.
	set func(p *room.Place, answers []string) (wrong string)
}

// section is a group of fields under one heading.
type section struct {
	name   string
	inputs []input
}

// one reads a single answer.
func one(answers []string) string {
	if len(answers) == 0 {
		return ""
	}
	return strings.TrimSpace(answers[0])
}

// said is a text field of a card, at most so many characters long.
func said(name string, kind kind, most int, of func(p *room.Place) *string) input {
	return input{
		name: name, kind: kind,
		get: func(p *room.Place) []string { return []string{*of(p)} },
		set: func(p *room.Place, a []string) string {
			s := one(a)
			if len([]rune(s)) > most {
				return "network.place.too_long"
			}
			*of(p) = s
			return ""
		},
	}
}

// several is a list field of a card, whose values are checked one by one.
func several(name string, of func(p *room.Place) *[]string, wrong func(value string) string) input {
	return input{
		name: name, kind: lines,
		get: func(p *room.Place) []string { return *of(p) },
		set: func(p *room.Place, a []string) string {
			values := linesOf(one(a))
			for _, v := range values {
				if key := wrong(v); key != "" {
					return key
				}
			}
			*of(p) = values
			return ""
		},
	}
}

func linesOf(s string) []string {
	var out []string
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// listed is a field whose values are those of the national schema. A value that
// the schema does not have, brought by an import, stays.
func listed(name, field string, of func(p *room.Place) *[]string) input {
	return input{
		name: name, kind: checks, field: field,
		get: func(p *room.Place) []string { return *of(p) },
		set: func(p *room.Place, a []string) string {
			known := exchange.Vocabulary(field)
			var out []string
			for _, v := range *of(p) {
				if !slices.Contains(known, v) || slices.Contains(a, v) {
					out = append(out, v)
				}
			}
			for _, v := range a {
				if slices.Contains(known, v) && !slices.Contains(out, v) {
					out = append(out, v)
				}
			}
			*of(p) = out
			return ""
		},
	}
}

// number is a telephone field.
func number(name string, of func(p *room.Place) *string) input {
	return input{
		name: name, kind: phone,
		get: func(p *room.Place) []string { return []string{*of(p)} },
		set: func(p *room.Place, a []string) string {
			typed := one(a)
			// Four digits are a short number, which only works in France: 3949.
			if typed == "" || digits(typed, 4) {
				*of(p) = typed
				return ""
			}
			normal, ok := person.NormalPhone(typed)
			if !ok {
				return "network.place.phone_wrong"
			}
			*of(p) = normal
			return ""
		},
	}
}

// address is a field that leads to a page elsewhere.
func address(name string, of func(p *room.Place) *string) input {
	in := said(name, line, 500, of)
	set := in.set
	in.set = func(p *room.Place, a []string) string {
		if key := webAddress(one(a)); one(a) != "" && key != "" {
			return key
		}
		return set(p, a)
	}
	return in
}

// sections are the fields of a card, in the order of the form.
var sections = []section{
	{"identity", []input{
		said("nom", line, 200, func(p *room.Place) *string { return &p.Name }),
		{
			name: "statut", kind: choice, values: []string{string(room.Active), string(room.Closed)},
			get: func(p *room.Place) []string { return []string{cmp.Or(string(p.Status), string(room.Active))} },
			set: func(p *room.Place, a []string) string {
				p.Status = room.Active
				if one(a) == string(room.Closed) {
					p.Status = room.Closed
				}
				return ""
			},
		},
		{
			name: "public", kind: choice, values: []string{yes, "non"},
			get: func(p *room.Place) []string {
				if p.Public {
					return []string{yes}
				}
				return []string{"non"}
			},
			set: func(p *room.Place, a []string) string { p.Public = one(a) == yes; return "" },
		},
		{
			name: "sorte", kind: menu,
			get: func(p *room.Place) []string { return p.Kinds[:min(1, len(p.Kinds))] },
			// The first kind is the one shown; others, brought by an import, stay.
			set: func(p *room.Place, a []string) string {
				others := slices.DeleteFunc(slices.Clone(p.Kinds[min(1, len(p.Kinds)):]), func(k string) bool { return k == one(a) })
				if one(a) == "" {
					p.Kinds = others
					return ""
				}
				if organisationKinds()[one(a)] == "" {
					return "network.kind_missing"
				}
				p.Kinds = append([]string{one(a)}, others...)
				return ""
			},
		},
		{
			name: "pivot",
			get:  func(p *room.Place) []string { return []string{p.Pivot} },
			set: func(p *room.Place, a []string) string {
				s := strings.ToUpper(strings.Join(strings.Fields(one(a)), ""))
				rna, isRNA := strings.CutPrefix(s, "W")
				if s != "" && !digits(s, 14) && !(isRNA && digits(rna, 9)) {
					return "network.place.pivot_wrong"
				}
				p.Pivot = s
				return ""
			},
		},
		listed("itinerance", "itinerance", func(p *room.Place) *[]string { return &p.Roaming }),
	}},
	{"where", []input{
		said("adresse", line, 200, func(p *room.Place) *string { return &p.Address }),
		said("complement", line, 200, func(p *room.Place) *string { return &p.AddressMore }),
		{
			name: "commune",
			get: func(p *room.Place) []string {
				return []string{strings.TrimSpace(p.CommuneName + " " + p.PostalCode)}
			},
			set: setCommune,
		},
		{
			name: "position",
			get: func(p *room.Place) []string {
				if p.Position == nil {
					return []string{""}
				}
				return []string{strconv.FormatFloat(p.Position.Lat, 'f', -1, 64) + ", " + strconv.FormatFloat(p.Position.Lon, 'f', -1, 64)}
			},
			set: setPosition,
		},
		said("venir", area, 500, func(p *room.Place) *string { return &p.Arrive }),
		said("entrer", area, 500, func(p *room.Place) *string { return &p.Enter }),
		address("acces_libre", func(p *room.Place) *string { return &p.AccessibilityURL }),
	}},
	{"reach", []input{
		number("telephone", func(p *room.Place) *string { return &p.Phone }),
		number("telephone_rdv", func(p *room.Place) *string { return &p.BookingPhone }),
		several("courriels", func(p *room.Place) *[]string { return &p.Emails }, mailAddress),
		several("sites", func(p *room.Place) *[]string { return &p.Websites }, webAddress),
		address("prise_rdv", func(p *room.Place) *string { return &p.BookingURL }),
		{
			name: "horaires", kind: area,
			get: func(p *room.Place) []string { return []string{p.Hours} },
			set: setHours,
		},
	}},
	{"what", []input{
		sentences("on_peut", func(p *room.Place) *[]room.Sentence { return &p.Can }),
		sentences("on_ne_peut_pas", func(p *room.Place) *[]room.Sentence { return &p.Cannot }),
		listed("services", "services", func(p *room.Place) *[]string { return &p.Services }),
		listed("accompagnement", "modalites_accompagnement", func(p *room.Place) *[]string { return &p.Modes }),
		said("resume", area, 5000, func(p *room.Place) *string { return &p.Summary }),
		said("detail", area, 5000, func(p *room.Place) *string { return &p.Detail }),
	}},
	{"who", []input{
		listed("acces", "modalites_acces", func(p *room.Place) *[]string { return &p.Access }),
		listed("frais", "frais_a_charge", func(p *room.Place) *[]string { return &p.Fees }),
		listed("publics", "publics_specifiquement_adresses", func(p *room.Place) *[]string { return &p.Publics }),
		listed("prise_en_charge", "prise_en_charge_specifique", func(p *room.Place) *[]string { return &p.Needs }),
		{
			name: "piece", kind: choice, values: []string{"yes", "no", ""},
			get: func(p *room.Place) []string { return []string{p.ConfidentialRoom} },
			set: func(p *room.Place, a []string) string {
				if s := one(a); s == "yes" || s == "no" || s == "" {
					p.ConfidentialRoom = s
				}
				return ""
			},
		},
		said("apporter", area, 500, func(p *room.Place) *string { return &p.Bring }),
		listed("programmes", "dispositif_programmes_nationaux", func(p *room.Place) *[]string { return &p.Programmes }),
	}},
}

// instead separates, on one line of what cannot be done, where it can.
const instead = "→"

// sentences is a list of things that can, or cannot, be done, one a line.
func sentences(name string, of func(p *room.Place) *[]room.Sentence) input {
	return input{
		name: name, kind: lines,
		get: func(p *room.Place) []string {
			var out []string
			for _, s := range *of(p) {
				if s.Instead != "" {
					s.Text += " " + instead + " " + s.Instead
				}
				out = append(out, s.Text)
			}
			return out
		},
		set: func(p *room.Place, a []string) string {
			var out []room.Sentence
			// People type the arrow as they can.
			for _, l := range linesOf(strings.ReplaceAll(one(a), "->", instead)) {
				words, where, _ := strings.Cut(l, instead)
				out = append(out, room.Sentence{Text: strings.TrimSpace(words), Instead: strings.TrimSpace(where)})
			}
			*of(p) = out
			return ""
		},
	}
}

// each calls f for every field of the form.
func each(f func(in input)) {
	for _, s := range sections {
		for _, in := range s.inputs {
			f(in)
		}
	}
}

// fill writes what the form of r says on p, and checks the whole.
func fill(r *web.Request, p *room.Place) error {
	var errs text.FieldErrors
	each(func(in input) {
		if key := in.set(p, r.Values(in.name)); key != "" {
			errs.Add(in.name, key)
		}
	})
	readLabels(r, p, &errs)
	var faults *text.FieldErrors
	if errors.As(p.Check(), &faults) {
		for _, f := range faults.List {
			f = ours(f)
			if !slices.ContainsFunc(errs.List, func(e text.FieldError) bool { return e.Field == f.Field }) {
				errs.List = append(errs.List, f)
			}
		}
	}
	return errs.Err()
}

// ours is a fault that the room found, under the names of the form.
func ours(f text.FieldError) text.FieldError {
	f.Message.Key = "network." + f.Message.Key
	switch f.Field {
	case "presentation_resume":
		f.Field = "resume"
	case "labels":
		f.Field = labelField(0, "nom")
	}
	return f
}

// Control is one field as the page draws it.
type Control struct {
	Field   *shared.Field
	Choices *shared.Choices
	Menu    bool
}

// control makes the field of p for a page.
func (in input) control(page *shared.Page, p *room.Place) (Control, error) {
	key := "network.place." + in.name
	values := in.get(p)
	switch in.kind {
	case checks, choice, menu:
		options := in.options(page)
		for i := range options {
			options[i].Checked = slices.Contains(values, options[i].Value)
		}
		ask := page.Radios
		if in.kind == checks {
			ask = page.Checks
		}
		c, err := ask(in.name, key, options)
		return Control{Choices: &c, Menu: in.kind == menu}, err
	case lines:
		f, err := page.Field(in.name, key, "rows", strconv.Itoa(max(3, len(values)+1)), "value", strings.Join(values, "\n"))
		return Control{Field: &f}, err
	case phone:
		f, err := page.Field(in.name, key, "type", "tel", "value", page.Phone(one(values)))
		return Control{Field: &f}, err
	case area:
		f, err := page.Field(in.name, key, "rows", "3", "value", one(values))
		return Control{Field: &f}, err
	}
	f, err := page.Field(in.name, key, "value", one(values))
	return Control{Field: &f}, err
}

// options are the answers of a choice. Those of the national schema are said in
// its own words, which are French whatever the page's language.
func (in input) options(page *shared.Page) []shared.Option {
	switch in.kind {
	case menu:
		return kindOptions(room.OrganisationKinds(), "", page.T("network.choose"))
	case checks:
		var out []shared.Option
		for _, v := range exchange.Vocabulary(in.field) {
			out = append(out, shared.Option{Value: v, Label: v})
		}
		return out
	}
	out := make([]shared.Option, len(in.values))
	for i, v := range in.values {
		out[i] = shared.Option{Value: v, Label: page.T("network.place." + in.name + "." + cmp.Or(v, "unknown"))}
	}
	return out
}
