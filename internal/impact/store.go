// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/territory"
)

// Figures computes the figures of q that v may read, or ErrForbidden, ErrPeriod
// or ErrTerritory. It writes nothing.
func Figures(ctx context.Context, tx db.Tx, v access.Viewer, q Query) (Report, error) {
	communes, err := q.check()
	if err != nil {
		return Report{}, err
	}
	organisations, err := scope(ctx, tx, v, q)
	if err != nil {
		return Report{}, err
	}
	l := loader{ctx: ctx, tx: tx, q: q, organisations: organisations, communes: communes, zones: map[string]*time.Location{}}
	f, err := l.facts(v)
	if err != nil {
		return Report{}, err
	}
	r := report(f, q.threshold(v))
	r.From, r.To, r.At = q.From, q.To, tx.Now.Time
	r.Commune, r.EPCI, r.Department = q.Commune, q.EPCI, q.Department
	r.Organisations = len(organisations)
	return r, nil
}

// members are the organisations of the networks that the viewer's organisation
// belongs to, that organisation itself, and all their branches.
const members = `WITH RECURSIVE member (id) AS (
	SELECT id FROM organisation WHERE id = ?0
	UNION SELECT o.organisation_id FROM network_organisation o
		WHERE o.network_id IN (SELECT n.network_id FROM network_organisation n WHERE n.organisation_id = ?0)
	UNION SELECT b.id FROM organisation b JOIN member m ON b.parent_id = m.id)
SELECT id FROM member ORDER BY id`

// scope gives the organisations to count, all of which v may read. The whole
// network is read by those who answer for it: coordinators and funders; anyone
// else names organisations where a grant lets her read figures.
func scope(ctx context.Context, tx db.Tx, v access.Viewer, q Query) ([]id.ID, error) {
	for _, o := range q.Organisations {
		if !v.MayIn(access.ReadFigures, o) {
			return nil, ErrForbidden
		}
	}
	if len(q.Organisations) > 0 {
		return slices.Compact(slices.Sorted(slices.Values(q.Organisations))), nil
	}
	if !v.Has(access.Coordinator) && !v.Has(access.Funder) {
		return nil, ErrForbidden
	}
	var all []id.ID
	if err := tx.NewRaw(members, v.Organisation()).Scan(ctx, &all); err != nil {
		return nil, err
	}
	return all, nil
}

// loader reads the facts of one query.
type loader struct {
	ctx           context.Context
	tx            db.Tx
	q             Query
	organisations []id.ID
	communes      map[string]bool // nil: all
	zones         map[string]*time.Location
}

func (l *loader) in(commune string) bool { return l.communes == nil || l.communes[commune] }

func (l *loader) facts(v access.Viewer) (facts, error) {
	f := facts{today: clock.DateOf(l.tx.Now.In(l.zone(l.q.Commune)))}
	for _, read := range []func(*facts) error{
		l.supports, l.asks, l.referrals,
		func(f *facts) error { return l.network(f, v.Organisation()) },
	} {
		if err := read(&f); err != nil {
			return facts{}, fmt.Errorf("impact: %w", err)
		}
	}
	return f, nil
}

// zone is the time zone of a commune, or the mainland's where it is not known.
func (l *loader) zone(code string) *time.Location {
	if z := l.zones[code]; z != nil {
		return z
	}
	name := "Europe/Paris"
	if c, ok := territory.ByCode(code); ok {
		name = c.TimeZone()
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		z = time.UTC // the machine has no table of zones, and neither has the program
	}
	l.zones[code] = z
	return z
}

