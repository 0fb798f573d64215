// SPDX-License-Identifier: Apache-2.0

package access

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"escale/internal/kit/id"
	"escale/internal/kit/text"
)

// House stands for the whole house where an organisation is asked for: an
// administrator granted in House keeps all accounts, before any organisation
// exists. It is no organisation of the network.
const House id.ID = "00000000-0000-7000-8000-000000000001"

// operator is who acts at the command line, beside the keys: no account.
const operator id.ID = "00000000-0000-7000-8000-000000000002"

// Operator is the viewer of the command line. Whoever types there holds the keys
// of the house; the audit chain names this viewer as such. It sees no person.
func Operator() Viewer {
	return NewViewer(operator, "", House, []Grant{{Organisation: House, Role: Administrator}})
}

// Status is where an account stands.
type Status string

// The statuses of an account.
const (
	AccountInvited Status = "invited" // a link was made, no password was chosen yet
	AccountOpen    Status = "open"
	AccountClosed  Status = "closed" // signs in no more; its acts stay
)

// Account is who can sign in: one person, never a team (R128).
type Account struct {
	ID           id.ID
	Login        string // a professional address or a name she chose
	Name         string // shown to colleagues
	Worker       id.ID  // the worker (intervenant) she is, if any
	Status       Status
	SecondFactor bool
	LastSeen     time.Time // her last sign-in; zero when never
	ClosedAt     time.Time
	Version      int64
	Grants       []GivenGrant // those in force or to come
}

// GivenGrant is a grant with its dates and who gave it.
type GivenGrant struct {
	ID      id.ID
	Grant   Grant
	From    time.Time
	Until   time.Time // zero when open-ended
	GivenBy id.ID
}

// at reports whether g is in force at the moment t.
func (g GivenGrant) at(t time.Time) bool {
	return !t.Before(g.From) && (g.Until.IsZero() || t.Before(g.Until))
}

// Policy is what a house can set about signing in.
type Policy struct {
	// Issuer names the house in the telephone's application.
	Issuer string
	// SecondFactor lists the roles that may not do without a second factor.
	SecondFactor []Role
	// Idle is how long a screen stays open with nothing done.
	Idle time.Duration
	// Lifetime is how long a session lasts at most.
	Lifetime time.Duration
	// LinkLifetime is how long a one-time link can be used.
	LinkLifetime time.Duration
	// Cost is the cost of a password hash, and Hashes how many run at once (0:
	// one per processor, eight at most).
	Cost   Cost
	Hashes int
}

// Staff lists the roles that ask for a second factor: all but volunteers and
// funders, who see neither files nor settings and may still set one up.
var Staff = []Role{Mediator, SocialWorker, Reception, Coordinator, Administrator}

// DefaultPolicy is the policy of a house that set nothing.
func DefaultPolicy() Policy {
	return Policy{
		Issuer: "Escale", SecondFactor: Staff, Idle: 10 * time.Minute, Lifetime: 12 * time.Hour,
		LinkLifetime: 72 * time.Hour, Cost: DefaultCost,
	}
}

// asksSecondFactor reports whether one of the grants asks for a second factor.
func (p Policy) asksSecondFactor(grants []GivenGrant) bool {
	return slices.ContainsFunc(grants, func(g GivenGrant) bool { return slices.Contains(p.SecondFactor, g.Grant.Role) })
}

// foldLogin gives the one spelling of a login: letter case and the ways of
// typing an accent do not count; points and dashes do.
func foldLogin(login string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(login)))
}

// checkLogin adds to errs what is wrong with a login someone chooses.
func checkLogin(errs *text.FieldErrors, login string) {
	n := utf8.RuneCountInString(foldLogin(login))
	odd := strings.ContainsFunc(strings.TrimSpace(login), func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
	switch {
	case n < 3 || n > 254: // RFC 5321 bounds an address to 254
		errs.Add("login", "access.login.length")
	case odd:
		errs.Add("login", "access.login.spaces")
	}
}

// checkName adds to errs what is wrong with a display name.
func checkName(errs *text.FieldErrors, name string) {
	n := utf8.RuneCountInString(strings.TrimSpace(name))
	if n == 0 || n > 100 || strings.ContainsFunc(name, unicode.IsControl) {
		errs.Add("name", "access.name.length")
	}
}

// seesPersons reports whether a role opens files, or meets people without one: a
// volunteer's day and the need she notes name them too.
func (r Role) seesPersons() bool { return r.May(ReadPerson) || r.May(OwnDay) || r.May(CaptureNeed) }

// clash reports whether an account that has the roles held may not also have
// role: whoever keeps accounts sees no person, and no grant may make her.
func clash(held []GivenGrant, role Role) bool {
	return slices.ContainsFunc(held, func(g GivenGrant) bool {
		return (role == Administrator && g.Grant.Role.seesPersons()) || (role.seesPersons() && g.Grant.Role == Administrator)
	})
}

// keeps reports whether v keeps the accounts of organisation org.
func (v Viewer) keeps(org id.ID) bool {
	return v.MayIn(ManageAccounts, org) || v.MayIn(ManageAccounts, House)
}

// keepsAll reports whether v keeps every organisation of the grants: only then
// may she touch the account that holds them. An account without a grant belongs
// to whoever keeps the house.
func (v Viewer) keepsAll(grants []GivenGrant) bool {
	if len(grants) == 0 {
		return v.MayIn(ManageAccounts, House)
	}
	return !slices.ContainsFunc(grants, func(g GivenGrant) bool { return !v.keeps(g.Grant.Organisation) })
}

// nullable gives an identifier as the store wants it: none is NULL.
func nullable(i id.ID) any {
	if i == "" {
		return nil
	}
	return i
}
