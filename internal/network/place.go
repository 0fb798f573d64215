// SPDX-License-Identifier: Apache-2.0

package network

import (
	"math"
	"slices"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// Place (lieu) is where people are received; fixed or itinerant. Its first part
// is the national schema « lieux de médiation numérique » v1.0.2, whose French
// field names are given beside; values of lists are the schema's own.
type Place struct {
	ID           id.ID
	Organisation id.ID // the holder, "" when nobody in the network holds it
	MergedInto   id.ID // the card that absorbed this one, "" normally
	Status       Status
	Public       bool // shown to anyone

	Name        string // nom
	Pivot       string // pivot: SIRET (14 digits) or RNA (W and 9 digits), "" when unknown
	Commune     string // code_insee, of the present commune, "" when it could not be told
	CommuneName string // commune
	PostalCode  string // code_postal
	Address     string // adresse
	AddressMore string // complement_adresse
	Position    *Position
	Kinds       []string   // typologie
	Phone       string     // telephone, international: +33240000000
	Emails      []string   // courriels
	Websites    []string   // site_web
	Hours       string     // horaires, OpenStreetMap's opening_hours
	Summary     string     // presentation_resume, at most 280 characters
	Detail      string     // presentation_detail
	Source      string     // source: who collected the card
	Roaming     []string   // itinerance
	Parent      string     // structure_parente, as written
	UpdatedOn   clock.Date // date_maj
	Services    []string   // services
	Publics     []string   // publics_specifiquement_adresses
	Needs       []string   // prise_en_charge_specifique
	Fees        []string   // frais_a_charge
	Programmes  []string   // dispositif_programmes_nationaux
	Trainings   []string   // formations_labels
	OtherLabels []string   // autres_formations_labels
	Access      []string   // modalites_acces
	Modes       []string   // modalites_accompagnement

	AccessibilityURL string // fiche_acces_libre
	BookingURL       string // prise_rdv

	BookingPhone string // where to call for an appointment, when it is not Phone
	Can, Cannot  []Sentence
	// ConfidentialRoom is "yes", "no", or "" when nobody said.
	ConfidentialRoom string
	Bring            string // what to bring
	Enter            string // how one gets in: step, lift, bell
	Arrive           string // how one gets there: bus, car park
	Labels           []Label

	VerifiedOn clock.Date // last day someone checked the card, zero when never
	VerifiedBy id.ID      // the worker who did
	// Manual names the fields someone wrote by hand, by their keys (see
	// Fields): an import leaves them alone.
	Manual    []string
	CreatedAt db.Time
	ChangedAt db.Time
	Version   int64
}

// Status tells whether one may still be received there.
type Status string

// Statuses. A closed place keeps its card, for those who look for it.
const (
	Active Status = "active"
	Closed Status = "closed"
)

// Position is a point on WGS 84, in degrees.
type Position struct{ Lat, Lon float64 }

// Sentence is one thing that can, or cannot, be done here, in plain words; with
// Instead, where one can.
type Sentence struct {
	Text    string `json:"text"`
	Instead string `json:"instead,omitempty"`
}

// Label is a national or local label of a place. What the holder says is
// "declared" until someone checked it.
type Label struct {
	Label       string     // "France Services"
	Holder      string     // who holds it, when it is not the place itself
	State       LabelState // declared or verified
	From, Until clock.Date // both included; zero when unknown
	Proof       string     // what was seen: a decree, a list and its date
}

// LabelState tells whether someone checked a label.
type LabelState string

// The states of a label.
const (
	Declared LabelState = "declared"
	Verified LabelState = "verified"
)

// On reports whether the label holds on day.
func (l Label) On(day clock.Date) bool {
	return !day.Before(l.From) && (l.Until.IsZero() || !l.Until.Before(day))
}

// StaleAfter is how many days a check of a card is good for: six months, as 183
// days (R8).
const StaleAfter = 183

// Stale reports whether the card must be checked again: never verified, or more
// than StaleAfter days before today. A closed place has nothing to check.
func (p Place) Stale(today clock.Date) bool {
	if p.Status == Closed {
		return false
	}
	return p.VerifiedOn.IsZero() || today.Sub(p.VerifiedOn) > StaleAfter
}

// Roams reports whether the place comes to people: itinerant, and not also fixed.
func (p Place) Roams() bool {
	return slices.Contains(p.Roaming, "Itinérant") && !slices.Contains(p.Roaming, "Fixe")
}

// Metres is the distance between two positions in metres, on a sphere of the
// Earth's mean radius (IUGG: 6,371,008.8 m), within 0.5 % of the ellipsoid.
func (a Position) Metres(b Position) float64 {
	const radius = 6_371_008.8
	rad := math.Pi / 180
	sinLat := math.Sin((b.Lat - a.Lat) * rad / 2)
	sinLon := math.Sin((b.Lon - a.Lon) * rad / 2)
	h := sinLat*sinLat + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*sinLon*sinLon
	return 2 * radius * math.Asin(math.Sqrt(min(1, h)))
}

// today is the day of now in Paris, where cards are dated.
func today(now time.Time) clock.Date {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return clock.DateOf(now.UTC())
	}
	return clock.DateOf(now.In(paris))
}
