// SPDX-License-Identifier: Apache-2.0

package network

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"

	"escale/internal/kit/id"
)

// ref is an identifier that may be absent: NULL in the store, "" here.
type ref id.ID

// Value stores "" as NULL.
func (r ref) Value() (driver.Value, error) {
	if r == "" {
		return nil, nil
	}
	return string(r), nil
}

// Scan reads what Value stored.
func (r *ref) Scan(src any) error {
	s, err := textOf(src)
	*r = ref(s)
	return err
}

// list is a JSON array in a text column. Most are empty, and cost nothing then.
type list[T any] []T

// Value stores the list; an absent one is an empty array.
func (l list[T]) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal([]T(l))
	return string(b), err
}

// Scan reads what Value stored; an empty array is a nil list.
func (l *list[T]) Scan(src any) error {
	s, err := textOf(src)
	if err != nil {
		return err
	}
	*l = nil
	if s == "[]" || s == "" {
		return nil
	}
	if texts, ok := any((*[]T)(l)).(*[]string); ok && !strings.Contains(s, `\`) {
		*texts = plainTexts(s)
		return nil
	}
	return json.Unmarshal([]byte(s), (*[]T)(l))
}

// plainTexts reads an array of texts that Value wrote without escaping anything,
// as nearly all are: a whole network has hundreds of thousands of them.
func plainTexts(s string) []string {
	inner := strings.TrimSuffix(strings.TrimPrefix(s, `["`), `"]`)
	return strings.Split(inner, `","`)
}

func textOf(src any) (string, error) {
	switch v := src.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	}
	return "", fmt.Errorf("network: cannot read text from %T", src)
}
