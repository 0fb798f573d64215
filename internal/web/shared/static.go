// SPDX-License-Identifier: Apache-2.0

package shared

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"strings"
)

//go:embed a.css b.css static/escale-hyperlegible.woff2 static/OFL.txt
var styleFiles embed.FS

// StaticPath is where static files are served from.
const StaticPath = "/statique/"

// Asset is a static file: its bytes, plain and compressed, never change under
// one address because the address holds a digest of them.
type Asset struct {
	Type  string // media type
	Plain []byte
	Gzip  []byte // empty when compressing gains nothing
}

// Asset finds the static file served at StaticPath+name.
func (l *Library) Asset(name string) (Asset, bool) {
	a, ok := l.assets[name]
	return a, ok
}

// AddAsset serves content under a hashed name and gives its address. Pages use
// it for a drawing or a script of their own.
func (l *Library) AddAsset(name, mediaType string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
	l.assets[hashed] = Asset{Type: mediaType, Plain: content, Gzip: Gzip(content)}
	return StaticPath + hashed
}

// Gzip is content compressed as much as gzip can, for what is sent many times; or
// nothing when that saves under a tenth.
func Gzip(content []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant of the package
	}
	if _, err := w.Write(content); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	if b.Len() > len(content)*9/10 {
		return nil
	}
	return b.Bytes()
}

// styles prepares the two style sheets and the font: it returns the text that
// public pages carry inline and its CSP source expression.
func (l *Library) styles() (inline, source string, err error) {
	files := map[string][]byte{}
	for _, name := range []string{"a.css", "b.css", "static/escale-hyperlegible.woff2", "static/OFL.txt"} {
		if files[name], err = styleFiles.ReadFile(name); err != nil {
			return "", "", fmt.Errorf("shared: %w", err)
		}
	}
	font := files["static/escale-hyperlegible.woff2"]
	l.fontSize = len(font)
	address := l.AddAsset("escale-hyperlegible.woff2", "font/woff2", font)
	l.AddAsset("OFL.txt", "text/plain; charset=utf-8", files["static/OFL.txt"])

	a := strings.ReplaceAll(minify(string(files["a.css"])), "fonts/escale-hyperlegible.woff2", address)
	b := minify(string(files["b.css"]))
	l.stylesheet = l.AddAsset("escale.css", "text/css; charset=utf-8", []byte(a+b))
	sum := sha256.Sum256([]byte(a))
	return a, "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'", nil
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	cssAround  = regexp.MustCompile(` ?([{};,>]) ?`)
)

// minify drops comments and the blanks that mean nothing. Blanks around other
// signs (a calc, a descendant selector, a media condition) stay.
func minify(sheet string) string {
	sheet = cssComment.ReplaceAllString(sheet, "")
	sheet = cssSpace.ReplaceAllString(sheet, " ")
	sheet = cssAround.ReplaceAllString(sheet, "$1")
	return strings.TrimSpace(strings.ReplaceAll(sheet, ";}", "}"))
}
