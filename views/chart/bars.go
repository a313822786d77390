package chart

import (
	"regexp"

	"jalon/internal/money"
	"jalon/portfolio"
)

// ColourBar shows how many projects have each colour, as shares of one bar.
type ColourBar struct {
	Title, Desc string
	Segments    []ColourSegment // empty ones are left out of the bar
	Empty       string
}

// ColourSegment is one colour with its count.
type ColourSegment struct {
	Colour Ink
	Letter string
	Label  string // "12 verts"
	Count  int
	Text   string // the count as written
}

// NewColourBar counts the colours of one side of a portfolio, which title names.
func NewColourBar(title string, n portfolio.ColourCount, x Texts) ColourBar {
	b := ColourBar{Title: title, Empty: x.T("chart.colours.empty"),
		Desc: x.T("chart.colours.desc", n.Green, n.Amber, n.Red, n.Grey)}
	for _, s := range []struct {
		ink Ink
		n   int
	}{{Green, n.Green}, {Amber, n.Amber}, {Red, n.Red}, {Grey, n.Grey}} {
		b.Segments = append(b.Segments, ColourSegment{Colour: s.ink, Letter: Letter(x, string(s.ink)),
			Label: ColourName(x, string(s.ink)), Count: s.n, Text: x.Int(int64(s.n))})
	}
	return b
}

// Height is the height of the bar.
func (b ColourBar) Height(em float64) float64 { return 1.7 * em }

// Draw draws the bar over the whole canvas, each segment with its letter and count; where a
// segment is too narrow for both, the count alone; narrower still, nothing but its colour.
func (b ColourBar) Draw(c Canvas) {
	w, _ := c.Size()
	em := c.Em()
	h := b.Height(em)
	total := 0
	for _, s := range b.Segments {
		total += max(s.Count, 0)
	}
	if total == 0 {
		c.Rect(em*0.05, em*0.05, w-em*0.1, h-em*0.1, Style{Fill: Ground, Stroke: Muted, Width: em * 0.06, Dash: Dotted})
		c.Text(em*0.6, h/2+em*0.34, b.Empty, TextStyle{Size: em, Ink: Muted})
		return
	}
	x, before := 0.0, 0
	for _, s := range b.Segments {
		if s.Count <= 0 {
			continue
		}
		before += s.Count
		next := w * float64(before) / float64(total)
		c.Mark(s.Text+" "+s.Label, "", func() { b.segment(c, s, x, next-x, h) })
		x = next
	}
}

func (b ColourBar) segment(c Canvas, s ColourSegment, x, w, h float64) {
	em := c.Em()
	fill := Style{Fill: s.Colour, Stroke: Ground, Width: em * 0.08}
	c.Rect(x, 0, w, h, fill)
	if s.Colour == Grey {
		c.Rect(x+em*0.1, em*0.1, max(w-em*0.2, 0), h-em*0.2, Style{Stroke: Muted, Width: em * 0.06, Dash: Dotted})
	}
	text := s.Letter + " " + s.Text
	if c.TextWidth(text, em, true) > w-em*0.4 {
		text = s.Text
	}
	if c.TextWidth(text, em, true) > w-em*0.1 {
		return
	}
	c.Text(x+w/2, h/2+em*0.35, text, TextStyle{Size: em, Bold: true, Ink: On(s.Colour), Anchor: Middle})
}

// Bars compares values by horizontal bars from zero; values below zero grow to the left.
type Bars struct {
	Title, Desc string
	Rows        []Bar
	Reference   *int64 // a vertical line across all bars, in the unit of the values; nil: none
	RefLabel    string
	Empty       string
}

// Bar is one row. Defined false shows its text alone.
type Bar struct {
	Label   string
	Text    string // the value as written
	Defined bool
	Value   int64
	Colour  Ink
}

const barRow = 1.7 // em

// NewThemeCosts compares the current costs of the themes.
func NewThemeCosts(r *portfolio.Report, x Texts) Bars {
	b := Bars{Title: x.T("chart.themes.title", r.Roadmap.Name, r.AsOf), Empty: x.T("chart.themes.empty"), Desc: x.N("chart.themes.desc", len(r.Themes))}
	for _, t := range r.Themes {
		name := t.Name
		if name == "" {
			name = x.T("chart.no_theme")
		}
		b.Rows = append(b.Rows, Bar{Label: name, Text: x.MoneyShort(t.SumCost, r.Currency), Defined: true, Value: int64(t.SumCost), Colour: Accent})
	}
	return b
}

