// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"time"

	"escale/internal/kit/db"
	"escale/internal/kit/id"
)

// linkRow is a one-time link that can still be used.
type linkRow struct {
	Kind      string
	AccountID id.ID
	ExpiresAt db.Time
}

// addLink makes a one-time link and gives its token, which is nowhere kept. The
// former links of the same account, or for the first administrator, end.
func addLink(ctx context.Context, tx db.Tx, kind LinkKind, account, by id.ID, life time.Duration) (string, error) {
	if err := dropLinks(ctx, tx, account); err != nil {
		return "", err
	}
	token := newToken()
	_, err := tx.NewRaw(`INSERT INTO access_link (hash, kind, account_id, made_by, made_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
		hashToken(token), string(kind), nullable(account), nullable(by), tx.Now, db.At(tx.Now.Add(life))).Exec(ctx)
	return token, err
}

// dropLinks ends the unused links of an account; of the first administrator,
// when account is none.
func dropLinks(ctx context.Context, tx db.Tx, account id.ID) error {
	query, args := `DELETE FROM access_link WHERE used_at IS NULL AND account_id = ?`, []any{account}
	if account == "" {
		query, args = `DELETE FROM access_link WHERE used_at IS NULL AND account_id IS NULL`, nil
	}
	_, err := tx.NewRaw(query, args...).Exec(ctx)
	return err
}

// readLink gives the link of a token, or db.ErrNotFound when it was used or its
// time is over.
func readLink(ctx context.Context, tx db.Tx, token string) (linkRow, error) {
	var row linkRow
	err := tx.NewRaw(`SELECT kind, account_id, expires_at FROM access_link WHERE hash = ? AND used_at IS NULL AND expires_at > ?`,
		hashToken(token), tx.Now).Scan(ctx, &row)
	return row, db.Explain(err)
}

// useLink uses a link up, or gives db.ErrNotFound when someone did before.
func useLink(ctx context.Context, tx db.Tx, token string) error {
	r, err := tx.NewRaw(`UPDATE access_link SET used_at = ? WHERE hash = ? AND used_at IS NULL AND expires_at > ?`, tx.Now, hashToken(token), tx.Now).Exec(ctx)
	if err != nil {
		return err
	}
	return one(r)
}

// linkAccount gives the account a link is for, used or not.
func linkAccount(ctx context.Context, tx db.Tx, token string) (id.ID, error) {
	var account id.ID
	err := tx.NewRaw(`SELECT account_id FROM access_link WHERE hash = ?`, hashToken(token)).Scan(ctx, &account)
	return account, err
}
