package pdf

import (
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views"
	"jalon/views/chart"
)

// essentials is the one page for who reads only one.
func (p *pack) essentials() {
	p.tiles()
	p.driftSummary()
	p.weather()
	p.needsDecision()
	p.sizes()
	t := chart.NewTrend(p.r, p.x)
	h := t.Height(bodyWidth, 7.5)
	if rest := p.room() - 36; h > rest && rest > 90 {
		h = rest // one page it stays
	}
	p.heading(p.x.T("pdf.trend"), h)
	p.y += 2
	p.chart(h, 7.5, t.Draw)
}

// tile is a key figure.
type tile struct{ label, value, detail string }

func (p *pack) tiles() {
	t, x := &p.r.Totals, p.x
	days := ""
	if d := p.r.Roadmap.DaysLeft; d != nil {
		if *d >= 0 {
			days = x.N("pdf.days_left", *d)
		} else {
			days = x.N("pdf.days_past", -*d)
		}
	}
	shared := ""
	if t.Interministerial > 0 {
		shared = x.N("pdf.shared", t.Interministerial)
	}
	tiles := []tile{
		{x.T("pdf.projects"), x.Int(int64(t.Projects)), shared},
		{x.T("pdf.weight"), x.Int(t.Weight), x.T("pdf.weight_detail")},
		{x.T("pdf.voted"), p.money(p.r.Roadmap.Voted), x.T("pdf.voted_detail")},
		{x.T("pdf.cost"), p.money(views.TotalCost(p.r)), x.OfVoted(p.r)},
		{x.T("pdf.deadline"), x.Date(p.r.Roadmap.End), days},
	}
	p.tileRow(tiles)
}

// tileRow sets tiles side by side.
func (p *pack) tileRow(tiles []tile) {
	const gap, height = 7.0, 50.0
	width := (bodyWidth - gap*float64(len(tiles)-1)) / float64(len(tiles))
	for i, t := range tiles {
		left := marginLeft + float64(i)*(width+gap)
		p.box(left, p.y, width, height, chart.Style{Fill: chart.Grey})
		p.box(left, p.y, width, 2, chart.Style{Fill: chart.Accent})
		p.text(left+6, p.y+13, p.fit(t.label, width-12, smallMuted), smallMuted)
		value := style{15, bold, chart.Text}
		if got := p.width(t.value, value); got > width-12 {
			value.size = max(value.size*(width-12)/got, 6)
		}
		p.text(left+6, p.y+30, p.fit(t.value, width-11, value), value)
		p.text(left+6, p.y+43, p.fit(t.detail, width-12, smallMuted), smallMuted)
	}
	p.y += height + 4
}

// driftSummary shows both deviations by every method, with the number of projects behind them.
func (p *pack) driftSummary() {
	t, x := &p.r.Totals, p.x
	p.heading(x.T("pdf.drift_summary"), 60)
	line := func(label string, a portfolio.Averages, reference money.BasisPoints) row {
		return row{cells: []cell{
			{text: label, bold: true}, number(x.Int(int64(a.N))), p.judged(a.Mean), number(x.Percent(a.Aggregate)),
			number(x.Percent(a.Median)), number(x.Percent(a.Weighted)), number(x.Percent(reference)),
			number(x.Int(int64(a.ReEstimated))), number(x.Int(int64(a.Undefined))),
		}}
	}
	p.table([]column{
		{x.T("pdf.col.deviation"), 0, left}, {x.T("pdf.col.n"), 30, right}, {x.T("pdf.col.mean"), 70, right},
		{x.T("pdf.col.aggregate"), 58, right}, {x.T("pdf.col.median"), 52, right}, {x.T("pdf.col.weighted"), 62, right},
		{x.T("pdf.col.reference"), 58, right}, {x.T("pdf.col.re_estimated"), 54, right}, {x.T("pdf.col.undefined"), 50, right},
	}, []row{
		line(x.T("pdf.schedule"), t.Schedule, p.r.ReferenceSchedule),
		line(x.T("pdf.cost_axis"), t.Cost, p.r.ReferenceCost),
	})
	p.note(x.T("pdf.drift_note", x.Share(p.r.Thresholds.Amber), x.Share(p.r.Thresholds.Red)))
}

// judged shows an average with its colour by the roadmap's thresholds.
func (p *pack) judged(bp *money.BasisPoints) cell {
	colour := "grey"
	if bp != nil {
		switch {
		case *bp <= p.r.Thresholds.Amber:
			colour = "green"
		case *bp <= p.r.Thresholds.Red:
			colour = "amber"
		default:
			colour = "red"
		}
	}
	return p.colour(colour, p.x.Percent(bp))
}

