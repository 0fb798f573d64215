// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

// measured is one page to measure.
type measured struct {
	name, path string
	login      string // who asks; "" for anyone
	anew       bool   // each request has an address never seen: nothing kept can serve
	aim        string // what the house wants of it; "" for nothing written
}

// helper is whose day is measured.
const helper = "nadia"

// measuredPages are the pages people open most: the public ones, and the first
// page of a helper.
func measuredPages(place, day string) []measured {
	return []measured{
		{name: "a place", path: place, aim: "60 %, p99 < 10 ms"},
		{name: "home", path: "/"},
		{name: "finding help near Blain", path: "/trouver?ou=Blain"},
		{name: "a place, never at the same address", path: place + "?vue=", anew: true},
		{name: "a helper's day", path: day, login: helper, aim: "15 %"},
		// What was just done is never hidden by what was kept.
		{name: "a helper's day, made anew each time", path: day + "&fait=today.done.excused", login: helper},
	}
}

// compared is what came of one page beside the bare handler.
type compared struct {
	measured
	size          int // bytes of the compressed body
	bare, house   side
	shares        []float64 // page's rate over the bare handler's, a round each
	residentAfter int64
}

// side is one of the two servers of a pair.
type side struct {
	answers   int
	took      time.Duration
	p50, p99  time.Duration
	processor time.Duration // the server's own, over all answers
}

// each is the server's processor time for one answer.
func (s side) each() time.Duration { return s.processor / time.Duration(max(1, s.answers)) }

var placeLink = regexp.MustCompile(`/lieux/[0-9a-f-]{36}`)

// aPlace is the address of a place of the demonstration, as its search gives it.
func (d *demo) aPlace(ctx context.Context) (string, error) {
	found, err := fetch(ctx, d.Address+"/trouver?ou=Blain", "")
	if err != nil {
		return "", err
	}
	text, err := unzip(found)
	if err != nil {
		return "", err
	}
	if link := placeLink.Find(text); link != nil {
		return string(link), nil
	}
	return "", fmt.Errorf("no place was found near Blain (status %d)", found.status)
}

// fullestDay is the address of the helper's day whose page is the longest of the
// coming week: what is measured must not depend on the day it is measured on.
func (d *demo) fullestDay(ctx context.Context) (address string, err error) {
	cookie, err := d.signIn(ctx, helper)
	if err != nil {
		return "", err
	}
	longest := 0
	for i := range 7 {
		path := "/aujourdhui?jour=" + time.Now().AddDate(0, 0, i).Format(time.DateOnly)
		p, err := fetch(ctx, d.Address+path, cookie)
		if err != nil {
			return "", err
		}
		if p.status != http.StatusOK {
			return "", fmt.Errorf("%s: the answer is %d", path, p.status)
		}
		if len(p.body) > longest {
			longest, address = len(p.body), path
		}
	}
	return address, nil
}

