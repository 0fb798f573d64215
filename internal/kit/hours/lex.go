// SPDX-License-Identifier: Apache-2.0

package hours

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"escale/internal/kit/text"
)

// tokenKind is the kind of a token; punctuation is its own byte.
type tokenKind uint8

const (
	endToken tokenKind = iota + 128 // beyond ASCII punctuation
	numberToken
	weekdayToken
	monthToken
	holidayToken
	stateToken
	weekToken
	easterToken
	daysToken
	eventToken
	hourToken
	halfDayToken
	commentToken
	fallbackToken
	everyDayToken
	wholeDayToken
	badToken // cannot be read: the last before the end
)

// token is a piece of the expression, from byte at to byte end.
type token struct {
	kind    tokenKind
	at, end int
	value   int    // number, index of a weekday, month, state…
	comment string // of a commentToken
}

// lexer cuts an expression into tokens.
type lexer struct {
	src      string
	at       int
	warnings []Warning
}

func (l *lexer) warn(at int, key string, namesAndValues ...any) {
	l.warnings = append(l.warnings, Warning{at, text.Msg(key, namesAndValues...)})
}

// maxNumber is where reading a number's digits stops counting: nothing in the
// language needs five digits.
const maxNumber = 99999

// next reads one token.
func (l *lexer) next() (token, *SyntaxError) {
	l.skipSpace()
	at := l.at
	if at >= len(l.src) {
		return token{kind: endToken, at: at, end: at}, nil
	}
	switch c := l.src[at]; {
	case c >= '0' && c <= '9':
		return l.number(), nil
	case strings.IndexByte(",;-:.+/[]()?", c) >= 0:
		l.at++
		return token{kind: tokenKind(c), at: at, end: l.at}, nil
	case c == '|':
		if strings.HasPrefix(l.src[at:], "||") {
			l.at += 2
			return token{kind: fallbackToken, at: at, end: l.at}, nil
		}
	case c == '&':
		l.at++
		l.warn(at, "hours.use_instead", "found", "&", "use", ",")
		return token{kind: ',', at: at, end: l.at}, nil
	case c == '"':
		return l.comment(1, `"`)
	}
	r, size := utf8.DecodeRuneInString(l.src[at:])
	if closing := quotes[r]; closing != "" {
		l.warn(at, "hours.use_instead", "found", string(r), "use", `"`)
		return l.comment(size, closing)
	}
	if isDash(r) {
		l.at += size
		l.warn(at, "hours.use_instead", "found", string(r), "use", "-")
		return token{kind: '-', at: at, end: l.at}, nil
	}
	if unicode.IsLetter(r) {
		return l.word()
	}
	return token{}, unexpected(l.src, at, at+size)
}

// quotes are the characters people use for the quotation mark, each with those
// that may close it.
var quotes = map[rune]string{'\'': "'", '“': "”“\"", '”': "”\"", '„': "“”\"", '«': "»", '‘': "’'", '’': "’'"}

// isDash reports whether r is a typographic dash or wave standing for "-".
func isDash(r rune) bool {
	return r == '~' || r == '−' || r >= '‐' && r <= '―' || r == '〜' || r == '～'
}

func (l *lexer) skipSpace() {
	for l.at < len(l.src) {
		c := l.src[l.at]
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			l.at++
			continue
		}
		if c < utf8.RuneSelf {
			return
		}
		r, size := utf8.DecodeRuneInString(l.src[l.at:])
		if !unicode.IsSpace(r) && r != '\ufeff' && r != '\u200b' {
			return
		}
		l.at += size
	}
}

func (l *lexer) number() token {
	t := token{kind: numberToken, at: l.at}
	for l.at < len(l.src) && l.src[l.at] >= '0' && l.src[l.at] <= '9' {
		t.value = min(t.value*10+int(l.src[l.at]-'0'), maxNumber)
		l.at++
	}
	t.end = l.at
	return t
}

// comment reads from an opening quotation mark of size bytes to any of closing.
func (l *lexer) comment(size int, closing string) (token, *SyntaxError) {
	at := l.at
	from := at + size
	n := strings.IndexAny(l.src[from:], closing)
	if n < 0 {
		return token{}, &SyntaxError{at, text.Msg("hours.comment_not_closed")}
	}
	_, last := utf8.DecodeRuneInString(l.src[from+n:])
	l.at = from + n + last
	return token{kind: commentToken, at: at, end: l.at, comment: strings.TrimSpace(l.src[from : from+n])}, nil
}

// word reads letters and says what they mean.
func (l *lexer) word() (token, *SyntaxError) {
	at := l.at
	for _, r := range l.src[at:] {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) {
			break
		}
		l.at += utf8.RuneLen(r)
	}
	w, ok := lookUp(l.src[at:l.at])
	if !ok {
		if w, ok = l.phrase(at); !ok {
			w, ok = l.glued(at)
		}
		if !ok {
			return token{}, &SyntaxError{at, text.Msg("hours.unknown_word", "found", l.src[at:l.at])}
		}
	}
	if w.use != "" {
		l.warn(at, "hours.use_instead", "found", l.src[at:l.at], "use", w.use)
	}
	t := token{kind: w.kind, at: at, end: l.at, value: w.value}
	if w.kind == commentToken {
		t.comment = strings.Trim(w.use, `"`)
	}
	return t, nil
}

// phrase recognises an expression of several words, and moves past it.
func (l *lexer) phrase(at int) (word, bool) {
	rest := l.src[at:]
	for _, p := range phrases {
		n := foldedPrefix(rest, p.text)
		if n == 0 {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(rest[n:]); unicode.IsLetter(r) {
			continue
		}
		l.at = at + n
		return p.word, true
	}
	return word{}, false
}

// glued recognises PH or SH with no space before the word that follows: "PHoff".
func (l *lexer) glued(at int) (word, bool) {
	s := l.src[at:l.at]
	if len(s) <= 2 {
		return word{}, false
	}
	w, ok := lookUp(s[:2])
	if _, known := lookUp(s[2:]); !ok || !known || w.kind != holidayToken {
		return word{}, false
	}
	l.at = at + 2
	l.warn(l.at, "hours.space")
	return w, true
}

// foldedPrefix is how many bytes of s match the lower-case prefix, letter case
// and the kind of spaces aside, or 0.
func foldedPrefix(s, prefix string) int {
	n := 0
	for _, want := range prefix {
		r, size := utf8.DecodeRuneInString(s[n:])
		if size == 0 || unicode.ToLower(r) != want && (want != ' ' || !unicode.IsSpace(r)) {
			return 0
		}
		n += size
	}
	return n
}

// unexpected is the error for src[at:end] where it cannot stand.
func unexpected(src string, at, end int) *SyntaxError {
	if at >= len(src) {
		return &SyntaxError{at, text.Msg("hours.unexpected_end")}
	}
	return &SyntaxError{at, text.Msg("hours.unexpected", "found", src[at:end])}
}
