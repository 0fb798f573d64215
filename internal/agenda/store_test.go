// SPDX-License-Identifier: Apache-2.0

package agenda_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/agenda"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
	"escale/internal/network"
	"escale/internal/territory"
)

// world is one organisation at Blain with a mediator and an opening, and a
// second organisation beside it.
type world struct {
	d        *db.DB
	store    *agenda.Store
	org      id.ID
	other    id.ID
	worker   id.ID
	mediator access.Viewer
	stranger access.Viewer
	opening  agenda.Opening
}

// tuesday is a Tuesday morning, before the opening begins.
var tuesday = time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)

func calendar(commune string) agenda.Calendar { return territory.CalendarFor(commune) }

// masterOf is a fixed key, so that two processes of one test read the same store.
func masterOf(t testing.TB) seal.Master {
	t.Helper()
	m, err := seal.MasterOf(dbtest.Key)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func newWorld(t testing.TB, d *db.DB, stations int) world {
	t.Helper()
	w := world{d: d, org: id.New(), other: id.New(), worker: id.New()}
	ring := seal.NewRing(masterOf(t))
	w.store = agenda.NewStore(d, ring, calendar)
	grants := func(org id.ID, roles ...access.Role) []access.Grant {
		var g []access.Grant
		for _, r := range roles {
			g = append(g, access.Grant{Organisation: org, Role: r})
		}
		return g
	}
	w.mediator = access.NewViewer(id.New(), w.worker, w.org, grants(w.org, access.Mediator, access.Coordinator))
	strangerWorker := id.New()
	w.stranger = access.NewViewer(id.New(), strangerWorker, w.other, grants(w.other, access.Mediator, access.Coordinator))
	place := id.New()
	err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
		for _, o := range []struct {
			org, worker id.ID
			v           access.Viewer
		}{{w.org, w.worker, w.mediator}, {w.other, strangerWorker, w.stranger}} {
			if _, err := network.AddOrganisation(ctx, tx, o.v, network.Organisation{ID: o.org, Name: "Maison", Kind: "ASSO", Listed: true}); err != nil {
				return err
			}
			if err := ring.Make(ctx, tx, o.org); err != nil {
				return err
			}
			if _, err := network.AddWorker(ctx, tx, o.v, network.Worker{ID: o.worker, Name: "Nadia", Kind: "mediateur_numerique"}, o.org, clock.DateOf(tuesday)); err != nil {
				return err
			}
		}
		_, err := network.AddPlace(ctx, tx, w.mediator, network.Place{
			ID: place, Organisation: w.org, Status: network.Active, Public: true, Name: "Maison des Halles",
			Commune: "44015", CommuneName: "Blain", PostalCode: "44130", Address: "12 rue de la Cale",
		})
		if err != nil {
			return err
		}
		w.opening = agenda.Opening{
			ID: id.New(), Organisation: w.org, Place: place, Title: "Permanence", Zone: "Europe/Paris",
			FirstDay: clock.DateOf(tuesday), Rule: "FREQ=WEEKLY;BYDAY=TU", StartsMinute: 9 * 60, EndsMinute: 12 * 60,
			SlotMinutes: 45, Stations: stations, Workers: []agenda.Presence{{Worker: w.worker}},
		}
		return w.store.AddOpening(ctx, tx, w.mediator, w.opening)
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w world) free(t testing.TB, limit int) []agenda.Slot {
	t.Helper()
	var free []agenda.Slot
	if err := w.d.View(context.Background(), func(ctx context.Context, tx db.Tx) (err error) {
		free, err = w.store.FreeSlots(ctx, tx, agenda.SlotQuery{Openings: []id.ID{w.opening.ID}, Limit: limit})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return free
}

func (w world) book(v access.Viewer, n agenda.NewBooking) (b agenda.Booking, err error) {
	n.Opening, n.Worker = w.opening.ID, w.worker
	err = w.d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
		b, err = w.store.Book(ctx, tx, v, n)
		return err
	})
	return b, err
}

func at(t time.Time) clock.Clock { return clock.Fixed(t) }

func TestBookTakesASlotAndFreesIt(t *testing.T) {
	dbtest.RunAt(t, at(tuesday), func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		before := w.free(t, 4)
		if len(before) != 4 || !before[0].Start.Equal(time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)) {
			t.Fatalf("free slots: %v", before)
		}
		n := agenda.NewBooking{ID: id.New(), Start: before[0].Start, Label: "Renée", Topic: "rights"}
		b, err := w.book(w.mediator, n)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.book(w.mediator, n); err != nil || again.ID != b.ID {
			t.Errorf("booking again with the same identifier: %v, %v", again, err)
		}
		if after := w.free(t, 4); !after[0].Start.Equal(before[1].Start) {
			t.Errorf("the slot is still free: %v", after[0].Start)
		}
		var taken *agenda.Taken
		if _, err := w.book(w.mediator, agenda.NewBooking{ID: id.New(), Start: before[0].Start}); !errors.As(err, &taken) || len(taken.Next) != 3 || !taken.Next[0].Start.Equal(before[1].Start) {
			t.Errorf("second booking: %v; want the next three slots", err)
		}
		if err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			return w.store.Mark(ctx, tx, w.mediator, b.ID, agenda.Excused)
		}); err != nil {
			t.Fatal(err)
		}
		if after := w.free(t, 4); !after[0].Start.Equal(before[0].Start) {
			t.Errorf("a released slot is not free again: %v", after[0].Start)
		}
	})
}

