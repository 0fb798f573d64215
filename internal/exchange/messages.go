// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"escale/internal/kit/text"
)

//go:embed messages_fr.json
var frenchFile []byte

//go:embed messages_en.json
var englishFile []byte

// Catalogue turns the messages of this room into sentences of one language.
type Catalogue map[string]string

// The catalogues.
var (
	French  = catalogue(frenchFile)
	English = catalogue(englishFile)
)

func catalogue(file []byte) Catalogue {
	var c Catalogue
	if err := json.Unmarshal(file, &c); err != nil {
		panic("exchange: messages: " + err.Error())
	}
	return c
}

// Say is the sentence of m, its {placeholders} filled in; the key itself when
// the catalogue lacks it, which a test excludes.
func (c Catalogue) Say(m text.Message) string {
	s, ok := c[m.Key]
	if !ok {
		return m.Key
	}
	for name, v := range m.Args {
		s = strings.ReplaceAll(s, "{"+name+"}", fmt.Sprint(v))
	}
	return s
}

func (c Catalogue) say(key string, namesAndValues ...any) string {
	return c.Say(text.Msg(key, namesAndValues...))
}
