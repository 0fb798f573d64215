// SPDX-License-Identifier: Apache-2.0

package autonomy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// condition is a question put to the facts: exactly one of "always", "all",
// "any", "named", or a test of one fact. There is no "not": a fact nobody
// talked about answers no to every test, and must never count as a yes.
type condition struct {
	Always  bool            `json:"always"`
	All     []condition     `json:"all"`
	Any     []condition     `json:"any"`
	Named   string          `json:"named"`
	Fact    string          `json:"fact"`
	Is      json.RawMessage `json:"is"`
	In      []string        `json:"in"`
	Has     []string        `json:"has"`
	AtLeast *int            `json:"at_least"`
	AtMost  *int            `json:"at_most"`

	named *condition // what Named points to
	is    *value     // what Is says, in the kind of the fact
}

// kind is the kind of a fact, which decides the tests it can take.
type kind int

const (
	number  kind = iota + 1 // is, at_least, at_most
	word                    // is, in
	several                 // has
	flag                    // is
)

// value is a fact's value: the field of its kind is the one that counts.
type value struct {
	n     int
	word  string
	words []string
	flag  bool
}

// factKinds names every fact a rule may look at, with the words it can hold.
var factKinds = func() map[string]struct {
	kind  kind
	words []string
} {
	kinds := map[string]struct {
		kind  kind
		words []string
	}{
		"deadline_days":         {kind: number}, // days from today; absent without a date
		"days_late":             {kind: number}, // days since a date gone by; absent otherwise
		"orientations_so_far":   {kind: number},
		"matches":               {kind: number}, // rules that matched before this one
		"level":                 {word, words(Levels)},
		"wants":                 {word, wishes}, // the answer to Q9, as a word
		"risk":                  {word, words(Risks)},
		"category":              {word, words(Categories)},
		"subjects":              {several, words(Subjects)},
		"refusals":              {several, words(RefusableFamilies)},
		"durable_impossibility": {kind: flag},
	}
	for _, c := range codes() {
		kinds[string(c)] = struct {
			kind  kind
			words []string
		}{kind: number}
	}
	return kinds
}()

// resolve checks c against the facts that exist and points its names at their
// definitions.
func (c *condition) resolve(definitions map[string]condition) error {
	shapes := 0
	for _, said := range []bool{c.Always, c.All != nil, c.Any != nil, c.Named != "", c.Fact != ""} {
		if said {
			shapes++
		}
	}
	if shapes != 1 {
		return errors.New(`a condition says exactly one of "always", "all", "any", "named" or "fact"`)
	}
	switch {
	case c.Named != "":
		target, ok := definitions[c.Named]
		if !ok {
			return fmt.Errorf("no definition is named %q", c.Named)
		}
		if err := target.resolve(nil); err != nil {
			return err
		}
		c.named = &target
	case c.Fact != "":
		return c.resolveTest()
	}
	for _, parts := range [][]condition{c.All, c.Any} {
		for i := range parts {
			if err := parts[i].resolve(definitions); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *condition) resolveTest() error {
	fact, ok := factKinds[c.Fact]
	if !ok {
		return fmt.Errorf("fact %q does not exist", c.Fact)
	}
	said := []string{}
	for name, present := range map[string]bool{
		"is": c.Is != nil, "in": c.In != nil, "has": c.Has != nil,
		"at_least": c.AtLeast != nil, "at_most": c.AtMost != nil,
	} {
		if present {
			said = append(said, name)
		}
	}
	slices.Sort(said)
	possible := map[kind][]string{
		number: {"is", "at_least", "at_most", "at_least at_most"},
		word:   {"is", "in"}, several: {"has"}, flag: {"is"},
	}[fact.kind]
	if !slices.Contains(possible, strings.Join(said, " ")) {
		return fmt.Errorf("fact %q is tested with %q; write one of %q", c.Fact, said, possible)
	}
	for _, w := range slices.Concat(c.In, c.Has) {
		if !slices.Contains(fact.words, w) {
			return fmt.Errorf("fact %q is never %q; it is one of %v", c.Fact, w, fact.words)
		}
	}
	if c.Is == nil {
		return nil
	}
	var v value
	var err error
	switch fact.kind {
	case number:
		err = json.Unmarshal(c.Is, &v.n)
	case flag:
		err = json.Unmarshal(c.Is, &v.flag)
	default:
		err = json.Unmarshal(c.Is, &v.word)
		if err == nil && !slices.Contains(fact.words, v.word) {
			err = fmt.Errorf("it is one of %v", fact.words)
		}
	}
	if err != nil {
		return fmt.Errorf("fact %q is never %s: %w", c.Fact, c.Is, err)
	}
	c.is = &v
	return nil
}

// facts are what the rules look at. A fact that is absent was not discussed.
type facts map[string]value

// holds answers the question c puts to the facts.
func (f facts) holds(c *condition) bool {
	switch {
	case c == nil || c.Always:
		return true
	case c.named != nil:
		return f.holds(c.named)
	case c.All != nil:
		for i := range c.All {
			if !f.holds(&c.All[i]) {
				return false
			}
		}
		return true
	case c.Any != nil:
		for i := range c.Any {
			if f.holds(&c.Any[i]) {
				return true
			}
		}
		return false
	}
	v, known := f[c.Fact]
	switch {
	case !known:
		return false
	case c.is != nil:
		return v.n == c.is.n && v.word == c.is.word && v.flag == c.is.flag
	case c.In != nil:
		return slices.Contains(c.In, v.word)
	case c.Has != nil:
		return slices.ContainsFunc(c.Has, func(w string) bool { return slices.Contains(v.words, w) })
	}
	return (c.AtLeast == nil || v.n >= *c.AtLeast) && (c.AtMost == nil || v.n <= *c.AtMost)
}
