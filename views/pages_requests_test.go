package views

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/internal/sample"
	"jalon/portfolio"
)

// requestSample is what the pages about requests are made of; text stands in every field that a person writes.
func requestSample(n int, text string) (portfolio.RequestReport, portfolio.RequestList, []portfolio.SimilarHit) {
	cost := money.Amount(100_000_00)
	rep := portfolio.RequestReport{Roadmap: portfolio.Head{Code: "FDR", Name: text}, Organisation: portfolio.Head{Code: "a", Name: text}, Currency: money.EUR, Editable: true, Examines: true,
		Skills: []portfolio.Skill{{ID: 1, OrganisationID: 1, Code: "DEV", Name: text, Version: 1}}, Quarters: []civil.Quarter{{Year: 2027, Number: 1}, {Year: 2027, Number: 2}}}
	for _, t := range portfolio.Transitions {
		if t.Step != portfolio.StepSelect && t.Step != portfolio.StepReturn { // no page takes what a committee decides
			rep.Steps = append(rep.Steps, t)
		}
	}
	rep.Request = portfolio.Request{ID: 3, OrganisationID: 1, RoadmapID: 1, Year: 2026, Number: 14, State: portfolio.RequestSubmitted, Submissions: 2, Version: 3, ChangedAt: at, Decision: 2, DecisionLabel: text,
		ProjectID: 1, RequestContent: portfolio.RequestContent{Title: text}}
	list := portfolio.RequestList{Roadmap: rep.Roadmap, Currency: money.EUR, Due: n}
	var hits []portfolio.SimilarHit
	if n > 0 {
		rep.Request.RequestContent = portfolio.RequestContent{Title: text, Need: text, Beneficiaries: text, Sponsor: text, Department: text, RequestedBy: text, Risk: portfolio.RiskHigh, Start: civil.D(2027, 1, 1), End: civil.D(2027, 12, 31),
			Costs:  []portfolio.YearAmount{{Year: 2027, Section: portfolio.SectionInvestment, Amount: 1}, {Year: 2028, Section: portfolio.SectionOperations, Amount: cost}},
			Skills: []portfolio.SkillNeed{{Skill: 1, Quarter: rep.Quarters[0], Tenths: 125}}}
		rep.Costs, rep.Request.Reason, rep.Request.ReconsiderOn, rep.Project = rep.Request.Costs, text, civil.D(2027, 6, 1), portfolio.Head{Code: "P1", Name: text}
	}
	for i := range n {
		other := portfolio.LinkedSubject{Subject: portfolio.Subject{Request: portfolio.RequestID(i + 1)}, Head: portfolio.Head{Code: fmt.Sprint("R-", i), Name: text}, State: portfolio.RequestRefused}
		rep.Requires, rep.Excludes, rep.RequiredBy = append(rep.Requires, other), append(rep.Excludes, portfolio.LinkedSubject{Subject: portfolio.Subject{Project: 1}, Head: other.Head}), append(rep.RequiredBy, other)
		state := portfolio.RequestStates[i%len(portfolio.RequestStates)]
		rep.Events = append(rep.Events, portfolio.RequestEvent{Number: i + 1, State: state, Reason: text, ReconsiderOn: civil.D(2027, 6, 1), DecisionLabel: text, Actor: text, At: at, Submitted: i%2 == 0})
		list.Lines = append(list.Lines, portfolio.RequestLine{ID: portfolio.RequestID(i + 1), Code: fmt.Sprint("R-", i), Title: text, Theme: text, Department: text, Sponsor: text, RequestedBy: text, State: state, Own: i%3 == 0,
			Start: civil.D(2027, 1, 1), End: civil.D(2027, 12, 31), Cost: &cost, Tenths: 125, Reason: text, ReconsiderOn: civil.D(2026, 6, 1+i%25), DecisionLabel: text, ChangedAt: at})
		if i < 5 {
			hits = append(hits, portfolio.SimilarHit{Subject: other.Subject, Head: other.Head, Roadmap: rep.Roadmap, State: state, Score: 60})
		}
	}
	rep.Line = portfolio.RequestLine{ID: 3, Code: "R-2026-014", Title: text, State: rep.Request.State, Cost: &cost, Own: true}
	return rep, list, hits
}

