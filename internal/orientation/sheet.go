// SPDX-License-Identifier: Apache-2.0

package orientation

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"escale/internal/kit/id"
)

// alphabet holds the signs of a code: capitals and digits without O, 0, I and 1,
// which people mistake for one another. Its 32 signs carry 5 bits each, so a
// code of 8 has 40 bits: with 100,000 sheets in use, one guess finds some sheet
// once in 11 million, and the page limits how often one may guess.
const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// CodeSigns is the number of signs in a code.
const CodeSigns = 8

// codes makes and recognises the codes of sheets. The store keeps a keyed
// fingerprint only; the code itself can be made again for the same sheet, which
// lets a repeated gesture give her the same code.
type codes struct{ key []byte }

// code is the code of a sheet. Round counts the codes of this sheet that were
// found in use already.
func (c codes) code(sheet id.ID, round int) string {
	sum := c.sum("code", fmt.Sprintf("%s %d", sheet, round))
	var bits uint64
	for _, b := range sum[:5] {
		bits = bits<<8 | uint64(b)
	}
	var s strings.Builder
	for i := CodeSigns - 1; i >= 0; i-- {
		s.WriteByte(alphabet[bits>>(5*i)&31])
	}
	return s.String()
}

// fingerprint is what the store knows of a code.
func (c codes) fingerprint(code string) []byte { return c.sum("fingerprint", code) }

func (c codes) sum(purpose, value string) []byte {
	h := hmac.New(sha256.New, c.key)
	h.Write([]byte(purpose + "\x00" + value))
	return h.Sum(nil)
}

// NormalCode reads a code as people type it: small letters, spaces and hyphens
// do not matter. It reports false for what cannot be a code.
func NormalCode(typed string) (string, bool) {
	code := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -.\u00a0\u202f", r) {
			return -1
		}
		return r
	}, strings.ToUpper(typed))
	if len(code) != CodeSigns || strings.Trim(code, alphabet) != "" {
		return "", false
	}
	return code, true
}

// SpacedCode writes a code in two groups of four, as it is printed.
func SpacedCode(code string) string { return code[:CodeSigns/2] + "\u00a0" + code[CodeSigns/2:] }

// sheetLife is how long after its last change a sheet can be opened: a year, so
// that a yearly procedure (impôts, cantine) finds it again. A choice of ours.
const sheetLife = 365 * day

// content is what the sheet says, in words written for her: sealed as a whole.
// What she came for is not in it: it may be read over her shoulder.
type content struct {
	Lines []Line `json:"lines,omitempty"` // oldest first
	// Sheets made before lines told which entry they come from hold these two.
	Done     []string `json:"done,omitempty"`
	NextStep string   `json:"next_step,omitempty"`
}

// Line is what one gesture wrote on her sheet.
type Line struct {
	Entry    id.ID  `json:"entry,omitempty"` // the support it comes from, as first recorded; none for a decision
	Did      string `json:"did,omitempty"`   // what she did herself
	NextStep string `json:"next_step,omitempty"`
}

// add writes a line below the others.
func (c *content) add(l Line) bool {
	c.Lines = append(c.Lines, l)
	return true
}

// replace writes l in the place of the line of the same entry, if there is one.
func (c *content) replace(l Line) bool {
	i := slices.IndexFunc(c.Lines, func(old Line) bool { return old.Entry == l.Entry })
	if i < 0 || c.Lines[i] == l {
		return false
	}
	c.Lines[i] = l
	return true
}

// did is all she did herself, oldest first.
func (c *content) did() []string {
	all := slices.Clone(c.Done)
	for _, l := range c.Lines {
		if l.Did != "" {
			all = append(all, l.Did)
		}
	}
	return all
}

// next is the last step said.
func (c *content) next() string {
	for _, l := range slices.Backward(c.Lines) {
		if l.NextStep != "" {
			return l.NextStep
		}
	}
	return c.NextStep
}

// Sheet (ma feuille) is what her code opens.
type Sheet struct {
	Done      []string
	NextStep  string
	Meeting   *Meeting // the next one, if any
	ChangedAt time.Time
}

// Meeting is when and where someone is expected, in neutral words: it goes on
// slips and sheets, where no name and no motive may appear (R20).
type Meeting struct {
	Booking id.ID
	Start   time.Time // UTC
	End     time.Time
	Zone    string // IANA time zone of the place
	PlaceID id.ID
	Place   string
	Address string
	Commune string
	Phone   string
	Bring   string
	Worker  string // who receives
}
