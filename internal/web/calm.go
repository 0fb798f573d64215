// SPDX-License-Identifier: Apache-2.0

package web

import (
	"embed"
	"errors"
	"maps"
	"net/http"
	"slices"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/text"
	"escale/internal/web/shared"
)

//go:embed calm.html fr.json en.json
var files embed.FS

// Calm is the view of a page that says, without alarm, what could not be done,
// why and what to do now.
type Calm struct {
	*shared.Page
	Reason string // key whose .title and .text are its sentences
	Roles  string // who can do it, for a refusal
	Both   []StaleField
	Back   string // where to read the record again
	Sent   []Sent // answers to keep while signing in again
}

// Sent is one answer of a form that could not be received.
type Sent struct{ Name, Value string }

// Stale is a record someone else changed while it was being edited: both
// versions are shown, and nothing is lost.
type Stale struct {
	Back   string // path of the record as it is now
	Fields []StaleField
}

// StaleField is one field in both versions.
type StaleField struct {
	Label         text.Message
	Yours, Theirs string
}

// Error names no value: they may be personal.
func (s *Stale) Error() string { return db.ErrStale.Error() }

// Is makes a Stale a db.ErrStale.
func (s *Stale) Is(target error) bool { return target == db.ErrStale }

// forbidden is someone signed in who may not.
type forbidden struct{ permission access.Permission }

func (f *forbidden) Error() string { return "lacks " + string(f.permission) }

// What the site itself refuses.
var (
	errNoPage     = errors.New("no such page")
	errLocked     = errors.New("the session ended")
	errOtherSite  = errors.New("sent from another site")
	errTooLarge   = errors.New("request too large")
	errUnreadable = errors.New("unreadable form")
	errBroken     = errors.New("unexpected failure")
)

// outcome is the status of an error and the key of the sentences that say it.
func outcome(err error) (status int, reason string) {
	var f *forbidden
	switch {
	case errors.Is(err, errNoPage), errors.Is(err, db.ErrNotFound):
		return http.StatusNotFound, "web.missing"
	case errors.Is(err, db.ErrStale):
		return http.StatusConflict, "web.stale"
	case errors.As(err, &f):
		return http.StatusForbidden, "web.forbidden"
	case errors.Is(err, errLocked):
		return http.StatusUnauthorized, "web.locked"
	case errors.Is(err, errOtherSite):
		return http.StatusForbidden, "web.other_site"
	case errors.Is(err, errTooLarge):
		return http.StatusRequestEntityTooLarge, "web.too_large"
	case errors.Is(err, errUnreadable):
		return http.StatusBadRequest, "web.unreadable"
	case errors.Is(err, db.ErrFull):
		return http.StatusInsufficientStorage, "web.full"
	}
	return http.StatusInternalServerError, "web.broken"
}

// fail answers with the calm page of err.
func (s *Site) fail(w http.ResponseWriter, r *Request, err error) {
	status, reason := outcome(err)
	v := Calm{Page: r.Page(), Reason: reason}
	kind := shared.Public
	if r.Viewer.SignedIn() {
		kind = shared.Staff
	}
	var stale *Stale
	var refused *forbidden
	switch {
	case errors.As(err, &stale):
		v.Both, v.Back = stale.Fields, stale.Back
	case errors.As(err, &refused):
		v.Roles = v.whoMay(refused.permission)
	case errors.Is(err, errLocked), errors.Is(err, db.ErrFull):
		v.Sent = sent(r)
	}
	response, failed := Show(s.calm[kind], v)
	if failed != nil {
		s.log.Error("calm page failed", "error", failed)
		http.Error(w, http.StatusText(status), status)
		return
	}
	response.Status, response.private = status, true
	s.write(w, r.HTTP, response)
}

// whoMay names the roles that carry a permission.
func (c Calm) whoMay(p access.Permission) string {
	var names []string
	for _, role := range access.Roles {
		if role.May(p) {
			names = append(names, c.T("role."+string(role)))
		}
	}
	return c.List(names)
}

// secrets are the fields whose content never comes back in a page.
var secrets = []string{"mot_de_passe", "nouveau_mot_de_passe", "encore", "code", "secret"}

// sent lists the answers of a form whose sender must sign in again. They go back
// to her own browser, in the page, and nowhere else.
func sent(r *Request) []Sent {
	var list []Sent
	for _, name := range slices.Sorted(maps.Keys(r.values)) {
		if slices.Contains(secrets, name) {
			continue
		}
		for _, value := range r.values[name] {
			list = append(list, Sent{Name: name, Value: value})
		}
	}
	return list
}
