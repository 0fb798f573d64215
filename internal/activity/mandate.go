// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"context"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/text"
)

// checkMandate makes sure that « fait pour » stands on a mandate of this person,
// in force that day, for these procedures (R63, R64).
func (s *Store) checkMandate(ctx context.Context, tx db.Tx, v access.Viewer, e Entry) error {
	if e.Posture != For {
		return nil
	}
	m, err := s.people.MandateFor(ctx, tx, v, e.Mandate)
	if err != nil {
		return err
	}
	var f text.FieldErrors
	switch {
	case e.Person == "" || m.Person != e.Person:
		f.Add("mandate", "activity.mandate_of_another")
	case !m.Holds(e.Day):
		f.Add("mandate", "activity.mandate_ended")
	case !m.Covers(e.Procedures):
		f.Add("mandate", "activity.mandate_too_narrow")
	}
	return f.Err()
}
