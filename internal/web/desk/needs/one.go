// SPDX-License-Identifier: Apache-2.0

package needs

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/network"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/web"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/shared"
)

// One is the view of one need.
type One struct {
	*shared.Page
	Need    need.Need
	Person  person.Person // zero while she has no file
	State   shared.Chip
	Facts   []desk.Fact
	Reach   []desk.Fact // how to reach her, what she knows and wants
	Talk    *Talk
	Line    []shared.Step
	Late    bool   // whoever has it gave no news for long
	Slip    string // path of her last sheet, empty before a decision
	Closed  bool
	Agreed  []Yes // what she can take back
	Path    string
	Initial string
}

// Talk is the last conversation, in words.
type Talk struct{ Level, Reading, Day string }

// story is all that the page reads, in one transaction.
type story struct {
	need    need.Need
	person  person.Person
	events  []need.Event
	talks   []need.Held
	sent    []orientation.Follow
	agreed  []person.Agreement
	names   map[id.ID]string // organisations
	decided map[id.ID]orientation.Decided
}

func (p pages) read(r *web.Request, needID id.ID) (s story, err error) {
	err = p.gesture(r, func(ctx context.Context, tx db.Tx) error {
		s, err = p.tell(ctx, tx, r, needID)
		return err
	})
	return s, err
}

func (p pages) tell(ctx context.Context, tx db.Tx, r *web.Request, needID id.ID) (s story, err error) {
	if s.need, err = p.Needs.Read(ctx, tx, r.Viewer, needID); err != nil {
		return s, err
	}
	if s.events, err = p.Needs.History(ctx, tx, r.Viewer, needID); err != nil {
		return s, err
	}
	if s.talks, err = p.Needs.Conversations(ctx, tx, r.Viewer, needID); err != nil {
		return s, err
	}
	if s.sent, err = p.Ways.Sent(ctx, tx, r.Viewer, orientation.SentFilter{Need: needID}); err != nil {
		return s, err
	}
	if s.need.Person != "" {
		if s.person, err = p.People.Read(ctx, tx, r.Viewer, s.need.Person); err != nil {
			return s, err
		}
	}
	s.names = map[id.ID]string{}
	for _, f := range s.sent {
		o, err := network.GetOrganisation(ctx, tx, f.Recipient)
		if err != nil {
			return s, err
		}
		s.names[f.Recipient] = o.Name
	}
	if s.agreed, err = p.agreements(ctx, tx, r, needID, s.names); err != nil {
		return s, err
	}
	s.decided = map[id.ID]orientation.Decided{}
	for _, e := range s.events {
		if e.Cause == "" {
			continue
		}
		// A cause is a decision or an activity: only a decision gives a sheet.
		switch d, err := p.Ways.Decided(ctx, tx, r.Viewer, e.Cause); {
		case err == nil:
			s.decided[e.Cause] = d
		case !errors.Is(err, db.ErrNotFound):
			return s, err
		}
	}
	return s, nil
}

func (p pages) showOne(r *web.Request) (web.Response, error) {
	needID, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	s, err := p.read(r, needID)
	if err != nil {
		return web.Response{}, err
	}
	v, err := s.view(r.Page())
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.one, v)
}

func (s story) view(p *shared.Page) (One, error) {
	v := One{
		Page: p, Need: s.need, Person: s.person, State: chipOf(p, s.need), Closed: s.need.Status.Closed(),
		Path: desk.Path(s.need.ID), Reach: s.reach(p), Initial: s.initials(p),
		Agreed: yeses(p, s.agreed, s.names, desk.Today(p)),
	}
	var talk *need.Held
	if len(s.talks) > 0 {
		talk = &s.talks[0]
		day, err := p.Day(talk.At)
		if err != nil {
			return v, err
		}
		v.Talk = &Talk{Level: p.M(talk.Level().Message()), Reading: p.M(talk.Explanation.Message()), Day: day}
	}
	var err error
	if v.Facts, err = desk.Facts(p, s.need, talk); err != nil {
		return v, err
	}
	for _, f := range s.sent {
		v.Late = v.Late || f.Late(p.Now, orientation.ReminderDays)
	}
	for _, e := range slices.Backward(s.events) {
		if _, ok := s.decided[e.Cause]; ok {
			v.Slip = v.Path + "/bon/" + string(e.Cause)
			break
		}
	}
	v.Line, err = s.line(p)
	return v, err
}

func (s story) initials(p *shared.Page) string {
	names := []string{s.need.Said.FirstName}
	if s.need.Person != "" {
		names = []string{s.person.Identity.FirstName, s.person.Identity.LastName}
	}
	if out := desk.Initials(names...); out != "" {
		return out
	}
	return p.T("needs.unnamed")
}

// reach is how to reach her, and what she said of what she knows and wants.
func (s story) reach(p *shared.Page) []desk.Fact {
	n := s.need
	list := []desk.Fact{{Label: p.T("capture.way.label"), Value: p.T("person.contact_way." + string(n.ContactWay))}}
	add := func(label, value string) {
		if value != "" {
			list = append(list, desk.Fact{Label: p.T(label), Value: value})
		}
	}
	add("capture.contact.label", p.Phone(cmp.Or(n.Said.Contact, s.person.Identity.Phone)))
	if n.SharedPhone {
		add("capture.shared.label", p.T("capture.shared.true"))
	}
	if n.Category != "" {
		add("capture.theme.label", p.T("need.category."+string(n.Category)))
	}
	if n.SubTheme != "" {
		add("capture.sub_theme.label", p.T("need.sub_theme."+n.SubTheme))
	}
	add("capture.entry.label", p.T("need.entry_way."+n.EntryWay))
	add("capture.knows.label", n.Said.Knows)
	add("capture.wants.label", n.Said.Wants)
	add("capture.wants_not.label", n.Said.WantsNot)
	return list
}

// ReminderDays is after how many days without news the page says so.
func (One) ReminderDays() int { return orientation.ReminderDays }
