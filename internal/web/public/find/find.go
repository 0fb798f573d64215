// SPDX-License-Identifier: Apache-2.0

// Package find is « Trouver de l'aide »: one says where one lives and what one
// needs in one's own words, and reads the places around, the nearest first, with
// what is open now. The list comes first and says everything; the map says it
// again for those who prefer it.
package find

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/text"
	"escale/internal/network/finder"
	"escale/internal/territory"
	"escale/internal/web"
	"escale/internal/web/atlas"
	"escale/internal/web/shared"
)

//go:embed page.html fr.json
var files embed.FS

// path is the address of the page.
const path = "/trouver"

// perPage is how many places one reads at a time: a choice, not a directory.
const perPage = 10

// keptFor is how long an answer may be shown as it is, unless a door it shows
// opens or closes before: the counts of places open now may be that late.
const keptFor = time.Minute

// longest is how much of an answer is read, in bytes.
const longest = 200

// needs are the everyday needs as the home page puts them in addresses, and
// their codes in the search.
var needs = []struct{ value, code string }{
	{"papier", "papers"},
	{"telephone", "devices"},
	{"contact", "contact"},
	{"arnaque", "scam"},
	{"ecole", "school"},
	{"travail", "work"},
	{"internet", "equipment"},
	{"autre", "unsure"},
}

// Places gives the picture of all public places.
type Places interface {
	Current(ctx context.Context) (*atlas.Snapshot, error)
}

// View is the page.
type View struct {
	*shared.Page
	Where atlas.Where
	// Choices and Guesses lead to this search in one commune.
	Choices, Guesses, Others []shared.Link
	Result                   atlas.Result
	Rows                     []Row
	Summary                  string
	Notes                    []string // how the words typed were read
	// Chosen says the need and the filters in use; Clear drops them.
	Chosen  []string
	Clear   string
	Filters []shared.Choices
	Need    shared.Choices
	Pages   Pages
	Map     *Map
	// Known is false when the network has no place at all.
	Known bool
	// Stale says that a card shown has not been verified for long.
	Stale bool

	until time.Time // when what is said of the doors stops being true
}

// Row is one place of the list.
type Row struct {
	Rank             int
	Path, Name, Town string
	Facts            []string // distance, opening, cost
}

// Pages leads to the pages before and after; empty paths lead nowhere.
type Pages struct {
	Number, Count    int
	Previous, Follow string
}

// Routes declares the page.
func Routes(lib *shared.Library, places Places) []web.Route {
	lib.Messages(atlas.Messages)
	page := shared.Add[View](lib, shared.Public, files, "page.html")
	return []web.Route{{
		Method: http.MethodGet, Pattern: path, Permission: access.Public, Keep: keptFor,
		Handle: func(r *web.Request) (web.Response, error) {
			s, err := places.Current(r.Context())
			if err != nil {
				return web.Response{}, err
			}
			v := search(r, s)
			response, err := web.Show(page, v)
			response.Until = v.until
			return response, err
		},
	}}
}

// search reads the question and answers it.
func search(r *web.Request, s *atlas.Snapshot) View {
	q := read(r)
	v := View{Page: r.Page(), Known: s.Len() > 0, Where: s.Locate(q.typed, q.commune)}
	if v.Where.Commune != nil {
		q.commune = v.Where.Commune.Code
		v.Others = v.inCommunes(q, v.Where.Others)
	} else {
		q.commune = ""
		v.Choices, v.Guesses = v.inCommunes(q, v.Where.Choices), v.inCommunes(q, v.Where.Guesses)
		v.noCommune()
	}
	request := q.request()
	request.At, request.Near = r.Now, v.Where.Near()
	if request.Near != nil {
		request.RadiusKm = atlas.NearKm
	}
	if !v.Where.Asked() || v.Where.Commune != nil {
		v.answer(q, request, s)
	}
	v.ask(q)
	return v
}

// noCommune notes what there is to look at again when what was typed is no
// commune. A commune to choose among several is no mistake.
func (v *View) noCommune() {
	var errs text.FieldErrors
	switch {
	case !v.Where.Asked() || len(v.Choices) > 0:
		return
	case len(v.Guesses) > 0:
		errs.Add("ou", "find.where.guess")
	default:
		errs.Add("ou", "find.where.unknown")
	}
	v.Review(errs.Err())
}

