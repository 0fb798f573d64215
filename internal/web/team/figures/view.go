// SPDX-License-Identifier: Apache-2.0

package figures

import (
	"slices"

	"escale/internal/impact"
	"escale/internal/kit/clock"
	"escale/internal/territory"
	"escale/internal/web/shared"
)

// View is the page of figures.
type View struct {
	*shared.Page
	Periods       []shared.Option
	Organisations []shared.Option
	From, To      string // as the date fields have them
	Where         string

	Told      bool // figures follow; false when the question must be looked at again
	Scope     string
	Days      [2]clock.Date
	Heads     []Head
	Threshold int
	Sheet     string // address of the table for a spreadsheet
	Nothing   bool   // nobody noted anything in the period
	Needs     []Part
	Waits     Waiting
	Supports  []Part
	Who       *Stack
	Places    []Part
	Without   Without
	Limits    []string
	Meanings  []Definition
}

// Head is one number of the top, with the words beside it.
type Head struct {
	Value, Text, Path, More string
}

// Part is a table, drawn as bars too when there are bars to draw. Alone says
// why there is no table.
type Part struct {
	ID, Title, Path string
	Bars            *shared.Bars
	Table           *shared.Table
	Alone           string
	Masked          string // the groups of which nothing can be shown
}

// Waiting is how long people waited.
type Waiting struct {
	Heads  []Head
	Lines  *Lines
	Groups []Part
}

// Without is the communes where nobody receives and nothing took place.
type Without struct {
	Known    bool // the network has declared its communes
	Communes []string
	Of       int
	Path     string
}

// Definition is what a figure means, in sentences.
type Definition struct {
	Code, Title, Unit string
	Paragraphs        []string
	Sources           string
}

// definitions says what figures mean.
func definitions(p *shared.Page, list []impact.Definition) []Definition {
	out := make([]Definition, len(list))
	for i, d := range list {
		sentences := d.Sentences()
		def := Definition{Code: d.Code, Title: p.M(sentences[0]), Unit: p.T("impact.unit." + d.Unit)}
		for _, s := range sentences[1:] {
			def.Paragraphs = append(def.Paragraphs, p.M(s))
		}
		var sources []string
		for _, s := range d.Sources {
			sources = append(sources, p.T("impact.source."+s))
		}
		def.Sources = p.List(sources)
		out[i] = def
	}
	return out
}

// meaning is the address of a definition.
func meaning(code string) string { return definitionsPath + "#" + code }

// ask fills the form with the question as it was understood.
func (v *View) ask(q question) {
	v.Periods = v.Options("figures.period.", periods...)
	for i := range v.Periods {
		v.Periods[i].Checked = v.Periods[i].Value == q.period
	}
	if q.network {
		v.Organisations = append(v.Organisations, v.Options("figures.of.", wholeNetwork)...)
	}
	if len(q.organisations) != 1 {
		v.Organisations = append(v.Organisations, v.Options("figures.of.", allMine)...)
	}
	for _, o := range q.organisations {
		v.Organisations = append(v.Organisations, shared.Option{Value: string(o.ID), Label: o.Name})
	}
	for i := range v.Organisations {
		v.Organisations[i].Checked = v.Organisations[i].Value == q.chosen
	}
	v.From, v.To, v.Where = day(q.From), day(q.To), q.where
}

// tell puts the figures into words.
func (v *View) tell(q question, reading Reading) {
	r := reading.Report
	w := words{v.Page, q.names()}
	v.Told, v.Days, v.Threshold = true, [2]clock.Date{r.From, r.To}, r.Threshold
	v.Sheet = sheetPath + "?" + q.address()
	v.Scope = v.scope(q, r)
	v.Nothing = figure(r, "needs").isZero() && figure(r, "activities").isZero()
	v.Meanings = definitions(v.Page, impact.Definitions())
	if v.Nothing {
		return
	}
	v.Heads = w.heads(r)
	v.Waits = w.waiting(reading)
	v.Needs = []Part{
		w.bars(r, "needs", "category", "needs"), w.part(r, "needs_met", "meeting"),
		w.part(r, "entry_ways", "entry_way"), w.part(r, "needs", "commune"),
	}
	v.Supports = []Part{w.bars(r, "themes", "theme", "themes"), w.bars(r, "outcomes", "outcome", "outcomes"), w.part(r, "referrals", "referral_status")}
	v.Who = w.who(r)
	v.Places = []Part{w.part(r, "activities", "commune"), w.part(r, "place_kinds", "place_kind")}
	v.Without = w.without(r)
	if v.Has("/reseau/communes") {
		v.Without.Path = "/reseau/communes"
	}
	v.Limits = w.limits(r)
}

