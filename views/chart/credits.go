package chart

import (
	"jalon/internal/money"
)

// CreditsOf is what costs by year are drawn from against the credits of the year.
type CreditsOf struct {
	Title    string
	Currency money.Currency
	Parts    []string // what a bar is stacked of, three at most
	Rows     []CreditRow
}

// CreditRow is a year, or one section of it. Nil stands where there is none.
type CreditRow struct {
	Label    string
	Parts    []money.Amount // in the order of the parts
	Credit   *money.Amount
	P50, P80 *money.Amount // what the costs come to in the middle and in four of five cases
}

// total is the length of the bar.
func (r CreditRow) total() (sum money.Amount) {
	for _, a := range r.Parts {
		if next, ok := sum.Add(max(a, 0)); ok {
			sum = next
		}
	}
	return sum
}

// CreditBars stack the costs of each year and set them against its credits, a stroke across the bar. Below the bar a disc stands where costs come
// to in the middle of all cases, a lozenge where they stay in four of five; both are red beyond the credits.
type CreditBars struct {
	Title, Desc               string
	Rows                      []CreditBar
	Parts                     []string // of the legend, as the following are
	CreditKey, P50Key, P80Key string
	Empty                     string
	currency                  money.Currency
	texts                     Texts
}

// CreditBar is one row with its texts.
type CreditBar struct {
	CreditRow
	Text, Of, Tip string
}

// NewCreditBars stacks the costs of each year against its credits.
func NewCreditBars(in CreditsOf, x Texts) CreditBars {
	b := CreditBars{Title: in.Title, Desc: x.N("chart.credits.desc", len(in.Rows)), Parts: in.Parts, CreditKey: x.T("chart.credits.credit"),
		P50Key: x.T("chart.credits.p50"), P80Key: x.T("chart.credits.p80"), Empty: x.T("chart.credits.empty"), currency: in.Currency, texts: x}
	for _, r := range in.Rows {
		short := func(a *money.Amount) string { return x.MoneyShort(a, in.Currency) }
		bar := CreditBar{CreditRow: r, Text: x.MoneyShort(r.total(), in.Currency), Of: x.T("chart.credits.of_none"),
			Tip: x.T("chart.credits.tip", r.Label, x.MoneyShort(r.total(), in.Currency), short(r.Credit), short(r.P50), short(r.P80))}
		if r.Credit != nil {
			bar.Of = x.T("chart.credits.of", short(r.Credit))
		}
		b.Rows = append(b.Rows, bar)
	}
	return b
}

// Height is the height of the legend, the rows and the scale for a width.
func (b CreditBars) Height(width, em float64) float64 {
	if len(b.Rows) == 0 {
		return 2.5 * em
	}
	return em * (b.head(width, em) + budgetRow*float64(len(b.Rows)) + budgetFoot)
}

func (b CreditBars) head(width, em float64) float64 {
	return keyLine*float64(keyLines(b.keys(), width, em)) + 0.4
}

// keys are the legend: the parts, and the marks that some row has.
func (b CreditBars) keys() []key {
	var out []key
	for i, name := range b.Parts {
		out = append(out, key{name, func(c Canvas, x, y float64) { creditMarks{c, c.Em()}.part(i, x, x+c.Em()*keySign, y) }})
	}
	var credit, p50, p80 bool
	for _, r := range b.Rows {
		credit, p50, p80 = credit || r.Credit != nil, p50 || r.P50 != nil, p80 || r.P80 != nil
	}
	if credit {
		out = append(out, key{b.CreditKey, func(c Canvas, x, y float64) { marks{c, c.Em()}.allotted(x+c.Em()*keySign/2, y, 1.3) }})
	}
	if p50 {
		out = append(out, key{b.P50Key, func(c Canvas, x, y float64) { creditMarks{c, c.Em()}.p50(x+c.Em()*keySign/2, y, Text) }})
	}
	if p80 {
		out = append(out, key{b.P80Key, func(c Canvas, x, y float64) { creditMarks{c, c.Em()}.p80(x+c.Em()*keySign/2, y, Text) }})
	}
	return out
}

