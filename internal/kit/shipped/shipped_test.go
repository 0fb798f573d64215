// SPDX-License-Identifier: Apache-2.0

package shipped_test

import (
	"strings"
	"testing"

	"escale/internal/kit/shipped"
)

func TestJSON(t *testing.T) {
	if got := shipped.JSON[[]string]("codes.json", []byte(`["a", "b"]`)); len(got) != 2 || got[1] != "b" {
		t.Errorf("got %v", got)
	}
	defer func() {
		if said, _ := recover().(string); !strings.HasPrefix(said, "codes.json: ") {
			t.Errorf("a broken file: %q, want its name", said)
		}
	}()
	shipped.JSON[[]string]("codes.json", []byte(`{`))
}
