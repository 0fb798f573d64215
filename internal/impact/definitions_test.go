// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"slices"
	"testing"

	"escale/internal/kit/text"
)

func TestEveryDefinitionHasItsSentences(t *testing.T) {
	for _, file := range []string{"messages_fr.json", "messages_en.json"} {
		s, err := text.LoadSentences(Messages, file)
		if err != nil {
			t.Fatal(err)
		}
		used := []string{
			"impact.masked", "impact.forbidden", "impact.period_wrong", "impact.territory_unknown", "impact." + Unsaid,
			"impact.meeting.met", "impact.meeting.waiting", "impact.meeting.closed_unmet",
		}
		for _, d := range Definitions() {
			for _, m := range d.Sentences() {
				used = append(used, m.Key)
			}
			used = append(used, "impact.unit."+d.Unit)
			for _, source := range d.Sources {
				used = append(used, "impact.source."+source)
			}
		}
		for _, key := range used {
			if s[key] == "" {
				t.Errorf("%s: no sentence for %s", file, key)
			}
		}
		for key := range s {
			if !slices.Contains(used, key) {
				t.Errorf("%s: %s is said nowhere", file, key)
			}
		}
	}
}
