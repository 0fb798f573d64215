// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"escale/internal/exchange"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/network"
)

// TestOneWrongFieldLosesNothingElse gives a record one wrong or odd field at a
// time, and looks at what is kept and what is said.
func TestOneWrongFieldLosesNothingElse(t *testing.T) {
	cases := []struct {
		name, field, value string
		with               map[string]string // further columns
		want               func(p network.Place) any
		kept               any
		said               string // field repaired or rejected, "" for none
		rejected           bool
	}{
		{name: "postal code without its zero", field: "code_postal", value: "1000", with: map[string]string{"commune": "Bourg-en-Bresse", "code_insee": "01053", "latitude": "", "longitude": ""}, want: func(p network.Place) any { return p.PostalCode }, kept: "01000", said: "code_postal"},
		{name: "postal code of a spreadsheet", field: "code_postal", value: "51100.0", want: func(p network.Place) any { return p.PostalCode }, kept: "51100", said: "code_postal"},
		{name: "INSEE code without its zero", field: "code_insee", value: "1053", with: map[string]string{"commune": "Bourg-en-Bresse", "code_postal": "01000", "latitude": "", "longitude": ""}, want: func(p network.Place) any { return p.Commune }, kept: "01053", said: "code_insee"},
		{name: "INSEE code of another commune", field: "code_insee", value: "44109", want: func(p network.Place) any { return p.Commune }, kept: "51454", said: "code_insee"},
		{name: "INSEE code of the past", field: "code_insee", value: "49069", with: map[string]string{"commune": "Orée d'Anjou", "code_postal": "49270", "latitude": "", "longitude": ""}, want: func(p network.Place) any { return p.Commune }, kept: "49126", said: "code_insee"},
		{name: "commune with a misprint", field: "commune", value: "Reimss", want: func(p network.Place) any { return p.CommuneName }, kept: "Reims", said: "commune"},
		{name: "commune of the past", field: "commune", value: "Beaupréau", with: map[string]string{"code_postal": "49600", "code_insee": "", "latitude": "", "longitude": ""}, want: func(p network.Place) any { return p.Commune + p.CommuneName }, kept: "49023Beaupréau-en-Mauges", said: "commune"},
		{name: "commune in capitals", field: "commune", value: "REIMS", want: func(p network.Place) any { return p.CommuneName }, kept: "Reims"},
		{name: "SIRET without its zero", field: "pivot", value: "5720784990007", want: func(p network.Place) any { return p.Pivot }, kept: "05720784990007", said: "pivot"},
		{name: "SIRET with spaces", field: "pivot", value: "434 933 123 00029", want: func(p network.Place) any { return p.Pivot }, kept: "43493312300029", said: "pivot"},
		{name: "fourteen zeros", field: "pivot", value: "00000000000000", want: func(p network.Place) any { return p.Pivot }, kept: "", said: "pivot"},
		{name: "not a SIRET", field: "pivot", value: "à venir", want: func(p network.Place) any { return p.Pivot }, kept: "", said: "pivot", rejected: true},
		{name: "phone with spaces", field: "telephone", value: "01 80 05 98 80", want: func(p network.Place) any { return p.Phone }, kept: "+33180059880", said: "telephone"},
		{name: "phone cut short", field: "telephone", value: "02 41 41 5 67", want: func(p network.Place) any { return p.Phone }, kept: "", said: "telephone", rejected: true},
		{name: "short number", field: "telephone", value: "39 49", want: func(p network.Place) any { return p.Phone + "/" + p.BookingPhone }, kept: "/3949", said: "telephone"},
		{name: "two numbers", field: "telephone", value: "02 40 00 00 00 / 06 00 00 00 00", want: func(p network.Place) any { return p.Phone + "/" + p.BookingPhone }, kept: "+33240000000/+33600000000", said: "telephone"},
		{name: "swapped coordinates", field: "latitude", value: "4.0317", with: map[string]string{"longitude": "49.2583"}, want: position, kept: network.Position{Lat: 49.2583, Lon: 4.0317}, said: "position"},
		{name: "decimal commas", field: "latitude", value: "49,2583", with: map[string]string{"longitude": "4,0317"}, want: position, kept: network.Position{Lat: 49.2583, Lon: 4.0317}},
		{name: "lost decimal points", field: "latitude", value: "492583", with: map[string]string{"longitude": "40317"}, want: position, kept: network.Position{Lat: 49.2583, Lon: 4.0317}, said: "position"},
		{name: "coordinates far away", field: "latitude", value: "43.3", with: map[string]string{"longitude": "5.4"}, want: position, kept: nil, said: "position", rejected: true},
		{name: "coordinates abroad", field: "latitude", value: "40.7", with: map[string]string{"longitude": "-74"}, want: position, kept: nil, said: "position", rejected: true},
		{name: "no coordinates but zeros", field: "latitude", value: "0", with: map[string]string{"longitude": "0"}, want: position, kept: nil, said: "position", rejected: true},
		{name: "hours in French", field: "horaires", value: "Du lundi au vendredi, de 9h30 à 17h", want: func(p network.Place) any { return p.Hours }, kept: "Mo-Fr 09:30-17:00", said: "horaires"},
		{name: "hours nobody can read", field: "horaires", value: "quand il fait beau", want: func(p network.Place) any { return p.Hours + "/" + p.Detail }, kept: "/Horaires : quand il fait beau", said: "horaires", rejected: true},
		{name: "French date", field: "date_maj", value: "02/04/2024", want: func(p network.Place) any { return p.UpdatedOn.String() }, kept: "2024-04-02", said: "date_maj"},
		{name: "date that is none", field: "date_maj", value: "09/0102023", want: func(p network.Place) any { return p.UpdatedOn.String() }, kept: "", said: "date_maj", rejected: true},
		{name: "date to come", field: "date_maj", value: "2031-01-01", want: func(p network.Place) any { return p.UpdatedOn.String() }, kept: "", said: "date_maj", rejected: true},
		{name: "unknown service", field: "services", value: "Utilisation sécurisée du numérique|Cuisine", want: func(p network.Place) any { return strings.Join(p.Services, "|") }, kept: "Utilisation sécurisée du numérique", said: "services", rejected: true},
		{name: "service of the old schema", field: "services", value: "Accéder à du matériel", want: func(p network.Place) any { return strings.Join(p.Services, "|") }, kept: "Accès internet et matériel informatique", said: "services"},
		{name: "semicolons in a list", field: "frais_a_charge", value: "Gratuit sous condition;Payant", want: func(p network.Place) any { return strings.Join(p.Fees, "|") }, kept: "Gratuit sous condition|Payant"},
		{name: "value without its accents", field: "itinerance", value: "itinerant", want: func(p network.Place) any { return strings.Join(p.Roaming, "|") }, kept: "Itinérant", said: "itinerance"},
		{name: "address without a scheme", field: "site_web", value: "www.exemple.fr", want: func(p network.Place) any { return strings.Join(p.Websites, "|") }, kept: "https://www.exemple.fr", said: "site_web"},
		{name: "script for an address", field: "site_web", value: "javascript:alert(1)", want: func(p network.Place) any { return strings.Join(p.Websites, "|") }, kept: "", said: "site_web", rejected: true},
		{name: "two e-mail addresses", field: "courriels", value: "a@exemple.fr ou b@exemple.fr", want: func(p network.Place) any { return strings.Join(p.Emails, "|") }, kept: "a@exemple.fr|b@exemple.fr", said: "courriels"},
		{name: "not an e-mail address", field: "courriels", value: "twitter@cpam49", want: func(p network.Place) any { return strings.Join(p.Emails, "|") }, kept: "", said: "courriels", rejected: true},
		{name: "entities of a web page", field: "nom", value: "L&#39;Anonymal &amp; Cie ", want: func(p network.Place) any { return p.Name }, kept: "L'Anonymal & Cie", said: "nom"},
		{name: "summary too long", field: "presentation_resume", value: strings.Repeat("mot ", 100), want: func(p network.Place) any { return len([]rune(p.Summary)) <= 280 && len(p.Detail) > 390 }, kept: true, said: "presentation_resume"},
	}
	d := dbtest.SQLite(t, clock.Fixed(noon))
	for i, c := range cases {
		with := map[string]string{"id": fmt.Sprint(i), c.field: c.value}
		for k, v := range c.with {
			with[k] = v
		}
		o := exchange.Options{Source: c.name, DryRun: true}
		path := write(t, "lieux.csv", csvOf(record(with)))
		var got network.Place
		r := run(t, d, o, path)
		o.DryRun = false
		run(t, d, o, path)
		for _, p := range places(t, d) {
			if s := sourceOf(t, d, p); s == c.name {
				got = p
			}
		}
		if r.Imported != 1 {
			t.Errorf("%s: the record is lost: %+v", c.name, r.Rejected)
			continue
		}
		if diff := cmp.Diff(c.kept, c.want(got)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
		var said []string
		for _, x := range r.Repaired {
			said = append(said, x.Field)
		}
		for _, x := range r.Rejected {
			said = append(said, "!"+x.Field)
		}
		var want []string
		switch {
		case c.rejected:
			want = []string{"!" + c.said}
		case c.said != "":
			want = []string{c.said}
		}
		// A field may be mended twice, as one that holds two numbers.
		if diff := cmp.Diff(want, slices.Compact(said), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: said (-want +got)\n%s", c.name, diff)
		}
	}
}

func position(p network.Place) any {
	if p.Position == nil {
		return nil
	}
	return *p.Position
}

func sourceOf(t *testing.T, d *db.DB, p network.Place) string {
	t.Helper()
	name := ""
	err := d.View(context.Background(), func(ctx context.Context, tx db.Tx) error {
		s, err := network.SourcesOf(ctx, tx, p.ID)
		if len(s) > 0 {
			name = s[0].Source
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func TestThreeBadRowsOfAHundred(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		var all []map[string]string
		for i := range 100 {
			with := map[string]string{"id": fmt.Sprint(i), "nom": fmt.Sprint("Lieu ", i)}
			switch i {
			case 10:
				with["nom"] = ""
			case 20:
				with["commune"], with["code_postal"], with["code_insee"] = "", "", ""
			case 30:
				with["commune"], with["code_postal"], with["code_insee"] = "Nulle-Part-les-Eaux", "", ""
			}
			all = append(all, record(with))
		}
		r := run(t, d, exchange.Options{}, write(t, "lieux.csv", csvOf(all...)))
		if r.Read != 100 || r.Imported != 97 || r.RejectedRows != 3 {
			t.Errorf("read %d, imported %d, rejected %d", r.Read, r.Imported, r.RejectedRows)
		}
		var rows []int
		for _, x := range r.Rejected {
			rows = append(rows, x.Row)
		}
		if diff := cmp.Diff([]int{11, 21, 31}, rows); diff != "" {
			t.Error(diff)
		}
	})
}

func TestADryRunWritesNothing(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		path := write(t, "lieux.csv", csvOf(record(nil)))
		dry := run(t, d, exchange.Options{DryRun: true}, path)
		mark, err := d.Mark(context.Background(), network.PlacesTopic)
		if err != nil || mark != 0 || len(places(t, d)) != 0 {
			t.Errorf("a dry run wrote: %d places, mark %d, %v", len(places(t, d)), mark, err)
		}
		wet := run(t, d, exchange.Options{}, path)
		if !dry.DryRun || wet.DryRun || dry.Imported != 1 || wet.Imported != 1 {
			t.Errorf("dry %+v, wet %+v", dry, wet)
		}
	})
}

func TestAStoppedImportLeavesNothing(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		var all []map[string]string
		for i := range 500 {
			all = append(all, record(map[string]string{"id": fmt.Sprint(i)}))
		}
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		o := exchange.Options{By: editor(), Progress: func(done, total int) {
			if done >= 400 {
				stop()
			}
		}}
		_, err := exchange.Import(ctx, d, []string{write(t, "lieux.csv", csvOf(all...))}, o)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
		if n := len(places(t, d)); n != 0 {
			t.Errorf("%d places are left", n)
		}
	})
}

func TestOneIdentifierForTwoPlacesLosesNeither(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		path := write(t, "lieux.csv", csvOf(record(nil), record(map[string]string{"nom": "Un autre lieu"}), record(nil)))
		r := run(t, d, exchange.Options{}, path)
		if r.Imported != 2 || r.RejectedRows != 1 {
			t.Errorf("imported %d, rejected %d: %+v", r.Imported, r.RejectedRows, r.Rejected)
		}
		if again := run(t, d, exchange.Options{}, path); again.Unchanged != 2 {
			t.Errorf("again: %+v", again.Files)
		}
	})
}

func TestProgressReachesTheEnd(t *testing.T) {
	d := dbtest.SQLite(t, clock.Fixed(noon))
	last, total := 0, 0
	o := exchange.Options{Progress: func(done, of int) { last, total = done, of }}
	run(t, d, o, write(t, "a.csv", csvOf(record(nil))), write(t, "b.csv", csvOf(record(nil), record(map[string]string{"id": "2"}))))
	if last != 3 || total != 3 {
		t.Errorf("got %d of %d, want 3 of 3", last, total)
	}
}
