// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"embed"

	"escale/internal/kit/text"
)

// Messages holds the sentences of this room's reports, in messages_fr.json and
// messages_en.json.
//
//go:embed messages_fr.json messages_en.json
var Messages embed.FS

// said are this room's sentences: reports are written for the people of the
// network.
var said = text.MustLoadSentences(Messages, "messages_fr.json")

// Say is the French sentence of a message of this room.
func Say(m text.Message) string { return said.Say(m) }

// say is the French sentence of key with alternating names and values.
func say(key string, namesAndValues ...any) string {
	return Say(text.Msg(key, namesAndValues...))
}
