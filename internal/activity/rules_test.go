// SPDX-License-Identifier: Apache-2.0

package activity_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/need"
	"escale/internal/orientation"
	"escale/internal/person"
)

// Our codes are the national ones, value for value.
func TestNationalCodes(t *testing.T) {
	data, err := os.ReadFile(dbtest.Shared(t, "normes/activites-mediation-vocabulaires.json"))
	if err != nil {
		t.Fatal(err)
	}
	var national struct {
		PlaceKinds     map[string]string `json:"type_lieu"`
		Materials      []string          `json:"materiel"`
		Autonomies     []string          `json:"autonomie"`
		Redirections   []string          `json:"structure_de_redirection"`
		Genders        []string          `json:"genre"`
		AgeBands       map[string]any    `json:"tranche_age"`
		SocialStatuses []string          `json:"statut_social"`
		Themes         map[string]string `json:"thematiques_mediation"`
		Procedures     map[string]string `json:"thematiques_demarches"`
	}
	if err := json.Unmarshal(data, &national); err != nil {
		t.Fatal(err)
	}
	ours := activity.Codes()
	for _, c := range []struct {
		name      string
		got, want []string
	}{
		{"type_lieu", ours.PlaceKinds, slices.Collect(maps.Keys(national.PlaceKinds))},
		{"materiel", ours.Materials, national.Materials},
		{"autonomie", ours.Autonomies, national.Autonomies},
		{"structure_de_redirection", ours.Redirections, national.Redirections},
		{"redirection of a decision", orientation.Redirections, national.Redirections},
		{"genre", person.Genders, national.Genders},
		{"tranche_age", person.AgeBands(), slices.Collect(maps.Keys(national.AgeBands))},
		{"statut_social", person.SocialStatuses, national.SocialStatuses},
		{"thematiques", ours.Themes, slices.Collect(maps.Keys(national.Themes))},
		{"demarches", ours.Procedures, slices.Collect(maps.Keys(national.Procedures))},
		{"mandate scope", person.Procedures, slices.Collect(maps.Keys(national.Procedures))},
	} {
		if got, want := slices.Sorted(slices.Values(c.got)), slices.Sorted(slices.Values(c.want)); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", c.name, got, want)
		}
	}
	var levels []string
	for _, l := range autonomy.Levels {
		levels = append(levels, l.NationalCode())
	}
	if !slices.Equal(levels, ours.Autonomies) {
		t.Errorf("levels of the conversation: %v", levels)
	}
}

// Whatever a need is called, the form proposes codes the record takes.
func TestThemesOfNeedsAreNational(t *testing.T) {
	ours := activity.Codes()
	for _, theme := range append(need.Categories(), need.SubThemes()...) {
		for _, c := range theme.Themes {
			if !slices.Contains(ours.Themes, c) {
				t.Errorf("%s: theme %s", theme.Code, c)
			}
		}
		for _, c := range theme.Procedures {
			if !slices.Contains(ours.Procedures, c) {
				t.Errorf("%s: procedure %s", theme.Code, c)
			}
		}
		if len(theme.Procedures) > 0 && !slices.Contains(theme.Themes, "aide_aux_demarches_administratives") {
			t.Errorf("%s: procedures without the theme that opens them", theme.Code)
		}
	}
}

// entry is an anonymous support that needs nothing else.
func (w *way) entry() activity.Entry {
	return activity.Entry{
		ID: id.New(), At: time.UnixMilli(w.ms.Load()), Day: w.today(), Minutes: 30, Outcome: activity.Settled,
		PlaceKind: activity.OwnPlace, Place: w.Place, Themes: []string{"email"},
	}
}

