package views

import (
	"math/big"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/htmltest"
	"jalon/internal/money"
	"jalon/internal/sample"
	"jalon/portfolio"
)

// reportPages builds the pages that hold budgets against actual costs.
func reportPages(variant string, base func(title, section, path string) Base) []Page {
	n := map[string]int{"full": 6, "empty": 0, "huge": 60, "hostile": 3}[variant]
	b := seenBy(base("Budget", SectionRoadmaps, "/projects/4/finance"), identity.Operator("test"), "Camille")
	place := identity.Scope{Organisation: 1, Roadmap: 1, Project: 4}
	b.Tabs = b.ProjectFinanceTabs(4, place, PartFinance)
	d := Day{On: sample.Day, Today: sample.Day, Typed: sample.Day.String()}
	head := finance.ReportHead{AsOf: sample.Day, OrganisationID: 1, Currency: money.EUR, AmountBasis: finance.BasisTTC, CostBasis: forecast.Mandated}
	roadmap, project := sampleRoadmapFinance(head, n), sampleProjectFinance(head, n)
	report := finance.FundingReport{ReportHead: head, Project: project.Project, Standing: finance.FundingStanding{Funding: finance.Funding{ID: 3, ProjectID: 4, Funder: "Région", Convention: "FEDER-1", Rate: 4000, Base: forecast.BaseHT, From: civil.D(2026, 1, 1), To: civil.D(2026, 12, 31)}}}
	postings := finance.PostingPage{ReportHead: head, Project: project.Project, Found: int64(n), Next: 7}
	reference := finance.ReferenceReport{ReportHead: head, Whole: true, Class: sampleClass(n)}
	var moves []finance.Move
	form := finance.ForecastForm{ReportHead: head, Project: project.Project, Years: roadmap.Years}
	for i := range n {
		p := finance.PostingShare{Posting: finance.Posting{ID: finance.PostingID(i + 1), Label: "Maintenance", SupplierName: "Atelier", Flow: "DEP", Stage: "mandated", Section: "F", Live: i%2 == 0, Amount: 12_000_00}, Share: 6_000_00, Cost: 6_000_00, Year: "2026"}
		postings.Lines = append(postings.Lines, p)
		report.Lines = append(report.Lines, finance.FundingLine{Posting: p, Told: i%2 == 0, Eligible: i%3 == 0, Missing: i%5 == 4, Reason: "Lot 1", Counted: 5_000_00})
		report.Standing.Events = append(report.Standing.Events, finance.FundingEvent{ID: finance.FundingEventID(i + 1), Kind: finance.FundingEventKinds[i%4], Amount: 1_000_00, On: sample.Day, Reference: "Appel", ReversedBy: finance.FundingEventID(i % 2)})
		moves = append(moves, finance.Move{ID: finance.MoveID(i + 1), On: sample.Day, Cause: forecast.Causes()[i%5], Amount: money.Amount(i-1) * 1_000_00, Decision: "COTEC-1", Reason: "Motif", Reverses: finance.MoveID(i % 2)})
		form.Lines = append(form.Lines, finance.ForecastLine{YearID: 1, Section: "F", Category: finance.CategoryRun, Kind: finance.ForecastKinds[i%3], Amount: 1_000_00, Probability: 5_000})
	}
	if n > 0 {
		form.Last = project.Forecast
		roadmap.Certificate = &finance.Certificate{ID: 2, SignedLabel: "Paul"}
	}
	if variant == "hostile" {
		for _, v := range []any{roadmap, project, &report, &postings, &reference, &moves, &form} {
			sample.Poison(v)
		}
	}
	theme := int64(1)
	page := FormPage{Base: b, Intro: b.ForecastIntro(form)}
	page.Form = page.NewForm("/projects/4/forecast", "Enregistrer", "/projects/4/finance", 1, b.ForecastFields(form, sample.Day, n+MoreLines)...)
	eligibility := EligibilityPage{Base: b, Report: report, Picked: map[finance.PostingID]bool{1: true}}
	eligibility.Form = b.NewForm("/projects/4/funding/3/eligibility", "Enregistrer", "/projects/4/funding/3", 0, b.EligibilityFields()...)
	return []Page{
		RoadmapFinancePage{b, roadmap, finance.ReportFilter{Order: finance.OrderRate, Page: 2}, d}.Page(),
		RoadmapFinancePage{b, roadmap, finance.ReportFilter{Year: 1, Section: "F", Theme: &theme}, d}.Page(),
		ProjectFinancePage{b, project, place, d}.Page(),
		EntriesPage{b, finance.Calendar{Years: roadmap.Years}, postings}.Page(),
		ReferencePage{b, reference, finance.AccuracyReport{ReportHead: head, Horizons: []forecast.Horizon{{Months: 3, N: 4, Off: -200, Missed: 400, Open: 1000, Rate: big.NewRat(4, 10)}}}, d}.Page(),
		MovesPage{b, project.Project, place, finance.BasisTTC, money.EUR, moves}.Page(),
		FundingsPage{b, project, place}.Page(), FundingPage{b, report, place}.Page(), eligibility, page,
	}
}

