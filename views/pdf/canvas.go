package pdf

import (
	"math"

	"github.com/jung-kurt/gofpdf"

	"jalon/views/chart"
)

// canvas draws a chart on a rectangle of the current page.
type canvas struct {
	w             *writer
	x, y          float64 // of its top left
	width, height float64
	em            float64
}

// chart draws a chart over the full width at the cursor and moves on. It begins a page where the
// height is not left.
func (w *writer) chart(height, em float64, draw func(chart.Canvas)) {
	w.need(height)
	w.chartAt(marginLeft, w.y, bodyWidth, height, em, draw)
	w.y += height
}

// chartAt draws a chart on a given rectangle.
func (w *writer) chartAt(x, y, width, height, em float64, draw func(chart.Canvas)) {
	if !w.dry {
		draw(&canvas{w, x, y, width, height, em})
	}
}

func (c *canvas) Size() (float64, float64) { return c.width, c.height }
func (c *canvas) Em() float64              { return c.em }

func (c *canvas) TextWidth(text string, size float64, isBold bool) float64 {
	return c.w.width(text, style{size: size, face: faceOf(isBold)})
}

func faceOf(isBold bool) face {
	if isBold {
		return bold
	}
	return regular
}

// num keeps what is no number off the page.
func num(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

func (c *canvas) Line(x1, y1, x2, y2 float64, s chart.Style) {
	if s.Stroke == "" {
		return
	}
	c.w.stroke(s, c.em)
	c.w.f.Line(c.x+num(x1), c.y+num(y1), c.x+num(x2), c.y+num(y2))
}

func (c *canvas) Rect(x, y, width, height float64, s chart.Style) {
	if how := c.w.prepare(s, c.em); how != "" {
		c.w.f.Rect(c.x+num(x), c.y+num(y), num(width), num(height), how)
	}
}

func (c *canvas) Circle(x, y, radius float64, s chart.Style) {
	if how := c.w.prepare(s, c.em); how != "" {
		c.w.f.Circle(c.x+num(x), c.y+num(y), num(radius), how)
	}
}

func (c *canvas) Polygon(points []chart.Point, s chart.Style) {
	if how := c.w.prepare(s, c.em); how != "" {
		at := make([]gofpdf.PointType, len(points))
		for i, p := range points {
			at[i] = gofpdf.PointType{X: c.x + num(p.X), Y: c.y + num(p.Y)}
		}
		c.w.f.Polygon(at, how)
	}
}

func (c *canvas) Polyline(points []chart.Point, s chart.Style) {
	if s.Stroke == "" || len(points) < 2 {
		return
	}
	c.w.stroke(s, c.em)
	c.w.f.MoveTo(c.x+num(points[0].X), c.y+num(points[0].Y))
	for _, p := range points[1:] {
		c.w.f.LineTo(c.x+num(p.X), c.y+num(p.Y))
	}
	c.w.f.DrawPath("D")
}

func (c *canvas) Text(x, y float64, text string, s chart.TextStyle) {
	st := style{size: s.Size, face: faceOf(s.Bold), ink: s.Ink}
	x, y = c.x+num(x), c.y+num(y)
	switch s.Anchor {
	case chart.Middle:
		x -= c.w.width(text, st) / 2
	case chart.End:
		x -= c.w.width(text, st)
	}
	c.w.text(x, y, text, st)
}

// Mark draws: paper has no tips, and a pack links to nothing outside itself.
func (c *canvas) Mark(_, _ string, draw func()) { draw() }