func TestWhatMustBeLookedAtAgain(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		for name, c := range map[string]struct {
			change func(*activity.Entry)
			field  string
		}{
			"no time":                {func(e *activity.Entry) { e.Minutes = 0 }, "minutes"},
			"eleven hours":           {func(e *activity.Entry) { e.Minutes = 601 }, "minutes"},
			"no outcome":             {func(e *activity.Entry) { e.Outcome = "" }, "outcome"},
			"no theme":               {func(e *activity.Entry) { e.Themes = nil }, "themes"},
			"unknown theme":          {func(e *activity.Entry) { e.Themes = []string{"jardin"} }, "themes"},
			"procedure, no theme":    {func(e *activity.Entry) { e.Procedures = []string{"justice"} }, "procedures"},
			"no place":               {func(e *activity.Entry) { e.Place = "" }, "place"},
			"at home, nowhere":       {func(e *activity.Entry) { e.PlaceKind = activity.AtHome }, "commune"},
			"unknown kind of place":  {func(e *activity.Entry) { e.PlaceKind = "lune" }, "place_kind"},
			"unknown age":            {func(e *activity.Entry) { e.AgeBand = "x" }, "age_band"},
			"unknown ability":        {func(e *activity.Entry) { e.Abilities = []string{"x"} }, "abilities"},
			"for, without a reason":  {func(e *activity.Entry) { e.Posture, e.Mandate = activity.For, id.New() }, "for_reason"},
			"for, without a mandate": {func(e *activity.Entry) { e.Posture, e.ForReason = activity.For, "urgent" }, "mandate"},
			"a password":             {func(e *activity.Entry) { e.NextStep = "mot de passe : Azerty123!" }, "next_step"},
		} {
			e := w.entry()
			c.change(&e)
			_, err := w.acts.Record(t.Context(), w.DB, w.Mediator, e)
			var f *text.FieldErrors
			if !errors.As(err, &f) || !slices.ContainsFunc(f.List, func(e text.FieldError) bool { return e.Field == c.field }) {
				t.Errorf("%s: got %v, want %s", name, err, c.field)
			}
		}
		rec, err := w.acts.Record(t.Context(), w.DB, w.Mediator, w.entry())
		if err != nil || rec.Posture != activity.With || rec.AgeBand != person.Unsaid || rec.Commune != "44015" {
			t.Errorf("the least entry: %+v, %v", rec, err)
		}
	})
}

// A need about rights is not closed by proposing a training, through the record
// either; nothing of the entry is kept.
func TestTrainingDoesNotSettleARight(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		n := w.capture(t)
		e := w.defaults(t, w.Social, "", n.ID)
		e.PlaceKind, e.Outcome = activity.Remotely, activity.TrainingProposed
		before := w.Snapshot(t)
		var unsaid *need.RightUnsaid
		if _, err := w.acts.Record(t.Context(), w.DB, w.Social, e); !errors.As(err, &unsaid) {
			t.Fatalf("got %v, want *RightUnsaid", err)
		}
		if after := w.Snapshot(t); !equal(before, after) {
			t.Errorf("%v then %v", before, after)
		}
		e.RightBecame = need.RightTakenOver
		if _, err := w.acts.Record(t.Context(), w.DB, w.Social, e); err != nil {
			t.Fatal(err)
		}
		if got := w.need(t, n.ID); got.Status != need.Settled || got.RightBecame != need.RightTakenOver {
			t.Errorf("the need is %s, %s", got.Status, got.RightBecame)
		}
	})
}

func (w *way) file(t *testing.T, v access.Viewer) person.Person {
	t.Helper()
	p := person.Person{
		ID: id.New(), Identity: person.Identity{FirstName: "Awa"}, BirthYear: 1951, Gender: "feminin", InformedOn: w.today(),
	}
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		var err error
		p, err = w.people.Create(ctx, tx, v, p)
		return err
	})
	return p
}

func (w *way) mandate(t *testing.T, v access.Viewer, p id.ID, scope ...string) person.Mandate {
	t.Helper()
	m := person.Mandate{
		ID: id.New(), Person: p, Scope: scope, StartsOn: w.today(), Days: 31, Given: person.Present, PaperCopyOn: w.today(), Language: "fr",
	}
	w.Do(t, func(ctx context.Context, tx db.Tx) error { _, err := w.people.GiveMandate(ctx, tx, v, m); return err })
	return m
}

