// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	_ "time/tzdata" // as in the program

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"

	"escale/internal/kit/db/dbtest"
)

// TestMain makes this test binary the program itself when a script runs escale.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"escale": func() {
			os.Exit(Run(context.Background(), os.Args[1:], IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
		},
	})
}

// scripts runs the commands as someone types them, and looks at the exit code
// and at what is printed. Two commands of our own read the JSON printed last:
//
//	json PATH VALUE    the value at PATH is VALUE: JSON, or a bare text
//	fields PATH NAME…  the object at PATH has these fields and no other
//
// PATH names fields and numbers of lists, parted by points; "." is the whole,
// and "length" is how many a list has.
func scripts(t *testing.T, dir string, env map[string]string) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", dir),
		Setup: func(e *testscript.Env) error {
			for name, value := range env {
				e.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"json": jsonIs, "fields": fieldsAre},
	})
}

func TestScripts(t *testing.T) {
	conversations, err := filepath.Abs("../autonomy/testdata/conversations")
	if err != nil {
		t.Fatal(err)
	}
	scripts(t, "script", map[string]string{"CONVERSATIONS": conversations})
}

func TestScriptsOnRealFiles(t *testing.T) {
	scripts(t, "real", map[string]string{"SHARED": dbtest.Shared(t, ".")})
}

// at is the value that path names in the JSON printed last.
func at(ts *testscript.TestScript, path string) any {
	var v any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &v); err != nil {
		ts.Fatalf("what was printed is no JSON: %v", err)
	}
	if path == "." {
		return v
	}
	for _, step := range strings.Split(path, ".") {
		switch here := v.(type) {
		case map[string]any:
			next, ok := here[step]
			if !ok {
				ts.Fatalf("%s: there is no %q", path, step)
			}
			v = next
		case []any:
			if step == "length" {
				v = float64(len(here))
				continue
			}
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(here) {
				ts.Fatalf("%s: no %q in a list of %d", path, step, len(here))
			}
			v = here[n]
		default:
			ts.Fatalf("%s: %q of what is neither a list nor an object", path, step)
		}
	}
	return v
}

func jsonIs(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: json PATH VALUE")
	}
	var want any
	got := at(ts, args[0])
	if _, bare := got.(string); bare || json.Unmarshal([]byte(args[1]), &want) != nil {
		want = args[1]
	}
	if reflect.DeepEqual(got, want) == neg {
		ts.Fatalf("%s is %v; want %v (not: %v)", args[0], got, want, neg)
	}
}

func fieldsAre(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fields PATH NAME…")
	}
	object, ok := at(ts, args[0]).(map[string]any)
	if !ok {
		ts.Fatalf("%s is no object", args[0])
	}
	got, want := slices.Sorted(maps.Keys(object)), slices.Sorted(slices.Values(args[1:]))
	if !slices.Equal(got, want) {
		ts.Fatalf("%s has fields %v, want %v", args[0], got, want)
	}
}

// Every command and every flag is in docs/commands.md.
func TestCommandsAreDocumented(t *testing.T) {
	b, err := os.ReadFile("../../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, section := range strings.Split(string(b), "\n## ")[1:] {
		name, text, _ := strings.Cut(section, "\n")
		sections[name] = text
	}
	vars := kong.Vars{}
	for key, sentence := range said {
		vars[key] = sentence
	}
	parser, err := kong.New(&commandLine{}, vars)
	if err != nil {
		t.Fatal(err)
	}
	everywhere := []string{"help", "data", "db"} // in the page's first paragraph
	for _, leaf := range parser.Model.Leaves(true) {
		name := strings.TrimSpace(strings.TrimPrefix(leaf.FullPath(), parser.Model.Name))
		text, ok := sections[name]
		if !ok {
			t.Errorf("escale %s has no section", name)
			continue
		}
		delete(sections, name)
		for _, flag := range leaf.Flags {
			if !slices.Contains(everywhere, flag.Name) && !strings.Contains(text, "--"+flag.Name) {
				t.Errorf("escale %s: --%s is not there", name, flag.Name)
			}
		}
	}
	for name := range sections {
		t.Errorf("there is no command escale %s", name)
	}
}
