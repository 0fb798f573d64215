// SPDX-License-Identifier: Apache-2.0

package access

import (
	"net/netip"
	"time"
)

// Limit says how tries against one thing are slowed: the first Free tries are
// immediate, then each opens a pause that doubles from Base up to Max. After
// Forget without a try, all is forgotten.
type Limit struct {
	Free   int
	Base   time.Duration
	Max    time.Duration
	Forget time.Duration
}

// The limits of the house.
var (
	// signInLimit slows guessing one account's password: 5 tries, then 30 s,
	// 1 min, 2 min … 15 min.
	signInLimit = Limit{Free: 5, Base: 30 * time.Second, Max: 15 * time.Minute, Forget: 12 * time.Hour}
	// addressLimit slows guessing from one network address, behind which a whole
	// house may work: a successful sign-in gives its try back.
	addressLimit = Limit{Free: 50, Base: 10 * time.Second, Max: 15 * time.Minute, Forget: time.Hour}
	// codeLimit slows guessing the six digits of a second factor.
	codeLimit = Limit{Free: 5, Base: 30 * time.Second, Max: 15 * time.Minute, Forget: 12 * time.Hour}
	// unlockLimit is the number of tries a locked screen gives before the session ends.
	unlockLimit = Limit{Free: 5, Base: 15 * time.Minute, Max: 15 * time.Minute, Forget: 12 * time.Hour}
	// SheetLimit slows guessing the code of someone's own sheet from one address.
	SheetLimit = Limit{Free: 10, Base: 10 * time.Second, Max: 10 * time.Minute, Forget: time.Hour}
)

// pause is how long the door stays closed after the nth try.
func (l Limit) pause(n int64) time.Duration {
	if n < int64(l.Free) {
		return 0
	}
	over := n - int64(l.Free)
	// Past 30 doublings any Base has met any sensible Max.
	if over > 30 || l.Base<<over > l.Max {
		return l.Max
	}
	return l.Base << over
}

// AddressBucket is the bucket of tries of a network address: the address for
// IPv4, its /64 for IPv6, which is what one subscriber holds.
func AddressBucket(a netip.Addr) string {
	a = a.Unmap()
	if a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return "address " + p.String()
		}
	}
	return "address " + a.String()
}
