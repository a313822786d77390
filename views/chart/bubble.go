package chart

import (
	"cmp"
	"math"
	"slices"
)

// Bubbles shows projects by two measures; the area of a disc is a third. NewBubbles sets how late against how much over budget,
// with the weight as area; NewComparison takes whichever measures the reader chose.
type Bubbles struct {
	Title, Desc    string
	XLabel, YLabel string
	X, Y           BubbleAxis
	Marks          []Bubble
	Notes          []string // below the plot: what is not shown or stands at the edge, and how to read it
	Legend         []LegendItem
	Empty          string
	texts          Texts
}

// BubbleAxis is one axis: its range, its thresholds and its reference, in basis points. An axis with marks of its own shows those instead:
// it has neither thresholds nor a reference, and its values are in whatever unit they are.
type BubbleAxis struct {
	Low, High int64
	Amber     int64
	Red       int64
	Reference int64
	RefLabel  string
	Marks     []AxisMark
}

// AxisMark is a rule of a chart with its label.
type AxisMark struct {
	At    int64
	Label string
}

// marks gives the rules of the axis, percentages where it has none of its own.
func (a BubbleAxis) marks(x Texts, limit int) []AxisMark {
	if a.Marks != nil {
		return a.Marks
	}
	var out []AxisMark
	for _, v := range percentTicks(a.Low, a.High, limit) {
		out = append(out, AxisMark{v, percentLabel(x, v)})
	}
	return out
}

// Bubble is one project.
type Bubble struct {
	Label  string
	Tip    string
	Href   string
	X, Y   int64 // basis points
	Weight int64 // 0: the smallest disc
	Colour Ink
	Letter string
}

const (
	bubbleLabels = 18 // at most so many names: more is a cloud of words
	bubbleLegend = 1.8
	arrowLength  = 0.7
)

// Height is the height of the chart for a width.
func (b Bubbles) Height(width, em float64) float64 {
	if len(b.Marks) == 0 {
		return (2.5 + 1.4*float64(len(b.Notes))) * em
	}
	return math.Min(width*0.72, em*52) + (4.5+bubbleLegend+1.35*float64(len(b.Notes)))*em
}

// Draw draws the chart in the whole canvas.
func (b Bubbles) Draw(c Canvas) {
	w, h := c.Size()
	em := c.Em()
	noteY := h - em*1.35*float64(len(b.Notes)) + em*0.9
	for i, n := range b.Notes {
		c.Text(0, noteY+float64(i)*em*1.35, fit(c, n, w, em*0.9, false), TextStyle{Size: em * 0.9, Ink: Muted})
	}
	if len(b.Marks) == 0 {
		sayEmpty(c, b.Empty)
		return
	}
	p := bubblePlot{Bubbles: b, c: c, em: em}
	p.frame = box{em * 5.2, em * 2.1, w - em*1.2, noteY - em*(3.7+bubbleLegend)}
	p.x = scale{float64(b.X.Low), float64(b.X.High), p.frame.x1, p.frame.x2}
	p.y = scale{float64(b.Y.Low), float64(b.Y.High), p.frame.y2, p.frame.y1}
	p.axes()
	p.references()
	p.marks()
	p.legend(noteY - em*(0.6+bubbleLegend))
}

type bubblePlot struct {
	Bubbles
	c     Canvas
	em    float64
	frame box
	x, y  scale
	taken []box // labels of the references
}

func (p *bubblePlot) axes() {
	c, em, f := p.c, p.em, p.frame
	small := TextStyle{Size: em * 0.9, Ink: Muted}
	right := -math.MaxFloat64 // where the label before ends
	for _, m := range p.X.marks(p.texts, 9) {
		x := p.x.at(float64(m.At))
		if x < f.x1-0.01 || x > f.x2+0.01 {
			continue
		}
		c.Line(x, f.y1, x, f.y2, gridStyle(m.At, em))
		small.Anchor = Middle
		if p.X.Marks == nil { // percentages are short and evenly set
			c.Text(x, f.y2+em*1.2, m.Label, small)
		} else if half := c.TextWidth(m.Label, em*0.9, false) / 2; x-half > right {
			at := min(x, f.x2+em*1.2-half) // the last one stays on the canvas
			c.Text(at, f.y2+em*1.2, m.Label, small)
			right = at + half + em*0.4
		}
	}
	for _, m := range p.Y.marks(p.texts, 8) {
		y := p.y.at(float64(m.At))
		if y < f.y1-0.01 || y > f.y2+0.01 {
			continue
		}
		c.Line(f.x1, y, f.x2, y, gridStyle(m.At, em))
		small.Anchor = End
		c.Text(f.x1-em*0.5, y+em*0.32, m.Label, small)
	}
	c.Text(f.x2, f.y2+em*2.6, p.XLabel, TextStyle{Size: em, Bold: true, Ink: Text, Anchor: End})
	c.Text(0, em*1.05, p.YLabel, TextStyle{Size: em, Bold: true, Ink: Text})
}

