// SPDX-License-Identifier: Apache-2.0

package today

import (
	"context"
	"errors"
	"testing"
	"time"

	"escale/internal/agenda"
	"escale/internal/kit/clock"
	"escale/internal/kit/id"
	"escale/internal/web"
)

// counted is a store whose version is set by hand, and which counts who asks.
type counted struct {
	Days
	version int64
	asked   int
	err     error
}

func (c *counted) Version(context.Context) (int64, error) {
	c.asked++
	return c.version, c.err
}

var noon = time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)

func TestTheStoreIsAskedOnceASecond(t *testing.T) {
	store := &counted{version: 4}
	k := newKept(store)
	for i, want := range []struct {
		after   time.Duration
		asked   int
		version int64
	}{{0, 1, 4}, {lookEvery - 1, 1, 4}, {lookEvery, 2, 5}, {lookEvery + 1, 2, 5}} {
		if i == 1 {
			store.version = 5 // another process wrote
		}
		got, err := k.look(t.Context(), noon.Add(want.after))
		if err != nil || got != want.version || store.asked != want.asked {
			t.Errorf("after %v: version %d asked %d times (%v), want %d and %d", want.after, got, store.asked, err, want.version, want.asked)
		}
	}
	store.err = errors.New("the store is away")
	if _, err := k.look(t.Context(), noon.Add(time.Minute)); err == nil {
		t.Error("a store that does not answer is not said")
	}
}

func TestAKeptDayIsItsOwnersAndShort(t *testing.T) {
	k := newKept(&counted{})
	mine := owner{account: id.New(), grants: 3, day: clock.Date{Year: 2026, Month: 11, Day: 24}}
	other := mine
	other.grants = 1
	k.put(mine, keptDay{response: web.Response{Body: []byte("Mme L.")}, version: 7, until: noon.Add(keptFor)}, noon)
	for name, c := range map[string]struct {
		o       owner
		version int64
		now     time.Time
		want    bool
	}{
		"hers":                  {mine, 7, noon, true},
		"after a grant ended":   {other, 7, noon, false},
		"after a change":        {mine, 8, noon, false},
		"once its time is over": {mine, 7, noon.Add(keptFor), false},
	} {
		k.put(mine, keptDay{version: 7, until: noon.Add(keptFor)}, noon)
		if _, ok := k.get(c.o, c.version, c.now); ok != c.want {
			t.Errorf("%s: kept %v, want %v", name, ok, c.want)
		}
	}
	k.put(mine, keptDay{version: 7, until: noon.Add(keptFor)}, noon)
	k.forget(mine)
	if _, ok := k.get(mine, 7, noon); ok {
		t.Error("what was forgotten is shown")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	k := newKept(&counted{})
	for range mostKept + 10 {
		k.put(owner{account: id.New()}, keptDay{until: noon.Add(keptFor)}, noon)
	}
	if n := len(k.pages); n > mostKept {
		t.Errorf("%d days kept, want at most %d", n, mostKept)
	}
}

func TestADayIsTrueUntilSomethingHappens(t *testing.T) {
	day := Day{
		Meetings: []Meeting{{Booking: agenda.Booking{Start: noon.Add(-time.Hour), End: noon.Add(20 * time.Second)}}},
		Free:     []agenda.Slot{{Start: noon.Add(40 * time.Second)}},
	}
	if got, want := day.trueUntil(noon), noon.Add(20*time.Second); !got.Equal(want) {
		t.Errorf("true until %v, want the end of the meeting, %v", got, want)
	}
	if got, want := (Day{}).trueUntil(noon), noon.Add(keptFor); !got.Equal(want) {
		t.Errorf("an empty day is true until %v, want %v", got, want)
	}
}

func TestMonday(t *testing.T) {
	want := clock.Date{Year: 2026, Month: 11, Day: 23}
	for n := range 7 {
		if got := monday(want.AddDays(n)); got != want {
			t.Errorf("the Monday of %v is %v, want %v", want.AddDays(n), got, want)
		}
	}
}
