// SPDX-License-Identifier: Apache-2.0

package network

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"escale/internal/exchange"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	room "escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/shared"
)

const (
	// maxUpload is the largest list sent through the page, in bytes: some fifteen
	// thousand places. The command reads larger ones.
	maxUpload = 20 << 20
	// envelope is what a form adds around a file, in bytes.
	envelope = 64 << 10
	// samples is how many repaired or rejected fields are shown of each.
	samples = 20
	// heldFor is how long a list waits to be confirmed.
	heldFor = 30 * time.Minute
	// heldAtMost bounds what all lists waiting weigh together, in bytes.
	heldAtMost = 4 * maxUpload
)

// upload is a list that was tried and waits to be confirmed.
type upload struct {
	account id.ID
	name    string
	content []byte
	at      time.Time
}

// uploads are the lists waiting to be confirmed, in memory: one that is lost is
// simply chosen again.
type uploads struct {
	mu   sync.Mutex
	held map[id.ID]upload
}

func newUploads() *uploads { return &uploads{held: map[id.ID]upload{}} }

// hold keeps u, under an identifier of its own, and forgets the oldest when all
// together weigh too much.
func (u *uploads) hold(one upload) id.ID {
	u.mu.Lock()
	defer u.mu.Unlock()
	total := len(one.content)
	for key, other := range u.held {
		// A second try replaces the first.
		if one.at.Sub(other.at) > heldFor || other.account == one.account {
			delete(u.held, key)
			continue
		}
		total += len(other.content)
	}
	for total > heldAtMost {
		oldest := id.ID("")
		for key, other := range u.held {
			if oldest == "" || other.at.Before(u.held[oldest].at) {
				oldest = key
			}
		}
		total -= len(u.held[oldest].content)
		delete(u.held, oldest)
	}
	key := id.New()
	u.held[key] = one
	return key
}

// find gives the list that account tried, if it still waits.
func (u *uploads) find(key, account id.ID, now time.Time) (upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	one, ok := u.held[key]
	return one, ok && one.account == account && now.Sub(one.at) <= heldFor
}

func (u *uploads) drop(key id.ID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.held, key)
}

// ImportView is the form, then what the list would do, then what it did.
type ImportView struct {
	*shared.Page
	Rooms      []Room
	File       string
	Held       id.ID // the list to confirm
	Done       bool
	Counts     []Count
	Mappings   []string
	Repaired   *shared.Table
	Rejected   *shared.Table
	Duplicates int
	Nothing    bool // the list says what it said last time
}

// Count is one number of a report, with its words.
type Count struct{ Value, Text string }

// form starts the page of imports.
func (p pages) importView(r *web.Request) ImportView {
	v := ImportView{Page: r.Page()}
	v.Rooms = rooms(v.Page)
	return v
}

func (p pages) showImport(r *web.Request) (web.Response, error) {
	return web.Show(p.importing, p.importView(r))
}

// readFile tries a list and shows what it would do.
func (p pages) readFile(r *web.Request) (web.Response, error) {
	v := p.importView(r)
	name, content, err := sent(r)
	if err == nil {
		var report exchange.Report
		if report, err = p.list(r, name, content, true); err == nil {
			v.Held = p.uploads.hold(upload{account: r.Viewer.Account(), name: name, content: content, at: r.Now})
			v.report(name, report)
		}
	}
	if err != nil && !v.Review(err) {
		return web.Response{}, err
	}
	return web.Show(p.importing, v)
}

// sent reads the file of the form.
func sent(r *web.Request) (name string, content []byte, err error) {
	var errs text.FieldErrors
	file, header, err := r.File("fichier")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		errs.Add("fichier", "network.import.missing")
		return "", nil, errs.Err()
	}
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	if header.Size > maxUpload {
		errs.Add("fichier", "network.import.large", "n", maxUpload>>20)
		return "", nil, errs.Err()
	}
	if content, err = io.ReadAll(file); err != nil {
		return "", nil, err
	}
	return safeName(header.Filename), content, nil
}

