// SPDX-License-Identifier: Apache-2.0

package shared

import (
	"strings"

	"escale/internal/access"
)

// station is a stop of the menu: where it leads, its words, and the other
// addresses that belong to it.
type station struct {
	path, key string
	under     []string
}

// The menus. A stop shows only when its page exists and the viewer may open it.
var (
	publicStations = []station{
		{path: "/", key: "shared.nav.places", under: []string{"/trouver", "/lieux"}},
		{path: "/caravane", key: "shared.nav.caravan"},
		{path: "/feuille", key: "shared.nav.sheet"},
	}
	staffStations = []station{
		{path: "/aujourdhui", key: "shared.nav.today", under: []string{"/accompagnement", "/retours", "/mandat", "/rendez-vous"}},
		{path: "/demandes", key: "shared.nav.needs", under: []string{"/besoin", "/orientation"}},
		{path: "/agenda", key: "shared.nav.agenda", under: []string{"/semaine"}},
		{path: "/tournees", key: "shared.nav.tours"},
		{path: "/reseau", key: "shared.nav.network"},
		{path: "/equipe", key: "shared.nav.team"},
		{path: "/chiffres", key: "shared.nav.figures"},
		{path: "/comptes", key: "shared.nav.accounts"},
		{path: "/journal", key: "shared.nav.audit"},
	}
	staffFooter = []station{
		{path: "/moi", key: "shared.foot.self"},
		{path: "/partager", key: "shared.foot.share"},
		{path: "/danger", key: "shared.foot.danger"},
		{path: "/aide", key: "shared.foot.help"},
		{path: "/accessibilite", key: "shared.foot.accessibility"},
		{path: "/affichage", key: "shared.foot.display"},
	}
	publicFooter = []station{
		{path: "/accessibilite", key: "shared.foot.accessibility_state"},
		{path: "/vos-donnees", key: "shared.foot.data"},
		{path: "/proches", key: "shared.foot.relatives"},
		{path: "/affichage", key: "shared.foot.display"},
		{path: "/entrer", key: "shared.foot.staff"},
	}
)

// NavStop is a stop of the menu as shown.
type NavStop struct {
	Link
	Current string // value of aria-current: page, true (a page below), or empty
}

// Open tells the library that the page at method and path exists, and who may
// open it: menus and conditional links follow.
func (l *Library) Open(method, path string, permission access.Permission) {
	l.open[method+" "+path] = permission
}

// Has reports whether the page at path exists and the viewer may open it, so
// that no page links to what cannot be opened.
func (p *Page) Has(path string) bool { return p.allowed("GET " + path) }

func (p *Page) allowed(route string) bool {
	permission, ok := p.lib.open[route]
	return ok && p.Viewer.May(permission)
}

// PublicNav is the menu of public pages.
func (p *Page) PublicNav() []NavStop { return p.stops(publicStations) }

// StaffNav is the menu of the work space, by permission.
func (p *Page) StaffNav() []NavStop { return p.stops(staffStations) }

// PublicFoot is the links at the foot of public pages.
func (p *Page) PublicFoot() []NavStop { return p.stops(publicFooter) }

// StaffFoot is the links at the foot of the work space.
func (p *Page) StaffFoot() []NavStop { return p.stops(staffFooter) }

// CanLeave reports whether signing out exists here.
func (p *Page) CanLeave() bool { return p.allowed("POST /sortir") }

// CanHide reports whether the screen can be masked here.
func (p *Page) CanHide() bool { return p.allowed("POST /masque") }

func (p *Page) stops(stations []station) []NavStop {
	list := make([]NavStop, 0, len(stations))
	for _, s := range stations {
		if p.Has(s.path) {
			list = append(list, NavStop{Link: Link{Path: s.path, Text: p.T(s.key)}, Current: p.current(s)})
		}
	}
	return list
}

func (p *Page) current(s station) string {
	if p.Path == s.path {
		return "page"
	}
	if s.path != "/" && strings.HasPrefix(p.Path, s.path+"/") {
		return "true"
	}
	for _, u := range s.under {
		if p.Path == u || strings.HasPrefix(p.Path, u+"/") {
			return "true"
		}
	}
	return ""
}
