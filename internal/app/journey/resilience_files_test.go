// SPDX-License-Identifier: Apache-2.0

package journey

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escale/internal/kit/db/dbtest"
)

// tinyList is a list of one place, in the national schema.
func tinyList(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lieux.csv")
	overwrite(t, path, "id,nom,adresse,code_postal,commune,services\n1,Un lieu,1 rue des Saules,44130,Blain,Aide aux démarches administratives\n")
	return path
}

func zipOf(t *testing.T, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestWrongFile gives files that are not lists of places: each is named for
// what it is, with what to give instead, and nothing is written.
func TestWrongFile(t *testing.T) {
	dir := demoFolder(t)
	before := rowsByTable(t, dir)
	for name, c := range map[string]struct{ content, is, give string }{
		"liste.pdf":    {"%PDF-1.7\n%âãÏÓ\n", "c’est un PDF", "en CSV ou en JSON"},
		"liste.xlsx":   {zipOf(t, "[Content_Types].xml", "xl/workbook.xml"), "c’est un classeur de tableur", "CSV UTF-8"},
		"liste.ods":    {zipOf(t, "mimetype", "content.xml"), "c’est un classeur de tableur", "CSV UTF-8"},
		"liste.docx":   {zipOf(t, "word/document.xml"), "c’est un document de traitement de texte", "en CSV ou en JSON"},
		"liste.zip":    {zipOf(t, "lieux.csv"), "c’est une archive", "ouvrez-la"},
		"page.html":    {"<!DOCTYPE html><title>Lieux</title>", "c’est une page web", "téléchargez le fichier"},
		"vide.csv":     {"", "le fichier est vide", "exportez la liste à nouveau"},
		"blancs.csv":   {" \n\n", "le fichier est vide", "exportez la liste à nouveau"},
		"titres.csv":   {"id,nom,adresse,code_postal,commune,services\n", "pas de fiche", "au moins une ligne"},
		"photo.csv":    {"\x89PNG\r\n\x1a\n\x00\x00", "c’est une image", "en CSV ou en JSON"},
		"binaire.csv":  {"id,nom\n\x00\x01\x02\x00", "pas un fichier de texte", "en CSV ou en JSON"},
		"autre.csv":    {"couleur,taille\nbleu,3\n", "ces colonnes ne sont celles d’aucune liste connue (couleur", "--mapping"},
		"coupe.json":   {`[{"id": "1", "nom": "Un lieu", "adr`, "ne se lit plus à la ligne 1", "un guillemet ou un crochet y manque"},
		"nombres.json": {`[1, 2, 3]`, "ne contient pas de fiches", "une liste d’objets"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			overwrite(t, path, c.content)
			run(t, "places", "import", "--data", dir, path).says(t, 2, name, c.is, c.give)
			if r := run(t, "places", "import", "--json", "--data", dir, tinyList(t), path); r.code != 2 || r.out != "" {
				t.Errorf("beside a good file: exit code %d, answer %s", r.code, r.out)
			}
		})
	}
	t.Run("no file", func(t *testing.T) {
		run(t, "places", "import", "--data", dir, filepath.Join(t.TempDir(), "rien.csv")).says(t, 2, "ne peut pas être lu", "il n'existe pas", "Vérifiez son nom")
		run(t, "places", "import", "--data", dir, t.TempDir()).says(t, 2, "ne peut pas être lu", "c'est un dossier")
	})
	if diff := cmp.Diff(before, rowsByTable(t, dir)); diff != "" {
		t.Errorf("rows of each table, before and after (-before +after):\n%s", diff)
	}
}

