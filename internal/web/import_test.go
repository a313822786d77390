package web

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/gridtest"
	"jalon/internal/htmltest"
	"jalon/views"
)

// previewed sends a list that must be taken and gives the address of its preview.
func (v *visitor) previewed(list string) string {
	v.Helper()
	res, body := v.upload(v.home, sent{name: "liste.csv", data: list})
	if res.StatusCode != http.StatusSeeOther {
		v.Fatalf("upload: %d\n%s", res.StatusCode, body)
	}
	return res.Header.Get("Location")
}

// counts reads the figures of a preview by their names.
func counts(p *htmltest.Page) map[string]string {
	out := map[string]string{}
	values := p.All("section dl.facts dd")
	for i, name := range p.All("section dl.facts dt") {
		out[name.Text()] = values[i].Text()
	}
	return out
}

func TestImportFromTheFileToTheRoadmap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) { importToTheRoadmap(t, newDeskOn(t, db, Config{})) })
}

func importToTheRoadmap(t *testing.T, d *desk) {
	v := d.as(identity.RoleRoadmapManager)
	list := "Code;Nom;Coût complet;Phase\nlille-1;Guichet de Ville de Lille;250000;build\nN-1;Portail neuf;1000;build\nN-2;=cmd|' /C calc'!A0;douze;build\n"
	staged := v.previewed(list)
	p := v.page(staged)
	if got := counts(p); got["Projets créés"] != "2" || got["Lignes lues"] != "3" || got["Projets mis à jour"] != "1" {
		t.Errorf("the preview counts %v", got)
	}
	if text := p.One("table").Text(); !strings.Contains(text, "douze") {
		t.Errorf("the preview does not say what is wrong: %s", text)
	}
	if n := len(d.projectCodes()); n != 2 {
		t.Errorf("%d projects after the preview, want the 2 there were", n)
	}

	res, body := v.get(staged + "/findings.csv")
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 || rows[1][0] != "4" || rows[1][2] != "number.unreadable" {
		t.Errorf("findings %v, %v, want one of line 4", rows, err)
	}
	if got := res.Header.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="liste-constats.csv"`) {
		t.Errorf("Content-Disposition %q", got)
	}

	form := v.filled(staged, staged+"/book", nil)
	if res, _ := v.send(staged+"/book", form); res.StatusCode != 303 || res.Header.Get("Location") != views.RoadmapURL(d.home.roadmap.ID, views.Day{}) {
		t.Fatalf("booked: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if n := len(d.projectCodes()); n != 4 { // lille-2 left the portfolio, but is known
		t.Errorf("%d projects, want 4", n)
	}
	if res, _ := v.send(staged+"/book", form); res.StatusCode != 303 || res.Header.Get("Location") != staged {
		t.Errorf("booked again: %d to %q, want 303 to the list", res.StatusCode, res.Header.Get("Location"))
	}
	if p := v.page(staged); len(p.All("form[data-guard]")) != 0 || len(p.All("main p.notice")) == 0 {
		t.Error("a booked list still offers to be booked, or does not say that it is")
	}
}

// projectCodes lists the codes of all projects of the home roadmap.
func (d *desk) projectCodes() []string {
	d.Helper()
	var codes []string
	if err := d.db.Read().NewRaw("SELECT code FROM project WHERE roadmap_id = ? ORDER BY id", d.home.roadmap.ID).Scan(context.Background(), &codes); err != nil {
		d.Fatal(err)
	}
	return codes
}

func TestImportJoinsRenamedProjects(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) { importRenamed(t, newDeskOn(t, db, Config{})) })
}

func importRenamed(t *testing.T, d *desk) {
	v := d.as(identity.RoleRoadmapManager)
	staged := v.previewed("code;nom;phase\nZ-1;Guichet unique de Ville de Lille;build\n")
	p := v.page(staged)
	if got := p.Form(staged).Get("name_0"); got != "Guichet unique de Ville de Lille" || counts(p)["Projets créés"] != "1" {
		t.Fatalf("asks about %q, counts %v", got, counts(p))
	}
	if strings.Contains(p.One("main").Text(), "--join") {
		t.Error("the page names an option of the command line")
	}
	v.done(staged, staged, map[string]string{"join_0": "lille-1"})
	p = v.page(staged)
	if counts(p)["Projets créés"] != "0" || p.Form(staged).Get("join_0") != "lille-1" {
		t.Errorf("after the match: %v, %q", counts(p), p.Form(staged).Get("join_0"))
	}
	res, body := v.submit(staged, staged, map[string]string{"join_0": "NONE"})
	if res.StatusCode != 422 || !strings.Contains(htmltest.Parse(t, body).One("[role=alert]").Text(), "NONE") {
		t.Errorf("a project that does not exist: %d, want 422 with its code", res.StatusCode)
	}
	v.done(staged, staged, map[string]string{"join_0": ""})
	if got := counts(v.page(staged))["Projets créés"]; got != "1" {
		t.Errorf("after the match was taken back %s projects would be created, want 1", got)
	}
	v.done(staged, staged, map[string]string{"join_0": "lille-1"})
	v.done(staged, staged+"/book", nil)
	if codes := d.projectCodes(); len(codes) != 2 {
		t.Errorf("projects %v: the renamed one was created anew", codes)
	}
	report, err := d.portfolio.Report(context.Background(), operator, d.home.roadmap.ID, civil.D(2026, 11, 20))
	if err != nil || report.Projects[0].Name != "Guichet unique de Ville de Lille" {
		t.Errorf("the project is called %q, %v", report.Projects[0].Name, err)
	}
}

// TestImportIsForItsManagers asks for every page of an import with what belongs to another organisation, and as
// somebody who may not import.
func TestImportIsForItsManagers(t *testing.T) {
	d := newDesk(t)
	manager, reader := d.as(identity.RoleRoadmapManager), d.as(identity.RoleReader)
	staged := func(p place) string { return views.StagedURL(p.staged) }
	for _, tc := range []struct {
		who           *visitor
		of            place
		page, preview int
	}{{manager, d.other, 404, 404}, {reader, d.home, 403, 403}, {d.guest(), d.home, 303, 303}} {
		if res, _ := tc.who.get(views.ImportURL(tc.of.roadmap.ID)); res.StatusCode != tc.page {
			t.Errorf("the page of the upload: %d, want %d", res.StatusCode, tc.page)
		}
		for _, path := range []string{staged(tc.of), staged(tc.of) + "/findings.csv"} {
			if res, _ := tc.who.get(path); res.StatusCode != tc.preview {
				t.Errorf("GET %s: %d, want %d", path, res.StatusCode, tc.preview)
			}
		}
	}
	token := manager.page("/").Form("/sign-out").Get("_csrf")
	for _, path := range []string{staged(d.other), staged(d.other) + "/book"} {
		if res, _ := manager.send(path, map[string][]string{"_csrf": {token}, "name_0": {"x"}, "join_0": {"y"}}); res.StatusCode != 404 {
			t.Errorf("POST %s: %d, want 404", path, res.StatusCode)
		}
	}
	if res, _ := manager.upload(d.other, sent{name: "a.csv", data: "x", csrf: token}); res.StatusCode != 404 {
		t.Errorf("an upload to the other organisation: %d, want 404", res.StatusCode)
	}
	token = reader.page("/").Form("/sign-out").Get("_csrf")
	if res, _ := reader.upload(d.home, sent{name: "a.csv", data: "x", csrf: token}); res.StatusCode != 403 {
		t.Errorf("an upload of a reader: %d, want 403", res.StatusCode)
	}
	res, body := d.guest().upload(d.home, sent{name: "a.csv", data: "x", csrf: "x"})
	back := url.Values{"return_to": {views.ImportURL(d.home.roadmap.ID)}}
	if res.StatusCode != 401 || !strings.Contains(body, views.SignInURL+"?"+back.Encode()) {
		t.Errorf("an upload of nobody: %d, want 401 and the way to the sign-in and back", res.StatusCode)
	}
}

// TestImportRefusesFiles sends what is no list: the page comes back with the reason and what was chosen.
func TestImportRefusesFiles(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	header := "code;nom;phase\n"
	for name, data := range map[string]string{
		"no byte": "", "one byte": "x", "a byte order mark alone": "\ufeff", "a header alone": header, "line ends alone": "\r\n\r\n", "zeros": strings.Repeat("\x00", 4000),
		"a program": "MZ\x90\x00" + strings.Repeat("\x00", 500), "a web page": "<!doctype html><script>alert(1)</script>", "a picture with a script": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
		"a picture that is a script": "GIF89a/*" + header + "*/=1", "a PDF": "%PDF-1.7\n", "an old workbook": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("x", 600),
		"a document type with entities": "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "an archive of an archive": string(gridtest.Zip(t, gridtest.Part{"a.zip", string(gridtest.Zip(t, gridtest.Part{"b.csv", header}))})),
		"macros": string(gridtest.Zip(t, gridtest.Part{"xl/workbook.xml", "<workbook/>"}, gridtest.Part{"xl/vbaProject.bin", "x"})), "a bomb": string(gridtest.Zip(t, gridtest.Part{"xl/workbook.xml", strings.Repeat("\x00", 100<<20)})),
		"another list": "a;b;c\n1;2;3\n", "the same entry twice": string(gridtest.Zip(t, gridtest.Part{"xl/workbook.xml", "<a/>"}, gridtest.Part{"xl/workbook.xml", "<b/>"})),
	} {
		t.Run(name, func(t *testing.T) {
			res, body := v.upload(d.home, sent{name: "liste.xlsx", data: data, fields: map[string]string{"profile": "panorama", "as_of": "2026-10-31"}})
			path := views.ImportURL(d.home.roadmap.ID)
			p := htmltest.Parse(t, body)
			if res.StatusCode != 422 || len(p.All("[role=alert]")) == 0 || p.Form(path).Get("profile") != "panorama" || p.Form(path).Get("as_of") != "2026-10-31" {
				t.Errorf("%d, want 422 with the reason and what was chosen", res.StatusCode)
			}
		})
	}
	for field, value := range map[string]string{"as_of": "hier", "profile": "excel"} {
		if res, _ := v.upload(d.home, sent{name: "a.csv", data: header + "A;B;\n", fields: map[string]string{field: value}}); res.StatusCode != 422 {
			t.Errorf("%s = %q: %d, want 422", field, value, res.StatusCode)
		}
	}
}

// TestImportBoundsItsPage holds that a list full of faults gives a page that can be read, and a file with all of them.
func TestImportBoundsItsPage(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	var list strings.Builder
	list.WriteString("Code;Nom;Coût complet\n")
	for i := range 900 {
		fmt.Fprintf(&list, "F-%d;Projet %d;%d douzaines\n", i, i, i)
	}
	staged := v.previewed(list.String())
	if got := len(v.page(staged).All("table tbody tr")); got != 200 {
		t.Errorf("the page lists %d findings, want 200", got)
	}
	if _, body := v.get(staged + "/findings.csv"); strings.Count(body, "\r\n") != 901 {
		t.Errorf("the file has %d lines, want 901", strings.Count(body, "\r\n"))
	}
}
