// SPDX-License-Identifier: Apache-2.0

package db

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is a moment as the store keeps it: UTC, to the millisecond, written as a
// bigint of epoch milliseconds so that both engines compare, index and range
// over it in the same way. The zero Time is NULL.
type Time struct{ time.Time }

// At is the moment t as the store will give it back.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Millisecond)}
}

// Value stores the moment as epoch milliseconds, and the zero Time as NULL.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UnixMilli(), nil
}

// Scan reads what Value stored.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = Time{}
	case int64:
		*t = Time{time.UnixMilli(v).UTC()}
	default:
		return fmt.Errorf("db: cannot read a moment from %T", src)
	}
	return nil
}
