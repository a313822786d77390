package pdf

import (
	"jalon/views"
	"jalon/views/chart"
)

// budgetEm is the base font size of the charts of the budget.
const budgetEm = 7.8

// budget holds the budget against what it cost: all years, by theme, month by month, and how far the books are reconciled.
func (p *pack) budget(b views.PackBudget) {
	p.paragraph(b.Lead(), bodyText)
	p.gap(4)
	figures := b.Figures()
	tiles := make([]tile, len(figures))
	for i, f := range figures {
		tiles[i] = tile{label: f.Name, value: f.Value}
		if len(f.Notes) > 0 {
			tiles[i].detail = f.Notes[0]
		}
	}
	p.tileRow(tiles)
	p.note(p.x.T("pdf.budget.note"))
	bars := b.Bars()
	p.picture(bars.Title, bars.Height(bodyWidth, budgetEm), bars.Draw)
	p.shown(b.Years(), 0, 92, 92, 92, 62)
	if title := b.YearTitle(); title != "" {
		p.together(func() {
			p.heading(title, 40)
			p.y += 2
			p.facts(b.YearFacts(), 150)
		})
	}
	p.reconciled(b)
	p.shown(b.Themes(), 0, 56, 56, 56, 46, 58, 60, 62)
	if b.HasCurve() {
		c := b.Curve()
		p.picture(p.x.T("pdf.budget.curve"), c.Height(bodyWidth, budgetEm), c.Draw)
	}
	if b.HasWaterfall() {
		w := b.Waterfall()
		p.picture(p.x.T("pdf.budget.waterfall"), w.Height(bodyWidth, budgetEm), w.Draw)
		p.note(b.WaterfallNote())
	}
	p.atRisk(b)
}

// picture draws a chart under its title.
func (p *pack) picture(title string, height float64, draw func(chart.Canvas)) {
	p.heading(title, height+6)
	p.y += 4
	p.chart(height, budgetEm, draw)
	p.gap(2)
}

// reconciled is the certificate.
func (p *pack) reconciled(b views.PackBudget) {
	p.together(func() {
		p.heading(p.x.T("pdf.budget.certificate"), 40)
		for i, text := range b.Certificate() {
			st := bodyText
			if i == 0 {
				st = bodyBold
			}
			p.paragraph(text, st)
		}
	})
}

func (p *pack) atRisk(b views.PackBudget) {
	t := b.AtRisk()
	if t.Empty() {
		p.heading(t.Caption, 14)
		p.nothing(p.x.T("pdf.budget.at_risk_none"))
		return
	}
	p.shown(t, 0, 84, 84, 54, 84)
	p.note(b.AtRiskNote())
}

// alerts are the alerts of the budget and the anomalies of its books that call for a decision.
func (p *pack) alerts() {
	b, ok := p.x.PackBudget(p.s)
	if !ok {
		return
	}
	p.shown(b.Alerts(), 170, 0)
	if note := b.AlertNote(); note != "" {
		p.note(note)
	}
	p.shown(b.Anomalies(), 0, 92, 62, 84, 84)
	if note := b.AnomalyNote(); note != "" {
		p.note(note)
	}
}

// shown draws a table of the pack's page under its caption; nothing of one without rows. Widths are those of its columns in points, 0 for what is left.
func (p *pack) shown(t views.Table, widths ...float64) {
	if t.Empty() {
		return
	}
	columns := make([]column, len(t.Columns))
	for i, h := range t.Columns {
		columns[i] = column{h.Title, widths[i], left}
		if i > 0 && h.Numeric() {
			columns[i].align = right
		}
	}
	var rows []row
	for _, g := range t.Groups {
		if g.Title != "" {
			rows = append(rows, row{band: g.Title})
		}
		for _, cells := range g.Rows {
			r := row{cells: make([]cell, len(cells))}
			for i, c := range cells {
				r.cells[i] = p.cellOf(c)
			}
			r.cells[0].most = 4 // what names a row is not longer than its figures are worth
			rows = append(rows, r)
		}
	}
	draw := func() {
		p.heading(t.Caption, 50)
		p.table(columns, rows)
	}
	if p.measure(draw) <= bodyBottom-bodyTop { // parted only where it is longer than a page
		p.together(draw)
		return
	}
	draw()
}

// cellOf is a cell of a table of the pack's page; the address of a project is its code.
func (p *pack) cellOf(c views.Cell) cell {
	out := cell{text: c.Text, bold: c.Strong}
	if c.Badge.Colour != "" {
		out = p.colour(c.Badge.Colour, c.Text)
		out.bold = c.Strong
	}
	if c.URL != "" {
		out.link = p.codeLinks[c.URL]
	}
	return out
}
