// SPDX-License-Identifier: Apache-2.0

package waiting_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/impact"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/person/waytest"
	"escale/internal/web"
	"escale/internal/web/shared/webtest"
	"escale/internal/web/team/waiting"
)

// told answers with one board, and remembers the days asked for.
type told struct {
	board             waiting.Board
	from, late, today clock.Date
}

func (f *told) Board(_ context.Context, _ access.Viewer, from, late, today clock.Date, _, _ int) (waiting.Board, error) {
	f.from, f.late, f.today = from, late, today
	return f.board, nil
}

func number(n float64) impact.Number { return impact.Number{Value: n} }

var masked = impact.Number{Masked: true}

func report(waiting impact.Number) impact.Report {
	return impact.Report{
		Threshold: 5,
		Figures: []impact.Figure{
			{Definition: "waiting_median", Number: number(12)}, {Definition: "wait_long", Number: masked},
		},
		Tables: []impact.Table{{Definition: "needs_met", By: "meeting", Total: number(90), Cells: []impact.Cell{{Code: "waiting", Number: waiting}}}},
	}
}

func show(t *testing.T, f *told) string {
	t.Helper()
	lib := webtest.Library(t)
	site := webtest.Site(t, lib, waiting.Routes(lib, f)...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
	got := webtest.Get(site, "/equipe", webtest.Viewer(access.Coordinator))
	if got.Code != http.StatusOK {
		t.Fatalf("status %d", got.Code)
	}
	webtest.Check(t, got.Body.Bytes())
	return got.Body.String()
}

func TestNobodyWaits(t *testing.T) {
	f := &told{}
	page := show(t, f)
	if !strings.Contains(page, "Aucune orientation n’est bloquée") {
		t.Error("the empty page does not say that nothing is stuck")
	}
	if f.from.String() != "2025-11-24" || f.late.String() != "2026-10-24" || f.today.String() != "2026-11-24" {
		t.Errorf("asked from %s, late up to %s, today %s", f.from, f.late, f.today)
	}
}

func TestWaitsAndStuckReferrals(t *testing.T) {
	us, them := id.New(), id.New()
	board := waiting.Board{Report: report(number(14)), Late: report(masked), Names: map[id.ID]string{us: "Maison", them: "Le Phare"}}
	board.Report.Waits = []impact.Waits{
		{By: "commune", Groups: []impact.Wait{
			{Code: "44036", Met: masked, Median: masked, P90: masked, Long: masked},
			{Code: "44015", Met: number(40), Median: number(8), P90: number(20), Long: number(0.05)},
			{Code: impact.Unsaid, Met: number(30), Median: number(33), P90: number(50), Long: number(0.4)},
		}},
		{By: "organisation", Groups: []impact.Wait{}},
		{By: "category", Groups: []impact.Wait{{Code: "rights"}}},
	}
	board.InAll = 300
	for range 50 {
		board.Stuck = append(board.Stuck, orientation.Follow{
			ID: id.New(), Need: id.New(), Recipient: them, Status: orientation.Sent, Rank: 2,
			SentAt: webtest.Now.AddDate(0, 0, -20), StatusAt: webtest.Now.AddDate(0, 0, -16),
		})
	}
	page := show(t, &told{board: board})
	for _, want := range []string{
		"14</dd>", "masqué", "12\u00a0jours", "Commune non dite", "40\u00a0%", "Le Phare", "16\u00a0jours", "4 novembre 2026", "2 fois",
		"Et 250 autres", "Pas encore ouverte", "Aucun groupe n’atteint 5",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Index(page, "Commune non dite") > strings.Index(page, "Blain") || strings.Index(page, "Blain") > strings.Index(page, "Châteaubriant") {
		t.Error("communes are not the longest wait first, masked ones last")
	}
	if strings.Contains(page, string(board.Stuck[0].Need)) || strings.Contains(page, string(board.Stuck[0].ID)) {
		t.Error("the page leads to a need")
	}
}

// The two numbers at the top are not a small group apart.
func TestNoSmallGroupBySubtraction(t *testing.T) {
	for late, want := range map[float64]string{14: "14</dd>", 8: "8</dd>", 11: "masqué</dd>", 10: "masqué</dd>"} {
		page := show(t, &told{board: waiting.Board{Report: report(number(14)), Late: report(number(late))}})
		_, rest, _ := strings.Cut(page, "attendent depuis plus de")
		if head, _, _ := strings.Cut(rest, "</div>"); !strings.HasSuffix(head, want) {
			t.Errorf("14 wait, %v of them for long: the page shows %q, want %q", late, head, want)
		}
	}
}

// room is a real store with its referrals, and the page over them.
func room(t *testing.T) (*waytest.World, *need.Store, *orientation.Store, *web.Site) {
	t.Helper()
	d := dbtest.SQLite(t, clock.Fixed(webtest.Now))
	w := waytest.New(t, d)
	note := person.Note(w.Audit.Note)
	people, needs := person.NewStore(w.Ring, note), need.NewStore(w.Ring, note)
	slots := agenda.NewStore(d, w.Ring, func(string) agenda.Calendar { return nil })
	ways := orientation.NewStore(w.Ring, note, people, needs, slots, orientation.ByGrants, w.Master.Derive("her sheet"))
	lib := webtest.Library(t)
	return w, needs, ways, webtest.Site(t, lib, waiting.Routes(lib, waiting.NewHouse(d, ways))...)
}

func TestTheBoardOfARealStore(t *testing.T) {
	w, _, _, site := room(t)
	for name, c := range map[string]struct {
		viewer access.Viewer
		status int
	}{
		"coordinator": {w.Manager, http.StatusOK}, "mediator": {w.Mediator, http.StatusForbidden},
		"administrator": {w.Admin, http.StatusForbidden}, "signed out": {access.Viewer{}, http.StatusSeeOther},
	} {
		if got := webtest.Get(site, "/equipe", c.viewer); got.Code != c.status {
			t.Errorf("%s: %s, want %d", name, fmt.Sprint(got.Code, " ", got.Header().Get("Location")), c.status)
		}
	}
}

// The page shows fifty stuck referrals, and says how many more there are.
func TestMoreIsStuckThanShown(t *testing.T) {
	w, needs, ways, site := room(t)
	// A need handed on for the second time is stuck at once.
	stick := func() {
		n := need.Need{ID: id.New(), Said: need.Said{Words: "Ma pension ne vient plus"}}
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			_, err := needs.Capture(ctx, tx, w.Social, n)
			return err
		})
		for range 2 {
			_, err := ways.Decide(t.Context(), w.DB, w.Social, orientation.Decision{
				ID: id.New(), Need: n.ID, Choice: orientation.HandedOn,
				Referral: &orientation.NewReferral{Recipient: w.Help, Level: orientation.AddressOnly},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	look := func(want string) {
		t.Helper()
		got := webtest.Get(site, "/equipe", w.TownLead)
		webtest.Check(t, got.Body.Bytes())
		page := strings.ReplaceAll(got.Body.String(), "\u00a0", " ")
		if n := strings.Count(page, "2 fois"); n != 50 {
			t.Errorf("%d referrals shown, want 50", n)
		}
		if _, more, _ := strings.Cut(page, ">Et "); !strings.HasPrefix(more, want) || (want == "" && more != "") {
			t.Errorf("the page says %.20q more, want %q", more, want)
		}
	}
	for range 50 {
		stick()
	}
	look("")
	stick()
	look("1 autre.")
}
