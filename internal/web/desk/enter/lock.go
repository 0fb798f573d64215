// SPDX-License-Identifier: Apache-2.0

package enter

import (
	"errors"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// LockView is a locked screen: whose it is, and what opens it.
type LockView struct {
	View
	Who    string
	HasPIN bool
}

// lockPages open a locked screen again.
type lockPages struct {
	Door
	page *shared.Template[LockView]
}

func (d Door) lockPages(lib *shared.Library) lockPages {
	return lockPages{d, shared.Add[LockView](lib, shared.Public, files, "lock.html")}
}

func (l lockPages) view(r *web.Request, s access.Session) LockView {
	return LockView{View: View{Page: r.Page(), Suite: wanted(r)}, Who: s.Name, HasPIN: s.HasPIN}
}

func (l lockPages) show(r *web.Request) (web.Response, error) {
	session, err := l.session(r)
	if err != nil {
		return web.Response{}, err
	}
	if session.Stage != access.StageLocked {
		return web.See(withSuite(signInPath, wanted(r))), nil
	}
	return web.Show(l.page, l.view(r, session))
}

func (l lockPages) unlock(r *web.Request) (web.Response, error) {
	session, err := l.session(r)
	if err != nil {
		return web.Response{}, err
	}
	v := l.view(r, session)
	if session.Stage != access.StageLocked { // opened in another window, or over
		return web.See(withSuite(signInPath, v.Suite)), nil
	}
	err = l.Keeper.Unlock(r.Context(), l.token(r), Typed(r, "secret"))
	switch {
	case access.Refused(err, "access.locked_out"), errors.Is(err, db.ErrNotFound):
		return web.Done(withSuite(signInPath, v.Suite), "enter.done.locked_out").WithCookie(Cookie("", l.HTTPS)), nil
	case v.Review(atField(err, "secret")):
		return Again(l.page, v, r, err)
	case err != nil:
		return web.Response{}, err
	}
	return web.See(asked(access.StageOpen, v.Suite)), nil
}
