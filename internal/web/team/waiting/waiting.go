// SPDX-License-Identifier: Apache-2.0

// Package waiting is « Équipe »: where people wait too long, and which needs
// handed on are stuck, so that those who answer for a network can call someone
// today. It shows organisations, communes, numbers and dates; never a person.
package waiting

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strings"

	"escale/internal/access"
	"escale/internal/impact"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/orientation"
	"escale/internal/territory"
	"escale/internal/web"
	"escale/internal/web/shared"
)

//go:embed page.html fr.json
var files embed.FS

const (
	// year is how far back needs are looked at, in days.
	year = 365
	// shown is how many stuck referrals are on the page: a list to call today.
	shown = 50
)

// Board is what the page shows.
type Board struct {
	// Report counts the needs noted in the last year.
	Report impact.Report
	// Late counts those noted more than impact.LongWait days ago.
	Late impact.Report
	// Stuck are the needs handed on that wait, the oldest first, up to what was
	// asked for; InAll says how many wait.
	Stuck []orientation.Follow
	InAll int
	// Names are the names of organisations.
	Names map[id.ID]string
}

// Boards gives what a viewer may know of waits.
type Boards interface {
	// Board counts the needs noted from a day on, those of them noted up to late,
	// and lists the first most of what has been stuck for days days.
	Board(ctx context.Context, v access.Viewer, from, late, today clock.Date, days, most int) (Board, error)
}

// View is the page.
type View struct {
	*shared.Page
	Heads     []Head
	Threshold int
	Tables    []Group
	Stuck     *shared.Table
	More      int // stuck referrals beyond those shown
	Days      int
	Long      int
}

// Head is one number of the top, with the words beside it.
type Head struct{ Value, Text, Path string }

// Group is the waits by commune or by organisation.
type Group struct {
	Title  string
	Table  *shared.Table
	Masked string // the groups of which nothing can be shown
}

// Routes declares the page.
func Routes(lib *shared.Library, boards Boards) []web.Route {
	page := shared.Add[View](lib, shared.Staff, files, "page.html")
	return []web.Route{{
		Method: http.MethodGet, Pattern: "/equipe", Permission: access.ReadTeam,
		Handle: func(r *web.Request) (web.Response, error) {
			v := View{Page: r.Page(), Days: orientation.ReminderDays, Long: impact.LongWait}
			today := clock.DateOf(v.Now)
			b, err := boards.Board(r.Context(), r.Viewer, today.AddDays(-year), today.AddDays(-impact.LongWait-1), today, v.Days, shown)
			if err != nil {
				return web.Response{}, err
			}
			v.tell(b)
			return web.Show(page, v)
		},
	}}
}

func (v *View) tell(b Board) {
	v.Threshold = b.Report.Threshold
	median, _ := b.Report.Figure("waiting_median")
	long, _ := b.Report.Figure("wait_long")
	waiting, late := part(b.Report, "waiting"), part(b.Late, "waiting")
	// Both numbers stand side by side: when few wait since less, what a
	// subtraction would give is a group too small to be shown.
	if recent := waiting.Value - late.Value; !waiting.Masked && recent > 0 && recent < float64(v.Threshold) {
		late = impact.Number{Masked: true}
	}
	v.Heads = []Head{
		{v.number(waiting), v.T("waiting.head.waiting"), "/chiffres/definitions#needs_met"},
		{v.number(late), v.T("waiting.head.late", "n", impact.LongWait), "/chiffres/definitions#wait_long"},
		{v.days(median.Number), v.T("waiting.head.median"), "/chiffres/definitions#waiting_median"},
		{v.share(long.Number), v.T("waiting.head.long", "n", impact.LongWait), "/chiffres/definitions#wait_long"},
	}
	for i := range v.Heads {
		if !v.Has("/chiffres/definitions") {
			v.Heads[i].Path = ""
		}
	}
	for _, waits := range b.Report.Waits {
		if waits.By == "commune" || waits.By == "organisation" {
			v.Tables = append(v.Tables, v.group(waits, b.Names))
		}
	}
	if len(b.Stuck) > 0 {
		v.Stuck = v.stuck(b)
	}
	v.More = b.InAll - len(b.Stuck)
}

// part is how many needs are in one state; what the report lacks is masked, as
// far as anyone can tell.
func part(r impact.Report, code string) impact.Number {
	t, _ := r.Table("needs_met", "meeting")
	for _, c := range t.Cells {
		if c.Code == code {
			return c.Number
		}
	}
	return impact.Number{Masked: t.Total.Masked || t.Total.Value > 0}
}

