package views

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/money"
	"jalon/portfolio"
)

// RecoveryURL is what of the VAT on the costs of a roadmap may come back.
func RecoveryURL(id portfolio.RoadmapID, d Day) string {
	return withQuery(Under(id, "recovery"), d.query())
}

// RecoveryPage shows the estimate of the compensation of VAT (FCTVA), project by project. It stands beside the costs and is never taken off them.
type RecoveryPage struct {
	Base
	Report finance.RecoveryReport
	Day    Day
}

// maxRecoveries is how many projects the page lists; the file holds all.
const maxRecoveries = 500

// Page puts the page together.
func (p RecoveryPage) Page() SectionsPage {
	r, c := p.Report, p.Report.Currency
	here := Under(r.Roadmap.ID, "recovery")
	form := Form{Name: "filter", Fields: []Field{p.dayField(p.Day)}}
	out := SectionsPage{Base: p.Base, Lead: append([]string{p.T("recovery.lead")}, p.dayLead(r.ReportHead)...), Filter: &FilterForm{Action: here, Label: p.T("web.day.label"), Fields: form.Items(), Submit: p.T("control.show")}}
	if p.Day.Past() {
		out.Filter.Reset = here
	}
	s := Section{ID: "recovery", Title: p.T("funding.recovery"), Note: p.T("recovery.note", p.recoveryRate(forecast.RecoveryInvestment), p.recoveryRate(forecast.RecoveryIaaS))}
	if r.Recovery == nil {
		s.Text, s.Note = []string{p.T(noRecovery(r.ReportHead))}, ""
		out.Sections = []Section{s}
		return out
	}
	s.Facts = []Fact{{p.T("report.mandated"), p.Exact(r.Recovery.Spent, c)}, {p.T("funding.recovery.eligible"), p.Exact(r.Recovery.Eligible, c)}, {p.T("funding.recovery.total"), p.Exact(r.Recovery.Total, c)}, {p.T("funding.recovery.net"), p.Exact(r.Recovery.Net, c)}}
	lines := p.Lines()
	shown := lines[:min(len(lines), maxRecoveries)]
	rows := make([][]Cell, len(shown))
	for i, x := range shown {
		project := r.Projects[portfolio.ProjectID(x.Project)]
		rows[i] = append([]Cell{{Text: project.Code + " · " + project.Name, URL: UnderProject(portfolio.ProjectID(x.Project), PartFunding)}}, cells(p.Exact(x.Spent, c), p.Exact(x.Eligible, c), p.Exact(x.Recovery, c), p.Exact(x.Net, c))...)
	}
	s.Tables = []Table{newTable(p.T("recovery.by_project"), p.recoveryColumns(), rows)}
	if more := len(lines) - len(shown); more > 0 {
		s.Text = []string{p.T("control.more", p.Int(int64(more)))}
	}
	query := withQuery("", p.Day.query())
	s.Links = []Tool{{Text: p.T("control.csv"), URL: here + ".csv" + query}, {Text: p.T("control.xlsx"), URL: here + ".xlsx" + query}, {Text: p.T("report.title"), URL: RoadmapFinanceURL(r.Roadmap.ID, p.Day)}}
	if p.May(identity.PermEditBudget, identity.Within(r.OrganisationID)) {
		s.Links = append(s.Links, Tool{Text: p.T("accounts.title"), URL: BooksPartURL(r.OrganisationID, "accounts")})
	}
	out.Sections = []Section{s}
	return out
}

// noRecovery says why there is nothing to estimate.
func noRecovery(h finance.ReportHead) string {
	if h.AmountBasis != finance.BasisTTC || h.Currency != money.EUR {
		return "recovery.no_basis"
	}
	return "recovery.none"
}

// Lines lists the projects that spent something, the highest estimate first.
func (p RecoveryPage) Lines() []forecast.ProjectRecovery {
	if p.Report.Recovery == nil {
		return nil
	}
	lines := slices.DeleteFunc(slices.Clone(p.Report.Recovery.Projects), func(x forecast.ProjectRecovery) bool { return x.Spent == 0 && x.Eligible == 0 })
	slices.SortFunc(lines, func(a, b forecast.ProjectRecovery) int {
		code := func(x forecast.ProjectRecovery) string { return p.Report.Projects[portfolio.ProjectID(x.Project)].Code }
		return cmp.Or(cmp.Compare(b.Recovery, a.Recovery), cmp.Compare(code(a), code(b)))
	})
	return lines
}

// recoveryRate writes the rate in force for a kind of spending: "16,404 %". Of several the last one holds.
func (p Printer) recoveryRate(kind forecast.RecoveryKind) string {
	for _, r := range slices.Backward(forecast.DefaultRecoveryRates()) {
		if r.Kind == kind {
			digits := strings.TrimRight(big.NewRat(100*r.Num, r.Den).FloatString(3), "0")
			return p.T("recovery.rate", strings.Replace(strings.TrimSuffix(digits, "."), ".", p.point(), 1))
		}
	}
	return Dash
}

func (p Printer) recoveryColumns() []Heading {
	return []Heading{{p.T("report.project"), ""}, {p.T("report.mandated"), numeric}, {p.T("recovery.eligible"), numeric}, {p.T("recovery.estimate"), numeric}, {p.T("recovery.net"), numeric}}
}

// FileHead and FileRow are the estimate as a file holds it.
func (p RecoveryPage) FileHead() []string {
	return p.texts([]string{"report.code", "report.name", "report.mandated", "recovery.eligible", "recovery.estimate", "recovery.net"})
}

// FileRow is one project.
func (p RecoveryPage) FileRow(x forecast.ProjectRecovery) []any {
	project := p.Report.Projects[portfolio.ProjectID(x.Project)]
	return []any{project.Code, project.Name, x.Spent, x.Eligible, x.Recovery, x.Net}
}

// recovery leads from the figures of a roadmap to what of the VAT may come back; it is worked out from the entries there.
func (p RoadmapFinancePage) recovery() Section {
	s := Section{ID: "recovery", Title: p.T("funding.recovery"), Text: []string{p.T("recovery.lead")}}
	s.Links = []Tool{{Text: p.T("recovery.open"), URL: RecoveryURL(p.Report.Roadmap.ID, p.Day)}}
	return s
}
