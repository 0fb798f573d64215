// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"slices"
	"sync"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	room "escale/internal/network"
	"escale/internal/territory"
)

// Card is what lists show of a place.
type Card struct {
	ID, Organisation id.ID
	Name, Town       string
	Closed, Public   bool
	VerifiedOn       clock.Date
	// words is what a search reads: name, town, address and postal code, folded.
	words string
}

// NewCard makes the card that lists show of p.
func NewCard(p *room.Place) Card {
	return Card{
		ID: p.ID, Organisation: p.Organisation, Name: p.Name, Town: townOf(p), Closed: p.Status == room.Closed,
		Public: p.Public, VerifiedOn: p.VerifiedOn,
		words: text.Fold(p.Name + " " + townOf(p) + " " + p.Address + " " + p.PostalCode),
	}
}

// townOf is the commune's present name, or what the card says.
func townOf(p *room.Place) string {
	if c, ok := territory.ByCode(p.Commune); ok {
		return c.Name
	}
	return p.CommuneName
}

// Stale reports whether the card must be checked again.
func (c Card) Stale(today clock.Date) bool {
	p := room.Place{Status: room.Active, VerifiedOn: c.VerifiedOn}
	return !c.Closed && p.Stale(today)
}

// Sheet is a card as its own row has it, with where it was read and the acts that
// brought others into it or it into another.
type Sheet struct {
	Place   room.Place
	Sources []room.SourceRecord
	Merges  []room.Merge
	// Names are those of the other cards of the merges.
	Names map[id.ID]string
	// VerifiedBy is the name of the worker who checked the card last.
	VerifiedBy string
}

// memory is something made from all places, kept until a place changes.
type memory[T any] struct {
	mu   sync.Mutex
	mark int64
	made bool
	held T
}

// get gives what was made, or makes it again. Those who ask meanwhile wait: one
// reading of all places is enough.
func (m *memory[T]) get(mark int64, make func() (T, error)) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.made && m.mark == mark {
		return m.held, nil
	}
	held, err := make()
	if err != nil {
		return held, err
	}
	m.held, m.mark, m.made = held, mark, true
	return held, nil
}

// remembered gives what read makes, from memory while no place changed.
func remembered[T any](ctx context.Context, h *House, m *memory[T], read func(context.Context, db.Tx) (T, error)) (T, error) {
	// The mark is read before the places: a change in between is seen next time.
	mark, err := h.store.Mark(ctx, room.PlacesTopic)
	if err != nil {
		var none T
		return none, err
	}
	return m.get(mark, func() (out T, err error) {
		err = h.view(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			out, err = read(ctx, tx)
			return err
		})
		return out, err
	})
}

// Cards is that of Places.
func (h *House) Cards(ctx context.Context) ([]Card, error) {
	return remembered(ctx, h, &h.cards, func(ctx context.Context, tx db.Tx) ([]Card, error) {
		places, err := room.LoadPlaces(ctx, tx)
		if err != nil {
			return nil, err
		}
		cards := make([]Card, len(places))
		for i := range places {
			cards[i] = NewCard(&places[i])
		}
		slices.SortFunc(cards, func(a, b Card) int { return compare(a.Name+" "+a.Town, b.Name+" "+b.Town) })
		return cards, nil
	})
}

// Sheet is that of Places.
func (h *House) Sheet(ctx context.Context, place id.ID) (Sheet, error) {
	var s Sheet
	err := h.view(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		if s.Place, err = room.GetPlace(ctx, tx, place); err != nil {
			return err
		}
		if s.Sources, err = room.SourcesOf(ctx, tx, place); err != nil {
			return err
		}
		if s.Merges, err = room.MergesOf(ctx, tx, place); err != nil {
			return err
		}
		s.Names = map[id.ID]string{}
		for _, m := range s.Merges {
			for _, other := range []id.ID{m.Survivor, m.Absorbed} {
				p, err := room.GetPlace(ctx, tx, other)
				if err != nil {
					return err
				}
				s.Names[other] = p.Name
			}
		}
		if s.Place.VerifiedBy == "" {
			return nil
		}
		w, err := room.GetWorker(ctx, tx, s.Place.VerifiedBy)
		s.VerifiedBy = w.Name
		return err
	})
	return s, err
}

// AddPlace is that of Places.
func (h *House) AddPlace(ctx context.Context, v access.Viewer, p room.Place) (out room.Place, err error) {
	err = h.store.Update(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		out, err = room.AddPlace(ctx, tx, v, p)
		return err
	})
	return out, err
}

// EditPlace is that of Places.
func (h *House) EditPlace(ctx context.Context, v access.Viewer, p room.Place) error {
	return h.store.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := room.EditPlace(ctx, tx, v, p)
		return err
	})
}

// Verify is that of Places.
func (h *House) Verify(ctx context.Context, v access.Viewer, place id.ID, version int64, day clock.Date) error {
	return h.store.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := room.VerifyPlace(ctx, tx, v, place, version, day)
		return err
	})
}

// Proposals is that of Places.
func (h *House) Proposals(ctx context.Context) ([]room.Proposal, error) {
	return remembered(ctx, h, &h.proposals, room.Duplicates)
}

// Merge is that of Places.
func (h *House) Merge(ctx context.Context, v access.Viewer, survivor, absorbed id.ID, reason string) error {
	return h.store.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := room.MergePlaces(ctx, tx, v, survivor, absorbed, reason)
		return err
	})
}

// KeepApart is that of Places.
func (h *House) KeepApart(ctx context.Context, v access.Viewer, a, b id.ID) error {
	return h.store.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := room.KeepApart(ctx, tx, v, a, b); err != nil {
			return err
		}
		return tx.Touch(ctx, room.PlacesTopic) // proposals held in memory change
	})
}

// Split is that of Places.
func (h *House) Split(ctx context.Context, v access.Viewer, act id.ID) error {
	return h.store.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		return room.SplitPlaces(ctx, tx, v, act)
	})
}
