// SPDX-License-Identifier: Apache-2.0

// Package activity is the record of a support (compte rendu d'activité): one
// entry, under a minute, with the national codes. Written once, it marks the
// meeting as met, answers whoever sent the person, settles or reopens her need,
// brings her sheet up to date, and counts. « Fait avec » is the rule; « fait
// pour » needs a reason and her mandate, and is never a volunteer's.
package activity

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"escale/internal/kit/shipped"

	"escale/internal/kit/clock"
	"escale/internal/kit/guard"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/need"
	"escale/internal/person"
)

// Posture is who did what (R62).
type Posture string

// The postures.
const (
	ByPerson Posture = "by_person" // fait par la personne
	With     Posture = "with"      // fait avec: the default
	Shown    Posture = "shown"     // montré
	For      Posture = "for"       // fait pour, with reason and mandate (R63)
	Passed   Posture = "referred"  // orienté
)

// Postures lists the postures in the order screens show them.
var Postures = []Posture{ByPerson, With, Shown, For, Passed}

// Outcome is how the support ended (R67).
type Outcome string

// The outcomes.
const (
	Settled          Outcome = "settled"
	Progressed       Outcome = "progressed"
	NotSettled       Outcome = "not_settled"
	Referred         Outcome = "referred"
	StoppedByChoice  Outcome = "stopped_by_choice"
	TrainingProposed Outcome = need.TrainingProposed
)

// Outcomes lists the outcomes in the order screens show them.
var Outcomes = []Outcome{Settled, Progressed, NotSettled, Referred, StoppedByChoice, TrainingProposed}

// eventOf is what each outcome does to the need.
var eventOf = map[Outcome]need.Kind{
	Settled: need.WasSettled, TrainingProposed: need.WasSettled, Progressed: need.HasProgressed,
	NotSettled: need.HasProgressed, Referred: need.WasReferred, StoppedByChoice: need.WasStopped,
}

// OwnPlace is the kind of place for which the place itself is named; a home or
// another place is known by its commune (Coop: lieu_activite, domicile, autre).
const (
	OwnPlace   = "lieu_activite"
	AtHome     = "domicile"
	Remotely   = "a_distance"
	OtherPlace = "autre"
)

// Entry is one support, with the codes of Codes.
type Entry struct {
	ID           id.ID // made by the page: sending twice records once
	At           time.Time
	Day          clock.Date // where it was given
	Minutes      int        // 1 to 600
	Posture      Posture
	ForReason    string // of Codes().ForReasons, when Posture is For
	Mandate      id.ID  // when Posture is For
	Outcome      Outcome
	RightBecame  need.RightBecame // for a need about rights
	PlaceKind    string
	Place        id.ID  // when PlaceKind is OwnPlace
	Commune      string // Insee code: the place's own, or where it was when at home or elsewhere
	Themes       []string
	Procedures   []string
	LocalThemes  []string // local sub-themes, codes of need.SubThemes
	Materials    []string
	Autonomy     string // national code, or empty
	Redirection  string // national code, or empty
	Abilities    []string
	AgeBand      string
	Gender       string
	SocialStatus string
	DidHerself   string // in words she can read
	NextStep     string // one
	Person       id.ID
	Need         id.ID
	Booking      id.ID
	Referral     id.ID
	CorrectionOf id.ID  // the entry this one replaces
	Source       string // "" for the page; otherwise the program or file it came from
	SourceKey    string // its key there: importing twice records once
}

// Record is an entry as kept.
type Record struct {
	Entry
	Organisation id.ID
	Worker       id.ID
	ByVolunteer  bool
	CreatedAt    time.Time
	Attendance   int // how many it was given to: 1 face to face
}

// CodeLists are the codes an entry may use.
type CodeLists struct {
	PlaceKinds   []string `json:"place_kinds"`
	Materials    []string `json:"materials"`
	Autonomies   []string `json:"autonomies"`
	Themes       []string `json:"themes"`
	Procedures   []string `json:"procedures"`
	Redirections []string `json:"redirections"`
	Minutes      []int    `json:"minutes"` // the durations offered; any from 1 to 600 is taken
	ForReasons   []string `json:"for_reasons"`
	Abilities    []string `json:"abilities"`
}

//go:embed codes.json
var codesFile []byte

var codes = shipped.JSON[CodeLists]("activity: codes.json", codesFile)

// Codes gives the codes an entry may use. The caller leaves the lists as they are.
func Codes() CodeLists { return codes }

// DefaultMinutes is the duration a form starts with.
const DefaultMinutes = 45

const (
	maxMinutes = 600
	maxWords   = 200             // runes
	clockDrift = 5 * time.Minute // between the clock of an entry's source and ours
	procedures = "aide_aux_demarches_administratives"
)

