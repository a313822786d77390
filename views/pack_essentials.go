package views

import (
	"html/template"

	"jalon/portfolio"
)

// maxPackQuestions is how many questions stand among the essentials; all stand further on.
const maxPackQuestions = 5

// board shows the figures of the snapshot as a dashboard does.
func (p PackPage) board() DashboardPage { return DashboardPage{Base: p.Base, Report: p.Report} }

// Figures lists the key figures.
func (p PackPage) Figures() []KeyFigure {
	b, r := p.board(), p.Report
	money, projects, decision := b.moneyFigure(), b.projectsFigure(), b.decisionFigure()
	if share := p.OfVoted(r); share != "" {
		money.Notes = append(money.Notes, share)
	}
	projects.URL = "#sheets"
	if decision.URL != "" {
		decision.URL = "#questions"
	}
	return []KeyFigure{b.driftFigure("web.drift.schedule", r.Totals.Schedule, r.ReferenceSchedule), b.driftFigure("web.drift.cost", r.Totals.Cost, r.ReferenceCost),
		b.deadlineFigure(), money, projects, decision}
}

// Drift lists both deviations.
func (p PackPage) Drift() []DriftRow { return p.board().Drift() }

// Colours lists the badges that head the columns of Weather.
func (p PackPage) Colours() []Badge { return p.board().Colours() }

// Weather lists the sides, leading nowhere: the lists behind them show today.
func (p PackPage) Weather() []WeatherRow {
	rows := p.board().Weather()
	for _, r := range rows {
		for i := range r.Parts {
			r.Parts[i].URL = ""
		}
	}
	return rows
}

// Sizes lists the sizes of projects.
func (p PackPage) Sizes() []SizeRow { return p.board().Sizes() }

// Questions lists the first questions.
func (p PackPage) Questions() []Question {
	var out []Question
	for _, q := range p.Snapshot.Questions[:min(len(p.Snapshot.Questions), maxPackQuestions)] {
		out = append(out, Question{p.anchors[q.Project.Code], q.Project.Code, q.Project.Name, q.Text, p.T("web.question.on", q.On)})
	}
	return out
}

// MoreQuestions says how many more there are, "" for none.
func (p PackPage) MoreQuestions() string {
	if n := len(p.Snapshot.Questions) - maxPackQuestions; n > 0 {
		return p.N("pdf.more_questions", n)
	}
	return ""
}

// Themes sums up each theme.
func (p PackPage) Themes() Table {
	var rows [][]Cell
	for _, t := range p.board().Themes() {
		rows = append(rows, []Cell{{Text: t.Name}, {Text: p.Int(int64(t.Projects))}, {Text: t.Weight}, {Text: t.Cost},
			{Text: p.Percent(t.ScheduleBP), Badge: t.ScheduleBadge}, {Text: p.Percent(t.CostBP), Badge: t.CostBadge}})
	}
	return newTable(p.T("pdf.by_theme"), []Heading{p.column("pdf.col.theme", ""), p.column("pdf.col.projects", numeric), p.column("pdf.col.weight", numeric),
		p.column("pdf.col.cost", numeric), p.column("pdf.col.schedule_aggregate", numeric), p.column("pdf.col.cost_aggregate", numeric)}, rows)
}

// TrendChart shows the deviations over the past months; "" when nothing was measured.
func (p PackPage) TrendChart() template.HTML { return p.drawing.trend }

// TimelineChart shows every project against time, with milestones.
func (p PackPage) TimelineChart() template.HTML { return p.drawing.timeline }

// TimelineTable is the table beside it.
func (p PackPage) TimelineTable() template.HTML { return p.drawing.timelineTable }

// BubbleChart places the projects by both deviations and weight.
func (p PackPage) BubbleChart() template.HTML { return p.drawing.bubble }

// BubbleTable is the table beside it.
func (p PackPage) BubbleTable() template.HTML { return p.drawing.bubbleTable }

// QuestionTable lists all questions in full.
func (p PackPage) QuestionTable() Table {
	var rows [][]Cell
	for _, q := range p.Snapshot.Questions {
		rows = append(rows, []Cell{p.project(q.Project), {Text: q.Text}, {Text: p.Date(q.On)}})
	}
	return newTable(p.T("pdf.questions"), []Heading{p.column("pdf.col.project", ""), p.column("pdf.col.question", written), p.column("pdf.col.asked_on", numeric)}, rows)
}

// DecisionsTitle heads the decisions.
func (p PackPage) DecisionsTitle() string {
	if p.Snapshot.Since == nil {
		return p.T("pdf.decisions_so_far")
	}
	return p.T("pdf.decisions_since")
}

// Decisions lists the decisions that were taken.
func (p PackPage) Decisions() []DecisionEntry {
	entries := DecisionsPage{Base: p.Base, Decisions: p.Snapshot.Decisions}.Entries()
	for i := range entries {
		entries[i].URL = p.anchors[entries[i].Project]
	}
	return entries
}

// sheetOf gives a project's sheet, an empty one where the snapshot has none.
func sheetOf(l *portfolio.ProjectLine) *portfolio.ProjectSheet {
	if l.Sheet == nil {
		return &portfolio.ProjectSheet{}
	}
	return l.Sheet
}