func TestOnlyRealSlotsAreBooked(t *testing.T) {
	dbtest.RunAt(t, at(tuesday), func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		first := w.free(t, 1)[0].Start
		for name, start := range map[string]time.Time{
			"between two slots": first.Add(10 * time.Minute),
			"another day":       first.AddDate(0, 0, 1),
			"in the past":       first.AddDate(0, 0, -7),
			"too far ahead":     first.AddDate(0, 0, 7*20),
		} {
			var taken *agenda.Taken
			if _, err := w.book(w.mediator, agenda.NewBooking{ID: id.New(), Start: start}); !errors.As(err, &taken) {
				t.Errorf("%s: got %v, want Taken", name, err)
			}
		}
	})
}

func TestWhoReadsALabel(t *testing.T) {
	dbtest.RunAt(t, at(tuesday), func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		ctx := context.Background()
		b, err := w.book(w.mediator, agenda.NewBooking{ID: id.New(), Start: w.free(t, 1)[0].Start, Label: "Renée"})
		if err != nil {
			t.Fatal(err)
		}
		volunteer := func(worker id.ID) access.Viewer {
			return access.NewViewer(id.New(), worker, w.org, []access.Grant{{Organisation: w.org, Role: access.Volunteer}})
		}
		for _, test := range []struct {
			name string
			v    access.Viewer
			sees bool
		}{
			{"its helper", w.mediator, true},
			{"a volunteer whose slot it is", volunteer(w.worker), true},
			{"another volunteer", volunteer(id.New()), false},
			{"a mediator of another organisation", w.stranger, false},
			{"nobody", access.Viewer{}, false},
		} {
			err := d.View(ctx, func(ctx context.Context, tx db.Tx) error {
				got, err := w.store.Booking(ctx, tx, test.v, b.ID)
				if test.sees && (err != nil || got.Label != "Renée") {
					t.Errorf("%s: got %q, %v", test.name, got.Label, err)
				}
				if !test.sees && !errors.Is(err, db.ErrNotFound) {
					t.Errorf("%s: got %v, want not found", test.name, err)
				}
				day, err := w.store.Day(ctx, tx, test.v, w.worker, clock.DateOf(tuesday), time.UTC)
				if err != nil || (len(day) == 1) != test.sees {
					t.Errorf("%s: the day has %d entries, %v", test.name, len(day), err)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if !test.sees {
				if err := d.Update(ctx, func(ctx context.Context, tx db.Tx) error {
					return w.store.Mark(ctx, tx, test.v, b.ID, agenda.Revoked)
				}); !errors.Is(err, db.ErrNotFound) {
					t.Errorf("%s marked it: %v", test.name, err)
				}
			}
		}
	})
}

// attack books one slot n times at once and checks that stations succeed and
// everyone else is told politely what is free next.
func attack(t *testing.T, w world, n, stations int) {
	t.Helper()
	start := w.free(t, 1)[0].Start
	var won, refused atomic.Int32
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			_, err := w.book(w.mediator, agenda.NewBooking{ID: id.New(), Start: start, Label: "R."})
			var taken *agenda.Taken
			switch {
			case err == nil:
				won.Add(1)
			case errors.As(err, &taken) && len(taken.Next) == 3 && taken.Next[0].Start.After(start):
				refused.Add(1)
			default:
				t.Errorf("neither booked nor politely refused: %v", err)
			}
		})
	}
	wg.Wait()
	if int(won.Load()) != stations || int(refused.Load()) != n-stations {
		t.Errorf("%d won and %d were refused, want %d and %d", won.Load(), refused.Load(), stations, n-stations)
	}
}

