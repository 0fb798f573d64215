// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// Sessions are rows of the store, so that a sign-out counts for all processes
// and a restart signs nobody out. A general session library keeps opaque data
// and reads its row at each request; here the whole of a session is six columns,
// an open one is kept in memory, and a page asks the store nothing.

// fresh is how long what is kept in memory is trusted before asking the store
// whether anything changed: one query per process, not per page. Others may go
// on with it for as long again while that query runs.
const fresh = time.Second

// seenEvery is how much of the idle time may pass before a use is written down.
// Another process may so lock a screen that much too early, never too late.
const seenEvery = 10

// manySessions bounds the memory: beyond it all is read again.
const manySessions = 20_000

// hotSession is an open session kept in memory.
type hotSession struct {
	session Session
	holds   time.Time    // until when the picture is right if nothing is changed
	seen    atomic.Int64 // epoch ms of the last use
	written atomic.Int64 // epoch ms of the last use written down
}

// hotSessions keeps open sessions at hand.
type hotSessions struct {
	mu         sync.RWMutex
	byHash     map[[32]byte]*hotSession
	generation uint64
	mark       int64

	checking sync.Mutex
	checked  atomic.Int64 // epoch ms of the last question
}

// drop forgets everything, so that all is read from the store again.
func (h *hotSessions) drop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.generation++
	h.byHash = map[[32]byte]*hotSession{}
}

func (h *hotSessions) get(key [32]byte) (*hotSession, uint64) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.byHash[key], h.generation
}

// put keeps s, unless things were dropped since generation: then s may have been
// read before the change.
func (h *hotSessions) put(key [32]byte, s *hotSession, generation uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.generation != generation {
		return
	}
	if len(h.byHash) >= manySessions {
		h.byHash = map[[32]byte]*hotSession{}
	}
	h.byHash[key] = s
}

func (h *hotSessions) remove(key [32]byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.byHash, key)
}

// check asks the store whether a session changed anywhere, when the last answer
// is too old.
func (h *hotSessions) check(ctx context.Context, d *db.DB) error {
	now := d.Now().UnixMilli()
	age := now - h.checked.Load()
	if age < fresh.Milliseconds() {
		return nil
	}
	if age < 2*fresh.Milliseconds() {
		if !h.checking.TryLock() {
			return nil
		}
	} else {
		h.checking.Lock()
	}
	defer h.checking.Unlock()
	if now-h.checked.Load() < fresh.Milliseconds() {
		return nil // another request asked while this one waited
	}
	mark, err := d.Mark(ctx, sessionTopic)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if mark != h.mark {
		h.mark = mark
		h.generation++
		h.byHash = map[[32]byte]*hotSession{}
	}
	h.checked.Store(now)
	return nil
}

// Look tells whose session token is, and counts it as a use. An unknown or ended
// token gives a Session of stage StageNone and no error.
func (k *Keeper) Look(ctx context.Context, token string) (Session, error) {
	if token == "" {
		return Session{}, nil
	}
	if err := k.hot.check(ctx, k.db); err != nil {
		return Session{}, err
	}
	hash := [32]byte(hashToken(token))
	now := k.db.Now()
	hot, generation := k.hot.get(hash)
	if hot == nil || !now.Before(hot.holds) || now.Sub(time.UnixMilli(hot.seen.Load())) >= k.policy.Idle {
		// Another process may have seen her since: the store decides.
		return k.lookCold(ctx, hash, generation)
	}
	if err := k.seen(ctx, hash, hot, now); err != nil {
		return Session{}, err
	}
	return hot.session, nil
}

// seen counts a use of a session, and writes it down now and then.
func (k *Keeper) seen(ctx context.Context, hash [32]byte, hot *hotSession, now time.Time) error {
	hot.seen.Store(now.UnixMilli())
	last := hot.written.Load()
	if now.UnixMilli()-last < (k.policy.Idle/seenEvery).Milliseconds() || !hot.written.CompareAndSwap(last, now.UnixMilli()) {
		return nil
	}
	err := k.db.Update(ctx, func(ctx context.Context, tx db.Tx) error { return markSeen(ctx, tx, hash[:], now) })
	if err != nil {
		hot.written.Store(last)
	}
	return err
}

