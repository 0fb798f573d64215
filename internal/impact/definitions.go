// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"embed"
	"errors"
	"slices"

	"escale/internal/kit/shipped"

	"escale/internal/kit/text"
)

// Messages holds the sentences of this room, one flat file per language.
//
//go:embed messages_fr.json messages_en.json
var Messages embed.FS

// Definition says what a figure is: what it counts, what it leaves out, and how
// far it can be trusted. Its sentences are in the message catalogues.
type Definition struct {
	Code    string   `json:"code"`
	Unit    string   `json:"unit"`
	Sources []string `json:"sources"` // what it is computed from
	// Excludes says that there is a sentence on what is left out.
	Excludes bool `json:"excludes"`
}

// Sentences are the message keys of the definition, in reading order: its title,
// what is counted, what is not, and its limits.
func (d Definition) Sentences() []text.Message {
	parts := []string{"title", "counts", "excludes", "limits"}
	if !d.Excludes {
		parts = []string{"title", "counts", "limits"}
	}
	out := make([]text.Message, len(parts))
	for i, p := range parts {
		out[i] = text.Msg("impact.definition." + d.Code + "." + p)
	}
	return out
}

//go:embed definitions.json
var definitionsFile []byte

var definitions = shipped.JSON[struct {
	Definitions []Definition `json:"definitions"`
}]("impact: definitions.json", definitionsFile).Definitions

// Definitions lists what figures mean, in the order they are presented.
func Definitions() []Definition { return slices.Clone(definitions) }

// DefinitionOf gives a definition by its code, and whether there is one.
func DefinitionOf(code string) (Definition, bool) {
	i := slices.IndexFunc(definitions, func(d Definition) bool { return d.Code == code })
	if i < 0 {
		return Definition{}, false
	}
	return definitions[i], true
}

func unitOf(code string) string {
	d, _ := DefinitionOf(code)
	return d.Unit
}

// Explain gives the sentence that answers an error of Figures, and whether it
// is one that a person can mend.
func Explain(err error) (text.Message, bool) {
	switch {
	case errors.Is(err, ErrForbidden):
		return text.Msg("impact.forbidden"), true
	case errors.Is(err, ErrPeriod):
		return text.Msg("impact.period_wrong"), true
	case errors.Is(err, ErrTerritory):
		return text.Msg("impact.territory_unknown"), true
	}
	return text.Message{}, false
}
