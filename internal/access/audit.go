// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"encoding/binary"
	"errors"
	"regexp"
	"sync"
	"time"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
)

// Act is what was done, as "thing.verb": person.opened, orientation.decided.
type Act string

// The acts of this room. Other rooms name theirs.
const (
	ActAccountMade       Act = "account.made"
	ActAccountRenamed    Act = "account.renamed"
	ActAccountClosed     Act = "account.closed"
	ActAccountReopened   Act = "account.reopened"
	ActSignedIn          Act = "account.signed_in"
	ActSignedOut         Act = "account.signed_out" // everywhere at once
	ActPasswordSet       Act = "account.password_set"
	ActResetMade         Act = "account.reset_made"
	ActSecondFactorSet   Act = "account.second_factor_set"
	ActSecondFactorReset Act = "account.second_factor_reset"
	ActRecoveryUsed      Act = "account.recovery_used"
	ActGrantGiven        Act = "grant.given"
	ActGrantEnded        Act = "grant.ended"
	ActAuditOpened       Act = "audit.opened" // the first row of an organisation's chain
	ActAuditCut          Act = "audit.cut"    // its oldest rows reached the end of their time
)

// Subject is what an act was done to: a kind ("person", "need") and its
// identifier, never a name.
type Subject struct {
	Kind string
	ID   id.ID
}

// Entry is one row of the audit.
type Entry struct {
	Organisation id.ID
	Seq          int64
	At           time.Time
	Account      id.ID // none when nobody signed in was behind it
	Worker       id.ID
	Act          Act
	Subject      Subject
}

// Audit remembers who read or changed what (R123), in one chain of keyed hashes
// per organisation, so that organisations do not wait for one another. Each hash
// covers its row and the hash before it, under a key that is not in the store:
// whoever edits the store cannot make the chain whole again. One thing no chain
// shows by itself is a whole store put back as it was at an earlier moment: the
// heads that Verify reports can be kept elsewhere and compared.
//
// It is safe for concurrent use.
type Audit struct {
	db  *db.DB
	key []byte

	mu    sync.Mutex
	reads map[readKey]time.Time
}

// NewAudit makes the audit of the store d, under a key derived from master.
func NewAudit(d *db.DB, master seal.Master) *Audit {
	return &Audit{db: d, key: master.Derive("audit"), reads: map[readKey]time.Time{}}
}

var (
	actShape  = regexp.MustCompile(`^[a-z_]{1,40}(\.[a-z_]{1,40})+$`)
	kindShape = regexp.MustCompile(`^[a-z_]{1,40}$`)
)

// errNotAudited refuses what could carry words of a person into the audit.
var errNotAudited = errors.New("access: an act is thing.verb and its subject a kind and an identifier")

func checkEntry(act Act, s Subject) error {
	if _, err := id.Parse(string(s.ID)); err != nil || !actShape.MatchString(string(act)) || !kindShape.MatchString(s.Kind) {
		return errNotAudited
	}
	return nil
}

// Note adds to the audit, in the same gesture as the act itself, that v did act
// to s in the organisation she acts for. Call it last in the gesture: until the
// gesture ends, others of the same organisation wait to note theirs.
func (a *Audit) Note(ctx context.Context, tx db.Tx, v Viewer, act Act, s Subject) error {
	org := v.organisation
	if org == "" {
		org = House
	}
	return a.note(ctx, tx, org, v, act, s)
}

// readEvery is how long a reading counts as the same one.
const readEvery = 15 * time.Minute

// manyReads bounds the memory of readings.
const manyReads = 50_000

type readKey struct {
	account, organisation id.ID
	act                   Act
	subject               Subject
}

// NoteRead is Note for pages that are read often: one row per account, act and
// subject every 15 minutes. It writes in a gesture of its own, before the page
// is shown: when it fails, the page must not be. What was noted is remembered in
// memory, so that two processes may note the same reading once each, and a
// restart once more: never too little.
func (a *Audit) NoteRead(ctx context.Context, v Viewer, act Act, s Subject) error {
	key := readKey{v.account, v.organisation, act, s}
	now := a.db.Now()
	a.mu.Lock()
	last, known := a.reads[key]
	a.mu.Unlock()
	if known && now.Sub(last) < readEvery {
		return nil
	}
	if err := a.db.Update(ctx, func(ctx context.Context, tx db.Tx) error { return a.Note(ctx, tx, v, act, s) }); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.reads) >= manyReads {
		for k, at := range a.reads {
			if now.Sub(at) >= readEvery {
				delete(a.reads, k)
			}
		}
		if len(a.reads) >= manyReads {
			clear(a.reads)
		}
	}
	a.reads[key] = now
	return nil
}

// History lists who read or changed the subject in the viewer's organisation,
// newest first, for showing it to the person it is about. It asks for ReadPerson
// or ReadAudit there, and gives access.not_yours otherwise.
func (a *Audit) History(ctx context.Context, tx db.Tx, v Viewer, s Subject) ([]Entry, error) {
	if !v.May(ReadPerson) && !v.May(ReadAudit) {
		return nil, refuse("access.not_yours")
	}
	return entriesAbout(ctx, tx, v.organisation, s)
}

// Journal lists the acts of the viewer's organisation before the row numbered
// before (0 for the newest), newest first, most at a time. It asks for ReadAudit.
func (a *Audit) Journal(ctx context.Context, tx db.Tx, v Viewer, before int64, most int) ([]Entry, error) {
	if !v.May(ReadAudit) {
		return nil, refuse("access.not_yours")
	}
	return entriesBefore(ctx, tx, v.organisation, before, most)
}

// rowHash is the hash of a row that follows the hash before. The number of the
// row is not in it: its place is, and the head signs how many there are.
func (a *Audit) rowHash(before []byte, r auditRow) []byte {
	return keyedHash(a.key, []byte("row"), before, []byte(r.OrganisationID), number(r.At.UnixMilli()), []byte(r.AccountID),
		[]byte(r.WorkerID), []byte(r.Act), []byte(r.SubjectKind), []byte(r.SubjectID))
}

// origin is what the first row of a chain follows.
func (a *Audit) origin(org id.ID) []byte { return keyedHash(a.key, []byte("origin"), []byte(org)) }

// headMAC signs where a chain stands. A head found badly signed is signed under
// another word from then on: work goes on, and the fault stays to be seen.
func (a *Audit) headMAC(org id.ID, seq int64, hash []byte, sound bool) []byte {
	word := "head"
	if !sound {
		word = "head after a fault"
	}
	return keyedHash(a.key, []byte(word), []byte(org), number(seq), hash)
}

// checkpointMAC signs where a chain was cut.
func (a *Audit) checkpointMAC(c checkpointRow) []byte {
	return keyedHash(a.key, []byte("checkpoint"), []byte(c.OrganisationID), number(c.Seq), c.Hash, number(c.CutAt.UnixMilli()))
}

func number(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
