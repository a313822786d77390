package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/htmltest"
	"jalon/portfolio"
	"jalon/views"
)

func (p place) roadmapURL(page string) string { return views.Under(p.roadmap.ID, page) }

func (p place) projectURL(n int, page string) string {
	return views.UnderProject(p.projects[n].ID, page)
}

// refused submits a form that must come back with 422 and what was typed.
func (v *visitor) refused(path string, change map[string]string, wrong ...string) {
	v.Helper()
	res, body := v.submit(path, path, change)
	if res.StatusCode != http.StatusUnprocessableEntity {
		v.Fatalf("POST %s with %v: %d, want 422\n%s", path, change, res.StatusCode, body)
	}
	page := htmltest.Parse(v, body)
	held := page.Form(path)
	for name, value := range change {
		if got := held.Get(name); got != value {
			v.Errorf("%s: the field %s holds %q, typed was %q", path, name, got, value)
		}
	}
	for _, name := range wrong {
		if len(page.All("#f-"+name+"-error")) != 1 {
			v.Errorf("%s: nothing is said beside the field %s", path, name)
		}
	}
}

// twice sends the same form two times: what it does must be done once.
func (v *visitor) twice(path string, change map[string]string, count func() int) {
	v.Helper()
	fields := v.filled(path, path, change)
	before := count()
	for range 2 {
		if res, body := v.send(path, fields); res.StatusCode != http.StatusSeeOther {
			v.Fatalf("POST %s: %d, want 303\n%s", path, res.StatusCode, body)
		}
	}
	if got := count() - before; got != 1 {
		v.Errorf("%s: sent twice, done %d times", path, got)
	}
}

// TestWorkingPagesRefuse holds, for every page of the register that changes something, who may open it: a stranger
// learns no more than of an id that does not exist.
func TestWorkingPagesRefuse(t *testing.T) {
	d := newDesk(t)
	manager, reader := d.as(identity.RoleRoadmapManager), d.as(identity.RoleReader)
	works := d.visitor(d.home.organisation, identity.Grant{OrganisationID: d.home.organisation.ID, Role: identity.RoleProjectManager, Scope: identity.ScopeProject, SubjectID: int64(d.home.projects[0].ID)})
	for _, tc := range []struct {
		path string
		own  bool // open to who works on the one project
	}{
		{"/roadmaps/%d/edit", false}, {"/roadmaps/%d/release", false}, {"/roadmaps/%d/themes", false}, {"/roadmaps/%d/projects/new", false}, {"/roadmaps/%d/bulk?project=%d", false},
		{"/projects/%d/edit", true}, {"/projects/%d/status", true}, {"/projects/%d/estimates/new", true}, {"/projects/%d/milestones", true},
		{"/projects/%d/baseline", false}, {"/projects/%d/dependencies", false}, {"/projects/%d/exit", false}, {"/projects/%d/return", false},
	} {
		at := func(p place) string {
			if strings.HasPrefix(tc.path, "/projects") {
				return fmt.Sprintf(tc.path, p.projects[0].ID)
			}
			return strings.TrimSuffix(fmt.Sprintf(tc.path, p.roadmap.ID, p.projects[0].ID), "%!(EXTRA portfolio.ProjectID="+strconv.Itoa(int(p.projects[0].ID))+")")
		}
		t.Run(tc.path, func(t *testing.T) {
			manager.page(at(d.home))
			if res, _ := reader.get(at(d.home)); res.StatusCode != 403 {
				t.Errorf("a reader: %d, want 403", res.StatusCode)
			}
			want := 403
			if tc.own {
				want = 200
			}
			if strings.HasPrefix(tc.path, "/roadmaps") {
				want = 403 // holds the permission nowhere
			}
			if res, _ := works.get(at(d.home)); res.StatusCode != want {
				t.Errorf("who works on the project: %d, want %d", res.StatusCode, want)
			}
			stranger, body := manager.get(at(d.other))
			unknown, none := manager.get(strings.Replace(at(d.other), strconv.Itoa(int(d.other.roadmap.ID)), "998", 1))
			if strings.HasPrefix(tc.path, "/projects") {
				unknown, none = manager.get(strings.Replace(at(d.other), "/"+strconv.Itoa(int(d.other.projects[0].ID))+"/", "/998/", 1))
			}
			if stranger.StatusCode != 404 || unknown.StatusCode != 404 {
				t.Errorf("another organisation's: %d, an unknown one: %d, want 404", stranger.StatusCode, unknown.StatusCode)
			}
			id := strconv.Itoa(int(d.other.projects[0].ID))
			if strings.HasPrefix(tc.path, "/roadmaps") {
				id = strconv.Itoa(int(d.other.roadmap.ID))
			}
			if got, want := blank(body, id), blank(none, "998"); got != want {
				t.Errorf("another organisation's page is told from one that does not exist")
			}
			if res, _ := d.guest().get(at(d.home)); res.StatusCode != 303 {
				t.Errorf("a guest: %d, want the way to sign in", res.StatusCode)
			}
		})
	}
}

