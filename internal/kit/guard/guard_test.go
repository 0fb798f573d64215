// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/internal/kit/text"
)

// Every number below is made up: its check digits fit, nobody has it.

// marked is what Find takes out of a text, as "kind:stretch".
func marked(s string) []string {
	var out []string
	for _, f := range Find(s) {
		out = append(out, string(f.Kind)+":"+s[f.Start:f.End])
	}
	return out
}

func TestFindWhatMustNotBeKept(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		// Social-security numbers, with their key.
		{"Son numéro : 269054958815780.", "nir:269054958815780"},
		{"2 69 05 49 588 157 80", "nir:2 69 05 49 588 157 80"},
		{"n°2-69-05-49-588-157-80, à rappeler", "nir:2-69-05-49-588-157-80"},
		{"2.69.05.49.588.157.80", "nir:2.69.05.49.588.157.80"},
		{"2\u00a069\u00a005\u202f49\u2009588 157/80", "nir:2\u00a069\u00a005\u202f49\u2009588 157/80"},
		{"２６９０５４９５８８１５７８０", "nir:２６９０５４９５８８１５７８０"},
		{"26905\u200b49588157\u200b80", "nir:26905\u200b49588157\u200b80"},
		{"2 6 9 0 5 4 9 5 8 8 1 5 7 8 0", "nir:2 6 9 0 5 4 9 5 8 8 1 5 7 8 0"},
		{"2 69 05 49\n588 157 80", "nir:2 69 05 49\n588 157 80"},
		{"1 - 2 69 05 49 588 157 80", "nir:2 69 05 49 588 157 80"},
		{"2 69 05 49 588 157 80 44130 Blain", "nir:2 69 05 49 588 157 80"},
		// Corsica, overseas, abroad with a month not known.
		{"1 85 05 2A 004 012 70", "nir:1 85 05 2A 004 012 70"},
		{"1850 52b004 012 97", "nir:1850 52b004 012 97"},
		{"185052A004012", "nir:185052A004012"},
		{"2 90 11 97 411 023 94", "nir:2 90 11 97 411 023 94"},
		{"1 80 20 99 352 011", "nir:1 80 20 99 352 011"},
		// Without a key, or with one that was mistyped.
		{"2690549588157", "nir:2690549588157"},
		{"sécu 2 69 05 49 588 157", "nir:2 69 05 49 588 157"},
		{"2690549588157 81", "nir:2690549588157"},
		{"2 69 05 49588157", "nir:2 69 05 49588157"},
		{"269.0549.588157", "nir:269.0549.588157"},
		{"7 02 03 99 352 011", "nir:7 02 03 99 352 011"},
		// Cards.
		{"carte 4970101234567890 valable", ""},
		{"carte 4970101234567893 valable", "card:4970101234567893"},
		{"4970 1012 3456 7893", "card:4970 1012 3456 7893"},
		{"4970-1012-3456-7893", "card:4970-1012-3456-7893"},
		{"49 70 10 12 34 56 78 93", "card:49 70 10 12 34 56 78 93"},
		{"5500\u00a00055\u00a05555\u00a05559", "card:5500\u00a00055\u00a05555\u00a05559"},
		{"3782 822463 10005", "card:3782 822463 10005"},
		{"30569309025904", "card:30569309025904"},
		{"497 0101 2345 67893", "card:497 0101 2345 67893"},
		// Accounts.
		{"FR76 3000 6000 0112 3456 7890 189", "iban:FR76 3000 6000 0112 3456 7890 189"},
		{"IBAN:fr7630006000011234567890189.", "iban:fr7630006000011234567890189"},
		{"FR14-2004-1010-0505-0001-3M02-606", "iban:FR14-2004-1010-0505-0001-3M02-606"},
		{"DE89 3704 0044 0532 0130 00", "iban:DE89 3704 0044 0532 0130 00"},
		{"GB82 WEST 1234 5698 7654 32", "iban:GB82 WEST 1234 5698 7654 32"},
		{"BE68\u202f5390\u202f0754\u202f7034", "iban:BE68\u202f5390\u202f0754\u202f7034"},
		{"ＦＲ７６ 30006000011234567890189", "iban:ＦＲ７６ 30006000011234567890189"},
		// Passwords.
		{"mot de passe : xxx", "password:xxx"},
		{"Mot de passe: Soleil44!", "password:Soleil44"},
		{"mdp=azerty", "password:azerty"},
		{"MDP caf : Tulipe", "password:Tulipe"},
		{"mdp Soleil2024", "password:Soleil2024"},
		{"son mot de passe est Mimi1956", "password:Mimi1956"},
		{"son mot de passe est 1956", "password:1956"},
		{"mot de passe de sa boîte mail : minou", "password:minou"},
		{"identifiant marie mdp soleil", "password:soleil"},
		{"identifiant / mot de passe : marie44 / Soleil12", "password:marie44"},
		{"nouveau mot de passe créé : Soleil#44", "password:Soleil#44"},
		{"Mot de passe :\nSoleil#44", "password:Soleil#44"},
		{"Mot de passe « Soleil#44 »", "password:Soleil#44"},
		{"code secret 4812", "password:4812"},
		{"le code de la carte c'est 4812", "password:4812"},
		{"code\u00a0secret\u00a0: 4812", "password:4812"},
		{"password: hunter", "password:hunter"},
		{"m\u200bdp : soleil", "password:soleil"},
	} {
		var want []string
		if test.want != "" {
			want = []string{test.want}
		}
		if diff := cmp.Diff(want, marked(test.text)); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", test.text, diff)
		}
	}
}

