// SPDX-License-Identifier: Apache-2.0

package need

import (
	"time"

	"escale/internal/kit/id"
)

// Kind is what happened to a need.
type Kind string

// The kinds of events, and the status each leads to.
const (
	WasNoted      Kind = "noted"      // → Open
	WasReferred   Kind = "referred"   // → Referred
	HasProgressed Kind = "progressed" // → Open: someone is on it
	WasSettled    Kind = "settled"    // → Settled
	WasReopened   Kind = "reopened"   // → Open
	WasStopped    Kind = "stopped"    // → Stopped, by her choice
	WasHanded     Kind = "handed"     // → Handed
)

// Kinds lists the kinds of events.
var Kinds = []Kind{WasNoted, WasReferred, HasProgressed, WasSettled, WasReopened, WasStopped, WasHanded}

// leadsTo is the status a need has after each kind of event.
var leadsTo = map[Kind]Status{
	WasNoted: Open, WasReferred: Referred, HasProgressed: Open, WasSettled: Settled,
	WasReopened: Open, WasStopped: Stopped, WasHanded: Handed,
}

// Event is one thing that happened to a need: a row that stays.
type Event struct {
	ID           id.ID
	Need         id.ID
	Organisation id.ID // whose worker did it
	Worker       id.ID
	At           time.Time
	Kind         Kind
	Outcome      string      // how the support ended, when one did
	RightBecame  RightBecame // for a need about rights
	Cause        id.ID       // the decision or the activity that made it
}
