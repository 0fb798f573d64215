// SPDX-License-Identifier: Apache-2.0

// Package person keeps the file of someone who comes for help (la personne),
// and only when follow-up needs one and she was told of it: most needs live
// well without. It also keeps what she agreed to (accords) and the mandates she
// gave (mandats), each bounded in time and revocable. A file is seen only inside
// the organisation that holds it; elsewhere it looks absent.
package person

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/guard"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
)

// ErrForbidden says that the viewer's grants do not allow the act. Rows of other
// organisations are not forbidden: they are not found.
var ErrForbidden = errors.New("not allowed")

// Identity is what says who she is. It is sealed as a whole.
type Identity struct {
	FirstName  string `json:"first_name,omitempty"`
	LastName   string `json:"last_name,omitempty"`
	Phone      string `json:"phone,omitempty"` // E.164 once kept: +33612345678
	Email      string `json:"email,omitempty"`
	Address    string `json:"address,omitempty"`     // one line, without the commune
	ThirdParty string `json:"third_party,omitempty"` // who passes messages on, when she wants that
}

// ContactWay is how she wants to be reached (R22).
type ContactWay string

// The contact ways.
const (
	ByCall       ContactWay = "call"
	BySMS        ContactWay = "sms"
	ByLetter     ContactWay = "letter"
	ByThirdParty ContactWay = "third_party" // through someone she names
	NoContact    ContactWay = "none"
)

// ContactWays lists the contact ways in the order screens show them.
var ContactWays = []ContactWay{ByCall, BySMS, ByLetter, ByThirdParty, NoContact}

// Unsaid is the national code of an answer that was not given (« non
// communiqué »): the default everywhere, and never an obstacle (R14).
const Unsaid = "non_communique"

// Genders and SocialStatuses are the national codes, as the activity report
// (La Coop de la médiation numérique, June 2026) has them.
var (
	Genders        = []string{"masculin", "feminin", Unsaid}
	SocialStatuses = []string{"scolarise", "sans_emploi", "en_emploi", "retraite", Unsaid}
)

// Explanations are how she prefers things to be explained: the codes of
// autonomy.ReadingMode, the empty one meaning that it was not talked about (R30).
var Explanations = []string{"", "spoken_shown", "short_writing_together", "writing"}

// Person is a file.
type Person struct {
	ID            id.ID
	Organisation  id.ID
	Identity      Identity
	BirthYear     int // 0 when not given
	Gender        string
	SocialStatus  string
	Commune       string // Insee code, or empty
	ContactWay    ContactWay
	SharedPhone   bool   // others read what arrives: neutral messages only
	Explanation   string // one of Explanations
	Protected     bool   // a protection measure (tutelle, curatelle, sauvegarde) is declared: no mandate
	InformedOn    clock.Date
	CreatedAt     time.Time
	LastContactAt time.Time // what the keeping period runs from
	AnonymisedAt  time.Time // zero while the file names someone
	Version       int64
}

// Stale says that the file was changed since it was read: both versions are
// given, so that the page can show them side by side.
type Stale struct{ Yours, Theirs Person }

// Error says nothing of the contents.
func (s *Stale) Error() string {
	return fmt.Sprintf("person %s: version %d was changed meanwhile to %d", s.Theirs.ID, s.Yours.Version, s.Theirs.Version)
}

// Unwrap makes a Stale one of db.ErrStale.
func (s *Stale) Unwrap() error { return db.ErrStale }

// Longest texts kept, in runes: room for real names and addresses, not for notes.
const (
	maxName    = 80
	maxAddress = 200
)

