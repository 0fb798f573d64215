// SPDX-License-Identifier: Apache-2.0

package network

import (
	"slices"
	"strconv"
	"strings"

	"escale/internal/kit/clock"
	"escale/internal/kit/text"
	room "escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// LabelForm is the fields of one label of a place, drawn as one group.
type LabelForm struct {
	Legend                           string
	Name, Holder, From, Until, Proof shared.Field
	State                            shared.Choices
}

// labelField is the name of a field of the i-th label.
func labelField(i int, name string) string { return "label_" + strconv.Itoa(i) + "_" + name }

// labelForms makes the fields of the labels of p, and of one more.
func labelForms(page *shared.Page, p *room.Place) ([]LabelForm, error) {
	var out []LabelForm
	for i, l := range append(slices.Clone(p.Labels), room.Label{State: room.Declared}) {
		f := LabelForm{Legend: page.T("network.label.nth", "n", i+1)}
		if l.Label == "" {
			f.Legend = page.T("network.label.new")
		}
		for _, field := range []struct {
			to                     *shared.Field
			name, key, kind, value string
		}{
			{&f.Name, "nom", "network.label.name", "text", l.Label},
			{&f.Holder, "porteur", "network.label.holder", "text", l.Holder},
			{&f.From, "du", "network.label.from", "date", dayOf(l.From)},
			{&f.Until, "au", "network.label.until", "date", dayOf(l.Until)},
			{&f.Proof, "preuve", "network.label.proof", "text", l.Proof},
		} {
			made, err := page.Field(labelField(i, field.name), field.key, "type", field.kind, "value", field.value)
			if err != nil {
				return nil, err
			}
			*field.to = made
		}
		options := page.Options("network.label.state.", string(room.Declared), string(room.Verified))
		for j := range options {
			options[j].Checked = options[j].Value == string(l.State)
		}
		var err error
		if f.State, err = page.Radios(labelField(i, "etat"), "network.label.state", options); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// dayOf is a date as fields write it, or nothing.
func dayOf(d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// readLabels writes on p the labels of the form; one without a name is left out.
func readLabels(r *web.Request, p *room.Place, errs *text.FieldErrors) {
	var out []room.Label
	for i := range len(p.Labels) + 1 {
		at := func(name string) string { return r.Form(labelField(i, name)) }
		l := room.Label{Label: at("nom"), Holder: at("porteur"), Proof: at("preuve"), State: room.Declared}
		if l.Label == "" {
			continue
		}
		for _, d := range []struct {
			name string
			to   *clock.Date
		}{{"du", &l.From}, {"au", &l.Until}} {
			if typed := at(d.name); typed != "" {
				day, err := clock.ParseDate(typed)
				if err != nil {
					errs.Add(labelField(i, d.name), "network.date_missing")
				}
				*d.to = day
			}
		}
		if at("etat") == string(room.Verified) {
			l.State = room.Verified
			if l.Proof == "" {
				errs.Add(labelField(i, "preuve"), "network.label.proof_missing")
			}
		}
		out = append(out, l)
	}
	p.Labels = out
}

// labelWords tells the labels of a card in one line, to compare two versions.
func labelWords(labels []room.Label) string {
	var out []string
	for _, l := range labels {
		words := []string{l.Label, l.Holder, dayOf(l.From), dayOf(l.Until), l.Proof}
		out = append(out, strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " "))
	}
	return strings.Join(out, ", ")
}
