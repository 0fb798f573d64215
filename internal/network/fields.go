// SPDX-License-Identifier: Apache-2.0

package network

import (
	"reflect"
	"slices"
)

// Field is one thing a card says: its key (the national schema's column name
// where there is one), and how to reach it. All that treats a card field by
// field walks Fields: what changed, what was written by hand, what an absorbed
// card adds.
type Field struct {
	Key string
	// of gives the address of the field within a card.
	of func(*Place) any
}

// Fields lists the fields of a card that an import or a person may write.
var Fields = []Field{
	{"statut", func(p *Place) any { return &p.Status }},
	{"nom", func(p *Place) any { return &p.Name }},
	{"pivot", func(p *Place) any { return &p.Pivot }},
	{"code_insee", func(p *Place) any { return &p.Commune }},
	{"commune", func(p *Place) any { return &p.CommuneName }},
	{"code_postal", func(p *Place) any { return &p.PostalCode }},
	{"adresse", func(p *Place) any { return &p.Address }},
	{"complement_adresse", func(p *Place) any { return &p.AddressMore }},
	{"position", func(p *Place) any { return &p.Position }},
	{"typologie", func(p *Place) any { return &p.Kinds }},
	{"telephone", func(p *Place) any { return &p.Phone }},
	{"courriels", func(p *Place) any { return &p.Emails }},
	{"site_web", func(p *Place) any { return &p.Websites }},
	{"horaires", func(p *Place) any { return &p.Hours }},
	{"presentation_resume", func(p *Place) any { return &p.Summary }},
	{"presentation_detail", func(p *Place) any { return &p.Detail }},
	{"source", func(p *Place) any { return &p.Source }},
	{"itinerance", func(p *Place) any { return &p.Roaming }},
	{"structure_parente", func(p *Place) any { return &p.Parent }},
	{"date_maj", func(p *Place) any { return &p.UpdatedOn }},
	{"services", func(p *Place) any { return &p.Services }},
	{"publics_specifiquement_adresses", func(p *Place) any { return &p.Publics }},
	{"prise_en_charge_specifique", func(p *Place) any { return &p.Needs }},
	{"frais_a_charge", func(p *Place) any { return &p.Fees }},
	{"dispositif_programmes_nationaux", func(p *Place) any { return &p.Programmes }},
	{"formations_labels", func(p *Place) any { return &p.Trainings }},
	{"autres_formations_labels", func(p *Place) any { return &p.OtherLabels }},
	{"modalites_acces", func(p *Place) any { return &p.Access }},
	{"modalites_accompagnement", func(p *Place) any { return &p.Modes }},
	{"fiche_acces_libre", func(p *Place) any { return &p.AccessibilityURL }},
	{"prise_rdv", func(p *Place) any { return &p.BookingURL }},
	{"telephone_rdv", func(p *Place) any { return &p.BookingPhone }},
	{"on_peut", func(p *Place) any { return &p.Can }},
	{"on_ne_peut_pas", func(p *Place) any { return &p.Cannot }},
	{"piece_confidentielle", func(p *Place) any { return &p.ConfidentialRoom }},
	{"a_apporter", func(p *Place) any { return &p.Bring }},
	{"entrer", func(p *Place) any { return &p.Enter }},
	{"venir", func(p *Place) any { return &p.Arrive }},
	{"labels", func(p *Place) any { return &p.Labels }},
}

// Changed lists the keys of the fields in which a and b differ. An absent list
// and an empty one are the same.
func Changed(a, b *Place) []string {
	var keys []string
	for _, f := range Fields {
		if !same(value(f, a), value(f, b)) {
			keys = append(keys, f.Key)
		}
	}
	return keys
}

// take copies into p what from says in every field that nobody wrote by hand.
func take(p, from *Place) {
	for _, f := range Fields {
		if !slices.Contains(p.Manual, f.Key) {
			value(f, p).Set(value(f, from))
		}
	}
}

// fill completes p with what the absorbed card says: empty fields are taken,
// lists are joined. The name, the whereabouts, the dates and what was written
// by hand stay p's own.
func fill(p, absorbed *Place) {
	for _, f := range Fields {
		if slices.Contains(kept, f.Key) || slices.Contains(p.Manual, f.Key) {
			continue
		}
		to, from := value(f, p), value(f, absorbed)
		switch {
		case empty(to):
			to.Set(from)
		case f.Key == "labels":
			p.Labels = joinLabels(p.Labels, absorbed.Labels)
		case to.Type() == reflect.TypeFor[[]string]():
			to.Set(reflect.ValueOf(join(to.Interface().([]string), from.Interface().([]string))))
		}
	}
}

// kept are the fields of which a survivor keeps its own word even where it says
// nothing: a commune of one card with the address of another would be nowhere.
var kept = []string{"statut", "nom", "code_insee", "commune", "code_postal", "adresse", "complement_adresse", "source", "date_maj"}

func join(a, b []string) []string {
	out := slices.Clone(a)
	for _, v := range b {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func joinLabels(a, b []Label) []Label {
	out := slices.Clone(a)
	for _, l := range b {
		if !slices.ContainsFunc(out, func(have Label) bool { return have.Label == l.Label }) {
			out = append(out, l)
		}
	}
	return out
}

func value(f Field, p *Place) reflect.Value { return reflect.ValueOf(f.of(p)).Elem() }

func empty(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}

func same(a, b reflect.Value) bool {
	return empty(a) && empty(b) || reflect.DeepEqual(a.Interface(), b.Interface())
}
