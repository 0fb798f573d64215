// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
)

// serve answers one route: who asks, may she, what does she send, what answers.
func (s *Site) serve(w http.ResponseWriter, req *http.Request, route Route) {
	r := s.open(req)
	if r.unknown != nil {
		s.report(r, r.unknown, 0)
		s.fail(w, r, r.unknown)
		return
	}
	allowed := r.Viewer.May(route.Permission)
	limit := int64(maxBody)
	if allowed && route.MaxBody > 0 { // a large file is only read from someone who may send it
		limit = route.MaxBody
	}
	if req.Method == http.MethodPost {
		req.Body = http.MaxBytesReader(w, req.Body, limit)
		if err := r.readForm(limit); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	if !allowed {
		s.refuse(w, r, route.Permission)
		return
	}
	started := time.Now()
	age := s.kept.age()
	response, err := route.Handle(r)
	if err != nil {
		s.report(r, err, time.Since(started))
		s.fail(w, r, err)
		return
	}
	if route.Permission != access.Public {
		response.private = true
	}
	if route.Keep > 0 && s.keep(w, req, age, route.Keep, response) {
		return
	}
	s.write(w, req, response)
}

// refuse answers someone who may not: signed out, she signs in and comes back;
// signed in, she reads who can do it.
func (s *Site) refuse(w http.ResponseWriter, r *Request, permission access.Permission) {
	if r.Viewer.SignedIn() {
		s.fail(w, r, &forbidden{permission})
		return
	}
	if r.HTTP.Method == http.MethodPost {
		s.fail(w, r, errLocked)
		return
	}
	entry := SignInPath
	if r.Session.SecondFactorPending {
		entry = SecondFactorPath
	}
	s.write(w, r.HTTP, See(entry+"?suite="+url.QueryEscape(r.HTTP.URL.RequestURI())))
}

// report logs an error that is nobody's ordinary answer. The pattern is logged,
// never the address: an address may hold what identifies a person.
func (s *Site) report(r *Request, err error, took time.Duration) {
	var stale *Stale
	if errors.Is(err, db.ErrNotFound) || errors.As(err, &stale) || errors.Is(err, db.ErrStale) {
		return
	}
	s.log.Error("page failed", "method", r.HTTP.Method, "pattern", r.HTTP.Pattern, "error", err, "took", took)
}

// LocalPath is path when it leads to this site, and HomePath otherwise: nobody
// can be sent elsewhere after signing in.
func LocalPath(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(path, "/") ||
		strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return HomePath
	}
	return path
}

// stack is the calls that led to a panic, without any value they carried.
func stack() []string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var calls []string
	for {
		f, more := frames.Next()
		calls = append(calls, f.Function)
		if !more {
			return calls
		}
	}
}