// lookCold reads a session from the store, locks it when it was idle for too
// long, and keeps it in memory when it is open.
func (k *Keeper) lookCold(ctx context.Context, hash [32]byte, generation uint64) (Session, error) {
	var row sessionRow
	var grants []GivenGrant
	var now time.Time
	err := k.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		now = tx.Now.Time
		row, grants, err = readSession(ctx, tx, hash[:])
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		k.hot.remove(hash)
		return Session{}, nil
	}
	if err != nil {
		return Session{}, err
	}
	if row.Stage == string(StageOpen) && row.LockedAt.IsZero() && now.Sub(row.SeenAt.Time) >= k.policy.Idle {
		if err := k.change(ctx, func(ctx context.Context, tx db.Tx) error { return lockSession(ctx, tx, hash[:]) }); err != nil {
			return Session{}, err
		}
		row.LockedAt = db.At(now)
	}
	s, holds := row.build(grants, now)
	if s.Stage != StageOpen {
		k.hot.remove(hash)
		return s, nil
	}
	hot := &hotSession{session: s, holds: holds}
	hot.written.Store(row.SeenAt.UnixMilli())
	if err := k.seen(ctx, hash, hot, now); err != nil {
		return Session{}, err
	}
	k.hot.put(hash, hot, generation)
	return s, nil
}

// change is Update for gestures that change a session in force: this process
// forgets what it kept at once, the others within two seconds.
func (k *Keeper) change(ctx context.Context, f func(ctx context.Context, tx db.Tx) error) error {
	err := k.db.Update(ctx, f)
	k.hot.drop()
	return err
}

// Lock locks the screen of a session, on her own gesture (« Masquer l'écran »).
func (k *Keeper) Lock(ctx context.Context, token string) error {
	return k.change(ctx, func(ctx context.Context, tx db.Tx) error { return lockSession(ctx, tx, hashToken(token)) })
}

// SignOut ends a session.
func (k *Keeper) SignOut(ctx context.Context, token string) error {
	return k.change(ctx, func(ctx context.Context, tx db.Tx) error { return endSession(ctx, tx, token) })
}

// ActFor makes a session act for another organisation where she has a grant, or
// refuses with access.not_yours.
func (k *Keeper) ActFor(ctx context.Context, token string, organisation id.ID) error {
	return k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		row, grants, err := readSession(ctx, tx, hashToken(token))
		if err != nil {
			return err
		}
		s, _ := row.build(grants, tx.Now.Time)
		if s.Stage != StageOpen || !holdsIn(s.Viewer.grants, organisation) {
			return refuse("access.not_yours")
		}
		return actFor(ctx, tx, hashToken(token), organisation)
	})
}

// Unlock opens a locked screen with the password or the short code. Five wrong
// ones are forgiven, the next try ends the session: access.locked_out.
func (k *Keeper) Unlock(ctx context.Context, token, secret string) error {
	hash := hashToken(token)
	bucket := "unlock " + string(hash)
	var row sessionRow
	var login loginRow
	err := k.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		if row, _, err = readSession(ctx, tx, hash); err != nil {
			return err
		}
		login, err = accountByID(ctx, tx, row.AccountID)
		return err
	})
	if err != nil {
		return err
	}
	if row.Stage != string(StageOpen) {
		return refuse("access.not_yours")
	}
	leave, err := k.passwords.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	err = k.db.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		return k.throttle.Try(ctx, tx, bucket, unlockLimit)
	})
	var wait *Refusal
	if errors.As(err, &wait) {
		if err := k.SignOut(ctx, token); err != nil {
			return err
		}
		return refuse("access.locked_out")
	}
	if err != nil {
		return err
	}
	stored := login.Password
	if isPIN(secret) {
		stored = login.PIN
	}
	good, err := k.passwords.matches(stored, secret)
	if err != nil {
		return err
	}
	if !good {
		return refuse("access.unlock_wrong")
	}
	return k.change(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := k.throttle.Clear(ctx, tx, bucket); err != nil {
			return err
		}
		return unlockSession(ctx, tx, hash)
	})
}
