// SPDX-License-Identifier: Apache-2.0

package access

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"escale/internal/kit/id"
	"escale/internal/kit/seal"
)

// Secrets seals what belongs to the house rather than to an organisation: the
// second factors. It is safe for concurrent use.
type Secrets struct {
	aead cipher.AEAD
	mark []byte // key of the hashes of short codes and of the buckets of tries
}

// NewSecrets makes the house's box from the master key.
func NewSecrets(master seal.Master) *Secrets {
	block, err := aes.NewCipher(master.Derive("access secrets"))
	if err != nil {
		panic(err) // only a key of another length than the 32 bytes Derive gives
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // only a block of another size than AES's
	}
	return &Secrets{aead: aead, mark: master.Derive("access marks")}
}

// Seal closes text for one place (a field and the row it stands in).
func (s *Secrets) Seal(place, text string) []byte {
	return s.aead.Seal(nil, nil, []byte(text), []byte(place))
}

// Open reads what Seal closed for the same place, or seal.ErrBroken.
func (s *Secrets) Open(place string, sealed []byte) (string, error) {
	plain, err := s.aead.Open(nil, nil, sealed, []byte(place))
	if err != nil {
		return "", seal.ErrBroken
	}
	return string(plain), nil
}

// Mark is the keyed hash (HMAC-SHA256) of value for one use: what is kept of a
// recovery code, a login or a network address, so that the store alone does not
// let anyone try them all.
func (s *Secrets) Mark(use, value string) []byte {
	return keyedHash(s.mark, []byte(use), []byte(value))
}

// totpPlace is where the second factor of an account stands.
func totpPlace(account id.ID) string { return "account.totp\x00" + string(account) }

// enrolPlace is where a second factor being set up stands.
func enrolPlace(session []byte) string { return "access_session.enrolling\x00" + string(session) }

// keyedHash is HMAC-SHA256 over parts, each preceded by its length so that no
// two lists of parts give the same bytes.
func keyedHash(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	var length [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(p)))
		h.Write(length[:])
		h.Write(p)
	}
	return h.Sum(nil)
}

// newToken makes a 256-bit secret for a cookie or a link.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashToken is what the store keeps of a token. A token has 256 random bits, so
// a plain hash cannot be searched.
func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// recoveryCodes is how many codes an enrolment gives.
const recoveryCodes = 10

// newRecoveryCodes makes codes of 50 random bits, written ABCDE-23456 with
// letters and the digits 2 to 7, which no one mistakes for one another.
func newRecoveryCodes() []string {
	codes := make([]string, recoveryCodes)
	for i := range codes {
		t := rand.Text()
		codes[i] = t[:5] + "-" + t[5:10]
	}
	return codes
}

// foldRecovery gives the one spelling of a code as people type it.
func foldRecovery(code string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '0':
			return 'O'
		case r == '1':
			return 'I'
		case r >= 'A' && r <= 'Z', r >= '2' && r <= '7':
			return r
		}
		return -1
	}, strings.ToUpper(code))
}
