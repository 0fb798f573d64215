// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"

	"escale/internal/kit/db"
)

// Proven reports whether a store already belongs to a master key, this one or
// another.
func Proven(ctx context.Context, tx db.Tx) (bool, error) {
	var n int
	err := tx.NewRaw(`SELECT count(*) FROM key_proof`).Scan(ctx, &n)
	return n > 0, err
}

// Prove checks that the store belongs to m, and gives it to m when it belongs to
// nobody yet. Another key's store gives db.ErrKey.
func (m Master) Prove(ctx context.Context, tx db.Tx) error {
	h := hmac.New(sha256.New, m.Derive("proof"))
	h.Write([]byte("escale"))
	mine := h.Sum(nil)
	if _, err := tx.NewRaw(`INSERT INTO key_proof (id, proof) VALUES (1, ?) ON CONFLICT DO NOTHING`, mine).Exec(ctx); err != nil {
		return err
	}
	var kept []byte
	if err := tx.NewRaw(`SELECT proof FROM key_proof WHERE id = 1`).Scan(ctx, &kept); err != nil {
		return err
	}
	if !hmac.Equal(mine, kept) {
		return errors.Join(db.ErrKey, ErrBroken)
	}
	return nil
}