func (v *View) inCommunes(q question, communes []territory.Commune) []shared.Link {
	links := make([]shared.Link, len(communes))
	for i, c := range communes {
		department, _ := territory.DepartmentByCode(c.Department)
		q.typed, q.commune = c.Name, c.Code
		postal := ""
		if len(c.PostalCodes) > 0 {
			postal = c.PostalCodes[0]
		}
		links[i] = shared.Link{
			Path: q.address(1), Text: c.Name,
			Hidden: v.T("find.commune.where", "postal", postal, "department", department.Name),
		}
	}
	return links
}

// answer fills the list, the map and the counts.
func (v *View) answer(q question, request atlas.Request, s *atlas.Snapshot) {
	request.Offset, request.Limit = (q.page-1)*perPage, perPage
	v.Result = s.Search(request)
	count := max(1, (v.Result.Total+perPage-1)/perPage)
	if q.page > count {
		q.page = count
		request.Offset = (count - 1) * perPage
		v.Result = s.Search(request)
	}
	today := clock.DateOf(v.Now)
	for i, f := range v.Result.Found {
		row := Row{
			Rank: request.Offset + i + 1, Path: atlas.Path(f.Place.Card.ID),
			Name: shared.Typeset(f.Place.Card.Name), Town: f.Place.Town,
		}
		for _, fact := range []string{f.Distance(v.Page), f.Opening.Words(v.Page, v.Now), v.cost(f.Place)} {
			if fact != "" {
				row.Facts = append(row.Facts, fact)
			}
		}
		v.Rows = append(v.Rows, row)
		v.holdsUntil(f.Opening.Change())
		v.Stale = v.Stale || f.Place.Card.Stale(today)
	}
	v.holdsUntil(today.AddDays(1).In(v.Now.Location())) // « demain », and what was verified long ago
	v.Pages = Pages{Number: q.page, Count: count}
	if q.page > 1 {
		v.Pages.Previous = q.address(q.page - 1)
	}
	if q.page < count {
		v.Pages.Follow = q.address(q.page + 1)
	}
	v.Summary = v.summary()
	v.Notes = v.notes()
	if v.Where.Near() != nil && len(v.Rows) > 0 {
		v.Map = draw(v.Page, v.Where.Commune, v.Result.Found, request.Offset+1)
	}
}

func (v *View) holdsUntil(t time.Time) {
	if !t.IsZero() && (v.until.IsZero() || t.Before(v.until)) {
		v.until = t
	}
}

// cost says what one pays, in a few words.
func (v *View) cost(p *atlas.Place) string {
	words := atlas.Labels(v.Page, finder.Costs, p.Card.Fees)
	for i := range words {
		words[i] = atlas.Lower(words[i])
	}
	return v.List(words)
}

// summary says how many places answer, and where.
func (v *View) summary() string {
	switch {
	case v.Result.Total == 0:
		return ""
	case v.Where.Near() != nil:
		return v.N("find.found.near", v.Result.Total, "km", atlas.NearKm)
	}
	return v.N("find.found", v.Result.Total)
}

// notes says how the words typed were read, when not as they were typed.
func (v *View) notes() []string {
	var notes []string
	for _, c := range v.Result.Corrections {
		notes = append(notes, v.T("find.corrected", "typed", c.Typed, "words", v.List(c.Words[:min(3, len(c.Words))])))
	}
	if len(v.Result.Unread) > 0 {
		notes = append(notes, v.T("find.unread", "words", v.List(v.Result.Unread)))
	}
	if v.Result.Agreement == finder.MostWords && len(v.Rows) > 0 {
		notes = append(notes, v.T("find.some_words"))
	}
	return notes
}

