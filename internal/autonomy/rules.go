// SPDX-License-Identifier: Apache-2.0

package autonomy

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"escale/internal/kit/text"
)

//go:embed rules.json
var rulesFile []byte

// Family is a kind of thing to offer.
type Family string

// The families, in the order of the rules O1 to O12.
const (
	TreatNow       Family = "treat_now"       // la traiter maintenant, avec elle
	SocialRelay    Family = "social_relay"    // relais à un travailleur social
	FindEquipment  Family = "equipment"       // appareil, connexion
	MandateDurable Family = "mandate_durable" // « fait pour » durable, avec mandat
	SideBySide     Family = "side_by_side"    // côte à côte
	Workshop       Family = "workshop"        // atelier
	OpenResource   Family = "open_resource"   // ressource en libre accès
	AdaptedMode    Family = "adapted_mode"    // oral, images, à deux
	SafetyFirst    Family = "safety_first"    // la sécurité d'abord
	SpeakAlone     Family = "speak_alone"     // un moment seul avec elle
	Coordinator    Family = "coordinator"     // prévenir la coordination
	HerChoice      Family = "her_choice"      // son choix
)

// Families lists every family.
var Families = append(slices.Clone(RefusableFamilies), HerChoice)

// RefusableFamilies lists what she may say no to: everything but her own choice.
var RefusableFamilies = []Family{
	TreatNow, SocialRelay, FindEquipment, MandateDurable, SideBySide, Workshop, OpenResource,
	AdaptedMode, SafetyFirst, SpeakAlone, Coordinator,
}

// Destination is where a family leads: the three families of orientation of
// R35, here when it is treated at once, or only a manner of doing.
type Destination string

// The destinations.
const (
	Here           Destination = "here"
	ToDedicated    Destination = "dedicated_support" // accompagnement dédié
	ToSocial       Destination = "social_relay"      // relais social ou administratif
	ToOpenResource Destination = "open_resource"     // ressource en libre accès
	MannerOfDoing  Destination = "manner"            // a way of doing, beside any destination
)

// Destinations lists every destination.
var Destinations = []Destination{Here, ToDedicated, ToSocial, ToOpenResource, MannerOfDoing}

// RuleSet is a list of advice rules read from data, ready to be applied.
type RuleSet struct {
	Version int
	rules   []rule
}

// Rule is a rule as shown to people: its code, its version and its sentence.
type Rule struct {
	Code    string       `json:"code"`
	Version int          `json:"version"`
	Plain   text.Message `json:"plain"`
}

// rulesData is the shape of rules.json, which explains itself under "about".
type rulesData struct {
	About       []string             `json:"about"`
	Version     int                  `json:"version"`
	Definitions map[string]condition `json:"definitions"`
	Rules       []rule               `json:"rules"`
}

type rule struct {
	Code        string      `json:"code"`
	Version     int         `json:"version"`
	Plain       string      `json:"plain"`
	When        condition   `json:"when"`
	Family      Family      `json:"family"`
	Destination Destination `json:"destination"`
	Reasons     []reason    `json:"reasons"`
	Steps       []point     `json:"steps"`
	Constraints []point     `json:"constraints"`
}

// reason is a sentence that says why, with arguments taken from facts.
type reason struct {
	Key  string            `json:"key"`
	Args map[string]string `json:"args"`
	When *condition        `json:"when"`
}

// point is a step to propose or a constraint to keep.
type point struct {
	Code       string     `json:"code"`
	When       *condition `json:"when"`
	CannotLead bool       `json:"cannot_lead"`
}

var rules = mustParseRules(rulesFile)

func mustParseRules(data []byte) *RuleSet {
	set, err := ParseRules(data)
	if err != nil {
		panic(err)
	}
	return set
}

// CurrentRules is the rule set in force.
func CurrentRules() *RuleSet { return rules }

// List gives the rules in order, as people read them (R31).
func (s *RuleSet) List() []Rule {
	out := make([]Rule, len(s.rules))
	for i, r := range s.rules {
		out[i] = Rule{Code: r.Code, Version: r.Version, Plain: text.Msg(r.Plain)}
	}
	return out
}

// ParseRules reads a rule file and checks that every fact, test and word in it
// exists, so that a slip is told when the file is written and not when a person
// is waiting. The last rule must always match: there is always something to say.
func ParseRules(data []byte) (*RuleSet, error) {
	var d rulesData
	if err := readStrict(data, &d); err != nil {
		return nil, fmt.Errorf("autonomy: rules: %w", err)
	}
	var faults []error
	fault := func(code, format string, args ...any) {
		faults = append(faults, fmt.Errorf("autonomy: rule %s: %s", code, fmt.Sprintf(format, args...)))
	}
	for name, c := range d.Definitions {
		if err := c.resolve(nil); err != nil {
			fault("definition "+name, "%v", err)
		}
	}
	seen := map[string]bool{}
	for i := range d.Rules {
		r := &d.Rules[i]
		if r.Code == "" || seen[r.Code] {
			fault(r.Code, "rule %d needs a code of its own", i+1)
		}
		seen[r.Code] = true
		if r.Version < 1 {
			fault(r.Code, "version %d: write 1 or more", r.Version)
		}
		if !oneOf(r.Family, Families) {
			fault(r.Code, "family %q is not one of %v", r.Family, Families)
		}
		if !oneOf(r.Destination, Destinations) {
			fault(r.Code, "destination %q is not one of %v", r.Destination, Destinations)
		}
		if r.Plain == "" || len(r.Reasons) == 0 {
			fault(r.Code, "a rule needs a plain sentence and at least one reason")
		}
		for _, c := range r.conditions() {
			if err := c.resolve(d.Definitions); err != nil {
				fault(r.Code, "%v", err)
			}
		}
		for _, reason := range r.Reasons {
			for _, fact := range reason.Args {
				if factKinds[fact].kind != number {
					fault(r.Code, "reason %s: fact %q is not a number", reason.Key, fact)
				}
			}
		}
	}
	if n := len(d.Rules); n == 0 || !d.Rules[n-1].When.Always || d.Rules[n-1].Family != HerChoice {
		fault("last", "the last rule must be her choice, with \"when\": {\"always\": true}")
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return &RuleSet{Version: d.Version, rules: d.Rules}, nil
}

// conditions lists every condition of a rule, to be resolved in place.
func (r *rule) conditions() []*condition {
	list := []*condition{&r.When}
	for i := range r.Reasons {
		list = append(list, r.Reasons[i].When)
	}
	for i := range r.Steps {
		list = append(list, r.Steps[i].When)
	}
	for i := range r.Constraints {
		list = append(list, r.Constraints[i].When)
	}
	return slices.DeleteFunc(list, func(c *condition) bool { return c == nil })
}
