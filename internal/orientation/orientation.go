// SPDX-License-Identifier: Apache-2.0

// Package orientation is what is decided with a person for her need: treated
// here, handed to another organisation, or stopped because she prefers so. When
// it is handed on, one gesture keeps her agreement, the liaison sheet, a real
// slot and her own sheet, or nothing at all. The one who sent her then sees the
// status and its dates, never what was said. She keeps a code that opens her
// sheet without an account, and may erase it.
package orientation

import (
	"slices"
	"strings"
	"time"

	"escale/internal/autonomy"
	"escale/internal/kit/guard"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/person"
)

// Choice is what was decided (R34).
type Choice string

// The choices.
const (
	TreatedHere Choice = "here"
	HandedOn    Choice = "referred"
	ShePrefers  Choice = "stopped" // she prefers to stop there: a choice, never a failure
)

// Choices lists the choices in the order screens show them.
var Choices = []Choice{TreatedHere, HandedOn, ShePrefers}

// HerChoice is how she answered what was proposed (O12).
type HerChoice string

// Her choices.
const (
	Agreed     HerChoice = "agreed"
	ChoseOther HerChoice = "chose_other" // she wanted something else than what the rules put first
	Declined   HerChoice = "declined"
)

// HerChoices lists her choices.
var HerChoices = []HerChoice{Agreed, ChoseOther, Declined}

// Levels of a liaison sheet (R38): what travels with a referral.
const (
	AddressOnly = 0 // nothing travels: she has the address
	ContactNeed = 1 // first name, contact, the need in a sentence
	WithContext = 2 // context too, between professionals allowed to receive it
)

// Redirections are the national codes of « structure de redirection » (La Coop,
// June 2026).
var Redirections = []string{
	"administration", "mediation_numerique", "operateur_ou_organisme_en_charge", "aide_sociale",
	"insertion_professionnelle", "aide_aux_demarches_administratives", "autre",
}

// Liaison is what the recipient reads: the least that lets her receive the
// person. It is sealed with the recipient's key, so that nobody else opens it.
type Liaison struct {
	FirstName   string               `json:"first_name,omitempty"`  // level 1
	Contact     string               `json:"contact,omitempty"`     // level 1
	Sentence    string               `json:"sentence,omitempty"`    // level 1: the need, in one sentence
	Explanation autonomy.ReadingMode `json:"explanation,omitempty"` // level 1: how she likes things explained
	Context     string               `json:"context,omitempty"`     // level 2
}

// Longest texts kept, in runes.
const (
	maxShort    = 80
	maxSentence = 200
	maxContext  = 1000
)

// check refuses what the level does not allow, rather than dropping it in
// silence: she was told what travels.
func (l *Liaison) check(level int, f *text.FieldErrors) {
	for _, t := range []struct {
		field string
		value *string
		from  int
		most  int
	}{
		{"first_name", &l.FirstName, ContactNeed, maxShort},
		{"contact", &l.Contact, ContactNeed, maxShort},
		{"sentence", &l.Sentence, ContactNeed, maxSentence},
		{"context", &l.Context, WithContext, maxContext},
	} {
		*t.value = strings.TrimSpace(*t.value)
		if *t.value != "" && level < t.from {
			f.Add(t.field, "orientation.too_much_for_level", "level", level)
		}
		if len([]rune(*t.value)) > t.most {
			f.Add(t.field, "orientation.too_long", "most", t.most)
		}
		guard.Check(t.field, *t.value, f)
	}
	if l.Explanation != "" && level < ContactNeed {
		f.Add("explanation", "orientation.too_much_for_level", "level", level)
	}
	if level >= ContactNeed && l.Sentence == "" {
		f.Add("sentence", "orientation.sentence_missing")
	}
}

// NewReferral asks for a need to be handed to an organisation.
type NewReferral struct {
	Recipient       id.ID  // organisation
	RecipientWorker id.ID  // who will read the sheet; or Service
	Service         string // a service of the recipient, when no worker is named
	Level           int
	Sheet           Liaison
	AgreedHow       string // person.Oral or person.Written, from level 1 on
	ValidDays       int    // how long it may be read and answered; 0 means DefaultDays
}

// DefaultDays is how long a referral lasts when nothing else is said, and
// MaxDays the most it can (R37: three months).
const (
	DefaultDays = 60
	MaxDays     = 92
)

// Slot is the seat to keep during the same gesture.
type Slot struct {
	Opening id.ID
	Worker  id.ID
	Start   time.Time
}

