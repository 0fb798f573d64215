// SPDX-License-Identifier: Apache-2.0

package figures_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/impact"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/web/shared/webtest"
	"escale/internal/web/team/figures"
)

// told answers every question with one reading, and remembers the last question.
type told struct {
	reading       figures.Reading
	organisations []figures.Named
	err           error
	asked         impact.Query
}

func (f *told) Organisations(context.Context, access.Viewer) ([]figures.Named, error) {
	return f.organisations, nil
}

func (f *told) Read(_ context.Context, _ access.Viewer, q impact.Query) (figures.Reading, error) {
	f.asked = q
	f.reading.Report.From, f.reading.Report.To = q.From, q.To
	return f.reading, f.err
}

var (
	masked = impact.Number{Masked: true}
	one    = figures.Named{ID: id.New(), Name: "Maison des Halles"}
)

func number(n float64) impact.Number { return impact.Number{Value: n} }

// full is a report with something in every part, some of it masked.
func full() figures.Reading {
	r := impact.Report{Threshold: 5, Organisations: 3, CommunesWithout: []string{"44001", "44003"}}
	for code, n := range map[string]impact.Number{
		"needs": number(120), "accompaniments": number(1840), "activities": number(1500), "anonymous": number(612),
		"persons": masked, "share_with": number(0.6), "communes_served": number(61), "communes_without": number(2),
		"wait_median": number(9), "wait_p90": number(26), "wait_long": masked, "waiting_median": number(1),
	} {
		d, _ := impact.DefinitionOf(code)
		f := impact.Figure{Definition: code, Unit: d.Unit, Number: n, N: int(n.Value)}
		if code == "communes_without" {
			f.N = 68
		}
		r.Figures = append(r.Figures, f)
	}
	table := func(definition, by, unit string, total float64, cells ...impact.Cell) {
		r.Tables = append(r.Tables, impact.Table{Definition: definition, By: by, Unit: unit, Total: number(total), Cells: cells})
	}
	table("needs_met", "meeting", "need", 120, impact.Cell{Code: "met", Number: number(100)}, impact.Cell{Code: "waiting", Number: number(20)})
	table("needs", "category", "need", 120, impact.Cell{Code: "rights", Number: number(90)}, impact.Cell{Code: "safety_scam", Number: masked},
		impact.Cell{Code: "tool_use", Number: number(20)}, impact.Cell{Code: "other", Number: masked})
	table("entry_ways", "entry_way", "need", 120)
	table("needs", "commune", "need", 120, impact.Cell{Code: "44015", Number: number(70)}, impact.Cell{Code: impact.Unsaid, Number: number(50)})
	table("themes", "theme", "theme_mention", 30, impact.Cell{Code: "sante", Number: number(20)}, impact.Cell{Code: "email", Number: number(10)})
	table("posture", "posture", "activity", 1500, impact.Cell{Code: "with", Number: number(900)}, impact.Cell{Code: "for", Number: number(600)})
	table("outcomes", "outcome", "activity", 1500, impact.Cell{Code: "settled", Number: number(1000)}, impact.Cell{Code: "stopped_by_choice", Number: number(500)})
	table("referrals", "referral_status", "referral", 0, impact.Cell{Code: "sent", Number: number(0)})
	table("activities", "commune", "activity", 1500, impact.Cell{Code: "44015", Number: number(1500)})
	table("place_kinds", "place_kind", "activity", 1500, impact.Cell{Code: "domicile", Number: number(1500)})
	r.Waits = []impact.Waits{
		{Definition: "wait", By: "commune", Groups: []impact.Wait{{Code: "44015", Met: number(60), Median: number(8), P90: number(31), Long: number(0.1)}}},
		{Definition: "wait", By: "organisation", Groups: []impact.Wait{{Code: string(one.ID), Met: number(60), Median: number(8), P90: masked, Long: masked}}},
		{Definition: "wait", By: "category", Groups: []impact.Wait{}},
	}
	r.ThemesByCommune = impact.Cross{
		Definition: "themes_by_commune", Unit: "theme_mention", RowsBy: "theme", ColumnsBy: "commune",
		Rows: []impact.Cell{{Code: "sante"}}, Columns: []impact.Cell{{Code: "44015"}, {Code: "44036"}}, Cells: [][]impact.Number{{number(20), masked}},
	}
	months := []figures.Month{}
	for i, m := range []impact.Number{number(16), number(12), masked, number(9), number(10)} {
		months = append(months, figures.Month{First: clock.Date{Year: 2026, Month: time.Month(6 + i), Day: 1}, Median: m, P90: number(float64(41 - 3*i))})
	}
	return figures.Reading{Report: r, Months: months}
}

