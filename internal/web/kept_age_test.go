// SPDX-License-Identifier: Apache-2.0

package web

import (
	"testing"
	"time"
)

// TestAPageBegunBeforeAChangeIsNotKept drops all pages while one is being made:
// what it shows may be what was.
func TestAPageBegunBeforeAChangeIsNotKept(t *testing.T) {
	now := time.Now()
	k, page := newKeptPages(), &keptPage{until: now.Add(time.Hour)}
	age := k.age()
	k.forget()
	k.put("/", age, page)
	if k.get("/", now) != nil {
		t.Error("a page begun before the change is shown after it")
	}
	k.put("/", k.age(), page)
	if k.get("/", now) == nil {
		t.Error("a page begun after the change is not kept")
	}
}
