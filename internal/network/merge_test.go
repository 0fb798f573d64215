// SPDX-License-Identifier: Apache-2.0

package network_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/network"
)

// three cards of one place, each saying something the others do not.
func three(t *testing.T, d *db.DB, v access.Viewer) [3]id.ID {
	t.Helper()
	card := func(n, phone, service string) network.Card {
		return network.Card{SourceID: n, Record: "{}", Place: network.Place{
			Public: true, Name: "Médiathèque", Commune: "44109", CommuneName: "Nantes", PostalCode: "44000", Address: "1 rue de l’Exemple",
			Phone: phone, Services: []string{service},
			Labels: []network.Label{{Label: "Label " + n, State: network.Declared}},
		}}
	}
	done := importCards(t, d, v, "liste", card("a", "", "s1"), card("b", "+33240000001", "s2"), card("c", "+33240000002", "s3"))
	return [3]id.ID{done[0].Place, done[1].Place, done[2].Place}
}

func shown(t *testing.T, d *db.DB, place id.ID) network.Place {
	t.Helper()
	var p network.Place
	must(t, d, func(ctx context.Context, tx db.Tx) error {
		var err error
		p, err = network.ShownPlace(ctx, tx, place)
		return err
	})
	return p
}

func TestAMergeCompletesTheSurvivorAndCanBeUndone(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		v := viewer(id.New(), access.Coordinator)
		p := three(t, d, v)
		var ab, ca network.Merge
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			var err error
			if ab, err = network.MergePlaces(ctx, tx, v, p[0], p[1], "même adresse"); err != nil {
				return err
			}
			ca, err = network.MergePlaces(ctx, tx, v, p[2], p[0], "même lieu")
			return err
		})
		got := shown(t, d, p[1])
		if got.ID != p[2] || got.Phone != "+33240000002" || len(got.Labels) != 3 {
			t.Errorf("merged: %s %q %v", got.ID, got.Phone, got.Labels)
		}
		if diff := cmp.Diff([]string{"s3", "s1", "s2"}, got.Services); diff != "" {
			t.Error(diff)
		}
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			all, err := network.LoadPlaces(ctx, tx)
			if len(all) != 1 || !cmp.Equal(all[0], got) {
				t.Errorf("load gives %d places, or not what is shown", len(all))
			}
			sources, err2 := network.SourcesOf(ctx, tx, p[2])
			if len(sources) != 3 {
				t.Errorf("%d sources kept, want 3", len(sources))
			}
			return errors.Join(err, err2)
		})
		err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			_, err := network.EditPlace(ctx, tx, v, network.Place{ID: p[1], Name: "x", CommuneName: "x", Version: 2})
			return err
		})
		if !errors.Is(err, network.ErrMerged) {
			t.Errorf("editing an absorbed card: got %v", err)
		}
		// Undone from the last, each card is what it was.
		must(t, d, func(ctx context.Context, tx db.Tx) error { return network.SplitPlaces(ctx, tx, v, ca.ID) })
		if a, c := shown(t, d, p[0]), shown(t, d, p[2]); a.ID != p[0] || a.Phone != "+33240000001" || len(c.Services) != 1 {
			t.Errorf("after the first split: %s %q %v", a.ID, a.Phone, c.Services)
		}
		must(t, d, func(ctx context.Context, tx db.Tx) error { return network.SplitPlaces(ctx, tx, v, ab.ID) })
		if a := shown(t, d, p[0]); a.Phone != "" || len(a.Labels) != 1 {
			t.Errorf("after both splits: %q %v", a.Phone, a.Labels)
		}
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			acts, err := network.MergesOf(ctx, tx, p[0])
			if len(acts) != 2 || acts[0].UndoneAt.IsZero() || acts[1].UndoneAt.IsZero() {
				t.Errorf("acts: %+v", acts)
			}
			proposals, err2 := network.Duplicates(ctx, tx)
			for _, x := range proposals {
				if x.A.ID == p[0] || x.B.ID == p[0] {
					t.Errorf("a pair split by hand is proposed again: %+v", x)
				}
			}
			return errors.Join(err, err2)
		})
		err = d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error { return network.SplitPlaces(ctx, tx, v, ab.ID) })
		if !errors.Is(err, db.ErrNotFound) {
			t.Errorf("undoing twice: got %v", err)
		}
	})
}

