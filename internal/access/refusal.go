// SPDX-License-Identifier: Apache-2.0

package access

import (
	"embed"
	"errors"
	"time"

	"escale/internal/kit/text"
)

// Messages holds the sentences of this room, by language: messages_fr.json and
// messages_en.json.
//
//go:embed messages_fr.json messages_en.json
var Messages embed.FS

// Refusal is a no that can be said to the person: it never tells whether an
// account exists. Until, when set, is the moment to try again.
type Refusal struct {
	Message text.Message
	Until   time.Time
}

// Error is the key of the message only: never what was typed.
func (r *Refusal) Error() string { return r.Message.Key }

func refuse(key string, namesAndValues ...any) *Refusal {
	return &Refusal{Message: text.Msg(key, namesAndValues...)}
}

// Refused reports whether err is a refusal with the message key.
func Refused(err error, key string) bool {
	var r *Refusal
	return errors.As(err, &r) && r.Message.Key == key
}