// blank takes out of a page what the address alone brings in.
func blank(body, id string) string {
	return strings.NewReplacer("/"+id, "/#", ": "+id, ": #", "\u00a0: "+id, "\u00a0: #", "%2F"+id, "%2F#").Replace(body)
}

func TestRoadmapIsMadeAndEdited(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	fields := map[string]string{"code": "FDR30", "name": "Feuille 2030", "purpose": "Simplifier", "start": "2028-01-01", "end": "2030-12-31", "voted": "1 500 000,50", "themes": "T1; Démarches\nT2 ; Réseaux"}
	v.refused("/roadmaps/new", map[string]string{"code": "", "name": "X", "start": "demain", "voted": "1.234"}, "start", "voted")
	v.refused("/roadmaps/new", map[string]string{"code": "", "name": "X", "start": "2028-01-01"}, "code")
	v.refused("/roadmaps/new", map[string]string{"code": "Z", "name": "X", "start": "2028-01-01", "themes": "sans code"}, "themes")
	v.twice("/roadmaps/new", fields, func() int { return len(v.page("/").All("ul.cards li.card")) })
	cards := must[[]portfolio.RoadmapCard](t)(d.portfolio.Roadmaps(t.Context(), operator))
	var made portfolio.RoadmapCard
	for _, c := range cards {
		if c.Code == "FDR30" {
			made = c
		}
	}
	if made.Voted == nil || *made.Voted != 150_000_050 || made.Status != portfolio.RoadmapDraft || made.OrganisationID != d.home.organisation.ID {
		t.Errorf("made %+v, voted %v", made, made.Voted)
	}
	themes := must[[]portfolio.Strand](t)(d.portfolio.Strands(t.Context(), operator, made.ID, portfolio.KindTheme))
	if len(themes) != 2 || themes[1].Code != "T2" || themes[1].Name != "Réseaux" {
		t.Errorf("themes %+v", themes)
	}
	edit := views.Under(made.ID, "edit")
	if to := v.done(edit, edit, map[string]string{"name": "Feuille 2031", "status": "running", "amber": "12,5", "valid_from": "2028-02-01"}); to != views.RoadmapURL(made.ID, views.Day{}) {
		t.Errorf("leads to %s", to)
	}
	page := v.page(edit)
	if got := page.Form(edit); got.Get("name") != "Feuille 2031" || got.Get("status") != "running" || got.Get("voted") != "1500000,50" {
		t.Errorf("the form holds %v", got)
	}
	v.refused(edit, map[string]string{"end": "2027-01-01"}, "end")
	v.refused(edit, map[string]string{"red": "5"}, "red")
	v.refused(edit, map[string]string{"red": "beaucoup"}, "red")
}

func TestStaleEditShowsBothVersions(t *testing.T) {
	d := newDesk(t)
	a, b := d.as(identity.RoleRoadmapManager), d.as(identity.RoleRoadmapManager)
	for _, tc := range []struct{ path, field, first, second string }{
		{d.home.roadmapURL("edit"), "purpose", "Pour les habitants", "Pour les agents"},
		{d.home.projectURL(0, "edit"), "manager", "Béa", "Carl"},
	} {
		t.Run(tc.path, func(t *testing.T) {
			mine := b.filled(tc.path, tc.path, map[string]string{tc.field: tc.second})
			a.done(tc.path, tc.path, map[string]string{tc.field: tc.first})
			res, body := b.send(tc.path, mine)
			if res.StatusCode != 409 {
				t.Fatalf("%d, want 409", res.StatusCode)
			}
			page := htmltest.Parse(b, body)
			cells := ""
			for _, n := range page.All("div.alert tbody tr") {
				cells += n.Text() + "|"
			}
			if !strings.Contains(cells, tc.first) || !strings.Contains(cells, tc.second) || page.Form(tc.path).Get(tc.field) != tc.second {
				t.Errorf("the page compares %q and holds %q", cells, page.Form(tc.path).Get(tc.field))
			}
			again := page.Form(tc.path)
			if res, _ := b.send(tc.path, again); res.StatusCode != 303 {
				t.Errorf("sent again: %d, want 303", res.StatusCode)
			}
		})
	}
}

