// SPDX-License-Identifier: Apache-2.0

package need

import "embed"

// Messages holds the sentences of this room, by language: messages_fr.json and
// messages_en.json, each a flat object from key to sentence with {name} places.
//
//go:embed messages_fr.json messages_en.json
var Messages embed.FS
