// SPDX-License-Identifier: Apache-2.0

package journey

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// words are what the person of this journey says; nobody in the demonstration
// says them.
const words = "La caisse de retraite me demande un relevé. Si je ne l'envoie pas, ça s'arrête."

// TestOnePersonsWay walks the whole way in a real browser, signed in as the
// right people: from finding help to the figures. Each page passes axe-core.
func TestOnePersonsWay(t *testing.T) {
	chrome := chromium(t)
	town := startDemo(t, t.TempDir())

	onScreen := newBrowser(t, chrome, town.Address, screen)
	onScreen.open("/")
	onScreen.looked("01-accueil-1280")

	// Anyone, without an account, on a telephone.
	anyone := newBrowser(t, chrome, town.Address, phone)
	anyone.open("/")
	anyone.sees("Où habitez-vous ?", "Qu’est-ce qui vous amène ?", "02 61 91 00 12")
	anyone.looked("01-accueil-390")
	anyone.fill("ou", "blain")
	anyone.press("Voir où aller")
	anyone.sees("Maison des Halles", "Médiathèque de la Cale", "à moins de 20 km")
	anyone.looked("02-trouver-390")
	anyone.press("Maison des Halles")
	anyone.sees("Ici, on peut", "Ici, on ne peut pas", "Gratuit", "Les prochaines places")
	anyone.looked("03-lieu-390")

	// 1. Sylvie, social worker, notes a need in the person's words.
	sylvie := newBrowser(t, chrome, town.Address, screen)
	sylvie.signIn("sylvie", town.password(t, "sylvie"))
	sylvie.sees("Noter un besoin")
	sylvie.looked("04-aujourdhui-sylvie")
	sylvie.press("Noter un besoin")
	sylvie.looked("05-besoin")
	sylvie.fill("mots", words)
	sylvie.fill("date", time.Now().AddDate(0, 0, 6).Format(time.DateOnly))
	sylvie.choose("risque", "loss_of_right")
	sylvie.fill("commune", "Blain")
	sylvie.choose("rappel", "call")
	sylvie.fill("contact", "02 61 91 20 44")
	sylvie.fill("prenom", "Odette")
	sylvie.openDetails()
	sylvie.choose("categorie", "rights")
	sylvie.press("Noter ce besoin")
	sylvie.sees("La caisse de retraite me demande un relevé")
	sylvie.looked("06-demande")
	need := sylvie.where()

	// 2. They talk it over: prompts, each may be passed.
	sylvie.press("Parler avec elle")
	sylvie.looked("07-entretien")
	sylvie.press("Commencer")
	sylvie.looked("08-entretien-question")
	for i := 0; strings.Contains(sylvie.text(), "Tout passer"); i++ {
		if i > 12 {
			t.Fatalf("the conversation does not end:\n%s", sylvie.text())
		}
		if i == 1 {
			sylvie.press("Passer cette question")
			continue
		}
		sylvie.first()
		sylvie.press("Continuer")
	}
	sylvie.sees("Ce que l’on retient, avec elle", "Avec guidage")
	sylvie.lacks("/10", "score")
	sylvie.looked("09-entretien-fin")
	sylvie.press("Garder")

	// 3 and 4. Suggestions with their reasons; she decides; one gesture keeps it.
	sylvie.sees("Elle ne veut rien de cela")
	sylvie.looked("10-orientation")
	slot := sylvie.chooseSlotOf("Nadia")
	sylvie.choose("niveau", "1")
	sylvie.choose("accord", "oral")
	sylvie.openDetails()
	sylvie.fill("prenom", "Odette")
	sylvie.fill("contact", "02 61 91 20 44")
	sylvie.fill("phrase", "Retrouver un relevé de retraite en ligne.")
	sylvie.fill("suite", "Apporter le courrier de la caisse.")
	sylvie.press("Garder ce choix")
	sylvie.sees("Le rendez-vous est gardé", "Nadia", "Le code de votre feuille")
	sylvie.looked("11-feuille")
	code := regexp.MustCompile(`[A-Z2-9]{4} [A-Z2-9]{4}`).FindString(sylvie.text())
	if code == "" {
		t.Fatalf("no code on the slip:\n%s", sylvie.text())
	}
	slip := eval[string](sylvie, `document.querySelector(".fiche").innerText`)
	for _, bad := range []string{"Odette", "retraite", "relevé"} {
		if strings.Contains(slip, bad) {
			t.Errorf("the slip says « %s »:\n%s", bad, slip)
		}
	}

	// 7, for now: her sheet opens with its code alone and says when and where.
	anyone.open("/feuille")
	anyone.looked("12-ma-feuille-code-390")
	anyone.fill("code", strings.ToLower(strings.ReplaceAll(code, " ", "")))
	anyone.press("Voir ma feuille")
	anyone.sees("Maison des Halles")
	anyone.lacks("retraite", "Odette")
	anyone.looked("13-ma-feuille-390")

	// 5. Nadia receives her, beside her, and notes it once.
	nadia := newBrowser(t, chrome, town.Address, screen)
	nadia.signIn("nadia", town.password(t, "nadia"))
	nadia.sees("Ma journée")
	nadia.looked("14-aujourdhui-nadia")
	nadia.open("/aujourdhui?jour=" + slot.In(paris(t)).Format(time.DateOnly))
	nadia.sees("Odette")
	nadia.looked("15-jour-du-rendez-vous")
	nadia.noteMeetingOf("Odette")
	nadia.looked("16-accompagnement")
	nadia.choose("outcome", "settled")
	nadia.choose("right_became", "kept")
	// A number of social security is refused in a helpful sentence, and nothing is lost.
	nadia.fill("did_herself", "A saisi son numéro 2 84 05 44 109 003 61 et ouvert son espace.")
	nadia.press("Enregistrer")
	nadia.sees("sécurité sociale")
	nadia.holds("did_herself", "A saisi son numéro")
	nadia.looked("17-a-revoir")
	nadia.fill("did_herself", "A ouvert son espace et envoyé le relevé.")
	nadia.fill("next_step", "Ouvrir le site une fois, à la maison.")
	nadia.press("Enregistrer")
	nadia.lacks("sécurité sociale")

	// 6. Sylvie sees what became of it, and nothing more.
	sylvie.openAt(need)
	sylvie.sees("Réglée")
	sylvie.lacks("A ouvert son espace et envoyé le relevé")
	sylvie.looked("18-retour")

	// 7. Her sheet says what she did herself, and her next step.
	anyone.open("/feuille")
	anyone.fill("code", code)
	anyone.press("Voir ma feuille")
	anyone.sees("A ouvert son espace et envoyé le relevé", "Ouvrir le site une fois")
	anyone.looked("19-ma-feuille-apres-390")

	// 8. Claire, coordinator, finds it in the figures.
	claire := newBrowser(t, chrome, town.Address, screen)
	claire.signIn("claire", town.password(t, "claire"))
	claire.open("/chiffres")
	claire.sees("Accompagnements", "Demandes")
	claire.lacks("Odette")
	claire.looked("20-chiffres")
}

