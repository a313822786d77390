package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/htmltest"
	"jalon/portfolio"
	"jalon/views"
)

// weigh begins a scenario through its form and gives its address.
func (v *visitor) weigh(name string) string {
	v.Helper()
	path := views.ScenariosURL(v.home.roadmap.ID) + "/new"
	return v.done(path, path, map[string]string{"name": name, "percentile": "80", "uplift": "24", "delay": "26"})
}

// nominate makes a request of the desk a candidate.
func (d *desk) nominated() portfolio.Subject {
	return portfolio.Subject{Request: d.home.asked.steps["defer"]}
}

// choose sends the row of a subject as the workbench does.
func (v *visitor) choose(at string, subject portfolio.Subject, fields map[string]string) (*http.Response, *htmltest.Page) {
	v.Helper()
	key := subject.Key()
	values := url.Values{"row": {key}, "_version": {v.page(at).One("#part-subjects input[name=_version]").Attr("value")}}
	for name, value := range fields {
		values.Set(name+"_"+key, value)
	}
	held, err := v.identity.Session(v.Context(), strings.TrimPrefix(v.cookie, "jalon_session="))
	if err != nil {
		v.Fatal(err)
	}
	values.Set("_csrf", held.CSRF)
	res, body := v.send(at+"/choices", values)
	return res, htmltest.Parse(v, body)
}

func TestScenarioJourney(t *testing.T) {
	d := newDesk(t)
	manager, reader := d.as(identity.RoleRoadmapManager), d.as(identity.RoleReader)
	at := manager.weigh("Sans le portail")
	page := manager.page(at)
	for _, want := range []string{"Optimum prouvé", "coûts à P80", "Guichet de Ville de Lille", "Demande defer de lille", "2027, Investissement"} {
		if text := plainSpaces(page.One("main").Text()); !strings.Contains(text, want) {
			t.Errorf("the workbench does not show %q", want)
		}
	}
	if res, _ := reader.get(at); res.StatusCode != http.StatusNotFound {
		t.Errorf("a reader gets %d for a draft", res.StatusCode)
	}
	subject := d.nominated()
	res, refused := manager.choose(at, subject, map[string]string{"force": "out"})
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("excluded without a reason: %d", res.StatusCode)
	}
	if refused.One("#c-"+subject.Key()+"-why").Attr("aria-invalid") != "true" {
		t.Error("the reason is not asked for beside the choice")
	}
	if res, _ = manager.choose(at, subject, map[string]string{"force": "out", "why": "not_ready"}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("excluded with a reason: %d", res.StatusCode)
	}
	row := manager.page(at).One("tr[data-row=" + subject.Key() + "]").Text()
	if !strings.Contains(row, "Non retenu") || !strings.Contains(row, "pas prêt à démarrer") {
		t.Errorf("the row of what was excluded says %q", row)
	}
	manager.done(at+"/freeze", at+"/freeze", nil)
	if page := manager.page(at); len(page.All("#part-subjects form")) > 0 {
		t.Error("what is frozen can be changed")
	}
	manager.done(at+"/submit", at+"/submit", map[string]string{"committee": fmt.Sprint(d.home.committee.ID), "question": "Quels projets en 2027 ?"})
	text := plainSpaces(reader.page(at).One("main").Text())
	if !strings.Contains(text, "Quels projets en 2027 ?") || strings.Contains(text, "€") {
		t.Errorf("a reader without costs sees %q", text)
	}
	manager.done(at+"/withdraw", at+"/withdraw", nil)
	manager.done(at+"/thaw", at+"/thaw", nil)
	if page := manager.page(at); len(page.All("#part-subjects form")) != 1 {
		t.Error("a draft cannot be changed")
	}
}

func plainSpaces(s string) string {
	return strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(s)
}

// TestStaleChoice: who was slower sees how the scenario stands, with the own choice still typed.
func TestStaleChoice(t *testing.T) {
	d := newDesk(t)
	manager := d.as(identity.RoleRoadmapManager)
	at := manager.weigh("Deux mains")
	subject := d.nominated()
	held, err := manager.identity.Session(t.Context(), strings.TrimPrefix(manager.cookie, "jalon_session="))
	if err != nil {
		t.Fatal(err)
	}
	if res, _ := manager.choose(at, subject, map[string]string{"force": "", "shift": "1"}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the first choice: %d", res.StatusCode)
	}
	key := subject.Key()
	res, body := manager.send(at+"/choices", url.Values{"_csrf": {held.CSRF}, "_version": {"1"}, "row": {key}, "force_" + key: {"in"}, "why_" + key: {"mandate"}})
	page := htmltest.Parse(t, body)
	if res.StatusCode != http.StatusConflict || !strings.Contains(page.One("main").Text(), "entre-temps") {
		t.Errorf("a choice on what is gone: %d", res.StatusCode)
	}
	if got := page.Form(at + "/choices").Get("force_" + key); got != "in" {
		t.Error("the choice is not kept")
	}
}

