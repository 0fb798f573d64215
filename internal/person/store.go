// SPDX-License-Identifier: Apache-2.0

package person

import (
	"context"
	"database/sql"
	"time"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
	"escale/internal/person/sealed"
)

// Note writes one line of the audit chain in the gesture tx: v did act to s. The
// rooms of the person's way note every read and every write of personal rows
// through it. It is access.Audit.Note; a function, so that tests can make it fail
// in the middle of a gesture.
type Note func(ctx context.Context, tx db.Tx, v access.Viewer, act access.Act, s access.Subject) error

// On notes that v did act to the row of that kind.
func (n Note) On(ctx context.Context, tx db.Tx, v access.Viewer, act access.Act, kind string, row id.ID) error {
	return n(ctx, tx, v, act, access.Subject{Kind: kind, ID: row})
}

// Store keeps files, agreements and mandates. Its methods take the gesture's
// transaction, which must be an Update: reading a file writes the audit.
type Store struct {
	ring *seal.Ring
	note Note
}

// NewStore makes a store that seals with ring and notes what is done in note.
func NewStore(ring *seal.Ring, note Note) *Store { return &Store{ring: ring, note: note} }

type personRow struct {
	bun.BaseModel  `bun:"table:person,alias:p"`
	ID             id.ID `bun:",pk"`
	OrganisationID id.ID
	CreatedBy      id.ID
	CreatedAt      db.Time
	InformedOn     clock.Date
	Identity       []byte
	PhoneIndex     []byte
	NameIndex      []byte
	BirthYear      int `bun:",nullzero"`
	Gender         string
	SocialStatus   string
	Commune        string
	ContactWay     ContactWay
	SharedPhone    bool
	Explanation    string
	Protected      bool
	LastContactAt  db.Time
	Version        int64
	AnonymisedAt   db.Time
}

const (
	identityField = "person.identity"
	phoneField    = "person.phone"
	nameField     = "person.name"
)

// row seals p. Its index columns let it be found by phone or by name, in either
// order.
func (s *Store) row(ctx context.Context, tx db.Tx, p Person) (personRow, error) {
	box, err := s.ring.Box(ctx, tx, p.Organisation)
	if err != nil {
		return personRow{}, err
	}
	identity, err := sealed.Put(ctx, s.ring, tx, p.Organisation, identityField, p.ID, p.Identity)
	if err != nil {
		return personRow{}, err
	}
	return personRow{
		ID: p.ID, OrganisationID: p.Organisation, InformedOn: p.InformedOn, Identity: identity,
		PhoneIndex: box.Index(phoneField, p.Identity.Phone),
		NameIndex:  box.Index(nameField, nameKey(p.Identity.LastName, p.Identity.FirstName)),
		BirthYear:  p.BirthYear, Gender: p.Gender, SocialStatus: p.SocialStatus, Commune: p.Commune,
		ContactWay: p.ContactWay, SharedPhone: p.SharedPhone, Explanation: p.Explanation, Protected: p.Protected,
		CreatedAt: db.At(p.CreatedAt), LastContactAt: db.At(p.LastContactAt), Version: p.Version, AnonymisedAt: db.At(p.AnonymisedAt),
	}, nil
}

func (s *Store) open(ctx context.Context, tx db.Tx, r personRow) (Person, error) {
	p := Person{
		ID: r.ID, Organisation: r.OrganisationID, BirthYear: r.BirthYear, Gender: r.Gender, SocialStatus: r.SocialStatus,
		Commune: r.Commune, ContactWay: r.ContactWay, SharedPhone: r.SharedPhone, Explanation: r.Explanation,
		Protected: r.Protected, InformedOn: r.InformedOn, CreatedAt: r.CreatedAt.Time, LastContactAt: r.LastContactAt.Time,
		AnonymisedAt: r.AnonymisedAt.Time, Version: r.Version,
	}
	return p, sealed.Get(ctx, s.ring, tx, r.OrganisationID, identityField, r.ID, r.Identity, &p.Identity)
}

// Create opens a file in the viewer's organisation. Creating again with the same
// ID gives back the file already there. What must be looked at again comes as
// *text.FieldErrors.
func (s *Store) Create(ctx context.Context, tx db.Tx, v access.Viewer, p Person) (Person, error) {
	if !v.May(access.ReadPerson) {
		return Person{}, ErrForbidden
	}
	if err := p.normalise(); err != nil {
		return Person{}, err
	}
	p.Organisation, p.Version, p.AnonymisedAt = v.Organisation(), 1, time.Time{}
	p.CreatedAt, p.LastContactAt = tx.Now.Time, tx.Now.Time
	row, err := s.row(ctx, tx, p)
	if err != nil {
		return Person{}, err
	}
	row.CreatedBy = v.Worker()
	res, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return Person{}, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return s.Read(ctx, tx, v, p.ID)
	}
	return p, s.note.On(ctx, tx, v, "person.create", "person", p.ID)
}

// Read gives a file of the viewer's organisation, or db.ErrNotFound.
func (s *Store) Read(ctx context.Context, tx db.Tx, v access.Viewer, person id.ID) (Person, error) {
	p, err := s.read(ctx, tx, v, person)
	if err != nil {
		return Person{}, err
	}
	return p, s.note.On(ctx, tx, v, "person.read", "person", person)
}

func (s *Store) read(ctx context.Context, tx db.Tx, v access.Viewer, person id.ID) (Person, error) {
	if !v.May(access.ReadPerson) {
		return Person{}, db.ErrNotFound
	}
	var r personRow
	err := tx.NewSelect().Model(&r).Where("p.id = ?", person).Where("p.organisation_id = ?", v.Organisation()).Scan(ctx)
	if err != nil {
		return Person{}, db.Explain(err)
	}
	return s.open(ctx, tx, r)
}

