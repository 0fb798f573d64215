// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestPercentile(t *testing.T) {
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(100-i)) // 100 down to 1
	}
	for _, test := range []struct {
		name string
		all  []time.Duration
		p    int
		want time.Duration
	}{
		{"none", nil, 99, 0},
		{"one", []time.Duration{7}, 99, 7},
		{"the middle of a hundred", hundred, 50, 50},
		{"all but one of a hundred", hundred, 99, 99},
	} {
		if got := percentile(test.all, test.p); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
	if hundred[0] != 100 {
		t.Error("the measures were put in another order")
	}
}

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		all  []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 2, 100}, 3}} {
		if got := median(test.all); got != test.want {
			t.Errorf("%v: got %v, want %v", test.all, got, test.want)
		}
	}
}

// The bare server sends exactly the bytes it was given, to visitors who count
// what they got, and ends with whoever started it.
func TestBareServer(t *testing.T) {
	want := bareAnswer{Type: "text/html; charset=utf-8", Encoding: "gzip", Body: []byte(strings.Repeat("x", 5000))}
	in, feed := io.Pipe()
	told, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- serveBare(in, out) }()
	go json.NewEncoder(feed).Encode(want)
	var p process
	if err := json.NewDecoder(told).Decode(&p); err != nil {
		t.Fatal(err)
	}
	got, err := fetch(t.Context(), p.Address+"/", "")
	if err != nil {
		t.Fatal(err)
	}
	if string(got.body) != string(want.Body) || got.header.Get("Content-Encoding") != want.Encoding || got.header.Get("Content-Type") != want.Type {
		t.Errorf("got %d bytes, %v", len(got.body), got.header)
	}
	v, err := open(p.host(), "/", "", false)
	if err != nil {
		t.Fatal(err)
	}
	defer v.close()
	perSecond, err := v.visit(20 * time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(v.answers()); n < connections || perSecond <= 0 {
		t.Errorf("%d answers to %d visitors, %.0f a second", n, connections, perSecond)
	}
	feed.Close()
	if err := <-ended; err != nil {
		t.Errorf("the bare server ended with %v", err)
	}
}

// Visitors who are to ask at new addresses never ask twice at the same one; and
// an answer that is not the page is a fault, not a fast answer.
func TestVisitors(t *testing.T) {
	asked := make(chan string, 1<<20)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.RequestURI()
		if r.URL.Path != "/page" || r.Header.Get("Cookie") != "escale=token" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, "hello")
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	visit := func(path string) error {
		v, err := open(host, path, "escale=token", true)
		if err != nil {
			t.Fatal(err)
		}
		defer v.close()
		_, err = v.visit(10 * time.Millisecond)
		return err
	}
	if err := visit("/page?view="); err != nil {
		t.Fatal(err)
	}
	if err := visit("/elsewhere?view="); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a page that is not found: got %v", err)
	}
	server.Close()
	close(asked)
	seen := map[string]bool{}
	for uri := range asked {
		if seen[uri] {
			t.Fatalf("%s was asked for twice", uri)
		}
		seen[uri] = true
	}
	if len(seen) < 2*connections {
		t.Errorf("%d addresses were asked for by twice %d visitors", len(seen), connections)
	}
}

func TestTable(t *testing.T) {
	made := table{title: "T", head: []string{"a", "b"}}
	made.row("1", "2")
	made.note("%d note", 1)
	var out strings.Builder
	made.print(&out)
	if want := "### T\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n1 note\n\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
