// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestBehindAProxy(t *testing.T) {
	trusted := append([]netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, loopback...)
	for _, test := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"no proxy", "203.0.113.9:5000", nil, "203.0.113.9:5000"},
		{"a stranger who says he is someone else", "203.0.113.9:5000", []string{"198.51.100.1"}, "203.0.113.9:5000"},
		{"a proxy of the machine", "127.0.0.1:5000", []string{"198.51.100.1"}, "198.51.100.1:0"},
		{"two proxies of ours", "[::1]:5000", []string{"198.51.100.1, 192.0.2.7"}, "198.51.100.1:0"},
		{"what the visitor wrote himself stands further left", "127.0.0.1:5000", []string{"10.0.0.1", "198.51.100.1"}, "198.51.100.1:0"},
		{"nothing readable", "127.0.0.1:5000", []string{"unknown"}, "127.0.0.1:5000"},
		{"a proxy that says nothing", "127.0.0.1:5000", nil, "127.0.0.1:5000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got string
			h := behind(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = test.peer
			for _, f := range test.forwarded {
				r.Header.Add("X-Forwarded-For", f)
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
