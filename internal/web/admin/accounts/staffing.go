// SPDX-License-Identifier: Apache-2.0

package accounts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/network"
)

// workerKinds are the kinds of workers that roles make. An administrator keeps
// accounts and settings: that makes no worker of her.
var workerKinds = map[access.Role]string{
	access.Mediator:     "digital_mediator",
	access.SocialWorker: "social_worker",
	access.Reception:    "reception",
	access.Volunteer:    "volunteer",
	access.Coordinator:  "coordinator",
	access.Funder:       "funder",
}

// staffing makes whoever is given a role in an organisation a worker there, in
// the name of v: what she will note bears a worker's name. zone says what day it
// is for the network.
func staffing(v access.Viewer, zone *time.Location) access.Staffing {
	return func(ctx context.Context, tx db.Tx, who access.Account, g access.Grant) (id.ID, error) {
		kind, works := workerKinds[g.Role]
		if !works || g.Organisation == access.House {
			return who.Worker, nil
		}
		day := clock.DateOf(tx.Now.In(zone))
		if who.Worker != "" {
			return who.Worker, unknownPlace(join(ctx, tx, v, who.Worker, g.Organisation, day))
		}
		worker, err := hire(ctx, tx, v, network.Worker{Name: who.Name, Kind: kind}, g.Organisation, day)
		return worker, unknownPlace(err)
	}
}

// unknownPlace puts beside its field the refusal of an organisation that the
// network does not know.
func unknownPlace(err error) error {
	if !errors.Is(err, db.ErrNotFound) {
		return err
	}
	var errs text.FieldErrors
	errs.Add("structure", "accounts.organisation.missing")
	return errs.Err()
}

// hire writes a new worker of organisation.
func hire(ctx context.Context, tx db.Tx, v access.Viewer, w network.Worker, organisation id.ID, day clock.Date) (id.ID, error) {
	w, err := network.AddWorker(ctx, tx, v, w, organisation, day)
	if err != nil {
		return "", fmt.Errorf("accounts: a worker for an account: %w", err)
	}
	return w.ID, nil
}

// join makes worker a member of organisation, unless she is one or will be.
func join(ctx context.Context, tx db.Tx, v access.Viewer, worker, organisation id.ID, day clock.Date) error {
	memberships, err := network.Memberships(ctx, tx, worker)
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if m.Organisation == organisation && (m.Until.IsZero() || !m.Until.Before(day)) {
			return nil
		}
	}
	if _, err := network.Join(ctx, tx, v, worker, organisation, day); err != nil {
		return fmt.Errorf("accounts: an account joins an organisation: %w", err)
	}
	return nil
}
