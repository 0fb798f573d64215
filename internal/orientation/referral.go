// SPDX-License-Identifier: Apache-2.0

package orientation

import (
	"slices"
	"time"

	"escale/internal/agenda"
	"escale/internal/kit/id"
)

// Status is where a referral stands (R40).
type Status string

// The statuses.
const (
	Sent     Status = "sent"     // nobody opened it yet
	Received Status = "received" // reçue
	Accepted Status = "accepted" // acceptée
	Refused  Status = "refused"  // refusée, with a reason
	Seen     Status = "seen"     // vue
	NotCome  Status = "not_come" // n'est pas venue ce jour-là
	Settled  Status = "settled"  // réglée
)

// Statuses lists the statuses.
var Statuses = []Status{Sent, Received, Accepted, Refused, Seen, NotCome, Settled}

// follows says which statuses may come after each. After a refusal, only the
// fact that she was met counts; a settlement is the last word.
var follows = map[Status][]Status{
	Sent:     {Received, Accepted, Refused, Seen, NotCome, Settled},
	Received: {Accepted, Refused, Seen, NotCome, Settled},
	Accepted: {Refused, Seen, NotCome, Settled},
	NotCome:  {Accepted, Refused, Seen, Settled},
	Refused:  {Seen, Settled},
	Seen:     {Settled},
}

// mayFollow reports whether next may come after now.
func mayFollow(now, next Status) bool { return slices.Contains(follows[now], next) }

// waiting are the statuses in which the sender still waits for something.
var waiting = []Status{Sent, Received, Accepted}

// RefusalReasons are why a referral may be refused: about the service, never
// about her.
var RefusalReasons = []string{"full", "not_our_work", "out_of_area", "no_access", "cannot_reach", "other"}

// meetingMark is what an answer says of the meeting that was kept for it.
var meetingMark = map[Status]agenda.Status{Refused: agenda.Revoked, NotCome: agenda.NoShow, Seen: agenda.Seen}

// ReminderDays is after how many days without news the sender is reminded (R40).
const ReminderDays = 14

// Answered says that a referral already has an answer that this one cannot
// follow: it shows where it stands.
type Answered struct{ Now, Asked Status }

// Error names the statuses only.
func (a *Answered) Error() string {
	return "referral is " + string(a.Now) + ": cannot become " + string(a.Asked)
}

// Step is one status of a referral and when it came.
type Step struct {
	Status Status
	At     time.Time
	Reason string // of RefusalReasons, when refused
}

// Follow is all that a sender sees of a referral: who has it, and its statuses
// with their dates. Nothing that was said or done travels back.
type Follow struct {
	ID              id.ID
	Need            id.ID
	Recipient       id.ID
	RecipientWorker id.ID
	Service         string
	Level           int
	Rank            int // how many times this need was handed on, this time included
	SentAt          time.Time
	ExpiresAt       time.Time
	Status          Status
	StatusAt        time.Time
	Steps           []Step
}

// Late reports whether the sender should be reminded at moment now: still
// waiting, and no news for days days.
func (f Follow) Late(now time.Time, days int) bool {
	return slices.Contains(waiting, f.Status) && now.Sub(f.StatusAt) >= time.Duration(days)*day
}

// Arrival is a referral in the list of its recipient: where it comes from, when,
// and where it stands. Its liaison sheet stays closed.
type Arrival struct {
	ID       id.ID
	Sender   id.ID
	Service  string
	Level    int
	SentAt   time.Time
	Status   Status
	StatusAt time.Time
}

// Incoming is a referral as its recipient opens it. Sheet is nil when nothing
// travels, when it is addressed to someone else, when the agreement was taken
// back, or when its time is over.
type Incoming struct {
	ID              id.ID
	Need            id.ID // to answer for; not to be read
	Sender          id.ID
	SenderWorker    id.ID
	RecipientWorker id.ID
	Service         string
	Level           int
	Booking         id.ID
	SentAt          time.Time
	ExpiresAt       time.Time
	Status          Status
	StatusAt        time.Time
	Sheet           *Liaison
}
