// SPDX-License-Identifier: Apache-2.0

package shared_test

import (
	"bytes"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"escale/internal/kit/text"
	"escale/internal/web/shared"
	"escale/internal/web/shared/webtest"
)

// gallery shows every component once.
type gallery struct {
	*shared.Page
	Name  string // a view may have names the layout uses too
	Steps []shared.Step
	Words shared.WordList
	Chart shared.Bars
}

const galleryPage = `{{define "title"}}{{.T "t.title"}}{{end}}
{{define "fil"}}{{template "retour" (.Back "/x" "t.title")}}{{end}}
{{define "corps"}}arret{{end}}
{{define "main"}}<div class="cadre">{{template "revoir" .}}<h1>{{.T "t.title"}}</h1>
{{template "puce" (.Chip "oui" "t.title")}}{{template "panneau" "Plessé"}}
{{template "avis" (.Notice "att" "t.notice")}}{{template "vide" ((.Empty "t.notice").With (.Link "/y" "t.title"))}}
{{template "ligne" .Steps}}{{template "mots" .Words}}
<form method="post" action="/z">{{template "cle" .}}
{{template "champ" (.Field "ou" "t.where" "autocomplete" "postal-code" "inputmode" "numeric")}}
{{template "champ" (.Field "note" "t.where" "rows" "3")}}
{{template "champ" (.Field "passe" "t.where" "type" "password")}}
{{template "choix" (.Radios "theme" "t.where" (.Options "t.option." "a" "b") "grid" "m")}}
{{template "choix" (.Checks "quoi" "t.where" (.Options "t.option." "a" "b"))}}
{{template "liste" (.Radios "liste" "t.where" (.Options "t.option." "a" "b"))}}
</form><h2>{{.T "t.title"}}</h2>{{template "barres" .Chart}}</div>{{end}}`

var galleryFiles = fstest.MapFS{
	"page.html": {Data: []byte(galleryPage)},
	"fr.json": {Data: []byte(`{"t.title":"Titre","t.notice.title":"Attention","t.notice.text":"Téléphonez avant.","t.where.label":"Où ?",
"t.where.help":"Votre commune.","t.option.a":"Ici","t.option.a.help":"tout près","t.option.b":"Là","t.error":"Écrivez le nom de votre commune"}`)},
}

func show(t *testing.T, kind shared.Kind, change func(*gallery)) string {
	t.Helper()
	lib := webtest.Library(t)
	tpl := shared.Add[gallery](lib, kind, galleryFiles, "page.html")
	if err := lib.Err(); err != nil {
		t.Fatal(err)
	}
	webtest.Types(t, lib)
	p := lib.NewPage(shared.Visit{Now: webtest.Now, Name: "Nadia", RoleKey: "role.mediator"})
	v := gallery{
		Page: p, Name: "une vue",
		Steps: []shared.Step{{State: "vu", ISO: "2026-11-24", When: "mardi", Text: "Reçue", Chips: []shared.Chip{{Kind: "cours", Text: "En cours"}}}, {When: "jeudi"}},
		Words: p.WordList([]shared.Word{{Path: "/a", Picto: "papier", Title: "Un papier", Example: "Retraite"}}, true),
		Chart: shared.Bars{
			ID: "g1", Title: "La retraite vient en tête", Description: "12 sur 16.",
			Bars: []shared.Bar{{Label: "Retraite", Value: 12, Text: "12"}, {Label: "Santé", Value: 4, Text: "4"}},
			Data: shared.Table{
				Caption: "Par sujet", Wide: true, Head: []shared.Cell{{Text: "Sujet"}, {Text: "Nombre", Number: true}},
				Rows: [][]shared.Cell{{{Text: "Retraite"}, {Text: "12", Number: true}}}, Foot: []shared.Cell{{Text: "Total"}, {Text: "16", Number: true}},
			},
		},
	}
	if change != nil {
		change(&v)
	}
	var b bytes.Buffer
	if err := tpl.Execute(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestComponents(t *testing.T) {
	for _, kind := range []shared.Kind{shared.Public, shared.Staff} {
		page := show(t, kind, nil)
		webtest.Check(t, []byte(page))
		for _, want := range []string{
			`<body class="arret">`, `<span class="puce p-oui">Titre</span>`, `<span class="panneau">Plessé</span>`,
			`<div class="avis att"><b>Attention</b>`, `<li class="vu"><time datetime="2026-11-24">mardi</time>`,
			`autocomplete="postal-code"`, `inputmode="numeric"`, `aria-describedby="f-ou-a"`, `<textarea class="t" id="f-note"`,
			`width="78.0%"`, `width="26.0%"`, `<th scope="row">Retraite</th><td class="n">12</td>`, `aria-label="Par sujet"`,
			`<small>tout près</small>`, `<symbol id="i-fleche"`, `<symbol id="i-retour"`,
		} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %s", kind, want)
			}
		}
		if strings.Contains(page, `id="i-son"`) {
			t.Errorf("%s: the page carries an icon it does not use", kind)
		}
		if kind == shared.Staff && (!strings.Contains(page, "Nadia, médiation") || strings.Contains(page, "une vue")) {
			t.Error("the header does not say who is signed in")
		}
	}
}

