// SPDX-License-Identifier: Apache-2.0

package slip_test

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/need"
	"escale/internal/orientation"
	"escale/internal/web"
	desk "escale/internal/web/desk/need"
	"escale/internal/web/desk/need/needtest"
	"escale/internal/web/desk/slip"
	"escale/internal/web/shared/webtest"
)

func site(t *testing.T) (*needtest.House, *web.Site) {
	t.Helper()
	h := needtest.New(t)
	lib := needtest.Library(t)
	s := webtest.Site(t, lib, slices.Concat(
		slip.Routes(lib, slip.Deps{DB: h.DB, Needs: h.Needs, Ways: h.Ways, Atlas: h.Atlas}),
		desk.Routes(lib, desk.Deps{DB: h.DB, Needs: h.Needs, Atlas: h.Atlas}), // the pages share its words
	)...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
	return h, s
}

func decide(t *testing.T, h *needtest.House, n need.Need, slot *orientation.Slot) orientation.Decided {
	t.Helper()
	done, err := h.Ways.Decide(t.Context(), h.DB, h.Social, orientation.Decision{
		ID: id.New(), Need: n.ID, Choice: orientation.TreatedHere, Slot: slot, NextStep: "Apporter la lettre de la CAF",
	})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestSlip(t *testing.T) {
	h, s := site(t)
	n := h.Capture(t)
	done := decide(t, h, n, &orientation.Slot{Opening: h.Office, Worker: h.Social.Worker(), Start: time.Date(2026, 11, 26, 14, 0, 0, 0, time.UTC)})
	path := "/demandes/" + string(n.ID) + "/bon/" + string(done.ID)
	got := webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	page := needtest.Words(got.Body.String())
	code := needtest.Words(orientation.SpacedCode(done.Code))
	for _, want := range []string{"Jeudi 26 novembre, à 15 h", "Maison de la ville", "Votre courrier", "02 61 91 00 40", code, `class="fiche"`, `class="passage"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the slip lacks %q", want)
		}
	}
	for _, secret := range []string{"Awa", "CAF", "612345678", "droit"} {
		if strings.Contains(page, secret) {
			t.Errorf("the slip says %q", secret)
		}
	}
	// Printed again, it says the same.
	if again := needtest.Words(webtest.Get(s, path, h.Reception).Body.String()); !strings.Contains(again, code) {
		t.Error("the code changed")
	}
	other := h.Capture(t)
	for name, p := range map[string]string{
		"another need's address": "/demandes/" + string(other.ID) + "/bon/" + string(done.ID),
		"no such decision":       "/demandes/" + string(n.ID) + "/bon/" + string(id.New()),
		"not an identifier":      "/demandes/" + string(n.ID) + "/bon/x",
	} {
		if got := webtest.Get(s, p, h.Social); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", name, got.Code)
		}
	}
	if got := webtest.Get(s, path, h.Mediator); got.Code != http.StatusNotFound {
		t.Errorf("another organisation: %d", got.Code)
	}
	if got := webtest.Get(s, path, h.Volunteer); got.Code != http.StatusForbidden {
		t.Errorf("a volunteer: %d", got.Code)
	}
}

func TestWithoutMeetingAndErased(t *testing.T) {
	h, s := site(t)
	n := h.Capture(t)
	done := decide(t, h, n, nil)
	path := "/demandes/" + string(n.ID) + "/bon/" + string(done.ID)
	got := webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	if page := needtest.Words(got.Body.String()); !strings.Contains(page, "Votre demande est notée") || !strings.Contains(page, "02 61 91 00 12") {
		t.Error("without a meeting, the slip gives the number of the network")
	}
	h.Do(t, func(ctx context.Context, tx db.Tx) error { return h.Ways.EraseSheet(ctx, tx, done.Code) })
	got = webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	page := needtest.Words(got.Body.String())
	if strings.Contains(page, needtest.Words(orientation.SpacedCode(done.Code))) || !strings.Contains(page, "Elle a effacé sa feuille") {
		t.Error("an erased sheet still has a code")
	}
	if regexp.MustCompile(`[A-Z2-9]{4} [A-Z2-9]{4}<`).MatchString(page) {
		t.Error("another code was made")
	}
}
