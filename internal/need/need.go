// SPDX-License-Identifier: Apache-2.0

// Package need holds what a person came with (la demande): her own words first,
// then its date and risk, how to reach her, and what became of it. A need lives
// without a name when she prefers. What happens to it stays as rows; the status
// is only the last word. A question of rights is never closed by proposing a
// training. The conversation about autonomy held for a need is kept here too.
package need

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"escale/internal/kit/shipped"

	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/guard"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/person"
)

// Said is what she told: sealed as a whole.
type Said struct {
	Words     string `json:"words,omitempty"`      // the need, in her words
	FirstName string `json:"first_name,omitempty"` // only if she gives it
	Contact   string `json:"contact,omitempty"`    // a phone number, or where to leave word
	Knows     string `json:"knows,omitempty"`      // what she already knows or did
	Wants     string `json:"wants,omitempty"`
	WantsNot  string `json:"wants_not,omitempty"`
}

// Status is where a need stands.
type Status string

// The statuses.
const (
	Open     Status = "open"
	Referred Status = "referred" // waiting for the organisation it was handed to
	Settled  Status = "settled"  // réglée
	Stopped  Status = "stopped"  // she prefers to stop there
	Handed   Status = "handed"   // another service has it for good
)

// Statuses lists the statuses.
var Statuses = []Status{Open, Referred, Settled, Stopped, Handed}

// Closed reports whether nothing more is expected.
func (s Status) Closed() bool { return s == Settled || s == Stopped || s == Handed }

// RightBecame is what became of a right (R17): the codes of lists.json.
type RightBecame string

// The fates of a right.
const (
	RightOpened      RightBecame = "opened"       // droit ouvert
	RightKept        RightBecame = "kept"         // droit maintenu
	RightRefused     RightBecame = "refused"      // refusé, with ways to appeal explained
	RightNotEntitled RightBecame = "not_entitled" // no such right in her situation
	RightTakenOver   RightBecame = "taken_over"   // a social worker or the operator has it in hand
)

// Outcome is how a support ended; TrainingProposed alone never settles a right.
const TrainingProposed = "training_proposed"

// Need (demande) is what a person came with.
type Need struct {
	ID           id.ID
	Organisation id.ID
	NotedBy      id.ID
	NotedAt      time.Time // when she said it, which waiting is counted from
	CreatedAt    time.Time // when the store learnt it
	Person       id.ID     // none when she stays anonymous
	Origin       id.ID     // the need of another organisation that this one continues
	Said         Said
	ContactWay   person.ContactWay
	SharedPhone  bool
	Category     autonomy.Category // empty until someone chose one
	SubTheme     string            // local sub-theme, a code, or empty
	Deadline     clock.Date
	Risk         autonomy.Risk
	EntryWay     string
	Commune      string // Insee code
	Refusals     []autonomy.Family
	Status       Status
	Outcome      string
	RightBecame  RightBecame
	ClosedAt     time.Time
	Version      int64
}

// Stale says that the need was changed since it was read.
type Stale struct{ Yours, Theirs Need }

// Error says nothing of the contents.
func (s *Stale) Error() string {
	return fmt.Sprintf("need %s: version %d was changed meanwhile to %d", s.Theirs.ID, s.Yours.Version, s.Theirs.Version)
}

// Unwrap makes a Stale one of db.ErrStale.
func (s *Stale) Unwrap() error { return db.ErrStale }

// RightUnsaid says that a need about rights cannot be settled by proposing a
// training only: what became of the right is still to be said (R17).
type RightUnsaid struct{}

// Error is for logs; Message is for people.
func (*RightUnsaid) Error() string { return "a need about rights is not settled by a training alone" }

// Message explains, and asks what became of the right.
func (*RightUnsaid) Message() text.Message { return text.Msg("need.right_unsaid") }

// mayClose applies R17 to settling a need of a category with an outcome.
func mayClose(category autonomy.Category, to Status, outcome string, became RightBecame) error {
	if category == autonomy.Rights && to == Settled && became == "" && (outcome == "" || outcome == TrainingProposed) {
		return &RightUnsaid{}
	}
	return nil
}

