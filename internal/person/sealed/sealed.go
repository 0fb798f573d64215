// SPDX-License-Identifier: Apache-2.0

// Package sealed writes a small record of personal fields as one sealed column:
// the record becomes JSON, closed with the organisation's key for that column of
// that row. One column rather than one per field also hides which fields are
// filled. The rooms of the person's way (need, orientation, activity) share it.
package sealed

import (
	"context"
	"encoding/json"
	"fmt"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
)

// Put seals record for field ("need.said") of row with the key of organisation.
// A record without content ("{}", or a nil pointer) gives nil, which is NULL.
func Put(ctx context.Context, ring *seal.Ring, tx db.Tx, organisation id.ID, field string, row id.ID, record any) ([]byte, error) {
	box, err := ring.Box(ctx, tx, organisation)
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("sealed: %s: %w", field, err)
	}
	if s := string(plain); s == "{}" || s == "null" {
		return nil, nil
	}
	return box.Seal(field, row, string(plain))
}

// Get opens what Put sealed into record, and leaves record alone when the column
// is NULL. It fails with seal.ErrBroken when the key is not the right one.
func Get(ctx context.Context, ring *seal.Ring, tx db.Tx, organisation id.ID, field string, row id.ID, column []byte, record any) error {
	if len(column) == 0 {
		return nil
	}
	box, err := ring.Box(ctx, tx, organisation)
	if err != nil {
		return err
	}
	plain, err := box.Open(field, row, column)
	if err != nil {
		return fmt.Errorf("sealed: %s of %s: %w", field, row, err)
	}
	if err := json.Unmarshal([]byte(plain), record); err != nil {
		// The decoder's own message may quote what it read.
		return fmt.Errorf("sealed: %s of %s is not the record expected", field, row)
	}
	return nil
}