func get(t *testing.T, f *told, path string, roles ...access.Role) string {
	t.Helper()
	lib := webtest.Library(t)
	site := webtest.Site(t, lib, figures.Routes(lib, f)...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
	got := webtest.Get(site, path, webtest.Viewer(roles...))
	if got.Code != http.StatusOK && got.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%s: status %d", path, got.Code)
	}
	webtest.Check(t, got.Body.Bytes())
	return got.Body.String()
}

func lacks(t *testing.T, page string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(page, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
}

func TestFiguresAreTold(t *testing.T) {
	f := &told{reading: full(), organisations: []figures.Named{one}}
	page := get(t, f, "/chiffres", access.Coordinator)
	lacks(t, page,
		"1\u202f840", "60\u00a0%", "9\u00a0jours", ">1 jour<", "masqué", "Maison des Halles", "Blain", "Non communiqué",
		`href="/chiffres/definitions#wait_median"`, "2 communes sur 68", "Abbaretz, Ancenis", "20 demandes attendent encore",
		"Du 1er septembre 2026 au 24 novembre 2026", "moins de 5 personnes", `href="/chiffres.csv?`, "alerte à 30\u00a0jours",
	)
	if n := strings.Count(page, "<polyline"); n != 3 {
		t.Errorf("%d lines, want 3: the median is interrupted by a masked month", n)
	}
	// What is masked shows neither as a bar nor as a share.
	if strings.Count(page, `class="barre"`) != 2+2+2 {
		t.Errorf("%d bars, want 6", strings.Count(page, `class="barre"`))
	}
	if len(f.asked.Organisations) != 0 {
		t.Error("a coordinator of one organisation is not shown the whole network")
	}
}

// When a posture is masked, the drawing would show how large it is.
func TestAMaskedPartIsNotDrawn(t *testing.T) {
	f := &told{reading: full()}
	lacks(t, get(t, f, "/chiffres", access.Coordinator), `id="hach"`)
	for i, table := range f.reading.Report.Tables {
		if table.By == "posture" {
			f.reading.Report.Tables[i].Cells[0].Number = masked
			f.reading.Report.Tables[i].Cells[1].Number = masked
		}
	}
	if page := get(t, f, "/chiffres", access.Coordinator); strings.Contains(page, `id="hach"`) {
		t.Error("masked postures are drawn")
	}
}

func TestNothingNoted(t *testing.T) {
	page := get(t, &told{}, "/chiffres", access.Funder)
	lacks(t, page, "Rien n’a été noté sur cette période", "Définitions")
	if strings.Contains(page, "<svg height") {
		t.Error("a chart of nothing")
	}
}

// Three hundred communes fit in the page.
func TestManyCommunes(t *testing.T) {
	f := &told{reading: full()}
	for i := range f.reading.Report.Tables {
		if table := &f.reading.Report.Tables[i]; table.By == "commune" {
			table.Cells = nil
			for n := range 300 {
				table.Cells = append(table.Cells, impact.Cell{Code: fmt.Sprintf("%05d", 1000+n), Number: number(float64(n))})
			}
		}
	}
	lacks(t, get(t, f, "/chiffres", access.Coordinator), "299")
}

func TestTheQuestion(t *testing.T) {
	two := []figures.Named{one, {ID: id.New(), Name: "Le Phare"}}
	date := func(s string) clock.Date {
		d, err := clock.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for query, want := range map[string]impact.Query{
		"?periode=mois":                               {From: date("2026-11-01"), To: date("2026-11-24"), Organisations: []id.ID{two[0].ID, two[1].ID}},
		"?periode=annee&structure=reseau":             {From: date("2026-01-01"), To: date("2026-11-24")},
		"?periode=dates&du=2026-03-02&au=2026-04-05":  {From: date("2026-03-02"), To: date("2026-04-05"), Organisations: []id.ID{two[0].ID, two[1].ID}},
		"?structure=" + string(one.ID) + "&ou=blain":  {From: date("2026-09-01"), To: date("2026-11-24"), Organisations: []id.ID{one.ID}, Commune: "44015"},
		"?structure=reseau&ou=44130%20blain":          {From: date("2026-09-01"), To: date("2026-11-24"), Commune: "44015"},
		"?structure=reseau&ou=pays+de+blain":          {From: date("2026-09-01"), To: date("2026-11-24"), EPCI: "244400453"},
		"?structure=reseau&ou=cc+de+nozay&periode=xx": {From: date("2026-09-01"), To: date("2026-11-24"), EPCI: "244400537"},
	} {
		f := &told{reading: full(), organisations: two}
		get(t, f, "/chiffres"+query, access.Coordinator)
		if got := fmt.Sprint(f.asked); got != fmt.Sprint(want) {
			t.Errorf("%s asks\n%s, want\n%v", query, got, want)
		}
	}
}

func TestAQuestionToLookAtAgain(t *testing.T) {
	for query, want := range map[string]string{
		"?periode=dates&du=2026-03-02":               "Écrivez les deux dates",
		"?periode=dates&du=2026-03-02&au=2026-01-01": "La période finit avant de commencer",
		"?ou=zzzzqqq":              "Ce territoire n’est pas connu",
		"?ou=saint-denis":          "Plusieurs portent ce nom",
		"?structure=une-autre-ici": "Vos droits",
	} {
		f := &told{reading: full()}
		page := get(t, f, "/chiffres"+query, access.Mediator)
		lacks(t, page, want, "À revoir")
		if f.asked.From != (clock.Date{}) {
			t.Errorf("%s: figures are computed all the same", query)
		}
	}
	// What impact itself refuses is said beside the field.
	lacks(t, get(t, &told{err: impact.ErrForbidden}, "/chiffres", access.Mediator), "Vos droits", `href="#f-structure"`)
}

func TestTheSheetForASpreadsheet(t *testing.T) {
	lib := webtest.Library(t)
	f := &told{reading: full(), organisations: []figures.Named{{ID: one.ID, Name: "=1+1"}}}
	site := webtest.Site(t, lib, figures.Routes(lib, f)...)
	got := webtest.Get(site, "/chiffres.csv?periode=mois", webtest.Viewer(access.Funder))
	body, marked := strings.CutPrefix(got.Body.String(), "\ufeff")
	if !marked || !strings.Contains(got.Header().Get("Content-Disposition"), "chiffres-2026-11-01-2026-11-24.csv") {
		t.Fatalf("not a sheet: %v", got.Header())
	}
	r := csv.NewReader(strings.NewReader(body))
	r.Comma = ';'
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	has := func(fields ...string) bool {
		return slices.ContainsFunc(lines, func(l []string) bool {
			for _, f := range fields {
				if !slices.Contains(l, f) {
					return false
				}
			}
			return true
		})
	}
	for _, want := range [][]string{
		{"share_with", "0,6", "non"},
		{"persons", "", "oui"},
		{"themes", "Santé", "20"},
		{"wait_median", "'=1+1", "8"},
		{"themes_by_commune", "Santé | Blain", "20"},
		{"communes_without", "Abbaretz"},
		{"wait_median", "2026-08", "oui"},
	} {
		if !has(want...) {
			t.Errorf("no line has %q", want)
		}
	}
	if again := webtest.Get(site, "/chiffres.csv?ou=zzzzqqq", webtest.Viewer(access.Funder)); again.Code != http.StatusSeeOther {
		t.Errorf("a question to look at again gives %d, want the page", again.Code)
	}
}

func TestDefinitions(t *testing.T) {
	page := get(t, &told{}, "/chiffres/definitions", access.Funder)
	for _, d := range impact.Definitions() {
		lacks(t, page, `id="`+d.Code+`"`)
	}
}

func TestWhoMayRead(t *testing.T) {
	lib := webtest.Library(t)
	site := webtest.Site(t, lib, figures.Routes(lib, &told{reading: full()})...)
	for _, role := range []access.Role{access.Volunteer, access.Administrator, access.Reception} {
		if got := webtest.Get(site, "/chiffres", webtest.Viewer(role)); got.Code != http.StatusForbidden {
			t.Errorf("%s: status %d, want 403", role, got.Code)
		}
	}
}
