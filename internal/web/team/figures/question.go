// SPDX-License-Identifier: Apache-2.0

package figures

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"escale/internal/access"
	"escale/internal/impact"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/territory"
	"escale/internal/web"
)

// Periods one can ask for, as the form says them.
const (
	thisMonth   = "mois"
	threeMonths = "trois_mois"
	thisYear    = "annee"
	dates       = "dates"
)

var periods = []string{thisMonth, threeMonths, thisYear, dates}

// Choices of organisations beside one by one.
const (
	wholeNetwork = "reseau"
	allMine      = "mes"
)

// question is what the form asks, understood.
type question struct {
	impact.Query
	period, where string
	chosen        string  // wholeNetwork, allMine or an organisation
	network       bool    // the viewer may ask for the whole network
	organisations []Named // those of which she may read the figures
	scope         string  // name of the territory asked for, "" for all
}

// names are the organisations' names, by identifier.
func (q question) names() map[string]string {
	names := make(map[string]string, len(q.organisations))
	for _, o := range q.organisations {
		names[string(o.ID)] = o.Name
	}
	return names
}

// address is the question as the query of an address.
func (q question) address() string {
	v := url.Values{"periode": {q.period}, "structure": {q.chosen}}
	if q.period == dates {
		v.Set("du", day(q.From))
		v.Set("au", day(q.To))
	}
	if q.where != "" {
		v.Set("ou", q.where)
	}
	return v.Encode()
}

// day is a date as fields write it, or nothing.
func day(d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// asked understands what r asks. Without a choice it is the last three months,
// and all that the viewer may read.
func asked(r *web.Request, organisations []Named) (question, error) {
	q := question{
		period: r.Form("periode"), where: r.Form("ou"), chosen: r.Form("structure"), organisations: organisations,
		network: r.Viewer.Has(access.Coordinator) || r.Viewer.Has(access.Funder),
	}
	if !slices.Contains(periods, q.period) {
		q.period = threeMonths
	}
	var errs text.FieldErrors
	q.between(r, &errs)
	q.by(&errs)
	q.territory(&errs)
	return q, errs.Err()
}

// between settles the days of the period.
func (q *question) between(r *web.Request, errs *text.FieldErrors) {
	today := clock.DateOf(r.Page().Now)
	first := clock.Date{Year: today.Year, Month: today.Month, Day: 1}
	q.To = today
	switch q.period {
	case thisMonth:
		q.From = first
	case threeMonths:
		q.From = monthBefore(monthBefore(first))
	case thisYear:
		q.From = clock.Date{Year: today.Year, Month: time.January, Day: 1}
	case dates:
		var from, to bool
		q.From, from = r.Date("du")
		q.To, to = r.Date("au")
		if !from {
			errs.Add("du", "figures.date_missing")
		}
		if !to {
			errs.Add("au", "figures.date_missing")
		}
		if from && to && q.To.Before(q.From) {
			errs.Add("au", "impact.period_wrong")
		}
	}
}

// monthBefore is the first day of the month before that of d, a first day.
func monthBefore(d clock.Date) clock.Date {
	last := d.AddDays(-1)
	return clock.Date{Year: last.Year, Month: last.Month, Day: 1}
}

// by settles whose figures are asked for.
func (q *question) by(errs *text.FieldErrors) {
	if q.chosen == "" {
		q.chosen = allMine
		if q.network && len(q.organisations) < 2 {
			q.chosen = wholeNetwork
		}
	}
	switch q.chosen {
	case wholeNetwork:
	case allMine:
		for _, o := range q.organisations {
			q.Organisations = append(q.Organisations, o.ID)
		}
	default:
		one, err := id.Parse(q.chosen)
		if err != nil {
			errs.Add("structure", "impact.forbidden")
			return
		}
		q.Organisations = []id.ID{one}
	}
}

// territory settles where, from a commune or an intercommunalité as typed.
func (q *question) territory(errs *text.FieldErrors) {
	if q.where == "" {
		return
	}
	found := territory.Search(q.where, 2)
	exact := len(found) > 0 && found[0].How == territory.Exact
	if exact && (len(found) == 1 || found[1].How != territory.Exact) {
		q.Commune, q.scope = found[0].Code, found[0].Name
		return
	}
	groups := groupsNamed(q.where)
	switch {
	case len(groups) == 1:
		q.EPCI, q.scope = groups[0].Siren, groups[0].Name
	case exact:
		errs.Add("ou", "figures.where_several", "first", label(found[0]), "second", label(found[1]))
	case len(groups) > 1:
		errs.Add("ou", "figures.where_several", "first", groups[0].Name, "second", groups[1].Name)
	case len(found) > 0:
		errs.Add("ou", "figures.where_near", "name", label(found[0]))
	default:
		errs.Add("ou", "impact.territory_unknown")
	}
}

// label is a commune as it can be typed without doubt: name and postal code.
func label(m territory.Match) string {
	if len(m.PostalCodes) == 0 {
		return m.Name
	}
	return m.Name + " " + m.PostalCodes[0]
}

// group is an intercommunalité and its name as compared.
type group struct {
	territory.EPCI
	folded string
}

// groups are all intercommunalités, by siren, read once.
var groups = sync.OnceValue(func() []group {
	seen := map[string]bool{}
	var all []group
	for _, c := range territory.Communes() {
		if c.EPCI == "" || seen[c.EPCI] {
			continue
		}
		seen[c.EPCI] = true
		if e, ok := territory.EPCIBySiren(c.EPCI); ok {
			all = append(all, group{e, text.Fold(e.Name)})
		}
	}
	return all
})

// groupsNamed finds the intercommunalités whose name is typed, or has it within,
// or whose siren it is.
func groupsNamed(typed string) []territory.EPCI {
	folded := text.Fold(typed)
	if folded == "" {
		return nil
	}
	var within []territory.EPCI
	for _, g := range groups() {
		if g.folded == folded || g.Siren == typed {
			return []territory.EPCI{g.EPCI}
		}
		if strings.Contains(g.folded, folded) {
			within = append(within, g.EPCI)
		}
	}
	return within
}
