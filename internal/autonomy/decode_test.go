// SPDX-License-Identifier: Apache-2.0

package autonomy

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escale/internal/kit/text"
)

func TestDecodeSaysWhatToLookAtAgain(t *testing.T) {
	const long = `{"level_override":{"level":"guided","reason":"`
	for _, test := range []struct {
		name, in string
		want     []string // field and key
	}{
		{"not JSON", `{"risk": `, []string{" autonomy.input.not_json"}},
		{"nothing", ``, []string{" autonomy.input.not_json"}},
		{"two values", `{} {}`, []string{" autonomy.input.not_json"}},
		{"a list", `[]`, []string{" autonomy.input.not_an_object"}},
		{"unknown field", `{"score": 3}`, []string{"score autonomy.input.unknown_field"}},
		{"twice the same field", `{"risk":"none","risk":"penalty"}`, []string{"risk autonomy.input.duplicate_field"}},
		{"unknown prompt", `{"answers":{"Q11":1}}`, []string{"answers.Q11 autonomy.input.unknown_field"}},
		{"unknown prompt left out", `{"answers":{"Q11":null}}`, []string{"answers.Q11 autonomy.input.unknown_field"}},
		{"unknown field left out", `{"score":null}`, []string{"score autonomy.input.unknown_field"}},
		{"twice the same prompt", `{"answers":{"Q3":1,"Q3":2}}`, []string{"answers.Q3 autonomy.input.duplicate_field"}},
		{"answer out of range", `{"answers":{"Q3":3}}`, []string{"answers.Q3 autonomy.input.out_of_range"}},
		{"answer below", `{"answers":{"Q3":-1}}`, []string{"answers.Q3 autonomy.input.out_of_range"}},
		{"answer in words", `{"answers":{"Q3":"oui"}}`, []string{"answers.Q3 autonomy.input.not_a_number"}},
		{"half an answer", `{"answers":{"Q3":1.5}}`, []string{"answers.Q3 autonomy.input.not_a_number"}},
		{"answers as a list", `{"answers":[0,1]}`, []string{"answers autonomy.input.not_an_object"}},
		{"unknown risk", `{"risk":"flood"}`, []string{"risk autonomy.input.not_one_of"}},
		{"risk as a number", `{"risk":1}`, []string{"risk autonomy.input.not_a_word"}},
		{"unknown category", `{"category":"droits"}`, []string{"category autonomy.input.not_one_of"}},
		{"subjects as a word", `{"subjects":"debt"}`, []string{"subjects autonomy.input.not_a_list"}},
		{"unknown and repeated subjects", `{"subjects":["debt","cars","debt"]}`, []string{"subjects autonomy.input.not_one_of", "subjects autonomy.input.twice"}},
		{"null among subjects", `{"subjects":[null]}`, []string{"subjects autonomy.input.not_a_word"}},
		{"refusing her own choice", `{"refusals":["her_choice"]}`, []string{"refusals autonomy.input.not_one_of"}},
		{"far date", `{"deadline_days":99999}`, []string{"deadline_days autonomy.input.out_of_range"}},
		{"huge number", `{"deadline_days":1e99}`, []string{"deadline_days autonomy.input.not_a_number"}},
		{"negative count", `{"orientations_so_far":-1}`, []string{"orientations_so_far autonomy.input.out_of_range"}},
		{"yes in words", `{"durable_impossibility":"oui"}`, []string{"durable_impossibility autonomy.input.not_yes_or_no"}},
		{"later guide", `{"guide":2}`, []string{"guide autonomy.input.out_of_range"}},
		{"override without reason", `{"level_override":{"level":"guided"}}`, []string{"level_override.reason autonomy.input.reason_missing"}},
		{"override with an empty reason", `{"level_override":{"level":"guided","reason":"  "}}`, []string{"level_override.reason autonomy.input.reason_missing"}},
		{"override without level", `{"level_override":{"reason":"bof"}}`, []string{"level_override.level autonomy.input.not_one_of"}},
		{"override of another kind", `{"level_override":"guided"}`, []string{"level_override autonomy.input.not_an_object"}},
		{"override with more", `{"level_override":{"level":"guided","reason":"bof","score":2}}`, []string{"level_override.score autonomy.input.unknown_field"}},
		{"long reason", long + strings.Repeat("é", 201) + `"}}`, []string{"level_override.reason autonomy.input.reason_too_long"}},
		{"a number nobody may keep", long + `2 69 05 49 588 157 80"}}`, []string{"level_override.reason guard.nir"}},
		{"too much", `{"risk":"` + strings.Repeat("x", maxInput) + `"}`, []string{" autonomy.input.too_large"}},
		{"several at once", `{"risk":"flood","answers":{"Q3":9,"Q1":7}}`, []string{"answers.Q1 autonomy.input.out_of_range", "answers.Q3 autonomy.input.out_of_range", "risk autonomy.input.not_one_of"}},
	} {
		_, err := Decode(strings.NewReader(test.in))
		var fields *text.FieldErrors
		if !errors.As(err, &fields) {
			t.Errorf("%s: got %v, want field errors", test.name, err)
			continue
		}
		var got []string
		for _, e := range fields.List {
			got = append(got, e.Field+" "+e.Message.Key)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.name, diff)
		}
	}
}

