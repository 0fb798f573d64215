// SPDX-License-Identifier: Apache-2.0

package webtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jba/templatecheck"

	"escale/internal/web/shared"
)

// Types fails t when a template of lib asks its view for something it lacks.
func Types(t *testing.T, lib *shared.Library) {
	t.Helper()
	for _, r := range lib.Templates() {
		t.Run(r.Name, func(t *testing.T) {
			if err := templatecheck.CheckHTML(r.HTML.Lookup("layout"), r.View); err != nil {
				t.Error(err)
			}
		})
	}
}

var (
	said     = regexp.MustCompile(`\.(?:T|Link|Chip|Back)(?: "[^"]*")?? "([a-z0-9_]+\.[a-z0-9_.]+)"|\.T "([^"]+)"`)
	counted  = regexp.MustCompile(`\.N "([^"]+)"`)
	asked    = regexp.MustCompile(`\.(?:Field|Radios|Checks) "[^"]*" "([^"]+)"`)
	titled   = regexp.MustCompile(`\.(?:Empty|Notice(?: "[^"]*")) "([^"]+)"`)
	literal  = regexp.MustCompile("[\"`]([A-Za-z0-9_.-]+)[\"`]")
	keyShape = regexp.MustCompile(`^[a-z_]+(\.[A-Za-z0-9_-]+)+$`)
)

// Wanted lists the keys that the text of a template says.
func Wanted(source string) []string {
	var keys []string
	add := func(re *regexp.Regexp, suffixes ...string) {
		for _, m := range re.FindAllStringSubmatch(source, -1) {
			for _, key := range m[1:] {
				if !keyShape.MatchString(key) {
					continue
				}
				for _, s := range suffixes {
					keys = append(keys, key+s)
				}
			}
		}
	}
	add(said, "")
	add(counted, ".other")
	add(asked, ".label")
	add(titled, ".title", ".text")
	return keys
}

// Sentences fails t when a template says a key that no French catalogue holds.
func Sentences(t *testing.T, lib *shared.Library) {
	t.Helper()
	for _, r := range lib.Templates() {
		for _, key := range Wanted(r.Source) {
			if _, ok := lib.Catalogue().Text(shared.French, key); !ok {
				t.Errorf("%s says %q, which is in no fr.json", r.Name, key)
			}
		}
	}
}

// Said gathers the keys mentioned between quotes, and the beginnings of keys
// that are completed as the program runs ("need.risk.").
type Said struct {
	whole    map[string]bool
	prefixes []string
}

// sources are the kinds of file that mention keys: code, templates, rules kept as
// data. A catalogue does not mention its own keys.
var (
	sources   = []string{".go", ".html", ".json"}
	catalogue = regexp.MustCompile(`(^|[/_\\])(fr|en)\.json$`)
)

// Mentions reads every source under dirs, tests apart.
func Mentions(t testing.TB, dirs ...string) Said {
	t.Helper()
	s := Said{whole: map[string]bool{}}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			ext := filepath.Ext(path)
			if err != nil || d.IsDir() || !slices.Contains(sources, ext) || catalogue.MatchString(path) || strings.HasSuffix(path, "_test.go") {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range literal.FindAllStringSubmatch(string(raw), -1) {
				s.mention(m[1])
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *Said) mention(text string) {
	switch {
	case keyShape.MatchString(text):
		s.whole[text] = true
	case strings.HasSuffix(text, ".") && keyShape.MatchString(text+"x"):
		s.prefixes = append(s.prefixes, text)
	}
}

// derived are the ends that components add to the key they are given.
var derived = []string{".label", ".help", ".title", ".text", ".one", ".other"}

// Has reports whether key is mentioned, whole, by its beginning, or through a
// component that completes it.
func (s Said) Has(key string) bool {
	if s.whole[key] {
		return true
	}
	for _, end := range derived {
		if base, ok := strings.CutSuffix(key, end); ok && s.whole[base] {
			return true
		}
	}
	for _, p := range s.prefixes {
		if strings.HasPrefix(key, p) {
			return true
		}
	}
	return false
}
