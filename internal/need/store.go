// SPDX-License-Identifier: Apache-2.0

package need

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"escale/internal/access"
	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
	"escale/internal/person"
	"escale/internal/person/sealed"
)

// Store keeps needs, what happened to them, and the conversations held for
// them. Its methods take the gesture's transaction, which must be an Update:
// reading a need writes the audit.
type Store struct {
	ring *seal.Ring
	note person.Note
}

// NewStore makes a store that seals with ring and notes what is done in note.
func NewStore(ring *seal.Ring, note person.Note) *Store { return &Store{ring: ring, note: note} }

type needRow struct {
	bun.BaseModel  `bun:"table:need,alias:n"`
	ID             id.ID `bun:",pk"`
	OrganisationID id.ID
	NotedBy        id.ID
	NotedAt        db.Time
	CreatedAt      db.Time
	PersonID       id.ID `bun:",nullzero"`
	OriginID       id.ID `bun:",nullzero"`
	Said           []byte
	ContactWay     person.ContactWay
	SharedPhone    bool
	Category       autonomy.Category
	SubTheme       string
	Deadline       clock.Date
	Risk           autonomy.Risk
	EntryWay       string
	Commune        string
	Refusals       string
	Status         Status
	Outcome        string      `bun:",nullzero"`
	RightBecame    RightBecame `bun:",nullzero"`
	ClosedAt       db.Time
	Version        int64
}

const saidField = "need.said"

func (s *Store) row(ctx context.Context, tx db.Tx, n Need) (needRow, error) {
	said, err := sealed.Put(ctx, s.ring, tx, n.Organisation, saidField, n.ID, n.Said)
	if err != nil {
		return needRow{}, err
	}
	refusals, err := list(n.Refusals)
	if err != nil {
		return needRow{}, err
	}
	return needRow{
		ID: n.ID, OrganisationID: n.Organisation, NotedBy: n.NotedBy, NotedAt: db.At(n.NotedAt), CreatedAt: db.At(n.CreatedAt),
		PersonID: n.Person, OriginID: n.Origin, Said: said, ContactWay: n.ContactWay, SharedPhone: n.SharedPhone,
		Category: n.Category, SubTheme: n.SubTheme, Deadline: n.Deadline, Risk: n.Risk, EntryWay: n.EntryWay,
		Commune: n.Commune, Refusals: refusals, Status: n.Status, Outcome: n.Outcome, RightBecame: n.RightBecame,
		ClosedAt: db.At(n.ClosedAt), Version: n.Version,
	}, nil
}

func (s *Store) open(ctx context.Context, tx db.Tx, r needRow) (Need, error) {
	n := Need{
		ID: r.ID, Organisation: r.OrganisationID, NotedBy: r.NotedBy, NotedAt: r.NotedAt.Time, CreatedAt: r.CreatedAt.Time,
		Person: r.PersonID, Origin: r.OriginID, ContactWay: r.ContactWay, SharedPhone: r.SharedPhone,
		Category: r.Category, SubTheme: r.SubTheme, Deadline: r.Deadline, Risk: r.Risk, EntryWay: r.EntryWay,
		Commune: r.Commune, Status: r.Status, Outcome: r.Outcome, RightBecame: r.RightBecame,
		ClosedAt: r.ClosedAt.Time, Version: r.Version,
	}
	if err := json.Unmarshal([]byte(r.Refusals), &n.Refusals); err != nil {
		return Need{}, fmt.Errorf("need %s: refusals: %w", r.ID, err)
	}
	return n, sealed.Get(ctx, s.ring, tx, r.OrganisationID, saidField, r.ID, r.Said, &n.Said)
}

// list writes a list as a JSON array, never null.
func list[T any](l []T) (string, error) {
	if len(l) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(l)
	return string(b), err
}

// Capture notes a need in the viewer's organisation. Its ID is made by whoever
// captures, so that sending twice notes once: the second time gives back what
// was kept, to whoever may note there. What must be looked at again comes as
// *text.FieldErrors. A need that continues another organisation's (Origin) must
// have been handed to the viewer's.
func (s *Store) Capture(ctx context.Context, tx db.Tx, v access.Viewer, n Need) (Need, error) {
	if !v.May(access.CaptureNeed) {
		return Need{}, person.ErrForbidden
	}
	if err := n.normalise(); err != nil {
		return Need{}, err
	}
	if n.Origin != "" {
		if _, err := s.reach(ctx, tx, v, n.Origin); err != nil {
			return Need{}, err
		}
	}
	n.Organisation, n.NotedBy, n.CreatedAt = v.Organisation(), v.Worker(), tx.Now.Time
	n.Status, n.Outcome, n.RightBecame, n.ClosedAt, n.Version = Open, "", "", time.Time{}, 1
	// A phone that was offline says when she spoke; a clock ahead of ours is wrong.
	if n.NotedAt.IsZero() || n.NotedAt.After(tx.Now.Time) {
		n.NotedAt = tx.Now.Time
	}
	row, err := s.row(ctx, tx, n)
	if err != nil {
		return Need{}, err
	}
	res, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return Need{}, err
	}
	added, err := res.RowsAffected()
	if err != nil {
		return Need{}, err
	}
	if added == 0 {
		return s.again(ctx, tx, v, n.ID)
	}
	e := Event{Need: n.ID, Kind: WasNoted}
	if err := s.addEvent(ctx, tx, v, e); err != nil {
		return Need{}, err
	}
	if err := tx.Touch(ctx, "figures"); err != nil {
		return Need{}, err
	}
	return n, s.note.On(ctx, tx, v, "need.capture", "need", n.ID)
}

