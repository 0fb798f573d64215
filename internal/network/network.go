// SPDX-License-Identifier: Apache-2.0

// Package network is who helps, and where: the organisations of a territory
// and how they hang together, the people who act for them, and the places
// (lieux) where someone can be received, each saying plainly what can be done
// there and what cannot. Cards come from national files or from people's own
// hands; the house remembers which said what, proposes likely duplicates with
// its reasons, and can always take a merge apart again.
package network

import (
	"errors"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
)

// Topics touched (db.Tx.Touch) when what is held in memory must be read again.
const (
	PlacesTopic = "places" // any place, label or merge
	TreeTopic   = "organisations"
)

// What this room refuses, beside the errors of package db.
var (
	// ErrForbidden says that the viewer may not change this part of the network.
	ErrForbidden = errors.New("network: not allowed")
	// ErrCycle says that an organisation would hang under itself.
	ErrCycle = errors.New("network: an organisation cannot hang under itself")
	// ErrMerged says that the card is absorbed by another one: take them apart first.
	ErrMerged = errors.New("network: the card is merged into another one")
)

// Organisation (structure) employs or gathers workers and holds places. With a
// parent it is a branch (antenne).
type Organisation struct {
	ID     id.ID
	Parent id.ID // "" at the top of a tree
	Name   string
	// Kind is a code of the national typologie or of kinds.json (R2).
	Kind string
	// Siret is fourteen digits, or "".
	Siret string
	// Listed says that the organisation agreed to be seen by the whole network.
	Listed  bool
	Version int64
}

// Hanging is where an organisation hung in the tree, From one day Until the day
// before another; the present one has no Until.
type Hanging struct {
	Parent      id.ID
	From, Until clock.Date
}

// Network (réseau) is organisations on a set of communes, given by their INSEE
// codes; it may span several départements (R1, R6).
type Network struct {
	ID            id.ID
	Name          string
	Communes      []string
	Organisations []id.ID
	Version       int64
}

// Worker (intervenant) is anyone acting for an organisation.
type Worker struct {
	ID id.ID
	// Name is the professional name others see: "Nadia B.", "Accueil du CCAS".
	Name string
	// Kind is a code of kinds.json; it gives no right (R3).
	Kind string
	// Job says in one sentence what she does (R9).
	Job       string
	Skills    []string
	Languages []string
	// Speaks says she can speak in bodies and trainings (vivier d'experts).
	Speaks bool
	// Listed says she chose to show her professional card; nobody is by default.
	Listed  bool
	Version int64
}

// Membership ties a worker to an organisation, From one day to Until another,
// both included. Without Until it goes on.
type Membership struct {
	ID           id.ID
	Worker       id.ID
	Organisation id.ID
	From, Until  clock.Date
}

// On reports whether the membership holds on day.
func (m Membership) On(day clock.Date) bool {
	return !day.Before(m.From) && (m.Until.IsZero() || !m.Until.Before(day))
}

// mayEdit reports whether v may change what organisations holds, given the
// holder and its ancestors; nothing held is open to whoever edits a network.
func mayEdit(v access.Viewer, line []id.ID) bool {
	if len(line) == 0 {
		return v.May(access.EditNetwork)
	}
	for _, org := range line {
		if v.MayIn(access.EditNetwork, org) {
			return true
		}
	}
	return v.MayIn(access.EditNetwork, access.House) // whoever keeps the whole house
}