func sampleYears() []finance.FiscalYear {
	var out []finance.FiscalYear
	for i := range 2 {
		y := finance.FiscalYear{ID: int64(i + 1), Code: "2026", Year: 2025 + i, Start: civil.D(2025+i, 1, 1), End: civil.D(2025+i, 12, 31)}
		y.Code = y.Start.MonthOf().String()[:4]
		out = append(out, y)
	}
	return out
}

func samplePoints() []forecast.Point {
	var out []forecast.Point
	spent := money.Amount(0)
	for i := range 14 {
		spent += 2_000_00
		reached := spent
		p := forecast.Point{On: civil.D(2025, 1, 31).MonthOf().Add(i).Last(), Planned: money.Amount(i+1) * 1_900_00}
		if i < 10 {
			p.Actual = &reached
		}
		if i >= 9 {
			p.Forecast = &reached
		}
		out = append(out, p)
	}
	return append(out[:4], out[5:]...) // a month that no year tells
}

func sampleStanding(i int) finance.Standing {
	return finance.Standing{First: 90_000_00, Budget: 100_000_00, Committed: 80_000_00, Mandated: money.Amount(40_000_00 + i*10_000_00), DENM: 30_000_00, Engaged: 1_000_00, Expected: 50_000_00}
}

func sampleLanding() *forecast.Landing {
	return &forecast.Landing{Method: forecast.MethodLanding, Open: 100_000_00, Low: 60_000_00, Central: 70_000_00, High: 80_000_00, CarriedOver: 10_000_00, ToGiveBack: 20_000_00}
}

func sampleWarnings(n int) []forecast.Warning {
	all := []forecast.Warning{{Code: forecast.WarnExposure, Level: forecast.Red, Measured: forecast.Quantity{Unit: forecast.UnitShare, Value: 12_000}, Threshold: forecast.Quantity{Unit: forecast.UnitShare, Value: 10_000}, Args: []any{money.Amount(120), money.Amount(100)}},
		{Code: forecast.WarnForecastAge, Level: forecast.Amber, Measured: forecast.Quantity{Unit: forecast.UnitDays, Value: 90}, Threshold: forecast.Quantity{Unit: forecast.UnitDays, Value: 60}, Args: []any{sample.Day}},
		{Code: forecast.WarnIdle, Level: forecast.Amber, Measured: forecast.Quantity{Unit: forecast.UnitMonths, Value: 1}, Threshold: forecast.Quantity{Unit: forecast.UnitMoney, Value: 6}, Args: []any{2, money.Amount(5_000), sample.Day}}}
	return all[:min(n, len(all))]
}

