// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// BrokenError says that a chain with a fault is not cut: cutting it would hide
// the fault.
type BrokenError struct{ Fault Fault }

// Error names the chain, the row and the kind.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("access: the audit of organisation %s is not whole: %s at row %d", e.Fault.Organisation, e.Fault.Kind, e.Fault.Seq)
}

// Prune takes away the rows older than before, in every chain, and says how
// many: the audit is kept twelve months (R123). Each chain is verified first,
// and one with a fault is left as it is, with a *BrokenError. What stays follows
// a signed checkpoint, which Verify knows.
func (a *Audit) Prune(ctx context.Context, before time.Time) (int64, error) {
	var orgs []id.ID
	err := a.db.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		orgs, err = chains(ctx, tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	var total int64
	var errs []error
	for _, org := range orgs {
		var n int64
		err := a.db.Update(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			n, err = a.prune(ctx, tx, org, before)
			return err
		})
		var broken *BrokenError
		switch {
		case err == nil:
			total += n
		case errors.As(err, &broken):
			errs = append(errs, err)
		default:
			return total, err
		}
	}
	return total, errors.Join(errs...)
}

func (a *Audit) prune(ctx context.Context, tx db.Tx, org id.ID, before time.Time) (int64, error) {
	last, found, err := lastBefore(ctx, tx, org, before)
	if err != nil || !found {
		return 0, err
	}
	if _, err := a.holdHead(ctx, tx, org); err != nil {
		return 0, err
	}
	opened := map[id.ID]int64{}
	c, err := a.verifyChain(ctx, tx, org, opened, func(int64) {})
	if err != nil {
		return 0, err
	}
	if len(c.faults) > 0 {
		return 0, &BrokenError{c.faults[0]}
	}
	cp := checkpointRow{OrganisationID: org, Seq: last.Seq, Hash: last.Hash, CutAt: tx.Now}
	cp.MAC = a.checkpointMAC(cp)
	n, err := cut(ctx, tx, cp)
	if err != nil {
		return 0, err
	}
	for _, other := range slices.Sorted(maps.Keys(opened)) {
		// Which chains there are must stay known after the cut.
		if opened[other] <= last.Seq {
			if err := a.note(ctx, tx, House, Operator(), ActAuditOpened, Subject{Kind: "organisation", ID: other}); err != nil {
				return 0, err
			}
		}
	}
	return n, a.note(ctx, tx, org, Operator(), ActAuditCut, Subject{Kind: "organisation", ID: org})
}
