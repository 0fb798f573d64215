// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"net/url"
	"regexp"
	"strings"
)

// phonePrefix gives, for the first three digits of a French number, its
// country code: overseas territories have their own (ARCEP, numbering plan).
var phonePrefix = map[string]string{
	"590": "+590", "690": "+590", "691": "+590",
	"594": "+594", "694": "+594",
	"596": "+596", "696": "+596", "697": "+596",
	"262": "+262", "692": "+262", "693": "+262",
	"269": "+262", "639": "+262",
}

// fullPhone is what the national schema admits.
var fullPhone = regexp.MustCompile(`^(\+33|\+590|\+594|\+262|\+596|\+269|\+687|\+689|\+508|\+681)\d{6,9}$`)

// phone reads one telephone number in any shape. It gives it in international
// form; or, for a short number (39 49), its digits and short.
func phone(s string) (number string, short, ok bool) {
	s = strings.ReplaceAll(decimals.ReplaceAllString(oneLine(s), "$1"), "(0)", "")
	var b strings.Builder
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9', r == '+' && i == 0:
			b.WriteRune(r)
		case strings.ContainsRune(" .-/()_:,'’", r), r == '+':
		default:
			return "", false, false
		}
	}
	d := b.String()
	d = strings.TrimPrefix(d, "+")
	international := len(d) < b.Len() || strings.HasPrefix(d, "00")
	d = strings.TrimPrefix(d, "00")
	if strings.HasPrefix(d, "33") && len(d) >= 11 {
		international, d = true, "33"+strings.TrimLeft(d[2:], "0")
	}
	switch {
	case international && strings.HasPrefix(d, "33"):
		return french9(d[2:])
	case international:
		return "+" + d, false, fullPhone.MatchString("+" + d)
	case len(d) == 10 && d[0] == '0':
		return french9(d[1:])
	case len(d) == 9 && d[0] != '0': // its zero is lost
		return french9(d)
	case len(d) == 4 && (d[0] == '3' || strings.HasPrefix(d, "10")):
		return d, true, true
	}
	return "", false, false
}

// french9 gives nine digits their country code.
func french9(d string) (string, bool, bool) {
	if len(d) != 9 || d[0] == '0' {
		return "", false, false
	}
	code := "+33"
	if own, ok := phonePrefix[d[:3]]; ok {
		code = own
	}
	return code + d, false, true
}

// phoneParts splits a field that holds several numbers.
var phoneParts = regexp.MustCompile(`\s*(?:\||;|\n|\bou\b|\bet\b|,| / |/ | /)\s*`)

// phones reads the number of the place, and another one to book by if the
// field holds more or a short number.
func (r *record) phones(f *From) (number, booking string) {
	raw := r.firstRaw(f)
	value := tidy(raw)
	if value == "" {
		return "", ""
	}
	parts := []string{value}
	if _, _, ok := phone(value); !ok {
		parts = phoneParts.Split(value, -1)
	}
	for _, part := range parts {
		if strings.TrimSpace(part) == "" {
			continue
		}
		n, short, ok := phone(part)
		switch {
		case !ok:
			r.notes.reject("telephone", part, "phone")
		case short && booking == "":
			booking = n
			r.notes.repair("telephone", raw, n, "phone_short")
		case !short && number == "":
			number = n
			if n != raw {
				r.notes.repair("telephone", raw, n, "phone")
			}
		case !short && booking == "" && n != number:
			booking = n
			r.notes.repair("telephone", raw, n, "phone_second")
		}
	}
	return number, booking
}

var (
	mailbox    = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{}~-]+$`)
	dotted     = regexp.MustCompile(`^[A-Za-z0-9À-ÿ-]+(\.[A-Za-z0-9À-ÿ-]+)*\.[A-Za-z]{2,}$`)
	emailParts = regexp.MustCompile(`(?i)\s*[|;,]\s*|\s+(?:ou|et|/)\s+|\s+`)
	urlParts   = regexp.MustCompile(`\s*[|;\s]\s*|,\s+`)
)

// emails reads the addresses of a field, however they are separated.
func (r *record) emails(f *From) []string {
	var kept []string
	for _, raw := range r.raws(f) {
		before := len(kept)
		if !strings.ContainsAny(raw, "@:") {
			r.notes.reject("courriels", raw, "email")
			continue
		}
		for _, part := range emailParts.Split(tidy(raw), -1) {
			part = strings.Trim(part, "<>()[]\"'.")
			part = strings.TrimPrefix(strings.TrimPrefix(part, "mailto:"), "MAILTO:")
			if part == "" {
				continue
			}
			at := strings.LastIndexByte(part, '@')
			if u, ok := webAddress(part); ok && scheme.MatchString(part) {
				// A contact page stands where an address was asked for.
				r.place.Websites = add(r.place.Websites, u)
				r.notes.repair("courriels", raw, u, "email_page")
				continue
			}
			if at < 1 || !mailbox.MatchString(part[:at]) || !dotted.MatchString(part[at+1:]) {
				r.notes.reject("courriels", part, "email")
				continue
			}
			kept = add(kept, part)
		}
		if got := strings.Join(kept[before:], "|"); got != "" && got != raw {
			r.notes.repair("courriels", raw, got, "email")
		}
	}
	return kept
}

// urls reads the addresses of a field, and completes those without a scheme.
func (r *record) urls(field string, f *From) []string {
	var kept []string
	for _, raw := range r.raws(f) {
		before := len(kept)
		for _, part := range urlParts.Split(strings.ReplaceAll(tidy(raw), " ://", "://"), -1) {
			if part == "" {
				continue
			}
			u, ok := webAddress(part)
			if !ok {
				r.notes.reject(field, part, "url")
				continue
			}
			kept = add(kept, u)
		}
		if got := strings.Join(kept[before:], "|"); got != "" && got != raw {
			r.notes.repair(field, raw, got, "url")
		}
	}
	return kept
}

var scheme = regexp.MustCompile(`(?i)^(https?)[:;]?/*:?/+`)

// webAddress reads one address, completed to https when it has no scheme.
func webAddress(s string) (string, bool) {
	s = strings.Trim(s, "<>\"'")
	if m := scheme.FindStringSubmatch(s); m != nil {
		s = strings.ToLower(m[1]) + "://" + s[len(m[0]):]
	} else {
		s = "https://" + strings.TrimLeft(s, "/")
	}
	u, err := url.Parse(s)
	if err != nil || u.User != nil || !dotted.MatchString(u.Hostname()) {
		return "", false
	}
	return s, true
}

// add appends v to list unless it is there.
func add(list []string, v string) []string {
	for _, have := range list {
		if have == v {
			return list
		}
	}
	return append(list, v)
}
