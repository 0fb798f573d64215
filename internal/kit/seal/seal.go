// SPDX-License-Identifier: Apache-2.0

// Package seal keeps personal fields unreadable to whoever holds only the
// database. Each organisation has its own keys, wrapped by a master key that
// lives in a file outside the store; a sealed field can be opened only in the
// row it was sealed for; and it is found again only through a keyed blind
// index, which tells nothing without the key.
package seal

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"escale/internal/kit/id"
)

// MasterSize is the length of the master key, in bytes.
const MasterSize = 32

// ErrBroken says that a sealed field or key does not open: a wrong key, a
// changed byte, or a field moved to another row.
var ErrBroken = errors.New("seal: does not open with this key")

// Master is the key above all keys. It is never stored beside what it protects.
type Master struct{ secret []byte }

// NewMaster makes a fresh master key.
func NewMaster() Master {
	b := make([]byte, MasterSize)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	return Master{b}
}

// MasterOf makes a master key of 32 given bytes.
func MasterOf(secret []byte) (Master, error) {
	if len(secret) != MasterSize {
		return Master{}, fmt.Errorf("seal: a master key has %d bytes, not %d", MasterSize, len(secret))
	}
	return Master{bytes.Clone(secret)}, nil
}

// ReadMaster reads a master key file: 64 hexadecimal digits.
func ReadMaster(path string) (Master, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Master{}, fmt.Errorf("seal: %w", err)
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil {
		return Master{}, fmt.Errorf("seal: %s is not a key file: 64 hexadecimal digits are expected", path)
	}
	return MasterOf(secret)
}

// Write writes the master key to a new file that only its owner may read, and
// refuses to overwrite an existing one: losing a key loses what it sealed.
func (m Master) Write(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(m.secret) + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

// Derive gives a 32-byte key for one purpose, always the same for the same
// master (HKDF-SHA256, RFC 5869).
func (m Master) Derive(purpose string) []byte {
	k, err := hkdf.Key(sha256.New, m.secret, nil, "escale "+purpose, 32)
	if err != nil {
		panic(err) // only a length out of range, which 32 is not
	}
	return k
}

func (m Master) wrapper() (tink.AEAD, error) { return subtle.NewAESGCM(m.Derive("wrap")) }

// NewKey makes an organisation's keyset and returns it wrapped by the master.
func (m Master) NewKey(organisation id.ID) ([]byte, error) {
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	w, err := m.wrapper()
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	var b bytes.Buffer
	if err := h.WriteWithAssociatedData(keyset.NewBinaryWriter(&b), w, []byte(organisation)); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return b.Bytes(), nil
}

// Box opens the wrapped keyset of an organisation.
func (m Master) Box(organisation id.ID, wrapped []byte) (*Box, error) {
	w, err := m.wrapper()
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	h, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(wrapped)), w, []byte(organisation))
	if err != nil {
		return nil, fmt.Errorf("seal: keys of an organisation: %w", ErrBroken)
	}
	a, err := aead.New(h)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return &Box{aead: a, index: m.Derive("index " + string(organisation))}, nil
}

// Box seals and opens the personal fields of one organisation. It is safe for
// concurrent use.
type Box struct {
	aead  tink.AEAD
	index []byte
}

// Seal closes text for one field ("person.name") of one row. Empty text stays
// empty (nil): there is nothing to protect in it.
func (b *Box) Seal(field string, row id.ID, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	c, err := b.aead.Encrypt([]byte(text), place(field, row))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return c, nil
}

// Open reads what Seal closed for the same field and row, or ErrBroken.
func (b *Box) Open(field string, row id.ID, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	p, err := b.aead.Decrypt(sealed, place(field, row))
	if err != nil {
		return "", ErrBroken
	}
	return string(p), nil
}

// place binds a sealed value to where it stands.
func place(field string, row id.ID) []byte { return []byte(field + "\x00" + string(row)) }

// Index is the blind index of value for one kind of field: 16 bytes, equal for
// equal values within the organisation (truncated HMAC-SHA256). The caller folds
// the value first, so that what people type alike is found alike.
func (b *Box) Index(field, value string) []byte {
	if value == "" {
		return nil
	}
	h := hmac.New(sha256.New, b.index)
	h.Write([]byte(field + "\x00" + value))
	return h.Sum(nil)[:16]
}
