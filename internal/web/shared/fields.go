// SPDX-License-Identifier: Apache-2.0

package shared

import (
	"fmt"
	"slices"
	"strconv"
)

// Field is one text field, with its label, hint, message and value: template
// "champ" draws it.
type Field struct {
	*Page
	ID, Name, Label, Help, Message, Value  string
	Type, Autocomplete, InputMode, Pattern string
	Class                                  string
	Rows                                   int  // more than zero: several lines
	H1                                     bool // the label is the page's title (one question a page)
}

// Option is one answer among several.
type Option struct {
	Value, Label, Help string
	Checked            bool
}

// Choices is a question answered by ticking: templates "choix" (radio buttons
// or boxes) and "liste" (a drop-down list) draw it.
type Choices struct {
	*Page
	ID, Name, Legend, Help, Message string
	Type                            string // radio or checkbox
	Grid                            string // d, m, l: widths of look.md; empty for one column
	Class                           string
	H1                              bool
	Options                         []Option
}

// FieldID is the id attribute of the field called name, which errors link to.
func FieldID(name string) string { return "f-" + name }

// Field describes the text field called name. Its label is the sentence
// key+".label", its hint key+".help" when there is one, its value what was
// typed. Attributes follow as pairs: type, autocomplete, inputmode, pattern,
// value (shown when nothing was typed), rows, class, h1 ("h1" "yes").
func (p *Page) Field(name, key string, attributes ...string) (Field, error) {
	f := Field{
		Page: p, ID: FieldID(name), Name: name, Label: p.T(key + ".label"), Help: p.help(key + ".help"),
		Message: p.messageOf(name), Type: "text", Class: "etape",
	}
	for i := 0; i+1 < len(attributes); i += 2 {
		switch v := attributes[i+1]; attributes[i] {
		case "type":
			f.Type = v
		case "autocomplete":
			f.Autocomplete = v
		case "inputmode":
			f.InputMode = v
		case "pattern":
			f.Pattern = v
		case "value":
			f.Value = v
		case "class":
			f.Class = v
		case "h1":
			f.H1 = true
		case "rows":
			rows, err := strconv.Atoi(v)
			if err != nil {
				return f, fmt.Errorf("shared: field %s: rows %q", name, v)
			}
			f.Rows = rows
		default:
			return f, fmt.Errorf("shared: field %s: unknown attribute %q", name, attributes[i])
		}
	}
	if typed, ok := p.Values[name]; ok && len(typed) > 0 {
		f.Value = typed[0]
	}
	if f.Type == "password" {
		f.Value = "" // a secret never comes back in a page
	}
	return f, nil
}

// DescribedBy lists the ids of the hint and of the message, for aria-describedby.
func (f Field) DescribedBy() string { return describedBy(f.ID, f.Help, f.Message) }

// Radios describes a question with one answer. Its question is the sentence
// key+".label", its hint key+".help". Attributes: grid (d, m or l), class, h1.
func (p *Page) Radios(name, key string, options []Option, attributes ...string) (Choices, error) {
	return p.choices("radio", name, key, options, attributes)
}

// Checks describes a question with several answers; see Radios.
func (p *Page) Checks(name, key string, options []Option, attributes ...string) (Choices, error) {
	return p.choices("checkbox", name, key, options, attributes)
}

func (p *Page) choices(kind, name, key string, options []Option, attributes []string) (Choices, error) {
	c := Choices{
		Page: p, ID: FieldID(name), Name: name, Type: kind, Class: "etape",
		Legend: p.T(key + ".label"), Help: p.help(key + ".help"), Message: p.messageOf(name), Options: slices.Clone(options),
	}
	for i := 0; i+1 < len(attributes); i += 2 {
		switch v := attributes[i+1]; attributes[i] {
		case "grid":
			c.Grid = v
		case "class":
			c.Class = v
		case "h1":
			c.H1 = true
		default:
			return c, fmt.Errorf("shared: choices %s: unknown attribute %q", name, attributes[i])
		}
	}
	if given, ok := p.Values[name]; ok || p.Posted {
		for i := range c.Options {
			c.Options[i].Checked = slices.Contains(given, c.Options[i].Value)
		}
	}
	return c, nil
}

// DescribedBy lists the ids of the hint and of the message, for aria-describedby.
func (c Choices) DescribedBy() string { return describedBy(c.ID, c.Help, c.Message) }

// OptionID is the id of the i-th option. The first carries the field's own id,
// so that the list of things to review can lead to it.
func (c Choices) OptionID(i int) string {
	if i == 0 {
		return c.ID
	}
	return c.ID + "-" + strconv.Itoa(i+1)
}

// Options makes one option per value, with label prefix+value and, when the
// catalogue has it, the hint prefix+value+".help".
func (p *Page) Options(prefix string, values ...string) []Option {
	options := make([]Option, len(values))
	for i, v := range values {
		options[i] = Option{Value: v, Label: p.T(prefix + v), Help: p.help(prefix + v + ".help")}
	}
	return options
}

func (p *Page) help(key string) string {
	if !p.Knows(key) {
		return ""
	}
	return p.T(key)
}

// messageOf is what there is to look at again in the field called name.
func (p *Page) messageOf(name string) string {
	for _, e := range p.Errors {
		if e.Field == name {
			return p.M(e.Message)
		}
	}
	return ""
}

func describedBy(id, help, message string) string {
	switch {
	case help != "" && message != "":
		return id + "-a " + id + "-m"
	case help != "":
		return id + "-a"
	case message != "":
		return id + "-m"
	}
	return ""
}
