package chart

import (
	"math"

	"jalon/internal/money"
)

// Frontier shows what the best selection is worth for every total of credits. What is proven is a disc, what is only the best found a lozenge
// with a whisker up to the bound: the truth lies between. The present scenario is a triangle, the credits that there are a dashed line.
type Frontier struct {
	FrontierOf
	Title, Desc                               string
	XLabel, YLabel                            string
	ProvenKey, OpenKey, CurrentKey, CreditKey string // of the legend
	Empty                                     string
	texts                                     Texts
}

// Height is the height of the picture for a width.
func (f Frontier) Height(width, em float64) float64 {
	if len(f.Points) == 0 {
		return 2.5 * em
	}
	return math.Min(width*0.5, em*34) + em*(4.2+f.head(width, em))
}

// head is the height of the legend in em.
func (f Frontier) head(width, em float64) float64 {
	return keyLine*float64(keyLines(f.keys(), width, em)) + 0.4
}

// keys are the legend: the signs that the picture holds.
func (f Frontier) keys() []key {
	var proven, open bool
	for _, p := range f.Points {
		proven, open = proven || p.Proven, open || !p.Proven
	}
	at := func(draw func(m frontierMarks, x, y float64)) func(Canvas, float64, float64) {
		return func(c Canvas, x, y float64) { draw(frontierMarks{c, c.Em()}, x+c.Em()*keySign/2, y) }
	}
	var out []key
	if proven {
		out = append(out, key{f.ProvenKey, at(frontierMarks.proven)})
	}
	if open {
		out = append(out, key{f.OpenKey, at(func(m frontierMarks, x, y float64) { m.open(x, y+m.em*0.25, y-m.em*0.6) })})
	}
	if f.Current != nil {
		out = append(out, key{f.CurrentKey, at(frontierMarks.current)})
	}
	if f.Credit != nil {
		out = append(out, key{f.CreditKey, at(func(m frontierMarks, x, y float64) { m.credit(x, y-m.em*0.7, y+m.em*0.7) })})
	}
	return out
}

// Draw draws the picture in the whole canvas.
func (f Frontier) Draw(c Canvas) {
	width, height := c.Size()
	em := c.Em()
	if len(f.Points) == 0 {
		sayEmpty(c, f.Empty)
		return
	}
	drawKeys(c, 0, 0, width, f.keys())
	top := f.head(width, em) * em
	p := frontierPlot{Frontier: f, c: c, em: em}
	p.ranges()
	widest := 0.0
	for _, v := range p.values {
		widest = max(widest, c.TextWidth(f.texts.Int(v), em*0.9, false))
	}
	p.frame = box{widest + em*0.9, top + em*1.9, width - em*1.6, height - em*2.9}
	p.x = amountScale(p.totals[0], p.totals[len(p.totals)-1], p.frame.x1, p.frame.x2)
	p.y = scale{float64(p.values[0]), float64(p.values[len(p.values)-1]), p.frame.y2, p.frame.y1}
	c.Text(0, top+em*0.95, fit(c, f.YLabel, width, em, true), TextStyle{Size: em, Bold: true, Ink: Text})
	p.axes()
	if f.Credit != nil {
		frontierMarks{c, em}.credit(p.x.at(float64(*f.Credit)), p.frame.y1, p.frame.y2)
	}
	p.line()
	p.points()
	c.Text(p.frame.x2, height-em*0.35, fit(c, f.XLabel, width, em, true), TextStyle{Size: em, Bold: true, Ink: Text, Anchor: End})
}

type frontierPlot struct {
	Frontier
	c      Canvas
	em     float64
	frame  box
	totals []money.Amount
	values []int64
	x, y   scale
}

// ranges chooses the ticks, which cover every mark from zero on.
func (p *frontierPlot) ranges() {
	low, high, least, most := money.Amount(0), money.Amount(0), int64(0), int64(0)
	see := func(q FrontierPoint) {
		low, high = min(low, q.Total), max(high, q.Total)
		least, most = min(least, q.Value), max(most, q.Value, q.Bound)
	}
	for _, q := range p.Points {
		see(q)
	}
	if p.Current != nil {
		see(*p.Current)
	}
	if p.Credit != nil {
		high = max(high, *p.Credit)
	}
	p.totals = amountTicks(low, high, p.Currency, 7)
	p.values = wholeTicks(least, most, 6)
}

