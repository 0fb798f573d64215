// SPDX-License-Identifier: Apache-2.0

package pack

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// errShort says the file ends before what it announces.
var errShort = errors.New("pack: the file is cut short or is not a territory file")

// Decode reads what Encode wrote. Names are parts of a few large strings, so
// that 35,000 communes cost few allocations.
func Decode(file []byte) (Tables, error) {
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return Tables{}, fmt.Errorf("pack: %w", err)
	}
	buf, err := io.ReadAll(z)
	if err != nil {
		return Tables{}, fmt.Errorf("pack: %w", err)
	}
	r := reader{buf: buf}
	t := Tables{
		Departments: r.departments(),
		EPCIs:       r.epcis(),
		Communes:    r.communes(),
		Formers:     r.formers(),
	}
	t.Sources, t.Breaks = r.breaks()
	if r.failed || len(r.buf) != 0 {
		return Tables{}, errShort
	}
	return t, nil
}

// reader takes columns off the front of buf; once failed it gives zero values.
type reader struct {
	buf    []byte
	failed bool
}

// count reads a number of things. A number larger than the bytes left cannot
// be true and would ask for absurd memory.
func (r *reader) count() int {
	v, n := binary.Uvarint(r.buf)
	if n <= 0 || v > uint64(len(r.buf)) {
		r.buf, r.failed = nil, true
		return 0
	}
	r.buf = r.buf[n:]
	return int(v)
}

func (r *reader) int() int {
	v, n := binary.Varint(r.buf)
	if n <= 0 {
		r.buf, r.failed = nil, true
		return 0
	}
	r.buf = r.buf[n:]
	return int(v)
}

func (r *reader) steps(n int) []int {
	out := make([]int, n)
	last := 0
	for i := range out {
		last += r.int()
		out[i] = last
	}
	return out
}

func (r *reader) strings(n int) []string {
	size := r.count()
	if size > len(r.buf) {
		r.buf, r.failed = nil, true
		return make([]string, n)
	}
	text := string(r.buf[:size])
	r.buf = r.buf[size:]
	if n == 0 {
		return nil
	}
	out := strings.Split(text, separator)
	if len(out) != n {
		r.buf, r.failed = nil, true
		return make([]string, n)
	}
	return out
}

func (r *reader) codes(n int) []string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	text := make([]byte, 0, n*codeLength)
	for _, v := range r.steps(n) {
		var code [codeLength]byte
		for i := codeLength - 1; i >= 0; i-- {
			if v < 0 {
				r.buf, r.failed = nil, true
				v = 0
			}
			code[i] = digits[v%codeBase]
			v /= codeBase
		}
		text = append(text, code[:]...)
	}
	all := string(text)
	out := make([]string, n)
	for i := range out {
		out[i] = all[i*codeLength : (i+1)*codeLength]
	}
	return out
}

func (r *reader) departments() []Department {
	out := make([]Department, r.count())
	fill(out, r.strings(len(out)), func(d *Department, v string) { d.Code = v })
	fill(out, r.strings(len(out)), func(d *Department, v string) { d.Name = v })
	fill(out, r.strings(len(out)), func(d *Department, v string) { d.RegionCode = v })
	fill(out, r.strings(len(out)), func(d *Department, v string) { d.RegionName = v })
	fill(out, r.strings(len(out)), func(d *Department, v string) { d.SchoolZone = v })
	return out
}

func (r *reader) epcis() []EPCI {
	out := make([]EPCI, r.count())
	fill(out, r.strings(len(out)), func(e *EPCI, v string) { e.Siren = v })
	fill(out, r.strings(len(out)), func(e *EPCI, v string) { e.Name = v })
	fill(out, r.strings(len(out)), func(e *EPCI, v string) { e.Kind = v })
	return out
}

func (r *reader) communes() []Commune {
	out := make([]Commune, r.count())
	fill(out, r.codes(len(out)), func(c *Commune, v string) { c.Code = v })
	fill(out, r.strings(len(out)), func(c *Commune, v string) { c.Name = v })
	fill(out, r.steps(len(out)), func(c *Commune, v int) { c.Department = v })
	fill(out, r.steps(len(out)), func(c *Commune, v int) { c.EPCI = v })
	counts, total := make([]int, len(out)), 0
	for i := range counts {
		counts[i] = r.count()
		total += counts[i]
	}
	if total > len(r.buf) {
		r.buf, r.failed = nil, true
		return nil
	}
	postal := r.steps(total)
	for i, n := range counts {
		out[i].PostalCodes, postal = postal[:n:n], postal[n:]
	}
	for i := range out {
		out[i].Population = r.int()
	}
	var placed []*Commune
	for i := range out {
		if r.count() == 1 {
			out[i].HasPosition = true
			placed = append(placed, &out[i])
		}
	}
	fill(placed, r.steps(len(placed)), func(c **Commune, v int) { (*c).Lat = v })
	fill(placed, r.steps(len(placed)), func(c **Commune, v int) { (*c).Lon = v })
	return out
}

func (r *reader) formers() []Former {
	out := make([]Former, r.count())
	fill(out, r.codes(len(out)), func(f *Former, v string) { f.Code = v })
	fill(out, r.strings(len(out)), func(f *Former, v string) { f.Name = v })
	fill(out, r.steps(len(out)), func(f *Former, v int) { f.Commune = v })
	return out
}

func (r *reader) breaks() ([]string, []Break) {
	sources := r.strings(r.count())
	out := make([]Break, r.count())
	fill(out, r.strings(len(out)), func(b *Break, v string) { b.Zone = v })
	fill(out, r.strings(len(out)), func(b *Break, v string) { b.Key = v })
	fill(out, r.steps(len(out)), func(b *Break, v int) { b.First = v })
	for i := range out {
		out[i].Last = out[i].First + r.int()
		out[i].Source = r.int()
	}
	return sources, out
}

func fill[T, V any](rows []T, values []V, set func(*T, V)) {
	for i := range values {
		set(&rows[i], values[i])
	}
}