// gridStyle is a light rule, and a firm one for zero.
func gridStyle(v int64, em float64) Style {
	if v == 0 {
		return Style{Stroke: Muted, Width: em * 0.1}
	}
	return Style{Stroke: Grid, Width: em * 0.06}
}

// references draws the colour thresholds dotted and the state's averages dashed with their label.
func (p *bubblePlot) references() {
	f, em := p.frame, p.em
	inX := func(v int64) bool { return p.X.Marks == nil && v > p.X.Low && v < p.X.High }
	inY := func(v int64) bool { return p.Y.Marks == nil && v > p.Y.Low && v < p.Y.High }
	dotted := Style{Stroke: Muted, Width: em * 0.09, Dash: Dotted}
	for _, v := range []int64{p.X.Amber, p.X.Red} {
		if inX(v) {
			p.c.Line(p.x.at(float64(v)), f.y1, p.x.at(float64(v)), f.y2, dotted)
		}
	}
	for _, v := range []int64{p.Y.Amber, p.Y.Red} {
		if inY(v) {
			p.c.Line(f.x1, p.y.at(float64(v)), f.x2, p.y.at(float64(v)), dotted)
		}
	}
	dashed := Style{Stroke: Second, Width: em * 0.12, Dash: Dashed}
	text := TextStyle{Size: em * 0.85, Ink: Second}
	if inX(p.X.Reference) {
		x := p.x.at(float64(p.X.Reference))
		p.c.Line(x, f.y1, x, f.y2, dashed)
		w := p.c.TextWidth(p.X.RefLabel, text.Size, false)
		left := x + em*0.3
		if left+w > f.x2 {
			left = x - em*0.3 - w
		}
		p.c.Text(left, f.y1+em*0.95, p.X.RefLabel, text)
		p.taken = append(p.taken, box{left, f.y1, left + w, f.y1 + em*1.3})
	}
	if inY(p.Y.Reference) {
		y := p.y.at(float64(p.Y.Reference))
		p.c.Line(f.x1, y, f.x2, y, dashed)
		w := p.c.TextWidth(p.Y.RefLabel, text.Size, false)
		// Below its line: the red threshold is usually just above.
		p.c.Text(f.x2-w-em*0.2, y+em*0.95, p.Y.RefLabel, text)
		p.taken = append(p.taken, box{f.x2 - w - em*0.4, y, f.x2, y + em*1.3})
	}
}

// bubbleShape is a mark on its place.
type bubbleShape struct {
	Bubble
	at         Point
	r          float64
	outX, outY int
}

// bubbleRadius makes the area proportional to the weight; maxWeight has the largest disc.
func bubbleRadius(weight, maxWeight int64, em float64) float64 {
	const least, most = 0.55, 2.4
	if weight <= 0 || maxWeight <= 0 {
		return least * em
	}
	return math.Max(least, most*math.Sqrt(float64(weight)/float64(maxWeight))) * em
}

func (p *bubblePlot) shapes() []bubbleShape {
	var heaviest int64
	for _, m := range p.Marks {
		heaviest = max(heaviest, m.Weight)
	}
	shapes := make([]bubbleShape, len(p.Marks))
	for i, m := range p.Marks {
		s := bubbleShape{Bubble: m, r: bubbleRadius(m.Weight, heaviest, p.em)}
		s.at.X, s.outX = p.x.clamped(float64(m.X))
		s.at.Y, s.outY = p.y.clamped(float64(m.Y))
		// A disc stays whole with its arrow: at an edge it is moved in.
		left, right, up, down := s.r, s.r, s.r, s.r
		arrow := p.em * arrowLength
		switch s.outX {
		case -1:
			left += arrow
		case 1:
			right += arrow
		}
		switch s.outY {
		case -1:
			down += arrow
		case 1:
			up += arrow
		}
		s.at.X = min(max(s.at.X, p.frame.x1+left), p.frame.x2-right)
		s.at.Y = min(max(s.at.Y, p.frame.y1+up), p.frame.y2-down)
		shapes[i] = s
	}
	// Large discs first, so that small ones lie on top and stay visible.
	slices.SortStableFunc(shapes, func(a, b bubbleShape) int { return cmp.Compare(b.Weight, a.Weight) })
	return shapes
}

