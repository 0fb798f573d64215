// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"escale/internal/kit/text"
)

// Cost is what one password hash costs (argon2id, RFC 9106).
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultCost is the second of the equivalent settings of the OWASP Password
// Storage Cheat Sheet (19 MiB, 2 passes, 1 thread): of those, it asks the least
// memory but for the slower ones, which matters on the small machines a
// network can afford.
var DefaultCost = Cost{Memory: 19 * 1024, Passes: 2, Threads: 1}

// maxCost bounds what a stored hash may ask for, so that a changed row cannot
// exhaust the machine.
var maxCost = Cost{Memory: 256 * 1024, Passes: 10, Threads: 8}

const (
	saltSize = 16 // bytes, RFC 9106 section 3.1
	hashSize = 32 // bytes
)

// Passwords hashes passwords, a few at a time: each hash takes Cost.Memory, and
// five hundred people signing in at nine o'clock wait for one another instead of
// exhausting the machine.
type Passwords struct {
	cost  Cost
	slots chan struct{}
	dummy string // compared with when there is no account, so that the answer takes as long
}

// NewPasswords makes a hasher of the given cost that works on at most slots
// passwords at once; 0 means one per processor, eight at most.
func NewPasswords(cost Cost, slots int) *Passwords {
	if slots <= 0 {
		slots = min(8, runtime.GOMAXPROCS(0))
	}
	p := &Passwords{cost: cost, slots: make(chan struct{}, slots)}
	p.dummy = p.hash(rand.Text())
	return p
}

// enter waits for one of the slots. The caller gives it back with leave.
func (p *Passwords) enter(ctx context.Context) (leave func(), err error) {
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Hash gives the PHC string of plain: $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func (p *Passwords) Hash(ctx context.Context, plain string) (string, error) {
	leave, err := p.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return p.hash(plain), nil
}

// hash is Hash for a caller that already has a slot.
func (p *Passwords) hash(plain string) string {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	c := p.cost
	sum := argon2.IDKey(canonical(plain), salt, c.Passes, c.Memory, c.Threads, hashSize)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// matches reports whether plain is what phc was made from, for a caller that
// has a slot. An empty phc (no account, no password yet) costs as much and
// matches nothing.
func (p *Passwords) matches(phc, plain string) (bool, error) {
	nobody := phc == ""
	if nobody {
		phc = p.dummy
	}
	cost, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, err
	}
	got := argon2.IDKey(canonical(plain), salt, cost.Passes, cost.Memory, cost.Threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && !nobody, nil
}

// outdated reports whether phc was made at another cost than today's.
func (p *Passwords) outdated(phc string) bool {
	cost, _, _, err := parsePHC(phc)
	return err == nil && cost != p.cost
}

// canonical gives the bytes hashed: the same for every keyboard's way of making
// an accented letter (NIST SP 800-63B section 5.1.1.2 asks for NFKC or NFKD).
func canonical(plain string) []byte { return norm.NFKC.Bytes([]byte(plain)) }

var errPHC = errors.New("access: a stored password hash cannot be read")

func parsePHC(phc string) (c Cost, salt, sum []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Threads); err != nil {
		return c, nil, nil, errPHC
	}
	if c.Passes < 1 || c.Threads < 1 || c.Memory > maxCost.Memory || c.Passes > maxCost.Passes || c.Threads > maxCost.Threads {
		return c, nil, nil, errPHC
	}
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	sum, errSum := base64.RawStdEncoding.DecodeString(parts[5])
	if errSalt != nil || errSum != nil || len(sum) < 16 {
		return c, nil, nil, errPHC
	}
	return c, salt, sum, nil
}

// Length of a password in characters. Twelve with growing delays and a second
// factor for staff; NIST SP 800-63B asks eight at least, and 64 to be accepted.
const (
	minPassword = 12
	maxPassword = 128
)

// checkPassword adds to errs what is wrong with a password someone chooses.
func checkPassword(errs *text.FieldErrors, field, plain, login, name string) {
	n := utf8.RuneCountInString(plain)
	switch {
	case n < minPassword:
		errs.Add(field, "access.password.short", "least", minPassword)
	case n > maxPassword:
		errs.Add(field, "access.password.long", "most", maxPassword)
	case distinct(plain) < 5:
		errs.Add(field, "access.password.repeated")
	case holds(plain, login) || holds(plain, name):
		errs.Add(field, "access.password.name")
	}
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// holds reports whether most of a password is one's own login or name.
func holds(plain, own string) bool {
	own = text.Fold(own)
	return len(own) >= 4 && strings.Contains(text.Fold(plain), own) && utf8.RuneCountInString(plain) < len(own)+minPassword/2
}

// checkPIN adds to errs what is wrong with a code meant to unlock the screen.
// It guards only a session already open, and five wrong ones end it.
func checkPIN(errs *text.FieldErrors, field, pin string) {
	if !isPIN(pin) {
		errs.Add(field, "access.pin.shape")
		return
	}
	up, down := true, true
	for i := 1; i < len(pin); i++ {
		up = up && pin[i] == pin[i-1]+1
		down = down && pin[i] == pin[i-1]-1
	}
	if up || down || distinct(pin) < 3 {
		errs.Add(field, "access.pin.simple")
	}
}

// isPIN reports whether s has the shape of a code, four to eight digits, which
// no password has.
func isPIN(s string) bool {
	if len(s) < 4 || len(s) > 8 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}
