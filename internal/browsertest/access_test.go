package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"jalon/views"
)

// TestEveryPageIsAccessible walks through every page of the demonstration, as those who work with it, and looks at each
// as people do who see little, use a phone, choose their own colours or print: axe finds nothing, no page scrolls
// sideways at 320 pixels, at four times the size everything is there and the main button can be pressed, in forced
// colours a badge keeps its border, on paper there are neither menus nor buttons.
//
// Languages and themes alternate from page to page; with JALON_TORTURE=1 every page is looked at in all of them.
// JALON_PICTURES names a folder for pictures of what the browser saw.
func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	languages := [][]string{views.Languages}
	if os.Getenv("JALON_TORTURE") == "1" {
		languages = nil
		for _, lang := range views.Languages {
			languages = append(languages, []string{lang})
		}
	}
	for _, langs := range languages {
		t.Run(strings.Join(langs, " "), func(t *testing.T) {
			t.Parallel()
			i := inspect(t, langs)
			i.guests()
			i.manager()
			i.selection()
			i.finance()
			i.others()
			i.secondFactor()
			i.everyRoute()
		})
	}
}

// An inspection looks at one page after the other, in one tab for each person.
type inspection struct {
	*visitor
	t        *testing.T
	langs    []string // by turns
	every    bool     // both themes on every page, and the rules at every width
	pictures string
	dir      string          // of the program
	looked   map[string]bool // paths of the pages
	began    time.Time       // of the demonstration
	n        int
}

func inspect(t *testing.T, langs []string) *inspection {
	t.Helper()
	p := newProgram(t)
	base := p.demo()
	return &inspection{visitor: visit(t, base, 1280, 900), t: t, dir: p.dir, langs: langs, every: len(langs) == 1, pictures: os.Getenv("JALON_PICTURES"), looked: map[string]bool{}, began: time.Now()}
}

// as goes on in a tab of somebody else, or of nobody.
func (i *inspection) as(email string) {
	i.t.Helper()
	i.visitor = visit(i.t, i.base, 1280, 900)
	if email != "" {
		i.signIn(person{"", email, demoPassword})
	}
}

// turn is the language of the next page.
func (i *inspection) turn() string { return i.langs[i.n%len(i.langs)] }

// at shows an address in the language whose turn it is, and looks at it.
func (i *inspection) at(path string) {
	i.t.Helper()
	i.open(withLang(path, i.turn()))
	i.look(path)
}

// answers is at for a page that comes with another status.
func (i *inspection) answers(status int, path string) {
	i.t.Helper()
	i.expect(status, chromedp.Navigate(i.base+withLang(path, i.turn())))
	i.look(path)
}

// in shows an address in the language whose turn it is, for what follows from there.
func (i *inspection) in(path string) {
	i.t.Helper()
	i.open(withLang(path, i.turn()))
}

// look looks at the page in the tab in all the ways.
func (i *inspection) look(name string) {
	i.t.Helper()
	path, _, _ := strings.Cut(i.where(), "?")
	i.looked[path] = true
	themes := []string{"light", "dark"}
	if !i.every {
		themes = themes[i.n/2%2 : i.n/2%2+1]
	}
	label := fmt.Sprintf("%s %s", i.turn(), name)
	for _, theme := range themes {
		i.emulate("", "prefers-color-scheme", theme)
		i.rules(label + " " + theme)
		i.picture(name, "1280-"+theme)
	}
	i.emulate("", "forced-colors", "active")
	i.nothing(label+" in forced colours", forcedScript)
	i.emulate("print")
	i.nothing(label+" on paper", paperScript)
	i.emulate("", "prefers-color-scheme", themes[0], "prefers-reduced-motion", "reduce")
	i.nothing(label+" with reduced motion", stillScript)
	i.size(320, 640)
	i.nothing(label+" at 320 px", fitScript)
	if i.every || i.n%3 == 0 {
		i.rules(label + " at 320 px")
	}
	i.picture(name, "320")
	i.size(320, 256) // a window of 1280 by 1024 at four times the size
	i.nothing(label+" at 400 %", fitScript)
	i.nothing(label+" at 400 %", reachScript)
	i.size(1280, 900)
	i.n++
}

func (i *inspection) rules(label string) {
	i.t.Helper()
	for _, v := range Axe(i.t, i.tab) {
		i.t.Errorf("%s: %s", label, v)
	}
}

