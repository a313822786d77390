package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/htmltest"
	"jalon/views"
)

// sendTwice sends a form twice and gives where both lead.
func (v *visitor) sendTwice(path string, form url.Values) string {
	v.Helper()
	first, body := v.send(path, form)
	if first.StatusCode != 303 {
		v.Fatalf("POST %s: %d, want 303\n%s", path, first.StatusCode, body)
	}
	second, _ := v.send(path, form)
	if second.StatusCode != 303 || second.Header.Get("Location") != first.Header.Get("Location") {
		v.Errorf("POST %s again: %d to %q, want 303 to %q", path, second.StatusCode, second.Header.Get("Location"), first.Header.Get("Location"))
	}
	return first.Header.Get("Location")
}

func TestDecisionIsRecorded(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	path := d.home.at("decisions/new")
	typed := map[string]string{"title": "Étendre le guichet", "question": "Faut-il étendre ?", "options": "Étendre\r\n\r\nAttendre", "outcome": "Étendre", "reason": "La moitié des dossiers",
		"decided_on": "2026-11-17", "project": d.home.projects[0].Code}
	text := v.page(v.sendTwice(path, v.filled(path, path, typed))).One("main").Text()
	for _, want := range []string{"D-2026-002", "Étendre le guichet", "Attendre", "La moitié des dossiers", v.user.Name, d.home.projects[0].Name} {
		if !strings.Contains(text, want) {
			t.Errorf("the page of the decision lacks %q", want)
		}
	}
	if all := must[[]governance.DecisionLine](t)(d.governance.Decisions(context.Background(), operator, d.home.roadmap.ID)); len(all) != 2 {
		t.Errorf("%d decisions, want 2: the form was sent twice", len(all))
	}
	for field, wrong := range map[string]string{"title": "", "question": " ", "outcome": "", "decided_on": "2026-13-01", "project": d.other.projects[0].Code} {
		res, body := v.submit(path, path, with(typed, map[string]string{field: wrong}))
		if res.StatusCode != 422 || !beside(t, body, field) || htmltest.Parse(t, body).Form(path).Get("reason") != typed["reason"] {
			t.Errorf("%s = %q: %d, want 422 with a message beside the field and the rest as it was typed", field, wrong, res.StatusCode)
		}
	}
}

func TestDecisionShowsThePresentReference(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	project := d.home.projects[0].Code
	path := d.home.at("decisions/new")
	const cost = "200 000 €"
	text := v.page(path + "?project=" + url.QueryEscape(project)).One("form[data-guard]").Text()
	if !strings.Contains(text, cost) || !strings.Contains(text, "01/02/2025") {
		t.Errorf("the present reference is not shown: %s", text)
	}
	res, body := v.submit(path, path, map[string]string{"project": project, "_preview": "1", "title": "Suite"})
	p := htmltest.Parse(t, body)
	if res.StatusCode != 200 || !strings.Contains(p.One("form[data-guard]").Text(), cost) || p.Form(path).Get("title") != "Suite" {
		t.Errorf("a project that was typed: %d, want 200 with its reference and what was typed", res.StatusCode)
	}
	for _, code := range []string{d.other.projects[0].Code, "NONE", "%00"} {
		if text := v.page(path + "?project=" + url.QueryEscape(code)).One("form[data-guard]").Text(); strings.Contains(text, "€") {
			t.Errorf("%q shows a reference: %s", code, text)
		}
	}
}

func TestDecisionSetsAReference(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) { decisionSetsAReference(t, newDeskOn(t, db, Config{})) })
}

