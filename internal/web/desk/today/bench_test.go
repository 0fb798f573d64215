// SPDX-License-Identifier: Apache-2.0

package today_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/kit/clock"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
	"escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/desk/today"
	"escale/internal/web/shared/webtest"
)

// busy is a real desk (marks and audit go to a store) whose facts are a full day.
type busy struct {
	*today.Desk
	day today.Day
}

func (b *busy) Read(context.Context, access.Viewer, clock.Date, *time.Location) (today.Day, error) {
	return b.day, nil
}

func fullDay(place id.ID) today.Day {
	d := today.Day{
		On: tuesday, Places: map[id.ID]network.Place{place: {ID: place, Name: "Maison des Halles", CommuneName: "Blain"}},
		Presences: []today.Presence{{Place: place, Starts: 9*time.Hour + 30*time.Minute, Ends: 17 * time.Hour}},
	}
	for i := range 9 {
		start := webtest.Now.Add(time.Duration(i-2) * 45 * time.Minute)
		if i%3 == 2 {
			d.Free = append(d.Free, agenda.Slot{Start: start, End: start.Add(45 * time.Minute), Place: place, Free: 1})
			continue
		}
		d.Meetings = append(d.Meetings, today.Meeting{Booking: agenda.Booking{
			ID: id.New(), Start: start, End: start.Add(45 * time.Minute), Place: place, Label: "Mme L.", Topic: "rights", Status: agenda.Expected,
		}})
	}
	return d
}

// BenchmarkToday compares the page, kept and made each time, with a bare net/http
// handler that writes the same bytes, over the loopback with the same clients. The
// sessions are pretended: signing in is measured where it is done.
func BenchmarkToday(b *testing.B) {
	d := dbtest.SQLite(b, clock.System)
	lib := webtest.Library(b)
	days := &busy{Desk: &today.Desk{DB: d, Audit: access.NewAudit(d, seal.NewMaster())}, day: fullDay(id.New())}
	site := webtest.Site(b, lib, today.Routes(lib, days)...)
	v := webtest.Viewer(access.Mediator)
	page := webtest.Get(site, "/aujourdhui", v)
	if page.Code != http.StatusOK {
		b.Fatalf("status %d", page.Code)
	}
	body := page.Body.Bytes()
	signed := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site.ServeHTTP(w, webtest.As(r, v, web.SessionInfo{Name: "Nadia", RoleKey: "role.mediator"}))
	})
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
	base := 0.0
	for _, c := range []struct {
		name, query string
		handler     http.Handler
	}{
		{"bare", "", bare},
		{"kept", "", signed},
		{"made", "?fait=today.done.excused", signed}, // what was just done is never kept
	} {
		b.Run(c.name, func(b *testing.B) {
			server := httptest.NewServer(c.handler)
			defer server.Close()
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}
			var failed atomic.Int64
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					got, err := client.Get(server.URL + "/aujourdhui" + c.query)
					if err != nil {
						failed.Add(1)
						continue
					}
					if n, err := io.Copy(io.Discard, got.Body); err != nil || n == 0 || got.StatusCode != http.StatusOK {
						failed.Add(1)
					}
					_ = got.Body.Close()
				}
			})
			if failed.Load() > 0 {
				b.Fatalf("%d failed", failed.Load())
			}
			rate := float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "pages/s")
			if c.name == "bare" {
				base = rate
			} else if base > 0 {
				b.ReportMetric(100*rate/base, "%ofbare")
			}
		})
	}
	b.Logf("page: %d bytes", len(body))
}