// nothing holds that a script finds nothing to complain of.
func (i *inspection) nothing(label, script string) {
	i.t.Helper()
	for _, line := range evaluate[[]string](i.visitor, script) {
		i.t.Errorf("%s: %s", label, line)
	}
}

func (i *inspection) size(width, height int64) {
	i.t.Helper()
	i.do(chromedp.EmulateViewport(width, height))
}

func (i *inspection) picture(name, how string) {
	i.t.Helper()
	if i.pictures == "" {
		return
	}
	file := strings.Trim(strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			if r < '0' || r > '9' {
				return '-'
			}
		}
		return r
	}, strings.ToLower(name)), "-")
	if _, err := chromedp.Run(i.tab, chromedp.Evaluate[bool](paintedScript, chromedp.EvalAwaitPromise)); err != nil {
		i.t.Fatal(err)
	}
	Screenshot(i.t, i.tab, filepath.Join(i.pictures, fmt.Sprintf("%03d-%s-%s-%s.png", i.n, i.turn(), file, how)))
}

// emulate has the browser take a medium and features, given as names and values in turn, for what the page is shown on.
func (i *inspection) emulate(media string, features ...string) {
	i.t.Helper()
	p := emulation.SetEmulatedMediaParams{Media: media}
	for n := 0; n+1 < len(features); n += 2 {
		p.Features = append(p.Features, &emulation.MediaFeature{Name: features[n], Value: features[n+1]})
	}
	if _, err := chromedp.Call(i.tab, emulation.SetEmulatedMedia, p); err != nil {
		i.t.Fatal(err)
	}
}

// paintedScript waits until the page was drawn in its new size.
const paintedScript = `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`

// seenScript tells which elements can be seen, and names them.
const seenScript = `
	const seen = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && !e.closest(".vh, datalist, option, details:not([open]) > :not(summary)");
	const name = e => e.outerHTML.replace(/\s+/g, " ").slice(0, 110);
`

// fitScript lists what scrolls sideways, stands outside of the window or is cut off. Tables, charts and commands have
// boxes of their own that scroll; fields scroll their text.
const fitScript = `(() => {` + seenScript + `
	const out = [], wide = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth > wide) out.push("the page scrolls sideways by " + (document.documentElement.scrollWidth - wide) + " px");
	for (const e of document.querySelectorAll("body *")) {
		if (e.closest(".scroll, .command, svg, .skip, script") && !e.matches(".scroll, .command") || !seen(e)) continue;
		const box = e.getBoundingClientRect();
		if (box.width > 0 && (box.right > wide + 1 || box.left < -1)) out.push("outside of the window: " + name(e));
		const clipped = ["hidden", "clip"].includes(getComputedStyle(e).overflowX) && !e.matches("input") || e.matches("button, .button, label");
		if (clipped && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0) out.push("cut off: " + name(e));
	}
	return out.slice(0, 5);
})()`

// reachScript holds that the main button of the page can be brought into sight with nothing in front of it.
const reachScript = `(() => {` + seenScript + `
	const e = [...document.querySelectorAll("main form.form button[type=submit], main a.button, main button, main a")].find(seen);
	if (!e) return [];
	e.scrollIntoView({block: "center"});
	const box = e.getClientRects()[0], front = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
	const ok = front === e || e.contains(front);
	scrollTo(0, 0);
	return ok ? [] : ["out of reach: " + name(e) + " behind " + (front ? name(front) : "the edge")];
})()`

// forcedScript holds that what is told by colours is told by a line as well.
const forcedScript = `(() => {` + seenScript + `
	return [...document.querySelectorAll(".badge, .tag, .flag, .count, button, .button, input, select, textarea")].filter(seen).filter(e => !e.closest(".skip"))
		.filter(e => e.type !== "checkbox" && e.type !== "radio" && (parseFloat(getComputedStyle(e).borderTopWidth) < 1 || getComputedStyle(e).borderTopStyle === "none"))
		.slice(0, 3).map(e => "without a border: " + name(e));
})()`

// paperScript lists what is of no use on paper.
const paperScript = `(() => {` + seenScript + `
	return [...document.querySelectorAll("nav:not(.contents) a, button, .button, .search, .viewer, .toolbar, .skip, form.filters, form.day, input[type=file]")].filter(seen).slice(0, 3).map(e => "is printed: " + name(e));
})()`

// stillScript lists what moves.
const stillScript = `document.getAnimations().filter(a => a.playState === "running").map(a => "moves: " + (a.animationName || a.transitionProperty || "something"))`
