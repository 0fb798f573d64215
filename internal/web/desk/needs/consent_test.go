// SPDX-License-Identifier: Apache-2.0

package needs_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/web/desk/need/needtest"
	"escale/internal/web/shared/webtest"
)

// She takes her agreement back from the page of her need: the recipient reads
// nothing more, on the referral or on the day's list.
func TestSheTakesHerAgreementBack(t *testing.T) {
	h, s, _ := site(t)
	n, other := h.Capture(t), h.Capture(t)
	path := "/demandes/" + string(n.ID)
	done, err := h.Ways.Decide(t.Context(), h.DB, h.Social, orientation.Decision{
		ID: id.New(), Need: n.ID, Choice: orientation.HandedOn,
		Referral: &orientation.NewReferral{
			Recipient: h.Help, RecipientWorker: h.Mediator.Worker(), Level: orientation.ContactNeed, AgreedHow: person.Oral,
			Sheet: orientation.Liaison{FirstName: "Awa", Sentence: "Retrouver un papier."},
		},
		Slot: &orientation.Slot{Opening: h.Partly, Worker: h.Mediator.Worker(), Start: time.Date(2026, 11, 26, 13, 0, 0, 0, time.UTC)},
	})
	if err != nil {
		t.Fatal(err)
	}
	var given []person.Agreement
	read := func() (in orientation.Incoming, label string) {
		h.Do(t, func(ctx context.Context, tx db.Tx) (err error) {
			if given, err = h.People.Agreements(ctx, tx, h.Social, "", n.ID); err != nil {
				return err
			}
			if in, err = h.Ways.Incoming(ctx, tx, h.Mediator, done.Referral); err != nil {
				return err
			}
			b, err := h.Agenda.Booking(ctx, tx, h.Mediator, done.Meeting.Booking)
			label = b.Label + b.Topic
			return err
		})
		return in, label
	}
	if in, label := read(); in.Sheet == nil || label == "" || len(given) != 1 {
		t.Fatalf("before: sheet %v, label %q, %d agreements", in.Sheet, label, len(given))
	}
	form := url.Values{"accord": {string(given[0].ID)}}
	got := webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	if page := needtest.Words(got.Body.String()); !strings.Contains(page, "Elle reprend son accord : Le Phare") || !strings.Contains(page, form.Get("accord")) {
		t.Error("the page does not let her take it back")
	}
	for name, c := range map[string]struct {
		path   string
		v      access.Viewer
		form   url.Values
		status int
	}{
		"the recipient":    {path, h.Mediator, form, http.StatusNotFound},
		"volunteer":        {path, h.Volunteer, form, http.StatusForbidden},
		"another need":     {"/demandes/" + string(other.ID), h.Social, form, http.StatusNotFound},
		"no agreement":     {path, h.Social, url.Values{}, http.StatusNotFound},
		"unknown":          {path, h.Social, url.Values{"accord": {string(id.New())}}, http.StatusNotFound},
		"an administrator": {path, h.Admin, form, http.StatusForbidden},
	} {
		if got := webtest.Post(s, c.path+"/accord", c.v, c.form); got.Code != c.status {
			t.Errorf("%s: %d, want %d", name, got.Code, c.status)
		}
	}
	if in, _ := read(); in.Sheet == nil {
		t.Fatal("a refused gesture took the agreement back")
	}
	h.Audit.Take()
	for range 2 {
		if got := webtest.Post(s, path+"/accord", h.Social, form); got.Code != http.StatusSeeOther {
			t.Fatalf("status %d: %s", got.Code, got.Body)
		}
	}
	if acts := h.Audit.Take(); !slices.Contains(acts, access.Act("agreement.revoke")) {
		t.Errorf("the audit has %v", acts)
	}
	if in, label := read(); in.Sheet != nil || label != "" {
		t.Errorf("after: sheet %v, label %q", in.Sheet, label)
	}
	if page := webtest.Get(s, path, h.Social).Body.String(); strings.Contains(page, "/accord") {
		t.Error("what was taken back can be taken back again")
	}
}

// A mandate ends from the page of her file, for one of the reasons it shows.
func TestEndAMandate(t *testing.T) {
	h, s, _ := site(t)
	n, path := withFile(t, h)
	post := "/demandes/" + string(n.ID) + "/mandat"
	today := clock.DateOf(webtest.Now)
	m := person.Mandate{
		ID: id.New(), Person: n.Person, Scope: []string{"argent_impots", "logement"}, StartsOn: today, Days: 31,
		Given: person.Present, PaperCopyOn: today, Language: "fr",
	}
	h.Do(t, func(ctx context.Context, tx db.Tx) error {
		_, err := h.People.GiveMandate(ctx, tx, h.Social, m)
		return err
	})
	kept := func() (all []person.Mandate) {
		h.Do(t, func(ctx context.Context, tx db.Tx) (err error) {
			all, err = h.People.Mandates(ctx, tx, h.Social, n.Person)
			return err
		})
		return all
	}
	got := webtest.Get(s, path, h.Social)
	webtest.Check(t, got.Body.Bytes())
	page := needtest.Words(got.Body.String())
	for _, want := range []string{"Mettre fin au mandat", "Argent, Impôts", "24 décembre", "La démarche est faite", post} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, `value="protection"`) {
		t.Error("a protection measure is offered as a reason to end a mandate")
	}
	form := url.Values{"mandat": {string(m.ID)}, "raison": {"person"}}
	bare := h.Capture(t) // a need without a file
	for name, c := range map[string]struct {
		path   string
		v      access.Viewer
		form   url.Values
		status int
	}{
		"another organisation": {post, h.Mediator, form, http.StatusNotFound},
		"volunteer":            {post, h.Volunteer, form, http.StatusForbidden},
		"another need":         {"/demandes/" + string(bare.ID) + "/mandat", h.Social, form, http.StatusNotFound},
		"a reason not shown":   {post, h.Social, url.Values{"mandat": {string(m.ID)}, "raison": {"protection"}}, http.StatusNotFound},
		"unknown":              {post, h.Social, url.Values{"mandat": {string(id.New())}, "raison": {"done"}}, http.StatusNotFound},
	} {
		if got := webtest.Post(s, c.path, c.v, c.form); got.Code != c.status {
			t.Errorf("%s: %d, want %d", name, got.Code, c.status)
		}
	}
	if all := kept(); len(all) != 1 || !all[0].Holds(today) {
		t.Fatalf("a refused gesture ended it: %+v", all)
	}
	for _, because := range []string{"person", "done"} { // the first word stays
		form.Set("raison", because)
		if got := webtest.Post(s, post, h.Social, form); got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header().Get("Location"), path) {
			t.Fatalf("status %d to %s", got.Code, got.Header().Get("Location"))
		}
	}
	if all := kept(); all[0].Holds(today) || all[0].Revoked != person.ByPerson {
		t.Errorf("kept %+v", all[0])
	}
	if page := webtest.Get(s, path, h.Social).Body.String(); strings.Contains(page, post) {
		t.Error("an ended mandate can still be ended")
	}
}
