package chart

import "jalon/internal/money"

// BudgetBars sets five figures of each row on one scale: the credits voted are the pale ground, those allotted a stroke
// across it; what is committed lies hatched upon it, what is mandated solid in the middle; a triangle below points at
// where the year or the project will land. It is red, and the only mark that is, where that lies beyond the vote.
type BudgetBars struct {
	Title, Desc                                                  string
	Rows                                                         []BudgetBar
	VotedKey, AllottedKey, CommittedKey, MandatedKey, LandingKey string // of the legend
	Empty                                                        string
	currency                                                     money.Currency
	texts                                                        Texts
}

// BudgetBar is one row.
type BudgetBar struct {
	BudgetRow
	Text string // what is mandated, as written
	Of   string // "mandated of 2.4 M€ voted"
	Tip  string
}

// Measures of a row in em.
const (
	budgetRow   = 3.3
	budgetFoot  = 1.9 // the amounts below the rows
	budgetTicks = 6
)

// The shares of the width that labels and amounts may take.
const (
	budgetLabels = 0.28
	budgetTexts  = 0.4
)

// figures are the five of a row.
func (r BudgetRow) figures() [5]*money.Amount {
	return [5]*money.Amount{r.Voted, r.Allotted, r.Committed, r.Mandated, r.Landing}
}

// Height is the height of the legend, the rows and the scale for a width.
func (b BudgetBars) Height(width, em float64) float64 {
	if len(b.Rows) == 0 {
		return 2.5 * em
	}
	return em * (b.head(width, em) + budgetRow*float64(len(b.Rows)) + budgetFoot)
}

// head is the height above the rows in em.
func (b BudgetBars) head(width, em float64) float64 {
	return keyLine*float64(keyLines(b.keys(), width, em)) + 0.4
}

// Draw draws the bars in the whole canvas.
func (b BudgetBars) Draw(c Canvas) {
	width, _ := c.Size()
	em := c.Em()
	if len(b.Rows) == 0 {
		sayEmpty(c, b.Empty)
		return
	}
	low, high, texts := money.Amount(0), money.Amount(0), 0.0
	for _, r := range b.Rows {
		for _, a := range r.figures() {
			if a != nil {
				low, high = min(low, *a), max(high, *a)
			}
		}
		texts = max(texts, c.TextWidth(r.Text, em, true), c.TextWidth(r.Of, em*0.85, false))
	}
	p := budgetPlot{BudgetBars: b, c: c, em: em, width: width, column: min(texts, width*budgetTexts), top: b.head(width, em) * em}
	p.bottom = p.top + budgetRow*em*float64(len(b.Rows))
	p.left, p.right = width*budgetLabels, width-p.column-em*1.6
	p.ticks = amountTicks(low, high, b.currency, budgetTicks)
	if low == high {
		high = p.ticks[len(p.ticks)-1]
	}
	p.x = amountScale(low, high, p.left+em*0.4, p.right) // the bars take the whole room, whatever lies between the ticks
	drawKeys(c, 0, 0, width, b.keys())
	ruler{c: c, x: p.x, ticks: p.ticks, top: p.top, bottom: p.bottom, currency: b.currency, texts: b.texts}.draw()
	for i, r := range b.Rows {
		y := p.top + budgetRow*em*float64(i)
		c.Mark(r.Tip, r.Href, func() { p.row(r, y) })
	}
	zero := p.x.at(0)
	c.Line(zero, p.top, zero, p.bottom, Style{Stroke: Muted, Width: em * 0.08})
}

// keys are the legend: the five marks as they are drawn.
func (b BudgetBars) keys() []key {
	of := func(draw func(m marks, x1, x2, y float64)) func(Canvas, float64, float64) {
		return func(c Canvas, x, y float64) { draw(marks{c, c.Em()}, x, x+c.Em()*keySign, y) }
	}
	return []key{
		{b.VotedKey, of(func(m marks, x1, x2, y float64) { m.voted(x1, x2, y, 1.1) })},
		{b.AllottedKey, of(func(m marks, x1, x2, y float64) { m.allotted((x1+x2)/2, y, 1.3) })},
		{b.CommittedKey, of(func(m marks, x1, x2, y float64) { m.committed(x1, x2, y) })},
		{b.MandatedKey, of(func(m marks, x1, x2, y float64) { m.mandated(x1, x2, y) })},
		{b.LandingKey, of(func(m marks, x1, x2, y float64) { m.landing((x1+x2)/2, y-m.em*0.4, Text) })},
	}
}

type budgetPlot struct {
	BudgetBars
	c           Canvas
	em, width   float64
	column      float64 // breadth of the amounts
	left, right float64
	top, bottom float64
	ticks       []money.Amount
	x           scale
}

func (p *budgetPlot) row(r BudgetBar, y float64) {
	middle := y + p.em*1.45
	rowLabel(p.c, r.Label, p.left, middle)
	p.marks(r, middle)
	rowFigure{text: r.Text, of: r.Of}.draw(p.c, p.width, p.column, middle-p.em*0.15, middle+p.em*0.95)
}

// marks draws the figures of a row, the broadest first.
func (p *budgetPlot) marks(r BudgetBar, y float64) {
	m := marks{p.c, p.em}
	at := func(a *money.Amount) float64 {
		x, _ := p.x.clamped(float64(*a))
		return x
	}
	zero := p.x.at(0)
	if r.Voted != nil {
		m.voted(zero, at(r.Voted), y, 1.7)
	}
	if r.Committed != nil {
		m.committed(zero, at(r.Committed), y)
	}
	if r.Mandated != nil {
		m.mandated(zero, at(r.Mandated), y)
	}
	if r.Allotted != nil {
		m.allotted(at(r.Allotted), y, 2.1)
	}
	if r.Landing != nil {
		ink := Text
		if r.Voted != nil && *r.Landing > *r.Voted {
			ink = Red
		}
		m.landing(at(r.Landing), y+p.em*0.9, ink)
	}
}
