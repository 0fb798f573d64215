// SPDX-License-Identifier: Apache-2.0

package atlas_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/network/finder"
	"escale/internal/web/atlas"
	"escale/internal/web/atlas/atlastest"
	"escale/internal/web/shared"
	"escale/internal/web/shared/webtest"
)

var blain = finder.Point{Lat: 47.4757, Lon: -1.7631}

func names(found []atlas.Found) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.Place.Card.Name)
	}
	return out
}

func TestOnlyPublicPlaces(t *testing.T) {
	s := atlas.NewSnapshot(atlastest.Cards())
	if s.Len() != 4 {
		t.Errorf("%d places, want 4", s.Len())
	}
	for _, hidden := range []id.ID{atlastest.Hidden, atlastest.Closed, atlastest.Gone} {
		if _, ok := s.Place(hidden); ok {
			t.Errorf("%s is shown", hidden)
		}
	}
	if r := atlas.NewSnapshot(nil).Search(atlas.Request{Near: &blain, RadiusKm: 5, At: webtest.Now, Limit: 5}); r.Total != 0 || r.Beyond {
		t.Errorf("nothing gives %+v", r)
	}
}

func TestSearch(t *testing.T) {
	s := atlas.NewSnapshot(atlastest.Cards())
	r := s.Search(atlas.Request{Near: &blain, RadiusKm: 20, At: webtest.Now, Limit: 10})
	if r.Total != 3 || r.OpenCount != 1 || r.Found[0].Place.Card.ID != atlastest.Halls || r.Found[0].Km > 0.01 {
		t.Errorf("near: total %d, open %d, found %v", r.Total, r.OpenCount, names(r.Found))
	}
	if bouvron := r.Found[2]; !bouvron.Place.Approximate || bouvron.Km < 5 || bouvron.Km > 15 {
		t.Errorf("a place without a position is not at its commune: %v km", bouvron.Km)
	}
	r = s.Search(atlas.Request{Need: "equipment", Limit: 10})
	if r.Total != 3 {
		t.Errorf("need: %v", names(r.Found))
	}
	// Services asked for take the place of the need's.
	solidarity := finder.Codes{finder.Services: {"Acquisition de matériel informatique à prix solidaire"}}
	if r = s.Search(atlas.Request{Need: "equipment", Any: solidarity, Limit: 10}); r.Total != 1 || r.Found[0].Place.Card.ID != atlastest.Far {
		t.Errorf("service: %v", names(r.Found))
	}
	if r = s.Search(atlas.Request{Text: "retraite", Limit: 10}); r.Total != 2 || len(r.Found[0].Why) == 0 {
		t.Errorf("text: %v", names(r.Found))
	}
	r = s.Search(atlas.Request{Near: &blain, RadiusKm: 20, Any: solidarity, Limit: 10})
	if r.Total != 0 || !r.Beyond || len(r.Found) != 1 || r.Found[0].Km < 30 {
		t.Errorf("beyond: %+v", r)
	}
	if got := s.Search(atlas.Request{Near: &blain, Limit: 1, Offset: 1}).Found; len(got) != 1 || got[0].Place.Card.ID != atlastest.Library {
		t.Errorf("offset: %v", names(got))
	}
}

func TestNearest(t *testing.T) {
	s := atlas.NewSnapshot(atlastest.Cards())
	p, _ := s.Place(atlastest.Halls)
	if got := s.Nearest(p, 3, webtest.Now); len(got) != 3 || got[0].Place.Card.ID != atlastest.Library || got[0].Km > got[1].Km {
		t.Errorf("got %v", names(got))
	}
}

func TestLocate(t *testing.T) {
	s := atlas.NewSnapshot(atlastest.Cards())
	for typed, want := range map[string]string{
		"blain": "44015", "  BLAIN ": "44015", "44015": "44015", "st nazaire": "44184", "Saint-Denis 93": "93066", "Bouvron": "44023",
	} {
		if w := s.Locate(typed, ""); w.Commune == nil || w.Commune.Code != want {
			t.Errorf("%q: %+v, want %s", typed, w, want)
		}
	}
	// Two communes of that name; this network is on the ground of one of them.
	if w := s.Locate("Bouvron", ""); len(w.Others) != 1 || w.Others[0].Department != "54" {
		t.Errorf("the other Bouvron: %+v", w.Others)
	}
	if w := s.Locate("Bouvron", "54088"); w.Commune == nil || w.Commune.Code != "54088" {
		t.Errorf("a choice is not followed: %+v", w)
	}
	if w := s.Locate("44130", ""); w.Commune != nil || len(w.Choices) != 5 {
		t.Errorf("a postal code of five communes gives %+v", w)
	}
	if w := s.Locate("guemene", ""); w.Commune == nil || w.Commune.Name != "Guémené-Penfao" {
		t.Errorf("a beginning, in this network once: %+v", w)
	}
	if w := s.Locate("Sainte-Marie", "44015"); w.Commune != nil && w.Commune.Code == "44015" {
		t.Error("an old choice counts for another name")
	}
	if w := s.Locate("Savenai", ""); len(w.Guesses) == 0 || w.Guesses[0].Code != "44195" {
		t.Errorf("a letter wrong: %+v", w)
	}
	if w := s.Locate("xqzwkj", ""); w.Commune != nil || w.Choices != nil || w.Guesses != nil || !w.Asked() {
		t.Errorf("nothing like it: %+v", w)
	}
}

