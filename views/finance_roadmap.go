package views

import (
	"net/url"
	"strconv"

	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views/chart"
)

// RoadmapFinancePage is budget against actual of a roadmap on a day.
type RoadmapFinancePage struct {
	Base
	Report *finance.RoadmapFinance
	Filter finance.ReportFilter
	Day    Day
}

// values holds a filter as pages carry it from link to link.
func (p RoadmapFinancePage) values(f finance.ReportFilter) url.Values {
	q := p.Day.query()
	for _, x := range []struct{ name, value string }{{"year", IntValue(f.Year)}, {"section", f.Section}, {"order", string(f.Order)}} {
		if x.value != "" && x.value != string(finance.OrderCode) {
			q.Set(x.name, x.value)
		}
	}
	if f.Theme != nil {
		q.Set("theme", strconv.FormatInt(*f.Theme, 10))
	}
	if f.Page > 1 {
		q.Set("page", strconv.Itoa(f.Page))
	}
	return q
}

// url is this page under another filter.
func (p RoadmapFinancePage) url(f finance.ReportFilter) string {
	return withQuery(Under(p.Report.Roadmap.ID, PartFinance), p.values(f))
}

// themeURL lists the projects of a theme.
func (p RoadmapFinancePage) themeURL(theme int64) string {
	f := p.Filter
	f.Theme, f.Page = &theme, 0
	return p.url(f) + "#projects"
}

// Page puts the page together, what a committee asks first at the top.
func (p RoadmapFinancePage) Page() SectionsPage {
	out := SectionsPage{Base: p.Base, Lead: p.dayLead(p.Report.ReportHead), Filter: p.filter()}
	out.Sections = append(out.Sections, p.figures(), p.warnings())
	if p.Report.Landing != nil {
		out.Sections = append(out.Sections, p.landing())
	}
	out.Sections = append(out.Sections, p.themes(), p.projects(), p.years(), p.sections(), p.curve(), p.recovery(), p.reconciliation())
	return out
}

func (p RoadmapFinancePage) filter() *FilterForm {
	years := []Choice{{Value: "", Text: p.T("control.every_year")}}
	years = append(years, p.yearChoices(finance.Calendar{Years: p.Report.Years}, 0, false)...)
	themes := []Choice{{Value: "", Text: p.T("report.every_theme")}}
	chosen := ""
	for _, t := range p.Report.Themes {
		themes = append(themes, Choice{Value: strconv.FormatInt(t.ID, 10), Text: p.themeName(t.Name)})
	}
	if p.Filter.Theme != nil {
		chosen = strconv.FormatInt(*p.Filter.Theme, 10)
	}
	var orders []Choice
	for _, o := range finance.ReportOrders {
		orders = append(orders, Choice{Value: string(o), Text: p.T("report.order." + string(o))})
	}
	sections := append([]Choice{{Value: "", Text: p.T("envelope.both_sections")}}, p.sectionChoices("", false)...)
	form := Form{Name: "filter", Fields: []Field{p.dayField(p.Day), {Name: "year", Type: "select", Label: p.T("control.year"), Value: IntValue(p.Filter.Year), Options: years},
		{Name: "section", Type: "select", Label: p.T("control.dimension.section"), Value: p.Filter.Section, Options: sections}, {Name: "theme", Type: "select", Label: p.T("report.theme_of_list"), Value: chosen, Options: themes},
		{Name: "order", Type: "select", Label: p.T("report.order"), Value: string(p.Filter.Order), Options: orders}}}
	f := &FilterForm{Action: Under(p.Report.Roadmap.ID, PartFinance), Label: p.T("report.filter"), Fields: form.Items(), Submit: p.T("control.show")}
	if len(p.values(p.Filter)) > 0 {
		f.Reset = f.Action
	}
	return f
}

// themeName names a theme; "" is that of projects without one.
func (p Printer) themeName(name string) string {
	if name == "" {
		return p.T("web.theme.none")
	}
	return name
}

