// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"

	"escale/internal/autonomy"
	"escale/internal/kit/guard"
	"escale/internal/kit/text"
)

// adviceCommand reads a conversation and prints what the rules suggest, exactly
// as the page does, so that rules can be tried by people who do not write Go.
type adviceCommand struct {
	File string `arg:"" optional:"" help:"${help_advice_file}"`
	JSON bool   `name:"json" help:"${help_json}"`
}

// adviceAnswer is what is printed; see docs/commands.md.
type adviceAnswer struct {
	Level        autonomy.Level       `json:"level"`
	LevelCode    string               `json:"level_code"`
	LevelSource  autonomy.LevelSource `json:"level_source"`
	LevelText    string               `json:"level_text"`
	ReadingMode  autonomy.ReadingMode `json:"reading_mode"`
	ReadingText  string               `json:"reading_text"`
	GuideVersion int                  `json:"guide_version"`
	RulesVersion int                  `json:"rules_version"`
	Suggestions  []suggestionAnswer   `json:"suggestions"`
}

type suggestionAnswer struct {
	Rule        string               `json:"rule"`
	RuleText    string               `json:"rule_text"`
	RuleVersion int                  `json:"rule_version"`
	Lead        bool                 `json:"lead"`
	Refused     bool                 `json:"refused"`
	Family      autonomy.Family      `json:"family"`
	Destination autonomy.Destination `json:"destination"`
	Title       string               `json:"title"`
	Reasons     []string             `json:"reasons"`
	Steps       []pointAnswer        `json:"steps"`
	Constraints []pointAnswer        `json:"constraints"`
}

type pointAnswer struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// autonomySaid are the sentences of the conversation, of the rules, and of what
// may not be written in either.
var autonomySaid = text.Join(text.MustLoadSentences(autonomy.Messages, "messages_fr.json"), text.MustLoadSentences(guard.Messages, "messages_fr.json"))

func (c adviceCommand) Run(_ context.Context, io IO) error {
	in := io.In
	if c.File != "" && c.File != "-" {
		f, err := openFile(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	conversation, err := autonomy.Decode(in)
	if err == nil {
		var advice autonomy.Advice
		if advice, err = autonomy.Advise(conversation); err == nil {
			return c.print(io, answerOf(advice))
		}
	}
	return &fault{exitUsage, sentencesOf(err, autonomySaid)}
}

// sentencesOf puts the fields to look at again in words, a line each.
func sentencesOf(err error, said text.Sentences) string {
	var fields *text.FieldErrors
	if !errors.As(err, &fields) {
		return err.Error()
	}
	lines := ""
	for i, f := range fields.List {
		if i > 0 {
			lines += "\n"
		}
		lines += say("field.wrong", "field", f.Field, "why", said.Say(f.Message))
	}
	return lines
}

func answerOf(a autonomy.Advice) adviceAnswer {
	answer := adviceAnswer{
		Level: a.Level, LevelCode: a.LevelCode, LevelSource: a.LevelSource, LevelText: autonomySaid.Say(a.LevelText),
		ReadingMode: a.ReadingMode, ReadingText: autonomySaid.Say(a.ReadingText),
		GuideVersion: a.GuideVersion, RulesVersion: a.RulesVersion, Suggestions: []suggestionAnswer{},
	}
	for _, s := range a.Suggestions {
		one := suggestionAnswer{
			Rule: s.Rule, RuleText: autonomySaid.Say(s.Plain), RuleVersion: s.RuleVersion, Lead: s.Lead, Refused: s.Refused,
			Family: s.Family, Destination: s.Destination, Title: autonomySaid.Say(s.Title),
			Reasons: []string{}, Steps: points(s.Steps), Constraints: points(s.Constraints),
		}
		for _, r := range s.Reasons {
			one.Reasons = append(one.Reasons, autonomySaid.Say(r))
		}
		answer.Suggestions = append(answer.Suggestions, one)
	}
	return answer
}

func points(list []autonomy.Point) []pointAnswer {
	out := []pointAnswer{}
	for _, p := range list {
		out = append(out, pointAnswer{p.Code, autonomySaid.Say(p.Message)})
	}
	return out
}

func (c adviceCommand) print(io IO, a adviceAnswer) error {
	if c.JSON {
		return printJSON(io.Out, a)
	}
	fmt.Fprintln(io.Out, a.LevelText)
	for _, s := range a.Suggestions {
		mark := " "
		if s.Lead {
			mark = "*"
		}
		fmt.Fprintf(io.Out, "%s %s %s\n", mark, s.Rule, s.Title)
		for _, r := range s.Reasons {
			fmt.Fprintln(io.Out, "    "+r)
		}
	}
	return nil
}
