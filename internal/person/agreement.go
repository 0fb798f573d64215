// SPDX-License-Identifier: Apache-2.0

package person

import (
	"slices"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
)

// Purpose is what she agreed to. Each purpose is asked apart (R127).
type Purpose string

// The purposes.
const (
	ForReferral Purpose = "referral" // to hand one need to one organisation
	ForContact  Purpose = "contact"  // to be called back or written to
	ForSurvey   Purpose = "survey"   // to be asked later what changed
	ForFile     Purpose = "file"     // to have a file kept
)

// Purposes lists the purposes.
var Purposes = []Purpose{ForReferral, ForContact, ForSurvey, ForFile}

// How she said yes.
const (
	Oral    = "oral"
	Written = "written"
)

// Agreement (accord) is the person's yes: what for, to whom, how, until when.
// It belongs to a file, or to a need when she stays anonymous.
type Agreement struct {
	ID              id.ID
	Organisation    id.ID
	Worker          id.ID // who heard it
	Person          id.ID
	Need            id.ID
	Purpose         Purpose
	Recipient       id.ID // organisation
	RecipientWorker id.ID
	Level           int    // for a referral: how much may travel, 1 or 2 (R38)
	How             string // Oral or Written
	GivenOn         clock.Date
	ExpiresOn       clock.Date // the last day it holds
	RevokedAt       time.Time
}

// Holds reports whether the agreement can be relied on, on day d.
func (a Agreement) Holds(d clock.Date) bool {
	return a.RevokedAt.IsZero() && !d.Before(a.GivenOn) && !a.ExpiresOn.Before(d)
}

func (a Agreement) check() error {
	var f text.FieldErrors
	if !slices.Contains(Purposes, a.Purpose) {
		f.Add("purpose", "person.not_in_list")
	}
	if a.How != Oral && a.How != Written {
		f.Add("how", "person.agreement_how")
	}
	if a.GivenOn.IsZero() {
		f.Add("given_on", "person.agreement_date")
	}
	if a.ExpiresOn.IsZero() || a.ExpiresOn.Before(a.GivenOn) {
		f.Add("expires_on", "person.agreement_end")
	}
	if a.Person == "" && a.Need == "" {
		f.Add("person", "person.agreement_of_whom")
	}
	if a.Purpose == ForReferral {
		if a.Recipient == "" {
			f.Add("recipient", "person.agreement_to_whom")
		}
		if a.Level < 1 || a.Level > 2 {
			f.Add("level", "person.agreement_level")
		}
	}
	return f.Err()
}