func (p RoadmapFinancePage) figures() Section {
	r, c := p.Report, p.Report.Currency
	s := Section{ID: "figures", Title: p.T("report.figures"), Text: p.narrowed()}
	s.Facts = append([]Fact{{p.T("report.voted"), p.Exact(r.Voted.Open, c)}, {p.T("report.authorised"), p.Exact(r.Voted.Authorised, c)}, {p.T("report.first"), p.Exact(r.Totals.First, c)}, {p.T("report.allotted"), p.Exact(r.Totals.Budget, c)}}, p.standingFacts(r.Totals, c)...)
	s.Facts = append(s.Facts, Fact{p.T("position.to_pay"), p.Exact(r.Totals.ToPay(), c)}, Fact{p.T("report.left"), p.Exact(r.Available(), c)}, Fact{p.T("report.realisation"), p.Share(r.Realisation())}, Fact{p.T("report.exposure_rate"), p.Share(r.ExposureRate())})
	if r.Available() < 0 {
		s.Alert = p.T("report.beyond_votes", p.Exact(-r.Available(), c))
	}
	s.Pictures = drawn(p.yearBars(), p.themeBars())
	if len(r.Voted.Acts) > 0 {
		rows := make([][]Cell, len(r.Voted.Acts))
		for i, a := range r.Voted.Acts {
			rows[i] = cells(p.T("envelope.act."+string(a.Act)), p.Exact(a.Amount, c))
		}
		s.Tables = []Table{newTable(p.T("report.acts"), []Heading{{p.T("movement.act"), ""}, {p.T("movement.amount"), numeric}}, rows)}
	}
	s.Note = p.T("report.figures.note")
	here := Under(r.Roadmap.ID, PartFinance)
	query := withQuery("", p.values(p.Filter))
	s.Links = []Tool{{Text: p.T("control.csv"), URL: here + ".csv" + query}, {Text: p.T("control.xlsx"), URL: here + ".xlsx" + query}, {Text: p.T("report.envelopes"), URL: Under(r.Roadmap.ID, PartBudget)}, {Text: p.T("report.reference"), URL: ReferenceClassURL(r.Roadmap.ID)}}
	return s
}

// narrowed says what the figures leave out.
func (p RoadmapFinancePage) narrowed() []string {
	var out []string
	if y := p.Report.Year; y != nil {
		out = append(out, p.T("report.only_year", y.Code))
	}
	if p.Report.Section != "" {
		out = append(out, p.T("report.only_section", p.SectionName(p.Report.Section)))
	}
	return out
}

func (p Printer) budgetPicture(id, title string, in chart.Budget) Picture {
	if len(in.Rows) == 0 {
		return Picture{}
	}
	b := chart.NewBudgetBars(in, p)
	return picture(id, title, b.Desc, b.Height(chartWidth, chartEm), b.Draw)
}

// yearBars set every year against what was voted for it.
func (p RoadmapFinancePage) yearBars() Picture {
	r := p.Report
	in := chart.Budget{Name: r.Roadmap.Name, AsOf: r.AsOf, Currency: r.Currency}
	for _, y := range r.ByYear {
		row := barOf(y.Standing, y.Year.Code)
		voted := y.Voted
		row.Voted = &voted
		if y.Landing != nil {
			central := y.Landing.Central
			row.Landing = &central
		}
		f := p.Filter
		f.Year, f.Page = y.Year.ID, 0
		row.Href = p.url(f)
		in.Rows = append(in.Rows, row)
	}
	return p.budgetPicture("years-chart", p.T("report.bars.years"), in)
}

// maxThemeBars is how many themes a picture shows.
const maxThemeBars = 20

// themeBars set every theme against the budgets of its projects.
func (p RoadmapFinancePage) themeBars() Picture {
	r := p.Report
	in := chart.Budget{Name: r.Roadmap.Name, AsOf: r.AsOf, Currency: r.Currency}
	for _, t := range r.Themes[:min(len(r.Themes), maxThemeBars)] {
		row := barOf(t.Standing, p.themeName(t.Name))
		row.Href = p.themeURL(t.ID)
		in.Rows = append(in.Rows, row)
	}
	return p.budgetPicture("themes-chart", p.T("report.bars.themes"), in)
}