// TestWrongFileOnThePage sends the same mistakes through « Ajouter une liste de
// lieux »: the page says what the file is, and nothing is written.
func TestWrongFileOnThePage(t *testing.T) {
	dir := demoFolder(t)
	before := rowsByTable(t, dir)["place"]
	r := startDemo(t, dir)
	claire := signedIn(t, r, "claire")
	for name, c := range map[string]struct{ content, is string }{
		"liste.pdf":   {"%PDF-1.7\n", "c'est un PDF"},
		"liste.xlsx":  {zipOf(t, "xl/workbook.xml"), "c'est un classeur de tableur"},
		"page.html":   {"<!DOCTYPE html><title>Lieux</title>", "c'est une page web"},
		"vide.csv":    {"", "le fichier est vide"},
		"binaire.csv": {"id,nom\n\x00\x01", "ce n'est pas un fichier de texte"},
		"autre.csv":   {"couleur,taille\nbleu,3\n", "ces colonnes ne sont celles d'aucune liste connue"},
		"coupe.json":  {`[{"id": "1", "nom`, "ne se lit plus à la ligne 1"},
	} {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		part, err := w.CreateFormFile("fichier", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(c.content)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		a, err := read(claire.http.Post(claire.base+"/reseau/importer", w.FormDataContentType(), &body))
		if err != nil {
			t.Fatal(err)
		}
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(flat(a.page), c.is) {
			t.Errorf("%s: %d, and « %s » is not on the page:\n%s", name, a.status, c.is, a.page)
		}
	}
	r.stop(t)
	if after := rowsByTable(t, dir)["place"]; after != before {
		t.Errorf("%d places, want %d", after, before)
	}
}

// TestRealFilesOnThePage imports every real file with one command into a
// demonstration that is running: the page « Trouver de l'aide » then shows the
// France services houses of Loire-Atlantique.
func TestRealFilesOnThePage(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(dbtest.Shared(t, "lieux"), "*"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	dir := demoFolder(t)
	r := startDemo(t, dir)
	anyone := &visitor{http: http.DefaultClient, base: r.Address}
	list := houses(t)
	for _, h := range list { // the pages are open, and kept in memory, before the command
		if a := anyone.get(t, h.search()); a.status != http.StatusOK {
			t.Fatalf("%d\n%s", a.status, a.page)
		}
	}
	did := run(t, append([]string{"places", "import", "--json", "--data", dir}, files...)...)
	if did.code != 0 {
		t.Fatalf("exit code %d\n%s", did.code, did.faults)
	}
	var report struct {
		Read, Imported, Updated, Unchanged int
		RejectedRows                       int `json:"rejected_rows"`
	}
	if err := json.Unmarshal([]byte(did.out), &report); err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", report)
	if report.Read != report.Imported+report.Updated+report.Unchanged+report.RejectedRows || report.Imported == 0 {
		t.Errorf("the counts do not add up: %+v", report)
	}
	for _, h := range list {
		seen := false
		for until := time.Now().Add(patience); !seen && time.Now().Before(until); {
			// The running program looks every second whether a place changed.
			seen = strings.Contains(flat(anyone.get(t, h.search()).page), flat(h.name))
		}
		if !seen {
			t.Fatalf("« %s » is not on the page around %s", h.name, h.commune)
		}
	}
	if again := run(t, append([]string{"places", "import", "--data", dir}, files...)...); !strings.Contains(again.out, " 0 nouvelles, 0 changées") {
		t.Errorf("imported again:\n%s", again.out)
	}
}

// franceServices is one house of the national list.
type franceServices struct{ name, commune, code string }

func (f franceServices) search() string {
	return "/trouver?" + url.Values{"ou": {f.commune}, "commune": {f.code}, "texte": {"france services"}}.Encode()
}

// houses are the France services houses of Loire-Atlantique in the real list.
func houses(t *testing.T) []franceServices {
	t.Helper()
	f, err := os.Open(dbtest.Shared(t, "lieux/france-services-2024-08-pays-de-la-loire-bretagne.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) int { return slices.Index(rows[0], name) }
	var list []franceServices
	for _, row := range rows[1:] {
		if row[at("insee_dep")] == "44" {
			list = append(list, franceServices{row[at("lib_fs")], row[at("lib_com")], row[at("insee_com")]})
		}
	}
	if len(list) < 20 {
		t.Fatalf("only %d houses in the list", len(list))
	}
	return list
}

// flat is text as it is read: without what typography and HTML put in.
func flat(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'").Replace(html.UnescapeString(s))
}
