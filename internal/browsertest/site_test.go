package browsertest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/sample"
	"jalon/internal/web"
	"jalon/portfolio"
	"jalon/views"
)

// siteAddresses are the pages that a browser looks at.
var siteAddresses = []string{"/", "/roadmaps/1", "/roadmaps/1?as_of=2025-06-30", "/roadmaps/1?as_of=hier", "/roadmaps/1/projects", "/roadmaps/1/projects?q=zzz", "/roadmaps/1/projects?phase=xyz",
	"/projects/4", "/committees", "/committees/OPS", "/packs/3", "/decisions", "/methods", "/nothing-here"}

// The services of the sample answer what the site reads; what it changes is promoted from the real ones below them, which
// have no database and are not called.
type (
	portfolioRest   struct{ *portfolio.Service }
	governanceRest  struct{ *governance.Service }
	samplePortfolio struct {
		*sample.Service
		portfolioRest
	}
	sampleGovernance struct {
		*sample.Service
		governanceRest
	}
	// sampleIdentity takes every browser for somebody who may do everything.
	sampleIdentity struct{ *identity.Service }
)

func (sampleIdentity) Session(context.Context, string) (identity.Session, error) {
	return identity.Session{ID: 1, Actor: identity.Operator("browser"), User: identity.User{ID: 1, OrganisationID: 1, Name: "Camille Test", Shortcuts: true}, CSRF: "token"}, nil
}

// serveSite runs the site over a sample and gives its address.
func serveSite(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := sample.NewService(36)
	app := web.New(web.Config{}, web.Deps{Portfolio: samplePortfolio{Service: s}, Governance: sampleGovernance{Service: s}, Identity: sampleIdentity{}, Ready: func(context.Context) error { return nil },
		Now: func() time.Time { return sample.Day.At(12, 0, time.UTC) }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- web.Serve(ctx, app, ln, nil) }()
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

// TestSiteIsAccessible holds every page, in both languages and both themes, against the rules of axe,
// and at three widths looks for sideways scrolling of the page itself.
// JALON_PICTURES names a folder for pictures of what the browser saw.
func TestSiteIsAccessible(t *testing.T) {
	t.Parallel()
	address := serveSite(t)
	pictures := os.Getenv("JALON_PICTURES")
	for _, width := range []int{1280, 768, 320} {
		tab := Tab(t, width, 900)
		modes := []string{"light", "dark"}
		if width != 1280 { // what is measured there does not depend on colours
			modes = modes[:1]
		}
		for _, mode := range modes {
			setTheme(t, tab, mode)
			for _, lang := range views.Languages {
				for i, path := range siteAddresses {
					name := fmt.Sprintf("%d-%s-%s-%02d", width, mode, lang, i)
					if err := chromedp.Do(tab, chromedp.Navigate(address+withLang(path, lang)), chromedp.WaitReady("main")); err != nil {
						t.Fatalf("%s: %v", path, err)
					}
					if pictures != "" && lang == "fr" {
						Screenshot(t, tab, filepath.Join(pictures, name+".png"))
					}
					checkWidth(t, tab, name+" "+path)
					// The rules hold for every width alike but those on targets and scrolled regions.
					if width == 1280 || (width == 320 && mode == "light" && lang == "fr") {
						for _, v := range Axe(t, tab) {
							t.Errorf("%s %s: %s", name, path, v)
						}
					}
				}
			}
		}
	}
}

// checkWidth fails when the page itself scrolls sideways.
func checkWidth(t *testing.T, tab context.Context, name string) {
	t.Helper()
	wide, err := chromedp.Run(tab, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	if err != nil {
		t.Fatal(err)
	}
	if wide > 0 {
		t.Errorf("%s scrolls sideways by %d px", name, wide)
	}
}
