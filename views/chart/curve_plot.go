package chart

import (
	"strconv"

	"jalon/internal/money"
)

// curvePlot draws an S-curve inside its frame.
type curvePlot struct {
	SCurve
	c     Canvas
	em    float64
	width float64 // of the canvas
	frame box
	ticks []money.Amount
	x, y  scale
	step  float64 // between two months
}

func newCurvePlot(s SCurve, c Canvas, w, h float64) *curvePlot {
	em := c.Em()
	p := &curvePlot{SCurve: s, c: c, em: em, width: w}
	low, high := s.bounds()
	p.ticks = amountTicks(low, high, s.currency, curveTicks)
	left, right := 0.0, em*0.8
	for _, v := range p.ticks {
		left = max(left, c.TextWidth(amountLabel(s.texts, v, s.currency), em*0.9, false))
	}
	last := len(s.Months) - 1
	for _, l := range s.Lines {
		if l.last() == last { // its value stands right of the plot
			right = max(right, c.TextWidth(l.End, em*0.95, true)+em*0.5)
		}
	}
	p.frame = box{left + em*0.9, s.head(w, em) * em, w - right, h - curveFoot*em}
	p.frame.x2 = max(p.frame.x2, p.frame.x1+em*2)
	p.x = scale{0, float64(last), p.frame.x1 + em*0.7, p.frame.x2 - em*0.7}
	p.step = p.frame.x2 - p.frame.x1
	if last > 0 {
		p.step = p.x.at(1) - p.x.at(0)
	} else { // one month alone stands in the middle
		p.x = scale{-1, 1, p.frame.x1, p.frame.x2}
	}
	p.y = amountScale(p.ticks[0], p.ticks[len(p.ticks)-1], p.frame.y2, p.frame.y1)
	return p
}

func (p *curvePlot) at(month int, v money.Amount) Point {
	y, _ := p.y.clamped(float64(v))
	return Point{p.x.at(float64(month)), y}
}

// rules are the amounts.
func (p *curvePlot) rules() {
	for _, v := range p.ticks {
		y := p.y.at(float64(v))
		p.c.Line(p.frame.x1, y, p.frame.x2, y, gridStyle(int64(v), p.em))
		p.c.Text(p.frame.x1-p.em*0.5, y+p.em*0.32, amountLabel(p.texts, v, p.currency), TextStyle{Size: p.em * 0.9, Ink: Muted, Anchor: End})
	}
}

// monthStrides are the distances that labelled months may have.
var monthStrides = []int{1, 2, 3, 6, 12, 24, 60, 120, 600, 1200, 12000}

// stride is how many months apart labels stand clear of each other. They are counted from January, so that a year's
// beginning is always among them.
func (p *curvePlot) stride() int {
	widest := p.c.TextWidth("0000", p.em*0.9, false)
	for m := 1; m <= 12; m++ {
		widest = max(widest, p.c.TextWidth(p.texts.ShortMonth(m), p.em*0.9, false))
	}
	for _, s := range monthStrides {
		if float64(s)*p.step >= widest+p.em*0.6 {
			return s
		}
	}
	return monthStrides[len(monthStrides)-1]
}

// labelled tells whether a month is written.
func (p *curvePlot) labelled(i, stride int) bool { return monthIndex(p.Months[i])%stride == 0 }

// months writes the months below the plot and their years below them; years alone where there are many.
func (p *curvePlot) months() {
	c, em, f := p.c, p.em, p.frame
	stride := p.stride()
	small := TextStyle{Size: em * 0.9, Ink: Muted, Anchor: Middle}
	year := TextStyle{Size: em * 0.9, Bold: true, Ink: Muted, Anchor: Middle}
	half := c.TextWidth("0000", em*0.9, true) / 2
	free := 0.0 // where the next year may begin
	for i, m := range p.Months {
		if len(p.Months) > 1 && !p.labelled(i, stride) {
			continue
		}
		x := p.x.at(float64(i))
		c.Line(x, f.y2, x, f.y2+em*0.3, Style{Stroke: Muted, Width: em * 0.06})
		if m.Month == 1 {
			c.Line(x, f.y1, x, f.y2, Style{Stroke: Grid, Width: em * 0.06})
		}
		if stride >= 12 {
			c.Text(x, f.y2+em*1.35, strconv.Itoa(m.Year), small)
			continue
		}
		c.Text(x, f.y2+em*1.35, p.texts.ShortMonth(int(m.Month)), small)
		if begins := m.Month == 1 || free == 0; begins && x-half >= free && (m.Month == 1 || p.roomForYear(i, 2*half+em*0.6)) {
			c.Text(x, f.y2+em*2.55, strconv.Itoa(m.Year), year)
			free = x + half + em*0.6
		}
	}
}

