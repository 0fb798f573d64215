// SPDX-License-Identifier: Apache-2.0

package web

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// TestNoPasswordComesBack finds every password field of every template: none may
// be among the answers a page gives back.
func TestNoPasswordComesBack(t *testing.T) {
	field := regexp.MustCompile(`\.Field "([a-z_]+)"[^)]*"type" "password"|type="password"[^>]*name="([a-z_]+)"|name="([a-z_]+)"[^>]*type="password"`)
	found := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".html" {
			return err
		}
		page, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range field.FindAllStringSubmatch(string(page), -1) {
			found++
			if name := m[1] + m[2] + m[3]; !slices.Contains(secrets, name) {
				t.Errorf("%s: the password field %q would come back in a page", path, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 3 {
		t.Errorf("only %d password fields found: the search is wrong", found)
	}
}
