package views

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/htmltest"
	"jalon/internal/sample"
	"jalon/portfolio"
	"jalon/views/chart"
)

// scenarioPages builds the pages of scenarios.
func scenarioPages(variant string, base func(title, section, path string) Base) []Page {
	n := map[string]int{"full": 24, "empty": 0, "huge": 300, "hostile": 12}[variant]
	b := seenBy(base("Sans le portail", SectionRoadmaps, "/scenarios/3"), identity.Operator("test"), "Camille")
	place := identity.Scope{Organisation: 1, Roadmap: 1}
	report := sample.Workbench(n)
	insight, cards, comparison := sample.Insight(report), sample.Scenarios(), sample.Comparison(min(n, 4), n)
	if variant == "empty" {
		cards = nil
	}
	if variant == "hostile" {
		for _, v := range []any{&report, &insight, &cards, &comparison} {
			sample.Poison(v)
		}
	}
	page := ScenarioPage{Base: b, Scope: place, Report: &report, Insight: &insight, Zone: time.UTC}
	page.Form = b.NewForm(page.at("choices"), "", "", report.Scenario.Version)
	if n > 0 {
		s := report.Subjects[0]
		page.Asked = map[string]ChoiceTyped{s.Subject.Key(): {portfolio.ScenarioChoice{Subject: s.Subject, Force: portfolio.ForceIn}, "Donnez un motif"}}
	}
	fresh := page
	fresh.Insight, fresh.Asked, fresh.Form.Stale = nil, nil, true
	pages := []Page{ScenariosPage{b, 1, place, cards, ""}, page, fresh, FrontierPage{page}.Page(), FrontierPage{fresh}.Page(), ComparePage{b, &comparison}.Page(),
		MapPage{page, chart.MeasureCost, chart.MeasureValue, chart.MeasureCost, map[portfolio.Subject]int64{{Project: 4}: 7}}.Page(), MapPage{page, chart.MeasureEnd, chart.MeasureRisk, chart.MeasureEnd, nil}.Page()}
	limits := FormPage{Base: b}
	limits.Form = b.NewForm(page.at("limits"), "Enregistrer", page.URL(), 4, b.ScenarioLimitFields(&report)...)
	begin := FormPage{Base: b}
	begin.Form = b.NewForm("/roadmaps/1/scenarios/new", "Créer", "/roadmaps/1/scenarios", 0, b.ScenarioFields(portfolio.Scenario{Percentile: 80, Uplift: 2400, Delay: 2600}, cards)...)
	submit := FormPage{Base: b}
	submit.Form = b.NewForm(page.at("submit"), "Soumettre", page.URL(), 4, b.SubmitFields(report.Scenario, sample.Committees())...)
	for _, state := range portfolio.ScenarioStates {
		held := report
		held.Scenario.State, held.Editable, held.Result.Status = state, false, "optimal"
		done := insight
		done.Done = true
		blind := ScenarioPage{Base: b, Scope: place, Report: &held, Insight: &done, Zone: time.UTC}
		if state == portfolio.ScenarioDecided {
			hidden := held.Blind()
			blind.Report = &hidden
			told := done.Blind()
			blind.Insight = &told
			pages = append(pages, MapPage{blind, chart.MeasureEnd, chart.MeasureValue, chart.MeasureValue, nil}.Page())
		}
		pages = append(pages, blind)
	}
	pages = append(pages, limits, begin, submit)
	for _, options := range []int{1, 6} {
		choice := sample.Arbitration(options, n)
		if variant == "hostile" {
			sample.Poison(choice)
		}
		pages = append(pages, arbitrationPages(b, choice, variant)...)
	}
	return pages
}

