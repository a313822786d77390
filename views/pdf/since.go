package pdf

import (
	"cmp"
	"slices"
	"strings"

	"jalon/governance"
	"jalon/portfolio"
	"jalon/views"
	"jalon/views/chart"
)

// sinceNeeds is a page where there is something to tell.
func (p *pack) sinceNeeds() float64 {
	if p.s.Since == nil {
		return 2 * bodyText.lead() // the one line that says so
	}
	return wholePage
}

// sinceRows is how many lines this section repeats at most of what other sections list in full.
const sinceRows = 8

// since tells what changed since the committee's last pack.
func (p *pack) since() {
	s, x := p.s.Since, p.x
	if s == nil {
		p.nothing(x.T("pdf.first_pack"))
		return
	}
	p.paragraph(x.T("pdf.since_intro", x.Period(s.Period), s.Edition, s.From, s.To), bodyText)
	p.decomposition(s)
	if b, ok := x.PackBudget(p.s); ok {
		p.shown(b.Moves(), 0, 100, 100, 100)
	}
	var none []string
	part := func(title string, n int, draw func()) {
		if n == 0 {
			none = append(none, lowerFirst(title)) // in the middle of a sentence
			return
		}
		p.heading(x.T("pdf.counted", title, n), 50)
		draw()
	}
	part(x.T("pdf.entered"), len(s.Entered), func() { p.entryTable(s.Entered) })
	part(x.T("pdf.left"), len(s.Left), func() { p.entryTable(s.Left) })
	part(x.T("pdf.moved"), len(s.Moved), func() { p.phaseTable(s.Moved) })
	part(x.T("pdf.recoloured"), len(s.Recoloured), func() { p.colourTable(s.Recoloured) })
	if len(s.Slipped) > 0 && len(s.Costlier) > 0 {
		p.heading(x.T("pdf.slipped_costlier", len(s.Slipped), len(s.Costlier)), 50)
		p.moveTable(s.Slipped, s.Costlier)
	} else {
		part(x.T("pdf.slipped"), len(s.Slipped), func() { p.slipTable(s.Slipped) })
		part(x.T("pdf.costlier"), len(s.Costlier), func() { p.costTable(s.Costlier) })
	}
	part(x.T("pdf.reached"), len(s.Reached), func() {
		if len(s.Reached) > sinceRows {
			p.paragraph(x.T("pdf.reached_listed"), bodyText)
			return
		}
		p.reachedTable(s.Reached)
	})
	part(x.T("pdf.decisions_taken"), len(p.s.Decisions), func() {
		if len(p.s.Decisions) > sinceRows {
			p.paragraph(x.T("pdf.decisions_listed"), bodyText)
			return
		}
		p.decisionTable()
	})
	if len(none) > 0 {
		p.gap(8)
		p.nothing(x.T("pdf.unchanged", strings.Join(none, x.T("list.semicolon"))))
	}
}

// decomposition splits the move of each average into what left, what really changed and what came.
func (p *pack) decomposition(s *governance.SincePack) {
	x := p.x
	p.heading(x.T("pdf.decomposition"), 80)
	line := func(label string, m *governance.DriftMove) row {
		r := row{cells: []cell{{text: label}}}
		if m == nil {
			for range 6 {
				r.cells = append(r.cells, number(views.Dash))
			}
			return r
		}
		r.cells = append(r.cells, number(x.Hundredths(m.Before)), number(x.Hundredths(m.Exits)), cell{text: x.Hundredths(m.Real), bold: true},
			number(x.Hundredths(m.Entries)), cell{text: x.Hundredths(m.Change), bold: true}, number(x.Hundredths(m.After)))
		return r
	}
	p.table([]column{
		{x.T("pdf.col.deviation"), 0, left}, {x.T("pdf.col.before", s.From), 62, right}, {x.T("pdf.col.exits"), 54, right},
		{x.T("pdf.col.real"), 62, right}, {x.T("pdf.col.entries"), 54, right}, {x.T("pdf.col.change"), 60, right},
		{x.T("pdf.col.after", s.To), 62, right},
	}, []row{
		line(x.T("pdf.schedule_mean"), s.Schedule.Mean), line(x.T("pdf.schedule_aggregate"), s.Schedule.Aggregate),
		line(x.T("pdf.cost_mean"), s.Cost.Mean), line(x.T("pdf.cost_aggregate"), s.Cost.Aggregate),
	})
	p.note(x.T("pdf.decomposition_note"))
}

func (p *pack) entryTable(entries []governance.EntryLine) {
	x := p.x
	rows := make([]row, len(entries))
	for i, e := range entries {
		rows[i] = row{cells: []cell{p.project(e.Project.Code, e.Project.Name), number(p.money(e.Cost)), {text: views.OrDash(e.Reason)}}}
	}
	p.table([]column{{x.T("pdf.col.project"), 0, left}, {x.T("pdf.col.cost"), 62, right}, {x.T("pdf.col.reason"), 190, left}}, rows)
}

