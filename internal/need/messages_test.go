// SPDX-License-Identifier: Apache-2.0

package need_test

import (
	"testing"

	"escale/internal/autonomy"
	"escale/internal/need"
	"escale/internal/person/waytest"
)

func TestMessages(t *testing.T) {
	var subThemes []string
	for _, s := range need.SubThemes() {
		subThemes = append(subThemes, s.Code)
	}
	waytest.CheckMessages(t, need.Messages, map[string][]string{
		"need.urgency.":      {"overdue", "now", "soon", "calm"},
		"need.category.":     waytest.Codes(autonomy.Categories),
		"need.sub_theme.":    subThemes,
		"need.risk.":         waytest.Codes(autonomy.Risks),
		"need.entry_way.":    need.EntryWays(),
		"need.status.":       waytest.Codes(need.Statuses),
		"need.event.":        waytest.Codes(need.Kinds),
		"need.right_became.": waytest.Codes(need.RightsBecame()),
	})
}
