// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// Card is a place as one record of a source describes it.
type Card struct {
	SourceID string // the record's identity within its source
	Record   string // the record as it was given, as JSON
	Place    Place  // what was understood; its ID, Manual and dates of the house are not read
}

// Outcome is what became of a card.
type Outcome uint8

// Outcomes of an import.
const (
	Imported  Outcome = iota // a new place
	Updated                  // the record says something else than last time
	Unchanged                // the record says what it said last time
)

// Done is what became of a card, and of which place it speaks.
type Done struct {
	Outcome Outcome
	Place   id.ID
}

// SourceRecord is where a place was read, and the last record read there.
type SourceRecord struct {
	Source, SourceID string
	Place            id.ID
	Record           string
	ReadAt           db.Time
}

type sourceRow struct {
	bun.BaseModel  `bun:"table:place_source"`
	Source         string `bun:",pk"`
	SourceID       string `bun:",pk"`
	PlaceID        id.ID
	Record, Digest string
	ReadAt         db.Time
}

// placeSpace is the namespace of the identifiers of imported places: the same
// record of the same source makes the same place in any store.
const placeSpace id.ID = "6b0f5e0a-3d55-5c57-9f0e-6f2b1d7a4c11"

// ImportCards writes cards read from source, whose SourceIDs are distinct, and
// tells what became of each, in order. A record that says what it said last
// time changes nothing; otherwise its place takes what it says, but for the
// fields written by hand. All cards of a source may come in several calls.
func ImportCards(ctx context.Context, tx db.Tx, v access.Viewer, source string, cards []Card) ([]Done, error) {
	if !v.May(access.EditNetwork) {
		return nil, ErrForbidden
	}
	known, err := knownRecords(ctx, tx, source, cards)
	if err != nil {
		return nil, err
	}
	taken, err := takenIDs(ctx, tx, cards)
	if err != nil {
		return nil, err
	}
	outcomes := make([]Done, len(cards))
	var places []Place
	var rows []sourceRow
	for i, c := range cards {
		row := sourceRow{Source: source, SourceID: c.SourceID, Record: c.Record, Digest: digest(&c.Place), ReadAt: tx.Now}
		was, ok := known[c.SourceID]
		switch {
		case !ok:
			p := c.Place
			p.ID = identity(source, c.SourceID, taken)
			taken[p.ID] = true
			p.CreatedAt, p.ChangedAt, p.Version, p.Manual = tx.Now, tx.Now, 1, nil
			row.PlaceID = p.ID
			outcomes[i] = Done{Imported, p.ID}
			places, rows = append(places, p), append(rows, row)
		case was.Digest == row.Digest:
			outcomes[i] = Done{Unchanged, was.PlaceID}
		default:
			outcomes[i] = Done{Updated, was.PlaceID}
			row.PlaceID = was.PlaceID
			if err := takeCard(ctx, tx, was.PlaceID, &c.Place, row); err != nil {
				return nil, err
			}
		}
	}
	if err := insertPlaces(ctx, tx, places); err != nil {
		return nil, err
	}
	if len(rows) > 0 {
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return nil, fmt.Errorf("network: note where places were read: %w", db.Explain(err))
		}
	}
	if !slices.ContainsFunc(outcomes, func(o Done) bool { return o.Outcome != Unchanged }) {
		return outcomes, nil
	}
	return outcomes, tx.Touch(ctx, PlacesTopic)
}

// takeCard writes on a known place what its record says now.
func takeCard(ctx context.Context, tx db.Tx, place id.ID, says *Place, row sourceRow) error {
	p, err := GetPlace(ctx, tx, place)
	if err != nil {
		return err
	}
	was := p
	take(&p, says)
	if len(Changed(&was, &p)) > 0 {
		if _, err := updatePlace(ctx, tx, p); err != nil {
			return err
		}
	}
	_, err = tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("network: note where a place was read: %w", db.Explain(err))
	}
	return nil
}

// identity is the identifier of a new place: the source's own when it is a UUID
// that no other place bears, so that a card keeps it from house to house; or
// else one derived from the source and its own numbering.
func identity(source, sourceID string, taken map[id.ID]bool) id.ID {
	if own, err := id.Parse(sourceID); err == nil && !taken[own] {
		return own
	}
	derived := id.Derive(placeSpace, source+"\x1f"+sourceID)
	if taken[derived] {
		return id.New()
	}
	return derived
}

// takenIDs tells which of the identifiers the cards could be given are in use.
func takenIDs(ctx context.Context, tx db.Tx, cards []Card) (map[id.ID]bool, error) {
	var own []id.ID
	for _, c := range cards {
		if v, err := id.Parse(c.SourceID); err == nil {
			own = append(own, v)
		}
	}
	taken := map[id.ID]bool{}
	if len(own) == 0 {
		return taken, nil
	}
	var found []id.ID
	if err := tx.NewRaw(`SELECT id FROM place WHERE id IN (?)`, bun.List(own)).Scan(ctx, &found); err != nil {
		return nil, fmt.Errorf("network: read places: %w", err)
	}
	for _, v := range found {
		taken[v] = true
	}
	return taken, nil
}

func knownRecords(ctx context.Context, tx db.Tx, source string, cards []Card) (map[string]sourceRow, error) {
	known := map[string]sourceRow{}
	if len(cards) == 0 {
		return known, nil
	}
	wanted := make([]string, len(cards))
	for i, c := range cards {
		wanted[i] = c.SourceID
	}
	var rows []sourceRow
	err := tx.NewSelect().Model(&rows).Column("source_id", "place_id", "digest").
		Where("source = ?", source).Where("source_id IN (?)", bun.List(wanted)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("network: read where places were read: %w", err)
	}
	for _, r := range rows {
		known[r.SourceID] = r
	}
	return known, nil
}

// digest sums up what a card says, field by field.
func digest(p *Place) string {
	said := make([]any, 0, 2*len(Fields))
	for _, f := range Fields {
		if v := value(f, p); !empty(v) {
			said = append(said, f.Key, v.Interface())
		}
	}
	b, err := json.Marshal(said)
	if err != nil {
		// Only a position that is not a number cannot be written, and none is read.
		panic("network: digest: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// SourcesOf reads where a place, and those it absorbed, were read.
func SourcesOf(ctx context.Context, tx db.Tx, place id.ID) ([]SourceRecord, error) {
	var rows []sourceRow
	err := tx.NewSelect().Model(&rows).Where("place_id = ? OR place_id IN (SELECT id FROM place WHERE merged_into = ?)", place, place).
		Order("source", "source_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("network: read the sources of a place: %w", err)
	}
	out := make([]SourceRecord, len(rows))
	for i, r := range rows {
		out[i] = SourceRecord{Source: r.Source, SourceID: r.SourceID, Place: r.PlaceID, Record: r.Record, ReadAt: r.ReadAt}
	}
	return out, nil
}
