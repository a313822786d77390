package chart

// marks draws the marks of budget bars, in the rows and in their legend.
type marks struct {
	c  Canvas
	em float64
}

// bar gives the rectangle of a bar between two places, whichever is the right one.
func (m marks) bar(x1, x2, y, height float64) (x, top, w, h float64) {
	return min(x1, x2), y - m.em*height/2, max(x1, x2) - min(x1, x2), m.em * height
}

func (m marks) voted(x1, x2, y, height float64) {
	x, top, w, h := m.bar(x1, x2, y, height)
	if w > 0 {
		m.c.Rect(x, top, w, h, Style{Fill: Grey, Stroke: Muted, Width: m.em * 0.06})
	}
}

func (m marks) committed(x1, x2, y float64) {
	x, top, w, h := m.bar(x1, x2, y, 1.0)
	if w <= 0 {
		return
	}
	m.c.Rect(x, top, w, h, Style{Fill: Ground, Stroke: Accent, Width: m.em * 0.08})
	for _, l := range hatch(x, top, w, h, m.em*0.45) {
		m.c.Line(l[0].X, l[0].Y, l[1].X, l[1].Y, Style{Stroke: Accent, Width: m.em * 0.06})
	}
}

func (m marks) mandated(x1, x2, y float64) {
	x, top, w, h := m.bar(x1, x2, y, 0.56)
	if w > 0 {
		m.c.Rect(x, top, w, h, Style{Fill: Accent})
	}
}

// allotted is a stroke across the bars, edged so that it shows on each of them.
func (m marks) allotted(x, y, height float64) {
	half := m.em * height / 2
	m.c.Line(x, y-half, x, y+half, Style{Stroke: Ground, Width: m.em * 0.4})
	m.c.Line(x, y-half, x, y+half, Style{Stroke: Second, Width: m.em * 0.2})
}

// landing is a triangle whose tip is at (x, y).
func (m marks) landing(x, y float64, ink Ink) {
	m.c.Polygon([]Point{{x, y}, {x + m.em*0.5, y + m.em*0.8}, {x - m.em*0.5, y + m.em*0.8}}, Style{Fill: ink, Stroke: Ground, Width: m.em * 0.05})
}
