// SPDX-License-Identifier: Apache-2.0

package person

import (
	"slices"
	"time"

	"escale/internal/kit/guard"

	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
)

// Procedures are the families of procedures a mandate can cover: the national
// codes of « démarches administratives » (La Coop, June 2026). Aidants Connect
// knows the first ten.
var Procedures = []string{
	"papiers_elections_citoyennete", "famille_scolarite", "social_sante", "travail_formation", "logement",
	"transports_mobilite", "argent_impots", "justice", "etrangers_europe", "loisirs_sports_culture", "associations",
}

// MandateDays are the durations a mandate may have, in days: one day, one month,
// six months, one year (Aidants Connect, kit 2025).
var MandateDays = []int{1, 31, 182, 365}

// MandateLanguages are the languages a mandate is printed in; the French version
// prevails (Aidants Connect, FAQ).
var MandateLanguages = []string{"fr", "en", "ar", "prs", "ps"}

// Where she was when she gave the mandate.
const (
	Present = "present"
	Remote  = "remote"
)

// Revocation says why a mandate ended before its day.
type Revocation string

// The revocations.
const (
	ByPerson     Revocation = "person"
	ByHelper     Revocation = "helper"
	BecauseDone  Revocation = "done"
	ByProtection Revocation = "protection" // a protection measure was declared
)

// Revocations lists the revocations.
var Revocations = []Revocation{ByPerson, ByHelper, BecauseDone, ByProtection}

// Mandate (mandat) is the right to act for her, in some procedures, until a day.
// It never replaces an Aidants Connect mandate: Reference only names one.
type Mandate struct {
	ID           id.ID
	Organisation id.ID
	Worker       id.ID // who received it
	Person       id.ID
	Scope        []string // of Procedures
	StartsOn     clock.Date
	Days         int    // of MandateDays
	Given        string // Present or Remote
	PaperCopyOn  clock.Date
	Language     string
	Reference    string // of an Aidants Connect mandate, when there is one
	RevokedAt    time.Time
	Revoked      Revocation
}

// EndsOn is the first day the mandate holds no more.
func (m Mandate) EndsOn() clock.Date { return m.StartsOn.AddDays(m.Days) }

// Holds reports whether the mandate can be relied on, on day d.
func (m Mandate) Holds(d clock.Date) bool {
	return m.RevokedAt.IsZero() && !d.Before(m.StartsOn) && d.Before(m.EndsOn())
}

// Covers reports whether every procedure is in the mandate's scope.
func (m Mandate) Covers(procedures []string) bool {
	return !slices.ContainsFunc(procedures, func(p string) bool { return !slices.Contains(m.Scope, p) })
}

// maxReference bounds an Aidants Connect reference, in runes.
const maxReference = 40

func (m Mandate) check() error {
	var f text.FieldErrors
	if len(m.Scope) == 0 || slices.ContainsFunc(m.Scope, func(p string) bool { return !slices.Contains(Procedures, p) }) {
		f.Add("scope", "person.mandate_scope")
	}
	if !slices.Contains(MandateDays, m.Days) {
		f.Add("days", "person.mandate_days")
	}
	if m.StartsOn.IsZero() {
		f.Add("starts_on", "person.mandate_start")
	}
	if m.Given != Present && m.Given != Remote {
		f.Add("given", "person.not_in_list")
	}
	// With her there, the paper is handed over at once; remotely it follows.
	if m.Given == Present && m.PaperCopyOn.IsZero() {
		f.Add("paper_copy_on", "person.mandate_paper")
	}
	if !slices.Contains(MandateLanguages, m.Language) {
		f.Add("language", "person.not_in_list")
	}
	if len([]rune(m.Reference)) > maxReference {
		f.Add("reference", "person.too_long", "most", maxReference)
	}
	guard.Check("reference", m.Reference, &f)
	return f.Err()
}

// Protected says that a protection measure is declared (tutelle, curatelle,
// sauvegarde): no ordinary mandate can be given (R25).
type Protected struct{}

// Error is for logs; Message is for people.
func (*Protected) Error() string { return "a protection measure is declared: no mandate" }

// Message says what to do instead.
func (*Protected) Message() text.Message { return text.Msg("person.mandate_protected") }
