package chart

// hatch gives the segments of 45° lines (rising to the right) that fill a rectangle, gap apart
// along x.
func hatch(x, y, w, h, gap float64) [][2]Point {
	if gap <= 0 || w <= 0 || h <= 0 || (w+h)/gap > 4000 {
		return nil
	}
	var lines [][2]Point
	for k := gap; k < w+h; k += gap {
		// The line through (x+k, y+h−0) rising to the left edge: points (x+k−t, y+t), t in [0, h].
		t0, t1 := max(0, k-w), min(h, k)
		lines = append(lines, [2]Point{{x + k - t0, y + t0}, {x + k - t1, y + t1}})
	}
	return lines
}

// fillWeather draws a rectangle in a weather colour, with what tells it apart in greyscale: amber
// is hatched, grey has a dotted outline, green a thin one, red is solid and dark.
func fillWeather(c Canvas, x, y, w, h float64, ink Ink) {
	em := c.Em()
	switch ink {
	case Grey:
		c.Rect(x, y, w, h, Style{Fill: Grey, Stroke: Muted, Width: em * 0.06, Dash: Dotted})
	case Amber:
		c.Rect(x, y, w, h, Style{Fill: Amber})
		for _, l := range hatch(x, y, w, h, em*0.6) {
			c.Line(l[0].X, l[0].Y, l[1].X, l[1].Y, Style{Stroke: Text, Width: em * 0.05})
		}
	case Green:
		c.Rect(x, y, w, h, Style{Fill: Green, Stroke: Muted, Width: em * 0.04})
	default:
		c.Rect(x, y, w, h, Style{Fill: ink})
	}
}

// chip draws a small square of a weather colour with its letter, centred on (x, y).
func chip(c Canvas, x, y, size float64, ink Ink, letter string) {
	s := Style{Fill: ink}
	if ink != Red {
		s.Stroke, s.Width = Muted, size*0.05
	}
	c.Rect(x-size/2, y-size/2, size, size, s)
	font := size * 0.78
	c.Text(x, y+font*0.36, letter, TextStyle{Size: font, Bold: true, Ink: On(ink), Anchor: Middle})
}
