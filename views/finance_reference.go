package views

import (
	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/internal/money"
	"jalon/portfolio"
)

// maxReferences is how many projects of a reference class a project's page lists, maxReferenceList the page of the class itself.
const (
	maxReferences    = 20
	maxReferenceList = 500
)

// ReferencePage shows what became of the first budgets of finished projects, and how good forecasts were.
type ReferencePage struct {
	Base
	Report   finance.ReferenceReport
	Accuracy finance.AccuracyReport
	Day      Day
}

// Page puts the page together.
func (p ReferencePage) Page() SectionsPage {
	of := "report.reference.of_roadmap"
	if p.Report.Whole {
		of = "report.reference.of_organisation"
	}
	out := SectionsPage{Base: p.Base, Lead: []string{p.T(of, p.Date(p.Report.AsOf)), p.Basis(p.Report.AmountBasis, p.Report.Currency)}}
	out.Sections = []Section{p.referenceSection(p.Report.Class, p.Report.Currency, maxReferenceList), p.accuracy()}
	return out
}

// referenceSection shows a reference class with the projects that it was made from.
func (p Printer) referenceSection(x forecast.Class, c money.Currency, most int) Section {
	s := Section{ID: "reference", Title: p.T("report.reference"), Text: []string{p.N("report.reference.size", x.N, x.Censored, x.Incomparable)}, Note: p.T("report.reference.note")}
	if len(x.Quantiles) == 0 {
		s.Text = append(s.Text, p.T("report.reference.too_few", forecast.SampleP50))
	}
	for _, q := range x.Quantiles {
		s.Facts = append(s.Facts, Fact{p.T("report.reference.quantile", p.Int(int64(q.P)/100)), p.T("report.times", p.Index(q.Ratio))})
		if q.OngoingAbove > 0 {
			s.Text = append(s.Text, p.N("report.reference.ongoing_above", q.OngoingAbove, p.Int(int64(q.P)/100)))
		}
	}
	if x.Max != nil {
		s.Facts = append(s.Facts, Fact{p.T("report.reference.max"), p.T("report.times", p.Index(x.Max))}, Fact{p.T("report.reference.far_above"), p.Share(rateOf(x.FarAboveShare()))})
	}
	shown := x.References[:min(len(x.References), most)]
	rows := make([][]Cell, len(shown))
	for i, r := range shown {
		ratio := Dash
		if r.Ratio != nil {
			ratio = p.T("report.times", p.Index(r.Ratio))
		}
		rows[i] = []Cell{{Text: r.Name, URL: ProjectURL(portfolio.ProjectID(r.ID), Day{})}, {Text: p.T("forecast.outcome." + string(r.Outcome))}, {Text: p.Date(r.EndedOn)}, {Text: p.Exact(r.First, c)}, {Text: p.Exact(r.Cost, c)}, {Text: ratio}}
		if r.Censored {
			rows[i][5].Note = p.T("report.reference.censored")
		}
	}
	t := newTable(p.T("report.reference.list"), []Heading{{p.T("report.project"), ""}, {p.T("report.reference.outcome"), ""}, {p.T("report.reference.ended"), ""}, {p.T("report.first"), numeric}, {p.T("report.mandated"), numeric}, {p.T("report.reference.ratio"), numeric}}, rows)
	t.None = p.T("report.reference.none")
	s.Tables = []Table{t}
	if more := len(x.References) - len(shown); more > 0 {
		s.Text = append(s.Text, p.N("report.reference.more", more))
	}
	return s
}

// accuracy tells how far forecasts were off, month by month before the end of the year.
func (p ReferencePage) accuracy() Section {
	rows := make([][]Cell, len(p.Accuracy.Horizons))
	for i, h := range p.Accuracy.Horizons {
		rows[i] = cells(p.N("report.accuracy.before", h.Months), p.Int(int64(h.N)), p.Exact(h.Open, p.Accuracy.Currency), p.signedExact(h.Off, p.Accuracy.Currency), p.Exact(h.Missed, p.Accuracy.Currency), p.Share(rateOf(h.Rate)))
	}
	t := newTable(p.T("report.accuracy"), []Heading{{p.T("report.accuracy.horizon"), ""}, {p.T("report.accuracy.forecasts"), numeric}, {p.T("report.landing.open"), numeric}, {p.T("report.accuracy.off"), numeric}, {p.T("report.accuracy.missed"), numeric}, {p.T("report.accuracy.rate"), numeric}}, rows)
	t.None = p.T("report.accuracy.none")
	return Section{ID: "accuracy", Title: p.T("report.accuracy"), Text: []string{p.T("report.accuracy.text")}, Tables: []Table{t}, Note: p.T("report.accuracy.note")}
}
