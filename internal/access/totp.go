// SPDX-License-Identifier: Apache-2.0

package access

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"time"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// period is how long one code of the second factor lasts, in seconds (RFC 6238,
// and what every telephone application assumes).
const period = 30

var codeShape = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// Enrolment is what a person needs to put the second factor in her telephone.
type Enrolment struct {
	Secret string // in base 32, to type when the picture cannot be taken
	QR     []byte // a PNG picture of the same
}

var base32Secret = base32.StdEncoding.WithPadding(base32.NoPadding)

// newSecret makes the secret of a second factor: 160 random bits, as RFC 4226
// section 4 recommends, in base 32.
func newSecret() string {
	b := make([]byte, 20)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	return base32Secret.EncodeToString(b)
}

// enrolmentOf shows a secret for login, under the name issuer in the telephone.
func enrolmentOf(issuer, login, secret string) (Enrolment, error) {
	raw, err := base32Secret.DecodeString(secret)
	if err != nil {
		return Enrolment{}, fmt.Errorf("access: second factor: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: login, Secret: raw})
	if err != nil {
		return Enrolment{}, fmt.Errorf("access: second factor: %w", err)
	}
	picture, err := qrPNG(key.URL())
	if err != nil {
		return Enrolment{}, err
	}
	return Enrolment{Secret: key.Secret(), QR: picture}, nil
}

// qrPNG draws text with the margin of four modules that readers need (ISO/IEC
// 18004), six pixels a module.
func qrPNG(content string) ([]byte, error) {
	const module, margin = 6, 4
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("access: QR code: %w", err)
	}
	side := code.Bounds().Dx() * module
	big, err := barcode.Scale(code, side, side)
	if err != nil {
		return nil, fmt.Errorf("access: QR code: %w", err)
	}
	page := image.NewGray(image.Rect(0, 0, side+2*margin*module, side+2*margin*module))
	draw.Draw(page, page.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(page, image.Rect(margin*module, margin*module, margin*module+side, margin*module+side), big, image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, page); err != nil {
		return nil, fmt.Errorf("access: QR code: %w", err)
	}
	return b.Bytes(), nil
}

// CodeAt is the code that secret gives at the moment at: what the telephone
// shows. The demonstration prints it; nothing else needs it.
func CodeAt(secret string, at time.Time) (string, error) {
	return hotp.GenerateCodeCustom(secret, uint64(at.Unix()/period), codeShape)
}

// matchCode finds the step whose code was typed: the present one, the one
// before or the one after, because clocks differ (RFC 6238 section 5.2). A step
// up to last was already used and opens nothing.
func matchCode(secret, code string, now time.Time, last int64) (step int64, ok bool) {
	code = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, code)
	current := now.Unix() / period
	for s := current - 1; s <= current+1; s++ {
		// An error means a code of another length, or a secret that is none.
		if good, err := hotp.ValidateCustom(code, uint64(s), secret, codeShape); err == nil && good && s > last && !ok {
			step, ok = s, true
		}
	}
	return step, ok
}
