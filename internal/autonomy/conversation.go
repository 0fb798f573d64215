// SPDX-License-Identifier: Apache-2.0

package autonomy

import (
	_ "embed"
	"slices"
	"strings"
	"unicode/utf8"

	"escale/internal/kit/guard"
	"escale/internal/kit/text"
)

// Schema is the JSON Schema (draft 2020-12) of a Conversation.
//
//go:embed conversation.schema.json
var Schema []byte

// Conversation is what was talked about for one demand, without a name or
// anything else that says who she is. As JSON, every field may be left out:
//
//	{
//	  "guide": 1,                      version of the guide; current when absent
//	  "answers": {"Q3": 0, "Q9": 1},   0, 1, 2, or null for "not discussed"
//	  "level_override": {"level": "partly", "reason": "…"},
//	  "deadline_days": 4,              days from today; negative when past
//	  "risk": "loss_of_right",         none, loss_of_right, penalty, cut_off
//	  "category": "rights",            see Categories
//	  "subjects": ["housing"],         see Subjects
//	  "durable_impossibility": false,  learning is durably out of reach
//	  "orientations_so_far": 0,        times this demand was already handed on
//	  "refusals": ["workshop"]         families she does not want
//	}
//
// The same is said to machines by Schema.
type Conversation struct {
	Guide                int       `json:"guide,omitempty"`
	Answers              Answers   `json:"answers,omitempty"`
	LevelOverride        *Override `json:"level_override,omitempty"`
	DeadlineDays         *int      `json:"deadline_days,omitempty"` // nil: no date
	Risk                 Risk      `json:"risk,omitempty"`
	Category             Category  `json:"category,omitempty"`
	Subjects             []Subject `json:"subjects,omitempty"`
	DurableImpossibility bool      `json:"durable_impossibility,omitempty"`
	OrientationsSoFar    int       `json:"orientations_so_far,omitempty"`
	Refusals             []Family  `json:"refusals,omitempty"`
}

// Override is the helper's correction of the level, which always wins over the
// answers, with a word of reason (R28).
type Override struct {
	Level  Level  `json:"level"`
	Reason string `json:"reason"`
}

// Risk is what may happen if nothing is done in time (R18).
type Risk string

// The risks. An empty one means that it was not discussed.
const (
	RiskNone    Risk = "none"
	LossOfRight Risk = "loss_of_right" // perte d'un droit
	Penalty     Risk = "penalty"       // pénalité
	CutOff      Risk = "cut_off"       // coupure
)

// Risks lists the risks.
var Risks = []Risk{RiskNone, LossOfRight, Penalty, CutOff}

// Category is the kind of a demand (R16), chosen after her own words.
type Category string

// The categories. The advice rules look at Rights only; the others are here so
// that a conversation can be read and written whole.
const (
	Rights          Category = "rights"           // accès aux droits
	ToolUse         Category = "tool_use"         // usage d'un outil
	Equipment       Category = "equipment"        // équipement, connexion
	SocialLink      Category = "social_link"      // lien social
	WorkTraining    Category = "work_training"    // emploi, formation
	SchoolParenting Category = "school_parenting" // scolarité, parentalité
	SafetyScam      Category = "safety_scam"      // sécurité, arnaque
	DailyLife       Category = "daily_life"       // vie pratique
	Other           Category = "other"            // autre
)

// Categories lists the categories in the order of R16.
var Categories = []Category{
	Rights, ToolUse, Equipment, SocialLink, WorkTraining, SchoolParenting, SafetyScam, DailyLife, Other,
}

// Subject is something the demand touches that changes who should help.
type Subject string

// The subjects.
const (
	RightsSubstance Subject = "rights_substance" // le fond du droit, not only its form online
	Debt            Subject = "debt"             // dette
	Housing         Subject = "housing"          // logement
	Violence        Subject = "violence"         // violence
	Protection      Subject = "protection"       // protection of a child or an adult
	Budget          Subject = "budget"           // budget
	Banking         Subject = "banking"          // banque, paiement
	Administrative  Subject = "administrative"   // démarche administrative
)

