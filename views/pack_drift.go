package views

import (
	"cmp"
	"slices"

	"jalon/internal/civil"
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
		rows = append(rows, []Cell{p.line(l), {Text: p.weight(l.Weight)}, {Text: p.span(l.FirstStart, l.FirstEnd)}, {Text: p.span(l.Start, l.End)},
			{Text: p.slip(l)}, p.colour(l.Schedule.Colour, p.Percent(l.Schedule.BP)), {Text: p.Percent(l.Schedule.SinceLastBP)}})
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
		more := Dash
		if d := difference(l.Cost, l.FirstCost); d != nil {
			more = p.money(d)
			if *d > 0 {
				more = "+" + more
			}
		}
		rows = append(rows, []Cell{p.line(l), {Text: p.weight(l.Weight)}, {Text: p.money(l.FirstCost)}, {Text: p.money(l.Cost)}, {Text: more},
			p.colour(l.CostDeviation.Colour, p.Percent(l.CostDeviation.BP)), {Text: p.Percent(l.CostDeviation.SinceLastBP)}})
	}
	t := newTable(p.T("pdf.cost_table"), []Heading{p.column("pdf.col.project", ""), p.column("pdf.col.weight", numeric), p.column("pdf.col.first_cost", numeric),
		p.column("pdf.col.current_cost", numeric), p.column("pdf.col.more", numeric), p.column("pdf.col.deviation_short", numeric), p.column("pdf.col.since_last", numeric)}, rows)
	t.Class = "dense"
	return t
}

// milestonesSince is the day from which reached milestones are listed.
func (p PackPage) milestonesSince() civil.Date {
	if s := p.Snapshot.Since; s != nil {
		return s.From
	}
	return p.Report.AsOf.AddMonths(-6)
}

// MilestonesNote says which milestones stand on the sheets alone.
func (p PackPage) MilestonesNote() string { return p.T("pdf.milestones_note", p.milestonesSince()) }

// AllMilestones lists the milestones of all projects by state: late ones, those to come, those
// reached since the last pack; the others stand on the sheets.
func (p PackPage) AllMilestones() Table {
	type dated struct {
		line *portfolio.ProjectLine
		portfolio.MilestoneLine
	}
	var all []dated
	for i := range p.Report.Projects {
		for _, m := range sheetOf(&p.Report.Projects[i]).Milestones {
			all = append(all, dated{&p.Report.Projects[i], m})
		}
	}
	slices.SortStableFunc(all, func(a, b dated) int { return MilestoneDay(a.MilestoneLine).Compare(MilestoneDay(b.MilestoneLine)) })
	since := p.milestonesSince()
	t := newTable(p.T("pdf.milestones"), []Heading{p.column("pdf.col.milestone", ""), p.column("pdf.col.project", ""), p.column("pdf.col.promised", numeric),
		p.column("pdf.col.when", numeric), p.column("pdf.col.slip_short", numeric)}, nil)
	t.Groups = nil
	for _, g := range []struct{ state, title string }{
		{"late", p.T("pdf.milestones_late")}, {"due", p.T("pdf.milestones_due")}, {"reached", p.T("pdf.milestones_reached", since)},
	} {
		group := Group{Title: g.title}
		for _, d := range all {
			if MilestoneState(d.MilestoneLine) == g.state && (d.ReachedOn.IsZero() || !d.ReachedOn.Before(since)) {
				group.Rows = append(group.Rows, []Cell{{Text: d.Name}, p.line(d.line), {Text: p.Date(d.BaselineOn)}, {Text: p.Date(MilestoneDay(d.MilestoneLine))}, {Text: p.SignedDays(d.SlipDays)}})
			}
		}
		if len(group.Rows) > 0 {
			t.Groups = append(t.Groups, group)
		}
	}
	return t
}

// MilestoneDay is the day a milestone was reached, or is due.
func MilestoneDay(m portfolio.MilestoneLine) civil.Date {
	if !m.ReachedOn.IsZero() {
		return m.ReachedOn
	}
	return m.DueOn
}

// MilestoneState is the milestone's state; an unknown one counts as due.
func MilestoneState(m portfolio.MilestoneLine) string {
	switch m.State {
	case "late", "reached":
		return m.State
	}
	return "due"
}
