// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
)

func viewer(role access.Role, at id.ID, also ...id.ID) access.Viewer {
	grants := []access.Grant{{Organisation: at, Role: role}}
	for _, o := range also {
		grants = append(grants, access.Grant{Organisation: o, Role: role})
	}
	return access.NewViewer(id.New(), id.New(), at, grants)
}

func ask1(t *testing.T, d *db.DB, v access.Viewer, q Query) (Report, error) {
	t.Helper()
	var r Report
	err := d.View(context.Background(), func(ctx context.Context, tx db.Tx) error {
		var err error
		r, err = Figures(ctx, tx, v, q)
		return err
	})
	return r, err
}

// byHand counts the world again, the slow and obvious way.
func byHand(w *world, q Query, in func(commune string) bool) map[string]float64 {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	asked := func(o id.ID) bool { return slices.Contains(q.Organisations, o) }
	within := func(d clock.Date) bool { return d.String() >= q.From.String() && d.String() <= q.To.String() }
	corrected := map[id.ID]bool{}
	for _, a := range w.activities {
		corrected[a.correctionOf] = true
	}
	out := map[string]float64{}
	persons := map[id.ID]bool{}
	for _, a := range w.activities {
		commune := a.commune
		if commune == "" {
			commune = w.places[a.place]
		}
		if corrected[a.id] || !asked(a.organisation) || !within(a.day) || !in(commune) {
			continue
		}
		if commune == "" {
			commune = Unsaid
		}
		named := len(a.participants)
		if a.person != "" {
			persons[a.person] = true
			named++
		}
		for _, p := range a.participants {
			persons[p] = true
		}
		out["activities"]++
		out["accompaniments"] += float64(a.attendance)
		out["anonymous"] += float64(a.attendance - named)
		out["posture:"+a.posture]++
		out["outcome:"+a.outcome]++
		out["place:"+a.kind]++
		out["commune:"+commune]++
		for _, t := range a.themes {
			out["theme:"+t]++
			out["cross:"+t+"/"+commune]++
		}
	}
	out["persons"] = float64(len(persons))
	first := func(n rawNeed) string {
		best := ""
		line := map[id.ID]bool{n.id: true}
		for range w.needs { // as often as a line can be long
			for _, other := range w.needs {
				if line[other.origin] {
					line[other.id] = true
				}
			}
		}
		for _, a := range w.activities {
			if corrected[a.id] || a.posture == "referred" {
				continue
			}
			hers := line[a.need]
			for _, r := range w.referrals {
				hers = hers || (a.referral == r.id && r.need == n.id)
			}
			if hers && (best == "" || a.day.String() < best) {
				best = a.day.String()
			}
		}
		return best
	}
	counted := map[id.ID]bool{}
	for _, n := range w.needs {
		counted[n.id] = asked(n.organisation) && within(clock.DateOf(n.noted.In(paris))) && in(n.commune)
	}
	var waits []int
	for _, n := range w.needs {
		if !counted[n.id] || counted[n.origin] {
			continue
		}
		out["needs"]++
		out["entry:"+n.entry]++
		met := first(n)
		switch {
		case met != "":
			d, _ := clock.ParseDate(met)
			waits = append(waits, max(0, d.Sub(clock.DateOf(n.noted.In(paris)))))
			out["meeting:met"]++
		case n.status == "stopped":
			out["meeting:closed_unmet"]++
		default:
			out["meeting:waiting"]++
		}
	}
	slices.Sort(waits)
	if len(waits) > 0 {
		out["wait_median"] = float64(waits[(len(waits)+1)/2-1])
		out["wait_p90"] = float64(waits[(9*len(waits)+9)/10-1])
		for _, d := range waits {
			if d > 30 {
				out["wait_long"] += 1 / float64(len(waits))
			}
		}
	}
	communeOf := map[id.ID]string{}
	for _, n := range w.needs {
		communeOf[n.id] = n.commune
	}
	for _, r := range w.referrals {
		if asked(r.sender) && within(clock.DateOf(r.sent.In(paris))) && in(communeOf[r.need]) {
			out["referral:"+r.status]++
		}
	}
	return out
}

// flat gives a report in the form of byHand.
func flat(r Report) map[string]float64 {
	out := map[string]float64{}
	for _, code := range []string{"activities", "accompaniments", "anonymous", "persons", "needs", "wait_median", "wait_p90", "wait_long"} {
		if f, ok := r.Figure(code); ok && !f.Masked {
			out[code] = f.Value
		}
	}
	for _, t := range []struct{ definition, by, prefix string }{
		{"posture", "posture", "posture:"},
		{"outcomes", "outcome", "outcome:"},
		{"place_kinds", "place_kind", "place:"},
		{"activities", "commune", "commune:"},
		{"themes", "theme", "theme:"},
		{"entry_ways", "entry_way", "entry:"},
		{"needs_met", "meeting", "meeting:"},
		{"referrals", "referral_status", "referral:"},
	} {
		table, _ := r.Table(t.definition, t.by)
		for _, c := range table.Cells {
			out[t.prefix+c.Code] = c.Value
		}
	}
	for i, row := range r.ThemesByCommune.Rows {
		for j, column := range r.ThemesByCommune.Columns {
			out["cross:"+row.Code+"/"+column.Code] = r.ThemesByCommune.Cells[i][j].Value
		}
	}
	maps.DeleteFunc(out, func(_ string, n float64) bool { return n == 0 })
	return out
}

