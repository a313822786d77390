package views

import (
	"html/template"
	"net/url"
	"strconv"

	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views/chart"
)

// NetworkURL is the page of a network.
func NetworkURL(id int64) string { return "/networks/" + idText(id) }

// NetworkPage shows the averages of the roadmaps that organisations released to their network.
type NetworkPage struct {
	Base
	ID         int64
	Report     *portfolio.NetworkReport
	Day        Day
	Since      string // as typed
	SinceError string
}

func (NetworkPage) template() string { return "network" }

// Compares tells that the figures are held against an earlier day.
func (p NetworkPage) Compares() bool { return !p.Report.Since.IsZero() }

// SinceType is the type of the field of the earlier day: a text that is no date needs a field that can hold it.
func (p NetworkPage) SinceType() string {
	if p.SinceError != "" {
		return "text"
	}
	return "date"
}

// FileURL is the same report as a file.
func (p NetworkPage) FileURL() string {
	q := p.Day.query()
	if p.Compares() {
		q.Set("since", p.Report.Since.String())
	}
	return withQuery(NetworkURL(p.ID)+".csv", q)
}

// TodayURL leads back to the figures of today.
func (p NetworkPage) TodayURL() string {
	q := url.Values{}
	if p.Compares() {
		q.Set("since", p.Report.Since.String())
	}
	return withQuery(NetworkURL(p.ID), q)
}

// Figures lists the essentials of all released roadmaps together.
func (p NetworkPage) Figures() []KeyFigure {
	all := p.Report.All
	out := []KeyFigure{
		{Name: p.T("web.roadmap.projects"), Value: p.Int(int64(all.Projects)), Notes: []string{p.N("network.roadmaps", len(p.Report.Roadmaps))}},
		p.meanFigure("web.drift.schedule", all.Schedule),
	}
	if !p.Report.CostHidden {
		out = append(out, p.meanFigure("web.drift.cost", all.Cost))
		for _, c := range p.Report.Currencies {
			out = append(out, KeyFigure{Name: p.T("network.cost", string(c.Currency)), Value: p.MoneyShort(c.SumCost, c.Currency), Notes: []string{p.T("web.figure.with_cost", c.WithCost, c.Projects)}})
		}
	}
	if p.Compares() {
		out = append(out, KeyFigure{Name: p.T("network.moves"), Value: "+" + p.Int(int64(all.Entries)) + " / " + p.minus() + p.Int(int64(all.Exits)), Notes: []string{p.T("network.since", p.Report.Since)}})
	}
	return out
}

func (p NetworkPage) meanFigure(name string, a portfolio.Averages) KeyFigure {
	f := KeyFigure{Name: p.T(name), Value: p.Percent(a.Mean), Notes: []string{p.T("web.figure.drift.n", a.N, p.Report.All.Projects)}}
	if a.Mean == nil {
		f.Notes = append(f.Notes, p.T("network.few"))
	} else if a.Aggregate != nil {
		f.Notes = append(f.Notes, p.T("network.aggregate", a.Aggregate))
	}
	return f
}

// roadmapName names a roadmap with its organisation.
func roadmapName(r portfolio.NetworkRoadmap) string { return r.Organisation.Name + " · " + r.Name }

// Roadmaps is the table of the released roadmaps, the last row over all.
func (p NetworkPage) Roadmaps() template.HTML {
	columns := []Heading{{p.T("network.roadmap"), ""}, {p.T("network.status"), ""}, {p.T("web.roadmap.period"), ""}, {p.T("web.roadmap.projects"), numeric},
		{p.T("network.schedule.n"), numeric}, {p.T("network.schedule.mean"), numeric}, {p.T("network.schedule.aggregate"), numeric}}
	if !p.Report.CostHidden {
		columns = append(columns, Heading{p.T("network.cost.n"), numeric}, Heading{p.T("network.cost.mean"), numeric}, Heading{p.T("network.cost.aggregate"), numeric})
	}
	if p.Compares() {
		columns = append(columns, Heading{p.T("network.entries"), numeric}, Heading{p.T("network.exits"), numeric})
	}
	var rows [][]Cell
	for _, r := range p.Report.Roadmaps {
		rows = append(rows, p.row(r.Figures, r.Organisation.Name+" · "+r.Code+" "+r.Name, p.T("roadmap.status."+string(r.Status)), p.term(r.Start, r.End)))
	}
	rows = append(rows, p.row(p.Report.All, p.T("network.all"), "", ""))
	t := newTable(p.T("network.caption"), columns, rows)
	t.Class = "sums"
	return t.Scroll()
}

func (p NetworkPage) row(f portfolio.NetworkFigures, first ...string) []Cell {
	row := cells(append(first, p.Int(int64(f.Projects)), p.Int(int64(f.Schedule.N)), p.Percent(f.Schedule.Mean), p.Percent(f.Schedule.Aggregate))...)
	if !p.Report.CostHidden {
		row = append(row, cells(p.Int(int64(f.Cost.N)), p.Percent(f.Cost.Mean), p.Percent(f.Cost.Aggregate))...)
	}
	if p.Compares() {
		row = append(row, cells(p.Int(int64(f.Entries)), p.Int(int64(f.Exits)))...)
	}
	return row
}

// maxBars is how many roadmaps a chart compares; the table holds all.
const maxBars = 40

