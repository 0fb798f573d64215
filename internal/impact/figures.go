// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"cmp"
	"slices"

	"escale/internal/activity"
	"escale/internal/kit/id"
	"escale/internal/orientation"
)

// codesOf gives the codes of a closed list, all of which a table shows, the
// empty ones too.
func codesOf[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = string(c)
	}
	return out
}

// answers are the statuses of a referral.
var answers = []orientation.Status{
	orientation.Sent, orientation.Received, orientation.Accepted, orientation.Refused,
	orientation.Seen, orientation.NotCome, orientation.Settled,
}

// report computes everything from f, masking groups of fewer than limit people.
func report(f facts, limit int) Report {
	r := Report{Threshold: limit}
	r.ofSupports(f, limit)
	r.ofNeeds(f, limit)
	r.ofReferrals(f, limit)
	r.ofCommunes(f)
	return r
}

func (r *Report) figure(definition string, value float64, masked bool, n int) {
	if masked {
		value, n = 0, 0
	}
	r.Figures = append(r.Figures, Figure{Definition: definition, Unit: unitOf(definition), Number: Number{Value: value, Masked: masked}, N: n})
}

// ofSupports computes what comes from activities.
func (r *Report) ofSupports(f facts, limit int) {
	posture, outcome := newCounts(limit, codesOf(activity.Postures)...), newCounts(limit, codesOf(activity.Outcomes)...)
	place, commune := newCounts(limit, activity.Codes().PlaceKinds...), newCounts(limit)
	theme, presence := newCounts(limit), presences{limit: limit}
	for _, s := range f.supports {
		anonymous := s.presence - len(s.people)
		posture.add(s.posture, s.people, anonymous)
		outcome.add(s.outcome, s.people, anonymous)
		place.add(s.placeKind, s.people, anonymous)
		commune.add(s.commune, s.people, anonymous)
		for _, t := range s.themes {
			theme.add(t, s.people, anonymous)
		}
		presence.add(s.people, anonymous)
	}
	activities := posture.total
	hidden := activities.n > 0 && activities.crowd.fewer(limit)
	r.figure("activities", float64(activities.n), hidden, activities.n)
	presence.figures(r, hidden)

	postureTable := posture.table("posture", "posture")
	r.Tables = append(r.Tables,
		theme.table("themes", "theme"),
		postureTable,
		outcome.table("outcomes", "outcome"),
		place.table("place_kinds", "place_kind"),
		commune.table("activities", "commune"))
	for _, share := range []struct{ definition, code string }{{"share_with", "with"}, {"share_for", "for"}} {
		cell, shown := postureTable.cell(share.code)
		if activities.n > 0 {
			r.figure(share.definition, cell.Value/float64(activities.n), !shown, activities.n)
		}
	}
	r.ThemesByCommune = themesByCommune(f.supports, theme, commune, limit)
}

// cell gives a part of the table, and whether it is shown.
func (t Table) cell(code string) (Number, bool) {
	i := slices.IndexFunc(t.Cells, func(c Cell) bool { return c.Code == code })
	if i < 0 || t.Cells[i].Masked {
		return Number{Masked: true}, false
	}
	return t.Cells[i].Number, true
}

// presences counts accompaniments: one person in one activity.
type presences struct {
	limit            int
	named, anonymous int
	people           map[id.ID]struct{}
}

func (p *presences) add(people []id.ID, anonymous int) {
	if p.people == nil {
		p.people = map[id.ID]struct{}{}
	}
	p.named += len(people)
	p.anonymous += anonymous
	for _, who := range people {
		p.people[who] = struct{}{}
	}
}

// figures adds accompaniments, their anonymous part, and the distinct people
// who have a file. When those are few, the anonymous part is masked with them:
// accompaniments minus it are theirs. A few anonymous ones are no such group,
// as having no name is not a trait by which someone is recognised.
func (p *presences) figures(r *Report, hidden bool) {
	total := p.named + p.anonymous
	few := hidden || (len(p.people) > 0 && len(p.people) < p.limit)
	r.figure("accompaniments", float64(total), hidden, total)
	r.figure("anonymous", float64(p.anonymous), few, total)
	r.figure("persons", float64(len(p.people)), few, p.named)
}

