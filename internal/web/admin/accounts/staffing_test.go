// SPDX-License-Identifier: Apache-2.0

package accounts_test

import (
	"context"
	"net/http"
	"testing"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/web/desk/enter/entertest"
	"escale/internal/web/shared/webtest"
)

// byLogin gives the account of login, nil when there is none.
func byLogin(h *entertest.House, login string) *access.Account {
	h.Helper()
	list, err := h.Keep.Accounts(h.Context(), access.Operator())
	h.Must(err)
	for _, a := range list {
		if a.Login == login {
			return &a
		}
	}
	return nil
}

// workers gives who works in organisation today.
func workers(h *entertest.House, organisation id.ID) (list []network.Worker) {
	h.Helper()
	h.Must(h.DB.View(h.Context(), func(ctx context.Context, tx db.Tx) (err error) {
		list, err = network.WorkersOf(ctx, tx, organisation, clock.DateOf(webtest.Now))
		return err
	}))
	return list
}

// Who is invited to work somewhere is a worker there from the same gesture on,
// of the kind of her role. Who keeps accounts is none.
func TestInvitingMakesAWorker(t *testing.T) {
	kinds := map[access.Role]string{
		access.Mediator: "digital_mediator", access.SocialWorker: "social_worker", access.Reception: "reception",
		access.Volunteer: "volunteer", access.Coordinator: "coordinator", access.Funder: "funder", access.Administrator: "",
	}
	known := map[string]bool{}
	for _, k := range network.WorkerKinds() {
		known[k.Code] = true
	}
	// The whole house is kept by one, a single organisation by the other.
	for name, keeps := range map[string]func(h *entertest.House) id.ID{
		"house":        func(*entertest.House) id.ID { return access.House },
		"organisation": func(h *entertest.House) id.ID { return h.Org },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			b := h.Administrator("Alix Tenante", "alix", keeps(h))
			for _, role := range access.Roles {
				before := len(workers(h, h.Org))
				b.Send("/comptes/nouveau", "nom", "Inès Martin", "identifiant", "ines."+string(role), "structure", string(h.Org), "role", string(role))
				b.Wants(http.StatusOK, "Le lien de Inès Martin")
				account, after := byLogin(h, "ines."+string(role)), workers(h, h.Org)
				if kinds[role] == "" {
					if account.Worker != "" || len(after) != before {
						t.Errorf("%s: worker %q, %d workers after %d", role, account.Worker, len(after), before)
					}
					continue
				}
				found := false
				for _, w := range after {
					if w.ID == account.Worker {
						found = w.Name == "Inès Martin" && w.Kind == kinds[role] && known[w.Kind] && !w.Listed
					}
				}
				if !found || len(after) != before+1 {
					t.Errorf("%s: worker %q among %+v", role, account.Worker, after)
				}
			}
		})
	}
}

// A refused account leaves no worker behind.
func TestRefusedAccountLeavesNoWorker(t *testing.T) {
	h := newHouse(t)
	b := h.Administrator("Alix Tenante", "alix", access.House)
	helper(h, "odile", access.Volunteer, "")
	before := len(workers(h, h.Org))
	b.Send("/comptes/nouveau", "nom", "Autre", "identifiant", "ODILE", "structure", string(h.Org), "role", "volunteer")
	b.Wants(http.StatusUnprocessableEntity, "déjà pris")
	b.Send("/comptes/nouveau", "nom", "Autre", "identifiant", "autre", "structure", string(id.New()), "role", "volunteer")
	b.Wants(http.StatusUnprocessableEntity, "Choisissez une structure")
	b.Send("/comptes/nouveau", "nom", "Autre", "identifiant", "autre", "structure", string(access.House), "role", "volunteer")
	b.Wants(http.StatusUnprocessableEntity, "Ce rôle se tient dans une structure")
	if byLogin(h, "autre") != nil {
		t.Error("the account was made")
	}
	if after := len(workers(h, h.Org)); after != before {
		t.Errorf("%d workers after %d", after, before)
	}
}

// A role elsewhere makes the same worker a member there, once.
func TestARightElsewhereJoins(t *testing.T) {
	h := newHouse(t)
	b := h.Administrator("Alix Tenante", "alix", access.House)
	account := helper(h, "odile", access.Volunteer, "")
	worker := find(h, account).Worker
	for _, role := range []string{"reception", "volunteer"} {
		b.Post(path(account, "/droit"), "structure", string(other), "role", role)
		b.Wants(http.StatusOK, "Le droit est donné")
		if there := workers(h, other); len(there) != 1 || there[0].ID != worker {
			t.Fatalf("%s: workers of the other organisation: %+v", role, there)
		}
	}
	if find(h, account).Worker != worker {
		t.Error("she became someone else")
	}
	b.Send(path(account, "/droit"), "structure", string(id.New()), "role", "volunteer")
	b.Wants(http.StatusUnprocessableEntity, "Choisissez une structure")
}

// An account made before it had anything to note becomes a worker with its first
// role that notes.
func TestARightMakesAWorker(t *testing.T) {
	h := newHouse(t)
	b := h.Administrator("Alix Tenante", "alix", access.House)
	account, _, err := h.Keep.CreateAccount(h.Context(), access.Operator(), access.NewAccount{Login: "odile", Name: "Odile Essai"})
	h.Must(err)
	b.Post(path(account, "/droit"), "structure", string(h.Org), "role", "mediator")
	b.Wants(http.StatusOK, "Le droit est donné")
	there := workers(h, h.Org)
	if len(there) != 1 || there[0].ID != find(h, account).Worker || there[0].Name != "Odile Essai" || there[0].Kind != "digital_mediator" {
		t.Errorf("workers: %+v", there)
	}
}
