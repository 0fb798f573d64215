// SPDX-License-Identifier: Apache-2.0

// Package shipped reads the lists that are embedded in the program: codes,
// vocabularies, definitions kept as data so that they can be changed without
// touching code. They ship with the program and tests read them, so that a fault
// in one is a fault of the program itself.
package shipped

import (
	"encoding/json"
	"fmt"
)

// JSON reads an embedded JSON file. A file that does not fit T ends the program;
// name says which it was.
func JSON[T any](name string, file []byte) T {
	var v T
	if err := json.Unmarshal(file, &v); err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return v
}
