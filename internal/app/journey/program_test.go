// SPDX-License-Identifier: Apache-2.0

package journey

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// program is the built escale, once per test run.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "escale-program")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "escale")
	build := exec.Command("go", "build", "-o", path, "escale/cmd/escale")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// built is the folder of the built program, empty when no test needed it.
var built string

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	os.Exit(code)
}

// escale gives the command for the built program with args.
func escale(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return exec.Command(path, args...)
}

// log keeps what a program says while it runs.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// running is a program that answers at Address.
type running struct {
	Address  string `json:"address"`
	Accounts []struct {
		Role, Name, Login, Password string
	} `json:"accounts"`
	Try     []string `json:"try"`
	process *exec.Cmd
	said    *log
}

// password opens the account of login.
func (r *running) password(t *testing.T, login string) string {
	t.Helper()
	for _, a := range r.Accounts {
		if a.Login == login {
			return a.Password
		}
	}
	t.Fatalf("the demonstration has no account %s", login)
	return ""
}

// startDemo starts the demonstration in dir and waits until it answers.
func startDemo(t *testing.T, dir string, more ...string) *running {
	t.Helper()
	c := escale(t, append([]string{"demo", "--json", "--addr", "127.0.0.1:0", "--data", dir}, more...)...)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	r := &running{process: c, said: &log{}}
	c.Stderr = r.said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.kill() })
	ready := make(chan error, 1)
	go func() { ready <- json.NewDecoder(bufio.NewReader(out)).Decode(r) }()
	select {
	case err := <-ready:
		if err != nil {
			t.Fatalf("the demonstration did not start: %v\n%s", err, r.said)
		}
	case <-time.After(2 * time.Minute):
		t.Fatalf("the demonstration is not ready after two minutes\n%s", r.said)
	}
	if !strings.HasPrefix(r.Address, "http://127.0.0.1:") {
		t.Fatalf("address %q", r.Address)
	}
	return r
}

// kill ends the program as a power cut would.
func (r *running) kill() {
	if r.process.ProcessState == nil {
		_ = r.process.Process.Kill()
		_ = r.process.Wait()
	}
}
