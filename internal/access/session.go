// SPDX-License-Identifier: Apache-2.0

package access

import (
	"time"

	"escale/internal/kit/id"
)

// Stage is what is still asked of someone who has a session.
type Stage string

// The stages of a session. StageNone is that of whoever has none.
const (
	StageNone   Stage = ""
	StageCode   Stage = "code"   // the password was right: the second factor is asked
	StageEnrol  Stage = "enrol"  // the password was right: a second factor must be set up
	StageLocked Stage = "locked" // the screen locked: the password or the short code is asked
	StageOpen   Stage = "open"
)

// CookieName is the name of the cookie that carries a session's token. Over
// HTTPS it has the prefix that makes browsers refuse it from a neighbouring site
// or a plain connection (RFC 6265bis section 4.1.3.2): it must then be Secure,
// with path "/" and no domain. A house tried out on the machine itself has no
// HTTPS, and browsers would refuse the prefix there. Both are HttpOnly,
// SameSite=Lax and end with the browser: the store decides when the session does.
func CookieName(https bool) string {
	if https {
		return "__Host-escale"
	}
	return "escale"
}

// pendingLifetime is how long the second step of signing in may take.
const pendingLifetime = 10 * time.Minute

// Session is what a request needs to know of whoever sent it. Viewer means
// nothing (the zero Viewer) unless Stage is StageOpen.
type Session struct {
	Stage   Stage
	Viewer  Viewer
	Account id.ID
	Name    string // display name
	RoleKey string // message key of the first of her roles where she acts
	// Organisations lists where she has a grant in force, in a stable order.
	Organisations []id.ID
	SecondFactor  bool
	HasPIN        bool
	Expires       time.Time
}

// build makes the Session of a row at the moment now, and says until when that
// picture holds: the next moment a grant begins or ends.
func (row sessionRow) build(grants []GivenGrant, now time.Time) (s Session, holds time.Time) {
	s = Session{
		Stage: Stage(row.Stage), Account: row.AccountID, Name: row.Name, Expires: row.ExpiresAt.Time,
		SecondFactor: row.SecondFactor, HasPIN: row.HasPIN,
	}
	if s.Stage == StageOpen && !row.LockedAt.IsZero() {
		s.Stage = StageLocked
	}
	holds = row.ExpiresAt.Time
	var inForce []Grant
	acts := row.OrganisationID
	for _, g := range grants {
		for _, edge := range []time.Time{g.From, g.Until} {
			if edge.After(now) && edge.Before(holds) {
				holds = edge
			}
		}
		if !g.at(now) {
			continue
		}
		inForce = append(inForce, g.Grant)
		if n := len(s.Organisations); n == 0 || s.Organisations[n-1] != g.Grant.Organisation {
			s.Organisations = append(s.Organisations, g.Grant.Organisation)
		}
	}
	if !holdsIn(inForce, acts) {
		acts = ""
		if len(s.Organisations) > 0 {
			acts = s.Organisations[0]
		}
	}
	for _, role := range Roles {
		if s.RoleKey == "" && holdsRole(inForce, acts, role) {
			s.RoleKey = "role." + string(role)
		}
	}
	if s.Stage == StageOpen {
		s.Viewer = NewViewer(row.AccountID, row.WorkerID, acts, inForce)
	}
	return s, holds
}

func holdsIn(grants []Grant, org id.ID) bool {
	for _, g := range grants {
		if g.Organisation == org {
			return true
		}
	}
	return false
}

func holdsRole(grants []Grant, org id.ID, role Role) bool {
	for _, g := range grants {
		if g.Organisation == org && g.Role == role {
			return true
		}
	}
	return false
}
