// SPDX-License-Identifier: Apache-2.0

package territory

import (
	"sort"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/territory/pack"
)

// unconfirmed is the key of days that no source read so far settles.
const unconfirmed = "territory.school.unconfirmed"

// Break is a school holiday of one zone, first and last day included.
type Break struct {
	Key         string // of its name in the catalogues: territory.school.summer
	First, Last clock.Date
	Source      string // where the dates were read, with the source's date
}

// SchoolDay is what the school calendar says of a date.
type SchoolDay struct {
	// Known is false when the calendar of that zone and date is not in the
	// program: pupils may be at school or not.
	Known bool
	// Off is true during a school holiday; Break then says which.
	Off   bool
	Break Break
	// From and Until are the first and last day the program knows in that zone;
	// both are zero for a zone without a calendar.
	From, Until clock.Date
}

// SchoolHoliday says whether pupils of a zone (A, B or C) are on holiday.
// Outside the embedded calendar, and for the empty zone of Corsica and
// overseas, the answer is not known.
func SchoolHoliday(date clock.Date, zone string) SchoolDay {
	breaks := theAtlas().breaks[zone]
	if len(breaks) == 0 {
		return SchoolDay{}
	}
	answer := SchoolDay{From: breaks[0].First, Until: breaks[len(breaks)-1].Last}
	if date.Before(answer.From) || answer.Until.Before(date) {
		return answer
	}
	// The first break that does not end before the date is the only candidate.
	at := sort.Search(len(breaks), func(i int) bool { return !breaks[i].Last.Before(date) })
	inside := !date.Before(breaks[at].First)
	answer.Known = !inside || breaks[at].Key != unconfirmed
	if inside && answer.Known {
		answer.Off, answer.Break = true, breaks[at]
	}
	return answer
}

func breaksByZone(t pack.Tables) map[string][]Break {
	out := map[string][]Break{}
	for _, b := range t.Breaks {
		out[b.Zone] = append(out[b.Zone], Break{
			Key: b.Key, First: dateOf(b.First), Last: dateOf(b.Last), Source: t.Sources[b.Source],
		})
	}
	return out
}

func dateOf(days int) clock.Date {
	return clock.Date{Year: 1970, Month: time.January, Day: 1}.AddDays(days)
}
