// SPDX-License-Identifier: Apache-2.0

package hours

import "time"

// earlyEnd is until when, in minutes, what is open from midnight on is shown
// as the end of the evening before: 10:00.
const earlyEnd = 10 * 60

// Week is the week that begins on monday (any day will do: seven days from it),
// day by day, for display: what is open or unknown, in order. An evening that
// runs past midnight stays with its day, its To beyond 1440.
func (h *Hours) Week(monday time.Time, cal Calendar) [7][]Span {
	y, m, dom := monday.Date()
	first := dayNumber(y, int(m), dom)
	var days [9][]Span // with the day before and the day after
	for i := range days {
		d := dayAt(first-1+i, cal)
		for _, s := range h.segmentsOn(&d) {
			if s.state.Kind != Closed {
				days[i] = append(days[i], Span{s.from, s.to, s.state.Kind, s.state.Comment})
			}
		}
	}
	for i := range len(days) - 1 {
		carry(&days[i], &days[i+1])
	}
	return [7][]Span(days[1:8])
}

// carry moves the small hours of tomorrow to the evening they belong to.
func carry(today, tomorrow *[]Span) {
	if len(*today) == 0 || len(*tomorrow) == 0 {
		return
	}
	last, first := &(*today)[len(*today)-1], (*tomorrow)[0]
	evening := last.To == minutesPerDay && last.From > 0
	small := first.From == 0 && first.To <= earlyEnd
	if evening && small && last.Kind == first.Kind && last.Comment == first.Comment {
		last.To += first.To
		*tomorrow = (*tomorrow)[1:]
	}
}