// arbitrationPages are the form of a decision on a scenario, the decision, and a pack with the choice.
func arbitrationPages(b Base, choice *governance.PackArbitration, variant string) []Page {
	form := FormPage{Base: b}
	changed := b.ChangeFields(sample.Workbench(3).Changes)
	form.Form = b.NewForm("/committees/OPS/decisions/new", "Enregistrer", "/committees/OPS", 0, append(append(b.ArbitrationFields(choice.Options, &choice.Options[0]), changed...), b.ReversalFields(governance.DecisionCard{DecisionLine: governance.DecisionLine{ID: 3, Reference: "D-2026-003"}})...)...)
	card := governance.DecisionCard{DecisionLine: governance.DecisionLine{ID: 4, Reference: "D-2026-004", Title: "Arbitrage", Committee: "Comité stratégique", CommitteeID: 1}, CommitteeCode: "OPS", RoadmapID: 1, Roadmap: portfolio.Head{Code: "FDR", Name: "Feuille de route"}, Currency: "EUR", Reverses: &governance.DecisionMark{ID: 2, Reference: "D-2026-002", On: sample.Day},
		Arbitration: &portfolio.ArbitrationEffect{Scenario: 3, Code: "S-03", Name: "Sans le portail", SHA256: "ab"}}
	if variant != "empty" {
		card.ReversedBy = &governance.DecisionMark{ID: 5, Reference: "D-2026-005", On: sample.Day}
		card.Arbitration.Created = []portfolio.CreatedProject{{Project: 9, Code: "R-2026-001", Name: "Guichet", Shift: 1, Proposed: []portfolio.YearAmount{{Year: 2027, Section: "I", Amount: 40_000_00}}}}
		card.Arbitration.Left = []portfolio.LeftCandidate{{Request: 4, Code: "R-2026-004", Name: "Archives", State: portfolio.RequestDeferred, Reason: "Plus de place"}}
		card.Arbitration.Stopped = []portfolio.StoppedProject{{Project: 7, Code: "P-07", Name: "Téléphonie", Reason: "Dérive"}}
	}
	if variant == "hostile" {
		sample.Poison(&card)
	}
	pages := []Page{form, DecisionPage{b, card}}
	if variant == "huge" {
		return pages
	}
	snapshot := sample.Pack(sample.Report(3), b.Lang)
	snapshot.Arbitration = choice
	return append(pages, NewPackPage(b, sample.Committees()[0].Packs[0], snapshot))
}

// TestWorkbenchKeepsCostsFromWhoMayNotReadThem renders a report without costs: no amount of it, and no credit, stands on any page or in the file.
func TestWorkbenchKeepsCostsFromWhoMayNotReadThem(t *testing.T) {
	r := sample.Workbench(24)
	i := sample.Insight(r)
	hidden, told := r.Blind(), i.Blind()
	b := seenBy(Base{Printer: For("fr"), Title: "S", Section: SectionRoadmaps, Path: "/scenarios/3"}, identity.Operator("test"), "Camille")
	p := ScenarioPage{Base: b, Scope: identity.Scope{Organisation: 1, Roadmap: 1}, Report: &hidden, Insight: &told, Zone: time.UTC}
	p.Form = b.NewForm("/scenarios/3/choices", "", "", 4)
	for _, page := range []Page{p, MapPage{p, chart.MeasureEnd, chart.MeasureValue, chart.MeasureValue, nil}.Page()} {
		var out bytes.Buffer
		if err := Render(&out, page); err != nil {
			t.Fatal(err)
		}
		if text := htmltest.Parse(t, out.String()).One("main").Text(); strings.Contains(text, "€") {
			at := strings.Index(text, "€")
			t.Errorf("%s shows an amount: %q", page.template(), text[max(0, at-80):at+3])
		}
	}
	if head := p.ScenarioFileHead(); len(head) != len(p.ScenarioFileRow(&hidden.Subjects[0])) || strings.Contains(strings.Join(head, " "), "P80") {
		t.Errorf("the file has the columns %q", head)
	}
}

// TestChoicesOfferWhatChangesSomething: what holds anyway is offered once, as what it is.
func TestChoicesOfferWhatChangesSomething(t *testing.T) {
	p := ScenarioPage{Base: Base{Printer: For("en")}, Report: &portfolio.WorkbenchReport{}}
	for _, tc := range []struct {
		name   string
		s      portfolio.SubjectLine
		chosen portfolio.Force
		want   string
	}{
		{"candidate", portfolio.SubjectLine{Kind: portfolio.KindRequest}, "", "Free*|Forced in|Forced out"},
		{"candidate forced in", portfolio.SubjectLine{Kind: portfolio.KindRequest}, portfolio.ForceIn, "Free|Forced in*|Forced out"},
		{"running", portfolio.SubjectLine{Kind: portfolio.KindProject}, "", "Goes on*|Free all the same|Stopped"},
		{"running and forced in", portfolio.SubjectLine{Kind: portfolio.KindProject}, portfolio.ForceIn, "Goes on|Free all the same|Forced in*|Stopped"},
		{"gated", portfolio.SubjectLine{Kind: portfolio.KindRequest, Gates: []string{"x"}}, "", "Out by a gate*|Free all the same|Forced in"},
	} {
		var got []string
		for _, o := range p.forces(&tc.s, tc.chosen) {
			if o.Selected {
				o.Text += "*"
			}
			got = append(got, o.Text)
		}
		if text := strings.Join(got, "|"); text != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, text, tc.want)
		}
	}
}
