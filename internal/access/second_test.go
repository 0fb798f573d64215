// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/kit/db"
)

func TestACodeOpensOnce(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Mediator, secret)
		b.clock.pass(time.Hour)
		code := b.code()
		pending := func() string {
			in, err := b.signIn("camille", password)
			b.must(err)
			if in.Stage != access.StageCode {
				b.Fatalf("stage %q, want %q", in.Stage, access.StageCode)
			}
			return in.Token
		}
		first := pending()
		_, err := b.keep.Confirm(b.ctx, first, "000000")
		b.refused(err, "access.code_wrong")
		full, err := b.keep.Confirm(b.ctx, first, code[:3]+" "+code[3:])
		b.must(err)
		b.wantStage(full, access.StageOpen)
		if full == first {
			b.Error("the token was not renewed")
		}
		b.wantStage(first, access.StageNone)

		_, err = b.keep.Confirm(b.ctx, pending(), code)
		b.refused(err, "access.code_wrong")
		// The code before it is over too, although its clock would be accepted.
		past, err := access.CodeAt(secret, b.clock.now().Add(-30*time.Second))
		b.must(err)
		_, err = b.keep.Confirm(b.ctx, pending(), past)
		b.refused(err, "access.code_wrong")
		// A telephone half a minute ahead.
		ahead, err := access.CodeAt(secret, b.clock.now().Add(30*time.Second))
		b.must(err)
		_, err = b.keep.Confirm(b.ctx, pending(), ahead)
		b.must(err)
		// Two steps away is too far.
		b.clock.pass(time.Hour)
		far, err := access.CodeAt(secret, b.clock.now().Add(-time.Minute))
		b.must(err)
		_, err = b.keep.Confirm(b.ctx, pending(), far)
		b.refused(err, "access.code_wrong")
	})
}

func TestACodeOpensOnceAtOnce(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Mediator, secret)
		b.clock.pass(time.Hour)
		code := b.code()
		var tokens []string
		for range 5 {
			in, err := b.signIn("camille", password)
			b.must(err)
			tokens = append(tokens, in.Token)
		}
		var opened atomic.Int64
		var wg sync.WaitGroup
		for _, token := range tokens {
			wg.Go(func() {
				switch _, err := b.keep.Confirm(b.ctx, token, code); {
				case err == nil:
					opened.Add(1)
				case !access.Refused(err, "access.code_wrong") && !access.Refused(err, "access.wait"):
					b.Error(err)
				}
			})
		}
		wg.Wait()
		if opened.Load() != 1 {
			b.Errorf("one code opened %d sessions", opened.Load())
		}
	})
}

func TestGuessingCodesIsSlowed(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Mediator, secret)
		in, err := b.signIn("camille", password)
		b.must(err)
		for range 5 {
			_, err := b.keep.Confirm(b.ctx, in.Token, "not a code")
			b.refused(err, "access.code_wrong")
		}
		_, err = b.keep.Confirm(b.ctx, in.Token, b.code())
		b.refused(err, "access.wait")
		// Signing in again with the password does not clear these tries.
		in, err = b.signIn("camille", password)
		b.must(err)
		_, err = b.keep.Confirm(b.ctx, in.Token, b.code())
		b.refused(err, "access.wait")
		b.clock.pass(30 * time.Second)
		_, err = b.keep.Confirm(b.ctx, in.Token, b.code())
		b.must(err)
	})
}

func TestEnrolmentThenRecoveryCodes(t *testing.T) {
	each(t, func(b *bench) {
		account := b.account("camille", access.Mediator, "")
		in, err := b.signIn("camille", password)
		b.must(err)
		e, err := b.keep.BeginEnrolment(b.ctx, in.Token)
		b.must(err)
		if _, err := png.Decode(bytes.NewReader(e.QR)); err != nil {
			b.Errorf("the picture: %v", err)
		}
		again, err := b.keep.BeginEnrolment(b.ctx, in.Token)
		b.must(err)
		if again.Secret != e.Secret || !bytes.Equal(again.QR, e.QR) {
			b.Error("showing the page again shows another secret")
		}
		code, err := access.CodeAt(e.Secret, b.clock.now())
		b.must(err)
		_, _, err = b.keep.FinishEnrolment(b.ctx, in.Token, "000000")
		b.refused(err, "access.code_wrong")
		full, recovery, err := b.keep.FinishEnrolment(b.ctx, in.Token, code)
		b.must(err)
		b.wantStage(full, access.StageOpen)
		b.wantStage(in.Token, access.StageNone)
		_, err = b.keep.BeginEnrolment(b.ctx, full)
		b.refused(err, "access.second.already")

		confirm := func(code string) error {
			in, err := b.signIn("camille", password)
			b.must(err)
			_, err = b.keep.Confirm(b.ctx, in.Token, code)
			return err
		}
		b.refused(confirm(code), "access.code_wrong") // used to enrol
		b.must(confirm(recovery[3]))
		b.refused(confirm(recovery[3]), "access.code_wrong")
		b.must(confirm(recovery[4]))

		var stored []byte
		b.must(b.db.View(b.ctx, func(ctx context.Context, tx db.Tx) error {
			return tx.NewRaw(`SELECT totp FROM account WHERE id = ?`, account).Scan(ctx, &stored)
		}))
		if bytes.Contains(stored, []byte(e.Secret)) {
			b.Error("the secret can be read in the store")
		}

		b.must(b.keep.ResetSecondFactor(b.ctx, access.Operator(), account))
		b.wantStage(full, access.StageNone)
		in, err = b.signIn("camille", password)
		b.must(err)
		if in.Stage != access.StageEnrol {
			b.Errorf("after a lost telephone: stage %q", in.Stage)
		}
	})
}

func TestASecretOpensOnlyWhereItWasSealed(t *testing.T) {
	s := access.NewSecrets(master)
	sealed := s.Seal("here", secret)
	if got, err := s.Open("here", sealed); err != nil || got != secret {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := s.Open("there", sealed); err == nil {
		t.Error("a secret opened in another place")
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := s.Open("here", sealed); err == nil {
		t.Error("a changed secret opened")
	}
}

func TestAPendingSessionMayDoNothingElse(t *testing.T) {
	each(t, func(b *bench) {
		b.account("camille", access.Mediator, secret)
		in, err := b.signIn("camille", password)
		b.must(err)
		_, err = b.keep.BeginEnrolment(b.ctx, in.Token) // would replace the second factor
		b.refused(err, "access.not_yours")
		b.refused(b.keep.Unlock(b.ctx, in.Token, password), "access.not_yours")
		b.refused(b.keep.ActFor(b.ctx, in.Token, b.org), "access.not_yours")
		b.clock.pass(11 * time.Minute)
		b.wantStage(in.Token, access.StageNone)
		if err := b.keep.Unlock(b.ctx, in.Token, password); !errors.Is(err, db.ErrNotFound) {
			b.Errorf("an ended session: got %v", err)
		}
	})
}
