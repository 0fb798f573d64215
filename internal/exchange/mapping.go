// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"escale/internal/kit/text"
	"escale/internal/network"
)

// Mapping says, as data, how the columns of a kind of file become a card. The
// format is documented in mappings/README.md.
type Mapping struct {
	Name  string `json:"name"`
	Title string `json:"title"` // for people, in French
	// Extends names a mapping whose fields this one has too, but for its own.
	Extends string `json:"extends,omitempty"`
	// Source names the origin of the records when the command does not; without
	// it, the file's name does.
	Source string           `json:"source,omitempty"`
	Detect Detection        `json:"detect"`
	ID     []string         `json:"id,omitempty"` // columns that identify a record
	Skip   []Condition      `json:"skip,omitempty"`
	Fields map[string]*From `json:"fields"`
	Labels []LabelFrom      `json:"labels,omitempty"`
	// Separators split the lists of a column; "|;" when not given.
	Separators string `json:"separators,omitempty"`
}

// Detection recognises a kind of file by its columns: all of All, at least one
// of Any (when given), none of None.
type Detection struct {
	All  []string `json:"all"`
	Any  []string `json:"any,omitempty"`
	None []string `json:"none,omitempty"`
}

// From says where the text, or the list, of one field comes from.
type From struct {
	// Columns are read in order. A text takes the first that says something, or
	// all of them put together by Join; a list takes all.
	Columns []string `json:"columns,omitempty"`
	Join    *string  `json:"join,omitempty"`
	// Pattern keeps, of each column, what its first group catches.
	Pattern string `json:"pattern,omitempty"`
	// Values translates what the columns say; "" means known and left out.
	Values map[string]string `json:"values,omitempty"`
	// Others says what becomes of values that neither Values nor the national
	// vocabulary knows: "report" (usual), "keep" or "ignore".
	Others string `json:"others,omitempty"`
	// When adds a value for each condition that holds.
	When []When `json:"when,omitempty"`
	// Always is added to the list, or stands when the columns say nothing.
	Always []string `json:"always,omitempty"`
	// Days gives, for the hours, the column of each day: {"Mo": "h_lundi"}.
	Days map[string]string `json:"days,omitempty"`
	// Weeks gives, for the hours, the column that tells odd and even weeks.
	Weeks *Weeks `json:"weeks,omitempty"`
	// Latitude and Longitude are the columns of a position, or X and Y in
	// Projection ("lambert93").
	Latitude   string `json:"latitude,omitempty"`
	Longitude  string `json:"longitude,omitempty"`
	X          string `json:"x,omitempty"`
	Y          string `json:"y,omitempty"`
	Projection string `json:"projection,omitempty"`

	pattern *regexp.Regexp
	values  map[string]string // Values by their folded keys
}

// Weeks tells which text of Column means odd weeks and which even ones.
type Weeks struct {
	Column string   `json:"column"`
	Odd    []string `json:"odd"`
	Even   []string `json:"even"`
}

// Condition holds when Column says one of In, whatever the capitals and accents.
type Condition struct {
	Column string   `json:"column"`
	In     []string `json:"in"`
	Reason string   `json:"reason,omitempty"` // of Skip: shown in the report
}

// When adds Value when its condition holds.
type When struct {
	Column string   `json:"column"`
	In     []string `json:"in"`
	Value  string   `json:"value"`
}

// LabelFrom makes a dated label.
type LabelFrom struct {
	Label string      `json:"label"`
	When  []Condition `json:"when,omitempty"` // all must hold
	State string      `json:"state"`          // "declared" or "verified"
	From  *From       `json:"from,omitempty"` // the first day
	Proof string      `json:"proof,omitempty"`
}

//go:embed mappings/*.json
var mappingFiles embed.FS

// Mappings gives the mappings inside the program, by name.
var Mappings = sync.OnceValue(func() []*Mapping {
	names, err := fs.Glob(mappingFiles, "mappings/*.json")
	if err != nil {
		panic("exchange: " + err.Error())
	}
	var all []*Mapping
	for _, name := range names {
		b, err := mappingFiles.ReadFile(name)
		if err != nil {
			panic("exchange: " + err.Error())
		}
		m, err := decodeMapping(b)
		if err != nil || m.Name+".json" != path.Base(name) {
			panic(fmt.Sprintf("exchange: mapping %s: %v", name, err))
		}
		all = append(all, m)
	}
	for _, m := range all {
		if err := m.complete(all); err != nil {
			panic("exchange: " + err.Error())
		}
	}
	return all
})

// ReadMapping reads a mapping given from outside. It may extend one of Mappings.
func ReadMapping(b []byte) (*Mapping, error) {
	m, err := decodeMapping(b)
	if err == nil {
		err = m.complete(Mappings())
	}
	if err != nil {
		return nil, refuse("mapping.fault", "fault", err.Error())
	}
	return m, nil
}

