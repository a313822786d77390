package web

import (
	"path"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/dbtest"
	"jalon/internal/htmltest"
	"jalon/views"
)

// TestSlipsOfThePen sends what people in a hurry type. The page comes back with the reason beside the field and with
// what was typed, and nothing is booked.
func TestSlipsOfThePen(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	id := d.home.projects[0].ID
	estimates, edit := views.UnderProject(id, "estimates/new"), views.UnderProject(id, "edit")
	for _, tc := range []struct{ name, path, field, value, also string }{
		{"a year of two digits, as date fields send it", estimates, "as_of", "0026-11-20", "cost"},
		{"a filler", estimates, "end", "9999-12-31", "cost"},
		{"a year of two digits in French", estimates, "end", "31/12/0027", "cost"},
		{"no such day", estimates, "end", "2026-02-31", "cost"},
		{"what is known tomorrow", estimates, "as_of", "2026-11-21", "cost"},
		{"an amount of a thousand billions", estimates, "cost", "100000000000000", "note"},
		{"a reference of tomorrow", views.UnderProject(d.home.projects[1].ID, "baseline"), "on", "2026-11-21", "cost"},
		{"an exit next year", views.UnderProject(id, "exit"), "left_on", "2027-11-20", "reason"},
		{"a return next year", views.UnderProject(id, "return"), "returned_on", "2027-11-20", ""},
		{"a milestone seen next year", views.MilestoneURL(d.home.milestone), "as_of", "2027-11-20", ""},
		{"a milestone withdrawn next year", views.MilestoneURL(d.home.milestone) + "/withdraw", "on", "2027-11-20", ""},
		{"a start past the end", estimates, "start", "2026-07-01", ""},
		{"a name longer than its field", edit, "manager", strings.Repeat("é", 301), "need"},
	} {
		change := map[string]string{tc.field: tc.value}
		if tc.also != "" {
			change[tc.also] = "120000"
		}
		before := d.trailLength()
		res, body := v.submit(tc.path, tc.path, change)
		if res.StatusCode != 422 || !beside(t, body, tc.field) {
			t.Errorf("%s: %d, want 422 beside %s", tc.name, res.StatusCode, tc.field)
			continue
		}
		if again := htmltest.Parse(t, body).Form(tc.path); again.Get(tc.field) != tc.value || (tc.also != "" && again.Get(tc.also) != "120000") {
			t.Errorf("%s: what was typed is gone: %v", tc.name, again)
		}
		if after := d.trailLength(); after != before {
			t.Errorf("%s: booked all the same", tc.name)
		}
	}
	if res, _ := v.submit(edit, edit, map[string]string{"manager": strings.Repeat("é", 300)}); res.StatusCode != 303 {
		t.Errorf("a name as long as its field takes: %d, want 303", res.StatusCode)
	}
}

