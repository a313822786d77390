package browsertest

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// sessionCookie names the cookie of the session on a site without HTTPS.
const sessionCookie = "jalon_session"

// TestSessionExpiry ends the session while a form is filled in. Who signs in again is asked whether to go on, and what was
// typed is saved.
func TestSessionExpiry(t *testing.T) {
	t.Parallel()
	v := settledTown(t, 1280, 900)
	address := v.project("NUM-02")
	v.open(address + "/edit")
	const need = "Garder les actes\net les retrouver : « tous »."
	v.fill("need", need, "manager", "Paule Royer")
	v.dropSession()
	v.expect(401, chromedp.Click(chromedp.CSS(submit)))
	v.check()
	v.fill("email", anne.email, "password", "ce n’est pas le bon")
	v.expect(401, chromedp.Click(chromedp.CSS(submit)))
	v.signInHere(anne)
	v.check()
	if v.where() != "/sign-in" {
		t.Fatalf("after the sign-in stands %s: %s", v.where(), begun(v.text("main")))
	}
	v.send()
	if got := v.where(); got != address {
		t.Errorf("the form leads to %s, want %s", got, address)
	}
	v.shows("main", "Paule Royer", "et les retrouver : « tous ».")
	v.open(address + "/edit")
	if got := v.value("need"); got != need {
		t.Errorf("saved was %q, want %q", got, need)
	}
}

// dropSession takes the session from the browser.
func (v *visitor) dropSession() {
	v.t.Helper()
	cookies, err := chromedp.Call(v.tab, network.GetCookies, network.GetCookiesParams{URLs: []string{v.base}})
	if err != nil {
		v.t.Fatal(err)
	}
	if !slices.ContainsFunc(cookies.Cookies, func(c *network.Cookie) bool { return c.Name == sessionCookie && c.HTTPOnly }) {
		v.t.Fatalf("no cookie %s that scripts cannot read", sessionCookie)
	}
	if _, err := chromedp.Call(v.tab, network.DeleteCookies, network.DeleteCookiesParams{Name: sessionCookie, URL: v.base}); err != nil {
		v.t.Fatal(err)
	}
}

// TestBulkUndo changes all projects of a list at once, looks at the change before it is made, and takes it back.
func TestBulkUndo(t *testing.T) {
	t.Parallel()
	v := settledTown(t, 1280, 900)
	managers := []string{"Léa Chambon", "Paul Roy", "Inès Moreau"}
	v.open("/roadmaps/1/projects")
	v.do(chromedp.Click(chromedp.CSS(`input[data-all="project"]`)))
	if got := evaluate[int](v, `document.querySelectorAll("input[name=project]:checked").length`); got != len(managers) {
		t.Fatalf("\"all\" ticks %d projects, want %d", got, len(managers))
	}
	v.press(`form[action$="/bulk"] button`)
	v.shows("main", "NUM-01", "NUM-02", "NUM-03")
	v.check()
	v.fill("manager", "Odile Garnier")
	v.press(submit)
	v.check()
	v.shows("main table", append(managers, "Odile Garnier")...)
	other := v.beside(1280, 900)
	other.managedBy(managers...)
	v.send()
	changed := v.where()
	if !strings.HasPrefix(changed, "/bulk/") {
		t.Fatalf("the change leads to %s", changed)
	}
	other.managedBy("Odile Garnier", "Odile Garnier", "Odile Garnier")
	v.press(`form[action$="/undo"] button`)
	v.flashed()
	if v.has(`form[action$="/undo"]`) {
		t.Error("what was undone can be undone again")
	}
	other.managedBy(managers...)
}

// managedBy holds that each project of the list has its manager, in the order of the codes.
func (v *visitor) managedBy(managers ...string) {
	v.t.Helper()
	for i, code := range []string{"NUM-01", "NUM-02", "NUM-03"} {
		v.open(v.project(code) + "/edit")
		if got := v.value("manager"); got != managers[i] {
			v.t.Errorf("%s is managed by %q, want %q", code, got, managers[i])
		}
	}
}

// TestDoubleClick clicks twice on the button that makes a project: it is sent once and made once.
func TestDoubleClick(t *testing.T) {
	t.Parallel()
	v := settledTown(t, 1280, 900)
	if sent := makeTwice(v); sent != 1 {
		t.Errorf("two clicks sent the form %d times, want once", sent)
	}
}

// makeTwice clicks twice on the button of a new project, sees that it was made once, and tells how often the form was
// sent.
func makeTwice(v *visitor) int {
	v.t.Helper()
	v.open("/roadmaps/1/projects/new")
	v.fill("code", "NUM-09", "name", "Réseau des bibliothèques")
	sent := v.clickTwice(submit)
	v.do(chromedp.WaitVisible(chromedp.CSS("main .flash")))
	if !strings.HasPrefix(v.where(), "/projects/") {
		v.t.Errorf("two clicks lead to %s, want the project", v.where())
	}
	v.open("/search?q=bibliotheques")
	if found := v.texts(".found li a"); len(found) != 1 {
		v.t.Errorf("two clicks made %q, want one project", found)
	}
	return int(sent.Load())
}

// clickTwice clicks on the button of a form, and again when the site has done its work but the browser has not heard
// of it. It counts how often the form is sent.
func (v *visitor) clickTwice(button string) *atomic.Int32 {
	v.t.Helper()
	var sent atomic.Int32
	done, goOn := make(chan struct{}, 2), make(chan struct{})
	err := chromedp.Listen(v.tab, func(ev any) {
		paused, ok := ev.(*fetch.EventRequestPaused)
		if !ok {
			return
		}
		go func() { // what listens must not wait
			if paused.Request.Method == http.MethodPost {
				sent.Add(1)
				done <- struct{}{}
				<-goOn
			}
			// That the browser gave an answer up for the second click is no error.
			_, _ = chromedp.Call(v.tab, fetch.ContinueResponse, fetch.ContinueResponseParams{RequestID: paused.RequestID})
		}()
	})
	if err != nil {
		v.t.Fatal(err)
	}
	answers := []*fetch.RequestPattern{{URLPattern: "*", RequestStage: fetch.RequestStageResponse}}
	if _, err := chromedp.Call(v.tab, fetch.Enable, fetch.EnableParams{Patterns: answers}); err != nil {
		v.t.Fatal(err)
	}
	v.do(chromedp.ScrollIntoView(chromedp.CSS(button)))
	at := evaluate[[]float64](v, `(b => [b.left + b.width / 2, b.top + b.height / 2])(document.querySelector(`+quoted(button)+`).getBoundingClientRect())`)
	click := chromedp.MouseClickXY(at[0], at[1])
	v.do(click)
	<-done
	v.do(click, chromedp.MouseEvent(chromedp.MouseMoved, at[0], at[1])) // a movement is answered after what the click set off
	close(goOn)
	return &sent
}
