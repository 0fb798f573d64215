// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"escale/internal/kit/text"
)

func TestHashesAreReadBack(t *testing.T) {
	p := NewPasswords(Cost{Memory: 64, Passes: 1, Threads: 1}, 1)
	phc, err := p.Hash(context.Background(), "Pré salé d'été")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, phc, plain string
		want             bool
	}{
		{"the password", phc, "Pré salé d'été", true},
		{"the same letters, accents typed apart", phc, "Pre\u0301 sale\u0301 d'e\u0301te\u0301", true},
		{"another case", phc, "pré salé d'été", false},
		{"nothing", phc, "", false},
		{"no account", "", "Pré salé d'été", false},
	} {
		got, err := p.matches(c.phc, c.plain)
		if err != nil || got != c.want {
			t.Errorf("%s: got %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	again, err := p.Hash(context.Background(), "Pré salé d'été")
	if err != nil || again == phc {
		t.Errorf("two hashes of one password are alike (%v)", err)
	}
}

func TestChangedHashesAreRefused(t *testing.T) {
	p := NewPasswords(Cost{Memory: 64, Passes: 1, Threads: 1}, 1)
	phc := p.hash("x")
	for name, changed := range map[string]string{
		"a gigabyte":      strings.Replace(phc, "m=64", "m=1048576", 1),
		"no pass":         strings.Replace(phc, "t=1", "t=0", 1),
		"another kind":    strings.Replace(phc, "argon2id", "argon2i", 1),
		"another version": strings.Replace(phc, "v=19", "v=16", 1),
		"cut short":       phc[:len(phc)-30],
		"not one":         "x",
	} {
		if _, err := p.matches(changed, "x"); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

// TestHundredSignInsTakeTheMemoryOfAFew counts the hashes at work while a
// hundred people sign in, and the memory they take.
func TestHundredSignInsTakeTheMemoryOfAFew(t *testing.T) {
	const slots, people = 2, 100
	p := NewPasswords(Cost{Memory: 4 * 1024, Passes: 1, Threads: 1}, slots)
	phc := p.hash("caravane")
	var most, now, done atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for range people {
		wg.Go(func() {
			<-start
			leave, err := p.enter(context.Background())
			if err != nil {
				t.Error(err)
				return
			}
			n := now.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			if ok, err := p.matches(phc, "caravane"); err == nil && ok {
				done.Add(1)
			}
			now.Add(-1)
			leave()
		})
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	close(start)
	wg.Wait()
	runtime.ReadMemStats(&after)
	if done.Load() != people {
		t.Errorf("%d of %d were let in", done.Load(), people)
	}
	if most.Load() > slots {
		t.Errorf("%d hashes at once, want at most %d", most.Load(), slots)
	}
	// All at once would have taken 400 MiB from the system.
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 100<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

func TestWaitingForASlotEndsWithTheRequest(t *testing.T) {
	p := NewPasswords(Cost{Memory: 64, Passes: 1, Threads: 1}, 1)
	leave, err := p.enter(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := p.Hash(ctx, "x"); err == nil {
		t.Error("a request that ended still waits")
	}
	leave()
	if _, err := p.Hash(context.Background(), "x"); err != nil {
		t.Error(err)
	}
}

func TestShortCodes(t *testing.T) {
	for pin, want := range map[string]string{
		"1234": "access.pin.simple", "8765": "access.pin.simple", "1111": "access.pin.simple", "1212": "access.pin.simple",
		"123": "access.pin.shape", "123456789": "access.pin.shape", "12a4": "access.pin.shape", "": "access.pin.shape",
		"1932": "", "80275": "",
	} {
		var errs text.FieldErrors
		checkPIN(&errs, "pin", pin)
		got := ""
		if len(errs.List) > 0 {
			got = errs.List[0].Message.Key
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", pin, got, want)
		}
	}
}

func TestPausesDoubleUpToTheMost(t *testing.T) {
	l := Limit{Free: 3, Base: time.Second, Max: 5 * time.Second}
	for n, want := range map[int64]time.Duration{1: 0, 2: 0, 3: time.Second, 4: 2 * time.Second, 5: 4 * time.Second, 6: 5 * time.Second, 100: 5 * time.Second} {
		if got := l.pause(n); got != want {
			t.Errorf("try %d: pause %v, want %v", n, got, want)
		}
	}
}

func TestRecoveryCodesAsTyped(t *testing.T) {
	for _, code := range newRecoveryCodes() {
		if len(code) != 11 || len(foldRecovery(code)) != 10 {
			t.Errorf("code of another shape (%d)", len(code))
		}
	}
	if got := foldRecovery(" abo1e – 23456"); got != "ABOIE23456" {
		t.Errorf("got %s", got)
	}
}

// BenchmarkHash measures one password at the house's cost.
func BenchmarkHash(b *testing.B) {
	p := NewPasswords(DefaultCost, 1)
	b.ReportAllocs()
	for b.Loop() {
		p.hash("caravane jaune sous la pluie")
	}
}