func TestFiveHundredAtOnce(t *testing.T) {
	dbtest.RunAt(t, at(tuesday), func(t *testing.T, d *db.DB) { attack(t, newWorld(t, d, 1), 500, 1) })
}

func TestFiveHundredAtOnceOnFourStations(t *testing.T) {
	dbtest.RunAt(t, at(tuesday), func(t *testing.T, d *db.DB) { attack(t, newWorld(t, d, 4), 500, 4) })
}

// TestTheDatabaseRefusesByItself writes bookings behind the program's back.
func TestTheDatabaseRefusesByItself(t *testing.T) {
	dbtest.RunAt(t, at(tuesday), func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 2)
		ctx := context.Background()
		second := w.opening
		second.ID = id.New()
		if err := d.Update(ctx, func(ctx context.Context, tx db.Tx) error { return w.store.AddOpening(ctx, tx, w.mediator, second) }); err != nil {
			t.Fatal(err)
		}
		write := func(opening id.ID, seat int, start, end int64, status string) (id.ID, error) {
			b := id.New()
			return b, d.Update(ctx, func(ctx context.Context, tx db.Tx) error {
				_, err := tx.NewRaw(`INSERT INTO booking (id, organisation_id, opening_id, worker_id, place_id, seat, starts_at, ends_at, status, booked_by, booked_at)
					VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`, b, w.org, opening, w.worker, w.opening.Place, seat, start, end, status, w.worker).Exec(ctx)
				return err
			})
		}
		if _, err := write(w.opening.ID, 1, 1000, 2000, "unknown"); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			name       string
			opening    id.ID
			seat       int
			start, end int64
			status     string
			refusal    string
		}{
			{"same seat, overlapping", w.opening.ID, 1, 1999, 2500, "unknown", "booking_seat_once"},
			{"same seat, inside", w.opening.ID, 1, 1400, 1500, "seen", "booking_seat_once"},
			{"another seat of another opening", second.ID, 2, 1500, 1600, "unknown", "booking_helper_once"},
			{"same seat, just after", w.opening.ID, 1, 2000, 2500, "unknown", ""},
			{"another seat", w.opening.ID, 2, 1000, 2000, "unknown", ""},
			{"same seat, but cancelled", w.opening.ID, 1, 1000, 2000, "revoked", ""},
		} {
			b, err := write(test.opening, test.seat, test.start, test.end, test.status)
			if test.refusal == "" && err != nil || test.refusal != "" && !db.RefusedBy(err, test.refusal) {
				t.Errorf("%s: got %v, want refusal %q", test.name, err, test.refusal)
			}
			if test.status == "revoked" {
				// Giving a cancelled booking its seat back must be refused too.
				err := d.Update(ctx, func(ctx context.Context, tx db.Tx) error {
					_, err := tx.NewRaw(`UPDATE booking SET status = 'unknown' WHERE id = ?`, b).Exec(ctx)
					return err
				})
				if !db.RefusedBy(err, "booking_seat_once") {
					t.Errorf("reviving: got %v", err)
				}
			}
		}
	})
}