// check fills the defaults and says what must be looked at again.
func (e *Entry) check() error {
	var f text.FieldErrors
	e.defaults()
	if e.Minutes < 1 || e.Minutes > maxMinutes {
		f.Add("minutes", "activity.minutes_wrong", "most", maxMinutes)
	}
	if e.At.IsZero() || e.Day.IsZero() {
		f.Add("at", "activity.when_missing")
	}
	if !slices.Contains(Postures, e.Posture) {
		f.Add("posture", "activity.not_in_list")
	}
	if !slices.Contains(Outcomes, e.Outcome) {
		f.Add("outcome", "activity.outcome_missing")
	}
	if e.RightBecame != "" && !slices.Contains(need.RightsBecame(), e.RightBecame) {
		f.Add("right_became", "activity.not_in_list")
	}
	e.checkFor(&f)
	e.checkPlace(&f)
	e.checkCodes(&f)
	for _, t := range []struct {
		field string
		value *string
	}{{"did_herself", &e.DidHerself}, {"next_step", &e.NextStep}} {
		*t.value = strings.TrimSpace(*t.value)
		if len([]rune(*t.value)) > maxWords {
			f.Add(t.field, "activity.too_long", "most", maxWords)
		}
		guard.Check(t.field, *t.value, &f)
	}
	return f.Err()
}

// checkMoment refuses a support that was not given yet.
func (e *Entry) checkMoment(now time.Time) error {
	var f text.FieldErrors
	if e.At.After(now.Add(clockDrift)) {
		f.Add("at", "activity.at_future")
	}
	return f.Err()
}

func (e *Entry) defaults() {
	if e.Posture == "" {
		e.Posture = With
	}
	for _, unsaid := range []*string{&e.AgeBand, &e.Gender, &e.SocialStatus} {
		if *unsaid == "" {
			*unsaid = person.Unsaid
		}
	}
	// Only « fait pour » has a reason and a mandate.
	if e.Posture != For {
		e.ForReason, e.Mandate = "", ""
	}
}

func (e *Entry) checkFor(f *text.FieldErrors) {
	if e.Posture != For {
		return
	}
	if !slices.Contains(codes.ForReasons, e.ForReason) {
		f.Add("for_reason", "activity.for_reason_missing")
	}
	if e.Mandate == "" {
		f.Add("mandate", "activity.mandate_missing")
	}
}

func (e *Entry) checkPlace(f *text.FieldErrors) {
	switch e.PlaceKind {
	case OwnPlace:
		if e.Place == "" {
			f.Add("place", "activity.place_missing")
		}
	case AtHome, OtherPlace:
		e.Place = ""
		if e.Commune == "" {
			f.Add("commune", "activity.commune_missing")
		}
	case Remotely:
		e.Place = ""
	default:
		f.Add("place_kind", "activity.not_in_list")
	}
}

func (e *Entry) checkCodes(f *text.FieldErrors) {
	if len(e.Themes) == 0 {
		f.Add("themes", "activity.theme_missing")
	}
	if len(e.Procedures) > 0 && !slices.Contains(e.Themes, procedures) {
		f.Add("procedures", "activity.procedures_need_theme")
	}
	var local []string
	for _, t := range need.SubThemes() {
		local = append(local, t.Code)
	}
	for _, l := range []struct {
		field    string
		got, may []string
	}{
		{"themes", e.Themes, codes.Themes},
		{"procedures", e.Procedures, codes.Procedures},
		{"local_themes", e.LocalThemes, local},
		{"materials", e.Materials, codes.Materials},
		{"abilities", e.Abilities, codes.Abilities},
		{"autonomy", some(e.Autonomy), codes.Autonomies},
		{"redirection", some(e.Redirection), codes.Redirections},
		{"age_band", some(e.AgeBand), person.AgeBands()},
		{"gender", some(e.Gender), person.Genders},
		{"social_status", some(e.SocialStatus), person.SocialStatuses},
	} {
		if slices.ContainsFunc(l.got, func(c string) bool { return !slices.Contains(l.may, c) }) {
			f.Add(l.field, "activity.not_in_list")
		}
	}
}

// some is the list of one code, or of none.
func some(code string) []string {
	if code == "" {
		return nil
	}
	return []string{code}
}

// Corrected says that an entry was corrected already: the last correction is the
// one to correct.
type Corrected struct{ Entry id.ID }

// Error names the entry.
func (c *Corrected) Error() string { return "activity " + string(c.Entry) + " was corrected already" }

// Message says what to do instead.
func (c *Corrected) Message() text.Message { return text.Msg("activity.corrected") }

// Noted says that a meeting is recorded already: that record is the one to
// correct. Entry is the last version of it, empty when the viewer may not open it.
type Noted struct{ Entry id.ID }

// Error names the entry.
func (n *Noted) Error() string {
	return "the meeting is recorded already, by activity " + string(n.Entry)
}

// Message says so calmly.
func (n *Noted) Message() text.Message { return text.Msg("activity.already_noted") }
