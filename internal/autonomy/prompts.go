// SPDX-License-Identifier: Apache-2.0

package autonomy

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"

	"escale/internal/kit/text"
)

// Messages holds the catalogue fragments of this room: messages_fr.json and
// messages_en.json, each a flat object from key to sentence with {name} places.
//
//go:embed messages_fr.json messages_en.json
var Messages embed.FS

//go:embed prompts.json
var promptsFile []byte

//go:embed card.json
var cardFile []byte

// Code names a prompt: Q1 to Q10.
type Code string

// The prompts that say something by themselves, beside the level.
const (
	explanationPrompt Code = "Q8"
	wishPrompt        Code = "Q9"
)

// Prompt is one thing to talk about, in words all organisations share. Its
// Version changes when the wording does, so that an old answer keeps its sense.
type Prompt struct {
	Code      Code      `json:"code"`
	Version   int       `json:"version"`
	Dimension string    `json:"dimension"` // what it is about: equipment, connection, …
	Scored    bool      `json:"scored"`    // whether it counts for the level
	Ask       string    `json:"ask"`       // key of the spoken sentence
	Answers   [3]string `json:"answers"`   // keys of the answers 0, 1 and 2
}

// Guide is the conversation guide: two opening sentences that are listened to
// and not coded, then the ten prompts.
type Guide struct {
	Version int      `json:"version"`
	Opening []string `json:"opening"` // keys of the opening sentences
	Prompts []Prompt `json:"prompts"`
}

var guide = mustRead[Guide]("prompts.json", promptsFile)

// CurrentGuide is the guide in force. The caller may keep and change it.
func CurrentGuide() Guide {
	g := guide
	g.Opening = slices.Clone(g.Opening)
	g.Prompts = slices.Clone(g.Prompts)
	return g
}

// NotDiscussed is what to show for a prompt left out (non abordé).
func NotDiscussed() text.Message { return text.Msg("autonomy.answer.not_discussed") }

// HelperCard is a card for helpers: discreet signals that someone may prefer to
// be shown, sentences to say to everybody, and what is never done. All are
// message keys. It is read, never filled in (R30).
type HelperCard struct {
	Version int      `json:"version"`
	Signals []string `json:"signals"`
	Say     []string `json:"say"`
	Never   []string `json:"never"`
}

var card = mustRead[HelperCard]("card.json", cardFile)

// CurrentCard is the helper card in force. The caller may keep and change it.
func CurrentCard() HelperCard {
	c := card
	c.Signals = slices.Clone(c.Signals)
	c.Say = slices.Clone(c.Say)
	c.Never = slices.Clone(c.Never)
	return c
}

// mustRead reads a file embedded in the program. A fault there is a fault of
// the program, which must then not start.
func mustRead[T any](name string, data []byte) T {
	var v T
	if err := readStrict(data, &v); err != nil {
		panic(fmt.Sprintf("autonomy: %s: %v", name, err))
	}
	return v
}

// readStrict decodes one JSON value and refuses fields v does not have.
func readStrict(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if dec.More() {
		return fmt.Errorf("something follows the first value")
	}
	return nil
}
