// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"time"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// loginRow is what signing in needs of an account.
type loginRow struct {
	ID       id.ID
	Login    string
	Name     string
	Password string
	PIN      string `bun:"pin"`
	TOTP     []byte `bun:"totp"`
	TOTPStep int64  `bun:"totp_step"`
	WorkerID id.ID
	Status   string
}

const loginColumns = `id, login, name, password, pin, totp, totp_step, worker_id, status`

// accountByLogin gives the account of a folded login, or db.ErrNotFound.
func accountByLogin(ctx context.Context, tx db.Tx, key string) (loginRow, error) {
	var row loginRow
	err := tx.NewRaw(`SELECT `+loginColumns+` FROM account WHERE login_key = ?`, key).Scan(ctx, &row)
	return row, db.Explain(err)
}

// accountByID gives an account, or db.ErrNotFound.
func accountByID(ctx context.Context, tx db.Tx, account id.ID) (loginRow, error) {
	var row loginRow
	err := tx.NewRaw(`SELECT `+loginColumns+` FROM account WHERE id = ?`, account).Scan(ctx, &row)
	return row, db.Explain(err)
}

// insertAccount writes a new account.
func insertAccount(ctx context.Context, tx db.Tx, a Account, password string, totp []byte) error {
	var stored any
	if password != "" {
		stored = password
	}
	_, err := tx.NewRaw(`INSERT INTO account (id, login, login_key, name, password, totp, worker_id, status, made_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, a.ID, a.Login, foldLogin(a.Login), a.Name, stored, totp, nullable(a.Worker),
		string(a.Status), tx.Now).Exec(ctx)
	return err
}

// holdAccount makes every gesture on the same account wait for this one: an
// update that changes nothing locks the row on both engines. It gives
// db.ErrNotFound for no account.
func holdAccount(ctx context.Context, tx db.Tx, account id.ID) error {
	r, err := tx.NewRaw(`UPDATE account SET version = version WHERE id = ?`, account).Exec(ctx)
	if err != nil {
		return err
	}
	return one(r)
}

// useStep accepts the code of a step once: false when it, or a later one, was
// already accepted.
func useStep(ctx context.Context, tx db.Tx, account id.ID, step int64) (bool, error) {
	r, err := tx.NewRaw(`UPDATE account SET totp_step = ? WHERE id = ? AND totp_step < ?`, step, account, step).Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

// useRecovery uses up a recovery code: false when there is none such left.
func useRecovery(ctx context.Context, tx db.Tx, account id.ID, hash []byte) (bool, error) {
	r, err := tx.NewRaw(`UPDATE recovery_code SET used_at = ? WHERE account_id = ? AND hash = ? AND used_at IS NULL`,
		tx.Now, account, hash).Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

// setSecondFactor keeps a confirmed second factor (nil takes it away) and the
// hashes of its recovery codes in place of the former ones.
func setSecondFactor(ctx context.Context, tx db.Tx, account id.ID, sealed []byte, step int64, codes [][]byte) error {
	if _, err := tx.NewRaw(`UPDATE account SET totp = ?, totp_step = ?, version = version + 1 WHERE id = ?`, sealed, step, account).Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewRaw(`DELETE FROM recovery_code WHERE account_id = ?`, account).Exec(ctx); err != nil {
		return err
	}
	for _, c := range codes {
		if _, err := tx.NewRaw(`INSERT INTO recovery_code (account_id, hash) VALUES (?, ?)`, account, c).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// setPassword keeps a password's hash and opens an account that was invited.
func setPassword(ctx context.Context, tx db.Tx, account id.ID, phc string) error {
	_, err := tx.NewRaw(`UPDATE account SET password = ?, status = CASE status WHEN 'invited' THEN 'open' ELSE status END,
		version = version + 1 WHERE id = ?`, phc, account).Exec(ctx)
	return err
}

// renewHash replaces the hash of the same password by one at today's cost.
func renewHash(ctx context.Context, tx db.Tx, account id.ID, before, after string) error {
	_, err := tx.NewRaw(`UPDATE account SET password = ? WHERE id = ? AND password = ?`, after, account, before).Exec(ctx)
	return err
}

// setPIN keeps the hash of a short code; none when phc is empty.
func setPIN(ctx context.Context, tx db.Tx, account id.ID, phc string) error {
	var stored any
	if phc != "" {
		stored = phc
	}
	_, err := tx.NewRaw(`UPDATE account SET pin = ?, version = version + 1 WHERE id = ?`, stored, account).Exec(ctx)
	return err
}

// signedIn notes the moment of a sign-in.
func signedIn(ctx context.Context, tx db.Tx, account id.ID) error {
	_, err := tx.NewRaw(`UPDATE account SET last_seen = ? WHERE id = ?`, tx.Now, account).Exec(ctx)
	return err
}

// grantRow is a row of access_grant.
type grantRow struct {
	ID             id.ID
	AccountID      id.ID
	OrganisationID id.ID
	Role           string
	FromAt         db.Time
	UntilAt        db.Time
	GivenBy        id.ID
}

func (r grantRow) given() GivenGrant {
	return GivenGrant{
		ID: r.ID, Grant: Grant{Organisation: r.OrganisationID, Role: Role(r.Role)},
		From: r.FromAt.Time, Until: r.UntilAt.Time, GivenBy: r.GivenBy,
	}
}

const grantColumns = `id, account_id, organisation_id, role, from_at, until_at, given_by`

// grantsOf lists the grants of an account that are in force or to come.
func grantsOf(ctx context.Context, tx db.Tx, account id.ID) ([]GivenGrant, error) {
	var rows []grantRow
	err := tx.NewRaw(`SELECT `+grantColumns+` FROM access_grant
		WHERE account_id = ? AND ended_at IS NULL AND (until_at IS NULL OR until_at > ?)
		ORDER BY organisation_id, from_at, id`, account, tx.Now).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	grants := make([]GivenGrant, len(rows))
	for i, r := range rows {
		grants[i] = r.given()
	}
	return grants, nil
}

// insertGrant writes a grant. One in the same organisation and role whose time
// is over makes room for it.
func insertGrant(ctx context.Context, tx db.Tx, account id.ID, g GivenGrant) error {
	if _, err := tx.NewRaw(`UPDATE access_grant SET ended_at = until_at
		WHERE account_id = ? AND organisation_id = ? AND role = ? AND ended_at IS NULL AND until_at <= ?`,
		account, g.Grant.Organisation, string(g.Grant.Role), tx.Now).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewRaw(`INSERT INTO access_grant (id, account_id, organisation_id, role, from_at, until_at, given_by, given_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, g.ID, account, g.Grant.Organisation, string(g.Grant.Role), db.At(g.From), db.At(g.Until),
		nullable(g.GivenBy), tx.Now).Exec(ctx)
	return err
}

// endGrant ends a grant that is not ended, or gives db.ErrNotFound.
func endGrant(ctx context.Context, tx db.Tx, grant, by id.ID) error {
	r, err := tx.NewRaw(`UPDATE access_grant SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL`, tx.Now, nullable(by), grant).Exec(ctx)
	if err != nil {
		return err
	}
	return one(r)
}

// grantByID gives a grant that is not ended and its account, or db.ErrNotFound.
func grantByID(ctx context.Context, tx db.Tx, grant id.ID) (GivenGrant, id.ID, error) {
	var row grantRow
	err := tx.NewRaw(`SELECT `+grantColumns+` FROM access_grant WHERE id = ? AND ended_at IS NULL`, grant).Scan(ctx, &row)
	return row.given(), row.AccountID, db.Explain(err)
}

// closeAccount closes an account, its sessions and its links. Its grants stay
// as they were: a closed account signs in no more, whatever it holds.
func closeAccount(ctx context.Context, tx db.Tx, account id.ID) error {
	r, err := tx.NewRaw(`UPDATE account SET status = 'closed', closed_at = ?, version = version + 1 WHERE id = ? AND status <> 'closed'`,
		tx.Now, account).Exec(ctx)
	if err != nil {
		return err
	}
	if err := one(r); err != nil {
		return err
	}
	if err := dropLinks(ctx, tx, account); err != nil {
		return err
	}
	return endSessions(ctx, tx, account)
}

// reopenAccount makes a closed account wait for a new password.
func reopenAccount(ctx context.Context, tx db.Tx, account id.ID) error {
	r, err := tx.NewRaw(`UPDATE account SET status = 'invited', closed_at = NULL, password = NULL, pin = NULL, version = version + 1
		WHERE id = ? AND status = 'closed'`, account).Exec(ctx)
	if err != nil {
		return err
	}
	return one(r)
}

// renameAccount changes a login and a name when version is still the one read,
// or gives db.ErrStale.
func renameAccount(ctx context.Context, tx db.Tx, account id.ID, version int64, login, name string) error {
	r, err := tx.NewRaw(`UPDATE account SET login = ?, login_key = ?, name = ?, version = version + 1 WHERE id = ? AND version = ?`,
		login, foldLogin(login), name, account, version).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return db.ErrStale
}

// administrators counts the open accounts, other than but, that keep the house
// from now on without an end.
func administrators(ctx context.Context, tx db.Tx, but id.ID) (int, error) {
	var n int
	err := tx.NewRaw(`SELECT count(*) FROM access_grant g JOIN account a ON a.id = g.account_id
		WHERE g.organisation_id = ? AND g.role = ? AND g.ended_at IS NULL AND g.until_at IS NULL AND g.from_at <= ?
		AND a.status = 'open' AND (CAST(? AS text) = '' OR CAST(a.id AS text) <> ?)`,
		House, string(Administrator), tx.Now, string(but), string(but)).Scan(ctx, &n)
	return n, err
}

// setWorker ties an account to the worker she is.
func setWorker(ctx context.Context, tx db.Tx, account, worker id.ID) error {
	_, err := tx.NewRaw(`UPDATE account SET worker_id = ?, version = version + 1 WHERE id = ?`, nullable(worker), account).Exec(ctx)
	return err
}

// inactive lists the accounts not used since before, closed ones aside.
func inactive(ctx context.Context, tx db.Tx, before time.Time) ([]id.ID, error) {
	var ids []id.ID
	err := tx.NewRaw(`SELECT id FROM account WHERE status <> 'closed' AND coalesce(last_seen, made_at) < ? ORDER BY id`, db.At(before)).Scan(ctx, &ids)
	return ids, err
}

// accountRow is a row of account as lists show it.
type accountRow struct {
	ID           id.ID
	Login        string
	Name         string
	WorkerID     id.ID
	Status       string
	SecondFactor bool
	LastSeen     db.Time
	ClosedAt     db.Time
	Version      int64
}

// allAccounts lists every account by name, with the grants in force or to come.
func allAccounts(ctx context.Context, tx db.Tx) ([]Account, error) {
	var rows []accountRow
	err := tx.NewRaw(`SELECT id, login, name, worker_id, status, totp IS NOT NULL AS second_factor, last_seen, closed_at, version
		FROM account ORDER BY login_key`).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	var grants []grantRow
	if err := tx.NewRaw(`SELECT `+grantColumns+` FROM access_grant WHERE ended_at IS NULL AND (until_at IS NULL OR until_at > ?)
		ORDER BY organisation_id, from_at, id`, tx.Now).Scan(ctx, &grants); err != nil {
		return nil, err
	}
	held := map[id.ID][]GivenGrant{}
	for _, g := range grants {
		held[g.AccountID] = append(held[g.AccountID], g.given())
	}
	list := make([]Account, len(rows))
	for i, r := range rows {
		list[i] = Account{
			ID: r.ID, Login: r.Login, Name: r.Name, Worker: r.WorkerID, Status: Status(r.Status), SecondFactor: r.SecondFactor,
			LastSeen: r.LastSeen.Time, ClosedAt: r.ClosedAt.Time, Version: r.Version, Grants: held[r.ID],
		}
	}
	return list, nil
}

// one gives db.ErrNotFound unless r changed one row.
func one(r interface{ RowsAffected() (int64, error) }) error {
	n, err := r.RowsAffected()
	if err == nil && n != 1 {
		return db.ErrNotFound
	}
	return err
}
