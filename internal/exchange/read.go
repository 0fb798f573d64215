// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"escale/internal/kit/text"
)

// MaxBytes is the largest file read: some two hundred thousand places.
const MaxBytes = 256 << 20

// maxRows bounds the records of one file.
const maxRows = 500_000

// Table is a file read as records of named texts.
type Table struct {
	Columns []string // in the order of the file, or of first appearance
	Rows    []Row
}

// Row is one record. Values are kept as they are written, numbers included.
type Row struct {
	Number int // from 1, the heading not counted
	Values map[string]string
}

// respell renames the columns that differ from a wanted name only by capitals,
// accents, spaces and underscores ("Code postal" for "code_postal").
func (t *Table) respell(wanted []string) {
	byFold := map[string]string{}
	for _, name := range wanted {
		byFold[text.Fold(name)] = name
	}
	for i, name := range t.Columns {
		to, ok := byFold[text.Fold(name)]
		if !ok || to == name || slices.Contains(wanted, name) || slices.Contains(t.Columns, to) {
			continue
		}
		t.Columns[i] = to
		for _, row := range t.Rows {
			if v, ok := row.Values[name]; ok {
				row.Values[to] = v
				delete(row.Values, name)
			}
		}
	}
}

// Refusal says why a whole file cannot be read, and what to give instead.
type Refusal struct {
	File    string
	Message text.Message
}

// Error is the sentence in French, for whoever gave the file.
func (r *Refusal) Error() string { return r.File + " : " + Say(r.Message) }

func refuse(key string, namesAndValues ...any) *Refusal {
	return &Refusal{Message: text.Msg(key, namesAndValues...)}
}

// ReadTable reads a CSV or JSON file: whichever it is, in UTF-8 (with or without
// its mark), UTF-16 or Windows-1252. Anything else is a *Refusal.
func ReadTable(content []byte) (Table, error) {
	if len(content) > MaxBytes {
		return Table{}, refuse("file.too_large", "max", MaxBytes>>20)
	}
	if r := foreign(content); r != nil {
		return Table{}, r
	}
	s := decodeText(content)
	trimmed := strings.TrimSpace(s)
	switch {
	case trimmed == "":
		return Table{}, refuse("file.empty")
	case strings.ContainsRune(s, 0):
		return Table{}, refuse("file.binary")
	case trimmed[0] == '[' || trimmed[0] == '{':
		return readJSON(trimmed)
	case isMarkup(trimmed):
		return Table{}, refuse("file.html")
	}
	return readCSV(s)
}

// foreign recognises by their first bytes the files people give by mistake.
func foreign(b []byte) *Refusal {
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return zipped(b)
	case bytes.HasPrefix(b, []byte("PK\x05\x06")):
		return refuse("file.zip")
	case bytes.HasPrefix(b, []byte("%PDF")):
		return refuse("file.pdf")
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")):
		return refuse("file.spreadsheet")
	case bytes.HasPrefix(b, []byte("\x1f\x8b")), bytes.HasPrefix(b, []byte("7z\xbc\xaf")), bytes.HasPrefix(b, []byte("Rar!")):
		return refuse("file.zip")
	case bytes.HasPrefix(b, []byte("\x89PNG")), bytes.HasPrefix(b, []byte("\xff\xd8\xff")), bytes.HasPrefix(b, []byte("GIF8")):
		return refuse("file.image")
	}
	return nil
}

// zipped tells a spreadsheet, which is a zip too, from a plain archive.
func zipped(b []byte) *Refusal {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return refuse("file.zip")
	}
	for _, f := range z.File {
		switch {
		case strings.HasPrefix(f.Name, "xl/"), f.Name == "content.xml":
			return refuse("file.spreadsheet")
		case strings.HasPrefix(f.Name, "word/"):
			return refuse("file.document")
		}
	}
	return refuse("file.zip")
}

func isMarkup(s string) bool {
	head := strings.ToLower(s[:min(len(s), 64)])
	return strings.HasPrefix(head, "<!doctype") || strings.HasPrefix(head, "<html") || strings.HasPrefix(head, "<?xml")
}

// decodeText turns the bytes into text. What is not valid UTF-8 was written by
// an older Excel, in Windows-1252, in which every byte means something.
func decodeText(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b = b[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(b)
		if err == nil {
			return string(out)
		}
	}
	if utf8.Valid(b) {
		return string(b)
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(out)
}
