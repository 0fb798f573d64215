// SPDX-License-Identifier: Apache-2.0

package orientation

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"escale/internal/agenda"
	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	room "escale/internal/orientation"
	"escale/internal/web"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/shared"
)

// noAgreement is the answer when nothing travels.
const noAgreement = "none"

// fields gives the form's name of each field the room speaks of.
var fields = map[string]string{
	"recipient": "destinataire", "referral": "ou", "choice": "ou", "slot": "ou", "level": "niveau", "agreed": "accord",
	"first_name": "prenom", "contact": "contact", "sentence": "phrase", "context": "contexte", "explanation": "niveau",
	"service": "service", "next_step": "suite", "why": "pourquoi", "redirection": "redirection",
}

// errChoose is that nothing was chosen.
func errChoose(field, key string) error {
	var f text.FieldErrors
	f.Add(field, key)
	return f.Err()
}

func (p pages) decide(r *web.Request) (web.Response, error) {
	needID, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	// Sent twice: the place is hers already, and must not look taken.
	done, err := p.already(r)
	if err == nil {
		return web.See(desk.Path(needID) + "/bon/" + string(done.ID)), nil
	} else if !errors.Is(err, db.ErrNotFound) {
		return web.Response{}, err
	}
	page := r.Page()
	o, err := p.offer(r, page, needID)
	if err != nil {
		return web.Response{}, err
	}
	decision, err := o.decision(r)
	if err == nil {
		done, err = p.Ways.Decide(r.Context(), p.DB, r.Viewer, decision)
	}
	if err != nil {
		return p.again(r, page, o, err)
	}
	return web.See(desk.Path(needID) + "/bon/" + string(done.ID)), nil
}

func (p pages) already(r *web.Request) (done room.Decided, err error) {
	err = p.DB.Update(r.Context(), func(ctx context.Context, tx db.Tx) error {
		done, err = p.Ways.Decided(ctx, tx, r.Viewer, r.Key())
		return err
	})
	return done, err
}

// again shows the page with all that was answered, and what to do now.
func (p pages) again(r *web.Request, page *shared.Page, o *offer, err error) (web.Response, error) {
	var taken *agenda.Taken
	var refused *room.ContextRefused
	isTaken, isRefused := errors.As(err, &taken), errors.As(err, &refused)
	if !isTaken && !isRefused && !page.Review(desk.Named(err, fields)) {
		return web.Response{}, err
	}
	if isRefused {
		page.Review(errRefused(refused))
	}
	if isTaken { // what is free has changed since it was read
		var failed error
		if o, failed = p.offer(r, page, o.need.ID); failed != nil {
			return web.Response{}, failed
		}
	}
	v, failed := o.view(page)
	if failed != nil {
		return web.Response{}, failed
	}
	v.Taken = isTaken
	response, failed := web.Show(p.page, v)
	if isTaken && failed == nil {
		response.Status = http.StatusConflict
	}
	return response, failed
}

func errRefused(c *room.ContextRefused) error {
	return &text.FieldErrors{List: []text.FieldError{{Field: "niveau", Message: c.Message()}}}
}

// decision reads the form. A place that is no longer offered is a place taken.
func (o *offer) decision(r *web.Request) (room.Decision, error) {
	d := room.Decision{
		ID: r.Key(), Need: o.need.ID, Choice: room.TreatedHere, HerChoice: room.ChoseOther, NextStep: r.Form("suite"), Why: r.Form("pourquoi"),
	}
	if o.hers {
		d.HerChoice = room.Agreed
	}
	value := r.Form("ou")
	switch value {
	case "":
		return d, errChoose("ou", "offer.choose")
	case elsewhere:
		recipient, ok := r.FormID("destinataire")
		if !ok {
			return d, errChoose("destinataire", "orientation.to_whom")
		}
		d.Choice, d.Redirection, d.Referral = room.HandedOn, r.Form("redirection"), o.referral(r, recipient, "")
		if d.Referral.Level >= room.ContactNeed && d.Referral.Service == "" {
			return d, errChoose("service", "orientation.recipient_not_named")
		}
		return d, nil
	}
	c := o.find(value)
	if c == nil {
		return d, &agenda.Taken{}
	}
	d.Family, d.Rule = c.family, c.rule
	if c.leads {
		d.HerChoice = room.Agreed
	}
	if c.slot == nil {
		return d, nil
	}
	d.Slot = &room.Slot{Opening: c.slot.Opening, Worker: c.slot.Worker, Start: c.slot.Start}
	if c.slot.Organisation != r.Viewer.Organisation() {
		d.Choice, d.Redirection = room.HandedOn, r.Form("redirection")
		d.Referral = o.referral(r, c.slot.Organisation, c.slot.Worker)
	}
	return d, nil
}

