package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// stepLife bounds one step: what is not there by then does not come.
const stepLife = 30 * time.Second

// A visitor sits in front of one tab that shows the site of a program.
type visitor struct {
	t    *testing.T
	tab  context.Context
	base string
	seen map[string]bool // addresses of the pages that were shown, shared by the tabs of one person
	// unchecked leaves the rules of axe aside: the browser runs no script, or another journey checks the same pages.
	unchecked bool
}

func visit(t *testing.T, base string, width, height int) *visitor {
	t.Helper()
	v := &visitor{t: t, tab: Tab(t, width, height), base: base, seen: map[string]bool{}}
	v.mindDialogs()
	return v
}

// beside opens a further tab of the same person.
func (v *visitor) beside(width, height int) *visitor {
	v.t.Helper()
	other := &visitor{t: v.t, tab: TabBeside(v.t, v.tab, width, height), base: v.base, seen: v.seen}
	other.mindDialogs()
	return other
}

// mindDialogs fails the test when the browser asks whether typed text may be lost: no journey loses any. The answer
// is yes, so that the test comes to its end.
func (v *visitor) mindDialogs() {
	v.t.Helper()
	err := chromedp.Listen(v.tab, func(ev any) {
		if d, ok := ev.(*page.EventJavascriptDialogOpening); ok {
			v.t.Errorf("the browser asks %q (%s) on %s", d.Message, d.Type, d.URL)
			go func() { // what listens must not wait
				_, _ = chromedp.Call(v.tab, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			}()
		}
	})
	if err != nil {
		v.t.Fatalf("listen to a tab: %v", err)
	}
}

// do takes steps that lead to no other page.
func (v *visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	step, cancel := context.WithTimeout(v.tab, stepLife)
	defer cancel()
	if err := chromedp.Do(step, steps...); err != nil {
		v.t.Fatalf("a step of the journey: %v", err) // the tab may not even say where it is
	}
}

// goes takes steps that lead to another page, waits for it and gives its status.
func (v *visitor) goes(steps ...chromedp.Action[chromedp.Void]) int {
	v.t.Helper()
	from := v.where()
	step, cancel := context.WithTimeout(v.tab, stepLife)
	defer cancel()
	answer, err := chromedp.RunResponse(step, steps...)
	if err != nil {
		v.t.Fatalf("on the way from %s: %v", from, err)
	}
	if answer == nil { // from the browser's own memory
		return 200
	}
	if answer.Status == 200 {
		v.seen[v.where()] = true
	}
	return int(answer.Status)
}

// open shows an address; anything but a page that is there fails the test.
func (v *visitor) open(path string) {
	v.t.Helper()
	if status := v.status(path); status != 200 {
		v.t.Fatalf("%s answers %d: %s", path, status, begun(v.text("main")))
	}
}

// status shows an address and gives its status.
func (v *visitor) status(path string) int {
	v.t.Helper()
	return v.goes(chromedp.Navigate(v.base + path))
}

// press clicks on a link or button that leads to another page, which must be there.
func (v *visitor) press(selector string) {
	v.t.Helper()
	v.expect(200, chromedp.Click(chromedp.CSS(selector)))
}

// expect is goes for a page of the given status.
func (v *visitor) expect(status int, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	from := v.where()
	if got := v.goes(steps...); got != status {
		v.t.Fatalf("from %s to %s: status %d, want %d: %s", from, v.where(), got, status, begun(v.text("main")))
	}
}

// mainForm is the form that a page is about.
const mainForm = "main form.form "

// submit is the button of the page's form, without those that only show what would come of it.
const submit = mainForm + `button[type="submit"]:not([name])`

// send sends the form of the page and says where it leads: the page must tell that something was done.
func (v *visitor) send() {
	v.t.Helper()
	v.press(submit)
	v.flashed()
}

// flashed holds that the page tells what was done.
func (v *visitor) flashed() {
	v.t.Helper()
	if !v.has("main .flash") {
		v.t.Fatalf("%s does not tell what was done: %s", v.where(), begun(v.text("main")))
	}
}

// fill types into fields of the page's form, given as names and values in turn, or chooses among their options.
func (v *visitor) fill(pairs ...string) {
	v.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		name, value := pairs[i], pairs[i+1]
		field := fmt.Sprintf(mainForm+"[name=%q]", name)
		kind := evaluate[string](v, `document.querySelector(`+quoted(field)+`)?.type ?? ""`)
		switch kind {
		case "":
			v.t.Fatalf("%s has no field %s", v.where(), name)
		case "select-one", "date", "time", "number":
			v.do(chromedp.SetValue(chromedp.CSS(field), value))
			if got := v.value(name); got != value {
				v.t.Fatalf("%s: field %s takes %q for %q", v.where(), name, got, value)
			}
		case "radio":
			v.do(chromedp.Click(chromedp.CSS(fmt.Sprintf("%s[value=%q]", field, value))))
		case "checkbox":
			v.do(chromedp.Click(chromedp.CSS(field)))
		case "file":
			v.do(chromedp.SetUploadFiles(chromedp.CSS(field), []string{value}))
		default:
			v.do(chromedp.Focus(chromedp.CSS(field)), chromedp.Evaluate[chromedp.Void](`document.activeElement.select()`), typed(value))
		}
	}
}