func TestTypedTextComesBack(t *testing.T) {
	page := show(t, shared.Public, func(v *gallery) {
		v.Posted = true
		v.Values = url.Values{"ou": {`Blain "centre"`}, "passe": {"hunter2"}, "theme": {"b"}, "quoi": {"a", "b"}, "liste": {"b"}}
		var errs text.FieldErrors
		errs.Add("ou", "t.error")
		errs.Add("theme", "t.error")
		if !v.Review(errs.Err()) {
			t.Fatal("the errors are not taken")
		}
	})
	webtest.Check(t, []byte(page))
	for _, want := range []string{
		`value="Blain &#34;centre&#34;"`, `id="f-theme-2" value="b" checked`, `id="f-quoi" value="a" checked`,
		`<option value="b" selected>`, "2 choses à revoir", `href="#f-theme"`, `id="f-theme-m"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "hunter2") {
		t.Error("a password comes back in the page")
	}
}

func TestTemplatesWithMistakesAreRefused(t *testing.T) {
	for name, source := range map[string]string{
		"no title": `{{define "main"}}x{{end}}`, "no main": `{{define "title"}}x{{end}}`, "syntax": `{{define "title"}`,
	} {
		lib := webtest.Library(t)
		shared.Add[gallery](lib, shared.Public, fstest.MapFS{"page.html": {Data: []byte(source)}, "fr.json": {Data: []byte("{}")}}, "page.html")
		if lib.Err() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	lib := webtest.Library(t)
	shared.Add[gallery](lib, shared.Public, fstest.MapFS{"fr.json": {Data: []byte("{}")}}, "page.html")
	if lib.Err() == nil {
		t.Error("a missing template is accepted")
	}
}

func TestUnknownPartsAreErrors(t *testing.T) {
	p := webtest.Library(t).NewPage(shared.Visit{Now: webtest.Now})
	if _, err := p.Icon("licorne"); err == nil {
		t.Error("an unknown icon is drawn")
	}
	if _, err := p.Picto("licorne"); err == nil {
		t.Error("an unknown picto is drawn")
	}
	if _, err := p.Field("ou", "t.where", "couleur", "rouge"); err == nil {
		t.Error("an unknown attribute is accepted")
	}
	if _, err := p.Radios("ou", "t.where", nil, "couleur", "rouge"); err == nil {
		t.Error("an unknown attribute is accepted")
	}
	if err := (shared.Bars{ID: "g", Title: "Sans tableau"}).Check(); err == nil {
		t.Error("a chart without a table is accepted")
	}
}

// The dark colours are written twice, for the device's wish and for the visitor's.
func TestDarkColoursAreTheSame(t *testing.T) {
	raw, err := os.ReadFile("a.css")
	if err != nil {
		t.Fatal(err)
	}
	device := regexp.MustCompile(`(?s):root:not\(\[data-theme=clair\]\)\{\n(.*?)\}\}`).FindSubmatch(raw)
	chosen := regexp.MustCompile(`(?s)\n:root\[data-theme=sombre\]\{\n(.*?)\}`).FindSubmatch(raw)
	if device == nil || chosen == nil || !bytes.Equal(device[1], chosen[1]) {
		t.Error("the two dark schemes differ")
	}
}

// Public style stays readable by phones of 2016 (look.md, 7).
func TestPublicStyleIsOldEnough(t *testing.T) {
	raw, err := os.ReadFile("a.css")
	if err != nil {
		t.Fatal(err)
	}
	recent := regexp.MustCompile(`:has\(|[;{]gap:|[;{]inset:|inline-(start|end)|clamp\(|aspect-ratio|@layer|@import|url\((http|//)`)
	if found := recent.Find(raw); found != nil {
		t.Errorf("part A uses %q", found)
	}
}

func TestStylesheetIsSmallAndWhole(t *testing.T) {
	lib := webtest.Library(t)
	address := lib.NewPage(shared.Visit{Now: webtest.Now}).Stylesheet()
	sheet, ok := lib.Asset(strings.TrimPrefix(address, shared.StaticPath))
	if !ok {
		t.Fatalf("%s is not served", address)
	}
	css := string(sheet.Plain)
	if strings.Contains(css, "/*") || strings.Contains(css, "\n") {
		t.Error("the style sheet is not minified")
	}
	if n, m := strings.Count(css, "{"), strings.Count(css, "}"); n != m || n < 300 {
		t.Errorf("%d braces open, %d close", n, m)
	}
	for _, want := range []string{"calc(100% + 2px)", "@media (min-width:46rem){", ".ch input:checked+label{", "[data-theme=sombre]", ".jour>li{"} {
		if !strings.Contains(css, want) {
			t.Errorf("the style sheet lost %q", want)
		}
	}
	if len(sheet.Gzip) == 0 || len(sheet.Gzip) > 9_000 {
		t.Errorf("the style sheet weighs %d bytes compressed, want at most 9,000", len(sheet.Gzip))
	}
}
