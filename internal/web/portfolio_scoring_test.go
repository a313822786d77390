package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/portfolio"
	"jalon/portfolio/scoring"
)

// sheetOf gives the second project's sheet in the words of its form: the path, and the fields of a criterion.
func sheetOf(p place) (path string, level, evidence string) {
	return fmt.Sprintf("/roadmaps/%d/scoring/p%d", p.roadmap.ID, p.projects[1].ID), portfolio.ScoreField("level", p.scores.scored), portfolio.ScoreField("evidence", p.scores.scored)
}

// TestScoringByForm: two people score a project through the pages, neither sees the other before both have submitted, and the manager settles.
func TestScoringByForm(t *testing.T) {
	d := newDesk(t)
	path, level, evidence := sheetOf(d.home)
	first, second, chief := d.as(identity.RoleFinance), d.as(identity.RoleProjectManager), d.as(identity.RoleRoadmapManager)
	first.done(path, path, map[string]string{level: "3", evidence: "Étude de mars", "send": "draft"})
	if body := second.page(path).One("main").Text(); strings.Contains(body, "Étude de mars") {
		t.Error("a draft is seen")
	}
	res, body := first.submit(path, path, map[string]string{evidence: " ", "send": "submit"})
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "constat ou l’indicateur") {
		t.Errorf("without evidence: %d", res.StatusCode)
	}
	first.done(path, path, map[string]string{"send": "submit"})
	if body := second.page(path).One("main").Text(); strings.Contains(body, "Étude de mars") {
		t.Error("a single score is seen")
	}
	second.done(path, path, map[string]string{level: "0", evidence: "Devis d’avril", "send": "submit"})
	if body := second.page(path).One("main").Text(); !strings.Contains(body, "Étude de mars") {
		t.Error("the other's score is not seen after both have submitted")
	}
	settle := fmt.Sprintf("/roadmaps/%d/disagreements/p%d/%d", d.home.roadmap.ID, d.home.projects[1].ID, d.home.scores.scored)
	gaps := chief.page(fmt.Sprintf("/roadmaps/%d/disagreements", d.home.roadmap.ID))
	if rows := gaps.All("main tbody tr"); !strings.Contains(rows[0].Text(), d.home.projects[1].Name) {
		t.Errorf("the widest gap is not first: %s", rows[0].Text())
	}
	if res, _ := second.get(settle); res.StatusCode != http.StatusForbidden {
		t.Errorf("a scorer settles: %d", res.StatusCode)
	}
	chief.done(settle, settle, map[string]string{"level": "2", "reason": "Vu ensemble"})
	if body := chief.page(fmt.Sprintf("/roadmaps/%d/ranking/p%d", d.home.roadmap.ID, d.home.projects[1].ID)).One("main").Text(); !strings.Contains(body, "Vu ensemble") {
		t.Error("the reason is not shown")
	}
}

// TestStaleSheet: what was typed on an old sheet is shown beside what holds.
func TestStaleSheet(t *testing.T) {
	d := newDesk(t)
	path, level, evidence := sheetOf(d.home)
	v := d.as(identity.RoleFinance)
	old := v.filled(path, path, map[string]string{level: "1", evidence: "ancien", "send": "draft"})
	v.done(path, path, map[string]string{level: "2", evidence: "nouveau", "send": "draft"})
	res, body := v.send(path, old)
	if res.StatusCode != http.StatusConflict || !strings.Contains(body, "ancien") || !strings.Contains(body, "nouveau") {
		t.Errorf("an old sheet: %d", res.StatusCode)
	}
}

