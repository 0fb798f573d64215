// SPDX-License-Identifier: Apache-2.0

package text

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"strings"
)

// Sentences are what Messages say in one language, by key, with {name} where a
// value goes. The web layer has richer ones; these serve the command line and
// the reports that rooms write themselves.
type Sentences map[string]string

// LoadSentences reads flat JSON files of sentences, the later ones adding to the
// earlier.
func LoadSentences(files fs.FS, names ...string) (Sentences, error) {
	all := Sentences{}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("text: %w", err)
		}
		var some Sentences
		if err := json.Unmarshal(b, &some); err != nil {
			return nil, fmt.Errorf("text: %s: %w", name, err)
		}
		maps.Copy(all, some)
	}
	return all, nil
}

// MustLoadSentences is LoadSentences for embedded files, where a fault is one of
// the program itself.
func MustLoadSentences(files fs.FS, names ...string) Sentences {
	s, err := LoadSentences(files, names...)
	if err != nil {
		panic(err)
	}
	return s
}

// Join is all the sentences of several sets, the later ones first.
func Join(sets ...Sentences) Sentences {
	all := Sentences{}
	for _, s := range sets {
		maps.Copy(all, s)
	}
	return all
}

// Say is the sentence of m. A key without a sentence shows as itself: it is a
// mistake that tests find.
func (s Sentences) Say(m Message) string {
	out, ok := s[m.Key]
	if !ok {
		return m.Key
	}
	for name, value := range m.Args {
		out = strings.ReplaceAll(out, "{"+name+"}", fmt.Sprint(value))
	}
	return out
}
