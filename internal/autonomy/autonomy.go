// SPDX-License-Identifier: Apache-2.0

// Package autonomy is the conversation a helper has with a person about doing
// things online, and the advice that follows. Ten spoken prompts, each of which
// may be left out, give an indicative level for this demand, today; the helper
// may correct it with a word of reason. Twelve rules, written as data anyone
// can read, then suggest what to offer and say why; the person decides. Nothing
// here is a test: no number leaves this package and nobody is compared.
package autonomy

import (
	"slices"

	"escale/internal/kit/text"
)

// Level says how much guidance a person would like nearby, for one demand, on
// one day. It is indicative and never used to sort people (R28).
type Level string

// The levels. Unknown means that too little was talked about.
const (
	Unknown    Level = ""
	Guided     Level = "guided"     // avec guidage
	Partly     Level = "partly"     // guidage en cas de besoin
	Autonomous Level = "autonomous" // autonome
)

// Levels lists the levels that can be known.
var Levels = []Level{Guided, Partly, Autonomous}

// NationalCode is the value of the field « autonomie » of the national activity
// report (La Coop de la médiation numérique), empty for Unknown.
func (l Level) NationalCode() string {
	switch l {
	case Guided:
		return "entierement_accompagne"
	case Partly:
		return "partiellement_autonome"
	case Autonomous:
		return "autonome"
	}
	return ""
}

// Message is the level in words she can hear.
func (l Level) Message() text.Message {
	if l == Unknown {
		return text.Msg("autonomy.level.unknown")
	}
	return text.Msg("autonomy.level." + string(l))
}

// Answers holds what was talked about: the place of the answer chosen (0, 1 or
// 2) under the code of its prompt. A prompt that is absent was not discussed
// (non abordé), which is always allowed.
type Answers map[Code]int

// fewestForLevel is how many of the scored prompts must have been talked about
// before a level is given: fewer than 3 of 5 say too little.
const fewestForLevel = 3

// LevelOf gives the indicative level, and false when fewer than three of the
// five scored prompts (Q3 to Q7) were talked about.
func LevelOf(answers Answers) (Level, bool) {
	tenths, known := tenthsOf(answers)
	switch {
	case !known:
		return Unknown, false
	case tenths <= 3:
		return Guided, true
	case tenths <= 7:
		return Partly, true
	}
	return Autonomous, true
}

// tenthsOf scales the scored answers to 0…10: sum ÷ (2 × answered) × 10, to the
// nearest whole number, an exact half going up (6 of 8 is 7.5, so 8). Whole
// numbers because the bands 0–3, 4–7 and 8–10 leave none between them, and
// because the paper guide is added up by hand. It is never shown nor stored.
func tenthsOf(answers Answers) (tenths int, known bool) {
	sum, answered := 0, 0
	for _, p := range guide.Prompts {
		if a, ok := answers[p.Code]; ok && p.Scored {
			sum += a
			answered++
		}
	}
	if answered < fewestForLevel {
		return 0, false
	}
	// floor(10·sum/(2·answered) + 1/2), without leaving whole numbers.
	return (10*sum + answered) / (2 * answered), true
}

// ReadingMode is how she prefers things to be explained. It replaces any
// diagnosis: it says what to do, never what she cannot do (R30).
type ReadingMode string

// The reading modes. The empty one means that it was not discussed.
const (
	ReadingUnknown       ReadingMode = ""
	SpokenShown          ReadingMode = "spoken_shown"           // à l'oral, en montrant, avec des images
	ShortWritingTogether ReadingMode = "short_writing_together" // un écrit court, lu ensemble
	Writing              ReadingMode = "writing"                // par écrit
)

var readingModes = []ReadingMode{SpokenShown, ShortWritingTogether, Writing}

// ReadingModeOf is the preference told under prompt Q8.
func ReadingModeOf(answers Answers) ReadingMode {
	if a, ok := answers[explanationPrompt]; ok {
		return readingModes[a]
	}
	return ReadingUnknown
}

// Message is the preference in words.
func (m ReadingMode) Message() text.Message {
	if m == ReadingUnknown {
		return text.Msg("autonomy.reading.unknown")
	}
	return text.Msg("autonomy.reading." + string(m))
}

// wishes are the words the rules use for the answers to prompt Q9.
var wishes = []string{"done", "with", "learn"}

// wishOf is what she wants today, empty when it was not discussed.
func wishOf(answers Answers) string {
	if a, ok := answers[wishPrompt]; ok {
		return wishes[a]
	}
	return ""
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func oneOf[T ~string](v T, list []T) bool { return slices.Contains(list, v) }
