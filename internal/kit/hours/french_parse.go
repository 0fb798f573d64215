// SPDX-License-Identifier: Apache-2.0

package hours

// frenchParser reads clauses out of a French sentence. Its methods report
// whether they understood; what they did not understand they leave.
type frenchParser struct {
	tokens     []frenchToken
	i          int
	clauses    []clause
	exceptions []string // PH, SH: closed then
	weeks      string   // heading in force: "Semaine paire : …"
	warnings   []Warning
}

func (p *frenchParser) peek(n int) frenchToken { return p.tokens[min(p.i+n, len(p.tokens)-1)] }

// is reports whether the coming tokens are of these kinds.
func (p *frenchParser) is(kinds ...frenchKind) bool {
	for n, k := range kinds {
		if p.peek(n).kind != k {
			return false
		}
	}
	return true
}

// skip moves past any of these kinds, and reports whether there was one.
func (p *frenchParser) skip(kinds ...frenchKind) bool {
	start := p.i
	for again := true; again; {
		again = false
		for _, k := range kinds {
			if p.is(k) && k != frenchEnd {
				p.i++
				again = true
			}
		}
	}
	return p.i > start
}

// words moves past these words in a row, small words between them aside.
func (p *frenchParser) words(list ...string) bool {
	start := p.i
	for _, w := range list {
		p.skip(frenchOf)
		if !p.is(frenchWord) || p.peek(0).word != w {
			p.i = start
			return false
		}
		p.i++
		if p.is('-') && p.peek(1).kind == frenchWord {
			p.i++ // "rendez-vous", "après-midi"
		}
	}
	return true
}

// oneOf moves past one of these sequences of words.
func (p *frenchParser) oneOf(sequences ...[]string) bool {
	for _, s := range sequences {
		if p.words(s...) {
			return true
		}
	}
	return false
}

// sentence reads everything: either days then times each time, or times then
// days each time, as the first clause does.
func (p *frenchParser) sentence() bool {
	p.oneOf([]string{"ouvert"}, []string{"ouverte"}, []string{"ouverture"}, []string{"horaires"})
	p.skip(':')
	timesFirst := p.startsWithTimes()
	for {
		p.skip(',', ';', '.', '/', '|', ':', frenchAnd)
		if p.is(frenchEnd) {
			return len(p.clauses) > 0
		}
		if p.exception() {
			if len(p.clauses) > 0 && !p.atEnd() {
				return false
			}
			p.skip(':')
			continue
		}
		at := p.peek(0).at
		if weeks := p.parity(); weeks != "" {
			// Without its colon it may be about the clause before.
			if !p.skip(':') && len(p.clauses) > 0 {
				return false
			}
			p.weeks = weeks
		}
		c := clause{weeks: p.weeks}
		if timesFirst {
			if !p.times(&c) || !p.details(&c) {
				return false
			}
			p.skip(',')
		}
		if !p.days(&c) {
			return false
		}
		if !timesFirst {
			if !p.details(&c) {
				return false
			}
			p.skip(',', ':')
			p.times(&c)
		}
		if !p.details(&c) || !p.keep(c, at) {
			return false
		}
	}
}

func (p *frenchParser) startsWithTimes() bool {
	start := p.i
	var c clause
	ok := p.times(&c)
	p.i = start
	return ok
}

// atEnd reports whether nothing but punctuation is left.
func (p *frenchParser) atEnd() bool {
	p.skip(',', ';', '.')
	return p.is(frenchEnd)
}

// keep adds a clause that makes sense beside the earlier ones.
func (p *frenchParser) keep(c clause, at int) bool {
	if !c.says() || !c.agreesWithHalf() {
		return false
	}
	for i := range p.clauses {
		o := &p.clauses[i]
		if !c.sharesDay(o) {
			continue
		}
		if c.shut || o.shut || len(c.nth) != len(o.nth) || (c.weeks == "") != (o.weeks == "") {
			return false // replaces, or adds? The text does not say
		}
		c.plus = c.plus || c.weeks == o.weeks
	}
	p.mergeOverlaps(&c, at)
	p.clauses = append(p.clauses, c)
	return true
}

