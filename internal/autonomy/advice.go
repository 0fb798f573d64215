// SPDX-License-Identifier: Apache-2.0

package autonomy

import (
	"slices"

	"escale/internal/kit/text"
)

// Advice is what may be offered after a conversation. It decides nothing: the
// person does, with a helper beside her (RGPD art. 22, R31).
type Advice struct {
	Level        Level        `json:"level"`        // guided, partly, autonomous; empty when unknown
	LevelCode    string       `json:"level_code"`   // national code of the level
	LevelSource  LevelSource  `json:"level_source"` // who says so
	LevelText    text.Message `json:"level_text"`
	ReadingMode  ReadingMode  `json:"reading_mode"`
	ReadingText  text.Message `json:"reading_text"`
	GuideVersion int          `json:"guide_version"`
	RulesVersion int          `json:"rules_version"`
	// Suggestions are every rule that matched, in the rules' order. It is never
	// empty, and exactly one leads.
	Suggestions []Suggestion `json:"suggestions"`
}

// LevelSource is where a level comes from.
type LevelSource string

// The sources of a level.
const (
	FromNothing LevelSource = "none"
	FromAnswers LevelSource = "answers"
	FromHelper  LevelSource = "helper" // corrected by hand, with a word of reason
)

// Suggestion is one rule that matched: what to offer, and why.
type Suggestion struct {
	Rule        string         `json:"rule"`
	RuleVersion int            `json:"rule_version"`
	Plain       text.Message   `json:"plain"`       // the rule itself, in a sentence
	Lead        bool           `json:"lead"`        // the one to talk about first
	Refused     bool           `json:"refused"`     // she said no to this family; it stays listed
	Family      Family         `json:"family"`      // what to offer
	Destination Destination    `json:"destination"` // where that leads
	Title       text.Message   `json:"title"`
	Reasons     []text.Message `json:"reasons"`
	Steps       []Point        `json:"steps"`       // how to go about it
	Constraints []Point        `json:"constraints"` // what to keep to
}

// Point is a step or a constraint: a code for programs, a sentence for people.
type Point struct {
	Code    string       `json:"code"`
	Message text.Message `json:"message"`
}

// Advise applies the rules in force to c. Its only error is that of
// Conversation.Validate.
func Advise(c Conversation) (Advice, error) { return rules.Advise(c) }

// Advise applies the rules of s to c. Its only error is that of
// Conversation.Validate.
//
// The first rule that matched leads, unless she refused it or it may not lead
// here (a workshop while a date is near): the lead then passes to the next one,
// down to her own choice, which always matches. Nothing else changes.
func (s *RuleSet) Advise(c Conversation) (Advice, error) {
	if err := c.Validate(); err != nil {
		return Advice{}, err
	}
	level, source := c.level()
	mode := ReadingModeOf(c.Answers)
	a := Advice{
		Level: level, LevelCode: level.NationalCode(), LevelSource: source, LevelText: level.Message(),
		ReadingMode: mode, ReadingText: mode.Message(),
		GuideVersion: c.Guide, RulesVersion: s.Version,
	}
	if a.GuideVersion == 0 {
		a.GuideVersion = guide.Version
	}
	known := c.facts(level)
	led := false
	for i := range s.rules {
		r := &s.rules[i]
		known["matches"] = value{n: len(a.Suggestions)}
		if !known.holds(&r.When) {
			continue
		}
		suggestion, mayLead := r.suggest(known)
		suggestion.Refused = slices.Contains(c.Refusals, r.Family)
		suggestion.Lead = mayLead && !led && !suggestion.Refused
		led = led || suggestion.Lead
		a.Suggestions = append(a.Suggestions, suggestion)
	}
	return a, nil
}

// level is the helper's correction if there is one, else what the answers say.
func (c Conversation) level() (Level, LevelSource) {
	if c.LevelOverride != nil {
		return c.LevelOverride.Level, FromHelper
	}
	if level, known := LevelOf(c.Answers); known {
		return level, FromAnswers
	}
	return Unknown, FromNothing
}

// facts lays out what is known for the rules; what was not discussed is absent.
func (c Conversation) facts(level Level) facts {
	f := facts{
		"orientations_so_far":   {n: c.OrientationsSoFar},
		"durable_impossibility": {flag: c.DurableImpossibility},
		"subjects":              {words: words(c.Subjects)},
		"refusals":              {words: words(c.Refusals)},
	}
	for code, a := range c.Answers {
		f[string(code)] = value{n: a}
	}
	if c.DeadlineDays != nil {
		f["deadline_days"] = value{n: *c.DeadlineDays}
		if *c.DeadlineDays < 0 {
			f["days_late"] = value{n: -*c.DeadlineDays}
		}
	}
	for name, w := range map[string]string{
		"level": string(level), "wants": wishOf(c.Answers), "risk": string(c.Risk), "category": string(c.Category),
	} {
		if w != "" {
			f[name] = value{word: w}
		}
	}
	return f
}

// suggest writes what r says of these facts, and whether r may lead with them.
func (r *rule) suggest(known facts) (s Suggestion, mayLead bool) {
	s = Suggestion{
		Rule: r.Code, RuleVersion: r.Version, Plain: text.Msg(r.Plain),
		Family: r.Family, Destination: r.Destination, Title: r.Family.Message(),
		Reasons: []text.Message{}, Steps: []Point{}, Constraints: []Point{},
	}
	for _, reason := range r.Reasons {
		if !known.holds(reason.When) {
			continue
		}
		m := text.Msg(reason.Key)
		for name, fact := range reason.Args {
			if m.Args == nil {
				m.Args = map[string]any{}
			}
			m.Args[name] = known[fact].n
		}
		s.Reasons = append(s.Reasons, m)
	}
	for _, p := range r.Steps {
		if known.holds(p.When) {
			s.Steps = append(s.Steps, Point{p.Code, text.Msg("autonomy.step." + p.Code)})
		}
	}
	mayLead = true
	for _, p := range r.Constraints {
		if known.holds(p.When) {
			s.Constraints = append(s.Constraints, Point{p.Code, text.Msg("autonomy.constraint." + p.Code)})
			mayLead = mayLead && !p.CannotLead
		}
	}
	return s, mayLead
}

// Message is the name of a family, as a heading.
func (f Family) Message() text.Message { return text.Msg("autonomy.family." + string(f)) }

// Message is the name of a destination, as a label.
func (d Destination) Message() text.Message { return text.Msg("autonomy.destination." + string(d)) }