// Draw draws the bars in the whole canvas.
func (b CreditBars) Draw(c Canvas) {
	width, _ := c.Size()
	em := c.Em()
	if len(b.Rows) == 0 {
		sayEmpty(c, b.Empty)
		return
	}
	high, texts := money.Amount(0), 0.0
	for _, r := range b.Rows {
		high = max(high, r.total())
		for _, a := range []*money.Amount{r.Credit, r.P50, r.P80} {
			if a != nil {
				high = max(high, *a)
			}
		}
		texts = max(texts, c.TextWidth(r.Text, em, true), c.TextWidth(r.Of, em*0.85, true))
	}
	p := creditPlot{CreditBars: b, c: c, em: em, width: width, column: min(texts, width*budgetTexts), left: width * budgetLabels}
	top := b.head(width, em) * em
	bottom := top + budgetRow*em*float64(len(b.Rows))
	ticks := amountTicks(0, high, b.currency, budgetTicks)
	if high == 0 {
		high = ticks[len(ticks)-1]
	}
	p.x = amountScale(0, high, p.left+em*0.4, width-p.column-em*1.6)
	drawKeys(c, 0, 0, width, b.keys())
	ruler{c: c, x: p.x, ticks: ticks, top: top, bottom: bottom, currency: b.currency, texts: b.texts}.draw()
	for i, r := range b.Rows {
		c.Mark(r.Tip, "", func() { p.row(r, top+budgetRow*em*float64(i)) })
	}
	c.Line(p.x.at(0), top, p.x.at(0), bottom, Style{Stroke: Muted, Width: em * 0.08})
}

type creditPlot struct {
	CreditBars
	c         Canvas
	em, width float64
	column    float64 // breadth of the texts
	left      float64
	x         scale
}

func (p *creditPlot) row(r CreditBar, y float64) {
	middle := y + p.em*1.3
	rowLabel(p.c, r.Label, p.left, middle)
	p.marks(r, middle)
	rowFigure{r.Text, r.Of, r.Credit != nil && r.total() > *r.Credit}.draw(p.c, p.width, p.column, middle-p.em*0.15, middle+p.em*0.95)
}

func (p *creditPlot) marks(r CreditBar, y float64) {
	m := creditMarks{p.c, p.em}
	from := money.Amount(0)
	for i, a := range r.Parts {
		to, ok := from.Add(max(a, 0))
		if !ok {
			break
		}
		m.part(i, p.at(from), p.at(to), y)
		from = to
	}
	if r.Credit != nil {
		marks{p.c, p.em}.allotted(p.at(*r.Credit), y, 1.8)
	}
	ink := func(a money.Amount) Ink {
		if r.Credit != nil && a > *r.Credit {
			return Red
		}
		return Text
	}
	below := y + p.em*1.25
	if r.P50 != nil {
		m.p50(p.at(*r.P50), below, ink(*r.P50))
	}
	if r.P80 != nil {
		m.p80(p.at(*r.P80), below, ink(*r.P80))
	}
}

func (p *creditPlot) at(a money.Amount) float64 {
	x, _ := p.x.clamped(float64(a))
	return x
}

// creditMarks draws the marks of costs against credits, in the rows and in their legend.
type creditMarks struct {
	c  Canvas
	em float64
}

// part is a stretch of a bar: solid, hatched, or pale.
func (m creditMarks) part(i int, x1, x2, y float64) {
	w, h, top := x2-x1, m.em*1.15, y-m.em*0.575
	if w <= 0 {
		return
	}
	switch i {
	case 0:
		m.c.Rect(x1, top, w, h, Style{Fill: Accent, Stroke: Ground, Width: m.em * 0.04})
	case 1:
		m.c.Rect(x1, top, w, h, Style{Fill: Ground, Stroke: Accent, Width: m.em * 0.08})
		for _, l := range hatch(x1, top, w, h, m.em*0.45) {
			m.c.Line(l[0].X, l[0].Y, l[1].X, l[1].Y, Style{Stroke: Accent, Width: m.em * 0.06})
		}
	default:
		m.c.Rect(x1, top, w, h, Style{Fill: Grey, Stroke: Muted, Width: m.em * 0.06})
	}
}

func (m creditMarks) p50(x, y float64, ink Ink) {
	m.c.Circle(x, y, m.em*0.32, Style{Fill: ink, Stroke: Ground, Width: m.em * 0.05})
}

func (m creditMarks) p80(x, y float64, ink Ink) {
	m.c.Polygon(lozenge(x, y, m.em*0.45), Style{Fill: ink, Stroke: Ground, Width: m.em * 0.05})
}
