package views

import (
	"cmp"
	"html/template"
	"slices"
	"weak"

	"jalon/internal/civil"
	"jalon/internal/keep"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/portfolio/drift"
	"jalon/views/chart"
)

// Sizes of the charts in user units; they scale with the page.
const (
	chartWidth = 1220
	chartEm    = 14
)

// drawing holds what a dashboard draws: the same for every reader of one language, and dear enough
// to be drawn once.
type drawing struct {
	timeline, bubble, trend    template.HTML
	timelineTable, bubbleTable template.HTML
}

// reportKey names what is rendered of one report, which never changes, in one language.
type reportKey struct {
	report weak.Pointer[portfolio.Report] // never keeps a report alive
	lang   string
	past   bool // links carry the day
}

// drawings keeps a few roadmaps in each language, some tens of kilobytes each.
var drawings = keep.New[reportKey, *drawing](16)

// drawing gives the charts of the page.
func (p DashboardPage) drawing() *drawing {
	return drawings.Get(reportKey{weak.Make(p.Report), p.Lang, p.Day.Past()}, p.draw)
}

func (p DashboardPage) draw() *drawing {
	shown := *p.Report
	shown.Projects = heaviest(p.Report.Projects, maxDrawn)
	return p.Printer.draw(&shown, chart.TimelineOptions{Href: func(l *portfolio.ProjectLine) string { return ProjectURL(l.ID, p.Day) }})
}

// draw draws the charts of a report with their tables; o.Href says where the projects lead.
func (p Printer) draw(r *portfolio.Report, o chart.TimelineOptions) *drawing {
	d := &drawing{}
	timeline := chart.NewTimeline(r, p, o)
	d.timeline = chart.SVG("timeline-chart", chartWidth, timeline.Height(chartEm), chartEm, timeline.Title, timeline.Desc, timeline.Draw)
	d.timelineTable = fragment("dashboard", "timeline-table", chartTable[TimelineRow]{p, p.timelineRows(r.Projects, o.Href)})
	if !r.CostHidden { // the chart sets one deviation against the other
		bubble := chart.NewBubbles(r, p, o.Href)
		d.bubble = chart.SVG("bubble-chart", chartWidth, bubble.Height(chartWidth, chartEm), chartEm, bubble.Title, bubble.Desc, bubble.Draw)
		d.bubbleTable = fragment("dashboard", "bubble-table", chartTable[BubbleRow]{p, p.bubbleRows(r.Projects, o.Href)})
	}
	if len(r.Trend) > 0 {
		trend := chart.NewTrend(r, p)
		d.trend = chart.SVG("trend-chart", chartWidth, trend.Height(chartWidth, chartEm), chartEm, trend.Title, trend.Desc, trend.Draw)
	}
	return d
}

// heaviest gives at most n projects, those of the greatest weight and then cost, in their own order.
func heaviest(all []portfolio.ProjectLine, n int) []portfolio.ProjectLine {
	if len(all) <= n {
		return all
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	cost := func(l *portfolio.ProjectLine) int64 {
		if l.Cost == nil {
			return -1
		}
		return int64(*l.Cost)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &all[a], &all[b]
		return cmp.Or(cmp.Compare(y.Weight, x.Weight), cmp.Compare(cost(y), cost(x)))
	})
	kept := order[:n]
	slices.Sort(kept)
	out := make([]portfolio.ProjectLine, n)
	for i, at := range kept {
		out[i] = all[at]
	}
	return out
}

// TimelineChart, BubbleChart and TrendChart are the charts, each with its table on the page.
func (p DashboardPage) TimelineChart() template.HTML { return p.drawing().timeline }

// BubbleChart places the projects by both deviations and weight.
func (p DashboardPage) BubbleChart() template.HTML { return p.drawing().bubble }

// TrendChart shows the deviations over the past months; "" when nothing was measured.
func (p DashboardPage) TrendChart() template.HTML { return p.drawing().trend }

// TimelineTable and BubbleTable are the tables beside the charts.
func (p DashboardPage) TimelineTable() template.HTML { return p.drawing().timelineTable }

// BubbleTable is the table beside the bubble chart.
func (p DashboardPage) BubbleTable() template.HTML { return p.drawing().bubbleTable }

// chartTable is what the table beside a chart shows.
type chartTable[R any] struct {
	Printer
	Rows []R
}