// safeName is the last part of a file's name: it may name the source, and must
// lead nowhere else.
func safeName(s string) string {
	s = filepath.Base(strings.ReplaceAll(s, `\`, "/"))
	if s == "." || s == ".." || s == "/" || len(s) > 120 {
		return "liste"
	}
	return s
}

// list reads a list into the store, or only tries to.
func (p pages) list(r *web.Request, name string, content []byte, dry bool) (exchange.Report, error) {
	report, err := p.Lists.Import(r.Context(), r.Viewer, name, content, dry)
	var refused *exchange.Refusal
	switch {
	case errors.As(err, &refused):
		return report, &text.FieldErrors{List: []text.FieldError{{Field: "fichier", Message: refused.Message}}}
	case errors.Is(err, room.ErrForbidden):
		return report, refusal(err, "fichier")
	}
	return report, err
}

func (p pages) confirmImport(r *web.Request) (web.Response, error) {
	v := p.importView(r)
	key, _ := r.FormID("liste")
	one, ok := p.uploads.find(key, r.Viewer.Account(), r.Now)
	if !ok {
		var errs text.FieldErrors
		errs.Add("fichier", "network.import.lost")
		v.Review(errs.Err())
		return web.Show(p.importing, v)
	}
	report, err := p.list(r, one.name, one.content, false)
	if err != nil {
		if v.Review(err) {
			return web.Show(p.importing, v)
		}
		return web.Response{}, err
	}
	p.uploads.drop(key)
	v.Done = true
	v.report(one.name, report)
	return web.Show(p.importing, v)
}

// report tells what a list did, or would do.
func (v *ImportView) report(name string, r exchange.Report) {
	v.File, v.Duplicates = name, len(r.Duplicates)
	v.Nothing = r.Imported == 0 && r.Updated == 0
	for _, c := range []struct {
		n    int
		name string
	}{
		{r.Read, "read"},
		{r.Imported, "imported"},
		{r.Updated, "updated"},
		{r.Unchanged, "unchanged"},
		{len(r.Repaired), "repaired"},
		{r.RejectedRows, "rejected"},
	} {
		v.Counts = append(v.Counts, Count{v.Number(c.n), v.T("network.import.count." + c.name)})
	}
	for _, f := range r.Files {
		v.Mappings = append(v.Mappings, v.T("network.import.mapping", "mapping", f.Mapping, "source", f.Source))
	}
	if len(r.Repaired) > 0 {
		t := v.faults("network.import.repaired", "network.import.kept")
		for _, f := range r.Repaired[:min(samples, len(r.Repaired))] {
			t.Rows = append(t.Rows, []shared.Cell{{Text: v.Number(f.Row)}, {Text: f.Field}, {Text: short(f.Value)}, {Text: f.Reason}, {Text: short(f.Kept)}})
		}
		v.Repaired = t
	}
	if len(r.Rejected) > 0 {
		t := v.faults("network.import.rejected", "network.import.remedy")
		for _, f := range r.Rejected[:min(samples, len(r.Rejected))] {
			field := cmp.Or(f.Field, v.T("network.import.whole"))
			t.Rows = append(t.Rows, []shared.Cell{{Text: v.Number(f.Row)}, {Text: field}, {Text: short(f.Value)}, {Text: f.Reason}, {Text: f.Remedy}})
		}
		v.Rejected = t
	}
}

// faults starts a table of faults, whose last column is last.
func (v *ImportView) faults(title, last string) *shared.Table {
	return &shared.Table{Caption: v.T(title), Wide: true, Head: []shared.Cell{
		{Text: v.T("network.import.row")},
		{Text: v.T("network.import.field")},
		{Text: v.T("network.import.value")},
		{Text: v.T("network.import.reason")},
		{Text: v.T(last)},
	}}
}

// short is a value short enough for a table.
func short(s string) string {
	const most = 80
	if letters := []rune(s); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return s
}
