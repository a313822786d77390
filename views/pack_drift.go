package views

import (
	"cmp"
	"slices"

	"jalon/internal/money"
	"jalon/portfolio"
)

// WorstFirst orders projects by a deviation, the largest first and the undefined last; ties keep
// the report's order.
func WorstFirst(lines []portfolio.ProjectLine, of func(*portfolio.ProjectLine) *money.BasisPoints) []*portfolio.ProjectLine {
	out := make([]*portfolio.ProjectLine, len(lines))
	for i := range lines {
		out[i] = &lines[i]
	}
	slices.SortStableFunc(out, func(a, b *portfolio.ProjectLine) int {
		x, y := of(a), of(b)
		switch {
		case x != nil && y != nil:
			return cmp.Compare(*y, *x)
		case x != nil:
			return -1
		case y != nil:
			return 1
		}
		return 0
	})
	return out
}

// Delays lists the schedule deviations, the worst first.
func (p PackPage) Delays() Table {
	var rows [][]Cell
	for _, l := range WorstFirst(p.Report.Projects, func(l *portfolio.ProjectLine) *money.BasisPoints { return l.Schedule.BP }) {
		rows = append(rows, []Cell{p.line(l), {Text: p.Weight(l.Weight)}, {Text: p.Span(l.FirstStart, l.FirstEnd)}, {Text: p.Span(l.Start, l.End)},
			{Text: p.Slip(l)}, p.colour(l.Schedule.Colour, p.Percent(l.Schedule.BP)), {Text: p.Percent(l.Schedule.SinceLastBP)}})
	}
	t := newTable(p.T("pdf.schedule_table"), []Heading{p.column("pdf.col.project", ""), p.column("pdf.col.weight", numeric), p.column("pdf.col.first_dates", numeric),
		p.column("pdf.col.current_dates", numeric), p.column("pdf.col.slip", numeric), p.column("pdf.col.deviation_short", numeric), p.column("pdf.col.since_last", numeric)}, rows)
	t.Class = "dense"
	return t
}

// Overruns lists the cost deviations, the worst first.
func (p PackPage) Overruns() Table {
	var rows [][]Cell
	for _, l := range WorstFirst(p.Report.Projects, func(l *portfolio.ProjectLine) *money.BasisPoints { return l.CostDeviation.BP }) {
		rows = append(rows, []Cell{p.line(l), {Text: p.Weight(l.Weight)}, {Text: p.money(l.FirstCost)}, {Text: p.money(l.Cost)}, {Text: p.More(l, p.Report.Currency)},
			p.colour(l.CostDeviation.Colour, p.Percent(l.CostDeviation.BP)), {Text: p.Percent(l.CostDeviation.SinceLastBP)}})
	}
	t := newTable(p.T("pdf.cost_table"), []Heading{p.column("pdf.col.project", ""), p.column("pdf.col.weight", numeric), p.column("pdf.col.first_cost", numeric),
		p.column("pdf.col.current_cost", numeric), p.column("pdf.col.more", numeric), p.column("pdf.col.deviation_short", numeric), p.column("pdf.col.since_last", numeric)}, rows)
	t.Class = "dense"
	return t
}

// MilestonesNote says which milestones stand on the sheets alone.
func (p PackPage) MilestonesNote() string {
	return p.T("pdf.milestones_note", MilestonesSince(p.Snapshot))
}

// AllMilestones lists the milestones of all projects by state.
func (p PackPage) AllMilestones() Table {
	t := newTable(p.T("pdf.milestones"), []Heading{p.column("pdf.col.milestone", ""), p.column("pdf.col.project", ""), p.column("pdf.col.promised", numeric),
		p.column("pdf.col.when", numeric), p.column("pdf.col.slip_short", numeric)}, nil)
	t.Groups = nil
	for _, g := range p.MilestoneGroups(p.Snapshot) {
		group := Group{Title: g.Title}
		for _, m := range g.Lines {
			group.Rows = append(group.Rows, []Cell{{Text: m.Name}, p.line(m.Project), {Text: p.Date(m.BaselineOn)}, {Text: p.Date(MilestoneDay(m.MilestoneLine))}, {Text: p.SignedDays(m.SlipDays)}})
		}
		t.Groups = append(t.Groups, group)
	}
	return t
}