func TestDecodeNamesTheValueAndWhatToWrite(t *testing.T) {
	_, err := Decode(strings.NewReader(`{"answers":{"Q3":3},"risk":"flood"}`))
	var fields *text.FieldErrors
	if !errors.As(err, &fields) {
		t.Fatalf("got %v, want field errors", err)
	}
	french := sentences(t, "messages_fr.json")
	want := []string{
		"Remplacez 3 par un nombre de 0 à 2.",
		"Remplacez «\u00a0flood\u00a0» par un de ces codes\u00a0: none, loss_of_right, penalty, cut_off.",
	}
	for i, e := range fields.List {
		if got := say(french, e.Message); got != want[i] {
			t.Errorf("got %q, want %q", got, want[i])
		}
	}
}

func TestDecodeTakesNullForNotDiscussed(t *testing.T) {
	c, err := Decode(strings.NewReader(`{"guide":null,"answers":{"Q1":null,"Q2":1},"level_override":null,
		"deadline_days":null,"risk":null,"category":null,"subjects":null,"durable_impossibility":null,
		"orientations_so_far":null,"refusals":null}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Conversation{Answers: Answers{"Q2": 1}}, c); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestDecodePassesOnTheReadersError(t *testing.T) {
	cut := errors.New("the line was cut")
	if _, err := Decode(failing{cut}); !errors.Is(err, cut) {
		t.Errorf("got %v, want %v", err, cut)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestWhatIsEncodedIsDecodedTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawConversation(t)
		data, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(strings.NewReader(string(data)))
		if err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		again, err := json.Marshal(back)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(data), string(again)); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	})
}

func TestExamplesDecode(t *testing.T) {
	files, err := filepath.Glob("testdata/conversations/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no example: %v", err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(f); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestSchemaSaysWhatDecodeTakes compares the schema with the words and bounds
// of the program, so that neither changes alone.
func TestSchemaSaysWhatDecodeTakes(t *testing.T) {
	type property struct {
		Enum       []any                `json:"enum"`
		Items      struct{ Enum []any } `json:"items"`
		Minimum    *int                 `json:"minimum"`
		Maximum    *int                 `json:"maximum"`
		Properties map[string]struct {
			Enum      []any `json:"enum"`
			MaxLength int   `json:"maxLength"`
		} `json:"properties"`
	}
	var schema struct {
		Properties map[string]property `json:"properties"`
	}
	if err := json.Unmarshal(Schema, &schema); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range schema.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	if diff := cmp.Diff(slices.Sorted(slices.Values(fieldNames)), names); diff != "" {
		t.Errorf("fields: (-decoded +schema)\n%s", diff)
	}
	p := schema.Properties
	for name, want := range map[string][]string{"risk": words(Risks), "category": words(Categories)} {
		if diff := cmp.Diff(append(anyOf(want), nil), p[name].Enum); diff != "" {
			t.Errorf("%s: (-decoded +schema)\n%s", name, diff)
		}
	}
	for name, want := range map[string][]string{"subjects": words(Subjects), "refusals": words(RefusableFamilies)} {
		if diff := cmp.Diff(anyOf(want), p[name].Items.Enum); diff != "" {
			t.Errorf("%s: (-decoded +schema)\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(anyOf(words(Levels)), p["level_override"].Properties["level"].Enum); diff != "" {
		t.Errorf("level: (-decoded +schema)\n%s", diff)
	}
	if got := p["level_override"].Properties["reason"].MaxLength; got != maxReasonRunes {
		t.Errorf("reason: schema says %d characters, the program %d", got, maxReasonRunes)
	}
	for _, code := range codes() {
		if _, ok := p["answers"].Properties[string(code)]; !ok {
			t.Errorf("the schema misses %s", code)
		}
	}
	for name, want := range map[string][2]int{
		"guide": {1, guide.Version}, "deadline_days": {-maxDeadlineDays, maxDeadlineDays}, "orientations_so_far": {0, maxOrientations},
	} {
		if got := [2]int{*p[name].Minimum, *p[name].Maximum}; got != want {
			t.Errorf("%s: schema says %v, the program %v", name, got, want)
		}
	}
}

func anyOf(list []string) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{}`, `{"answers":{"Q3":1}}`, `{"a":`, `null`, `{"level_override":{"level":"guided","reason":"x"}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Decode(strings.NewReader(s))
		if err != nil {
			return
		}
		if _, err := Advise(c); err != nil {
			t.Fatalf("%q was decoded and not advised: %v", s, err)
		}
	})
}
