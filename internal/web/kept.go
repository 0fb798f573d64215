// SPDX-License-Identifier: Apache-2.0

package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"sync"
	"time"

	"escale/internal/web/shared"
)

// maxKept is how many bytes of pages are kept; beyond it all are dropped and made
// again, so that addresses invented by a robot cannot fill the memory.
const maxKept = 32 << 20

// keptPages are public pages kept as they were sent, so that a page many people
// open costs its making once. They are rebuilt at will: another process may hold
// others, and Site.Forget drops them when what they show changes.
type keptPages struct {
	mu    sync.RWMutex
	pages map[string]*keptPage
	bytes int // of all pages
	// forgot counts how often all were dropped: a page begun before that may
	// show what was, and is not kept.
	forgot int
}

// age is to be taken before a page is made, and given to put.
func (k *keptPages) age() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.forgot
}

// keptPage is a page with all its headers, ready to be sent: sending it looks it
// up, and makes nothing.
type keptPage struct {
	until       time.Time
	tag         string // entity tag
	plain, gzip keptBody
}

// keptBody is one form of a page. Its header's values are shared by all answers.
type keptBody struct {
	header []headerLine
	body   []byte
}

type headerLine struct {
	name   string // in canonical form
	values []string
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

func (k *keptPages) put(key string, age int, p *keptPage) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if age != k.forgot {
		return
	}
	if old := k.pages[key]; old != nil {
		k.bytes -= old.size(key)
	}
	if k.bytes+p.size(key) > maxKept {
		clear(k.pages)
		k.bytes = 0
	}
	k.bytes += p.size(key)
	k.pages[key] = p
}

// size is about how many bytes keeping p costs: its bodies, and what leads to them.
func (p *keptPage) size(key string) int {
	const aside = 2 << 10 // headers and bookkeeping
	return len(key) + len(p.plain.body) + len(p.gzip.body) + aside
}

func (k *keptPages) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.pages)
	k.bytes = 0
	k.forgot++
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

// showKept answers with a kept page, and reports whether there was one. It comes
// before anything else is known of the request, since it is the same for all.
func (s *Site) showKept(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	p := s.kept.get(keptKey(r), s.clock())
	if p == nil {
		return false
	}
	s.sendKept(w, r, p)
	return true
}

// keep keeps a page that is the same for everyone, begun at age, sends it, and
// reports whether it was so.
func (s *Site) keep(w http.ResponseWriter, r *http.Request, age int, during time.Duration, response Response) bool {
	if response.Status != 0 || response.unique || response.private || len(response.Header) > 0 || response.Type != htmlType {
		return false
	}
	p := s.newKeptPage(response, during)
	s.kept.put(keptKey(r), age, p)
	s.sendKept(w, r, p)
	return true
}

func (s *Site) newKeptPage(response Response, during time.Duration) *keptPage {
	sum := sha256.Sum256(response.Body)
	p := &keptPage{until: s.clock().Add(during), tag: `W/"` + hex.EncodeToString(sum[:8]) + `"`}
	if !response.Until.IsZero() && response.Until.Before(p.until) {
		p.until = response.Until
	}
	p.plain = s.keptBody(p.tag, response.Body, "")
	if zipped := shared.Gzip(response.Body); zipped != nil {
		p.gzip = s.keptBody(p.tag, zipped, "gzip")
	}
	return p
}

// keptBody puts together the headers of every answer and those of this page.
func (s *Site) keptBody(tag string, body []byte, encoding string) keptBody {
	k := keptBody{body: body}
	for name, values := range s.headers {
		k.header = append(k.header, headerLine{name, values})
	}
	set := func(name, value string) { k.header = append(k.header, headerLine{name, []string{value}}) }
	set("Cache-Control", "private, no-cache")
	set("Vary", "Accept-Encoding, Cookie")
	set("Etag", tag)
	set("Content-Type", htmlType)
	set("Content-Length", strconv.Itoa(len(body)))
	if encoding != "" {
		set("Content-Encoding", encoding)
	}
	return k
}

func (s *Site) sendKept(w http.ResponseWriter, r *http.Request, p *keptPage) {
	k := &p.plain
	if p.gzip.body != nil && readsGzip(r) {
		k = &p.gzip
	}
	header := w.Header()
	for _, line := range k.header {
		header[line.name] = line.values
	}
	if r.Header.Get("If-None-Match") == p.tag {
		for _, name := range [...]string{"Content-Type", "Content-Length", "Content-Encoding"} {
			delete(header, name)
		}
		w.WriteHeader(http.StatusNotModified)
		return
	}
	s.body(w, k.body)
}
