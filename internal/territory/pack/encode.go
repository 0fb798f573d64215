// SPDX-License-Identifier: Apache-2.0

package pack

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// codeBase reads INSEE codes as numbers: "2A004" sorts in base 36 as it does
// as text, so sorted codes become small steps.
const codeBase = 36

// codeLength is the number of characters of a commune's code.
const codeLength = 5

// separator stands between the strings of a column; no name holds it.
const separator = "\n"

// Encode writes t as one gzip stream. The same tables give the same bytes with
// the same Go release (compress/gzip may pack better in another one).
func Encode(t Tables) ([]byte, error) {
	var w writer
	w.departments(t.Departments)
	w.epcis(t.EPCIs)
	w.communes(t.Communes)
	w.formers(t.Formers)
	w.breaks(t.Sources, t.Breaks)
	if w.err != nil {
		return nil, w.err
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	if _, err := z.Write(w.buf); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return out.Bytes(), nil
}

// writer appends columns; its first error stays.
type writer struct {
	buf []byte
	err error
}

func (w *writer) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("pack: "+format, args...)
	}
}

func (w *writer) count(n int) { w.buf = binary.AppendUvarint(w.buf, uint64(n)) }

func (w *writer) int(n int) { w.buf = binary.AppendVarint(w.buf, int64(n)) }

// steps writes each value as its distance from the one before.
func (w *writer) steps(values []int) {
	last := 0
	for _, v := range values {
		w.int(v - last)
		last = v
	}
}

func (w *writer) strings(values []string) {
	for _, s := range values {
		if strings.Contains(s, separator) {
			w.fail("%q holds a line feed", s)
		}
	}
	text := strings.Join(values, separator)
	w.count(len(text))
	w.buf = append(w.buf, text...)
}

func (w *writer) codes(codes []string) {
	values := make([]int, len(codes))
	for i, c := range codes {
		v, err := strconv.ParseInt(c, codeBase, 64)
		if err != nil || len(c) != codeLength || strings.ToUpper(c) != c {
			w.fail("%q is not a commune's code", c)
		}
		values[i] = int(v)
	}
	w.steps(values)
}

func (w *writer) departments(ds []Department) {
	w.count(len(ds))
	w.strings(column(ds, func(d Department) string { return d.Code }))
	w.strings(column(ds, func(d Department) string { return d.Name }))
	w.strings(column(ds, func(d Department) string { return d.RegionCode }))
	w.strings(column(ds, func(d Department) string { return d.RegionName }))
	w.strings(column(ds, func(d Department) string { return d.SchoolZone }))
}

func (w *writer) epcis(es []EPCI) {
	w.count(len(es))
	w.strings(column(es, func(e EPCI) string { return e.Siren }))
	w.strings(column(es, func(e EPCI) string { return e.Name }))
	w.strings(column(es, func(e EPCI) string { return e.Kind }))
}

func (w *writer) communes(cs []Commune) {
	w.count(len(cs))
	w.codes(column(cs, func(c Commune) string { return c.Code }))
	w.strings(column(cs, func(c Commune) string { return c.Name }))
	w.steps(column(cs, func(c Commune) int { return c.Department }))
	w.steps(column(cs, func(c Commune) int { return c.EPCI }))
	for _, c := range cs {
		w.count(len(c.PostalCodes))
	}
	var postal []int
	for _, c := range cs {
		postal = append(postal, c.PostalCodes...)
	}
	w.steps(postal)
	for _, c := range cs {
		w.int(c.Population)
	}
	var lats, lons []int
	for _, c := range cs {
		placed := 0
		if c.HasPosition {
			placed = 1
			lats, lons = append(lats, c.Lat), append(lons, c.Lon)
		}
		w.count(placed)
	}
	w.steps(lats)
	w.steps(lons)
}

func (w *writer) formers(fs []Former) {
	w.count(len(fs))
	w.codes(column(fs, func(f Former) string { return f.Code }))
	w.strings(column(fs, func(f Former) string { return f.Name }))
	w.steps(column(fs, func(f Former) int { return f.Commune }))
}

func (w *writer) breaks(sources []string, bs []Break) {
	w.count(len(sources))
	w.strings(sources)
	w.count(len(bs))
	w.strings(column(bs, func(b Break) string { return b.Zone }))
	w.strings(column(bs, func(b Break) string { return b.Key }))
	w.steps(column(bs, func(b Break) int { return b.First }))
	for _, b := range bs {
		w.int(b.Last - b.First)
		w.int(b.Source)
	}
}

func column[T, V any](rows []T, of func(T) V) []V {
	out := make([]V, len(rows))
	for i, r := range rows {
		out[i] = of(r)
	}
	return out
}
