// SPDX-License-Identifier: Apache-2.0

// Package findertest invents places and questions for measuring package
// finder: as many as wanted, the same for the same seed, with the number of
// distinct words, the lengths and the frequencies that national files have.
// No name or address in it is taken from a real place.
package findertest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"escale/internal/kit/id"
	"escale/internal/network/finder"
)

var (
	starts = strings.Fields("Bel Cha Mon Bour Vil Gué Ker Plou Lan Tré Cour Mar Sau Roche Val Beau Fon Noi Gran Pré Ar Bré Cas Dom Es Fer Gar Hau Is Jar Lu Mé Nor Or Pont Quin Ri Sé Tour Us Ver")
	middle = strings.Fields("le ba ri no mi ga ve lo ta fe ro ni cou de lai vi so pe ran ti")
	ends   = strings.Fields("gny ville mont court sac zé nay ron let lières bourg rault don tier vert ché pont nec tin lan zon vray riac teau loup nais dreau")
	tails  = strings.Fields("sur-Mer sous-Bois en-Retz la-Forêt les-Bains le-Vieux du-Lac sur-Loire aux-Moines la-Plaine")

	hosts = []struct {
		name, kind string
		share      int // of a hundred
	}{
		{"Mairie de %s", "MUNI", 14},
		{"Médiathèque %s", "BIB", 14},
		{"France Services %s", "RFS", 12},
		{"Centre social %s", "CS", 8},
		{"CCAS de %s", "CCAS", 9},
		{"Espace public numérique de %s", "EPN", 8},
		{"Association %s pour tous", "ASSO", 9},
		{"Mission locale du pays de %s", "ML", 4},
		{"Maison des solidarités %s", "CMS", 5},
		{"Tiers-lieu La Fabrique %s", "TIERS_LIEUX", 6},
		{"Maison de quartier %s", "MQ", 5},
		{"Bureau de poste %s", "LA_POSTE", 3},
		{"Bus numérique de %s", "CC", 3},
	}

	ways = strings.Fields("rue rue rue rue place avenue boulevard chemin impasse allée")

	phrases = []string{
		"Un conseiller numérique vous reçoit pour vos démarches en ligne.",
		"Aide aux démarches : retraite, CAF, impôts, carte grise.",
		"Accompagnement individuel sur rendez-vous, ateliers collectifs le jeudi.",
		"Ordinateurs, imprimante et scanner en libre accès, wifi gratuit.",
		"Prise en main d'un smartphone, d'une tablette ou d'un ordinateur.",
		"Permanence de la Caisse primaire d'assurance maladie le mardi matin.",
		"Espace France Travail, rédaction de CV et recherche d'emploi.",
		"Initiation à l'informatique pour les débutants et les séniors.",
		"Repérer les arnaques, choisir un mot de passe, protéger ses données.",
		"Lieu accessible, boucle magnétique à l'accueil.",
		"Ateliers de création : impression 3D, vidéo, photo.",
		"Vente d'ordinateurs reconditionnés à prix solidaire.",
		"Café des parents autour des écrans et de l'école.",
		"Entrée par la cour, premier étage avec ascenseur.",
		"Ouvert à toutes les habitantes et tous les habitants du territoire.",
	}

	services = []string{
		"Aide aux démarches administratives", "Maîtrise des outils numériques du quotidien",
		"Insertion professionnelle via le numérique", "Utilisation sécurisée du numérique",
		"Parentalité et éducation avec le numérique", "Loisirs et créations numériques",
		"Compréhension du monde numérique", "Accès internet et matériel informatique",
		"Acquisition de matériel informatique à prix solidaire",
	}
	publics = []string{"Jeunes", "Étudiants", "Familles et/ou enfants", "Seniors", "Femmes"}
	care    = []string{
		"Surdité", "Handicaps moteurs", "Handicaps mentaux", "Illettrisme", "Langues étrangères (anglais)",
		"Langues étrangères (autres)", "Déficience visuelle",
	}
	costs  = []string{"Gratuit", "Gratuit sous condition", "Payant"}
	access = []string{
		"Se présenter", "Téléphoner", "Contacter par mail", "Prendre un RDV en ligne",
		"Ce lieu n'accueille pas de public", "Envoyer un mail avec une fiche de prescription",
	}
	support = []string{"En autonomie", "Accompagnement individuel", "Dans un atelier collectif", "À distance"}
	labels  = []string{
		"Aidants Connect", "Bibliothèques numérique de référence", "Certification PIX", "Conseillers numériques",
		"Emmaüs Connect", "France Services", "Grande école du numérique", "La Croix Rouge",
		"Point d'accès numérique CAF", "Promeneurs du net", "Relais numérique (Emmaüs Connect)",
	}
)