func TestDoneForStandsOnHerMandate(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		p, other := w.file(t, w.Mediator), w.file(t, w.Mediator)
		m := w.mandate(t, w.Mediator, p.ID, "justice")
		done := func(change func(*activity.Entry)) error {
			e := w.entry()
			e.Posture, e.ForReason, e.Mandate, e.Person = activity.For, "urgent", m.ID, p.ID
			e.Themes, e.Procedures = []string{"aide_aux_demarches_administratives"}, []string{"justice"}
			change(&e)
			_, err := w.acts.Record(t.Context(), w.DB, w.Mediator, e)
			return err
		}
		for name, c := range map[string]struct {
			change func(*activity.Entry)
			key    string
		}{
			"someone else's": {func(e *activity.Entry) { e.Person = other.ID }, "activity.mandate_of_another"},
			"nobody's":       {func(e *activity.Entry) { e.Person = "" }, "activity.mandate_of_another"},
			"ended":          {func(e *activity.Entry) { e.Day = e.Day.AddDays(31) }, "activity.mandate_ended"},
			"not begun":      {func(e *activity.Entry) { e.Day = e.Day.AddDays(-2) }, "activity.mandate_ended"},
			"too narrow": {func(e *activity.Entry) {
				e.Procedures = append(e.Procedures, "logement")
			}, "activity.mandate_too_narrow"},
		} {
			var f *text.FieldErrors
			if err := done(c.change); !errors.As(err, &f) || f.List[0].Message.Key != c.key {
				t.Errorf("%s: got %v, want %s", name, err, c.key)
			}
		}
		if err := done(func(*activity.Entry) {}); err != nil {
			t.Error(err)
		}
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			all, err := w.acts.List(ctx, tx, w.Mediator, activity.Filter{Person: p.ID})
			if len(all) != 1 || all[0].AgeBand != "soixante_dix_plus" || all[0].Gender != "feminin" {
				t.Errorf("counted as %+v", all)
			}
			return err
		})
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			return w.people.RevokeMandate(ctx, tx, w.Mediator, m.ID, person.ByPerson)
		})
		var f *text.FieldErrors
		if err := done(func(*activity.Entry) {}); !errors.As(err, &f) {
			t.Errorf("after she took it back: %v", err)
		}
	})
}

func TestCorrection(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		done := w.decide(t, w.Social, w.handOn(w.capture(t), 9))
		w.pass(25 * time.Hour)
		e := w.defaults(t, w.Mediator, done.Meeting.Booking, "")
		e.Outcome, e.RightBecame = activity.Settled, need.RightKept
		first, err := w.acts.Record(t.Context(), w.DB, w.Mediator, e)
		if err != nil {
			t.Fatal(err)
		}
		fix := w.entry()
		fix.CorrectionOf, fix.Minutes, fix.Outcome = first.ID, 90, activity.Progressed
		second, err := w.acts.Record(t.Context(), w.DB, w.Mediator, fix)
		if err != nil || second.Need != first.Need || second.Booking != first.Booking {
			t.Fatalf("corrected %+v, %v", second, err)
		}
		if got := w.need(t, first.Need); got.Status != need.Open {
			t.Errorf("the need is %s after a correction", got.Status)
		}
		if all, counted := w.Count(t, "activity"), w.Count(t, "activity_counted"); all != 2 || counted != 1 {
			t.Errorf("%d rows, %d counted", all, counted)
		}
		again := w.entry()
		again.CorrectionOf = first.ID
		var corrected *activity.Corrected
		if _, err := w.acts.Record(t.Context(), w.DB, w.Mediator, again); !errors.As(err, &corrected) {
			t.Errorf("corrected twice: %v", err)
		}
		if err := w.Exec(`UPDATE activity SET minutes = 15`); !db.RefusedBy(err, "activity_stays") {
			t.Errorf("a support was rewritten: %v", err)
		}
		strange := w.entry()
		strange.CorrectionOf = second.ID
		if _, err := w.acts.Record(t.Context(), w.DB, w.Social, strange); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("corrected from elsewhere: %v", err)
		}
	})
}

