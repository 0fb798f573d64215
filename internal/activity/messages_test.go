// SPDX-License-Identifier: Apache-2.0

package activity_test

import (
	"testing"

	"escale/internal/activity"
	"escale/internal/person/waytest"
)

func TestMessages(t *testing.T) {
	codes := activity.Codes()
	waytest.CheckMessages(t, activity.Messages, map[string][]string{
		"activity.posture.":    waytest.Codes(activity.Postures),
		"activity.outcome.":    waytest.Codes(activity.Outcomes),
		"activity.place_kind.": codes.PlaceKinds,
		"activity.material.":   codes.Materials,
		"activity.autonomy.":   codes.Autonomies,
		"activity.theme.":      codes.Themes,
		"activity.procedure.":  codes.Procedures,
		"activity.for_reason.": codes.ForReasons,
		"activity.ability.":    codes.Abilities,
	})
}
