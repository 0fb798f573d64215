// SPDX-License-Identifier: Apache-2.0

package orientation

import (
	"context"
	"errors"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/person/sealed"
)

type sheetRow struct {
	bun.BaseModel  `bun:"table:her_sheet,alias:s"`
	ID             id.ID `bun:",pk"`
	NeedID         id.ID
	OrganisationID id.ID
	Round          int
	CodeHash       []byte
	Content        []byte
	BookingID      id.ID `bun:",nullzero"`
	CreatedAt      db.Time
	ChangedAt      db.Time
	ExpiresAt      db.Time
	ErasedAt       db.Time
}

const contentField = "her_sheet.content"

// rounds bounds the search for a code not in use: with a million sheets, one
// code in a million is taken, so two in a row already say that something is wrong.
const rounds = 4

var errNoCode = errors.New("orientation: no free code for a sheet")

// sheetOf reads the sheet of a need, erased or not.
func sheetOf(ctx context.Context, tx db.Tx, needID id.ID) (sheetRow, error) {
	var r sheetRow
	sel := tx.NewSelect().Model(&r).Where("s.need_id = ?", needID)
	if tx.Engine == db.Postgres {
		sel = sel.For("UPDATE")
	}
	return r, db.Explain(sel.Scan(ctx))
}

// makeSheet makes the sheet of a need, or brings it up to date. A sheet she
// erased stays erased.
func (s *Store) makeSheet(ctx context.Context, tx db.Tx, n need.Need, nextStep string, booking id.ID) error {
	r, err := sheetOf(ctx, tx, n.ID)
	if err == nil {
		return s.write(ctx, tx, r, func(c *content) bool {
			if nextStep != "" {
				c.add(Line{NextStep: nextStep})
			}
			return true
		}, booking)
	}
	if !errors.Is(err, db.ErrNotFound) {
		return err
	}
	r = sheetRow{
		ID: id.New(), NeedID: n.ID, OrganisationID: n.Organisation, BookingID: booking,
		CreatedAt: tx.Now, ChangedAt: tx.Now, ExpiresAt: db.At(tx.Now.Add(sheetLife)),
	}
	first := content{Lines: []Line{{NextStep: nextStep}}}
	if r.Content, err = sealed.Put(ctx, s.ring, tx, r.OrganisationID, contentField, r.ID, first); err != nil {
		return err
	}
	for ; r.Round < rounds; r.Round++ {
		r.CodeHash = s.codes.fingerprint(s.codes.code(r.ID, r.Round))
		res, err := tx.NewInsert().Model(&r).On("CONFLICT (code_hash) DO NOTHING").Exec(ctx)
		if err != nil {
			return err
		}
		if added, err := res.RowsAffected(); err != nil || added == 1 {
			return err
		}
	}
	return errNoCode
}

// GiveSheet makes the sheet of a need of the viewer's organisation when it has
// none yet (someone helped at once, without a decision), and gives the code that
// opens it; the empty code when she erased it.
func (s *Store) GiveSheet(ctx context.Context, tx db.Tx, v access.Viewer, needID id.ID) (string, error) {
	n, err := s.needs.Read(ctx, tx, v, needID)
	if err != nil {
		return "", err
	}
	if err := s.needs.Reachable(ctx, tx, v, needID); err != nil { // and held, so that one sheet is made
		return "", err
	}
	if err := s.makeSheet(ctx, tx, n, "", ""); err != nil {
		return "", err
	}
	return s.codeOf(ctx, tx, needID)
}

// write changes what a sheet says, unless change reports that it changes nothing;
// an empty booking leaves the one it has.
func (s *Store) write(ctx context.Context, tx db.Tx, r sheetRow, change func(*content) bool, booking id.ID) error {
	if !r.ErasedAt.IsZero() {
		return nil
	}
	var c content
	if err := sealed.Get(ctx, s.ring, tx, r.OrganisationID, contentField, r.ID, r.Content, &c); err != nil {
		return err
	}
	if !change(&c) {
		return nil
	}
	var err error
	if r.Content, err = sealed.Put(ctx, s.ring, tx, r.OrganisationID, contentField, r.ID, c); err != nil {
		return err
	}
	if booking != "" {
		r.BookingID = booking
	}
	r.ChangedAt, r.ExpiresAt = tx.Now, db.At(tx.Now.Add(sheetLife))
	_, err = tx.NewUpdate().Model(&r).Column("content", "booking_id", "changed_at", "expires_at").WherePK().Exec(ctx)
	return err
}

