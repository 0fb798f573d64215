// SPDX-License-Identifier: Apache-2.0

package shared

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"escale/internal/access"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
)

// Visit is what a page must know of the request it answers. The web layer fills
// it; a test may write one by hand.
type Visit struct {
	Path    string     // path of the address asked for
	Lang    string     // French or English
	Theme   string     // Light, Dark, or empty to follow the device
	Values  url.Values // what the form or the address carries
	Posted  bool       // Values were submitted: unticked boxes are unticked
	Now     time.Time
	Viewer  access.Viewer
	Name    string // display name of the worker, empty when signed out
	RoleKey string // message key of the worker's role
	Done    string // message key of what was just done, empty for none
	Key     id.ID  // idempotency key sent back by the form, empty for a first view
}

// Themes a visitor can choose; their names are the values of data-theme.
const (
	Light = "clair"
	Dark  = "sombre"
)

// Page is what every view embeds: the request seen by a template, and the
// functions that turn keys, dates and numbers into words in the visitor's
// language. It belongs to one request and one goroutine.
type Page struct {
	Visit
	Errors []text.FieldError // what the person must look at again

	lib    *Library
	icons  []string
	weight int
	keyed  bool
}

// NewPage makes the page of one visit.
func (l *Library) NewPage(v Visit) *Page {
	if !slices.Contains(Languages, v.Lang) {
		v.Lang = French
	}
	if v.Theme != Light && v.Theme != Dark {
		v.Theme = ""
	}
	p := &Page{Visit: v, lib: l}
	p.Now = v.Now.In(p.zone())
	return p
}

// View is any page's view: it embeds *Page.
type View interface{ Base() *Page }

// Base is the page itself; embedding it makes a struct a View.
func (p *Page) Base() *Page { return p }

// Review reports whether err is a list of things to look at again and, when it
// is, keeps them: the page then shows them beside their fields, answers 422 and
// its title says so. Any other error is left to the caller.
func (p *Page) Review(err error) bool {
	var fields *text.FieldErrors
	if !errors.As(err, &fields) || len(fields.List) == 0 {
		return false
	}
	p.Errors = append(p.Errors, fields.List...)
	return true
}

// Network is the identity of the network, for headers and footers.
func (p *Page) Network() Network { return p.lib.network }

// SignedIn reports whether a worker is there.
func (p *Page) SignedIn() bool { return p.Viewer.SignedIn() }

// May reports whether the viewer holds permission.
func (p *Page) May(permission string) bool { return p.Viewer.May(access.Permission(permission)) }

// FormKey is the value of the hidden field « cle » of every form that writes: the
// idempotency key of the gesture. Sent again after a mistake or a lost network,
// it is the same, so that nothing is written twice.
func (p *Page) FormKey() id.ID {
	p.keyed = true
	if p.Key == "" {
		p.Key = id.New()
	}
	return p.Key
}

// Unique reports whether the page, once shown, carries something made for this
// visitor alone, which must not be shown to another.
func (p *Page) Unique() bool { return p.keyed || p.Done != "" || len(p.Errors) > 0 || p.SignedIn() }

// T says the sentence of key, filling its placeholders from alternating names
// and values. An unknown key shows as itself: it is a mistake that tests find.
func (p *Page) T(key string, namesAndValues ...any) string {
	s, ok := p.lib.catalogue.find(p.Lang, key)
	if !ok {
		return unknown(key)
	}
	return p.say(s, namesAndValues)
}

// N says the form of key that n asks for (key.one or key.other), with {n} in it.
func (p *Page) N(key string, n int, namesAndValues ...any) string {
	s, ok := p.lib.catalogue.findPlural(p.Lang, key, n)
	if !ok {
		return unknown(key)
	}
	return p.say(s, append([]any{"n", n}, namesAndValues...))
}

// M says a message that a rule returned; one with an argument n follows it.
func (p *Page) M(m text.Message) string {
	args := make([]any, 0, 2*len(m.Args))
	for name, value := range m.Args {
		args = append(args, name, value)
	}
	if s, ok := p.lib.catalogue.find(p.Lang, m.Key); ok {
		return p.say(s, args)
	}
	if n, ok := m.Args["n"].(int); ok {
		return p.N(m.Key, n, args...)
	}
	return unknown(m.Key)
}

// Knows reports whether a sentence exists for key.
func (p *Page) Knows(key string) bool {
	_, ok := p.lib.catalogue.find(p.Lang, key)
	return ok
}

func unknown(key string) string { return "⟦" + key + "⟧" }

func (p *Page) say(s sentence, namesAndValues []any) string {
	if len(s) == 1 && s[0].name == "" {
		return s[0].text
	}
	var b strings.Builder
	for _, part := range s {
		if part.name == "" {
			b.WriteString(part.text)
			continue
		}
		b.WriteString(p.argument(part.name, namesAndValues))
	}
	return b.String()
}

func (p *Page) argument(name string, namesAndValues []any) string {
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if namesAndValues[i] == name {
			return p.word(namesAndValues[i+1])
		}
	}
	return unknown(name)
}

// word writes one value inside a sentence.
func (p *Page) word(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int:
		return p.Number(v)
	case text.Message:
		return p.M(v)
	case []string:
		return p.List(v)
	}
	if day, err := p.Day(value); err == nil {
		return day
	}
	return fmt.Sprint(value)
}

// List joins words as a sentence does: « a, b et c ».
func (p *Page) List(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return p.T("shared.list", "first", strings.Join(words[:last], ", "), "last", words[last])
}

// Flash is the notice of what was just done, or nothing.
func (p *Page) Flash() []Notice {
	if p.Done == "" {
		return nil
	}
	return []Notice{{Title: p.T(p.Done)}}
}

// Weight is what the page weighs with its font, in kilobytes of 1000 bytes, as
// last measured over the network (compressed).
func (p *Page) Weight() int { return (p.weight + p.lib.fontSize + 500) / 1000 }

// Stylesheet is the address of the staff style sheet.
func (p *Page) Stylesheet() string { return p.lib.stylesheet }
