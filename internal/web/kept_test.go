// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/web"
	"escale/internal/web/shared/webtest"
)

// nobody is the sessions of a site where nobody signs in.
type nobody struct{}

func (nobody) Viewer(*http.Request) (access.Viewer, web.SessionInfo, error) {
	return access.Viewer{}, web.SessionInfo{}, nil
}

// A kept page is made again when what it says ends, before the end of Keep, and
// carries the headers of every other answer.
func TestKeptUntil(t *testing.T) {
	now, made := webtest.Now, 0
	lib := webtest.Library(t)
	show := func(change func(web.Response) web.Response) func(*web.Request) (web.Response, error) {
		return func(*web.Request) (web.Response, error) {
			made++
			return change(web.Response{Type: "text/html; charset=utf-8", Body: []byte("<p>Ouvert</p>")}), nil
		}
	}
	until := func(r web.Response) web.Response {
		r.Until = webtest.Now.Add(10 * time.Second)
		return r
	}
	private := func(r web.Response) web.Response { return r.Private() }
	s, err := web.New(web.Options{
		Library: lib, Sessions: nobody{}, Clock: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Routes: []web.Route{
			{Method: http.MethodGet, Pattern: "/doors", Permission: access.Public, Keep: time.Minute, Handle: show(until)},
			{Method: http.MethodGet, Pattern: "/hers", Permission: access.Public, Keep: time.Minute, Handle: show(private)},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) *httptest.ResponseRecorder { return webtest.Get(s, path, access.Viewer{}) }
	first := get("/doors")
	for _, step := range []struct {
		after time.Duration
		made  int
	}{{9 * time.Second, 1}, {10 * time.Second, 2}} {
		now = webtest.Now.Add(step.after)
		again := get("/doors")
		if made != step.made {
			t.Errorf("after %s: made %d times, want %d", step.after, made, step.made)
		}
		for _, name := range []string{"Content-Security-Policy", "Etag", "Content-Type", "Cache-Control", "Vary"} {
			if again.Header().Get(name) == "" || again.Header().Get(name) != first.Header().Get(name) {
				t.Errorf("%s: %q, then %q", name, first.Header().Get(name), again.Header().Get(name))
			}
		}
	}
	made = 0
	for range 2 {
		if got := get("/hers"); got.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("a private answer may be kept by a browser: %q", got.Header().Get("Cache-Control"))
		}
	}
	if made != 2 {
		t.Errorf("a private answer was made %d times for two visitors", made)
	}
	if got := webtest.Post(s, "/doors", access.Viewer{}, nil); got.Code == http.StatusOK {
		t.Error("a form sent to a kept page is answered by it")
	}
}

// Addresses without end, as a robot invents them, do not fill the memory: old
// pages make room, and are made again when asked for.
func TestKeptPagesAreBounded(t *testing.T) {
	made := map[string]int{}
	large := bytes.Repeat([]byte("abcdefgh"), 1<<17) // 1 MiB, of which gzip leaves nearly nothing
	s := webtest.Site(t, webtest.Library(t), web.Route{
		Method: http.MethodGet, Pattern: "/x", Permission: access.Public, Keep: time.Minute,
		Handle: func(r *web.Request) (web.Response, error) {
			made[r.HTTP.URL.RawQuery]++
			return web.Response{Type: "text/html; charset=utf-8", Body: large}, nil
		},
	})
	ask := func(from, to int) {
		for i := from; i < to; i++ {
			webtest.Get(s, fmt.Sprintf("/x?%d", i), access.Viewer{})
		}
	}
	ask(0, 20)
	ask(0, 20)
	if made["0"] != 1 || made["19"] != 1 {
		t.Errorf("with 20 MiB of pages, the first and the last were made %d and %d times, want once", made["0"], made["19"])
	}
	ask(20, 40)
	ask(0, 1)
	if made["0"] != 2 {
		t.Errorf("after 40 MiB of pages, the first was made %d times, want 2", made["0"])
	}
}
