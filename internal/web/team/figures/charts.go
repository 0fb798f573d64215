// SPDX-License-Identifier: Apache-2.0

package figures

import (
	"math"
	"strconv"
	"strings"

	"escale/internal/impact"
	"escale/internal/kit/text"
	"escale/internal/web/shared"
)

// compare orders names as a reader does, accents and capitals aside.
func compare(a, b string) int { return strings.Compare(text.Fold(a), text.Fold(b)) }

// Lines is the waits month by month: two lines, the line of alarm, and the table
// that says the same. A month that is masked interrupts its line.
type Lines struct {
	Title, Description string
	Height             int
	Bottom             int // where day zero is, in pixels down
	Axes               []Axis
	Alarm              Axis
	Medians, P90s      []Dot
	MedianRuns         []string // the points of each unbroken line
	P90Runs            []string
	Months             []Axis // X is the place of each month, across
	Data               shared.Table
}

// Axis is a mark with its words.
type Axis struct {
	X, Text      string
	Y, TextUnder int
}

// Dot is one value: where it is, and its words when they are written beside it.
type Dot struct {
	X, Text      string
	Y            int
	Corner, Over int // of a square around it; of the words above it
}

// Size of the drawing, in pixels down and per cent across.
const (
	top, bottom = 28, 228
	left, right = 13.0, 96.7
	// tick is the step of the marks, in days.
	tick = 15
)

// lines draws the waits by month, or nothing when fewer than two months can be
// shown: one point is no line.
func (w words) lines(months []Month) *Lines {
	for len(months) > 0 && months[0].Quiet {
		months = months[1:] // before anything began
	}
	highest, known := float64(impact.LongWait), 0
	for _, m := range months {
		if !m.Median.Masked {
			highest, known = max(highest, m.Median.Value), known+1
		}
		if !m.P90.Masked {
			highest = max(highest, m.P90.Value)
		}
	}
	if known < 2 {
		return nil
	}
	ceiling := tick * math.Ceil((highest+1)/tick)
	y := func(days float64) int { return bottom - int(math.Round((bottom-top)*days/ceiling)) }
	l := &Lines{
		Title: w.T("figures.lines.title"), Height: bottom + 34, Bottom: bottom,
		Alarm: Axis{Y: y(impact.LongWait), TextUnder: y(impact.LongWait) + 19, Text: w.T("figures.lines.alarm", "n", impact.LongWait)},
	}
	for _, days := range []float64{0, middle(ceiling), ceiling} {
		l.Axes = append(l.Axes, Axis{Y: y(days), TextUnder: y(days) - 6, Text: w.T("figures.days.short", "n", int(days))})
	}
	l.Axes[0].Text = w.T("figures.days.zero")
	x := func(i int) float64 { return left + (right-left)*float64(i)/float64(len(months)-1) }
	l.Data = shared.Table{Caption: w.T("figures.lines.caption"), Hidden: true, Head: []shared.Cell{
		{Text: w.T("figures.column.month")}, {Text: w.T("figures.column.median"), Number: true}, {Text: w.T("figures.column.p90"), Number: true},
	}}
	for i, m := range months {
		name := w.T("shared.month." + strconv.Itoa(int(m.First.Month)))
		l.Months = append(l.Months, Axis{X: percent(x(i)), Text: strings.ToUpper(string([]rune(name)[:1]))})
		l.Data.Rows = append(l.Data.Rows, []shared.Cell{
			{Text: name + " " + strconv.Itoa(m.First.Year)},
			{Text: w.month(m, m.Median), Number: true},
			{Text: w.month(m, m.P90), Number: true},
		})
	}
	l.Medians, l.MedianRuns = w.line(months, func(m Month) impact.Number { return m.Median }, x, y)
	l.P90s, l.P90Runs = w.line(months, func(m Month) impact.Number { return m.P90 }, x, y)
	l.part()
	l.Description = w.T("figures.lines.description", "first", l.Data.Rows[0][1].Text, "last", l.Data.Rows[len(months)-1][1].Text)
	return l
}