// NetworkChart is a chart with its title.
type NetworkChart struct {
	Title string
	SVG   template.HTML
}

// Charts compare the mean deviations of the roadmaps.
func (p NetworkPage) Charts() []NetworkChart {
	out := []NetworkChart{p.chart("network-schedule", "network.chart.schedule", func(f portfolio.NetworkFigures) portfolio.Averages { return f.Schedule })}
	if !p.Report.CostHidden {
		out = append(out, p.chart("network-cost", "network.chart.cost", func(f portfolio.NetworkFigures) portfolio.Averages { return f.Cost }))
	}
	return out
}

func (p NetworkPage) chart(id, key string, side func(portfolio.NetworkFigures) portfolio.Averages) NetworkChart {
	b := chart.Bars{Title: p.T(key), Empty: p.T("network.none")}
	add := func(name string, a portfolio.Averages, ink chart.Ink) {
		row := chart.Bar{Label: name, Text: p.T("network.chart.value", a.Mean, a.N), Colour: ink}
		if a.Mean != nil {
			row.Defined, row.Value = true, int64(*a.Mean)
		}
		b.Rows = append(b.Rows, row)
	}
	for _, r := range p.Report.Roadmaps[:min(len(p.Report.Roadmaps), maxBars)] {
		add(roadmapName(r), side(r.Figures), chart.Accent)
	}
	b.Desc = p.N("network.chart.desc", len(b.Rows))
	add(p.T("network.all"), side(p.Report.All), chart.Second)
	return NetworkChart{b.Title, chart.SVG(id, chartWidth, b.Height(chartEm), chartEm, b.Title, b.Desc, b.Draw)}
}

// ChartNote says that the charts leave roadmaps out; "" when they do not.
func (p NetworkPage) ChartNote() string {
	if len(p.Report.Roadmaps) <= maxBars {
		return ""
	}
	return p.T("network.chart.limit", maxBars, len(p.Report.Roadmaps))
}

// NetworkMove is one mean and what moved it.
type NetworkMove struct{ Name, Change, Exits, Real, Entries string }

// Moves explains how the means over all moved since the earlier day.
func (p NetworkPage) Moves() []NetworkMove {
	var out []NetworkMove
	add := func(key string, m *portfolio.Move) {
		if m != nil {
			out = append(out, NetworkMove{p.T(key), p.Points(m.Change), p.Points(m.Exits), p.Points(m.Real), p.Points(m.Entries)})
		}
	}
	add("web.drift.schedule", p.Report.All.ScheduleMove)
	add("web.drift.cost", p.Report.All.CostMove)
	return out
}

// NetworkSizes is the drift by size of the projects of one currency.
type NetworkSizes struct {
	Currency string
	Rows     []SizeRow
}

// Sizes lists the sizes, currency by currency.
func (p NetworkPage) Sizes() []NetworkSizes {
	var out []NetworkSizes
	for _, c := range p.Report.Currencies {
		s := NetworkSizes{Currency: string(c.Currency)}
		for _, b := range c.BySize {
			s.Rows = append(s.Rows, SizeRow{b, chart.SizeLabel(b, c.Currency, p.Printer)})
		}
		if len(s.Rows) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// Cells writes the report as rows of a file, the first one its headings.
func (p NetworkPage) Cells() [][]string {
	head := []string{p.T("network.organisation_code"), p.T("network.organisation"), p.T("network.roadmap_code"), p.T("network.roadmap"), p.T("network.status"), p.T("network.start"), p.T("network.end"),
		p.T("web.roadmap.projects"), p.T("network.schedule.n"), p.T("network.schedule.mean"), p.T("network.schedule.aggregate")}
	if !p.Report.CostHidden {
		head = append(head, p.T("network.cost.n"), p.T("network.cost.mean"), p.T("network.cost.aggregate"))
	}
	if p.Compares() {
		head = append(head, p.T("network.entries"), p.T("network.exits"))
	}
	rows := [][]string{head}
	for _, r := range p.Report.Roadmaps {
		rows = append(rows, p.fileRow(r.Figures, r.Organisation.Code, r.Organisation.Name, r.Code, r.Name, string(r.Status), DateValue(r.Start), DateValue(r.End)))
	}
	return append(rows, p.fileRow(p.Report.All, "", p.T("network.all"), "", "", "", "", ""))
}

func (p NetworkPage) fileRow(f portfolio.NetworkFigures, first ...string) []string {
	row := append(first, strconv.Itoa(f.Projects), strconv.Itoa(f.Schedule.N), percentText(f.Schedule.Mean), percentText(f.Schedule.Aggregate))
	if !p.Report.CostHidden {
		row = append(row, strconv.Itoa(f.Cost.N), percentText(f.Cost.Mean), percentText(f.Cost.Aggregate))
	}
	if p.Compares() {
		row = append(row, strconv.Itoa(f.Entries), strconv.Itoa(f.Exits))
	}
	return row
}

// percentText writes basis points as a percentage with a decimal point, as programs read it; nothing for none.
func percentText(bp *money.BasisPoints) string {
	if bp == nil {
		return ""
	}
	n, sign := int64(*bp), ""
	if n < 0 {
		sign = "-"
	}
	n = abs(n)
	cents := strconv.FormatInt(n%100, 10)
	if len(cents) == 1 {
		cents = "0" + cents
	}
	return sign + strconv.FormatInt(n/100, 10) + "." + cents
}
