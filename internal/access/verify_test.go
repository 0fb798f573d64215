// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
)

// unguard takes away what keeps the program itself from editing the audit: an
// editor of the store is not kept by it.
func (b *bench) unguard() {
	b.Helper()
	for _, trigger := range []string{"audit_kept_update", "audit_kept_delete"} {
		if b.db.Engine() == db.Postgres {
			trigger += " ON audit"
		}
		b.exec(`DROP TRIGGER ` + trigger)
	}
}

// tamper is one way of editing the store behind the program's back.
type tamper struct {
	name string
	do   func(b *bench, org id.ID, n, last int64) // at the row numbered n of last
	seq  func(n, last int64) int64                // where it must be found
	kind access.FaultKind
}

func at(n, _ int64) int64    { return n }
func first(_, _ int64) int64 { return 1 }

// swap exchanges the numbers of two rows.
func (b *bench) swap(org id.ID, n, m int64) {
	const aside = 1_000_000
	for _, c := range [][2]int64{{n, aside}, {m, n}, {aside, m}} {
		b.exec(`UPDATE audit SET seq = ? WHERE organisation_id = ? AND seq = ?`, c[1], org, c[0])
	}
}

// renumber adds by to the numbers of all rows from n on, in two steps because
// both engines check each row as it goes.
func (b *bench) renumber(org id.ID, n, by int64) {
	const aside = 1_000_000
	b.exec(`UPDATE audit SET seq = seq + ? WHERE organisation_id = ? AND seq >= ?`, aside, org, n)
	b.exec(`UPDATE audit SET seq = seq - ? WHERE organisation_id = ? AND seq >= ?`, aside-by, org, aside)
}

// forge puts a row at number n.
func (b *bench) forge(org id.ID, n int64) {
	b.exec(`INSERT INTO audit (organisation_id, seq, at, act, subject_kind, subject_id, hash)
		SELECT organisation_id, CAST(? AS bigint), at, act, subject_kind, CAST(? AS `+b.uuid()+`), hash FROM audit WHERE organisation_id = ? ORDER BY seq LIMIT 1`,
		n, id.New(), org)
}

func (b *bench) uuid() string {
	if b.db.Engine() == db.Postgres {
		return "uuid"
	}
	return "text"
}

