// SPDX-License-Identifier: Apache-2.0

package network_test

import (
	"fmt"
	"testing"

	"escale/internal/kit/id"
	"escale/internal/network"
)

func TestWhatLooksLikeOnePlace(t *testing.T) {
	at := func(metres float64) *network.Position {
		return &network.Position{Lat: 47.2 + metres/111_195, Lon: -1.55}
	}
	card := func(name, address string, p *network.Position) network.Place {
		return network.Place{ID: id.New(), Name: name, Commune: "44109", CommuneName: "Nantes", Address: address, Position: p}
	}
	with := func(p network.Place, f func(*network.Place)) network.Place { f(&p); return p }
	phone := func(p *network.Place) { p.Phone = "+33240000000" }
	cases := []struct {
		name string
		a, b network.Place
		want bool
	}{
		{"same address, next door, other names", card("CCAS", "12 bd des Belges", at(0)), card("Point numérique", "12 Boulevard des Belges", at(5)), true},
		{"same name and address", card("Médiathèque Floresca Guépin", "15 rue de la Haluchère", at(0)), card("MEDIATHEQUE FLORESCA-GUEPIN", "15, rue de la Haluchère", at(250)), true},
		{"no position, same name and address", card("Atelier Nord", "3 rue des Lilas", nil), card("Atelier nord", "3 rue des lilas", nil), true},
		{"same name elsewhere in town", card("La Poste", "1 rue Haute", at(0)), card("La Poste", "99 quai Bas", at(2000)), false},
		{"neighbours", card("Boulangerie", "1 rue Haute", at(0)), card("Mairie", "3 rue Haute", at(15)), false},
		{"same street without more", card("Alpha", "rue Haute", at(0)), card("Beta", "rue Haute", at(400)), false},
		{"a telephone and a part of the name", with(card("France services Nord", "1 rue Haute", at(0)), phone), with(card("Maison France services", "5 rue Haute", at(30)), phone), true},
		{"a shared switchboard", with(card("Antenne Est", "1 rue Haute", at(0)), phone), with(card("Antenne Ouest", "7 quai Bas", at(3000)), phone), false},
	}
	for _, c := range cases {
		got := network.Propose([]network.Place{c.a, c.b})
		if (len(got) == 1) != c.want {
			t.Errorf("%s: got %+v, want a proposal: %v", c.name, got, c.want)
		}
	}
}

// crowd makes n places of a large network: towns of a hundred places each, one
// place in twenty written twice.
func crowd(n int) []network.Place {
	places := make([]network.Place, n)
	for i := range places {
		k := i
		if i%20 == 1 {
			k = i - 1
		}
		town := k / 100
		p := fullPlace("")
		p.ID = id.New()
		p.Name = fmt.Sprintf("Lieu %d", k)
		p.Address = fmt.Sprintf("%d rue numéro %d", k%100+1, k)
		p.Commune = fmt.Sprintf("%05d", town)
		p.Pivot, p.Phone, p.Emails = "", fmt.Sprintf("+33%09d", 200_000_000+k), nil
		p.Position = &network.Position{Lat: 43 + float64(town%60)*0.1 + float64(k%10)*0.003, Lon: -1 + float64(town/60)*0.1 + float64(k/10%10)*0.003}
		places[i] = p
	}
	return places
}

func TestDuplicatesOfALargeNetworkAreFoundOnce(t *testing.T) {
	places := crowd(5_000)
	if got := network.Propose(places); len(got) != 250 {
		t.Errorf("%d proposals, want 250", len(got))
	}
}

func BenchmarkPropose(b *testing.B) {
	places := crowd(25_000)
	for b.Loop() {
		network.Propose(places)
	}
}
