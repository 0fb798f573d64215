// SPDX-License-Identifier: Apache-2.0

package self_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/desk/enter/entertest"
	"escale/internal/web/desk/self"
	"escale/internal/web/shared/webtest"
)

var other = id.New()

// newHouse has two named organisations.
func newHouse(t *testing.T) *entertest.House {
	t.Helper()
	return entertest.New(t, func(h *entertest.House) []web.Route {
		organisations := func(context.Context) ([]network.Organisation, error) {
			return []network.Organisation{{ID: h.Org, Name: "Maison des Halles"}, {ID: other, Name: "CCAS de Blain"}}, nil
		}
		return self.Routes(h.Lib, h.Door(), organisations)
	})
}

func TestTemplates(t *testing.T) {
	h := newHouse(t)
	webtest.Types(t, h.Lib)
	webtest.Sentences(t, h.Lib)
}

func TestOwnAccount(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Get("/moi")
	b.Wants(http.StatusOK, "Votre identifiant") // nobody is in
	b.Enter("odile")
	b.Get("/moi")
	b.Wants(http.StatusOK, "Camille Essai", "Votre structure", "Maison des Halles", "bénévolat", "noter un besoin, voir votre journée et noter un accompagnement",
		"Pas relié", "Relier mon téléphone", "Choisir un code court")
	if strings.Contains(b.Body, "fiche d'une personne") {
		t.Error("a volunteer reads that she may open a file")
	}
}

func TestAccountWithoutRights(t *testing.T) {
	h := newHouse(t)
	account := h.Account("odile", access.Volunteer, "")
	end(h, account)
	b := h.Browser()
	b.Enter("odile")
	b.Get("/moi")
	b.Wants(http.StatusOK, "Votre compte n'a pas encore de droit")
}

// end ends every right of an account.
func end(h *entertest.House, account id.ID) {
	h.Helper()
	list, err := h.Keep.Accounts(context.Background(), access.Operator())
	h.Must(err)
	for _, a := range list {
		for _, g := range a.Grants {
			if a.ID == account {
				h.Must(h.Keep.End(context.Background(), access.Operator(), g.ID))
			}
		}
	}
}

func TestActingForAnotherOrganisation(t *testing.T) {
	h := newHouse(t)
	h.AccountOf("Camille Essai", "odile", "", access.Grant{Organisation: h.Org, Role: access.Volunteer}, access.Grant{Organisation: other, Role: access.Funder})
	b := h.Browser()
	b.Enter("odile")
	b.Get("/moi")
	b.Wants(http.StatusOK, "Vos 2 structures")
	acting := func() id.ID {
		s, err := h.Keep.Look(context.Background(), b.Cookies["escale"].Value)
		h.Must(err)
		return s.Viewer.Organisation()
	}
	for _, org := range []id.ID{other, h.Org} {
		b.Post("/moi/structure", "structure", string(org))
		b.Wants(http.StatusOK, "Vous agissez maintenant pour cette structure")
		if acting() != org {
			t.Fatalf("acts for %s, want %s", acting(), org)
		}
	}
	for _, org := range []string{string(id.New()), "", "x", string(access.House)} {
		b.Post("/moi/structure", "structure", org)
		b.Wants(http.StatusOK, "Vous n'avez plus de droit dans cette structure")
		if acting() != h.Org {
			t.Fatalf("%q was accepted", org)
		}
	}
}

func TestChangingThePassword(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b, elsewhere := h.Browser(), h.Browser()
	b.Enter("odile")
	elsewhere.Enter("odile")
	const chosen = "quatre mots bien choisis"
	b.Get("/moi/mot-de-passe")
	b.Wants(http.StatusOK, "Tous vos écrans se fermeront")
	b.Send("/moi/mot-de-passe", "mot_de_passe", entertest.Password, "nouveau_mot_de_passe", chosen, "encore", chosen+"x")
	b.Wants(http.StatusUnprocessableEntity, "différents")
	b.Send("/moi/mot-de-passe", "mot_de_passe", "pas le bon mot", "nouveau_mot_de_passe", chosen, "encore", chosen)
	b.Wants(http.StatusUnprocessableEntity, "Ce n'est pas votre mot de passe actuel")
	b.Send("/moi/mot-de-passe", "mot_de_passe", entertest.Password, "nouveau_mot_de_passe", "camille essai", "encore", "camille essai")
	b.Wants(http.StatusUnprocessableEntity, "sans votre nom")
	if strings.Contains(b.Body, entertest.Password) {
		t.Error("the page gives a password back")
	}
	b.Post("/moi/mot-de-passe", "mot_de_passe", entertest.Password, "nouveau_mot_de_passe", chosen, "encore", chosen)
	b.Wants(http.StatusOK, "Votre mot de passe est changé", "Votre identifiant")
	elsewhere.Get("/moi")
	elsewhere.Wants(http.StatusOK, "Votre identifiant")
	b.Post("/entrer", "identifiant", "odile", "mot_de_passe", chosen, "suite", "/moi")
	b.Wants(http.StatusOK, "Camille Essai")
}

func TestGuessingThePresentPasswordWaits(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile")
	for range 5 {
		b.Send("/moi/code-court", "mot_de_passe", "pas le bon mot", "code", "4827")
		b.Wants(http.StatusUnprocessableEntity)
	}
	b.Send("/moi/code-court", "mot_de_passe", entertest.Password, "code", "4827")
	b.Wants(http.StatusTooManyRequests, "Trop d'essais")
	if b.Header.Get("Retry-After") == "" {
		t.Error("programs are not told until when")
	}
}

func TestShortCode(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile")
	b.Get("/moi/code-court")
	b.Wants(http.StatusOK, "Choisissez un code court")
	if strings.Contains(b.Body, "retirer") {
		t.Error("a code that is not there can be taken away")
	}
	for code, want := range map[string]string{"": "de 4 à 8 chiffres", "12": "de 4 à 8 chiffres", "1234": "ne se suivent pas"} {
		b.Send("/moi/code-court", "mot_de_passe", entertest.Password, "code", code)
		b.Wants(http.StatusUnprocessableEntity, want)
	}
	b.Post("/moi/code-court", "mot_de_passe", entertest.Password, "code", "4827")
	b.Wants(http.StatusOK, "Votre code court est gardé", "Changer ou retirer le code court")
	h.Pass(11 * time.Minute)
	b.Get("/moi")
	b.Wants(http.StatusOK, "Votre code court, ou votre mot de passe")
	b.Post("/entrer/verrou", "secret", "4827", "suite", "/moi/code-court")
	b.Wants(http.StatusOK, "Retirer le code court")
	b.Post("/moi/code-court", "mot_de_passe", entertest.Password, "retirer", "1")
	b.Wants(http.StatusOK, "Votre code court est retiré", "Pas choisi")
}

// Answers sent from a screen that locked meanwhile are kept, secrets apart.
func TestLockedMeanwhile(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile")
	h.Pass(11 * time.Minute)
	b.Send("/moi/structure", "structure", string(other), "cle", string(id.New()))
	b.Wants(http.StatusUnauthorized, "L'écran s'est verrouillé")
	if !strings.Contains(b.Body, string(other)) {
		t.Error("the answer is lost")
	}
}
