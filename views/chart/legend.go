package chart

// key is an entry of a legend: a sign and what it stands for.
type key struct {
	text string
	sign func(c Canvas, x, y float64) // drawn from x on, keySign em wide, about the height y
}

// Measures of a legend in em.
const (
	keySign = 2.2
	keyLine = 1.7
	keyText = 0.95
)

// keyWidth is the room that a key takes with the gap behind it. It is an estimate, so that the height of a chart is known
// before there is a canvas.
func keyWidth(k key, em float64) float64 {
	return em*(keySign+0.5+1.4) + textWidth(k.text, em*keyText, false)*fontTolerance
}

// keyLines is the number of lines over which a legend flows.
func keyLines(keys []key, width, em float64) int {
	lines, x := 1, 0.0
	for _, k := range keys {
		w := keyWidth(k, em)
		if x > 0 && x+w > width {
			lines, x = lines+1, 0
		}
		x += w
	}
	return lines
}

// drawKeys draws a legend into the width from (left, top) on.
func drawKeys(c Canvas, left, top, width float64, keys []key) {
	em := c.Em()
	x, y := left, top+em*keyLine/2
	for _, k := range keys {
		w := keyWidth(k, em)
		if x > left && x+w > left+width {
			x, y = left, y+em*keyLine
		}
		k.sign(c, x, y)
		at := x + em*(keySign+0.5)
		c.Text(at, y+em*0.34, fit(c, k.text, left+width-at, em*keyText, false), TextStyle{Size: em * keyText, Ink: Text})
		x += w
	}
}
