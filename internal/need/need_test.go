// SPDX-License-Identifier: Apache-2.0

package need_test

import (
	"slices"
	"testing"

	"escale/internal/autonomy"
	"escale/internal/kit/clock"
	"escale/internal/need"
)

func TestUrgency(t *testing.T) {
	today := clock.Date{Year: 2026, Month: 11, Day: 23}
	for _, c := range []struct {
		days int // 999: no date
		risk autonomy.Risk
		want need.Urgency
	}{
		{-1, autonomy.RiskNone, need.Overdue},
		{-30, autonomy.LossOfRight, need.Overdue},
		{0, "", need.Now},
		{7, autonomy.RiskNone, need.Now},
		{8, autonomy.RiskNone, need.Soon},
		{30, "", need.Soon},
		{31, "", need.Calm},
		{31, autonomy.Penalty, need.Now},
		{999, autonomy.CutOff, need.Now},
		{999, autonomy.LossOfRight, need.Now},
		{999, autonomy.RiskNone, need.Calm},
		{999, "", need.Calm},
	} {
		deadline := clock.Date{}
		if c.days != 999 {
			deadline = today.AddDays(c.days)
		}
		if got := need.UrgencyOf(deadline, c.risk, today); got != c.want {
			t.Errorf("%d days, risk %q: got %s, want %s", c.days, c.risk, got.Message().Key, c.want.Message().Key)
		}
	}
}

// The lists speak of the same categories as the advice rules, and every code
// leads to national themes.
func TestLists(t *testing.T) {
	var got []autonomy.Category
	for _, c := range need.Categories() {
		got = append(got, autonomy.Category(c.Code))
	}
	if !slices.Equal(got, autonomy.Categories) {
		t.Errorf("categories: %v, want %v", got, autonomy.Categories)
	}
	for _, s := range need.SubThemes() {
		if !slices.Contains(autonomy.Categories, s.Category) || len(s.Themes) == 0 {
			t.Errorf("sub-theme %s: category %q, themes %v", s.Code, s.Category, s.Themes)
		}
	}
	// « retraite » lives in travail_formation in the national codes.
	if got := (need.Need{Category: autonomy.Rights, SubTheme: "retraite"}).Theme(); !slices.Equal(got.Procedures, []string{"travail_formation"}) {
		t.Errorf("retraite: %+v", got)
	}
	if got := (need.Need{Category: autonomy.SafetyScam}).Theme(); !slices.Equal(got.Themes, []string{"securite_numerique"}) {
		t.Errorf("safety: %+v", got)
	}
	if got := (need.Need{}).Theme(); got.Code != "other" {
		t.Errorf("no category: %+v", got)
	}
}

func TestFacts(t *testing.T) {
	today := clock.Date{Year: 2026, Month: 11, Day: 23}
	n := need.Need{
		Deadline: today.AddDays(4), Risk: autonomy.LossOfRight, Category: autonomy.Rights, Refusals: []autonomy.Family{autonomy.Workshop},
	}
	talk := autonomy.Conversation{
		Answers: autonomy.Answers{"Q3": 0}, Refusals: []autonomy.Family{autonomy.Workshop, autonomy.OpenResource},
	}
	got := n.Facts(talk, 2, today)
	if *got.DeadlineDays != 4 || got.Risk != autonomy.LossOfRight || got.Category != autonomy.Rights || got.OrientationsSoFar != 2 {
		t.Errorf("got %+v", got)
	}
	if want := []autonomy.Family{autonomy.Workshop, autonomy.OpenResource}; !slices.Equal(got.Refusals, want) {
		t.Errorf("refusals %v, want %v", got.Refusals, want)
	}
	if err := got.Validate(); err != nil {
		t.Error(err)
	}
	advice, err := autonomy.Advise(got)
	if err != nil || len(advice.Suggestions) == 0 || advice.Suggestions[0].Rule != "O1" {
		t.Errorf("advice for a right to be lost in 4 days: %+v, %v", advice.Suggestions, err)
	}
}
