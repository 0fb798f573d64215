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

func importCards(t *testing.T, d *db.DB, v access.Viewer, source string, cards ...network.Card) []network.Done {
	t.Helper()
	var out []network.Done
	must(t, d, func(ctx context.Context, tx db.Tx) error {
		var err error
		out, err = network.ImportCards(ctx, tx, v, source, cards)
		return err
	})
	return out
}

func TestImportingAgainChangesOnlyWhatChanged(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		v := viewer(id.New(), access.Coordinator)
		own := id.New()
		a := network.Card{SourceID: "1", Record: `{"n":1}`, Place: fullPlace("")}
		b := network.Card{SourceID: string(own), Record: `{"n":2}`, Place: fullPlace("")}
		first := importCards(t, d, v, "liste", a, b)
		if first[0].Outcome != network.Imported || first[1].Outcome != network.Imported || first[1].Place != own {
			t.Fatalf("first: %+v", first)
		}
		mark, _ := d.Mark(context.Background(), network.PlacesTopic)
		again := importCards(t, d, v, "liste", a, b)
		want := []network.Done{{Outcome: network.Unchanged, Place: first[0].Place}, {Outcome: network.Unchanged, Place: own}}
		if diff := cmp.Diff(want, again); diff != "" {
			t.Error(diff)
		}
		if now, _ := d.Mark(context.Background(), network.PlacesTopic); now != mark {
			t.Error("an import that changes nothing touched the places")
		}
		a.Place.Phone = "+33240000009"
		if got := importCards(t, d, v, "liste", a, b); got[0].Outcome != network.Updated || got[1].Outcome != network.Unchanged {
			t.Errorf("third: %+v", got)
		}
		// The same numbering in another source is another place.
		if got := importCards(t, d, v, "autre liste", a); got[0].Outcome != network.Imported || got[0].Place == first[0].Place {
			t.Errorf("other source: %+v", got)
		}
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			p, err := network.GetPlace(ctx, tx, first[0].Place)
			if p.Phone != "+33240000009" || len(p.Labels) != 1 {
				t.Errorf("got %q, labels %v", p.Phone, p.Labels)
			}
			sources, err2 := network.SourcesOf(ctx, tx, first[0].Place)
			if len(sources) != 1 || sources[0].Record != a.Record || sources[0].Source != "liste" {
				t.Errorf("sources: %+v", sources)
			}
			return errors.Join(err, err2)
		})
	})
}

func TestAnImportLeavesWhatWasWrittenByHand(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		v := viewer(id.New(), access.Coordinator)
		card := network.Card{SourceID: "1", Record: "{}", Place: fullPlace("")}
		card.Place.UpdatedOn = day.AddDays(-50)
		place := importCards(t, d, v, "liste", card)[0].Place
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			p, err := network.GetPlace(ctx, tx, place)
			if err != nil {
				return err
			}
			p.Hours, p.Can = "Mo 10:00-11:00", []network.Sentence{{Text: "imprimer en couleur"}}
			_, err = network.EditPlace(ctx, tx, v, p)
			return err
		})
		card.Place.Hours, card.Place.Phone = "Tu 08:00-09:00", "+33240000005"
		importCards(t, d, v, "liste", card)
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			p, err := network.GetPlace(ctx, tx, place)
			if p.Hours != "Mo 10:00-11:00" || p.Can[0].Text != "imprimer en couleur" || p.Phone != "+33240000005" || p.UpdatedOn != day {
				t.Errorf("got %q, %v, %q", p.Hours, p.Can, p.Phone)
			}
			if diff := cmp.Diff([]string{"horaires", "on_peut", "date_maj"}, p.Manual); diff != "" {
				t.Error(diff)
			}
			return err
		})
	})
}

func TestOnlyWhoEditsTheNetworkImports(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		for _, by := range []access.Viewer{{}, viewer(id.New(), access.Mediator), viewer(id.New(), access.Funder)} {
			err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
				_, err := network.ImportCards(ctx, tx, by, "liste", []network.Card{{SourceID: "1", Place: fullPlace("")}})
				return err
			})
			if !errors.Is(err, network.ErrForbidden) {
				t.Errorf("got %v, want ErrForbidden", err)
			}
		}
	})
}
