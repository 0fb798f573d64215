// SPDX-License-Identifier: Apache-2.0

package autonomy

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// adviceCase is one case of testdata/advice: what was talked about, and what
// the rules must say. People who do not write Go add cases there.
type adviceCase struct {
	Case         string              `json:"case"`
	Conversation json.RawMessage     `json:"conversation"`
	Level        Level               `json:"level"`
	Rules        []string            `json:"rules"` // that match, in order
	Lead         string              `json:"lead"`
	Why          map[string][]string `json:"why"` // reasons of a rule, in French
}

func adviceCases(t *testing.T, rule string) []adviceCase {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "advice", rule+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []adviceCase
	if err := readStrict(data, &cases); err != nil {
		t.Fatalf("%s: %v", rule, err)
	}
	return cases
}

func TestEveryRuleFollowsItsCases(t *testing.T) {
	french := sentences(t, "messages_fr.json")
	for _, rule := range CurrentRules().List() {
		matched, unmatched := 0, 0
		for _, test := range adviceCases(t, rule.Code) {
			t.Run(rule.Code+"/"+test.Case, func(t *testing.T) {
				c, err := Decode(bytes.NewReader(test.Conversation))
				if err != nil {
					t.Fatal(err)
				}
				a, err := Advise(c)
				if err != nil {
					t.Fatal(err)
				}
				if a.Level != test.Level {
					t.Errorf("level: got %q, want %q", a.Level, test.Level)
				}
				var rules, leads []string
				why := map[string][]string{}
				for _, s := range a.Suggestions {
					rules = append(rules, s.Rule)
					if s.Lead {
						leads = append(leads, s.Rule)
					}
					for _, m := range s.Reasons {
						if test.Why[s.Rule] != nil {
							why[s.Rule] = append(why[s.Rule], say(french, m))
						}
					}
				}
				if diff := cmp.Diff(test.Rules, rules); diff != "" {
					t.Errorf("rules: (-want +got)\n%s", diff)
				}
				if diff := cmp.Diff([]string{test.Lead}, leads); diff != "" {
					t.Errorf("lead: (-want +got)\n%s", diff)
				}
				if diff := cmp.Diff(test.Why, why, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("why: (-want +got)\n%s", diff)
				}
			})
			if slices.Contains(test.Rules, rule.Code) {
				matched++
			} else {
				unmatched++
			}
		}
		// Her choice always matches: it cannot have a case against it.
		if matched == 0 || unmatched == 0 && rule.Code != "O12" {
			t.Errorf("%s: %d cases for, %d against; write at least one of each", rule.Code, matched, unmatched)
		}
	}
}

// drawConversation draws any conversation Validate accepts.
func drawConversation(t *rapid.T) Conversation {
	c := Conversation{
		Answers:              drawAnswers(t),
		Risk:                 rapid.SampledFrom(append([]Risk{""}, Risks...)).Draw(t, "risk"),
		Category:             rapid.SampledFrom(append([]Category{""}, Categories...)).Draw(t, "category"),
		Subjects:             rapid.SliceOfNDistinct(rapid.SampledFrom(Subjects), 0, 3, rapid.ID).Draw(t, "subjects"),
		DurableImpossibility: rapid.Bool().Draw(t, "durable"),
		OrientationsSoFar:    rapid.IntRange(0, 3).Draw(t, "orientations"),
		Refusals:             rapid.SliceOfNDistinct(rapid.SampledFrom(RefusableFamilies), 0, 4, rapid.ID).Draw(t, "refusals"),
	}
	if rapid.Bool().Draw(t, "dated") {
		days := rapid.IntRange(-30, 60).Draw(t, "days")
		c.DeadlineDays = &days
	}
	if rapid.Bool().Draw(t, "overridden") {
		c.LevelOverride = &Override{rapid.SampledFrom(Levels).Draw(t, "level"), "à l'aise avec ce site"}
	}
	return c
}

func drawAnswers(t *rapid.T) Answers {
	a := Answers{}
	for _, p := range guide.Prompts {
		if n := rapid.IntRange(-1, maxAnswer).Draw(t, string(p.Code)); n >= 0 {
			a[p.Code] = n
		}
	}
	return a
}

func mustAdvise(t *rapid.T, c Conversation) Advice {
	a, err := Advise(c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAdviceIsTotalAndDeterministic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawConversation(t)
		a := mustAdvise(t, c)
		if diff := cmp.Diff(a, mustAdvise(t, c)); diff != "" {
			t.Fatalf("twice the same conversation: %s", diff)
		}
		leads := 0
		for _, s := range a.Suggestions {
			if s.Lead {
				leads++
			}
			if s.Lead && s.Refused {
				t.Fatalf("%s leads although she refused it", s.Rule)
			}
			if len(s.Reasons) == 0 {
				t.Fatalf("%s gives no reason", s.Rule)
			}
		}
		if leads != 1 {
			t.Fatalf("%d suggestions lead, want 1", leads)
		}
	})
}

func TestARefusalTakesNothingElseAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := drawConversation(t)
		refused := rapid.SampledFrom(RefusableFamilies).Draw(t, "refused")
		if slices.Contains(before.Refusals, refused) {
			t.Skip("refused already")
		}
		after := before
		after.Refusals = append(slices.Clone(before.Refusals), refused)
		kept := map[string]Suggestion{}
		for _, s := range mustAdvise(t, after).Suggestions {
			kept[s.Rule] = s
		}
		for _, s := range mustAdvise(t, before).Suggestions {
			got, ok := kept[s.Rule]
			if !ok {
				t.Fatalf("refusing %s took %s away", refused, s.Rule)
			}
			if want := s.Refused || s.Family == refused; got.Refused != want {
				t.Fatalf("%s: refused %v, want %v", s.Rule, got.Refused, want)
			}
		}
	})
}

func TestAnUrgentRightIsTreatedNowAndNeverTrainedAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawConversation(t)
		days := rapid.IntRange(-30, 7).Draw(t, "soon")
		c.DeadlineDays, c.Category = &days, Rights
		a := mustAdvise(t, c)
		first := a.Suggestions[0]
		if first.Rule != "O1" || !hasPoint(first.Constraints, "never_training_alone") {
			t.Fatalf("first suggestion: %+v", first)
		}
		if !first.Lead && !slices.Contains(c.Refusals, TreatNow) {
			t.Fatal("O1 does not lead although she did not refuse it")
		}
		for _, s := range a.Suggestions {
			if s.Family == Workshop && (s.Lead || !hasPoint(s.Constraints, "in_addition")) {
				t.Fatalf("a workshop alone: %+v", s)
			}
		}
	})
}

func hasPoint(points []Point, code string) bool {
	return slices.ContainsFunc(points, func(p Point) bool { return p.Code == code })
}

func TestAdviceAsJSON(t *testing.T) {
	data, err := os.ReadFile("testdata/conversations/caf-paper.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Advise(c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/caf-paper.advice.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, number := range []string{"score", "tenths"} {
		if strings.Contains(string(got), number) {
			t.Errorf("the advice says %q", number)
		}
	}
}
