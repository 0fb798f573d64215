// SPDX-License-Identifier: Apache-2.0

package findertest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/internal/network/finder"
)

func TestTheSameSeedGivesTheSame(t *testing.T) {
	if d := cmp.Diff(Places(200, 7), Places(200, 7)); d != "" {
		t.Error(d)
	}
	docs := Places(200, 7)
	if cmp.Equal(docs, Places(200, 8)) {
		t.Error("two seeds give the same places")
	}
	for _, k := range Kinds {
		if d := cmp.Diff(Queries(k, 50, 7, docs), Queries(k, 50, 7, docs)); d != "" {
			t.Errorf("%s: %s", k, d)
		}
	}
}

// Measures would mean little if questions found nothing, or everything.
func TestQuestionsFindSomething(t *testing.T) {
	docs := Places(2000, 7)
	ix := finder.Build(docs).WithOpening(finder.Opening{From: Monday, Weeks: Weeks(len(docs), 7)})
	for _, k := range Kinds {
		some, corrected := 0, 0
		for _, q := range Queries(k, 200, 7, docs) {
			r := ix.Search(q)
			if r.Total > 0 {
				some++
			}
			corrected += len(r.Corrections)
		}
		if some < 60 {
			t.Errorf("%s: only %d questions of 200 find a place", k, some)
		}
		if k == ByTypo && corrected < 100 {
			t.Errorf("only %d words of 200 misspelt texts are corrected", corrected)
		}
	}
}