func TestStrands(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	themes, objectives := d.home.roadmapURL("themes"), d.home.roadmapURL("objectives")
	if got := len(v.page(themes).All("form[action=" + themes + "/" + strconv.FormatInt(1, 10) + "/remove]")); got != 0 {
		t.Error("a theme that is used can be removed")
	}
	v.done(themes, themes, map[string]string{"code": "T9", "name": "Réseaux"})
	v.done(themes, objectives, map[string]string{"code": "O9", "name": "Simplifier"})
	res, body := v.submit(themes, themes, map[string]string{"code": "T9", "name": "Encore"})
	if res.StatusCode != 409 || htmltest.Parse(v, body).Form(themes).Get("name") != "Encore" {
		t.Errorf("a code that is taken: %d", res.StatusCode)
	}
	res, body = v.submit(themes, objectives, map[string]string{"code": "", "name": "Encore"})
	if page := htmltest.Parse(v, body); res.StatusCode != 422 || len(page.All("#f-objectives-code-error")) != 1 || len(page.All("#f-themes-code-error")) != 0 {
		t.Errorf("an objective without a code: %d", res.StatusCode)
	}
	all := must[[]portfolio.Strand](t)(d.portfolio.Strands(t.Context(), operator, d.home.roadmap.ID, portfolio.KindTheme))
	at := fmt.Sprintf("%s/%d", themes, all[1].ID)
	v.done(at+"/edit", at+"/edit", map[string]string{"name": "Réseaux et lieux", "position": "9"})
	v.done(themes, at+"/remove", nil)
	if left := must[[]portfolio.Strand](t)(d.portfolio.Strands(t.Context(), operator, d.home.roadmap.ID, portfolio.KindTheme)); len(left) != 1 {
		t.Errorf("left are %+v", left)
	}
	if res, _ := v.get(at + "/edit"); res.StatusCode != 404 {
		t.Errorf("a theme that is gone: %d", res.StatusCode)
	}
	others := must[[]portfolio.Strand](t)(d.portfolio.Strands(t.Context(), operator, d.other.roadmap.ID, portfolio.KindTheme))
	if res, _ := v.get(fmt.Sprintf("%s/%d/edit", themes, others[0].ID)); res.StatusCode != 404 {
		t.Errorf("another roadmap's theme below this one: %d", res.StatusCode)
	}
}

func TestProjectFromItsCreationToItsExit(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	list, fresh := d.home.roadmapURL("projects"), d.home.roadmapURL("projects/new")
	v.refused(fresh, map[string]string{"code": "", "name": "Sans code"}, "code")
	to := v.done(fresh, fresh, map[string]string{"code": "N-1", "name": "Nouveau", "theme": "T1", "manager": "Dana"})
	if !strings.HasSuffix(to, "/estimates/new") {
		t.Fatalf("leads to %s", to)
	}
	here := strings.TrimSuffix(to, "/estimates/new")
	if got := v.page(here).All("main p.toolbar a"); len(got) != 3 {
		t.Errorf("a project without figures offers %d ways on", len(got))
	}
	v.refused(to, map[string]string{"cost": "1.234", "end": "2027-01-01"}, "cost")
	v.refused(to, map[string]string{"start": "2027-02-01", "end": "2027-01-01"}, "end")
	v.refused(to, map[string]string{"note": "rien d’autre"}, "cost")
	v.done(to, to, map[string]string{"cost": "100000", "start": "2026-12-01", "end": "2027-06-30", "phase": "build"})
	if got := v.page(to).One("#f-cost-help").Text(); !strings.Contains(got, "100 000") {
		t.Errorf("the last cost is not beside the field: %q", got)
	}
	if got := len(v.page(list).All("table.list tbody tr")); got != 3 {
		t.Errorf("%d projects in the list, want 3", got)
	}
	baseline := here + "/baseline"
	v.done(baseline, baseline, map[string]string{"reason": "Vote"})
	if res, _ := v.submit(baseline, baseline, nil); res.StatusCode != 409 {
		t.Errorf("a second first reference: %d, want 409", res.StatusCode)
	}
	exit, back := here+"/exit", here+"/return"
	v.refused(exit, map[string]string{"reason": ""}, "reason")
	v.done(exit, exit, map[string]string{"reason": "Repris par la région", "left_on": "2026-11-10"})
	if got := len(v.page(list).All("table.list tbody tr")); got != 2 {
		t.Errorf("%d projects in the list, want 2", got)
	}
	v.refused(back, map[string]string{"returned_on": "2026-11-01"}, "returned_on")
	v.done(back, back, nil)
	v.page(here).One("main a[data-key=s]")
}