// TestTwoProcessesOnOneServer is run twice: as the test, which starts two more
// of itself on one PostgreSQL database; and in those, as the attackers.
func TestTwoProcessesOnOneServer(t *testing.T) {
	if url := os.Getenv("ESCALE_TEST_ATTACK"); url != "" {
		attackFromOutside(t, url)
		return
	}
	url := dbtest.PostgresURL(t)
	d, err := db.Open(context.Background(), db.Config{URL: url, Clock: at(tuesday)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	w := newWorld(t, d, 1)
	slots := w.free(t, 4)
	var wg sync.WaitGroup
	outputs := make([]string, 2)
	for i := range outputs {
		wg.Go(func() {
			c := exec.Command(os.Args[0], "-test.run=^TestTwoProcessesOnOneServer$", "-test.v")
			c.Env = append(os.Environ(), "ESCALE_TEST_ATTACK="+url, fmt.Sprintf("ESCALE_TEST_WORLD=%s %s %s", w.org, w.worker, w.opening.ID))
			out, err := c.CombinedOutput()
			outputs[i] = string(out)
			if err != nil {
				t.Errorf("attacker %d: %v\n%s", i, err, out)
			}
		})
	}
	wg.Wait()
	won := strings.Count(outputs[0]+outputs[1], "WON")
	if won != len(slots) {
		t.Errorf("%d bookings were made on %d slots", won, len(slots))
	}
}

func attackFromOutside(t *testing.T, url string) {
	parts := strings.Fields(os.Getenv("ESCALE_TEST_WORLD"))
	d, err := db.Open(context.Background(), db.Config{URL: url, Clock: at(tuesday), MaxConns: 16})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	org, worker := id.ID(parts[0]), id.ID(parts[1])
	w := world{
		d: d, org: org, worker: worker, opening: agenda.Opening{ID: id.ID(parts[2])},
		store:    agenda.NewStore(d, seal.NewRing(masterOf(t)), calendar),
		mediator: access.NewViewer(id.New(), worker, org, []access.Grant{{Organisation: org, Role: access.Mediator}}),
	}
	first := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			_, err := w.book(w.mediator, agenda.NewBooking{ID: id.New(), Start: first.Add(time.Duration(i%4) * 45 * time.Minute)})
			var taken *agenda.Taken
			if err == nil {
				fmt.Println("WON")
			} else if !errors.As(err, &taken) {
				t.Errorf("not a polite refusal: %v", err)
			}
		})
	}
	wg.Wait()
}

// mark gives a booking a status in a gesture of its own.
func (w world) mark(v access.Viewer, booking id.ID, status agenda.Status) error {
	return w.d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
		return w.store.Mark(ctx, tx, v, booking, status)
	})
}

func TestAMeetingThatTookPlaceStaysSo(t *testing.T) {
	dbtest.RunAt(t, at(tuesday), func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		b, err := w.book(w.mediator, agenda.NewBooking{ID: id.New(), Start: w.free(t, 1)[0].Start})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.mark(w.mediator, b.ID, agenda.Seen); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.mark(w.mediator, b.ID, agenda.NoShow); !errors.Is(err, db.ErrStale) {
			t.Errorf("an old page says she did not come: got %v, want ErrStale", err)
		}
	})
}

func TestASeatGivenUpAndTakenIsNotTakenBack(t *testing.T) {
	dbtest.RunAt(t, at(tuesday), func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		start := w.free(t, 1)[0].Start
		first, err := w.book(w.mediator, agenda.NewBooking{ID: id.New(), Start: start})
		if err != nil {
			t.Fatal(err)
		}
		for _, status := range []agenda.Status{agenda.Excused, agenda.Expected, agenda.Excused} {
			if err := w.mark(w.mediator, first.ID, status); err != nil {
				t.Fatalf("while the seat is free, %s: %v", status, err)
			}
		}
		if _, err := w.book(w.mediator, agenda.NewBooking{ID: id.New(), Start: start}); err != nil {
			t.Fatal(err)
		}
		if err := w.mark(w.mediator, first.ID, agenda.Seen); !errors.Is(err, agenda.ErrSeatGone) {
			t.Errorf("got %v, want ErrSeatGone", err)
		}
	})
}

// TestOpeningsFollowAMergedPlace merges the place that holds the opening into
// another card: its slots show there.
func TestOpeningsFollowAMergedPlace(t *testing.T) {
	dbtest.RunAt(t, at(tuesday), func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		survivor := id.New()
		err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			if _, err := network.AddPlace(ctx, tx, w.mediator, network.Place{
				ID: survivor, Organisation: w.org, Status: network.Active, Public: true, Name: "Maison des Halles",
				Commune: "44015", CommuneName: "Blain", PostalCode: "44130", Address: "12 rue de la Cale",
			}); err != nil {
				return err
			}
			if _, err := network.MergePlaces(ctx, tx, w.mediator, survivor, w.opening.Place, "same place"); err != nil {
				return err
			}
			free, err := w.store.FreeSlots(ctx, tx, agenda.SlotQuery{Places: []id.ID{survivor}, Limit: 1})
			if err == nil && (len(free) != 1 || free[0].Place != survivor) {
				t.Errorf("got %v, want a slot at the card that stays", free)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheSameOpeningSentTwiceIsKeptOnce(t *testing.T) {
	dbtest.RunAt(t, at(tuesday), func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, 1)
		err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			if err := w.store.AddOpening(ctx, tx, w.mediator, w.opening); err != nil {
				return err
			}
			own, err := w.store.Openings(ctx, tx, w.org)
			if err == nil && len(own) != 1 {
				t.Errorf("%d openings, want 1", len(own))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