// TestWrongRoleIsToldCalmly shows what a volunteer and a funder may not open.
func TestWrongRoleIsToldCalmly(t *testing.T) {
	chrome := chromium(t)
	town := startDemo(t, t.TempDir())
	odile := newBrowser(t, chrome, town.Address, phone)
	odile.signIn("odile", town.password(t, "odile"))
	odile.looked("21-aujourdhui-benevole-390")
	odile.fits()
	for _, path := range []string{"/demandes", "/comptes", "/chiffres", "/journal"} {
		odile.open(path)
		odile.sees("Cette page")
		odile.axe()
	}
	odile.shot("22-pas-pour-ce-role-390")
}

// TestEveryPageAtFourHundredPercent opens the pages of each role at 320 px, which
// is 400 % of a 1280 px screen: no violation, nothing lost sideways.
func TestEveryPageAtFourHundredPercent(t *testing.T) {
	chrome := chromium(t)
	town := startDemo(t, t.TempDir())
	for login, paths := range map[string][]string{
		"":       {"/", "/trouver", "/trouver?ou=Blain", "/trouver?texte=retraite", "/trouver?ou=nullepartville", "/feuille", "/accessibilite", "/vos-donnees", "/proches", "/affichage", "/entrer", "/absente"},
		"sylvie": {"/aujourdhui", "/besoin", "/demandes", "/retours", "/moi", "/partager", "/danger", "/aide"},
		"nadia":  {"/aujourdhui", "/accompagnement", "/agenda", "/demandes", "/chiffres"},
		"claire": {"/chiffres", "/chiffres/definitions", "/equipe", "/reseau", "/reseau/doublons", "/reseau/communes", "/agenda"},
		"admin":  {"/comptes", "/comptes/nouveau", "/journal"},
	} {
		b := newBrowser(t, chrome, town.Address, 320)
		if login != "" {
			b.signIn(login, town.password(t, login))
		}
		for _, p := range paths {
			b.open(p)
			b.axe()
			b.fits()
		}
	}
}

// TestDarkScheme opens pages of each audience in the dark colours: contrast holds
// there too.
func TestDarkScheme(t *testing.T) {
	chrome := chromium(t)
	town := startDemo(t, t.TempDir())
	for login, paths := range map[string][]string{
		"":       {"/", "/trouver?ou=Blain", "/feuille", "/entrer"},
		"nadia":  {"/aujourdhui", "/accompagnement", "/retours", "/demandes"},
		"claire": {"/chiffres", "/equipe", "/reseau", "/reseau/lieux", "/agenda"},
		"admin":  {"/comptes", "/journal"},
	} {
		b := newBrowser(t, chrome, town.Address, screen)
		if login != "" {
			b.signIn(login, town.password(t, login))
		}
		b.open("/affichage")
		eval[bool](b, `(() => { document.cookie = "theme=sombre; path=/"; return true; })()`)
		for _, p := range paths {
			b.open(p)
			if eval[string](b, `document.documentElement.dataset.theme || ""`) != "sombre" {
				t.Fatalf("%s is not dark", p)
			}
			b.axe()
		}
	}
}

// paris is where the demonstration is.
func paris(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// slotStart reads the moment in a slot's value.
func slotStart(t *testing.T, value string) time.Time {
	t.Helper()
	parts := strings.Split(value, ".")
	ms, err := strconv.ParseInt(parts[len(parts)-1], 10, 64)
	if err != nil {
		t.Fatalf("slot %q: %v", value, err)
	}
	return time.UnixMilli(ms)
}
