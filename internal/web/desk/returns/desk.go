// SPDX-License-Identifier: Apache-2.0

package returns

import (
	"context"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/orientation"
)

// Desk answers from the rooms. It is safe for concurrent use.
type Desk struct {
	DB   *db.DB
	Ways *orientation.Store
}

// Waiting lists what waits: see Referrals. It opens no sheet and writes nothing.
func (k *Desk) Waiting(ctx context.Context, v access.Viewer, after, most int) ([]orientation.Arrival, []orientation.Follow, Names, error) {
	var received []orientation.Arrival
	var sent []orientation.Follow
	names := Names{}
	err := k.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if received, err = k.Ways.Arrivals(ctx, tx, v, orientation.ReceivedFilter{Offset: after, Limit: most}); err != nil {
			return err
		}
		if sent, err = k.Ways.Sent(ctx, tx, v, orientation.SentFilter{Offset: after, Limit: most}); err != nil {
			return err
		}
		var ids []id.ID
		for _, a := range received {
			ids = append(ids, a.Sender)
		}
		for _, f := range sent {
			ids = append(ids, f.Recipient)
		}
		return names.read(ctx, tx, ids...)
	})
	return received, sent, names, err
}

// Open gives one received referral. Whoever opens it first has received it: the
// sender sees so (R40).
func (k *Desk) Open(ctx context.Context, v access.Viewer, referral id.ID) (orientation.Incoming, Names, error) {
	var in orientation.Incoming
	names := Names{}
	err := k.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if in, err = k.Ways.Incoming(ctx, tx, v, referral); err != nil {
			return err
		}
		if in.Status == orientation.Sent {
			if err := k.Ways.Answer(ctx, tx, v, referral, orientation.Received, ""); err != nil {
				return err
			}
			in.Status = orientation.Received
		}
		return names.read(ctx, tx, in.Sender)
	})
	return in, names, err
}

// Answer says what became of a received referral.
func (k *Desk) Answer(ctx context.Context, v access.Viewer, referral id.ID, status orientation.Status, reason string) error {
	return k.DB.Update(ctx, func(ctx context.Context, tx db.Tx) error {
		return k.Ways.Answer(ctx, tx, v, referral, status, reason)
	})
}

func (n Names) read(ctx context.Context, tx db.Tx, ids ...id.ID) error {
	for _, i := range ids {
		if _, known := n[i]; known {
			continue
		}
		o, err := network.GetOrganisation(ctx, tx, i)
		if err != nil {
			return err
		}
		n[i] = o.Name
	}
	return nil
}
