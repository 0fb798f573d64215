// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server of its own, asked over the loopback.
type process struct {
	Address string `json:"address"` // http://127.0.0.1:PORT
	cmd     *exec.Cmd
	said    *bytes.Buffer // its standard error
}

// host is HOST:PORT.
func (p *process) host() string { return strings.TrimPrefix(p.Address, "http://") }

// launch starts cmd and decodes into answer the JSON value it prints once it
// answers.
func launch(cmd *exec.Cmd, answer any) (*bytes.Buffer, error) {
	said := &bytes.Buffer{}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := json.NewDecoder(out).Decode(answer); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil, fmt.Errorf("%s did not start: %w\n%s", cmd.Path, err, said)
	}
	return said, nil
}

// demo is a running demonstration.
type demo struct {
	process
	Accounts []struct{ Login, Password string } `json:"accounts"`
	ready    time.Duration                      // from its start to its first page
}

func startDemo(ctx context.Context, program, data string) (*demo, error) {
	d := &demo{}
	d.cmd = exec.CommandContext(ctx, program, "demo", "--json", "--addr", "127.0.0.1:0", "--data", data)
	began := time.Now()
	said, err := launch(d.cmd, d)
	if err != nil {
		return nil, err
	}
	d.said = said
	if _, err := fetch(ctx, d.Address+"/", ""); err != nil {
		d.kill()
		return nil, err
	}
	d.ready = time.Since(began)
	return d, nil
}

// stop asks the process to end, as an administrator would.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w\n%s", p.cmd.Path, err, p.said)
	}
	return nil
}

// kill ends the process if it still runs.
func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
}

// tick is the unit of /proc/PID/stat, the same on every Linux Go runs on.
const tick = 10 * time.Millisecond

// processor is the time the process has spent on the processor, zero where the
// system does not say (it is read from Linux's /proc).
func (p *process) processor() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	// The second field, the program's name, is in brackets and may hold spaces:
	// the fields after it are counted from its end.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}

// memory is what a process holds, in bytes; zero where the system does not say.
type memory struct{ resident, most int64 }

func (p *process) memory() (m memory) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return m
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		kilobytes, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmRSS":
			m.resident = kilobytes << 10
		case "VmHWM":
			m.most = kilobytes << 10
		}
	}
	return m
}

// page is an answer as it travelled.
type page struct {
	status int
	header http.Header
	body   []byte // still compressed
}

// client follows no redirection and leaves bodies compressed.
var client = &http.Client{
	Transport:     &http.Transport{DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// fetch asks for one page as a browser does, with a cookie ("" for none).
func fetch(ctx context.Context, address, cookie string) (page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return page{}, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	if cookie != "" {
		req.Header.Set("Cookie", cookie)
	}
	res, err := client.Do(req)
	if err != nil {
		return page{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return page{res.StatusCode, res.Header, body}, err
}

// signIn gives the cookie of the session of login.
func (d *demo) signIn(ctx context.Context, login string) (string, error) {
	form := url.Values{"identifiant": {login}}
	for _, a := range d.Accounts {
		if a.Login == login {
			form.Set("mot_de_passe", a.Password)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.Address+"/entrer", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		if c.Value != "" {
			return c.Name + "=" + c.Value, nil
		}
	}
	return "", fmt.Errorf("%s could not sign in: %s", login, res.Status)
}
