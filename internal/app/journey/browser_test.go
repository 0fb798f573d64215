// SPDX-License-Identifier: Apache-2.0

package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"escale/internal/kit/db/dbtest"
)

// browser is one person's browser: its own cookies, one tab.
type browser struct {
	t    *testing.T
	ctx  context.Context
	base string
}

// chromium starts one Chromium for a test; newBrowser gives each person hers.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path := os.Getenv("ESCALE_CHROMIUM")
	if path == "" {
		dbtest.Missing(t, "no Chromium: ESCALE_CHROMIUM names no browser (make test finds or installs one)")
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "fr-FR"),
		chromedp.Flag("disable-dev-shm-usage", true),
	)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return ctx
}

const (
	phone  = 390
	screen = 1280
	// patience is how long one page may take on a busy machine.
	patience = 30 * time.Second
)

func newBrowser(t *testing.T, chrome context.Context, base string, width int64) *browser {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chrome, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	// The first action makes the tab, which lives as long as the context given.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900)); err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, ctx: ctx, base: base}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("at %s: %v\n%s", b.where(), err, b.text())
	}
}

func eval[T any](b *browser, script string, opts ...chromedp.EvaluateOption) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, opts...))
	if err != nil {
		b.t.Fatalf("at %s: %v", b.where(), err)
	}
	return v
}

func (b *browser) where() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	at, _ := chromedp.Run(ctx, chromedp.Location())
	return at
}

