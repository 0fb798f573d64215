// SPDX-License-Identifier: Apache-2.0

package hours

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"testing"
	"time"

	"escale/internal/kit/db/dbtest"
)

func TestFromFrench(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"9h-12h et 14h-17h du lundi au vendredi", "Mo-Fr 09:00-12:00,14:00-17:00"},
		{"Du lundi au vendredi, de 9h30 à 17h", "Mo-Fr 09:30-17:00"},
		{"Lundi : 9h à 12h, mardi et jeudi 14h-18h", "Mo 09:00-12:00; Tu,Th 14:00-18:00"},
		{"Lundi et Jeudi : 9h à 12h30 Mardi 9 h 30 à 12 heures", "Mo,Th 09:00-12:30; Tu 09:30-12:00"},
		{"Lundi, Mercredi et Vendredi de 9 à 12h et de 14 à18h30", "Mo,We,Fr 09:00-12:00,14:00-18:30"},
		{"Lundi : 10h -12h30 / 14h - 18h Mardi : 10h à 12h - 14h à 17h", "Mo 10:00-12:30,14:00-18:00; Tu 10:00-12:00,14:00-17:00"},
		{"LUNDI\n9H30–12H30\nMARDIS\n14.00-17.00", "Mo 09:30-12:30; Tu 14:00-17:00"},
		{"9h-12h lundi, 14h-16h mardi", "Mo 09:00-12:00; Tu 14:00-16:00"},
		{"lundi 9h-12h, lundi 14h-16h", "Mo 09:00-12:00, Mo 14:00-16:00"},
		{"tous les jours sauf le dimanche : 9h - 19h", "Mo-Sa 09:00-19:00"},
		{"samedi 18h-2h", "Sa 18:00-02:00"},
		{"dim. au mar. de 9h à midi", "Mo,Tu,Su 09:00-12:00"},
		{"vendredi matin de 9h15 à 12h30", "Fr 09:15-12:30"},
		{"lundi après-midi : 14h-17h", "Mo 14:00-17:00"},
		{"1er et 3ème mardi du mois de 9h à 12h", "Tu[1,3] 09:00-12:00"},
		{"Le dernier vendredi de chaque mois, 14h-17h", "Fr[-1] 14:00-17:00"},
		{"Semaine paire : lundi 9h-12h, mardi 14h-17h. Semaine impaire : jeudi 9h-12h", "week 02-52/2 Mo 09:00-12:00; week 02-52/2 Tu 14:00-17:00; week 01-53/2 Th 09:00-12:00"},
		{"le lundi des semaines paires de 9h à 12h", "week 02-52/2 Mo 09:00-12:00"},
		{"Lundi : fermé, mardi 9h-12h", "Mo off; Tu 09:00-12:00"},
		{"Du lundi au vendredi, de 8h30 à 17h, sur rendez-vous uniquement", `Mo-Fr 08:30-17:00 "sur rendez-vous"`},
		{"Lundi 9h-12h Mercredi : (sur rendez-vous) Jeudi : 14h à 17h", `Mo 09:00-12:00; We "sur rendez-vous"; Th 14:00-17:00`},
		{"Mercredi (uniquement sur RDV) : 9h à 12h et 14h à 17h", `We 09:00-12:00,14:00-17:00 "sur rendez-vous"`},
		{"lundi 9h-12h sans rendez-vous", `Mo 09:00-12:00 open "sans rendez-vous"`},
		{"lundi au vendredi 9h-12h (sauf jours fériés)", "Mo-Fr 09:00-12:00; PH off"},
		{"lundi 9h-12h, fermé pendant les vacances scolaires et les jours fériés", "Mo 09:00-12:00; SH off; PH off"},

		// Not fully understood, or open to several readings: kept as text.
		{"", ""},
		{"Ligne 6, 11 - arrêt les Deniers", ""},
		{"9h à 12h / 13h à 17h", ""},
		{"9h à 12h / 13h à 17h (17h30 le mercredi)", ""},
		{"Lundi au vendredi : 9h à 17h30 (17h pendant les vacances scolaires)", ""},
		{"Lundi au vendredi : 9h à 18h (lundi et jeudi matin fermé)", ""},
		{"Vendredi : 9h à 12h30 à 14h à 16h30", ""},
		{"Dimanche (2e dimanche du mois uniquement) : 14h-17h30", ""},
		{"mardi 9h-12h, 1er mardi du mois 14h-17h", ""},
		{"lundi 9h-12h semaine paire, mardi 14h-17h", ""},
		{"lundi 9h-12h et 14h-17h sur rendez-vous", ""},
		{"lundi 9h-12h, mardi 14h-17h, sur rendez-vous", ""},
		{"lundi 9h-12h hors vacances scolaires, mardi 9h-12h", ""},
		{"9h-12h lundi, mardi 14h-16h", ""},
		{"lundi 9h-12h mercredi", ""},
		{"lundi 9h-12h ou 14h-16h", ""},
		{"lundi 12h-9h", ""},
		{"lundi 10-12", ""},
		{"lundi 25h-26h", ""},
		{"lundi après-midi 9h-12h", ""},
		{"lundi matin", ""},
		{"Du lundi au vendredi", ""},
		{"sur rendez-vous", ""},
	} {
		got, ok, warnings := FromFrench(tc.text)
		if got != tc.want || ok != (tc.want != "") || len(warnings) > 0 {
			t.Errorf("%q: %q ok=%v %v, want %q", tc.text, got, ok, warnings, tc.want)
		}
	}
}

