// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"context"
	"errors"
	"slices"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/orientation"
)

// follow does what the entry means for the meeting, the referral, the need, her
// sheet and her file.
func (s *Store) follow(ctx context.Context, tx db.Tx, v access.Viewer, e Entry) error {
	if e.Booking != "" {
		if err := s.met(ctx, tx, v, e.Booking); err != nil {
			return err
		}
	}
	needs, err := s.needsOf(ctx, tx, v, e)
	if err != nil {
		return err
	}
	if err := s.answer(ctx, tx, v, e); err != nil {
		return err
	}
	for _, n := range needs {
		if err := s.needs.Add(ctx, tx, v, eventFor(n, e)); err != nil {
			return err
		}
		if err := s.ways.WriteOnSheet(ctx, tx, v, n, line(e.ID, e)); err != nil {
			return err
		}
	}
	if e.Person != "" {
		return s.people.Contacted(ctx, tx, v, e.Person)
	}
	return nil
}

// followCorrection does what changes when old is written again as e. The support
// took place when old says: neither the meeting nor the last contact moves. The
// need and the referral hear of it only when the outcome changed and nothing
// happened to the need since; on her sheet, the line of the entry is replaced.
func (s *Store) followCorrection(ctx context.Context, tx db.Tx, v access.Viewer, e Entry, old Record) error {
	if err := carryParticipants(ctx, tx, old.ID, e.ID); err != nil {
		return err
	}
	before, err := versions(ctx, tx, old.ID)
	if err != nil {
		return err
	}
	needs, err := s.needsOf(ctx, tx, v, e)
	if err != nil {
		return err
	}
	changed, answered := e.Outcome != old.Outcome || e.RightBecame != old.RightBecame, false
	for _, n := range needs {
		if err := s.ways.CorrectOnSheet(ctx, tx, v, n, line(before[len(before)-1], e)); err != nil {
			return err
		}
		if !changed {
			continue
		}
		if err := s.needs.Reachable(ctx, tx, v, n); err != nil { // and held, so that nothing happens to it meanwhile
			return err
		}
		cause, err := lastCause(ctx, tx, n)
		if err != nil {
			return err
		}
		if !slices.Contains(before, cause) {
			continue
		}
		if !answered {
			if err := s.answer(ctx, tx, v, e); err != nil {
				return err
			}
			answered = true
		}
		if err := s.needs.Add(ctx, tx, v, eventFor(n, e)); err != nil {
			return err
		}
	}
	return nil
}

// met marks a meeting as held. One that was given up, and whose seat went to
// someone else, keeps its status: the support was given all the same, and the
// seat cannot be held twice.
func (s *Store) met(ctx context.Context, tx db.Tx, v access.Viewer, booking id.ID) error {
	if tx.Engine == db.Postgres { // whoever marks it at this moment comes before or after
		var held id.ID
		if err := tx.NewRaw(`SELECT id FROM booking WHERE id = ? FOR NO KEY UPDATE`, booking).Scan(ctx, &held); err != nil {
			return db.Explain(err)
		}
	}
	// The agenda asks before it writes, so that the gesture is still whole.
	if err := s.agenda.Mark(ctx, tx, v, booking, agenda.Seen); !errors.Is(err, agenda.ErrSeatGone) {
		return err
	}
	return nil
}

// needsOf are the needs an entry is about: none for anonymous help; two when the
// recipient of a referral holds a need of her own that continues the one sent.
func (s *Store) needsOf(ctx context.Context, tx db.Tx, v access.Viewer, e Entry) ([]id.ID, error) {
	var needs []id.ID
	if e.Need != "" {
		needs = append(needs, e.Need)
	}
	if e.Referral == "" {
		return needs, nil
	}
	sent, err := s.ways.Handed(ctx, tx, v, e.Referral)
	if err != nil {
		return nil, err
	}
	if sent != e.Need {
		needs = append(needs, sent)
	}
	return needs, nil
}

// answer tells whoever sent the person that she was met, or that it is settled.
func (s *Store) answer(ctx context.Context, tx db.Tx, v access.Viewer, e Entry) error {
	if e.Referral == "" {
		return nil
	}
	return s.ways.MetFor(ctx, tx, v, e.Referral, eventOf[e.Outcome] == need.WasSettled)
}

func eventFor(n id.ID, e Entry) need.Event {
	return need.Event{Need: n, Kind: eventOf[e.Outcome], Outcome: string(e.Outcome), RightBecame: e.RightBecame, Cause: e.ID}
}

// line is what an entry says on her sheet; first is the entry as first recorded,
// which its corrections stand for.
func line(first id.ID, e Entry) orientation.Line {
	return orientation.Line{Entry: first, Did: e.DidHerself, NextStep: e.NextStep}
}

// versions are an entry and those it corrects, down to the first recorded, which
// comes last.
func versions(ctx context.Context, tx db.Tx, entry id.ID) ([]id.ID, error) {
	var ids []id.ID
	err := tx.NewRaw(`WITH RECURSIVE version (id, correction_of, depth) AS (
			SELECT id, correction_of, 0 FROM activity WHERE id = ?
			UNION ALL
			SELECT a.id, a.correction_of, v.depth + 1 FROM activity a JOIN version v ON a.id = v.correction_of)
		SELECT id FROM version ORDER BY depth`, entry).Scan(ctx, &ids)
	return ids, err
}

// lastCause is the gesture behind the last thing that happened to a need.
func lastCause(ctx context.Context, tx db.Tx, needID id.ID) (id.ID, error) {
	var causes []id.ID
	err := tx.NewRaw(`SELECT COALESCE(cause_id, id) FROM need_event WHERE need_id = ? ORDER BY at DESC, id DESC LIMIT 1`, needID).Scan(ctx, &causes)
	if err != nil || len(causes) == 0 {
		return "", err
	}
	return causes[0], nil
}

// carryParticipants writes down again, for a correction, who came with a file.
func carryParticipants(ctx context.Context, tx db.Tx, from, to id.ID) error {
	_, err := tx.NewRaw(`INSERT INTO activity_participant (activity_id, person_id, organisation_id)
		SELECT ?, person_id, organisation_id FROM activity_participant WHERE activity_id = ?`, to, from).Exec(ctx)
	return err
}
