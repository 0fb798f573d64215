// SPDX-License-Identifier: Apache-2.0

package waytest

import (
	"embed"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// said finds the message keys that the sources of a room name in full.
	said        = regexp.MustCompile(`(?:Add\((?:"[^"]*"|[\w.]+), |fault\("[a-z_]+", |Msg\()"([a-z_.0-9]+)"`)
	placeholder = regexp.MustCompile(`\{[a-z_]+\}`)
)

// CheckMessages checks the message fragments of the room whose package the test
// is in: every key its sources say and every composed one (a prefix joined with
// each code of a list) is there in French and in English, with the same places to
// fill, and nothing else is.
func CheckMessages(t *testing.T, messages embed.FS, composed map[string][]string) {
	t.Helper()
	read := func(name string) map[string]string {
		data, err := messages.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]string
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return m
	}
	fr, en := read("messages_fr.json"), read("messages_en.json")
	want := map[string]bool{}
	for prefix, codes := range composed {
		for _, c := range codes {
			want[prefix+c] = true
		}
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range sources {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said.FindAllStringSubmatch(string(data), -1) {
			if !strings.HasSuffix(m[1], ".") {
				want[m[1]] = true
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if fr[key] == "" || en[key] == "" {
			t.Errorf("%s: French %q, English %q", key, fr[key], en[key])
		}
		if f, e := placeholder.FindAllString(fr[key], -1), placeholder.FindAllString(en[key], -1); !slices.Equal(f, e) {
			t.Errorf("%s: places %v in French, %v in English", key, f, e)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(fr)) {
		if !want[key] {
			t.Errorf("%s: nothing says it", key)
		}
		if en[key] == "" {
			t.Errorf("%s: not in English", key)
		}
	}
}

// Codes writes a list of codes as plain strings, for CheckMessages.
func Codes[T ~string](lists ...[]T) []string {
	var all []string
	for _, l := range lists {
		for _, c := range l {
			all = append(all, string(c))
		}
	}
	return all
}
