// SPDX-License-Identifier: Apache-2.0

package shared

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
)

// moment reads the times pages hold: time.Time, db.Time, and clock.Date, which is
// a day without an hour.
func (p *Page) moment(x any) (time.Time, error) {
	switch v := x.(type) {
	case time.Time:
		return v.In(p.zone()), nil
	case clock.Date:
		return v.In(p.zone()), nil
	case db.Time:
		return v.In(p.zone()), nil
	}
	return time.Time{}, fmt.Errorf("shared: %T is neither a time nor a date", x)
}

func (p *Page) zone() *time.Location {
	if p.lib == nil || p.lib.network.Zone == nil {
		return time.UTC
	}
	return p.lib.network.Zone
}

// Day writes a day as people say it: « jeudi 26 novembre », with the year when
// it is not this one. x is a time.Time, a db.Time or a clock.Date.
func (p *Page) Day(x any) (string, error) {
	t, err := p.moment(x)
	if err != nil {
		return "", err
	}
	key := "shared.date.weekday"
	if t.Year() != p.Now.Year() {
		key = "shared.date.weekday_year"
	}
	return p.T(key, "weekday", p.weekday(t), "day", p.dayNumber(t), "month", p.month(t), "year", strconv.Itoa(t.Year())), nil
}

// NearDay is Day preceded by « aujourd’hui » or « demain » when it is so.
func (p *Page) NearDay(x any) (string, error) {
	day, err := p.Day(x)
	if err != nil {
		return "", err
	}
	t, _ := p.moment(x)
	switch clock.DateOf(t).Sub(clock.DateOf(p.Now)) {
	case 0:
		return p.T("shared.date.today", "day", day), nil
	case 1:
		return p.T("shared.date.tomorrow", "day", day), nil
	}
	return day, nil
}

// Date writes a day with its year and without its weekday: « 26 novembre 2026 ».
func (p *Page) Date(x any) (string, error) {
	t, err := p.moment(x)
	if err != nil {
		return "", err
	}
	return p.T("shared.date.long", "day", p.dayNumber(t), "month", p.month(t), "year", strconv.Itoa(t.Year())), nil
}

// ISO writes a day for machines, YYYY-MM-DD: the datetime attribute and date inputs.
func (p *Page) ISO(x any) (string, error) {
	t, err := p.moment(x)
	if err != nil {
		return "", err
	}
	return t.Format(time.DateOnly), nil
}

// Hour writes an hour of the day as people say it: « 9 h 30 », « 11 h ». x is a
// time, or a time.Duration since midnight.
func (p *Page) Hour(x any) (string, error) {
	if d, ok := x.(time.Duration); ok {
		return p.hour(int(d/time.Hour), int(d%time.Hour/time.Minute)), nil
	}
	t, err := p.moment(x)
	if err != nil {
		return "", err
	}
	return p.hour(t.Hour(), t.Minute()), nil
}

func (p *Page) hour(h, m int) string {
	if m == 0 {
		return p.T("shared.date.hour", "h", strconv.Itoa(h))
	}
	return p.T("shared.date.hour_minute", "h", strconv.Itoa(h), "m", fmt.Sprintf("%02d", m))
}

func (p *Page) weekday(t time.Time) string {
	return p.T("shared.weekday." + strconv.Itoa(int(t.Weekday())))
}

func (p *Page) month(t time.Time) string {
	return p.T("shared.month." + strconv.Itoa(int(t.Month())))
}

// dayNumber is the day of the month, the first being an ordinal in French.
func (p *Page) dayNumber(t time.Time) string {
	if t.Day() == 1 {
		return p.T("shared.date.first")
	}
	return strconv.Itoa(t.Day())
}

// Number writes a whole number with thousands kept apart: « 4 312 ».
func (p *Page) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(thin)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Phone writes an E.164 number as it is read aloud. A French one (+33 and nine
// digits) becomes five pairs, « 02 61 91 00 12 »; any other stays as it is.
func (p *Page) Phone(e164 string) string {
	digits, french := strings.CutPrefix(e164, "+33")
	if !french || len(digits) != 9 {
		return e164
	}
	digits = "0" + digits
	pairs := make([]string, 0, 5)
	for i := 0; i < len(digits); i += 2 {
		pairs = append(pairs, digits[i:i+2])
	}
	return strings.Join(pairs, nbsp)
}