// typed puts a text in at the cursor, as a keyboard with any letter on it would.
func typed(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// value is what a field of the page's form holds.
func (v *visitor) value(name string) string {
	v.t.Helper()
	return evaluate[string](v, `document.querySelector(`+quoted(fmt.Sprintf(mainForm+"[name=%q]", name))+`).value`)
}

// has tells whether the page holds an element.
func (v *visitor) has(selector string) bool {
	v.t.Helper()
	return evaluate[bool](v, `document.querySelector(`+quoted(selector)+`) !== null`)
}

// text is what a reader sees of the first element; "" when there is none.
func (v *visitor) text(selector string) string {
	v.t.Helper()
	return evaluate[string](v, `document.querySelector(`+quoted(selector)+`)?.innerText ?? ""`)
}

// texts is what a reader sees of all such elements.
func (v *visitor) texts(selector string) []string {
	v.t.Helper()
	return evaluate[[]string](v, `[...document.querySelectorAll(`+quoted(selector)+`)].map(e => e.innerText)`)
}

// shows fails the test for each of the words that stands nowhere in the element.
func (v *visitor) shows(selector string, words ...string) {
	v.t.Helper()
	text := plainSpaces(v.text(selector))
	for _, word := range words {
		if !strings.Contains(text, word) {
			v.t.Errorf("%s shows no %q in %s: %s", v.where(), word, selector, begun(text))
		}
	}
}

// begun is the beginning of a text, for messages.
func begun(text string) string {
	const most = 1500
	if len(text) <= most {
		return text
	}
	return text[:most] + "…"
}

// plainSpaces makes every space that does not break one that does, so that tests can be read.
func plainSpaces(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
}

// where is the path of the page with its query.
func (v *visitor) where() string {
	v.t.Helper()
	return evaluate[string](v, `location.pathname + location.search`)
}

// visited lists the addresses that were shown.
func (v *visitor) visited() []string { return slices.Sorted(maps.Keys(v.seen)) }

// evaluate reads something from the page.
func evaluate[T any](v *visitor, script string) T {
	v.t.Helper()
	step, cancel := context.WithTimeout(v.tab, stepLife)
	defer cancel()
	out, err := chromedp.Run(step, chromedp.Evaluate[T](script))
	if err != nil {
		v.t.Fatalf("evaluate %s: %v", script, err)
	}
	return out
}

// comes waits until the page in the tab, which is not left meanwhile, is as the script says.
func (v *visitor) comes(script string) {
	v.t.Helper()
	v.within(stepLife, script)
}

// within is comes for what may take longer than a step.
func (v *visitor) within(life time.Duration, script string) {
	v.t.Helper()
	step, cancel := context.WithTimeout(v.tab, life)
	defer cancel()
	promise := `new Promise(done => { const look = () => (` + script + `) ? done(true) : setTimeout(look, 50); look(); })`
	if _, err := chromedp.Run(step, chromedp.Evaluate[bool](promise, chromedp.EvalAwaitPromise)); err != nil {
		v.t.Fatalf("%s does not come to %s: %v: %s", v.where(), script, err, begun(v.text("main")))
	}
}

// quoted writes a text as script does.
func quoted(s string) string {
	out, _ := json.Marshal(s) // a string always can
	return string(out)
}

// withoutScript has the browser run no script of pages.
func (v *visitor) withoutScript() {
	v.t.Helper()
	if _, err := chromedp.Call(v.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		v.t.Fatal(err)
	}
	v.unchecked = true
}

// check holds the page against the rules of axe, which is a script, and looks for sideways scrolling.
func (v *visitor) check() {
	v.t.Helper()
	if !v.unchecked {
		noViolation(v.t, v.tab, v.where())
	}
	checkWidth(v.t, v.tab, v.where())
}

// signIn signs in on the sign-in page.
func (v *visitor) signIn(p person) {
	v.t.Helper()
	v.open("/sign-in")
	v.signInHere(p)
}

// signInHere signs in on the page that stands there, and gives no judgement on what follows.
func (v *visitor) signInHere(p person) {
	v.t.Helper()
	v.fill("email", p.email, "password", p.password)
	v.press(submit)
}

// download fetches the file that a link leads to, as who saves it under a name would: the browser shows a PDF itself.
func download(v *visitor, link string) []byte {
	v.t.Helper()
	dir, on := v.t.TempDir(), true
	behavior := browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, BrowserContextID: chromedp.FromContext(v.tab).BrowserContextID,
		DownloadPath: dir, EventsEnabled: &on}
	if _, err := chromedp.CallBrowser(v.tab, browser.SetDownloadBehavior, behavior); err != nil {
		v.t.Fatal(err)
	}
	progress := chromedp.BrowserEvents(v.tab, browser.DownloadProgress)
	v.do(chromedp.SetAttributeValue(chromedp.CSS(link), "download", ""), chromedp.Click(chromedp.CSS(link)))
	for step, err := range progress {
		if err != nil {
			v.t.Fatalf("download %s: %v", link, err)
		}
		if step.State != browser.DownloadProgressStateCompleted {
			continue
		}
		if data, err := os.ReadFile(filepath.Join(dir, step.GUID)); err == nil { // else it is another test's
			return data
		}
	}
	return nil
}
