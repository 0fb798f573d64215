// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// loopback is where a proxy on the machine itself comes from.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// behind tells the pages the address of the visitor instead of that of the proxy
// before the house: the doors slow down who tries too often, and must not take
// everybody for one visitor. X-Forwarded-For counts only from a trusted proxy,
// and its right-most address that is not one of them: what stands further left
// is what anyone may write.
func behind(trusted []netip.Prefix, next http.Handler) http.Handler {
	if len(trusted) == 0 {
		return next
	}
	ours := func(a netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && ours(peer.Addr()) {
			hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
			for _, hop := range slices.Backward(hops) {
				a, err := netip.ParseAddr(strings.TrimSpace(hop))
				if err != nil {
					break
				}
				if !ours(a) {
					r.RemoteAddr = netip.AddrPortFrom(a, 0).String()
					break
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}