// noon bounds what is called a morning or an afternoon, with the latitude of
// French lunches: mornings end by 13:30, afternoons begin from 12:00.
const (
	morningEnd     = 13*60 + 30
	afternoonStart = 12 * 60
)

func (c *clause) agreesWithHalf() bool {
	for _, s := range c.spans {
		if c.half == "matin" && s[1] > morningEnd || c.half == "apres midi" && s[0] < afternoonStart {
			return false
		}
	}
	return c.half == "" || len(c.spans) > 0
}

// exception reads "sauf jours fériés", "fermé pendant les vacances scolaires".
// It is about the whole sentence, hence read only at its beginning or end.
func (p *frenchParser) exception() bool {
	start := p.i
	p.skip('(')
	if !p.oneOf([]string{"sauf"}, []string{"hors"}, []string{"ferme"}, []string{"fermee"}) {
		p.i = start
		return false
	}
	p.oneOf([]string{"pendant"}, []string{"durant"}, []string{"periode"})
	for {
		switch {
		case p.oneOf([]string{"jours", "feries"}, []string{"jour", "ferie"}):
			p.exceptions = append(p.exceptions, "PH")
		case p.oneOf([]string{"vacances", "scolaires"}):
			p.exceptions = append(p.exceptions, "SH")
		default:
			p.i = start
			return false
		}
		if !p.is(frenchAnd) {
			p.skip(')')
			return true
		}
		p.i++
	}
}

// parity reads "semaine paire", "les semaines impaires", and gives its selector.
func (p *frenchParser) parity() string {
	start := p.i
	p.oneOf([]string{"en"})
	if p.oneOf([]string{"semaine"}, []string{"semaines"}) {
		switch {
		case p.oneOf([]string{"paire"}, []string{"paires"}):
			return "02-52/2"
		case p.oneOf([]string{"impaire"}, []string{"impaires"}):
			return "01-53/2"
		}
	}
	p.i = start
	return ""
}

// days reads "du lundi au vendredi", "lundi, mardi et jeudi", "tous les jours",
// "1er et 3e mardi du mois", "lundi matin".
func (p *frenchParser) days(c *clause) bool {
	found := false
	for {
		start := p.i
		if found {
			p.skip(',', frenchAnd, '/')
		}
		p.skip(frenchOf)
		if !p.day(c) {
			p.i = start
			break
		}
		found = true
		p.half(c)
	}
	if !found {
		return false
	}
	if weeks := p.parity(); weeks != "" {
		c.weeks = weeks
	}
	if p.words("sauf") {
		var without clause
		if !p.days(&without) || len(without.nth) > 0 {
			return false
		}
		for i, no := range without.days {
			c.days[i] = c.days[i] && !no
		}
	}
	p.oneOf([]string{"uniquement"}, []string{"seulement"})
	return c.days != [7]bool{}
}

// day reads one weekday, one range of them, or ranks and a weekday.
func (p *frenchParser) day(c *clause) bool {
	if p.oneOf([]string{"tous", "jours"}) {
		c.days = [7]bool{true, true, true, true, true, true, true}
		return true
	}
	if p.is(frenchRank) {
		return p.rankedDay(c)
	}
	if !p.is(frenchDay) {
		return false
	}
	from := p.peek(0).value
	to := from
	p.i++
	p.skip('.')
	if p.is(frenchTo, frenchDay) || p.is('-', frenchDay) {
		to = p.peek(1).value
		p.i += 2
		p.skip('.')
	} else if p.is(frenchTo, frenchTo, frenchDay) { // jusqu'au
		to = p.peek(2).value
		p.i += 3
	}
	for d := from; ; d = (d + 1) % 7 {
		c.days[d] = true
		if d == to {
			return true
		}
	}
}

