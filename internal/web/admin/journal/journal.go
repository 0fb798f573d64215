// SPDX-License-Identifier: Apache-2.0

// Package journal shows the audit: who did what and when, in the organisation one
// acts for, without a word of what was read or written and without the name of
// any person helped. One button checks that nothing was changed, taken out or
// put in since it was written.
package journal

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/shared"
)

//go:embed page.html fr.json
var files embed.FS

const (
	listPath   = "/journal"
	verifyPath = "/journal/verifier"
)

const (
	// pageSize is how many acts a page shows.
	pageSize = 50
	// step is how many are read at a time, and reach how many at most for one
	// page: a rare act in a long journal is looked for page by page.
	step  = 500
	reach = 20_000
)

// patience is how long a page waits for a verification. A longer journal is
// verified at the command line, which shows how far it is.
const patience = 20 * time.Second

// Organisations lists the organisations of the network.
type Organisations func(context.Context) ([]network.Organisation, error)

// Needs is what the page asks of the house.
type Needs struct {
	DB            *db.DB
	Keeper        *access.Keeper
	Organisations Organisations
}

// View is a page of the journal.
type View struct {
	*shared.Page
	Organisation string // whose journal it is
	Things       []shared.Option
	Rows         []Row
	Next         string // older acts, empty when there are none
	Filtered     bool
	Check        []Check // one, after a verification
}

// Row is one act.
type Row struct {
	At              time.Time
	Who, What, Over string
}

// Check is what a verification found.
type Check struct {
	Notice shared.Notice
	Faults []string
}

// page is the journal's one page.
type page struct {
	Needs
	page *shared.Template[View]
}

// Routes declares the page and its verification.
func Routes(lib *shared.Library, n Needs) []web.Route {
	p := page{n, shared.Add[View](lib, shared.Staff, files, "page.html")}
	return []web.Route{
		{Method: http.MethodGet, Pattern: listPath, Permission: access.ReadAudit, Handle: func(r *web.Request) (web.Response, error) {
			v, _, err := p.view(r)
			if err != nil {
				return web.Response{}, err
			}
			return web.Show(p.page, v)
		}},
		{Method: http.MethodPost, Pattern: verifyPath, Permission: access.ReadAudit, Handle: p.verify},
	}
}

// things are the kinds of acts one can choose among, as acts are named.
var things = []string{
	"account", "grant", "person", "agreement", "mandate", "need", "conversation", "orientation", "referral",
	"booking", "activity", "day", "audit",
}

// filter says which acts are wanted.
type filter struct {
	thing    string
	from, to time.Time // zero when open; to is not included
}

func (f filter) wants(e access.Entry) bool {
	thing, _, _ := strings.Cut(string(e.Act), ".")
	return (f.thing == "" || f.thing == thing) && (f.to.IsZero() || e.At.Before(f.to))
}

// asked reads the filter of a request. A day typed badly counts as none.
func asked(r *web.Request, p *shared.Page) filter {
	var f filter
	if thing := r.Form("quoi"); slices.Contains(things, thing) {
		f.thing = thing
	}
	zone := p.Network().Zone
	if day, ok := r.Date("du"); ok {
		f.from = day.In(zone)
	}
	if day, ok := r.Date("au"); ok {
		f.to = day.AddDays(1).In(zone)
	}
	return f
}

// view reads a page of the journal; names are those of the organisations.
func (p page) view(r *web.Request) (View, map[id.ID]string, error) {
	v := View{Page: r.Page()}
	names, err := p.names(r, v.Page)
	if err != nil {
		return v, nil, err
	}
	workers, err := p.workers(r, v.Page)
	if err != nil {
		return v, nil, err
	}
	f := asked(r, v.Page)
	before, _ := strconv.ParseInt(r.Form("avant"), 10, 64)
	acts, next, err := p.read(r.Context(), r.Viewer, f, max(before, 0))
	if err != nil {
		return v, nil, err
	}
	v.Organisation = called(v.Page, names, r.Viewer.Organisation())
	v.Filtered = f != filter{}
	v.Things = append([]shared.Option{{Label: v.T("journal.thing.all")}}, v.Options("journal.thing.", things...)...)
	for _, e := range acts {
		v.Rows = append(v.Rows, v.row(e, workers))
	}
	if next > 0 {
		v.Next = older(r, next)
	}
	return v, names, nil
}

// older is the address of what stands before the act numbered before, chosen in
// the same way.
func older(r *web.Request, before int64) string {
	q := url.Values{"avant": {strconv.FormatInt(before, 10)}}
	for _, name := range []string{"quoi", "du", "au"} {
		if value := r.Form(name); value != "" {
			q.Set(name, value)
		}
	}
	return listPath + "?" + q.Encode()
}