func (p *bubblePlot) marks() {
	shapes := p.shapes()
	discs := make([]box, len(shapes))
	for i, s := range shapes {
		discs[i] = discBox(s.at, s.r)
		if covered(s, shapes[i+1:]) {
			s.Letter = "" // under another disc: its colour shows at the rim
		}
		p.c.Mark(s.Tip, s.Href, func() { p.disc(s) })
	}
	p.names(shapes, discs)
}

// names writes the names of the most important projects where there is room; who finds none for
// the whole name is tried again with shorter ones.
func (p *bubblePlot) names(shapes []bubbleShape, discs []box) {
	named := slices.Clone(shapes)
	rank := importance
	if p.X.Marks != nil { // what is far out on such an axis is not therefore what matters
		rank = func(b Bubble) int64 { return b.Weight }
	}
	slices.SortStableFunc(named, func(a, b bubbleShape) int { return cmp.Compare(rank(b.Bubble), rank(a.Bubble)) })
	named = named[:min(len(named), bubbleLabels)]
	size := p.em * 0.85
	for _, most := range []float64{p.em * 22, p.em * 15, p.em * 9} {
		labels := make([]label, len(named))
		texts := make([]string, len(named))
		for i, s := range named {
			texts[i] = fit(p.c, s.Label, most, size, false)
			labels[i] = label{s.at, s.r, p.c.TextWidth(texts[i], size, false), size * 1.1}
		}
		var again []bubbleShape
		for i, l := range placeLabels(labels, discs, p.taken, p.frame) {
			if !l.ok {
				again = append(again, named[i])
				continue
			}
			p.taken = append(p.taken, l.box)
			p.c.Rect(l.box.x1, l.box.y1, l.box.x2-l.box.x1, l.box.y2-l.box.y1, Style{Fill: Ground}) // no line strikes a name out
			p.c.Text(l.text(), l.box.y2-size*0.25, texts[i], TextStyle{Size: size, Ink: Text, Anchor: l.anchor})
		}
		named = again
	}
}

// covered tells whether a later disc will lie over the letter of s.
func covered(s bubbleShape, later []bubbleShape) bool {
	letter := s.r * 0.4
	for _, o := range later {
		if math.Hypot(o.at.X-s.at.X, o.at.Y-s.at.Y) < o.r+letter {
			return true
		}
	}
	return false
}

// importance orders the names: what deviates most, then what weighs most. Deviations count up to
// ten times, or one outlier's digits would drown the weights.
func importance(b Bubble) int64 {
	worst := min(max(b.X, b.Y, 0), 100_000)
	return worst*10 + min(b.Weight, 100)*100
}

func (p *bubblePlot) disc(s bubbleShape) {
	em := p.em
	st := Style{Fill: s.Colour, Stroke: Text, Width: em * 0.06}
	if s.Colour == Grey {
		st.Dash = Dotted
	}
	p.c.Circle(s.at.X, s.at.Y, s.r, st)
	font := math.Min(s.r*1.25, em)
	p.c.Text(s.at.X, s.at.Y+font*0.36, s.Letter, TextStyle{Size: font, Bold: true, Ink: On(s.Colour), Anchor: Middle})
	if s.outX != 0 {
		p.arrow(s.at.X+float64(s.outX)*s.r, s.at.Y, float64(s.outX), 0)
	}
	if s.outY != 0 { // up is a larger value
		p.arrow(s.at.X, s.at.Y-float64(s.outY)*s.r, 0, -float64(s.outY))
	}
}

// arrow says that the true place lies beyond the edge.
func (p *bubblePlot) arrow(x, y, dx, dy float64) {
	l, h := p.em*arrowLength, p.em*0.45
	tip := Point{x + dx*l, y + dy*l}
	p.c.Polygon([]Point{tip, {x - dy*h, y + dx*h}, {x + dy*h, y - dx*h}}, Style{Fill: Text})
}

func (p *bubblePlot) legend(y float64) {
	x := p.frame.x1
	for _, l := range p.Legend {
		chip(p.c, x+p.em*0.6, y-p.em*0.3, p.em*1.15, l.Colour, l.Letter)
		x += p.em * 1.6
		p.c.Text(x, y, l.Label, TextStyle{Size: p.em * 0.9, Ink: Muted})
		x += p.c.TextWidth(l.Label, p.em*0.9, false) + p.em*1.4
	}
}
