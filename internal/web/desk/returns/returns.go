// SPDX-License-Identifier: Apache-2.0

// Package returns is the loop that closes a referral: what other organisations
// handed to this one, to accept or to refuse with a reason, and what this one
// handed to others, of which it sees the status and its date, nothing more.
package returns

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"strconv"
	"time"

	"escale/internal/access"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/orientation"
	"escale/internal/web"
	"escale/internal/web/shared"
)

//go:embed list.html one.html fr.json en.json
var files embed.FS

// Names are the names of organisations, by identifier.
type Names map[id.ID]string

// Referrals is what the pages ask of the house: Desk, or what a test pretends.
type Referrals interface {
	// Waiting lists what was received and waits for an answer or a meeting, and
	// what was sent: of each, at most most after the first after ones.
	Waiting(ctx context.Context, v access.Viewer, after, most int) ([]orientation.Arrival, []orientation.Follow, Names, error)
	// Open gives one received referral, and notes that it was received.
	Open(ctx context.Context, v access.Viewer, referral id.ID) (orientation.Incoming, Names, error)
	Answer(ctx context.Context, v access.Viewer, referral id.ID, status orientation.Status, reason string) error
}

const (
	path    = "/retours"
	perPage = 20
	// lastPage bounds how far back the list goes.
	lastPage = 50
)

// Row is one referral in a list.
type Row struct {
	ID         id.ID
	Title      string
	Text       string
	Chips      []shared.Chip
	Need       string // where the need is, for what was sent
	Steps      []shared.Step
	Level      string
	ReceivedOn time.Time
}

// ListView is the two lists.
type ListView struct {
	*shared.Page
	Received, Sent []Row
	Late           int
	Older, Newer   string
}

// OneView is one received referral.
type OneView struct {
	*shared.Page
	In      orientation.Incoming
	From    string
	Chip    shared.Chip
	Mode    string // how she prefers things explained, in words
	Reasons []shared.Option
	Booked  bool
	// What may still be answered.
	Accept, Refuse, NotCome, Settle bool
}

type pages struct {
	referrals Referrals
	list      *shared.Template[ListView]
	one       *shared.Template[OneView]
}

// Routes declares the pages.
func Routes(lib *shared.Library, referrals Referrals) []web.Route {
	p := &pages{
		referrals: referrals,
		list:      shared.Add[ListView](lib, shared.Staff, files, "list.html"),
		one:       shared.Add[OneView](lib, shared.Staff, files, "one.html"),
	}
	return []web.Route{
		{Method: http.MethodGet, Pattern: path, Permission: access.DecideReferral, Handle: p.showList},
		{Method: http.MethodGet, Pattern: path + "/{id}", Permission: access.DecideReferral, Handle: p.showOne},
		{Method: http.MethodPost, Pattern: path + "/{id}", Permission: access.DecideReferral, Handle: p.answer},
	}
}

func (p *pages) showList(r *web.Request) (web.Response, error) {
	page, ok := r.Int("page")
	if !ok || page < 1 || page > lastPage {
		page = 1
	}
	received, sent, names, err := p.referrals.Waiting(r.Context(), r.Viewer, (page-1)*perPage, perPage+1)
	if err != nil {
		return web.Response{}, err
	}
	v := ListView{Page: r.Page()}
	if (len(received) > perPage || len(sent) > perPage) && page < lastPage {
		v.Older = path + "?page=" + strconv.Itoa(page+1)
	}
	if page > 1 {
		v.Newer = path + "?page=" + strconv.Itoa(page-1)
	}
	for _, a := range received[:min(perPage, len(received))] {
		v.Received = append(v.Received, v.arrival(a, names))
	}
	for _, f := range sent[:min(perPage, len(sent))] {
		row, err := v.followed(f, names)
		if err != nil {
			return web.Response{}, err
		}
		v.Sent = append(v.Sent, row)
	}
	return web.Show(p.list, v)
}

func (v *ListView) arrival(a orientation.Arrival, names Names) Row {
	row := Row{ID: a.ID, Title: names[a.Sender], Chips: []shared.Chip{chip(v.Page, a.Status)}, ReceivedOn: a.SentAt}
	if a.Service != "" {
		row.Text = v.T("returns.for_service", "service", a.Service)
	}
	row.Level = v.T("returns.level." + strconv.Itoa(a.Level))
	return row
}

