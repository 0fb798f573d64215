// SPDX-License-Identifier: Apache-2.0

package returns_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/kit/id"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/web/desk/need/needtest"
	"escale/internal/web/desk/returns"
	"escale/internal/web/shared/webtest"
)

// The list opens no sheet, so the audit says that nobody read one; opening the
// referral shows the sheet, and the audit says so once.
func TestOnlyWhatIsOpenedIsAudited(t *testing.T) {
	h := needtest.New(t)
	lib := needtest.Library(t)
	site := webtest.Site(t, lib, returns.Routes(lib, &returns.Desk{DB: h.DB, Ways: h.Ways})...)
	n := h.Capture(t)
	done, err := h.Ways.Decide(t.Context(), h.DB, h.Social, orientation.Decision{
		ID: id.New(), Need: n.ID, Choice: orientation.HandedOn,
		Referral: &orientation.NewReferral{
			Recipient: h.Help, RecipientWorker: h.Mediator.Worker(), Level: orientation.ContactNeed, AgreedHow: person.Oral,
			Sheet: orientation.Liaison{FirstName: "Awa", Sentence: "Retrouver un papier."},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	one := "/retours/" + string(done.Referral)
	h.Audit.Take()
	got := webtest.Get(site, "/retours", h.Mediator)
	webtest.Check(t, got.Body.Bytes())
	if page := got.Body.String(); !strings.Contains(page, one) || !strings.Contains(page, "Maison de la ville") || strings.Contains(page, "Awa") {
		t.Error("the list lacks the referral and its sender, or says her name")
	}
	if acts := h.Audit.Take(); len(acts) != 0 {
		t.Errorf("the list noted %v", acts)
	}
	got = webtest.Get(site, one, h.Mediator)
	webtest.Check(t, got.Body.Bytes())
	if !strings.Contains(got.Body.String(), "Retrouver un papier.") {
		t.Error("the sheet does not show")
	}
	if acts := h.Audit.Take(); !slices.Equal(acts, []access.Act{"referral.read", "referral.received"}) {
		t.Errorf("opening noted %v", acts)
	}
	// An answer without its reason shows the sheet again; a whole one does not.
	for _, c := range []struct {
		reason string
		status int
		acts   []access.Act
	}{
		{"", http.StatusUnprocessableEntity, []access.Act{"referral.read"}},
		{"full", http.StatusSeeOther, []access.Act{"referral.refused"}},
	} {
		got := webtest.Post(site, one, h.Mediator, url.Values{"reponse": {"refused"}, "reason": {c.reason}})
		acts := slices.DeleteFunc(h.Audit.Take(), func(a access.Act) bool { return !strings.HasPrefix(string(a), "referral.") })
		if got.Code != c.status || !slices.Equal(acts, c.acts) {
			t.Errorf("reason %q: status %d, noted %v", c.reason, got.Code, acts)
		}
	}
}