func barOf(s finance.Standing, label string) chart.BudgetRow {
	budget, committed, mandated := s.Budget, s.Committed, s.Mandated
	return chart.BudgetRow{Label: label, Allotted: &budget, Committed: &committed, Mandated: &mandated}
}

func (p RoadmapFinancePage) warnings() Section {
	r := p.Report
	s := Section{ID: "warnings", Title: p.T("report.warnings")}
	red, amber := r.Red, r.Amber
	var rows [][]Cell
	for _, w := range r.Books {
		if w.Level == forecast.Red {
			red++
		} else {
			amber++
		}
		rows = append(rows, p.warningCells(Cell{Text: p.T("report.of_books")}, w, r.Currency))
	}
	for _, w := range r.Warnings {
		of := Cell{Text: p.T("report.of_roadmap")}
		if w.ID != 0 {
			of = Cell{Text: w.Code + " · " + w.Name, URL: ProjectFinanceURL(w.ID, p.Day)}
		}
		rows = append(rows, p.warningCells(of, w.Warning, r.Currency))
	}
	s.Text, s.Tables = []string{p.T("report.warnings.count", red, amber)}, []Table{p.warningTable(rows)}
	if more := r.Red + r.Amber - len(r.Warnings); more > 0 {
		s.Note = p.N("report.warnings.more", more)
	}
	return s
}

func (p Printer) warningTable(rows [][]Cell) Table {
	t := newTable(p.T("report.warnings"), []Heading{{p.T("report.warning.of"), ""}, {p.T("report.warning.level"), ""}, {p.T("report.warning.what"), written}, {p.T("report.warning.measured"), numeric}, {p.T("report.warning.threshold"), numeric}}, rows)
	t.None = p.T("report.warnings.none")
	return t
}

func (p Printer) warningCells(of Cell, w forecast.Warning, c money.Currency) []Cell {
	badge := p.LevelBadge(w.Level)
	return []Cell{of, {Text: badge.Word, Badge: badge}, {Text: p.WarningText(w, c)}, {Text: p.quantity(w.Measured, c)}, {Text: p.quantity(w.Threshold, c)}}
}

// landing tells where the year of the day will end, and what will be lost.
func (p RoadmapFinancePage) landing() Section {
	r, c := p.Report, p.Report.Currency
	s := Section{ID: "landing", Title: p.T("report.landing", r.LandingOf.Code), Facts: p.landingFacts(r.Landing, c), Note: p.T("report.landing.note")}
	shown := r.AtRisk.Lines[:min(len(r.AtRisk.Lines), maxAtRisk)]
	rows := make([][]Cell, len(shown))
	for i, l := range shown {
		name := Cell{Text: p.T("report.at_risk.unallotted"), Badge: p.LevelBadge(l.Level)}
		if l.ID != 0 {
			name.Text, name.URL = l.Name, ProjectFinanceURL(portfolio.ProjectID(l.ID), p.Day)
		}
		rows[i] = append([]Cell{name}, cells(p.Exact(l.Open, c), p.Exact(l.Central, c), p.Share(rateOf(l.Rate)), p.Exact(l.Unspent, c), p.Exact(l.AtRisk, c))...)
	}
	t := newTable(p.T("report.at_risk"), []Heading{{p.T("report.project"), ""}, {p.T("report.landing.open"), numeric}, {p.T("report.landing.central"), numeric}, {p.T("report.landing.rate"), numeric}, {p.T("report.at_risk.unspent"), numeric}, {p.T("report.at_risk.amount"), numeric}}, rows)
	t.Shown, t.None = true, p.T("report.at_risk.none")
	s.Tables = []Table{t}
	if len(rows) > 0 {
		s.Text = []string{p.T("report.at_risk.sum", p.Exact(r.AtRisk.AtRisk, c), p.Exact(r.AtRisk.Unspent, c))}
	}
	return s
}

// maxAtRisk is how many lines of credits at risk the page lists.
const maxAtRisk = 50
