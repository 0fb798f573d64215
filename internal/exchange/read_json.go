// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"encoding/json"
	"errors"
	"io"
	"sort"
	"strconv"
	"strings"
)

// readJSON reads an array of objects, objects one after the other (JSON Lines),
// or an object that holds one array of objects, whatever its name.
func readJSON(s string) (Table, error) {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber() // "01000" and 1000 stay what they were, and 14 digits keep theirs
	j := &jsonTable{seen: map[string]bool{}}
	var err error
	if s[0] == '[' {
		err = j.array(d)
	} else {
		err = j.objects(d)
	}
	if err != nil {
		var refusal *Refusal
		if errors.As(err, &refusal) {
			return Table{}, refusal
		}
		return Table{}, refuse("file.json_fault", "line", lineAt(s, int(d.InputOffset())))
	}
	if len(j.table.Rows) == 0 {
		return Table{}, refuse("file.no_row")
	}
	return j.table, nil
}

type jsonTable struct {
	table Table
	seen  map[string]bool
}

// array reads the records of an array one by one.
func (j *jsonTable) array(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		var record any
		if err := d.Decode(&record); err != nil {
			return err
		}
		object, ok := record.(map[string]any)
		if !ok {
			return refuse("file.json_not_records")
		}
		if err := j.add(object); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// objects reads JSON Lines, or the one array that a lone object holds.
func (j *jsonTable) objects(d *json.Decoder) error {
	var all []map[string]any
	for {
		var object map[string]any
		err := d.Decode(&object)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		all = append(all, object)
	}
	if len(all) == 1 {
		if inner := recordsIn(all[0]); inner != nil {
			all = inner
		}
	}
	for _, object := range all {
		if err := j.add(object); err != nil {
			return err
		}
	}
	return nil
}

// recordsIn gives the records of the only array of objects that object holds;
// those of a GeoJSON collection with the position of their point.
func recordsIn(object map[string]any) []map[string]any {
	var found []map[string]any
	arrays := 0
	for _, v := range object {
		list, ok := v.([]any)
		if !ok || len(list) == 0 {
			continue
		}
		if _, ok := list[0].(map[string]any); !ok {
			continue
		}
		arrays++
		for _, item := range list {
			if record, ok := item.(map[string]any); ok {
				found = append(found, feature(record))
			}
		}
	}
	if arrays != 1 {
		return nil
	}
	return found
}

// feature turns a GeoJSON feature (RFC 7946) into a plain record.
func feature(record map[string]any) map[string]any {
	properties, ok := record["properties"].(map[string]any)
	if !ok || record["type"] != "Feature" {
		return record
	}
	geometry, _ := record["geometry"].(map[string]any)
	if at, ok := geometry["coordinates"].([]any); ok && geometry["type"] == "Point" && len(at) >= 2 {
		properties["longitude"], properties["latitude"] = at[0], at[1]
	}
	return properties
}

func (j *jsonTable) add(object map[string]any) error {
	if len(j.table.Rows) == maxRows {
		return refuse("file.too_many_rows", "max", maxRows)
	}
	values := map[string]string{}
	flatten(values, "", object)
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if !j.seen[name] {
			j.seen[name] = true
			j.table.Columns = append(j.table.Columns, name)
		}
	}
	j.table.Rows = append(j.table.Rows, Row{Number: len(j.table.Rows) + 1, Values: values})
	return nil
}

// flatten writes an object's values as texts: an inner object's under
// "outer.inner", a list's joined by "|". An absent value stays a column.
func flatten(to map[string]string, prefix string, object map[string]any) {
	for name, v := range object {
		name = prefix + strings.TrimSpace(name)
		if inner, ok := v.(map[string]any); ok {
			flatten(to, name+".", inner)
			continue
		}
		to[name] = plainText(v)
	}
}

func plainText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case []any:
		parts := make([]string, 0, len(v))
		for _, item := range v {
			if s := plainText(item); s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, "|")
	}
	return ""
}

func lineAt(s string, offset int) int { return 1 + strings.Count(s[:min(offset, len(s))], "\n") }
