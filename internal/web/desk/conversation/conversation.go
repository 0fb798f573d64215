// SPDX-License-Identifier: Apache-2.0

// Package conversation is the talk a helper has with a person about doing things
// online: ten spoken questions, one a page, each of which may be left out, and
// all of them at once. What is said travels from page to page inside the form
// and is kept at the end only. Then comes, in words, what may help her for this
// demand, today; never a figure. The same guide exists on paper.
package conversation

import (
	"context"
	"embed"
	"slices"
	"strconv"

	"escale/internal/access"
	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/web"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/shared"
)

//go:embed start.html question.html end.html paper.html fr.json en.json
var files embed.FS

// Needs is what the pages ask of the room of needs.
type Needs interface {
	Read(ctx context.Context, tx db.Tx, v access.Viewer, need id.ID) (need.Need, error)
	Hold(ctx context.Context, tx db.Tx, v access.Viewer, conversation, need id.ID, talk autonomy.Conversation) (need.Held, error)
}

// Deps is what the pages stand on.
type Deps struct {
	DB    *db.DB
	Needs Needs
}

// Start is the view before the first question.
type Start struct {
	*shared.Page
	Path    string // of the need
	Opening []string
	Count   int
}

// Question is the view of one question.
type Question struct {
	*shared.Page
	Path    string
	Number  int // from 1
	Next    int // 0 after the last
	Before  int // 0 before the first
	Code    autonomy.Code
	Options []shared.Option
	Kept    []Kept // the answers to the other questions
	Card    *Card  // beside the question about explanations
}

// Kept is an answer carried from page to page.
type Kept struct {
	Code  autonomy.Code
	Value int
}

// Card is the helper's card about reading, in words: read, never filled in.
type Card struct{ Signals, Say, Never []string }

// Paper is the guide to print.
type Paper struct {
	*shared.Page
	Opening []string
	Prompts []Prompt
}

// Prompt is one question with its answers, in words.
type Prompt struct {
	Ask     string
	Answers []string
}

// Routes are the start, the questions, what they give, and the paper guide.
func Routes(lib *shared.Library, d Deps) []web.Route {
	p := pages{
		Deps:     d,
		start:    shared.Add[Start](lib, shared.Staff, files, "start.html"),
		question: shared.Add[Question](lib, shared.Staff, files, "question.html"),
		end:      shared.Add[End](lib, shared.Staff, files, "end.html"),
		paper:    shared.Add[Paper](lib, shared.Staff, files, "paper.html"),
	}
	talk := func(method, pattern string, handle func(*web.Request) (web.Response, error)) web.Route {
		return web.Route{Method: method, Pattern: pattern, Permission: access.HoldConversation, Handle: handle}
	}
	return []web.Route{
		talk("GET", "/demandes/{id}/entretien", p.open),
		talk("GET", "/demandes/{id}/entretien/{n}", p.turn),
		talk("POST", "/demandes/{id}/entretien/{n}", p.turn),
		talk("POST", "/demandes/{id}/entretien", p.keep),
		talk("GET", "/entretien/papier", p.print),
	}
}

type pages struct {
	Deps
	start    *shared.Template[Start]
	question *shared.Template[Question]
	end      *shared.Template[End]
	paper    *shared.Template[Paper]
}

// reach makes sure that the need is the viewer's to talk about.
func (p pages) reach(r *web.Request) (id.ID, error) {
	needID, err := r.ID("id")
	if err != nil {
		return "", err
	}
	err = p.DB.Update(r.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := p.Needs.Read(ctx, tx, r.Viewer, needID)
		return err
	})
	return needID, err
}

func (p pages) open(r *web.Request) (web.Response, error) {
	needID, err := p.reach(r)
	if err != nil {
		return web.Response{}, err
	}
	page := r.Page()
	g := autonomy.CurrentGuide()
	return web.Show(p.start, Start{Page: page, Path: desk.Path(needID), Opening: say(page, g.Opening), Count: len(g.Prompts)})
}

func say(p *shared.Page, keys []string) []string {
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = p.T(key)
	}
	return out
}

// ending is the step after the last question.
const ending = "fin"

// turn shows question n, or the one that the form sent leads to.
func (p pages) turn(r *web.Request) (web.Response, error) {
	needID, err := p.reach(r)
	if err != nil {
		return web.Response{}, err
	}
	prompts := autonomy.CurrentGuide().Prompts
	n, err := strconv.Atoi(r.Path("n"))
	if err != nil || n < 1 || n > len(prompts) {
		return web.Response{}, db.ErrNotFound
	}
	page := r.Page()
	answers := said(r)
	if r.Form("passer") != "" { // left out, even if an answer was ticked
		delete(answers, prompts[n-1].Code)
	}
	to := r.Form("vers") + r.Form("passer")
	if to == ending {
		return web.Show(p.end, ended(page, desk.Path(needID), answers))
	}
	if next, err := strconv.Atoi(to); err == nil && next >= 1 && next <= len(prompts) {
		n = next
	}
	return web.Show(p.question, ask(page, desk.Path(needID), n, answers))
}

// said reads the answers a form carries; anything else than an answer of the
// guide is as if nothing had been said.
func said(r *web.Request) autonomy.Answers {
	answers := autonomy.Answers{}
	for _, prompt := range autonomy.CurrentGuide().Prompts {
		if a, ok := r.Int(string(prompt.Code)); ok && a >= 0 && a < len(prompt.Answers) {
			answers[prompt.Code] = a
		}
	}
	return answers
}

func ask(p *shared.Page, path string, n int, answers autonomy.Answers) Question {
	prompts := autonomy.CurrentGuide().Prompts
	prompt := prompts[n-1]
	v := Question{Page: p, Path: path, Number: n, Before: n - 1, Code: prompt.Code}
	if n < len(prompts) {
		v.Next = n + 1
	}
	given, known := answers[prompt.Code]
	for i, key := range prompt.Answers {
		v.Options = append(v.Options, shared.Option{Value: strconv.Itoa(i), Label: p.T(key), Checked: known && given == i})
	}
	v.Options = append(v.Options, shared.Option{Value: "-", Label: p.M(autonomy.NotDiscussed()), Checked: !known})
	v.Kept = carried(answers, prompt.Code)
	if prompt.Dimension == "explanation" {
		v.Card = card(p)
	}
	return v
}

// carried lists the answers in the guide's order, that of a question left out.
func carried(answers autonomy.Answers, but autonomy.Code) []Kept {
	var kept []Kept
	for _, prompt := range autonomy.CurrentGuide().Prompts {
		if a, ok := answers[prompt.Code]; ok && prompt.Code != but {
			kept = append(kept, Kept{prompt.Code, a})
		}
	}
	return kept
}

func card(p *shared.Page) *Card {
	c := autonomy.CurrentCard()
	return &Card{Signals: say(p, c.Signals), Say: say(p, c.Say), Never: say(p, c.Never)}
}

func (p pages) print(r *web.Request) (web.Response, error) {
	page := r.Page()
	g := autonomy.CurrentGuide()
	v := Paper{Page: page, Opening: say(page, g.Opening)}
	for _, prompt := range g.Prompts {
		answers := append(slices.Clone(prompt.Answers[:]), autonomy.NotDiscussed().Key)
		v.Prompts = append(v.Prompts, Prompt{Ask: page.T(prompt.Ask), Answers: say(page, answers)})
	}
	return web.Show(p.paper, v)
}

// Ask is the question in words, as it is said.
func (v Question) Ask() string {
	return v.T(autonomy.CurrentGuide().Prompts[v.Number-1].Ask)
}