func (v *ListView) followed(f orientation.Follow, names Names) (Row, error) {
	row := Row{ID: f.ID, Title: names[f.Recipient], ReceivedOn: f.SentAt}
	if v.Has("/demandes") {
		row.Need = "/demandes/" + string(f.Need)
	}
	if f.Late(v.Now, orientation.ReminderDays) {
		v.Late++
		row.Chips = append(row.Chips, shared.Chip{Kind: "att", Text: v.N("returns.late", int(v.Now.Sub(f.StatusAt).Hours()/24))})
	} else {
		row.Chips = append(row.Chips, chip(v.Page, f.Status))
	}
	for i, s := range f.Steps {
		iso, err := v.ISO(s.At)
		if err != nil {
			return row, err
		}
		day, err := v.Day(s.At)
		if err != nil {
			return row, err
		}
		step := shared.Step{State: "vu", ISO: iso, When: day, Text: v.T("returns.status." + string(s.Status))}
		if s.Reason != "" {
			step.Text = v.T("returns.refused_because", "reason", v.T("returns.reason."+s.Reason))
		}
		if i == len(f.Steps)-1 {
			step.State = "ici"
		}
		row.Steps = append(row.Steps, step)
	}
	return row, nil
}

// kinds gives each status the shape of its chip.
var kinds = map[orientation.Status]string{
	orientation.Sent: "", orientation.Received: "", orientation.Accepted: "cours", orientation.Seen: "cours",
	orientation.Settled: "oui", orientation.Refused: "non", orientation.NotCome: "non",
}

func chip(p *shared.Page, s orientation.Status) shared.Chip {
	return p.Chip(kinds[s], "returns.status."+string(s))
}

// view opens a received referral: its sheet is read, and the audit says so.
func (p *pages) view(r *web.Request, referral id.ID) (OneView, error) {
	in, names, err := p.referrals.Open(r.Context(), r.Viewer, referral)
	if err != nil {
		return OneView{}, err
	}
	v := OneView{Page: r.Page(), In: in, From: names[in.Sender], Booked: in.Booking != ""}
	v.Chip = chip(v.Page, in.Status)
	v.Reasons = v.Options("returns.reason.", orientation.RefusalReasons...)
	if in.Sheet != nil && in.Sheet.Explanation != "" {
		v.Mode = v.T("returns.explanation." + string(in.Sheet.Explanation))
	}
	switch in.Status {
	case orientation.Sent, orientation.Received, orientation.NotCome:
		v.Accept, v.Refuse, v.NotCome, v.Settle = true, true, v.Booked && in.Status != orientation.NotCome, true
	case orientation.Accepted:
		v.Refuse, v.NotCome, v.Settle = true, true, true
	case orientation.Seen:
		v.Settle = true
	}
	return v, nil
}

func (p *pages) showOne(r *web.Request) (web.Response, error) {
	referral, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	v, err := p.view(r, referral)
	if err != nil {
		return web.Response{}, err
	}
	return web.Show(p.one, v)
}

// said is what is told after each answer.
var said = map[orientation.Status]string{
	orientation.Accepted: "returns.done.accepted", orientation.Refused: "returns.done.refused",
	orientation.NotCome: "returns.done.not_come", orientation.Settled: "returns.done.settled",
}

func (p *pages) answer(r *web.Request) (web.Response, error) {
	referral, err := r.ID("id")
	if err != nil {
		return web.Response{}, err
	}
	status := orientation.Status(r.Form("reponse"))
	key, ok := said[status]
	if !ok {
		return p.again(r, referral, text.FieldError{Field: "reponse", Message: text.Msg("returns.answer_missing")})
	}
	err = p.referrals.Answer(r.Context(), r.Viewer, referral, status, r.Form("reason"))
	var answered *orientation.Answered
	var fields *text.FieldErrors
	switch {
	case err == nil:
		return web.Done(path, key), nil
	case errors.As(err, &answered):
		return p.again(r, referral, text.FieldError{
			Field: "reponse", Message: text.Msg("returns.answered", "now", text.Msg("returns.status."+string(answered.Now))),
		})
	case errors.As(err, &fields):
		return p.again(r, referral, fields.List...)
	}
	return web.Response{}, err
}

// again shows the referral with what is to be looked at again.
func (p *pages) again(r *web.Request, referral id.ID, faults ...text.FieldError) (web.Response, error) {
	v, err := p.view(r, referral)
	if err != nil {
		return web.Response{}, err
	}
	v.Errors = append(v.Errors, faults...)
	return web.Show(p.one, v)
}
