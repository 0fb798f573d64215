// SPDX-License-Identifier: Apache-2.0

// Package access knows who is at the keyboard and what that person may do:
// accounts and sign-in, grants given organisation by organisation, and the
// audit chain that remembers who read or changed whose file. A job title gives
// no right by itself: only a grant does (R3). The administrator keeps the
// house running and sees no person.
package access

import (
	"slices"

	"escale/internal/kit/id"
)

// Role is a named set of permissions, granted to a worker in one organisation.
type Role string

// The roles. Their French names are in the message catalogue under role.*.
const (
	Mediator      Role = "mediator"      // médiatrice ou conseiller numérique
	SocialWorker  Role = "social_worker" // travailleur social, secrétaire médico-sociale
	Reception     Role = "reception"     // agent d'accueil
	Volunteer     Role = "volunteer"     // bénévole, service civique: a different view, not a lighter one (R93)
	Coordinator   Role = "coordinator"   // coordinateur de réseau
	Funder        Role = "funder"        // financeur: aggregates only
	Administrator Role = "administrator" // keeps accounts and settings, sees no person
)

// Roles lists every role, in the order screens show them.
var Roles = []Role{Mediator, SocialWorker, Reception, Volunteer, Coordinator, Funder, Administrator}

// Permission is one thing a route or command may demand.
type Permission string

// The permissions. Public and SignedIn need no grant.
const (
	Public   Permission = "public"    // anyone
	SignedIn Permission = "signed_in" // any open session with its second factor done

	CaptureNeed      Permission = "need.capture"       // note a need, in the person's words
	ReadPerson       Permission = "person.read"        // open a person's file in one's organisation
	HoldConversation Permission = "conversation.hold"  // the ten prompts, with her
	DecideReferral   Permission = "orientation.decide" // hand a need on, receive one
	OwnDay           Permission = "day.own"            // one's own slots: for a volunteer, first name and need only
	RecordActivity   Permission = "activity.record"    // note a support one gave
	DoFor            Permission = "activity.do_for"    // « fait pour », with reason and mandate; never a volunteer (R63)
	ReceiveContext   Permission = "liaison.context"    // level 2 of a liaison sheet; never a volunteer (R38)
	ManageOpenings   Permission = "agenda.manage"      // openings and who holds them
	EditNetwork      Permission = "network.edit"       // organisations, places, labels, imports
	ReadFigures      Permission = "figures.read"       // aggregates, masked
	ReadTeam         Permission = "team.read"          // stuck referrals, waits: facts without a file
	ManageAccounts   Permission = "accounts.manage"    // accounts, grants, settings
	ReadAudit        Permission = "audit.read"         // the audit chain: who did what when, no content
)

// Permissions lists every permission a grant can carry.
var Permissions = []Permission{
	CaptureNeed, ReadPerson, HoldConversation, DecideReferral, OwnDay, RecordActivity, DoFor, ReceiveContext,
	ManageOpenings, EditNetwork, ReadFigures, ReadTeam, ManageAccounts, ReadAudit,
}

// granted is the one table of what each role may do (R38, R63, R93, R123).
var granted = map[Role][]Permission{
	Mediator: {
		CaptureNeed, ReadPerson, HoldConversation, DecideReferral, OwnDay, RecordActivity, DoFor,
		ReceiveContext, ManageOpenings, ReadFigures,
	},
	SocialWorker: {
		CaptureNeed, ReadPerson, HoldConversation, DecideReferral, OwnDay, RecordActivity, DoFor,
		ReceiveContext, ReadFigures,
	},
	Reception:     {CaptureNeed, ReadPerson, HoldConversation, DecideReferral, OwnDay, RecordActivity},
	Volunteer:     {CaptureNeed, OwnDay, RecordActivity},
	Coordinator:   {ManageOpenings, EditNetwork, ReadFigures, ReadTeam},
	Funder:        {ReadFigures},
	Administrator: {ManageAccounts, ReadAudit, EditNetwork},
}

// May reports whether role carries permission p.
func (r Role) May(p Permission) bool { return slices.Contains(granted[r], p) }

// Grant is a role given to a worker in one organisation.
type Grant struct {
	Organisation id.ID
	Role         Role
}

// Viewer is who is asking: the proof that someone signed in, carried to every
// query on personal rows. Its fields are closed so that only this package can
// make one that means something: the zero Viewer may do nothing.
type Viewer struct {
	account      id.ID
	worker       id.ID
	organisation id.ID
	grants       []Grant
}

// NewViewer makes the viewer of worker, acting for organisation, with grants.
// Only sign-in, background jobs of the house and tests call it.
func NewViewer(account, worker, organisation id.ID, grants []Grant) Viewer {
	return Viewer{account: account, worker: worker, organisation: organisation, grants: slices.Clone(grants)}
}

// Account is the account that signed in.
func (v Viewer) Account() id.ID { return v.account }

// Worker is the worker (intervenant) behind the account.
func (v Viewer) Worker() id.ID { return v.worker }

// Organisation is the organisation the viewer is acting for now.
func (v Viewer) Organisation() id.ID { return v.organisation }

// SignedIn reports whether someone is there at all.
func (v Viewer) SignedIn() bool { return v.account != "" }

// May reports whether the viewer holds p in the organisation she acts for.
func (v Viewer) May(p Permission) bool { return v.MayIn(p, v.organisation) }

// MayIn reports whether the viewer holds p in organisation org.
func (v Viewer) MayIn(p Permission, org id.ID) bool {
	switch p {
	case Public:
		return true
	case SignedIn:
		return v.SignedIn()
	}
	if !v.SignedIn() || org == "" {
		return false
	}
	for _, g := range v.grants {
		if g.Organisation == org && g.Role.May(p) {
			return true
		}
	}
	return false
}

// Has reports whether the viewer holds role in the organisation she acts for.
func (v Viewer) Has(role Role) bool {
	for _, g := range v.grants {
		if g.Organisation == v.organisation && g.Role == role {
			return true
		}
	}
	return false
}
