// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"escale/internal/kit/clock"
	"escale/internal/kit/text"
	"escale/internal/network"
)

// reader turns the records of one file into cards.
type reader struct {
	mapping  *Mapping
	today    clock.Date
	communes map[where]settled // settled once: lists repeat their communes
	used     map[string]string // identifier -> digest of the record that bore it
}

func newReader(m *Mapping, today clock.Date) *reader {
	return &reader{mapping: m, today: today, communes: map[where]settled{}, used: map[string]string{}}
}

// record is one record being read.
type record struct {
	*reader
	row   Row
	notes notes
	where settled
	place network.Place
	aside []string // texts that found no place of their own, kept in the detail
}

// read makes a card of a row. ok is false when the row cannot be a place at
// all, for want of a name or of a commune: the notes say so.
func (r *reader) read(row Row) (card network.Card, n notes, ok bool) {
	rec := &record{reader: r, row: row}
	rec.notes.row = row.Number
	for _, c := range r.mapping.Skip {
		if r.holds(row, c.Column, c.In) {
			rec.notes.rejected = append(rec.notes.rejected, Rejection{
				Row: row.Number, Field: "", Value: row.Values[c.Column], Reason: c.Reason, Remedy: say("remedy.skipped"),
			})
			return card, rec.notes, false
		}
	}
	if !rec.identity() {
		return card, rec.notes, false
	}
	rec.fields()
	raw, err := json.Marshal(row.Values)
	if err != nil {
		panic("exchange: a map of texts cannot be written: " + err.Error())
	}
	sum := sha256.Sum256(raw)
	sourceID, repeated := rec.sourceID(hex.EncodeToString(sum[:8]))
	if repeated {
		rec.notes.reject("", sourceID, "row_repeated")
		return card, rec.notes, false
	}
	return network.Card{SourceID: sourceID, Record: string(raw), Place: rec.place}, rec.notes, true
}

// identity reads the name and the commune, without which there is no place.
func (r *record) identity() bool {
	r.place = network.Place{Public: true, Status: network.Active, Name: r.line("nom")}
	said := where{name: r.raw("commune"), postal: r.raw("code_postal"), insee: r.raw("code_insee")}
	s, ok := r.communes[said]
	if !ok {
		s = settle(said)
		r.communes[said] = s
	}
	r.where = s
	if r.place.Name == "" {
		r.notes.reject("", r.summary(), "row_without_name")
		return false
	}
	switch {
	case s.found:
	case s.name != "" && s.postal != "":
		// A hamlet, or a commune of the past: the post finds it, and so can people.
		r.notes.reject("code_insee", strings.TrimSpace(s.postal+" "+s.name), "insee_unknown")
	case s.name == "" && s.postal == "":
		r.notes.reject("", r.summary(), "row_without_commune")
		return false
	default:
		r.notes.reject("", strings.TrimSpace(s.postal+" "+s.name), "row_unknown_commune")
		return false
	}
	for _, n := range s.notes.repaired {
		n.Row = r.row.Number
		r.notes.repaired = append(r.notes.repaired, n)
	}
	r.place.Commune, r.place.CommuneName, r.place.PostalCode = s.commune.Code, s.name, s.postal
	return true
}

// summary is what a row says first, to find it again in its file: its
// identifier, or else its address.
func (r *record) summary() string {
	for _, column := range r.mapping.ID {
		if v := oneLine(r.row.Values[column]); v != "" {
			return v
		}
	}
	return oneLine(r.raw("adresse"))
}

// sourceID is what identifies the record in its source. An identifier borne
// twice by records that differ is completed by what they say, so that neither
// takes the place of the other; repeated is true for the same record again.
func (r *record) sourceID(digest string) (sourceID string, repeated bool) {
	var parts []string
	for _, column := range r.mapping.ID {
		if v := oneLine(r.row.Values[column]); v != "" {
			parts = append(parts, v)
		}
	}
	sourceID = strings.Join(parts, "/")
	if sourceID == "" {
		p := r.place
		sum := sha256.Sum256([]byte(text.Fold(p.Name) + "\x1f" + p.Commune + "\x1f" + text.Fold(p.Address)))
		sourceID = "~" + hex.EncodeToString(sum[:8])
	}
	if was, ok := r.used[sourceID]; ok && was != digest {
		r.notes.repair("id", sourceID, sourceID+"~"+digest, "id_repeated")
		sourceID += "~" + digest
	}
	_, repeated = r.used[sourceID]
	r.used[sourceID] = digest
	return sourceID, repeated
}

// holds tells whether a column, or one of the values of its list, is one of in.
func (r *reader) holds(row Row, column string, in []string) bool {
	said := row.Values[column]
	if said == "" {
		return false
	}
	values := append(r.split(said), said)
	for _, want := range in {
		for _, v := range values {
			if v == want || text.Fold(v) == text.Fold(want) && text.Fold(want) != "" {
				return true
			}
		}
	}
	return false
}

// split parts a list by the mapping's separators.
func (r *reader) split(s string) []string {
	parts := strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(r.mapping.Separators, c) || c == '\n' })
	kept := parts[:0]
	for _, p := range parts {
		if p = oneLine(p); p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

// raws gives what the columns of f say, as it is written, then what its
// conditions and constants add. Columns that say nothing are left out.
func (r *record) raws(f *From) []string {
	if f == nil {
		return nil
	}
	var out []string
	for _, column := range f.Columns {
		v := r.row.Values[column]
		if f.pattern != nil {
			m := f.pattern.FindStringSubmatch(v)
			if m == nil {
				continue
			}
			v = m[1]
		}
		if oneLine(v) != "" {
			out = append(out, v)
		}
	}
	return out
}

// added gives what the conditions of f that hold add.
func (r *record) added(f *From) []string {
	var out []string
	for _, w := range f.When {
		if r.holds(r.row, w.Column, w.In) {
			out = add(out, w.Value)
		}
	}
	return out
}

// raw is the text of a field as written: of its first column that says
// something, or of all of them joined; translated if the mapping does; and
// completed by its conditions, or else by its constant.
func (r *record) raw(field string) string { return r.firstRaw(r.mapping.Fields[field]) }

func (r *record) firstRaw(f *From) string {
	if f == nil {
		return ""
	}
	said := r.raws(f)
	value := ""
	switch {
	case f.Join != nil:
		for i := range said {
			said[i] = oneLine(said[i])
		}
		value = strings.Join(said, *f.Join)
	case len(said) > 0:
		value = said[0]
	}
	if v, ok := f.values[text.Fold(value)]; ok && value != "" {
		value = v
	}
	for _, v := range r.added(f) {
		value = strings.TrimSpace(value + "\n" + v)
	}
	if value == "" {
		value = strings.Join(f.Always, " ")
	}
	return value
}

// line is the text of a field on one line; what tidying changed is said.
func (r *record) line(field string) string {
	raw := r.raw(field)
	v := oneLine(raw)
	r.tidied(field, raw, v)
	return v
}

// paragraphs is the text of a field with its line breaks.
func (r *record) paragraphs(field string) string {
	raw := r.raw(field)
	v := tidy(raw)
	r.tidied(field, raw, v)
	return v
}

func (r *record) tidied(field, raw, kept string) {
	if kept == raw || kept == "" {
		return
	}
	key := "spaces"
	if openEntities(raw) != raw {
		key = "entities"
	}
	r.notes.repair(field, raw, kept, key)
}
