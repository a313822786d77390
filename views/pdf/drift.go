package pdf

import (
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views"
	"jalon/views/chart"
)

// timelineEm is the base font size of the timeline.
const timelineEm = 7.6

// timeline shows every project against time, by theme, over as many pages as it takes.
func (p *pack) timeline(t chart.Timeline) {
	for i, part := range t.Pages(wholePage, timelineEm) {
		if i > 0 {
			p.newPage()
		}
		p.chart(part.Height(timelineEm), timelineEm, part.Draw)
	}
	p.gap(4)
}

// drift shows how far the projects are from their first baselines: by theme, then each, the worst
// first, then all on one chart.
func (p *pack) drift() {
	p.themes()
	const em = 7.6
	b := chart.NewBubbles(p.r, p.x, nil)
	h := b.Height(bodyWidth, em)
	p.heading(p.x.T("pdf.bubbles"), h+4)
	p.y += 4
	p.chart(h, em, b.Draw)
	p.scheduleTable()
	p.costDriftTable()
}

func (p *pack) themes() {
	x := p.x
	p.heading(x.T("pdf.by_theme"), 50)
	if len(p.r.Themes) == 0 {
		p.nothing(x.T("pdf.no_theme"))
		return
	}
	rows := make([]row, len(p.r.Themes))
	for i, t := range p.r.Themes {
		name := t.Name
		if name == "" {
			name = x.T("chart.no_theme")
		}
		rows[i] = row{cells: []cell{{text: name}, number(x.Int(int64(t.Projects))), number(x.Weight(t.Weight)), number(p.money(views.ThemeCost(p.r, t))),
			number(x.Percent(t.ScheduleBP)), number(x.Percent(t.CostBP))}}
	}
	p.table([]column{{x.T("pdf.col.theme"), 0, left}, {x.T("pdf.col.projects"), 48, right}, {x.T("pdf.col.weight"), 44, right},
		{x.T("pdf.col.cost"), 62, right}, {x.T("pdf.col.schedule_aggregate"), 74, right}, {x.T("pdf.col.cost_aggregate"), 74, right}}, rows)
}

func (p *pack) scheduleTable() {
	x := p.x
	p.heading(x.T("pdf.schedule_table"), 60)
	if len(p.r.Projects) == 0 {
		p.nothing(x.T("pdf.no_project"))
		return
	}
	var rows []row
	for _, l := range views.WorstFirst(p.r.Projects, func(l *portfolio.ProjectLine) *money.BasisPoints { return l.Schedule.BP }) {
		rows = append(rows, row{cells: []cell{p.project(l.Code, l.Name), number(x.Weight(l.Weight)),
			number(x.Span(l.FirstStart, l.FirstEnd)), number(x.Span(l.Start, l.End)), number(x.Slip(l)),
			p.colour(l.Schedule.Colour, x.Percent(l.Schedule.BP)), number(x.Percent(l.Schedule.SinceLastBP))}})
	}
	p.table([]column{{x.T("pdf.col.project"), 0, left}, {x.T("pdf.col.weight"), 32, right}, {x.T("pdf.col.first_dates"), 95, right},
		{x.T("pdf.col.current_dates"), 95, right}, {x.T("pdf.col.slip"), 53, right}, {x.T("pdf.col.deviation_short"), 56, right},
		{x.T("pdf.col.since_last"), 54, right}}, rows)
}

func (p *pack) costDriftTable() {
	x := p.x
	p.heading(x.T("pdf.cost_table"), 60)
	if len(p.r.Projects) == 0 {
		p.nothing(x.T("pdf.no_project"))
		return
	}
	var rows []row
	for _, l := range views.WorstFirst(p.r.Projects, func(l *portfolio.ProjectLine) *money.BasisPoints { return l.CostDeviation.BP }) {
		rows = append(rows, row{cells: []cell{p.project(l.Code, l.Name), number(x.Weight(l.Weight)), number(p.money(l.FirstCost)),
			number(p.money(l.Cost)), number(x.More(l, p.r.Currency)), p.colour(l.CostDeviation.Colour, x.Percent(l.CostDeviation.BP)),
			number(x.Percent(l.CostDeviation.SinceLastBP))}})
	}
	p.table([]column{{x.T("pdf.col.project"), 0, left}, {x.T("pdf.col.weight"), 34, right}, {x.T("pdf.col.first_cost"), 64, right},
		{x.T("pdf.col.current_cost"), 64, right}, {x.T("pdf.col.more"), 64, right}, {x.T("pdf.col.deviation_short"), 58, right},
		{x.T("pdf.col.since_last"), 54, right}}, rows)
}

// milestones lists the milestones by state: late ones first, then those to come, then those reached
// since the last pack; the others stand on the sheets.
func (p *pack) milestones() {
	x := p.x
	if !views.HasMilestones(p.r) {
		p.nothing(x.T("pdf.no_milestone"))
		return
	}
	p.note(x.T("pdf.milestones_note", views.MilestonesSince(p.s)))
	p.y += 4
	var rows []row
	for _, g := range x.MilestoneGroups(p.s) {
		rows = append(rows, row{band: g.Title})
		for _, m := range g.Lines {
			rows = append(rows, row{cells: []cell{{text: m.Name}, p.project(m.Project.Code, m.Project.Name),
				number(x.Date(m.BaselineOn)), number(x.Date(views.MilestoneDay(m.MilestoneLine))), number(x.SignedDays(m.SlipDays))}})
		}
	}
	if len(rows) == 0 {
		p.nothing(x.T("pdf.no_recent_milestone"))
		return
	}
	p.table([]column{{x.T("pdf.col.milestone"), 0, left}, {x.T("pdf.col.project"), 196, left}, {x.T("pdf.col.promised"), 60, right},
		{x.T("pdf.col.when"), 60, right}, {x.T("pdf.col.slip_short"), 50, right}}, rows)
}