// scope says of whom and where the figures are.
func (v *View) scope(q question, r impact.Report) string {
	whose := v.N("figures.scope.organisations", r.Organisations)
	if len(q.Organisations) == 1 {
		for _, o := range q.organisations {
			if o.ID == q.Organisations[0] {
				whose = o.Name
			}
		}
	}
	if q.scope == "" {
		return whose
	}
	return v.T("figures.scope.at", "whose", whose, "where", q.scope)
}

// fact is a figure of a report that may be absent.
type fact struct {
	impact.Figure
	there bool
}

func figure(r impact.Report, definition string) fact {
	f, ok := r.Figure(definition)
	return fact{f, ok}
}

func (f fact) isZero() bool { return !f.there || !f.Masked && f.Value == 0 }

// head is one number of the top, with the sentence key+".text".
func (w words) head(r impact.Report, definition, key string) Head {
	f := figure(r, definition)
	h := Head{Value: w.T("figures.none"), Text: w.T(key + ".text"), Path: meaning(definition)}
	if f.there {
		h.Value = w.number(f.Number, f.Unit)
	}
	return h
}

// on adds the line key+".more" on how many h rests on, unless that is masked.
func (w words) on(h Head, key string, n impact.Number) Head {
	if !n.Masked {
		h.More = w.T(key+".more", "n", w.number(n, ""))
	}
	return h
}

func (w words) heads(r impact.Report) []Head {
	activities, anonymous := figure(r, "activities").Number, figure(r, "anonymous").Number
	return []Head{
		w.head(r, "needs", "figures.head.needs"),
		w.on(w.head(r, "accompaniments", "figures.head.accompaniments"), "figures.head.accompaniments", activities),
		w.on(w.head(r, "persons", "figures.head.persons"), "figures.head.persons", anonymous),
		w.on(w.head(r, "share_with", "figures.head.share_with"), "figures.head.share_with", activities),
		w.head(r, "communes_served", "figures.head.communes_served"),
	}
}

// table is the table of a definition, with the share of each part.
func (w words) table(t impact.Table, rows []row) *shared.Table {
	out := &shared.Table{
		Caption: w.T("figures.table." + t.Definition + "." + t.By), Hidden: true,
		Head: []shared.Cell{{Text: w.T("figures.by." + t.By)}, {Text: w.T("figures.column.number"), Number: true}, {Text: w.T("figures.column.share"), Number: true}},
		Foot: []shared.Cell{{Text: w.T("figures.total")}, {Text: w.number(t.Total, t.Unit), Number: true}, {Number: true}},
	}
	for _, r := range rows {
		out.Rows = append(out.Rows, []shared.Cell{
			{Text: r.label}, {Text: w.number(r.Number, t.Unit), Number: true}, {Text: w.share(r.Number, t.Total), Number: true},
		})
	}
	return out
}

// part is a table of the report, or why there is none.
func (w words) part(r impact.Report, definition, by string) Part {
	t, _ := r.Table(definition, by)
	p := Part{ID: "t-" + definition + "-" + by, Title: w.T("figures.table." + definition + "." + by), Path: meaning(definition)}
	switch {
	case len(t.Cells) > 0 && (t.Total.Masked || t.Total.Value > 0):
		p.Table = w.table(t, w.rows(t))
	case t.Total.Masked || t.Total.Value > 0:
		p.Alone = w.T("figures.alone.masked", "total", w.number(t.Total, t.Unit), "threshold", r.Threshold)
	default:
		p.Alone = w.T("figures.alone.nothing")
	}
	return p
}

// tallest is how many bars are drawn: the table under them has all the parts.
const tallest = 8

