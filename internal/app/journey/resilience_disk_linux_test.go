// SPDX-License-Identifier: Apache-2.0

package journey

import (
	"errors"
	"html"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
)

// inNamespace says that the test runs again, alone, where it may mount.
const inNamespace = "ESCALE_TEST_NAMESPACE"

// smallDisk mounts a disk of 24 MB, in memory, for the test. Someone who may not
// mount sees the test run again in a user namespace, where everybody may; here
// is then false, and there is nothing left to do.
func smallDisk(t *testing.T) (dir string, here bool) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	err := unix.Mount("escale", dir, "tmpfs", 0, "size=24m,mode=0700")
	if errors.Is(err, unix.EPERM) && os.Getenv(inNamespace) == "" && again(t) {
		return "", false
	}
	if err != nil {
		dbtest.Missing(t, "no right to mount a disk of 24 MB to fill up: "+err.Error())
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir, true
}

// again runs this test alone in a namespace, and reports whether it could.
func again(t *testing.T) bool {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	c.Env = append(os.Environ(), inNamespace+"=1")
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := c.CombinedOutput()
	if c.ProcessState == nil {
		return false // no namespace either
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return err != nil || strings.Contains(string(out), "--- PASS: "+t.Name())
}

// fillUp writes a file until the disk has no room left, and gives its path.
func fillUp(t *testing.T, disk string) string {
	t.Helper()
	path := filepath.Join(disk, "filling")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.Copy(f, zeros{}); !errors.Is(err, unix.ENOSPC) {
		t.Fatalf("filling the disk: %v", err)
	}
	return path
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// On a full disk the program goes on showing what it has; what is sent is
// refused with a calm page; nothing is half written; and once there is room
// again the same form goes through.
func TestFullDisk(t *testing.T) {
	disk, here := smallDisk(t)
	if !here {
		return
	}
	dir := filepath.Join(disk, "demonstration")
	copyFolder(t, demoFolder(t), dir)
	r := startDemo(t, dir)
	sylvie := signedIn(t, r, "sylvie")
	filling := fillUp(t, disk)

	all := map[id.ID]sent{}
	long := strings.Repeat("On me demande un papier que je n'ai pas. ", 12)
	var refused id.ID
	// What the journal of the store has already reserved may take a few more.
	for range 400 {
		key := id.New()
		a, err := sylvie.note(key, long)
		if err != nil {
			t.Fatal(err)
		}
		if a.status == http.StatusSeeOther {
			all[key] = sent{long, true}
			continue
		}
		all[key] = sent{words: long}
		refused = key
		if page := flat(a.page); a.status != http.StatusInsufficientStorage ||
			!strings.Contains(page, "Il n'y a plus de place pour enregistrer") || !strings.Contains(page, "Vos réponses sont gardées sur cette page") ||
			!strings.Contains(html.UnescapeString(a.page), strings.TrimSpace(long)) {
			t.Fatalf("on a full disk: %d\n%s", a.status, r.said)
		}
		break
	}
	if refused == "" {
		t.Fatal("the disk is full and nothing was refused")
	}
	if a := sylvie.get(t, "/trouver"); a.status != http.StatusOK {
		t.Errorf("what everyone may read, on a full disk: %d", a.status)
	}
	doctorFinds(t, []string{"doctor", "--data", dir, "--addr", "127.0.0.1:0"}, "disk", "Libérez au moins 500 Mo")
	run(t, "places", "import", "--data", dir, tinyList(t)).says(t, 1, "Le disque est plein. Rien n'a été écrit. Libérez de la place, puis recommencez.")

	remove(t, filling)
	a, err := sylvie.note(refused, long)
	if err != nil || a.status != http.StatusSeeOther {
		t.Fatalf("with room again, the same form: %d, %v\n%s", a.status, err, a.page)
	}
	all[refused] = sent{long, true}
	for key := range all {
		if a := sylvie.get(t, needForm(key)); a.status != http.StatusOK || !strings.Contains(html.UnescapeString(a.page), strings.TrimSpace(long)) {
			t.Errorf("a need that was kept: %d", a.status)
		}
	}
	r.stop(t)
	wholeNeeds(t, dir, all)
	run(t, "audit", "verify", "--data", dir).says(t, 0, "Le journal est entier.")
}

// Killed on a full disk, the program opens again once there is room, with all
// it said it kept.
func TestKilledOnFullDisk(t *testing.T) {
	disk, here := smallDisk(t)
	if !here {
		return
	}
	dir := filepath.Join(disk, "demonstration")
	copyFolder(t, demoFolder(t), dir)
	r := startDemo(t, dir)
	sylvie := signedIn(t, r, "sylvie")
	filling := fillUp(t, disk)
	all, full := map[id.ID]sent{}, false
	for range 400 {
		key := id.New()
		a, err := sylvie.note(key, "Un papier.")
		if err != nil {
			t.Fatal(err)
		}
		all[key] = sent{"Un papier.", a.status == http.StatusSeeOther}
		if full = a.status == http.StatusInsufficientStorage; full {
			break
		}
	}
	if !full {
		t.Fatal("the disk is full and nothing was refused")
	}
	r.kill()
	remove(t, filling)
	sylvie.base = startDemo(t, dir).Address
	if a, err := sylvie.note(id.New(), "Un autre papier."); err != nil || a.status != http.StatusSeeOther {
		t.Errorf("after the kill, with room again: %d, %v", a.status, err)
	}
	killed := filepath.Join(t.TempDir(), "killed")
	copyFolder(t, dir, killed)
	wholeNeeds(t, killed, all)
	run(t, "audit", "verify", "--data", killed).says(t, 0, "Le journal est entier.")
}

// A disk that only reads: said, with what to do, and nothing starts.
func TestReadOnlyDisk(t *testing.T) {
	disk, here := smallDisk(t)
	if !here {
		return
	}
	dir := filepath.Join(disk, "demonstration")
	copyFolder(t, demoFolder(t), dir)
	if err := unix.Mount("", disk, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	run(t, "demo", "--data", dir, "--addr", "127.0.0.1:0").says(t, 1, "ce disque ne permet pas d'écrire", "--data")
	run(t, "demo", "--data", filepath.Join(disk, "new"), "--addr", "127.0.0.1:0").says(t, 1, "ce disque ne permet pas d'écrire", "--data")
	doctorFinds(t, []string{"doctor", "--data", dir, "--addr", "127.0.0.1:0"}, "folder", "Donnez ce dossier au compte qui lance Escale")
}
