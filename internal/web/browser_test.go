package web

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"jalon/internal/browsertest"
	"jalon/views"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Main(m)) }

// visited are the pages that a browser looks at.
var visited = []string{"/", "/roadmaps/1", "/roadmaps/1?as_of=2025-06-30", "/roadmaps/1?as_of=hier", "/roadmaps/1/projects", "/roadmaps/1/projects?q=zzz", "/roadmaps/1/projects?phase=xyz",
	"/projects/4", "/committees", "/committees/OPS", "/decisions", "/methods", "/nothing-here"}

// serve runs the site for a browser and gives its address.
func serve(t *testing.T, f *fake) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	app := newSite(t, f, Config{}, nil)
	go func() { done <- Serve(ctx, app, ln) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return "http://" + ln.Addr().String()
}

func withLang(path, lang string) string {
	if strings.Contains(path, "?") {
		return path + "&lang=" + lang
	}
	return path + "?lang=" + lang
}

// setTheme makes the browser prefer light or dark pages.
func setTheme(t *testing.T, tab context.Context, name string) {
	t.Helper()
	_, err := chromedp.Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAccessibility holds every page, in both languages, both themes and at both ends of widths,
// against the rules of axe, and looks for sideways scrolling of the page itself.
// JALON_PICTURES names a folder for pictures of what the browser saw.
func TestAccessibility(t *testing.T) {
	address := serve(t, newFake(36))
	pictures := os.Getenv("JALON_PICTURES")
	for _, width := range []int{1280, 768, 320} {
		tab := browsertest.Tab(t, width, 900)
		for _, mode := range []string{"light", "dark"} {
			setTheme(t, tab, mode)
			for _, lang := range views.Languages {
				for i, path := range visited {
					name := fmt.Sprintf("%d-%s-%s-%02d", width, mode, lang, i)
					url := address + withLang(path, lang)
					if err := chromedp.Do(tab, chromedp.Navigate(url), chromedp.WaitReady("main")); err != nil {
						t.Fatalf("%s: %v", path, err)
					}
					if pictures != "" && lang == "fr" {
						browsertest.Screenshot(t, tab, filepath.Join(pictures, name+".png"))
					}
					if width == 768 {
						continue
					}
					for _, v := range browsertest.Axe(t, tab) {
						t.Errorf("%s %s: %s", name, path, v)
					}
					wide, err := chromedp.Run(tab, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
					if err != nil {
						t.Fatal(err)
					}
					if wide > 0 {
						t.Errorf("%s %s scrolls sideways by %d px", name, path, wide)
					}
				}
			}
		}
	}
}
