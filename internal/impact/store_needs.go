// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"database/sql"

	"github.com/uptrace/bun"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// asks reads the needs noted in the period and when each was first met: the
// first activity for it, for a need that continues it elsewhere, or for a
// referral of it. Being oriented is not being met.
func (l *loader) asks(f *facts) error {
	at := map[id.ID]int{} // by need: its place in f.asks
	origins := map[id.ID]id.ID{}
	same := interner{}
	var need id.ID
	var person, origin sql.NullString
	var organisation, commune, category, entry, status, met sql.RawBytes
	var noted db.Time
	err := l.each(func(rows *sql.Rows) error {
		if err := rows.Scan(&need, &organisation, &commune, &category, &entry, &status, &noted, &person, &origin, &met); err != nil {
			return err
		}
		a := ask{
			organisation: same.text(organisation), commune: same.text(commune), category: same.text(category),
			entryWay: same.text(entry), person: id.ID(person.String),
			closed: string(status) != "open" && string(status) != "referred",
		}
		a.noted = clock.DateOf(noted.In(l.zone(a.commune)))
		if !l.in(a.commune) || !l.within(a.noted) {
			return nil
		}
		if origin.Valid {
			origins[need] = id.ID(origin.String)
		}
		at[need] = len(f.asks)
		f.asks = append(f.asks, a)
		return f.asks[at[need]].meet(met)
	}, `SELECT n.id, n.organisation_id, n.commune, n.category, n.entry_way, n.status, n.noted_at, n.person_id, n.origin_id, `+firstDay+`
		FROM need n WHERE n.organisation_id IN ? AND n.noted_at BETWEEN ? AND ?`,
		bun.Tuple(l.organisations), l.earliest(), l.latest())
	if err != nil {
		return err
	}
	for need, origin := range origins {
		_, counted := at[origin]
		f.asks[at[need]].continued = counted
	}
	if err := l.metElsewhere(f, at); err != nil {
		return err
	}
	return l.metThroughReferral(f, at)
}

// firstDay is the day of the first effective meeting for the need n.
const firstDay = `(SELECT min(a.day) FROM activity_counted a WHERE a.need_id = n.id AND a.posture <> 'referred')`

// meet notes a meeting on a day YYYY-MM-DD, or none; the earliest holds.
func (a *ask) meet(day []byte) error {
	if len(day) == 0 {
		return nil
	}
	d, err := clock.ParseDate(string(day))
	if err == nil && (a.met.IsZero() || d.Before(a.met)) {
		a.met = d
	}
	return err
}

// metElsewhere reads the meetings of the needs that continue those of the
// query, whoever holds them and however far they went: only the day of a
// meeting comes back, as a sender is told that someone was seen (R40).
func (l *loader) metElsewhere(f *facts, at map[id.ID]int) error {
	type link struct {
		origin id.ID
		met    string
	}
	links := map[id.ID]link{}
	var need, origin id.ID
	var met sql.NullString
	err := l.each(func(rows *sql.Rows) error {
		if err := rows.Scan(&need, &origin, &met); err != nil {
			return err
		}
		links[need] = link{origin, met.String}
		return nil
	}, `SELECT n.id, n.origin_id, `+firstDay+` FROM need n WHERE n.origin_id IS NOT NULL AND n.noted_at >= ?`, l.earliest())
	if err != nil {
		return err
	}
	for _, here := range links {
		// No more steps than links: a circle of origins would not end.
		for up, steps := here.origin, 0; up != "" && steps <= len(links); up, steps = links[up].origin, steps+1 {
			if i, ok := at[up]; ok {
				if err := f.asks[i].meet([]byte(here.met)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// metThroughReferral reads the meetings recorded as the answer to a referral.
func (l *loader) metThroughReferral(f *facts, at map[id.ID]int) error {
	var need id.ID
	var met sql.RawBytes
	return l.each(func(rows *sql.Rows) error {
		if err := rows.Scan(&need, &met); err != nil {
			return err
		}
		if i, ok := at[need]; ok {
			return f.asks[i].meet(met)
		}
		return nil
	}, `SELECT r.need_id, min(a.day) FROM referral r JOIN activity_counted a ON a.referral_id = r.id
		WHERE r.sender_id IN ? AND r.sent_at >= ? AND a.posture <> 'referred' GROUP BY r.need_id`,
		bun.Tuple(l.organisations), l.earliest())
}
