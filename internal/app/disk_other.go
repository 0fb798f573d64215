// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package app

import "errors"

// freeRoom is not known on this system.
func freeRoom(string) (int64, error) { return 0, errors.ErrUnsupported }