// Subjects lists the subjects.
var Subjects = []Subject{
	RightsSubstance, Debt, Housing, Violence, Protection, Budget, Banking, Administrative,
}

// Bounds of a conversation. They only keep out slips of the keyboard: ten years
// on each side for a date, far more orientations than anyone should endure.
const (
	maxDeadlineDays  = 3650
	maxOrientations  = 99
	maxReasonRunes   = 200
	maxAnswer        = 2
	fieldAnswers     = "answers."
	fieldLevel       = "level_override.level"
	fieldLevelReason = "level_override.reason"
)

// Validate says what must be looked at again, field by field, with the value
// found and what to write instead: a *text.FieldErrors, or nil.
func (c Conversation) Validate() error {
	var f text.FieldErrors
	c.check(&f)
	return f.Err()
}

func (c Conversation) check(f *text.FieldErrors) {
	if c.Guide != 0 {
		checkRange(f, "guide", c.Guide, 1, guide.Version)
	}
	for _, code := range sortedCodes(c.Answers) {
		if !slices.ContainsFunc(guide.Prompts, func(p Prompt) bool { return p.Code == code }) {
			f.Add(fieldAnswers+clip(string(code)), "autonomy.input.unknown_field",
				"value", clip(string(code)), "allowed", strings.Join(words(codes()), ", "))
			continue
		}
		checkRange(f, fieldAnswers+string(code), c.Answers[code], 0, maxAnswer)
	}
	if o := c.LevelOverride; o != nil {
		checkWord(f, fieldLevel, o.Level, Levels)
		switch n := utf8.RuneCountInString(o.Reason); {
		case strings.TrimSpace(o.Reason) == "":
			f.Add(fieldLevelReason, "autonomy.input.reason_missing")
		case n > maxReasonRunes:
			f.Add(fieldLevelReason, "autonomy.input.reason_too_long", "max", maxReasonRunes)
		default:
			guard.Check(fieldLevelReason, o.Reason, f)
		}
	}
	if c.DeadlineDays != nil {
		checkRange(f, "deadline_days", *c.DeadlineDays, -maxDeadlineDays, maxDeadlineDays)
	}
	if c.Risk != "" {
		checkWord(f, "risk", c.Risk, Risks)
	}
	if c.Category != "" {
		checkWord(f, "category", c.Category, Categories)
	}
	checkList(f, "subjects", c.Subjects, Subjects)
	checkRange(f, "orientations_so_far", c.OrientationsSoFar, 0, maxOrientations)
	checkList(f, "refusals", c.Refusals, RefusableFamilies)
}

func checkRange(f *text.FieldErrors, field string, v, least, most int) {
	if v < least || v > most {
		f.Add(field, "autonomy.input.out_of_range", "value", v, "min", least, "max", most)
	}
}

func checkWord[T ~string](f *text.FieldErrors, field string, v T, allowed []T) {
	if !oneOf(v, allowed) {
		f.Add(field, "autonomy.input.not_one_of",
			"value", clip(string(v)), "allowed", strings.Join(words(allowed), ", "))
	}
}

func checkList[T ~string](f *text.FieldErrors, field string, list, allowed []T) {
	for i, v := range list {
		checkWord(f, field, v, allowed)
		if slices.Index(list, v) < i {
			f.Add(field, "autonomy.input.twice", "value", clip(string(v)))
		}
	}
}

// codes lists the codes of the guide's prompts in order.
func codes() []Code {
	out := make([]Code, len(guide.Prompts))
	for i, p := range guide.Prompts {
		out[i] = p.Code
	}
	return out
}

// sortedCodes gives the answered codes in the guide's order, strangers last, so
// that the same conversation always gets the same remarks.
func sortedCodes(a Answers) []Code {
	order := codes()
	place := func(c Code) int {
		if i := slices.Index(order, c); i >= 0 {
			return i
		}
		return len(order)
	}
	out := make([]Code, 0, len(a))
	for c := range a {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Code) int {
		if d := place(a) - place(b); d != 0 {
			return d
		}
		return strings.Compare(string(a), string(b))
	})
	return out
}

// clip shortens what someone typed before it is shown back.
func clip(s string) string {
	const most = 40
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}