// normalise trims what was typed, fills the defaults and says what must be
// looked at again.
func (p *Person) normalise() error {
	var f text.FieldErrors
	for _, t := range []struct {
		field string
		value *string
		most  int
	}{
		{"first_name", &p.Identity.FirstName, maxName},
		{"last_name", &p.Identity.LastName, maxName},
		{"email", &p.Identity.Email, maxAddress},
		{"address", &p.Identity.Address, maxAddress},
		{"third_party", &p.Identity.ThirdParty, maxName},
	} {
		*t.value = strings.TrimSpace(*t.value)
		if len([]rune(*t.value)) > t.most {
			f.Add(t.field, "person.too_long", "most", t.most)
		}
		guard.Check(t.field, *t.value, &f)
	}
	if p.Identity.FirstName == "" && p.Identity.LastName == "" {
		f.Add("first_name", "person.name_missing")
	}
	if p.Identity.Phone != "" {
		phone, ok := NormalPhone(p.Identity.Phone)
		if !ok {
			f.Add("phone", "person.phone_wrong")
		}
		p.Identity.Phone = phone
	}
	if p.Identity.Email != "" && !strings.Contains(p.Identity.Email, "@") {
		f.Add("email", "person.email_wrong")
	}
	if p.InformedOn.IsZero() {
		f.Add("informed_on", "person.not_informed")
	}
	p.defaults()
	p.checkCodes(&f)
	return f.Err()
}

func (p *Person) defaults() {
	if p.Gender == "" {
		p.Gender = Unsaid
	}
	if p.SocialStatus == "" {
		p.SocialStatus = Unsaid
	}
	if p.ContactWay == "" {
		p.ContactWay = NoContact
	}
}

// oldest is the first year of birth taken for one rather than for a slip.
const oldest = 1900

func (p *Person) checkCodes(f *text.FieldErrors) {
	if p.BirthYear != 0 && (p.BirthYear < oldest || p.BirthYear > p.InformedOn.Year) {
		f.Add("birth_year", "person.birth_year_wrong")
	}
	if !slices.Contains(Genders, p.Gender) {
		f.Add("gender", "person.not_in_list")
	}
	if !slices.Contains(SocialStatuses, p.SocialStatus) {
		f.Add("social_status", "person.not_in_list")
	}
	if !slices.Contains(Explanations, p.Explanation) {
		f.Add("explanation", "person.not_in_list")
	}
	switch p.ContactWay {
	case NoContact:
	case ByCall, BySMS:
		if p.Identity.Phone == "" {
			f.Add("phone", "person.phone_missing")
		}
	case ByLetter:
		if p.Identity.Address == "" {
			f.Add("address", "person.address_missing")
		}
	case ByThirdParty:
		if p.Identity.ThirdParty == "" {
			f.Add("third_party", "person.third_party_missing")
		}
	default:
		f.Add("contact_way", "person.not_in_list")
	}
}

// NormalPhone writes a phone number in E.164 from the ways people type it:
// « 06 12 34 56 78 », « 0033.6… », « +33 (0)6… ». A ten-digit number starting
// with 0 is French. It reports false for anything that cannot be a number.
func NormalPhone(typed string) (string, bool) {
	typed = strings.Replace(typed, "(0)", "", 1)
	var digits strings.Builder
	for i, r := range strings.TrimSpace(typed) {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r == '+' && i == 0:
			digits.WriteString("00")
		case strings.ContainsRune(" .-/\u00a0\u202f", r):
		default:
			return "", false
		}
	}
	d := digits.String()
	if international, ok := strings.CutPrefix(d, "00"); ok {
		d = international
	} else if len(d) == 10 && d[0] == '0' {
		d = "33" + d[1:]
	} else {
		return "", false
	}
	// E.164: at most 15 digits; shorter than 8 is no subscriber number.
	if len(d) < 8 || len(d) > 15 {
		return "", false
	}
	return "+" + d, true
}

// nameKey is the form under which a name is found again: its words folded and
// put in alphabetical order, because people say the first or the last name
// first.
func nameKey(names ...string) string {
	words := strings.Fields(text.Fold(strings.Join(names, " ")))
	slices.Sort(words)
	return strings.Join(words, " ")
}
