// SPDX-License-Identifier: Apache-2.0

// Package id makes and reads identifiers. They are UUIDv7 (RFC 9562): made by
// whoever creates the record, a phone without a network included, and ordered
// by the time they were made, which keeps indexes compact on both engines.
package id

import (
	"fmt"

	"github.com/google/uuid"
)

// ID is a UUID in its 36-character lower-case text form. The zero value, the
// empty string, means "none".
type ID string

// New makes a UUIDv7 from the current time and the system's random source.
func New() ID {
	u, err := uuid.NewV7()
	if err != nil {
		// The system cannot give random bytes: nothing safe can be done.
		panic(fmt.Sprintf("id: no random source: %v", err))
	}
	return ID(u.String())
}

// Parse reads any UUID spelling and returns its canonical form. It refuses
// anything else, so that an identifier from a URL can be trusted in a query.
func Parse(s string) (ID, error) {
	u, err := uuid.Parse(s)
	if err != nil {
		return "", fmt.Errorf("id: %q is not an identifier", s)
	}
	return ID(u.String()), nil
}

// Derive makes the same identifier each time from a namespace and a name
// (UUIDv5, RFC 9562), for records whose identity comes from outside: importing
// the same source twice must find the same row.
func Derive(space ID, name string) ID {
	u, err := uuid.Parse(string(space))
	if err != nil {
		panic(fmt.Sprintf("id: bad namespace %q", space))
	}
	return ID(uuid.NewSHA1(u, []byte(name)).String())
}
