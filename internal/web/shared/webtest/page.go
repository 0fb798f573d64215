// SPDX-License-Identifier: Apache-2.0

package webtest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Faults lists what makes a page hard to read or unsafe: inline style or script
// other than the layout's own, several h1, headings that jump a level, an id
// used twice, a link or label to an id that is not there, a field without a
// label, a form that writes without its key, an unknown sentence.
func Faults(page []byte) []string {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return []string{err.Error()}
	}
	c := checker{ids: map[string]int{}, labels: map[string]bool{}}
	c.walk(root)
	c.finish(string(page))
	return c.faults
}

// Check fails t with the faults of page.
func Check(t testing.TB, page []byte) {
	t.Helper()
	for _, f := range Faults(page) {
		t.Error(f)
	}
}

type checker struct {
	faults   []string
	ids      map[string]int
	labels   map[string]bool
	refs     []string // ids that must exist
	fields   []*html.Node
	h1       int
	level    int
	title    string
	language string
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func (c *checker) walk(n *html.Node) {
	if n.Type == html.ElementNode {
		c.element(n)
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.walk(child)
	}
}

func (c *checker) element(n *html.Node) {
	for _, a := range n.Attr {
		switch {
		case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
			c.fault("<%s> has an inline %s attribute", n.Data, a.Key)
		case a.Key == "id":
			c.ids[a.Val]++
		case a.Key == "for":
			c.labels[a.Val] = true
			c.refs = append(c.refs, a.Val)
		case a.Key == "aria-describedby" || a.Key == "aria-labelledby":
			c.refs = append(c.refs, strings.Fields(a.Val)...)
		case a.Key == "href" && strings.HasPrefix(a.Val, "#") && len(a.Val) > 1:
			c.refs = append(c.refs, a.Val[1:])
		case a.Key == "tabindex" && a.Val != "0" && a.Val != "-1":
			c.fault("<%s> changes the reading order: tabindex %s", n.Data, a.Val)
		case a.Key == "src" && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "data:"):
			c.fault("<%s> loads %q from elsewhere", n.Data, a.Val)
		}
	}
	switch n.Data {
	case "html":
		c.language, _ = attr(n, "lang")
	case "title":
		if n.Namespace == "" && n.FirstChild != nil {
			c.title = n.FirstChild.Data
		}
	case "style":
		if n.Parent.Data != "head" {
			c.fault("a style element in the body")
		}
	case "script":
		if _, ok := attr(n, "src"); !ok {
			c.fault("an inline script")
		}
	case "h1", "h2", "h3", "h4":
		c.heading(n)
	case "input", "select", "textarea":
		c.fields = append(c.fields, n)
	case "form":
		c.form(n)
	case "th":
		if _, ok := attr(n, "scope"); !ok {
			c.fault("a table heading without scope: %q", words(n))
		}
	case "a", "button":
		if words(n) == "" {
			c.fault("a <%s> without words", n.Data)
		}
	}
}

func (c *checker) heading(n *html.Node) {
	level := int(n.Data[1] - '0')
	if level == 1 {
		c.h1++
	}
	if level > c.level+1 && c.level > 0 {
		c.fault("heading %q jumps from level %d to %d", words(n), c.level, level)
	}
	c.level = level
}

// keyless are the gestures that may be repeated without harm.
var keyless = []string{"/masque", "/sortir", "/affichage", "/entrer", "/entrer/code", "/feuille"}

func (c *checker) form(n *html.Node) {
	method, _ := attr(n, "method")
	action, _ := attr(n, "action")
	if !strings.EqualFold(method, "post") || slices.Contains(keyless, action) {
		return
	}
	for d := range n.Descendants() {
		if name, _ := attr(d, "name"); d.Data == "input" && name == "cle" {
			return
		}
	}
	c.fault("the form to %q has no key (template \"cle\")", action)
}

func (c *checker) finish(page string) {
	if c.language == "" {
		c.fault("no language on the html element")
	}
	if strings.TrimSpace(c.title) == "" {
		c.fault("no title")
	}
	if c.h1 != 1 {
		c.fault("%d h1, want 1", c.h1)
	}
	for name, n := range c.ids {
		if n > 1 {
			c.fault("id %q is used %d times", name, n)
		}
	}
	for _, ref := range c.refs {
		if c.ids[ref] == 0 {
			c.fault("id %q is referred to and is not there", ref)
		}
	}
	for _, n := range c.fields {
		c.field(n)
	}
	if _, rest, found := strings.Cut(page, "⟦"); found {
		key, _, _ := strings.Cut(rest, "⟧")
		c.fault("unknown sentence or placeholder %q", key)
	}
}

func (c *checker) field(n *html.Node) {
	kind, _ := attr(n, "type")
	if kind == "hidden" || kind == "submit" {
		return
	}
	name, _ := attr(n, "name")
	fieldID, _ := attr(n, "id")
	_, named := attr(n, "aria-label")
	if !c.labels[fieldID] && !named {
		c.fault("field %q has no label", name)
	}
}

// words is the text of n and of what it holds.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}