// TimelineNote says that the charts leave projects out, "" when they do not.
func (p DashboardPage) TimelineNote() string {
	if len(p.Report.Projects) <= maxDrawn {
		return ""
	}
	if p.Report.CostHidden { // all weights are unknown then
		return p.T("web.timeline.limit.first", maxDrawn, len(p.Report.Projects))
	}
	return p.T("web.timeline.limit", maxDrawn, len(p.Report.Projects))
}

// TimelineRow is a project of the timeline as a row of its table.
type TimelineRow struct{ URL, Code, Name, Theme, FirstStart, FirstEnd, Start, End, Slip string }

func (p Printer) timelineRows(lines []portfolio.ProjectLine, href func(*portfolio.ProjectLine) string) []TimelineRow {
	var rows []TimelineRow
	for i := range lines {
		l := &lines[i]
		r := TimelineRow{href(l), l.Code, l.Name, l.Theme, p.Date(l.FirstStart), p.Date(l.FirstEnd), p.Date(l.Start), p.Date(l.End), p.Slip(l)}
		if l.Theme == "" {
			r.Theme = p.T("web.theme.none")
		}
		rows = append(rows, r)
	}
	return rows
}

// BubbleRow is a project of the bubble chart as a row of its table.
type BubbleRow struct {
	URL, Code, Name, Weight, Schedule, Cost string
	ScheduleBadge, CostBadge                Badge
}

// bubbleRows lists the projects of the bubble chart, and those that it cannot place.
func (p Printer) bubbleRows(lines []portfolio.ProjectLine, href func(*portfolio.ProjectLine) string) []BubbleRow {
	var rows []BubbleRow
	for i := range lines {
		l := &lines[i]
		rows = append(rows, BubbleRow{href(l), l.Code, l.Name, p.Weight(l.Weight), p.Percent(l.Schedule.BP), p.Percent(l.CostDeviation.BP),
			p.Badge(l.Schedule.Colour), p.Badge(l.CostDeviation.Colour)})
	}
	return rows
}

// EstimateChart shows how the deviations of a project moved from one estimate to the next; "" when
// there is nothing to compare.
func (p ProjectPage) EstimateChart() template.HTML {
	points := p.deviations()
	if len(points) < 2 {
		return ""
	}
	one := portfolio.Report{ReferenceSchedule: p.Report.ReferenceSchedule, ReferenceCost: p.Report.ReferenceCost, Trend: points, CostHidden: p.Line.CostHidden}
	one.Roadmap.Name = p.Line.Name
	trend := chart.NewTrend(&one, p.Printer)
	trend.Title, trend.YLabel = p.T("web.estimates.chart", p.Line.Name), p.T("web.estimates.chart.y")
	return chart.SVG("estimates-chart", chartWidth, trend.Height(chartWidth, chartEm), chartEm, trend.Title, trend.Desc, trend.Draw)
}

// deviations measures each estimate against the first figures. An estimate without a figure leaves
// the last one standing, as the engine does.
func (p ProjectPage) deviations() []portfolio.TrendPoint {
	l := p.Line
	var points []portfolio.TrendPoint
	var cost *money.Amount
	var start, end civil.Date
	for _, e := range l.Sheet.Estimates {
		if e.Cost != nil {
			cost = e.Cost
		}
		if !e.Start.IsZero() {
			start = e.Start
		}
		if !e.End.IsZero() {
			end = e.End
		}
		t := portfolio.TrendPoint{On: e.AsOf}
		if cost != nil && l.FirstCost != nil {
			t.CostMean = ratio(int64(*cost-*l.FirstCost), int64(*l.FirstCost))
		}
		if !start.IsZero() && !end.IsZero() && !l.FirstStart.IsZero() && !l.FirstEnd.IsZero() {
			first := civil.Duration(l.FirstStart, l.FirstEnd)
			t.ScheduleMean = ratio(int64(civil.Duration(start, end)-first), int64(first))
		}
		points = append(points, t)
	}
	return points
}

// ratio is num/den in basis points, nil when den is not positive.
func ratio(num, den int64) *money.BasisPoints {
	if den <= 0 {
		return nil
	}
	bp, ok := drift.Rate{Defined: true, Num: num, Den: den}.BP()
	if !ok {
		return nil
	}
	return &bp
}