// again gives back a need captured before with the same ID: to its own author,
// or to who may read it.
func (s *Store) again(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) (Need, error) {
	var r needRow
	err := tx.NewSelect().Model(&r).Where("n.id = ?", need).Where("n.organisation_id = ?", v.Organisation()).Scan(ctx)
	if err != nil {
		return Need{}, db.Explain(err)
	}
	if r.NotedBy != v.Worker() && !v.May(access.ReadPerson) {
		return Need{}, db.ErrNotFound
	}
	return s.open(ctx, tx, r)
}

// Read gives a need of the viewer's organisation, or db.ErrNotFound.
func (s *Store) Read(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) (Need, error) {
	n, err := s.read(ctx, tx, v, need)
	if err != nil {
		return Need{}, err
	}
	return n, s.note.On(ctx, tx, v, "need.read", "need", need)
}

// ForGesture is Read without its line in the audit, for a gesture of a room above
// that notes itself what it does with the need: the audit makes gestures of one
// organisation wait for one another, so it is written last.
func (s *Store) ForGesture(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) (Need, error) {
	return s.read(ctx, tx, v, need)
}

func (s *Store) read(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) (Need, error) {
	if !v.May(access.ReadPerson) {
		return Need{}, db.ErrNotFound
	}
	var r needRow
	err := tx.NewSelect().Model(&r).Where("n.id = ?", need).Where("n.organisation_id = ?", v.Organisation()).Scan(ctx)
	if err != nil {
		return Need{}, db.Explain(err)
	}
	return s.open(ctx, tx, r)
}

// Save keeps what was changed in a need (her words, its category, its date, the
// file it belongs to, …) when n.Version is still the one in the store, and
// returns *Stale otherwise. The status only changes by an event.
func (s *Store) Save(ctx context.Context, tx db.Tx, v access.Viewer, n Need) (Need, error) {
	now, err := s.read(ctx, tx, v, n.ID)
	if err != nil {
		return Need{}, err
	}
	if err := n.normalise(); err != nil {
		return Need{}, err
	}
	if err := mayClose(n.Category, now.Status, now.Outcome, now.RightBecame); err != nil {
		return Need{}, err
	}
	if now.Version != n.Version {
		return Need{}, &Stale{Yours: n, Theirs: now}
	}
	n.Organisation, n.NotedBy, n.NotedAt, n.CreatedAt, n.Origin = now.Organisation, now.NotedBy, now.NotedAt, now.CreatedAt, now.Origin
	n.Status, n.Outcome, n.RightBecame, n.ClosedAt = now.Status, now.Outcome, now.RightBecame, now.ClosedAt
	n.Version++
	row, err := s.row(ctx, tx, n)
	if err != nil {
		return Need{}, err
	}
	res, err := tx.NewUpdate().Model(&row).
		Column("person_id", "said", "contact_way", "shared_phone", "category", "sub_theme", "deadline", "risk",
			"entry_way", "commune", "refusals", "version").
		Where("n.id = ?", n.ID).Where("n.version = ?", now.Version).Exec(ctx)
	if changed, err := rows(res, err); err != nil {
		return Need{}, err
	} else if changed == 0 {
		theirs, err := s.read(ctx, tx, v, n.ID)
		if err != nil {
			return Need{}, err
		}
		return Need{}, &Stale{Yours: n, Theirs: theirs}
	}
	return n, s.note.On(ctx, tx, v, "need.save", "need", n.ID)
}

func rows(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Filter narrows a list of needs. The zero Filter lists those still open.
type Filter struct {
	Statuses []Status // none means Open and Referred
	Person   id.ID    // the needs of one file
	Limit    int      // 0 means 50
}

// List gives needs of the viewer's organisation, most urgent first, then oldest
// first (R18, R45). Today is the day where the viewer works.
func (s *Store) List(ctx context.Context, tx db.Tx, v access.Viewer, f Filter, today clock.Date) ([]Need, error) {
	if !v.May(access.ReadPerson) {
		return nil, person.ErrForbidden
	}
	if len(f.Statuses) == 0 {
		f.Statuses = []Status{Open, Referred}
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	var found []needRow
	sel := tx.NewSelect().Model(&found).Where("n.organisation_id = ?", v.Organisation()).
		Where("n.status IN ?", bun.Tuple(f.Statuses))
	if f.Person != "" {
		sel = sel.Where("n.person_id = ?", f.Person)
	}
	// The order of compare, said in SQL so that the limit keeps the right ones.
	err := sel.OrderExpr(`CASE WHEN n.deadline < ? THEN 0 WHEN n.deadline <= ? OR n.risk IN ? THEN 1 WHEN n.deadline <= ? THEN 2 ELSE 3 END`,
		today, today.AddDays(SoonDays), bun.Tuple(lossRisks), today.AddDays(LaterDays)).
		OrderExpr("COALESCE(n.deadline, '9999-12-31'), n.noted_at, n.id").Limit(int64(f.Limit)).Scan(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Need, 0, len(found))
	for _, r := range found {
		n, err := s.open(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, s.note.On(ctx, tx, v, "need.list", "organisation", v.Organisation())
}
