package pdf

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/unicode/norm"

	"jalon/governance"
)

// TestWritePacks leaves the sample packs in the folder named by JALON_PDF_OUT, for people to look
// at.
func TestWritePacks(t *testing.T) {
	dir := os.Getenv("JALON_PDF_OUT")
	if dir == "" {
		t.Skip("JALON_PDF_OUT names no folder to write packs to")
	}
	all := edges()
	all["sample fr"], all["sample en"] = sample("fr", 36), sample("en", 36)
	maps.Copy(all, budgetEdges())
	all["sample fr"].Edition, all["sample fr"].LateDays, all["sample fr"].Errata = 2, 3, []string{"Coût du projet P04 : 640 000 € et non 460 000 €."}
	for name, s := range all {
		if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".pdf"), render(t, s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func render(t testing.TB, s *governance.Snapshot) []byte {
	t.Helper()
	b, err := Renderer{}.Render(s, fingerprint)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tool finds a program that a test needs; without it the test is skipped, or fails where the suite
// must be whole.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("JALON_TEST_REQUIRE") == "1" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

func write(t *testing.T, document []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pack.pdf")
	if err := os.WriteFile(path, document, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(tool(t, name), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func pages(t *testing.T, path string) int {
	t.Helper()
	m := regexp.MustCompile(`Pages:\s+(\d+)`).FindStringSubmatch(run(t, "pdfinfo", path))
	if m == nil {
		t.Fatal("pdfinfo tells no number of pages")
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

func TestSameSnapshotSameBytes(t *testing.T) {
	first := render(t, budgeted("fr", 36))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			again, err := Renderer{}.Render(budgeted("fr", 36), fingerprint)
			if err != nil || !bytes.Equal(first, again) {
				t.Errorf("another rendering differs (error %v)", err)
			}
		})
	}
	wg.Wait()
	if other := render(t, budgeted("en", 36)); bytes.Equal(first, other) {
		t.Error("French and English packs are the same")
	}
}

func TestPackHoldsTheData(t *testing.T) {
	for _, locale := range []string{"fr", "en"} {
		t.Run(locale, func(t *testing.T) {
			s := sample(locale, 36)
			document := render(t, s)
			path := write(t, document)
			text := run(t, "pdftotext", "-layout", path, "-")
			n := pages(t, path)
			if n < 25 || n > 60 {
				t.Errorf("%d pages, want a pack of about 40", n)
			}
			if limit := 5_500 * n; len(document) > limit {
				t.Errorf("%d bytes on %d pages, want at most %d", len(document), n, limit)
			}
			if got := strings.Count(text, fingerprint); got < n {
				t.Errorf("the fingerprint stands %d times on %d pages", got, n)
			}
			flat := strings.Join(strings.Fields(text), " ")
			for _, p := range s.Report.Projects {
				if !strings.Contains(flat, p.Code+" · ") {
					t.Errorf("project %s is not in the pack", p.Code)
				}
			}
			want := []string{"Département de Valombre", "Comité stratégique du numérique", "12/11", "Claire Vasseur", "COSTRAT-2026-07", "jalon-drift/1", "P34", "+3,01", "31/10/2026"}
			if locale == "en" {
				want = []string{"Committee pack", "fourth quarter of 2026", "+3.01", "Deviations over time", "€48.0M"}
			} else {
				want = append(want, "4e trimestre 2026", "Évolution des écarts", "48,0 M€", "page 1 / "+strconv.Itoa(n))
				want = append(want[:2], want[3:]...)
			}
			for _, w := range want {
				if !strings.Contains(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(flat), w) {
					t.Errorf("%q is not in the pack", w)
				}
			}
			if strings.Contains(flat, "[pdf.") || strings.Contains(flat, "[chart.") || strings.Contains(flat, "%!") {
				t.Errorf("a text is missing: %s", flat[strings.Index(flat, "["):][:60])
			}
		})
	}
}

func TestEdgesAreSoundDocuments(t *testing.T) {
	all := edges()
	all["500 projects"] = sample("fr", 500)
	maps.Copy(all, budgetEdges())
	for name, s := range all {
		t.Run(name, func(t *testing.T) {
			path := write(t, render(t, s))
			run(t, "qpdf", "--check", path)
			text := run(t, "pdftotext", "-layout", path, "-")
			if strings.Contains(text, "[pdf.") || strings.Contains(text, "[chart.") || strings.Contains(text, "NaN") {
				t.Error("a text is missing or a figure is none")
			}
			for i, page := range strings.Split(strings.TrimSuffix(text, "\f"), "\f") {
				// Head, foot and page number alone are an empty page.
				if words := len(strings.Fields(page)); words < 25 && i > 0 {
					t.Errorf("page %d is all but empty: %s", i+1, page)
				}
			}
		})
	}
}

func TestHostileTextsSurvive(t *testing.T) {
	path := write(t, render(t, edges()["hostile texts"]))
	text := run(t, "pdftotext", "-layout", path, "-")
	for _, want := range []string{`(a) b\) c\\`, "endstream endobj", "<script>", "é", string(placeholder)} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the text of the pack", want)
		}
	}
	folded := norm.NFKC.String(text) // Arabic is drawn in presentation forms
	for _, want := range []string{"עברית", "مرحبا", "بالعالم"} {
		if !strings.Contains(folded, want) && !strings.Contains(folded, visual(want)) {
			t.Errorf("%q is not in the text of the pack", want)
		}
	}
	if !strings.Contains(run(t, "pdffonts", path), "wide") {
		t.Error("the document lacks the faces for Arabic")
	}
}

// TestUsualPacksStaySmall keeps the faces for Arabic and symbols out of documents without them.
func TestUsualPacksStaySmall(t *testing.T) {
	if fonts := run(t, "pdffonts", write(t, render(t, sample("fr", 12)))); strings.Contains(fonts, "wide") {
		t.Errorf("a pack in French holds more than the usual faces:\n%s", fonts)
	}
}

// TestWiderPacksAreTheSameToo renders texts of both families twice.
func TestWiderPacksAreTheSameToo(t *testing.T) {
	if !bytes.Equal(render(t, edges()["hostile texts"]), render(t, edges()["hostile texts"])) {
		t.Error("two renderings differ")
	}
}

func TestEndlessCommentIsWhole(t *testing.T) {
	text := run(t, "pdftotext", "-layout", write(t, render(t, edges()["10,000 lines"])), "-")
	if n := strings.Count(text, "ligne de commentaire"); n != 10_000 {
		t.Errorf("%d lines of the comment, want 10,000", n)
	}
	if n := len(regexp.MustCompile(`\bmot\b`).FindAllString(text, -1)); n != 5000 {
		t.Errorf("%d words of the need, want 5,000", n)
	}
}

func TestBadInstantIsAnError(t *testing.T) {
	s := sample("fr", 1)
	s.FrozenAt = "yesterday"
	if _, err := (Renderer{}).Render(s, fingerprint); err == nil {
		t.Error("a snapshot without an instant was rendered")
	}
}

func TestPanicIsAnError(t *testing.T) {
	if _, err := (Renderer{}).Render(nil, fingerprint); err == nil {
		t.Error("no snapshot was rendered")
	}
}

var wordBox = regexp.MustCompile(`<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>`)

// TestNoWordsOverlap compares the boxes of all words of a page.
func TestNoWordsOverlap(t *testing.T) {
	all := edges()
	delete(all, "hostile texts") // characters the extractor measures in its own way
	delete(all, "10,000 lines")
	all["sample fr"], all["sample en"] = sample("fr", 36), sample("en", 36)
	maps.Copy(all, budgetEdges())
	for name, s := range all {
		t.Run(name, func(t *testing.T) {
			html := run(t, "pdftotext", "-bbox", write(t, render(t, s)), "-")
			for n, page := range strings.Split(html, "<page ")[1:] {
				checkPage(t, n+1, page)
			}
		})
	}
}

type word struct {
	x1, y1, x2, y2 float64
	text           string
}

func checkPage(t *testing.T, n int, page string) {
	var words []word
	for _, m := range wordBox.FindAllStringSubmatch(page, -1) {
		var v [4]float64
		for i := range v {
			v[i], _ = strconv.ParseFloat(m[i+1], 64)
		}
		// A box is as high as the line; ink fills about two thirds of it.
		h := v[3] - v[1]
		w := word{v[0], v[1] + h*0.2, v[2], v[3] - h*0.2, m[5]}
		if w.x2 > pageWidth-20 || w.x1 < 20 || w.y2 > pageHeight-10 {
			t.Errorf("page %d: %q leaves the page at %.0f, %.0f", n, w.text, w.x2, w.y2)
		}
		words = append(words, w)
	}
	reported := 0
	for i, a := range words {
		for _, b := range words[:i] {
			dx, dy := min(a.x2, b.x2)-max(a.x1, b.x1), min(a.y2, b.y2)-max(a.y1, b.y1)
			if dx > 1 && dy > 0.8 && reported < 5 {
				t.Errorf("page %d: %q (%.0f, %.0f) lies on %q (%.0f, %.0f)", n, a.text, a.x1, a.y1, b.text, b.x1, b.y1)
				reported++
			}
		}
	}
}