// referral is what travels. At level 0 nothing does: the first name and number
// the form holds for the other levels stay here.
func (o *offer) referral(r *web.Request, recipient, worker id.ID) *room.NewReferral {
	level, _ := r.Int("niveau")
	n := &room.NewReferral{Recipient: recipient, RecipientWorker: worker, Level: level}
	if worker == "" {
		n.Service = r.Form("service")
	}
	if level < room.ContactNeed {
		return n
	}
	if how := r.Form("accord"); how != noAgreement {
		n.AgreedHow = how
	}
	n.Sheet = room.Liaison{
		FirstName: r.Form("prenom"), Contact: r.Form("contact"), Sentence: r.Form("phrase"), Context: r.Form("contexte"),
	}
	if o.talk != nil {
		n.Sheet.Explanation = o.talk.Explanation
	}
	return n
}

func (p pages) askRefusal(r *web.Request) (web.Response, error) {
	needID, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	page := r.Page()
	if _, err := p.offer(r, page, needID); err != nil {
		return web.Response{}, err
	}
	return web.Show(p.refusal, Refusal{Page: page, Path: desk.Path(needID)})
}

// refuse records that she wants none of what was proposed. The need stays open,
// and what she said no to is not put first again.
func (p pages) refuse(r *web.Request) (web.Response, error) {
	needID, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	said, err := p.sayNo(r, needID)
	if err == nil {
		_, err = p.Ways.Decide(r.Context(), p.DB, r.Viewer, room.Decision{
			ID: r.Key(), Need: needID, Choice: room.TreatedHere, HerChoice: room.Declined, Refusals: said, Why: r.Form("pourquoi"),
		})
	}
	if err != nil {
		v := Refusal{Page: r.Page(), Path: desk.Path(needID)}
		if v.Review(desk.Named(err, fields)) {
			return web.Show(p.refusal, v)
		}
		return web.Response{}, err
	}
	return web.Done(desk.Path(needID), "offer.done.refused"), nil
}

// sayNo writes with the need the families that were proposed to her. Doing it
// again changes nothing.
func (p pages) sayNo(r *web.Request, needID id.ID) (said []autonomy.Family, err error) {
	err = p.DB.Update(r.Context(), func(ctx context.Context, tx db.Tx) error {
		o := &offer{}
		if err := p.facts(ctx, tx, r, o, needID); err != nil {
			return err
		}
		talk := autonomy.Conversation{}
		if o.talk != nil {
			talk = o.talk.Talk
		}
		advice, err := autonomy.Advise(o.need.Facts(talk, o.orientations, desk.Today(r.Page())))
		if err != nil {
			return err
		}
		said = slices.Clone(o.need.Refusals)
		for _, s := range advice.Suggestions {
			if (doneHere(s) || s.Destination == autonomy.ToSocial) && !slices.Contains(said, s.Family) {
				said = append(said, s.Family)
			}
		}
		if len(said) == len(o.need.Refusals) {
			return nil
		}
		o.need.Refusals = said
		_, err = p.Needs.Save(ctx, tx, r.Viewer, o.need)
		return err
	})
	return said, err
}
