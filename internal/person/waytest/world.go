// SPDX-License-Identifier: Apache-2.0

// Package waytest gives the tests of the person's way (person, need, orientation,
// activity) a small world on a fresh store: two organisations with their keys,
// workers of each role, a place, and an audit that remembers what was noted and
// can be told to fail.
package waytest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
	"escale/internal/network"
)

// World is two organisations: Town (a social service) sends, Help (an
// association of digital mediation) receives.
type World struct {
	DB     *db.DB
	Ring   *seal.Ring
	Master seal.Master
	Audit  *Audit

	Town, Help id.ID
	Place      id.ID // of Help

	Social    access.Viewer // social worker of Town
	Reception access.Viewer // of Town
	Mediator  access.Viewer // of Help
	Colleague access.Viewer // another mediator of Help
	Volunteer access.Viewer // of Help
	Manager   access.Viewer // coordinator of Help
	TownLead  access.Viewer // coordinator of Town
	Admin     access.Viewer // administrator of Town: sees no person
	Nobody    access.Viewer // signed in nowhere
	Newcomer  id.ID         // a worker of Help without a grant
}

// Audit writes the real audit chain, remembers the acts, and fails when told to.
type Audit struct {
	real *access.Audit

	mu    sync.Mutex
	acts  []access.Act
	fails access.Act
}

// ErrInjected is what a failing audit returns.
var ErrInjected = errors.New("waytest: the audit fails, as told")

// Note is the person.Note of the world.
func (a *Audit) Note(ctx context.Context, tx db.Tx, v access.Viewer, act access.Act, s access.Subject) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if act == a.fails {
		return ErrInjected
	}
	a.acts = append(a.acts, act)
	return a.real.Note(ctx, tx, v, act, s)
}

// FailAt makes the audit fail at act from now on; the empty act mends it.
func (a *Audit) FailAt(act access.Act) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fails = act
}

// Take gives the acts noted since it was last called.
func (a *Audit) Take() []access.Act {
	a.mu.Lock()
	defer a.mu.Unlock()
	acts := a.acts
	a.acts = nil
	return acts
}

// New builds the world on d.
func New(t *testing.T, d *db.DB) *World {
	t.Helper()
	w := &World{DB: d, Master: seal.NewMaster(), Town: id.New(), Help: id.New(), Place: id.New()}
	w.Ring = seal.NewRing(w.Master)
	w.Audit = &Audit{real: access.NewAudit(d, w.Master)}
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		for org, name := range map[id.ID]string{w.Town: "Maison de la ville", w.Help: "Le Phare"} {
			if _, err := network.AddOrganisation(ctx, tx, builder(org), network.Organisation{ID: org, Name: name, Kind: "ASSO"}); err != nil {
				return err
			}
			if err := w.Ring.Make(ctx, tx, org); err != nil {
				return err
			}
		}
		_, err := network.AddPlace(ctx, tx, builder(w.Help), network.Place{
			ID: w.Place, Organisation: w.Help, Status: network.Active, Public: true, Name: "Maison des Halles",
			Commune: "44015", CommuneName: "Blain", PostalCode: "44130", Address: "2 place des Halles", Phone: "+33261910031",
		})
		return err
	})
	w.Social = w.worker(t, w.Town, access.SocialWorker)
	w.Reception = w.worker(t, w.Town, access.Reception)
	w.TownLead = w.worker(t, w.Town, access.Coordinator)
	w.Admin = w.worker(t, w.Town, access.Administrator)
	w.Mediator = w.worker(t, w.Help, access.Mediator)
	w.Colleague = w.worker(t, w.Help, access.Mediator)
	w.Volunteer = w.worker(t, w.Help, access.Volunteer)
	w.Manager = w.worker(t, w.Help, access.Coordinator)
	w.Newcomer = w.worker(t, w.Help).Worker()
	return w
}

// builder may build the network of org.
func builder(org id.ID) access.Viewer {
	return access.NewViewer(id.New(), id.New(), org, []access.Grant{{Organisation: org, Role: access.Coordinator}})
}

func (w *World) worker(t *testing.T, org id.ID, roles ...access.Role) access.Viewer {
	t.Helper()
	worker := id.New()
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		_, err := network.AddWorker(ctx, tx, builder(org), network.Worker{ID: worker, Name: "Camille Garnier", Kind: "digital_mediator"},
			org, clock.Date{Year: 2026, Month: 1, Day: 5})
		return err
	})
	var grants []access.Grant
	for _, r := range roles {
		grants = append(grants, access.Grant{Organisation: org, Role: r})
	}
	return access.NewViewer(id.New(), worker, org, grants)
}

// Try runs one gesture.
func (w *World) Try(f func(ctx context.Context, tx db.Tx) error) error {
	return w.DB.Update(context.Background(), f)
}

// Do runs one gesture that must succeed.
func (w *World) Do(t *testing.T, f func(ctx context.Context, tx db.Tx) error) {
	t.Helper()
	if err := w.Try(f); err != nil {
		t.Fatal(err)
	}
}

// Exec runs SQL as an attacker of the constraints would.
func (w *World) Exec(query string, args ...any) error {
	return w.Try(func(ctx context.Context, tx db.Tx) error {
		_, err := tx.NewRaw(query, args...).Exec(ctx)
		return err
	})
}

// Count gives the number of rows of table.
func (w *World) Count(t *testing.T, table string) int {
	t.Helper()
	var n int
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		return tx.NewRaw("SELECT count(*) FROM "+table).Scan(ctx, &n)
	})
	return n
}

// Tables lists the tables of the person's way and what their gestures write
// beside them.
var Tables = []string{
	"person", "need", "need_reach", "need_event", "conversation", "agreement", "mandate",
	"decision", "referral", "referral_event", "her_sheet", "activity", "booking", "booking_event", "audit",
}

// Snapshot counts the rows of every table of Tables, to compare before and after
// a gesture that must leave nothing.
func (w *World) Snapshot(t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, table := range Tables {
		counts[table] = w.Count(t, table)
	}
	return counts
}

// Leaks lists the columns of the given tables in which one of the secrets can be
// read, whatever their type: none must.
func (w *World) Leaks(t *testing.T, secrets []string, tables ...string) []string {
	t.Helper()
	var leaks []string
	w.Do(t, func(ctx context.Context, tx db.Tx) error {
		for _, table := range tables {
			rows, err := tx.QueryContext(ctx, "SELECT * FROM "+table)
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				values := make([]any, len(columns))
				for i := range values {
					values[i] = new(any)
				}
				if err := rows.Scan(values...); err != nil {
					return err
				}
				for i, v := range values {
					if raw := plain(*v.(*any)); slices.ContainsFunc(secrets, func(s string) bool { return strings.Contains(raw, s) }) {
						leaks = append(leaks, table+"."+columns[i])
					}
				}
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	return leaks
}

func plain(v any) string {
	if b, ok := v.([]byte); ok {
		return string(bytes.ToValidUTF8(b, []byte{'?'}))
	}
	return fmt.Sprint(v)
}