func decisionSetsAReference(t *testing.T, d *desk) {
	v := d.as(identity.RoleRoadmapManager)
	project := d.home.projects[0]
	path := d.home.at("decisions/new")
	preset := path + "?project=" + url.QueryEscape(project.Code)
	typed := map[string]string{"title": "Nouvelle référence", "question": "Q ?", "outcome": "Oui", "reason": "Périmètre étendu", "rebaseline": "1", "cost": "250000,50", "start": "2025-02-01", "end": "2026-12-31"}
	for _, tc := range []struct {
		name, field string
		change      map[string]string
	}{
		{"no reason", "reason", map[string]string{"reason": ""}}, {"nothing to set", "cost", map[string]string{"cost": "", "start": "", "end": ""}}, {"half of the dates", "end", map[string]string{"end": ""}},
		{"an end before its start", "end", map[string]string{"end": "2024-01-01"}}, {"an amount of letters", "cost", map[string]string{"cost": "beaucoup"}},
		{"a negative amount", "cost", map[string]string{"cost": "-5"}}, {"not ticked", "rebaseline", map[string]string{"rebaseline": "-"}}, {"no project", "project", map[string]string{"project": ""}},
	} {
		if res, body := v.submit(preset, path, with(typed, tc.change)); res.StatusCode != 422 || !beside(t, body, tc.field) {
			t.Errorf("%s: %d, want 422 with a message beside %s", tc.name, res.StatusCode, tc.field)
		}
	}

	stale := v.filled(preset, path, typed)
	if text := v.page(v.done(preset, path, typed)).One("main").Text(); !strings.Contains(text, "250 000,50 €") {
		t.Errorf("the page of the decision does not show the reference: %s", text)
	}
	_, line, err := d.portfolio.ProjectReport(context.Background(), operator, project.ID, civil.D(2026, 11, 20))
	if err != nil || len(line.Sheet.Baselines) != 2 || *line.Sheet.Baselines[1].Cost != 25_000_050 {
		t.Fatalf("the project has the references %+v, %v", line.Sheet.Baselines, err)
	}
	res, body := v.send(path, stale)
	p := htmltest.Parse(t, body)
	if res.StatusCode != 409 || !strings.Contains(p.One("form[data-guard]").Text(), "250 000,50 €") || p.Form(path).Get("reason") != typed["reason"] {
		t.Fatalf("a reference weighed on one that is gone: %d, want 409 with the present one and what was typed", res.StatusCode)
	}
	if res, _ := v.send(path, p.Form(path)); res.StatusCode != 303 {
		t.Errorf("recorded after a second look: %d, want 303", res.StatusCode)
	}
}

func TestDecisionsAreNarrowed(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	for i, title := range []string{"Généraliser", "Arrêter", "Reporter"} {
		must[governance.Decision](t)(d.governance.Decide(context.Background(), operator, governance.DecideInput{CommitteeID: d.home.committee.ID, Title: title, Question: "Q ?", Outcome: "Oui", On: civil.D(2023+i, 5, 5)}))
	}
	for address, want := range map[string]int{"/decisions": 4, "/decisions?year=2024": 1, "/decisions?q=generaliser": 1, "/decisions?q=D-2026-001": 1, "/decisions?roadmap=" + itoa(int64(d.home.roadmap.ID)): 4,
		"/decisions?roadmap=" + itoa(int64(d.other.roadmap.ID)): 0, "/decisions?roadmap=99999": 0, "/decisions?q=zzz": 0, "/decisions?page=9": 4} {
		if got := len(v.page(address).All("ol.decisions li")); got != want {
			t.Errorf("%s lists %d decisions, want %d", address, got, want)
		}
	}
	for _, address := range []string{"/decisions?year=abc", "/decisions?roadmap=-1", "/decisions?page=0", "/decisions?q=" + strings.Repeat("x", 201)} {
		if res, _ := v.get(address); res.StatusCode != 422 {
			t.Errorf("%.40s: %d, want 422", address, res.StatusCode)
		}
	}
	if got := v.page("/decisions").One("a[data-key=n]").Attr("href"); got != d.home.at("decisions/new") {
		t.Errorf("a new decision is at %q", got)
	}
}