func TestFiguresAreThoseCountedByHand(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(present), func(t *testing.T, d *db.DB) {
		w := invent(7, 240)
		w.insert(t, d)
		for _, q := range []Query{
			{From: clock.Date{Year: 2026, Month: 1, Day: 1}, To: clock.Date{Year: 2026, Month: 12, Day: 31}, Organisations: w.organisations[:2]},
			{From: clock.Date{Year: 2026, Month: 1, Day: 1}, To: clock.Date{Year: 2026, Month: 12, Day: 31}, Organisations: w.organisations},
			{From: clock.Date{Year: 2026, Month: 2, Day: 10}, To: clock.Date{Year: 2026, Month: 3, Day: 15}, Organisations: w.organisations[:1]},
			{From: clock.Date{Year: 2026, Month: 3, Day: 1}, To: clock.Date{Year: 2026, Month: 3, Day: 1}, Organisations: w.organisations[1:2]},
			{From: clock.Date{Year: 2026, Month: 1, Day: 1}, To: clock.Date{Year: 2026, Month: 6, Day: 30}, Organisations: w.organisations, Commune: "44109"},
		} {
			v := viewer(access.Mediator, w.organisations[0], w.organisations[1:]...)
			in := func(commune string) bool { return q.Commune == "" || commune == q.Commune }
			want := byHand(w, q, in)
			maps.DeleteFunc(want, func(_ string, n float64) bool { return n == 0 })
			var whole Report
			err := d.View(context.Background(), func(ctx context.Context, tx db.Tx) error {
				communes, err := q.check()
				if err != nil {
					return err
				}
				l := loader{ctx: ctx, tx: tx, q: q, organisations: q.Organisations, communes: communes, zones: map[string]*time.Location{}}
				f, err := l.facts(v)
				whole = report(f, 1) // nothing is masked: a crowd of one is enough
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			near := cmp.Comparer(func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 })
			if diff := cmp.Diff(want, flat(whole), near); diff != "" {
				t.Errorf("%v to %v: by hand (-) and computed (+):\n%s", q.From, q.To, diff)
			}
			masked, err := ask1(t, d, v, q)
			if err != nil {
				t.Fatal(err)
			}
			checkShown(t, masked, want)
		}
	})
}

// checkShown: what is shown is true, what is masked carries nothing, and parts
// shown with everything masked never exceed the whole.
func checkShown(t *testing.T, r Report, want map[string]float64) {
	t.Helper()
	for code, n := range flat(r) {
		if d := n - want[code]; d > 1e-9 || d < -1e-9 {
			t.Errorf("%s: shown %v, want %v", code, n, want[code])
		}
	}
	for _, table := range r.Tables {
		sum, masks := 0.0, 0
		for _, c := range table.Cells {
			sum += c.Value
			if c.Masked {
				masks++
				if c.Value != 0 {
					t.Errorf("%s/%s: a masked part carries %v", table.Definition, c.Code, c.Value)
				}
			}
		}
		if masks == 1 {
			t.Errorf("%s by %s: one masked part alone", table.Definition, table.By)
		}
		if len(table.Cells) > 0 && masks == 0 && sum != table.Total.Value {
			t.Errorf("%s by %s: parts add up to %v, not %v", table.Definition, table.By, sum, table.Total.Value)
		}
	}
	for _, f := range r.Figures {
		d, ok := DefinitionOf(f.Definition)
		if !ok || d.Unit != f.Unit || f.Unit == "" {
			t.Errorf("%s: no definition, or another unit than %q", f.Definition, f.Unit)
		}
		if f.Masked && (f.Value != 0 || f.N != 0) {
			t.Errorf("%s: a masked figure carries %v of %d", f.Definition, f.Value, f.N)
		}
	}
}

