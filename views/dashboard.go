package views

import (
	"strconv"

	"jalon/governance"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Limits of what a dashboard draws: beyond them a chart cannot be read, and the list shows all.
const (
	maxDrawn     = 60 // projects in the timeline and in the bubble chart
	maxQuestions = 8
	maxPacks     = 5
	maxSittings  = 6
)

// DashboardPage is a roadmap on a day.
type DashboardPage struct {
	Base
	Report     *portfolio.Report
	Day        Day
	Committees []governance.CommitteeCard // of this roadmap
	Due        int                        // requests that the reader should look at again
}

// Reminder says what the reader should look at again; nil when there is nothing, and on a past day.
func (p DashboardPage) Reminder() *Section {
	if p.Day.Past() {
		return nil
	}
	return p.RequestReminder(p.Report.Roadmap.ID, p.Due)
}

// Costs tells whether the reader sees costs.
func (p DashboardPage) Costs() bool { return !p.Report.CostHidden }

func (DashboardPage) template() string { return "dashboard" }

// term writes "01/01/2026 – 31/12/2028"; a missing end is left open.
func (p Printer) term(start, end civil.Date) string {
	if end.IsZero() {
		return p.T("web.roadmap.from", start)
	}
	return p.Date(start) + " – " + p.Date(end)
}

// Status is the status of the roadmap in words.
func (p DashboardPage) Status() string {
	return p.T("roadmap.status." + string(p.Report.Roadmap.Status))
}

// KeyFigure is one card of the essentials.
type KeyFigure struct {
	Name, Value string
	Badge       Badge // none when its colour is ""
	URL         string
	Notes       []string
	Accent      bool // asks for attention
}

// Figures lists the essentials, the most asked first.
func (p DashboardPage) Figures() []KeyFigure {
	schedule := p.driftFigure("web.drift.schedule", p.Report.Totals.Schedule, p.Report.ReferenceSchedule)
	if p.Report.CostHidden {
		return []KeyFigure{schedule, p.deadlineFigure(), p.projectsFigure(), p.decisionFigure()}
	}
	return []KeyFigure{schedule, p.driftFigure("web.drift.cost", p.Report.Totals.Cost, p.Report.ReferenceCost),
		p.deadlineFigure(), p.moneyFigure(), p.projectsFigure(), p.decisionFigure()}
}

func (p DashboardPage) driftFigure(name string, a portfolio.Averages, reference money.BasisPoints) KeyFigure {
	f := KeyFigure{Name: p.T(name), Value: p.Percent(a.Mean), Badge: p.judge(p.Report.Thresholds, a.Mean)}
	aggregate := p.T("web.figure.drift.aggregate", a.Aggregate, a.Weighted)
	if p.Report.CostHidden { // weights are shares of the money
		aggregate = p.T("web.figure.drift.aggregate.alone", a.Aggregate)
	}
	f.Notes = append(f.Notes, p.T("web.figure.drift.n", a.N, p.Report.Totals.Projects), aggregate, p.T("web.figure.drift.reference", reference))
	return f
}

func (p DashboardPage) projectsFigure() KeyFigure {
	t := p.Report.Totals
	f := KeyFigure{Name: p.T("web.roadmap.projects"), Value: p.Int(int64(t.Projects)), URL: ProjectsURL(p.Report.Roadmap.ID, ProjectQuery{}, p.Day),
		Notes: []string{p.N("web.figure.shared", t.Interministerial)}}
	if !p.Report.CostHidden {
		f.Notes = append(f.Notes, p.T("web.figure.weight", t.Weight))
	}
	return f
}

func (p DashboardPage) moneyFigure() KeyFigure {
	r := p.Report
	f := KeyFigure{Name: p.T("web.roadmap.cost"), Value: p.MoneyShort(r.Totals.SumCost, r.Currency)}
	if r.Totals.WithCost == 0 {
		f.Value = Dash
	}
	if v := r.Roadmap.Voted; v != nil {
		f.Notes = append(f.Notes, p.T("web.figure.voted", p.MoneyShort(v, r.Currency)))
		if r.Totals.WithCost > 0 {
			if gap, ok := (*v).Add(-r.Totals.SumCost); ok && gap >= 0 {
				f.Notes = append(f.Notes, p.T("web.figure.voted.left", p.MoneyShort(gap, r.Currency)))
			} else if ok {
				f.Notes = append(f.Notes, p.T("web.figure.voted.over", p.MoneyShort(gap.Abs(), r.Currency)))
			}
		}
	} else {
		f.Notes = append(f.Notes, p.T("web.figure.voted.none"))
	}
	f.Notes = append(f.Notes, p.T("web.figure.with_cost", r.Totals.WithCost, r.Totals.Projects))
	return f
}

func (p DashboardPage) deadlineFigure() KeyFigure {
	r := p.Report.Roadmap
	f := KeyFigure{Name: p.T("web.roadmap.deadline"), Value: p.Date(r.End)}
	f.Notes = append(f.Notes, deadlineNote(p.Printer, r))
	f.Notes = append(f.Notes, p.T("web.figure.started", r.Start))
	if r.Manager != "" {
		f.Notes = append(f.Notes, p.T("web.figure.manager", r.Manager))
	}
	return f
}

func (p DashboardPage) decisionFigure() KeyFigure {
	n := p.Report.Totals.NeedDecision
	f := KeyFigure{Name: p.T("web.figure.decision"), Value: p.Int(int64(n)), Accent: n > 0}
	if n > 0 {
		f.URL = p.QuestionsURL()
		f.Notes = append(f.Notes, p.N("web.figure.decision.some", n))
	} else {
		f.Notes = append(f.Notes, p.T("web.figure.decision.none"))
	}
	return f
}

// DriftRow is one deviation of the whole roadmap.
type DriftRow struct {
	Name      string
	Averages  portfolio.Averages
	Badge     Badge
	Reference money.BasisPoints
}

// Drift lists the deviations that the reader may see.
func (p DashboardPage) Drift() []DriftRow {
	r := p.Report
	rows := []DriftRow{{p.T("web.drift.schedule"), r.Totals.Schedule, p.judge(r.Thresholds, r.Totals.Schedule.Mean), r.ReferenceSchedule}}
	if r.CostHidden {
		return rows
	}
	return append(rows, DriftRow{p.T("web.drift.cost"), r.Totals.Cost, p.judge(r.Thresholds, r.Totals.Cost.Mean), r.ReferenceCost})
}

// WeatherRow counts the projects of one side by colour.
type WeatherRow struct {
	Name, Kind string
	Total      int
	Parts      []WeatherPart
}

// WeatherPart is the part of one colour; From is where it starts when all are laid end to end.
type WeatherPart struct {
	Colour     string
	From, N    int
	URL, Label string
}

// Colours lists the badges that head the columns of Weather.
func (p DashboardPage) Colours() []Badge {
	out := make([]Badge, len(colours))
	for i, c := range colours {
		out[i] = p.Badge(c)
	}
	return out
}

// Weather lists the sides: the two that are computed beside the four that are declared. The
// computed counts lead to the projects behind them.
func (p DashboardPage) Weather() []WeatherRow {
	t := p.Report.Totals
	schedule := func(c string) ProjectQuery { return ProjectQuery{Schedule: c} }
	cost := func(c string) ProjectQuery { return ProjectQuery{Cost: c} }
	rows := []WeatherRow{
		p.weatherRow("web.side.schedule", "web.weather.computed", t.ComputedSchedule, schedule),
		p.weatherRow("web.side.schedule", "web.weather.declared", t.DeclaredSchedule, nil)}
	if !p.Report.CostHidden {
		rows = append(rows, p.weatherRow("web.side.cost", "web.weather.computed", t.ComputedCost, cost),
			p.weatherRow("web.side.cost", "web.weather.declared", t.DeclaredCost, nil))
	}
	return append(rows, p.weatherRow("web.side.scope", "web.weather.declared", t.DeclaredScope, nil),
		p.weatherRow("web.side.people", "web.weather.declared", t.DeclaredPeople, nil))
}

func (p DashboardPage) weatherRow(name, kind string, c portfolio.ColourCount, query func(colour string) ProjectQuery) WeatherRow {
	row := WeatherRow{Name: p.T(name), Kind: p.T(kind)}
	for i, n := range []int{c.Green, c.Amber, c.Red, c.Grey} {
		part := WeatherPart{Colour: colours[i], From: row.Total, N: n}
		if query != nil {
			part.URL = ProjectsURL(p.Report.Roadmap.ID, query(colours[i]), p.Day)
			part.Label = p.N("web.weather.link", n, row.Name, p.T("colour."+colours[i]))
		}
		row.Parts = append(row.Parts, part)
		row.Total += n
	}
	return row
}

// Question is what a project asks of its committee.
type Question struct{ URL, Code, Name, Text, On string }

// Questions lists the first projects that need a decision.
func (p DashboardPage) Questions() []Question {
	var out []Question
	for i := range p.Report.Projects {
		l := &p.Report.Projects[i]
		if l.Declared.Question == "" {
			continue
		}
		if len(out) == maxQuestions {
			break
		}
		out = append(out, Question{ProjectURL(l.ID, p.Day), l.Code, l.Name, l.Declared.Question, p.T("web.question.on", l.Declared.On)})
	}
	return out
}

// MoreQuestions says that there are more, "" when there are not.
func (p DashboardPage) MoreQuestions() string {
	if p.Report.Totals.NeedDecision <= maxQuestions {
		return ""
	}
	return p.N("web.dashboard.questions.all", p.Report.Totals.NeedDecision)
}

// QuestionsURL lists every project that needs a decision.
func (p DashboardPage) QuestionsURL() string {
	return ProjectsURL(p.Report.Roadmap.ID, ProjectQuery{Question: true}, p.Day)
}

// ThemeRow is one theme.
type ThemeRow struct {
	portfolio.ThemeLine
	URL                      string
	Weight, Cost             string
	ScheduleBadge, CostBadge Badge
}

// Themes lists the themes in the roadmap's order.
func (p DashboardPage) Themes() []ThemeRow {
	rows := make([]ThemeRow, len(p.Report.Themes))
	for i, t := range p.Report.Themes {
		if t.ID == 0 {
			t.Name = p.T("web.theme.none")
		}
		rows[i] = ThemeRow{ThemeLine: t, Weight: p.Weight(t.Weight), Cost: p.MoneyShort(ThemeCost(p.Report, t), p.Report.Currency),
			URL:           ProjectsURL(p.Report.Roadmap.ID, ProjectQuery{Theme: strconv.FormatInt(t.ID, 10)}, p.Day),
			ScheduleBadge: p.judge(p.Report.Thresholds, t.ScheduleBP), CostBadge: p.judge(p.Report.Thresholds, t.CostBP)}
	}
	return rows
}

// SizeRow is one size of project.
type SizeRow struct {
	portfolio.SizeBand
	Name string
}

// Sizes lists the sizes, smallest first.
func (p DashboardPage) Sizes() []SizeRow {
	rows := make([]SizeRow, len(p.Report.Totals.BySize))
	for i, b := range p.Report.Totals.BySize {
		name := ""
		switch {
		case b.To == nil:
			name = p.T("web.size.from", p.band(b.From))
		case b.From == 0:
			name = p.T("web.size.to", p.band(*b.To))
		default:
			name = p.T("web.size.between", p.band(b.From), p.band(*b.To))
		}
		rows[i] = SizeRow{b, name}
	}
	return rows
}

// band writes the end of a size band. Ends are whole millions, so decimals would only be noise.
func (p DashboardPage) band(a money.Amount) string {
	million := p.Report.Currency.Unit() * 1_000_000
	if a%million != 0 {
		return p.MoneyShort(a, p.Report.Currency)
	}
	return p.withCurrency(p.Int(int64(a/million)), "M", false, p.Report.Currency)
}

// CountRow is a number of projects with the list of them.
type CountRow struct {
	Name, URL string
	N         int
}

// Phases counts the projects by phase.
func (p DashboardPage) Phases() []CountRow {
	var rows []CountRow
	for _, c := range p.Report.Totals.Phases {
		if c.N == 0 {
			continue
		}
		phase := string(c.Phase)
		if phase == "" {
			phase = PhaseUnknown
		}
		rows = append(rows, CountRow{p.PhaseName(c.Phase), ProjectsURL(p.Report.Roadmap.ID, ProjectQuery{Phase: phase}, p.Day), c.N})
	}
	return rows
}

// Quality counts what is missing.
func (p DashboardPage) Quality() []CountRow {
	q := p.Report.Totals.Quality
	row := func(gap string, n int) CountRow {
		return CountRow{p.T("web.gap." + gap), ProjectsURL(p.Report.Roadmap.ID, ProjectQuery{Gap: gap}, p.Day), n}
	}
	rows := []CountRow{row(GapDates, q.NoDates), row(GapStatus, q.NoStatus), row(GapStale, q.StaleStatus),
		row(GapTheme, q.NoTheme), {Name: p.T("web.gap.estimate"), N: q.OldEstimate}}
	if p.Report.CostHidden {
		return rows
	}
	return append([]CountRow{row(GapCost, q.NoCost)}, rows...)
}

// Sitting is the next sitting of a committee.
type Sitting struct{ URL, Name, Level, Next, Freeze string }

// Sittings lists the next sitting of each committee.
func (p DashboardPage) Sittings() []Sitting {
	var out []Sitting
	for _, c := range p.Committees {
		s := Sitting{URL: CommitteeURL(c.Code), Name: c.Name, Level: p.T("level." + string(c.Level)), Next: Dash, Freeze: p.Date(c.NextFreeze)}
		if len(c.NextSittings) > 0 {
			s.Next = p.sittingDay(c.NextSittings[0].On)
		}
		out = append(out, s)
	}
	return out
}

// deadlineNote says how far off the end of a roadmap is.
func deadlineNote(p Printer, r portfolio.RoadmapHead) string {
	switch {
	case r.DaysLeft == nil:
		return p.T("web.figure.deadline.none")
	case *r.DaysLeft < 0:
		return p.N("web.figure.deadline.past", -*r.DaysLeft)
	}
	return p.N("web.figure.deadline.left", *r.DaysLeft)
}