var tampers = []tamper{
	{"another act", func(b *bench, org id.ID, n, _ int64) {
		b.exec(`UPDATE audit SET act = 'person.created' WHERE organisation_id = ? AND seq = ?`, org, n)
	}, at, access.FaultChanged},
	{"another moment", func(b *bench, org id.ID, n, _ int64) {
		b.exec(`UPDATE audit SET at = at + 1 WHERE organisation_id = ? AND seq = ?`, org, n)
	}, at, access.FaultChanged},
	{"another account", func(b *bench, org id.ID, n, _ int64) {
		b.exec(`UPDATE audit SET account_id = ? WHERE organisation_id = ? AND seq = ?`, id.New(), org, n)
	}, at, access.FaultChanged},
	{"nobody's account", func(b *bench, org id.ID, n, _ int64) {
		b.exec(`UPDATE audit SET account_id = NULL WHERE organisation_id = ? AND seq = ?`, org, n)
	}, at, access.FaultChanged},
	{"another worker", func(b *bench, org id.ID, n, _ int64) {
		b.exec(`UPDATE audit SET worker_id = account_id WHERE organisation_id = ? AND seq = ?`, org, n)
	}, at, access.FaultChanged},
	{"another subject", func(b *bench, org id.ID, n, _ int64) {
		b.exec(`UPDATE audit SET subject_id = ? WHERE organisation_id = ? AND seq = ?`, id.New(), org, n)
	}, at, access.FaultChanged},
	{"another kind", func(b *bench, org id.ID, n, _ int64) {
		b.exec(`UPDATE audit SET subject_kind = 'need' WHERE organisation_id = ? AND seq = ?`, org, n)
	}, at, access.FaultChanged},
	{"a row removed", func(b *bench, org id.ID, n, _ int64) {
		b.exec(`DELETE FROM audit WHERE organisation_id = ? AND seq = ?`, org, n)
	}, at, access.FaultRemoved},
	{"the first row removed", func(b *bench, org id.ID, _, _ int64) {
		b.exec(`DELETE FROM audit WHERE organisation_id = ? AND seq = 1`, org)
	}, first, access.FaultRemoved},
	{"the last row removed", func(b *bench, org id.ID, _, last int64) {
		b.exec(`DELETE FROM audit WHERE organisation_id = ? AND seq = ?`, org, last)
	}, func(_, last int64) int64 { return last }, access.FaultRemoved},
	{"the last row removed and the head set back", func(b *bench, org id.ID, _, last int64) {
		b.exec(`DELETE FROM audit WHERE organisation_id = ? AND seq = ?`, org, last)
		b.exec(`UPDATE audit_head SET seq = ?, hash = (SELECT a.hash FROM audit a WHERE a.organisation_id = ? AND a.seq = ?) WHERE organisation_id = ?`, last-1, org, last-1, org)
	}, func(_, last int64) int64 { return last - 1 }, access.FaultHead},
	{"every row removed", func(b *bench, org id.ID, _, _ int64) {
		b.exec(`DELETE FROM audit WHERE organisation_id = ?`, org)
	}, first, access.FaultRemoved},
	{"the chain taken away whole", func(b *bench, org id.ID, _, _ int64) {
		b.exec(`DELETE FROM audit WHERE organisation_id = ?`, org)
		b.exec(`DELETE FROM audit_head WHERE organisation_id = ?`, org)
	}, func(_, _ int64) int64 { return 0 }, access.FaultMissing},
	{"the head taken away", func(b *bench, org id.ID, _, _ int64) {
		b.exec(`DELETE FROM audit_head WHERE organisation_id = ?`, org)
	}, func(_, last int64) int64 { return last }, access.FaultHead},
	{"a row put in", func(b *bench, org id.ID, n, _ int64) {
		b.renumber(org, n, 1)
		b.forge(org, n)
	}, at, access.FaultInserted},
	{"a row put at the end", func(b *bench, org id.ID, _, last int64) {
		b.forge(org, last+1)
	}, func(_, last int64) int64 { return last + 1 }, access.FaultInserted},
	{"a row removed and the others renumbered", func(b *bench, org id.ID, n, _ int64) {
		b.exec(`DELETE FROM audit WHERE organisation_id = ? AND seq = ?`, org, n)
		b.renumber(org, n, -1)
	}, func(_, last int64) int64 { return last }, access.FaultRemoved},
	{"two neighbours exchanged", func(b *bench, org id.ID, n, last int64) {
		b.swap(org, min(n, last-1), min(n, last-1)+1)
	}, func(n, last int64) int64 { return min(n, last-1) }, access.FaultMoved},
	{"two rows exchanged", func(b *bench, org id.ID, _, last int64) {
		b.swap(org, 2, last)
	}, func(_, _ int64) int64 { return 2 }, access.FaultMoved},
	{"the numbers changed", func(b *bench, org id.ID, n, _ int64) {
		b.renumber(org, n, 5)
	}, func(n, _ int64) int64 { return n + 5 }, access.FaultChanged},
	{"a forged cut", func(b *bench, org id.ID, n, _ int64) {
		b.exec(`INSERT INTO audit_checkpoint (organisation_id, seq, hash, cut_at, mac)
			SELECT organisation_id, seq, hash, at, hash FROM audit WHERE organisation_id = ? AND seq = ?`, org, n)
		b.exec(`DELETE FROM audit WHERE organisation_id = ? AND seq <= ?`, org, n)
	}, at, access.FaultCheckpoint},
}

// audited are the tables an editor of the store may touch.
var audited = []string{"audit", "audit_head", "audit_checkpoint"}

// remember keeps the audit as it is now, and gives what puts it back.
func (b *bench) remember() (restore func()) {
	b.Helper()
	for _, table := range audited {
		b.exec(`CREATE TABLE kept_` + table + ` AS SELECT * FROM ` + table)
	}
	return func() {
		b.must(b.db.Update(b.ctx, func(ctx context.Context, tx db.Tx) error {
			for _, table := range audited {
				for _, query := range []string{`DELETE FROM ` + table, `INSERT INTO ` + table + ` SELECT * FROM kept_` + table} {
					if _, err := tx.NewRaw(query).Exec(ctx); err != nil {
						return err
					}
				}
			}
			return nil
		}))
	}
}

