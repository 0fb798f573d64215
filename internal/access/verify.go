// SPDX-License-Identifier: Apache-2.0

package access

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"maps"
	"slices"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// FaultKind is what happened to a chain.
type FaultKind string

// The kinds of faults. Their sentences are in the catalogue under audit.fault.*.
const (
	FaultChanged    FaultKind = "changed"    // a row is not what was written
	FaultRemoved    FaultKind = "removed"    // rows are missing from this number on
	FaultInserted   FaultKind = "inserted"   // a row was put in that nobody's act wrote
	FaultMoved      FaultKind = "moved"      // a row is genuine and not in its place
	FaultHead       FaultKind = "head"       // the record of where the chain stands is not what was written
	FaultCheckpoint FaultKind = "checkpoint" // the record of where the chain was cut is not what was written
	FaultMissing    FaultKind = "missing"    // the whole chain of an organisation is gone
)

// Fault is one thing wrong in a chain, at the row numbered Seq.
type Fault struct {
	Organisation id.ID     `json:"organisation"`
	Seq          int64     `json:"seq"`
	Kind         FaultKind `json:"kind"`
}

// ChainHead is where a chain stands: to be kept elsewhere, and compared later.
type ChainHead struct {
	Organisation id.ID  `json:"organisation"`
	Seq          int64  `json:"seq"`
	Hash         string `json:"hash"` // hexadecimal
}

// Report is what Verify found. Whole is true when there is no fault.
type Report struct {
	Whole  bool        `json:"whole"`
	Rows   int64       `json:"rows"` // rows read
	Faults []Fault     `json:"faults"`
	Heads  []ChainHead `json:"heads"`
}

const (
	verifyPage = 2000 // rows read at a time
	manyFaults = 50   // per chain; more would tell nothing new
)

// Verify reads every chain and reports what was changed, removed, inserted or
// moved since it was written. It reads page by page, chain by chain, without
// stopping anyone; progress, when not nil, is told the rows read of the total.
func (a *Audit) Verify(ctx context.Context, progress func(done, total int64)) (Report, error) {
	var orgs []id.ID
	var total int64
	err := a.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		if orgs, err = chains(ctx, tx); err != nil {
			return err
		}
		total, err = auditSize(ctx, tx)
		return err
	})
	if err != nil {
		return Report{}, err
	}
	report := Report{Faults: []Fault{}, Heads: []ChainHead{}}
	opened, there := map[id.ID]int64{}, map[id.ID]bool{}
	for _, org := range orgs {
		var c *chain
		err := a.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			c, err = a.verifyChain(ctx, tx, org, opened, func(n int64) {
				if progress != nil {
					progress(min(report.Rows+n, total), total)
				}
			})
			return err
		})
		if err != nil {
			return report, err
		}
		report.Rows += c.rows
		report.Faults = append(report.Faults, c.faults...)
		if c.headed {
			there[org] = true
			report.Heads = append(report.Heads, ChainHead{org, c.head.Seq, hex.EncodeToString(c.head.Hash)})
		}
	}
	missing, err := a.missing(ctx, opened, there)
	if err != nil {
		return report, err
	}
	report.Faults = append(report.Faults, missing...)
	report.Whole = len(report.Faults) == 0
	return report, nil
}

// missing reports the chains that were opened and are not there. One opened
// while the others were being read is there by now.
func (a *Audit) missing(ctx context.Context, opened map[id.ID]int64, there map[id.ID]bool) ([]Fault, error) {
	var faults []Fault
	for _, org := range slices.Sorted(maps.Keys(opened)) {
		if there[org] {
			continue
		}
		err := a.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := readHead(ctx, tx, org)
			return err
		})
		switch {
		case errors.Is(err, db.ErrNotFound):
			faults = append(faults, Fault{org, 0, FaultMissing})
		case err != nil:
			return nil, err
		}
	}
	return faults, nil
}

// chain is a chain being verified.
type chain struct {
	a      *Audit
	org    id.ID
	head   headRow
	headed bool
	floor  int64 // the row the last cut took away last
	rows   int64
	faults []Fault

	next   int64    // number the next row should have
	before []byte   // hash it should follow
	late   [][]byte // hashes of rows found out of place
	hashes [][]byte // of the whole chain, read when first needed
}

func (c *chain) fault(seq int64, kind FaultKind) {
	if len(c.faults) < manyFaults {
		c.faults = append(c.faults, Fault{c.org, seq, kind})
	}
}

