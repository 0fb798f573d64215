// SPDX-License-Identifier: Apache-2.0

package figures

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"escale/internal/impact"
	"escale/internal/territory"
	"escale/internal/web/shared"
)

// words says the codes and numbers of a report in the visitor's language.
type words struct {
	*shared.Page
	organisations map[string]string
}

// code is the name of one part of a table cut by a list of codes.
func (w words) code(by, code string) string {
	if code == impact.Unsaid {
		return w.T("impact.non_communique")
	}
	switch by {
	case "commune":
		if c, ok := territory.ByCode(code); ok {
			return c.Name
		}
		return code
	case "organisation":
		return cmp.Or(w.organisations[code], w.T("figures.other_organisation"))
	case "meeting":
		return w.T("impact.meeting." + code)
	}
	// A code that came after these words is shown as it is, and says so itself.
	if key := "figures." + by + "." + code; w.Knows(key) {
		return w.T(key)
	}
	return code
}

// number is a value in its unit, or the word for what is masked.
func (w words) number(n impact.Number, unit string) string {
	switch {
	case n.Masked:
		return w.T("figures.masked")
	case unit == "share":
		return w.percent(n.Value)
	case unit == "day":
		return w.N("figures.days", int(math.Round(n.Value)))
	}
	return w.Number(int(math.Round(n.Value)))
}

// percent writes a share, from 0 to 1, without decimals.
func (w words) percent(share float64) string {
	return w.T("figures.percent", "n", strconv.Itoa(int(math.Round(100*share))))
}

// share is a part of a whole, or nothing when either is not known.
func (w words) share(part, whole impact.Number) string {
	if part.Masked || whole.Masked || whole.Value == 0 {
		return w.T("figures.none")
	}
	return w.percent(part.Value / whole.Value)
}

// row is one part of a table, named.
type row struct {
	label string
	impact.Number
}

// rows names the parts of t, the greatest first and the masked ones last, in
// alphabetical order so that their place tells nothing of their size.
func (w words) rows(t impact.Table) []row {
	out := make([]row, len(t.Cells))
	for i, c := range t.Cells {
		out[i] = row{w.code(t.By, c.Code), c.Number}
	}
	slices.SortStableFunc(out, func(a, b row) int {
		if a.Masked != b.Masked {
			if a.Masked {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.label, b.label))
	})
	return out
}
