package chart

import (
	"math"

	"jalon/internal/money"
)

// CostChange is what a waterfall is drawn from: a first and a current cost, and what is known to lie between them. What the
// causes leave over is shown as unexplained, so the steps always lead from one to the other.
type CostChange struct {
	Name           string // of the roadmap or project
	Currency       money.Currency
	First, Current money.Amount
	Causes         []CostCause // in the order of the steps
}

// CostCause is one reason why a cost moved. What is unexplained is none: it is what the causes leave over.
type CostCause struct {
	Label  string
	Amount money.Amount // more cost is positive
}

// Waterfall leads from one amount to another in steps, one below the other: long names have room, and nothing overlaps.
type Waterfall struct {
	Title, Desc string
	Rows        []WaterfallRow
	Empty       string
}

// WaterfallRow is a bar from one amount to another.
type WaterfallRow struct {
	Label string
	Text  string // the amount as written, with its sign where it is a step
	Tip   string
	Step  StepKind
	From  money.Amount
	To    money.Amount
}

// StepKind is what a row of a waterfall shows.
type StepKind int

// The kinds of rows. A rise is hatched, a fall pale, what is unexplained grey and hatched.
const (
	Total StepKind = iota
	Rise
	Fall
	Unexplained
)

// NewWaterfall explains a change of cost. Causes of nothing are left out.
func NewWaterfall(in CostChange, x Texts) Waterfall {
	w := Waterfall{Title: x.T("chart.waterfall.title", in.Name), Empty: x.T("chart.waterfall.empty")}
	first, current := x.MoneyShort(in.First, in.Currency), x.MoneyShort(in.Current, in.Currency)
	if change, ok := in.Current.Add(-in.First); ok && in.First > 0 {
		if bp, ok := money.Ratio(int64(change), int64(in.First)); ok && bp <= axisMost && bp >= -axisMost {
			current = x.T("chart.waterfall.current_text", current, bp)
		}
	}
	w.add(WaterfallRow{Label: x.T("chart.waterfall.first"), Text: first, To: in.First})
	level, rest := in.First, []money.Amount{in.Current, -in.First}
	step := func(label string, a money.Amount, kind StepKind) {
		if a == 0 {
			return
		}
		to, ok := level.Add(a)
		if !ok { // no axis reaches there; the text says what it is
			to = level
		}
		w.add(WaterfallRow{Label: label, Text: signedAmount(x, a, in.Currency), Step: kind, From: level, To: to})
		level = to
	}
	for _, cause := range in.Causes {
		kind := Rise
		if cause.Amount < 0 {
			kind = Fall
		}
		step(cause.Label, cause.Amount, kind)
		rest = append(rest, -cause.Amount)
	}
	if left, ok := money.Sum(rest...); ok {
		step(x.T("chart.waterfall.unexplained"), left, Unexplained)
	}
	steps := len(w.Rows) - 1
	w.add(WaterfallRow{Label: x.T("chart.waterfall.current"), Text: current, To: in.Current})
	w.Desc = x.N("chart.waterfall.desc", steps, first, current)
	if in.First == 0 && in.Current == 0 && steps == 0 {
		w.Rows = nil
	}
	return w
}

func (w *Waterfall) add(r WaterfallRow) {
	r.Tip = r.Label + " " + r.Text
	w.Rows = append(w.Rows, r)
}

// Measures of a waterfall in em.
const (
	waterfallRow  = 1.9 // of a label of one line
	waterfallLine = 1.2 // of each further line
	waterfallBar  = 1.15
)

// waterfallLines is the most lines that a label takes.
const waterfallLines = 3

// The shares of the width that labels and amounts may take.
const (
	waterfallLabels = 0.3
	waterfallTexts  = 0.4
)

func (w Waterfall) lines(r WaterfallRow, width, em float64) []string {
	return wrap(r.Label, width*waterfallLabels-em, em, r.Step == Total, waterfallLines)
}

func (w Waterfall) rowHeight(r WaterfallRow, width, em float64) float64 {
	return em * (waterfallRow + waterfallLine*float64(len(w.lines(r, width, em))-1))
}