func decodeMapping(b []byte) (*Mapping, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields() // a misspelt instruction must not be passed over
	var m Mapping
	if err := d.Decode(&m); err != nil {
		return nil, err
	}
	if m.Name == "" {
		return nil, fmt.Errorf("name is missing")
	}
	return &m, nil
}

// complete takes what m extends and checks what it says.
func (m *Mapping) complete(all []*Mapping) error {
	if m.Extends != "" {
		i := slices.IndexFunc(all, func(o *Mapping) bool { return o.Name == m.Extends })
		if i < 0 || all[i] == m || all[i].Extends != "" {
			return fmt.Errorf("%s: extends %q, which is no mapping that stands alone", m.Name, m.Extends)
		}
		base := all[i]
		fields := map[string]*From{}
		for key, f := range base.Fields {
			copied := *f
			fields[key] = &copied
		}
		for key, f := range m.Fields {
			fields[key] = f
		}
		m.Fields = fields
		if m.ID == nil {
			m.ID = base.ID
		}
	}
	if m.Separators == "" {
		m.Separators = "|;"
	}
	for key, f := range m.Fields {
		if !knownField(key) {
			return fmt.Errorf("%s: unknown field %q", m.Name, key)
		}
		if err := f.check(); err != nil {
			return fmt.Errorf("%s: %s: %w", m.Name, key, err)
		}
	}
	for _, l := range m.Labels {
		if l.State != string(network.Declared) && l.State != string(network.Verified) {
			return fmt.Errorf("%s: label %q: state must be declared or verified", m.Name, l.Label)
		}
		if l.From != nil {
			if err := l.From.check(); err != nil {
				return fmt.Errorf("%s: label %q: %w", m.Name, l.Label, err)
			}
		}
	}
	return nil
}

func (f *From) check() error {
	if f.Pattern != "" {
		re, err := regexp.Compile(f.Pattern)
		if err != nil {
			return err
		}
		if re.NumSubexp() < 1 {
			return fmt.Errorf("pattern %q has no group", f.Pattern)
		}
		f.pattern = re
	}
	switch f.Others {
	case "", "report", "keep", "ignore":
	default:
		return fmt.Errorf("others: %q is neither report, keep nor ignore", f.Others)
	}
	if f.Projection != "" && f.Projection != "lambert93" {
		return fmt.Errorf("projection %q is not known", f.Projection)
	}
	f.values = make(map[string]string, len(f.Values))
	for k, v := range f.Values {
		f.values[text.Fold(k)] = v
	}
	return nil
}

func knownField(key string) bool {
	return slices.ContainsFunc(network.Fields, func(f network.Field) bool { return f.Key == key })
}

// matches tells whether a file with columns, folded, is of m's kind.
func (m *Mapping) matches(columns map[string]bool) bool {
	has := func(name string) bool { return columns[text.Fold(name)] }
	for _, name := range m.Detect.All {
		if !has(name) {
			return false
		}
	}
	return len(m.Detect.All) > 0 && !slices.ContainsFunc(m.Detect.None, has) &&
		(len(m.Detect.Any) == 0 || slices.ContainsFunc(m.Detect.Any, has))
}

// columns lists the columns that m reads.
func (m *Mapping) columns() []string {
	names := slices.Clone(m.ID)
	for _, c := range m.Skip {
		names = append(names, c.Column)
	}
	for _, f := range m.Fields {
		names = append(names, f.columns()...)
	}
	for _, l := range m.Labels {
		for _, c := range l.When {
			names = append(names, c.Column)
		}
		if l.From != nil {
			names = append(names, l.From.columns()...)
		}
	}
	return names
}

func (f *From) columns() []string {
	names := append(slices.Clone(f.Columns), f.Latitude, f.Longitude, f.X, f.Y)
	for _, column := range f.Days {
		names = append(names, column)
	}
	for _, w := range f.When {
		names = append(names, w.Column)
	}
	if f.Weeks != nil {
		names = append(names, f.Weeks.Column)
	}
	return names
}

// Detect finds the mapping of a file by its columns, whatever their capitals,
// accents and spaces: of those that recognise it, the one that asks for the most
// columns. Otherwise a *Refusal lists the kinds of files that are known.
func Detect(columns []string) (*Mapping, error) {
	folded := map[string]bool{}
	for _, name := range columns {
		folded[text.Fold(name)] = true
	}
	var best *Mapping
	for _, m := range Mappings() {
		if m.matches(folded) && (best == nil || len(m.Detect.All) > len(best.Detect.All)) {
			best = m
		}
	}
	if best != nil {
		return best, nil
	}
	var known []string
	for _, m := range Mappings() {
		known = append(known, m.Title)
	}
	return nil, refuse("file.unknown_columns", "columns", strings.Join(columns[:min(len(columns), 12)], ", "), "known", strings.Join(known, " ; "))
}
