// SPDX-License-Identifier: Apache-2.0

package enter_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/id"
	"escale/internal/web"
	"escale/internal/web/desk/enter"
	"escale/internal/web/desk/enter/entertest"
	"escale/internal/web/shared/webtest"
)

// newHouse is a house whose pages only say that they opened.
func newHouse(t *testing.T) *entertest.House {
	t.Helper()
	return entertest.New(t, func(*entertest.House) []web.Route {
		return []web.Route{
			entertest.Plain("/aujourdhui", access.OwnDay), entertest.Plain("/demandes", access.CaptureNeed),
			entertest.Plain("/comptes", access.ManageAccounts), entertest.Plain("/moi", access.SignedIn),
		}
	})
}

func TestTemplates(t *testing.T) {
	h := newHouse(t)
	webtest.Types(t, h.Lib)
	webtest.Sentences(t, h.Lib)
}

func TestSignInLeadsWhereSheWasGoing(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Get("/demandes?commune=44015")
	b.Wants(http.StatusOK, "Entrez", "Votre identifiant")
	if b.At != "/entrer?suite="+url.QueryEscape("/demandes?commune=44015") {
		t.Fatalf("sent to %s", b.At)
	}
	for _, want := range []string{`autocomplete="username"`, `autocomplete="current-password"`, `value="/demandes?commune=44015"`} {
		if !strings.Contains(b.Body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	b.Post("/entrer", "identifiant", " Odile ", "mot_de_passe", entertest.Password, "suite", "/demandes?commune=44015")
	b.Wants(http.StatusOK, "ouvert /demandes?commune=44015")
	c := b.Cookies["escale"]
	if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 0 {
		t.Errorf("the cookie is %v", c)
	}
	b.Get("/entrer") // she is in already
	b.Wants(http.StatusOK, "ouvert /aujourdhui")
}

// An administrator has no day of her own: she lands on the first page she may open.
func TestLandingFollowsRights(t *testing.T) {
	h := newHouse(t)
	h.Account("alix", access.Administrator, entertest.Secret)
	b := h.Browser()
	b.Get("/aujourdhui")
	b.Enter("alix")
	b.Post("/entrer/code", "code", h.Code(entertest.Secret))
	b.Wants(http.StatusOK, "ouvert /comptes")

	h.Account("sans-page", access.Funder, "")
	b = h.Browser()
	b.Enter("sans-page")
	b.Wants(http.StatusOK, "ouvert /moi")
}

func TestRefusalsLookAlike(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	gone := h.Account("partie", access.Volunteer, "")
	h.Must(h.Keep.Close(context.Background(), access.Operator(), gone))
	_, _, err := h.Keep.CreateAccount(context.Background(), access.Operator(), access.NewAccount{
		Login: "invitee", Name: "Pas Encore", Worker: id.New(), Grants: []access.Grant{{Organisation: h.Org, Role: access.Volunteer}},
	})
	h.Must(err)
	var first string
	for _, try := range [][2]string{{"odile", "pas le bon mot"}, {"inconnue", entertest.Password}, {"partie", entertest.Password}, {"invitee", entertest.Password}} {
		b := h.Browser()
		b.Send("/entrer", "identifiant", try[0], "mot_de_passe", try[1])
		b.Wants(http.StatusUnprocessableEntity, "L'identifiant ou le mot de passe ne convient pas")
		if len(b.Cookies) != 0 {
			t.Errorf("%s was given a cookie", try[0])
		}
		if strings.Contains(b.Body, try[1]) {
			t.Errorf("the page of %s gives the entertest.Password back", try[0])
		}
		said := b.Said()
		if first == "" {
			first = said
		}
		if said != first {
			t.Errorf("%s reads another page:\n%s\n%s", try[0], said, first)
		}
	}
}

func TestEmptyFieldsCountNoTry(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	for range 20 {
		b.Send("/entrer", "identifiant", "odile", "mot_de_passe", "")
		b.Wants(http.StatusUnprocessableEntity, "Écrivez votre mot de passe")
	}
	b.Enter("odile")
	b.Wants(http.StatusOK, "ouvert /aujourdhui")
}

func TestTooManyTriesMakeOneWait(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	for range 5 {
		b.Send("/entrer", "identifiant", "odile", "mot_de_passe", "pas le bon mot")
		b.Wants(http.StatusUnprocessableEntity, "ne convient pas")
	}
	b.Enter("odile")
	b.Wants(http.StatusTooManyRequests, "Trop d'essais. Attendez 1 min")
	if got := b.Header.Get("Retry-After"); got != "30" {
		t.Errorf("Retry-After is %q, want 30 seconds", got)
	}
	h.Pass(31 * time.Second)
	b.Enter("odile")
	b.Wants(http.StatusOK, "ouvert /aujourdhui")
}

// Nobody is sent to another site, nor in circles.
func TestOnlyLocalPathsAreFollowed(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	for _, suite := range []string{
		"https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "javascript:alert(1)", "\t//ailleurs.example",
		"/entrer", "/entrer/verrou", "/entrer?suite=/entrer", "/sortir", "/masque", "/lien/abc", "ailleurs", "",
	} {
		b := h.Browser()
		b.Get("/entrer?suite=" + url.QueryEscape(suite))
		if strings.Contains(b.Body, `name="suite"`) {
			t.Errorf("%q is kept in the form", suite)
		}
		b.Send("/entrer", "identifiant", "odile", "mot_de_passe", entertest.Password, "suite", suite)
		if got := b.Header.Get("Location"); got != "/entrer" {
			t.Errorf("%q leads to %q", suite, got)
		}
		b.Get("/entrer?suite=" + url.QueryEscape(suite)) // once in
		b.Wants(http.StatusOK, "ouvert /aujourdhui")
	}
}

func TestSecondFactor(t *testing.T) {
	h := newHouse(t)
	h.Account("nadia", access.Mediator, entertest.Secret)
	b := h.Browser()
	b.Get("/demandes")
	b.Post("/entrer", "identifiant", "nadia", "mot_de_passe", entertest.Password, "suite", "/demandes")
	b.Wants(http.StatusOK, "Entrez le code de votre téléphone")
	if !strings.Contains(b.Body, `autocomplete="one-time-code"`) || !strings.Contains(b.Body, `inputmode="numeric"`) {
		t.Error("the field does not say that it takes a code")
	}
	b.Get("/demandes") // half signed in is not in
	b.Wants(http.StatusOK, "Entrez le code de votre téléphone")
	b.Get("/entrer?suite=%2Fdemandes")
	b.Wants(http.StatusOK, "Entrez le code de votre téléphone")

	b.Send("/entrer/code", "code", "000000", "suite", "/demandes")
	b.Wants(http.StatusUnprocessableEntity, "Ce code ne convient pas")
	before := b.Cookies["escale"].Value
	good := h.Code(entertest.Secret)
	b.Post("/entrer/code", "code", good[:3]+" "+good[3:], "suite", "/demandes")
	b.Wants(http.StatusOK, "ouvert /demandes")
	if b.Cookies["escale"].Value == before {
		t.Error("the token stayed the same once fully in")
	}

	replay := h.Browser()
	replay.Enter("nadia")
	replay.Send("/entrer/code", "code", good)
	replay.Wants(http.StatusUnprocessableEntity, "Ce code ne convient pas")
}

func TestSecondFactorWaitsAndExpires(t *testing.T) {
	h := newHouse(t)
	h.Account("nadia", access.Mediator, entertest.Secret)
	b := h.Browser()
	b.Enter("nadia")
	for range 5 {
		b.Send("/entrer/code", "code", "000000")
		b.Wants(http.StatusUnprocessableEntity)
	}
	b.Send("/entrer/code", "code", h.Code(entertest.Secret))
	b.Wants(http.StatusTooManyRequests, "Trop d'essais")
	h.Pass(11 * time.Minute)
	b.Post("/entrer/code", "code", h.Code(entertest.Secret))
	b.Wants(http.StatusOK, "Ce passage a pris trop de temps", "Votre identifiant")
	b.Get("/entrer/code")
	b.Wants(http.StatusOK, "Votre identifiant")
}

var (
	keyShown   = regexp.MustCompile(`<span class="nb">([A-Z2-7]{1,4})</span>`)
	codesShown = regexp.MustCompile(`<b class="nb">([A-Z2-7]{5}-[A-Z2-7]{5})</b>`)
	picture    = regexp.MustCompile(`src="data:image/png;base64,([^"]+)"`)
)

// tie sets a telephone up on the page b stands on, and gives its secret and the
// recovery codes.
func tie(b *entertest.Browser, suite string) (key string, codes []string) {
	b.Helper()
	for _, group := range keyShown.FindAllStringSubmatch(b.Body, -1) {
		key += group[1]
	}
	shown := picture.FindStringSubmatch(b.Body)
	if len(key) != 32 || shown == nil {
		b.Fatalf("key %q, picture %v", key, shown != nil)
	}
	raw, err := base64.StdEncoding.DecodeString(shown[1])
	b.Must(err)
	_, err = png.Decode(bytes.NewReader(raw))
	b.Must(err)
	b.Send("/entrer/telephone", "code", b.Code(key), "suite", suite)
	for _, c := range codesShown.FindAllStringSubmatch(b.Body, -1) {
		codes = append(codes, c[1])
	}
	return key, codes
}

func TestEnrolmentAndRecovery(t *testing.T) {
	h := newHouse(t)
	h.Account("nadia", access.Mediator, "")
	b := h.Browser()
	b.Post("/entrer", "identifiant", "nadia", "mot_de_passe", entertest.Password, "suite", "/demandes")
	b.Wants(http.StatusOK, "Reliez votre téléphone")
	first := picture.FindString(b.Body)
	if got := b.Header.Values("Referrer-Policy"); got[len(got)-1] != "strict-origin" {
		t.Errorf("Referrer-Policy %q", got)
	}
	b.Get("/entrer/code") // not what is asked
	b.Wants(http.StatusOK, "Reliez votre téléphone")
	b.Send("/entrer/telephone", "code", "000000", "suite", "/demandes")
	b.Wants(http.StatusUnprocessableEntity, "Ce code ne convient pas")
	if picture.FindString(b.Body) != first {
		t.Error("a mistyped code changed the picture already taken")
	}
	key, codes := tie(b, "/demandes")
	b.Wants(http.StatusOK, "Gardez ces codes de secours")
	if len(codes) != 10 || !strings.Contains(b.Body, `href="/demandes"`) {
		t.Fatalf("codes %q", codes)
	}
	b.Get("/demandes")
	b.Wants(http.StatusOK, "ouvert /demandes")
	b.Get("/entrer/telephone") // done: nothing to show again
	b.Wants(http.StatusOK, "ouvert /aujourdhui")

	other := h.Browser()
	other.Enter("nadia")
	other.Get("/entrer/code?secours=1")
	other.Wants(http.StatusOK, "Entrez un code de secours")
	other.Post("/entrer/code", "code", strings.ToLower(codes[3]), "secours", "1")
	other.Wants(http.StatusOK, "ouvert /aujourdhui")
	again := h.Browser()
	again.Enter("nadia")
	again.Send("/entrer/code", "code", codes[3], "secours", "1")
	again.Wants(http.StatusUnprocessableEntity, "Ce code ne convient pas", "Entrez un code de secours")

	h.Pass(time.Minute)
	again.Post("/entrer/code", "code", h.Code(key))
	again.Wants(http.StatusOK, "ouvert /aujourdhui")
}

// A volunteer need not, and may, tie a telephone from her account.
func TestEnrolmentFromAnOpenSession(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile")
	b.Get("/entrer/telephone")
	b.Wants(http.StatusOK, "Reliez votre téléphone", "Plus tard")
	if _, codes := tie(b, ""); len(codes) != 10 {
		t.Fatalf("codes %q", codes)
	}
	nobody := h.Browser()
	nobody.Get("/entrer/telephone")
	nobody.Wants(http.StatusOK, "Votre identifiant")
	nobody.Post("/entrer/telephone", "code", "000000")
	nobody.Wants(http.StatusOK, "Entrez de nouveau votre mot de passe")
}

func TestIdleScreenLocksAndComesBack(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile")
	h.Pass(11 * time.Minute)
	b.Get("/demandes?page=2")
	b.Wants(http.StatusOK, "L'écran s'est verrouillé", "C'est l'écran de Camille Essai", "Votre mot de passe")
	b.Send("/entrer/verrou", "secret", "pas le bon mot", "suite", "/demandes?page=2")
	b.Wants(http.StatusUnprocessableEntity, "Ce n'est pas le bon code")
	b.Post("/entrer/verrou", "secret", entertest.Password, "suite", "/demandes?page=2")
	b.Wants(http.StatusOK, "ouvert /demandes?page=2")
	b.Get("/entrer/verrou") // nothing to open
	b.Wants(http.StatusOK, "ouvert /aujourdhui")
	b.Post("/entrer/verrou", "secret", "n'importe")
	b.Wants(http.StatusOK, "ouvert /aujourdhui")
}

func TestShortCodeOpensOwnLock(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile")
	token := b.Cookies["escale"].Value
	s, err := h.Keep.Look(context.Background(), token)
	h.Must(err)
	h.Must(h.Keep.SetPIN(context.Background(), s.Viewer, entertest.Password, "4827"))
	h.Must(h.Keep.Lock(context.Background(), token))
	b.Get("/aujourdhui")
	b.Wants(http.StatusOK, "Votre code court, ou votre mot de passe")
	b.Post("/entrer/verrou", "secret", "4827")
	b.Wants(http.StatusOK, "ouvert /aujourdhui")
}

func TestLockGuessesEndTheSession(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile")
	h.Pass(11 * time.Minute)
	for range 5 {
		b.Send("/entrer/verrou", "secret", "1357", "suite", "/demandes")
		b.Wants(http.StatusUnprocessableEntity, "Ce n'est pas le bon code")
	}
	b.Post("/entrer/verrou", "secret", entertest.Password, "suite", "/demandes")
	b.Wants(http.StatusOK, "Trop d'essais sur cet écran", "Votre identifiant")
	if len(b.Cookies) != 0 {
		t.Error("the cookie of the ended session stays")
	}
	b.Post("/entrer", "identifiant", "odile", "mot_de_passe", entertest.Password, "suite", "/demandes")
	b.Wants(http.StatusOK, "ouvert /demandes")
}

func TestSignOut(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile")
	old := b.Cookies["escale"]
	b.Post("/sortir")
	b.Wants(http.StatusOK, "Votre espace est fermé sur cet écran")
	b.Cookies["escale"] = old
	b.Get("/aujourdhui")
	b.Wants(http.StatusOK, "Votre identifiant")
	b.Post("/sortir") // twice does no harm
	b.Wants(http.StatusOK, "Votre espace est fermé")
}

func TestClosedAccountIsOutAtOnce(t *testing.T) {
	h := newHouse(t)
	account := h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile")
	b.Wants(http.StatusOK, "ouvert")
	h.Must(h.Keep.Close(context.Background(), access.Operator(), account))
	b.Get("/demandes")
	b.Wants(http.StatusOK, "Votre identifiant")
}

func TestOtherRolesReadWhoMay(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile")
	b.Get("/comptes")
	b.Wants(http.StatusForbidden, "Cette page est pour d'autres personnes", "administration")
}

func TestInvitationLinkServesOnce(t *testing.T) {
	h := newHouse(t)
	_, token, err := h.Keep.CreateAccount(context.Background(), access.Operator(), access.NewAccount{
		Login: "invitee", Name: "Inès Essai", Worker: id.New(), Grants: []access.Grant{{Organisation: h.Org, Role: access.Volunteer}},
	})
	h.Must(err)
	h.Account("odile", access.Volunteer, "")
	b := h.Browser()
	b.Enter("odile") // someone else's session in the same browser
	b.Get(enter.LinkPath(token))
	b.Wants(http.StatusOK, "Choisissez votre mot de passe", "Bienvenue, Inès Essai", "vendredi 27 novembre à 10 h 20")
	if got := b.Header.Values("Referrer-Policy"); got[len(got)-1] != "strict-origin" {
		t.Errorf("Referrer-Policy %q", got)
	}
	if strings.Contains(b.Body, `action="/lien/`) {
		t.Error("the form sends the token in an address")
	}
	b.Get(enter.LinkPath(token)) // looking uses nothing up
	b.Wants(http.StatusOK, "Bienvenue")

	b.Send("/lien", "secret", token, "nouveau_mot_de_passe", "court", "encore", "court")
	b.Wants(http.StatusUnprocessableEntity, "au moins 12 caractères", "Bienvenue")
	b.Send("/lien", "secret", token, "nouveau_mot_de_passe", entertest.Password, "encore", entertest.Password+" ")
	b.Wants(http.StatusUnprocessableEntity, "différents")
	if strings.Contains(b.Body, entertest.Password) {
		t.Error("the page gives the entertest.Password back")
	}
	b.Post("/lien", "secret", token, "nouveau_mot_de_passe", entertest.Password, "encore", entertest.Password)
	b.Wants(http.StatusOK, "Votre mot de passe est gardé", "Votre identifiant")
	b.Enter("invitee")
	b.Wants(http.StatusOK, "ouvert /aujourdhui")

	for _, dead := range []string{token, "inconnu"} {
		other := h.Browser()
		other.Get(enter.LinkPath(dead))
		other.Wants(http.StatusGone, "Ce lien ne sert plus")
		other.Send("/lien", "secret", dead, "nouveau_mot_de_passe", entertest.Password, "encore", entertest.Password)
		other.Wants(http.StatusGone, "Ce lien ne sert plus")
	}
}

func TestFirstAdministrator(t *testing.T) {
	h := newHouse(t)
	token, err := h.Keep.CreateFirstAdministrator(context.Background())
	h.Must(err)
	b := h.Browser()
	b.Get(enter.LinkPath(token))
	b.Wants(http.StatusOK, "Ouvrez cette maison", "Votre prénom et votre nom")
	b.Send("/lien", "secret", token, "nom", "", "identifiant", "a b c d", "nouveau_mot_de_passe", entertest.Password, "encore", entertest.Password)
	b.Wants(http.StatusUnprocessableEntity, "2 choses à revoir", "sans espace", "Écrivez le prénom et le nom")
	b.Post("/lien", "secret", token, "nom", "Alix Essai", "identifiant", "alix", "nouveau_mot_de_passe", entertest.Password, "encore", entertest.Password)
	b.Wants(http.StatusOK, "Votre mot de passe est gardé")
	b.Enter("alix")
	b.Wants(http.StatusOK, "Reliez votre téléphone")
	tie(b, "")
	b.Get("/entrer")
	b.Wants(http.StatusOK, "ouvert /comptes")
}

func TestResetLinkReplacesThePassword(t *testing.T) {
	h := newHouse(t)
	account := h.Account("odile", access.Volunteer, "")
	in := h.Browser()
	in.Enter("odile")
	token, err := h.Keep.ResetPassword(context.Background(), access.Operator(), account)
	h.Must(err)
	b := h.Browser()
	b.Get(enter.LinkPath(token))
	b.Wants(http.StatusOK, "L'ancien ne servira plus")
	const chosen = "quatre mots bien choisis"
	b.Post("/lien", "secret", token, "nouveau_mot_de_passe", chosen, "encore", chosen)
	b.Enter("odile")
	b.Wants(http.StatusUnprocessableEntity, "ne convient pas")
	b.Post("/entrer", "identifiant", "odile", "mot_de_passe", chosen)
	b.Wants(http.StatusOK, "ouvert /aujourdhui")
	in.Get("/aujourdhui")
	in.Wants(http.StatusOK, "Votre identifiant")
}

// A form sent from another site is refused, signing in included.
func TestOtherSitesCannotSignOneIn(t *testing.T) {
	h := newHouse(t)
	h.Account("odile", access.Volunteer, "")
	r := httptest.NewRequest(http.MethodPost, "/entrer", strings.NewReader(url.Values{"identifiant": {"odile"}, "mot_de_passe": {entertest.Password}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	b := h.Browser()
	b.Do(r)
	b.Wants(http.StatusForbidden, "Cet envoi vient d'un autre site")
	if len(b.Cookies) != 0 {
		t.Error("a session was opened")
	}
}

// Neither tokens nor what is typed reach the log, when the store fails included.
func TestLogHoldsNoSecret(t *testing.T) {
	h := newHouse(t)
	_, token, err := h.Keep.CreateAccount(context.Background(), access.Operator(), access.NewAccount{
		Login: "invitee", Name: "Inès Essai", Worker: id.New(), Grants: []access.Grant{{Organisation: h.Org, Role: access.Volunteer}},
	})
	h.Must(err)
	var log bytes.Buffer
	lib := webtest.Library(t)
	lib.Messages(access.Messages)
	site, err := web.New(web.Options{
		Library: lib, Sessions: entertest.Sessions{Keep: h.Keep}, Clock: h.Now, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Routes: enter.Routes(lib, enter.Door{Keeper: h.Keep, Address: enter.PeerAddress}),
	})
	h.Must(err)
	ctx, stop := context.WithCancel(context.Background())
	stop() // the visitor is gone: every read of the store fails
	for path, form := range map[string]url.Values{
		enter.LinkPath(token): nil,
		"/lien":               {"secret": {token}, "nouveau_mot_de_passe": {entertest.Password}, "encore": {entertest.Password}},
		"/entrer":             {"identifiant": {"invitee"}, "mot_de_passe": {entertest.Password}},
	} {
		method, body := http.MethodGet, io.Reader(nil)
		if form != nil {
			method, body = http.MethodPost, strings.NewReader(form.Encode())
		}
		r := httptest.NewRequestWithContext(ctx, method, path, body)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		if w.Code != http.StatusInternalServerError {
			t.Errorf("%s %s answers %d, want 500", method, path, w.Code)
		}
	}
	if log.Len() == 0 {
		t.Fatal("the failures were not logged")
	}
	for _, never := range []string{token, entertest.Password, "invitee"} {
		if strings.Contains(log.String(), never) {
			t.Errorf("the log holds %q: %s", never, log.String())
		}
	}
}

func TestPeerAddress(t *testing.T) {
	for remote, want := range map[string]string{"192.0.2.7:1234": "192.0.2.7", "[2001:db8::1]:80": "2001:db8::1", "": "invalid IP", "@": "invalid IP", "nom:80": "invalid IP"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = remote
		if got := enter.PeerAddress(r).String(); got != want {
			t.Errorf("%q: got %s, want %s", remote, got, want)
		}
	}
}

func TestCookieOverHTTPS(t *testing.T) {
	c := enter.Cookie("jeton", true)
	if c.Name != "__Host-escale" || !c.Secure || c.Path != "/" || c.Domain != "" {
		t.Errorf("the cookie is %v", c)
	}
	if gone := enter.Cookie("", true); gone.MaxAge >= 0 {
		t.Error("an empty token leaves the cookie")
	}
}