func TestProjectManagerEditsTheSheetAlone(t *testing.T) {
	d := newDesk(t)
	p := d.home.projects[0]
	v := d.visitor(d.home.organisation, identity.Grant{OrganisationID: d.home.organisation.ID, Role: identity.RoleProjectManager, Scope: identity.ScopeProject, SubjectID: int64(p.ID)})
	here := d.home.projectURL(0, "edit")
	if held := v.page(here).Form(here); held.Has("name") || held.Has("code") || held.Has("theme") {
		t.Errorf("the form offers %v", held)
	}
	fields := v.filled(here, here, map[string]string{"need": "Un guichet", "name": "Autre nom", "weight": "99"})
	if res, _ := v.send(here, fields); res.StatusCode != 303 {
		t.Fatalf("%d, want 303", res.StatusCode)
	}
	got, _, err := d.portfolio.Project(t.Context(), operator, p.ID)
	if err != nil || got.Need != "Un guichet" || got.Name != p.Name || got.Weight == 99 || got.ThemeID == 0 {
		t.Errorf("stored %+v, %v", got, err)
	}
	page := v.page(views.ProjectURL(p.ID, views.Day{}))
	for _, a := range page.All("a") {
		if strings.HasPrefix(a.Attr("href"), "/roadmaps") {
			t.Errorf("a link to %s, which this reader may not open", a.Attr("href"))
		}
	}
	if len(page.All("main p.toolbar a")) != 6 {
		t.Errorf("%d tools, want 6", len(page.All("main p.toolbar a")))
	}
}

// TestThemeStaysWhereItCannotBeSeen holds that who steers one project alone, and so is shown no themes, does not take
// the project out of its own by saving the sheet.
func TestThemeStaysWhereItCannotBeSeen(t *testing.T) {
	d := newDesk(t)
	p := d.home.projects[0]
	v := d.visitor(d.home.organisation, identity.Grant{OrganisationID: d.home.organisation.ID, Role: identity.RoleRoadmapManager, Scope: identity.ScopeProject, SubjectID: int64(p.ID)})
	here := d.home.projectURL(0, "edit")
	if held := v.page(here).Form(here); held.Has("theme") || !held.Has("name") {
		t.Errorf("the form offers %v", held)
	}
	v.done(here, here, map[string]string{"name": "Guichet unique"})
	if got, _, err := d.portfolio.Project(t.Context(), operator, p.ID); err != nil || got.Name != "Guichet unique" || got.ThemeID == 0 {
		t.Errorf("stored %+v, %v", got, err)
	}
}

func TestMilestones(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleProjectManager)
	here := d.home.projectURL(0, "milestones")
	v.refused(here, map[string]string{"name": "", "baseline_on": "2027-01-15"}, "name")
	count := func() int {
		return len(must[[]portfolio.MilestoneState](t)(d.portfolio.Milestones(t.Context(), operator, d.home.projects[0].ID)))
	}
	v.twice(here, map[string]string{"code": "J9", "name": "Pilote ouvert", "baseline_on": "2027-01-15"}, count)
	m := must[[]portfolio.MilestoneState](t)(d.portfolio.Milestones(t.Context(), operator, d.home.projects[0].ID))[0]
	at := views.MilestoneURL(m.ID)
	v.refused(at, map[string]string{"reached_on": "2027-01-01"}, "reached_on")
	mine := v.filled(at, at, map[string]string{"due_on": "2027-03-01"})
	v.done(at, at, map[string]string{"due_on": "2027-02-01"})
	if res, body := v.send(at, mine); res.StatusCode != 409 || !strings.Contains(body, "01/02/2027") || !strings.Contains(body, "01/03/2027") {
		t.Errorf("a stale forecast: %d", res.StatusCode)
	}
	v.done(at+"/withdraw", at+"/withdraw", nil)
	if got := v.page(here).One("tbody .m-withdrawn").Text(); got != "retiré" {
		t.Errorf("state %q", got)
	}
	theirs := d.as(identity.RoleReader)
	if res, _ := theirs.get(at); res.StatusCode != 403 {
		t.Errorf("a reader: %d, want 403", res.StatusCode)
	}
	err := d.portfolio.AddMilestone(t.Context(), operator, d.other.projects[0].ID, civil.D(2026, 11, 1), portfolio.Milestone{Code: "J9", Name: "Ailleurs", BaselineOn: civil.D(2027, 1, 1)})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := must[[]portfolio.MilestoneState](t)(d.portfolio.Milestones(t.Context(), operator, d.other.projects[0].ID))[0]
	res, body := v.get(views.MilestoneURL(elsewhere.ID))
	_, none := v.get(views.MilestoneURL(998))
	if res.StatusCode != 404 || blank(body, strconv.FormatInt(elsewhere.ID, 10)) != blank(none, "998") {
		t.Errorf("another organisation's: %d", res.StatusCode)
	}
}

