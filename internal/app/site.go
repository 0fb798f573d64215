// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"

	"escale/internal/access"
	"escale/internal/activity"
	"escale/internal/app/rooms"
	"escale/internal/autonomy"
	"escale/internal/kit/db"
	"escale/internal/kit/guard"
	"escale/internal/need"
	"escale/internal/network"
	"escale/internal/orientation"
	"escale/internal/person"
	"escale/internal/web"
	"escale/internal/web/admin/accounts"
	"escale/internal/web/admin/journal"
	"escale/internal/web/atlas"
	"escale/internal/web/desk/conversation"
	"escale/internal/web/desk/enter"
	"escale/internal/web/desk/guide"
	needpage "escale/internal/web/desk/need"
	"escale/internal/web/desk/needs"
	orientationpage "escale/internal/web/desk/orientation"
	"escale/internal/web/desk/returns"
	"escale/internal/web/desk/self"
	"escale/internal/web/desk/slip"
	"escale/internal/web/desk/support"
	"escale/internal/web/desk/today"
	"escale/internal/web/public/find"
	"escale/internal/web/public/home"
	"escale/internal/web/public/info"
	"escale/internal/web/public/place"
	"escale/internal/web/public/sheet"
	"escale/internal/web/shared"
	agendapage "escale/internal/web/team/agenda"
	"escale/internal/web/team/figures"
	networkpage "escale/internal/web/team/network"
	"escale/internal/web/team/waiting"
)

// siteOptions is what a site needs beside its rooms.
type siteOptions struct {
	network identity
	https   bool           // reached over HTTPS: the session's cookie is then closed to anything else
	base    string         // address printed and put in links
	proxies []netip.Prefix // believed about the visitor's address
	log     *slog.Logger
}

// site is the pages over open rooms.
type site struct {
	*web.Site
	rooms *rooms.Rooms
	atlas *atlas.Atlas
	// proxies are believed about the visitor's address.
	proxies []netip.Prefix
	log     *slog.Logger
}

// linkPath is where a one-time link leads: its token follows.
const linkPath = "/lien/"

// newSite assembles every page. A page without a permission, an unknown
// sentence or a template that does not fit its view stops the program here.
func newSite(r *rooms.Rooms, o siteOptions) (*site, error) {
	shown, err := o.network.shared()
	if err != nil {
		return nil, err
	}
	lib, err := shared.NewLibrary(shown)
	if err != nil {
		return nil, err
	}
	places := atlas.New(r.DB)
	pages, err := web.New(web.Options{
		Library: lib, Sessions: door{r.Keeper, o.https}, Clock: r.DB.Now, Log: o.log,
		Routes: routes(lib, r, places, o.https),
	})
	if err != nil {
		return nil, err
	}
	return &site{Site: pages, rooms: r, atlas: places, proxies: o.proxies, log: o.log}, nil
}

// routes are all the pages. It only puts packages together: what a page needs
// of a room is in the page's own folder.
func routes(lib *shared.Library, r *rooms.Rooms, places *atlas.Atlas, https bool) []web.Route {
	lib.Messages(access.Messages)
	lib.Messages(autonomy.Messages)
	lib.Messages(guard.Messages)
	lib.Messages(person.Messages)
	lib.Messages(need.Messages)
	lib.Messages(orientation.Messages)
	lib.Messages(activity.Messages)
	entrance := enter.Door{Keeper: r.Keeper, HTTPS: https, Address: enter.PeerAddress}
	organisations := func(ctx context.Context) (list []network.Organisation, err error) {
		err = r.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
			list, err = network.Organisations(ctx, tx)
			return err
		})
		return list, err
	}
	house := networkpage.NewHouse(r.DB, r.AddOrganisation)
	return slices.Concat(
		home.Routes(lib, nil),
		info.Routes(lib, door{r.Keeper, https}),
		find.Routes(lib, places),
		place.Routes(lib, places, place.FromAgenda(r.DB, r.Agenda)),
		sheet.Routes(lib, sheet.NewDoor(r.DB, r.Ways, r.Keeper.Throttle())),
		enter.Routes(lib, entrance),
		self.Routes(lib, entrance, organisations),
		accounts.Routes(lib, accounts.Needs{Keeper: r.Keeper, Organisations: organisations, HTTPS: https}),
		journal.Routes(lib, journal.Needs{DB: r.DB, Keeper: r.Keeper, Organisations: organisations}),
		needpage.Routes(lib, needpage.Deps{DB: r.DB, Needs: r.Needs, Atlas: places}),
		needs.Routes(lib, needs.Deps{DB: r.DB, Needs: r.Needs, Ways: r.Ways, People: r.People, Audit: r.Keeper.Audit(), Atlas: places}),
		conversation.Routes(lib, conversation.Deps{DB: r.DB, Needs: r.Needs}),
		orientationpage.Routes(lib, orientationpage.Deps{DB: r.DB, Needs: r.Needs, Ways: r.Ways, Agenda: r.Agenda, Atlas: places}),
		slip.Routes(lib, slip.Deps{DB: r.DB, Needs: r.Needs, Ways: r.Ways, Atlas: places}),
		today.Routes(lib, &today.Desk{DB: r.DB, Agenda: r.Agenda, Ways: r.Ways, People: r.People, Audit: r.Keeper.Audit()}),
		support.Routes(lib, &support.Desk{DB: r.DB, Agenda: r.Agenda, People: r.People, Needs: r.Needs, Acts: r.Acts}),
		returns.Routes(lib, &returns.Desk{DB: r.DB, Ways: r.Ways}),
		guide.Routes(lib),
		agendapage.Routes(lib, &agendapage.Desk{DB: r.DB, Agenda: r.Agenda}),
		figures.Routes(lib, figures.NewHouse(r.DB)),
		networkpage.Routes(lib, networkpage.Deps{Tree: house, Places: house, Lists: house}),
		waiting.Routes(lib, waiting.NewHouse(r.DB, r.Ways)),
	)
}

// listRoutes lists every address and its permission, in order.
func listRoutes() ([]routeAnswer, error) {
	s, err := newSite(rooms.Unopened(), siteOptions{network: identity{Zone: "UTC"}})
	if err != nil {
		return nil, err
	}
	var list []routeAnswer
	for _, r := range s.Routes() {
		list = append(list, routeAnswer{cmp.Or(r.Method, http.MethodGet), r.Pattern, r.Permission})
	}
	slices.SortFunc(list, func(a, b routeAnswer) int {
		return cmp.Or(cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Method, b.Method))
	})
	return list, nil
}
