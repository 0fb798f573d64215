// SPDX-License-Identifier: Apache-2.0

package enter

import (
	"errors"
	"net/http"

	"escale/internal/access"
	"escale/internal/kit/text"
	"escale/internal/web"
	"escale/internal/web/shared"
)

// linkPath leads to the page behind a one-time link: linkPath/{token}. The token
// stands in the path because a fragment would need a script, and a link must
// work when it is copied by hand. What it could leak through is closed: the log
// holds patterns and not addresses, the page tells no other page its address,
// nothing keeps it, and the form sends the token in its body, to an address
// without it. Opening the link uses nothing up, so that a mail filter that
// follows it spoils nothing; what is left in a history is dead once used.
const linkPath = "/lien"

// LinkPath is the path of the one-time link that carries token.
func LinkPath(token string) string { return linkPath + "/" + token }

// LinkView is the page behind a one-time link.
type LinkView struct {
	*shared.Page
	Link  access.Link
	Token string
}

// First reports whether the link makes the first administrator.
func (v LinkView) First() bool { return v.Link.Kind == access.FirstLink }

// Reset reports whether the link replaces a forgotten password.
func (v LinkView) Reset() bool { return v.Link.Kind == access.ResetLink }

// linkPages are what one-time links lead to.
type linkPages struct {
	Door
	page *shared.Template[LinkView]
	over *shared.Template[View]
}

func (d Door) linkPages(lib *shared.Library) linkPages {
	return linkPages{
		d, shared.Add[LinkView](lib, shared.Public, files, "link.html"),
		shared.Add[View](lib, shared.Public, files, "over.html"),
	}
}

func (l linkPages) show(r *web.Request) (web.Response, error) {
	token := r.Path("jeton")
	link, err := l.Keeper.OpenLink(r.Context(), token)
	if err != nil {
		return l.ended(r, err)
	}
	response, err := web.Show(l.page, LinkView{Page: r.Page(), Link: link, Token: token})
	return discreet(response), err
}

// linkFields are the fields of the page by the names the house gives them.
var linkFields = map[string]string{"login": "identifiant", "name": "nom", "password": "nouveau_mot_de_passe"}

func (l linkPages) use(r *web.Request) (web.Response, error) {
	token := r.Form("secret")
	link, err := l.Keeper.OpenLink(r.Context(), token)
	if err != nil {
		return l.ended(r, err)
	}
	v := LinkView{Page: r.Page(), Link: link, Token: token}
	chosen := Typed(r, "nouveau_mot_de_passe")
	if chosen != Typed(r, "encore") {
		var errs text.FieldErrors
		errs.Add("encore", "enter.again.differ")
		err = errs.Err()
	} else {
		err = l.Keeper.UseLink(r.Context(), token, access.Chosen{Login: r.Form("identifiant"), Name: r.Form("nom"), Password: chosen})
	}
	if v.Review(renamed(err, linkFields)) {
		response, err := web.Show(l.page, v)
		return discreet(response), err
	}
	if err != nil {
		return l.ended(r, err)
	}
	// Someone else's session may be open in this browser: the administrator's, who
	// made the link. The next to enter is whoever just chose a password.
	if err := l.Keeper.SignOut(r.Context(), l.token(r)); err != nil {
		return web.Response{}, err
	}
	return web.Done(signInPath, "enter.done.password").WithCookie(Cookie("", l.HTTPS)), nil
}

// ended says that a link no longer serves: unknown, used and over look alike.
func (l linkPages) ended(r *web.Request, err error) (web.Response, error) {
	if !access.Refused(err, "access.link.over") {
		return web.Response{}, err
	}
	response, err := web.Show(l.over, View{Page: r.Page()})
	response.Status = http.StatusGone
	return discreet(response), err
}

// renamed gives field errors the names of the page's own fields.
func renamed(err error, names map[string]string) error {
	var fields *text.FieldErrors
	if !errors.As(err, &fields) {
		return err
	}
	page := &text.FieldErrors{}
	for _, e := range fields.List {
		if name, ok := names[e.Field]; ok {
			e.Field = name
		}
		page.List = append(page.List, e)
	}
	return page
}
