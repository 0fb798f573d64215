// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"escale/internal/kit/hours"
	"escale/internal/kit/text"
	"escale/internal/territory"
)

// hoursCommand evaluates opening hours, one expression or a column of them.
type hoursCommand struct {
	Expr    string `arg:"" optional:"" help:"${help_hours_expr}"`
	File    string `help:"${help_hours_file}" placeholder:"CSV"`
	Column  string `help:"${help_hours_column}" placeholder:"NAME"`
	From    string `required:"" help:"${help_hours_from}" placeholder:"DATE"`
	To      string `required:"" help:"${help_hours_to}" placeholder:"DATE"`
	Commune string `help:"${help_hours_commune}" placeholder:"CODE"`
	JSON    bool   `name:"json" help:"${help_json}"`
}

// hoursAnswer is what is printed for one expression; see docs/commands.md.
type hoursAnswer struct {
	Expression string     `json:"expression,omitempty"`
	Valid      bool       `json:"valid"`
	Open       []openSpan `json:"open,omitzero"`
	Minutes    *int       `json:"minutes,omitempty"`
	Error      string     `json:"error,omitempty"`
	At         *int       `json:"at,omitempty"`
	Warnings   []string   `json:"warnings,omitempty"`
}

// openSpan is one stretch open, in the wall time of the commune.
type openSpan struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// wallTime is how hours are written in answers.
const wallTime = "2006-01-02T15:04"

// hoursSaid are the sentences of the hours package.
var hoursSaid = text.MustLoadSentences(hours.Messages, "messages_fr.json")

func (c hoursCommand) Run(_ context.Context, io IO) error {
	zone, cal, err := calendarOf(c.Commune)
	if err != nil {
		return err
	}
	from, err := readMoment("--from", c.From, zone)
	if err != nil {
		return err
	}
	to, err := readMoment("--to", c.To, zone)
	if err != nil {
		return err
	}
	if !from.Before(to) {
		return &fault{exitUsage, say("hours.order")}
	}
	switch {
	case c.File != "" && c.Expr == "":
		return c.column(io, from, to, cal)
	case c.Expr == "" || c.File != "":
		return &fault{exitUsage, say("hours.expr_or_file")}
	}
	answer := evaluate(c.Expr, from, to, cal)
	if c.JSON {
		answer.Expression = ""
		if err := printJSON(io.Out, answer); err != nil {
			return err
		}
	} else {
		answer.print(io.Out)
	}
	if !answer.Valid {
		return &fault{code: exitFailed}
	}
	return nil
}

// calendarOf gives the time zone and holidays of a commune; mainland France
// when code is empty.
func calendarOf(code string) (*time.Location, hours.Calendar, error) {
	name := "Europe/Paris"
	if code != "" {
		c, ok := territory.ByCode(code)
		if !ok {
			return nil, nil, &fault{exitUsage, say("commune.unknown", "code", code)}
		}
		name = c.TimeZone()
	}
	zone, err := time.LoadLocation(name)
	return zone, territory.CalendarFor(code), err
}

func readMoment(flag, value string, zone *time.Location) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, wallTime, time.RFC3339} {
		if t, err := time.ParseInLocation(layout, value, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, &fault{exitUsage, say("date.wrong", "flag", flag, "value", value)}
}

func evaluate(expr string, from, to time.Time, cal hours.Calendar) hoursAnswer {
	h, err := hours.Parse(expr)
	if err != nil {
		answer := hoursAnswer{Expression: expr, Error: err.Error()}
		var syntax *hours.SyntaxError
		if errors.As(err, &syntax) {
			answer.Error, answer.At = hoursSaid.Say(syntax.Reason), &syntax.At
		}
		return answer
	}
	answer := hoursAnswer{Expression: expr, Valid: true, Open: []openSpan{}, Minutes: new(int)}
	for _, i := range h.Open(from, to, cal) {
		answer.Open = append(answer.Open, openSpan{i.From.Format(wallTime), i.To.Format(wallTime)})
		*answer.Minutes += int(i.To.Sub(i.From) / time.Minute)
	}
	for _, w := range h.Warnings() {
		answer.Warnings = append(answer.Warnings, hoursSaid.Say(w.Message))
	}
	return answer
}

func (a hoursAnswer) print(out io.Writer) {
	if !a.Valid {
		at := 0
		if a.At != nil {
			at = *a.At
		}
		fmt.Fprintln(out, say("hours.invalid", "at", at+1, "why", a.Error))
		return
	}
	for _, w := range a.Warnings {
		fmt.Fprintln(out, say("hours.warning", "what", w))
	}
	for _, o := range a.Open {
		fmt.Fprintln(out, o.From+"  "+o.To)
	}
	fmt.Fprintln(out, say("hours.total", "minutes", *a.Minutes))
}

// column evaluates one column of a CSV file: the one named, else the one called
// "expression" or "horaires", else the first.
func (c hoursCommand) column(io IO, from, to time.Time, cal hours.Calendar) error {
	f, err := openFile(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return &fault{exitUsage, say("file.not_csv", "file", c.File, "why", err)}
	}
	if len(rows) == 0 {
		return &fault{exitUsage, say("file.empty", "file", c.File)}
	}
	n := slices.IndexFunc(rows[0], func(name string) bool {
		return name == c.Column || (c.Column == "" && (name == "expression" || name == "horaires"))
	})
	switch {
	case n < 0 && c.Column != "":
		return &fault{exitUsage, say("file.no_column", "file", c.File, "column", c.Column)}
	case n < 0:
		n = 0
	}
	answers := make([]hoursAnswer, 0, len(rows)-1)
	for _, row := range rows[1:] {
		answers = append(answers, evaluate(row[n], from, to, cal))
	}
	if c.JSON {
		return printJSON(io.Out, answers)
	}
	for _, a := range answers {
		fmt.Fprintln(io.Out, a.Expression)
		a.print(io.Out)
	}
	return nil
}