// Decision is one gesture: what was decided with her, and all that follows. Its
// ID is made by the page, so that sending twice decides once.
type Decision struct {
	ID          id.ID
	Need        id.ID
	Choice      Choice
	Family      autonomy.Family // what was offered; empty when no advice was asked
	Rule        string          // the advice rule that led, O1 to O12; empty when none did
	HerChoice   HerChoice
	Refusals    []autonomy.Family // what she said no to
	Redirection string            // of Redirections, or empty
	Why         string            // in a few words
	Referral    *NewReferral      // when handed on
	Slot        *Slot             // when a meeting is kept at once
	NextStep    string            // for her sheet, in words she can read
}

func (d *Decision) check() error {
	var f text.FieldErrors
	if d.ID == "" || d.Need == "" {
		f.Add("need", "orientation.need_missing")
	}
	if d.HerChoice == "" {
		d.HerChoice = Agreed
	}
	if !slices.Contains(HerChoices, d.HerChoice) {
		f.Add("her_choice", "orientation.not_in_list")
	}
	if d.Family != "" && !slices.Contains(autonomy.Families, d.Family) {
		f.Add("family", "orientation.not_in_list")
	}
	if d.Redirection != "" && !slices.Contains(Redirections, d.Redirection) {
		f.Add("redirection", "orientation.not_in_list")
	}
	for _, r := range d.Refusals {
		if !slices.Contains(autonomy.RefusableFamilies, r) {
			f.Add("refusals", "orientation.not_in_list")
		}
	}
	for _, t := range []struct {
		field string
		value *string
	}{{"why", &d.Why}, {"next_step", &d.NextStep}} {
		*t.value = strings.TrimSpace(*t.value)
		if len([]rune(*t.value)) > maxSentence {
			f.Add(t.field, "orientation.too_long", "most", maxSentence)
		}
		guard.Check(t.field, *t.value, &f)
	}
	switch d.Choice {
	case HandedOn:
		if d.Referral == nil {
			f.Add("referral", "orientation.to_whom")
		} else {
			own := *d.Referral // what the caller holds stays as it was given
			d.Referral = &own
			own.check(&f)
		}
	case TreatedHere, ShePrefers:
		if d.Referral != nil {
			f.Add("referral", "orientation.not_handed_on")
		}
		if d.Choice == ShePrefers && d.Slot != nil {
			f.Add("slot", "orientation.stopped_has_no_slot")
		}
	default:
		f.Add("choice", "orientation.not_in_list")
	}
	return f.Err()
}

func (r *NewReferral) check(f *text.FieldErrors) {
	if r.Recipient == "" {
		f.Add("recipient", "orientation.to_whom")
	}
	if r.Level < AddressOnly || r.Level > WithContext {
		f.Add("level", "orientation.not_in_list")
	}
	r.Service = strings.TrimSpace(r.Service)
	if len([]rune(r.Service)) > maxShort {
		f.Add("service", "orientation.too_long", "most", maxShort)
	}
	guard.Check("service", r.Service, f)
	if r.Level >= ContactNeed {
		if r.RecipientWorker == "" && r.Service == "" {
			f.Add("recipient", "orientation.recipient_not_named")
		}
		if r.AgreedHow != person.Oral && r.AgreedHow != person.Written {
			f.Add("agreed", "orientation.agreement_missing")
		}
	}
	if r.ValidDays == 0 {
		r.ValidDays = DefaultDays
	}
	if r.ValidDays < 1 || r.ValidDays > MaxDays {
		f.Add("valid_days", "orientation.too_long_validity", "most", MaxDays)
	}
	r.Sheet.check(r.Level, f)
}

// ContextRefused says that the recipient may not receive context (level 2): a
// volunteer, or an organisation where nobody may.
type ContextRefused struct{}

// Error is for logs; Message is for people.
func (*ContextRefused) Error() string { return "the recipient may not receive context" }

// Message says what to do instead.
func (*ContextRefused) Message() text.Message { return text.Msg("orientation.context_refused") }

// warnAt is the number of orientations of one need from which the coordination
// is told (R41, rule O11).
const warnAt = 2

// RankWarning is the warning that goes with a need handed on rank times, and
// false while there is none to give.
func RankWarning(rank int) (text.Message, bool) {
	if rank < warnAt {
		return text.Message{}, false
	}
	return text.Msg("orientation.handed_on_again", "times", rank), true
}