func TestEveryTamperingIsFound(t *testing.T) {
	each(t, func(b *bench) {
		b.unguard()
		const last = 9
		b.note(b.mediator(), last)
		b.note(access.NewViewer(id.New(), "", id.New(), nil), 2)
		b.whole()
		restore := b.remember()
		found := func(c tamper, n int64) error {
			restore()
			c.do(b, b.org, n, last)
			r, err := b.keep.Audit().Verify(b.ctx, nil)
			if err != nil {
				return err
			}
			want := access.Fault{Organisation: b.org, Seq: c.seq(n, last), Kind: c.kind}
			elsewhere := slices.ContainsFunc(r.Faults, func(f access.Fault) bool { return f.Organisation != b.org })
			if r.Whole || elsewhere || !slices.Contains(r.Faults, want) {
				return fmt.Errorf("%s at row %d: found %v, want %v", c.name, n, r.Faults, want)
			}
			return nil
		}
		for _, c := range tampers {
			if err := found(c, 4); err != nil {
				b.Error(err)
			}
		}
		rapid.Check(b.T, func(rt *rapid.T) {
			c := rapid.SampledFrom(tampers).Draw(rt, "way")
			if err := found(c, rapid.Int64Range(2, last-1).Draw(rt, "row")); err != nil {
				rt.Fatal(err)
			}
		})
		restore()
		b.whole()
	})
}

func TestAFaultIsNotHealedByWorkGoingOn(t *testing.T) {
	each(t, func(b *bench) {
		b.unguard()
		v := b.mediator()
		b.note(v, 4)
		b.exec(`DELETE FROM audit WHERE organisation_id = ? AND seq = 4`, b.org)
		b.exec(`UPDATE audit_head SET seq = 3, hash = (SELECT a.hash FROM audit a WHERE a.organisation_id = ? AND a.seq = 3) WHERE organisation_id = ?`, b.org, b.org)
		b.note(v, 3)
		r, err := b.keep.Audit().Verify(b.ctx, nil)
		b.must(err)
		if want := (access.Fault{Organisation: b.org, Seq: 6, Kind: access.FaultHead}); !slices.Contains(r.Faults, want) {
			b.Errorf("found %v, want %v", r.Faults, want)
		}
		// Nor by cutting it away.
		b.clock.pass(time.Hour)
		_, err = b.keep.Audit().Prune(b.ctx, b.clock.now())
		var broken *access.BrokenError
		if !errors.As(err, &broken) || broken.Fault.Organisation != b.org {
			b.Errorf("cut: got %v, want BrokenError", err)
		}
	})
}

func TestATakenAwayChainIsMissedAfterACut(t *testing.T) {
	each(t, func(b *bench) {
		b.note(b.mediator(), 3)
		b.clock.pass(time.Hour)
		_, err := b.keep.Audit().Prune(b.ctx, b.clock.now())
		b.must(err)
		b.whole()
		b.unguard()
		for _, table := range audited {
			b.exec(fmt.Sprintf(`DELETE FROM %s WHERE organisation_id = ?`, table), b.org)
		}
		r, err := b.keep.Audit().Verify(b.ctx, nil)
		b.must(err)
		if want := (access.Fault{Organisation: b.org, Kind: access.FaultMissing}); !slices.Contains(r.Faults, want) {
			b.Errorf("found %v, want %v", r.Faults, want)
		}
	})
}

func TestAnotherMasterKeyFindsNothingWhole(t *testing.T) {
	each(t, func(b *bench) {
		b.note(b.mediator(), 2)
		r, err := access.NewAudit(b.db, seal.NewMaster()).Verify(b.ctx, nil)
		b.must(err)
		if r.Whole {
			b.Error("the chain does not depend on the key")
		}
	})
}

func TestVerifySaysHowFarItIs(t *testing.T) {
	each(t, func(b *bench) {
		v := b.mediator()
		const rows = 2100 // more than a page
		b.must(b.db.Update(b.ctx, func(ctx context.Context, tx db.Tx) error {
			for range rows {
				if err := b.keep.Audit().Note(ctx, tx, v, "person.opened", access.Subject{Kind: "person", ID: id.New()}); err != nil {
					return err
				}
			}
			return nil
		}))
		var steps []int64
		r, err := b.keep.Audit().Verify(b.ctx, func(done, total int64) {
			if total != rows+1 || done > total || (len(steps) > 0 && done < steps[len(steps)-1]) {
				b.Errorf("%d of %d after %v", done, total, steps)
			}
			steps = append(steps, done)
		})
		b.must(err)
		if !r.Whole || len(steps) < 3 || steps[len(steps)-1] != rows+1 || len(r.Heads) != 2 {
			b.Errorf("whole %v, steps %v, %d heads", r.Whole, steps, len(r.Heads))
		}
	})
}
