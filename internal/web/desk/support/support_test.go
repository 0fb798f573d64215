// SPDX-License-Identifier: Apache-2.0

package support

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/kit/id"
	"escale/internal/kit/text"
	"escale/internal/need"
	"escale/internal/web/shared"
	"escale/internal/web/shared/webtest"
)

func TestTemplatesMatchTheirViews(t *testing.T) {
	lib := webtest.Library(t)
	webtest.Site(t, lib, Routes(lib, nil)...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
}

// Every code of the room has its words here.
func TestEveryCodeHasItsWords(t *testing.T) {
	lib := webtest.Library(t)
	webtest.Site(t, lib, Routes(lib, nil)...)
	c := activity.Codes()
	lists := map[string][]string{
		"theme.": c.Themes, "procedure.": c.Procedures, "material.": c.Materials, "place_kind.": c.PlaceKinds, "reason.": c.ForReasons,
	}
	for _, s := range need.SubThemes() {
		lists["local."] = append(lists["local."], s.Code)
	}
	for _, p := range activity.Postures {
		lists["posture."] = append(lists["posture."], string(p))
	}
	for _, o := range activity.Outcomes {
		lists["outcome."] = append(lists["outcome."], string(o))
	}
	for _, r := range need.RightsBecame() {
		lists["right."] = append(lists["right."], string(r))
	}
	for list, codes := range lists {
		for _, code := range codes {
			if _, ok := lib.Catalogue().Text(shared.French, "support."+list+code); !ok {
				t.Errorf("no words for %s%s", list, code)
			}
		}
	}
}

func TestTheSixMostLikelyThemes(t *testing.T) {
	got := likely(Draft{Entry: activity.Entry{Themes: []string{"sante"}}, Often: []string{"email", "sante", "bureautique", "unknown"}})
	want := []string{"sante", "email", "bureautique", "aide_aux_demarches_administratives", "prendre_en_main_du_materiel", "securite_numerique"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if n := len(likely(Draft{})); n != mostLikely {
		t.Errorf("%d themes when nothing is known, want %d", n, mostLikely)
	}
}

func TestLikeTheLastOneKeepsNothingOfHer(t *testing.T) {
	last := activity.Entry{
		ID: id.New(), Person: id.New(), Need: id.New(), Booking: id.New(), Mandate: id.New(), Posture: activity.For, ForReason: "urgent",
		DidHerself: "A signé", NextStep: "Rien", Minutes: 90, Themes: []string{"email"}, AgeBand: "70+", RightBecame: need.RightOpened,
	}
	fresh := activity.Entry{ID: id.New(), Posture: activity.With}
	got := like(last, fresh)
	if got.Minutes != 90 || !slices.Equal(got.Themes, last.Themes) {
		t.Errorf("what is counted was not taken: %+v", got)
	}
	got.Minutes, got.Themes = 0, nil
	if d := cmp.Diff(fresh, got); d != "" {
		t.Errorf("something of her came along: %s", d)
	}
}

func TestStandardMinutes(t *testing.T) {
	for minutes, want := range map[int]int{0: activity.DefaultMinutes, 45: 45, 50: 45, 55: 60, 400: 120, 5: 15} {
		if got := standard(minutes); got != want {
			t.Errorf("a meeting of %d minutes gives %d, want %d", minutes, got, want)
		}
	}
}

func TestCommuneAsTyped(t *testing.T) {
	for _, c := range []struct{ typed, known, want, field string }{
		{"blain", "", "44015", ""},
		{"Blain", "44015", "44015", ""},
		{"", "44015", "44015", ""},
		{"Nulle Part", "", "", "commune"},
	} {
		var f text.FieldErrors
		got := commune(c.typed, c.known, &f)
		if got != c.want || (f.Err() != nil) != (c.field != "") {
			t.Errorf("%q gives %q (%v), want %q", c.typed, got, f.Err(), c.want)
		}
	}
}

// notedHouse pretends that the meeting has its record already.
type notedHouse struct {
	Supports
	entry id.ID
	tried activity.Entry
}

func (s *notedHouse) Draft(_ context.Context, _ access.Viewer, booking, _ id.ID, _ *time.Location) (Draft, error) {
	return Draft{Entry: activity.Entry{Booking: booking, At: webtest.Now, Minutes: 45, PlaceKind: activity.Remotely}, Who: "Awa"}, nil
}

func (s *notedHouse) Record(_ context.Context, _ access.Viewer, e activity.Entry) (activity.Record, error) {
	s.tried = e
	return activity.Record{}, &activity.Noted{Entry: s.entry}
}

// A meeting recorded already is said calmly, leads to its record when she may
// open it, and keeps what was typed.
func TestMeetingRecordedAlready(t *testing.T) {
	lib := webtest.Library(t)
	lib.Messages(activity.Messages)
	house := &notedHouse{}
	site := webtest.Site(t, lib, Routes(lib, house)...)
	for _, entry := range []id.ID{id.New(), ""} {
		house.entry = entry
		got := webtest.Post(site, path, webtest.Viewer(access.Mediator), url.Values{
			"cle": {string(id.New())}, "rendez_vous": {string(id.New())}, "minutes": {"60"}, "themes": {"email"}, "posture": {"with"},
			"outcome": {"progressed"}, "place_kind": {"a_distance"}, "did_herself": {"A lu son message"},
		})
		body := got.Body.String()
		if got.Code != http.StatusConflict || house.tried.DidHerself != "A lu son message" {
			t.Fatalf("status %d after trying %+v", got.Code, house.tried)
		}
		webtest.Check(t, got.Body.Bytes())
		said, ok := lib.Catalogue().Text(shared.French, "activity.already_noted")
		if !ok || !strings.Contains(body, said) || !strings.Contains(body, "A lu son message") {
			t.Errorf("does not say %q and what was typed\n%s", said, body)
		}
		if led := strings.Contains(body, "/corriger"); led != (entry != "") || !strings.Contains(body, string(entry)) {
			t.Errorf("record %q: leads to it %v", entry, led)
		}
	}
}
