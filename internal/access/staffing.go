// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// Staffing gives the worker that who is once g is given to her: the one she is
// already (who.Worker), made a member of the organisation of g, or a new one. It
// works in the transaction that gives the grant, so that neither stands without
// the other. Workers belong to the network, which stands above this room: pages
// bring the function.
type Staffing func(ctx context.Context, tx db.Tx, who Account, g Grant) (worker id.ID, err error)

// works reports whether a role acts in the name of a worker: her own slots, the
// needs she notes and the supports she gives bear her name.
func (r Role) works() bool { return r.May(OwnDay) || r.May(CaptureNeed) || r.May(RecordActivity) }

// staffed ties account to the worker that g wants, and refuses g to one that has
// none, or in the house, where nobody works.
func staffed(ctx context.Context, tx db.Tx, account id.ID, g Grant, staff Staffing) error {
	row, err := accountByID(ctx, tx, account)
	if err != nil {
		return err
	}
	worker := row.WorkerID
	if staff != nil {
		who := Account{ID: row.ID, Login: row.Login, Name: row.Name, Worker: row.WorkerID, Status: Status(row.Status)}
		if worker, err = staff(ctx, tx, who, g); err != nil {
			return err
		}
	}
	if g.Role.works() && (worker == "" || g.Organisation == House) {
		return refuse("access.grant.no_worker")
	}
	if worker == row.WorkerID {
		return nil
	}
	return setWorker(ctx, tx, account, worker)
}
