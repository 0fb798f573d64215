// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"

	"escale/internal/access"
	"escale/internal/web"
)

// door tells the pages who is asking: it stands between the keeper of access,
// which knows tokens, and the web floor, which knows requests.
type door struct {
	keeper *access.Keeper
	https  bool
}

// token reads the session's token from the cookie, "" when there is none.
func (d door) token(r *http.Request) string {
	c, err := r.Cookie(access.CookieName(d.https))
	if err != nil {
		return ""
	}
	return c.Value
}

// Viewer gives the viewer of r, the zero Viewer when nobody signed in or when
// something more is asked of her first.
func (d door) Viewer(r *http.Request) (access.Viewer, web.SessionInfo, error) {
	s, err := d.keeper.Look(r.Context(), d.token(r))
	if err != nil {
		return access.Viewer{}, web.SessionInfo{}, err
	}
	info := web.SessionInfo{
		Name: s.Name, RoleKey: s.RoleKey, Locked: s.Stage == access.StageLocked,
		SecondFactorPending: s.Stage == access.StageCode || s.Stage == access.StageEnrol,
	}
	if s.Stage != access.StageOpen {
		return access.Viewer{}, info, nil
	}
	return s.Viewer, info, nil
}

// Lock masks the session of r: its code is asked again.
func (d door) Lock(r *http.Request) error {
	token := d.token(r)
	if token == "" {
		return nil
	}
	return d.keeper.Lock(r.Context(), token)
}
