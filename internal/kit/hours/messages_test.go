// SPDX-License-Identifier: Apache-2.0

package hours_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"escale/internal/kit/hours"
	"escale/internal/kit/text"
)

// TestEveryKeyHasItsSentence reads the package's own source: each key mentioned
// is said in French, and nothing is said that nobody mentions.
func TestEveryKeyHasItsSentence(t *testing.T) {
	said, err := text.LoadSentences(hours.Messages, "messages_fr.json")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(hours\.[a-z_]+)"`).FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
			if said[m[1]] == "" {
				t.Errorf("%s: %s has no French sentence", f, m[1])
			}
		}
	}
	for key := range said {
		if !used[key] {
			t.Errorf("%s is said and never used", key)
		}
	}
	if len(used) < 20 {
		t.Errorf("only %d keys found: the search is wrong", len(used))
	}
}
