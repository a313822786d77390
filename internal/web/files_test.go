package web

import (
	"encoding/csv"
	"strings"
	"testing"

	"jalon/views"
)

func TestPackFile(t *testing.T) {
	app := newSite(t, newFake(3), Config{}, nil)
	res, body := get(t, app, "/packs/3.pdf")
	if res.StatusCode != 200 || !strings.HasPrefix(body, "%PDF") || res.Header.Get("Content-Type") != "application/pdf" {
		t.Fatalf("%d, %s, %q", res.StatusCode, res.Header.Get("Content-Type"), body)
	}
	if got, want := res.Header.Get("Content-Disposition"), `inline; filename="OPS-2026-11-2.pdf"; filename*=UTF-8''OPS-2026-11-2.pdf`; got != want {
		t.Errorf("Content-Disposition = %q, want %q", got, want)
	}
	tag := res.Header.Get("ETag")
	if len(tag) != 66 {
		t.Fatalf("ETag %q", tag)
	}
	for header, want := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, `"x"`: 200, "": 200} {
		if res, body := get(t, app, "/packs/3.pdf", "If-None-Match", header); res.StatusCode != want || (want == 304) != (body == "") {
			t.Errorf("If-None-Match %q: %d with %d bytes, want %d", header, res.StatusCode, len(body), want)
		}
	}
}

// TestPackPage holds the web form of a pack: its own language whatever the reader's, and a name that
// the browser can ask about.
func TestPackPage(t *testing.T) {
	f := newFake(12)
	f.Boards[0].Packs[1].Locale = "en"
	app := newSite(t, f, Config{}, nil)
	for path, lang := range map[string]string{"/packs/3": "fr", "/packs/2": "en"} {
		for _, asked := range views.Languages {
			res, p := pageOf(t, app, withLang(path, asked), "Accept-Language", asked)
			if got := p.One("html").Attr("lang"); res.StatusCode != 200 || got != lang {
				t.Errorf("%s asked for in %s: %d, lang %q, want %q", path, asked, res.StatusCode, got, lang)
			}
			for selector, want := range map[string]int{"svg.chart": 3, "section.sheet": 12, "main a[href=" + path + ".pdf]": 1, "main a[href=/committees/OPS]": 1, "nav.languages": 0} {
				if got := len(p.All(selector)); got != want {
					t.Errorf("%s: %d × %q, want %d", path, got, selector, want)
				}
			}
		}
	}
	res, _ := get(t, app, "/packs/3")
	tag := res.Header.Get("ETag")
	if !strings.HasPrefix(tag, `"`+f.Boards[0].Packs[0].SnapshotSHA256) {
		t.Errorf("ETag %s does not name the snapshot", tag)
	}
	if res, body := get(t, app, "/packs/3", "If-None-Match", tag); res.StatusCode != 304 || body != "" {
		t.Errorf("asked again: %d with %d bytes, want 304 with none", res.StatusCode, len(body))
	}
	_, p := pageOf(t, app, "/committees/OPS")
	for _, id := range []string{"1", "2", "3"} {
		if len(p.All("td a[href=/packs/"+id+"]")) != 1 || len(p.All("td a[href=/packs/"+id+".pdf]")) != 1 {
			t.Errorf("the committee's page does not lead to both forms of pack %s", id)
		}
	}
}

func TestProjectFile(t *testing.T) {
	f := newFake(120)
	f.Full.Projects[5].Name = "=HYPERLINK(\"http://evil\")"
	res, body := get(t, newSite(t, f, Config{}, nil), "/roadmaps/1/projects.csv?phase=build&page=2")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("%d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+15 {
		t.Errorf("%d rows, want a heading and all 15 projects of the phase", len(rows))
	}
	_, all := get(t, newSite(t, f, Config{}, nil), "/roadmaps/1/projects.csv?lang=en")
	if strings.Contains(all, `;"=`) || !strings.Contains(all, "Project manager") {
		t.Error("a cell starts a formula, or the headings are not English")
	}
	if res, _ := get(t, newSite(t, f, Config{}, nil), "/roadmaps/1/projects.csv?phase=zzz"); res.StatusCode != 422 {
		t.Errorf("a bad filter: %d, want 422", res.StatusCode)
	}
}
