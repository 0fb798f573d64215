// SPDX-License-Identifier: Apache-2.0

package shared

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// French is the language every sentence exists in; English may lag, and then
// the French sentence is shown.
const (
	French  = "fr"
	English = "en"
)

// Languages lists the languages a visitor can choose, French first.
var Languages = []string{French, English}

// Catalogue holds every sentence the program can say, by language and key. It
// is filled once, while the pages are being added, and only read afterwards.
type Catalogue struct {
	sentences map[string]map[string]sentence
	texts     map[string]map[string]string
}

// sentence is a message cut at its {placeholders}, so that saying it is only
// a concatenation.
type sentence []piece

// piece is either literal text or, when name is set, a value to fill in.
type piece struct{ text, name string }

func newCatalogue() *Catalogue {
	c := &Catalogue{sentences: map[string]map[string]sentence{}, texts: map[string]map[string]string{}}
	for _, l := range Languages {
		c.sentences[l] = map[string]sentence{}
		c.texts[l] = map[string]string{}
	}
	return c
}

// load reads name+fr.json and name+en.json from files (the second may be
// absent): flat JSON objects from key to sentence. A key said twice with two
// different sentences is an error: nobody could guess which one is shown.
func (c *Catalogue) load(files fs.FS, name string) error {
	var errs []error
	for _, lang := range Languages {
		file := name + lang + ".json"
		raw, err := fs.ReadFile(files, file)
		if errors.Is(err, fs.ErrNotExist) && lang != French {
			continue
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		var texts map[string]string
		if err := json.Unmarshal(raw, &texts); err != nil {
			errs = append(errs, fmt.Errorf("catalogue %s: %w", file, err))
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			errs = append(errs, c.add(lang, key, texts[key]))
		}
	}
	return errors.Join(errs...)
}

// translated reports whether every sentence of folder's fr.json exists in
// English. A page that lacks some is shown in French: half a language helps
// nobody, and a screen reader would pronounce it wrongly.
func (c *Catalogue) translated(folder fs.FS) bool {
	raw, err := fs.ReadFile(folder, French+".json")
	var texts map[string]string
	if err != nil || json.Unmarshal(raw, &texts) != nil {
		return false
	}
	for key := range texts {
		if _, ok := c.texts[English][key]; !ok {
			return false
		}
	}
	return true
}

func (c *Catalogue) add(lang, key, text string) error {
	if lang == French {
		text = Typeset(text)
	}
	if known, ok := c.texts[lang][key]; ok && known != text {
		return fmt.Errorf("catalogue: key %s has two sentences in %s", key, lang)
	}
	s, err := cut(text)
	if err != nil {
		return fmt.Errorf("catalogue: key %s in %s: %w", key, lang, err)
	}
	c.texts[lang][key], c.sentences[lang][key] = text, s
	return nil
}

func cut(text string) (sentence, error) {
	var s sentence
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if before != "" {
			s = append(s, piece{text: before})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" {
			return nil, errors.New("a placeholder is not closed")
		}
		s = append(s, piece{name: name})
		text = after
	}
	return s, nil
}

// Text is the sentence of key in lang as loaded, placeholders included, and
// whether lang has it.
func (c *Catalogue) Text(lang, key string) (string, bool) {
	t, ok := c.texts[lang][key]
	return t, ok
}

// Keys lists the keys lang has, sorted.
func (c *Catalogue) Keys(lang string) []string { return slices.Sorted(maps.Keys(c.texts[lang])) }

// find gives the sentence of key in lang, or in French when lang lags.
func (c *Catalogue) find(lang, key string) (sentence, bool) {
	if s, ok := c.sentences[lang][key]; ok {
		return s, true
	}
	s, ok := c.sentences[French][key]
	return s, ok
}

// findPlural gives the form of key that n asks for: key.one or key.other (CLDR
// cardinal rules: in French 0 and 1 are singular, in English only 1 is).
func (c *Catalogue) findPlural(lang, key string, n int) (sentence, bool) {
	if _, has := c.sentences[lang][key+".other"]; !has {
		lang = French
	}
	digits := n
	if digits < 0 {
		digits = -digits
	}
	if plural.Cardinal.MatchPlural(language.Make(lang), digits, 0, 0, 0, 0) == plural.One {
		if s, ok := c.sentences[lang][key+".one"]; ok {
			return s, true
		}
	}
	s, ok := c.sentences[lang][key+".other"]
	return s, ok
}