// weather shows the counts of colours, what managers declare beside what is computed.
func (p *pack) weather() {
	t, x := &p.r.Totals, p.x
	const em, pitch, labels = 8.0, 16.5, 62.0
	p.heading(x.T("pdf.weather"), pitch*5)
	half := (bodyWidth - labels - 14) / 2
	top := p.y + 10
	p.text(marginLeft+labels, top, x.T("pdf.declared"), smallMuted)
	p.text(marginLeft+labels+half+14, top, x.T("pdf.computed"), smallMuted)
	bars := []struct {
		label              string
		declared, computed *portfolio.ColourCount
	}{
		{x.T("pdf.schedule"), &t.DeclaredSchedule, &t.ComputedSchedule},
		{x.T("pdf.cost_axis"), &t.DeclaredCost, &t.ComputedCost},
		{x.T("pdf.scope"), &t.DeclaredScope, nil},
		{x.T("pdf.people"), &t.DeclaredPeople, nil},
	}
	p.y = top + 4
	for i, b := range bars {
		p.text(marginLeft, p.y+10, b.label, bodyText)
		bar := chart.NewColourBar(b.label, *b.declared, x)
		p.chartAt(marginLeft+labels, p.y, half, bar.Height(em), em, bar.Draw)
		if b.computed != nil {
			bar = chart.NewColourBar(b.label, *b.computed, x)
			p.chartAt(marginLeft+labels+half+14, p.y, half, bar.Height(em), em, bar.Draw)
		} else if i == 2 {
			p.weatherLegend(marginLeft+labels+half+14, p.y+10)
			p.text(marginLeft+labels+half+14, p.y+10+pitch, x.T("pdf.only_declared"), smallMuted)
		}
		p.y += pitch
	}
}

// weatherLegend spells the letters out.
func (p *pack) weatherLegend(left, y float64) {
	for _, colour := range []string{"green", "amber", "red", "grey"} {
		p.chip(left, y-chipSize+2, colour, chart.Letter(p.x, colour))
		name := chart.ColourName(p.x, colour)
		p.text(left+chipSize+3, y, name, smallMuted)
		left += chipSize + 3 + p.width(name, smallMuted) + 9
	}
}

// needsDecision lists what the committee is asked, and how many alerts of the budget and anomalies of its books call for an answer.
func (p *pack) needsDecision() {
	p.heading(p.x.T("pdf.needs_decision"), 14)
	p.asked()
	b, ok := p.x.PackBudget(p.s)
	if !ok {
		return
	}
	if n := b.AlertCount(); n > 0 {
		p.y += 2
		p.note(p.x.N("pdf.budget.see_alerts", n))
	}
	if n := b.AnomalyCount(); n > 0 {
		p.y += 2
		p.note(p.x.N("pdf.budget.see_anomalies", n))
	}
}

// asked lists the questions in two lines each; they stand in full further on.
func (p *pack) asked() {
	const most = 5
	x := p.x
	if len(p.s.Questions) == 0 {
		p.nothing(x.T("pdf.no_question"))
		return
	}
	p.y += 2
	for i, q := range p.s.Questions {
		if i == most && len(p.s.Questions) > most {
			p.y += 2
			p.note(x.N("pdf.more_questions", len(p.s.Questions)-most))
			return
		}
		top := p.y
		const names, gutter = bodyWidth * 0.27, 8.0
		name, text := p.lines(q.Project.Name, names, bodyBold), p.lines(oneLine(q.Text), bodyWidth-names-gutter, bodyText)
		for k := range min(max(len(name), len(text)), 2) {
			p.y += bodyText.lead()
			p.text(marginLeft, p.y-2, p.lineOf(name, k, names, bodyBold), bodyBold)
			p.text(marginLeft+names+gutter, p.y-2, p.lineOf(text, k, bodyWidth-names-gutter, bodyText), bodyText)
		}
		p.y += 2
		if link := p.codeLinks[q.Project.Code]; link > 0 && !p.dry {
			p.f.Link(marginLeft, top, bodyWidth, p.y-top, link)
		}
	}
}

// lineOf is the line k, 0 or 1, of a text that may have two; an ellipsis stands for those after them.
func (p *pack) lineOf(lines []string, k int, width float64, s style) string {
	switch {
	case k >= len(lines):
		return ""
	case k == 1 && len(lines) > 2:
		return p.fit(lines[1]+" …", width, s)
	}
	return lines[k]
}

// sizes shows the deviations by size of project.
func (p *pack) sizes() {
	x := p.x
	p.heading(x.T("pdf.by_size"), 60)
	rows := make([]row, 0, len(p.r.Totals.BySize))
	for _, s := range p.r.Totals.BySize {
		if s.N == 0 && s.ScheduleN == 0 {
			continue
		}
		rows = append(rows, row{cells: []cell{
			{text: chart.SizeLabel(s, p.r.Currency, x)},
			number(x.Int(int64(s.ScheduleN))), number(x.Percent(s.ScheduleMean)), number(x.Percent(s.ScheduleAggregate)),
			number(x.Int(int64(s.N))), number(x.Percent(s.Mean)), number(x.Percent(s.Aggregate)),
		}})
	}
	if len(rows) == 0 {
		p.nothing(x.T("pdf.no_size"))
		return
	}
	p.table([]column{
		{x.T("pdf.col.size"), 0, left},
		{x.T("pdf.col.schedule_n"), 52, right}, {x.T("pdf.col.schedule_mean"), 66, right}, {x.T("pdf.col.schedule_aggregate"), 66, right},
		{x.T("pdf.col.cost_n"), 52, right}, {x.T("pdf.col.cost_mean"), 66, right}, {x.T("pdf.col.cost_aggregate"), 66, right},
	}, rows)
}