// town is an invented commune.
type town struct {
	name, postcode string
	at             finder.Point
}

// space is the namespace of the places' identifiers.
const space id.ID = "8f6f6a0e-5a34-5d7e-9a51-0d6c4ad3b1f2"

// word makes up a proper name.
func word(r *rand.Rand) string {
	w := starts[r.IntN(len(starts))]
	for range r.IntN(3) {
		w += middle[r.IntN(len(middle))]
	}
	return w + ends[r.IntN(len(ends))]
}

func newTown(r *rand.Rand) town {
	t := town{name: word(r), postcode: fmt.Sprintf("%02d%03d", 1+r.IntN(95), r.IntN(100)*10)}
	switch r.IntN(6) {
	case 0:
		t.name = "Saint-" + t.name
	case 1:
		t.name += "-" + tails[r.IntN(len(tails))]
	}
	t.at = finder.Point{Lat: 42.5 + 8*r.Float64(), Lon: -4 + 11*r.Float64()}
	return t
}

// some picks each code with a probability that falls along the list, and at
// least the first when none comes out and always is set.
func some(r *rand.Rand, codes []string, first float64, always bool) []string {
	var out []string
	for i, c := range codes {
		if r.Float64() < first/math.Sqrt(float64(i+1)) {
			out = append(out, c)
		}
	}
	if out == nil && always {
		out = codes[:1]
	}
	return out
}

// Places invents n places, in about n/4 communes.
func Places(n int, seed uint64) []finder.Doc {
	r := rand.New(rand.NewPCG(seed, 1))
	towns := make([]town, n/4+1)
	for i := range towns {
		towns[i] = newTown(r)
	}
	people := make([]string, n/4+1)
	for i := range people {
		people[i] = word(r)
	}
	docs := make([]finder.Doc, n)
	for i := range docs {
		// Large towns have many places: low numbers come out more often.
		t := towns[int(float64(len(towns))*math.Pow(r.Float64(), 1.5))]
		docs[i] = place(r, i, t, people[r.IntN(len(people))])
	}
	return docs
}

func place(r *rand.Rand, i int, t town, person string) finder.Doc {
	kind := r.IntN(100)
	h := 0
	for kind >= hosts[h].share {
		kind -= hosts[h].share
		h++
	}
	named := t.name
	if r.IntN(3) == 0 {
		named = person
	}
	d := finder.Doc{
		ID:          id.Derive(space, fmt.Sprint(i)),
		Name:        fmt.Sprintf(hosts[h].name, named),
		Commune:     t.name,
		Address:     fmt.Sprintf("%d %s %s", 1+r.IntN(120), ways[r.IntN(len(ways))], person),
		Extra:       t.postcode,
		HasPosition: r.IntN(50) > 0,
		Lat:         t.at.Lat + 0.03*r.NormFloat64(),
		Lon:         t.at.Lon + 0.04*r.NormFloat64(),
		Codes: finder.Codes{
			finder.Services: some(r, services, 0.8, true),
			finder.Publics:  some(r, publics, 0.3, false),
			finder.Care:     some(r, care, 0.15, false),
			finder.Costs:    some(r, costs, 0.9, true)[:1],
			finder.Access:   some(r, access, 0.7, true),
			finder.Support:  some(r, support, 0.7, true),
			finder.Labels:   some(r, labels, 0.2, false),
			finder.Kinds:    {hosts[h].kind, "Fixe"},
		},
	}
	var summary []string
	for range 1 + r.IntN(4) {
		summary = append(summary, phrases[r.IntN(len(phrases))])
	}
	d.Summary = strings.Join(summary, " ")
	if hosts[h].kind == "CC" {
		d.Codes[finder.Kinds][1] = "Itinérant"
	}
	return d
}

// Weeks invents opening hours for n places: office hours, some closed at noon,
// some on a few days only, one in eight unknown.
func Weeks(n int, seed uint64) []finder.Week {
	r := rand.New(rand.NewPCG(seed, 2))
	weeks := make([]finder.Week, n)
	for i := range weeks {
		if r.IntN(8) == 0 {
			continue
		}
		for day := range 6 {
			if r.IntN(3) == 0 || (day == 5 && r.IntN(3) > 0) {
				continue
			}
			from, noon, to := 33+r.IntN(8), r.IntN(2) == 0, 64+r.IntN(12)
			for c := from; c < to; c++ {
				if !noon || c < 48 || c >= 56 {
					weeks[i].Set(day*96 + c)
				}
			}
		}
	}
	return weeks
}

// Monday is the first instant of Weeks.
var Monday = time.Date(2026, 6, 8, 0, 0, 0, 0, time.UTC)
