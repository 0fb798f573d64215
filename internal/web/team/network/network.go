// SPDX-License-Identifier: Apache-2.0

// Package network is « Réseau »: who helps and where, kept true. Anyone signed in
// reads the organisations, those who work there and their places; whoever edits
// the network writes cards, checks them, moves a branch, brings two cards of one
// place together or apart, and brings in the lists that others keep.
package network

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"slices"
	"strings"

	"escale/internal/access"
	"escale/internal/exchange"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	room "escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/shared"
)

//go:embed *.html fr.json
var embedded embed.FS

// folder gives each page the parts that several of them draw.
type folder struct{ embed.FS }

var files = folder{embedded}

// ReadFile reads a page followed by the parts.
func (f folder) ReadFile(name string) ([]byte, error) {
	page, err := f.FS.ReadFile(name)
	if err != nil || !strings.HasSuffix(name, ".html") {
		return page, err
	}
	parts, err := f.FS.ReadFile("parts.html")
	return slices.Concat(page, parts), err
}

// Addresses of the pages.
const (
	treePath       = "/reseau"
	branchesPath   = "/reseau/structures/"
	newBranchPath  = "/reseau/structures/nouvelle"
	placesPath     = "/reseau/lieux"
	newPlacePath   = "/reseau/lieux/nouveau"
	duplicatesPath = "/reseau/doublons"
	communesPath   = "/reseau/communes"
	importPath     = "/reseau/importer"
)

// Tree is the organisations and those who work there.
type Tree interface {
	// Organisations lists all organisations, by name.
	Organisations(ctx context.Context) ([]room.Organisation, error)
	// Workers lists who belongs to each of some organisations on a day.
	Workers(ctx context.Context, day clock.Date, organisations ...id.ID) (map[id.ID][]room.Worker, error)
	// Hangings tells where an organisation hung, oldest first.
	Hangings(ctx context.Context, organisation id.ID) ([]room.Hanging, error)
	Add(ctx context.Context, v access.Viewer, o room.Organisation) (room.Organisation, error)
	Edit(ctx context.Context, v access.Viewer, o room.Organisation) error
	Move(ctx context.Context, v access.Viewer, branch, parent id.ID, day clock.Date) error
	AddWorker(ctx context.Context, v access.Viewer, w room.Worker, organisation id.ID, from clock.Date) error
}

// Places is the cards of places.
type Places interface {
	// Cards lists all cards that are not absorbed by another, by name.
	Cards(ctx context.Context) ([]Card, error)
	// Sheet is one card with its story, or db.ErrNotFound.
	Sheet(ctx context.Context, place id.ID) (Sheet, error)
	AddPlace(ctx context.Context, v access.Viewer, p room.Place) (room.Place, error)
	EditPlace(ctx context.Context, v access.Viewer, p room.Place) error
	Verify(ctx context.Context, v access.Viewer, place id.ID, version int64, day clock.Date) error
	// Proposals lists the pairs of cards that look like one place, the surest first.
	Proposals(ctx context.Context) ([]room.Proposal, error)
	Merge(ctx context.Context, v access.Viewer, survivor, absorbed id.ID, reason string) error
	KeepApart(ctx context.Context, v access.Viewer, a, b id.ID) error
	Split(ctx context.Context, v access.Viewer, act id.ID) error
	// Coverage tells, for each commune of the viewer's ground, who receives there.
	Coverage(ctx context.Context, v access.Viewer) ([]Covered, error)
}

// Lists brings in the lists of places that others keep.
type Lists interface {
	// Import reads content, a file called name; dry writes nothing. A file that
	// cannot be read at all is an *exchange.Refusal.
	Import(ctx context.Context, v access.Viewer, name string, content []byte, dry bool) (exchange.Report, error)
}

// Deps is what the pages need; *House is all three.
type Deps struct {
	Tree   Tree
	Places Places
	Lists  Lists
}

