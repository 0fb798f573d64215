// SPDX-License-Identifier: Apache-2.0

package accounts_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/network"
	"escale/internal/web"
	"escale/internal/web/admin/accounts"
	"escale/internal/web/desk/enter/entertest"
	"escale/internal/web/shared/webtest"
)

var other = id.New()

// newHouse is a house whose network has two organisations: that of the house
// under test, and other.
func newHouse(t *testing.T) *entertest.House {
	t.Helper()
	h := entertest.New(t, func(h *entertest.House) []web.Route {
		return accounts.Routes(h.Lib, accounts.Needs{Keeper: h.Keep, Organisations: func(context.Context) ([]network.Organisation, error) {
			return []network.Organisation{{ID: h.Org, Name: "Maison des Halles"}, {ID: other, Name: "CCAS de Blain"}}, nil
		}})
	})
	h.Must(h.DB.Update(t.Context(), func(ctx context.Context, tx db.Tx) error {
		for organisation, name := range map[id.ID]string{h.Org: "Maison des Halles", other: "CCAS de Blain"} {
			if _, err := network.AddOrganisation(ctx, tx, access.Operator(), network.Organisation{ID: organisation, Name: name, Kind: "CCAS"}); err != nil {
				return err
			}
		}
		return nil
	}))
	return h
}

// helper makes the open account of a worker, with a role in the organisation of
// the house; totp is the secret of its second factor, if any.
func helper(h *entertest.House, login string, role access.Role, totp string) id.ID {
	h.Helper()
	return helperOf(h, "Camille Essai", login, totp, access.Grant{Organisation: h.Org, Role: role})
}

// helperOf makes the open account of a worker called name, member of the
// organisation of the first of her grants.
func helperOf(h *entertest.House, name, login, totp string, grants ...access.Grant) id.ID {
	h.Helper()
	worker := network.Worker{ID: id.New(), Name: name, Kind: "volunteer"}
	h.Must(h.DB.Update(h.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := network.AddWorker(ctx, tx, access.Operator(), worker, grants[0].Organisation, clock.DateOf(tx.Now.Time))
		return err
	}))
	account, _, err := h.Keep.CreateAccount(h.Context(), access.Operator(), access.NewAccount{
		Login: login, Name: name, Worker: worker.ID, Password: entertest.Password, TOTPSecret: totp, Grants: grants,
	})
	h.Must(err)
	return account
}

func TestTemplates(t *testing.T) {
	h := newHouse(t)
	webtest.Types(t, h.Lib)
	webtest.Sentences(t, h.Lib)
}

// find gives an account as the house knows it.
func find(h *entertest.House, account id.ID) access.Account {
	h.Helper()
	list, err := h.Keep.Accounts(context.Background(), access.Operator())
	h.Must(err)
	for _, a := range list {
		if a.ID == account {
			return a
		}
	}
	h.Fatalf("no account %s", account)
	return access.Account{}
}

func path(account id.ID, rest string) string { return "/comptes/" + string(account) + rest }

func TestOnlyWhoKeepsAccounts(t *testing.T) {
	h := newHouse(t)
	account := helper(h, "odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile")
	for _, p := range []string{"/comptes", "/comptes/nouveau", path(account, ""), path(account, "/droit"), path(account, "/nom"), path(account, "/fermer")} {
		b.Get(p)
		b.Wants(http.StatusForbidden, "Peuvent le faire : administration")
	}
	for _, p := range []string{"/comptes/nouveau", path(account, "/droit"), path(account, "/retrait"), path(account, "/lien"), path(account, "/telephone"), path(account, "/nom"), path(account, "/fermer")} {
		b.Send(p, "cle", string(id.New()))
		b.Wants(http.StatusForbidden)
	}
	if find(h, account).Status != access.AccountOpen {
		t.Error("the account changed")
	}
}

var linkShown = regexp.MustCompile(`http://example\.com(/lien/[A-Za-z0-9_-]{43})`)