// trailLength counts what stands in the trail.
func (d *desk) trailLength() int64 {
	d.Helper()
	n, err := d.db.Read().NewSelect().Table("audit_entry").Count(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	return n
}

// TestThemeGoneMeanwhile: a theme that a colleague removes while a form is filled in costs nobody what they typed.
func TestThemeGoneMeanwhile(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	create, edit, bulk := views.Under(d.home.roadmap.ID, "projects/new"), views.UnderProject(d.home.projects[1].ID, "edit"), views.Under(d.home.roadmap.ID, "bulk")
	for path, change := range map[string]map[string]string{
		create: {"code": "N-1", "name": "Nouveau", "need": "Un besoin", "theme": "T9"},
		edit:   {"need": "Un besoin", "theme": "T9"},
		bulk + "?project=" + itoa(int64(d.home.projects[1].ID)): {"theme": "T9", "sponsor": "Direction"},
	} {
		action, _, _ := strings.Cut(path, "?")
		res, body := v.submit(path, action, change)
		if res.StatusCode != 422 || !beside(t, body, "theme") {
			t.Errorf("%s: %d, want 422 beside the theme", path, res.StatusCode)
			continue
		}
		again := htmltest.Parse(t, body).Form(action)
		for field, value := range change {
			if field != "theme" && again.Get(field) != value {
				t.Errorf("%s: %s is %q, want %q", path, field, again.Get(field), value)
			}
		}
	}
}

// TestBackAndSentAgain goes back to a form that was taken, as browsers show it from their memory. Sent as it was it does
// nothing twice; with a word mended it is another form, and what was mended is not lost.
func TestBackAndSentAgain(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	id := d.home.projects[0].ID
	edit, estimates := views.UnderProject(id, "edit"), views.UnderProject(id, "estimates/new")
	form := v.filled(edit, edit, map[string]string{"manager": "Alix Roy"})
	v.sendTwice(edit, form)
	form.Set("manager", "Alix Roi")
	if res, body := v.send(edit, form); res.StatusCode != 409 || htmltest.Parse(t, body).Form(edit).Get("manager") != "Alix Roi" || !strings.Contains(body, "Alix Roy") {
		t.Errorf("an edit of what was edited: %d, want 409 with both versions", res.StatusCode)
	}
	form = v.filled(estimates, estimates, map[string]string{"cost": "120000"})
	before := d.trailLength()
	v.sendTwice(estimates, form)
	form.Set("cost", "130000")
	v.sendTwice(estimates, form)
	if got := d.trailLength() - before; got != 2 {
		t.Errorf("%d estimates, want the first and the mended one", got)
	}
	upload := sent{name: "a.csv", data: "code;nom\nA;Un\n", fields: map[string]string{"_request": strings.Repeat("0a", 16)}}
	first, _ := v.upload(d.home, upload)
	again, _ := v.upload(d.home, upload)
	upload.data = "code;nom\nB;Deux\n"
	other, _ := v.upload(d.home, upload)
	if to := first.Header.Get("Location"); to == "" || again.Header.Get("Location") != to || other.Header.Get("Location") == to || other.StatusCode != 303 {
		t.Errorf("uploads lead to %q, again %q, another file %q", to, again.Header.Get("Location"), other.Header.Get("Location"))
	}
}

// TestClockOfTheSite: days and hours are those on the wall of the authority, in the words of the language.
func TestClockOfTheSite(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	d := newDeskOn(t, dbtest.SQLite(t), Config{Location: paris})
	d.clock = time.Date(2026, 11, 20, 23, 5, 0, 0, time.UTC) // 0 h 05 on the 21st
	v := d.as(identity.RoleRoadmapManager)
	list := v.previewed("code;nom\nA;Un\n")
	v.done(list, list+"/book", nil)
	if text := v.page(list).One("p.notice").Text(); !strings.Contains(text, "21/11/2026") {
		t.Errorf("booked after midnight: %q", text)
	}
	preview := v.preview(d.home, map[string]string{"manager": "Zoé"}, d.home.projects...)
	res, _ := v.send(d.home.roadmapURL("bulk/apply"), preview.Form(d.home.roadmapURL("bulk/apply")))
	if text := v.page(res.Header.Get("Location")).One("p.lead").Text(); !strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), "21 novembre 2026 à 0 h 05") {
		t.Errorf("changed after midnight: %q", text)
	}
}

// TestListOfAPart: a list that leaves projects out says so before it is booked, and asks which were renamed before the
// button that books it.
func TestListOfAPart(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	page := v.page(v.previewed("code;nom\nZ-1;Guichet unique de Ville de Lille\n"))
	if text := page.One("section p.alert").Text(); !strings.Contains(text, "2") || !strings.Contains(text, "sortis") {
		t.Errorf("two projects are left out: %q", text)
	}
	var order []string
	for _, form := range page.All("main form.form") {
		order = append(order, path.Base(form.Attr("action")))
	}
	if len(order) != 2 || order[1] != "book" {
		t.Errorf("forms in the order %v, want the one that books last", order)
	}
}
