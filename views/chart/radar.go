package chart

import (
	"math"

	"jalon/internal/money"
)

// Radar shows what a candidate reaches under each criterion: an axis a criterion, from nothing in the middle to the best level on the rim. Its area is
// no figure: the order of the axes is as good as any other.
type Radar struct {
	Title, Desc string
	Axes        []RadarAxis
	Series      []RadarSeries
	Empty       string
	Note        string // below the plot
}

// RadarAxis is one criterion.
type RadarAxis struct {
	Label string
	Note  string   // under the label, such as its weight
	Steps []string // the names of the levels, from the middle to the rim
}

// RadarSeries is one candidate, or one scorer. What is not known of an axis is nil, and breaks the line.
type RadarSeries struct {
	Label  string
	Tip    string
	Ink    Ink
	Dash   Dash
	Values []*money.BasisPoints // of the best level
}

// Measures of the plot in em.
const (
	radarRadius = 11.0
	radarMargin = 3.4 // for the labels above and below
	radarDot    = 0.32
	radarLabels = 19 // the widest label
)

// Height is the height of the chart for a width.
func (r Radar) Height(width, em float64) float64 {
	if len(r.Axes) == 0 {
		return 2.5 * em
	}
	h := em * (2*(radarRadius+radarMargin) + keyLine*float64(keyLines(r.keys(), width, em)))
	if r.Note != "" {
		h += em * 1.6
	}
	return h
}

// Draw draws the chart in the whole canvas.
func (r Radar) Draw(c Canvas) {
	if len(r.Axes) == 0 {
		sayEmpty(c, r.Empty)
		return
	}
	w, h := c.Size()
	em := c.Em()
	p := radarPlot{Radar: r, c: c, em: em, centre: Point{w / 2, em * (radarRadius + radarMargin)}}
	p.web()
	for _, s := range r.Series {
		c.Mark(s.Tip, "", func() { p.line(s) })
	}
	p.labels(w)
	drawKeys(c, 0, 2*p.centre.Y, w, r.keys())
	if r.Note != "" {
		c.Text(0, h-em*0.4, fit(c, r.Note, w, em*0.9, false), TextStyle{Size: em * 0.9, Ink: Muted})
	}
}

func (r Radar) keys() []key {
	var out []key
	for _, s := range r.Series {
		out = append(out, key{s.Label, func(c Canvas, x, y float64) {
			em := c.Em()
			c.Line(x, y, x+em*keySign, y, Style{Stroke: s.Ink, Width: em * 0.16, Dash: s.Dash})
			c.Circle(x+em*keySign/2, y, em*radarDot, Style{Fill: s.Ink})
		}})
	}
	return out
}

type radarPlot struct {
	Radar
	c      Canvas
	em     float64
	centre Point
}

// at is the place of a share of the best level on an axis; the first axis points up, the others follow clockwise.
func (p *radarPlot) at(axis int, share float64) Point {
	angle := 2 * math.Pi * float64(axis) / float64(len(p.Axes))
	radius := share * radarRadius * p.em
	return Point{p.centre.X + math.Sin(angle)*radius, p.centre.Y - math.Cos(angle)*radius}
}

// web draws the axes with a rung at each level, and the rings where all axes have the same ones.
func (p *radarPlot) web() {
	steps := len(p.Axes[0].Steps)
	same := steps > 1 && len(p.Axes) > 2
	for _, a := range p.Axes {
		same = same && len(a.Steps) == steps
	}
	for step := 1; same && step < steps; step++ {
		ring := make([]Point, len(p.Axes))
		for i := range p.Axes {
			ring[i] = p.at(i, float64(step)/float64(steps-1))
		}
		p.c.Polygon(ring, Style{Stroke: Grid, Width: p.em * 0.07})
	}
	for i, a := range p.Axes {
		rim := p.at(i, 1)
		p.c.Line(p.centre.X, p.centre.Y, rim.X, rim.Y, Style{Stroke: Grid, Width: p.em * 0.07})
		if i > 0 && same { // the names of the levels stand once
			continue
		}
		for n, name := range a.Steps {
			at := p.at(i, float64(n)/float64(max(len(a.Steps)-1, 1)))
			p.c.Text(at.X+p.em*0.5, at.Y+p.em*0.3, name, TextStyle{Size: p.em * 0.8, Ink: Muted})
		}
	}
}

// line joins the values of neighbouring axes that are known; dots stand at all that are.
func (p *radarPlot) line(s RadarSeries) {
	stroke := Style{Stroke: s.Ink, Width: p.em * 0.16, Dash: s.Dash}
	n := len(p.Axes)
	points := make([]*Point, n)
	for i := range p.Axes {
		if i < len(s.Values) && s.Values[i] != nil {
			at := p.at(i, float64(*s.Values[i])/10_000)
			points[i] = &at
		}
	}
	for i, from := range points {
		to := points[(i+1)%n]
		if from == nil || to == nil || n < 2 || (n == 2 && i == 1) {
			continue
		}
		p.c.Line(from.X, from.Y, to.X, to.Y, stroke)
	}
	for _, at := range points {
		if at != nil {
			p.c.Circle(at.X, at.Y, p.em*radarDot, Style{Fill: s.Ink})
		}
	}
}

// labels stand outside the rim, towards the side on which their axis is.
func (p *radarPlot) labels(width float64) {
	for i, a := range p.Axes {
		rim, em := p.at(i, 1), p.em
		anchor, x, room := Middle, rim.X, em*radarLabels
		switch {
		case rim.X > p.centre.X+em:
			anchor, x = Start, rim.X+em*0.8
			room = min(room, width-x)
		case rim.X < p.centre.X-em:
			anchor, x = End, rim.X-em*0.8
			room = min(room, x)
		}
		y := rim.Y + em*0.1
		if anchor == Middle {
			y = rim.Y - em*2.1
			if rim.Y > p.centre.Y {
				y = rim.Y + em*1.6
			}
		}
		p.c.Text(x, y, fit(p.c, a.Label, room, em, true), TextStyle{Size: em, Bold: true, Ink: Text, Anchor: anchor})
		p.c.Text(x, y+em*1.2, fit(p.c, a.Note, room, em*0.9, false), TextStyle{Size: em * 0.9, Ink: Muted, Anchor: anchor})
	}
}
