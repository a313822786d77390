package chart

import (
	"cmp"
	"math"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Trend shows ratios over time. Series are told apart by dash and marker, not by colour alone; a
// point without a value is a gap in the line.
type Trend struct {
	Title, Desc string
	YLabel      string
	From, To    civil.Date
	Low, High   int64 // basis points
	Series      []TrendSeries
	Refs        []TrendRef
	Empty       string
	texts       Texts
}

// TrendSeries is one line.
type TrendSeries struct {
	Label  string
	Ink    Ink
	Dash   Dash
	Square bool // marker; else a disc
	Points []TrendMark
}

// TrendMark is one point; Defined false is a gap.
type TrendMark struct {
	On      civil.Date
	Defined bool
	BP      int64
	Label   string
	Tip     string
}

// TrendRef is a level to compare with.
type TrendRef struct {
	BP    int64
	Label string
	Ink   Ink
}

// NewTrend shows the mean deviations of a report over its past month ends, the state's published
// method, beside the state's averages.
func NewTrend(r *portfolio.Report, x Texts) Trend {
	t := Trend{
		Title: x.T("chart.trend.title", r.Roadmap.Name), YLabel: x.T("chart.trend.y"),
		Empty: x.T("chart.trend.empty"), texts: x,
		Refs: []TrendRef{{int64(r.ReferenceSchedule), x.T("chart.trend.ref_schedule", percentLabel(x, int64(r.ReferenceSchedule))), Accent}},
	}
	schedule := TrendSeries{Label: x.T("chart.schedule"), Ink: Accent}
	cost := TrendSeries{Label: x.T("chart.cost"), Ink: Second, Dash: Dashed, Square: true}
	for _, p := range r.Trend {
		schedule.Points = append(schedule.Points, trendMark(p.On, p.ScheduleMean, schedule.Label, x))
		cost.Points = append(cost.Points, trendMark(p.On, p.CostMean, cost.Label, x))
	}
	if len(r.Trend) > 0 {
		t.From, t.To = r.Trend[0].On, r.Trend[len(r.Trend)-1].On
	}
	t.Series = []TrendSeries{schedule}
	if !r.CostHidden {
		t.Series = append(t.Series, cost)
		t.Refs = append(t.Refs, TrendRef{int64(r.ReferenceCost), x.T("chart.trend.ref_cost", percentLabel(x, int64(r.ReferenceCost))), Second})
	}
	t.Low, t.High = t.bounds()
	t.Desc = x.N("chart.trend.desc", len(r.Trend))
	if r.CostHidden {
		t.Desc = x.N("chart.trend.desc.schedule", len(r.Trend))
	}
	return t
}

func trendMark(on civil.Date, bp *money.BasisPoints, label string, x Texts) TrendMark {
	m := TrendMark{On: on}
	if bp != nil {
		m.Defined, m.BP, m.Label = true, int64(*bp), x.Percent(bp)
		m.Tip = x.T("chart.trend.tip", label, on, bp)
	}
	return m
}

func (t Trend) defined() int {
	n := 0
	for _, s := range t.Series {
		for _, p := range s.Points {
			if p.Defined {
				n++
			}
		}
	}
	return n
}

// bounds covers zero, the references and every value.
func (t Trend) bounds() (low, high int64) {
	for _, r := range t.Refs {
		low, high = min(low, r.BP), max(high, r.BP)
	}
	for _, s := range t.Series {
		for _, p := range s.Points {
			if p.Defined {
				low, high = min(low, p.BP), max(high, p.BP)
			}
		}
	}
	ticks := percentTicks(low, high+max(high/20, 50), 6)
	return ticks[0], ticks[len(ticks)-1]
}

// Height is the height of the chart for a width.
func (t Trend) Height(width, em float64) float64 {
	if t.defined() == 0 {
		return 2.5 * em
	}
	return math.Min(width*0.36, em*24) + 2*em
}

// Draw draws the chart in the whole canvas.
func (t Trend) Draw(c Canvas) {
	w, h := c.Size()
	em := c.Em()
	if t.defined() == 0 {
		sayEmpty(c, t.Empty)
		return
	}
	p := trendPlot{Trend: t, c: c, em: em, frame: box{em * 4.6, em * 3.2, w - em*4.6, h - em*1.8}}
	from, to := float64(t.From.Number()), float64(t.To.Number())
	p.x = scale{from, to, p.frame.x1 + em, p.frame.x2 - em}
	if from == to { // one day alone stands in the middle
		p.x = scale{from - 1, to + 1, p.frame.x1, p.frame.x2}
	}
	p.y = scale{float64(t.Low), float64(t.High), p.frame.y2, p.frame.y1}
	p.axes()
	p.refs()
	for _, s := range t.Series {
		p.line(s)
	}
	p.lastValues()
	p.legend()
}

type trendPlot struct {
	Trend
	c     Canvas
	em    float64
	frame box
	x, y  scale
}

func (p *trendPlot) axes() {
	c, em, f := p.c, p.em, p.frame
	for _, v := range percentTicks(p.Low, p.High, 6) {
		y := p.y.at(float64(v))
		c.Line(f.x1, y, f.x2, y, gridStyle(v, em))
		c.Text(f.x1-em*0.5, y+em*0.32, percentLabel(p.texts, v), TextStyle{Size: em * 0.9, Ink: Muted, Anchor: End})
	}
	labelled := p.labelled()
	for i, m := range p.timeLabels() {
		x := p.x.at(float64(m.On.Number()))
		c.Line(x, f.y2, x, f.y2+em*0.3, Style{Stroke: Muted, Width: em * 0.06})
		if labelled[i] {
			c.Text(x, f.y2+em*1.35, m.Label, TextStyle{Size: em * 0.9, Ink: Muted, Anchor: Middle})
		}
	}
}

// labelled picks the points that get their month written: every one, or every second, third and so on,
// back from the last month end, so that the labels are evenly spaced. The last point is the day of the
// report; where that is no month end it is named only if it stands clear of the labels.
func (p *trendPlot) labelled() []bool {
	labels := p.timeLabels()
	out := make([]bool, len(labels))
	at, half := make([]float64, len(labels)), make([]float64, len(labels))
	for i, m := range labels {
		at[i] = p.x.at(float64(m.On.Number()))
		half[i] = p.c.TextWidth(m.Label, p.em*0.9, false) / 2
	}
	clear := func(i, k int) bool { return at[i]+half[i]+p.em*0.6 <= at[k]-half[k] }
	last := len(labels) - 1
	day := last > 0 && labels[last].On != labels[last].On.MonthOf().Last()
	if day {
		last--
	}
	for stride := 1; last >= 0 && stride <= len(labels); stride++ {
		fits := true
		for i := last; i-stride >= 0 && fits; i -= stride {
			fits = clear(i-stride, i)
		}
		if !fits {
			continue
		}
		for i := last; i >= 0; i -= stride {
			out[i] = at[i]-half[i] >= 0
		}
		break
	}
	if day {
		out[last+1] = clear(last, last+1)
	}
	return out
}

// timeLabels names each day that has a point, in short.
func (p *trendPlot) timeLabels() []tick {
	var all []tick
	if len(p.Series) == 0 {
		return nil
	}
	for _, m := range p.Series[0].Points {
		all = append(all, tick{On: m.On, Label: p.texts.ShortMonth(int(m.On.Month())) + "\u00a0" + yearLabel(m.On)})
	}
	return all
}

func (p *trendPlot) refs() {
	for _, r := range p.Refs {
		y := p.y.at(float64(r.BP))
		p.c.Line(p.frame.x1, y, p.frame.x2, y, Style{Stroke: r.Ink, Width: p.em * 0.08, Dash: Dotted})
	}
	texts := slices.Clone(p.Refs)
	slices.SortFunc(texts, func(a, b TrendRef) int { return cmp.Compare(b.BP, a.BP) })
	size := p.em * 0.8
	for i, r := range texts {
		y := p.y.at(float64(r.BP)) - p.em*0.25 // the upper one above its line, the lower one below
		if i > 0 {
			y = p.y.at(float64(r.BP)) + p.em*0.85
		}
		p.c.Text(p.frame.x1+p.em*0.3, y, r.Label, TextStyle{Size: size, Ink: r.Ink})
	}
}

func (p *trendPlot) line(s TrendSeries) {
	em := p.em
	stroke := Style{Stroke: s.Ink, Width: em * 0.16, Dash: s.Dash}
	var run []Point
	flush := func() {
		if len(run) > 1 {
			p.c.Polyline(run, stroke)
		}
		run = nil
	}
	for _, m := range s.Points {
		if !m.Defined {
			flush()
			continue
		}
		run = append(run, Point{p.x.at(float64(m.On.Number())), p.y.at(float64(m.BP))})
	}
	flush()
	for _, m := range s.Points {
		if m.Defined {
			p.c.Mark(m.Tip, "", func() { p.marker(s, m) })
		}
	}
}

func (p *trendPlot) marker(s TrendSeries, m TrendMark) {
	x, y, r := p.x.at(float64(m.On.Number())), p.y.at(float64(m.BP)), p.em*0.28
	if s.Square {
		p.c.Rect(x-r, y-r, 2*r, 2*r, Style{Fill: Ground, Stroke: s.Ink, Width: p.em * 0.12})
		return
	}
	p.c.Circle(x, y, r, Style{Fill: s.Ink})
}

// lastValues writes the last defined value of each series beside its point, apart from each other.
func (p *trendPlot) lastValues() {
	type end struct {
		y    float64
		x    float64
		text string
		ink  Ink
	}
	var ends []end
	for _, s := range p.Series {
		for i := len(s.Points) - 1; i >= 0; i-- {
			if m := s.Points[i]; m.Defined {
				ends = append(ends, end{p.y.at(float64(m.BP)), p.x.at(float64(m.On.Number())), m.Label, s.Ink})
				break
			}
		}
	}
	slices.SortStableFunc(ends, func(a, b end) int {
		if a.y < b.y {
			return -1
		}
		return 1
	})
	apart := p.em * 1.1
	for i := 1; i < len(ends); i++ {
		ends[i].y = max(ends[i].y, ends[i-1].y+apart)
	}
	lowest := p.frame.y2 // below it stand the months
	for i := len(ends) - 1; i >= 0; i-- {
		ends[i].y = min(ends[i].y, lowest)
		lowest = ends[i].y - apart
	}
	for _, e := range ends {
		p.c.Text(e.x+p.em*0.6, e.y+p.em*0.34, e.text, TextStyle{Size: p.em * 0.95, Bold: true, Ink: e.ink})
	}
}

func (p *trendPlot) legend() {
	c, em := p.c, p.em
	c.Text(0, em*1.05, p.YLabel, TextStyle{Size: em, Bold: true, Ink: Text})
	x := p.frame.x1
	for _, s := range p.Series {
		c.Line(x, em*2.15, x+em*2.2, em*2.15, Style{Stroke: s.Ink, Width: em * 0.16, Dash: s.Dash})
		if s.Square {
			c.Rect(x+em*0.82, em*1.87, em*0.56, em*0.56, Style{Fill: Ground, Stroke: s.Ink, Width: em * 0.12})
		} else {
			c.Circle(x+em*1.1, em*2.15, em*0.28, Style{Fill: s.Ink})
		}
		x += em * 2.6
		c.Text(x, em*2.45, s.Label, TextStyle{Size: em * 0.95, Ink: Text})
		x += c.TextWidth(s.Label, em*0.95, false) + em*1.6
	}
}
