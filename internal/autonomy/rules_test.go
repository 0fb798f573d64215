// SPDX-License-Identifier: Apache-2.0

package autonomy

import (
	"strings"
	"testing"
)

// TestParseRulesRefusesSlips writes one rule with a slip in it, as somebody
// editing rules.json might, and reads the remark.
func TestParseRulesRefusesSlips(t *testing.T) {
	const (
		rest = `"version":1,"plain":"p","family":"workshop","destination":"here","reasons":[{"key":"k"}]}`
		last = `{"code":"Z","version":1,"plain":"p","when":{"always":true},"family":"her_choice","destination":"manner","reasons":[{"key":"k"}]}`
	)
	when := func(condition string) string {
		return `{"version":1,"definitions":{"soon":{"fact":"deadline_days","at_most":7}},"rules":[{"code":"A","when":` + condition + `,` + rest + `,` + last + `]}`
	}
	for _, test := range []struct{ name, data, want string }{
		{"fine", when(`{"all":[{"named":"soon"},{"fact":"level","in":["guided"]}]}`), ""},
		{"unknown fact", when(`{"fact":"age","at_least":70}`), `fact "age" does not exist`},
		{"unknown word", when(`{"fact":"risk","is":"flood"}`), `fact "risk" is never "flood"`},
		{"unknown word in a list", when(`{"fact":"subjects","has":["cars"]}`), `fact "subjects" is never "cars"`},
		{"test of the wrong kind", when(`{"fact":"level","at_most":3}`), `fact "level" is tested with ["at_most"]`},
		{"no test", when(`{"fact":"level"}`), `is tested with []`},
		{"number in words", when(`{"fact":"Q1","is":"0"}`), `fact "Q1" is never "0"`},
		{"yes in words", when(`{"fact":"durable_impossibility","is":"yes"}`), `fact "durable_impossibility" is never "yes"`},
		{"two shapes", when(`{"always":true,"fact":"level","is":"guided"}`), `exactly one of`},
		{"no shape", when(`{}`), `exactly one of`},
		{"unknown name", when(`{"named":"late"}`), `no definition is named "late"`},
		{"deep slip", when(`{"any":[{"all":[{"fact":"age","is":1}]}]}`), `rule A: fact "age"`},
		{"unknown operator", when(`{"fact":"Q1","not":0}`), `unknown field "not"`},
		{"unknown family", strings.Replace(when(`{"always":true}`), `"workshop"`, `"course"`, 1), `family "course" is not one of`},
		{"unknown destination", strings.Replace(when(`{"always":true}`), `"here"`, `"there"`, 1), `destination "there" is not one of`},
		{"no reason", strings.Replace(when(`{"always":true}`), `[{"key":"k"}]`, `[]`, 1), `at least one reason`},
		{"argument that is no number", strings.Replace(when(`{"always":true}`), `{"key":"k"}`, `{"key":"k","args":{"n":"level"}}`, 1), `fact "level" is not a number`},
		{"twice the same code", strings.Replace(when(`{"always":true}`), `"code":"A"`, `"code":"Z"`, 1), `needs a code of its own`},
		{"no version", strings.Replace(when(`{"always":true}`), `,"version":1,"plain"`, `,"version":0,"plain"`, 1), `write 1 or more`},
		{"bad definition", strings.Replace(when(`{"always":true}`), `"at_most":7`, `"has":["x"]`, 1), `definition soon`},
		{"no last rule", strings.Replace(when(`{"always":true}`), `,`+last, ``, 1), `the last rule must be her choice`},
		{"no rule", `{"version":1,"rules":[]}`, `the last rule must be her choice`},
		{"two values", `{"version":1,"rules":[` + last + `]} {}`, `something follows`},
	} {
		_, err := ParseRules([]byte(test.data))
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: got %v", test.name, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func TestAdviseRefusesWhatDecodeRefuses(t *testing.T) {
	if _, err := Advise(Conversation{Answers: Answers{"Q8": 7}}); err == nil {
		t.Error("an answer of 7 was taken")
	}
	if _, err := Advise(Conversation{Risk: "flood"}); err == nil {
		t.Error("an unknown risk was taken")
	}
}
