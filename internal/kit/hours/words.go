// SPDX-License-Identifier: Apache-2.0

package hours

import "strings"

// word is what a word of the language, or one often written in its place, means.
type word struct {
	kind  tokenKind
	value int
	use   string // the right word, when it is another
}

// Abbreviations of the language, in the order of the week and of the year.
var (
	weekdayNames = [7]string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}
	monthNames   = [13]string{"", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	eventNames   = [...]string{dawn: "dawn", sunrise: "sunrise", sunset: "sunset", dusk: "dusk"}
	kindNames    = [...]string{Closed: "off", Open: "open", Unknown: "unknown"}
)

// Words people write for weekdays and months, besides the right ones: French
// and English, in full and shortened. "sam", "mar" and words without their
// accents are not there: the reference refuses or reads them otherwise.
var (
	otherWeekdays = [7]string{
		"lundi lundis lun lu monday mondays mon",
		"mardi mardis ma tuesday tuesdays tue tues",
		"mercredi mercredis mer me wednesday wednesdays wed weds",
		"jeudi jeudis jeu je thursday thursdays thu thur thurs",
		"vendredi vendredis ven ve friday fridays fri",
		"samedi samedis saturday saturdays sat",
		"dimanche dimanches dim di sunday sundays sun",
	}
	otherMonths = [13]string{
		"",
		"janvier janv january",
		"février fév févr february",
		"mars march",
		"avril avr april",
		"mai",
		"juin june",
		"juillet juil july",
		"août",
		"septembre september",
		"octobre october",
		"novembre november",
		"décembre déc december",
	}
)

// halfDay values.
const (
	beforeNoon = iota
	afterNoon
)

// words maps lower-case words to their meaning.
var words = buildWords()

func buildWords() map[string]word {
	m := map[string]word{
		"ph":      {holidayToken, int(publicHoliday), ""},
		"sh":      {holidayToken, int(schoolHoliday), ""},
		"open":    {stateToken, int(Open), ""},
		"off":     {stateToken, int(Closed), ""},
		"closed":  {stateToken, int(Closed), ""},
		"unknown": {stateToken, int(Unknown), ""},
		"fermé":   {stateToken, int(Closed), "off"},
		"week":    {weekToken, 0, ""},
		"easter":  {easterToken, 0, ""},
		"day":     {daysToken, 0, ""},
		"days":    {daysToken, 0, ""},
		"h":       {hourToken, 0, ":"},
		"am":      {halfDayToken, beforeNoon, "09:00-17:00"},
		"pm":      {halfDayToken, afterNoon, "09:00-17:00"},
		"to":      {'-', 0, "-"},
		"à":       {'-', 0, "-"},
		"bis":     {'-', 0, "-"},
		"et":      {',', 0, ","},
		"and":     {',', 0, ","},
		"und":     {',', 0, ","},
		"daily":   {everyDayToken, 0, "Mo-Su"},
	}
	for e := dawn; e <= dusk; e++ {
		m[eventNames[e]] = word{eventToken, int(e), ""}
	}
	for i, name := range weekdayNames {
		m[strings.ToLower(name)] = word{weekdayToken, i, ""}
		for _, other := range strings.Fields(otherWeekdays[i]) {
			m[other] = word{weekdayToken, i, name}
		}
	}
	for i, name := range monthNames {
		m[strings.ToLower(name)] = word{monthToken, i, ""}
		for _, other := range strings.Fields(otherMonths[i]) {
			m[other] = word{monthToken, i, name}
		}
	}
	delete(m, "")
	return m
}

// phrases are the expressions of several words, lower case.
var phrases = []struct {
	text string
	word
}{
	{"jours fériés", word{holidayToken, int(publicHoliday), "PH"}},
	{"jour férié", word{holidayToken, int(publicHoliday), "PH"}},
	{"public holidays", word{holidayToken, int(publicHoliday), "PH"}},
	{"public holiday", word{holidayToken, int(publicHoliday), "PH"}},
	{"school holidays", word{holidayToken, int(schoolHoliday), "SH"}},
	{"school holiday", word{holidayToken, int(schoolHoliday), "SH"}},
	{"sur rendez-vous", word{commentToken, 0, `"sur rendez-vous"`}},
	{"sur rdv", word{commentToken, 0, `"sur rendez-vous"`}},
	{"by appointment", word{commentToken, 0, `"by appointment"`}},
	{"hours", word{wholeDayToken, 0, "00:00-24:00"}},
}

// lookUp finds a word, letter case aside. ASCII words of common length are
// lowered without allocating, since nearly all are.
func lookUp(s string) (word, bool) {
	var buf [16]byte
	if len(s) > len(buf) {
		w, ok := words[strings.ToLower(s)]
		return w, ok
	}
	for i := range len(s) {
		c := s[i]
		if c >= 0x80 {
			w, ok := words[strings.ToLower(s)]
			return w, ok
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	w, ok := words[string(buf[:len(s)])]
	return w, ok
}
