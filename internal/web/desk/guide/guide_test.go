// SPDX-License-Identifier: Apache-2.0

package guide_test

import (
	"net/http"
	"strings"
	"testing"

	"escale/internal/access"
	"escale/internal/web/desk/guide"
	"escale/internal/web/shared/webtest"
)

func TestPages(t *testing.T) {
	lib := webtest.Library(t)
	site := webtest.Site(t, lib, guide.Routes(lib)...)
	webtest.Types(t, lib)
	webtest.Sentences(t, lib)
	for path, want := range map[string]string{
		"/partager": "226-13", "/danger": `href="tel:3919"`, "/aide": "Alt et M",
	} {
		got := webtest.Get(site, path, webtest.Viewer(access.Volunteer))
		webtest.Check(t, got.Body.Bytes())
		if got.Code != http.StatusOK || !strings.Contains(got.Body.String(), want) {
			t.Errorf("%s: status %d, without %q", path, got.Code, want)
		}
		if got := webtest.Get(site, path, access.Viewer{}); got.Code != http.StatusSeeOther {
			t.Errorf("%s signed out: status %d", path, got.Code)
		}
	}
}
