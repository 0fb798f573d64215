// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/web"
	"escale/internal/web/public/home"
	"escale/internal/web/public/info"
	"escale/internal/web/shared/webtest"
)

type noLock struct{}

func (noLock) Lock(*http.Request) error { return nil }

func publicSite(t testing.TB) *web.Site {
	t.Helper()
	lib := webtest.Library(t)
	return webtest.Site(t, lib, append(home.Routes(lib, nil), info.Routes(lib, noLock{})...)...)
}

func TestSecurityHeaders(t *testing.T) {
	s := publicSite(t)
	for _, path := range []string{"/", "/affichage", "/nulle-part"} {
		got := webtest.Get(s, path, access.Viewer{})
		style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(got.Body.String())
		if style == nil {
			t.Fatalf("%s carries no style", path)
		}
		sum := sha256.Sum256([]byte(style[1]))
		policy := got.Header().Get("Content-Security-Policy")
		for _, want := range []string{
			"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'",
			"'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
		} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %s: %s", path, want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s", path, policy)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got.Header().Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got.Header().Get(name), want)
			}
		}
	}
}

func TestCompression(t *testing.T) {
	s := publicSite(t)
	for _, path := range []string{"/", "/affichage"} { // one kept, one made each time
		plain := webtest.Get(s, path, access.Viewer{})
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "gzip, br")
		zipped := webtest.Do(s, r, access.Viewer{})
		reader, err := gzip.NewReader(zipped.Body)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		body, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		if plain.Header().Get("Content-Encoding") != "" || string(body) != plain.Body.String() {
			t.Errorf("%s: the compressed page differs", path)
		}
		if !strings.Contains(zipped.Header().Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: Vary is %q", path, zipped.Header().Get("Vary"))
		}
	}
}

func TestStaticFiles(t *testing.T) {
	s := publicSite(t)
	page := webtest.Get(s, "/", access.Viewer{}).Body.String()
	font := regexp.MustCompile(`/statique/escale-hyperlegible-[0-9a-f]{12}\.woff2`).FindString(page)
	got := webtest.Get(s, font, access.Viewer{})
	if got.Code != http.StatusOK || got.Header().Get("Content-Type") != "font/woff2" || !strings.HasPrefix(got.Body.String(), "wOF2") {
		t.Errorf("%q: status %d, type %q", font, got.Code, got.Header().Get("Content-Type"))
	}
	if !strings.Contains(got.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("Cache-Control %q", got.Header().Get("Cache-Control"))
	}
	if got := webtest.Get(s, "/statique/rien.css", access.Viewer{}); got.Code != http.StatusNotFound {
		t.Errorf("an unknown file answers %d", got.Code)
	}
}

func TestKeptPages(t *testing.T) {
	lib := webtest.Library(t)
	made := 0
	count := func(*web.Request) (web.Response, error) {
		made++
		return web.Response{Type: "text/html; charset=utf-8", Body: []byte("<p>bonjour</p>")}, nil
	}
	s := webtest.Site(t, lib, web.Route{Method: http.MethodGet, Pattern: "/x", Permission: access.Public, Keep: time.Minute, Handle: count})
	first := webtest.Get(s, "/x", access.Viewer{})
	webtest.Get(s, "/x", access.Viewer{})
	if made != 1 {
		t.Errorf("made %d times, want 1", made)
	}
	r := httptest.NewRequest(http.MethodGet, "/x", nil)
	r.Header.Set("If-None-Match", first.Header().Get("Etag"))
	if got := webtest.Do(s, r, access.Viewer{}); got.Code != http.StatusNotModified || got.Body.Len() != 0 {
		t.Errorf("a page already there: status %d", got.Code)
	}
	webtest.Get(s, "/x?autre=1", access.Viewer{})
	if made != 2 {
		t.Errorf("another address: made %d times, want 2", made)
	}
	s.Forget()
	webtest.Get(s, "/x", access.Viewer{})
	if made != 3 {
		t.Errorf("after Forget: made %d times, want 3", made)
	}
}

// A page that holds something made for one visitor is never shown to another.
func TestUniquePagesAreNotKept(t *testing.T) {
	lib := webtest.Library(t)
	all := routes(lib, quiet)
	form := all[1]
	form.Permission, form.Keep = access.Public, time.Minute
	s := webtest.Site(t, lib, form)
	key := regexp.MustCompile(`name="cle" value="([^"]+)"`)
	first := key.FindStringSubmatch(webtest.Get(s, "/note", access.Viewer{}).Body.String())
	second := key.FindStringSubmatch(webtest.Get(s, "/note", access.Viewer{}).Body.String())
	if first == nil || second == nil || first[1] == second[1] {
		t.Errorf("two visitors share the key %v", first)
	}
}

func TestTemplatesMatchTheirViews(t *testing.T) {
	lib := webtest.Library(t)
	webtest.Site(t, lib, append(home.Routes(lib, nil), info.Routes(lib, noLock{})...)...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
}

func BenchmarkKeptHome(b *testing.B) {
	s := publicSite(b)
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	b.ReportAllocs()
	for b.Loop() {
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
}
