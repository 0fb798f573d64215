// SPDX-License-Identifier: Apache-2.0

package find

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"escale/internal/network/finder"
	"escale/internal/territory"
	"escale/internal/web/atlas"
	"escale/internal/web/shared"
)

// Map is the drawing beside the list, in a square of mapSize units that fits the
// width of a phone: its letters keep a readable size there, and it never grows
// beyond. It is drawn by the server, without any map from elsewhere.
type Map struct {
	Title, Description string
	Marks              []Mark
	Towns              []Label
	Sign               Sign
	Scale              Scale
}

// Mark is one or several places at one spot, by their numbers in the list.
type Mark struct {
	X, Y, Left, Width int
	Text              string
}

// Label is the name of a commune.
type Label struct {
	X, Y int
	Name string
}

// Sign is the town sign of the commune asked for.
type Sign struct {
	Label
	Left, Top, Width int
}

// Scale is a length on the ground.
type Scale struct {
	Width int
	Text  string
}

// Sizes in units of the drawing.
const (
	mapSize    = 360
	margin     = 44
	letter     = 19 // height of a letter, 15 px on a phone of 320 px
	markHeight = 32
	signHeight = 30
	// letterWidth is a generous mean: labels that would touch are left out.
	letterWidth = 0.56 * letter
)

// leastKm is the least the drawing covers, so that places of one village do not
// look far apart; kmPerDegree the length of a degree of latitude.
const (
	leastKm     = 3.0
	kmPerDegree = 111.2
)

// moreTowns is how many communes without a place are named, to find one's way.
const moreTowns = 6

// spot is a point of the drawing.
type spot struct{ x, y float64 }

// projection turns degrees into units of the drawing. Over some tens of
// kilometres the Earth is flat enough.
type projection struct {
	middle finder.Point
	units  float64 // per kilometre
}

func project(points []finder.Point) projection {
	low, high := points[0], points[0]
	for _, p := range points[1:] {
		low = finder.Point{Lat: min(low.Lat, p.Lat), Lon: min(low.Lon, p.Lon)}
		high = finder.Point{Lat: max(high.Lat, p.Lat), Lon: max(high.Lon, p.Lon)}
	}
	j := projection{middle: finder.Point{Lat: (low.Lat + high.Lat) / 2, Lon: (low.Lon + high.Lon) / 2}}
	tall := (high.Lat - low.Lat) * kmPerDegree
	wide := (high.Lon - low.Lon) * kmPerDegree * math.Cos(j.middle.Lat*math.Pi/180)
	j.units = (mapSize - 2*margin) / max(tall, wide, leastKm)
	return j
}

func (j projection) at(p finder.Point) spot {
	east := (p.Lon - j.middle.Lon) * kmPerDegree * math.Cos(j.middle.Lat*math.Pi/180)
	north := (p.Lat - j.middle.Lat) * kmPerDegree
	return spot{mapSize/2 + east*j.units, mapSize/2 - north*j.units}
}

// canvas is what is drawn so far, so that nothing covers anything.
type canvas struct{ boxes []box }

type box struct{ left, top, right, bottom float64 }

func boxAt(middle spot, width, height float64) box {
	return box{middle.x - width/2, middle.y - height/2, middle.x + width/2, middle.y + height/2}
}

