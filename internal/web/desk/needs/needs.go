// SPDX-License-Identifier: Apache-2.0

// Package needs is where helpers find the needs of their organisation: the list,
// most urgent first and oldest next, and the page of one need with her words,
// what is known, what happened, and what can be done now. Others see initials
// and dates there, never why someone came.
package needs

import (
	"context"
	"embed"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/web"
	"escale/internal/web/atlas"
	"escale/internal/web/shared"
)

//go:embed list.html one.html file.html fr.json en.json
var files embed.FS

// Needs is what the pages ask of the room of needs.
type Needs interface {
	List(ctx context.Context, tx db.Tx, v access.Viewer, f need.Filter, today clock.Date) ([]need.Need, error)
	Read(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) (need.Need, error)
	Save(ctx context.Context, tx db.Tx, v access.Viewer, n need.Need) (need.Need, error)
	Add(ctx context.Context, tx db.Tx, v access.Viewer, e need.Event) error
	History(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) ([]need.Event, error)
	Conversations(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) ([]need.Held, error)
}

// Ways is what they ask of orientation.
type Ways interface {
	Decide(ctx context.Context, d *db.DB, v access.Viewer, dec orientation.Decision) (orientation.Decided, error)
	Decided(ctx context.Context, tx db.Tx, v access.Viewer, decision id.ID) (orientation.Decided, error)
	Sent(ctx context.Context, tx db.Tx, v access.Viewer, f orientation.SentFilter) ([]orientation.Follow, error)
	Withdraw(ctx context.Context, tx db.Tx, v access.Viewer, agreement id.ID) error
}

// People is what they ask of the files.
type People interface {
	Create(ctx context.Context, tx db.Tx, v access.Viewer, p person.Person) (person.Person, error)
	Read(ctx context.Context, tx db.Tx, v access.Viewer, person id.ID) (person.Person, error)
	Save(ctx context.Context, tx db.Tx, v access.Viewer, p person.Person) (person.Person, error)
	Find(ctx context.Context, tx db.Tx, v access.Viewer, q person.Query) ([]person.Person, error)
	Agreements(ctx context.Context, tx db.Tx, v access.Viewer, person, need id.ID) ([]person.Agreement, error)
	Mandates(ctx context.Context, tx db.Tx, v access.Viewer, person id.ID) ([]person.Mandate, error)
	RevokeMandate(ctx context.Context, tx db.Tx, v access.Viewer, mandate id.ID, because person.Revocation) error
}

// Audit tells who read or changed a file: access.Audit.
type Audit interface {
	History(ctx context.Context, tx db.Tx, v access.Viewer, s access.Subject) ([]access.Entry, error)
}

// Atlas tells one commune from another of the same name.
type Atlas interface {
	Current(ctx context.Context) (*atlas.Snapshot, error)
}

// Deps is what the pages stand on.
type Deps struct {
	DB     *db.DB
	Needs  Needs
	Ways   Ways
	People People
	Audit  Audit // nil: the file's page does not say who read it
	Atlas  Atlas
}

type pages struct {
	Deps
	list *shared.Template[List]
	one  *shared.Template[One]
	file *shared.Template[File]
}

// Routes are the list, the page of one need with its gestures, and its file.
func Routes(lib *shared.Library, d Deps) []web.Route {
	p := pages{
		Deps: d,
		list: shared.Add[List](lib, shared.Staff, files, "list.html"),
		one:  shared.Add[One](lib, shared.Staff, files, "one.html"),
		file: shared.Add[File](lib, shared.Staff, files, "file.html"),
	}
	return []web.Route{
		{Method: "GET", Pattern: "/demandes", Permission: access.ReadPerson, Handle: p.showList},
		{Method: "GET", Pattern: "/demandes/{id}", Permission: access.ReadPerson, Handle: p.showOne},
		{Method: "POST", Pattern: "/demandes/{id}/arret", Permission: access.DecideReferral, Handle: p.stop},
		{Method: "POST", Pattern: "/demandes/{id}/reprise", Permission: access.DecideReferral, Handle: p.reopen},
		{Method: "POST", Pattern: "/demandes/{id}/accord", Permission: access.ReadPerson, Handle: p.withdraw},
		{Method: "GET", Pattern: "/demandes/{id}/dossier", Permission: access.ReadPerson, Handle: p.showFile},
		{Method: "POST", Pattern: "/demandes/{id}/dossier", Permission: access.ReadPerson, Handle: p.link},
		{Method: "POST", Pattern: "/demandes/{id}/mandat", Permission: access.ReadPerson, Handle: p.endMandate},
	}
}

// gesture runs f in one transaction: reading a need writes the audit.
func (p pages) gesture(r *web.Request, f func(ctx context.Context, tx db.Tx) error) error {
	return p.DB.Update(r.Context(), f)
}
