// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"escale/internal/web/shared/webtest"
)

// sentences reads every catalogue of pages and rooms in one language: key → file.
// suffix is fr.json or en.json.
func sentences(t *testing.T, suffix string) map[string]string {
	t.Helper()
	keys := map[string]string{}
	walk(t, "..", func(path string) {
		page := filepath.Base(path) == suffix && strings.HasPrefix(filepath.ToSlash(path), "../web/")
		if room := filepath.Base(path) == "messages_"+suffix; !page && !room {
			return
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for key := range texts {
			keys[key] = path
		}
	})
	return keys
}

func walk(t *testing.T, dir string, visit func(path string)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			visit(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every sentence of a page is said somewhere, and every sentence a template says
// exists, in a page or a room. A room names each code of its lists for whoever
// shows it, and tests its own catalogue. English may lag: the count is reported.
func TestCatalogues(t *testing.T) {
	french, english := sentences(t, "fr.json"), sentences(t, "en.json")
	said := webtest.Mentions(t, "..")
	for key, file := range french {
		if page := filepath.Base(file) == "fr.json"; page && !said.Has(key) {
			t.Errorf("%s: nothing says %q", file, key)
		}
	}
	for key, file := range english {
		if _, ok := french[key]; !ok {
			t.Errorf("%s: %q is in English only", file, key)
		}
	}
	walk(t, ".", func(path string) {
		if filepath.Ext(path) != ".html" {
			return
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range webtest.Wanted(string(raw)) {
			if french[key] == "" && french[key+".other"] == "" {
				t.Errorf("%s says %q, which no catalogue holds", path, key)
			}
		}
	})
	t.Logf("%d sentences, %d still without English", len(french), len(french)-len(english))
}

// Sentences live in catalogues and templates: an accent or a guillemet in a Go
// string of the web layer is a sentence that nobody will translate.
func TestNoFrenchInGo(t *testing.T) {
	accent := regexp.MustCompile(`[À-ÖØ-öø-ÿŒœ«»’]`)
	walk(t, ".", func(path string) {
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "webtest") {
			return
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING || strings.HasSuffix(path, "typography.go") {
				return true
			}
			if s, err := strconv.Unquote(lit.Value); err == nil && accent.MatchString(s) {
				t.Errorf("%s: %q belongs in a catalogue", set.Position(lit.Pos()), s)
			}
			return true
		})
	})
}
