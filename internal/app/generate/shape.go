// SPDX-License-Identifier: Apache-2.0

package generate

import (
	_ "embed"
	"encoding/json"
	"math/rand/v2"
	"slices"

	"escale/internal/kit/shipped"

	"escale/internal/kit/clock"
	"escale/internal/territory"
)

// weighted is a list of codes, each with the weights of all up to it.
type weighted struct {
	codes []string
	upTo  []int
}

// UnmarshalJSON reads [["code", weight], …].
func (w *weighted) UnmarshalJSON(b []byte) error {
	var pairs [][2]json.RawMessage
	if err := json.Unmarshal(b, &pairs); err != nil {
		return err
	}
	sum := 0
	for _, p := range pairs {
		var code string
		var weight int
		if err := json.Unmarshal(p[0], &code); err != nil {
			return err
		}
		if err := json.Unmarshal(p[1], &weight); err != nil {
			return err
		}
		sum += weight
		w.codes, w.upTo = append(w.codes, code), append(w.upTo, sum)
	}
	return nil
}

func (w weighted) draw(r *rand.Rand) string { return w.codes[drawAt(r, w.upTo)] }

// drawAt draws a place of a list by cumulated weights.
func drawAt(r *rand.Rand, upTo []int) int {
	at, _ := slices.BinarySearch(upTo, r.IntN(upTo[len(upTo)-1])+1)
	return at
}

// shape is shape.json.
type shape struct {
	Organisations   weighted `json:"organisations"`
	Workers         weighted `json:"workers"`
	Weekdays        []int    `json:"weekdays"` // from Sunday
	Months          []int    `json:"months"`
	Minutes         weighted `json:"minutes"`
	WorkshopMinutes weighted `json:"workshop_minutes"`
	Themes          weighted `json:"themes"`
	Procedures      weighted `json:"procedures"`
	Postures        weighted `json:"postures"`
	Outcomes        weighted `json:"outcomes"`
	PlaceKinds      weighted `json:"place_kinds"`
	Materials       weighted `json:"materials"`
	Autonomies      weighted `json:"autonomies"`
	Genders         weighted `json:"genders"`
	Ages            weighted `json:"ages"` // in the middle of a span of about ten years
	Categories      weighted `json:"categories"`
	EntryWays       weighted `json:"entry_ways"`
	ContactWays     weighted `json:"contact_ways"`
	ForReasons      weighted `json:"for_reasons"`
}

//go:embed shape.json
var shapeFile []byte

var like = shipped.JSON[shape]("generate: shape.json", shapeFile)

// towns draws communes by population.
type towns struct {
	communes []territory.Commune
	upTo     []int
}

func newTowns() towns {
	var t towns
	sum := 0
	for _, c := range territory.Communes() {
		if c.Population > 0 && c.HasPosition {
			sum += c.Population
			t.communes, t.upTo = append(t.communes, c), append(t.upTo, sum)
		}
	}
	return t
}

func (t towns) draw(r *rand.Rand) territory.Commune { return t.communes[drawAt(r, t.upTo)] }

// around gives a commune and its nearest neighbours, to be drawn by population.
func around(c territory.Commune) towns {
	const neighbours = 12
	t := towns{}
	sum := 0
	for _, near := range territory.Nearest(c.Lat, c.Lon, neighbours) {
		if near.Commune.Population > 0 {
			sum += near.Commune.Population
			t.communes, t.upTo = append(t.communes, near.Commune), append(t.upTo, sum)
		}
	}
	return t
}

// workdays are the days of a span, each with the weights of all up to it: fewer
// in summer, none on Sundays and bank holidays.
type workdays struct {
	days []clock.Date
	upTo []int
}

func newWorkdays(from, until clock.Date, department string) workdays {
	var w workdays
	sum := 0
	for d := from; !until.Before(d); d = d.AddDays(1) {
		weight := like.Weekdays[d.Weekday()] * like.Months[d.Month-1]
		if _, off := territory.PublicHoliday(d, department); off || weight == 0 {
			continue
		}
		sum += weight
		w.days, w.upTo = append(w.days, d), append(w.upTo, sum)
	}
	return w
}

// draw draws a day among those from the place first on, up to the place last.
func (w workdays) draw(r *rand.Rand, first, last int) clock.Date {
	before := 0
	if first > 0 {
		before = w.upTo[first-1]
	}
	at, _ := slices.BinarySearch(w.upTo, before+r.IntN(w.upTo[last]-before)+1)
	return w.days[at]
}