// Theme is a category or a local sub-theme, with the national codes a support
// for it proposes first.
type Theme struct {
	Code       string            `json:"code"`
	Category   autonomy.Category `json:"category,omitempty"`
	Themes     []string          `json:"themes"`
	Procedures []string          `json:"procedures,omitempty"`
}

// lists are the codes of lists.json.
type lists struct {
	Categories   []Theme       `json:"categories"`
	SubThemes    []Theme       `json:"sub_themes"`
	EntryWays    []string      `json:"entry_ways"`
	RightsBecame []RightBecame `json:"rights_became"`
}

//go:embed lists.json
var listsFile []byte

var codes = shipped.JSON[lists]("need: lists.json", listsFile)

// Categories lists the categories with their national codes, in R16's order.
func Categories() []Theme { return slices.Clone(codes.Categories) }

// SubThemes lists the local sub-themes with their national codes.
func SubThemes() []Theme { return slices.Clone(codes.SubThemes) }

// EntryWays lists how people come (R19).
func EntryWays() []string { return slices.Clone(codes.EntryWays) }

// RightsBecame lists what can become of a right.
func RightsBecame() []RightBecame { return slices.Clone(codes.RightsBecame) }

// Theme gives the national codes for the need: its sub-theme's if it has one,
// its category's otherwise, those of « autre » when neither is known.
func (n Need) Theme() Theme {
	for _, t := range codes.SubThemes {
		if t.Code == n.SubTheme {
			return t
		}
	}
	for _, t := range codes.Categories {
		if t.Code == string(n.Category) {
			return t
		}
	}
	return codes.Categories[len(codes.Categories)-1]
}

// OfTopic is an unsaved need of which only the category is known, such as a
// meeting's topic: enough for Theme.
func OfTopic(category string) Need { return Need{Category: autonomy.Category(category)} }

// Longest texts kept, in runes.
const (
	maxWords = 600
	maxShort = 80
)

// normalise trims what was typed, fills the defaults and says what must be
// looked at again. Only her words are asked for.
func (n *Need) normalise() error {
	var f text.FieldErrors
	for _, t := range []struct {
		field string
		value *string
		most  int
	}{
		{"words", &n.Said.Words, maxWords},
		{"first_name", &n.Said.FirstName, maxShort},
		{"contact", &n.Said.Contact, maxShort},
		{"knows", &n.Said.Knows, maxWords},
		{"wants", &n.Said.Wants, maxWords},
		{"wants_not", &n.Said.WantsNot, maxWords},
	} {
		*t.value = strings.TrimSpace(*t.value)
		if len([]rune(*t.value)) > t.most {
			f.Add(t.field, "need.too_long", "most", t.most)
		}
		guard.Check(t.field, *t.value, &f)
	}
	if n.Said.Words == "" {
		f.Add("words", "need.words_missing")
	}
	if n.ContactWay == "" {
		n.ContactWay = person.NoContact
	}
	if n.EntryWay == "" {
		n.EntryWay = codes.EntryWays[0]
	}
	n.checkCodes(&f)
	return f.Err()
}

func (n *Need) checkCodes(f *text.FieldErrors) {
	if n.ContactWay == person.ByCall || n.ContactWay == person.BySMS {
		if phone, ok := person.NormalPhone(n.Said.Contact); ok {
			n.Said.Contact = phone
		} else if n.Person == "" { // a file has its own phone
			f.Add("contact", "need.phone_wrong")
		}
	}
	if !slices.Contains(person.ContactWays, n.ContactWay) {
		f.Add("contact_way", "need.not_in_list")
	}
	if n.Category != "" && !slices.Contains(autonomy.Categories, n.Category) {
		f.Add("category", "need.not_in_list")
	}
	if n.SubTheme != "" && !slices.ContainsFunc(codes.SubThemes, func(t Theme) bool { return t.Code == n.SubTheme }) {
		f.Add("sub_theme", "need.not_in_list")
	}
	if n.Risk != "" && !slices.Contains(autonomy.Risks, n.Risk) {
		f.Add("risk", "need.not_in_list")
	}
	if !slices.Contains(codes.EntryWays, n.EntryWay) {
		f.Add("entry_way", "need.not_in_list")
	}
	for _, r := range n.Refusals {
		if !slices.Contains(autonomy.RefusableFamilies, r) {
			f.Add("refusals", "need.not_in_list")
		}
	}
}
