// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// world is invented rows, kept beside the store so that a test can count them
// by itself.
type world struct {
	organisations []id.ID // the first two are one network; the third is not
	workers       []id.ID
	places        map[id.ID]string // its commune
	persons       map[id.ID]id.ID  // its organisation
	activities    []rawActivity
	needs         []rawNeed
	referrals     []rawReferral
}

type rawActivity struct {
	id, organisation, worker, place, person, need, referral, correctionOf id.ID
	day                                                                   clock.Date
	posture, outcome, kind, commune                                       string
	themes                                                                []string
	attendance                                                            int
	participants                                                          []id.ID
}

type rawNeed struct {
	id, organisation, person, origin id.ID
	noted                            time.Time
	category, entry, commune, status string
}

type rawReferral struct {
	id, need, sender, recipient id.ID
	sent                        time.Time
	status                      string
}

// present is when the test's figures are asked for.
var present = time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)

var (
	someCommunes = []string{"44109", "44184", "44035", ""}
	someThemes   = []string{"email", "sante", "bureautique", "securite_numerique"}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// invent makes a world: corrections, groups, people seen twice and by several
// workers, needs handed on and met elsewhere.
func invent(seed uint64, activities int) *world {
	r := rand.New(rand.NewPCG(seed, 1))
	w := &world{places: map[id.ID]string{}, persons: map[id.ID]id.ID{}}
	byOrganisation := map[id.ID][]id.ID{}
	needsOf := map[id.ID][]rawNeed{}
	for range 3 {
		o := id.New()
		w.organisations = append(w.organisations, o)
		for range 3 {
			w.workers = append(w.workers, id.New())
		}
		for range 1 + activities/4 {
			p := id.New()
			w.persons[p] = o
			byOrganisation[o] = append(byOrganisation[o], p)
		}
	}
	w.places[id.New()], w.places[id.New()] = "44109", "44184"
	day := func() clock.Date { return clock.Date{Year: 2026, Month: 1, Day: 1}.AddDays(r.IntN(180)) }
	for range activities / 2 {
		o := pick(r, w.organisations)
		n := rawNeed{
			id: id.New(), organisation: o, category: pick(r, []string{"rights", "tool_use", ""}), entry: pick(r, []string{"alone", "caravan"}),
			commune: pick(r, someCommunes), status: pick(r, []string{"open", "referred", "stopped"}),
			noted: day().In(time.UTC).Add(time.Duration(r.IntN(24)) * time.Hour),
		}
		if r.IntN(2) == 0 {
			n.person = pick(r, byOrganisation[o])
		}
		if others := needsOf[w.organisations[0]]; len(others) > 0 && o != w.organisations[0] && r.IntN(3) == 0 {
			n.origin = pick(r, others).id
		}
		needsOf[o] = append(needsOf[o], n)
		w.needs = append(w.needs, n)
	}
	for _, n := range w.needs {
		if n.organisation == w.organisations[0] && r.IntN(3) == 0 {
			w.referrals = append(w.referrals, rawReferral{
				id: id.New(), need: n.id, sender: n.organisation, recipient: w.organisations[1],
				sent: n.noted.Add(time.Hour), status: pick(r, []string{"sent", "accepted", "settled"}),
			})
		}
	}
	for range activities {
		w.activities = append(w.activities, w.activity(r, day(), byOrganisation, needsOf))
	}
	for i := range activities / 6 { // corrections, some of them corrected again
		old := w.activities[i*3]
		c := w.activity(r, day(), byOrganisation, needsOf)
		c.organisation, c.worker, c.correctionOf = old.organisation, old.worker, old.id
		c.person, c.participants, c.attendance, c.need, c.referral = old.person, nil, 1, old.need, old.referral
		w.activities = append(w.activities, c)
		if i%4 == 0 {
			again := c
			again.id, again.correctionOf, again.posture = id.New(), c.id, "shown"
			w.activities = append(w.activities, again)
		}
	}
	return w
}

func (w *world) activity(r *rand.Rand, day clock.Date, people map[id.ID][]id.ID, needs map[id.ID][]rawNeed) rawActivity {
	at := r.IntN(3)
	o := w.organisations[at]
	a := rawActivity{
		id: id.New(), organisation: o, worker: w.workers[3*at+r.IntN(3)], day: day, attendance: 1,
		posture: pick(r, []string{"with", "with", "shown", "by_person", "referred"}), outcome: pick(r, []string{"settled", "progressed", "not_settled"}),
		kind: pick(r, []string{"domicile", "a_distance", "lieu_activite"}), themes: []string{pick(r, someThemes)},
	}
	if second := pick(r, someThemes); second != a.themes[0] {
		a.themes = append(a.themes, second)
	}
	switch a.kind {
	case "domicile":
		a.commune = pick(r, someCommunes[:3])
	case "lieu_activite":
		for p := range w.places {
			a.place = max(a.place, p) // always the same one: a map has no order
		}
	}
	switch r.IntN(4) {
	case 0: // a group, of which some have a file
		a.attendance = 3 + r.IntN(5)
		for range r.IntN(4) {
			if p := pick(r, people[o]); !contains(a.participants, p) {
				a.participants = append(a.participants, p)
			}
		}
	case 1, 2:
		a.person = pick(r, people[o])
	}
	if own := needs[o]; len(own) > 0 && r.IntN(2) == 0 {
		a.need = pick(r, own).id
	}
	if at == 1 && len(w.referrals) > 0 && r.IntN(4) == 0 {
		a.referral = pick(r, w.referrals).id
	}
	return a
}

func contains(list []id.ID, x id.ID) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// none stores "" as NULL.
func none[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

func (w *world) insert(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
		do := func(query string, args ...any) {
			t.Helper()
			if _, err := tx.NewRaw(query, args...).Exec(ctx); err != nil {
				t.Fatal(err)
			}
		}
		for _, o := range w.organisations {
			do(`INSERT INTO organisation (id, name, kind, listed, created_at, version) VALUES (?, 'x', 'ASSO', true, 0, 1)`, o)
		}
		network := id.New()
		do(`INSERT INTO network (id, name, created_at, version) VALUES (?, 'x', 0, 1)`, network)
		for _, o := range w.organisations[:2] {
			do(`INSERT INTO network_organisation (network_id, organisation_id) VALUES (?, ?)`, network, o)
		}
		for _, c := range []string{"44109", "44184", "44035", "44003", "44005"} {
			do(`INSERT INTO network_commune (network_id, commune) VALUES (?, ?)`, network, c)
		}
		for _, k := range w.workers {
			do(`INSERT INTO worker (id, name, kind, job, skills, languages, speaks, listed, created_at, version)
				VALUES (?, 'x', 'volunteer', '', '[]', '[]', false, false, 0, 1)`, k)
		}
		for p, commune := range w.places {
			do(place, p, commune, "active", true)
		}
		do(place, id.New(), "44003", "active", true)
		do(place, id.New(), "44005", "closed", true)
		for p, o := range w.persons {
			do(`INSERT INTO person (id, organisation_id, created_by, created_at, informed_on, gender, social_status, commune, contact_way,
				shared_phone, explanation, protected, last_contact_at, version)
				VALUES (?, ?, ?, 0, '2026-01-01', 'feminin', 'retraite', '', 'none', false, '', false, 0, 1)`, p, o, w.workers[0])
		}
		for _, n := range w.needs {
			var closed any
			if n.status == "stopped" {
				closed = 1
			}
			do(`INSERT INTO need (id, organisation_id, noted_by, noted_at, created_at, person_id, origin_id, contact_way, shared_phone, category,
				sub_theme, risk, entry_way, commune, refusals, status, closed_at, version)
				VALUES (?, ?, ?, ?, 0, ?, ?, 'none', false, ?, '', '', ?, ?, '[]', ?, ?, 1)`,
				n.id, n.organisation, w.workers[0], db.At(n.noted), none(n.person), none(n.origin), n.category, n.entry, n.commune, n.status, closed)
		}
		for _, r := range w.referrals {
			decision := id.New()
			do(`INSERT INTO decision (id, need_id, organisation_id, worker_id, at, choice, family, rule, her_choice, refusals, redirection)
				VALUES (?, ?, ?, ?, 0, 'referred', '', '', 'agreed', '[]', '')`, decision, r.need, r.sender, w.workers[0])
			do(`INSERT INTO referral (id, decision_id, need_id, sender_id, sender_worker_id, recipient_id, recipient_service, level, rank,
				sent_at, expires_at, status, status_at) VALUES (?, ?, ?, ?, ?, ?, '', 0, 1, ?, ?, ?, 0)`,
				r.id, decision, r.need, r.sender, w.workers[0], r.recipient, db.At(r.sent), db.At(r.sent.Add(time.Hour)), r.status)
		}
		for _, a := range w.activities {
			themes, err := json.Marshal(a.themes)
			if err != nil {
				return err
			}
			do(`INSERT INTO activity (id, organisation_id, worker_id, by_volunteer, at, day, created_at, minutes, posture, outcome, place_kind,
				place_id, commune, themes, procedures, local_themes, materials, autonomy, redirection, abilities, age_band, gender,
				social_status, person_id, need_id, referral_id, correction_of, source, attendance)
				VALUES (?, ?, ?, false, ?, ?, 0, 30, ?, ?, ?, ?, ?, ?, '[]', '[]', '[]', '', '', '[]', '', '', '', ?, ?, ?, ?, '', ?)`,
				a.id, a.organisation, a.worker, db.At(a.day.In(time.UTC)), a.day, a.posture, a.outcome, a.kind, none(a.place), a.commune,
				string(themes), none(a.person), none(a.need), none(a.referral), none(a.correctionOf), a.attendance)
			for _, p := range a.participants {
				do(`INSERT INTO activity_participant (activity_id, person_id, organisation_id) VALUES (?, ?, ?)`, a.id, p, a.organisation)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

const place = `INSERT INTO place (id, status, public, name, pivot, commune, commune_name, postal_code, address, address_more, kinds, phone,
	emails, websites, hours, summary, detail, source, roaming, parent, services, publics, needs, fees, programmes, trainings, other_labels,
	access, modes, accessibility_url, booking_url, booking_phone, can, cannot, confidential_room, bring, enter, arrive, manual_fields,
	created_at, changed_at, version) SELECT ?0, ?2, ?3, 'x', '', ?1, 'x', '', '', '', '[]', '', '[]', '[]', '', '', '', '', '', '', '[]', '[]',
	'[]', '[]', '[]', '[]', '[]', '[]', '[]', '', '', '', '', '', '', '', '', '', '[]', 0, 0, 1`
