package views

import (
	"strings"

	"jalon/governance"
)

// SinceIntro says what the pack is held against; this and the next say so for a committee's first.
func (p PackPage) SinceIntro() string {
	s := p.Snapshot.Since
	if s == nil {
		return p.T("pdf.first_pack")
	}
	return p.T("pdf.since_intro", p.Period(s.Period), s.Edition, s.From, s.To)
}

// Decomposition splits the move of each average into what left, what really changed and what came.
func (p PackPage) Decomposition() Table {
	s := p.Snapshot.Since
	row := func(label string, m *governance.DriftMove) []Cell {
		if m == nil {
			return cells(p.T(label), Dash, Dash, Dash, Dash, Dash, Dash)
		}
		c := cells(p.T(label), p.Hundredths(m.Before), p.Hundredths(m.Exits), p.Hundredths(m.Real), p.Hundredths(m.Entries), p.Hundredths(m.Change), p.Hundredths(m.After))
		c[3].Strong, c[5].Strong = true, true
		return c
	}
	return newTable(p.T("pdf.decomposition"), []Heading{p.column("pdf.col.deviation", ""), {p.T("pdf.col.before", s.From), numeric}, p.column("pdf.col.exits", numeric),
		p.column("pdf.col.real", numeric), p.column("pdf.col.entries", numeric), p.column("pdf.col.change", numeric), {p.T("pdf.col.after", s.To), numeric}},
		[][]Cell{row("pdf.schedule_mean", s.Schedule.Mean), row("pdf.schedule_aggregate", s.Schedule.Aggregate),
			row("pdf.cost_mean", s.Cost.Mean), row("pdf.cost_aggregate", s.Cost.Aggregate)})
}

// Changes lists what changed, a table for each sort of change that there was.
func (p PackPage) Changes() []Table {
	var tables []Table
	for _, t := range p.changes() {
		if !t.Empty() {
			t.Caption = p.T("pdf.counted", t.Caption, len(t.Groups[0].Rows))
			tables = append(tables, t)
		}
	}
	return tables
}

// Unchanged names the sorts of change that there were none of, "" when there were all.
func (p PackPage) Unchanged() string {
	var none []string
	for _, t := range p.changes() {
		if t.Empty() {
			none = append(none, t.Caption)
		}
	}
	if len(none) == 0 {
		return ""
	}
	return p.T("pdf.unchanged", strings.Join(none, p.T("list.semicolon")))
}

func (p PackPage) changes() []Table {
	s := p.Snapshot.Since
	return []Table{p.entries("pdf.entered", s.Entered), p.entries("pdf.left", s.Left), p.moved(), p.recoloured(), p.slipped(), p.costlier(), p.reached(), p.decided()}
}

func (p PackPage) entries(title string, entries []governance.EntryLine) Table {
	var rows [][]Cell
	for _, e := range entries {
		rows = append(rows, []Cell{p.project(e.Project), {Text: p.money(e.Cost)}, {Text: OrDash(e.Reason)}})
	}
	return newTable(p.T(title), []Heading{p.column("pdf.col.project", ""), p.column("pdf.col.cost", numeric), p.column("pdf.col.reason", written)}, rows)
}

func (p PackPage) moved() Table {
	var rows [][]Cell
	for _, m := range p.Snapshot.Since.Moved {
		rows = append(rows, []Cell{p.project(m.Project), {Text: p.PhaseName(m.From)}, {Text: p.PhaseName(m.To), Strong: true}})
	}
	return newTable(p.T("pdf.moved"), []Heading{p.column("pdf.col.project", ""), p.column("pdf.col.phase_before", ""), p.column("pdf.col.phase_after", "")}, rows)
}

func (p PackPage) recoloured() Table {
	var rows [][]Cell
	for _, m := range p.Snapshot.Since.Recoloured {
		axis := "pdf.schedule"
		if m.Axis == "cost" {
			axis = "pdf.cost_axis"
		}
		from, to := p.Badge(m.From), p.Badge(m.To)
		rows = append(rows, []Cell{p.project(m.Project), {Text: p.T(axis)}, {Text: from.Word, Badge: from}, {Text: to.Word, Badge: to, Strong: true}})
	}
	return newTable(p.T("pdf.recoloured"), []Heading{p.column("pdf.col.project", ""), p.column("pdf.col.deviation", ""), p.column("web.pack.before", ""), p.column("pdf.col.now", "")}, rows)
}

func (p PackPage) slipped() Table {
	var rows [][]Cell
	for _, m := range p.Snapshot.Since.Slipped {
		rows = append(rows, []Cell{p.project(m.Project), {Text: p.Date(m.From)}, {Text: p.Date(m.To)}, {Text: p.SignedDays(m.Days), Strong: true}})
	}
	return newTable(p.T("pdf.slipped"), []Heading{p.column("pdf.col.project", ""), p.column("pdf.col.end_before", numeric), p.column("pdf.col.end_after", numeric), p.column("pdf.col.slip", numeric)}, rows)
}

func (p PackPage) costlier() Table {
	var rows [][]Cell
	for _, m := range p.Snapshot.Since.Costlier {
		rows = append(rows, []Cell{p.project(m.Project), {Text: p.money(m.From)}, {Text: p.money(m.To)}, {Text: p.Percent(m.BP), Strong: true}})
	}
	return newTable(p.T("pdf.costlier"), []Heading{p.column("pdf.col.project", ""), p.column("pdf.col.cost_before", numeric), p.column("pdf.col.cost_after", numeric), p.column("pdf.col.change_short", numeric)}, rows)
}

func (p PackPage) reached() Table {
	var rows [][]Cell
	for _, m := range p.Snapshot.Since.Reached {
		rows = append(rows, []Cell{{Text: m.Name}, p.project(m.Project), {Text: p.Date(m.On)}, {Text: p.SignedDays(m.SlipDays)}})
	}
	return newTable(p.T("pdf.reached"), []Heading{p.column("pdf.col.milestone", ""), p.column("pdf.col.project", ""), p.column("pdf.col.reached_on", numeric), p.column("pdf.col.slip_short", numeric)}, rows)
}

// decided lists the decisions in short.
func (p PackPage) decided() Table {
	var rows [][]Cell
	for _, d := range p.Snapshot.Decisions {
		rows = append(rows, []Cell{{Text: d.Reference}, {Text: p.Date(d.On)}, {Text: d.Title}, {Text: d.Outcome}})
	}
	return newTable(p.T("pdf.decisions_taken"), []Heading{p.column("pdf.col.reference_short", ""), p.column("pdf.col.on", numeric), p.column("pdf.col.decision", written), p.column("pdf.col.outcome", written)}, rows)
}
