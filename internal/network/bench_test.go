// SPDX-License-Identifier: Apache-2.0

package network_test

import (
	"context"
	"fmt"
	"testing"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/network"
)

// BenchmarkLoadPlaces reads 25,000 full cards, as the search index does.
func BenchmarkLoadPlaces(b *testing.B) {
	for engine, open := range map[string]func(testing.TB, clock.Clock) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			d := open(b, clock.System)
			v := viewer(id.New(), access.Coordinator)
			err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
				places := crowd(25_000)
				for start := 0; start < len(places); start += 200 {
					cards := make([]network.Card, 200)
					for i := range cards {
						cards[i] = network.Card{SourceID: fmt.Sprint(start + i), Record: "{}", Place: places[start+i]}
					}
					if _, err := network.ImportCards(ctx, tx, v, "bench", cards); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				err := d.View(context.Background(), func(ctx context.Context, tx db.Tx) error {
					all, err := network.LoadPlaces(ctx, tx)
					if len(all) != 25_000 {
						b.Errorf("%d places", len(all))
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
