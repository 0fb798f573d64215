// SPDX-License-Identifier: Apache-2.0

package autonomy

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestLevelOf(t *testing.T) {
	for _, test := range []struct {
		name    string
		answers Answers
		want    Level
	}{
		{"nothing", nil, Unknown},
		{"2 of 5", Answers{"Q3": 2, "Q4": 2}, Unknown},
		{"2 of 5 and all that does not count", Answers{"Q1": 2, "Q2": 2, "Q3": 2, "Q4": 2, "Q8": 2, "Q9": 2, "Q10": 2}, Unknown},
		{"3 of 5 at the lowest", Answers{"Q3": 0, "Q5": 0, "Q7": 0}, Guided},
		{"2 of 6 is 3.33, so 3", Answers{"Q3": 2, "Q4": 0, "Q5": 0}, Guided},
		{"3 of 10", Answers{"Q3": 1, "Q4": 1, "Q5": 1, "Q6": 0, "Q7": 0}, Guided},
		{"3 of 8 is 3.75, so 4", Answers{"Q3": 1, "Q4": 1, "Q5": 1, "Q6": 0}, Partly},
		{"4 of 10", Answers{"Q3": 1, "Q4": 1, "Q5": 1, "Q6": 1, "Q7": 0}, Partly},
		{"4 of 6 is 6.67, so 7", Answers{"Q3": 2, "Q4": 1, "Q5": 1}, Partly},
		{"7 of 10", Answers{"Q3": 2, "Q4": 2, "Q5": 1, "Q6": 1, "Q7": 1}, Partly},
		{"6 of 8 is 7.5, so 8", Answers{"Q3": 2, "Q4": 2, "Q5": 1, "Q6": 1}, Autonomous},
		{"8 of 10", Answers{"Q3": 2, "Q4": 2, "Q5": 2, "Q6": 1, "Q7": 1}, Autonomous},
		{"all", Answers{"Q3": 2, "Q4": 2, "Q5": 2, "Q6": 2, "Q7": 2}, Autonomous},
	} {
		got, known := LevelOf(test.answers)
		if got != test.want || known != (test.want != Unknown) {
			t.Errorf("%s: got %q, %v; want %q", test.name, got, known, test.want)
		}
	}
}

func TestNationalCodes(t *testing.T) {
	for level, want := range map[Level]string{
		Guided: "entierement_accompagne", Partly: "partiellement_autonome", Autonomous: "autonome", Unknown: "",
	} {
		if got := level.NationalCode(); got != want {
			t.Errorf("%q: got %q, want %q", level, got, want)
		}
	}
}

func TestABetterAnswerNeverLowersTheLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answers := drawAnswers(t)
		before, known := LevelOf(answers)
		answered := 0
		for _, code := range []Code{"Q3", "Q4", "Q5", "Q6", "Q7"} {
			if _, ok := answers[code]; ok {
				answered++
			}
		}
		if known != (answered >= 3) {
			t.Fatalf("known %v with %d answers of 5", known, answered)
		}
		code := rapid.SampledFrom(codes()).Draw(t, "code")
		n, ok := answers[code]
		if !ok || n == maxAnswer {
			t.Skip("nothing to better")
		}
		answers[code] = n + 1
		after, _ := LevelOf(answers)
		if slices.Index(Levels, after) < slices.Index(Levels, before) {
			t.Fatalf("%s from %d to %d: %s became %s", code, n, n+1, before, after)
		}
	})
}

func TestReadingModeOf(t *testing.T) {
	for _, test := range []struct {
		answers Answers
		want    ReadingMode
	}{
		{nil, ReadingUnknown},
		{Answers{"Q8": 0}, SpokenShown},
		{Answers{"Q8": 1}, ShortWritingTogether},
		{Answers{"Q8": 2}, Writing},
	} {
		if got := ReadingModeOf(test.answers); got != test.want {
			t.Errorf("%v: got %q, want %q", test.answers, got, test.want)
		}
	}
}

func TestTheGuideIsShortAndScoresFivePrompts(t *testing.T) {
	g := CurrentGuide()
	if len(g.Prompts) > 10 {
		t.Errorf("%d prompts, at most 10 (R27)", len(g.Prompts))
	}
	var scored []Code
	for _, p := range g.Prompts {
		if p.Version < 1 {
			t.Errorf("%s has no version", p.Code)
		}
		if p.Scored {
			scored = append(scored, p.Code)
		}
	}
	if want := []Code{"Q3", "Q4", "Q5", "Q6", "Q7"}; !slices.Equal(scored, want) {
		t.Errorf("scored: got %v, want %v", scored, want)
	}
	g.Prompts[0].Code = "changed"
	if CurrentGuide().Prompts[0].Code != "Q1" {
		t.Error("a caller changed the guide in force")
	}
}
