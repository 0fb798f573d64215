// SPDX-License-Identifier: Apache-2.0

package hours

import (
	"unicode/utf8"

	"escale/internal/kit/text"
)

// maxLength bounds the expressions read, in bytes: the longest real ones are
// about 400, and OpenStreetMap itself stops at 255 characters.
const maxLength = 4096

// Parse reads an expression. Its error, when not nil, is a *SyntaxError.
// Common slips ("lun-ven 9h-12h", "09.00", typographic dashes, several words
// for one thing) are understood and listed by Warnings.
func Parse(expr string) (*Hours, error) {
	if len(expr) > maxLength {
		return nil, &SyntaxError{maxLength, text.Msg("hours.too_long", "max", maxLength)}
	}
	var room [48]token
	l := lexer{src: expr}
	tokens := room[:0]
	var unreadable *SyntaxError
	for more := true; more; {
		t, fault := l.next()
		if fault != nil {
			// Kept for when the parser gets there: a fault before it comes first.
			unreadable = fault
			tokens = append(tokens, token{kind: badToken, at: fault.At, end: len(expr)})
			t = token{kind: endToken, at: len(expr), end: len(expr)}
		}
		tokens = append(tokens, t)
		more = t.kind != endToken
	}
	p := parser{src: expr, tokens: tokens, unreadable: unreadable, warnings: l.warnings}
	if err := p.rules(); err != nil {
		return nil, err
	}
	return &Hours{rules: p.done, warnings: p.warnings}, nil
}

// parser builds rules from tokens. Its methods named after a part of the
// language start at that part's first token and end after its last.
type parser struct {
	src        string
	tokens     []token
	unreadable *SyntaxError // why the badToken is one
	i          int
	done       []rule
	warnings   []Warning

	r      rule // being read
	last   rank // of the selector read last in r
	ending bool // the end of a range of dates is looked at
}

// rank is the order in which the language wants the parts of a rule.
type rank int

const (
	noRank rank = iota
	yearRank
	dateRank
	weekRank
	holidayRank
	weekdayRank
	timeRank
	stateRank
)

func (p *parser) tok() token { return p.peek(0) }
func (p *parser) at() int    { return p.tok().at }
func (p *parser) peek(n int) token {
	return p.tokens[min(p.i+n, len(p.tokens)-1)]
}

// is reports whether the coming tokens are of these kinds.
func (p *parser) is(kinds ...tokenKind) bool {
	for n, k := range kinds {
		if p.peek(n).kind != k {
			return false
		}
	}
	return true
}

// accept moves past a token of kind k, if it comes.
func (p *parser) accept(k tokenKind) bool {
	if !p.is(k) {
		return false
	}
	p.i++
	return true
}

func (p *parser) unexpected() error {
	t := p.tok()
	if t.kind == badToken {
		return p.unreadable
	}
	return unexpected(p.src, t.at, t.end)
}

func (p *parser) fail(at int, key string, namesAndValues ...any) error {
	return &SyntaxError{at, text.Msg(key, namesAndValues...)}
}

func (p *parser) warn(at int, key string, namesAndValues ...any) {
	p.warnings = append(p.warnings, Warning{at, text.Msg(key, namesAndValues...)})
}

// rules reads the whole expression.
func (p *parser) rules() error {
	next := override
	for {
		start := p.at()
		p.r, p.last = rule{joint: next}, noRank
		if err := p.rule(); err != nil {
			return err
		}
		empty := !p.r.hasDay() && !p.r.hasEffect()
		if !empty {
			p.finishRule(start)
		}
		t := p.tok()
		p.i++
		switch t.kind {
		case endToken:
			if len(p.done) == 0 {
				return p.fail(t.at, "hours.empty")
			}
			if empty {
				p.warn(t.at, "hours.empty_rule")
			}
			return nil
		case fallbackToken:
			if empty {
				return p.fail(t.at, "hours.fallback_first")
			}
			next = fallback
		case ',':
			if !p.r.hasEffect() {
				return p.fail(t.at, "hours.additional_rule")
			}
			next = additional
		default: // ';', rule stops at nothing else
			if empty {
				p.warn(t.at, "hours.empty_rule")
			}
			next = override
		}
	}
}

