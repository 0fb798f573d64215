// SPDX-License-Identifier: Apache-2.0

package network

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"

	"escale/internal/kit/hours"
	"escale/internal/kit/text"
)

// SummaryLimit is the most characters that the national schema admits for
// presentation_resume.
const SummaryLimit = 280

// Check tells, as a *text.FieldErrors keyed as Fields are, what to look at again
// before a card written by hand can be kept; nil when there is nothing.
func (p Place) Check() error {
	var faults text.FieldErrors
	if strings.TrimSpace(p.Name) == "" {
		faults.Add("nom", "place.name_missing")
	}
	if strings.TrimSpace(p.CommuneName) == "" {
		faults.Add("commune", "place.commune_missing")
	}
	// Written so that a position that is not a number fails too.
	if at := p.Position; at != nil && !(math.Abs(at.Lat) <= 90 && math.Abs(at.Lon) <= 180) {
		faults.Add("position", "place.position_off_the_globe")
	}
	if n := utf8.RuneCountInString(p.Summary); n > SummaryLimit {
		faults.Add("presentation_resume", "place.summary_too_long", "length", n, "limit", SummaryLimit)
	}
	if p.Hours != "" {
		if _, err := hours.Parse(p.Hours); err != nil {
			at := 0
			var fault *hours.SyntaxError
			if errors.As(err, &fault) {
				at = utf8.RuneCountInString(p.Hours[:min(fault.At, len(p.Hours))])
			}
			faults.Add("horaires", "place.hours_unreadable", "at", at+1)
		}
	}
	for _, l := range p.Labels {
		switch {
		case strings.TrimSpace(l.Label) == "":
			faults.Add("labels", "place.label_missing")
		case !l.Until.IsZero() && l.Until.Before(l.From):
			faults.Add("labels", "place.label_ends_before_it_begins", "label", l.Label)
		}
	}
	return faults.Err()
}
