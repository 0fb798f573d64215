// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/admin/journal"
	"escale/internal/web/desk/enter/entertest"
	"escale/internal/web/shared/webtest"
)

func newHouse(t *testing.T) *entertest.House {
	t.Helper()
	return entertest.New(t, func(h *entertest.House) []web.Route {
		return journal.Routes(h.Lib, journal.Needs{DB: h.DB, Keeper: h.Keep, Organisations: func(context.Context) ([]network.Organisation, error) {
			return []network.Organisation{{ID: h.Org, Name: "Maison des Halles"}}, nil
		}})
	})
}

// act writes n acts of a worker in the organisation under test.
func act(h *entertest.House, worker id.ID, n int, what access.Act, over string) {
	h.Helper()
	v := access.NewViewer(worker, "", h.Org, nil)
	h.Must(h.DB.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
		for range n {
			if err := h.Keep.Audit().Note(ctx, tx, v, what, access.Subject{Kind: over, ID: id.New()}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestTemplates(t *testing.T) {
	h := newHouse(t)
	webtest.Types(t, h.Lib)
	webtest.Sentences(t, h.Lib)
}

func TestOnlyWhoReadsTheAudit(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile")
	b.Get("/journal")
	b.Wants(http.StatusForbidden)
	b.Send("/journal/verifier")
	b.Wants(http.StatusForbidden)
}

func TestJournalOfOneOrganisation(t *testing.T) {
	h := newHouse(t)
	nadia := h.Account("nadia", access.Volunteer, "")
	b := h.Administrator("Alix Tenante", "alix", h.Org)
	act(h, nadia, 1, "person.read", "person")
	act(h, nadia, 1, "somewhere.done", "thing")
	act(h, id.New(), 1, "need.capture", "need")
	b.Get("/journal")
	b.Wants(http.StatusOK, "Maison des Halles", "mardi 24 novembre, 10 h 20", "Camille Essai", "Fiche lue", "Fiche, réf.",
		"somewhere.done", "thing, réf.", "Un compte d'une autre structure", "Besoin noté", "La ligne de commande", "Droit donné")
	if strings.Contains(b.Said(), "Entrée") {
		t.Error("the journal shows acts of another chain")
	}
	house := h.Administrator("Maud Maison", "maud", access.House)
	house.Get("/journal")
	house.Wants(http.StatusOK, "Toute la maison", "Entrée", "Maud Maison", "Journal ouvert")
	if strings.Contains(house.Said(), "Fiche lue") {
		t.Error("the journal of the house shows acts of an organisation")
	}
}

var older = regexp.MustCompile(`href="(/journal\?[^"]+)"`)

func rows(b *entertest.Browser) int { return strings.Count(b.Body, `<th scope="row">`) }

func TestPagesAndFilters(t *testing.T) {
	h := newHouse(t)
	nadia := h.Account("nadia", access.Volunteer, "") // the chain opens: one right given
	act(h, nadia, 3, "mandate.give", "mandate")
	h.Pass(48 * time.Hour)
	act(h, nadia, 120, "person.read", "person")
	b := h.Administrator("Alix Tenante", "alix", h.Org) // and one more
	b.Get("/journal")
	seen := rows(b)
	for pages := 1; ; pages++ {
		next := older.FindStringSubmatch(b.Body)
		if next == nil {
			if seen != 125 || pages != 3 {
				t.Errorf("%d acts on %d pages, want 125 on 3", seen, pages)
			}
			break
		}
		b.Get(next[1])
		seen += rows(b)
	}
	for query, want := range map[string]int{
		"?quoi=mandate": 3, "?quoi=grant": 2, "?quoi=person": 50, "?du=2026-11-26&quoi=mandate": 0, "?au=2026-11-24": 4, "?au=2026-11-23": 0,
		"?du=2026-11-24&au=2026-11-25": 4, "?du=hier": 50, "?quoi=inconnu": 50, "?avant=3": 2, "?avant=x": 50, "?avant=-7": 50,
	} {
		b.Get("/journal" + query)
		b.Wants(http.StatusOK)
		if got := rows(b); got != want {
			t.Errorf("%s shows %d acts, want %d", query, got, want)
		}
		if want == 0 {
			b.Wants(http.StatusOK, "Pas d'acte de ce genre", "Montrer tous les actes")
		}
	}
	b.Get("/journal?quoi=person")
	if next := older.FindStringSubmatch(b.Body); next == nil || !strings.Contains(next[1], "quoi=person") {
		t.Errorf("older acts are not chosen in the same way: %v", next)
	}
}

// A rare act far behind is looked for a stretch at a time, and not given up.
func TestRareActFarBehind(t *testing.T) {
	h := newHouse(t)
	nadia := h.Account("nadia", access.Volunteer, "")
	act(h, nadia, 1, "mandate.give", "mandate")
	act(h, nadia, 20_100, "person.read", "person")
	b := h.Administrator("Alix Tenante", "alix", h.Org)
	b.Get("/journal?quoi=mandate")
	b.Wants(http.StatusOK, "parmi les plus récents", "Actes plus anciens")
	b.Get(older.FindStringSubmatch(b.Body)[1])
	if rows(b) != 1 {
		t.Errorf("%d acts, want the one far behind", rows(b))
	}
}

func TestVerification(t *testing.T) {
	h := newHouse(t)
	nadia := h.Account("nadia", access.Volunteer, "")
	act(h, nadia, 3, "person.read", "person")
	b := h.Administrator("Alix Tenante", "alix", h.Org)
	b.Send("/journal/verifier", "cle", string(id.New()))
	b.Wants(http.StatusOK, "Le journal est entier", "rien n'a été changé", "Fiche lue")

	h.Must(h.DB.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.NewRaw(`DROP TRIGGER audit_kept_update`).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewRaw(`UPDATE audit SET act = 'person.find' WHERE organisation_id = ? AND seq = 3`, h.Org).Exec(ctx)
		return err
	}))
	b.Send("/journal/verifier", "cle", string(id.New()))
	b.Wants(http.StatusOK, "Le journal a été touché", "Maison des Halles. Ligne 3 : modifiée.")
}
