// SPDX-License-Identifier: Apache-2.0

// Package house holds no code: its tests keep the house as ARCHITECTURE.md
// draws it. Which room may call which, who may speak SQL or HTML, that every
// package says what it is for.
package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors is the order of ARCHITECTURE.md, lowest first: a room imports only
// rooms before it. The kit and the schema are the ground under all of them.
var floors = []string{
	"kit", "schema",
	"territory", "access", "network",
	"person", "autonomy", "need",
	"library", "training", "volunteer", "coordination",
	"agenda", "tour", "workshop", "orientation", "activity",
	"exchange", "impact", "capacity",
	"fieldkit", "api", "web", "app",
}

// speakers says who alone may import a package, and why.
var speakers = []struct {
	imported string
	allowed  func(file string) bool
	why      string
}{
	{"github.com/uptrace/bun", isStore, "only store files speak SQL"},
	{"database/sql", isStore, "only store files speak SQL"},
	{"github.com/jackc/pgx", under("internal/kit/db", "internal/network/finder"), "only kit/db knows the drivers"},
	{"github.com/ncruces/go-sqlite3", under("internal/kit/db", "internal/network/finder"), "only kit/db knows the drivers"},
	{"html/template", under("internal/web"), "only the web floor knows HTML"},
	{"net/http", under("internal/web", "internal/api", "internal/app", "cmd"), "rules know no HTTP"},
	{"github.com/alecthomas/kong", under("internal/app", "cmd"), "only the program reads the command line"},
	{"log", func(string) bool { return false }, "log/slog is how we log"},
	{"math/rand", func(string) bool { return false }, "math/rand/v2, or crypto/rand for secrets"},
}

func isStore(file string) bool {
	if strings.HasPrefix(file, "internal/web/") && !strings.HasSuffix(file, "_test.go") {
		return false // a screen draws on rooms, it does not query
	}
	return strings.HasPrefix(filepath.Base(file), "store") || strings.HasPrefix(file, "internal/kit/db/") || strings.HasSuffix(file, "_test.go")
}

func under(dirs ...string) func(string) bool {
	return func(file string) bool {
		return strings.HasSuffix(file, "_test.go") || slices.ContainsFunc(dirs, func(d string) bool { return strings.HasPrefix(file, d+"/") })
	}
}

// file is one Go file of the repository, its path from the root.
type file struct {
	path string
	ast  *ast.File
	src  []byte
}

func (f file) dir() string { return filepath.ToSlash(filepath.Dir(f.path)) }

// imports lists what f imports.
func (f file) imports() []string {
	var all []string
	for _, i := range f.ast.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		all = append(all, p)
	}
	return all
}

func files(t *testing.T) []file {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var all []file
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		all = append(all, file{filepath.ToSlash(rel), parsed, src})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("only %d files found: the walk is wrong", len(all))
	}
	return all
}

// room names the room of a package path such as internal/agenda/x, and whether
// it has one.
func room(path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, "internal/")
	if !ok {
		return "", false
	}
	name, _, _ := strings.Cut(rest, "/")
	return name, name != "house"
}

func TestFloors(t *testing.T) {
	for _, f := range files(t) {
		here, ok := room(f.dir())
		if !ok {
			continue
		}
		mine := slices.Index(floors, here)
		if mine < 0 {
			t.Errorf("%s: room %q has no floor: give it one in ARCHITECTURE.md and here", f.path, here)
			continue
		}
		for _, p := range f.imports() {
			there, ok := room(strings.TrimPrefix(p, "escale/"))
			if !ok || !strings.HasPrefix(p, "escale/") || there == here {
				continue
			}
			if here == "kit" && there == "schema" && (strings.HasPrefix(f.path, "internal/kit/db/dbtest/") || strings.HasSuffix(f.path, "_test.go")) {
				continue // tests of the kit migrate the whole house
			}
			if slices.Index(floors, there) > mine {
				t.Errorf("%s imports %s, which is on a floor above", f.path, p)
			}
		}
	}
}

func TestWhoMayImportWhat(t *testing.T) {
	for _, f := range files(t) {
		for _, p := range f.imports() {
			for _, s := range speakers {
				if (p == s.imported || strings.HasPrefix(p, s.imported+"/")) && exact(s.imported, p) && !s.allowed(f.path) {
					t.Errorf("%s imports %s: %s", f.path, p, s.why)
				}
			}
		}
	}
}

// exact keeps standard packages from standing for their children: "log" is not
// "log/slog", and database/sql/driver only has the interfaces of a column.
func exact(rule, imported string) bool { return strings.Contains(rule, ".") || rule == imported }

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	docs := map[string]string{}
	for _, f := range files(t) {
		if strings.HasSuffix(f.path, "_test.go") && f.dir() != "internal/house" {
			continue
		}
		docs[f.dir()] += f.ast.Doc.Text()
	}
	for dir, doc := range docs {
		if len(strings.Fields(doc)) < 12 {
			t.Errorf("%s: its package comment says too little: %q", dir, doc)
		}
	}
}

func TestLicenceLineAndSize(t *testing.T) {
	const most = 600
	for _, f := range files(t) {
		first, _, _ := strings.Cut(string(f.src), "\n")
		if first != "// SPDX-License-Identifier: Apache-2.0" {
			t.Errorf("%s: the first line is %q", f.path, first)
		}
		if n := strings.Count(string(f.src), "\n"); n > most && !strings.HasSuffix(f.path, "_test.go") {
			t.Errorf("%s has %d lines: it is two things", f.path, n)
		}
	}
}

// readsFrench are the packages whose work is to read French as people or files
// write it, or to invent data; everywhere else a French word in a string is a
// sentence that belongs in a catalogue.
var readsFrench = []string{"internal/kit/hours", "internal/kit/guard", "internal/territory", "internal/exchange", "internal/network", "internal/app/demo", "internal/app/generate", "internal/web/shared/webtest"}

func TestNoFrenchSentencesInCode(t *testing.T) {
	for _, f := range files(t) {
		if strings.HasSuffix(f.path, "_test.go") || slices.ContainsFunc(readsFrench, func(d string) bool { return strings.HasPrefix(f.path, d+"/") }) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && strings.ContainsAny(lit.Value, "éèêàçùîôÉÈÀ") {
				t.Errorf("%s holds the French text %s: put it in a message catalogue", f.path, lit.Value)
			}
			return true
		})
	}
}

func TestSchemaIsTheSameOnBothEngines(t *testing.T) {
	names := map[string][]string{}
	for _, engine := range []string{"sqlite", "postgres"} {
		entries, err := os.ReadDir(filepath.Join("../schema", engine))
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range entries {
			if want := fmt.Sprintf("%04d_", i+1); !strings.HasPrefix(e.Name(), want) {
				t.Errorf("%s/%s: migrations are numbered without a gap, this one should begin with %s", engine, e.Name(), want)
			}
			names[engine] = append(names[engine], e.Name())
		}
	}
	if !slices.Equal(names["sqlite"], names["postgres"]) {
		t.Errorf("migrations differ:\n%v\n%v", names["sqlite"], names["postgres"])
	}
}
