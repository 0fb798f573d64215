// SPDX-License-Identifier: Apache-2.0

package clock_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"escale/internal/kit/clock"
)

func TestParseDateRefusesWhatDoesNotExist(t *testing.T) {
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "24/11/2026", "2026-11-24T10:00"} {
		if d, err := clock.ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v", s, d)
		}
	}
}

func TestDateRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := clock.Date{Year: 1900, Month: time.January, Day: 1}.AddDays(rapid.IntRange(0, 100_000).Draw(t, "days"))
		n := rapid.IntRange(-5000, 5000).Draw(t, "n")
		if got := d.AddDays(n).Sub(d); got != n {
			t.Fatalf("%v + %d days is %d days away", d, n, got)
		}
		v, err := d.Value()
		if err != nil {
			t.Fatal(err)
		}
		var back clock.Date
		if err := back.Scan(v); err != nil || back != d {
			t.Fatalf("%v came back as %v, %v", d, back, err)
		}
	})
}

func TestZeroDateIsNone(t *testing.T) {
	v, err := clock.Date{}.Value()
	if v != nil || err != nil {
		t.Errorf("got %v, %v; want NULL", v, err)
	}
	d := clock.Date{Year: 1}
	if err := d.Scan(nil); err != nil || !d.IsZero() {
		t.Errorf("got %v, %v; want none", d, err)
	}
}
