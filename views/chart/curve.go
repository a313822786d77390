package chart

import (
	"math"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// SCurve shows sums that grow from month to month: planned, mandated, forecast. Its lines are told apart by thickness,
// dash and marker, not by colour alone.
type SCurve struct {
	Title, Desc string
	YLabel      string
	Months      []civil.Month
	Lines       []SCurveLine // planned, mandated, forecast
	Empty       string
	currency    money.Currency
	texts       Texts
}

// SCurveLine is one line, a value for each month; nil is a gap.
type SCurveLine struct {
	Label  string
	Key    string // in the legend: the label with the last value; "" when there is none
	End    string // the last value as written
	Ink    Ink
	Width  float64 // of the stroke, in em
	Dash   Dash
	Marker Marker
	Area   bool // filled down to zero
	Onward bool // goes on from where the line before it ends
	Values []*money.Amount
}

// Marker is the shape of a point.
type Marker int

// The markers.
const (
	Disc Marker = iota
	Square
	Ring
)

// last is the index of the last value, −1 when there is none.
func (l SCurveLine) last() int {
	for i := len(l.Values) - 1; i >= 0; i-- {
		if l.Values[i] != nil {
			return i
		}
	}
	return -1
}

// first is the index of the first value, −1 when there is none.
func (l SCurveLine) first() int {
	for i, v := range l.Values {
		if v != nil {
			return i
		}
	}
	return -1
}

func (s SCurve) defined() bool {
	for _, l := range s.Lines {
		if l.last() >= 0 {
			return true
		}
	}
	return false
}

// bounds covers zero and every value.
func (s SCurve) bounds() (low, high money.Amount) {
	for _, l := range s.Lines {
		for _, v := range l.Values {
			if v != nil {
				low, high = min(low, *v), max(high, *v)
			}
		}
	}
	return low, high
}

const (
	curveHead  = 1.9 // above the legend, em
	curveFoot  = 3.1 // months and years
	curveTicks = 6
)

// Height is the height of the chart for a width.
func (s SCurve) Height(width, em float64) float64 {
	if !s.defined() {
		return 2.5 * em
	}
	return math.Min(width*0.34, em*25) + em*(curveFoot+s.head(width, em))
}

// head is the height above the plot in em.
func (s SCurve) head(width, em float64) float64 {
	return curveHead + keyLine*float64(keyLines(s.keys(), width, em)) + 0.8
}

// Draw draws the chart in the whole canvas.
func (s SCurve) Draw(c Canvas) {
	w, h := c.Size()
	em := c.Em()
	if !s.defined() {
		sayEmpty(c, s.Empty)
		return
	}
	c.Text(0, em*1.05, fit(c, s.YLabel, w, em, true), TextStyle{Size: em, Bold: true, Ink: Text})
	drawKeys(c, 0, em*curveHead, w, s.keys())
	p := newCurvePlot(s, c, w, h)
	p.areas()
	p.rules()
	p.months()
	for i := range s.Lines {
		p.stroke(i)
	}
	for i := range s.Lines {
		p.markers(i)
	}
	p.ends()
}

// keys are the legend: the lines that have a value.
func (s SCurve) keys() []key {
	var keys []key
	for _, l := range s.Lines {
		if l.last() < 0 {
			continue
		}
		keys = append(keys, key{l.Key, func(c Canvas, x, y float64) {
			em := c.Em()
			c.Line(x, y, x+em*keySign, y, Style{Stroke: l.Ink, Width: em * l.Width, Dash: l.Dash})
			l.marker(c, x+em*keySign/2, y)
		}})
	}
	return keys
}

// markerRadius is the radius of a marker in em.
const markerRadius = 0.26

func (l SCurveLine) marker(c Canvas, x, y float64) {
	em := c.Em()
	r := em * markerRadius
	switch l.Marker {
	case Square:
		c.Rect(x-r, y-r, 2*r, 2*r, Style{Fill: Ground, Stroke: l.Ink, Width: em * 0.12})
	case Ring:
		c.Circle(x, y, r, Style{Fill: Ground, Stroke: l.Ink, Width: em * 0.12})
	default:
		c.Circle(x, y, r, Style{Fill: l.Ink})
	}
}
