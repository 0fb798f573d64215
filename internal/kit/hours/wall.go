// SPDX-License-Identifier: Apache-2.0

package hours

import "time"

// wallOf is what the clock on the wall says at t in its location: the day's
// number and the minute of that day.
//
// During the second passage of an hour repeated in autumn, it is the hour's
// last minute: opening and closing times within that hour took effect at the
// first passage, so that a place never opens twice the same night.
func wallOf(t time.Time) (number, minute int) {
	_, offset := t.Zone()
	start, _ := t.ZoneBounds()
	if !start.IsZero() {
		_, before := start.Add(-1).Zone()
		if back := before - offset; back > 0 && t.Unix()-start.Unix() < int64(back) {
			return split(start.Unix() + int64(before) - 60)
		}
	}
	return split(t.Unix() + int64(offset))
}

// split turns seconds of wall time since 1970-01-01 into a day and a minute.
func split(seconds int64) (number, minute int) {
	n := floorDiv(seconds, 86400)
	return int(n), int((seconds - n*86400) / 60)
}

// instant is when the clock on the wall first says that minute of d, or the
// moment of the jump if it never does.
func instant(d *day, minute int, loc *time.Location) time.Time {
	want := int64(d.number)*86400 + int64(minute)*60
	t := time.Date(d.year, time.Month(d.month), d.dom, 0, minute, 0, 0, loc)
	start, end := t.ZoneBounds()
	_, offset := t.Zone()
	switch got := t.Unix() + int64(offset); {
	case got > want: // just after a jump
		return start
	case got < want: // just before it
		return end
	}
	if !start.IsZero() {
		_, before := start.Add(-1).Zone()
		if first := t.Add(time.Duration(offset-before) * time.Second); first.Before(start) && before > offset {
			return first
		}
	}
	return t
}
