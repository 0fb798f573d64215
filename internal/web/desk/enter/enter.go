// SPDX-License-Identifier: Apache-2.0

// Package enter is the door of the work space: one's login and password, the
// code of one's telephone, the screen that locks by itself and opens again, the
// one-time link of someone who arrives or forgot, and the way out. It never says
// whether an account exists.
package enter

import (
	"embed"
	"errors"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"escale/internal/access"
	"escale/internal/kit/text"
	"escale/internal/web"
	"escale/internal/web/shared"
)

//go:embed *.html fr.json
var files embed.FS

// Addresses of the pages.
const (
	signInPath = web.SignInPath
	codePath   = web.SecondFactorPath
	phonePath  = "/entrer/telephone"
	lockPath   = "/entrer/verrou"
	outPath    = "/sortir"
	ownPath    = "/moi"
)

// Door is what the pages ask of the house.
type Door struct {
	Keeper *access.Keeper
	// HTTPS says that the house is reached over HTTPS: its cookie is then closed
	// to any other connection.
	HTTPS bool
	// Address gives the network address a request comes from, the zero Addr when
	// unknown. None means PeerAddress, which is right when no proxy stands before
	// the house.
	Address func(*http.Request) netip.Addr
}

// PeerAddress is the address at the other end of the connection.
func PeerAddress(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return address
}

// View is a page that asks one thing, and remembers where she was going.
type View struct {
	*shared.Page
	Suite string // path to go on to, empty for the first page she may open
}

// Routes declares the pages. All are public: whoever comes here has no open
// session yet, or no longer.
func Routes(lib *shared.Library, d Door) []web.Route {
	if d.Address == nil {
		d.Address = PeerAddress
	}
	page := shared.Add[View](lib, shared.Public, files, "signin.html")
	get := func(path string, handle func(*web.Request) (web.Response, error)) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: path, Permission: access.Public, Handle: handle}
	}
	post := func(path string, handle func(*web.Request) (web.Response, error)) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: path, Permission: access.Public, Handle: handle}
	}
	code, phone, lock, link := d.codePages(lib), d.phonePages(lib), d.lockPages(lib), d.linkPages(lib)
	return []web.Route{
		get(signInPath, func(r *web.Request) (web.Response, error) { return d.showSignIn(page, r) }),
		post(signInPath, func(r *web.Request) (web.Response, error) { return d.signIn(page, r) }),
		get(codePath, code.show), post(codePath, code.confirm),
		get(phonePath, phone.show), post(phonePath, phone.finish),
		get(lockPath, lock.show), post(lockPath, lock.unlock),
		get(linkPath+"/{jeton}", link.show), post(linkPath, link.use),
		post(outPath, d.signOut),
	}
}

// showSignIn shows the form, or leads whoever has a session already to what it
// still asks: every page that needs someone sends here.
func (d Door) showSignIn(page *shared.Template[View], r *web.Request) (web.Response, error) {
	session, err := d.session(r)
	if err != nil {
		return web.Response{}, err
	}
	suite := wanted(r)
	switch {
	case session.Stage == access.StageNone:
		return web.Show(page, View{Page: r.Page(), Suite: suite})
	case session.Stage != access.StageOpen:
		return web.See(asked(session.Stage, suite)), nil
	case suite != "":
		return web.See(suite), nil
	}
	// Not everyone may open the first page of the work space: an administrator
	// has no day of appointments.
	if stops := r.Page().StaffNav(); len(stops) > 0 {
		return web.See(stops[0].Path), nil
	}
	return web.See(ownPath), nil
}

func (d Door) signIn(page *shared.Template[View], r *web.Request) (web.Response, error) {
	v := View{Page: r.Page(), Suite: wanted(r)}
	login, password := r.Form("identifiant"), Typed(r, "mot_de_passe")
	var empty text.FieldErrors
	if login == "" {
		empty.Add("identifiant", "enter.login.missing")
	}
	if password == "" {
		empty.Add("mot_de_passe", "enter.password.missing")
	}
	if v.Review(empty.Err()) {
		return web.Show(page, v)
	}
	in, err := d.Keeper.SignIn(r.Context(), access.Attempt{
		Login: login, Password: password, Address: d.Address(r.HTTP), Previous: d.token(r),
	})
	if v.Review(atField(err, "identifiant")) {
		return Again(page, v, r, err)
	}
	if err != nil {
		return web.Response{}, err
	}
	return web.See(asked(in.Stage, v.Suite)).WithCookie(Cookie(in.Token, d.HTTPS)), nil
}

// signOut ends the session of this browser.
func (d Door) signOut(r *web.Request) (web.Response, error) {
	if err := d.Keeper.SignOut(r.Context(), d.token(r)); err != nil {
		return web.Response{}, err
	}
	return web.Done(signInPath, "enter.done.out").WithCookie(Cookie("", d.HTTPS)), nil
}

func (d Door) token(r *web.Request) string { return Token(r.HTTP, d.HTTPS) }

func (d Door) session(r *web.Request) (access.Session, error) {
	return d.Keeper.Look(r.Context(), d.token(r))
}

// asked is the page of what a session at stage still asks. An open one goes on
// to suite; without a suite, the sign-in page chooses by what she may open.
func asked(stage access.Stage, suite string) string {
	path := signInPath
	switch stage {
	case access.StageOpen:
		if suite != "" {
			return suite
		}
	case access.StageCode:
		path = codePath
	case access.StageEnrol:
		path = phonePath
	case access.StageLocked:
		path = lockPath
	}
	return withSuite(path, suite)
}

func withSuite(path, suite string) string {
	if suite == "" {
		return path
	}
	return path + "?suite=" + url.QueryEscape(suite)
}

// wanted is where she was going: a path of this site, and not one of the door's
// own, which would lead in circles.
func wanted(r *web.Request) string {
	suite := web.LocalPath(r.Form("suite"))
	path, _, _ := strings.Cut(suite, "?")
	for _, own := range []string{signInPath, outPath, linkPath, "/masque"} {
		if path == own || strings.HasPrefix(path, own+"/") {
			return ""
		}
	}
	if path == web.HomePath {
		return ""
	}
	return suite
}

// Typed is what was typed under name, blanks included: a password may begin or
// end with one.
func Typed(r *web.Request, name string) string {
	values := r.Values(name)
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// atField puts a refusal beside field. Anything else stays as it is.
func atField(err error, field string) error {
	var no *access.Refusal
	if !errors.As(err, &no) {
		return err
	}
	return &text.FieldErrors{List: []text.FieldError{{Field: field, Message: no.Message}}}
}

// Again shows a page after a refusal; one that says until when also tells programs.
func Again[V shared.View](page *shared.Template[V], v V, r *web.Request, err error) (web.Response, error) {
	response, failed := web.Show(page, v)
	var no *access.Refusal
	if failed == nil && errors.As(err, &no) && !no.Until.IsZero() {
		response.Status = http.StatusTooManyRequests
		seconds := math.Ceil(no.Until.Sub(r.Now).Seconds())
		response.Header = http.Header{"Retry-After": {strconv.Itoa(int(max(seconds, 1)))}}
	}
	return response, failed
}

// discreet keeps a page that shows a secret out of browsers' memories, and its
// address out of the next request: strict-origin still sends the origin, by
// which older browsers prove that a form comes from this site.
func discreet(response web.Response) web.Response {
	if response.Header == nil {
		response.Header = http.Header{}
	}
	response.Header.Set("Referrer-Policy", "strict-origin")
	return response.Private()
}