// phaseTable groups the projects by the step they took: a yearly pack has dozens of them.
func (p *pack) phaseTable(moves []governance.PhaseMove) {
	x := p.x
	type step struct{ from, to portfolio.Phase }
	var steps []step
	names := map[step][]string{}
	for _, m := range moves {
		s := step{m.From, m.To}
		if names[s] == nil {
			steps = append(steps, s)
		}
		names[s] = append(names[s], views.ProjectTitle(m.Project.Code, m.Project.Name))
	}
	rank := func(phase portfolio.Phase) int { return slices.Index(portfolio.Phases, phase) }
	slices.SortStableFunc(steps, func(a, b step) int {
		return cmp.Or(cmp.Compare(rank(a.from), rank(b.from)), cmp.Compare(rank(a.to), rank(b.to)))
	})
	rows := make([]row, len(steps))
	for i, s := range steps {
		rows[i] = row{cells: []cell{{text: x.PhaseName(s.from)}, {text: x.PhaseName(s.to)}, number(x.Int(int64(len(names[s])))),
			{text: strings.Join(names[s], x.T("list.semicolon"))}}}
	}
	p.table([]column{{x.T("pdf.col.phase_before"), 92, left}, {x.T("pdf.col.phase_after"), 92, left}, {x.T("pdf.col.n"), 24, right}, {x.T("pdf.col.projects"), 0, left}}, rows)
}

// colourTable shows both axes of a project on one row.
func (p *pack) colourTable(moves []governance.ColourMove) {
	x := p.x
	var rows []row
	at := map[portfolio.Head]int{}
	for _, m := range moves {
		i, ok := at[m.Project]
		if !ok {
			i = len(rows)
			at[m.Project] = i
			rows = append(rows, row{cells: []cell{p.project(m.Project.Code, m.Project.Name), {}, {}, {}, {}}})
		}
		first := 1
		if m.Axis == "cost" {
			first = 3
		}
		rows[i].cells[first] = p.colour(m.From, chart.ColourName(x, m.From))
		rows[i].cells[first+1] = p.colour(m.To, chart.ColourName(x, m.To))
	}
	p.table([]column{{x.T("pdf.col.project"), 0, left}, {x.T("pdf.col.schedule_before"), 68, left}, {x.T("pdf.col.now"), 68, left},
		{x.T("pdf.col.cost_axis_before"), 68, left}, {x.T("pdf.col.now"), 68, left}}, rows)
}

// moveTable shows the end date and the cost of a project on one row: what slips mostly costs more too.
func (p *pack) moveTable(slips []governance.SlipMove, costs []governance.CostMove) {
	x := p.x
	var rows []row
	at := map[portfolio.Head]int{}
	line := func(head portfolio.Head) []cell {
		i, ok := at[head]
		if !ok {
			i = len(rows)
			at[head] = i
			rows = append(rows, row{cells: append([]cell{p.project(head.Code, head.Name)}, make([]cell, 6)...)})
		}
		return rows[i].cells
	}
	for _, m := range slips {
		copy(line(m.Project)[1:], []cell{number(x.Date(m.From)), number(x.Date(m.To)), {text: x.SignedDays(m.Days), bold: true}})
	}
	for _, m := range costs {
		copy(line(m.Project)[4:], []cell{number(p.money(m.From)), number(p.money(m.To)), {text: x.Percent(m.BP), bold: true}})
	}
	p.table([]column{{x.T("pdf.col.project"), 0, left}, {x.T("pdf.col.end_before"), 56, right}, {x.T("pdf.col.end_after"), 56, right},
		{x.T("pdf.col.slip"), 54, right}, {x.T("pdf.col.cost_before"), 54, right}, {x.T("pdf.col.cost_after"), 54, right},
		{x.T("pdf.col.change_short"), 50, right}}, rows)
}

func (p *pack) slipTable(moves []governance.SlipMove) {
	x := p.x
	rows := make([]row, len(moves))
	for i, m := range moves {
		rows[i] = row{cells: []cell{p.project(m.Project.Code, m.Project.Name), number(x.Date(m.From)), number(x.Date(m.To)), {text: x.SignedDays(m.Days), bold: true}}}
	}
	p.table([]column{{x.T("pdf.col.project"), 0, left}, {x.T("pdf.col.end_before"), 72, right},
		{x.T("pdf.col.end_after"), 72, right}, {x.T("pdf.col.slip"), 62, right}}, rows)
}

func (p *pack) costTable(moves []governance.CostMove) {
	x := p.x
	rows := make([]row, len(moves))
	for i, m := range moves {
		rows[i] = row{cells: []cell{p.project(m.Project.Code, m.Project.Name), number(p.money(m.From)), number(p.money(m.To)), {text: x.Percent(m.BP), bold: true}}}
	}
	p.table([]column{{x.T("pdf.col.project"), 0, left}, {x.T("pdf.col.cost_before"), 72, right},
		{x.T("pdf.col.cost_after"), 72, right}, {x.T("pdf.col.change_short"), 62, right}}, rows)
}

func (p *pack) reachedTable(moves []governance.MilestoneMove) {
	x := p.x
	rows := make([]row, len(moves))
	for i, m := range moves {
		rows[i] = row{cells: []cell{{text: m.Name}, p.project(m.Project.Code, m.Project.Name), number(x.Date(m.On)), number(x.SignedDays(m.SlipDays))}}
	}
	p.table([]column{{x.T("pdf.col.milestone"), 0, left}, {x.T("pdf.col.project"), 210, left},
		{x.T("pdf.col.reached_on"), 62, right}, {x.T("pdf.col.slip_short"), 52, right}}, rows)
}