func TestFromFrenchDay(t *testing.T) {
	for _, tc := range []struct {
		text, want string
		ok         bool
		warnings   int
	}{
		{"08:00 - 12:00 / 13:00 - 16:00", "We 08:00-12:00,13:00-16:00", true, 0},
		{"8h30-12h", "We 08:30-12:00", true, 0},
		{"08:30 - 17:00 / 08:30 - 17:00", "We 08:30-17:00", true, 1},
		{"08:30 - 18:00 / 14:00 - 18:00", "We 08:30-18:00", true, 1},
		{"Fermé", "We off", true, 0},
		{"sur rdv", `We "sur rendez-vous"`, true, 0},
		{" ", "", true, 0},
		{"9h", "", false, 0},
		{"09:00 - 12:00 le matin", "", false, 0},
		{"09:00 - 12:00 sauf jours fériés", "", false, 0},
		{"mardi 09:00 - 12:00", "", false, 0},
	} {
		got, ok, warnings := FromFrenchDay(time.Wednesday, tc.text)
		if got != tc.want || ok != tc.ok || len(warnings) != tc.warnings {
			t.Errorf("%q: %q ok=%v %v, want %q ok=%v", tc.text, got, ok, warnings, tc.want, tc.ok)
		}
	}
	if got, ok, _ := FromFrenchDay(time.Sunday, "9h-12h"); got != "Su 09:00-12:00" || !ok {
		t.Errorf("Sunday: %q ok=%v", got, ok)
	}
}

func TestFromDays(t *testing.T) {
	for _, tc := range []struct {
		days [7]string
		want string
	}{
		{[7]string{"09:00 - 12:00", "09:00 - 12:00 / 14:00 - 17:00", "09:00 - 12:00", "09:00 - 12:00"}, "Mo,We,Th 09:00-12:00; Tu 09:00-12:00,14:00-17:00"},
		{[7]string{"9h-12h", "09:00 - 12:00", "9h-12h", "", "", "", "fermé"}, "Mo-We 09:00-12:00; Su off"},
		{[7]string{"9h-12h", "le matin"}, ""},
		{[7]string{}, ""},
	} {
		got, ok, _ := FromDays(tc.days)
		if got != tc.want || ok != (tc.want != "") {
			t.Errorf("%q: %q ok=%v, want %q", tc.days, got, ok, tc.want)
		}
	}
}

// TestFranceServicesColumns reads every per-day column of the real list.
func TestFranceServicesColumns(t *testing.T) {
	f, err := os.Open(dbtest.Shared(t, "lieux/france-services-2024-08-pays-de-la-loire-bretagne.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	read := 0
	for _, row := range rows[1:] {
		var week [7]string
		said := false
		for i, name := range []string{"h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi", "h_samedi"} {
			c, found := column[name]
			if !found {
				t.Fatalf("no column %s", name)
			}
			week[i] = row[c]
			said = said || row[c] != ""
		}
		osm, ok, _ := FromDays(week)
		if ok != said {
			t.Errorf("%q: ok=%v", week, ok)
		}
		if ok {
			read++
			if h := mustParse(t, osm); len(h.Warnings()) > 0 || h.Normal() != osm {
				t.Errorf("%q: %q is not in normal form: %v", week, osm, h.Warnings())
			}
		}
	}
	t.Logf("%d of %d rows have hours, all read", read, len(rows)-1)
}

// TestInventorySentences counts the real sentences understood: the others are
// kept as text, which a person checked to be right.
func TestInventorySentences(t *testing.T) {
	content, err := os.ReadFile(dbtest.Shared(t, "lieux/inventaire-angers.json"))
	if err != nil {
		t.Fatal(err)
	}
	var places []map[string]any
	if err := json.Unmarshal(content, &places); err != nil {
		t.Fatal(err)
	}
	said, understood := 0, 0
	for _, p := range places {
		s, _ := p["HORAIRE"].(string)
		if s == "" {
			continue
		}
		said++
		if osm, ok, _ := FromFrench(s); ok {
			understood++
			mustParse(t, osm)
		}
	}
	if understood < 41 {
		t.Errorf("%d of %d sentences understood, 41 expected", understood, said)
	}
}