// text is what can be read on the page.
func (b *browser) text() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	s, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body ? document.body.innerText : ""`))
	return strings.ReplaceAll(s, "\u00a0", " ")
}

// open goes to a path of the site.
func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// openAt goes to a whole address.
func (b *browser) openAt(address string) {
	b.t.Helper()
	b.do(chromedp.Navigate(address))
}

// sees fails unless every text can be read on the page.
func (b *browser) sees(texts ...string) {
	b.t.Helper()
	page := b.text()
	for _, want := range texts {
		if !strings.Contains(page, want) {
			b.t.Fatalf("at %s: « %s » cannot be read on the page:\n%s", b.where(), want, page)
		}
	}
}

// lacks fails if any text can be read on the page.
func (b *browser) lacks(texts ...string) {
	b.t.Helper()
	page := b.text()
	for _, bad := range texts {
		if strings.Contains(page, bad) {
			b.t.Fatalf("at %s: « %s » should not be read on the page:\n%s", b.where(), bad, page)
		}
	}
}

// press clicks the first visible link or button whose words contain text, and
// waits for the page that follows.
func (b *browser) press(text string) {
	b.t.Helper()
	id := fmt.Sprintf("press-%d", time.Now().UnixNano())
	quoted, _ := json.Marshal(text)
	if !eval[bool](b, `(() => {
		const flat = s => s.replace(/[\s\u00a0]+/g, " ").trim();
		const all = [...document.querySelectorAll("a[href], button, summary, input[type=submit]")].filter(e => e.getClientRects().length);
		const e = all.find(e => flat(e.textContent || e.value) === `+string(quoted)+`) || all.find(e => flat(e.textContent || e.value).includes(`+string(quoted)+`));
		if (!e) return false;
		document.documentElement.dataset.left = "no";
		e.dataset.journey = "`+id+`";
		e.scrollIntoView({block: "center"});
		return true;
	})()`) {
		b.t.Fatalf("at %s: nothing to press says « %s »:\n%s", b.where(), text, b.text())
	}
	// A person's click: it follows the link or sends the form as they would.
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(`[data-journey="`+id+`"]`))); err != nil {
		b.t.Fatalf("at %s: pressing « %s »: %v", b.where(), text, err)
	}
}

// fill writes value in the field of that name.
func (b *browser) fill(name, value string) {
	b.t.Helper()
	quotedName, _ := json.Marshal(name)
	quoted, _ := json.Marshal(value)
	if !eval[bool](b, `(() => {
		const e = document.querySelector("[name=" + CSS.escape(`+string(quotedName)+`) + "]:not([type=hidden]):not([type=radio]):not([type=checkbox])");
		if (!e) return false;
		e.focus(); e.value = `+string(quoted)+`;
		return true;
	})()`) {
		b.t.Fatalf("at %s: no field « %s »:\n%s", b.where(), name, b.text())
	}
}

// holds fails unless the field of that name still holds text.
func (b *browser) holds(name, text string) {
	b.t.Helper()
	quoted, _ := json.Marshal(name)
	if got := eval[string](b, `document.querySelector("[name=" + CSS.escape(`+string(quoted)+`) + "]").value`); !strings.Contains(got, text) {
		b.t.Fatalf("at %s: field « %s » holds « %s », not « %s »", b.where(), name, got, text)
	}
}

// choose ticks the radio button or box of that name and value.
func (b *browser) choose(name, value string) {
	b.t.Helper()
	quotedName, _ := json.Marshal(name)
	quoted, _ := json.Marshal(value)
	if !eval[bool](b, `(() => {
		const e = [...document.querySelectorAll("[name=" + CSS.escape(`+string(quotedName)+`) + "]")].find(e => e.value === `+string(quoted)+`);
		if (!e) return false;
		if (!e.checked) e.click();
		return e.checked;
	})()`) {
		b.t.Fatalf("at %s: no choice « %s = %s »:\n%s", b.where(), name, value, b.text())
	}
}

// first ticks the first answer of the page.
func (b *browser) first() {
	b.t.Helper()
	if !eval[bool](b, `(() => { const e = document.querySelector("main input[type=radio]"); if (e) e.click(); return !!e; })()`) {
		b.t.Fatalf("at %s: nothing to answer:\n%s", b.where(), b.text())
	}
}

// openDetails unfolds what is folded on the page.
func (b *browser) openDetails() {
	b.t.Helper()
	eval[bool](b, `(() => { document.querySelectorAll("details").forEach(d => d.open = true); return true; })()`)
}

// chooseSlotOf chooses the first slot offered with a helper, and gives its moment.
func (b *browser) chooseSlotOf(helper string) time.Time {
	b.t.Helper()
	quoted, _ := json.Marshal(helper)
	value := eval[string](b, `(() => {
		const slots = [...document.querySelectorAll("input[name=ou]")].filter(e => e.value.split(".").length === 3);
		const e = slots.find(e => e.closest(".piste").textContent.includes(`+string(quoted)+`));
		if (!e) return "";
		e.click();
		return e.value;
	})()`)
	if value == "" {
		b.t.Fatalf("at %s: no slot with %s:\n%s", b.where(), helper, b.text())
	}
	return slotStart(b.t, value)
}

// noteMeetingOf opens the record of the meeting with someone, from her line in
// the day: by its button, or by its address when the meeting is another day.
func (b *browser) noteMeetingOf(name string) {
	b.t.Helper()
	quoted, _ := json.Marshal(name)
	path := eval[string](b, `(() => {
		const line = [...document.querySelectorAll("main li")].find(e => e.textContent.includes(`+string(quoted)+`));
		if (!line) return "";
		const link = [...line.querySelectorAll("a")].map(a => a.getAttribute("href")).find(h => h.startsWith("/accompagnement?rendez_vous="));
		if (link) return link;
		const mark = [...line.querySelectorAll("form")].map(f => f.getAttribute("action")).find(a => a.startsWith("/rendez-vous/"));
		return mark ? "/accompagnement?rendez_vous=" + mark.split("/")[2] : "";
	})()`)
	if path == "" {
		b.t.Fatalf("at %s: no meeting with %s to note:\n%s", b.where(), name, b.text())
	}
	b.open(path)
}

// signIn enters as one of the demonstration's people.
func (b *browser) signIn(login, password string) {
	b.t.Helper()
	b.open("/entrer")
	b.fill("identifiant", login)
	b.fill("mot_de_passe", password)
	b.press("Entrer")
}

// violation is what axe-core reports.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string
	}
}

// axe fails on any accessibility violation of the page, WCAG 2.2 AA and best
// practices alike.
func (b *browser) axe() {
	b.t.Helper()
	path := os.Getenv("ESCALE_AXE")
	if path == "" {
		dbtest.Missing(b.t, "no axe-core: ESCALE_AXE names no file (make test fetches it)")
	}
	source, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	raw := eval[string](b, string(source)+`; axe.run(document).then(r => JSON.stringify(r.violations))`, chromedp.EvalAwaitPromise)
	var found []violation
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		b.t.Fatal(err)
	}
	for _, v := range found {
		for _, n := range v.Nodes {
			b.t.Errorf("at %s: axe %s (%s): %s\n%s\n%s", b.where(), v.ID, v.Impact, v.Help, n.HTML, n.FailureSummary)
		}
	}
}

// fits fails if the page is wider than the screen: at 320 px, which is 400 % of
// a 1280 px screen, nothing may be lost sideways.
func (b *browser) fits() {
	b.t.Helper()
	if wide := eval[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
		b.t.Errorf("at %s: %d px too wide for the screen", b.where(), wide)
	}
}

// shot keeps a picture of the whole page when ESCALE_SHOTS names a folder.
func (b *browser) shot(name string) {
	b.t.Helper()
	dir := os.Getenv("ESCALE_SHOTS")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(60))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".jpg"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// looked is what every page of a journey gets: the accessibility checks, the
// narrow screen, a picture.
func (b *browser) looked(name string) {
	b.t.Helper()
	b.axe()
	b.shot(name)
}
