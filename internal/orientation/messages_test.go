// SPDX-License-Identifier: Apache-2.0

package orientation_test

import (
	"testing"

	"escale/internal/orientation"
	"escale/internal/person/waytest"
)

func TestMessages(t *testing.T) {
	waytest.CheckMessages(t, orientation.Messages, map[string][]string{
		"orientation.choice.":      waytest.Codes(orientation.Choices),
		"orientation.her_choice.":  waytest.Codes(orientation.HerChoices),
		"orientation.level.":       {"0", "1", "2"},
		"orientation.status.":      waytest.Codes(orientation.Statuses),
		"orientation.reason.":      orientation.RefusalReasons,
		"orientation.redirection.": orientation.Redirections,
	})
}