func TestDependencies(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	here := d.home.projectURL(0, "dependencies")
	v.refused(here, map[string]string{"depends_on": "inconnu"}, "depends_on")
	v.refused(here, map[string]string{"depends_on": d.other.projects[0].Code}, "depends_on")
	v.done(here, here, map[string]string{"depends_on": d.home.projects[1].Code, "note": "compte unique"})
	back := d.home.projectURL(1, "dependencies")
	if res, _ := v.submit(back, back, map[string]string{"depends_on": d.home.projects[0].Code}); res.StatusCode != 422 {
		t.Errorf("a circle: %d, want 422", res.StatusCode)
	}
	remove := d.home.projectURL(0, "dependencies/remove")
	fields := v.filled(here, remove, nil)
	for i, want := range []int{303, 303} { // the second is the same form again
		if res, _ := v.send(remove, fields); res.StatusCode != want {
			t.Errorf("removal %d: %d, want %d", i+1, res.StatusCode, want)
		}
	}
	if got := must[[]portfolio.Dependency](t)(d.portfolio.Dependencies(t.Context(), operator, d.home.projects[0].ID)); len(got) != 0 {
		t.Errorf("left are %v", got)
	}
}

func TestStatusInThreeMinutes(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleProjectManager)
	here := d.home.projectURL(0, "status")
	if got := v.page(here).Form(here).Get("period"); got != "2026-11" {
		t.Errorf("period %q, want this month", got)
	}
	v.refusedValue(here, url.Values{"schedule": {"tempête"}}, "schedule")
	v.refusedValue(here, url.Values{"period": {"2027-03"}}, "period")
	count := func() int {
		var n int
		if err := d.db.Read().NewRaw("SELECT count(*) FROM status_report").Scan(t.Context(), &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	v.twice(here, map[string]string{"schedule": "cloud", "schedule_comment": "Trois semaines de plus", "cost": "sun", "scope": "storm", "people": "", "summary": "Recette en cours", "needs_decision": "Réduire ?"}, count)
	page := v.page(here)
	held := page.Form(here)
	if held.Get("schedule") != "cloud" || held.Get("scope") != "storm" || held.Get("people") != "" || held.Get("summary") != "" || held.Get("schedule_comment") != "" {
		t.Errorf("the next report begins with %v", held)
	}
	if got := page.One("#f-schedule_comment-help").Text(); !strings.Contains(got, "Trois semaines de plus") {
		t.Errorf("beside the comment stands %q", got)
	}
	last := must[*portfolio.StatusReport](t)(d.portfolio.LastStatus(t.Context(), operator, d.home.projects[0].ID))
	if last.Author != v.user.Name || last.Cost.Weather != portfolio.WeatherSun || last.On != civil.D(2026, 11, 20) {
		t.Errorf("stored %+v", last)
	}
}

// refusedValue sends a form with values that its own page does not offer.
func (v *visitor) refusedValue(path string, values url.Values, wrong string) {
	v.Helper()
	fields := v.filled(path, path, nil)
	for name, value := range values {
		fields[name] = value
	}
	res, body := v.send(path, fields)
	if res.StatusCode != 422 || len(htmltest.Parse(v, body).All("#f-"+wrong+"-error")) != 1 {
		v.Errorf("POST %s with %v: %d, want 422", path, values, res.StatusCode)
	}
}