func TestWhoMayReadWhat(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(present), func(t *testing.T, d *db.DB) {
		w := invent(3, 60)
		w.insert(t, d)
		a, b, outside := w.organisations[0], w.organisations[1], w.organisations[2]
		year := func(orgs ...id.ID) Query {
			return Query{From: clock.Date{Year: 2026, Month: 1, Day: 1}, To: clock.Date{Year: 2026, Month: 12, Day: 31}, Organisations: orgs}
		}
		for name, c := range map[string]struct {
			v         access.Viewer
			q         Query
			err       error
			threshold int
			asked     int
		}{
			"mediator, her own":          {viewer(access.Mediator, a), year(a), nil, 5, 1},
			"mediator, another":          {viewer(access.Mediator, a), year(a, b), ErrForbidden, 0, 0},
			"mediator, the network":      {viewer(access.Mediator, a), year(), ErrForbidden, 0, 0},
			"volunteer":                  {viewer(access.Volunteer, a), year(a), ErrForbidden, 0, 0},
			"administrator":              {viewer(access.Administrator, a), year(a), ErrForbidden, 0, 0},
			"nobody":                     {access.Viewer{}, year(), ErrForbidden, 0, 0},
			"coordinator, the network":   {viewer(access.Coordinator, a), year(), nil, 5, 2},
			"coordinator, outside":       {viewer(access.Coordinator, a), year(outside), ErrForbidden, 0, 0},
			"coordinator of no network":  {viewer(access.Coordinator, outside), year(), nil, 5, 1},
			"funder":                     {viewer(access.Funder, a), year(), nil, 11, 2},
			"the same one asked twice":   {viewer(access.Mediator, a), year(a, a), nil, 5, 1},
			"period upside down":         {viewer(access.Mediator, a), Query{From: clock.Date{Year: 2026, Month: 2, Day: 1}, To: clock.Date{Year: 2026, Month: 1, Day: 1}, Organisations: []id.ID{a}}, ErrPeriod, 0, 0},
			"a territory nobody knows":   {viewer(access.Mediator, a), Query{From: clock.Date{Year: 2026, Month: 1, Day: 1}, To: clock.Date{Year: 2026, Month: 1, Day: 1}, Organisations: []id.ID{a}, EPCI: "1"}, ErrTerritory, 0, 0},
			"published by a coordinator": {viewer(access.Coordinator, a), Query{From: year().From, To: year().To, Published: true}, nil, 11, 2},
		} {
			r, err := ask1(t, d, c.v, c.q)
			if !errors.Is(err, c.err) || r.Threshold != c.threshold || r.Organisations != c.asked {
				t.Errorf("%s: got %v, threshold %d, %d organisations; want %v, %d, %d", name, err, r.Threshold, r.Organisations, c.err, c.threshold, c.asked)
			}
			if c.err != nil {
				if _, ok := Explain(err); !ok {
					t.Errorf("%s: nothing to say", name)
				}
			}
		}
		r, err := ask1(t, d, viewer(access.Coordinator, a), year())
		if err != nil {
			t.Fatal(err)
		}
		// 44003 has an open place; 44005 only a closed one; the others have activity.
		if diff := cmp.Diff([]string{"44005"}, r.CommunesWithout); diff != "" {
			t.Errorf("communes without anyone: %s", diff)
		}
	})
}

func TestFourPeopleAreNotShown(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(present), func(t *testing.T, d *db.DB) {
		w := invent(3, 0)
		o := w.organisations[0]
		people := slices.Sorted(maps.Keys(w.persons))
		for _, p := range people {
			if w.persons[p] != o {
				continue
			}
			for range 9 { // one person, seen nine times: nine activities, one person
				w.activities = append(w.activities, rawActivity{
					id: id.New(), organisation: o, worker: w.workers[0], person: p, day: clock.Date{Year: 2026, Month: 5, Day: 4},
					posture: "with", outcome: "settled", kind: "a_distance", themes: []string{"email"}, attendance: 1,
				})
			}
		}
		w.insert(t, d)
		q := Query{From: clock.Date{Year: 2026, Month: 5, Day: 1}, To: clock.Date{Year: 2026, Month: 5, Day: 31}, Organisations: []id.ID{o}}
		r, err := ask1(t, d, viewer(access.Mediator, o), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range []string{"activities", "accompaniments", "persons", "anonymous", "share_with"} {
			if f, ok := r.Figure(code); !ok || !f.Masked {
				t.Errorf("%s of one person: got %+v, want a mask", code, f)
			}
		}
		if table, _ := r.Table("themes", "theme"); !table.Total.Masked || len(table.Cells) > 0 {
			t.Errorf("themes of one person: got %+v", table)
		}
	})
}

func TestNoMorePeopleNamedThanPresent(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(present), func(t *testing.T, d *db.DB) {
		w := invent(5, 40)
		w.insert(t, d)
		i := slices.IndexFunc(w.activities, func(a rawActivity) bool { return a.person != "" })
		a := w.activities[i]
		var other id.ID
		for p, o := range w.persons {
			if o == a.organisation && p != a.person {
				other = p
			}
		}
		for _, p := range []id.ID{a.person, other} {
			err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
				_, err := tx.NewRaw(`INSERT INTO activity_participant (activity_id, person_id, organisation_id) VALUES (?, ?, ?)`,
					a.id, p, a.organisation).Exec(ctx)
				return err
			})
			if !db.RefusedBy(err, "activity_participant_present") {
				t.Errorf("got %v, want a refusal", err)
			}
		}
		err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.NewRaw(`UPDATE activity SET attendance = 9 WHERE id = ?`, a.id).Exec(ctx)
			return err
		})
		if !db.RefusedBy(err, "activity_stays") {
			t.Errorf("attendance changed: got %v", err)
		}
	})
}
