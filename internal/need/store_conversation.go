// SPDX-License-Identifier: Apache-2.0

package need

import (
	"context"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/person"
	"escale/internal/person/sealed"
)

type conversationRow struct {
	bun.BaseModel  `bun:"table:conversation,alias:c"`
	ID             id.ID `bun:",pk"`
	NeedID         id.ID
	OrganisationID id.ID
	WorkerID       id.ID
	At             db.Time
	Guide          int
	Facts          []byte
	Indicated      autonomy.Level `bun:",nullzero"`
	Chosen         autonomy.Level `bun:",nullzero"`
	Explanation    autonomy.ReadingMode
	Refusals       string
}

const factsField = "conversation.facts"

// Hold keeps a conversation held for a need of the viewer's organisation.
// Holding again with the same ID gives back what was kept. What must be looked
// at again comes as *text.FieldErrors.
func (s *Store) Hold(ctx context.Context, tx db.Tx, v access.Viewer, conversation, need id.ID, talk autonomy.Conversation) (Held, error) {
	if !v.May(access.HoldConversation) {
		return Held{}, person.ErrForbidden
	}
	if err := talk.Validate(); err != nil {
		return Held{}, err
	}
	if _, err := s.read(ctx, tx, v, need); err != nil {
		return Held{}, err
	}
	if talk.Guide == 0 {
		talk.Guide = autonomy.CurrentGuide().Version
	}
	h := Held{
		ID: conversation, Need: need, Organisation: v.Organisation(), Worker: v.Worker(), At: tx.Now.Time,
		Talk: talk, Explanation: autonomy.ReadingModeOf(talk.Answers),
	}
	h.Indicated, _ = autonomy.LevelOf(talk.Answers)
	if talk.LevelOverride != nil {
		h.Chosen = talk.LevelOverride.Level
	}
	facts, err := sealed.Put(ctx, s.ring, tx, h.Organisation, factsField, h.ID, talk)
	if err != nil {
		return Held{}, err
	}
	refusals, err := list(talk.Refusals)
	if err != nil {
		return Held{}, err
	}
	row := conversationRow{
		ID: h.ID, NeedID: need, OrganisationID: h.Organisation, WorkerID: h.Worker, At: tx.Now, Guide: talk.Guide, Facts: facts,
		Indicated: h.Indicated, Chosen: h.Chosen, Explanation: h.Explanation, Refusals: refusals,
	}
	res, err := tx.NewInsert().Model(&row).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	added, err := rows(res, err)
	if err != nil {
		return Held{}, err
	}
	if added == 0 {
		return s.conversation(ctx, tx, v, need, h.ID)
	}
	return h, s.note.On(ctx, tx, v, "conversation.hold", "need", need)
}

func (s *Store) conversation(ctx context.Context, tx db.Tx, v access.Viewer, need, conversation id.ID) (Held, error) {
	all, err := s.Conversations(ctx, tx, v, need)
	if err != nil {
		return Held{}, err
	}
	for _, h := range all {
		if h.ID == conversation {
			return h, nil
		}
	}
	return Held{}, db.ErrNotFound
}

// Conversations lists the conversations held for a need of the viewer's
// organisation, newest first.
func (s *Store) Conversations(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) ([]Held, error) {
	if !v.May(access.ReadPerson) {
		return nil, db.ErrNotFound
	}
	var found []conversationRow
	err := tx.NewSelect().Model(&found).Where("c.need_id = ?", need).Where("c.organisation_id = ?", v.Organisation()).
		OrderExpr("c.at DESC, c.id DESC").Scan(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Held, len(found))
	for i, r := range found {
		h := Held{
			ID: r.ID, Need: r.NeedID, Organisation: r.OrganisationID, Worker: r.WorkerID, At: r.At.Time,
			Indicated: r.Indicated, Chosen: r.Chosen, Explanation: r.Explanation,
		}
		if err := sealed.Get(ctx, s.ring, tx, r.OrganisationID, factsField, r.ID, r.Facts, &h.Talk); err != nil {
			return nil, err
		}
		all[i] = h
	}
	return all, s.note.On(ctx, tx, v, "conversation.read", "need", need)
}