// The recipient may hold a need of her own that continues the one sent to her:
// one entry moves both.
func TestOneEntryMovesBothNeeds(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		sent := w.capture(t)
		done := w.decide(t, w.Social, w.handOn(sent, 9))
		mine := need.Need{ID: id.New(), Origin: sent.ID, Said: need.Said{Words: "Voir sa pension en ligne"}, Category: autonomy.ToolUse}
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			_, err := w.needs.Capture(ctx, tx, w.Mediator, mine)
			return err
		})
		e := w.entry()
		e.Need, e.Referral = mine.ID, done.Referral
		if _, err := w.acts.Record(t.Context(), w.DB, w.Mediator, e); err != nil {
			t.Fatal(err)
		}
		if got := w.need(t, sent.ID); got.Status != need.Settled {
			t.Errorf("the need sent is %s", got.Status)
		}
		w.Do(t, func(ctx context.Context, tx db.Tx) error {
			got, err := w.needs.Read(ctx, tx, w.Mediator, mine.ID)
			if got.Status != need.Settled {
				t.Errorf("her own need is %s", got.Status)
			}
			return err
		})
	})
}

func TestSourceKeyRecordsOnce(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		e := w.entry()
		e.Source, e.SourceKey = "cra-2026.csv", "17"
		first, err := w.acts.Record(t.Context(), w.DB, w.Mediator, e)
		if err != nil {
			t.Fatal(err)
		}
		e.ID = id.New()
		second, err := w.acts.Record(t.Context(), w.DB, w.Mediator, e)
		if err != nil || second.ID != first.ID || w.Count(t, "activity") != 1 {
			t.Errorf("recorded %s then %s, %v", first.ID, second.ID, err)
		}
	})
}

// Every link of an entry to a row of another organisation is refused, and so is
// every reading.
func TestOtherOrganisationSeesNothing(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		n := w.capture(t)
		p := w.file(t, w.Social)
		m := w.mandate(t, w.Social, p.ID, "justice")
		done := w.decide(t, w.Social, w.handOn(n, 9))
		town := w.entry()
		town.Place, town.PlaceKind, town.Person = "", activity.Remotely, p.ID
		rec, err := w.acts.Record(t.Context(), w.DB, w.Social, town)
		if err != nil {
			t.Fatal(err)
		}
		unhanded := w.capture(t)
		for name, change := range map[string]func(*activity.Entry){
			"person":     func(e *activity.Entry) { e.Person = p.ID },
			"need":       func(e *activity.Entry) { e.Need = unhanded.ID },
			"mandate":    func(e *activity.Entry) { e.Posture, e.ForReason, e.Mandate = activity.For, "urgent", m.ID },
			"correction": func(e *activity.Entry) { e.CorrectionOf = rec.ID },
			"referral":   func(e *activity.Entry) { e.Referral = id.New() },
			"booking":    func(e *activity.Entry) { e.Booking = id.New() },
		} {
			e := w.entry()
			change(&e)
			if _, err := w.acts.Record(t.Context(), w.DB, w.Mediator, e); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: got %v, want not found", name, err)
			}
		}
		sent := w.entry()
		sent.Referral = done.Referral
		if _, err := w.acts.Record(t.Context(), w.DB, w.Social, sent); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("the sender answered its own referral: %v", err)
		}
		same := town
		if _, err := w.acts.Record(t.Context(), w.DB, w.Mediator, same); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("the same identifier from elsewhere: %v", err)
		}
		for name, v := range map[string]access.Viewer{
			"other organisation": w.Mediator, "volunteer": w.Volunteer, "administrator": w.Admin, "coordinator": w.TownLead, "nobody": w.Nobody,
		} {
			if err := w.Try(func(ctx context.Context, tx db.Tx) error { _, err := w.acts.Read(ctx, tx, v, rec.ID); return err }); !errors.Is(err, db.ErrNotFound) && v.SignedIn() {
				t.Errorf("%s reads the support: %v", name, err)
			}
			err := w.Try(func(ctx context.Context, tx db.Tx) error {
				all, err := w.acts.List(ctx, tx, v, activity.Filter{Person: p.ID})
				if len(all) != 0 {
					t.Errorf("%s lists %d supports", name, len(all))
				}
				return err
			})
			if err != nil && !errors.Is(err, person.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, v := range map[string]access.Viewer{"administrator": w.Admin, "coordinator": w.Manager, "nobody": w.Nobody} {
			if _, err := w.acts.Record(t.Context(), w.DB, v, w.entry()); !errors.Is(err, person.ErrForbidden) {
				t.Errorf("%s records: %v", name, err)
			}
		}
	})
}

