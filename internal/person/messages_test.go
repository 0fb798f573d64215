// SPDX-License-Identifier: Apache-2.0

package person_test

import (
	"testing"

	"escale/internal/person"
	"escale/internal/person/waytest"
)

func TestMessages(t *testing.T) {
	waytest.CheckMessages(t, person.Messages, map[string][]string{
		"person.contact_way.":   waytest.Codes(person.ContactWays),
		"person.gender.":        person.Genders,
		"person.social_status.": person.SocialStatuses,
		"person.age_band.":      person.AgeBands(),
		"person.how.":           {person.Oral, person.Written},
		"person.given.":         {person.Present, person.Remote},
		"person.purpose.":       waytest.Codes(person.Purposes),
		"person.revocation.":    waytest.Codes(person.Revocations),
	})
}