// bars is a table of the report drawn as bars, the greatest first.
func (w words) bars(r impact.Report, definition, by, key string) Part {
	p := w.part(r, definition, by)
	if p.Table == nil {
		return p
	}
	t, _ := r.Table(definition, by)
	rows := slices.DeleteFunc(w.rows(t), func(r row) bool { return r.Masked || r.Value == 0 })
	if len(rows) < 2 {
		return p
	}
	rows = rows[:min(tallest, len(rows))]
	b := shared.Bars{
		ID: "g-" + definition, Title: p.Title, Data: *p.Table,
		Description: w.T("figures.bars."+key, "first", rows[0].label, "n", w.number(rows[0].Number, t.Unit), "total", w.number(t.Total, t.Unit)),
	}
	for _, r := range rows {
		b.Bars = append(b.Bars, shared.Bar{Label: r.label, Value: r.Value, Text: w.number(r.Number, t.Unit)})
	}
	p.Bars = &b
	return p
}

// partOf gives one part of a table of the report; a part that is not there is
// masked, as far as anyone can tell.
func partOf(r impact.Report, definition, by, code string) impact.Number {
	t, _ := r.Table(definition, by)
	for _, c := range t.Cells {
		if c.Code == code {
			return c.Number
		}
	}
	return impact.Number{Masked: true}
}

// waiting puts waits into words.
func (w words) waiting(reading Reading) Waiting {
	r := reading.Report
	out := Waiting{Heads: []Head{
		w.on(w.head(r, "wait_median", "figures.head.wait_median"), "figures.head.wait_median", partOf(r, "needs_met", "meeting", "met")),
		w.head(r, "wait_p90", "figures.head.wait_p90"),
		w.head(r, "wait_long", "figures.head.wait_long"),
		w.head(r, "waiting_median", "figures.head.waiting_median"),
	}}
	out.Lines = w.lines(reading.Months)
	for _, waits := range r.Waits {
		out.Groups = append(out.Groups, w.waits(waits, r.Threshold))
	}
	return out
}

// waits is the table of the waits by group.
func (w words) waits(waits impact.Waits, threshold int) Part {
	p := Part{ID: "t-wait-" + waits.By, Title: w.T("figures.waits." + waits.By), Path: meaning("wait")}
	if len(waits.Groups) == 0 {
		p.Alone = w.T("figures.waits.none", "threshold", threshold)
		return p
	}
	t := shared.Table{Caption: p.Title, Hidden: true, Wide: true, Head: []shared.Cell{
		{Text: w.T("figures.by." + waits.By)},
		{Text: w.T("figures.column.met"), Number: true},
		{Text: w.T("figures.column.median"), Number: true},
		{Text: w.T("figures.column.p90"), Number: true},
		{Text: w.T("figures.column.long"), Number: true},
	}}
	var masked []string
	for _, g := range waits.Groups {
		if g.Met.Masked && g.Median.Masked && g.P90.Masked && g.Long.Masked {
			masked = append(masked, w.code(waits.By, g.Code))
			continue
		}
		t.Rows = append(t.Rows, []shared.Cell{
			{Text: w.code(waits.By, g.Code)},
			{Text: w.number(g.Met, "need"), Number: true},
			{Text: w.number(g.Median, "day"), Number: true},
			{Text: w.number(g.P90, "day"), Number: true},
			{Text: w.number(g.Long, "share"), Number: true},
		})
	}
	slices.SortStableFunc(t.Rows, func(a, b []shared.Cell) int { return compare(a[0].Text, b[0].Text) })
	if len(masked) > 0 {
		slices.SortFunc(masked, compare)
		p.Masked = w.T("figures.waits.masked", "names", masked)
	}
	if len(t.Rows) > 0 {
		p.Table = &t
	}
	return p
}

// without names the communes where nobody receives.
func (w words) without(r impact.Report) Without {
	f := figure(r, "communes_without")
	out := Without{Known: f.N > 0, Of: f.N}
	for _, code := range r.CommunesWithout {
		if c, ok := territory.ByCode(code); ok {
			out.Communes = append(out.Communes, c.Name)
		}
	}
	slices.SortFunc(out.Communes, compare)
	return out
}

// limits are the sentences without which the figures would be believed too much.
func (w words) limits(r impact.Report) []string {
	out := []string{w.T("figures.limit.noted")}
	if n := partOf(r, "needs_met", "meeting", "waiting"); !n.Masked && n.Value > 0 {
		out = append(out, w.N("figures.limit.waiting", int(n.Value)))
	}
	return append(out,
		w.T("figures.limit.masked", "threshold", r.Threshold), w.T("figures.limit.anonymous"),
		w.T("figures.limit.compare"), w.T("figures.limit.lasting"))
}
