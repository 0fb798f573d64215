// SPDX-License-Identifier: Apache-2.0

package hours

import "embed"

// Messages holds the sentences of this package's faults and warnings, in
// messages_fr.json and messages_en.json: flat objects from key to sentence.
//
//go:embed messages_fr.json messages_en.json
var Messages embed.FS
