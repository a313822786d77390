package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestKeyboardOnly does what a day asks for with keys alone, and looks at every stop of the tab key.
func TestKeyboardOnly(t *testing.T) {
	t.Parallel()
	p := listedTown(t)
	v := visit(t, p.serve("serve"), 1024, 700)
	v.open("/")
	v.keyIn("email", anne.email)
	v.keyIn("password", anne.password)
	v.keysTo(kb.Enter)

	skipByKeys(v)
	menuByKeys(v)
	singleKeys(v)
	editByKeys(v)
	keysSwitchedOff(v)
}

// skipByKeys takes the first link of a page, which leads past its head.
func skipByKeys(v *visitor) {
	v.t.Helper()
	v.keys(kb.Tab)
	if !v.focused("a.skip") {
		v.t.Fatalf("the first stop is %s, want the link past the head", evaluate[string](v, `document.activeElement.outerHTML`))
	}
	if wrong := evaluate[string](v, focusScript); wrong != "" {
		v.t.Error(wrong)
	}
	v.keys(kb.Enter)
	v.keys(kb.Tab)
	if !v.focused("main") {
		v.t.Errorf("after skipping the head the next stop is %s", evaluate[string](v, `document.activeElement.outerHTML`))
	}
}

// menuByKeys goes through the menu to the committees and back.
func menuByKeys(v *visitor) {
	v.t.Helper()
	v.keysTo("gc")
	v.tabTo(`.menu a[href="/decisions"]`)
	v.keysTo(kb.Enter)
	v.isAt("/decisions")
}

// singleKeys leads somewhere by single keys, but not from a field.
func singleKeys(v *visitor) {
	v.t.Helper()
	v.keysTo("?")
	v.isAt("/shortcuts")
	v.keys("/")
	if !v.focused("#search") {
		v.t.Fatal("/ does not lead to the search")
	}
	v.keys("e?gr/") // typed into the field
	if got := evaluate[string](v, `document.activeElement.value`); got != "e?gr/" {
		v.t.Errorf("the search field holds %q, want what was typed", got)
	}
	v.isAt("/shortcuts")
	v.keys(kb.Tab + kb.Tab)
	v.keysTo("gr")
	v.isAt("/")
}

// editByKeys opens a roadmap, its list and a project, and changes that.
func editByKeys(v *visitor) {
	v.t.Helper()
	v.tabTo(`.card h2 a[href="/roadmaps/1"]`)
	v.keysTo(kb.Enter)
	v.tabTo(`.tabs a[href="/roadmaps/1/projects"]`)
	v.keysTo(kb.Enter)
	v.tabTo(`table.list tbody tr:last-child th a`)
	v.keysTo(kb.Enter)
	v.keysTo("e")
	v.keyIn("sponsor", "Cabinet de la maire")
	v.tabTo(submit)
	v.keysTo(kb.Enter)
	v.flashed()
	v.shows("main", "Cabinet de la maire")
}

// keysSwitchedOff switches the single keys off in the account: they do nothing from then on.
func keysSwitchedOff(v *visitor) {
	v.t.Helper()
	v.keysTo("ga")
	v.tabTo(mainForm + `[name="shortcuts"]`)
	v.keys(" ")
	v.tabTo(submit)
	v.keysTo(kb.Enter)
	v.flashed()
	v.open("/roadmaps/1")
	// What a key does it does at once: whoever listens at the window comes after the site's own script.
	v.do(chromedp.Evaluate[chromedp.Void](`window.taken = 0; window.addEventListener("keydown", e => { if (e.defaultPrevented) window.taken++ })`))
	v.keys("?/ensgrgc")
	if taken := evaluate[int](v, `window.taken ?? -1`); taken != 0 || !v.focused("body") {
		v.t.Errorf("%d of the keys did something, which are switched off", taken)
	}
	v.isAt("/roadmaps/1")
}

func (v *visitor) isAt(path string) {
	v.t.Helper()
	if got := v.where(); got != path {
		v.t.Fatalf("the page is %s, want %s", got, path)
	}
}
