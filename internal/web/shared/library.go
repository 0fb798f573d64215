// SPDX-License-Identifier: Apache-2.0

// Package shared is what all pages stand on: the two layouts (public and work
// space), the components of the design language, the style sheets, the font,
// the icons and the catalogue of sentences. A page adds its template and its
// sentences to the Library once, when the program starts, and hands each
// visitor a view that embeds Page.
package shared

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"escale/internal/access"
)

//go:embed layout/*.html fr.json en.json
var files embed.FS

// Network is what headers and footers say of the network.
type Network struct {
	Name      string         // « Réseau du Sillon »
	Phone     string         // public number, E.164
	From, To  time.Duration  // opening of the phone line on weekdays, since midnight
	TechPhone string         // technical referent of the workers, E.164; may be empty
	Contact   string         // address one writes to about data and accessibility
	Zone      *time.Location // where the network lives: hours are shown there
}

// Kind is one of the two layouts.
type Kind string

// The layouts: pages for anyone, with the phone on top; and the work space.
const (
	Public Kind = "public"
	Staff  Kind = "staff"
)

// Library holds what pages are made of. It is filled while the program starts
// and only read afterwards, by any number of goroutines.
type Library struct {
	network    Network
	catalogue  *Catalogue
	layouts    map[Kind]*template.Template
	registered []Registered
	assets     map[string]Asset
	open       map[string]access.Permission
	stylesheet string
	styleHash  string
	fontSize   int // bytes
	errs       []error
}

// Registered is a template of the library with a view of the type it expects,
// for the test that checks one against the other.
type Registered struct {
	Name   string
	HTML   *template.Template
	View   any
	Source string // text of the template, for the test of the keys it says
}

// NewLibrary prepares the layouts, styles and common sentences.
func NewLibrary(n Network) (*Library, error) {
	if n.Zone == nil {
		return nil, errors.New("shared: the network has no time zone")
	}
	n.Name = Typeset(n.Name)
	l := &Library{
		network: n, catalogue: newCatalogue(), layouts: map[Kind]*template.Template{},
		assets: map[string]Asset{}, open: map[string]access.Permission{},
	}
	inline, source, err := l.styles()
	if err != nil {
		return nil, err
	}
	l.styleHash = source
	if err := l.catalogue.load(files, ""); err != nil {
		return nil, err
	}
	for _, kind := range []Kind{Public, Staff} {
		if l.layouts[kind], err = layout(kind, inline); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// layout parses the frame of one kind of page. The inline style is put into the
// text before parsing: html/template then writes it as it is, at no cost.
func layout(kind Kind, inline string) (*template.Template, error) {
	t := template.New("layout")
	for _, name := range []string{"layout/" + string(kind) + ".html", "layout/parts.html"} {
		raw, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("shared: %w", err)
		}
		if t, err = t.Parse(strings.Replace(string(raw), "/*INLINE*/", inline, 1)); err != nil {
			return nil, fmt.Errorf("shared: %s: %w", name, err)
		}
	}
	return t, nil
}

// Messages adds the sentences a room says: messages_fr.json and, if it exists,
// messages_en.json at the root of files.
func (l *Library) Messages(files fs.FS) { l.note(l.catalogue.load(files, "messages_")) }

// Err is every mistake found while pages were being added: the program refuses
// to start on one.
func (l *Library) Err() error { return errors.Join(l.errs...) }

func (l *Library) note(err error) {
	if err != nil {
		l.errs = append(l.errs, err)
	}
}

// Catalogue is the sentences known so far.
func (l *Library) Catalogue() *Catalogue { return l.catalogue }

// Network is the identity of the network.
func (l *Library) Network() Network { return l.network }

// StyleSource is the CSP source expression of the inline style.
func (l *Library) StyleSource() string { return l.styleHash }

// Templates lists what was added, for tests.
func (l *Library) Templates() []Registered { return l.registered }

// Template is a page ready to be shown with a view of type V.
type Template[V View] struct {
	name   string
	french bool // some of its sentences exist in French only
	html   *template.Template
	weigh  sync.Once
	weight atomic.Int64 // compressed bytes of the first page shown
}

// Add makes a page of the library: file (in folder) defines "title" and "main",
// and may define "fil" (the back link before the main part) and "corps" (classes
// of the body element). The folder's fr.json and en.json join the catalogue; it
// may be added several times, once per template. Mistakes are kept for Err.
func Add[V View](l *Library, kind Kind, folder fs.FS, file string) *Template[V] {
	var zero V
	t := &Template[V]{name: fmt.Sprintf("%T", zero)}
	l.note(l.catalogue.load(folder, ""))
	t.french = !l.catalogue.translated(folder)
	raw, err := fs.ReadFile(folder, file)
	if err != nil {
		l.note(fmt.Errorf("shared: page %s: %w", t.name, err))
		return t
	}
	html, err := l.layouts[kind].Clone()
	if err == nil {
		html, err = html.Parse(string(raw))
	}
	if err != nil {
		l.note(fmt.Errorf("shared: page %s, %s: %w", t.name, file, err))
		return t
	}
	for _, part := range []string{"title", "main"} {
		if html.Lookup(part) == nil {
			l.note(fmt.Errorf("shared: page %s, %s does not define %q", t.name, file, part))
		}
	}
	t.html = html
	// html/template cannot be cloned once it has been executed, and the type
	// checker works on a set of its own.
	unused, err := html.Clone()
	l.note(err)
	l.registered = append(l.registered, Registered{Name: t.name, HTML: unused, View: zero, Source: string(raw)})
	return t
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Execute writes the page for v. Nothing is written when it fails. The first
// page shown is weighed: the foot of public pages says what was measured.
func (t *Template[V]) Execute(w io.Writer, v V) error {
	if t.html == nil {
		return fmt.Errorf("shared: page %s was not parsed", t.name)
	}
	b, ok := buffers.Get().(*bytes.Buffer)
	if !ok {
		b = new(bytes.Buffer)
	}
	defer buffers.Put(b)
	if t.french {
		v.Base().Lang = French
	}
	var failed error
	t.weigh.Do(func() {
		b.Reset()
		if failed = t.html.ExecuteTemplate(b, "layout", v); failed == nil {
			t.weight.Store(int64(len(Gzip(b.Bytes()))))
		}
	})
	if failed != nil {
		return fmt.Errorf("shared: page %s: %w", t.name, failed)
	}
	v.Base().weight = int(t.weight.Load())
	b.Reset()
	if err := t.html.ExecuteTemplate(b, "layout", v); err != nil {
		return fmt.Errorf("shared: page %s: %w", t.name, err)
	}
	_, err := w.Write(b.Bytes())
	return err
}
