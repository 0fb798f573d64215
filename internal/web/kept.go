// SPDX-License-Identifier: Apache-2.0

package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"sync"
	"time"

	"escale/internal/web/shared"
)

// maxKept is how many pages are kept; beyond it all are dropped and made again,
// so that addresses invented by a robot cannot fill the memory.
const maxKept = 4096

// keptPages are public pages kept as they were sent, so that a page many people
// open costs its making once. They are rebuilt at will: another process may hold
// others, and Site.Forget drops them when what they show changes.
type keptPages struct {
	mu    sync.RWMutex
	pages map[string]*keptPage
}

type keptPage struct {
	until       time.Time
	plain, gzip []byte
	tag         string // entity tag
}

func newKeptPages() *keptPages { return &keptPages{pages: map[string]*keptPage{}} }

func (k *keptPages) get(key string, now time.Time) *keptPage {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if p := k.pages[key]; p != nil && now.Before(p.until) {
		return p
	}
	return nil
}

func (k *keptPages) put(key string, p *keptPage) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.pages) >= maxKept {
		clear(k.pages)
	}
	k.pages[key] = p
}

func (k *keptPages) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.pages)
}

// keptKey tells apart the versions of a page: its address, and the language and
// colours its visitor chose.
func keptKey(r *http.Request) string {
	key := r.URL.RequestURI()
	if r.Header.Get("Cookie") == "" {
		return key
	}
	for _, name := range []string{LanguageCookie, ThemeCookie} {
		if c, err := r.Cookie(name); err == nil && known(c.Value) {
			key += "\x00" + name + c.Value
		}
	}
	return key
}

// known reports whether a cookie holds a choice the display page offers: others
// change nothing in a page and must not multiply the pages kept.
func known(value string) bool {
	return value == shared.Light || value == shared.Dark || value == shared.French || value == shared.English
}

// showKept answers with a kept page, and reports whether there was one.
func (s *Site) showKept(w http.ResponseWriter, r *http.Request) bool {
	p := s.kept.get(keptKey(r), s.clock())
	if p == nil {
		return false
	}
	s.sendKept(w, r, p)
	return true
}

// keep keeps a page that is the same for everyone, sends it, and reports whether
// it was so.
func (s *Site) keep(w http.ResponseWriter, r *http.Request, during time.Duration, response Response) bool {
	if response.Status != 0 || response.unique || len(response.Header) > 0 || response.Type != htmlType {
		return false
	}
	sum := sha256.Sum256(response.Body)
	p := &keptPage{
		until: s.clock().Add(during), plain: response.Body, gzip: shared.Gzip(response.Body),
		tag: `W/"` + hex.EncodeToString(sum[:8]) + `"`,
	}
	s.kept.put(keptKey(r), p)
	s.sendKept(w, r, p)
	return true
}

func (s *Site) sendKept(w http.ResponseWriter, r *http.Request, p *keptPage) {
	header := w.Header()
	header["Cache-Control"] = keptControl
	header["Vary"] = keptVary
	header["Etag"] = []string{p.tag}
	if r.Header.Get("If-None-Match") == p.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header["Content-Type"] = keptType
	body := p.plain
	if p.gzip != nil && readsGzip(r) {
		header["Content-Encoding"] = keptEncoding
		body = p.gzip
	}
	s.send(w, http.StatusOK, body)
}

// Header values shared by all kept pages, so that sending one allocates little.
var (
	keptControl  = []string{"private, no-cache"}
	keptVary     = []string{"Accept-Encoding, Cookie"}
	keptType     = []string{htmlType}
	keptEncoding = []string{"gzip"}
)