// verifyChain reads the chain of org. The organisations whose chains it says
// were opened are added to opened.
func (a *Audit) verifyChain(ctx context.Context, tx db.Tx, org id.ID, opened map[id.ID]int64, read func(int64)) (*chain, error) {
	c := &chain{a: a, org: org, next: 1, before: a.origin(org)}
	if err := c.start(ctx, tx); err != nil {
		return nil, err
	}
	var after int64
	var pending []auditRow // the row to judge and, while pages last, the one after it
	for {
		page, err := auditPage(ctx, tx, org, after, verifyPage)
		if err != nil {
			return nil, err
		}
		pending = append(pending, page...)
		more := len(page) == verifyPage
		for len(pending) > 1 || (len(pending) == 1 && !more) {
			var following *auditRow
			if len(pending) > 1 {
				following = &pending[1]
			}
			row := pending[0]
			if err := c.judge(ctx, tx, row, following); err != nil {
				return nil, err
			}
			if org == House && row.Act == string(ActAuditOpened) {
				opened[row.SubjectID] = row.Seq
			}
			c.rows++
			pending = pending[1:]
		}
		read(c.rows)
		if !more {
			break
		}
		after = page[len(page)-1].Seq
	}
	c.finish()
	return c, nil
}

// start reads where the chain stands and where it was last cut.
func (c *chain) start(ctx context.Context, tx db.Tx) error {
	head, err := readHead(ctx, tx, c.org)
	switch {
	case err == nil:
		c.head, c.headed = head, true
	case !errors.Is(err, db.ErrNotFound):
		return err
	}
	cp, found, err := lastCheckpoint(ctx, tx, c.org)
	if err != nil || !found {
		return err
	}
	if !hmac.Equal(cp.MAC, c.a.checkpointMAC(cp)) {
		c.fault(cp.Seq, FaultCheckpoint)
	}
	c.floor, c.next, c.before = cp.Seq, cp.Seq+1, cp.Hash
	return nil
}

// follows reports whether row was written after the row with hash before.
func (c *chain) follows(before []byte, row auditRow) bool {
	return hmac.Equal(c.a.rowHash(before, row), row.Hash)
}

// judge looks at one row, knowing the one after it.
func (c *chain) judge(ctx context.Context, tx db.Tx, row auditRow, following *auditRow) error {
	if row.Seq <= c.floor {
		c.fault(row.Seq, FaultInserted) // it stands where everything was taken away
		return nil
	}
	gap := row.Seq != c.next
	if c.follows(c.before, row) {
		if gap {
			c.fault(row.Seq, FaultChanged) // nothing is missing: its number was changed
		}
		c.step(row)
		return nil
	}
	for _, h := range c.late {
		if c.follows(h, row) {
			c.step(row) // the rest of the chain after a row reported as moved
			return nil
		}
	}
	genuine, err := c.genuine(ctx, tx, row)
	if err != nil {
		return err
	}
	switch {
	case genuine && len(c.late) > 0 && following != nil && c.follows(row.Hash, *following):
		c.step(row) // the chain goes on as it was around a row reported as moved
	case genuine:
		c.fault(row.Seq, FaultMoved)
		c.late = append(c.late, row.Hash)
		c.next = row.Seq + 1
	case gap:
		c.fault(c.next, FaultRemoved)
		c.step(row)
	case following != nil && c.follows(c.before, *following), following == nil && c.headed && row.Seq > c.head.Seq:
		c.fault(row.Seq, FaultInserted)
		c.next = row.Seq + 1
	default:
		c.fault(row.Seq, FaultChanged)
		c.step(row)
	}
	return nil
}

func (c *chain) step(row auditRow) { c.next, c.before = row.Seq+1, row.Hash }

// genuine reports whether row follows some row of its chain, whichever.
func (c *chain) genuine(ctx context.Context, tx db.Tx, row auditRow) (bool, error) {
	if len(c.faults) >= manyFaults {
		return false, nil
	}
	if c.hashes == nil {
		c.hashes = [][]byte{c.a.origin(c.org)}
		for after := int64(-1); ; {
			page, err := auditPage(ctx, tx, c.org, after, verifyPage)
			if err != nil {
				return false, err
			}
			for _, r := range page {
				c.hashes = append(c.hashes, r.Hash)
				after = r.Seq
			}
			if len(page) < verifyPage {
				break
			}
		}
	}
	for _, h := range c.hashes {
		if c.follows(h, row) {
			return true, nil
		}
	}
	return false, nil
}

// finish compares the last row with the head.
func (c *chain) finish() {
	last := c.next - 1
	switch {
	case !c.headed:
		c.fault(last, FaultHead)
		return
	case !hmac.Equal(c.head.MAC, c.a.headMAC(c.org, c.head.Seq, c.head.Hash, true)):
		c.fault(c.head.Seq, FaultHead)
	}
	switch {
	case last < c.head.Seq:
		c.fault(last+1, FaultRemoved)
	case last > c.head.Seq && len(c.faults) == 0:
		c.fault(c.head.Seq+1, FaultInserted)
	case last == c.head.Seq && len(c.faults) == 0 && !bytes.Equal(c.before, c.head.Hash):
		c.fault(last, FaultChanged)
	}
}
