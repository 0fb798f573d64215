// SPDX-License-Identifier: Apache-2.0

// Package exchange brings in the lists of places that others keep, and gives
// ours out in the national format. A file is read as it comes: old schema or
// new, an office's own columns, figures that lost their zeros, hours written
// as sentences. What can be mended is mended and said; what cannot is handed
// back with the reason and the remedy; and nothing good is lost because the
// field beside it is wrong. How a kind of file is read is data: mappings/README.md.
package exchange

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
)

// Options of an import.
type Options struct {
	// Source names the origin of all the records; "" leaves it to the mapping,
	// or else to each file's name.
	Source string
	// Mapping reads the files; nil recognises each by its columns.
	Mapping *Mapping
	// DryRun tells what would happen and writes nothing.
	DryRun bool
	// By is who imports; she must hold access.EditNetwork.
	By access.Viewer
	// Progress, when not nil, is told how many records of how many are done.
	Progress func(done, total int)
}

// batch is how many records are stored by one statement.
const batch = 200

// errDry undoes the transaction of a dry run.
var errDry = errors.New("exchange: dry run")

// file is a file read, and how it is to be understood.
type file struct {
	name    string
	source  string
	mapping *Mapping
	table   Table
}

// Import reads the places of files into the store, all or nothing: a fault of a
// whole file (a *Refusal), a lost connection or a cancelled ctx leaves the store
// as it was. Records with faults are imported without what cannot be mended, or
// handed back in the report. Importing the same file again changes nothing.
func Import(ctx context.Context, d *db.DB, paths []string, o Options) (Report, error) {
	files := make([]file, len(paths))
	total := 0
	for i, path := range paths {
		f, err := open(path, o)
		if err != nil {
			return Report{}, err
		}
		files[i] = f
		total += len(f.table.Rows)
	}
	var report Report
	err := d.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		// The transaction may be run again: each time starts a new report.
		report = newReport(o.DryRun)
		done := 0
		seen := map[id.ID]bool{}
		for _, f := range files {
			w := &writer{tx: tx, options: o, file: f, report: &report, seen: seen, today: clock.DateOf(tx.Now.Time)}
			w.progress = func() {
				done++
				if o.Progress != nil && (done%batch == 0 || done == total) {
					o.Progress(done, total)
				}
			}
			if err := w.write(ctx); err != nil {
				return err
			}
		}
		proposals, err := network.Duplicates(ctx, tx)
		if err != nil {
			return err
		}
		for _, p := range proposals {
			if seen[p.A.ID] || seen[p.B.ID] {
				report.Duplicates = append(report.Duplicates, p)
			}
		}
		if o.DryRun {
			return errDry
		}
		return nil
	})
	if err != nil && !errors.Is(err, errDry) {
		return Report{}, err
	}
	return report, nil
}

// open reads a file and settles how it is to be understood.
func open(path string, o Options) (file, error) {
	name := filepath.Base(path)
	info, err := os.Stat(path)
	if err != nil {
		return file{}, fmt.Errorf("exchange: %w", err)
	}
	if info.Size() > MaxBytes {
		return file{}, named(name, refuse("file.too_large", "max", MaxBytes>>20))
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return file{}, fmt.Errorf("exchange: %w", err)
	}
	return understand(name, content, o)
}

// understand reads the content of the file called name.
func understand(name string, content []byte, o Options) (file, error) {
	table, err := ReadTable(content)
	if err != nil {
		return file{}, named(name, err)
	}
	f := file{name: name, mapping: o.Mapping, table: table, source: o.Source}
	if f.mapping == nil {
		if f.mapping, err = Detect(table.Columns); err != nil {
			return file{}, named(name, err)
		}
	}
	f.table.respell(f.mapping.columns())
	if f.source == "" {
		f.source = f.mapping.Source
	}
	if f.source == "" {
		f.source = strings.TrimSuffix(name, filepath.Ext(name))
	}
	return f, nil
}

// named adds the file's name to a refusal.
func named(name string, err error) error {
	var r *Refusal
	if errors.As(err, &r) {
		r.File = name
	}
	return err
}

// writer turns the records of one file into cards and stores them.
type writer struct {
	tx       db.Tx
	options  Options
	file     file
	report   *Report
	seen     map[id.ID]bool // the places of the files
	today    clock.Date
	progress func()
}

func (w *writer) write(ctx context.Context) error {
	tally := FileReport{File: w.file.name, Mapping: w.file.mapping.Name, Source: w.file.source, Read: len(w.file.table.Rows)}
	reader := newReader(w.file.mapping, w.today)
	var cards []network.Card
	flush := func() error {
		outcomes, err := network.ImportCards(ctx, w.tx, w.options.By, w.file.source, cards)
		if err != nil {
			return err
		}
		tally.count(outcomes)
		for _, o := range outcomes {
			w.seen[o.Place] = true
		}
		cards = cards[:0]
		return nil
	}
	for _, row := range w.file.table.Rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		card, notes, ok := reader.read(row)
		w.report.note(w.file.name, notes)
		if ok {
			cards = append(cards, card)
		} else {
			tally.RejectedRows++
		}
		if len(cards) == batch {
			if err := flush(); err != nil {
				return err
			}
		}
		w.progress()
	}
	if err := flush(); err != nil {
		return err
	}
	w.report.add(tally)
	return nil
}
