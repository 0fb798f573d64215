// SPDX-License-Identifier: Apache-2.0

package needs

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/need"
	"escale/internal/territory"
	"escale/internal/web"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/shared"
)

// perPage is how many needs a page shows.
const perPage = 25

// most bounds what a filter by author or commune looks through: far more needs
// than one organisation ever has open at once.
const most = 100_000

// List is the view of /demandes.
type List struct {
	*shared.Page
	Rows     []Row
	States   []shared.Option
	Whose    []shared.Option
	Filtered bool
	Number   int    // of the page, from 1
	Before   string // address of the page before, empty for none
	After    string
}

// Row is one need in the list, for a screen that others may see.
type Row struct {
	Path, Who string
	Chip      shared.Chip
	Lines     []string
}

// states are the filters by where a need stands, the first by default.
var states = []struct {
	code     string
	statuses []need.Status
}{
	{"waiting", nil}, // open or referred
	{"open", []need.Status{need.Open}},
	{"referred", []need.Status{need.Referred}},
	{"closed", []need.Status{need.Settled, need.Stopped, need.Handed}},
}

const mine = "mine"

// asked is what the address asks of the list.
type asked struct {
	state    string
	statuses []need.Status
	mine     bool
	towns    []string // INSEE codes that answer what was typed; nil for any
	unknown  bool     // a commune was typed that does not exist
	page     int      // from 1
}

func (p pages) asked(r *web.Request) (asked, error) {
	a := asked{state: states[0].code, mine: r.Form("qui") == mine, page: 1}
	for _, s := range states {
		if s.code == r.Form("etat") {
			a.state, a.statuses = s.code, s.statuses
		}
	}
	if n, ok := r.Int("page"); ok && n > 1 {
		a.page = min(n, most/perPage)
	}
	if r.Form("commune") == "" {
		return a, nil
	}
	s, err := p.Atlas.Current(r.Context())
	if err != nil {
		return a, err
	}
	where := s.Locate(r.Form("commune"), "")
	if where.Commune != nil {
		a.towns = append(a.towns, where.Commune.Code)
	}
	for _, c := range slices.Concat(where.Choices, where.Guesses) {
		a.towns = append(a.towns, c.Code)
	}
	a.unknown = len(a.towns) == 0
	return a, nil
}

// narrow reports whether the room's own filter is not enough.
func (a asked) narrow() bool { return a.mine || len(a.towns) > 0 }

func (p pages) showList(r *web.Request) (web.Response, error) {
	a, err := p.asked(r)
	if err != nil {
		return web.Response{}, err
	}
	page := r.Page()
	found, more, err := p.find(r, a, desk.Today(page))
	if err != nil {
		return web.Response{}, err
	}
	v := List{
		Page: page, Number: a.page, Filtered: a.narrow() || a.unknown || a.state != states[0].code,
		Whose: page.Options("needs.whose.", "all", mine),
	}
	for _, s := range states {
		v.States = append(v.States, page.Options("needs.state.", s.code)...)
	}
	for _, n := range found {
		row, err := rowOf(page, n)
		if err != nil {
			return web.Response{}, err
		}
		v.Rows = append(v.Rows, row)
	}
	if a.page > 1 {
		v.Before = at(page.Values, a.page-1)
	}
	if more {
		v.After = at(page.Values, a.page+1)
	}
	return web.Show(p.list, v)
}

// at is the address of another page of the same list.
func at(asked url.Values, page int) string {
	q := url.Values{"page": {strconv.Itoa(page)}}
	for _, name := range []string{"etat", "qui", "commune"} {
		if v := asked.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	return "/demandes?" + q.Encode()
}

// find gives the needs of the page asked for, and whether more follow.
func (p pages) find(r *web.Request, a asked, today clock.Date) ([]need.Need, bool, error) {
	if a.unknown {
		return nil, false, nil
	}
	from := (a.page - 1) * perPage
	f := need.Filter{Statuses: a.statuses, Limit: from + perPage + 1}
	if a.narrow() {
		f.Limit = most
	}
	var found []need.Need
	err := p.gesture(r, func(ctx context.Context, tx db.Tx) (err error) {
		found, err = p.Needs.List(ctx, tx, r.Viewer, f, today)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	found = slices.DeleteFunc(found, func(n need.Need) bool {
		return (a.mine && n.NotedBy != r.Viewer.Worker()) || (len(a.towns) > 0 && !slices.Contains(a.towns, n.Commune))
	})
	from = min(from, len(found))
	until := min(from+perPage, len(found))
	return found[from:until], until < len(found), nil
}

// chipOf is how pressing an open need is, or how a closed one ended.
func chipOf(p *shared.Page, n need.Need) shared.Chip {
	switch {
	case n.Status == need.Settled:
		return p.Chip("oui", "need.status."+string(n.Status))
	case n.Status.Closed():
		return p.Chip("non", "need.status."+string(n.Status))
	}
	u := n.Urgency(desk.Today(p))
	kind := map[need.Urgency]string{need.Overdue: "att", need.Now: "att", need.Soon: "cours"}[u]
	return shared.Chip{Kind: kind, Text: p.M(u.Message())}
}

func rowOf(p *shared.Page, n need.Need) (Row, error) {
	row := Row{Path: desk.Path(n.ID), Who: desk.Initials(n.Said.FirstName), Chip: chipOf(p, n)}
	if row.Who == "" {
		row.Who = p.T("needs.unnamed")
	}
	if c, ok := territory.ByCode(n.Commune); ok {
		row.Who = p.T("needs.who_where", "who", row.Who, "where", c.Name)
	}
	if !n.Deadline.IsZero() && !n.Status.Closed() {
		when, err := desk.Deadline(p, n.Deadline)
		if err != nil {
			return row, err
		}
		row.Lines = append(row.Lines, p.T("needs.before", "when", when))
	}
	if n.Status == need.Referred {
		row.Lines = append(row.Lines, p.T("need.status.referred"))
	}
	key := "needs.noted"
	if n.NotedBy == p.Viewer.Worker() {
		key = "needs.noted_by_you"
	}
	row.Lines = append(row.Lines, p.T(key, "day", n.NotedAt))
	return row, nil
}
