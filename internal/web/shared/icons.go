// SPDX-License-Identifier: Apache-2.0

package shared

import (
	"fmt"
	"html/template"
	"slices"
)

// icons are line drawings in a 24 × 24 box. A page carries only those it used.
var icons = map[string]string{
	"attention": `<path d="M12 4l9 16H3zM12 10v4.5M12 17.3v.1"/>`,
	"cadenas":   `<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
	"coche":     `<path d="M5 13l4.5 4.5L19 7"/>`,
	"crayon":    `<path d="M4 20l1-4L16 5l3 3L8 19zM14 7l3 3"/>`,
	"fleche":    `<path d="M5 12h14M13 6l6 6-6 6"/>`,
	"imprimer":  `<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>`,
	"lire":      `<path d="M12 7c-2-1.5-5-2-8-2v13c3 0 6 .5 8 2 2-1.5 5-2 8-2V5c-3 0-6 .5-8 2zM12 7v13"/>`,
	"masquer":   `<path d="M3 3l18 18M10 6.2A9 9 0 0 1 12 6c5 0 8.5 4.5 9.5 6-.5.8-1.4 2-2.8 3.2M6.5 7.8C4.4 9.2 3 11.2 2.5 12c1 1.5 4.5 6 9.5 6 1.6 0 3-.4 4.2-1"/>`,
	"monde":     `<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>`,
	"plus":      `<path d="M12 5v14M5 12h14"/>`,
	"retour":    `<path d="M19 12H5M11 6l-6 6 6 6"/>`,
	"son":       `<path d="M4 9.5v5h4l5 4v-13l-5 4zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11"/>`,
	"tel":       `<path d="M6.5 3.5l3 5-2 2a12 12 0 0 0 6 6l2-2 5 3c0 2-1.5 3.5-3.5 3.5A14.5 14.5 0 0 1 3 7c0-2 1.5-3.5 3.5-3.5z"/>`,
	"tiret":     `<path d="M5 12h14"/>`,
}

// pictos are the drawings beside the eight everyday needs, in a 32 × 32 box.
var pictos = map[string]string{
	"papier":    `<path d="M8 4h11l5 5v19H8zM19 4v5h5M12 15h8M12 21h8"/>`,
	"telephone": `<rect x="9.5" y="3" width="13" height="26" rx="3"/><path d="M14.5 25h3"/>`,
	"contact":   `<path d="M4 5h16v11H11l-4 4v-4H4zM24 12h4v11h-2v4l-5-4h-8"/>`,
	"arnaque":   `<path d="M16 3l11 4v8c0 7-5 11-11 14C10 26 5 22 5 15V7zM16 10v7M16 21.5v.1"/>`,
	"ecole":     `<path d="M3 12l13-6 13 6-13 6zM8 15v8c5 3 11 3 16 0v-8M29 12v8"/>`,
	"travail":   `<rect x="4" y="10" width="24" height="17" rx="2"/><path d="M12 10V6h8v4M4 18h24"/>`,
	"internet":  `<path d="M4 13c7-7 17-7 24 0M8.5 17.5c4.5-4.5 10.5-4.5 15 0M13 22c2-2 4-2 6 0M16 26.5v.1"/>`,
	"autre":     `<path d="M4 5h24v17H15l-7 6v-6H4zM11 13.5v.1M16 13.5v.1M21 13.5v.1"/>`,
}

// Icon draws the icon called name in the line of text, hidden from screen
// readers because words always accompany it. An extra class may follow ("av"
// sets it before the words of a button).
func (p *Page) Icon(name string, class ...string) (template.HTML, error) {
	if _, ok := icons[name]; !ok {
		return "", fmt.Errorf("shared: no icon %q", name)
	}
	if !slices.Contains(p.icons, name) {
		p.icons = append(p.icons, name)
	}
	classes := "i"
	if len(class) > 0 {
		classes += " " + template.HTMLEscapeString(class[0])
	}
	return template.HTML(`<svg class="` + classes + `" aria-hidden="true"><use href="#i-` + name + `"/></svg>`), nil
}

// Sprite is the drawings of the icons used so far. The layouts put it last in
// the page, when all of them are known.
func (p *Page) Sprite() template.HTML {
	if len(p.icons) == 0 {
		return ""
	}
	s := `<svg class="sprite" aria-hidden="true" focusable="false">`
	for _, name := range p.icons {
		s += `<symbol id="i-` + name + `" viewBox="0 0 24 24">` + icons[name] + `</symbol>`
	}
	return template.HTML(s + `</svg>`)
}

// Picto draws the everyday need called name.
func (p *Page) Picto(name string) (template.HTML, error) {
	drawing, ok := pictos[name]
	if !ok {
		return "", fmt.Errorf("shared: no picto %q", name)
	}
	return template.HTML(`<svg class="picto" viewBox="0 0 32 32" aria-hidden="true">` + drawing + `</svg>`), nil
}
