package chart

// Gauges hold what is used against its limit, one row a limit: of the year, of a skill in a quarter. Each row has a scale of its own,
// on which all limits stand at the same place. A row without a limit is an empty outline: there is nothing that it could keep.
type Gauges struct {
	Title, Desc                        string
	Rows                               []Gauge
	UsedKey, RoomKey, OverKey, FreeKey string // of the legend
	Empty                              string
}

// Gauge is one row. Used and Limit are in the same unit.
type Gauge struct {
	Label string
	Text  string // "1,2 M€ of 1,5 M€"
	State string // "80 %", "no limit", "over by 40 k€"
	Used  int64
	Limit *int64 // nil: none
}

// Over tells that more is used than there is.
func (g Gauge) Over() bool { return g.Limit != nil && g.Used > *g.Limit }

// NewGauges makes the picture of rows that the caller has written.
func NewGauges(title string, rows []Gauge, x Texts) Gauges {
	over, free := 0, 0
	for _, r := range rows {
		if r.Over() {
			over++
		}
		if r.Limit == nil {
			free++
		}
	}
	return Gauges{Title: title, Rows: rows, Desc: x.N("chart.gauge.desc", len(rows), over, free), Empty: x.T("chart.gauge.empty"),
		UsedKey: x.T("chart.gauge.used"), RoomKey: x.T("chart.gauge.room"), OverKey: x.T("chart.gauge.over"), FreeKey: x.T("chart.gauge.none")}
}

// Measures of a row in em, and how far the scale goes beyond the limit.
const (
	gaugeRow    = 2.7
	gaugeBar    = 1.15
	gaugeBeyond = 1.3
)

// The shares of the width that labels and texts may take.
const (
	gaugeLabels = 0.26
	gaugeTexts  = 0.36
)

// Height is the height of the legend and the rows for a width.
func (g Gauges) Height(width, em float64) float64 {
	if len(g.Rows) == 0 {
		return 2.5 * em
	}
	return em * (g.head(width, em) + gaugeRow*float64(len(g.Rows)))
}

func (g Gauges) head(width, em float64) float64 {
	return keyLine*float64(keyLines(g.keys(), width, em)) + 0.4
}

// keys are the legend: the signs of those kinds of rows that there are.
func (g Gauges) keys() []key {
	var over, free bool
	for _, r := range g.Rows {
		over, free = over || r.Over(), free || r.Limit == nil
	}
	of := func(draw func(m gaugeMarks, x1, x2, y float64)) func(Canvas, float64, float64) {
		return func(c Canvas, x, y float64) { draw(gaugeMarks{c, c.Em()}, x, x+c.Em()*keySign, y) }
	}
	out := []key{{g.UsedKey, of(gaugeMarks.used)}, {g.RoomKey, of(gaugeMarks.room)}}
	if over {
		out = append(out, key{g.OverKey, of(gaugeMarks.over)})
	}
	if free {
		out = append(out, key{g.FreeKey, of(gaugeMarks.none)})
	}
	return out
}

// Draw draws the rows in the whole canvas.
func (g Gauges) Draw(c Canvas) {
	width, _ := c.Size()
	em := c.Em()
	if len(g.Rows) == 0 {
		sayEmpty(c, g.Empty)
		return
	}
	texts := 0.0
	for _, r := range g.Rows {
		texts = max(texts, c.TextWidth(r.Text, em, true), c.TextWidth(r.State, em*0.85, true))
	}
	drawKeys(c, 0, 0, width, g.keys())
	p := gaugePlot{c: c, em: em, width: width, column: min(texts, width*gaugeTexts)}
	p.left, p.right = width*gaugeLabels, width-p.column-em*1.6
	p.x = scale{0, gaugeBeyond, p.left, p.right}
	top := g.head(width, em) * em
	for i, r := range g.Rows {
		y := top + gaugeRow*em*(float64(i)+0.5)
		c.Mark(r.Label+" "+r.Text+" "+r.State, "", func() { p.row(r, y) })
	}
}

type gaugePlot struct {
	c           Canvas
	em, width   float64
	column      float64 // breadth of the texts
	left, right float64
	x           scale // of shares of the limit
}

func (p *gaugePlot) row(r Gauge, y float64) {
	rowLabel(p.c, r.Label, p.left, y)
	p.bar(r, y)
	rowFigure{r.Text, r.State, r.Over()}.draw(p.c, p.width, p.column, y-p.em*0.2, y+p.em*0.9)
}

func (p *gaugePlot) bar(r Gauge, y float64) {
	m := gaugeMarks{p.c, p.em}
	full := p.x.at(1)
	switch {
	case r.Limit == nil:
		m.none(p.left, full, y)
	case r.Over():
		share := gaugeBeyond + 1.0 // of a limit of nothing
		if *r.Limit > 0 {
			share = float64(r.Used) / float64(*r.Limit)
			m.used(p.left, full, y)
		}
		end, out := p.x.clamped(share)
		m.over(full, max(end, full+p.em*0.3), y)
		m.limit(full, y)
		if out > 0 {
			m.beyond(p.right, y)
		}
	default:
		m.room(p.left, full, y)
		if *r.Limit > 0 && r.Used > 0 {
			m.used(p.left, p.x.at(float64(r.Used)/float64(*r.Limit)), y)
		}
		m.limit(full, y)
	}
}

// gaugeMarks draws the marks of gauges, in the rows and in their legend.
type gaugeMarks struct {
	c  Canvas
	em float64
}

func (m gaugeMarks) rect(x1, x2, y float64, s Style) {
	m.c.Rect(x1, y-m.em*gaugeBar/2, x2-x1, m.em*gaugeBar, s)
}

func (m gaugeMarks) room(x1, x2, y float64) {
	m.rect(x1, x2, y, Style{Fill: Grey, Stroke: Muted, Width: m.em * 0.06})
}

func (m gaugeMarks) used(x1, x2, y float64) { m.rect(x1, x2, y, Style{Fill: Accent}) }

func (m gaugeMarks) none(x1, x2, y float64) {
	m.rect(x1, x2, y, Style{Stroke: Muted, Width: m.em * 0.08, Dash: Dotted})
}

func (m gaugeMarks) over(x1, x2, y float64) {
	m.rect(x1, x2, y, Style{Fill: Ground, Stroke: Red, Width: m.em * 0.1})
	for _, l := range hatch(x1, y-m.em*gaugeBar/2, x2-x1, m.em*gaugeBar, m.em*0.4) {
		m.c.Line(l[0].X, l[0].Y, l[1].X, l[1].Y, Style{Stroke: Red, Width: m.em * 0.1})
	}
}

// limit is a stroke across the bar, where the limit lies.
func (m gaugeMarks) limit(x, y float64) {
	half := m.em * gaugeBar * 0.75
	m.c.Line(x, y-half, x, y+half, Style{Stroke: Text, Width: m.em * 0.16})
}

// beyond says that the bar goes on to the right of the picture.
func (m gaugeMarks) beyond(x, y float64) {
	m.c.Polygon([]Point{{x + m.em*0.7, y}, {x + m.em*0.15, y - m.em*0.45}, {x + m.em*0.15, y + m.em*0.45}}, Style{Fill: Red})
}
