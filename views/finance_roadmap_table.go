package views

import (
	"strconv"

	"jalon/finance"
	"jalon/identity"
)

func (p RoadmapFinancePage) themes() Section {
	r, c := p.Report, p.Report.Currency
	rows := make([][]Cell, len(r.Themes))
	for i, t := range r.Themes {
		rows[i] = append([]Cell{{Text: p.themeName(t.Name), URL: p.themeURL(t.ID), Note: p.N("report.projects.count", t.Projects)}}, p.standingCells(t.Standing, c)...)
	}
	t := newTable(p.T("report.by_theme"), p.standingColumns(Heading{p.T("web.theme.theme"), ""}), rows)
	t.None = p.T("report.themes.none")
	return Section{ID: "themes", Title: p.T("report.by_theme"), Tables: []Table{t}}
}

// projects lists a page of the projects. They lead to their own pages, and those to the entries.
func (p RoadmapFinancePage) projects() Section {
	r, c := p.Report, p.Report.Currency
	s := Section{ID: "projects", Title: p.T("report.by_project"), Text: []string{p.N("report.projects.found", r.Found, r.Page, r.Pages)}}
	if p.Filter.Theme != nil {
		for _, t := range r.Themes {
			if t.ID == *p.Filter.Theme {
				s.Text = append(s.Text, p.T("report.only_theme", p.themeName(t.Name)))
			}
		}
	}
	rows := make([][]Cell, len(r.Projects))
	for i, x := range r.Projects {
		name := Cell{Text: x.Code + " · " + x.Name, URL: ProjectFinanceURL(x.ID, p.Day), Badge: p.LevelBadge(x.Level), Note: p.themeName(x.Theme)}
		if x.Left {
			name.Note = p.T("report.project.left")
		}
		rows[i] = append(append([]Cell{name}, p.standingCells(x.Standing, c)...), p.landingCell(x), Cell{Text: p.Date(x.ForecastOn)})
	}
	columns := append(p.standingColumns(Heading{p.T("report.project"), ""}), Heading{p.T("report.landing.short"), numeric}, Heading{p.T("report.forecast_on"), ""})
	t := newTable(p.T("report.by_project"), columns, rows)
	t.None = p.T("report.projects.none")
	s.Tables = []Table{t}
	f := p.Filter
	page := func(n int, text string) {
		f.Page = n
		s.Links = append(s.Links, Tool{Text: p.T(text), URL: p.url(f) + "#projects"})
	}
	if r.Page > 1 {
		page(r.Page-1, "web.pager.prev")
	}
	if r.Page < r.Pages {
		page(r.Page+1, "web.pager.next")
	}
	return s
}

// landingCell is where the year of a project will land.
func (p RoadmapFinancePage) landingCell(x finance.ProjectStanding) Cell {
	if x.Landing.Method == "" {
		return Cell{Text: Dash}
	}
	return Cell{Text: p.Exact(x.Landing.Central, p.Report.Currency)}
}

func (p RoadmapFinancePage) years() Section {
	r, c := p.Report, p.Report.Currency
	rows := make([][]Cell, len(r.ByYear))
	for i, y := range r.ByYear {
		f := p.Filter
		f.Year, f.Page = y.Year.ID, 0
		landing := Dash
		if y.Landing != nil {
			landing = p.Exact(y.Landing.Central, c)
		}
		rows[i] = append([]Cell{{Text: y.Year.Code, URL: p.url(f)}, {Text: p.Exact(y.Voted, c)}}, append(p.standingCells(y.Standing, c), Cell{Text: landing})...)
	}
	columns := append(p.standingColumns(Heading{p.T("control.year"), ""}, Heading{p.T("report.voted"), numeric}), Heading{p.T("report.landing.short"), numeric})
	t := newTable(p.T("report.by_year"), columns, rows)
	t.None = p.T("report.years.none")
	return Section{ID: "years", Title: p.T("report.by_year"), Tables: []Table{t}}
}

// sections tells the same by section and by category.
func (p RoadmapFinancePage) sections() Section {
	r, c := p.Report, p.Report.Currency
	rows := make([][]Cell, len(r.BySection))
	for i, x := range r.BySection {
		f := p.Filter
		f.Section, f.Page = x.Section, 0
		name := Cell{Text: p.SectionName(x.Section)}
		if x.Section != "" {
			name.URL = p.url(f)
		}
		rows[i] = append([]Cell{name, {Text: p.Exact(x.Voted, c)}}, p.standingCells(x.Standing, c)...)
	}
	sections := newTable(p.T("report.by_section"), p.standingColumns(Heading{p.T("control.dimension.section"), ""}, Heading{p.T("report.voted"), numeric}), rows)
	sections.None = p.T("report.sections.none")
	rows = make([][]Cell, len(r.ByCategory))
	for i, x := range r.ByCategory {
		rows[i] = cells(p.categoryText(x.Category), p.Exact(x.First, c), p.Exact(x.Budget, c), p.Exact(x.Committed, c), p.Exact(x.Mandated, c))
	}
	categories := newTable(p.T("report.by_category"), []Heading{{p.T("budget.category"), ""}, {p.T("report.first"), numeric}, {p.T("report.budget"), numeric}, {p.T("report.committed"), numeric}, {p.T("report.mandated"), numeric}}, rows)
	categories.Shown, categories.None = true, p.T("report.categories.none")
	return Section{ID: "sections", Title: p.T("report.by_section"), Tables: []Table{sections, categories}}
}

