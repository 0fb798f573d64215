// SPDX-License-Identifier: Apache-2.0

package figures

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"escale/internal/access"
	"escale/internal/impact"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/network"
)

const (
	// keptFor is how long figures are shown again without counting: waits of
	// those who still wait grow, even when nobody writes anything.
	keptFor = 10 * time.Minute
	// keptAtMost bounds how many questions are remembered.
	keptAtMost = 128
	// manyMonths is how many months are shown one by one at most.
	manyMonths = 12
)

// topics are those whose changes may change a figure.
var topics = []string{impact.Topic, network.PlacesTopic, network.TreeTopic}

// House gives the figures of a store, and remembers those it gave until
// something they count changes. It is safe for concurrent use.
type House struct {
	store *db.DB

	mu    sync.Mutex
	marks string
	kept  map[string]kept
}

type kept struct {
	reading Reading
	at      time.Time
}

// NewHouse makes a House over a store.
func NewHouse(store *db.DB) *House { return &House{store: store, kept: map[string]kept{}} }

// Organisations is that of Figures.
func (h *House) Organisations(ctx context.Context, v access.Viewer) ([]Named, error) {
	var out []Named
	err := h.store.View(ctx, func(ctx context.Context, tx db.Tx) error {
		all, err := network.Organisations(ctx, tx)
		if err != nil {
			return err
		}
		out = nil // the transaction may be run again
		for _, o := range all {
			if v.MayIn(access.ReadFigures, o.ID) {
				out = append(out, Named{o.ID, o.Name})
			}
		}
		return nil
	})
	return out, err
}

// Read is that of Figures.
func (h *House) Read(ctx context.Context, v access.Viewer, q impact.Query) (Reading, error) {
	marks, err := h.now(ctx)
	if err != nil {
		return Reading{}, err
	}
	who, err := h.rights(ctx, v)
	if err != nil {
		return Reading{}, err
	}
	key := fmt.Sprint(who, q)
	if r, ok := h.find(marks, key); ok {
		return r, nil
	}
	r, err := h.count(ctx, v, q)
	if err != nil {
		return Reading{}, err
	}
	h.keep(marks, key, r)
	return r, nil
}

// now is a text that changes when something that figures count does.
func (h *House) now(ctx context.Context) (string, error) {
	var b strings.Builder
	for _, topic := range topics {
		mark, err := h.store.Mark(ctx, topic)
		if err != nil {
			return "", err
		}
		fmt.Fprint(&b, mark, " ")
	}
	return b.String(), nil
}

// rights is a text that is the same for two viewers only if they may read the
// same figures: no one is shown what was counted for someone else.
func (h *House) rights(ctx context.Context, v access.Viewer) (string, error) {
	mine, err := h.Organisations(ctx, v)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(v.Organisation(), v.Has(access.Coordinator), v.Has(access.Funder), mine), nil
}

func (h *House) find(marks, key string) (Reading, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k, ok := h.kept[key]
	if !ok || h.marks != marks || h.store.Now().Sub(k.at) > keptFor {
		return Reading{}, false
	}
	return k.reading, true
}

func (h *House) keep(marks, key string, r Reading) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.marks != marks || len(h.kept) >= keptAtMost {
		h.marks = marks
		clear(h.kept)
	}
	h.kept[key] = kept{r, h.store.Now()}
}

// count computes the figures, all from one picture of the store.
func (h *House) count(ctx context.Context, v access.Viewer, q impact.Query) (Reading, error) {
	var r Reading
	err := h.store.View(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if r.Report, err = impact.Figures(ctx, tx, v, q); err != nil {
			return err
		}
		r.Months = nil
		months := monthsOf(q.From, q.To)
		if len(months) < 2 || len(months) > manyMonths {
			return nil
		}
		for _, m := range months {
			month := q
			month.From, month.To = m[0], m[1]
			report, err := impact.Figures(ctx, tx, v, month)
			if err != nil {
				return err
			}
			r.Months = append(r.Months, monthOf(m[0], report))
		}
		return nil
	})
	return r, err
}

// Month is the waits of the needs noted in one month. How many they were is
// left out: the numbers of all months but one would give a masked one back.
type Month struct {
	First       clock.Date
	Quiet       bool // no need was noted
	Median, P90 impact.Number
}

func monthOf(first clock.Date, r impact.Report) Month {
	median, _ := r.Figure("wait_median")
	p90, _ := r.Figure("wait_p90")
	needs, _ := r.Figure("needs")
	return Month{First: first, Quiet: !needs.Masked && needs.Value == 0, Median: median.Number, P90: p90.Number}
}

// monthsOf cuts a period at the ends of months: the first and last days of each.
func monthsOf(from, to clock.Date) [][2]clock.Date {
	var out [][2]clock.Date
	for !to.Before(from) && len(out) <= manyMonths {
		last := clock.DateOf(time.Date(from.Year, from.Month+1, 0, 0, 0, 0, 0, time.UTC))
		if to.Before(last) {
			last = to
		}
		out = append(out, [2]clock.Date{from, last})
		from = last.AddDays(1)
	}
	return out
}