func unzip(p page) ([]byte, error) {
	if p.header.Get("Content-Encoding") != "gzip" {
		return p.body, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(p.body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func compareAll(ctx context.Context, d *demo, o options) (all []compared, err error) {
	place, err := d.aPlace(ctx)
	if err != nil {
		return nil, err
	}
	day, err := d.fullestDay(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range measuredPages(place, day) {
		c, err := compare(ctx, d, m, o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.path, err)
		}
		c.residentAfter = d.memory().resident
		all = append(all, c)
	}
	return all, nil
}

// compare measures one page and a bare handler that writes the same bytes, in
// turns, so that what else the machine does weighs on both alike.
func compare(ctx context.Context, d *demo, m measured, o options) (c compared, err error) {
	c.measured = m
	cookie := ""
	if m.login != "" {
		if cookie, err = d.signIn(ctx, m.login); err != nil {
			return c, err
		}
	}
	answer, err := fetch(ctx, d.Address+m.path, cookie)
	if err != nil {
		return c, err
	}
	if answer.status != http.StatusOK {
		return c, fmt.Errorf("the answer is %d", answer.status)
	}
	c.size = len(answer.body)
	bare, err := startBare(answer)
	if err != nil {
		return c, err
	}
	defer bare.kill()
	var turns [2]struct {
		server   *process
		visitors *visitors
		side     *side
		began    time.Duration
		rate     float64
	}
	turns[0].server, turns[0].side = bare, &c.bare
	turns[1].server, turns[1].side = &d.process, &c.house
	for i := range turns {
		t := &turns[i]
		if t.visitors, err = open(t.server.host(), m.path, cookie, m.anew); err != nil {
			return c, err
		}
		defer t.visitors.close()
		if _, err = t.visitors.visit(o.round / 2); err != nil {
			return c, err
		}
		t.visitors.forget()
	}
	for round := range o.rounds {
		if err := ctx.Err(); err != nil {
			return c, err
		}
		for i := range turns {
			t := &turns[(i+round)%len(turns)] // neither is always the first
			began := t.server.processor()
			if t.rate, err = t.visitors.visit(o.round); err != nil {
				return c, err
			}
			t.side.processor += t.server.processor() - began
		}
		c.shares = append(c.shares, turns[1].rate/turns[0].rate)
	}
	for _, t := range turns {
		waits := t.visitors.answers()
		t.side.answers, t.side.took = len(waits), t.visitors.took
		t.side.p50, t.side.p99 = percentile(waits, 50), percentile(waits, 99)
	}
	return c, nil
}

func printPages(out io.Writer, all []compared, o options) {
	rates := table{
		title: fmt.Sprintf("Pages over %d kept connections, beside a bare handler writing the same bytes", connections),
		head:  []string{"page", "bytes", "bare/s", "page/s", "share: median (least to most)", "aim"},
	}
	waits := table{
		title: "How long these answers took",
		head:  []string{"page", "bare p50", "bare p99", "page p50", "page p99", "processor: bare", "processor: page", "memory after"},
	}
	for _, c := range all {
		rates.row(c.name, fmt.Sprint(c.size), rate(c.bare.answers, c.bare.took), rate(c.house.answers, c.house.took),
			fmt.Sprintf("**%s** (%s to %s)", percent(median(c.shares)), percent(slices.Min(c.shares)), percent(slices.Max(c.shares))), c.aim)
		waits.row(c.name, millis(c.bare.p50), millis(c.bare.p99), millis(c.house.p50), millis(c.house.p99),
			micros(c.bare.each()), micros(c.house.each()), megabytes(c.residentAfter))
	}
	rates.note("Measured: the built program and a bare `net/http` server, each a process of its own, asked by a third over the loopback; "+
		"%d turns of %s each, alternating, after a warm-up. The bare handler sends the same compressed body with its type and length only; "+
		"the page also sends its security headers. The three processes share %d processors, so the visitors' own work is in both rates.",
		o.rounds, o.round, runtime.NumCPU())
	waits.note("Processor: what each server alone spent on one answer. It tells the two apart better than their rates, which hold the visitors' own work and the noise of the machine.")
	rates.print(out)
	waits.print(out)
}

// oneTrip is how many bytes a new TCP connection carries before it must wait for
// an acknowledgement: ten segments (RFC 6928), rounded down to whole kilobytes.
const oneTrip = 14 << 10

// weight is the first view of a page.
type weight struct {
	path              string
	status            int
	compressed, plain int
	header            int // bytes of the answer's headers, as HTTP/1.1 writes them
}

// placePattern is the one public route with a name in its path that has a page
// for anyone: it is weighed with a place of the demonstration.
const placePattern = "/lieux/{id}"

// weigh asks for every public page of the program, as someone who comes for the
// first time.
func weigh(ctx context.Context, d *demo, program string) (all []weight, err error) {
	list, err := exec.CommandContext(ctx, program, "routes", "--json").Output()
	if err != nil {
		return nil, fmt.Errorf("routes: %w", err)
	}
	var routes []struct{ Method, Pattern, Permission string }
	if err := json.Unmarshal(list, &routes); err != nil {
		return nil, fmt.Errorf("routes: %w", err)
	}
	place, err := d.aPlace(ctx)
	if err != nil {
		return nil, err
	}
	paths := []string{"/trouver?ou=Blain", "/trouver?texte=retraite", "/nulle-part"}
	for _, r := range routes {
		if r.Method == http.MethodGet && r.Permission == "public" {
			path := strings.TrimSuffix(r.Pattern, "{$}")
			if path == placePattern {
				path = place
			}
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	for _, path := range paths {
		shown := path
		if path == place {
			shown = placePattern
		}
		if strings.Contains(path, "{") {
			all = append(all, weight{path: path})
			continue
		}
		p, err := fetch(ctx, d.Address+path, "")
		if err != nil {
			return nil, err
		}
		if p.status >= http.StatusInternalServerError {
			return nil, fmt.Errorf("%s: the answer is %d", path, p.status)
		}
		text, err := unzip(p)
		if err != nil {
			return nil, err
		}
		var header bytes.Buffer
		if err := p.header.Write(&header); err != nil {
			return nil, err
		}
		all = append(all, weight{shown, p.status, len(p.body), len(text), header.Len()})
	}
	return all, nil
}

func printWeights(out io.Writer, all []weight) {
	t := table{
		title: "First view of every public page",
		head:  []string{"page", "compressed", "of which headers", "plain", fmt.Sprintf("%d bytes or less", oneTrip)},
	}
	var elsewhere []string
	for _, w := range all {
		if w.plain == 0 {
			elsewhere = append(elsewhere, fmt.Sprintf("`%s` (%s)", w.path, answerOf(w.status)))
			continue
		}
		verdict := "yes"
		if w.compressed+w.header > oneTrip {
			verdict = "**no**"
		}
		t.row(fmt.Sprintf("`%s`", w.path), fmt.Sprint(w.compressed+w.header), fmt.Sprint(w.header), kilobytes(w.plain), verdict)
	}
	t.note("Compressed: the page with its style and icons inside, and the headers of the answer, as gzip sends them. The font is a file of its own, kept for ever, and never awaited.")
	if len(elsewhere) > 0 {
		t.note("Not pages by themselves: %s.", strings.Join(elsewhere, ", "))
	}
	t.print(out)
}

func answerOf(status int) string {
	if status == 0 {
		return "needs a token"
	}
	return fmt.Sprintf("answers %d", status)
}
