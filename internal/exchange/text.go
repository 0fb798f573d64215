// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"html"
	"strings"
	"unicode"
)

// nothing are the ways files say that they say nothing.
var nothing = map[string]bool{
	"-": true, "--": true, "?": true, "/": true, ".": true, "#N/A": true, "#REF!": true, "N/A": true, "n/a": true,
	"NA": true, "NULL": true, "null": true, "None": true, "nan": true, "NaN": true, "NR": true, "nr": true,
	"undefined": true, "non renseigné": true, "Non renseigné": true,
}

// tidy makes s readable: entities of HTML opened, its tags left out, control
// characters and odd spaces made plain, ends trimmed. Line breaks stay. What
// says nothing becomes "".
func tidy(s string) string {
	s = openEntities(s)
	lines := strings.Split(strings.ReplaceAll(s, "\r", "\n"), "\n")
	kept := lines[:0]
	for _, line := range lines {
		if line = strings.Join(strings.FieldsFunc(line, blank), " "); line != "" {
			kept = append(kept, line)
		}
	}
	s = strings.Join(kept, "\n")
	if nothing[s] {
		return ""
	}
	return s
}

// oneLine is tidy for what must stand on one line.
func oneLine(s string) string { return strings.ReplaceAll(tidy(s), "\n", ", ") }

func blank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u200b' || r == '\ufeff'
}

// openEntities opens the entities of s, as often as it was escaped, and drops
// its tags. Each turn that changes s shortens it.
func openEntities(s string) string {
	for {
		opened := dropTags(html.UnescapeString(s))
		if opened == s {
			return s
		}
		s = opened
	}
}

// dropTags removes what looks like a tag of HTML; "<" before anything else stays.
func dropTags(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 || i+1 >= len(s) {
			break
		}
		next := s[i+1]
		end := strings.IndexByte(s[i:], '>')
		if end < 0 || next != '/' && (next|0x20 < 'a' || next|0x20 > 'z') {
			b.WriteString(s[:i+1])
			s = s[i+1:]
			continue
		}
		b.WriteString(s[:i])
		b.WriteByte('\n')
		s = s[i+end+1:]
	}
	b.WriteString(s)
	return b.String()
}

// cut shortens s to at most limit characters, at the end of a sentence if one
// ends in its second half, or else of a word.
func cut(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	head := string(runes[:limit])
	if i := strings.LastIndexAny(head, ".!?"); i > len(head)/2 {
		return head[:i+1]
	}
	head = string(runes[:limit-1])
	if i := strings.LastIndexByte(head, ' '); i > 0 {
		head = head[:i]
	}
	return strings.TrimRight(head, " ,;:") + "…"
}
