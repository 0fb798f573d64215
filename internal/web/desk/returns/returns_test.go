// SPDX-License-Identifier: Apache-2.0

package returns_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/kit/id"
	"escale/internal/orientation"
	"escale/internal/web/desk/returns"
	"escale/internal/web/shared/webtest"
)

// fake holds n received referrals, or one in a given state.
type fake struct {
	n   int
	one orientation.Incoming
}

func (f *fake) Waiting(_ context.Context, _ access.Viewer, after, most int) ([]orientation.Arrival, []orientation.Follow, returns.Names, error) {
	names := returns.Names{}
	var all []orientation.Arrival
	for i := after; i < min(f.n, after+most); i++ {
		sender := id.New()
		names[sender] = fmt.Sprintf("Structure %03d", i)
		all = append(all, orientation.Arrival{ID: id.New(), Sender: sender, SentAt: webtest.Now, Status: orientation.Sent, Service: "Accueil"})
	}
	return all, nil, names, nil
}

func (f *fake) Open(context.Context, access.Viewer, id.ID) (orientation.Incoming, returns.Names, error) {
	return f.one, returns.Names{f.one.Sender: "La Mairie"}, nil
}

func (f *fake) Answer(context.Context, access.Viewer, id.ID, orientation.Status, string) error {
	return nil
}

func TestPages(t *testing.T) {
	lib, f := webtest.Library(t), &fake{n: 45}
	site := webtest.Site(t, lib, returns.Routes(lib, f)...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
	v := webtest.Viewer(access.Reception)
	for _, c := range []struct {
		path, first, last, older string
	}{
		{"/retours", "Structure 000", "Structure 019", "/retours?page=2"},
		{"/retours?page=2", "Structure 020", "Structure 039", "/retours?page=3"},
		{"/retours?page=3", "Structure 040", "Structure 044", ""},
		{"/retours?page=-1", "Structure 000", "Structure 019", "/retours?page=2"},
	} {
		got := webtest.Get(site, c.path, v)
		webtest.Check(t, got.Body.Bytes())
		body := got.Body.String()
		if !strings.Contains(body, c.first) || !strings.Contains(body, c.last) || strings.Contains(body, "La suite") != (c.older != "") || !strings.Contains(body, c.older) {
			t.Errorf("%s does not show %s to %s", c.path, c.first, c.last)
		}
	}
}

func TestWhatMayStillBeAnswered(t *testing.T) {
	lib, f := webtest.Library(t), &fake{}
	site := webtest.Site(t, lib, returns.Routes(lib, f)...)
	for status, want := range map[orientation.Status]string{
		orientation.Sent: "accepted not_come settled refused", orientation.Accepted: "not_come settled refused",
		orientation.NotCome: "accepted settled refused", orientation.Seen: "settled", orientation.Refused: "", orientation.Settled: "",
	} {
		for level := range 3 {
			f.one = orientation.Incoming{ID: id.New(), Sender: id.New(), Booking: id.New(), Level: level, SentAt: webtest.Now, ExpiresAt: webtest.Now, Status: status}
			got := webtest.Get(site, "/retours/"+string(f.one.ID), webtest.Viewer(access.Mediator))
			if got.Code != http.StatusOK {
				t.Fatalf("%s: %d", status, got.Code)
			}
			webtest.Check(t, got.Body.Bytes())
			var offered []string
			for _, answer := range []string{"accepted", "not_come", "settled", "refused"} {
				if strings.Contains(got.Body.String(), `value="`+answer+`"`) {
					offered = append(offered, answer)
				}
			}
			if strings.Join(offered, " ") != want {
				t.Errorf("%s, level %d: offers %v, want %q", status, level, offered, want)
			}
		}
	}
}
