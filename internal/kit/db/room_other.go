// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package db

import "errors"

// RoomOn is not known on this system.
func RoomOn(string) (int64, error) { return 0, errors.ErrUnsupported }
