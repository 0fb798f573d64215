// SPDX-License-Identifier: Apache-2.0

package today

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// What is left to finish is read here in one question each, across rooms, so that
// the page stays quick. Nothing sealed is read: codes, dates and identifiers only.

const (
	// nearDays is how many days ahead a date shows among the things to finish.
	nearDays = 14
	// mandateDays is how many days before its end a mandate shows.
	mandateDays = 7
	// lookBackDays bounds the search for supports nobody noted.
	lookBackDays = 30
	// mostTasks is how many of each kind are listed.
	mostTasks = 3
)

// NearNeed is a need whose date is near and for which no meeting is kept.
type NearNeed struct {
	ID       id.ID
	Deadline clock.Date
	Risk     autonomy.Risk
}

// recordsOf gives the support recorded for each of bookings, as last corrected.
func recordsOf(ctx context.Context, tx db.Tx, bookings []id.ID) (map[id.ID]id.ID, error) {
	records := map[id.ID]id.ID{}
	if len(bookings) == 0 {
		return records, nil
	}
	var rows []struct{ BookingID, ID id.ID }
	err := tx.NewRaw(`SELECT booking_id, id FROM activity_counted WHERE booking_id IN ? ORDER BY at, id`, bun.Tuple(bookings)).Scan(ctx, &rows)
	for _, r := range rows {
		records[r.BookingID] = r.ID
	}
	return records, err
}

// unrecorded lists the viewer's own meetings before a moment that were held, or
// should have been, and have no record: oldest first.
func unrecorded(ctx context.Context, tx db.Tx, v access.Viewer, before time.Time) ([]id.ID, error) {
	var ids []id.ID
	err := tx.NewRaw(`SELECT b.id FROM booking b
		WHERE b.worker_id = ? AND b.organisation_id = ? AND b.starts_at >= ? AND b.starts_at < ? AND b.status IN ('unknown', 'seen')
			AND NOT EXISTS (SELECT 1 FROM activity a WHERE a.booking_id = b.id)
		ORDER BY b.starts_at, b.id`,
		v.Worker(), v.Organisation(), db.At(before.AddDate(0, 0, -lookBackDays)), db.At(before)).Scan(ctx, &ids)
	return ids, err
}

// nearNeeds lists the open needs of the viewer's organisation whose date is near
// or just past and for which no meeting is to come.
func nearNeeds(ctx context.Context, tx db.Tx, v access.Viewer, today clock.Date) ([]NearNeed, error) {
	if !v.May(access.ReadPerson) {
		return nil, nil
	}
	var near []NearNeed
	err := tx.NewRaw(`SELECT n.id, n.deadline, n.risk FROM need n
		WHERE n.organisation_id = ? AND n.status = 'open' AND n.deadline BETWEEN ? AND ?
			AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.need_id = n.id AND b.status IN ('unknown', 'seen') AND b.ends_at > ?)
		ORDER BY n.deadline, n.noted_at LIMIT ?`,
		v.Organisation(), today.AddDays(-lookBackDays), today.AddDays(nearDays), tx.Now, mostTasks).Scan(ctx, &near)
	return near, err
}

// toAnswer counts the referrals made to the viewer's organisation that nobody
// accepted or refused yet.
func toAnswer(ctx context.Context, tx db.Tx, v access.Viewer) (int, error) {
	if !v.May(access.DecideReferral) {
		return 0, nil
	}
	var n int
	err := tx.NewRaw(`SELECT count(*) FROM referral WHERE recipient_id = ? AND status IN ('sent', 'received') AND expires_at > ?`,
		v.Organisation(), tx.Now).Scan(ctx, &n)
	return n, err
}
