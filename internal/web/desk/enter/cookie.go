// SPDX-License-Identifier: Apache-2.0

package enter

import (
	"net/http"

	"escale/internal/access"
)

// Cookie carries a session's token until the browser closes; the store decides
// when the session ends. An empty token takes the cookie away.
func Cookie(token string, https bool) *http.Cookie {
	c := &http.Cookie{
		Name: access.CookieName(https), Value: token, Path: "/",
		Secure: https, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}

// Token reads the session's token from a request, "" when it has none.
func Token(r *http.Request, https bool) string {
	c, err := r.Cookie(access.CookieName(https))
	if err != nil {
		return ""
	}
	return c.Value
}