func TestUndoingTheInnerMergeFirst(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		v := viewer(id.New(), access.Coordinator)
		p := three(t, d, v)
		var ab network.Merge
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			var err error
			if ab, err = network.MergePlaces(ctx, tx, v, p[0], p[1], ""); err != nil {
				return err
			}
			if _, err = network.MergePlaces(ctx, tx, v, p[2], p[0], ""); err != nil {
				return err
			}
			return network.SplitPlaces(ctx, tx, v, ab.ID)
		})
		if b, c := shown(t, d, p[1]), shown(t, d, p[0]); b.ID != p[1] || c.ID != p[2] || len(c.Services) != 2 {
			t.Errorf("got %s, %s %v", b.ID, c.ID, c.Services)
		}
	})
}

func TestACardIsAbsorbedOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		v := viewer(id.New(), access.Coordinator)
		p := three(t, d, v)
		merge := func(survivor, absorbed id.ID) error {
			return d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
				_, err := network.MergePlaces(ctx, tx, v, survivor, absorbed, "")
				return err
			})
		}
		if err := merge(p[0], p[0]); !db.RefusedBy(err, "ck_place_merge_two_places") {
			t.Errorf("with itself: got %v", err)
		}
		if err := merge(p[0], p[1]); err != nil {
			t.Fatal(err)
		}
		for _, pair := range [][2]id.ID{{p[2], p[1]}, {p[1], p[2]}} {
			if err := merge(pair[0], pair[1]); !errors.Is(err, network.ErrMerged) {
				t.Errorf("absorbed twice: got %v", err)
			}
		}
	})
}

func TestTheRuleMergesOnlyWhatIsCertain(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		v := viewer(id.New(), access.Coordinator)
		card := func(n, pivot, address string, updated int) network.Card {
			return network.Card{SourceID: n, Record: "{}", Place: network.Place{
				Public: true, Name: "Lieu " + n, Commune: "44109", CommuneName: "Nantes", PostalCode: "44000",
				Pivot: pivot, Address: address, UpdatedOn: day.AddDays(updated),
			}}
		}
		const siret = "21440109300015"
		done := importCards(t, d, v, "liste",
			card("a", siret, "12 Bd de l’Exemple", -30), card("b", siret, "12 boulevard de l'exemple", -20),
			card("c", siret, "12 BOULEVARD DE L EXEMPLE", -25), card("d", siret, "14 boulevard de l’exemple", 0), card("e", "", "12 boulevard de l’exemple", 0))
		var acts []network.Merge
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			var err error
			acts, err = network.MergeCertain(ctx, tx, v)
			return err
		})
		if len(acts) != 2 || acts[0].Survivor != done[1].Place || acts[1].Survivor != done[1].Place || acts[0].By != "" {
			t.Errorf("got %+v, want a and c merged into b", acts)
		}
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			again, err := network.MergeCertain(ctx, tx, v)
			if len(again) != 0 {
				t.Errorf("a second run merged %d more", len(again))
			}
			return err
		})
	})
}

func TestCardsKeptApartAreNotProposedAgain(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		v := viewer(id.New(), access.Coordinator)
		p := three(t, d, v)
		proposed := func() (n int) {
			must(t, d, func(ctx context.Context, tx db.Tx) error {
				all, err := network.Duplicates(ctx, tx)
				n = len(all)
				return err
			})
			return n
		}
		if n := proposed(); n != 3 {
			t.Fatalf("%d pairs proposed, want 3", n)
		}
		must(t, d, func(ctx context.Context, tx db.Tx) error { return network.KeepApart(ctx, tx, v, p[2], p[0]) })
		must(t, d, func(ctx context.Context, tx db.Tx) error { return network.KeepApart(ctx, tx, v, p[0], p[2]) })
		if n := proposed(); n != 2 {
			t.Errorf("%d pairs proposed, want 2", n)
		}
		err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			return network.KeepApart(ctx, tx, viewer(id.New(), access.Volunteer), p[0], p[1])
		})
		if !errors.Is(err, network.ErrForbidden) {
			t.Errorf("volunteer: got %v", err)
		}
	})
}
