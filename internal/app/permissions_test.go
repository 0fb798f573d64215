// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"escale/internal/access"
	"escale/internal/app/demo"
	"escale/internal/app/rooms"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// village is a demonstration served in this process, with one browser per role.
type village struct {
	rooms   *rooms.Rooms
	server  *httptest.Server
	clients map[access.Role]*http.Client // the zero role is signed out
}

// openVillage tells the demonstration's story.
func openVillage(t *testing.T) *village {
	t.Helper()
	ctx := context.Background()
	policy := access.DefaultPolicy()
	policy.SecondFactor = nil
	var now demo.Clock
	r, err := rooms.Open(ctx, rooms.Config{Data: t.TempDir()}, policy, now.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	if err := demo.Fill(ctx, r, &now, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	who, err := demo.Network()
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSite(r, siteOptions{network: demoIdentity(who), log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	v := &village{rooms: r, server: httptest.NewServer(s), clients: map[access.Role]*http.Client{}}
	t.Cleanup(v.server.Close)
	accounts, err := demo.Accounts()
	if err != nil {
		t.Fatal(err)
	}
	v.clients[""] = v.client(t)
	for _, a := range accounts {
		c := v.client(t)
		v.clients[a.Role] = c
		res, err := c.PostForm(v.server.URL+"/entrer", url.Values{"identifiant": {a.Login}, "mot_de_passe": {a.Password}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if status, _, _ := v.ask(t, a.Role, http.MethodGet, "/moi"); status != http.StatusOK {
			t.Fatalf("%s did not enter: %d, then %d", a.Login, res.StatusCode, status)
		}
	}
	return v
}

// TestVillage looks at one demonstration from several sides: telling its story
// takes longer than any of them.
func TestVillage(t *testing.T) {
	v := openVillage(t)
	t.Run("every route, every role", func(t *testing.T) { everyRouteEveryRole(t, v) })
	t.Run("rows of other organisations look absent", func(t *testing.T) { otherOrganisationsRowsLookAbsent(t, v) })
	t.Run("five hundred readers", func(t *testing.T) { fiveHundredReaders(t, v) })
}

// client keeps cookies and follows no redirection, so that each is seen.
func (v *village) client(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ask sends one request as role and gives its status, where it redirects, and
// the page.
func (v *village) ask(t *testing.T, role access.Role, method, path string) (status int, location, body string) {
	t.Helper()
	req, err := http.NewRequest(method, v.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := v.clients[role].Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(b)
}

// ids are identifiers to put in a route's path: one that is nobody's, and one of
// each kind of row of one organisation.
func (v *village) ids(t *testing.T, organisation string) []id.ID {
	t.Helper()
	list := []id.ID{id.New()}
	err := v.rooms.DB.View(context.Background(), func(ctx context.Context, tx db.Tx) error {
		var org id.ID
		if err := tx.NewRaw(`SELECT id FROM organisation WHERE name = ?`, organisation).Scan(ctx, &org); err != nil {
			return err
		}
		for _, table := range []string{"need", "activity", "booking", "decision"} {
			var row id.ID
			if err := tx.NewRaw(`SELECT id FROM `+table+` WHERE organisation_id = ? ORDER BY id LIMIT 1`, org).Scan(ctx, &row); err == nil {
				list = append(list, row)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 3 {
		t.Fatalf("%s has too few rows to try with", organisation)
	}
	return list
}

// fillPath puts row in every wildcard of pattern.
func fillPath(pattern string, row id.ID) string {
	parts := strings.Split(strings.ReplaceAll(pattern, "{$}", ""), "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = string(row)
		}
	}
	return strings.Join(parts, "/")
}

// everyRouteEveryRole walks each address as each role and as nobody. What
// its permission does not allow is refused; what it allows is not refused for
// the role, though the row asked for may well be nobody's.
func everyRouteEveryRole(t *testing.T, v *village) {
	routes, err := listRoutes()
	if err != nil {
		t.Fatal(err)
	}
	if len(routes) < 30 {
		t.Fatalf("only %d routes", len(routes))
	}
	for _, r := range routes {
		if r.Method == http.MethodPost && (r.Pattern == "/sortir" || r.Pattern == "/masque" || r.Pattern == "/moi/structure") {
			continue // they end or change the session this test walks with
		}
		path := fillPath(r.Pattern, id.New())
		for _, role := range append([]access.Role{""}, access.Roles...) {
			status, location, _ := v.ask(t, role, r.Method, path)
			toDoor := status == http.StatusSeeOther && strings.HasPrefix(location, "/entrer")
			refused := status == http.StatusForbidden || status == http.StatusUnauthorized || toDoor
			allowed := r.Permission == access.Public || role != "" && (r.Permission == access.SignedIn || role.May(r.Permission))
			// The pages at the door send whoever has nothing to do there away.
			if strings.HasPrefix(r.Pattern, "/entrer") {
				continue
			}
			switch {
			case allowed && refused:
				t.Errorf("%s %s (%s) as %q: refused with %d %s", r.Method, r.Pattern, r.Permission, role, status, location)
			case !allowed && !refused:
				t.Errorf("%s %s (%s) as %q: let through with %d", r.Method, r.Pattern, r.Permission, role, status)
			case status >= 500:
				t.Errorf("%s %s as %q: fails with %d", r.Method, r.Pattern, role, status)
			}
		}
	}
}

// otherOrganisationsRowsLookAbsent asks for the rows of one organisation as
// people of another: 404 or 403, never a page, never a sentence of theirs.
func otherOrganisationsRowsLookAbsent(t *testing.T, v *village) {
	routes, err := listRoutes()
	if err != nil {
		t.Fatal(err)
	}
	// Nadia's organisation holds what is asked for; these work elsewhere.
	strangers := []access.Role{access.SocialWorker, access.Reception}
	tried := 0
	for _, r := range routes {
		if !strings.Contains(r.Pattern, "{") || r.Permission == access.Public || r.Permission == access.SignedIn || strings.HasPrefix(r.Pattern, "/{") {
			continue
		}
		for _, row := range v.ids(t, "La Maison du Sillon")[1:] {
			for _, role := range strangers {
				if !role.May(r.Permission) {
					continue
				}
				tried++
				status, location, body := v.ask(t, role, r.Method, fillPath(r.Pattern, row))
				if status == http.StatusOK || status == http.StatusSeeOther && !strings.HasPrefix(location, "/entrer") {
					t.Errorf("%s %s as %s: %d %s with a row of another organisation\n%s", r.Method, r.Pattern, role, status, location, first(body, 300))
				}
			}
		}
	}
	if tried == 0 {
		t.Error("no route was tried")
	}
}

func first(s string, n int) string { return s[:min(n, len(s))] }

// fiveHundredReaders is many people at once on the public pages: all are
// answered.
func fiveHundredReaders(t *testing.T, v *village) {
	var wg sync.WaitGroup
	gate := make(chan struct{}, 32)
	for i := range 500 {
		wg.Go(func() {
			gate <- struct{}{}
			defer func() { <-gate }()
			path := []string{"/", "/trouver?ou=Blain", "/trouver?texte=retraite"}[i%3]
			res, err := v.clients[""].Get(v.server.URL + path)
			if err != nil {
				t.Error(err)
				return
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if res.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", path, res.StatusCode)
			}
		})
	}
	wg.Wait()
}