func (b box) touches(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// take keeps the room of b, unless something is there or it leaves the drawing.
func (c *canvas) take(b box) bool {
	if b.left < 2 || b.top < 2 || b.right > mapSize-2 || b.bottom > mapSize-2 {
		return false
	}
	if slices.ContainsFunc(c.boxes, b.touches) {
		return false
	}
	c.boxes = append(c.boxes, b)
	return true
}

// draw makes the map of places found, numbered from first, around commune.
func draw(p *shared.Page, commune *territory.Commune, found []atlas.Found, first int) *Map {
	middle := finder.Point{Lat: commune.Lat, Lon: commune.Lon}
	points := []finder.Point{middle}
	for _, f := range found {
		if f.Place.Located {
			points = append(points, f.Place.Point)
		}
	}
	j := project(points)
	var c canvas
	m := &Map{Title: p.T("find.map.title", "commune", commune.Name)}
	m.marks(&c, j, found, first)
	m.sign(&c, j.at(middle), commune.Name)
	m.name(&c, j, commune, found)
	m.scale(p, j)
	m.Description = p.N("find.map.description", len(found), "commune", commune.Name)
	return m
}

// group is places drawn as one mark, by their numbers in the list.
type group struct {
	at    spot
	ranks []string
}

// words are the numbers written in the mark, the first ones when they are many.
func (g group) words() string {
	const most = 3
	if len(g.ranks) > most {
		return strings.Join(g.ranks[:most], " ") + "\u2026"
	}
	return strings.Join(g.ranks, " ")
}

func (g group) box() box { return boxAt(g.at, max(markHeight, widthOf(g.words())+16), markHeight) }

// marks draws the places; those too close to be told apart share one mark.
func (m *Map) marks(c *canvas, j projection, found []atlas.Found, first int) {
	var groups []group
	for i, f := range found {
		if !f.Place.Located {
			continue
		}
		g := group{j.at(f.Place.Point), []string{strconv.Itoa(first + i)}}
		// A mark that grows may touch another one: they are joined in turn.
		for {
			touched := slices.IndexFunc(groups, func(o group) bool { return g.box().touches(o.box()) })
			if touched < 0 {
				break
			}
			g = group{groups[touched].at, inOrder(groups[touched].ranks, g.ranks)}
			groups = slices.Delete(groups, touched, touched+1)
		}
		groups = append(groups, g)
	}
	for _, g := range groups {
		width := g.box().right - g.box().left
		g.at.x = min(max(g.at.x, width/2+2), mapSize-width/2-2)
		c.boxes = append(c.boxes, g.box())
		m.Marks = append(m.Marks, Mark{
			X: round(g.at.x), Y: round(g.at.y), Left: round(g.at.x - width/2), Width: round(width), Text: g.words(),
		})
	}
}

// inOrder joins two lists of numbers, the smallest first.
func inOrder(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return all
}

// sign puts the town sign where the commune is, or as close as there is room.
func (m *Map) sign(c *canvas, at spot, name string) {
	width := widthOf(name) + 20
	at.x = min(max(at.x, width/2+4), mapSize-width/2-4)
	for _, down := range []float64{0, 34, -34, 68, -68, 102, -102} {
		place := spot{at.x, at.y + down}
		if c.take(boxAt(place, width, signHeight)) {
			m.Sign = Sign{
				Label: Label{round(place.x), round(place.y), name},
				Left:  round(place.x - width/2), Top: round(place.y - signHeight/2), Width: round(width),
			}
			return
		}
	}
}

// name writes the communes of the places found, then the larger ones around.
func (m *Map) name(c *canvas, j projection, commune *territory.Commune, found []atlas.Found) {
	written := map[string]bool{commune.Name: true}
	write := func(name string, at spot, downs ...float64) bool {
		for _, down := range downs {
			place := spot{at.x, at.y + down}
			if !written[name] && c.take(boxAt(place, widthOf(name)+6, letter+4)) {
				written[name] = true
				m.Towns = append(m.Towns, Label{round(place.x), round(place.y), name})
				return true
			}
		}
		return false
	}
	for _, f := range found {
		if f.Place.Located {
			write(f.Place.Town, j.at(f.Place.Point), 30, -30)
		}
	}
	around := territory.Nearest(j.middle.Lat, j.middle.Lon, 40)
	slices.SortStableFunc(around, func(a, b territory.Near) int { return cmp.Compare(b.Population, a.Population) })
	for n, i := 0, 0; i < len(around) && n < moreTowns; i++ {
		if write(around[i].Name, j.at(finder.Point{Lat: around[i].Lat, Lon: around[i].Lon}), 0) {
			n++
		}
	}
}

// scale is the longest round length that takes at most a third of the width.
func (m *Map) scale(p *shared.Page, j projection) {
	km := 1
	for _, n := range []int{2, 5, 10, 20, 50, 100, 200, 500} {
		if float64(n)*j.units <= mapSize/3 {
			km = n
		}
	}
	m.Scale = Scale{Width: round(float64(km) * j.units), Text: p.T("find.map.scale", "n", km)}
}

func widthOf(s string) float64 { return letterWidth * float64(utf8.RuneCountInString(s)) }

func round(x float64) int { return int(math.Round(x)) }