// ask fills the form: the need, and the filters with what each would find.
func (v *View) ask(q question) {
	options := []shared.Option{{Label: v.T("find.need.any")}}
	for _, n := range needs {
		label := v.T("find.need." + n.value)
		options = append(options, shared.Option{Value: n.value, Label: label})
		if n.value == q.need {
			v.Chosen = append(v.Chosen, atlas.Lower(label))
		}
	}
	v.Need = v.checks("besoin", "find.need", options)
	open := shared.Option{Value: "1", Label: v.T("find.open.now"), Help: v.N("find.count", v.Result.OpenCount)}
	if q.open {
		v.Chosen = append(v.Chosen, atlas.Lower(open.Label))
	}
	v.Filters = append(v.Filters, v.checks("ouvert", "find.open", []shared.Option{open}))
	for _, f := range filters {
		options := v.options(f)
		for _, o := range options {
			if slices.Contains(q.filters[f.name], o.Value) {
				v.Chosen = append(v.Chosen, atlas.Lower(o.Label))
			}
		}
		if len(options) > 0 {
			v.Filters = append(v.Filters, v.checks(f.name, "find."+f.name, options))
		}
	}
	if len(v.Chosen) > 0 {
		v.Clear = question{typed: q.typed, commune: q.commune, words: q.words}.address(1)
	}
}

func (v *View) checks(name, key string, options []shared.Option) shared.Choices {
	c, err := v.Checks(name, key, options, "grid", "l")
	if err != nil {
		panic(err) // the attributes are constants
	}
	return c
}

// options are the values of a filter that some place has, with how many.
func (v *View) options(f filter) []shared.Option {
	var options []shared.Option
	for _, facet := range f.facets {
		for _, c := range atlas.Codes(facet) {
			for _, n := range v.Result.Facets[facet] {
				if n.Code == c.Code && (n.Places > 0 || n.Chosen) {
					options = append(options, shared.Option{Value: c.Value, Label: v.T(c.Key()), Help: v.N("find.count", n.Places)})
				}
			}
		}
	}
	return options
}

// filter is a question of the form answered by values of one or two facets.
type filter struct {
	name   string
	facets []finder.Facet
}

var filters = []filter{
	{"cout", []finder.Facet{finder.Costs}},
	{"pour", []finder.Facet{finder.Care, finder.Publics}},
	{"acces", []finder.Facet{finder.Access, finder.Support}},
}

// question is the address of the page, read.
type question struct {
	typed, commune string // what was typed, and the INSEE code chosen for it
	need, words    string
	open           bool
	filters        map[string][]string
	page           int
}

func read(r *web.Request) question {
	q := question{
		typed: short(r.Form("ou")), commune: r.Form("commune"), words: short(r.Form("texte")),
		open: r.Form("ouvert") == "1", filters: map[string][]string{}, page: 1,
	}
	if n, ok := r.Int("page"); ok && n > 1 {
		q.page = n
	}
	for _, n := range needs {
		if n.value == r.Form("besoin") {
			q.need = n.value
		}
	}
	for _, f := range filters {
		for _, facet := range f.facets {
			for _, c := range atlas.Codes(facet) {
				if slices.Contains(r.Values(f.name), c.Value) {
					q.filters[f.name] = append(q.filters[f.name], c.Value)
				}
			}
		}
	}
	return q
}

// short cuts what no commune and no question is as long as.
func short(s string) string {
	if len(s) <= longest {
		return s
	}
	cut := longest
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut]
}

// request is the question as the search reads it, without where and when.
func (q question) request() atlas.Request {
	r := atlas.Request{Text: q.words, OnlyOpen: q.open}
	for _, n := range needs {
		if n.value == q.need {
			r.Need = n.code
		}
	}
	for _, f := range filters {
		for _, facet := range f.facets {
			for _, c := range atlas.Codes(facet) {
				if slices.Contains(q.filters[f.name], c.Value) {
					r.Any[facet] = append(r.Any[facet], c.Code)
				}
			}
		}
	}
	return r
}

// address is where the question is answered, from its nth page: what one may
// send to somebody.
func (q question) address(n int) string {
	values := url.Values{}
	set := func(name, value string) {
		if value != "" {
			values.Set(name, value)
		}
	}
	set("ou", q.typed)
	set("commune", q.commune)
	set("besoin", q.need)
	set("texte", q.words)
	if q.open {
		set("ouvert", "1")
	}
	for _, f := range filters {
		for _, value := range q.filters[f.name] {
			values.Add(f.name, value)
		}
	}
	if n > 1 {
		set("page", strconv.Itoa(n))
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}