// Height is the height of the rows for a width.
func (w Waterfall) Height(width, em float64) float64 {
	if len(w.Rows) == 0 {
		return 2.5 * em
	}
	h := 0.3 * em
	for _, r := range w.Rows {
		h += w.rowHeight(r, width, em)
	}
	return h
}

// Draw draws the rows in the whole canvas.
func (w Waterfall) Draw(c Canvas) {
	width, _ := c.Size()
	em := c.Em()
	if len(w.Rows) == 0 {
		sayEmpty(c, w.Empty)
		return
	}
	low, high, texts := money.Amount(0), money.Amount(0), 0.0
	for _, r := range w.Rows {
		low, high = min(low, r.From, r.To), max(high, r.From, r.To)
		texts = max(texts, c.TextWidth(r.Text, em, true))
	}
	p := waterfallPlot{Waterfall: w, c: c, em: em, width: width, column: min(texts, width*waterfallTexts)}
	left := width * waterfallLabels
	p.x = amountScale(low, high, left, width-p.column-em)
	y := em * 0.15
	bars := make([]box, len(w.Rows))
	for i, r := range w.Rows {
		h := w.rowHeight(r, width, em)
		bars[i] = p.bar(r, y+h/2)
		p.row(r, bars[i], y+h/2)
		y += h
	}
	p.links(bars)
	c.Line(p.x.at(0), em*0.15, p.x.at(0), y, Style{Stroke: Muted, Width: em * 0.08})
}

type waterfallPlot struct {
	Waterfall
	c         Canvas
	em, width float64
	column    float64 // breadth of the amounts
	x         scale
}

// bar is where the bar of a row lies. One of next to nothing is still to be seen.
func (p *waterfallPlot) bar(r WaterfallRow, middle float64) box {
	a, b := p.x.at(float64(r.From)), p.x.at(float64(r.To))
	least, half := p.em*0.12, p.em*waterfallBar/2
	x1, x2 := min(a, b), max(a, b)
	if x2-x1 < least {
		x2 = x1 + least
	}
	return box{x1, middle - half, x2, middle + half}
}

func (p *waterfallPlot) row(r WaterfallRow, bar box, middle float64) {
	c, em := p.c, p.em
	total := r.Step == Total
	c.Mark(r.Tip, "", func() {
		lines := p.lines(r, p.width, em)
		y := middle + em*0.34 - em*waterfallLine*float64(len(lines)-1)/2
		for _, line := range lines {
			c.Text(0, y, fit(c, line, p.x.a-em*0.8, em, total), TextStyle{Size: em, Bold: total, Ink: Text})
			y += em * waterfallLine
		}
		p.fill(r.Step, bar)
		c.Text(p.width, middle+em*0.34, fit(c, r.Text, p.column, em, total), TextStyle{Size: em, Bold: total, Ink: Text, Anchor: End})
	})
}

func (p *waterfallPlot) fill(kind StepKind, b box) {
	w, h := b.x2-b.x1, b.y2-b.y1
	switch kind {
	case Rise:
		fillWeather(p.c, b.x1, b.y1, w, h, Amber)
	case Fall:
		fillWeather(p.c, b.x1, b.y1, w, h, Green)
	case Unexplained:
		fillWeather(p.c, b.x1, b.y1, w, h, Grey)
		for _, l := range hatch(b.x1, b.y1, w, h, p.em*0.4) {
			p.c.Line(l[0].X, l[0].Y, l[1].X, l[1].Y, Style{Stroke: Muted, Width: p.em * 0.05})
		}
	default:
		p.c.Rect(b.x1, b.y1, w, h, Style{Fill: Accent})
	}
}

// links lead from the end of a bar to the beginning of the next.
func (p *waterfallPlot) links(bars []box) {
	for i, r := range p.Rows[:max(len(p.Rows)-1, 0)] {
		x := p.x.at(float64(r.To))
		if math.Abs(x-p.x.at(0)) < p.em*0.1 { // the line of zero is there
			continue
		}
		p.c.Line(x, bars[i].y2, x, bars[i+1].y1, Style{Stroke: Muted, Width: p.em * 0.06})
	}
}
