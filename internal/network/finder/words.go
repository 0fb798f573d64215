// SPDX-License-Identifier: Apache-2.0

package finder

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

//go:embed words.json
var wordsJSON []byte

// Need is one of the entries of « Qu'est-ce qui vous amène ? »: what people
// come with, before any vocabulary of the field.
type Need struct {
	// Code is stable; the page's sentences have it in their message keys.
	Code string `json:"code"`
	// Services are the national services that answer it, for Query.Any;
	// none means that every place does.
	Services []string `json:"services"`
}

// Needs are the needs in the order of the home page.
func Needs() []Need {
	out := slices.Clone(everyday().Needs)
	for i := range out {
		out[i].Services = slices.Clone(out[i].Services)
	}
	return out
}

// topic is one line of the table of everyday words.
type topic struct {
	Say      []string `json:"say"`
	Also     []string `json:"also"`
	Services []string `json:"services"`
	Publics  []string `json:"publics"`
	Care     []string `json:"care"`
	Costs    []string `json:"costs"`
	Access   []string `json:"access"`
	Support  []string `json:"support"`
	Labels   []string `json:"labels"`
	Kinds    []string `json:"kinds"`
}

func (t *topic) codes() Codes {
	return Codes{t.Services, t.Publics, t.Care, t.Costs, t.Access, t.Support, t.Labels, t.Kinds}
}

// wordTable is words.json with its expressions cut into folded words.
type wordTable struct {
	Needs    []Need   `json:"needs"`
	Ignored  []string `json:"ignored"`
	Everyday []topic  `json:"everyday"`
	About    string   `json:"about"`

	ignored map[string]bool
	// spelling is how the table writes a folded word.
	spelling map[string]string
	// say and also are the words of each topic's expressions.
	say, also [][][]string
}

// everyday reads the table once. It is part of the program, so a fault in it
// is a fault of the program.
var everyday = sync.OnceValue(func() *wordTable {
	t := &wordTable{ignored: map[string]bool{}, spelling: map[string]string{}}
	if err := json.Unmarshal(wordsJSON, t); err != nil {
		panic(fmt.Sprintf("finder: words.json: %v", err))
	}
	for _, w := range t.Ignored {
		t.ignored[w] = true
	}
	for i := range t.Everyday {
		t.say = append(t.say, t.cut(t.Everyday[i].Say))
		t.also = append(t.also, t.cut(t.Everyday[i].Also))
	}
	return t
})

// cut folds expressions into their words, without the ignored ones.
func (t *wordTable) cut(expressions []string) [][]string {
	var p splitter
	var out [][]string
	for _, e := range expressions {
		var words []string
		p.split(e, func(word []byte, spelling string) {
			w := string(word)
			if t.ignored[w] {
				return
			}
			words = append(words, w)
			if t.spelling[w] == "" {
				t.spelling[w] = spelling
			}
		})
		if len(words) > 0 {
			out = append(out, words)
		}
	}
	return out
}
