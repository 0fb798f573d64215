// SPDX-License-Identifier: Apache-2.0

package atlas

import (
	"embed"
	"math"
	"strconv"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"escale/internal/kit/shipped"

	"escale/internal/kit/clock"
	"escale/internal/network/finder"
	"escale/internal/web/shared"
)

// Messages are the sentences that pages about places share; a page that shows
// places adds them to the library with its own.
//
//go:embed messages_fr.json
var Messages embed.FS

// codes.json gives the values of the national schema's lists a short name, for
// addresses and message keys. A value it lacks is shown as the card has it.
//
//go:embed codes.json
var codesFile []byte

// Code is one value of a list of the national schema.
type Code struct {
	Facet string `json:"facet"` // finder.Facet's name
	Value string `json:"value"` // as addresses carry it
	Code  string `json:"code"`  // as cards have it
}

// Key is the message key of the value in everyday words.
func (c Code) Key() string { return "atlas." + c.Facet + "." + c.Value }

var codes = sync.OnceValue(func() []Code {
	return shipped.JSON[[]Code]("atlas: codes.json", codesFile)
})

// Codes lists the values of a facet that have a name, in the order shown.
func Codes(f finder.Facet) []Code {
	var list []Code
	for _, c := range codes() {
		if c.Facet == f.String() {
			list = append(list, c)
		}
	}
	return list
}

// Labels says the values of a facet in everyday words.
func Labels(p *shared.Page, f finder.Facet, values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v
		for _, c := range codes() {
			if c.Facet == f.String() && c.Code == v {
				out[i] = p.T(c.Key())
			}
		}
	}
	return out
}

// Words says an opening in a few words, without a capital: "ouvert jusqu'à 17 h".
// now is the moment it was told for.
func (o Opening) Words(p *shared.Page, now time.Time) string {
	switch o.Kind {
	case Open:
		return openWords(p, o.Until, now)
	case OpenSoon:
		days := clock.DateOf(o.Next).Sub(clock.DateOf(now.In(o.Next.Location())))
		switch days {
		case 0:
			return p.T("atlas.later.today", "hour", Hour(p, o.Next))
		case 1:
			return p.T("atlas.later.tomorrow", "hour", Hour(p, o.Next))
		}
		return p.T("atlas.later.day", "day", dayWords(p, o.Next, days), "hour", Hour(p, o.Next))
	case ByCall:
		return p.T("atlas.call")
	case Shut:
		return p.T("atlas.closed")
	}
	return p.T("atlas.unknown")
}

func openWords(p *shared.Page, until, now time.Time) string {
	if until.IsZero() {
		return p.T("atlas.open.always")
	}
	days := clock.DateOf(until).Sub(clock.DateOf(now.In(until.Location())))
	midnight := until.Hour() == 0 && until.Minute() == 0
	const morning = 6 // before it, an hour belongs to the evening before
	switch {
	case days == 0, days == 1 && !midnight && until.Hour() < morning:
		return p.T("atlas.open.until", "hour", Hour(p, until))
	case days == 1 && midnight:
		return p.T("atlas.open.midnight")
	}
	return p.T("atlas.open.day", "day", dayWords(p, until, days), "hour", Hour(p, until))
}

// dayWords is the weekday alone when it cannot be mistaken, the date otherwise.
func dayWords(p *shared.Page, t time.Time, days int) string {
	if days < 7 {
		return p.T("shared.weekday." + strconv.Itoa(int(t.Weekday())))
	}
	day, err := p.Day(clock.DateOf(t))
	if err != nil {
		return clock.DateOf(t).String()
	}
	return day
}

// Hour writes the hour of t on the wall of t's own zone: pages write moments in
// the network's zone, and a place may be in another.
func Hour(p *shared.Page, t time.Time) string { return Minutes(p, t.Hour()*60+t.Minute()) }

// Minutes writes an hour given in minutes since midnight.
func Minutes(p *shared.Page, minutes int) string {
	hour, err := p.Hour(time.Duration(minutes%(24*60)) * time.Minute)
	if err != nil {
		return ""
	}
	return hour
}

// Distance says how far a place found is, as people do: hundreds of metres, then
// kilometres. It is empty when nobody knows.
func (f Found) Distance(p *shared.Page) string {
	switch {
	case !f.HasKm:
		return ""
	case f.Place.Approximate && f.Km < 1:
		return p.T("atlas.town")
	case f.Km < 0.95:
		return p.T("atlas.metres", "n", max(100, int(math.Round(f.Km*10))*100))
	}
	return p.T("atlas.km", "n", int(math.Round(f.Km)))
}

// Capital gives a sentence its capital.
func Capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// Lower takes the capital off the first word, for the middle of a sentence.
func Lower(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}