func TestOpening(t *testing.T) {
	lib := webtest.Library(t)
	lib.Messages(atlas.Messages)
	page := lib.NewPage(shared.Visit{Now: webtest.Now, Lang: shared.French})
	for hours, want := range map[string]string{
		"Tu 09:30-17:00":            "ouvert jusqu’à 17\u00a0h",
		"Tu 09:30-24:00":            "ouvert jusqu’à minuit",
		"Tu 09:30-02:00":            "ouvert jusqu’à 2\u00a0h",
		"24/7":                      "ouvert jour et nuit",
		"Mo-Fr 14:00-18:30":         "ouvre à 14\u00a0h",
		"We 09:30-12:00":            "ouvre demain à 9\u00a0h\u00a030",
		"Fr 09:00-12:00":            "ouvre vendredi à 9\u00a0h",
		"Dec 01-31 Tu 14:00-16:00":  "ouvre mardi 1er décembre à 14\u00a0h",
		`Mo-Fr 09:00-12:00 "appel"`: "sur rendez-vous",
		"Aug 09:00-12:00":           "fermé en ce moment",
		"":                          "horaires à demander",
		"quand on peut":             "horaires à demander",
	} {
		p := network.Place{ID: id.New(), Status: network.Active, Public: true, Name: "x", Commune: "44015", Hours: hours}
		place, _ := atlas.NewSnapshot([]network.Place{p}).Place(p.ID)
		o := place.Opening(webtest.Now)
		if got := o.Words(page, webtest.Now); got != want {
			t.Errorf("%q: %q, want %q", hours, got, want)
		}
		if c := o.Change(); !c.IsZero() && !c.After(webtest.Now) {
			t.Errorf("%q changes at %v, in the past", hours, c)
		}
	}
	// Hours are those of the place's own clock: 5:20 in Guadeloupe.
	p := network.Place{ID: id.New(), Status: network.Active, Public: true, Commune: "97105", Hours: "Mo-Fr 06:00-12:00"}
	place, _ := atlas.NewSnapshot([]network.Place{p}).Place(p.ID)
	if got := place.Opening(webtest.Now).Words(page, webtest.Now); got != "ouvre à 6\u00a0h" {
		t.Errorf("overseas: %q", got)
	}
}

// A change made through another connection is seen, and pages are told.
func TestRefresh(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(webtest.Now), func(t *testing.T, d *db.DB) {
		a := atlas.New(d)
		s, err := a.Current(t.Context())
		if err != nil || s.Len() != 0 {
			t.Fatalf("%v, %v", s, err)
		}
		coordinator := webtest.Viewer(access.Coordinator)
		add := func(name string) (p network.Place) {
			t.Helper()
			err := d.Update(t.Context(), func(ctx context.Context, tx db.Tx) error {
				var err error
				p, err = network.AddPlace(ctx, tx, coordinator, network.Place{Name: name, Status: network.Active, Public: true, Commune: "44015", CommuneName: "Blain", PostalCode: "44130", Address: "place"})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		kept := add("Mairie")
		if now, _ := a.Current(t.Context()); now != s {
			t.Error("Current reads the store at each call")
		}
		for i, want := range []bool{true, false} {
			if drawn, err := a.Refresh(t.Context()); err != nil || drawn != want {
				t.Errorf("refresh %d: %v, %v", i, drawn, err)
			}
		}
		if s, _ = a.Current(t.Context()); s.Len() != 1 {
			t.Errorf("%d places after a change, want 1", s.Len())
		}
		absorbed := add("Mairie de Blain")
		err = d.Update(t.Context(), func(ctx context.Context, tx db.Tx) error {
			if _, err := tx.NewRaw(`UPDATE place SET merged_into = ? WHERE id = ?`, kept.ID, absorbed.ID).Exec(ctx); err != nil {
				return err
			}
			return tx.Touch(ctx, network.PlacesTopic)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, err := a.Survivor(t.Context(), absorbed.ID); err != nil || got != kept.ID {
			t.Errorf("survivor %q, %v", got, err)
		}
		for _, none := range []id.ID{kept.ID, id.New()} {
			if got, err := a.Survivor(t.Context(), none); err == nil {
				t.Errorf("%s was absorbed by %q", none, got)
			}
		}
	})
}

// Watch draws at once, tells, and ends with its context.
func TestWatch(t *testing.T) {
	d := dbtest.SQLite(t, clock.Fixed(webtest.Now))
	a := atlas.New(d)
	ctx, stop := context.WithCancel(t.Context())
	told, ended := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(ended)
		a.Watch(ctx, slog.New(slog.NewTextHandler(io.Discard, nil)), func() { told <- struct{}{} })
	}()
	for _, step := range []<-chan struct{}{told, ended} {
		select {
		case <-step:
			stop()
		case <-time.After(10 * time.Second):
			t.Fatal("nothing happened")
		}
	}
	stop()
}

// Every value with a name has its sentence.
func TestCodes(t *testing.T) {
	lib := webtest.Library(t)
	lib.Messages(atlas.Messages)
	for f := range finder.NumFacets {
		for _, c := range atlas.Codes(f) {
			if _, ok := lib.Catalogue().Text(shared.French, c.Key()); !ok {
				t.Errorf("%s has no sentence", c.Key())
			}
		}
	}
}
