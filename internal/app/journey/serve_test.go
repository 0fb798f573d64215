// SPDX-License-Identifier: Apache-2.0

package journey

import (
	"bufio"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"escale/internal/access"
)

// TestFirstDayOfAHouse is a house from nothing, with the program that runs it for
// real: its first administrator, its first organisation, its first mediator, and
// the first need she notes.
func TestFirstDayOfAHouse(t *testing.T) {
	base, first := startServe(t, filepath.Join(t.TempDir(), "house"))

	alix := newVisitor(t, base)
	alix.choose(t, first, url.Values{"nom": {"Alix Tenante"}, "identifiant": {"alix"}})
	alix.enrol(t, "alix")

	made := alix.submit(t, "/reseau/structures/nouvelle", "/reseau/structures", url.Values{"nom": {"Maison des Halles"}, "sorte": {"CCAS"}})
	if made.status != http.StatusSeeOther {
		t.Fatalf("no first organisation: %d\n%s", made.status, made.page)
	}
	at, err := url.Parse(made.location)
	if err != nil {
		t.Fatal(err)
	}
	organisation := strings.TrimPrefix(at.Path, "/reseau/structures/")

	invited := alix.submit(t, "/comptes/nouveau", "/comptes/nouveau", url.Values{
		"nom": {"Nadia Essai"}, "identifiant": {"nadia"}, "structure": {organisation}, "role": {string(access.Mediator)},
	})
	link := linkShown.FindString(invited.page)
	if link == "" {
		t.Fatalf("no link for the mediator: %d\n%s", invited.status, invited.page)
	}

	nadia := newVisitor(t, base)
	nadia.choose(t, link, nil)
	nadia.enrol(t, "nadia")
	if noted := nadia.submit(t, "/besoin", "/besoin", url.Values{"mots": {"Je n'arrive pas à payer la cantine."}, "rappel": {"none"}}); noted.status != http.StatusSeeOther {
		t.Fatalf("the need is not kept: %d\n%s", noted.status, noted.page)
	}
	if a := nadia.get(t, "/aujourdhui"); a.status != http.StatusOK {
		t.Errorf("her day: %d\n%s", a.status, a.page)
	}
	list := nadia.get(t, "/demandes")
	if list.status != http.StatusOK || !strings.Contains(list.page, "par vous") {
		t.Errorf("the list: %d, without the need she noted\n%s", list.status, list.page)
	}
	if a := nadia.get(t, fileShown.FindString(list.page)); a.status != http.StatusOK || !strings.Contains(a.page, "payer la cantine") {
		t.Errorf("the need: %d, without her words\n%s", a.status, a.page)
	}
	for _, path := range []string{"/aujourdhui", "/besoin"} {
		if a := alix.get(t, path); a.status != http.StatusForbidden {
			t.Errorf("%s is open to whoever keeps the accounts: %d", path, a.status)
		}
	}
}

var (
	linkShown = regexp.MustCompile(`http://127\.0\.0\.1:\d+/lien/[A-Za-z0-9_-]{43}`)
	fileShown = regexp.MustCompile(`/demandes/[0-9a-f-]{36}`)
	keyShown  = regexp.MustCompile(`<span class="nb">([A-Z2-7]{1,4})</span>`)
)

const firstPassword = "caravane jaune sous la pluie"

// startServe starts a house in dir and gives its address, and the one-time link
// it prints for its first administrator.
func startServe(t *testing.T, dir string) (base, first string) {
	t.Helper()
	c := escale(t, "serve", "--data", dir, "--network-phone", "+33240000000", "--addr", "127.0.0.1:0")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	r := &running{process: c, said: &log{}}
	c.Stderr = r.said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.kill)
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		link := ""
		for lines.Scan() {
			if link == "" {
				link = linkShown.FindString(lines.Text())
			}
			if strings.Contains(lines.Text(), "Ctrl-C") { // the last line: it answers
				found <- link
			}
		}
		close(found)
	}()
	select {
	case first = <-found:
	case <-time.After(time.Minute):
	}
	if first == "" {
		t.Fatalf("no link for the first administrator\n%s", r.said)
	}
	base, _, _ = strings.Cut(first, "/lien/")
	return base, first
}

// newVisitor is a new browser at base, in which nobody is signed in.
func newVisitor(t *testing.T, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{&http.Client{
		Jar: jar, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, base}
}

// submit opens the page at path, fills in its form that is sent to action, and
// sends it.
func (v *visitor) submit(t *testing.T, path, action string, filled url.Values) answer {
	t.Helper()
	a := v.get(t, path)
	if a.status != http.StatusOK {
		t.Fatalf("%s: %d to %q\n%s", path, a.status, a.location, a.page)
	}
	form := formTo(t, a.page, action)
	for name, values := range filled {
		if !form.Has(name) {
			t.Fatalf("%s: the form has no field %s", path, name)
		}
		form[name] = values
	}
	return v.post(t, action, form)
}

// formTo gives the fields of the form of page that is sent to action, with what
// they hold: hidden and typed ones; those to choose from are left unanswered.
func formTo(t *testing.T, page, action string) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data != "form" || attribute(n, "action") != action {
			continue
		}
		fields := url.Values{}
		for f := range n.Descendants() {
			name, kind := attribute(f, "name"), attribute(f, "type")
			switch {
			case name == "" || f.Type != html.ElementNode:
			case f.Data == "input" && kind != "radio" && kind != "checkbox":
				fields.Set(name, attribute(f, "value"))
			case f.Data == "input" || f.Data == "select" || f.Data == "textarea":
				fields[name] = nil
			}
		}
		return fields
	}
	t.Fatalf("no form is sent to %s\n%s", action, page)
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// choose opens a one-time link and chooses a password behind it.
func (v *visitor) choose(t *testing.T, link string, more url.Values) {
	t.Helper()
	filled := url.Values{"nouveau_mot_de_passe": {firstPassword}, "encore": {firstPassword}}
	for name, values := range more {
		filled[name] = values
	}
	if a := v.submit(t, strings.TrimPrefix(link, v.base), "/lien", filled); a.status != http.StatusSeeOther {
		t.Fatalf("the link does not open: %d\n%s", a.status, a.page)
	}
}

// enrol signs login in for the first time, her telephone with her: it shows the
// code of the key that the page shows.
func (v *visitor) enrol(t *testing.T, login string) {
	t.Helper()
	a := v.submit(t, "/entrer", "/entrer", url.Values{"identifiant": {login}, "mot_de_passe": {firstPassword}})
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.location, "/entrer/telephone") {
		t.Fatalf("%s is not asked for a telephone: %d to %q\n%s", login, a.status, a.location, a.page)
	}
	key := ""
	for _, four := range keyShown.FindAllStringSubmatch(v.get(t, a.location).page, -1) {
		key += four[1]
	}
	code, err := access.CodeAt(key, time.Now())
	if err != nil {
		t.Fatalf("the page shows no key: %v", err)
	}
	if a = v.submit(t, a.location, "/entrer/telephone", url.Values{"code": {code}}); a.status != http.StatusOK || a.location != "" {
		t.Fatalf("%s is not in: %d\n%s", login, a.status, a.page)
	}
}
