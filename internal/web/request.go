// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/web/shared"
)

// Names of the cookies a visitor sets on the display page.
const (
	ThemeCookie    = "theme"
	LanguageCookie = "langue"
)

// doneParam carries, in the address one is sent to, what was just done.
const doneParam = "fait"

// doneKey is the shape of the message keys an address may name: no other
// sentence can be put on a page from outside.
var doneKey = regexp.MustCompile(`^[a-z_]+\.done\.[a-z_]+$`)

// Request is one request, with who asks.
type Request struct {
	HTTP    *http.Request
	Viewer  access.Viewer // zero when signed out, locked or half signed in
	Session SessionInfo
	Now     time.Time

	site    *Site
	values  url.Values
	unknown error // the sessions could not be read
}

// open wraps a request and asks who is behind it.
func (s *Site) open(req *http.Request) *Request {
	r := s.signedOut(req)
	viewer, info, err := s.sessions.Viewer(req)
	if err != nil {
		r.unknown = fmt.Errorf("who is asking: %w", err)
		return r
	}
	r.Session = info
	if !info.Locked && !info.SecondFactorPending {
		r.Viewer = viewer
	}
	return r
}

func (s *Site) signedOut(req *http.Request) *Request {
	return &Request{HTTP: req, Now: s.clock(), site: s, values: req.URL.Query()}
}

// Context is the request's context.
func (r *Request) Context() context.Context { return r.HTTP.Context() }

// readForm reads what was posted. limit is in bytes; the files of a form stay in
// memory below it, so that nothing personal is written in a temporary file.
func (r *Request) readForm(limit int64) error {
	var err error
	if strings.HasPrefix(r.HTTP.Header.Get("Content-Type"), "multipart/form-data") {
		err = r.HTTP.ParseMultipartForm(limit)
	} else {
		err = r.HTTP.ParseForm()
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return errTooLarge
	case err != nil:
		return errUnreadable
	}
	r.values = r.HTTP.PostForm
	return nil
}

// Form is what was typed in the field called name, without blanks around it: the
// body of a POST, the query of a GET.
func (r *Request) Form(name string) string { return strings.TrimSpace(r.values.Get(name)) }

// Values is every answer given under name.
func (r *Request) Values(name string) []string { return r.values[name] }

// Int is the whole number typed under name, and whether there is one.
func (r *Request) Int(name string) (int, bool) {
	n, err := strconv.Atoi(r.Form(name))
	return n, err == nil
}

// Date is the day typed under name (YYYY-MM-DD), and whether there is one.
func (r *Request) Date(name string) (clock.Date, bool) {
	d, err := clock.ParseDate(r.Form(name))
	return d, err == nil
}

// FormID is the identifier under name in the form, and whether there is one.
func (r *Request) FormID(name string) (id.ID, bool) {
	v, err := id.Parse(r.Form(name))
	return v, err == nil
}

// ID is the identifier called name in the path. Anything else there is a page
// that does not exist: the error is db.ErrNotFound.
func (r *Request) ID(name string) (id.ID, error) {
	v, err := id.Parse(r.HTTP.PathValue(name))
	if err != nil {
		return "", errors.Join(db.ErrNotFound, err)
	}
	return v, nil
}

// Path is the text called name in the path.
func (r *Request) Path(name string) string { return r.HTTP.PathValue(name) }

// File is the file sent under name. A missing file gives http.ErrMissingFile.
func (r *Request) File(name string) (multipart.File, *multipart.FileHeader, error) {
	return r.HTTP.FormFile(name)
}

// Key is the idempotency key of the gesture, from the hidden field « cle ». A form
// without one, as sent by a program, is a gesture of its own.
func (r *Request) Key() id.ID {
	if key, ok := r.FormID("cle"); ok {
		return key
	}
	return id.New()
}

// Page starts the view of the answer.
func (r *Request) Page() *shared.Page {
	v := shared.Visit{
		Path: r.HTTP.URL.Path, Lang: r.cookie(LanguageCookie), Theme: r.cookie(ThemeCookie),
		Values: r.values, Posted: r.HTTP.Method == http.MethodPost,
		Now: r.Now, Viewer: r.Viewer, Name: r.Session.Name, RoleKey: r.Session.RoleKey,
	}
	if v.Posted {
		v.Key, _ = r.FormID("cle")
	} else if key := r.HTTP.URL.Query().Get(doneParam); doneKey.MatchString(key) {
		if _, ok := r.site.library.Catalogue().Text(shared.French, key); ok {
			v.Done = key
		}
	}
	return r.site.library.NewPage(v)
}

func (r *Request) cookie(name string) string {
	c, err := r.HTTP.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}