func TestFindLeavesOrdinaryTextAlone(t *testing.T) {
	for _, s := range []string{
		"",
		"La CAF me demande un papier que je ne trouve pas sur le site.",
		// Telephones.
		"06 12 34 56 78", "0612345678", "+33 6 12 34 56 78", "+33612345678", "02.40.12.34.56",
		"06 12 34 56 78 / 02 40 12 34 56", "06 12 34 56 78 02 40 12 34 56", "poste 205 02 40 12 34 56",
		"0033 6 12 34 56 78", "+33 6 12 34 56 78 44", "+262 692 12 34 56", "0 800 11 10 35",
		// Dates and hours.
		"né le 14/05/1985 44130 Blain", "14.10.1985 44130", "du 12/05/2026 au 12/06/2026",
		"12/05/2026 12/06/2026", "2026-11-22 2026-12-22", "2026-11-22T14:30:00", "de 9 h 30 à 12 h 15",
		// Places and files.
		"44130 44290 44000", "34000 34070 34080 34090", "allocataire 1234567", "dossier 2024-001234",
		"12 rue de la Cale 44130 Blain", "2A rue Haute, bât 2B", "IMEI 356938035643809",
		"3017620422003", // a product code
		"1764000000000", // a time in milliseconds
		"1 2 3 4 5 6 7 8 9 10 11 12 13", "1 234 567,89 €",
		// Companies: SIREN and SIRET, alone or spaced.
		"732829320", "732 829 320 00074", "73282932000074", "356 000 000 00048", "38012986600014",
		"SIRET 38012986600014", "380129866 00014",
		// Numbers of card or account length that are neither.
		"4970101234567891", "9999 9999 9999 9995", "FR76 3000 6000 0112 3456 7890 188", "FR76",
		"de 12 personnes viennent chaque mardi à la Maison",
		// Talk about passwords.
		"a oublié son mot de passe", "mot de passe oublié", "changer son mot de passe",
		"Mot de passe oublié : rendez-vous jeudi", "mot de passe : à changer", "mot de passe : oublié",
		"mot de passe : elle ne sait plus", "Mot de passe perdu, RDV mardi 14h30", "mdp oublié",
		"son mot de passe est oublié", "son mot de passe est trop long", "mot de passe : ****",
		"cliquer sur « Mot de passe oublié »", "mot de passe à refaire le 12/05/2026",
		"un mot de passe de 12 caractères", "mot de passe oublié 0612345678",
		"réinitialiser le mot de passe de jean@exemple.fr", "code secret oublié", "code secret bloqué",
		"carnet de mots de passe", "le mot de passe, en 2024, a changé", "mot de passe : 3 essais",
		"Créer un mot de passe solide", "code postal 44130", "code PIN bloqué",
		"identifiant et mot de passe oubliés", "gérer ses mots de passe : atelier jeudi",
		"Mot de passe\nVu avec elle", "mot de passe :",
	} {
		if got := marked(s); got != nil {
			t.Errorf("%q: got %q, want nothing", s, got)
		}
	}
}

func TestFindTellsSeveralInOrder(t *testing.T) {
	s := "mdp : minou, carte 4970 1012 3456 7893, IBAN FR76 3000 6000 0112 3456 7890 189 et 2 69 05 49 588 157 80"
	want := []string{
		"password:minou", "card:4970 1012 3456 7893", "iban:FR76 3000 6000 0112 3456 7890 189",
		"nir:2 69 05 49 588 157 80",
	}
	if diff := cmp.Diff(want, marked(s)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestCheckSaysEachKindOnceAndNeverTheValue(t *testing.T) {
	var errs text.FieldErrors
	Check("note", "2690549588157 puis 2 69 05 49 588 157 80, mdp : minou", &errs)
	want := []text.FieldError{
		{Field: "note", Message: text.Msg("guard.nir", "digits", 13)},
		{Field: "note", Message: text.Msg("guard.password")},
	}
	if diff := cmp.Diff(want, errs.List); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	errs = text.FieldErrors{}
	Check("note", "IBAN FR7630006000011234567890189, carte 4970101234567893", &errs)
	want = []text.FieldError{
		{Field: "note", Message: text.Msg("guard.iban")},
		{Field: "note", Message: text.Msg("guard.card")},
	}
	if diff := cmp.Diff(want, errs.List); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	errs = text.FieldErrors{}
	Check("note", "Rendez-vous jeudi à 10 h.", &errs)
	if err := errs.Err(); err != nil {
		t.Errorf("ordinary note: got %v, want nothing", err)
	}
}
