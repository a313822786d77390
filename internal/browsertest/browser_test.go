package browsertest

import (
	"errors"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestMain(m *testing.M) {
	code := Main(m)
	built.remove()
	os.Exit(code)
}

const goodPage = `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Feuille de route</title></head>
<body><main><h1>Feuille de route</h1><p id="total">1 234 567,89 €</p></main></body></html>`

// serve answers every request with the page, under the strictest policy that lets it be shown.
func serve(t *testing.T, page string) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
		_, _ = w.Write([]byte(page))
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestTabShowsPage(t *testing.T) {
	t.Parallel()
	tab := Tab(t, 800, 600)
	if err := chromedp.Do(tab, chromedp.Navigate(serve(t, goodPage))); err != nil {
		t.Fatal(err)
	}
	text, err := chromedp.Run(tab, chromedp.Text("#total"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "1 234 567,89 €"; text != want {
		t.Errorf("the page shows %q, want %q", text, want)
	}
	if size, err := chromedp.Run(tab, chromedp.Evaluate[[]int](`[innerWidth, innerHeight]`)); err != nil || !slices.Equal(size, []int{800, 600}) {
		t.Errorf("the tab measures %v (%v), want [800 600]", size, err)
	}
}

func TestScreenshot(t *testing.T) {
	t.Parallel()
	tab := Tab(t, 320, 480)
	if err := chromedp.Do(tab, chromedp.Navigate(serve(t, goodPage))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pictures", "page.png")
	Screenshot(t, tab, path)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := picture.Bounds().Dx(); got != 320 {
		t.Errorf("the picture is %d pixels wide, want 320", got)
	}
}

func TestAxe(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, page string
		want       []string // the rules broken, in axe-core's names
	}{
		{"a sound page", goodPage, nil},
		{"an unlabelled field", strings.Replace(goodPage, "</main>", `<input id="naked"></main>`, 1), []string{"label"}},
		{"a picture without words", strings.Replace(goodPage, "</main>", `<img src="data:,"></main>`, 1), []string{"image-alt"}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			tab := Tab(t, 800, 600)
			if err := chromedp.Do(tab, chromedp.Navigate(serve(t, tc.page))); err != nil {
				t.Fatal(err)
			}
			found := Axe(t, tab)
			var rules []string
			for _, line := range found {
				rule, _, _ := strings.Cut(line, " ")
				rules = append(rules, rule)
			}
			if !slices.Equal(rules, tc.want) {
				t.Errorf("axe-core found %q, want the rules %q", found, tc.want)
			}
		})
	}
}

// TestNothingOutside holds that no name leads anywhere, be it one that every machine can resolve: the server answers
// at localhost too, and the page may ask it.
func TestNothingOutside(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		_, _ = w.Write([]byte("reached"))
	}))
	t.Cleanup(srv.Close)
	tab := Tab(t, 800, 600)
	if err := chromedp.Do(tab, chromedp.Navigate(srv.URL)); err != nil {
		t.Fatal(err)
	}
	ask := func(url string) string {
		t.Helper()
		answer, err := chromedp.Run(tab, chromedp.Evaluate[string](
			`fetch("`+url+`").then(r => r.text(), e => "refused: " + e)`, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	if got := ask(srv.URL); got != "reached" {
		t.Errorf("%s answered %q, want \"reached\"", srv.URL, got)
	}
	for _, url := range []string{strings.Replace(srv.URL, "127.0.0.1", "localhost", 1), "https://example.org/"} {
		if got := ask(url); !strings.HasPrefix(got, "refused") {
			t.Errorf("%s answered %q, want a refusal", url, got)
		}
	}
}

// TestTabsAreApart holds that a session of one test is not seen by another, though all servers are on 127.0.0.1.
func TestTabsAreApart(t *testing.T) {
	t.Parallel()
	url := serve(t, goodPage)
	first, second := Tab(t, 800, 600), Tab(t, 800, 600)
	if err := chromedp.Do(first, chromedp.Navigate(url), chromedp.Evaluate[chromedp.Void](`document.cookie = "session=one"`)); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(second, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	const read = `document.cookie`
	if got, err := chromedp.Run(first, chromedp.Evaluate[string](read)); err != nil || got != "session=one" {
		t.Errorf("the first tab has the cookies %q (%v), want its own", got, err)
	}
	if got, err := chromedp.Run(second, chromedp.Evaluate[string](read)); err != nil || got != "" {
		t.Errorf("the second tab has the cookies %q (%v), want none", got, err)
	}
}

func TestPageErrorsAreSeen(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, script, want string }{
		{"an exception", `setTimeout(() => { throw new Error("no such project") })`, "no such project"},
		{"console.error", `console.error("sum", 12)`, "console.error: sum 12"},
		{"the policy", `document.body.appendChild(document.createElement("script")).textContent = "1"`, "Content Security Policy"},
		{"nothing", `console.log("fine")`, ""},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			tab, closeTab := chromedp.NewContext(Browser(t))
			defer closeTab()
			if err := chromedp.Do(tab); err != nil {
				t.Fatal(err)
			}
			errs, err := watch(tab)
			if err != nil {
				t.Fatal(err)
			}
			// The second evaluation is answered after the task that the first one planned.
			const settle = `new Promise(done => setTimeout(() => requestAnimationFrame(() => done(true))))`
			if err := chromedp.Do(tab, chromedp.Navigate(serve(t, goodPage)), chromedp.Evaluate[chromedp.Void](tc.script)); err != nil {
				t.Fatal(err)
			}
			if _, err := chromedp.Run(tab, chromedp.Evaluate[bool](settle, chromedp.EvalAwaitPromise)); err != nil {
				t.Fatal(err)
			}
			got := errs.lines()
			if tc.want == "" && len(got) > 0 {
				t.Errorf("reported %q, want nothing", got)
			}
			if tc.want != "" && (len(got) != 1 || !strings.Contains(got[0], tc.want)) {
				t.Errorf("reported %q, want one line with %q", got, tc.want)
			}
		})
	}
}

func TestFindProgram(t *testing.T) {
	none := func(string) (string, error) { return "", exec.ErrNotFound }
	only := func(name string) func(string) (string, error) {
		return func(asked string) (string, error) {
			if asked == name {
				return "/usr/bin/" + name, nil
			}
			return "", exec.ErrNotFound
		}
	}
	tests := []struct {
		name, named string
		look        func(string) (string, error)
		want, err   string
	}{
		{"the usual one", "", only("chromium"), "/usr/bin/chromium", ""},
		{"the last choice", "", only("google-chrome"), "/usr/bin/google-chrome", ""},
		{"a named one", "brave", only("brave"), "/usr/bin/brave", ""},
		{"a named one that is not there", "brave", only("chromium"), "", "JALON_TEST_CHROMIUM"},
		{"none", "", none, "", "install Chromium"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			got, err := findProgram(tc.named, tc.look)
			if got != tc.want || (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
				t.Errorf("findProgram = %q, %v; want %q and an error with %q", got, err, tc.want, tc.err)
			}
			if tc.named != "" && err != nil && !errors.Is(err, exec.ErrNotFound) {
				t.Errorf("the cause is lost: %v", err)
			}
		})
	}
}