// TestRankingOfTheRoadmap: readers see points and gates, not who gave what; the file has what the page has.
func TestRankingOfTheRoadmap(t *testing.T) {
	d := newDesk(t)
	here := fmt.Sprintf("/roadmaps/%d/ranking", d.home.roadmap.ID)
	reader, scorer := d.as(identity.RoleReader), d.as(identity.RoleCommitteeMember)
	page := reader.page(here + "?keep=1")
	if text := page.All("main tbody tr")[0].Text(); !strings.Contains(text, d.home.projects[0].Name) || !strings.Contains(text, "833") || !strings.Contains(text, "100") {
		t.Errorf("the first row: %s", text)
	}
	if len(page.All("main tbody")) != 2 {
		t.Error("what waits for scores is not set apart")
	}
	one := fmt.Sprintf("%s/p%d", here, d.home.projects[0].ID)
	if text := reader.page(one).One("main").Text(); strings.Contains(text, "Constat de lille") || strings.Contains(text, "Notatrice") {
		t.Error("a reader sees who gave what")
	}
	if p := scorer.page(one); !strings.Contains(p.One("main").Text(), "Constat de lille") || len(p.All("svg.chart")) != 1 {
		t.Error("a scorer does not see the evidence, or there is no radar")
	}
	res, body := reader.get(here + ".csv")
	if res.StatusCode != http.StatusOK || strings.Count(body, "\n") < 3 || !strings.Contains(body, `;"833";`) {
		t.Errorf("file: %d %s", res.StatusCode, body)
	}
	if res, _ := reader.get(here + ".xlsx"); res.StatusCode != http.StatusOK {
		t.Errorf("workbook: %d", res.StatusCode)
	}
	for _, path := range []string{"/r998", "/p998", "/x1", "/p01"} {
		if res, _ := reader.get(here + path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

// TestGridByForm: a draft is weighed by comparisons, of which the preview saves nothing, and takes the place of the grid in use.
func TestGridByForm(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	grid := fmt.Sprintf("/grids/%d", d.home.scores.draft)
	g, _, err := d.portfolio.Grid(d.ctx(), operator, d.home.scores.draft)
	if err != nil {
		t.Fatal(err)
	}
	of := g.Of(scoring.KindValue)
	circle := map[string]string{}
	for _, pair := range []struct {
		first, second, scale int
	}{{0, 1, 8}, {1, 2, 8}, {0, 2, -8}} {
		circle["compare_"+itoa(int64(of[pair.first].ID))+"_"+itoa(int64(of[pair.second].ID))] = itoa(int64(pair.scale))
	}
	preview := v.filled(grid+"/comparisons", grid+"/comparisons", circle)
	preview.Set("_preview", "1")
	res, body := v.send(grid+"/comparisons", preview)
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "à revoir") || !strings.Contains(body, `value="-8" selected`) {
		t.Errorf("preview: %d", res.StatusCode)
	}
	if held, _, _ := d.portfolio.Grid(d.ctx(), operator, g.ID); held.Version != g.Version {
		t.Error("the preview saved something")
	}
	v.done(grid+"/comparisons", grid+"/comparisons", circle)
	if text := v.page(grid).One("main").Text(); !strings.Contains(text, "à revoir") || !strings.Contains(text, "suggèrent") {
		t.Error("the grid does not say that its comparisons contradict each other")
	}
	weights := map[string]string{}
	for i, c := range of {
		weights[portfolio.ScoreField("weight", c.ID)] = []string{"60", "10", "10", "10", "12,5"}[i]
	}
	v.done(grid+"/weights", grid+"/weights", weights)
	if held, _, _ := d.portfolio.Grid(d.ctx(), operator, g.ID); held.Of(scoring.KindValue)[0].Weight != 5854 || held.Weighting != portfolio.WeightingDirect {
		t.Errorf("weights: %+v", held.Of(scoring.KindValue)[0])
	}
	v.done(grid+"/criteria/new", grid+"/criteria/new", map[string]string{"code": "SOB", "name": "Sobriété", "kind": "capability", "gate": "1", "label_0": "non", "statement_0": "Aucune mesure.", "label_1": "oui", "statement_1": "Mesurée."})
	res, _ = v.submit(grid+"/criteria/new", grid+"/criteria/new", map[string]string{"code": "SOB2", "name": "Sobriété", "kind": "value", "gate": "1", "label_0": "non", "statement_0": "Aucune mesure."})
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("one level, a gate on value: %d", res.StatusCode)
	}
	remove := fmt.Sprintf("%s/criteria/%d/remove", grid, of[4].ID)
	v.done(remove, remove, nil)
	v.done(grid, grid+"/activate", nil)
	if old, _, _ := d.portfolio.Grid(d.ctx(), operator, d.home.scores.active); old.State != portfolio.GridRetired {
		t.Errorf("the former grid is %s", old.State)
	}
	if text := v.page(fmt.Sprintf("/roadmaps/%d/ranking", d.home.roadmap.ID)).All("main tbody tr")[0].Text(); !strings.Contains(text, "8 critères notés sur 9") {
		t.Errorf("the scores were not carried over: %s", text)
	}
}