func TestInviting(t *testing.T) {
	h := newHouse(t)
	b := h.Administrator("Alix Tenante", "alix", access.House)
	b.Get("/comptes")
	b.Wants(http.StatusOK, "1 compte", "Alix Tenante", "Toute la maison : administration", "mardi 24 novembre", "Ouvert")
	b.Get("/comptes/nouveau")
	b.Wants(http.StatusOK, "Invitez une personne", "Maison des Halles", "CCAS de Blain", "N'ouvre pas de fiche")

	b.Send("/comptes/nouveau", "nom", "Inès Martin", "identifiant", "i m")
	b.Wants(http.StatusUnprocessableEntity, "2 choses à revoir", "Choisissez une structure", "Choisissez ce que la personne fera")
	b.Send("/comptes/nouveau", "nom", "", "identifiant", "i m a", "structure", string(h.Org), "role", "volunteer")
	b.Wants(http.StatusUnprocessableEntity, "sans espace", "Écrivez le prénom et le nom")
	b.Send("/comptes/nouveau", "nom", "Inès Martin", "identifiant", "ines@exemple.org", "structure", string(h.Org), "role", "queen")
	b.Wants(http.StatusUnprocessableEntity, "Choisissez un rôle et une structure")

	b.Send("/comptes/nouveau", "nom", "Inès Martin", "identifiant", "ines@exemple.org", "structure", string(h.Org), "role", "volunteer")
	b.Wants(http.StatusOK, "Le lien de Inès Martin", "ne sera plus montré", "vendredi 27 novembre, 10 h 20")
	if b.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the link may be kept: %q", b.Header.Get("Cache-Control"))
	}
	link := linkShown.FindStringSubmatch(b.Body)
	if link == nil {
		t.Fatal("the page shows no link")
	}
	b.Send("/comptes/nouveau", "nom", "Autre", "identifiant", "INES@exemple.org", "structure", string(h.Org), "role", "volunteer")
	b.Wants(http.StatusUnprocessableEntity, "déjà pris")
	b.Get("/comptes")
	b.Wants(http.StatusOK, "2 comptes", "Lien pas encore utilisé", "Maison des Halles : bénévolat", "Pas encore")

	guest := h.Browser()
	guest.Get(link[1])
	guest.Wants(http.StatusOK, "Bienvenue, Inès Martin")
}

func TestRights(t *testing.T) {
	h := newHouse(t)
	b := h.Administrator("Alix Tenante", "alix", access.House)
	account := helper(h, "odile", access.Volunteer, "")
	b.Get(path(account, "/droit"))
	b.Wants(http.StatusOK, "Donnez un droit à Camille Essai")
	b.Send(path(account, "/droit"), "structure", string(other), "role", "reception", "jusqu_au", "demain")
	b.Wants(http.StatusUnprocessableEntity, "Écrivez la date")
	b.Send(path(account, "/droit"), "structure", string(h.Org), "role", "volunteer")
	b.Wants(http.StatusUnprocessableEntity, "déjà ce rôle")
	b.Send(path(account, "/droit"), "structure", string(other), "role", "reception", "jusqu_au", "2026-11-01")
	b.Wants(http.StatusUnprocessableEntity, "une fin après le début")
	b.Post(path(account, "/droit"), "structure", string(other), "role", "reception", "jusqu_au", "2026-12-03")
	b.Wants(http.StatusOK, "Le droit est donné", "CCAS de Blain", "Jusqu'au 4 décembre 2026, 0 h")
	b.Send(path(account, "/droit"), "structure", string(other), "role", "administrator")
	b.Wants(http.StatusUnprocessableEntity, "Qui tient les comptes n'ouvre pas de dossier")

	grants := find(h, account).Grants
	if len(grants) != 2 {
		t.Fatalf("grants: %+v", grants)
	}
	for _, g := range grants {
		b.Post(path(account, "/retrait"), "droit", string(g.ID))
		b.Wants(http.StatusOK, "Le droit est retiré")
	}
	b.Wants(http.StatusOK, "Aucun droit pour le moment")
	b.Post(path(account, "/retrait"), "droit", string(grants[0].ID)) // sent twice
	b.Wants(http.StatusOK, "Le droit est retiré")
}

// A right is ended from the page of its own account only.
func TestRightsOfAnotherAccountStay(t *testing.T) {
	h := newHouse(t)
	b := h.Administrator("Alix Tenante", "alix", access.House)
	one, two := helper(h, "odile", access.Volunteer, ""), helper(h, "yann", access.Volunteer, "")
	b.Post(path(one, "/retrait"), "droit", string(find(h, two).Grants[0].ID))
	if len(find(h, two).Grants) != 1 {
		t.Error("the right of another account ended")
	}
}

