// SPDX-License-Identifier: Apache-2.0

package agenda

import (
	"context"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// OnDay is an opening on one day.
type OnDay struct {
	Opening id.ID
	Day     clock.Date
}

// BookedOn counts the seats kept in each opening of an organisation, day by day
// in loc, from one moment until another. It reads no label: only how many.
func (s *Store) BookedOn(ctx context.Context, tx db.Tx, organisation id.ID, from, until time.Time, loc *time.Location) (map[OnDay]int, error) {
	var rows []struct {
		OpeningID id.ID
		StartsAt  db.Time
		N         int
	}
	err := tx.NewRaw(`SELECT opening_id, starts_at, count(*) AS n FROM booking
		WHERE organisation_id = ? AND starts_at >= ? AND starts_at < ? AND status IN ('unknown', 'seen')
		GROUP BY opening_id, starts_at`, organisation, db.At(from), db.At(until)).Scan(ctx, &rows)
	counts := map[OnDay]int{}
	for _, r := range rows {
		counts[OnDay{r.OpeningID, clock.DateOf(r.StartsAt.In(loc))}] += r.N
	}
	return counts, err
}