// NewSizeBars compares the mean cost deviations of the bands of project size, coloured by the
// roadmap's thresholds.
func NewSizeBars(r *portfolio.Report, x Texts) Bars {
	ref := int64(r.ReferenceCost)
	b := Bars{Title: x.T("chart.sizes.title", r.Roadmap.Name, r.AsOf), Empty: x.T("chart.sizes.empty"),
		Desc: x.N("chart.sizes.desc", len(r.Totals.BySize)), Reference: &ref, RefLabel: x.T("chart.reference", percentLabel(x, ref))}
	for _, s := range r.Totals.BySize {
		row := Bar{Label: SizeLabel(s, r.Currency, x), Text: x.T("chart.sizes.text", s.Mean, s.N), Colour: Grey}
		if s.Mean != nil {
			row.Defined, row.Value = true, int64(*s.Mean)
			row.Colour = colourOf(*s.Mean, r.Thresholds)
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

// SizeLabel names a band of project size: "5 à 9 M€".
func SizeLabel(s portfolio.SizeBand, c money.Currency, x Texts) string {
	write := func(a money.Amount) string { return zeroDecimals.ReplaceAllString(x.MoneyShort(a, c), "$1") }
	switch {
	case s.To == nil:
		return x.T("chart.sizes.above", write(s.From))
	case s.From == 0:
		return x.T("chart.sizes.below", write(*s.To))
	}
	return x.T("chart.sizes.between", write(s.From), write(*s.To))
}

// zeroDecimals finds the decimals of a round amount, which a limit does not need: 5,00 M€.
var zeroDecimals = regexp.MustCompile(`[.,]0+(\D|$)`)

// colourOf judges an average by the thresholds of single projects.
func colourOf(bp money.BasisPoints, t portfolio.ThresholdLine) Ink {
	switch {
	case bp <= t.Amber:
		return Green
	case bp <= t.Red:
		return Amber
	}
	return Red
}

// Height is the height of the rows and of the reference's label.
func (b Bars) Height(em float64) float64 {
	h := barRow * float64(max(len(b.Rows), 1))
	if b.Reference != nil {
		h += 1.4
	}
	return h * em
}

// Draw draws the bars in the whole canvas.
func (b Bars) Draw(c Canvas) {
	w, _ := c.Size()
	em := c.Em()
	if len(b.Rows) == 0 {
		c.Text(0, em*1.2, b.Empty, TextStyle{Size: em, Ink: Muted})
		return
	}
	low, high, texts := int64(0), int64(0), 0.0
	for _, r := range b.Rows {
		if r.Defined {
			low, high = min(low, r.Value), max(high, r.Value)
		}
		texts = max(texts, c.TextWidth(r.Text, em, false))
	}
	if b.Reference != nil {
		low, high = min(low, *b.Reference), max(high, *b.Reference)
	}
	left := w * 0.32
	right := max(w-texts-em*0.8, left+em)
	s := scale{float64(low), float64(high), left, right}
	top := 0.0
	if b.Reference != nil {
		top = em * 1.4
	}
	zero := s.at(0)
	for i, r := range b.Rows {
		y := top + barRow*em*float64(i)
		base := y + barRow*em/2 + em*0.34
		c.Text(0, base, fit(c, r.Label, left-em, em, false), TextStyle{Size: em, Ink: Text})
		c.Text(w, base, r.Text, TextStyle{Size: em, Ink: Text, Anchor: End})
		if r.Defined {
			x := s.at(float64(r.Value))
			fillWeather(c, min(zero, x), y+em*0.3, max(zero, x)-min(zero, x), barRow*em-em*0.6, r.Colour)
		}
	}
	bottom := top + barRow*em*float64(len(b.Rows))
	c.Line(zero, top, zero, bottom, Style{Stroke: Muted, Width: em * 0.08})
	if b.Reference != nil {
		x := s.at(float64(*b.Reference))
		c.Line(x, top, x, bottom, Style{Stroke: Second, Width: em * 0.12, Dash: Dashed})
		half := c.TextWidth(b.RefLabel, em*0.85, false) / 2
		c.Text(min(max(x, half), w-half), em*0.95, b.RefLabel, TextStyle{Size: em * 0.85, Ink: Second, Anchor: Middle})
	}
}