// Save keeps a changed file when p.Version is still the one in the store, and
// returns *Stale with both versions otherwise. Declaring a protection measure
// ends the mandates in force, in the same gesture (the schema sees to it).
func (s *Store) Save(ctx context.Context, tx db.Tx, v access.Viewer, p Person) (Person, error) {
	now, err := s.read(ctx, tx, v, p.ID)
	if err != nil {
		return Person{}, err
	}
	if !now.AnonymisedAt.IsZero() {
		return Person{}, db.ErrNotFound
	}
	if err := p.normalise(); err != nil {
		return Person{}, err
	}
	if now.Version != p.Version {
		return Person{}, &Stale{Yours: p, Theirs: now}
	}
	p.Organisation, p.CreatedAt, p.LastContactAt, p.AnonymisedAt = now.Organisation, now.CreatedAt, tx.Now.Time, time.Time{}
	p.Version++
	if err := s.update(ctx, tx, v, p, now.Version); err != nil {
		return Person{}, err
	}
	return p, s.note.On(ctx, tx, v, "person.save", "person", p.ID)
}

// update writes p over version, or fails with *Stale when another gesture was
// quicker.
func (s *Store) update(ctx context.Context, tx db.Tx, v access.Viewer, p Person, version int64) error {
	row, err := s.row(ctx, tx, p)
	if err != nil {
		return err
	}
	res, err := tx.NewUpdate().Model(&row).ExcludeColumn("organisation_id", "created_by", "created_at").
		Where("p.id = ?", p.ID).Where("p.version = ?", version).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	theirs, err := s.read(ctx, tx, v, p.ID)
	if err != nil {
		return err
	}
	return &Stale{Yours: p, Theirs: theirs}
}

// Anonymise empties a file of what says who she is and keeps what statistics
// need. It cannot be undone.
func (s *Store) Anonymise(ctx context.Context, tx db.Tx, v access.Viewer, person id.ID) error {
	p, err := s.read(ctx, tx, v, person)
	if err != nil {
		return err
	}
	if !p.AnonymisedAt.IsZero() {
		return nil
	}
	version := p.Version
	p.Identity, p.BirthYear, p.ContactWay, p.AnonymisedAt = Identity{}, 0, NoContact, tx.Now.Time
	p.Version++
	if err := s.update(ctx, tx, v, p, version); err != nil {
		return err
	}
	return s.note.On(ctx, tx, v, "person.anonymise", "person", person)
}

// Query finds files by what the person says of herself. One of the two is enough.
type Query struct {
	Phone string // in any spelling
	Name  string // last and first name, in either order
}

// most bounds an answer: more namesakes than this, and the phone must be asked.
const most = 20

// Find lists the files of the viewer's organisation whose phone or whole name is
// the one asked. Nothing is found by part of a name: the store only knows keyed
// fingerprints.
func (s *Store) Find(ctx context.Context, tx db.Tx, v access.Viewer, q Query) ([]Person, error) {
	if !v.May(access.ReadPerson) {
		return nil, ErrForbidden
	}
	box, err := s.ring.Box(ctx, tx, v.Organisation())
	if err != nil {
		return nil, err
	}
	var rows []personRow
	sel := tx.NewSelect().Model(&rows).Where("p.organisation_id = ?", v.Organisation()).Where("p.anonymised_at IS NULL")
	phone, isPhone := NormalPhone(q.Phone)
	switch {
	case isPhone:
		sel = sel.Where("p.phone_index = ?", box.Index(phoneField, phone))
	case nameKey(q.Name) != "":
		sel = sel.Where("p.name_index = ?", box.Index(nameField, nameKey(q.Name)))
	default:
		return nil, nil
	}
	if err := sel.OrderExpr("p.last_contact_at DESC, p.id").Limit(most).Scan(ctx); err != nil {
		return nil, err
	}
	found := make([]Person, 0, len(rows))
	for _, r := range rows {
		p, err := s.open(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		if err := s.note.On(ctx, tx, v, "person.find", "person", p.ID); err != nil {
			return nil, err
		}
		found = append(found, p)
	}
	return found, nil
}

// Contacted says that the person was met or reached now: her keeping period
// starts again. It leaves the version alone, because nothing she said changes.
func (s *Store) Contacted(ctx context.Context, tx db.Tx, v access.Viewer, person id.ID) error {
	_, err := tx.NewRaw(`UPDATE person SET last_contact_at = ? WHERE id = ? AND organisation_id = ? AND anonymised_at IS NULL`,
		tx.Now, person, v.Organisation()).Exec(ctx)
	return err
}

// Profile is what statistics keep of a person, and nothing that says who she is.
type Profile struct {
	AgeBand      string
	Gender       string
	SocialStatus string
}

// ProfileOn gives the profile, on day d, of a person of the viewer's
// organisation, or db.ErrNotFound. It opens no sealed field: whoever may record a
// support may have it counted.
func (s *Store) ProfileOn(ctx context.Context, tx db.Tx, v access.Viewer, person id.ID, d clock.Date) (Profile, error) {
	if !v.May(access.RecordActivity) {
		return Profile{}, db.ErrNotFound
	}
	var r personRow
	err := tx.NewSelect().Model(&r).Column("birth_year", "gender", "social_status").
		Where("p.id = ?", person).Where("p.organisation_id = ?", v.Organisation()).Scan(ctx)
	if err != nil {
		return Profile{}, db.Explain(err)
	}
	return Profile{AgeBand: AgeBand(r.BirthYear, d), Gender: r.Gender, SocialStatus: r.SocialStatus}, nil
}

// oneRow turns a write that met no row into db.ErrNotFound.
func oneRow(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return db.ErrNotFound
}
