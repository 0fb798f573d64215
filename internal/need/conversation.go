// SPDX-License-Identifier: Apache-2.0

package need

import (
	"slices"
	"time"

	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
)

// Held is a conversation about autonomy as it was held for a need: a row that
// stays; talking again makes a new one. What was said is sealed.
type Held struct {
	ID           id.ID
	Need         id.ID
	Organisation id.ID
	Worker       id.ID
	At           time.Time
	Talk         autonomy.Conversation
	Indicated    autonomy.Level // from the answers; Unknown when too little was said
	Chosen       autonomy.Level // the helper's correction, which wins; Unknown without one
	Explanation  autonomy.ReadingMode
}

// Level is the level to work with: the helper's when there is one.
func (h Held) Level() autonomy.Level {
	if h.Chosen != autonomy.Unknown {
		return h.Chosen
	}
	return h.Indicated
}

// Facts joins what was said (talk) with what is known of the need, so that the
// advice rules see both: its date counted from today, its risk, its category,
// her refusals, and how many times it was already handed on.
func (n Need) Facts(talk autonomy.Conversation, orientations int, today clock.Date) autonomy.Conversation {
	if !n.Deadline.IsZero() {
		days := n.Deadline.Sub(today)
		talk.DeadlineDays = &days
	}
	if n.Risk != "" {
		talk.Risk = n.Risk
	}
	if n.Category != "" {
		talk.Category = n.Category
	}
	talk.OrientationsSoFar = orientations
	refusals := slices.Clone(talk.Refusals)
	for _, r := range n.Refusals {
		if !slices.Contains(refusals, r) {
			refusals = append(refusals, r)
		}
	}
	talk.Refusals = refusals
	return talk
}
