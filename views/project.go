package views

import (
	"slices"

	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// ProjectPage is one project on a day. Line carries its sheet.
type ProjectPage struct {
	Base
	Report *portfolio.Report
	Line   *portfolio.ProjectLine
	Day    Day
}

func (ProjectPage) template() string { return "project" }

// Facts lists what the project is, leaving out what nobody told.
func (p ProjectPage) Facts() []Fact {
	l := p.Line
	facts := []Fact{{p.T("web.theme.theme"), l.Theme}, {p.T("web.project.phase"), p.PhaseName(l.Phase)}}
	if l.Theme == "" {
		facts[0].Text = p.T("web.theme.none")
	}
	if l.Weight > 0 {
		facts = append(facts, Fact{p.T("web.project.weight"), p.T("web.project.weight.of", l.Weight)})
	}
	for _, f := range []Fact{{"web.project.sponsor", l.Sponsor}, {"web.project.manager", l.Manager}, {"web.project.department", l.Department}} {
		if f.Text != "" {
			facts = append(facts, Fact{p.T(f.Name), f.Text})
		}
	}
	if l.Interministerial {
		facts = append(facts, Fact{p.T("web.project.sharing"), p.T("web.project.shared")})
	}
	return facts
}

// Measure is one deviation of the project with what it is made from.
type Measure struct {
	Name, Value string
	Badge       Badge
	Now, First  string // "13,8 M€", "du 01/01/2026 au 31/12/2028"
	Formula     string // "(1 381 − 1 096) / 1 096 jours"; "" when undefined
	SinceLast   string // against the last baseline, "" when that is the first
	Age         string
	Slip        string
	Undefined   string // why there is no deviation, "" when there is one
}

// Costs tells whether the reader sees the project's costs.
func (p ProjectPage) Costs() bool { return !p.Line.CostHidden }

// Measures lists the deviations that the reader may see.
func (p ProjectPage) Measures() []Measure {
	if !p.Costs() {
		return []Measure{p.schedule()}
	}
	return []Measure{p.schedule(), p.cost()}
}

func (p ProjectPage) schedule() Measure {
	l := p.Line
	m := p.measure("web.drift.schedule", l.Schedule)
	m.Now, m.First = p.dates(l.Start, l.End), p.dates(l.FirstStart, l.FirstEnd)
	if l.Schedule.BP == nil {
		m.Undefined = p.T("web.measure.undefined.schedule")
		return m
	}
	first, now := civil.Duration(l.FirstStart, l.FirstEnd), civil.Duration(l.Start, l.End)
	m.Formula = p.T("web.measure.formula.days", now, first)
	if l.SlipDays != 0 {
		m.Slip = p.T("web.measure.slip", p.Slip(l))
	} else {
		m.Slip = p.T("web.measure.slip.none")
	}
	return m
}

func (p ProjectPage) cost() Measure {
	l, c := p.Line, p.Report.Currency
	m := p.measure("web.drift.cost", l.CostDeviation)
	m.Now, m.First = p.Money(l.Cost, c), p.Money(l.FirstCost, c)
	if l.CostDeviation.BP == nil {
		m.Undefined = p.T("web.measure.undefined.cost")
		return m
	}
	m.Formula = p.T("web.measure.formula", m.Now, m.First)
	if d := difference(l.Cost, l.FirstCost); d != nil && *d != 0 {
		sign := ""
		if *d > 0 {
			sign = "+"
		}
		m.Slip = p.T("web.measure.difference", sign+p.Money(d, c))
	}
	return m
}

func (p ProjectPage) measure(name string, d portfolio.Deviation) Measure {
	m := Measure{Name: p.T(name), Value: p.Percent(d.BP), Badge: p.Badge(d.Colour)}
	if d.SinceLastBP != nil && p.Line.Baselines > 1 {
		m.SinceLast = p.T("web.measure.since_last", d.SinceLastBP)
	}
	if !d.AsOf.IsZero() {
		m.Age = p.N("web.measure.age", d.AgeDays, d.AsOf)
		if !d.ReEstimated {
			m.Age += " " + p.T("web.measure.only")
		}
	}
	return m
}

// dates writes "du 01/01/2026 au 31/12/2028", with a dash for what is not known.
func (p Printer) dates(start, end civil.Date) string {
	if start.IsZero() && end.IsZero() {
		return Dash
	}
	return p.T("web.measure.dates", start, end)
}

// StatusSide is one side of the project, declared beside computed.
type StatusSide struct {
	Name, Comment string
	Declared      Badge
	Weather       string
	Computed      Badge // none when its colour is "": this side is only declared
}

// Sides lists the four sides of the latest status report.
func (p ProjectPage) Sides() []StatusSide {
	d, l := p.Line.Declared, p.Line
	sides := []StatusSide{
		{Name: p.T("web.side.schedule"), Declared: p.Badge(d.Schedule), Computed: p.Badge(l.Schedule.Colour)},
		{Name: p.T("web.side.cost"), Declared: p.Badge(d.Cost), Computed: p.Badge(l.CostDeviation.Colour)},
		{Name: p.T("web.side.scope"), Declared: p.Badge(d.Scope)},
		{Name: p.T("web.side.people"), Declared: p.Badge(d.People)},
	}
	if s := l.Sheet.Status; s != nil {
		for i, side := range []portfolio.Side{s.Schedule, s.Cost, s.Scope, s.People} {
			sides[i].Comment = side.Comment
			sides[i].Weather = p.weather(side.Weather)
		}
	}
	if !p.Costs() {
		sides = slices.Delete(sides, 1, 2)
	}
	return sides
}

func (p Printer) weather(w portfolio.Weather) string {
	if !w.Valid() || w == portfolio.WeatherUnmeasured {
		return p.T("weather.unknown")
	}
	return p.T("weather." + string(w))
}

// Milestone is a milestone written out.
type Milestone struct{ Name, Baseline, Due, Reached, Slip, State, StateCode string }

// Milestones lists the milestones.
func (p ProjectPage) Milestones() []Milestone {
	out := make([]Milestone, len(p.Line.Sheet.Milestones))
	for i, m := range p.Line.Sheet.Milestones {
		out[i] = Milestone{m.Name, p.Base.Date(m.BaselineOn), p.Base.Date(m.DueOn), p.Base.Date(m.ReachedOn), p.SignedDays(m.SlipDays), p.T("web.milestone." + m.State), m.State}
	}
	return out
}

// Reference is a baseline or an estimate written out.
type Reference struct{ Name, On, Cost, Start, End, Duration, Phase, Note string }

// Baselines lists the baselines; number 0 is what the first estimates said.
func (p ProjectPage) Baselines() []Reference {
	out := make([]Reference, len(p.Line.Sheet.Baselines))
	for i, b := range p.Line.Sheet.Baselines {
		r := p.reference(b.On, b.Cost, b.Start, b.End)
		r.Name, r.Note = p.T("web.baseline.number", b.Number), b.Reason
		switch {
		case b.Number == 0:
			r.Name = p.T("web.baseline.from_estimates")
		case b.Number == 1:
			r.Name = p.T("web.baseline.first")
		}
		if b.Decision != "" {
			r.Note = p.T("web.baseline.decision", b.Decision, b.Reason)
		}
		out[i] = r
	}
	return out
}

// Estimates lists the dated estimates, newest first.
func (p ProjectPage) Estimates() []Reference {
	all := p.Line.Sheet.Estimates
	out := make([]Reference, len(all))
	for i := range all {
		e := all[len(all)-1-i]
		r := p.reference(e.AsOf, e.Cost, e.Start, e.End)
		r.Note, r.Phase = e.Note, Dash
		if e.Phase != "" {
			r.Phase = p.PhaseName(e.Phase)
		}
		out[i] = r
	}
	return out
}

func (p ProjectPage) reference(on civil.Date, cost *money.Amount, start, end civil.Date) Reference {
	r := Reference{On: p.Base.Date(on), Cost: p.Money(cost, p.Report.Currency), Start: p.Base.Date(start), End: p.Base.Date(end), Duration: Dash}
	if !start.IsZero() && !end.IsZero() {
		r.Duration = p.Int(int64(civil.Duration(start, end)))
	}
	return r
}

// YearRow is the cost of one fiscal year.
type YearRow struct{ Year, Investment, Operations, Sum string }

// Years lists the current cost by fiscal year, with the sum last.
func (p ProjectPage) Years() []YearRow {
	years := p.Line.Sheet.Years
	if len(years) == 0 {
		return nil
	}
	c := p.Report.Currency
	var investment, operations, both []money.Amount
	var rows []YearRow
	sum := func(amounts []money.Amount) string {
		if s, ok := money.Sum(amounts...); ok {
			return p.Money(s, c)
		}
		return Dash
	}
	for _, y := range years {
		investment, operations = append(investment, y.Investment), append(operations, y.Operations)
		both = append(both, y.Investment, y.Operations)
		rows = append(rows, YearRow{y.FiscalYear, p.Money(y.Investment, c), p.Money(y.Operations, c), sum(both[len(both)-2:])})
	}
	return append(rows, YearRow{p.T("web.years.sum"), sum(investment), sum(operations), sum(both)})
}

// DependencyRow is the other end of a dependency.
type DependencyRow struct {
	URL, Code, Name, Note string
	Late                  string // "" when the other project ends in time
}

// DependsOn lists what the project needs.
func (p ProjectPage) DependsOn() []DependencyRow { return p.dependencies(p.Line.Sheet.DependsOn) }

// NeededBy lists what needs the project.
func (p ProjectPage) NeededBy() []DependencyRow { return p.dependencies(p.Line.Sheet.NeededBy) }

func (p ProjectPage) dependencies(lines []portfolio.DependencyLine) []DependencyRow {
	out := make([]DependencyRow, len(lines))
	for i, d := range lines {
		out[i] = DependencyRow{URL: ProjectURL(d.ID, p.Day), Code: d.Code, Name: d.Name, Note: d.Note}
		if d.Late {
			out[i].Late = p.T("web.dependency.late")
		}
	}
	return out
}

// LateDependency tells whether a dependency ends too late.
func (p ProjectPage) LateDependency() bool {
	for _, side := range [][]portfolio.DependencyLine{p.Line.Sheet.DependsOn, p.Line.Sheet.NeededBy} {
		for _, d := range side {
			if d.Late {
				return true
			}
		}
	}
	return false
}