func sampleRoadmapFinance(head finance.ReportHead, n int) *finance.RoadmapFinance {
	r := &finance.RoadmapFinance{ReportHead: head, Roadmap: finance.RoadmapName{ID: 1, Code: "FDR", Name: "Feuille"}, Years: sampleYears(), Page: 2, Pages: 3, Found: n}
	if n == 0 {
		return r
	}
	r.Totals, r.Landing, r.LandingOf, r.Curve, r.Red, r.Amber = sampleStanding(9), sampleLanding(), &r.Years[1], samplePoints(), 1, 300
	r.Voted = finance.Voted{Authorised: 500_000_00, Open: 100_000_00, Acts: []finance.VotedAct{{Act: finance.ActBP, Amount: 100_000_00}}}
	r.Year, r.Section = &r.Years[1], "F"
	for i, w := range sampleWarnings(n) {
		r.Warnings = append(r.Warnings, finance.ProjectWarning{ID: portfolio.ProjectID(i), Code: "P-01", Name: "Portail", Warning: w})
	}
	r.Books = sampleWarnings(1)
	r.Scope = []finance.ScopeLine{{Flow: "DEP", Total: 100, Allocated: 60, Unallocated: 30, Excluded: 5}}
	r.AtRisk.Lines = []forecast.CreditAtRisk{{ID: 1, Name: "P-01", Level: forecast.Red, Open: 100, Central: 40, Rate: big.NewRat(4, 10)}, {Level: forecast.Amber, Open: 10}}
	for i, y := range r.Years {
		r.ByYear = append(r.ByYear, finance.YearStanding{Year: y, Voted: 100_000_00, Landing: sampleLanding(), Standing: sampleStanding(i)})
	}
	for i, section := range []string{"I", "F", ""} {
		r.BySection = append(r.BySection, finance.SectionStanding{Section: section, Voted: 50_000_00, Standing: sampleStanding(i)})
	}
	r.ByCategory = []finance.CategoryStanding{{Category: finance.CategoryRun, Standing: sampleStanding(0)}, {Standing: sampleStanding(1)}}
	for i := range n {
		r.Themes = append(r.Themes, finance.ThemeStanding{ID: int64(i), Name: []string{"", "Proximité"}[min(i, 1)], Projects: 2, Standing: sampleStanding(i)})
		x := finance.ProjectStanding{ID: portfolio.ProjectID(i + 1), Code: "P-01", Name: "Portail", Theme: "Proximité", Left: i == 1, Standing: sampleStanding(i), Level: []forecast.Level{"", forecast.Red, forecast.Amber}[i%3]}
		if i%2 == 0 {
			x.Landing, x.ForecastOn = *sampleLanding(), sample.Day
		}
		r.Projects = append(r.Projects, x)
	}
	return r
}

func sampleClass(n int) forecast.Class {
	x := forecast.Class{N: n, Censored: 1}
	if n > 0 {
		x.Quantiles = []forecast.ClassQuantile{{P: 5000, Ratio: big.NewRat(11, 10), OngoingAbove: 1}}
		x.Max, x.FarAbove = big.NewRat(3, 2), 1
	}
	for i := range n * 10 {
		x.References = append(x.References, forecast.Referent{Case: forecast.Case{ID: int64(i + 1), Name: "P-01", Outcome: forecast.Finished, EndedOn: sample.Day, First: 100, Cost: 110}, Ratio: big.NewRat(11, 10), Censored: i%2 == 1})
	}
	return x
}

func sampleProjectFinance(head finance.ReportHead, n int) *finance.ProjectFinance {
	r := &finance.ProjectFinance{ReportHead: head, Project: finance.ProjectName{ID: 4, Code: "P-04", Name: "Portail", Roadmap: finance.RoadmapName{ID: 1, Name: "Feuille"}}}
	if n == 0 {
		r.CommitmentsHidden = true
		return r
	}
	years, ratio, amount, half := sampleYears(), big.NewRat(92, 100), money.Amount(42_000_00), money.BasisPoints(5_000)
	r.Totals, r.Landing, r.LandingOf, r.Curve, r.Warnings = sampleStanding(9), sampleLanding(), &years[1], samplePoints(), sampleWarnings(n)
	r.Versions = []finance.BudgetVersion{{Number: 1, DecidedOn: sample.Day}, {Number: 2, DecidedOn: sample.Day, DecisionReference: "COTEC-2", Reason: "Hausse"}}
	r.Forecast = &finance.Forecast{AsOf: sample.Day, Number: 1, Comment: "Recette", RecordedBy: "Anne", Physical: &half, Lines: []finance.ForecastLine{{YearID: 2, Section: "F", Category: finance.CategoryRun, Kind: finance.ForecastToGo, Amount: 100, Probability: 10_000}}}
	r.Outlook = &forecast.Outlook{Basis: forecast.Mandated, EAC: amount, OverFirst: &amount, OverFirstRate: ratio, OverRevised: &amount, Findings: []forecast.Finding{{Code: forecast.ToGoBelowCommitments, Args: []any{amount, amount}}}}
	r.EVM = &forecast.EVM{Basis: forecast.Mandated, BAC: amount, AC: amount, PV: &amount, EV: &amount, CPI: ratio, SPI: ratio}
	w, err := forecast.Explain(90_000_00, 120_000_00, []forecast.Move{{On: sample.Day, Cause: forecast.CauseScope, Amount: 10_000_00, Decision: "COTEC-1"}}, sample.Day)
	if err != nil {
		panic(err)
	}
	r.Waterfall, r.Explains = &w, finance.WaterfallEAC
	r.Recovery = &forecast.Recovery{Eligible: 100, Total: 16, Net: 84}
	class := sampleClass(n)
	r.Reference = &class
	for i := range n {
		r.Cells = append(r.Cells, finance.CellStanding{Year: years[i*2/(n+1)%2], Section: "F", Category: finance.CategoryRun, Mandated: 100, Budget: 200})
		r.Periods = append(r.Periods, finance.PeriodStanding{Year: years[0], Period: finance.Period{Number: i%13 + 1, Start: years[0].Start}, Mandated: 100, Total: 200})
		r.Commitments = append(r.Commitments, finance.CommitmentStanding{ID: int64(i + 1), Number: "E-1", Item: "2", Label: "Maintenance", ShareBP: 10_000, Over: i == 0})
		r.Fundings = append(r.Fundings, finance.FundingStanding{Funding: finance.Funding{ID: finance.FundingID(i + 1), ProjectID: 4, Funder: "Région", Convention: "FEDER-1", Rate: 4000, Base: forecast.BaseHT}, Position: forecast.Funding{Due: 100, Capped: i == 0}})
	}
	return r
}

