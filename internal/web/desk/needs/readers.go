// SPDX-License-Identifier: Apache-2.0

package needs

import (
	"context"
	"errors"
	"slices"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/web/shared"
)

// reading is what one colleague did to a file on one day. Nothing of what the
// file says is in it, so that it can be shown to the person (R123).
type reading struct {
	iso, day string // the day where the network lives, for grouping and in words
	worker   id.ID
	who      string
	acts     []string
}

// readers is the table of who read or changed a file, newest first.
func (p pages) readers(ctx context.Context, tx db.Tx, page *shared.Page, file id.ID) (*shared.Table, error) {
	entries, err := p.Audit.History(ctx, tx, page.Viewer, access.Subject{Kind: "person", ID: file})
	if err != nil {
		return nil, err
	}
	var list []reading
	names := map[id.ID]string{}
	for _, e := range entries {
		iso, err := page.ISO(e.At)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(list, func(l reading) bool { return l.iso == iso && l.worker == e.Worker })
		if at < 0 {
			l := reading{iso: iso, worker: e.Worker}
			if l.day, err = page.Date(e.At); err != nil {
				return nil, err
			}
			if l.who, err = whoIs(ctx, tx, page, e.Worker, names); err != nil {
				return nil, err
			}
			at, list = len(list), append(list, l)
		}
		if act := did(page, e.Act); !slices.Contains(list[at].acts, act) {
			list[at].acts = append(list[at].acts, act)
		}
	}
	t := &shared.Table{
		Caption: page.T("needs.file.readers"), Hidden: true,
		Head: []shared.Cell{{Text: page.T("needs.file.readers.day")}, {Text: page.T("needs.file.readers.who")}, {Text: page.T("needs.file.readers.did")}},
	}
	for _, l := range list {
		t.Rows = append(t.Rows, []shared.Cell{{Text: l.day}, {Text: l.who}, {Text: page.List(l.acts)}})
	}
	return t, nil
}

// whoIs says a worker by name and trade; names holds those already asked for.
func whoIs(ctx context.Context, tx db.Tx, page *shared.Page, worker id.ID, names map[id.ID]string) (string, error) {
	if name, known := names[worker]; known {
		return name, nil
	}
	name := page.T("needs.file.readers.unnamed")
	if worker != "" {
		w, err := network.GetWorker(ctx, tx, worker)
		switch {
		case err == nil:
			name = w.Name
		case !errors.Is(err, db.ErrNotFound):
			return "", err
		}
		for _, k := range network.WorkerKinds() {
			if err == nil && k.Code == w.Kind {
				name = page.T("needs.file.readers.worker", "name", w.Name, "trade", k.Label)
			}
		}
	}
	names[worker] = name
	return name, nil
}

// did says an act in words. Rooms may name new ones: those are said in general.
func did(page *shared.Page, act access.Act) string {
	if key := "needs.file.act." + string(act); page.Knows(key) {
		return page.T(key)
	}
	return page.T("needs.file.act.other")
}