func TestNewLinkAndLostTelephone(t *testing.T) {
	h := newHouse(t)
	b := h.Administrator("Alix Tenante", "alix", access.House)
	account := helper(h, "nadia", access.Mediator, entertest.Secret)
	b.Get(path(account, ""))
	b.Wants(http.StatusOK, "Relié : un code est demandé", "Délier son téléphone", "médiation numérique", "Depuis le 24 novembre 2026")
	b.Send(path(account, "/lien"))
	b.Wants(http.StatusOK, "choisir un nouveau mot de passe")
	if !linkShown.MatchString(b.Body) {
		t.Error("the page shows no link")
	}
	b.Post(path(account, "/telephone"))
	b.Wants(http.StatusOK, "Le téléphone est délié", "Pas relié")
	if strings.Contains(b.Body, "Délier son téléphone") {
		t.Error("a telephone that is not tied can be untied")
	}
}

func TestRenaming(t *testing.T) {
	h := newHouse(t)
	b := h.Administrator("Alix Tenante", "alix", access.House)
	account := helper(h, "odile", access.Volunteer, "")
	version := fmt.Sprint(find(h, account).Version)
	b.Get(path(account, "/nom"))
	b.Wants(http.StatusOK, "Changez le nom ou l'identifiant")
	b.Send(path(account, "/nom"), "version", version, "nom", "Odile B.", "identifiant", "al ix")
	b.Wants(http.StatusUnprocessableEntity, "sans espace")
	b.Send(path(account, "/nom"), "version", version, "nom", "Odile B.", "identifiant", "alix")
	b.Wants(http.StatusUnprocessableEntity, "déjà pris")
	b.Post(path(account, "/nom"), "version", version, "nom", "Odile B.", "identifiant", "odile.b")
	b.Wants(http.StatusOK, "Odile B.", "Le nom et l'identifiant sont gardés")
	b.Send(path(account, "/nom"), "version", version, "nom", "Odile Berger", "identifiant", "odile")
	b.Wants(http.StatusConflict, "Quelqu'un a modifié", "Odile Berger", "Odile B.")
}

func TestClosing(t *testing.T) {
	h := newHouse(t)
	b := h.Administrator("Alix Tenante", "alix", access.House)
	account := helper(h, "odile", access.Volunteer, "")
	in := h.Browser()
	in.Enter("odile")
	b.Get(path(account, "/fermer"))
	b.Wants(http.StatusOK, "Fermer le compte de Camille Essai ?", "Ne rien changer")
	for range 2 { // sent twice does no harm
		b.Post(path(account, "/fermer"))
		b.Wants(http.StatusOK, "Le compte est fermé", "Fermé le", "24 novembre 2026", "Rouvrir avec un lien")
	}
	if find(h, account).Status != access.AccountClosed {
		t.Error("the account is open")
	}
	in.Get("/comptes")
	in.Wants(http.StatusOK, "Votre identifiant")
	b.Get("/comptes")
	b.Wants(http.StatusOK, "1 compte")
	b.Get("/comptes?etat=fermes")
	b.Wants(http.StatusOK, "Camille Essai", "Fermé")
	b.Send(path(account, "/lien"))
	b.Wants(http.StatusOK, "Le compte est prêt")
	b.Get(path(account, ""))
	b.Wants(http.StatusOK, "Lien pas encore utilisé")
}

// The last one who keeps the house stays, and nobody changes her own rights.
func TestOwnAccount(t *testing.T) {
	h := newHouse(t)
	b := h.Administrator("Alix Tenante", "alix", access.House)
	list, err := h.Keep.Accounts(context.Background(), access.Operator())
	h.Must(err)
	own := list[0]
	b.Get(path(own.ID, ""))
	b.Wants(http.StatusOK, "C'est votre compte")
	for _, never := range []string{"Fermer ce compte", "Retirer", "Donner un droit"} {
		if strings.Contains(b.Said(), never) {
			t.Errorf("one's own page offers %q", never)
		}
	}
	b.Send(path(own.ID, "/fermer"), "cle", string(id.New()))
	b.Wants(http.StatusUnprocessableEntity, "C'est la dernière personne qui tient les comptes")
	b.Send(path(own.ID, "/retrait"), "droit", string(own.Grants[0].ID))
	b.Wants(http.StatusUnprocessableEntity, "C'est la dernière personne qui tient les comptes")
	b.Send(path(own.ID, "/droit"), "structure", string(h.Org), "role", "coordinator")
	b.Wants(http.StatusUnprocessableEntity, "Demandez à une autre personne")
}

