// SPDX-License-Identifier: Apache-2.0

// Package text holds what any program needs to speak to people: a message as a
// key with arguments (so that rules say what they mean without holding French),
// and the folding that lets « Saint-Étienne » be found by "st etienne".
package text

// Message is something to say to a person: a key of the message catalogues and
// the values its sentence needs. Rules return Messages; the web layer and the
// command line turn them into sentences.
type Message struct {
	Key  string         `json:"key"`
	Args map[string]any `json:"args,omitempty"`
}

// Msg builds a Message from a key and alternating argument names and values.
func Msg(key string, namesAndValues ...any) Message {
	m := Message{Key: key}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if m.Args == nil {
			m.Args = map[string]any{}
		}
		m.Args[namesAndValues[i].(string)] = namesAndValues[i+1]
	}
	return m
}

// FieldErrors gathers what a person must look at again, field by field, in the
// order found. The zero value is ready; Err is nil when nothing was added.
type FieldErrors struct {
	List []FieldError
}

// FieldError is one thing to look at again in one field.
type FieldError struct {
	Field   string  `json:"field"`
	Message Message `json:"message"`
}

// Add notes that field has something to look at again.
func (f *FieldErrors) Add(field, key string, namesAndValues ...any) {
	f.List = append(f.List, FieldError{Field: field, Message: Msg(key, namesAndValues...)})
}

// Err returns f as an error when it holds something, nil otherwise.
func (f *FieldErrors) Err() error {
	if f == nil || len(f.List) == 0 {
		return nil
	}
	return f
}

// Error names the fields and keys only: never what the person typed.
func (f *FieldErrors) Error() string {
	s := "to look at again:"
	for _, e := range f.List {
		s += " " + e.Field + " (" + e.Message.Key + ")"
	}
	return s
}
