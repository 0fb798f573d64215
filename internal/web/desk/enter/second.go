// SPDX-License-Identifier: Apache-2.0

package enter

import (
	"encoding/base64"
	"html/template"

	"escale/internal/access"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// CodeView asks for the code of the telephone, or for a recovery code.
type CodeView struct {
	View
	Recovery bool
}

// codePages are the second step of signing in.
type codePages struct {
	Door
	page *shared.Template[CodeView]
}

func (d Door) codePages(lib *shared.Library) codePages {
	return codePages{d, shared.Add[CodeView](lib, shared.Public, files, "code.html")}
}

func (c codePages) view(r *web.Request) CodeView {
	return CodeView{View: View{Page: r.Page(), Suite: wanted(r)}, Recovery: r.Form("secours") != ""}
}

func (c codePages) show(r *web.Request) (web.Response, error) {
	session, err := c.session(r)
	if err != nil {
		return web.Response{}, err
	}
	if session.Stage != access.StageCode {
		return web.See(withSuite(signInPath, wanted(r))), nil
	}
	return web.Show(c.page, c.view(r))
}

func (c codePages) confirm(r *web.Request) (web.Response, error) {
	v := c.view(r)
	token, err := c.Keeper.Confirm(r.Context(), c.token(r), r.Form("code"))
	if access.Refused(err, "access.not_yours") {
		return c.tooLong(r)
	}
	if v.Review(atField(err, "code")) {
		return Again(c.page, v, r, err)
	}
	if err != nil {
		return web.Response{}, err
	}
	return web.See(asked(access.StageOpen, v.Suite)).WithCookie(Cookie(token, c.HTTPS)), nil
}

// tooLong sends back to the beginning someone whose first step is no longer known.
func (d Door) tooLong(r *web.Request) (web.Response, error) {
	return web.Done(withSuite(signInPath, wanted(r)), "enter.done.too_long"), nil
}

// PhoneView is where a telephone is tied to an account.
type PhoneView struct {
	View
	QR   template.URL // the picture, inside the page: it has no address of its own
	Keys []string     // the same as text, cut in fours
	Own  bool         // she is already in, and may leave without doing it
}

// RecoveryView shows the recovery codes, this once.
type RecoveryView struct {
	View
	Codes []string
	Next  string // where she goes on
}

// phonePages set up the second factor.
type phonePages struct {
	Door
	page  *shared.Template[PhoneView]
	codes *shared.Template[RecoveryView]
}

func (d Door) phonePages(lib *shared.Library) phonePages {
	return phonePages{
		d, shared.Add[PhoneView](lib, shared.Public, files, "phone.html"),
		shared.Add[RecoveryView](lib, shared.Public, files, "recovery.html"),
	}
}

// view gives the page, or where to go when there is nothing to set up.
func (p phonePages) view(r *web.Request) (v PhoneView, elsewhere string, err error) {
	session, err := p.session(r)
	if err != nil {
		return v, "", err
	}
	suite := wanted(r)
	if session.Stage != access.StageEnrol && (session.Stage != access.StageOpen || session.SecondFactor) {
		return v, withSuite(signInPath, suite), nil
	}
	enrolment, err := p.Keeper.BeginEnrolment(r.Context(), p.token(r))
	if err != nil {
		return v, "", err
	}
	return PhoneView{
		View: View{Page: r.Page(), Suite: suite},
		QR:   template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(enrolment.QR)),
		Keys: inFours(enrolment.Secret), Own: session.Stage == access.StageOpen,
	}, "", nil
}

func (p phonePages) show(r *web.Request) (web.Response, error) {
	v, elsewhere, err := p.view(r)
	switch {
	case err != nil:
		return web.Response{}, err
	case elsewhere != "":
		return web.See(elsewhere), nil
	}
	response, err := web.Show(p.page, v)
	return discreet(response), err
}

func (p phonePages) finish(r *web.Request) (web.Response, error) {
	token, codes, err := p.Keeper.FinishEnrolment(r.Context(), p.token(r), r.Form("code"))
	if access.Refused(err, "access.not_yours") || access.Refused(err, "access.second.already") {
		return p.tooLong(r)
	}
	if refusal := atField(err, "code"); refusal != nil {
		v, elsewhere, failed := p.view(r)
		switch {
		case failed != nil:
			return web.Response{}, failed
		case elsewhere != "":
			return web.See(elsewhere), nil
		case !v.Review(refusal):
			return web.Response{}, err
		}
		response, failed := Again(p.page, v, r, err)
		return discreet(response), failed
	}
	suite := wanted(r)
	response, err := web.Show(p.codes, RecoveryView{
		View: View{Page: r.Page(), Suite: suite}, Codes: codes, Next: asked(access.StageOpen, suite),
	})
	return discreet(response).WithCookie(Cookie(token, p.HTTPS)), err
}

// inFours cuts a key in groups of four, as people copy it.
func inFours(key string) []string {
	var groups []string
	for len(key) > 4 {
		groups, key = append(groups, key[:4]), key[4:]
	}
	return append(groups, key)
}
