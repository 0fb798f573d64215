// SPDX-License-Identifier: Apache-2.0

package need

import (
	"slices"
	"strings"

	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/text"
)

// Urgency says how soon a need must be looked at. It comes from its date and its
// risk only, never from the person.
type Urgency int

// The urgencies, most pressing first.
const (
	Overdue Urgency = iota // its date is past
	Now                    // a date within SoonDays days, or something to lose
	Soon                   // a date within LaterDays days
	Calm                   // no date near, nothing to lose
)

// SoonDays is rule O1's threshold (domain facts 5.3: « deadline ≤ 7 days or risk
// of loss → treat now »); LaterDays is the wait from which an alarm is raised
// (R44).
const (
	SoonDays  = 7
	LaterDays = 30
)

// lossRisks are the risks that make a need pressing whatever its date, as in
// rule O1.
var lossRisks = []autonomy.Risk{autonomy.LossOfRight, autonomy.Penalty, autonomy.CutOff}

// UrgencyOf derives the urgency of a date and a risk on day today.
func UrgencyOf(deadline clock.Date, risk autonomy.Risk, today clock.Date) Urgency {
	dated := !deadline.IsZero()
	switch {
	case dated && deadline.Before(today):
		return Overdue
	case dated && deadline.Sub(today) <= SoonDays, slices.Contains(lossRisks, risk):
		return Now
	case dated && deadline.Sub(today) <= LaterDays:
		return Soon
	}
	return Calm
}

// Message is the urgency in words.
func (u Urgency) Message() text.Message {
	return text.Msg("need.urgency." + [...]string{"overdue", "now", "soon", "calm"}[u])
}

// Urgency is the need's urgency on day today.
func (n Need) Urgency(today clock.Date) Urgency { return UrgencyOf(n.Deadline, n.Risk, today) }

// compare orders lists: urgency, then date, then age of the demand (R45).
func compare(a, b Need, today clock.Date) int {
	if d := int(a.Urgency(today)) - int(b.Urgency(today)); d != 0 {
		return d
	}
	if a.Deadline != b.Deadline {
		switch {
		case a.Deadline.IsZero():
			return 1
		case b.Deadline.IsZero() || a.Deadline.Before(b.Deadline):
			return -1
		}
		return 1
	}
	if d := a.NotedAt.Compare(b.NotedAt); d != 0 {
		return d
	}
	return strings.Compare(string(a.ID), string(b.ID))
}
