// SPDX-License-Identifier: Apache-2.0

package journey

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/kit/db"
	"escale/internal/kit/id"
	"escale/internal/kit/seal"
)

// TestAuditTampering edits the audit as someone who holds the store and its key
// could, with the triggers that guard it taken away: the row is found.
func TestAuditTampering(t *testing.T) {
	dir := demoFolder(t)
	var org id.ID
	var last int64
	inside(t, dir, func(ctx context.Context, tx db.Tx) error {
		return tx.NewRaw(`SELECT organisation_id, max(seq) FROM audit GROUP BY 1 ORDER BY 2 DESC LIMIT 1`).Scan(ctx, &org, &last)
	})
	if last < 10 {
		t.Fatalf("only %d rows to tamper with", last)
	}
	middle := last / 2
	noise := make([]byte, 32)
	rand.Read(noise)

	cases := map[string]struct {
		do   string
		args []any
		want access.Fault
		says string
	}{
		"a row changed": {
			`UPDATE audit SET act = 'person.opened' WHERE organisation_id = ? AND seq = ?`,
			[]any{org, middle},
			access.Fault{Organisation: org, Seq: middle, Kind: access.FaultChanged},
			fmt.Sprintf("Ligne %d : modifiée.", middle),
		},
		"another account named": {
			`UPDATE audit SET account_id = ? WHERE organisation_id = ? AND seq = ?`,
			[]any{id.New(), org, middle},
			access.Fault{Organisation: org, Seq: middle, Kind: access.FaultChanged},
			fmt.Sprintf("Ligne %d : modifiée.", middle),
		},
		"a row removed": {
			`DELETE FROM audit WHERE organisation_id = ? AND seq = ?`,
			[]any{org, middle},
			access.Fault{Organisation: org, Seq: middle, Kind: access.FaultRemoved},
			fmt.Sprintf("Ligne %d : des lignes manquent", middle),
		},
		"the last row removed": {
			`DELETE FROM audit WHERE organisation_id = ? AND seq = ?`,
			[]any{org, last},
			access.Fault{Organisation: org, Seq: last, Kind: access.FaultRemoved},
			fmt.Sprintf("Ligne %d : des lignes manquent", last),
		},
		"a row inserted": {
			`INSERT INTO audit SELECT organisation_id, seq + 1, at, account_id, worker_id, act, subject_kind, subject_id, ? FROM audit WHERE organisation_id = ? AND seq = ?`,
			[]any{noise, org, last},
			access.Fault{Organisation: org, Seq: last + 1, Kind: access.FaultInserted},
			fmt.Sprintf("Ligne %d : ajoutée", last+1),
		},
		"the head moved back": {
			`UPDATE audit_head SET seq = seq - 1 WHERE organisation_id = ?`,
			[]any{org},
			access.Fault{Organisation: org, Seq: last - 1, Kind: access.FaultHead},
			fmt.Sprintf("Ligne %d : la fin du journal a été modifiée", last-1),
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			mine := filepath.Join(t.TempDir(), "demonstration")
			copyFolder(t, dir, mine)
			run(t, "audit", "verify", "--data", mine).says(t, 0, "Le journal est entier.")
			inside(t, mine, func(ctx context.Context, tx db.Tx) error {
				for _, q := range []string{`DROP TRIGGER audit_kept_update`, `DROP TRIGGER audit_kept_delete`} {
					if _, err := tx.NewRaw(q).Exec(ctx); err != nil {
						return err
					}
				}
				_, err := tx.NewRaw(c.do, c.args...).Exec(ctx)
				return err
			})
			run(t, "audit", "verify", "--data", mine).says(t, 1, string(org)+" "+c.says, "Le journal n'est pas entier")
			r := run(t, "audit", "verify", "--data", mine, "--json")
			var report access.Report
			if err := json.Unmarshal([]byte(r.out), &report); err != nil {
				t.Fatalf("%v\n%s", err, r.out)
			}
			if r.code != 1 || report.Whole || !slices.Contains(report.Faults, c.want) {
				t.Errorf("exit code %d, whole %v, faults %v, want %v among them", r.code, report.Whole, report.Faults, c.want)
			}
		})
	}
}

// doctorSays is what doctor prints with --json.
type doctorSays struct {
	Well   bool
	Checks []struct {
		Name         string
		Well         bool
		Says, Remedy string
	}
}