// codeOf makes the code of a need's sheet again; empty when she erased it.
func (s *Store) codeOf(ctx context.Context, tx db.Tx, needID id.ID) (string, error) {
	r, err := sheetOf(ctx, tx, needID)
	switch {
	case errors.Is(err, db.ErrNotFound), err == nil && !r.ErasedAt.IsZero():
		return "", nil
	case err != nil:
		return "", err
	}
	return s.codes.code(r.ID, r.Round), nil
}

// WriteOnSheet writes the line of an entry on her sheet, after a support for a
// need the viewer's organisation may answer for. Without a sheet, or once erased,
// it does nothing.
func (s *Store) WriteOnSheet(ctx context.Context, tx db.Tx, v access.Viewer, needID id.ID, l Line) error {
	return s.onSheet(ctx, tx, v, needID, func(c *content) bool { return c.add(l) })
}

// CorrectOnSheet is WriteOnSheet for an entry that was corrected: its line is
// replaced, where it stands. An entry that has no line there, because the sheet
// was made after it, gets none.
func (s *Store) CorrectOnSheet(ctx context.Context, tx db.Tx, v access.Viewer, needID id.ID, l Line) error {
	return s.onSheet(ctx, tx, v, needID, func(c *content) bool { return c.replace(l) })
}

func (s *Store) onSheet(ctx context.Context, tx db.Tx, v access.Viewer, needID id.ID, change func(*content) bool) error {
	if err := s.needs.Reachable(ctx, tx, v, needID); err != nil {
		return err
	}
	r, err := sheetOf(ctx, tx, needID)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	return s.write(ctx, tx, r, change, "")
}

// OpenSheet gives the sheet that a code opens, or db.ErrNotFound: for a code that
// was never given, erased or too old alike. The code is the only proof asked, so
// the caller limits how often one may try.
func (s *Store) OpenSheet(ctx context.Context, tx db.Tx, typed string) (Sheet, error) {
	r, err := s.byCode(ctx, tx, typed)
	if err != nil {
		return Sheet{}, err
	}
	var c content
	if err := sealed.Get(ctx, s.ring, tx, r.OrganisationID, contentField, r.ID, r.Content, &c); err != nil {
		return Sheet{}, err
	}
	m, err := meeting(ctx, tx, r.BookingID)
	if err != nil {
		return Sheet{}, err
	}
	if m != nil && m.End.Before(tx.Now.Time) {
		m = nil
	}
	return Sheet{Done: c.did(), NextStep: c.next(), Meeting: m, ChangedAt: r.ChangedAt.Time}, nil
}

// EraseSheet empties the sheet that a code opens, at her wish. The code opens
// nothing afterwards; what was decided with her stays where it was decided.
func (s *Store) EraseSheet(ctx context.Context, tx db.Tx, typed string) error {
	r, err := s.byCode(ctx, tx, typed)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw(`UPDATE her_sheet SET code_hash = NULL, content = NULL, booking_id = NULL, erased_at = ? WHERE id = ?`,
		tx.Now, r.ID).Exec(ctx)
	return err
}

func (s *Store) byCode(ctx context.Context, tx db.Tx, typed string) (sheetRow, error) {
	code, ok := NormalCode(typed)
	if !ok {
		return sheetRow{}, db.ErrNotFound
	}
	var r sheetRow
	err := tx.NewSelect().Model(&r).Where("s.code_hash = ?", s.codes.fingerprint(code)).Where("s.expires_at > ?", tx.Now).Scan(ctx)
	return r, db.Explain(err)
}
