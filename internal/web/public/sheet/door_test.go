// SPDX-License-Identifier: Apache-2.0

package sheet_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/seal"
	"escale/internal/orientation"
	"escale/internal/web/public/sheet"
	"escale/internal/web/shared/webtest"
)

// keeper opens one code.
type keeper struct{ opened int }

func (k *keeper) OpenSheet(_ context.Context, _ db.Tx, typed string) (orientation.Sheet, error) {
	if typed != code {
		return orientation.Sheet{}, db.ErrNotFound
	}
	k.opened++
	return orientation.Sheet{NextStep: "Revenir", Meeting: &orientation.Meeting{Start: webtest.Now, Zone: "Europe/Paris", PlaceID: "p"}}, nil
}

func (k *keeper) EraseSheet(context.Context, db.Tx, string) error { return db.ErrNotFound }

// A guesser is slowed and told for how long; whoever knows her code is not, and
// a right code does not open the door wider for the next guess.
func TestDoor(t *testing.T) {
	now := webtest.Now
	dbtest.RunAt(t, func() time.Time { return now }, func(t *testing.T, d *db.DB) {
		k := &keeper{}
		door := sheet.NewDoor(d, k, access.NewThrottle(seal.NewMaster()))
		for range 3 * access.SheetLimit.Free {
			got, err := door.Open(t.Context(), code, "here")
			if err != nil || got.NextStep != "Revenir" || got.Meeting.PagePath != "/lieux/p" {
				t.Fatalf("got %+v, %v", got, err)
			}
		}
		var wait *access.Refusal
		tries := 0
		for ; wait == nil && tries < 100; tries++ {
			if _, err := door.Open(t.Context(), "ZZZZ9999", "here"); !errors.As(err, &wait) && !errors.Is(err, db.ErrNotFound) {
				t.Fatal(err)
			}
		}
		if tries-1 != access.SheetLimit.Free {
			t.Errorf("%d guesses before a pause, want %d", tries-1, access.SheetLimit.Free)
		}
		opened := k.opened
		if _, err := door.Open(t.Context(), code, "here"); !errors.As(err, &wait) || k.opened != opened {
			t.Errorf("a closed door opened: %v", err)
		}
		if err := door.Erase(t.Context(), code, "here"); !errors.As(err, &wait) {
			t.Errorf("erasing is not slowed: %v", err)
		}
		if _, err := door.Open(t.Context(), code, "elsewhere"); err != nil {
			t.Errorf("another address is slowed too: %v", err)
		}
	})
}
