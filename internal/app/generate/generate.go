// SPDX-License-Identifier: Apache-2.0

// Package generate fills an empty store with invented activity in the shape of
// a country, to measure with: for a million activities, some 600,000 people and
// 1.7 million accompaniments by 2,000 mediators over four years. Everybody is
// invented and has no name. The same number, seed and last day give the same
// rows, on both engines. It works organisation by organisation, so that memory
// does not grow with what it writes.
package generate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
	"escale/internal/territory"
)

// ErrNotEmpty says that the store already holds activities: invented ones must
// never mix with real ones.
var ErrNotEmpty = errors.New("generate: the store is not empty")

// ErrOptions says that the number of activities is out of range.
var ErrOptions = errors.New("generate: between 1 and 20,000,000 activities")

// Years is how long the invented activity lasts.
const Years = 4

// DefaultUntil is the last day of activity when Options names none.
var DefaultUntil = clock.Date{Year: 2025, Month: time.December, Day: 31}

// Options says what to invent.
type Options struct {
	Activities int
	Seed       uint64
	Until      clock.Date // the last day of the Years; DefaultUntil when zero
}

// Summary is what was written, in rows but for Accompaniments.
type Summary struct {
	Organisations  int `json:"organisations"`
	Mediators      int `json:"mediators"`
	Places         int `json:"places"`
	Persons        int `json:"persons"`
	Needs          int `json:"needs"`
	Activities     int `json:"activities"`
	Accompaniments int `json:"accompaniments"` // people × activities, with a file or without
	Mandates       int `json:"mandates"`
}

// The shape of the whole, from the national figures named in the package's
// comment.
const (
	activitiesPerMediator = 500
	mediatorsPerOrg       = 2000.0 / 600
	personsPerActivity    = 0.6
	groupShare            = 0.12 // of activities; the rest are face to face
	groupLeast            = 2    // people in a group
	groupMore             = 14   // further seats, each taken with the chance below
	seatTaken             = 0.345
	namedAlone            = 0.78 // chance that who comes alone has a file
	namedInGroup          = 0.70
	longAgo               = 12 // how far back, in people on average, a returning one is
)

// newcomer is the chance that someone with a file comes for the first time, so
// that people and accompaniments keep their proportion.
const newcomer = personsPerActivity /
	((1-groupShare)*namedAlone + groupShare*(groupLeast+groupMore*seatTaken)*namedInGroup)

// Generate fills d, telling progress(done, total) in activities now and then.
// Stopping it through ctx leaves the whole batches written so far, each
// coherent. It returns ErrNotEmpty or ErrOptions without writing anything.
func Generate(ctx context.Context, d *db.DB, ring *seal.Ring, o Options, progress func(done, total int)) (Summary, error) {
	if o.Activities < 1 || o.Activities > 20_000_000 {
		return Summary{}, ErrOptions
	}
	if o.Until.IsZero() {
		o.Until = DefaultUntil
	}
	if err := checkEmpty(ctx, d); err != nil {
		return Summary{}, err
	}
	w := &writer{ctx: ctx, d: d, ring: ring}
	g := &generator{
		r: rand.New(rand.NewPCG(o.Seed, uint64(o.Activities))), out: w, until: o.Until,
		from:  clock.Date{Year: o.Until.Year - Years, Month: o.Until.Month, Day: o.Until.Day}.AddDays(1),
		towns: newTowns(), communes: map[string]bool{}, zones: map[string]*time.Location{},
	}
	mediators := max(1, o.Activities/activitiesPerMediator)
	sizes := split(g.r, mediators, max(1, int(float64(mediators)/mediatorsPerOrg)))
	perMediator := split(g.r, o.Activities-mediators, mediators)
	g.network = g.newID()
	w.add(networks, string(g.network), "Réseau de mesure", int64(0), int64(1))
	for _, size := range sizes {
		counts := perMediator[:size]
		perMediator = perMediator[size:]
		if err := g.organisation(counts); err != nil {
			return Summary{}, err
		}
		progress(g.sum.Activities, o.Activities)
	}
	for _, code := range g.sortedCommunes() {
		w.add(networkCommunes, string(g.network), code)
	}
	if err := w.end(); err != nil {
		return Summary{}, err
	}
	return g.sum, nil
}

// split shares total between n parts, each at least one when total allows (the
// caller takes those aside), unevenly: some are several times larger than
// others.
func split(r *rand.Rand, total, n int) []int {
	weights := make([]float64, n)
	sum := 0.0
	for i := range weights {
		weights[i] = math.Exp(0.6 * r.NormFloat64())
		sum += weights[i]
	}
	out := make([]int, n)
	given, upTo := 0, 0.0
	for i, w := range weights {
		upTo += w
		share := int(math.Round(float64(total) * upTo / sum))
		out[i] = share - given
		given = share
	}
	return out
}

// generator invents; it holds what one organisation needs, and counts.
type generator struct {
	r           *rand.Rand
	out         *writer
	from, until clock.Date
	towns       towns
	network     id.ID
	communes    map[string]bool
	zones       map[string]*time.Location
	ids         int64
	sum         Summary
}

// newID makes a UUIDv7 whose time grows by one millisecond each: the order in
// which rows are written, so that indexes stay compact, and nothing of the
// machine's clock.
func (g *generator) newID() id.ID {
	ms := uint64(g.from.In(time.UTC).UnixMilli() + g.ids)
	g.ids++
	a, b := g.r.Uint64(), g.r.Uint64()
	hi := ms<<16 | 0x7000 | a&0x0fff
	lo := 0x8000000000000000 | b>>2
	return id.ID(fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&0xffffffffffff))
}

func (g *generator) zone(c territory.Commune) (*time.Location, error) {
	name := c.TimeZone()
	if z := g.zones[name]; z != nil {
		return z, nil
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	g.zones[name] = z
	return z, nil
}

func (g *generator) sortedCommunes() []string {
	all := make([]string, 0, len(g.communes))
	for code := range g.communes {
		all = append(all, code)
	}
	slices.Sort(all)
	return all
}

// chance is true with probability p.
func (g *generator) chance(p float64) bool { return g.r.Float64() < p }
