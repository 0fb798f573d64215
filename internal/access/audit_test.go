// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// note adds n acts by v on a subject of their own.
func (b *bench) note(v access.Viewer, n int) []access.Subject {
	b.Helper()
	var subjects []access.Subject
	for range n {
		s := access.Subject{Kind: "person", ID: id.New()}
		b.must(b.db.Update(b.ctx, func(ctx context.Context, tx db.Tx) error {
			return b.keep.Audit().Note(ctx, tx, v, "person.opened", s)
		}))
		subjects = append(subjects, s)
	}
	return subjects
}

func (b *bench) mediator() access.Viewer {
	return access.NewViewer(id.New(), id.New(), b.org, []access.Grant{{Organisation: b.org, Role: access.Mediator}})
}

func TestManyAtOnceKeepTheChainWhole(t *testing.T) {
	each(t, func(b *bench) {
		const people, acts = 8, 12
		orgs := []id.ID{b.org, id.New(), id.New()}
		undone := errors.New("undone")
		var wg sync.WaitGroup
		for p := range people {
			v := access.NewViewer(id.New(), "", orgs[p%len(orgs)], nil)
			wg.Go(func() {
				for n := range acts {
					err := b.db.Update(b.ctx, func(ctx context.Context, tx db.Tx) error {
						if err := b.keep.Audit().Note(ctx, tx, v, "need.captured", access.Subject{Kind: "need", ID: id.New()}); err != nil {
							return err
						}
						if n%4 == 3 {
							return undone // a gesture that fails leaves no row and no gap
						}
						return nil
					})
					if err != nil && !errors.Is(err, undone) {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
		r := b.whole()
		// Three in four of the acts, and one row in the house's chain per organisation.
		if want := int64(people*acts*3/4 + len(orgs)); r.Rows != want {
			b.Errorf("%d rows, want %d", r.Rows, want)
		}
	})
}

func TestTheAuditTakesNoWords(t *testing.T) {
	each(t, func(b *bench) {
		for name, c := range map[string]struct {
			act access.Act
			s   access.Subject
		}{
			"a name as subject":    {"person.opened", access.Subject{Kind: "person", ID: "Renée"}},
			"a sentence as kind":   {"person.opened", access.Subject{Kind: "Mme R.", ID: id.New()}},
			"a sentence as act":    {"opened the file of R.", access.Subject{Kind: "person", ID: id.New()}},
			"an act without thing": {"opened", access.Subject{Kind: "person", ID: id.New()}},
		} {
			err := b.db.Update(b.ctx, func(ctx context.Context, tx db.Tx) error {
				return b.keep.Audit().Note(ctx, tx, b.mediator(), c.act, c.s)
			})
			if err == nil {
				b.Errorf("%s was written", name)
			}
		}
	})
}

func TestReadingsAreNotedEveryQuarterOfAnHour(t *testing.T) {
	each(t, func(b *bench) {
		v, s := b.mediator(), access.Subject{Kind: "person", ID: id.New()}
		for range 4 {
			b.must(b.keep.Audit().NoteRead(b.ctx, v, "person.opened", s))
			b.must(b.keep.Audit().NoteRead(b.ctx, v, "person.printed", s))
			b.clock.pass(5 * time.Minute)
		}
		b.must(b.keep.Audit().NoteRead(b.ctx, b.mediator(), "person.opened", s))
		var got []string
		b.must(b.db.View(b.ctx, func(ctx context.Context, tx db.Tx) error {
			list, err := b.keep.Audit().History(ctx, tx, v, s)
			for _, e := range list {
				got = append(got, string(e.Act)+" "+e.At.Sub(list[len(list)-1].At).String())
			}
			return err
		}))
		want := []string{"person.opened 20m0s", "person.printed 15m0s", "person.opened 15m0s", "person.printed 0s", "person.opened 0s"}
		if diff := cmp.Diff(want, got); diff != "" {
			b.Errorf("history (-want +got):\n%s", diff)
		}
	})
}

func TestAFailedNoteIsNotRemembered(t *testing.T) {
	each(t, func(b *bench) {
		v, s := b.mediator(), access.Subject{Kind: "person", ID: id.New()}
		ended, cancel := context.WithCancel(b.ctx)
		cancel()
		if err := b.keep.Audit().NoteRead(ended, v, "person.opened", s); err == nil {
			b.Fatal("a reading that could not be noted went through")
		}
		b.must(b.keep.Audit().NoteRead(b.ctx, v, "person.opened", s))
		if r := b.whole(); r.Rows != 2 {
			b.Errorf("%d rows, want the reading and the opening of the chain", r.Rows)
		}
	})
}

func TestHistoryIsForThoseWhoMayShowIt(t *testing.T) {
	each(t, func(b *bench) {
		v := b.mediator()
		s := b.note(v, 3)[1]
		read := func(v access.Viewer) (list []access.Entry, err error) {
			err = b.db.View(b.ctx, func(ctx context.Context, tx db.Tx) (err error) {
				list, err = b.keep.Audit().History(ctx, tx, v, s)
				return err
			})
			return list, err
		}
		got, err := read(v)
		b.must(err)
		want := []access.Entry{{
			Organisation: b.org, Seq: 2, At: b.clock.now(), Account: v.Account(), Worker: v.Worker(), Act: "person.opened", Subject: s,
		}}
		if diff := cmp.Diff(want, got); diff != "" {
			b.Errorf("history (-want +got):\n%s", diff)
		}
		as := func(org id.ID, role access.Role) access.Viewer {
			return access.NewViewer(id.New(), "", org, []access.Grant{{Organisation: org, Role: role}})
		}
		_, err = read(as(b.org, access.Volunteer))
		b.refused(err, "access.not_yours")
		got, err = read(as(id.New(), access.Mediator))
		b.must(err)
		if len(got) != 0 {
			b.Error("another organisation sees who read the file")
		}
		b.must(b.db.View(b.ctx, func(ctx context.Context, tx db.Tx) error {
			admin := as(b.org, access.Administrator)
			newest, err := b.keep.Audit().Journal(ctx, tx, admin, 0, 2)
			if err != nil || len(newest) != 2 || newest[0].Seq != 3 {
				b.Errorf("journal: %v, %v", newest, err)
			}
			older, err := b.keep.Audit().Journal(ctx, tx, admin, newest[1].Seq, 2)
			if err != nil || len(older) != 1 || older[0].Seq != 1 {
				b.Errorf("older journal: %v, %v", older, err)
			}
			_, err = b.keep.Audit().Journal(ctx, tx, v, 0, 2)
			b.refused(err, "access.not_yours")
			return nil
		}))
	})
}

func TestTheProgramItselfCannotEditTheAudit(t *testing.T) {
	each(t, func(b *bench) {
		b.note(b.mediator(), 3)
		for _, query := range []string{`UPDATE audit SET act = 'x.y'`, `DELETE FROM audit WHERE seq = 3`} {
			err := b.db.Update(b.ctx, func(ctx context.Context, tx db.Tx) error {
				_, err := tx.NewRaw(query).Exec(ctx)
				return err
			})
			if !db.RefusedBy(err, "audit_kept") {
				b.Errorf("%s: got %v", query, err)
			}
		}
		b.whole()
	})
}

func TestOldRowsAreCutAndTheRestStaysWhole(t *testing.T) {
	each(t, func(b *bench) {
		v := b.mediator()
		b.note(v, 5)
		b.clock.pass(400 * 24 * time.Hour)
		s := b.note(v, 3)[0]
		before := b.clock.now().AddDate(-1, 0, 0)
		n, err := b.keep.Audit().Prune(b.ctx, before)
		b.must(err)
		if n != 6 {
			b.Errorf("%d rows cut, want 5 and the opening of the chain", n)
		}
		r := b.whole()
		// Three kept, one for each of the two cuts, one that names the chain again.
		if r.Rows != 6 {
			b.Errorf("%d rows kept, want 6", r.Rows)
		}
		n, err = b.keep.Audit().Prune(b.ctx, before)
		b.must(err)
		if n != 0 {
			b.Errorf("cut again: %d rows", n)
		}
		b.note(v, 2)
		b.whole()
		b.must(b.db.View(b.ctx, func(ctx context.Context, tx db.Tx) error {
			list, err := b.keep.Audit().History(ctx, tx, v, s)
			if err != nil || len(list) != 1 {
				b.Errorf("what was kept: %v, %v", list, err)
			}
			return nil
		}))
		// All of it can be cut.
		b.clock.pass(time.Hour)
		_, err = b.keep.Audit().Prune(b.ctx, b.clock.now())
		b.must(err)
		b.whole()
	})
}