// each runs a query and gives its rows one after the other.
func (l *loader) each(f func(*sql.Rows) error, query string, args ...any) error {
	rows, err := l.tx.QueryContext(l.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// supports reads activities as last corrected, with the people of groups.
func (l *loader) supports(f *facts) error {
	groups := map[id.ID]int{} // by activity: its place in f.supports
	at := map[string][]int{}  // by place: those of f.supports given there
	lists := map[string][]string{}
	same := interner{}
	var activity, commune, place, posture, outcome, kind, themes, person sql.RawBytes
	var presence int
	err := l.each(func(rows *sql.Rows) error {
		if err := rows.Scan(&activity, &commune, &place, &posture, &outcome, &kind, &themes, &person, &presence); err != nil {
			return err
		}
		s := support{
			commune: same.text(commune), posture: same.text(posture), outcome: same.text(outcome),
			placeKind: same.text(kind), presence: presence,
		}
		list, known := lists[string(themes)]
		if !known {
			if err := json.Unmarshal(themes, &list); err != nil {
				return fmt.Errorf("themes of an activity: %w", err)
			}
			slices.Sort(list)
			list = slices.Compact(list) // a theme said twice is said once
			lists[string(themes)] = list
		}
		s.themes = list
		if len(person) > 0 {
			s.people = []id.ID{id.ID(same.text(person))}
		}
		if s.commune == "" && len(place) > 0 {
			where := same.text(place)
			at[where] = append(at[where], len(f.supports))
		}
		if presence > 1 {
			groups[id.ID(activity)] = len(f.supports)
		}
		f.supports = append(f.supports, s)
		return nil
	}, `SELECT a.id, a.commune, a.place_id, a.posture, a.outcome, a.place_kind, a.themes, a.person_id, a.attendance
		FROM activity_counted a WHERE a.organisation_id IN ? AND a.day BETWEEN ? AND ?`,
		bun.Tuple(l.organisations), l.q.From, l.q.To)
	if err != nil {
		return err
	}
	if err := l.groups(f, groups); err != nil {
		return err
	}
	if err := l.places(f, at); err != nil {
		return err
	}
	f.supports = slices.DeleteFunc(f.supports, func(s support) bool { return !l.in(s.commune) })
	return nil
}

// groups adds the people who have a file to the activities that groups points to.
func (l *loader) groups(f *facts, groups map[id.ID]int) error {
	if len(groups) == 0 {
		return nil
	}
	var activity sql.RawBytes
	var person id.ID
	return l.each(func(rows *sql.Rows) error {
		if err := rows.Scan(&activity, &person); err != nil {
			return err
		}
		if at, ok := groups[id.ID(activity)]; ok { // no: it was corrected since
			f.supports[at].people = append(f.supports[at].people, person)
		}
		return nil
	}, `SELECT p.activity_id, p.person_id FROM activity a JOIN activity_participant p ON p.activity_id = a.id
		WHERE a.organisation_id IN ? AND a.day BETWEEN ? AND ? AND a.attendance > 1`,
		bun.Tuple(l.organisations), l.q.From, l.q.To)
}

// places gives the supports given at a place the commune of that place.
func (l *loader) places(f *facts, at map[string][]int) error {
	if len(at) == 0 {
		return nil
	}
	var place, commune string
	return l.each(func(rows *sql.Rows) error {
		if err := rows.Scan(&place, &commune); err != nil {
			return err
		}
		for _, i := range at[place] {
			f.supports[i].commune = commune
		}
		return nil
	}, `SELECT id, commune FROM place WHERE id IN ?`, bun.Tuple(slices.Sorted(maps.Keys(at))))
}

// interner gives equal texts one string, so that a hundred thousand rows do not
// make as many copies of « with ».
type interner map[string]string

func (i interner) text(b []byte) string {
	if s, ok := i[string(b)]; ok {
		return s
	}
	s := string(b)
	i[s] = s
	return s
}

// referrals counts what was sent in the period, by present status.
func (l *loader) referrals(f *facts) error {
	f.referrals = map[string]int{}
	var status, commune string
	var at db.Time
	return l.each(func(rows *sql.Rows) error {
		if err := rows.Scan(&status, &commune, &at); err != nil {
			return err
		}
		if l.in(commune) && l.within(clock.DateOf(at.In(l.zone(commune)))) {
			f.referrals[status]++
		}
		return nil
	}, `SELECT r.status, n.commune, r.sent_at FROM referral r JOIN need n ON n.id = r.need_id
		WHERE r.sender_id IN ? AND r.sent_at BETWEEN ? AND ?`,
		bun.Tuple(l.organisations), l.earliest(), l.latest())
}

// within reports whether day is in the period.
func (l *loader) within(day clock.Date) bool { return !day.Before(l.q.From) && !l.q.To.Before(day) }

// earliest and latest are moments sure to enclose the period in every French
// time zone (UTC−10 to UTC+12); days are then compared where things happened.
func (l *loader) earliest() db.Time { return db.At(l.q.From.AddDays(-1).In(time.UTC)) }
func (l *loader) latest() db.Time   { return db.At(l.q.To.AddDays(2).In(time.UTC)) }

// network reads the communes of the networks of an organisation, and which
// have an active public place.
func (l *loader) network(f *facts, organisation id.ID) error {
	var codes []string
	err := l.tx.NewRaw(`SELECT DISTINCT c.commune FROM network_commune c
		JOIN network_organisation o ON o.network_id = c.network_id WHERE o.organisation_id = ? ORDER BY c.commune`,
		organisation).Scan(l.ctx, &codes)
	if err != nil {
		return err
	}
	f.network = slices.DeleteFunc(codes, func(code string) bool { return !l.in(code) })
	f.hosting = map[string]bool{}
	var hosting []string
	if err := l.tx.NewRaw(`SELECT DISTINCT commune FROM place
		WHERE status = 'active' AND public AND merged_into IS NULL`).Scan(l.ctx, &hosting); err != nil {
		return err
	}
	for _, code := range hosting {
		f.hosting[code] = true
	}
	return nil
}
