// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"escale/internal/exchange"
	"escale/internal/kit/clock"
	"escale/internal/kit/db/dbtest"
)

func zipOf(t *testing.T, name string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if _, err := z.Create(name); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheWrongFileIsRefusedWithTheRemedy(t *testing.T) {
	cases := map[string]struct{ content, key string }{
		"empty":             {"", "file.empty"},
		"blank":             {" \n\n ", "file.empty"},
		"heading alone":     {heading, "file.no_row"},
		"spreadsheet":       {zipOf(t, "xl/workbook.xml"), "file.spreadsheet"},
		"open document":     {zipOf(t, "content.xml"), "file.spreadsheet"},
		"letter":            {zipOf(t, "word/document.xml"), "file.document"},
		"archive":           {zipOf(t, "lieux.csv"), "file.zip"},
		"broken archive":    {"PK\x03\x04 and nothing more", "file.zip"},
		"pdf":               {"%PDF-1.7 …", "file.pdf"},
		"old spreadsheet":   {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.spreadsheet"},
		"picture":           {"\x89PNG\r\n", "file.image"},
		"page":              {"<!DOCTYPE html><html>", "file.html"},
		"bytes":             {"a\x00b\x00", "file.binary"},
		"one column":        {"nom\nMairie\n", "file.one_column"},
		"broken JSON":       {"[{\"nom\":\"a\"},\n{\"nom\" \"b\"}]", "file.json_fault"},
		"cut JSON":          {`[{"nom":"a"}`, "file.json_fault"},
		"list of numbers":   {"[1,2,3]", "file.json_not_records"},
		"no JSON record":    {"[]", "file.no_row"},
		"columns of others": {"date;montant\n1;2\n", "file.unknown_columns"},
	}
	d := dbtest.SQLite(t, clock.Fixed(noon))
	for name, c := range cases {
		_, err := exchange.Import(context.Background(), d, []string{write(t, "liste", c.content)}, exchange.Options{By: editor()})
		var r *exchange.Refusal
		if !errors.As(err, &r) || r.Message.Key != c.key || r.File != "liste" {
			t.Errorf("%s: got %v, want %s", name, err, c.key)
			continue
		}
		if s := err.Error(); strings.Contains(s, "{") || strings.Contains(s, c.key) {
			t.Errorf("%s: no sentence: %s", name, s)
		}
	}
}

func TestTheSameTableInEveryShape(t *testing.T) {
	const table = "id,nom,note\n1,\"Médiathèque, « été »\",\"deux\nlignes\"\n2,Café,\n"
	latin, err := charmap.Windows1252.NewEncoder().String(table)
	if err != nil {
		t.Fatal(err)
	}
	utf16 := []byte{0xff, 0xfe}
	for _, r := range table {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	shapes := map[string]string{
		"plain":          table,
		"byte mark":      "\ufeff" + table,
		"semicolons":     strings.NewReplacer("id,nom,note", "id;nom;note", "1,\"", "1;\"", "\",\"", "\";\"", "2,Café,", "2;Café;").Replace(table),
		"tabs":           strings.NewReplacer("id,nom,note", "id\tnom\tnote", "1,\"", "1\t\"", "\",\"", "\"\t\"", "2,Café,", "2\tCafé\t").Replace(table),
		"windows":        strings.ReplaceAll(table, "\n", "\r\n"),
		"Windows-1252":   latin,
		"UTF-16":         string(utf16),
		"JSON":           `[{"id":1,"nom":"Médiathèque, « été »","note":"deux\nlignes"},{"id":2,"nom":"Café","note":null}]`,
		"JSON lines":     `{"id":"1","nom":"Médiathèque, « été »","note":"deux\nlignes"}` + "\n" + `{"id":"2","nom":"Café","note":""}`,
		"JSON in a case": `{"total":2,"data":[{"id":1,"nom":"Médiathèque, « été »","note":"deux\nlignes"},{"id":2,"nom":"Café"}]}`,
		"blank lines":    table + ",,\n,,\n",
	}
	for name, content := range shapes {
		got, err := exchange.ReadTable([]byte(content))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(got.Rows) != 2 || got.Rows[0].Values["nom"] != "Médiathèque, « été »" || got.Rows[0].Values["note"] != "deux\nlignes" ||
			got.Rows[1].Values["id"] != "2" || got.Rows[1].Values["note"] != "" || got.Rows[1].Number != 2 {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestJSONNumbersKeepTheirDigits(t *testing.T) {
	got, err := exchange.ReadTable([]byte(`[{"siret":35600000063516,"lat":47.2183710001,"cp":"01000"}]`))
	if err != nil {
		t.Fatal(err)
	}
	v := got.Rows[0].Values
	if v["siret"] != "35600000063516" || v["lat"] != "47.2183710001" || v["cp"] != "01000" {
		t.Errorf("got %v", v)
	}
}

func TestHeadingsAreReadWhateverTheirSpelling(t *testing.T) {
	d := dbtest.SQLite(t, clock.Fixed(noon))
	r := run(t, d, exchange.Options{}, write(t, "liste.csv", "NOM;Commune;Code Postal;Adresse;Téléphone\nMairie;Nantes;44000;2 rue Haute;02 40 00 00 00\n"))
	got := places(t, d)
	if r.Files[0].Mapping != "lieux-v1" || len(got) != 1 || got[0].PostalCode != "44000" || got[0].Phone != "+33240000000" {
		t.Errorf("%+v %+v", r.Files, got)
	}
}

func FuzzReadTable(f *testing.F) {
	for _, s := range []string{heading, "[{\"a\":[1,{\"b\":2}]}]", "{\"features\":[{\"type\":\"Feature\"}]}", "PK\x03\x04", "a;\"b\nc", "\xff\xfe\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := exchange.ReadTable(b)
		if err == nil && len(table.Rows) == 0 {
			t.Error("neither rows nor a refusal")
		}
	})
}

// TestAnyRecordIsImportedOrHandedBack throws odd texts at every column: nothing
// panics, every record is accounted for, and what is kept can be exported.
func TestAnyRecordIsImportedOrHandedBack(t *testing.T) {
	odd := rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{"", "-", "0", "1000", "44000", "Nantes", "Paris", "47.2", "-1.55", "4721837", "02 40 00 00 00", "+33", "&amp;lt;b&gt;", "<b", "a@b.fr", "http://", "||", "Mo-Fr 09:00", "9h-12h", "2024-13-01", "01/02/2024"}),
	)
	d := dbtest.SQLite(t, clock.Fixed(noon))
	rapid.Check(t, func(r *rapid.T) {
		with := map[string]string{}
		for _, column := range rapid.SliceOfDistinct(rapid.SampledFrom(exchange.Columns), rapid.ID[string]).Draw(r, "columns") {
			// A file with a zero byte is refused as a whole.
			with[column] = strings.ReplaceAll(odd.Draw(r, column), "\x00", "")
		}
		report := run(t, d, exchange.Options{DryRun: true}, write(t, "lieux.csv", csvOf(record(with))))
		if report.Read != 1 {
			r.Errorf("read %d records of 1", report.Read)
		}
	})
}
