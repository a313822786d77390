package pdf

import (
	"cmp"
	"slices"

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
		rows[i] = row{cells: []cell{{text: name}, number(x.Int(int64(t.Projects))), number(x.Int(t.Weight)), number(p.money(t.SumCost)),
			number(x.Percent(t.ScheduleBP)), number(x.Percent(t.CostBP))}}
	}
	p.table([]column{{x.T("pdf.col.theme"), 0, left}, {x.T("pdf.col.projects"), 48, right}, {x.T("pdf.col.weight"), 44, right},
		{x.T("pdf.col.cost"), 62, right}, {x.T("pdf.col.schedule_aggregate"), 74, right}, {x.T("pdf.col.cost_aggregate"), 74, right}}, rows)
}

// worstFirst orders projects by a deviation, the largest first and the undefined last; ties keep
// the report's order.
func worstFirst(lines []portfolio.ProjectLine, of func(*portfolio.ProjectLine) *money.BasisPoints) []*portfolio.ProjectLine {
	out := make([]*portfolio.ProjectLine, len(lines))
	for i := range lines {
		out[i] = &lines[i]
	}
	slices.SortStableFunc(out, func(a, b *portfolio.ProjectLine) int {
		x, y := of(a), of(b)
		switch {
		case x == nil && y == nil:
			return 0
		case x == nil:
			return 1
		case y == nil:
			return -1
		}
		return cmp.Compare(*y, *x)
	})
	return out
}

func (p *pack) scheduleTable() {
	x := p.x
	p.heading(x.T("pdf.schedule_table"), 60)
	if len(p.r.Projects) == 0 {
		p.nothing(x.T("pdf.no_project"))
		return
	}
	var rows []row
	for _, l := range worstFirst(p.r.Projects, func(l *portfolio.ProjectLine) *money.BasisPoints { return l.Schedule.BP }) {
		slip := views.Dash
		if !l.FirstEnd.IsZero() && !l.End.IsZero() {
			slip = x.SignedDays(l.SlipDays)
		}
		rows = append(rows, row{cells: []cell{p.project(l.Code, l.Name), number(p.weightOf(l)),
			number(p.dates(l.FirstStart, l.FirstEnd)), number(p.dates(l.Start, l.End)), number(slip),
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
	for _, l := range worstFirst(p.r.Projects, func(l *portfolio.ProjectLine) *money.BasisPoints { return l.CostDeviation.BP }) {
		more := views.Dash
		if l.FirstCost != nil && l.Cost != nil {
			if d, ok := l.Cost.Add(-*l.FirstCost); ok {
				more = p.money(d)
				if d > 0 {
					more = "+" + more
				}
			}
		}
		rows = append(rows, row{cells: []cell{p.project(l.Code, l.Name), number(p.weightOf(l)), number(p.money(l.FirstCost)),
			number(p.money(l.Cost)), number(more), p.colour(l.CostDeviation.Colour, x.Percent(l.CostDeviation.BP)),
			number(x.Percent(l.CostDeviation.SinceLastBP))}})
	}
	p.table([]column{{x.T("pdf.col.project"), 0, left}, {x.T("pdf.col.weight"), 34, right}, {x.T("pdf.col.first_cost"), 64, right},
		{x.T("pdf.col.current_cost"), 64, right}, {x.T("pdf.col.more"), 64, right}, {x.T("pdf.col.deviation_short"), 58, right},
		{x.T("pdf.col.since_last"), 54, right}}, rows)
}

// dated is a milestone with its project.
type dated struct {
	project *portfolio.ProjectLine
	line    portfolio.MilestoneLine
}

// milestones lists the milestones by state: late ones first, then those to come, then those reached
// since the last pack; the others stand on the sheets.
func (p *pack) milestones() {
	x := p.x
	var all []dated
	for i := range p.r.Projects {
		l := &p.r.Projects[i]
		if l.Sheet != nil {
			for _, m := range l.Sheet.Milestones {
				all = append(all, dated{l, m})
			}
		}
	}
	if len(all) == 0 {
		p.nothing(x.T("pdf.no_milestone"))
		return
	}
	since := p.r.AsOf.AddMonths(-6)
	if p.s.Since != nil {
		since = p.s.Since.From
	}
	p.note(x.T("pdf.milestones_note", since))
	p.y += 4
	slices.SortStableFunc(all, func(a, b dated) int { return whenOf(a.line).Compare(whenOf(b.line)) })
	var rows []row
	for _, g := range []struct{ state, title string }{
		{"late", x.T("pdf.milestones_late")}, {"due", x.T("pdf.milestones_due")}, {"reached", x.T("pdf.milestones_reached", since)},
	} {
		from := len(rows)
		for _, d := range all {
			if stateOf(d.line) != g.state || g.state == "reached" && !d.line.ReachedOn.IsZero() && d.line.ReachedOn.Before(since) {
				continue
			}
			if len(rows) == from {
				rows = append(rows, row{band: g.title})
			}
			rows = append(rows, row{cells: []cell{{text: d.line.Name}, p.project(d.project.Code, d.project.Name),
				number(x.Date(d.line.BaselineOn)), number(x.Date(whenOf(d.line))), number(x.SignedDays(d.line.SlipDays))}})
		}
	}
	if len(rows) == 0 {
		p.nothing(x.T("pdf.no_recent_milestone"))
		return
	}
	p.table([]column{{x.T("pdf.col.milestone"), 0, left}, {x.T("pdf.col.project"), 196, left}, {x.T("pdf.col.promised"), 60, right},
		{x.T("pdf.col.when"), 60, right}, {x.T("pdf.col.slip_short"), 50, right}}, rows)
}
