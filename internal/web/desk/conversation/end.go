// SPDX-License-Identifier: Apache-2.0

package conversation

import (
	"context"
	"strconv"

	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/web"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/shared"
)

// End is the view of what was said: the level in words, her choice, and what the
// helper may still say before it is kept.
type End struct {
	*shared.Page
	Path     string
	Level    string
	Reading  string
	Said     []Line
	Kept     []Kept
	Card     *Card
	Levels   []shared.Option // the helper's own, the first keeping what was said
	Subjects []shared.Option
	Families []shared.Option
}

// Line is a question with what was answered, and where to change it.
type Line struct {
	Ask, Answer string
	Number      int
}

// kept is the choice of the level that the answers give.
const asSaid = "-"

func ended(p *shared.Page, path string, answers autonomy.Answers) End {
	level, _ := autonomy.LevelOf(answers)
	reading := autonomy.ReadingModeOf(answers)
	v := End{
		Page: p, Path: path, Level: p.M(level.Message()), Reading: p.M(reading.Message()), Kept: carried(answers, ""),
		Levels: []shared.Option{{Value: asSaid, Label: p.T("talk.level.as_said"), Checked: true}},
	}
	for i, prompt := range autonomy.CurrentGuide().Prompts {
		line := Line{Ask: p.T(prompt.Ask), Answer: p.M(autonomy.NotDiscussed()), Number: i + 1}
		if a, ok := answers[prompt.Code]; ok {
			line.Answer = p.T(prompt.Answers[a])
		}
		v.Said = append(v.Said, line)
	}
	for _, l := range autonomy.Levels {
		v.Levels = append(v.Levels, shared.Option{Value: string(l), Label: p.M(l.Message())})
	}
	for _, s := range autonomy.Subjects {
		v.Subjects = append(v.Subjects, p.Options("talk.subject.", string(s))...)
	}
	for _, f := range refusable {
		v.Families = append(v.Families, shared.Option{Value: string(f), Label: p.M(f.Message())})
	}
	if reading == autonomy.SpokenShown {
		v.Card = card(p)
	}
	// The end is reached by the form of a question, whose fields are not this one's.
	if !p.Values.Has("niveau") {
		p.Values.Set("niveau", asSaid)
	}
	return v
}

// refusable are the ways to be helped that people say no to in these words; the
// others are manners of helping, spoken of one to one.
var refusable = []autonomy.Family{
	autonomy.TreatNow, autonomy.SocialRelay, autonomy.MandateDurable, autonomy.SideBySide, autonomy.Workshop, autonomy.OpenResource,
}

// Impossible is the one box of someone for whom learning is durably out of reach.
func (v End) Impossible() []shared.Option {
	return []shared.Option{{Value: "1", Label: v.T("talk.impossible.yes")}}
}

func (p pages) keep(r *web.Request) (web.Response, error) {
	needID, err := p.reach(r)
	if err != nil {
		return web.Response{}, err
	}
	talk := autonomy.Conversation{Answers: said(r), DurableImpossibility: r.Form("impossible") != ""}
	if level := r.Form("niveau"); level != "" && level != asSaid {
		talk.LevelOverride = &autonomy.Override{Level: autonomy.Level(level), Reason: r.Form("raison")}
	}
	for _, s := range r.Values("sujet") {
		talk.Subjects = append(talk.Subjects, autonomy.Subject(s))
	}
	for _, f := range r.Values("refus") {
		talk.Refusals = append(talk.Refusals, autonomy.Family(f))
	}
	err = p.DB.Update(r.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := p.Needs.Hold(ctx, tx, r.Viewer, r.Key(), needID, talk)
		return err
	})
	err = desk.Named(err, map[string]string{
		"level_override.level": "niveau", "level_override.reason": "raison", "subjects": "sujet", "refusals": "refus",
	})
	if err != nil {
		v := ended(r.Page(), desk.Path(needID), talk.Answers)
		if v.Review(err) {
			return web.Show(p.end, v)
		}
		return web.Response{}, err
	}
	return web.Done(desk.Path(needID)+"/orientation", "talk.done.kept"), nil
}

// Change is where the form leads to change an answer: the question's number.
func (l Line) Change() string { return strconv.Itoa(l.Number) }
