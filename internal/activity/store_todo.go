// SPDX-License-Identifier: Apache-2.0

package activity

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

// What a helper has left to finish is read here in one question each, across the
// rooms below, so that her day shows at once. Nothing sealed is read: codes,
// dates and identifiers only.

// NearNeed is a need whose date is near and for which no meeting is kept.
type NearNeed struct {
	ID       id.ID
	Deadline clock.Date
	Risk     autonomy.Risk
}

// RecordsOf gives the support recorded for each of bookings, as last corrected.
func RecordsOf(ctx context.Context, tx db.Tx, bookings []id.ID) (map[id.ID]id.ID, error) {
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

// Unrecorded lists the viewer's own meetings that began in [from, before), were
// held or should have been, and have no record: oldest first.
func Unrecorded(ctx context.Context, tx db.Tx, v access.Viewer, from, before time.Time) ([]id.ID, error) {
	var ids []id.ID
	err := tx.NewRaw(`SELECT b.id FROM booking b
		WHERE b.worker_id = ? AND b.organisation_id = ? AND b.starts_at >= ? AND b.starts_at < ? AND b.status IN ('unknown', 'seen')
			AND NOT EXISTS (SELECT 1 FROM activity a WHERE a.booking_id = b.id)
		ORDER BY b.starts_at, b.id`,
		v.Worker(), v.Organisation(), db.At(from), db.At(before)).Scan(ctx, &ids)
	return ids, err
}

// NearNeeds lists at most limit open needs of the viewer's organisation whose
// date lies between first and last, both included, and for which no meeting is
// to come; none for whoever may not open files.
func NearNeeds(ctx context.Context, tx db.Tx, v access.Viewer, first, last clock.Date, limit int) ([]NearNeed, error) {
	if !v.May(access.ReadPerson) {
		return nil, nil
	}
	var near []NearNeed
	err := tx.NewRaw(`SELECT n.id, n.deadline, n.risk FROM need n
		WHERE n.organisation_id = ? AND n.status = 'open' AND n.deadline BETWEEN ? AND ?
			AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.need_id = n.id AND b.status IN ('unknown', 'seen') AND b.ends_at > ?)
		ORDER BY n.deadline, n.noted_at LIMIT ?`,
		v.Organisation(), first, last, tx.Now, limit).Scan(ctx, &near)
	return near, err
}

// ToAnswer counts the referrals made to the viewer's organisation that nobody
// accepted or refused yet; 0 for whoever may not answer them.
func ToAnswer(ctx context.Context, tx db.Tx, v access.Viewer) (int, error) {
	if !v.May(access.DecideReferral) {
		return 0, nil
	}
	var n int
	err := tx.NewRaw(`SELECT count(*) FROM referral WHERE recipient_id = ? AND status IN ('sent', 'received') AND expires_at > ?`,
		v.Organisation(), tx.Now).Scan(ctx, &n)
	return n, err
}
