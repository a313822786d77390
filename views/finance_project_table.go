package views

import (
	"strconv"

	"jalon/finance"
	"jalon/identity"
)

// spending tells what was mandated month by month, beside what was planned and is expected.
func (p ProjectFinancePage) spending() Section {
	r, c := p.Report, p.Report.Currency
	rows := make([][]Cell, len(r.Periods))
	for i, x := range r.Periods {
		rows[i] = []Cell{{Text: p.PeriodName(x.Year, x.Period)}, {Text: p.Exact(x.Mandated, c), URL: p.postingsURL(finance.PostingFilter{Year: x.Year.ID, Period: x.Period.Number})}, {Text: p.Exact(x.Total, c)}}
	}
	t := newTable(p.T("report.by_period"), []Heading{{p.T("period.period"), ""}, {p.T("report.mandated"), numeric}, {p.T("report.cumulated"), numeric}}, rows)
	t.Shown, t.None = true, p.T("report.periods.none")
	curve := p.curveTable(r.Curve, c)
	curve.Shown = true
	return Section{ID: "curve", Title: p.T("report.curve"), Pictures: drawn(p.curvePicture(r.Project.Name, r.Curve, c)), Tables: []Table{curve, t}, Note: p.T("report.curve.note")}
}

// cells tells budgets, costs and forecasts by year, section and category.
func (p ProjectFinancePage) cells() Section {
	c := p.Report.Currency
	t := Table{Caption: p.T("report.cells"), None: p.T("report.cells.none"), Columns: []Heading{{p.T("report.cell"), ""}, {p.T("report.first"), numeric}, {p.T("report.budget"), numeric}, {p.T("report.mandated"), numeric}, {p.T("report.engaged"), numeric}, {p.T("report.to_go"), numeric}, {p.T("report.probable"), numeric}}}
	for _, x := range p.Report.Cells {
		if n := len(t.Groups); n == 0 || t.Groups[n-1].Title != x.Year.Code {
			t.Groups = append(t.Groups, Group{Title: x.Year.Code})
		}
		g := &t.Groups[len(t.Groups)-1]
		mandated := Cell{Text: p.Exact(x.Mandated, c)}
		if x.Mandated != 0 {
			mandated.URL = p.postingsURL(finance.PostingFilter{Year: x.Year.ID, Section: x.Section, Category: string(x.Category)})
		}
		g.Rows = append(g.Rows, []Cell{{Text: p.SectionName(x.Section) + " · " + p.categoryText(x.Category)}, {Text: p.Exact(x.First, c)}, {Text: p.Exact(x.Budget, c)}, mandated, {Text: p.Exact(x.Engaged, c)}, {Text: p.Exact(x.ToGo, c)}, {Text: p.Exact(x.Probable, c)}})
	}
	return Section{ID: "cells", Title: p.T("report.cells"), Tables: []Table{t}}
}

func (p ProjectFinancePage) versions() Section {
	r := p.Report
	rows := make([][]Cell, len(r.Versions))
	for i, v := range r.Versions {
		name := p.T("budget.version", v.Number)
		if v.Number == 1 {
			name = p.T("budget.first")
		}
		rows[i] = []Cell{{Text: name}, {Text: p.Date(v.DecidedOn)}, {Text: OrDash(v.DecisionReference), Note: v.Reason}, {Text: p.Exact(v.Total(), r.Currency)}}
	}
	t := newTable(p.T("budget.versions"), []Heading{{p.T("budget.version.name"), ""}, {p.T("budget.decided_on"), ""}, {p.T("budget.decision"), ""}, {p.T("budget.total"), numeric}}, rows)
	t.None = p.T("budget.none")
	return Section{ID: "versions", Title: p.T("budget.versions"), Tables: []Table{t}, Links: []Tool{{Text: p.T("report.budget.open"), URL: BudgetURL(r.Project.ID)}}}
}

// commitments are those of the project, each with what it still calls for.
func (p ProjectFinancePage) commitments() Section {
	r, c := p.Report, p.Report.Currency
	books := p.May(identity.PermReadLedger, identity.Within(r.OrganisationID))
	rows := make([][]Cell, len(r.Commitments))
	for i, x := range r.Commitments {
		name := Cell{Text: x.Number, Note: x.Label}
		if x.Item != "" {
			name.Text += " / " + x.Item
		}
		if books {
			name.URL = BooksPartURL(r.OrganisationID, PartCommitments, strconv.FormatInt(x.ID, 10))
		}
		rows[i] = []Cell{name, {Text: OrDash(x.SupplierName)}, {Text: p.Share(x.ShareBP)}, {Text: p.Exact(x.Net, c)}, {Text: p.Exact(x.Mandated, c)}, {Text: p.Exact(x.DENM, c)}, {Text: p.Date(x.Last)}}
		if x.Over {
			rows[i][4].Note = p.T("report.commitment.over")
		}
	}
	t := newTable(p.T("report.commitments"), []Heading{{p.T("codes.commitment"), ""}, {p.T("codes.supplier"), ""}, {p.T("report.commitment.share"), numeric}, {p.T("report.committed"), numeric}, {p.T("report.mandated"), numeric}, {p.T("report.denm"), numeric}, {p.T("report.commitment.last"), ""}}, rows)
	t.None = p.T("report.commitments.none")
	return Section{ID: "commitments", Title: p.T("report.commitments"), Tables: []Table{t}}
}

// funding tells who else pays, and what of the VAT may come back. Neither is taken off the cost.
func (p ProjectFinancePage) funding() Section {
	r := p.Report
	s := Section{ID: "funding", Title: p.T("funding.title"), Tables: []Table{p.fundingTable(r, p.Place)}, Links: []Tool{{Text: p.T("funding.open"), URL: UnderProject(r.Project.ID, PartFunding)}}}
	s.Facts = p.recoveryFacts(r)
	if len(s.Facts) > 0 {
		s.Note = p.T("funding.recovery.note")
	}
	return s
}