// TestFinanceTabLeadsWhereCostsMayBeRead holds that nobody is led to amounts that they may not read.
func TestFinanceTabLeadsWhereCostsMayBeRead(t *testing.T) {
	r := sample.Report(3)
	r.OrganisationID = 1
	for role, want := range map[identity.Role]bool{identity.RoleReader: false, identity.RoleCommitteeMember: true, identity.RoleFinance: true} {
		viewer := identity.SignedIn(1, "x", identity.Grant{OrganisationID: 1, Role: role, Scope: identity.ScopeOrganisation})
		b := seenBy(Base{Printer: For("fr")}, viewer, "x")
		b.SetRoadmap(r, Day{On: sample.Day, Today: sample.Day})
		found := false
		for _, tab := range b.Tabs {
			found = found || tab.URL == "/roadmaps/1/finance"
		}
		if found != want {
			t.Errorf("%s sees the tab: %v, want %v", role, found, want)
		}
	}
	member := identity.SignedIn(1, "x", identity.Grant{OrganisationID: 1, Role: identity.RoleCommitteeMember, Scope: identity.ScopeOrganisation})
	project := sampleProjectFinance(finance.ReportHead{OrganisationID: 1, Currency: money.EUR, AmountBasis: finance.BasisTTC, CostBasis: forecast.Mandated}, 6)
	project.CommitmentsHidden = true
	page := ProjectFinancePage{seenBy(Base{Printer: For("fr"), Title: "Budget"}, member, "x"), project, identity.Scope{Organisation: 1, Roadmap: 1, Project: 4}, Day{On: sample.Day, Today: sample.Day}}.Page()
	var body strings.Builder
	if err := Render(&body, page); err != nil {
		t.Fatal(err)
	}
	for _, a := range htmltest.Parse(t, body.String()).All("main a") {
		if u := a.Attr("href"); strings.Contains(u, "/postings") || strings.Contains(u, "/forecast") || strings.Contains(u, "/funding/") || strings.HasPrefix(u, "/organisations/") {
			t.Errorf("a member of a committee is led to %s", u)
		}
	}
}

func TestCurveMonthsLeaveNoGap(t *testing.T) {
	months := curveMonths(samplePoints())
	if len(months) != 14 {
		t.Fatalf("%d months, want 14", len(months))
	}
	for i, m := range months {
		if i > 0 && months[i-1].Month.Until(m.Month) != 1 {
			t.Errorf("%s follows %s", m.Month, months[i-1].Month)
		}
		if (m.Mandated == nil) != (i >= 10) || (m.Forecast == nil) != (i < 10) {
			t.Errorf("%s: mandated %v, forecast %v", m.Month, m.Mandated, m.Forecast)
		}
	}
	if *months[4].Planned != *months[3].Planned {
		t.Error("a month that no year tells has sums of its own")
	}
}

func TestIndex(t *testing.T) {
	for want, r := range map[string]*big.Rat{Dash: nil, "0,92": big.NewRat(92, 100), "1,33": big.NewRat(4, 3), "2,00": big.NewRat(2, 1)} {
		if got := For("fr").Index(r); got != want {
			t.Errorf("%v = %q, want %q", r, got, want)
		}
	}
}