// categoryText names a category; "" holds what was booked on accounts that nobody knows.
func (p Printer) categoryText(c finance.Category) string {
	if c == "" {
		return p.T("report.category.none")
	}
	return p.CategoryName(c)
}

func (p RoadmapFinancePage) curve() Section {
	r := p.Report
	return Section{ID: "curve", Title: p.T("report.curve"), Pictures: drawn(p.curvePicture(r.Roadmap.Name, r.Curve, r.Currency)), Tables: []Table{p.curveTable(r.Curve, r.Currency)}, Note: p.T("report.curve.note")}
}

// reconciliation says how far the books behind the figures are reconciled.
func (p RoadmapFinancePage) reconciliation() Section {
	r, c := p.Report, p.Report.Currency
	s := Section{ID: "reconciliation", Title: p.T("report.reconciliation")}
	if x := r.Certificate; x != nil {
		s.Facts = []Fact{{p.T("certificate.latest"), p.T("report.certificate", p.ShareDown(x.Figures.Reconciled), p.Date(x.Figures.To), p.Who(x.SignedLabel))}, {p.T("certificate.open"), p.Int(x.Figures.Open.Lines)},
			{p.T("certificate.oldest"), p.N("unit.days.count", x.Figures.Open.Days)}, {p.T("certificate.seal"), x.Seal}}
		if !x.FourEyes {
			s.Text = []string{p.T("certificate.one_pair")}
		}
	} else {
		s.Text = []string{p.T("certificate.none")}
	}
	if len(r.Scope) > 0 {
		s.Text = append(s.Text, p.T("report.scope"))
		rows := make([][]Cell, len(r.Scope))
		for i, l := range r.Scope {
			rows[i] = cells(p.FlowName(l.Flow), p.Exact(l.Total, c), p.Exact(l.Allocated, c), p.Exact(l.Unallocated, c), p.Exact(l.Excluded, c), p.Exact(l.Delta(), c))
			if rows[i][5].Strong = l.Delta() != 0; rows[i][5].Strong {
				s.Alert = p.T("control.does_not_tie")
			}
		}
		s.Tables = []Table{newTable(p.T("report.reconciliation"), []Heading{{p.T("control.flow"), ""}, {p.T("control.total"), numeric}, {p.T("control.allocated"), numeric}, {p.T("control.unallocated"), numeric}, {p.T("control.excluded"), numeric}, {p.T("control.delta"), numeric}}, rows)}
	}
	if here := identity.Within(r.OrganisationID); p.May(identity.PermReadLedger, here) {
		s.Links = []Tool{{Text: p.T("report.controls"), URL: BooksPartURL(r.OrganisationID, PartControls)}, {Text: p.T("control.queue.open"), URL: BooksPartURL(r.OrganisationID, PartQueue)}}
		if r.Certificate != nil {
			s.Links = append(s.Links, Tool{Text: p.T("report.certificate.open"), URL: BooksPartURL(r.OrganisationID, "certificates", strconv.FormatInt(r.Certificate.ID, 10))})
		}
	}
	return s
}

// FileHead and FileRow are the projects as a file holds them.
func (p RoadmapFinancePage) FileHead() []string {
	keys := []string{"report.code", "report.name", "web.theme.theme", "report.first", "report.budget", "report.committed", "report.mandated", "report.denm", "report.engaged", "report.exposure", "report.available", "report.exposure_rate", "report.eac",
		"report.over_first", "report.landing.open", "report.landing.low", "report.landing.central", "report.landing.high", "report.forecast_on", "report.warning.level"}
	return p.texts(keys)
}

// texts gives the texts of some keys.
func (p Printer) texts(keys []string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = p.T(k)
	}
	return out
}

// FileRow is one project.
func (p RoadmapFinancePage) FileRow(x finance.ProjectStanding) []any {
	row := []any{x.Code, x.Name, x.Theme, x.First, x.Budget, x.Committed, x.Mandated, x.DENM, x.Engaged, x.Exposure(), x.Available(), orNil(x.ExposureRate()), x.EAC(), orNil(x.OverFirst())}
	if x.Landing.Method == "" {
		row = append(row, nil, nil, nil, nil)
	} else {
		row = append(row, x.Landing.Open, x.Landing.Low, x.Landing.Central, x.Landing.High)
	}
	var on any
	if !x.ForecastOn.IsZero() {
		on = x.ForecastOn
	}
	return append(row, on, p.LevelBadge(x.Level).Word)
}

// orNil is the value behind a pointer, nil without one: an empty cell of a file.
func orNil[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}
