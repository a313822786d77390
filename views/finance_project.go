package views

import (
	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/money"
	"jalon/views/chart"
)

// ProjectFinancePage is budget against actual of a project on a day.
type ProjectFinancePage struct {
	Base
	Report *finance.ProjectFinance
	Place  identity.Scope
	Day    Day
}

// postingsURL lists the entries behind a figure; "" for who may not read them.
func (p ProjectFinancePage) postingsURL(f finance.PostingFilter) string {
	if !p.May(identity.PermReadLedger, p.Place) {
		return ""
	}
	return PostingsURL(p.Report.Project.ID, f)
}

// Page puts the page together.
func (p ProjectFinancePage) Page() SectionsPage {
	form := Form{Name: "filter", Fields: []Field{p.dayField(p.Day)}}
	out := SectionsPage{Base: p.Base, Lead: p.dayLead(p.Report.ReportHead), Filter: &FilterForm{Action: UnderProject(p.Report.Project.ID, PartFinance), Label: p.T("web.day.label"), Fields: form.Items(), Submit: p.T("control.show")}}
	if p.Day.Past() {
		out.Filter.Reset = out.Filter.Action
	}
	out.Sections = []Section{p.figures(), p.warnings(), p.forecast(), p.earned(), p.waterfall(), p.spending(), p.cells(), p.versions()}
	if !p.Report.CommitmentsHidden {
		out.Sections = append(out.Sections, p.commitments())
	}
	out.Sections = append(out.Sections, p.funding())
	if p.Report.Reference != nil {
		out.Sections = append(out.Sections, p.referenceSection(*p.Report.Reference, p.Report.Currency, maxReferences))
	}
	return out
}

func (p ProjectFinancePage) figures() Section {
	t, c := p.Report.Totals, p.Report.Currency
	s := Section{ID: "figures", Title: p.T("report.figures"), Note: p.T("report.figures.note")}
	s.Facts = append([]Fact{{p.T("report.first"), p.Exact(t.First, c)}, {p.T("report.budget"), p.Exact(t.Budget, c)}}, p.standingFacts(t, c)...)
	s.Facts = append(s.Facts, Fact{p.T("report.to_commit"), p.Exact(t.Available(), c)}, Fact{p.T("position.to_pay"), p.Exact(t.ToPay(), c)}, Fact{p.T("report.realisation"), p.Share(t.Realisation())}, Fact{p.T("report.exposure_rate"), p.Share(t.ExposureRate())})
	if t.Budget > 0 && t.Available() < 0 {
		s.Alert = p.T("report.beyond_budget", p.Exact(-t.Available(), c))
	}
	if u := p.postingsURL(finance.PostingFilter{}); u != "" {
		s.Links = []Tool{{Text: p.T("report.postings.open"), URL: u}}
	}
	return s
}

func (p ProjectFinancePage) warnings() Section {
	rows := make([][]Cell, len(p.Report.Warnings))
	for i, w := range p.Report.Warnings {
		rows[i] = p.warningCells(Cell{Text: p.T("report.warning.code." + w.Code)}, w, p.Report.Currency)
	}
	t := p.warningTable(rows)
	t.Columns[0].Title = p.T("report.warning.kind")
	return Section{ID: "warnings", Title: p.T("report.warnings"), Tables: []Table{t}}
}

// forecast tells the last forecast, what it leads to, and where the year will land.
func (p ProjectFinancePage) forecast() Section {
	r, c := p.Report, p.Report.Currency
	s := Section{ID: "forecast", Title: p.T("report.forecast")}
	if p.May(identity.PermForecast, p.Place) && !p.Day.Past() {
		s.Links = []Tool{{Text: p.T("forecasting.new"), URL: UnderProject(r.Project.ID, PartForecast), Main: true}}
	}
	s.Tables = []Table{p.forecastTable()}
	if f := r.Forecast; f != nil {
		s.Text = []string{p.T("report.forecast.of", p.Date(f.AsOf), f.Number)}
		if f.Comment != "" {
			s.Text = append(s.Text, f.Comment)
		}
		s.Facts = []Fact{{p.T("forecasting.physical"), p.Share(f.Physical)}, {p.T("forecasting.planned"), p.Share(f.Planned)}}
	}
	if o := r.Outlook; o != nil {
		s.Facts = append(s.Facts, Fact{p.T("report.actual", p.CostBasis(o.Basis)), p.Exact(o.Actual, c)}, Fact{p.T("report.to_go"), p.Exact(o.ToGo, c)}, Fact{p.T("report.eac"), p.Exact(o.EAC, c)})
		if o.OverFirst != nil {
			s.Facts = append(s.Facts, Fact{p.T("report.over_first"), p.withRate(*o.OverFirst, rateOf(o.OverFirstRate), c)})
		}
		if o.OverRevised != nil {
			s.Facts = append(s.Facts, Fact{p.T("report.over_revised"), p.withRate(*o.OverRevised, rateOf(o.OverRevisedRate), c)})
		}
		for _, f := range o.Findings {
			s.Alert = p.FindingText(f, c)
		}
	}
	if r.Landing != nil {
		s.Facts = append(s.Facts, Fact{p.T("report.year"), r.LandingOf.Code})
		s.Facts = append(s.Facts, p.landingFacts(r.Landing, c)...)
	}
	return s
}