// pages are the templates and what they draw on.
type pages struct {
	Deps
	tree       *shared.Template[TreeView]
	branch     *shared.Template[BranchView]
	newBranch  *shared.Template[NewBranchView]
	places     *shared.Template[PlacesView]
	place      *shared.Template[PlaceView]
	duplicates *shared.Template[DuplicatesView]
	communes   *shared.Template[CommunesView]
	importing  *shared.Template[ImportView]
	uploads    *uploads
}

// Routes declares the pages of the network.
func Routes(lib *shared.Library, deps Deps) []web.Route {
	lib.Messages(exchange.Messages)
	p := pages{
		Deps:       deps,
		tree:       shared.Add[TreeView](lib, shared.Staff, files, "tree.html"),
		branch:     shared.Add[BranchView](lib, shared.Staff, files, "branch.html"),
		newBranch:  shared.Add[NewBranchView](lib, shared.Staff, files, "new_branch.html"),
		places:     shared.Add[PlacesView](lib, shared.Staff, files, "places.html"),
		place:      shared.Add[PlaceView](lib, shared.Staff, files, "place.html"),
		duplicates: shared.Add[DuplicatesView](lib, shared.Staff, files, "duplicates.html"),
		communes:   shared.Add[CommunesView](lib, shared.Staff, files, "communes.html"),
		importing:  shared.Add[ImportView](lib, shared.Staff, files, "import.html"),
		uploads:    newUploads(),
	}
	read := func(pattern string, handle func(*web.Request) (web.Response, error)) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Permission: access.SignedIn, Handle: handle}
	}
	form := func(pattern string, handle func(*web.Request) (web.Response, error)) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: pattern, Permission: access.EditNetwork, Handle: handle}
	}
	write := func(pattern string, handle func(*web.Request) (web.Response, error)) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: pattern, Permission: access.EditNetwork, Handle: handle}
	}
	upload := write(importPath, p.readFile)
	upload.MaxBody = maxUpload + envelope
	return []web.Route{
		read(treePath, p.showTree),
		read(branchesPath+"{id}", p.showBranch),
		form(newBranchPath, p.showNewBranch),
		write("/reseau/structures", p.addBranch),
		write(branchesPath+"{id}", p.editBranch),
		write(branchesPath+"{id}/deplacer", p.moveBranch),
		write(branchesPath+"{id}/personnes", p.addWorker),
		read(placesPath, p.showPlaces),
		form(newPlacePath, p.showNewPlace),
		write(placesPath, p.addPlace),
		form(placesPath+"/{id}", p.showPlace),
		write(placesPath+"/{id}", p.editPlace),
		write(placesPath+"/{id}/verifiee", p.verifyPlace),
		write(placesPath+"/{id}/separer", p.splitPlace),
		form(duplicatesPath, p.showDuplicates),
		write(duplicatesPath, p.decideDuplicate),
		read(communesPath, p.showCommunes),
		form(importPath, p.showImport),
		upload,
		write(importPath+"/confirmer", p.confirmImport),
	}
}

// refusal turns what the room refuses into something to look at again in field.
// Any other error, nil included, comes back as it is.
func refusal(err error, field string) error {
	var errs text.FieldErrors
	switch {
	case errors.Is(err, room.ErrForbidden):
		errs.Add(field, "network.refused.forbidden")
	case errors.Is(err, room.ErrCycle):
		errs.Add(field, "network.refused.cycle")
	case errors.Is(err, room.ErrMerged):
		errs.Add(field, "network.refused.merged")
	default:
		return err
	}
	return errs.Err()
}

// today is the day it is for the page's network.
func today(p *shared.Page) clock.Date { return clock.DateOf(p.Now) }

// date reads the day typed under name, or notes that it is missing.
func date(r *web.Request, name string, errs *text.FieldErrors) clock.Date {
	d, ok := r.Date(name)
	if !ok {
		errs.Add(name, "network.date_missing")
	}
	return d
}
