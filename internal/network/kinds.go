// SPDX-License-Identifier: Apache-2.0

package network

import (
	_ "embed"
	"sync"

	"escale/internal/kit/shipped"
)

// Kind is one entry of a list that is data, not code (R2, R141).
type Kind struct {
	Code  string `json:"code"`
	Label string `json:"label"` // in French, as shown
}

// kinds.json holds the kinds of workers (R2) and of organisations: the 92 of
// the national typologie with data·inclusion's labels, then those it lacks.
//
//go:embed kinds.json
var kindsFile []byte

// services.json gives each national service the plain sentence that ends
// « ici, on peut… ».
//
//go:embed services.json
var servicesFile []byte

type kindLists struct {
	Workers       []Kind `json:"workers"`
	Organisations []Kind `json:"organisations"`
}

var kinds = sync.OnceValue(func() kindLists { return shipped.JSON[kindLists]("network: kinds.json", kindsFile) })

var plain = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, s := range shipped.JSON[[]struct{ Service, Can string }]("network: services.json", servicesFile) {
		out[s.Service] = s.Can
	}
	return out
})

// WorkerKinds lists the kinds of workers, in the order lists show them.
func WorkerKinds() []Kind { return kinds().Workers }

// OrganisationKinds lists the kinds of organisations.
func OrganisationKinds() []Kind { return kinds().Organisations }

// CanHere is what one can do at a place, in plain words: what its card says by
// hand, or else what its national services mean.
func (p Place) CanHere() []Sentence {
	if len(p.Can) > 0 {
		return p.Can
	}
	var out []Sentence
	for _, s := range p.Services {
		if words := plain()[s]; words != "" {
			out = append(out, Sentence{Text: words})
		}
	}
	return out
}