// finishRule keeps the rule just read.
func (p *parser) finishRule(start int) {
	r := &p.r
	if len(r.weekdays) == 0 && len(r.holidays) > 1 {
		r.weekdays, r.holidays = r.holidays, nil
	}
	if r.quoted && !r.explicit {
		r.kind = Unknown
	} else if !r.explicit {
		r.kind = Open
	}
	if r.always {
		r.times = nil
	}
	if r.kind == Open && len(r.times) == 0 && !r.always {
		p.warn(start, "hours.no_time")
	}
	r.fills = r.joint == fallback || r.joint == additional && p.done[len(p.done)-1].fills
	if r.joint == additional && r.kind == Closed {
		p.warn(start, "hours.additional_off")
	}
	p.done = append(p.done, *r)
}

// rule reads selectors, state and comment in any order, up to a separator.
func (p *parser) rule() error {
	for {
		var err error
		switch t := p.tok(); t.kind {
		case endToken, ';', fallbackToken:
			return nil
		case ',':
			if p.i == 0 || p.last == noRank && !p.r.quoted {
				return p.unexpected()
			}
			return nil
		case numberToken:
			err = p.number()
		case monthToken, easterToken:
			p.rank(dateRank, len(p.r.dates) > 0)
			err = p.dates()
		case weekToken:
			p.rank(weekRank, len(p.r.weeks) > 0)
			err = p.weeks()
		case weekdayToken, holidayToken:
			err = p.days()
		case everyDayToken:
			p.i++
			p.everyDay()
		case eventToken, '(':
			err = p.times()
		case stateToken:
			p.rank(stateRank, p.r.explicit)
			p.r.kind, p.r.explicit = Kind(t.value), true
			p.i++
			p.dot()
		case commentToken:
			p.comment(t)
		case ':':
			err = p.colon()
		case '?':
			p.warn(t.at, "hours.question_mark")
			p.i++
		default:
			return p.unexpected()
		}
		if err != nil {
			return err
		}
	}
}

// rank notes that a part of rank k begins, and warns when the language wants
// it earlier or, when again, in one list with its like.
func (p *parser) rank(k rank, again bool) {
	switch {
	case again:
		p.warn(p.at(), "hours.not_connected")
	case k < p.last:
		p.warn(p.at(), "hours.order")
	}
	p.last = max(p.last, k)
}

func (p *parser) comment(t token) {
	if p.r.quoted {
		p.warn(t.at, "hours.two_comments")
	}
	if utf8.ValidString(t.comment) {
		p.r.comment = t.comment
	}
	p.r.quoted = true
	p.i++
}

// colon reads the ":" that may follow days and dates for readability.
func (p *parser) colon() error {
	switch p.last {
	case yearRank, dateRank, weekRank:
	case holidayRank, weekdayRank:
		p.warn(p.at(), "hours.colon")
	default:
		return p.unexpected()
	}
	if p.i > 0 && p.tokens[p.i-1].kind == ':' {
		return p.unexpected()
	}
	p.i++
	return nil
}

// number reads what begins with a number: 24/7, a year, or a time.
func (p *parser) number() error {
	t := p.tok()
	if p.is(numberToken, '/', numberToken) && p.peek(2).value == 7 && !p.colonTime(2) {
		switch t.value {
		case 24:
			p.rank(weekdayRank, p.r.always)
			p.r.always = true
			p.i += 3
			if p.is(',') {
				return p.unexpected()
			}
			return nil
		case 7:
			p.i += 3
			p.warn(t.at, "hours.use_instead", "found", "7/7", "use", "Mo-Su")
			p.everyDay()
			return nil
		}
	}
	if p.is(numberToken, wholeDayToken) && t.value == 24 {
		p.rank(timeRank, len(p.r.times) > 0)
		p.r.times = append(p.r.times, wholeDay())
		p.i += 2
		return nil
	}
	if p.isYear(0) {
		return p.years()
	}
	return p.times()
}

func wholeDay() timeRange {
	return timeRange{to: timePoint{minute: minutesPerDay}, stop: minutesPerDay}
}

func (p *parser) everyDay() {
	p.rank(weekdayRank, len(p.r.weekdays) > 0)
	p.r.weekdays = append(p.r.weekdays, daySelector{to: 6})
}