func (p Printer) withRate(a money.Amount, rate *money.BasisPoints, c money.Currency) string {
	if rate == nil {
		return p.signedExact(a, c)
	}
	return p.signedExact(a, c) + " (" + p.Percent(rate) + ")"
}

// forecastTable lists the lines of the last forecast as they were told.
func (p ProjectFinancePage) forecastTable() Table {
	var rows [][]Cell
	if f := p.Report.Forecast; f != nil {
		codes := map[int64]string{}
		for _, x := range p.Report.Cells {
			codes[x.Year.ID] = x.Year.Code
		}
		for _, l := range f.Lines {
			rows = append(rows, cells(p.T("forecasting.kind."+string(l.Kind)), OrDash(codes[l.YearID]), p.SectionName(l.Section), p.CategoryName(l.Category), p.Exact(l.Amount, p.Report.Currency), p.Share(l.Probability)))
		}
	}
	t := newTable(p.T("report.forecast"), []Heading{{p.T("forecasting.kind"), ""}, {p.T("control.year"), ""}, {p.T("control.dimension.section"), ""}, {p.T("budget.category"), ""}, {p.T("movement.amount"), numeric}, {p.T("forecasting.probability"), numeric}}, rows)
	t.None = p.T("report.forecast.none")
	return t
}

// earned tells the earned value, with the name of the costs that it is measured on.
func (p ProjectFinancePage) earned() Section {
	s := Section{ID: "earned", Title: p.T("report.evm")}
	e, c := p.Report.EVM, p.Report.Currency
	if e == nil {
		s.Text = []string{p.T("report.evm.none")}
		return s
	}
	s.Text = []string{p.T("report.evm.basis", p.CostBasis(e.Basis))}
	if e.EV == nil {
		s.Text = append(s.Text, p.T("report.evm.no_progress"))
	}
	row := func(key, value string) []Cell { return cells(p.T("report.evm."+key), value) }
	s.Tables = []Table{newTable(p.T("report.evm"), []Heading{{p.T("report.evm.indicator"), ""}, {p.T("report.evm.value"), numeric}}, [][]Cell{row("bac", p.Exact(e.BAC, c)), row("pv", p.Exact(e.PV, c)), row("ev", p.Exact(e.EV, c)), row("ac", p.Exact(e.AC, c)),
		row("cv", p.Exact(e.CV, c)), row("sv", p.Exact(e.SV, c)), row("cpi", p.Index(e.CPI)), row("spi", p.Index(e.SPI)), row("tcpi", p.Index(e.TCPI)), row("eac1", p.Exact(e.EAC1, c)), row("eac2", p.Exact(e.EAC2, c)), row("eac3", p.Exact(e.EAC3, c)),
		row("vac1", p.Exact(e.VAC1, c)), row("vac2", p.Exact(e.VAC2, c)), row("vac3", p.Exact(e.VAC3, c))})}
	s.Note = p.T("report.evm.note")
	return s
}

// waterfall leads from the first budget to what the project costs now.
func (p ProjectFinancePage) waterfall() Section {
	r, c := p.Report, p.Report.Currency
	s := Section{ID: "waterfall", Title: p.T("report.waterfall"), Links: []Tool{{Text: p.T("moves.open"), URL: UnderProject(r.Project.ID, PartMoves)}}}
	w := r.Waterfall
	if w == nil {
		s.Text = []string{p.T("report.waterfall.none")}
		return s
	}
	s.Text = []string{p.T("report.waterfall.to." + r.Explains)}
	for _, f := range w.Findings {
		s.Text = append(s.Text, p.FindingText(f, c))
	}
	in := chart.CostChange{Name: r.Project.Name, Currency: c, First: w.First, Current: w.Current}
	rows := [][]Cell{cells(p.T("chart.waterfall.first"), p.Exact(w.First, c), Dash)}
	for _, step := range w.Steps {
		name := p.T("forecast.cause." + string(step.Cause))
		if step.Cause != forecast.CauseUnexplained {
			in.Causes = append(in.Causes, chart.CostCause{Label: name, Amount: step.Amount})
		}
		rows = append(rows, cells(name, p.signedExact(step.Amount, c), p.Int(int64(len(step.Moves)))))
	}
	rows = append(rows, cells(p.T("chart.waterfall.current"), p.Exact(w.Current, c), Dash))
	drawing := chart.NewWaterfall(in, p)
	if len(drawing.Rows) > 0 {
		s.Pictures = []Picture{picture("waterfall-chart", drawing.Title, drawing.Desc, drawing.Height(chartWidth, chartEm), drawing.Draw)}
	}
	s.Tables = []Table{newTable(p.T("report.waterfall"), []Heading{{p.T("moves.cause"), ""}, {p.T("movement.amount"), numeric}, {p.T("moves.count"), numeric}}, rows)}
	return s
}
