package browsertest

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestDocsPictures reads the demonstration as a newcomer would, from the cover to a project sheet,
// and takes the pictures of the documentation on the way. They go into docs/pictures when
// JALON_DOCS_PICTURES=1 asks for them (make docs-pictures), else into the test's own folder.
func TestDocsPictures(t *testing.T) {
	tab := Tab(t, 1280, 900)
	dir := t.TempDir()
	pictures := dir
	if os.Getenv("JALON_DOCS_PICTURES") == "1" {
		pictures = filepath.Join("..", "..", "docs", "pictures")
	}
	base := demonstration(t, dir)

	visit := func(path, selector string) {
		t.Helper()
		if err := chromedp.Do(tab, chromedp.Navigate(base+path), chromedp.WaitVisible(selector)); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	follow := func(link, selector string) {
		t.Helper()
		if err := chromedp.Do(tab, chromedp.Click(link), chromedp.WaitVisible(selector)); err != nil {
			t.Fatalf("follow %s: %v", link, err)
		}
	}
	visit("/?lang=fr", "h1")
	follow(`main a[href^="/roadmaps/"]`, "form.day")
	Screenshot(t, tab, filepath.Join(pictures, "dashboard.png"))
	noViolation(t, tab, "dashboard")
	follow(`nav a[href$="/projects"]`, "table.list")
	Screenshot(t, tab, filepath.Join(pictures, "projects.png"))
	noViolation(t, tab, "projects")
	follow(`main a[href^="/projects/"]`, `form.day[action^="/projects/"]`)
	Screenshot(t, tab, filepath.Join(pictures, "project.png"))
	noViolation(t, tab, "project")
	visit("/committees", "h1")
	follow(`main a[href^="/committees/"]`, `a[href^="/packs/"]`)
	Screenshot(t, tab, filepath.Join(pictures, "committee.png"))
	noViolation(t, tab, "committee")
	packPicture(t, filepath.Join(dir, "var", "packs", "comop-2026-10-1.pdf"), filepath.Join(pictures, "pack-essentials"))
}

func noViolation(t *testing.T, tab context.Context, page string) {
	t.Helper()
	for _, v := range Axe(t, tab) {
		t.Errorf("%s: %s", page, v)
	}
}

// demonstration builds and starts the real program in a folder of its own and gives the site's
// address. It is stopped with the test.
func demonstration(t *testing.T, dir string) string {
	t.Helper()
	program := filepath.Join(dir, "jalon")
	build := exec.Command("go", "build", "-o", program, "jalon/cmd/jalon")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.Command(program, "demo", "--date", "2026-11-01", "--listen", "127.0.0.1:0")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "JALON_DATABASE_URL=sqlite:var/jalon.db", "JALON_DATA_DIR=var", "JALON_LOCALE=fr")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	var said strings.Builder
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		for _, word := range strings.Fields(lines.Text()) {
			if strings.HasPrefix(word, "http://127.0.0.1:") {
				go func() { // the log goes on: let nobody wait for a full pipe
					for lines.Scan() {
						continue
					}
				}()
				return word
			}
		}
	}
	t.Fatalf("the demonstration did not come up:\n%s", said.String())
	return ""
}

// packPicture draws the essentials page of a pack.
func packPicture(t *testing.T, pdf, picture string) {
	t.Helper()
	tool, err := exec.LookPath("pdftoppm")
	if err != nil {
		missing(t, "pdftoppm is not installed")
	}
	out, err := exec.Command(tool, "-r", "110", "-f", "3", "-l", "3", "-singlefile", "-png", pdf, picture).CombinedOutput()
	if err != nil {
		t.Fatalf("pdftoppm: %v\n%s", err, out)
	}
	if info, err := os.Stat(picture + ".png"); err != nil || info.Size() < 20_000 {
		t.Errorf("picture of the essentials page: %v, %v", info, err)
	}
}