// month is the wait of one month, or that nobody asked for anything then.
func (w words) month(m Month, n impact.Number) string {
	if m.Quiet {
		return w.T("figures.none")
	}
	return w.number(n, "day")
}

// closeEnds is how near two lines may end, in pixels, before their words collide.
const closeEnds = 34

// part writes the median's last value under its line when the other's is near.
func (l *Lines) part() {
	if len(l.Medians) == 0 || len(l.P90s) == 0 {
		return
	}
	m, p := &l.Medians[len(l.Medians)-1], l.P90s[len(l.P90s)-1]
	if m.Text != "" && p.Text != "" && m.Y-p.Y < closeEnds {
		m.Over = m.Y + 24
	}
}

// middle is a mark about half way up, away from the line of alarm.
func middle(ceiling float64) float64 {
	half := tick * math.Floor(ceiling/2/tick)
	if half == impact.LongWait {
		return tick
	}
	return half
}

// line places the known values of one kind, and the last one's words.
func (w words) line(months []Month, of func(Month) impact.Number, x func(int) float64, y func(float64) int) ([]Dot, []string) {
	var dots []Dot
	var runs []string
	var run []string
	for i, m := range months {
		n := of(m)
		if n.Masked {
			runs, run = end(runs, run), nil
			continue
		}
		at := y(n.Value)
		dots = append(dots, Dot{X: percent(x(i)), Y: at, Corner: at - 5, Over: at - 13})
		run = append(run, strconv.FormatFloat(x(i), 'f', 1, 64)+","+strconv.Itoa(at))
		if i == len(months)-1 {
			dots[len(dots)-1].Text = w.number(n, "day")
		}
	}
	return dots, end(runs, run)
}

// end closes an unbroken line; a single point is drawn by its dot alone.
func end(runs, run []string) []string {
	if len(run) < 2 {
		return runs
	}
	return append(runs, strings.Join(run, " "))
}

func percent(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) + "%" }

// Stack is the parts of one whole side by side, and their table.
type Stack struct {
	Part
	Pieces []Piece
	Keys   []Key
	Total  string
}

// Piece is one part of the drawing: its place across, and its pattern.
type Piece struct{ X, Width, Class string }

// Key is one row of the table, with the pattern it has in the drawing; without
// Class it is not drawn.
type Key struct{ Class, Label, Number, Share string }

// patterns are the drawings of each posture: who did it, told without colour too.
var patterns = map[string]string{"by_person": "s1", "with": "s2", "shown": "s3", "for": "s4", "referred": "s5"}

// postures is the order they are drawn in, from the person alone to someone else.
var postures = []string{"by_person", "with", "shown", "for", "referred"}

// who is who did it, or nothing when no support was noted. When a part is masked
// the drawing is left out: the room it leaves would show how large it is.
func (w words) who(r impact.Report) *Stack {
	t, _ := r.Table("posture", "posture")
	s := &Stack{Part: w.part(r, "posture", "posture"), Total: w.number(t.Total, t.Unit)}
	if s.Table == nil {
		return s
	}
	numbers := map[string]impact.Number{}
	whole := true
	for _, c := range t.Cells {
		numbers[c.Code] = c.Number
		whole = whole && !c.Masked
	}
	at := 0.0
	for _, code := range postures {
		n, ok := numbers[code]
		if !ok {
			continue
		}
		key := Key{Label: w.code("posture", code), Number: w.number(n, t.Unit), Share: w.share(n, t.Total)}
		if whole {
			key.Class = patterns[code]
		}
		s.Keys = append(s.Keys, key)
		if width := 100 * n.Value / max(t.Total.Value, 1); whole && width > 0 {
			s.Pieces = append(s.Pieces, Piece{X: percent(at + 0.2), Width: percent(max(width-0.7, 0.3)), Class: patterns[code]})
			at += width
		}
	}
	return s
}