// crossMost is how many communes a table in two directions has at most: beyond,
// nobody reads it, and a smaller territory is to be asked for.
const crossMost = 600

// themesByCommune crosses the mentions of themes with where supports were given.
// What the lists by theme and by commune mask stays masked here.
func themesByCommune(supports []support, theme, commune *counts, limit int) Cross {
	x := Cross{
		Definition: "themes_by_commune", Unit: unitOf("themes_by_commune"), RowsBy: "theme", ColumnsBy: "commune",
		Rows: []Cell{}, Columns: []Cell{}, Cells: [][]Number{},
	}
	rows := theme.codes()
	rowsMasked, bare, all := theme.masked(rows)
	columns := commune.codes()
	columnsMasked, bareColumns, _ := commune.masked(columns)
	x.Total = number(theme.total.n, all)
	if bare || all || bareColumns || len(columns) > crossMost {
		return x
	}
	rowAt, columnAt := positions(rows), positions(columns)
	cells := make([][]count, len(rows))
	for i := range cells {
		cells[i] = make([]count, len(columns))
	}
	mentions := make([]count, len(columns))
	for _, s := range supports {
		j := columnAt[cmp.Or(s.commune, Unsaid)]
		for _, t := range s.themes {
			for _, c := range []*count{&cells[rowAt[t]][j], &mentions[j]} {
				c.n++
				c.crowd.add(s.people, s.presence-len(s.people), limit)
			}
		}
	}
	// Mentions by commune are a list of their own, masked at least where
	// activities by commune are.
	parts := make([]part, len(columns))
	for j := range parts {
		parts[j] = part{n: mentions[j].n, few: columnsMasked[j] || mentions[j].crowd.fewer(limit)}
	}
	mentionsMasked, _ := maskList(parts, limit, false)
	if !slices.Contains(mentionsMasked, false) {
		return x
	}
	g := grid{rowsMasked: rowsMasked, columnsMasked: mentionsMasked}
	for j, code := range columns {
		known := 0
		if !columnsMasked[j] {
			known = commune.by[code].n
		}
		g.atLeast, g.atMost = append(g.atLeast, known), append(g.atMost, known)
	}
	for i := range cells {
		line := make([]part, len(columns))
		for j, c := range cells[i] {
			line[j] = part{n: c.n, few: c.n > 0 && c.crowd.fewer(limit)}
		}
		g.cells = append(g.cells, line)
	}
	m := maskGrid(g, limit)
	for i, code := range rows {
		x.Rows = append(x.Rows, Cell{code, number(theme.by[code].n, rowsMasked[i])})
		line := make([]Number, len(columns))
		for j := range columns {
			line[j] = number(cells[i][j].n, m[i][j])
		}
		x.Cells = append(x.Cells, line)
	}
	for j, code := range columns {
		x.Columns = append(x.Columns, Cell{code, number(mentions[j].n, mentionsMasked[j])})
	}
	return x
}

func positions(codes []string) map[string]int {
	at := make(map[string]int, len(codes))
	for i, code := range codes {
		at[code] = i
	}
	return at
}

// ofReferrals computes what became of referrals sent. No one stands behind a
// referral twice, so people are not counted apart.
func (r *Report) ofReferrals(f facts, limit int) {
	c := newCounts(limit, codesOf(answers)...)
	for status, n := range f.referrals {
		for range n {
			c.add(status, nil, 1)
		}
	}
	t := c.table("referrals", "referral_status")
	r.Tables = append(r.Tables, t)
	r.figure("referrals", t.Total.Value, t.Total.Masked, c.total.n)
}

// ofCommunes tells where activities took place and where nobody goes. Codes of
// communes where nothing happened are about nobody.
func (r *Report) ofCommunes(f facts) {
	served := map[string]bool{}
	for _, s := range f.supports {
		if s.commune != "" {
			served[s.commune] = true
		}
	}
	r.CommunesWithout = []string{}
	for _, code := range f.network {
		if !served[code] && !f.hosting[code] {
			r.CommunesWithout = append(r.CommunesWithout, code)
		}
	}
	r.figure("communes_served", float64(len(served)), false, len(served))
	r.figure("communes_without", float64(len(r.CommunesWithout)), false, len(f.network))
}