// roomForYear tells whether the year of the first labels keeps clear of the next January's.
func (p *curvePlot) roomForYear(i int, width float64) bool {
	january := (12 - monthIndex(p.Months[i])%12) % 12
	return i+january >= len(p.Months) || float64(january)*p.step >= width
}

// path gives the runs of a line without gaps.
func (p *curvePlot) path(line int) [][]Point {
	l := p.Lines[line]
	var runs [][]Point
	var run []Point
	if from := p.joint(line); from >= 0 {
		run = append(run, p.at(from, *p.Lines[line-1].Values[from]))
	}
	for i, v := range l.Values {
		if v == nil {
			if i > l.first() {
				runs, run = append(runs, run), nil
			}
			continue
		}
		run = append(run, p.at(i, *v))
	}
	return append(runs, run)
}

// joint is the month of the line before from which a line goes on, −1 when they overlap or there is none.
func (p *curvePlot) joint(line int) int {
	if line == 0 || !p.Lines[line].Onward {
		return -1
	}
	last, first := p.Lines[line-1].last(), p.Lines[line].first()
	if last < first {
		return last
	}
	return -1
}

// areas fill what lies between a line and zero.
func (p *curvePlot) areas() {
	zero := p.y.at(0)
	for i, l := range p.Lines {
		if !l.Area {
			continue
		}
		for _, run := range p.path(i) {
			if len(run) < 2 {
				continue
			}
			shape := append([]Point{{run[0].X, zero}}, run...)
			p.c.Polygon(append(shape, Point{run[len(run)-1].X, zero}), Style{Fill: Grey})
		}
	}
}

func (p *curvePlot) stroke(line int) {
	l := p.Lines[line]
	for _, run := range p.path(line) {
		if len(run) > 1 {
			p.c.Polyline(run, Style{Stroke: l.Ink, Width: p.em * l.Width, Dash: l.Dash})
		}
	}
}

// markers mark each month, or where they would run together only those that are written below, and both ends.
func (p *curvePlot) markers(line int) {
	l := p.Lines[line]
	stride := 1
	if p.step < p.em*1.1 {
		stride = p.stride()
	}
	for i, v := range l.Values {
		if v == nil || !(p.labelled(i, stride) || i == l.last() || i == l.first()) {
			continue
		}
		at := p.at(i, *v)
		tip := p.texts.T("chart.curve.tip", l.Label, p.texts.Period(p.Months[i].String()), p.texts.MoneyShort(*v, p.currency))
		p.c.Mark(tip, "", func() { l.marker(p.c, at.X, at.Y) })
	}
}

// ends writes the last value of each line beside its last point where there is room for it; the legend has it anyway.
func (p *curvePlot) ends() {
	em := p.em
	var labels []label
	var lines []SCurveLine
	for _, l := range p.Lines {
		i := l.last()
		if i < 0 {
			continue
		}
		at := p.at(i, *l.Values[i])
		labels = append(labels, label{at: at, radius: em * markerRadius, width: p.c.TextWidth(l.End, em*0.95, true), height: em * 1.05})
		lines = append(lines, l)
	}
	frame := box{p.frame.x1, p.frame.y1 - em*0.6, p.width, p.frame.y2 - em*0.1}
	for i, at := range placeLabels(labels, p.drawn(), nil, frame) {
		if at.ok {
			p.c.Text(at.text(), at.box.y2-em*0.22, lines[i].End, TextStyle{Size: em * 0.95, Bold: true, Ink: lines[i].Ink, Anchor: at.anchor})
		}
	}
}

// drawn gives the boxes that the lines pass through.
func (p *curvePlot) drawn() []box {
	var out []box
	r := p.em * markerRadius
	for i := range p.Lines {
		for _, run := range p.path(i) {
			for k, to := range run {
				from := run[max(k-1, 0)]
				parts := 1 + int(max(to.X-from.X, to.Y-from.Y, from.Y-to.Y)/r)
				for n := range parts {
					t := float64(n+1) / float64(parts)
					x, y := from.X+(to.X-from.X)*t, from.Y+(to.Y-from.Y)*t
					out = append(out, box{x - r, y - r, x + r, y + r})
				}
			}
		}
	}
	return out
}
