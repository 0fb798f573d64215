// SPDX-License-Identifier: Apache-2.0

package territory

import (
	"time"

	"escale/internal/kit/clock"
)

// Calendar answers for one commune which days are holidays. The zero Calendar
// is that of metropolitan France as a whole: the bank holidays common to all,
// and the school holidays that the three zones share.
type Calendar struct {
	department string
	zone       string
	local      bool // false for metropolitan France as a whole
}

// CalendarFor is the calendar of a commune by its INSEE code, present or
// former. Without a code, or with one that does not exist, it is that of
// metropolitan France as a whole.
func CalendarFor(communeCode string) Calendar {
	c, ok := ByCode(communeCode)
	if !ok {
		return Calendar{}
	}
	return Calendar{department: c.Department, zone: c.SchoolZone(), local: true}
}

// PublicHoliday reports whether a day is a bank holiday there.
func (c Calendar) PublicHoliday(y int, m time.Month, d int) bool {
	_, ok := c.Holiday(clock.Date{Year: y, Month: m, Day: d})
	return ok
}

// SchoolHoliday reports whether a day is known to be a school holiday there.
// It cannot say "not known": School can.
func (c Calendar) SchoolHoliday(y int, m time.Month, d int) bool {
	return c.School(clock.Date{Year: y, Month: m, Day: d}).Off
}

// Holiday says which bank holiday a date is there, as a key of the catalogues.
func (c Calendar) Holiday(date clock.Date) (key string, ok bool) {
	return PublicHoliday(date, c.department)
}

// School says whether pupils there are on holiday. For metropolitan France as
// a whole it is known only when the three zones agree, and a break is then the
// days they have in common.
func (c Calendar) School(date clock.Date) SchoolDay {
	if c.local {
		return SchoolHoliday(date, c.zone)
	}
	all := SchoolHoliday(date, "A")
	for _, zone := range []string{"B", "C"} {
		one := SchoolHoliday(date, zone)
		if !all.Known || !one.Known || one.Off != all.Off {
			return SchoolDay{From: all.From, Until: all.Until}
		}
		if all.Break.First.Before(one.Break.First) {
			all.Break.First = one.Break.First
		}
		if one.Break.Last.Before(all.Break.Last) {
			all.Break.Last = one.Break.Last
		}
	}
	return all
}