func (p *frontierPlot) axes() {
	c, em, f := p.c, p.em, p.frame
	for _, v := range p.values {
		y := p.y.at(float64(v))
		c.Line(f.x1, y, f.x2, y, gridStyle(v, em))
		c.Text(f.x1-em*0.5, y+em*0.32, p.texts.Int(v), TextStyle{Size: em * 0.9, Ink: Muted, Anchor: End})
	}
	right := -math.MaxFloat64 // the end of the label before
	for _, v := range p.totals {
		x := p.x.at(float64(v))
		c.Line(x, f.y1, x, f.y2, gridStyle(int64(v), em))
		text := amountLabel(p.texts, v, p.Currency)
		if half := c.TextWidth(text, em*0.9, false) / 2; x-half > right && x+half <= f.x2+em*1.6 {
			c.Text(x, f.y2+em*1.2, text, TextStyle{Size: em * 0.9, Ink: Muted, Anchor: Middle})
			right = x + half + em*0.5
		}
	}
}

// at is the place of a point.
func (p *frontierPlot) at(q FrontierPoint) Point {
	x, _ := p.x.clamped(float64(q.Total))
	y, _ := p.y.clamped(float64(q.Value))
	return Point{x, y}
}

// line leads from point to point in steps: between two of them more credits buy nothing more that is known.
func (p *frontierPlot) line() {
	var path []Point
	for i, q := range p.Points {
		at := p.at(q)
		if i > 0 {
			path = append(path, Point{at.X, path[len(path)-1].Y})
		}
		path = append(path, at)
	}
	p.c.Polyline(path, Style{Stroke: Accent, Width: p.em * 0.12})
}

func (p *frontierPlot) points() {
	m := frontierMarks{p.c, p.em}
	for _, q := range p.Points {
		at := p.at(q)
		p.c.Mark(p.tip(q), "", func() {
			if q.Proven {
				m.proven(at.X, at.Y)
				return
			}
			bound, _ := p.y.clamped(float64(max(q.Bound, q.Value)))
			m.open(at.X, at.Y, bound)
		})
	}
	if p.Current != nil {
		at := p.at(*p.Current)
		p.c.Mark(p.CurrentKey+" "+p.tip(*p.Current), "", func() { m.current(at.X, at.Y) })
	}
}

// frontierMarks draws the marks of a frontier, in the plot and in its legend.
type frontierMarks struct {
	c  Canvas
	em float64
}

func (m frontierMarks) proven(x, y float64) {
	m.c.Circle(x, y, m.em*0.42, Style{Fill: Accent, Stroke: Ground, Width: m.em * 0.06})
}

// open is a lozenge at y and its whisker up to the bound.
func (m frontierMarks) open(x, y, bound float64) {
	whisker := Style{Stroke: Accent, Width: m.em * 0.1}
	m.c.Line(x, y, x, bound, whisker)
	m.c.Line(x-m.em*0.3, bound, x+m.em*0.3, bound, whisker)
	m.c.Polygon(lozenge(x, y, m.em*0.5), Style{Fill: Ground, Stroke: Accent, Width: m.em * 0.12})
}

func (m frontierMarks) current(x, y float64) {
	h := m.em * 0.62
	m.c.Polygon([]Point{{x, y - h}, {x + h, y + h*0.8}, {x - h, y + h*0.8}}, Style{Fill: Second, Stroke: Ground, Width: m.em * 0.1})
}

func (m frontierMarks) credit(x, y1, y2 float64) {
	m.c.Line(x, y1, x, y2, Style{Stroke: Second, Width: m.em * 0.14, Dash: Dashed})
}

// lozenge is a square on its corner, r from its centre to each.
func lozenge(x, y, r float64) []Point {
	return []Point{{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}}
}

// wholeTicks gives round whole numbers, 1, 2 or 5 of a power of ten apart, that cover [low, high] with at most limit+1 ticks.
func wholeTicks(low, high int64, limit int) []int64 {
	const most = int64(1e17) // beyond lies overflow, and nothing that anyone could read
	low, high = min(max(low, -most), most), min(max(high, -most), most)
	if high <= low {
		high = low + 1
	}
	step := amountStep(low, high, 1, limit)
	var ticks []int64
	for v := floorTo(low, step); ; v += step {
		ticks = append(ticks, v)
		if v >= high {
			return ticks
		}
	}
}
