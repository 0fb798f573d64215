// SPDX-License-Identifier: Apache-2.0

package journey

import (
	"context"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// readyIn is how long the program may take to answer once it is started again.
const readyIn = 2 * time.Second

// Stopped and started again, the program has the same rows, and nobody has to
// sign in again.
func TestRestart(t *testing.T) {
	dir := demoFolder(t)
	r := startDemo(t, dir)
	sylvie := signedIn(t, r, "sylvie")
	key := id.New()
	if a, err := sylvie.note(key, "Je dois écrire à la mairie."); err != nil || a.status != http.StatusSeeOther {
		t.Fatalf("note: %d, %v", a.status, err)
	}
	r.stop(t)
	before := rowsByTable(t, dir)

	best := time.Hour // the machine may be busy with other tests: the best of three counts
	for range 3 {
		started := time.Now()
		again := startDemo(t, dir)
		best = min(best, time.Since(started))
		again.stop(t)
	}
	t.Logf("ready %v after its start", best)
	if best > readyIn {
		t.Errorf("ready only %v after its start, want %v at most", best, readyIn)
	}
	if diff := cmp.Diff(before, rowsByTable(t, dir)); diff != "" {
		t.Errorf("rows of each table, before and after (-before +after):\n%s", diff)
	}
	sylvie.base = startDemo(t, dir).Address
	if a := sylvie.get(t, needForm(key)); a.status != http.StatusOK || !strings.Contains(a.page, "Je dois écrire à la mairie.") {
		t.Errorf("with the cookie of before: %d to %q, want the need", a.status, a.location)
	}
}

// sent is a need that was sent, and whether the program said it was kept.
type sent struct {
	words string
	acked bool
}

// TestKilledWhileWriting ends the program as a power cut would while several
// people write. What it said was kept is kept, whole; what it had no time to
// say is there whole or not at all; and sending that again makes no second one.
func TestKilledWhileWriting(t *testing.T) {
	const rounds, people = 12, 3
	dir := demoFolder(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	all := map[id.ID]sent{}
	var sylvie *visitor
	unsure := 0
	for round := range rounds {
		r := startDemo(t, dir)
		if sylvie == nil {
			sylvie = signedIn(t, r, "sylvie")
		}
		sylvie.base = r.Address
		for key, s := range all {
			if !s.acked {
				unsure++
				a, err := sylvie.note(key, s.words) // she presses the button again
				if err != nil || a.status != http.StatusSeeOther {
					t.Fatalf("sent again: %d, %v", a.status, err)
				}
				all[key] = sent{s.words, true}
			}
		}
		writeUntilKilled(t, r, sylvie, all, round, people, rng)
	}
	killed := dir + "-killed"
	copyFolder(t, dir, killed) // as the last kill left it
	wholeNeeds(t, killed, all)
	run(t, "audit", "verify", "--data", killed, "--json").says(t, 0, `"whole": true`)
	sylvie.base = startDemo(t, dir).Address
	acked := 0
	for key, s := range all {
		if !s.acked {
			continue
		}
		acked++
		a := sylvie.get(t, needForm(key))
		if a.status != http.StatusOK || !strings.Contains(html.UnescapeString(a.page), s.words) {
			t.Errorf("« %s » was acknowledged and is lost: %d", s.words, a.status)
		}
	}
	t.Logf("%d kills, %d needs acknowledged, %d sent again after a kill", rounds, acked, unsure)
	if acked < rounds*people {
		t.Errorf("only %d needs were acknowledged: the kills came too soon to show anything", acked)
	}
}

// writeUntilKilled has people write at once, and kills the program at a random
// moment among their acts.
func writeUntilKilled(t *testing.T, r *running, v *visitor, all map[id.ID]sent, round, people int, rng *rand.Rand) {
	t.Helper()
	acks := make(chan struct{}, 1000)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for p := range people {
		wg.Go(func() {
			for n := 0; ; n++ {
				key, words := id.New(), fmt.Sprintf("Tour %d, personne %d, demande %d : on m'a coupé le téléphone.", round, p, n)
				mu.Lock()
				all[key] = sent{words: words}
				mu.Unlock()
				a, err := v.note(key, words)
				if err != nil {
					return // killed
				}
				if a.status != http.StatusSeeOther {
					t.Errorf("note: %d\n%s", a.status, a.page)
					return
				}
				mu.Lock()
				all[key] = sent{words, true}
				mu.Unlock()
				acks <- struct{}{}
			}
		})
	}
	for range people + rng.IntN(20) {
		select {
		case <-acks:
		case <-time.After(patience):
			t.Error("nobody could write")
		}
	}
	time.Sleep(time.Duration(rng.IntN(20_000)) * time.Microsecond) // a moment within an act, not at its end
	r.kill()
	wg.Wait()
}

// wholeNeeds fails when a need that was sent is there in part: it has one row,
// one event and one line in the audit, or none of them.
func wholeNeeds(t *testing.T, dir string, all map[id.ID]sent) {
	t.Helper()
	inside(t, dir, func(ctx context.Context, tx db.Tx) error {
		var says string
		if err := tx.NewRaw(`PRAGMA integrity_check`).Scan(ctx, &says); err != nil || says != "ok" {
			t.Errorf("the file of the store: %s, %v", says, err)
		}
		for key, s := range all {
			var rows, events, lines int
			if err := tx.NewRaw(`SELECT (SELECT count(*) FROM need WHERE id = ?), (SELECT count(*) FROM need_event WHERE need_id = ?),
				(SELECT count(*) FROM audit WHERE subject_id = ? AND act = 'need.capture')`, key, key, key).Scan(ctx, &rows, &events, &lines); err != nil {
				return err
			}
			if rows != events || rows != lines || rows > 1 || (s.acked && rows == 0) {
				t.Errorf("« %s » (acknowledged: %v): %d rows, %d events, %d lines of audit", s.words, s.acked, rows, events, lines)
			}
		}
		return nil
	})
}

// versionField is the version of the record that a form was opened on.
var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

// Two browsers change the same need: the second to send sees both versions, and
// nothing of the first is lost.
func TestTwoBrowsersChangeOneNeed(t *testing.T) {
	r := startDemo(t, demoFolder(t))
	first, second := signedIn(t, r, "sylvie"), signedIn(t, r, "sylvie")
	key := id.New()
	if a, err := first.note(key, "Un courrier que je ne comprends pas."); err != nil || a.status != http.StatusSeeOther {
		t.Fatalf("note: %d, %v", a.status, err)
	}
	open := func(v *visitor) string {
		t.Helper()
		m := versionField.FindStringSubmatch(v.get(t, needForm(key)).page)
		if m == nil {
			t.Fatal("the form has no version")
		}
		return m[1]
	}
	send := func(v *visitor, version, words string) answer {
		t.Helper()
		return v.post(t, needForm(key), url.Values{"version": {version}, "mots": {words}, "rappel": {"none"}})
	}
	mine, theirs := open(first), open(second)
	if a := send(first, mine, "Le courrier vient des impôts."); a.status != http.StatusSeeOther {
		t.Fatalf("the first: %d\n%s", a.status, a.page)
	}
	a := send(second, theirs, "Le courrier est perdu.")
	if a.status != http.StatusConflict {
		t.Fatalf("the second: %d, want 409\n%s", a.status, a.page)
	}
	for _, want := range []string{"Le courrier vient des impôts.", "Le courrier est perdu.", needPage(key)} {
		if !strings.Contains(html.UnescapeString(a.page), want) {
			t.Errorf("« %s » is not on the page\n%s", want, a.page)
		}
	}
	if kept := first.get(t, needForm(key)).page; !strings.Contains(kept, "Le courrier vient des impôts.") || strings.Contains(kept, "perdu") {
		t.Error("the second version was kept over the first")
	}
	if a := send(second, open(second), "Le courrier des impôts est perdu."); a.status != http.StatusSeeOther {
		t.Errorf("taken up again on the present version: %d", a.status)
	}
}

// needPage is the address of a need.
func needPage(key id.ID) string { return "/demandes/" + string(key) }
