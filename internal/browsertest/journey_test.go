package browsertest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"jalon/internal/demo"
)

// TestDocsPictures reads the demonstration as a newcomer would, from the sign-in to a project sheet,
// and takes the pictures of the documentation on the way. They go into docs/pictures when
// JALON_DOCS_PICTURES=1 asks for them (make docs-pictures), else into the test's own folder.
func TestDocsPictures(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	pictures := p.dir
	if os.Getenv("JALON_DOCS_PICTURES") == "1" {
		pictures = filepath.Join("..", "..", "docs", "pictures")
	}
	v := visit(t, p.demo(), 1280, 900)
	picture := func(name string) {
		t.Helper()
		Screenshot(t, v.tab, filepath.Join(pictures, name+".png"))
		noViolation(t, v.tab, name)
	}
	first := demo.Accounts()[0]
	v.open("/?lang=fr")
	v.signInHere(person{first.Name, first.Email, demo.Password})
	v.press(`main .card h2 a[href^="/roadmaps/"]`)
	picture("dashboard")
	v.press(`nav a[href$="/projects"]`)
	picture("projects")
	v.press(`table.list th a[href^="/projects/"]`)
	picture("project")
	v.open("/committees")
	v.press(`main a[href^="/committees/"]`)
	picture("committee")
	packPicture(t, filepath.Join(p.dir, "var", "packs", "comop-2026-10-1.pdf"), filepath.Join(pictures, "pack-essentials"))
}

func noViolation(t *testing.T, tab context.Context, page string) {
	t.Helper()
	for _, v := range Axe(t, tab) {
		t.Errorf("%s: %s", page, v)
	}
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
