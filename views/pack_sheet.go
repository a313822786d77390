package views

import (
	"jalon/portfolio"
)

// PackSheet is the sheet of one project.
type PackSheet struct {
	ID, Title, Need, Question, Declared string
	Facts                               []Fact
	Tables                              []Table
	Summary, NextSteps                  string
}

// Sheets lists the sheets in the report's order.
func (p PackPage) Sheets() []PackSheet {
	sheets := make([]PackSheet, len(p.Report.Projects))
	for i := range p.Report.Projects {
		sheets[i] = p.sheet(&p.Report.Projects[i])
	}
	return sheets
}

// sheet writes a project out, with what its own page says of it.
func (p PackPage) sheet(line *portfolio.ProjectLine) PackSheet {
	l := *line
	l.Sheet = sheetOf(line)
	own := ProjectPage{Base: p.Base, Report: p.Report, Line: &l}
	s := PackSheet{ID: sheetID(line), Title: ProjectTitle(l.Code, l.Name), Need: l.Sheet.Need, Question: AskedOf(&l), Declared: p.DeclaredOn(&l, p.Report.AsOf), Facts: own.Facts()}
	tables := []Table{p.sheetWeather(own), p.sheetFigures(&l), p.sheetYears(own), p.sheetBaselines(own), p.sheetMilestones(own), p.sheetDependencies(l.Sheet)}
	for _, t := range tables {
		if !t.Empty() {
			t.Shown = true
			s.Tables = append(s.Tables, t)
		}
	}
	if status := l.Sheet.Status; status != nil {
		s.Summary, s.NextSteps = status.Summary, status.NextSteps
	}
	return s
}

// sheetWeather sets the declared weather beside the computed one.
func (p PackPage) sheetWeather(own ProjectPage) Table {
	percents := []string{p.Percent(own.Line.Schedule.BP), p.Percent(own.Line.CostDeviation.BP)}
	var rows [][]Cell
	for i, side := range own.Sides() {
		computed := Cell{Text: p.T("pdf.not_computed")}
		if side.Computed.Colour != "" {
			computed = Cell{Text: percents[i], Badge: side.Computed}
		}
		rows = append(rows, []Cell{{Text: side.Name}, {Text: side.Declared.Word, Badge: side.Declared}, computed, {Text: side.Comment}})
	}
	return newTable(p.T("pdf.col.weather"), []Heading{p.column("web.weather.side", ""), p.column("pdf.declared", ""), p.column("pdf.computed", ""), p.column("pdf.col.comment", written)}, rows)
}

// sheetFigures sets the current cost and dates beside the first ones.
func (p PackPage) sheetFigures(l *portfolio.ProjectLine) Table {
	c := p.Report.Currency
	rows := [][]Cell{
		cells(p.T("pdf.full_cost"), p.Money(l.FirstCost, c), p.Money(l.Cost, c), p.Percent(l.CostDeviation.BP), p.Percent(l.CostDeviation.SinceLastBP), p.KnownOn(l.CostDeviation)),
		cells(p.T("pdf.start"), p.Date(l.FirstStart), p.Date(l.Start), "", "", p.KnownOn(l.Schedule)),
		cells(p.T("pdf.end"), p.Date(l.FirstEnd), p.Date(l.End), p.Slip(l), "", ""),
		cells(p.T("pdf.duration"), p.Days(l.FirstStart, l.FirstEnd), p.Days(l.Start, l.End), p.Percent(l.Schedule.BP), p.Percent(l.Schedule.SinceLastBP), ""),
	}
	return newTable(p.T("web.pack.figures"), []Heading{p.column("pdf.col.figure", ""), p.column("pdf.col.first_baseline", numeric), p.column("pdf.col.current", numeric),
		p.column("pdf.col.deviation_short", numeric), p.column("pdf.col.since_last", numeric), p.column("pdf.col.known_on", numeric)}, rows)
}

func (p PackPage) sheetYears(own ProjectPage) Table {
	var rows [][]Cell
	for _, y := range own.Years() {
		rows = append(rows, cells(y.Year, y.Investment, y.Operations, y.Sum))
	}
	t := newTable(p.T("web.project.years"), []Heading{p.column("pdf.col.fiscal_year", ""), p.column("nature.investment", numeric), p.column("nature.operations", numeric), p.column("pdf.col.total", numeric)}, rows)
	t.Class = "sums"
	return t
}

// sheetBaselines lists the references, where there is more than the first.
func (p PackPage) sheetBaselines(own ProjectPage) Table {
	var rows [][]Cell
	if all := own.Baselines(); len(all) > 1 {
		for _, b := range all {
			rows = append(rows, cells(b.Name, b.On, b.Cost, b.Start, b.End, OrDash(b.Note)))
		}
	}
	return newTable(p.T("web.project.baselines"), []Heading{p.column("pdf.col.baseline", ""), p.column("pdf.col.set_on", numeric), p.column("pdf.col.cost", numeric),
		p.column("pdf.start", numeric), p.column("pdf.end", numeric), p.column("pdf.col.decision_reason", written)}, rows)
}

func (p PackPage) sheetMilestones(own ProjectPage) Table {
	var rows [][]Cell
	for _, m := range own.Milestones() {
		rows = append(rows, []Cell{{Text: m.Name}, {Text: m.Baseline}, {Text: m.Due}, {Text: m.Reached}, {Text: m.Slip}, {Text: m.State, Strong: m.StateCode == "late"}})
	}
	return newTable(p.T("web.project.milestones"), []Heading{p.column("pdf.col.milestone", ""), p.column("pdf.col.promised", numeric), p.column("web.milestone.forecast", numeric),
		p.column("web.milestone.done", numeric), p.column("pdf.col.slip_short", numeric), p.column("pdf.col.state", "")}, rows)
}

func (p PackPage) sheetDependencies(s *portfolio.ProjectSheet) Table {
	var rows [][]Cell
	add := func(kind string, lines []portfolio.DependencyLine) {
		for _, d := range lines {
			watch := ""
			if d.Late {
				watch = p.T("pdf.dependency_late")
			}
			rows = append(rows, []Cell{{Text: p.T(kind)}, p.project(portfolio.Head{Code: d.Code, Name: d.Name}), {Text: d.Note}, {Text: watch, Strong: true}})
		}
	}
	add("pdf.depends_on", s.DependsOn)
	add("pdf.needed_by", s.NeededBy)
	return newTable(p.T("web.project.dependencies"), []Heading{p.column("pdf.col.dependency", ""), p.column("pdf.col.project", ""), p.column("pdf.col.note", written), p.column("pdf.col.watch", "")}, rows)
}