// rankedDay reads "1er et 3e mardi du mois".
func (p *frenchParser) rankedDay(c *clause) bool {
	if c.days != [7]bool{} {
		return false
	}
	for p.is(frenchRank) {
		c.nth = append(c.nth, p.peek(0).value)
		p.i++
		if p.is(frenchAnd, frenchRank) || p.is(',', frenchRank) || p.is('-', frenchRank) {
			p.i++
		}
	}
	if !p.is(frenchDay) {
		return false
	}
	c.days[p.peek(0).value] = true
	p.i++
	return p.oneOf([]string{"mois"}, []string{"chaque", "mois"})
}

// half reads "matin" or "après-midi" after a day.
func (p *frenchParser) half(c *clause) {
	switch {
	case p.oneOf([]string{"matin"}, []string{"matins"}):
		c.half = "matin"
	case p.words("apres"):
		if p.skip('-'); p.is(frenchTime) && p.peek(0).value == 12*60 { // "midi"
			p.i++
			c.half = "apres midi"
		}
	}
}

// times reads "9h-12h et 14h-17h", "de 9 à 12h / 13h30 à 17h".
func (p *frenchParser) times(c *clause) bool {
	found := false
	byTo := false // the range before was written with "à": a dash then separates
	for {
		start := p.i
		if found {
			p.skip(',', frenchAnd, '/')
			if byTo && p.is('-') {
				p.i++
			}
		}
		p.skip(frenchOf)
		span, to, ok := p.span()
		if !ok {
			p.i = start
			return found
		}
		byTo = to
		found = true
		c.spans = append(c.spans, span)
	}
}

// span reads one range of times; to tells whether it is written with "à".
func (p *frenchParser) span() (span [2]int, to, ok bool) {
	from, last := p.peek(0), p.peek(2)
	n := 3
	if p.peek(1).kind == frenchTo && p.peek(2).kind == frenchTo { // jusqu'à
		last, n = p.peek(3), 4
	}
	to = p.peek(1).kind == frenchTo
	if !to && p.peek(1).kind != '-' {
		return span, false, false
	}
	sure := from.kind == frenchTime || last.kind == frenchTime
	timed := func(t frenchToken) bool {
		return t.kind == frenchTime || t.kind == frenchNumber
	}
	if !sure || !timed(from) || !timed(last) {
		return span, false, false
	}
	a, b := from.value, last.value
	if from.kind == frenchNumber {
		a *= 60
	}
	if last.kind == frenchNumber {
		b *= 60
	}
	night := a >= 17*60 && b <= 6*60
	if a >= minutesPerDay || b > minutesPerDay || b <= a && !night {
		return span, false, false
	}
	p.i += n
	return [2]int{a, b}, to, true
}

// details reads what may follow: "fermé", "sur rendez-vous uniquement".
func (p *frenchParser) details(c *clause) bool {
	for {
		start := p.i
		comma := p.skip(',')
		if p.exception() {
			return p.atEnd()
		}
		p.skip('(', ':', '-')
		open := p.i > start && p.tokens[p.i-1].kind == '('
		only := p.oneOf([]string{"uniquement"}, []string{"seulement"})
		switch {
		case p.oneOf([]string{"sur", "rendez", "vous"}, []string{"sur", "rdv"}, []string{"avec", "rendez", "vous"}):
			if !p.clearScope(c, comma) {
				return false
			}
			c.comment = "sur rendez-vous"
			p.oneOf([]string{"uniquement"}, []string{"seulement"})
		case !only && p.oneOf([]string{"sans", "rendez", "vous"}, []string{"sans", "rdv"}):
			if !p.clearScope(c, comma) {
				return false
			}
			c.comment, c.open = "sans rendez-vous", true
		case !only && p.oneOf([]string{"ferme"}, []string{"fermee"}) && !p.is(frenchOf):
			c.shut = true
		default:
			p.i = start
			return true
		}
		if open != p.is(')') {
			return false
		}
		p.skip(')')
	}
}

// clearScope reports whether words about appointments, after a comma or not,
// can only be about all of c: not when c has several times and they may be
// about the last, nor when they may be about earlier clauses too.
func (p *frenchParser) clearScope(c *clause, comma bool) bool {
	switch {
	case len(c.spans) == 0:
		return true
	case comma:
		return len(p.clauses) == 0
	}
	return len(c.spans) == 1
}
