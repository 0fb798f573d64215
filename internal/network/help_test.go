// SPDX-License-Identifier: Apache-2.0

package network_test

import (
	"context"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
)

var (
	noon = time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)
	day  = clock.Date{Year: 2026, Month: time.November, Day: 24}
)

// viewer acts for organisation as role, without being a worker.
func viewer(organisation id.ID, role access.Role) access.Viewer {
	return access.NewViewer(id.New(), "", organisation, []access.Grant{{Organisation: organisation, Role: role}})
}

// must runs f in a write transaction and fails the test on any error.
func must(t *testing.T, d *db.DB, f func(ctx context.Context, tx db.Tx) error) {
	t.Helper()
	if err := d.Update(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

// house is an organisation at the top of a tree, its coordinator and one place.
type house struct {
	org         id.ID
	coordinator access.Viewer
	place       network.Place
}

func newHouse(t *testing.T, d *db.DB) house {
	t.Helper()
	h := house{org: id.New()}
	h.coordinator = viewer(h.org, access.Coordinator)
	must(t, d, func(ctx context.Context, tx db.Tx) error {
		if _, err := network.AddOrganisation(ctx, tx, h.coordinator, network.Organisation{ID: h.org, Name: "Maison", Kind: "ASSO"}); err != nil {
			return err
		}
		var err error
		h.place, err = network.AddPlace(ctx, tx, h.coordinator, fullPlace(h.org))
		return err
	})
	return h
}

// fullPlace says something in every field, so that none can be lost unseen.
func fullPlace(org id.ID) network.Place {
	return network.Place{
		Organisation: org, Status: network.Active, Public: true, Name: "Médiathèque", Pivot: "21440109300015",
		Commune: "44109", CommuneName: "Nantes", PostalCode: "44000", Address: "1 rue de l’Exemple", AddressMore: "2e étage",
		Position: &network.Position{Lat: 47.218371, Lon: -1.553621}, Kinds: []string{"BIB"}, Phone: "+33240000000",
		Emails: []string{"accueil@exemple.fr"}, Websites: []string{"https://www.exemple.fr"}, Hours: "Mo-Fr 09:00-12:00",
		Summary: "Un lieu.", Detail: "Deux\nlignes", Source: "à la main", Roaming: []string{"Fixe"}, Parent: "Ville",
		UpdatedOn: day, Services: []string{"Aide aux démarches administratives"}, Publics: []string{"Jeunes"},
		Needs: []string{"Illettrisme"}, Fees: []string{"Gratuit"}, Programmes: []string{"France Services"},
		Trainings: []string{"Fabriques de Territoire"}, OtherLabels: []string{"Autre"}, Access: []string{"Se présenter"},
		Modes: []string{"En autonomie"}, AccessibilityURL: "https://acces.exemple.fr", BookingURL: "https://rdv.exemple.fr",
		BookingPhone: "3949", Can: []network.Sentence{{Text: "imprimer"}},
		Cannot:           []network.Sentence{{Text: "refaire sa carte d’identité", Instead: "à la mairie"}},
		ConfidentialRoom: "yes", Bring: "ses papiers", Enter: "une marche", Arrive: "tramway 1",
		Labels: []network.Label{{Label: "France Services", Holder: "Ville", State: network.Verified, From: day.AddDays(-400), Until: day.AddDays(400), Proof: "arrêté"}},
	}
}