// requestPages builds the pages of requests, skills and capacities.
func requestPages(variant string, base func(title, section, path string) Base) []Page {
	n, text := map[string]int{"full": 12, "empty": 0, "huge": 400, "hostile": 9}[variant], "Rendez-vous en ligne"
	if variant == "hostile" {
		text = sample.Canary
	}
	b := seenBy(base("Demandes", SectionRoadmaps, "/roadmaps/1/requests"), identity.Operator("test"), "Camille")
	r := portfolio.Roadmap{ID: 1, OrganisationID: 1, Code: "FDR", Name: text, Currency: money.EUR}
	rep, list, hits := requestSample(n, text)
	blind := list
	blind.Lines = nil
	for _, l := range list.Lines {
		l.Cost, l.CostHidden = nil, true
		blind.Lines = append(blind.Lines, l)
	}
	hidden := rep
	hidden.CostHidden, hidden.Costs, hidden.Editable, hidden.Steps = true, nil, false, nil
	content := portfolio.SubmittedRequest{Title: text, Need: text, Costs: []portfolio.SubmittedCost{{Year: 2027, Section: "I", Amount: 1}}, Skills: []portfolio.SubmittedSkill{{Skill: text, Quarter: rep.Quarters[0], Tenths: 5}, {Skill: text, Quarter: rep.Quarters[1], Tenths: 6}},
		Requires: []string{"P1", "P2"}}
	compared := portfolio.RequestComparison{Code: "R-1", Title: text, Currency: money.EUR, Before: portfolio.RequestEvent{Number: 2, At: at}, After: portfolio.RequestEvent{Number: 4, At: at}, Was: portfolio.SubmittedRequest{Title: text}, Is: content, Numbers: []int{2, 4}, CostHidden: true}
	capacity := int64(100)
	staffing := portfolio.StaffingReport{Skills: rep.Skills, Quarters: rep.Quarters, Lines: []portfolio.StaffingLine{{Skill: 1, Cells: []portfolio.StaffingCell{{Running: 5}, {Capacity: &capacity, Running: 90, Candidates: 20}}}}}
	plan := portfolio.Plan{Skills: rep.Skills, Quarters: rep.Quarters, Needs: rep.Request.Skills, Mark: 5}
	if n == 0 {
		staffing, plan = portfolio.StaffingReport{Quarters: rep.Quarters}, portfolio.Plan{Quarters: rep.Quarters}
	}
	form := RequestFormPage{FormPage: FormPage{Base: b}, Similar: SimilarURL(1, 3)}
	form.Form = b.NewForm("/roadmaps/1/requests/new", "Enregistrer", "/roadmaps/1/requests", 0, b.RequestFields(RequestForm{Content: rep.Request.RequestContent, Requires: rep.Requires, Years: []int{2026, 2027}, Currency: money.EUR, Codes: []string{"P1", text}})...)
	days := DaysPage{Base: b, Intro: []string{text}}
	days.SetDays(plan.Skills, plan.Quarters, plan.Quarters[1].First())
	days.Form = b.NewForm("/requests/3/skills", "Enregistrer", "/requests/3", 3, b.DaysFields(plan.Skills, plan.Quarters, plan.Needs)...)
	if len(days.Form.Fields) > 0 {
		days.Form.Fields[0].Error, days.Form.Stale = text, true
		days.Form.Conflicts = []Difference{{text, "1", "2"}}
	}
	step := FormPage{Base: b}
	refuse, _ := portfolio.TransitionOf(portfolio.StepRefuse)
	step.Form = b.NewForm("/requests/3/refuse", "Refuser", "/requests/3", 3, b.StepFields(refuse, rep.Request)...)
	day := civil.D(2026, 11, 2)
	return []Page{RequestsPage{Base: b, Roadmap: r, List: list, State: "draft", Own: true, Zone: time.UTC}.Page(), RequestsPage{Base: b, Roadmap: r, List: blind, Zone: time.UTC}.Page(),
		RequestPage{Base: b, Report: rep, Similar: hits, Zone: time.UTC, DecisionURL: "/decisions/2"}.Page(), RequestPage{Base: b, Report: hidden, Zone: time.UTC}.Page(),
		RenunciationsPage{Base: b, Roadmap: r, List: list, Search: RegisterQuery{From: text, Due: true}, Errors: map[string]string{"from": text}, Today: day, Zone: time.UTC}.Page(),
		SubmissionsPage{Base: b, ID: 3, Comparison: compared, Zone: time.UTC}.Page(), StaffingPage{Base: b, Roadmap: r, Report: staffing}.Page(), NeedsPage{Base: b, Project: portfolio.Project{ID: 1, OrganisationID: 1, RoadmapID: 1}, Plan: plan}.Page(),
		SkillsPage{Base: b, Organisation: 1, Skills: plan.Skills, May: true}.Page(), form, days, step, SectionsPage{Base: b, Sections: []Section{b.SimilarSection(hits)}}}
}

func TestWorkdays(t *testing.T) {
	for _, tc := range []struct {
		tenths      int64
		shown, kept string
	}{{0, "0", "0"}, {5, "0,5", "0,5"}, {125, "12,5", "12,5"}, {120, "12", "12"}, {123_456, "12\u202f345,6", "12345,6"}} {
		p := For("fr")
		if got := p.Workdays(tc.tenths); got != tc.shown {
			t.Errorf("%d tenths are shown as %q, want %q", tc.tenths, got, tc.shown)
		}
		if got := p.WorkdaysValue(&tc.tenths); got != tc.kept {
			t.Errorf("%d tenths stand in a field as %q, want %q", tc.tenths, got, tc.kept)
		}
	}
	if got := For("en").Workdays(125); got != "12.5" {
		t.Errorf("in English %q", got)
	}
}

// TestStaffingNeutral holds that where nobody said what is there nothing looks well.
func TestStaffingNeutral(t *testing.T) {
	b := For("fr").staffingBadge(portfolio.StaffingCell{Running: 3}.State())
	if b.Colour != "grey" || !strings.Contains(b.Word, "non limité") {
		t.Errorf("without a capacity: %+v", b)
	}
}