// TestChoicesAreOne: a form of several rows takes all of them or none, and says beside each row what is wrong with it.
func TestChoicesAreOne(t *testing.T) {
	d := newDesk(t)
	manager := d.as(identity.RoleRoadmapManager)
	at := manager.weigh("Ensemble")
	report := must[portfolio.WorkbenchReport](t)(d.portfolio.Workbench(t.Context(), operator, portfolio.ScenarioID(lastNumber(t, at))))
	if len(report.Subjects) < 2 {
		t.Fatalf("%d subjects", len(report.Subjects))
	}
	first, second := report.Subjects[0].Subject.Key(), report.Subjects[1].Subject.Key()
	held, err := manager.identity.Session(t.Context(), strings.TrimPrefix(manager.cookie, "jalon_session="))
	if err != nil {
		t.Fatal(err)
	}
	send := func(why string) (*http.Response, *htmltest.Page) {
		res, body := manager.send(at+"/choices", url.Values{"_csrf": {held.CSRF}, "_version": {manager.page(at).One("#part-subjects input[name=_version]").Attr("value")}, "row": {first, second},
			"force_" + first: {"out"}, "why_" + first: {"obsolete"}, "force_" + second: {"out"}, "why_" + second: {why}})
		return res, htmltest.Parse(t, body)
	}
	res, page := send("")
	if res.StatusCode != http.StatusUnprocessableEntity || page.One("#c-"+second+"-why").Attr("aria-invalid") != "true" || page.One("#c-"+first+"-why").Attr("aria-invalid") != "" {
		t.Errorf("one row without a reason: %d", res.StatusCode)
	}
	if is := must[portfolio.Scenario](t)(d.portfolio.Scenario(t.Context(), operator, report.Scenario.ID)); is.Version != report.Scenario.Version {
		t.Error("the other row was taken alone")
	}
	if res, _ = send("drift"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("both rows: %d", res.StatusCode)
	}
	if is := must[portfolio.Scenario](t)(d.portfolio.Scenario(t.Context(), operator, report.Scenario.ID)); is.Version != report.Scenario.Version+1 {
		t.Errorf("both rows are %d steps", is.Version-report.Scenario.Version)
	}
}

