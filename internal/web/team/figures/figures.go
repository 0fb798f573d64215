// SPDX-License-Identifier: Apache-2.0

// Package figures is « Chiffres »: what helpers noted, counted for those who
// answer for a network or pay for it. Each number leads to its definition, says
// how many it rests on, and keeps silent when the group is so small that someone
// could be recognised. Nothing on the page is about one person.
package figures

import (
	"context"
	"embed"
	"errors"
	"net/http"

	"escale/internal/access"
	"escale/internal/impact"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/web"
	"escale/internal/web/shared"
)

//go:embed page.html definitions.html fr.json
var files embed.FS

// Addresses of the pages.
const (
	path            = "/chiffres"
	definitionsPath = "/chiffres/definitions"
	sheetPath       = "/chiffres.csv"
)

// Reading is the figures of one question.
type Reading struct {
	Report impact.Report
	// Months are the waits month by month, the oldest first; none when the
	// period is within one month or longer than a year.
	Months []Month
}

// Figures gives the figures that a viewer may read.
type Figures interface {
	// Organisations lists those of which v may read the figures, by name.
	Organisations(ctx context.Context, v access.Viewer) ([]Named, error)
	// Read computes the figures of q, or gives the errors of impact.Figures.
	Read(ctx context.Context, v access.Viewer, q impact.Query) (Reading, error)
}

// Named is an organisation and its name.
type Named struct {
	ID   id.ID
	Name string
}

// pages are the templates and what they draw on.
type pages struct {
	figures     Figures
	report      *shared.Template[View]
	definitions *shared.Template[DefinitionsView]
}

// Routes declares the figures, their table for a spreadsheet, and what each
// figure means.
func Routes(lib *shared.Library, figures Figures) []web.Route {
	lib.Messages(impact.Messages)
	p := pages{
		figures:     figures,
		report:      shared.Add[View](lib, shared.Staff, files, "page.html"),
		definitions: shared.Add[DefinitionsView](lib, shared.Staff, files, "definitions.html"),
	}
	return []web.Route{
		{Method: http.MethodGet, Pattern: path, Permission: access.ReadFigures, Handle: p.show},
		{Method: http.MethodGet, Pattern: sheetPath, Permission: access.ReadFigures, Handle: p.sheet},
		{Method: http.MethodGet, Pattern: definitionsPath, Permission: access.ReadFigures, Handle: p.explain},
	}
}

// read answers the question of r. Something to look at again comes back as
// *text.FieldErrors, with what is needed to ask once more.
func (p pages) read(r *web.Request) (question, Reading, error) {
	organisations, err := p.figures.Organisations(r.Context(), r.Viewer)
	if err != nil {
		return question{}, Reading{}, err
	}
	q, err := asked(r, organisations)
	if err != nil {
		return q, Reading{}, err
	}
	reading, err := p.figures.Read(r.Context(), r.Viewer, q.Query)
	if m, mendable := impact.Explain(err); mendable {
		var errs text.FieldErrors
		errs.List = append(errs.List, text.FieldError{Field: fieldOf(err), Message: m})
		return q, Reading{}, errs.Err()
	}
	return q, reading, err
}

// fieldOf is the field of the form that an error of impact is about.
func fieldOf(err error) string {
	switch {
	case errors.Is(err, impact.ErrForbidden):
		return "structure"
	case errors.Is(err, impact.ErrTerritory):
		return "ou"
	}
	return "du"
}

func (p pages) show(r *web.Request) (web.Response, error) {
	q, reading, err := p.read(r)
	v := View{Page: r.Page()}
	v.ask(q)
	if v.Review(err) {
		return web.Show(p.report, v)
	}
	if err != nil {
		return web.Response{}, err
	}
	v.tell(q, reading)
	return web.Show(p.report, v)
}

func (p pages) sheet(r *web.Request) (web.Response, error) {
	q, reading, err := p.read(r)
	var wrong *text.FieldErrors
	if errors.As(err, &wrong) {
		// The page says what to look at again, and keeps what was asked.
		return web.See(path + "?" + q.address()), nil
	}
	if err != nil {
		return web.Response{}, err
	}
	name := "chiffres-" + q.From.String() + "-" + q.To.String() + ".csv"
	return web.File(name, "text/csv; charset=utf-8", sheet(words{r.Page(), q.names()}, reading)).Private(), nil
}

// DefinitionsView is the page of definitions.
type DefinitionsView struct {
	*shared.Page
	Definitions []Definition
}

func (p pages) explain(r *web.Request) (web.Response, error) {
	v := DefinitionsView{Page: r.Page()}
	v.Definitions = definitions(v.Page, impact.Definitions())
	return web.Show(p.definitions, v)
}
