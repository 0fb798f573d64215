// SPDX-License-Identifier: Apache-2.0

package atlas

import (
	"slices"
	"time"

	"escale/internal/network/finder"
)

// NearKm is how far help is looked for at first, in kilometres as the crow flies.
const NearKm = 20

// Request is a search as a page or a command puts it. The zero Request finds
// every place and shows none.
type Request struct {
	Text string // what the person typed
	Need string // code of one of finder.Needs; "" or an unknown one asks nothing
	// Near orders by distance; with RadiusKm more than 0, what is farther is
	// left out, and only shown when nothing is nearer (Result.Beyond).
	Near     *finder.Point
	RadiusKm float64
	// Any narrows by facets. Services given here take the place of the need's.
	Any finder.Codes
	// At is the moment for which opening is told; zero tells none.
	At       time.Time
	OnlyOpen bool
	// Limit is how many places to show after skipping Offset of them.
	Limit, Offset int
}

// beyondLimit is how many places are shown when none is near: enough to choose.
const beyondLimit = 5

// Result answers a Request.
type Result struct {
	// Total is how many places answer; 0 with Beyond.
	Total int
	Found []Found
	// Beyond says that no place lies within RadiusKm: Found are the nearest ones.
	Beyond bool
	// Facets, OpenCount, Agreement, Corrections and Unread are as finder.Result
	// has them; the counts are those within RadiusKm.
	Facets      [finder.NumFacets][]finder.Count
	OpenCount   int
	Agreement   finder.Agreement
	Corrections []finder.Correction
	Unread      []string
}

// Found is one place found.
type Found struct {
	Place   *Place
	Km      float64 // from Near, as the crow flies, when HasKm
	HasKm   bool
	Opening Opening // at the Request's At; the zero Opening without one
	Why     []finder.Match
}

// Search answers r.
func (s *Snapshot) Search(r Request) Result {
	q := finder.Query{
		Text: r.Text, Near: r.Near, RadiusKm: r.RadiusKm, Any: r.Any, At: r.At, OnlyOpen: r.OnlyOpen,
		Limit: r.Limit, Offset: r.Offset,
	}
	if r.Near != nil {
		q.Sort = finder.ByDistance
	}
	if services, ok := NeedServices(r.Need); ok && len(q.Any[finder.Services]) == 0 {
		q.Any[finder.Services] = services
	}
	found := s.index.Search(q)
	out := Result{
		Total: found.Total, Facets: found.Facets, OpenCount: found.OpenCount,
		Agreement: found.Agreement, Corrections: found.Corrections, Unread: found.Unread,
	}
	if found.Total == 0 && r.Near != nil && r.RadiusKm > 0 && r.Limit > 0 {
		q.RadiusKm, q.Offset, q.Limit = 0, 0, min(beyondLimit, r.Limit)
		found = s.index.Search(q)
		out.Beyond = len(found.Hits) > 0
	}
	out.Found = make([]Found, len(found.Hits))
	for i, h := range found.Hits {
		out.Found[i] = s.found(h, r.At)
	}
	return out
}

func (s *Snapshot) found(h finder.Hit, at time.Time) Found {
	f := Found{Place: s.places[h.Index], Km: h.Km, HasKm: h.HasKm, Why: h.Why}
	if !at.IsZero() {
		f.Opening = f.Place.Opening(at)
	}
	return f
}

// Nearest gives the n places closest to p, itself left out, the closest first;
// none when p's whereabouts are not known.
func (s *Snapshot) Nearest(p *Place, n int, at time.Time) []Found {
	if !p.Located {
		return nil
	}
	hits := s.index.Search(finder.Query{Near: &p.Point, Sort: finder.ByDistance, Limit: n + 1}).Hits
	out := make([]Found, 0, n)
	for _, h := range hits {
		if h.HasKm && h.ID != p.Card.ID && len(out) < n {
			out = append(out, s.found(h, at))
		}
	}
	return out
}

// NeedServices gives the national services that answer an everyday need, and
// whether the need exists.
func NeedServices(code string) ([]string, bool) {
	needs := finder.Needs()
	if i := slices.IndexFunc(needs, func(n finder.Need) bool { return n.Code == code }); i >= 0 {
		return needs[i].Services, true
	}
	return nil, false
}