// What must never happen is refused by the store itself, whoever writes.
func TestConstraints(t *testing.T) {
	run(t, func(t *testing.T, w *way) {
		p, other := w.file(t, w.Mediator), w.file(t, w.Mediator)
		m := w.mandate(t, w.Mediator, p.ID, "justice")
		base := map[string]any{
			"organisation_id": w.Help, "worker_id": w.Mediator.Worker(), "by_volunteer": false, "at": 1, "day": "2026-11-23",
			"created_at": 1, "minutes": 30, "posture": "with", "outcome": "settled", "place_kind": "a_distance", "commune": "",
			"themes": `["email"]`, "procedures": "[]", "local_themes": "[]", "materials": "[]", "autonomy": "", "redirection": "",
			"abilities": "[]", "age_band": "", "gender": "", "social_status": "", "source": "",
		}
		insert := func(change map[string]any) error {
			row := maps.Clone(base)
			row["id"] = id.New()
			maps.Copy(row, change)
			return w.Try(func(ctx context.Context, tx db.Tx) error {
				_, err := tx.NewInsert().Model(&row).TableExpr("activity").Exec(ctx)
				return err
			})
		}
		if err := insert(nil); err != nil {
			t.Fatalf("the plain row: %v", err)
		}
		forHer := map[string]any{"posture": "for", "for_reason": "urgent", "mandate_id": m.ID, "person_id": p.ID}
		if err := insert(forHer); err != nil {
			t.Fatalf("« fait pour » with its mandate: %v", err)
		}
		with := func(base map[string]any, column string, value any) map[string]any {
			row := maps.Clone(base)
			row[column] = value
			return row
		}
		for name, c := range map[string]struct {
			row  map[string]any
			want string // "" takes any refusal: foreign keys have no name on SQLite
		}{
			"for, by a volunteer":      {with(forHer, "by_volunteer", true), "ck_activity_for_never_by_volunteer"},
			"for, without a mandate":   {with(forHer, "mandate_id", nil), "ck_activity_for_has_mandate"},
			"for, without a reason":    {with(forHer, "for_reason", nil), "ck_activity_for_has_mandate"},
			"for, nobody":              {with(forHer, "person_id", nil), "ck_activity_for_has_mandate"},
			"for, another's mandate":   {with(forHer, "person_id", other.ID), ""},
			"without an author":        {map[string]any{"worker_id": nil}, ""},
			"unknown author":           {map[string]any{"worker_id": id.New()}, ""},
			"without an organisation":  {map[string]any{"organisation_id": nil}, ""},
			"no minutes":               {map[string]any{"minutes": 0}, "ck_activity_minutes"},
			"too many minutes":         {map[string]any{"minutes": 601}, "ck_activity_minutes"},
			"no theme":                 {map[string]any{"themes": "[]"}, "ck_activity_themes"},
			"own place, none":          {map[string]any{"place_kind": "lieu_activite"}, "ck_activity_place"},
			"at home, nowhere":         {map[string]any{"place_kind": "domicile"}, "ck_activity_commune"},
			"someone of another house": {map[string]any{"person_id": w.file(t, w.Social).ID}, ""},
		} {
			err := insert(c.row)
			var refused *db.Refused
			if c.want == "" && !errors.As(err, &refused) {
				t.Errorf("%s: got %v, want a refusal", name, err)
			}
			if c.want != "" && !db.RefusedBy(err, c.want) {
				t.Errorf("%s: got %v, want %s", name, err, c.want)
			}
		}
	})
}
