// SPDX-License-Identifier: Apache-2.0

// Package impact turns what helpers already noted into figures: how many needs,
// how long people waited, which themes, where nobody goes. Every figure carries
// its definition, its period, its territory and how many it rests on. Small
// groups are masked so that nobody is recognised in a table, and so that no
// subtraction gives a masked number back. Nothing here is about one person.
package impact

import (
	"errors"
	"slices"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/territory"
)

// What this room refuses.
var (
	// ErrForbidden says that the viewer may not read figures of an organisation asked for.
	ErrForbidden = errors.New("impact: not allowed")
	// ErrPeriod says that the period is empty or ends before it starts.
	ErrPeriod = errors.New("impact: the period ends before it starts")
	// ErrTerritory says that no commune answers to the territory asked for.
	ErrTerritory = errors.New("impact: unknown territory")
)

// Topic is touched (db.Tx.Touch) by whoever writes what figures count.
const Topic = "figures"

// Thresholds: a group of fewer people is never shown (R117). Inside an
// organisation five is the default of requirement R117; what leaves it
// (financeurs, public pages) follows the French public statistics' rule for
// households and people, at least eleven.
const (
	ThresholdInside    = 5
	ThresholdPublished = 11
)

// LongWait is the wait, in days, beyond which a need is in alarm (R44).
const LongWait = 30

// Unsaid is the code of the remainder, so that parts add up to the whole.
const Unsaid = "non_communique"

// Query is what figures are asked of.
type Query struct {
	From, To clock.Date // both days included
	// Organisations asked for; none means the viewer's whole network.
	Organisations []id.ID
	// At most one of these narrows the territory, by code.
	Commune, EPCI, Department string
	// Published asks for the higher threshold, whoever asks.
	Published bool
}

// check refuses an empty period and an unknown territory, and gives the communes
// asked for (nil: all).
func (q Query) check() (map[string]bool, error) {
	if q.From.IsZero() || q.To.IsZero() || q.To.Before(q.From) {
		return nil, ErrPeriod
	}
	var list []territory.Commune
	switch {
	case q.Commune != "":
		c, ok := territory.ByCode(q.Commune)
		if !ok {
			return nil, ErrTerritory
		}
		list = []territory.Commune{c}
	case q.EPCI != "":
		list = territory.InEPCI(q.EPCI)
	case q.Department != "":
		list = territory.InDepartment(q.Department)
	default:
		return nil, nil
	}
	if len(list) == 0 {
		return nil, ErrTerritory
	}
	in := make(map[string]bool, len(list))
	for _, c := range list {
		in[c.Code] = true
	}
	return in, nil
}

// threshold is the smallest group shown to v.
func (q Query) threshold(v access.Viewer) int {
	if q.Published || v.Has(access.Funder) {
		return ThresholdPublished
	}
	return ThresholdInside
}

// Number is a value that may be masked. A masked Number carries nothing.
type Number struct {
	Value  float64 `json:"value"`
	Masked bool    `json:"masked,omitempty"`
}

// Figure is one number with what it means.
type Figure struct {
	Definition string `json:"definition"` // a code of Definitions
	Unit       string `json:"unit"`
	Number
	N int `json:"n"` // how many observations it rests on; 0 when masked
}

// Cell is one part of a Table.
type Cell struct {
	Code string `json:"code"`
	Number
}

// Table is a whole and its parts. Published parts and masked ones together add
// up to the total, and there are never masked parts that a subtraction gives.
type Table struct {
	Definition string `json:"definition"`
	Unit       string `json:"unit"`
	By         string `json:"by"` // what the codes are: theme, posture, commune…
	Total      Number `json:"total"`
	Cells      []Cell `json:"cells"` // in the order of their codes
}

// Cross is a table in two directions, with its totals. It has no cells when
// they cannot be shown, or when the territory has more than 600 communes.
type Cross struct {
	Definition string     `json:"definition"`
	Unit       string     `json:"unit"`
	RowsBy     string     `json:"rows_by"`
	ColumnsBy  string     `json:"columns_by"`
	Total      Number     `json:"total"`
	Rows       []Cell     `json:"rows"` // row totals
	Columns    []Cell     `json:"columns"`
	Cells      [][]Number `json:"cells"` // by row, then column
}

// Wait is how long people of one group waited, in days.
type Wait struct {
	Code   string `json:"code"`
	Met    Number `json:"met"` // needs that had a first meeting
	Median Number `json:"median"`
	P90    Number `json:"p90"`
	Long   Number `json:"long"` // share beyond LongWait, from 0 to 1
}

// Waits is Wait for each group of one kind.
type Waits struct {
	Definition string `json:"definition"`
	By         string `json:"by"` // commune, organisation or category
	Groups     []Wait `json:"groups"`
}

// Report is the figures of one query.
type Report struct {
	From          clock.Date `json:"from"`
	To            clock.Date `json:"to"`
	Commune       string     `json:"commune,omitempty"`
	EPCI          string     `json:"epci,omitempty"`
	Department    string     `json:"department,omitempty"`
	Organisations int        `json:"organisations"` // how many were asked
	Threshold     int        `json:"threshold"`
	At            time.Time  `json:"at"` // when it was computed, which present waits are counted to

	Figures         []Figure `json:"figures"`
	Tables          []Table  `json:"tables"`
	ThemesByCommune Cross    `json:"themes_by_commune"`
	Waits           []Waits  `json:"waits"`
	// CommunesWithout are the communes of the network without an active public
	// place and without any activity in the period, by code.
	CommunesWithout []string `json:"communes_without"`
}

// Figure gives the figure of a definition, and whether the report has it.
func (r Report) Figure(definition string) (Figure, bool) {
	i := slices.IndexFunc(r.Figures, func(f Figure) bool { return f.Definition == definition })
	if i < 0 {
		return Figure{}, false
	}
	return r.Figures[i], true
}

// Table gives the table cut by one code list, and whether the report has it.
func (r Report) Table(definition, by string) (Table, bool) {
	i := slices.IndexFunc(r.Tables, func(t Table) bool { return t.Definition == definition && t.By == by })
	if i < 0 {
		return Table{}, false
	}
	return r.Tables[i], true
}
