// SPDX-License-Identifier: Apache-2.0

// Package sheet is « Ma feuille »: what a person did herself, the next step and
// the next appointment, opened with the code written on her paper sheet, without
// an account. It never says why she came: it may be read over her shoulder. She
// keeps it, prints it or erases it.
package sheet

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/text"
	"escale/internal/orientation"
	"escale/internal/web"
	"escale/internal/web/atlas"
	"escale/internal/web/shared"
)

//go:embed form.html sheet.html erase.html fr.json
var files embed.FS

// Addresses of the pages. The code travels in forms only, never in an address.
const (
	path      = "/feuille"
	erasePath = "/feuille/effacer"
)

// Sheet is what a code opens.
type Sheet struct {
	Done      []string // what she did herself, oldest first
	NextStep  string
	Meeting   *Meeting // the next one, if any
	ChangedAt time.Time
}

// Meeting is when and where she is expected.
type Meeting struct {
	Start                   time.Time
	Zone                    *time.Location // of the place
	Place, Address, Commune string
	Phone                   string // E.164, empty for none
	Bring                   string
	PagePath                string // the page of the place, empty for none
}

// Sheets opens and erases sheets. from is the network bucket of who asks (see
// access.AddressBucket). Both give db.ErrNotFound for a code that opens nothing,
// whatever the reason, and *access.Refusal when too many codes were tried.
type Sheets interface {
	Open(ctx context.Context, code, from string) (Sheet, error)
	Erase(ctx context.Context, code, from string) error
}

// FormView is the page that asks for the code.
type FormView struct{ *shared.Page }

// SheetView is the sheet.
type SheetView struct {
	*shared.Page
	Sheet
	Code       string
	Day, Hour  string
	MeetingISO string
	Changed    string
}

// EraseView asks once more before erasing.
type EraseView struct {
	*shared.Page
	Code string
}

// pages are the templates of this folder.
type pages struct {
	form  *shared.Template[FormView]
	sheet *shared.Template[SheetView]
	erase *shared.Template[EraseView]
}

// Routes declares the pages.
func Routes(lib *shared.Library, sheets Sheets) []web.Route {
	p := pages{
		form:  shared.Add[FormView](lib, shared.Public, files, "form.html"),
		sheet: shared.Add[SheetView](lib, shared.Public, files, "sheet.html"),
		erase: shared.Add[EraseView](lib, shared.Public, files, "erase.html"),
	}
	return []web.Route{
		{Method: http.MethodGet, Pattern: path, Permission: access.Public, Handle: func(r *web.Request) (web.Response, error) {
			return private(web.Show(p.form, FormView{r.Page()}))
		}},
		{Method: http.MethodPost, Pattern: path, Permission: access.Public, Handle: func(r *web.Request) (web.Response, error) {
			return private(p.open(r, sheets))
		}},
		{Method: http.MethodPost, Pattern: erasePath, Permission: access.Public, Handle: func(r *web.Request) (web.Response, error) {
			return private(p.wipe(r, sheets))
		}},
		// Someone who reloads the page of a gesture starts again from the code.
		{Method: http.MethodGet, Pattern: erasePath, Permission: access.Public, Handle: func(*web.Request) (web.Response, error) {
			return web.See(path), nil
		}},
	}
}

// private keeps every page of this folder out of the browser's memory: the next
// person at the same computer must not find it with the back button.
func private(response web.Response, err error) (web.Response, error) { return response.Private(), err }

// open shows the sheet of the code typed.
func (p pages) open(r *web.Request, sheets Sheets) (web.Response, error) {
	code, err := codeOf(r.Form("code"))
	var sheet Sheet
	if err == nil {
		sheet, err = sheets.Open(r.Context(), code, from(r.HTTP))
	}
	if err != nil {
		return p.askAgain(r, err)
	}
	v := SheetView{Page: r.Page(), Sheet: sheet, Code: code}
	if changed, err := v.Date(sheet.ChangedAt); err == nil {
		v.Changed = changed
	}
	if m := sheet.Meeting; m != nil {
		start := m.Start.In(m.Zone)
		v.MeetingISO, v.Hour = start.Format(time.RFC3339), atlas.Hour(v.Page, start)
		if v.Day, err = v.Page.Day(clock.DateOf(start)); err != nil {
			return web.Response{}, err
		}
		v.Day = atlas.Capital(v.Day)
	}
	return web.Show(p.sheet, v)
}

// wipe asks once more, then erases.
func (p pages) wipe(r *web.Request, sheets Sheets) (web.Response, error) {
	code, err := codeOf(r.Form("code"))
	if err == nil && r.Form("oui") == "" {
		return web.Show(p.erase, EraseView{Page: r.Page(), Code: code})
	}
	if err == nil {
		err = sheets.Erase(r.Context(), code, from(r.HTTP))
	}
	if err != nil {
		return p.askAgain(r, err)
	}
	return web.Done(path, "sheet.done.erased"), nil
}

// askAgain shows the form with what there is to look at again. A code that was
// never given, one erased and one too old are answered alike.
func (p pages) askAgain(r *web.Request, err error) (web.Response, error) {
	var wait *access.Refusal
	var errs text.FieldErrors
	v := FormView{r.Page()}
	switch {
	case v.Review(err):
		return web.Show(p.form, v)
	case errors.As(err, &wait):
		errs.Add("code", "sheet.wait", "n", max(1, int((wait.Until.Sub(r.Now)+time.Minute-1)/time.Minute)))
	case errors.Is(err, db.ErrNotFound):
		errs.Add("code", "sheet.unknown")
	default:
		return web.Response{}, err
	}
	v.Review(errs.Err())
	return web.Show(p.form, v)
}

// codeOf reads a code as people type it. What cannot be one is said so before
// any try is counted: a sign that no code has, or one sign too few.
func codeOf(typed string) (string, error) {
	if code, ok := orientation.NormalCode(typed); ok {
		return code, nil
	}
	var errs text.FieldErrors
	signs := strings.NewReplacer(" ", "", "-", "", ".", "", "\u00a0", "", "\u202f", "").Replace(typed)
	switch n := utf8.RuneCountInString(signs); {
	case n == 0:
		errs.Add("code", "sheet.empty")
	case strings.ContainsAny(strings.ToUpper(signs), "O0I1"):
		errs.Add("code", "sheet.lookalike")
	case n != orientation.CodeSigns:
		errs.Add("code", "sheet.length", "n", n)
	default:
		errs.Add("code", "sheet.strange")
	}
	return "", errs.Err()
}

// from is the bucket in which the tries of a request are counted.
func from(r *http.Request) string {
	address, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		// All that come without a readable address share one bucket.
		return access.AddressBucket(netip.IPv4Unspecified())
	}
	return access.AddressBucket(address.Addr())
}
