// SPDX-License-Identifier: Apache-2.0

// Package web is what people see. It serves the pages, which live one folder
// each below this one, and holds what is the same for all of them: who may open
// what is declared beside every route, a mistake or a refusal is answered by a
// calm page with a phone number, and nothing of a person's file stays in a
// browser or passes through another site.
package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/web/shared"
)

// Where signing in happens. The pages themselves are added like any other.
const (
	SignInPath       = "/entrer"
	SecondFactorPath = "/entrer/code"
	HomePath         = "/aujourdhui" // first page of the work space
)

// maxBody is the size a request body may have, in bytes, unless its route says
// more: a form is words, a file is declared.
const maxBody = 1 << 20

// Route is one page or gesture: where it is, who may use it, what answers.
type Route struct {
	Method     string            // GET or POST (GET also answers HEAD)
	Pattern    string            // path as http.ServeMux reads it: "/lieux/{id}"
	Permission access.Permission // always declared, access.Public included
	Handle     func(*Request) (Response, error)
	MaxBody    int64         // bytes a request may carry; 0 for 1 MiB
	Keep       time.Duration // how long a public page may be shown again as it is; 0 for never
}

// Sessions tells who is behind a request. The house plugs access into it.
type Sessions interface {
	// Viewer gives the viewer of r, the zero Viewer when nobody signed in.
	Viewer(r *http.Request) (access.Viewer, SessionInfo, error)
}

// SessionInfo is what headers and entry pages need of a session.
type SessionInfo struct {
	Name                string // display name of the worker
	RoleKey             string // message key of her role: role.mediator, …
	Locked              bool   // open but masked: the code is asked again
	SecondFactorPending bool   // the password was given, the second factor was not
}

// Options is what a Site is made of.
type Options struct {
	Library  *shared.Library
	Sessions Sessions
	Clock    clock.Clock
	Log      *slog.Logger
	Routes   []Route
}

// Site is the whole of the pages, as an http.Handler.
type Site struct {
	library  *shared.Library
	sessions Sessions
	clock    clock.Clock
	log      *slog.Logger
	routes   []Route
	mux      *http.ServeMux
	guarded  http.Handler // the mux behind the cross-origin check
	headers  http.Header  // the same on every answer
	calm     map[shared.Kind]*shared.Template[Calm]
	kept     *keptPages
}

// New puts the site together. It refuses a route without a known permission, two
// routes at one address, and any mistake in templates or catalogues: a program
// that starts has none.
func New(o Options) (*Site, error) {
	s := &Site{
		library: o.Library, sessions: o.Sessions, clock: o.Clock, log: o.Log,
		mux: http.NewServeMux(), kept: newKeptPages(), headers: securityHeaders(o.Library.StyleSource()),
		calm: map[shared.Kind]*shared.Template[Calm]{},
	}
	for _, kind := range []shared.Kind{shared.Public, shared.Staff} {
		s.calm[kind] = shared.Add[Calm](o.Library, kind, files, "calm.html")
	}
	var errs []error
	for _, r := range o.Routes {
		if err := s.add(r); err != nil {
			errs = append(errs, err)
		}
	}
	s.mux.HandleFunc("GET "+shared.StaticPath+"{name}", s.static)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.fail(w, s.open(r), errNoPage) })

	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, s.open(r), errOtherSite)
	}))
	s.guarded = protection.Handler(s.mux)
	if err := errors.Join(append(errs, o.Library.Err())...); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return s, nil
}

// add declares one route, or says why it cannot be.
func (s *Site) add(r Route) (err error) {
	name := r.Method + " " + r.Pattern
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		return fmt.Errorf("route %s: method %q", name, r.Method)
	case !strings.HasPrefix(r.Pattern, "/"):
		return fmt.Errorf("route %s: the pattern is not a path", name)
	case r.Handle == nil:
		return fmt.Errorf("route %s: nothing answers it", name)
	case r.Permission != access.Public && r.Permission != access.SignedIn && !slices.Contains(access.Permissions, r.Permission):
		return fmt.Errorf("route %s: permission %q is not declared", name, r.Permission)
	case r.Keep > 0 && (r.Permission != access.Public || r.Method != http.MethodGet):
		return fmt.Errorf("route %s: only public pages may be kept", name)
	}
	// The mux reports two patterns for one address by a panic.
	defer func() {
		if found := recover(); found != nil {
			err = fmt.Errorf("route %s: %v", name, found)
		}
	}()
	s.mux.HandleFunc(name, func(w http.ResponseWriter, req *http.Request) { s.serve(w, req, r) })
	s.routes = append(s.routes, r)
	s.library.Open(r.Method, strings.TrimSuffix(r.Pattern, "{$}"), r.Permission)
	return nil
}

// Routes lists every route with who may use it, in the order declared.
func (s *Site) Routes() []Route { return slices.Clone(s.routes) }

// Forget drops the public pages kept in memory, after something they show changed.
func (s *Site) Forget() { s.kept.forget() }

// ServeHTTP answers any request. A panic becomes a calm page, and the log says
// where it happened without saying about whom.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.showKept(w, r) {
		return
	}
	header := w.Header()
	for name, values := range s.headers {
		header[name] = values
	}
	defer func() {
		found := recover()
		if found == nil {
			return
		}
		if found == http.ErrAbortHandler {
			panic(found)
		}
		s.log.Error("panic", "method", r.Method, "pattern", r.Pattern, "stack", stack())
		s.fail(w, s.signedOut(r), errBroken)
	}()
	s.guarded.ServeHTTP(w, r)
}