// read gives a page of acts, newest first, and the number to go on from, 0 at the
// end of the journal.
func (p page) read(ctx context.Context, viewer access.Viewer, f filter, before int64) (acts []access.Entry, next int64, err error) {
	err = p.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		acts, next = nil, 0
		at := before
		for seen := 0; seen < reach; seen += step {
			entries, err := p.Keeper.Audit().Journal(ctx, tx, viewer, at, step)
			if err != nil {
				return err
			}
			for _, e := range entries {
				at = e.Seq
				switch {
				case e.At.Before(f.from):
					return nil // all that follow are older
				case !f.wants(e):
				case len(acts) == pageSize:
					next = acts[pageSize-1].Seq
					return nil
				default:
					acts = append(acts, e)
				}
			}
			if len(entries) < step {
				return nil
			}
		}
		next = at
		return nil
	})
	return acts, next, err
}

// row puts an act in words.
func (v View) row(e access.Entry, workers map[id.ID]string) Row {
	row := Row{At: e.At, What: string(e.Act), Over: e.Subject.Kind}
	if key := "journal.act." + string(e.Act); v.Knows(key) {
		row.What = v.T(key)
	}
	if key := "journal.kind." + e.Subject.Kind; v.Knows(key) {
		row.Over = v.T(key)
	}
	// The end of the identifier tells two files apart, and names nobody.
	if n := len(e.Subject.ID); n > 6 {
		row.Over = v.T("journal.over", "kind", row.Over, "reference", string(e.Subject.ID[n-6:]))
	}
	row.Who = workers[e.Account]
	if row.Who == "" {
		row.Who = v.T("journal.who.elsewhere")
	}
	return row
}

// workers are the names of the accounts the viewer may see.
func (p page) workers(r *web.Request, v *shared.Page) (map[id.ID]string, error) {
	list, err := p.Keeper.Accounts(r.Context(), r.Viewer)
	if err != nil {
		return nil, err
	}
	names := map[id.ID]string{"": v.T("journal.who.nobody"), access.Operator().Account(): v.T("journal.who.operator")}
	for _, a := range list {
		names[a.ID] = a.Name
	}
	return names, nil
}

// names are those of the organisations, and of the house.
func (p page) names(r *web.Request, v *shared.Page) (map[id.ID]string, error) {
	all, err := p.Organisations(r.Context())
	if err != nil {
		return nil, err
	}
	names := map[id.ID]string{access.House: v.T("journal.house")}
	for _, o := range all {
		names[o.ID] = o.Name
	}
	return names, nil
}

func called(p *shared.Page, names map[id.ID]string, organisation id.ID) string {
	if name := names[organisation]; name != "" {
		return name
	}
	return p.T("journal.unnamed")
}

// verify checks the chains and says what it found above the journal.
func (p page) verify(r *web.Request) (web.Response, error) {
	ctx, stop := context.WithTimeout(r.Context(), patience)
	defer stop()
	report, err := p.Keeper.Audit().Verify(ctx, nil)
	late := errors.Is(err, context.DeadlineExceeded) && r.Context().Err() == nil
	if err != nil && !late {
		return web.Response{}, err
	}
	v, names, err := p.view(r)
	if err != nil {
		return web.Response{}, err
	}
	if late {
		v.Check = []Check{{Notice: v.Notice("att", "journal.late")}}
	} else {
		v.Check = []Check{v.check(report, names)}
	}
	return web.Show(p.page, v)
}

// check puts a report in words. Whoever keeps the house reads all of it, others
// what concerns the organisation they act for.
func (v View) check(report access.Report, names map[id.ID]string) Check {
	var faults []string
	for _, f := range report.Faults {
		if f.Organisation == v.Viewer.Organisation() || v.Viewer.MayIn(access.ReadAudit, access.House) {
			faults = append(faults, v.T("journal.fault", "organisation", called(v.Page, names, f.Organisation),
				"fault", v.T("audit.fault."+string(f.Kind), "seq", int(f.Seq))))
		}
	}
	if len(faults) == 0 {
		return Check{Notice: shared.Notice{Title: v.T("journal.whole.title"), Text: v.N("journal.whole.text", int(report.Rows))}}
	}
	return Check{Notice: v.Notice("att", "journal.faulty"), Faults: faults}
}

// Moment writes when an act was done.
func (v View) Moment(t time.Time) (string, error) {
	hour, err := v.Hour(t)
	if err != nil {
		return "", err
	}
	return v.T("journal.moment", "day", clock.DateOf(t.In(v.Network().Zone)), "hour", hour), nil
}
