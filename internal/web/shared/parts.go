// SPDX-License-Identifier: Apache-2.0

package shared

import (
	"fmt"
	"strconv"
)

// Link leads somewhere, in words.
type Link struct {
	Path, Text string
	Hidden     string // said to screen readers after Text, when several links read alike
}

// Link makes a link whose words are the sentence of key.
func (p *Page) Link(path, key string, namesAndValues ...any) Link {
	return Link{Path: path, Text: p.T(key, namesAndValues...)}
}

// BackLink is the link before the main part, to where one comes from: template "retour".
type BackLink struct {
	*Page
	Link
}

// Back makes the link that leads back to path.
func (p *Page) Back(path, key string, namesAndValues ...any) BackLink {
	return BackLink{Page: p, Link: p.Link(path, key, namesAndValues...)}
}

// Notice is a bold sentence, a line and at most one action: template "avis".
type Notice struct {
	Kind        string // empty (information), att (attention) or soleil
	Title, Text string
	Action      Link
}

// Notice makes the notice whose bold sentence is key+".title" and line key+".text".
func (p *Page) Notice(kind, key string, namesAndValues ...any) Notice {
	return Notice{Kind: kind, Title: p.T(key+".title", namesAndValues...), Text: p.T(key+".text", namesAndValues...)}
}

// Chip is a status in words with a shape: template "puce".
type Chip struct {
	Kind string // oui (done), cours (in progress), att (attention), non (none), empty (planned)
	Text string
}

// Chip makes a chip whose words are the sentence of key.
func (p *Page) Chip(kind, key string, namesAndValues ...any) Chip {
	return Chip{Kind: kind, Text: p.T(key, namesAndValues...)}
}

// Empty says that there is nothing, why, and what to do: template "vide".
type Empty struct {
	Title, Text string
	Action      Link
}

// Empty makes the empty state of key+".title" and key+".text".
func (p *Page) Empty(key string, namesAndValues ...any) Empty {
	return Empty{Title: p.T(key+".title", namesAndValues...), Text: p.T(key+".text", namesAndValues...)}
}

// With adds the one action of an empty state.
func (e Empty) With(action Link) Empty {
	e.Action = action
	return e
}

// Step is one stop on a line: template "ligne" draws a slice of them.
type Step struct {
	State string // vu (done), ici (here), non (did not happen), empty (to come)
	ISO   string // YYYY-MM-DD for the time element, empty for none
	When  string
	Text  string
	Chips []Chip
}

// Word is one everyday need as a whole clickable row: template "mots" draws a
// WordList of them.
type Word struct{ Path, Picto, Title, Example string }

// WordList is the rows of template "mots".
type WordList struct {
	*Page
	Words []Word
	Two   bool // in two columns on a wide screen
}

// WordList makes the rows of template "mots".
func (p *Page) WordList(words []Word, two bool) WordList {
	return WordList{Page: p, Words: words, Two: two}
}

// Cell is one cell of a table.
type Cell struct {
	Text   string
	Number bool // right aligned, figures of one width
	Link   Link // when it has a path, shown instead of Text
}

// Table is a table with a heading for each column and, in each row, its first
// cell as the row's heading: template "table".
type Table struct {
	Caption string
	Hidden  bool // the caption is for screen readers: a heading already says it
	Wide    bool // may be wider than a phone: it then scrolls by itself
	Head    []Cell
	Rows    [][]Cell
	Foot    []Cell
}

// Bar is one bar of a chart.
type Bar struct {
	Label string
	Value float64
	Text  string // the value in words, with its unit
}

// Bars is a chart of horizontal bars and the table that says the same: template
// "barres". Its title states the finding, its description the main values.
type Bars struct {
	ID, Title, Description string
	Bars                   []Bar
	Data                   Table
}

// DrawnBar is one bar with its place on the drawing, in pixels down and per cent
// across, so that text keeps its size on a narrow screen.
type DrawnBar struct {
	Bar
	LabelY, BarY, TextY int
	Width               string
}

const barStep = 50 // pixels from one bar to the next

// Height is the height of the drawing, in pixels.
func (b Bars) Height() int { return barStep*len(b.Bars) + 4 }

// Drawn places the bars. The longest takes 78 % of the width: its value stands
// at its end.
func (b Bars) Drawn() []DrawnBar {
	longest := 0.0
	for _, bar := range b.Bars {
		longest = max(longest, bar.Value)
	}
	list := make([]DrawnBar, len(b.Bars))
	for i, bar := range b.Bars {
		width := 0.0
		if longest > 0 {
			width = 78 * bar.Value / longest
		}
		y := barStep * i
		list[i] = DrawnBar{
			Bar: bar, LabelY: y + 16, BarY: y + 23, TextY: y + 37,
			Width: strconv.FormatFloat(width, 'f', 1, 64) + "%",
		}
	}
	return list
}

// Check reports a chart that would not be read by everyone.
func (b Bars) Check() error {
	if b.ID == "" || b.Title == "" || b.Description == "" || len(b.Data.Rows) == 0 {
		return fmt.Errorf("shared: chart %q lacks its id, title, description or table", b.ID)
	}
	return nil
}
