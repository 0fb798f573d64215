// SPDX-License-Identifier: Apache-2.0

package find_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/web"
	"escale/internal/web/atlas"
	"escale/internal/web/atlas/atlastest"
	"escale/internal/web/public/find"
	"escale/internal/web/shared/webtest"
)

// asked counts how often the places are looked at.
type asked struct {
	atlastest.Places
	times int
}

func (a *asked) Current(ctx context.Context) (*atlas.Snapshot, error) {
	a.times++
	return a.Places.Current(ctx)
}

type nobody struct{}

func (nobody) Viewer(*http.Request) (access.Viewer, web.SessionInfo, error) {
	return access.Viewer{}, web.SessionInfo{}, nil
}

// An answer is kept for whoever asks the same, until a door it shows opens or
// closes: the halls close at 17 h (16 h UTC).
func TestKeptUntilADoorCloses(t *testing.T) {
	places := &asked{Places: atlastest.Of(atlastest.Cards())}
	closing := time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC)
	now := closing.Add(-20 * time.Second)
	lib := webtest.Library(t)
	s, err := web.New(web.Options{
		Library: lib, Sessions: nobody{}, Clock: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Routes: find.Routes(lib, places),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path   string
		before time.Duration // before the doors close
		open   bool
		times  int
	}{
		{"/trouver?ou=blain", 20 * time.Second, true, 1},
		{"/trouver?ou=blain", time.Second, true, 1},
		{"/trouver?ou=blain&besoin=papier", time.Second, true, 2},
		{"/trouver?ou=blain", 0, false, 3},
	} {
		now = closing.Add(-c.before)
		page := get(t, s, c.path, http.StatusOK)
		if open := strings.Contains(page, "ouvert jusqu'à 17 h"); open != c.open || places.times != c.times {
			t.Errorf("%s, %s before the doors close: open %v, made %d times, want %v and %d", c.path, c.before, open, places.times, c.open, c.times)
		}
	}
	// What is to be looked at again is said to one visitor, and not kept.
	for range 2 {
		get(t, s, "/trouver?ou=xyzzyxyz", http.StatusUnprocessableEntity)
	}
	if places.times != 5 {
		t.Errorf("made %d times, want 5", places.times)
	}
}