// TestWrongSetUp breaks a set-up in each of the ways that happen: the program
// says in French what is wrong and what to do, and doctor says it too.
func TestWrongSetUp(t *testing.T) {
	cases := []struct {
		name    string
		break_  func(t *testing.T, dir string)
		args    []string // DIR stands for the folder
		code    int
		says    []string
		check   string // the check of doctor that is not well
		remedy  string
		doctors []string // instead of --data DIR
	}{
		{
			"wrong key",
			func(t *testing.T, dir string) {
				remove(t, filepath.Join(dir, "escale.key"))
				if err := seal.NewMaster().Write(filepath.Join(dir, "escale.key")); err != nil {
					t.Fatal(err)
				}
			},
			[]string{"demo", "--data", "DIR", "--addr", "127.0.0.1:0"},
			1,
			[]string{"la clé ne l'ouvre pas", "Remettez le fichier escale.key qui va avec cette base"},
			"store", "Remettez le fichier escale.key", nil,
		},
		{
			"key lost",
			func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "escale.key")) },
			[]string{"serve", "--data", "DIR", "--addr", "127.0.0.1:0", "--network-phone", "+33240000000"},
			1,
			[]string{"son fichier escale.key a disparu", "Remettez-le depuis votre sauvegarde", "Escale n'en fabrique pas un autre"},
			"key", "Remettez-la depuis votre sauvegarde", nil,
		},
		{
			"key file that is no key",
			func(t *testing.T, dir string) { overwrite(t, filepath.Join(dir, "escale.key"), "bonjour\n") },
			[]string{"places", "export", "--data", "DIR"},
			1,
			[]string{"n'est pas une clé", "64 chiffres hexadécimaux", "depuis votre sauvegarde"},
			"key", "Remettez la vôtre depuis la sauvegarde", nil,
		},
		{
			"newer schema",
			func(t *testing.T, dir string) {
				inside(t, dir, func(ctx context.Context, tx db.Tx) error {
					_, err := tx.NewRaw(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`).Exec(ctx)
					return err
				})
			},
			[]string{"audit", "verify", "--data", "DIR"},
			1,
			[]string{"un Escale plus récent", "schéma 9999", "Lancez le programme récent"},
			"store", "Lancez le programme récent", nil,
		},
		{
			"a file in place of the folder",
			func(t *testing.T, dir string) {
				if err := os.RemoveAll(dir); err != nil {
					t.Fatal(err)
				}
				overwrite(t, dir, "")
			},
			[]string{"demo", "--data", "DIR", "--addr", "127.0.0.1:0"},
			1,
			[]string{"ne peut pas servir", "n'est pas un dossier", "donnez un autre dossier avec --data"},
			"folder", "Donnez un dossier avec --data", nil,
		},
		{
			"a folder that is no demonstration's",
			func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "demonstration")) },
			[]string{"demo", "--data", "DIR", "--addr", "127.0.0.1:0", "--fresh"},
			2,
			[]string{"contient autre chose qu'une démonstration", "Choisissez-en un autre avec --data"},
			"", "", nil,
		},
		{
			"a demonstration cut short",
			func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "ready")) },
			[]string{"demo", "--data", "DIR", "--addr", "127.0.0.1:0"},
			1,
			[]string{"coupée avant la fin", "--fresh"},
			"", "", nil,
		},
		{
			"a key others can read",
			func(t *testing.T, dir string) { allow(t, filepath.Join(dir, "escale.key"), 0o644) },
			nil, 0, nil, "key", "chmod 600", nil,
		},
		{
			"a folder others can read",
			func(t *testing.T, dir string) { allow(t, dir, 0o755) },
			nil, 0, nil, "folder", "chmod 700", nil,
		},
		{
			"no PostgreSQL there", nil,
			[]string{"audit", "verify", "--data", "DIR", "--db", "postgres://127.0.0.1:1/escale"},
			1,
			[]string{"La base ne s'ouvre pas", "escale doctor"},
			"store", "PostgreSQL : vérifiez l'adresse",
			[]string{"--data", "DIR", "--db", "postgres://127.0.0.1:1/escale"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := demoFolder(t)
			if c.break_ != nil {
				c.break_(t, dir)
			}
			in := func(args []string) (out []string) {
				for _, a := range args {
					out = append(out, strings.ReplaceAll(a, "DIR", dir))
				}
				return out
			}
			if c.args != nil {
				run(t, in(c.args)...).says(t, c.code, c.says...)
			}
			if c.check == "" {
				return
			}
			if c.doctors == nil {
				c.doctors = []string{"--data", "DIR"}
			}
			doctorFinds(t, append([]string{"doctor", "--addr", "127.0.0.1:0"}, in(c.doctors)...), c.check, c.remedy)
		})
	}
}

// doctorFinds fails unless doctor says, as text and as JSON, that check is not
// well and how to mend it.
func doctorFinds(t *testing.T, args []string, check, remedy string) {
	t.Helper()
	run(t, args...).says(t, 1, "À revoir : ", remedy)
	r := run(t, append(args, "--json")...)
	var says doctorSays
	if err := json.Unmarshal([]byte(r.out), &says); err != nil {
		t.Fatalf("%v\n%s", err, r.out)
	}
	if r.code != 1 || says.Well {
		t.Errorf("exit code %d, well %v", r.code, says.Well)
	}
	for _, one := range says.Checks {
		if one.Name == check && !one.Well && strings.Contains(one.Remedy, remedy) {
			return
		}
	}
	t.Errorf("%s with « %s » is not among what doctor found:\n%s", check, remedy, r.out)
}

// A folder that was not there, a lost key: doctor looks, and makes neither.
func TestDoctorChangesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	doctorFinds(t, []string{"doctor", "--addr", "127.0.0.1:0", "--data", dir}, "folder", "escale serve")
	if _, err := os.Stat(dir); err == nil {
		t.Error("doctor made the folder")
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	doctorFinds(t, []string{"doctor", "--addr", "127.0.0.1:0", "--data", dir, "--db", "postgres://127.0.0.1:1/escale"}, "key", "sauvegarde")
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("doctor left %v, %v", files, err)
	}
}

func TestAddressTaken(t *testing.T) {
	dir := demoFolder(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	says := []string{l.Addr().String(), "un autre programme l'a déjà prise", "--addr"}
	run(t, "demo", "--data", dir, "--addr", l.Addr().String()).says(t, 1, says...)
	run(t, "serve", "--data", dir, "--addr", l.Addr().String(), "--network-phone", "+33240000000").says(t, 1, says...)
	doctorFinds(t, []string{"doctor", "--data", dir, "--addr", l.Addr().String()}, "address", "choisissez-en une autre avec --addr")
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func overwrite(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func allow(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}
