// SPDX-License-Identifier: Apache-2.0

package network_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/network"
)

func TestACardComesBackWhole(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		before, _ := d.Mark(context.Background(), network.PlacesTopic)
		if before == 0 {
			t.Error("adding a place touched nothing")
		}
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			got, err := network.GetPlace(ctx, tx, h.place.ID)
			if diff := cmp.Diff(h.place, got); diff != "" || err != nil {
				t.Errorf("get: %v (-want +got)\n%s", err, diff)
			}
			all, err := network.LoadPlaces(ctx, tx)
			if diff := cmp.Diff([]network.Place{h.place}, all); diff != "" || err != nil {
				t.Errorf("load: %v (-want +got)\n%s", err, diff)
			}
			_, err = network.GetPlace(ctx, tx, id.New())
			if !errors.Is(err, db.ErrNotFound) {
				t.Errorf("unknown place: got %v", err)
			}
			return nil
		})
		if len(network.Changed(&network.Place{}, &h.place)) != len(network.Fields) {
			t.Error("fullPlace leaves a field empty: this test would not see it lost")
		}
	})
}

func TestAnEditIsRememberedAndAStaleOneRefused(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		edit := func(by access.Viewer, p network.Place) error {
			return d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
				_, err := network.EditPlace(ctx, tx, by, p)
				return err
			})
		}
		first, second := h.place, h.place
		first.Phone, first.Labels = "+33240000001", nil
		second.Phone = "+33240000002"
		mark, _ := d.Mark(context.Background(), network.PlacesTopic)
		if err := edit(h.coordinator, first); err != nil {
			t.Fatal(err)
		}
		if err := edit(h.coordinator, second); !errors.Is(err, db.ErrStale) {
			t.Errorf("second edit: got %v, want ErrStale", err)
		}
		if err := edit(viewer(id.New(), access.Coordinator), first); !errors.Is(err, network.ErrForbidden) {
			t.Errorf("coordinator of elsewhere: got %v", err)
		}
		if err := edit(viewer(h.org, access.Mediator), first); !errors.Is(err, network.ErrForbidden) {
			t.Errorf("mediator: got %v", err)
		}
		if now, _ := d.Mark(context.Background(), network.PlacesTopic); now != mark+1 {
			t.Errorf("mark went from %d to %d, want one more", mark, now)
		}
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			got, err := network.GetPlace(ctx, tx, h.place.ID)
			if got.Phone != "+33240000001" || len(got.Labels) != 0 || got.Version != 2 {
				t.Errorf("got %q, %v, version %d", got.Phone, got.Labels, got.Version)
			}
			return err
		})
	})
}

func TestACheckedCardGoesStaleAfterSixMonths(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		if !h.place.Stale(day) {
			t.Error("a card never checked is stale")
		}
		var got network.Place
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			var err error
			got, err = network.VerifyPlace(ctx, tx, h.coordinator, h.place.ID, h.place.Version, day)
			return err
		})
		if got.Stale(day.AddDays(network.StaleAfter)) || !got.Stale(day.AddDays(network.StaleAfter+1)) {
			t.Errorf("checked on %s: stale at the wrong day", got.VerifiedOn)
		}
		got.Status = network.Closed
		if got.Stale(day.AddDays(1000)) {
			t.Error("a closed place has nothing to check")
		}
		err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			_, err := network.VerifyPlace(ctx, tx, h.coordinator, h.place.ID, h.place.Version, day)
			return err
		})
		if !errors.Is(err, db.ErrStale) {
			t.Errorf("checking what has changed since: got %v", err)
		}
	})
}

func TestTheStoreRefusesWhatMustNeverBe(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		cases := map[string]func(*network.Place){
			"ck_place_name":              func(p *network.Place) { p.Name = "" },
			"ck_place_commune":           func(p *network.Place) { p.CommuneName = "" },
			"ck_place_position":          func(p *network.Place) { p.Position = &network.Position{Lat: 91, Lon: 0} },
			"ck_place_confidential_room": func(p *network.Place) { p.ConfidentialRoom = "maybe" },
			"ck_place_label_dates": func(p *network.Place) {
				p.Labels = []network.Label{{Label: "x", State: network.Declared, From: day, Until: day.AddDays(-1)}}
			},
			"ck_place_label_state": func(p *network.Place) { p.Labels = []network.Label{{Label: "x", State: "sure"}} },
		}
		for constraint, spoil := range cases {
			p := fullPlace(h.org)
			spoil(&p)
			err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
				_, err := network.ImportCards(ctx, tx, h.coordinator, "liste", []network.Card{{SourceID: constraint, Record: "{}", Place: p}})
				return err
			})
			if !db.RefusedBy(err, constraint) {
				t.Errorf("%s: got %v", constraint, err)
			}
		}
	})
}

func TestNationalServicesSayWhatOneCanDo(t *testing.T) {
	p := network.Place{Services: []string{"Accès internet et matériel informatique"}}
	if got := p.CanHere(); len(got) != 1 || got[0].Text == "" {
		t.Errorf("got %v", got)
	}
	p.Can = []network.Sentence{{Text: "imprimer"}}
	if got := p.CanHere(); len(got) != 1 || got[0].Text != "imprimer" {
		t.Errorf("what is written by hand comes first: got %v", got)
	}
}

func TestACardWrittenByHandIsChecked(t *testing.T) {
	cases := map[string]func(*network.Place){
		"nom":                 func(p *network.Place) { p.Name = " " },
		"commune":             func(p *network.Place) { p.CommuneName = "" },
		"position":            func(p *network.Place) { p.Position = &network.Position{Lat: 47, Lon: 181} },
		"horaires":            func(p *network.Place) { p.Hours = "Mo-Fr 9h" },
		"presentation_resume": func(p *network.Place) { p.Summary = strings.Repeat("é", 281) },
		"labels": func(p *network.Place) {
			p.Labels = []network.Label{{Label: "x", State: network.Declared, From: day, Until: day.AddDays(-1)}}
		},
	}
	for field, spoil := range cases {
		p := fullPlace("")
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
		spoil(&p)
		var faults *text.FieldErrors
		if err := p.Check(); !errors.As(err, &faults) || len(faults.List) != 1 || faults.List[0].Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.place.Name = ""
		err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			_, err := network.EditPlace(ctx, tx, h.coordinator, h.place)
			return err
		})
		var faults *text.FieldErrors
		if !errors.As(err, &faults) {
			t.Errorf("got %v, want the fields to look at again", err)
		}
	})
}