// Whoever keeps one organisation sees its accounts only, and changes nothing that
// others keep too.
func TestKeepingOneOrganisation(t *testing.T) {
	h := newHouse(t)
	b := h.Administrator("Alix Tenante", "alix", h.Org)
	elsewhere := helperOf(h, "Yann Ailleurs", "yann", "", access.Grant{Organisation: other, Role: access.Volunteer})
	both := helperOf(h, "Maud Partout", "maud", "", access.Grant{Organisation: h.Org, Role: access.Volunteer}, access.Grant{Organisation: other, Role: access.Volunteer})
	b.Get("/comptes?etat=tous")
	b.Wants(http.StatusOK, "2 comptes", "Maud Partout")
	for _, never := range []string{"Yann Ailleurs", "CCAS de Blain"} {
		if strings.Contains(b.Said(), never) {
			t.Errorf("the list shows %q", never)
		}
	}
	b.Get(path(elsewhere, ""))
	b.Wants(http.StatusNotFound)
	b.Send(path(elsewhere, "/fermer"), "cle", string(id.New()))
	b.Wants(http.StatusNotFound)
	for _, rest := range []string{"/fermer", "/lien", "/telephone"} {
		b.Send(path(both, rest), "cle", string(id.New()))
		b.Wants(http.StatusUnprocessableEntity, "Cette personne a aussi des droits ailleurs")
	}
	b.Get("/comptes/nouveau")
	if strings.Contains(b.Said(), "CCAS de Blain") || strings.Contains(b.Said(), "Toute la maison") {
		t.Error("she may choose an organisation she does not keep")
	}
	b.Send("/comptes/nouveau", "nom", "Inès Martin", "identifiant", "ines", "structure", string(other), "role", "volunteer")
	b.Wants(http.StatusUnprocessableEntity, "n'est pas ouverte à votre compte")
}

func TestSleepingAccounts(t *testing.T) {
	h := newHouse(t)
	helper(h, "odile", access.Volunteer, "")
	h.Browser().Enter("odile")
	helperOf(h, "Jamais Venu", "jamais", "", access.Grant{Organisation: h.Org, Role: access.Volunteer})
	h.Pass(155 * 24 * time.Hour) // 28 April 2027: five months and four days
	b := h.Administrator("Alix Tenante", "alix", access.House)
	b.Get("/comptes?etat=endormis")
	b.Wants(http.StatusOK, "1 compte", "Camille Essai", "Sans visite : se ferme lundi 24 mai")
	h.Pass(30 * 24 * time.Hour)
	b = h.Browser()
	b.Enter("alix")
	b.Send("/entrer/code", "code", h.Code(entertest.Secret))
	b.Get("/comptes")
	b.Wants(http.StatusOK, "Sans visite depuis plus de 6 mois")
}

func TestLongList(t *testing.T) {
	h := newHouse(t)
	for i := range 300 {
		_, _, err := h.Keep.CreateAccount(context.Background(), access.Operator(), access.NewAccount{
			Login: fmt.Sprintf("personne%03d", i), Name: fmt.Sprintf("Éloïse N%03d", i), Worker: id.New(),
			Grants: []access.Grant{{Organisation: h.Org, Role: access.Volunteer}},
		})
		h.Must(err)
	}
	b := h.Administrator("Alix Tenante", "alix", access.House)
	b.Get("/comptes")
	b.Wants(http.StatusOK, "301 comptes", "Comptes 1 à 50, sur 301", "Page suivante", "N000")
	if got := strings.Count(b.Body, `<th scope="row">`); got != 50 {
		t.Errorf("%d rows, want 50", got)
	}
	b.Get("/comptes?page=7&q=eloise")
	b.Wants(http.StatusOK, "Comptes 251 à 300, sur 300") // beyond the end: the last page
	b.Get("/comptes?page=7")
	b.Wants(http.StatusOK, "Comptes 301 à 301", "Page précédente")
	b.Get("/comptes?q=" + url.QueryEscape("eloise n12"))
	b.Wants(http.StatusOK, "10 comptes", "N129")
	b.Get("/comptes?q=introuvable&etat=bizarre&page=-4")
	b.Wants(http.StatusOK, "0 compte", "Pas de compte ici")
}

func TestUnknownAccounts(t *testing.T) {
	h := newHouse(t)
	b := h.Administrator("Alix Tenante", "alix", access.House)
	for _, wrong := range []string{"/comptes/" + string(id.New()), "/comptes/1", "/comptes/" + string(id.New()) + "/fermer"} {
		b.Get(wrong)
		b.Wants(http.StatusNotFound)
	}
}
