// SPDX-License-Identifier: Apache-2.0

package hours

import (
	"strings"
	"time"

	"escale/internal/kit/text"
)

// FromFrench turns a French sentence about opening hours into an expression:
// "9h-12h et 14h-17h du lundi au vendredi", "Lundi : 9h à 12h, mardi et jeudi
// 14h-18h", "1er mardi du mois de 9h à 12h", "semaine paire : lundi 9h-12h".
// ok is false, and the text must be kept as it is, unless every word of it is
// understood: nothing is guessed. Warnings point into the text.
func FromFrench(s string) (osm string, ok bool, warnings []Warning) {
	p := frenchParser{tokens: frenchTokens(s)}
	if !p.sentence() {
		return "", false, nil
	}
	return p.expression()
}

// FromFrenchDay turns what a file says of one weekday ("09:00 - 12:00 / 13:30 -
// 17:00", "fermé", nothing) into an expression, empty when nothing is said.
func FromFrenchDay(day time.Weekday, s string) (osm string, ok bool, warnings []Warning) {
	c, ok, warnings := frenchDayClause(s)
	if !ok || !c.says() {
		return "", ok, warnings
	}
	c.days[(day+6)%7] = true
	return (&frenchParser{clauses: []clause{c}, warnings: warnings}).expression()
}

// FromDays turns one text per weekday, from Monday to Sunday, into an
// expression. ok is false when one of them is not understood or all are empty.
func FromDays(week [7]string) (osm string, ok bool, warnings []Warning) {
	var p frenchParser
	for i, s := range week {
		c, ok, w := frenchDayClause(s)
		if !ok {
			return "", false, nil
		}
		p.warnings = append(p.warnings, w...)
		if !c.says() {
			continue
		}
		same := false
		for k := range p.clauses {
			if p.clauses[k].sameAs(c) {
				p.clauses[k].days[i], same = true, true
			}
		}
		if !same {
			c.days[i] = true
			p.clauses = append(p.clauses, c)
		}
	}
	return p.expression()
}

// frenchDayClause reads the times of one day, without the day.
func frenchDayClause(s string) (c clause, ok bool, warnings []Warning) {
	p := frenchParser{tokens: frenchTokens(s)}
	p.skip(',', ';', '.', '-', ':')
	if p.is(frenchEnd) {
		return clause{}, true, nil
	}
	p.times(&c)
	if !p.details(&c) || !c.says() || !p.atEnd() || len(p.exceptions) > 0 {
		return clause{}, false, nil
	}
	p.mergeOverlaps(&c, 0)
	return c, true, p.warnings
}

// clause is days and what happens then.
type clause struct {
	days    [7]bool
	nth     []int  // ranks in the month, none for every week
	weeks   string // a week selector, or ""
	spans   [][2]int
	half    string // "matin" or "apres midi", which the spans must agree with
	shut    bool
	comment string // kept in the expression, in the words of the file's readers
	open    bool   // open for sure, in spite of the comment
	plus    bool   // adds to an earlier clause about one of its days
}

// says reports whether the clause says what happens on its days, and does not
// contradict itself.
func (c *clause) says() bool {
	if c.shut {
		return len(c.spans) == 0 && c.comment == ""
	}
	return len(c.spans) > 0 || c.comment != "" && !c.open
}

// sameAs reports whether two clauses differ by their days only.
func (c *clause) sameAs(o clause) bool {
	a, b := *c, o
	a.days, b.days = [7]bool{}, [7]bool{}
	return a.body() == b.body()
}

// sharesDay reports whether two clauses are about a same weekday.
func (c *clause) sharesDay(o *clause) bool {
	for i := range c.days {
		if c.days[i] && o.days[i] {
			return true
		}
	}
	return false
}

// expression writes the clauses, and proves the result by reading it back.
func (p *frenchParser) expression() (osm string, ok bool, warnings []Warning) {
	var b strings.Builder
	for i := range p.clauses {
		c := &p.clauses[i]
		switch {
		case i > 0 && c.plus:
			b.WriteString(", ")
		case i > 0:
			b.WriteString("; ")
		}
		if c.weeks != "" {
			b.WriteString("week " + c.weeks + " ")
		}
		b.WriteString(c.dayList() + " " + c.body())
	}
	for _, e := range p.exceptions {
		b.WriteString("; " + e + " off")
	}
	h, err := Parse(b.String())
	if err != nil {
		return "", false, nil
	}
	return h.Normal(), true, p.warnings
}

// dayList writes the weekdays: ranges of three or more, ranks.
func (c *clause) dayList() string {
	var parts []string
	for i := 0; i < 7; i++ {
		if !c.days[i] {
			continue
		}
		last := i
		for len(c.nth) == 0 && last < 6 && c.days[last+1] {
			last++
		}
		switch {
		case len(c.nth) > 0:
			var set nthSet
			for _, n := range c.nth {
				set.add(n)
			}
			parts = append(parts, daySelector{from: i, to: i, nth: set}.String())
		case last-i >= 2:
			parts = append(parts, weekdayNames[i]+"-"+weekdayNames[last])
			i = last
		default:
			parts = append(parts, weekdayNames[i])
		}
	}
	return strings.Join(parts, ",")
}

// body writes times, state and comment.
func (c *clause) body() string {
	var parts []string
	for _, s := range c.spans {
		parts = append(parts, clockString(s[0])+"-"+clockString(s[1]))
	}
	b := strings.Join(parts, ",")
	if c.shut {
		b += " off"
	}
	if c.open {
		b += " open"
	}
	if c.comment != "" {
		b += ` "` + c.comment + `"`
	}
	return strings.TrimSpace(b)
}

// mergeOverlaps keeps the union of spans that overlap, with a warning: files
// often repeat the whole day as its afternoon.
func (p *frenchParser) mergeOverlaps(c *clause, at int) {
	var kept [][2]int
	for _, s := range c.spans {
		overlaps := false
		for i := range kept {
			if k := &kept[i]; s[0] < k[1] && k[0] < s[1] {
				k[0], k[1] = min(k[0], s[0]), max(k[1], s[1])
				overlaps = true
				break
			}
		}
		if overlaps {
			p.warnings = append(p.warnings, Warning{at, text.Msg("hours.overlap")})
			continue
		}
		kept = append(kept, s)
	}
	c.spans = kept
}