// lastNumber is the number that an address ends with.
func lastNumber(t *testing.T, address string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(path.Base(address), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestScenarioLimits(t *testing.T) {
	d := newDesk(t)
	manager := d.as(identity.RoleRoadmapManager)
	at := manager.weigh("Crédits réduits")
	id := portfolio.ScenarioID(0)
	if _, err := fmt.Sscanf(at, "/scenarios/%d", &id); err != nil {
		t.Fatal(err)
	}
	report := must[portfolio.WorkbenchReport](t)(d.portfolio.Workbench(t.Context(), operator, id))
	n := -1
	for i, l := range report.Limits {
		if l.Key == "2027/I" {
			n = i
		}
	}
	if n < 0 {
		t.Fatalf("no limit of 2027/I among %+v", report.Limits)
	}
	fields := map[string]string{}
	for i := range report.Limits {
		fields[views.LimitKind(i)], fields[views.LimitInput(i)] = "", ""
	}
	fields[views.LimitKind(n)] = views.LimitOwn
	if res, body := manager.submit(at+"/limits", at+"/limits", fields); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "limite propre au scénario") {
		t.Errorf("an own limit without an amount: %d", res.StatusCode)
	}
	fields[views.LimitInput(n)] = "10 000"
	manager.done(at+"/limits", at+"/limits", fields)
	text := plainSpaces(manager.page(at).One("#part-gauges").Text())
	if !strings.Contains(text, "10 000 €") || !strings.Contains(text, "propre au scénario") {
		t.Errorf("the gauges say %q", text)
	}
	manager.done(at+"/themes", at+"/themes", map[string]string{views.ThemeInput("least", d.home.theme): "1", views.ThemeInput("worth", d.home.theme): "12,5", views.ThemeInput("most", d.home.theme): "80"})
	if text := plainSpaces(manager.page(at).One("#themes").Text()); !strings.Contains(text, "au moins 12,5 %") {
		t.Errorf("the themes say %q", text)
	}
}

func TestScenarioFiles(t *testing.T) {
	d := newDesk(t)
	manager, reader := d.as(identity.RoleRoadmapManager), d.as(identity.RoleReader)
	at := views.ScenarioURL(d.home.weighed.steps["withdraw"])
	_, body := manager.get(at + ".csv")
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 3 || !strings.Contains(strings.Join(rows[0], ";"), "Coût restant à P80") {
		t.Errorf("the file holds %q, %v", rows, err)
	}
	if _, body := reader.get(at + ".csv"); strings.Contains(body, "P80") || !strings.Contains(body, "lille-1") {
		t.Errorf("the file of a reader without costs holds %q", body)
	}
	if res, _ := manager.get(at + ".xlsx"); res.StatusCode != http.StatusOK {
		t.Errorf("the workbook: %d", res.StatusCode)
	}
	if res, _ := reader.get(at + "/frontier"); res.StatusCode != http.StatusForbidden {
		t.Errorf("a reader without costs gets %d for the frontier", res.StatusCode)
	}
}

func TestScenarioComparison(t *testing.T) {
	d := newDesk(t)
	manager := d.as(identity.RoleRoadmapManager)
	path := views.ScenariosURL(d.home.roadmap.ID) + "/compare"
	for query, want := range map[string]int{"": 422, "?s=1": 422, "?s=1&s=2": 200, "?s=1&s=2&s=3&s=4&s=5": 422, "?s=x&s=2": 404, "?s=1&s=998": 404} {
		if res, _ := manager.get(path + query); res.StatusCode != want {
			t.Errorf("comparing %q: %d, want %d", query, res.StatusCode, want)
		}
	}
	others := d.other.weighed.draft
	if res, _ := manager.get(fmt.Sprintf("%s?s=1&s=%d", path, others)); res.StatusCode != http.StatusNotFound {
		t.Errorf("comparing with another organisation's: %d", res.StatusCode)
	}
}

// TestProgressIsSmall: what is asked for again and again is no page.
func TestProgressIsSmall(t *testing.T) {
	d := newDesk(t)
	manager := d.as(identity.RoleRoadmapManager)
	res, body := manager.get(views.UnderScenario(d.home.weighed.draft, "progress"))
	if res.StatusCode != http.StatusOK || len(body) > 1000 || strings.Contains(body, "<html") || !strings.Contains(body, "data-key=") {
		t.Errorf("progress: %d %q", res.StatusCode, body)
	}
}

func TestQuotaForm(t *testing.T) {
	d := newDesk(t)
	manager := d.as(identity.RoleRoadmapManager)
	path := views.ScenariosURL(d.home.roadmap.ID) + "/quota"
	for _, share := range []string{"10", "12,5"} {
		manager.done(path, path, map[string]string{"share": share, "late_from": "2026-01-01"})
	}
	if q := must[portfolio.EntryQuota](t)(d.portfolio.Quota(t.Context(), operator, d.home.roadmap.ID)); q.Share != 1250 {
		t.Errorf("the quota is %+v", q)
	}
}

// TestDecideOnScenario books a decision on a submitted scenario through the committee's form.
func TestDecideOnScenario(t *testing.T) {
	d := newDesk(t)
	manager := d.as(identity.RoleRoadmapManager)
	path := views.CommitteePath(d.home.committee.Code, "", "decisions/new")
	scenario := d.home.weighed.steps["withdraw"]
	preview := manager.page(path + "?scenario=" + fmt.Sprint(scenario))
	if text := plainSpaces(preview.One("main").Text()); !strings.Contains(text, "Soumis de lille") {
		t.Errorf("the form does not say what deciding does: %q", text)
	}
	at := manager.done(path+"?scenario="+fmt.Sprint(scenario), path, map[string]string{"title": "Arbitrage", "question": "Quels projets ?", "outcome": "Le scénario est retenu."})
	if !strings.HasPrefix(at, "/decisions/") {
		t.Fatalf("decided: %q", at)
	}
	x := must[portfolio.Scenario](t)(d.portfolio.Scenario(t.Context(), operator, scenario))
	if x.State != portfolio.ScenarioDecided {
		t.Errorf("the scenario is %s", x.State)
	}
	if text := plainSpaces(manager.page(at).One("main").Text()); !strings.Contains(text, "Soumis de lille") {
		t.Errorf("the decision does not name its scenario: %q", text)
	}
}

// TestChangesAreShown: what a submitted scenario does not know of stands on its workbench and in the form of the decision.
func TestChangesAreShown(t *testing.T) {
	d := newDesk(t)
	manager := d.as(identity.RoleRoadmapManager)
	scenario := d.home.weighed.steps["withdraw"]
	pages := []string{views.ScenarioURL(scenario), views.CommitteePath(d.home.committee.Code, "", "decisions/new") + "?scenario=" + fmt.Sprint(scenario)}
	const changed = "n’est plus à choisir"
	for _, at := range pages {
		if text := plainSpaces(manager.page(at).One("main").Text()); strings.Contains(text, changed) {
			t.Errorf("%s speaks of changes before there are any: %q", at, text)
		}
	}
	q := must[portfolio.RequestReport](t)(d.portfolio.Request(t.Context(), operator, d.nominated().Request))
	must[portfolio.Request](t)(d.portfolio.StepRequest(t.Context(), operator, q.Request.ID, q.Request.Version, portfolio.StepInput{Step: portfolio.StepRefuse, Reason: "Plus de besoin"}))
	for _, at := range pages {
		if text := plainSpaces(manager.page(at).One("main").Text()); !strings.Contains(text, changed) {
			t.Errorf("%s does not tell that a candidate is gone: %q", at, text)
		}
	}
}