func (v *View) number(n impact.Number) string {
	if n.Masked {
		return v.T("waiting.masked")
	}
	return v.Number(int(n.Value))
}

func (v *View) days(n impact.Number) string {
	if n.Masked {
		return v.T("waiting.masked")
	}
	return v.N("waiting.days", int(n.Value))
}

func (v *View) share(n impact.Number) string {
	if n.Masked {
		return v.T("waiting.masked")
	}
	return v.T("waiting.percent", "n", int(100*n.Value+0.5))
}

// group is the waits of one kind of group, the longest first; those whose length
// is masked come last, by name, so that their place tells nothing.
func (v *View) group(waits impact.Waits, names map[id.ID]string) Group {
	g := Group{Title: v.T("waiting.by." + waits.By)}
	if len(waits.Groups) == 0 {
		return g
	}
	type row struct {
		impact.Wait
		name string
	}
	rows := make([]row, len(waits.Groups))
	for i, w := range waits.Groups {
		rows[i] = row{w, v.name(waits.By, w.Code, names)}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		switch {
		case a.Median.Masked && b.Median.Masked, a.Median == b.Median:
			return strings.Compare(text.Fold(a.name), text.Fold(b.name))
		case a.Median.Masked:
			return 1
		case b.Median.Masked, a.Median.Value > b.Median.Value:
			return -1
		}
		return 1
	})
	t := shared.Table{Caption: g.Title, Hidden: true, Wide: true, Head: []shared.Cell{
		{Text: v.T("waiting.column." + waits.By)},
		{Text: v.T("waiting.column.met"), Number: true},
		{Text: v.T("waiting.column.median"), Number: true},
		{Text: v.T("waiting.column.p90"), Number: true},
		{Text: v.T("waiting.column.long", "n", impact.LongWait), Number: true},
	}}
	var masked []string
	for _, r := range rows {
		if r.Met.Masked && r.Median.Masked && r.P90.Masked && r.Long.Masked {
			masked = append(masked, r.name)
			continue
		}
		t.Rows = append(t.Rows, []shared.Cell{
			{Text: r.name},
			{Text: v.number(r.Met), Number: true},
			{Text: v.days(r.Median), Number: true},
			{Text: v.days(r.P90), Number: true},
			{Text: v.share(r.Long), Number: true},
		})
	}
	if len(masked) > 0 {
		g.Masked = v.T("waiting.masked_groups", "names", masked)
	}
	if len(t.Rows) > 0 {
		g.Table = &t
	}
	return g
}

// name is that of a group.
func (v *View) name(by, code string, names map[id.ID]string) string {
	if code == impact.Unsaid {
		return v.T("waiting.unsaid")
	}
	if by == "commune" {
		if c, ok := territory.ByCode(code); ok {
			return c.Name
		}
		return code
	}
	return v.organisation(names, id.ID(code))
}

// organisation is the name of one, or a word that says it is another.
func (v *View) organisation(names map[id.ID]string, organisation id.ID) string {
	if name := names[organisation]; name != "" {
		return name
	}
	return v.T("waiting.other_organisation")
}

// stuck is the table of what waits for an answer: for whom, since when, and
// where it stands. The need itself is not named: a file is not ours to open.
func (v *View) stuck(b Board) *shared.Table {
	t := shared.Table{Caption: v.T("waiting.stuck.caption"), Hidden: true, Wide: true, Head: []shared.Cell{
		{Text: v.T("waiting.stuck.for")},
		{Text: v.T("waiting.stuck.sent")},
		{Text: v.T("waiting.stuck.status")},
		{Text: v.T("waiting.stuck.since"), Number: true},
		{Text: v.T("waiting.stuck.times"), Number: true},
	}}
	for _, f := range b.Stuck {
		whom := v.T("waiting.stuck.to_us")
		if f.Recipient != v.Viewer.Organisation() {
			whom = v.organisation(b.Names, f.Recipient)
		}
		// Both are moments of the store: they can be said.
		sent, _ := v.Date(f.SentAt)
		since := int(v.Now.Sub(f.StatusAt).Hours() / 24)
		t.Rows = append(t.Rows, []shared.Cell{
			{Text: whom},
			{Text: sent},
			{Text: v.T("waiting.status." + string(f.Status))},
			{Text: v.N("waiting.days", since), Number: true},
			{Text: v.N("waiting.times", f.Rank), Number: true},
		})
	}
	return &t
}
