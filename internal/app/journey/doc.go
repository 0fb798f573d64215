// SPDX-License-Identifier: Apache-2.0

// Package journey holds no code: its tests walk the program as people do. They
// build it, start the demonstration, click through it in Chromium with scripts
// off where nothing needs them, look at every page with axe-core, and keep
// screenshots when asked (ESCALE_SHOTS=docs/journey).
package journey
