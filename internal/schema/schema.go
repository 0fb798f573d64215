// SPDX-License-Identifier: Apache-2.0

// Package schema holds the tables of the whole house, in plain SQL, one
// numbered folder per engine: the same number makes the same tables on both.
// What must never happen is a constraint here.
package schema

import "embed"

// Files has one folder per engine, "sqlite" and "postgres".
//
//go:embed sqlite/*.sql postgres/*.sql
var Files embed.FS
