// SPDX-License-Identifier: Apache-2.0

package autonomy

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"escale/internal/kit/text"
)

// maxInput is the most bytes of a conversation that are read; a full one takes
// under two thousand.
const maxInput = 64 << 10

// fieldNames lists the fields of a conversation, as remarks show them.
var fieldNames = []string{
	"guide", "answers", "level_override", "deadline_days", "risk", "category", "subjects",
	"durable_impossibility", "orientations_so_far", "refusals",
}

// Decode reads one conversation as JSON. What it cannot accept (an unknown or
// repeated field, a value of the wrong kind or out of range) comes back all at
// once as a *text.FieldErrors: field, value, what to write instead. Any other
// error is the reader's own.
func Decode(r io.Reader) (Conversation, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return Conversation{}, err
	}
	d := decoder{f: &text.FieldErrors{}}
	if len(data) > maxInput {
		d.f.Add("", "autonomy.input.too_large", "max", maxInput)
		return Conversation{}, d.f
	}
	if at, ok := wellFormed(data); !ok {
		d.f.Add("", "autonomy.input.not_json", "at", at)
		return Conversation{}, d.f
	}
	c := d.conversation(data)
	c.check(d.f)
	return c, d.f.Err()
}

// wellFormed reports whether data is one JSON value, and if not, at which byte
// (from 1) it stops being one.
func wellFormed(data []byte) (at int64, ok bool) {
	var whole json.RawMessage
	err := json.Unmarshal(data, &whole)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Offset, false
	}
	return 0, err == nil
}

// decoder reads field by field, because encoding/json alone stops at the first
// fault and does not say where a value of the wrong kind stood.
type decoder struct{ f *text.FieldErrors }

func (d decoder) conversation(data []byte) Conversation {
	var c Conversation
	members, _ := d.object("", data)
	for _, m := range members {
		raw, name := m.raw, m.name
		if isNull(raw) && slices.Contains(fieldNames, name) {
			continue // said to be absent
		}
		switch name {
		case "guide":
			c.Guide, _ = d.number(name, raw)
		case "answers":
			c.Answers = d.answers(raw)
		case "level_override":
			c.LevelOverride = d.override(raw)
		case "deadline_days":
			if n, ok := d.number(name, raw); ok {
				c.DeadlineDays = &n
			}
		case "risk":
			risk, _ := d.word(name, raw)
			c.Risk = Risk(risk)
		case "category":
			category, _ := d.word(name, raw)
			c.Category = Category(category)
		case "subjects":
			c.Subjects = list[Subject](d, name, raw)
		case "durable_impossibility":
			c.DurableImpossibility = d.yesOrNo(name, raw)
		case "orientations_so_far":
			c.OrientationsSoFar, _ = d.number(name, raw)
		case "refusals":
			c.Refusals = list[Family](d, name, raw)
		default:
			d.unknown(name, name, fieldNames)
		}
	}
	return c
}

func (d decoder) answers(raw json.RawMessage) Answers {
	a := Answers{}
	members, _ := d.object("answers", raw)
	for _, m := range members {
		if !slices.Contains(codes(), Code(m.name)) {
			d.unknown(fieldAnswers+m.name, m.name, words(codes()))
			continue
		}
		if isNull(m.raw) {
			continue // not discussed
		}
		if n, ok := d.number(fieldAnswers+m.name, m.raw); ok {
			a[Code(m.name)] = n
		}
	}
	return a
}

// override gives nil after a fault, which was then already told.
func (d decoder) override(raw json.RawMessage) *Override {
	var o Override
	members, fine := d.object("level_override", raw)
	for _, m := range members {
		switch m.name {
		case "level":
			level, ok := d.word(fieldLevel, m.raw)
			o.Level, fine = Level(level), fine && ok
		case "reason":
			reason, ok := d.word(fieldLevelReason, m.raw)
			o.Reason, fine = reason, fine && ok
		default:
			d.unknown("level_override."+m.name, m.name, []string{"level", "reason"})
		}
	}
	if !fine {
		return nil
	}
	return &o
}

// member is one field of a JSON object, in the order written.
type member struct {
	name string
	raw  json.RawMessage
}

// object splits a JSON object; for anything else it gives false and a remark.
func (d decoder) object(field string, raw json.RawMessage) ([]member, bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		d.f.Add(field, "autonomy.input.not_an_object")
		return nil, false
	}
	var members []member
	seen := map[string]bool{}
	for dec.More() {
		t, _ := dec.Token() // raw is well formed: a name and a value follow each other
		name, _ := t.(string)
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			d.f.Add(field, "autonomy.input.not_an_object")
			return nil, false
		}
		if seen[name] {
			d.f.Add(strings.TrimPrefix(field+"."+clip(name), "."), "autonomy.input.duplicate_field", "value", clip(name))
			continue
		}
		seen[name] = true
		members = append(members, member{name, value})
	}
	return members, true
}

func (d decoder) unknown(field, name string, allowed []string) {
	d.f.Add(clip(field), "autonomy.input.unknown_field", "value", clip(name), "allowed", strings.Join(allowed, ", "))
}

func (d decoder) number(field string, raw json.RawMessage) (int, bool) {
	n, err := strconv.Atoi(string(raw))
	if err != nil {
		d.f.Add(field, "autonomy.input.not_a_number", "value", clip(string(raw)))
		return 0, false
	}
	return n, true
}

// word reads a JSON string. On a fault it is empty, which the checks that
// follow take for "not discussed", so that one fault gives one remark.
func (d decoder) word(field string, raw json.RawMessage) (string, bool) {
	var s string
	if isNull(raw) || json.Unmarshal(raw, &s) != nil {
		d.f.Add(field, "autonomy.input.not_a_word", "value", clip(string(raw)))
		return "", false
	}
	return s, true
}

func (d decoder) yesOrNo(field string, raw json.RawMessage) bool {
	switch string(raw) {
	case "true":
		return true
	case "false":
		return false
	}
	d.f.Add(field, "autonomy.input.not_yes_or_no", "value", clip(string(raw)))
	return false
}

func list[T ~string](d decoder, field string, raw json.RawMessage) []T {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		d.f.Add(field, "autonomy.input.not_a_list")
		return nil
	}
	out := make([]T, 0, len(items))
	for _, item := range items {
		if w, ok := d.word(field, item); ok {
			out = append(out, T(w))
		}
	}
	return out
}

func isNull(raw json.RawMessage) bool { return string(raw) == "null" }
