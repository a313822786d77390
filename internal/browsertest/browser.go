package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// tabLife bounds what one test may do in its tab: a page that never becomes ready fails its test, not the whole run.
const tabLife = 3 * time.Minute

// The one browser of this test binary.
var shared struct {
	sync.Mutex
	running bool // Main is on the stack and will close what Browser opens
	ctx     context.Context
	close   func() error
	err     error
}

// Main runs the tests of a package and closes the browser after them; it returns the exit code. Every package that
// opens a browser calls it: func TestMain(m *testing.M) { os.Exit(browsertest.Main(m)) }.
func Main(m *testing.M) int {
	shared.Lock()
	shared.running = true
	shared.Unlock()
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.close != nil {
		if err := shared.close(); err != nil && code == 0 {
			fmt.Fprintln(os.Stderr, "browsertest: close the browser:", err)
			code = 1
		}
	}
	return code
}

// Browser returns the context of the one browser of this test binary and starts it when it does not run yet. It skips
// the test when there is no Chromium, or fails it under JALON_TEST_REQUIRE=1. Most tests want a Tab.
func Browser(t testing.TB) context.Context {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if !shared.running {
		t.Fatal("TestMain of this package must call browsertest.Main, which closes the browser")
	}
	if shared.ctx == nil && shared.err == nil {
		program, err := findProgram(os.Getenv("JALON_TEST_CHROMIUM"), exec.LookPath)
		if err != nil {
			missing(t, err.Error())
		}
		shared.ctx, shared.close, shared.err = start(program)
	}
	if shared.err != nil {
		t.Fatalf("start the browser: %v", shared.err)
	}
	return shared.ctx
}

// Tab opens a tab of the given size, in CSS pixels, with cookies and storage of its own, and closes it when the test
// ends. It fails the test when a page in it reports an error of its own.
func Tab(t testing.TB, width, height int) context.Context {
	t.Helper()
	// A context of its own, because cookies of 127.0.0.1 hold for every port, hence for the servers of all tests.
	return openTab(t, Browser(t), width, height, chromedp.WithNewBrowserContext())
}

// TabBeside opens a further tab that shares the cookies and the storage of another: the same person looks at two pages.
func TabBeside(t testing.TB, tab context.Context, width, height int) context.Context {
	t.Helper()
	return openTab(t, tab, width, height)
}

func openTab(t testing.TB, parent context.Context, width, height int, opts ...chromedp.ContextOption) context.Context {
	t.Helper()
	tab, closeTab := chromedp.NewContext(parent, opts...)
	t.Cleanup(closeTab)
	if err := chromedp.Do(tab); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	errs, err := watch(tab)
	if err != nil {
		t.Fatalf("listen to a tab: %v", err)
	}
	t.Cleanup(func() {
		for _, line := range errs.lines() {
			t.Errorf("the page reports: %s", line)
		}
	})
	if err := chromedp.Do(tab, chromedp.EmulateViewport(int64(width), int64(height))); err != nil {
		t.Fatalf("size a tab: %v", err)
	}
	limited, cancel := context.WithTimeout(tab, tabLife)
	t.Cleanup(cancel)
	return limited
}

// Screenshot writes a picture of the whole page in the tab, as PNG, and makes the folders on the way to it.
func Screenshot(t testing.TB, tab context.Context, path string) {
	t.Helper()
	png, err := chromedp.Run(tab, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatalf("take a picture of the page: %v", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// missing skips the test, or fails it where everything is required.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("JALON_TEST_REQUIRE") == "1" {
		t.Fatalf("%s (JALON_TEST_REQUIRE=1)", what)
	}
	t.Skip(what)
}

// findProgram returns the browser that the user named, else the first of the usual programs.
func findProgram(named string, look func(string) (string, error)) (string, error) {
	usual := []string{"chromium", "chromium-browser", "google-chrome"}
	if named != "" {
		program, err := look(named)
		if err != nil {
			return "", fmt.Errorf("JALON_TEST_CHROMIUM: %w", err)
		}
		return program, nil
	}
	for _, name := range usual {
		if program, err := look(name); err == nil {
			return program, nil
		}
	}
	return "", fmt.Errorf("no browser: install Chromium, or name one in JALON_TEST_CHROMIUM (looked for %s)", strings.Join(usual, ", "))
}

// start runs the browser in a temporary home. The close func ends it and removes the home.
func start(program string) (context.Context, func() error, error) {
	home, err := os.MkdirTemp("", "jalon-browser-")
	if err != nil {
		return nil, nil, err
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(program),
		chromedp.UserDataDir(filepath.Join(home, "profile")),
		chromedp.Env("HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "TMPDIR="+home, "TZ=Europe/Paris"),
		// The sandbox needs rights that root and many containers lack; only our own pages are ever shown.
		chromedp.NoSandbox,
		// Nothing but this machine is reachable, and the browser does not even try.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		// Pictures are the same on every machine with the same fonts.
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("lang", "fr-FR"),
		chromedp.Flag("force-device-scale-factor", "1"),
		chromedp.Flag("force-prefers-reduced-motion", true),
		chromedp.Flag("hide-scrollbars", true),
	)
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), opts...)
	browser, _ := chromedp.NewContext(allocator)
	end := func() error {
		grace, cancel := context.WithTimeout(browser, 10*time.Second)
		defer cancel()
		err := chromedp.Cancel(grace)
		endAllocator()
		return errors.Join(err, os.RemoveAll(home))
	}
	if err := chromedp.Do(browser); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", program, err), end())
	}
	return browser, end, nil
}
