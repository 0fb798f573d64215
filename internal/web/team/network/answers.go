// SPDX-License-Identifier: Apache-2.0

package network

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"escale/internal/kit/hours"
	room "escale/internal/network"
	"escale/internal/territory"
)

// webAddress gives the key of what is wrong in an address of the web.
func webAddress(s string) string {
	if u, err := url.Parse(s); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "network.place.address_wrong"
	}
	return ""
}

// mailAddress gives the key of what is wrong in an e-mail address. Only what no
// address lacks is looked at: the rest is for whoever answers there.
func mailAddress(s string) string {
	name, host, ok := strings.Cut(s, "@")
	if !ok || name == "" || !strings.Contains(host, ".") || strings.ContainsAny(s, " ,;<>") {
		return "network.place.email_wrong"
	}
	return ""
}

// setCommune reads a commune typed by its name, its postal code, or both.
func setCommune(p *room.Place, a []string) string {
	typed := one(a)
	if typed == strings.TrimSpace(p.CommuneName+" "+p.PostalCode) && p.Commune != "" {
		return "" // as it was
	}
	found := territory.Search(typed, 2)
	switch {
	case typed == "":
		return "network.place.commune_missing"
	case len(found) == 0 || found[0].How != territory.Exact:
		return "network.place.commune_unknown"
	case len(found) > 1 && found[1].How == territory.Exact:
		return "network.place.commune_several"
	}
	c := found[0]
	p.Commune, p.CommuneName = c.Code, c.Name
	if !slices.Contains(c.PostalCodes, p.PostalCode) && len(c.PostalCodes) > 0 {
		p.PostalCode = c.PostalCodes[0]
	}
	for _, code := range c.PostalCodes {
		if strings.Contains(typed, code) {
			p.PostalCode = code
		}
	}
	return ""
}

// setPosition reads a latitude and a longitude, in degrees.
func setPosition(p *room.Place, a []string) string {
	if one(a) == "" {
		p.Position = nil
		return ""
	}
	parts := strings.FieldsFunc(one(a), func(r rune) bool { return r == ' ' || r == ';' || r == ',' })
	if len(parts) != 2 {
		return "network.place.position_wrong"
	}
	lat, err := strconv.ParseFloat(parts[0], 64)
	lon, failed := strconv.ParseFloat(parts[1], 64)
	if err != nil || failed != nil {
		return "network.place.position_wrong"
	}
	p.Position = &room.Position{Lat: lat, Lon: lon}
	return ""
}

// setHours reads hours as OpenStreetMap writes them, or as a French sentence. What
// is neither stays as typed, and the card's own check says so.
func setHours(p *room.Place, a []string) string {
	p.Hours = one(a)
	if osm, ok, _ := hours.FromFrench(p.Hours); ok {
		p.Hours = osm
	}
	return ""
}
