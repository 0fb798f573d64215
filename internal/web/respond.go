// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"compress/gzip"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"escale/internal/web/shared"
)

// Response is the answer to a request, whole in memory: nothing is sent before
// it is known to be right.
type Response struct {
	Status int         // 0 for 200
	Header http.Header // cookies, file name; may be nil
	Type   string      // media type of Body
	Body   []byte
	Until  time.Time // a kept page (Route.Keep) is made again from then on; zero for no such moment

	zipped  []byte // Body compressed beforehand; nil when it is not
	private bool   // never kept by a browser
	unique  bool   // made for this visitor alone
}

const htmlType = "text/html; charset=utf-8"

// Show answers with a page: 200, or 422 when something is to be looked at again.
func Show[V shared.View](t *shared.Template[V], v V) (Response, error) {
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return Response{}, err
	}
	r := Response{Type: htmlType, Body: b.Bytes(), unique: v.Base().Unique()}
	if len(v.Base().Errors) > 0 {
		r.Status = http.StatusUnprocessableEntity
	}
	return r, nil
}

// See sends on to path, a path of this site, with GET (303).
func See(path string) Response {
	return Response{Status: http.StatusSeeOther, Header: http.Header{"Location": {path}}}
}

// Done sends on to path after a gesture; the page there says the sentence of key,
// which must read <page>.done.<what>.
func Done(path, key string) Response {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return See(path + separator + doneParam + "=" + url.QueryEscape(key))
}

// File answers with a file to keep, called name.
func File(name, mediaType string, body []byte) Response {
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	return Response{Type: mediaType, Body: body, Header: http.Header{"Content-Disposition": {disposition}}}
}

// Private says that no browser may keep the answer, even of a public page.
func (r Response) Private() Response {
	r.private = true
	return r
}

// Zipped compresses the answer at once, for who keeps it to give it several
// times: it is then not compressed at each. Its Body must not change any more.
func (r Response) Zipped() Response {
	if r.worthZipping() {
		r.zipped = zip(r.Body)
	}
	return r
}

func (r Response) worthZipping() bool { return len(r.Body) > small && textual(r.Type) }

// WithCookie adds a cookie to the answer.
func (r Response) WithCookie(c *http.Cookie) Response {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Add("Set-Cookie", c.String())
	return r
}

// securityHeaders are the same on every answer. style is the CSP expression of
// the inline style of public pages. No page needs anything from another site.
func securityHeaders(style string) http.Header {
	return http.Header{
		"Content-Security-Policy": {"default-src 'none'; style-src 'self' " + style + "; img-src 'self' data:; font-src 'self'; " +
			"script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
		"Referrer-Policy":              {"same-origin"},
		"X-Content-Type-Options":       {"nosniff"},
		"Permissions-Policy":           {"camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
	}
}

// small is the size, in bytes, under which compressing gains nothing: the answer
// already fits in one packet.
const small = 1000

// zippers are compressors to use again: making one costs some 800 kB. They are
// the fastest: what they compress is sent once.
var zippers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

// write sends an answer, compressed when the browser can read it.
func (s *Site) write(w http.ResponseWriter, r *http.Request, response Response) {
	header := w.Header()
	for name, values := range response.Header {
		header[name] = append(header[name], values...)
	}
	if response.private {
		header.Set("Cache-Control", "no-store")
	} else {
		header.Set("Cache-Control", "private, no-cache")
	}
	body := response.Body
	if len(body) > 0 {
		header.Set("Content-Type", response.Type)
		header.Set("Vary", "Accept-Encoding, Cookie")
	}
	if response.worthZipping() && readsGzip(r) {
		header.Set("Content-Encoding", "gzip")
		if body = response.zipped; body == nil {
			body = zip(response.Body)
		}
	}
	s.send(w, response.Status, body)
}

func (s *Site) send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	s.body(w, body)
}

func (s *Site) body(w http.ResponseWriter, body []byte) {
	if _, err := w.Write(body); err != nil {
		s.log.Debug("the visitor left before the end of the answer")
	}
}

func zip(body []byte) []byte {
	var b bytes.Buffer
	w, ok := zippers.Get().(*gzip.Writer)
	if !ok {
		return body
	}
	defer zippers.Put(w)
	w.Reset(&b)
	// Writing to memory does not fail.
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

func readsGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

// textual reports whether a media type gains from compression.
func textual(mediaType string) bool {
	return strings.HasPrefix(mediaType, "text/") || strings.Contains(mediaType, "json") || strings.Contains(mediaType, "xml")
}

// static serves a file whose address holds a digest of it: for ever.
func (s *Site) static(w http.ResponseWriter, r *http.Request) {
	asset, ok := s.library.Asset(r.PathValue("name"))
	if !ok {
		s.fail(w, s.open(r), errNoPage)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Content-Type", asset.Type)
	body := asset.Plain
	if len(asset.Gzip) > 0 {
		header.Set("Vary", "Accept-Encoding")
		if readsGzip(r) {
			header.Set("Content-Encoding", "gzip")
			body = asset.Gzip
		}
	}
	s.send(w, http.StatusOK, body)
}
