// SPDX-License-Identifier: Apache-2.0

package today

import (
	"context"
	"sync"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/web"
)

const (
	// keptFor is how long a day may be shown as it was made: it holds first names,
	// and needs and mandates say nothing when they change.
	keptFor = time.Minute
	// lookEvery is how long a change made by another process may stay unseen.
	lookEvery = time.Second
	// mostKept bounds the memory of days, some 20 kB each.
	mostKept = 2000
)

// owner is for whom a day was made: never shown to anyone else, nor to the same
// person after her grants, language or colours changed.
type owner struct {
	account, worker, organisation id.ID
	grants                        uint64
	name, role, lang, theme       string
	day                           clock.Date
}

func ownerOf(r *web.Request, day clock.Date) owner {
	p := r.Page()
	o := owner{
		account: r.Viewer.Account(), worker: r.Viewer.Worker(), organisation: r.Viewer.Organisation(),
		name: p.Name, role: p.RoleKey, lang: p.Lang, theme: p.Theme, day: day,
	}
	for i, permission := range access.Permissions {
		if r.Viewer.May(permission) {
			o.grants |= 1 << i
		}
	}
	return o
}

type keptDay struct {
	response web.Response
	version  int64
	until    time.Time
}

// kept holds days in memory for a short time. What it holds is dropped when the
// store says that something changed, here or in another process.
type kept struct {
	days Days

	mu      sync.Mutex
	pages   map[owner]keptDay
	version int64
	looked  time.Time
}

func newKept(days Days) *kept { return &kept{days: days, pages: map[owner]keptDay{}} }

// look gives the store's version, asked at most once per lookEvery.
func (k *kept) look(ctx context.Context, now time.Time) (int64, error) {
	k.mu.Lock()
	version, looked := k.version, k.looked
	k.mu.Unlock()
	if since := now.Sub(looked); since >= 0 && since < lookEvery {
		return version, nil
	}
	version, err := k.days.Version(ctx)
	if err != nil {
		return 0, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.version, k.looked = version, now
	return version, nil
}

// get gives the day kept for o, if it is still true.
func (k *kept) get(o owner, version int64, now time.Time) (web.Response, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	d, ok := k.pages[o]
	if !ok || d.version != version || !now.Before(d.until) {
		delete(k.pages, o)
		return web.Response{}, false
	}
	return d.response, true
}

// put keeps a day until a moment.
func (k *kept) put(o owner, d keptDay, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.pages) >= mostKept {
		for other, old := range k.pages {
			if !now.Before(old.until) {
				delete(k.pages, other)
			}
		}
		if len(k.pages) >= mostKept {
			clear(k.pages)
		}
	}
	k.pages[o] = d
}

// forget drops what is kept for o and asks the store again next time: she has
// just done something.
func (k *kept) forget(o owner) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.pages, o)
	k.looked = time.Time{}
}