// TestDecisionHidesAmounts holds that a reader without costs sees of a reference its dates alone.
func TestDecisionHidesAmounts(t *testing.T) {
	d := newDesk(t)
	decide := func(b governance.RebaselineInput) governance.DecisionID {
		return must[governance.Decision](t)(d.governance.Decide(context.Background(), operator, governance.DecideInput{CommitteeID: d.home.committee.ID, ProjectCode: d.home.projects[0].Code, Title: "T", Question: "Q", Outcome: "O", Reason: "R",
			On: civil.D(2026, 11, 2), Rebaseline: &b})).ID
	}
	both := decide(governance.RebaselineInput{HasCost: true, Cost: 77_777_700, Start: civil.D(2025, 2, 1), End: civil.D(2027, 1, 31)})
	cost := decide(governance.RebaselineInput{HasCost: true, Cost: 77_777_800})
	reader, manager := d.as(identity.RoleReader), d.as(identity.RoleRoadmapManager)
	for id, dates := range map[governance.DecisionID]bool{both: true, cost: false} {
		text := reader.page(views.DecisionURL(id)).One("main").Text()
		if strings.Contains(text, "777") || strings.Contains(text, "31/01/2027") != dates {
			t.Errorf("decision %d shows a reader %s", id, text)
		}
		if text := manager.page(views.DecisionURL(id)).One("main").Text(); !strings.Contains(text, "777 77") {
			t.Errorf("decision %d hides its amount from a manager: %s", id, text)
		}
	}
}

func TestPackIsFrozenAndCorrected(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	path := d.home.at("packs/new")
	if got := v.page(path).Form(path).Get("period"); got != "2026-11" {
		t.Errorf("the first period offered is %q, want the current one", got)
	}
	v.page(v.sendTwice(path, v.filled(path, path, nil)))
	v.page(v.sendTwice(path, v.filled(path, path, map[string]string{"period": "2026-11", "errata": "Coût corrigé\r\nDate corrigée"})))
	packs := d.committeeNow(d.home).Packs
	if len(packs) != 3 || packs[0].Edition != 2 || len(packs[0].Errata) != 2 {
		t.Fatalf("packs %+v, want two editions of November and the one of October", packs)
	}
	for field, change := range map[string]map[string]string{"errata": {"period": "2026-09", "errata": "Rien à corriger"}, "figures_on": {"figures_on": "2030-01-01", "period": "2026-08"}, "period": {"period": "2026-Q4"}} {
		if res, body := v.submit(path, path, change); res.StatusCode != 422 || !beside(t, body, field) {
			t.Errorf("%v: %d, want 422 beside %s", change, res.StatusCode, field)
		}
	}
	res, body := v.submit(path, path, map[string]string{"period": "2026-11", "figures_on": "2026-11-02"})
	if res.StatusCode != 422 || !beside(t, body, "errata") || strings.Contains(body, "--erratum") {
		t.Errorf("another day without a word on what it corrects: %d, want 422 in words of the page", res.StatusCode)
	}
}

// TestPackPageIsOfItsSession holds that a pack kept by the browser comes back neither with a message nor with the
// token of another day.
func TestPackPageIsOfItsSession(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	path := views.PackPageURL(d.home.pack.ID)
	res, _ := v.get(path)
	tag := res.Header.Get("ETag")
	if res, _ := v.do(http.MethodGet, path, nil, "If-None-Match", tag); tag == "" || res.StatusCode != 304 {
		t.Errorf("asked again with %q: %d, want 304", tag, res.StatusCode)
	}
	if res, _ := d.as(identity.RoleRoadmapManager).do(http.MethodGet, path, nil, "If-None-Match", tag); res.StatusCode != 200 {
		t.Errorf("another session: %d, want 200", res.StatusCode)
	}
	res, _ = v.do(http.MethodGet, path, nil, "If-None-Match", tag, "Cookie", v.cookie+"; "+flashCookie+"=flash.pack_frozen")
	if res.StatusCode != 200 || res.Header.Get("ETag") != "" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("with a message: %d, ETag %q, %s", res.StatusCode, res.Header.Get("ETag"), res.Header.Get("Cache-Control"))
	}
}
