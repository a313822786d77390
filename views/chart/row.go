package chart

// rowLabel writes what a row is about into the room at its left, on two lines at most, around the middle of the row.
func rowLabel(c Canvas, label string, room, middle float64) {
	em := c.Em()
	lines := wrap(label, room-em, em, false, 2)
	base := middle + em*0.34 - em*0.6*float64(len(lines)-1)
	for _, line := range lines {
		c.Text(0, base, fit(c, line, room-em*0.6, em, false), TextStyle{Size: em, Ink: Text})
		base += em * 1.2
	}
}

// rowFigure writes the figure of a row at the right edge, and below it, smaller, what it is to be held against: bold and red where that is exceeded.
type rowFigure struct {
	text, of string
	over     bool
}

// draw writes the two lines on their baselines, within the breadth of a column that ends at the right edge.
func (f rowFigure) draw(c Canvas, right, column, base, below float64) {
	em := c.Em()
	of := TextStyle{Size: em * 0.85, Ink: Muted, Anchor: End}
	if f.over {
		of.Ink, of.Bold = Red, true
	}
	c.Text(right, base, fit(c, f.text, column, em, true), TextStyle{Size: em, Bold: true, Ink: Text, Anchor: End})
	c.Text(right, below, fit(c, f.of, column, of.Size, of.Bold), of)
}
