// SPDX-License-Identifier: Apache-2.0

package journey

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"escale/internal/access"
	"escale/internal/app/rooms"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// These tests do to the program what happens to programs: it is stopped, killed,
// filled up, given the wrong key or the wrong file. What each shows is in
// docs/resilience.md.

var (
	tell sync.Once
	told string // a demonstration told to its end and stopped, "" when that failed
)

// demoFolder gives the test a demonstration's folder of its own, already told.
func demoFolder(t *testing.T) string {
	t.Helper()
	tell.Do(func() {
		path, err := program()
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(filepath.Dir(path), "demonstration")
		startDemo(t, dir).stop(t)
		told = dir
	})
	if told == "" {
		t.Fatal("the demonstration could not be told")
	}
	dir := filepath.Join(t.TempDir(), "demonstration")
	copyFolder(t, told, dir)
	return dir
}

// copyFolder copies the files of a folder, readable by nobody else.
func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, f.Name()), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// stop asks the program to end, as Ctrl-C does, and waits until it has.
func (r *running) stop(t *testing.T) {
	t.Helper()
	if err := r.process.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := r.process.Wait(); err != nil {
		t.Fatalf("asked to stop: %v\n%s", err, r.said)
	}
}

// visitor is a browser without a screen: cookies, and no redirection followed,
// so that each is seen.
type visitor struct {
	http *http.Client
	base string
}

// signedIn is a new browser in which login has signed in.
func signedIn(t *testing.T, r *running, login string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{&http.Client{
		Jar: jar, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, r.Address}
	a := v.post(t, "/entrer", url.Values{"identifiant": {login}, "mot_de_passe": {r.password(t, login)}})
	if a.status != http.StatusSeeOther {
		t.Fatalf("%s cannot sign in: %d\n%s", login, a.status, a.page)
	}
	return v
}

// answer is what came back.
type answer struct {
	status   int
	location string
	page     string
}

func read(res *http.Response, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header.Get("Location"), string(b)}, err
}

func (v *visitor) get(t *testing.T, path string) answer {
	t.Helper()
	a, err := read(v.http.Get(v.base + path))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (v *visitor) post(t *testing.T, path string, form url.Values) answer {
	t.Helper()
	a, err := read(v.http.PostForm(v.base+path, form))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// note sends a need, in the words she said it, under the key of the form that
// was opened. The error is the connection's: nobody answered.
func (v *visitor) note(key id.ID, words string) (answer, error) {
	return read(v.http.PostForm(v.base+"/besoin", url.Values{"cle": {string(key)}, "mots": {words}, "rappel": {"none"}}))
}

// needForm is the page that changes a need: it shows all of it.
func needForm(key id.ID) string { return "/demandes/" + string(key) + "/modifier" }

// house opens a stopped program's folder as an administrator of the machine
// could, key and all.
func house(t *testing.T, dir string) *rooms.Rooms {
	t.Helper()
	r, err := rooms.Open(context.Background(), rooms.Config{Data: dir}, access.DefaultPolicy(), clock.System)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// inside runs f in one transaction on the store of dir.
func inside(t *testing.T, dir string, f func(ctx context.Context, tx db.Tx) error) {
	t.Helper()
	r := house(t, dir)
	defer r.Close()
	if err := r.DB.Update(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

// rowsByTable counts the rows of every table of the store of dir.
func rowsByTable(t *testing.T, dir string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	inside(t, dir, func(ctx context.Context, tx db.Tx) error {
		var tables []string
		if err := tx.NewRaw(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).Scan(ctx, &tables); err != nil {
			return err
		}
		for _, table := range tables {
			var n int
			if err := tx.NewRaw(`SELECT count(*) FROM "`+table+`"`).Scan(ctx, &n); err != nil {
				return err
			}
			counts[table] = n
		}
		return nil
	})
	return counts
}

// ran is what a command did.
type ran struct {
	code        int
	out, faults string
}

// run runs a command of the program to its end.
func run(t *testing.T, args ...string) ran {
	t.Helper()
	c := escale(t, args...)
	var out, faults strings.Builder
	c.Stdout, c.Stderr = &out, &faults
	err := c.Run()
	if c.ProcessState == nil {
		t.Fatal(err)
	}
	return ran{c.ProcessState.ExitCode(), out.String(), faults.String()}
}

// says fails unless the command ended with code and said every sentence.
func (r ran) says(t *testing.T, code int, sentences ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d\n%s%s", r.code, code, r.out, r.faults)
	}
	for _, s := range sentences {
		if !strings.Contains(r.out+r.faults, s) {
			t.Errorf("« %s » is not said:\n%s%s", s, r.out, r.faults)
		}
	}
}
