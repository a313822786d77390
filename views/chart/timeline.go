package chart

import (
	"math"

	"jalon/internal/civil"
)

// Timeline shows projects against time, grouped by theme: for each, a thin outlined bar for its
// first dates above a solid bar for its current ones, in the colour of its schedule deviation.
type Timeline struct {
	Title, Desc string // for who cannot see it
	From, To    civil.Date
	Today       civil.Date
	TodayLabel  string
	Deadline    civil.Date // zero: none
	EndLabel    string     // of the deadline
	Groups      []TimelineGroup
	Legend      TimelineLegend
	Empty       string // what is said instead when there is no row
	texts       Texts
}

// TimelineGroup is a theme with its projects.
type TimelineGroup struct {
	Label string
	Rows  []TimelineRow
}

// TimelineRow is one project.
type TimelineRow struct {
	Label      string // name; cut when it is too long
	Tip        string // said in full by canvases that can
	Href       string // "" or a path of this site
	First      Span
	Current    Span
	Colour     Ink
	Letter     string
	Slip       string // how far the end moved, "+45 j"
	Milestones []TimelineMilestone
	Note       string // stands in the plot when there is no bar
}

// Span is a time from one day to another, both included. A zero end is open, a zero span is none.
type Span struct{ From, To civil.Date }

// Empty tells that there is nothing to draw.
func (s Span) Empty() bool { return s.From.IsZero() || s.To.IsZero() || s.To.Before(s.From) }

// TimelineMilestone is a diamond on the current bar, filled once reached.
type TimelineMilestone struct {
	On      civil.Date
	Reached bool
}

// TimelineLegend holds the words of the legend.
type TimelineLegend struct {
	First, Current, Milestone string
	Colours                   []LegendItem
}

// LegendItem explains a colour.
type LegendItem struct {
	Colour Ink
	Letter string
	Label  string
}

// Measures of a timeline, in em.
const (
	timelineHead   = 4.7 // flags, years and units
	timelineGroup  = 1.9
	timelineRow    = 1.75
	timelineLegend = 2.4
	timelineLabels = 0.34 // of the width
)

// Rows counts the projects.
func (t Timeline) Rows() int {
	n := 0
	for _, g := range t.Groups {
		n += len(g.Rows)
	}
	return n
}

// Height is the height that the timeline needs with that base font size.
func (t Timeline) Height(em float64) float64 {
	if t.Rows() == 0 {
		return 2.5 * em
	}
	h := timelineHead + timelineLegend
	for _, g := range t.Groups {
		if len(g.Rows) > 0 {
			h += timelineGroup + timelineRow*float64(len(g.Rows))
		}
	}
	return h * em
}

// Pages splits the timeline so that each part fits the height. A group that is cut starts the next
// part with its name again; a name never stands without a row below it. A height that holds no row
// at all gives parts of one row.
func (t Timeline) Pages(height, em float64) []Timeline {
	room := height/em - timelineHead - timelineLegend
	var pages []Timeline
	page := t
	page.Groups = nil
	left := room
	for _, g := range t.Groups {
		open := false // this group has begun on the page
		for _, r := range g.Rows {
			need := timelineRow
			if !open {
				need += timelineGroup
			}
			if need > left && len(page.Groups) > 0 {
				pages = append(pages, page)
				page.Groups, left, open = nil, room, false
				need = timelineRow + timelineGroup
			}
			if !open {
				page.Groups = append(page.Groups, TimelineGroup{Label: g.Label})
				open = true
			}
			last := &page.Groups[len(page.Groups)-1]
			last.Rows = append(last.Rows, r)
			left -= need
		}
	}
	if len(page.Groups) > 0 || len(pages) == 0 {
		pages = append(pages, page)
	}
	return pages
}

// Draw draws the timeline in the whole canvas.
func (t Timeline) Draw(c Canvas) {
	w, _ := c.Size()
	em := c.Em()
	if t.Rows() == 0 {
		sayEmpty(c, t.Empty)
		return
	}
	p := timelinePlot{Timeline: t, c: c, em: em, left: w * timelineLabels, right: w - em*4.2, slip: w}
	p.x = scale{float64(t.From.Number()), float64(t.To.Number() + 1), p.left, p.right}
	p.top = timelineHead * em
	p.bottom = t.Height(em) - timelineLegend*em
	p.head()
	y := p.top
	for _, g := range t.Groups {
		if len(g.Rows) == 0 {
			continue
		}
		p.group(g.Label, y)
		y += timelineGroup * em
		for _, r := range g.Rows {
			c.Mark(r.Tip, r.Href, func() { p.row(r, y) })
			y += timelineRow * em
		}
	}
	p.flags()
	p.legend(p.bottom + em*1.6)
}

type timelinePlot struct {
	Timeline
	c           Canvas
	em          float64
	left, right float64 // of the plot
	slip        float64 // right end of the column of slips
	top, bottom float64
	x           scale
}

func (p *timelinePlot) day(d civil.Date) (float64, int) { return p.x.clamped(float64(d.Number())) }

// head draws the scale: years above, units below, and the rules.
func (p *timelinePlot) head() {
	c, em := p.c, p.em
	yearY, unitY := p.top-em*1.75, p.top-em*0.55
	ticks := timeTicks(p.From, p.To, p.texts)
	for i, t := range ticks {
		x, _ := p.day(t.On)
		next := p.right
		if i+1 < len(ticks) {
			next, _ = p.day(ticks[i+1].On)
		}
		stroke := Style{Stroke: Grid, Width: em * 0.05}
		if t.Major || i == 0 {
			stroke.Width = em * 0.1
		}
		c.Line(x, p.top-em*1.4, x, p.bottom, stroke)
		if t.Label != "" && c.TextWidth(t.Label, em*0.85, false) < next-x-em*0.1 {
			c.Text((x+next)/2, unitY, t.Label, TextStyle{Size: em * 0.85, Ink: Muted, Anchor: Middle})
		}
	}
	p.years(ticks, yearY)
	c.Line(p.left, p.top-em*0.1, p.right, p.top-em*0.1, Style{Stroke: Muted, Width: em * 0.07})
}

// years writes each year once, at its first tick, where there is room for it.
func (p *timelinePlot) years(ticks []tick, y float64) {
	free := p.left
	for i, t := range ticks {
		if i > 0 && t.On.Year() == ticks[i-1].On.Year() {
			continue
		}
		x, _ := p.day(t.On)
		label := yearLabel(t.On)
		w := p.c.TextWidth(label, p.em*0.95, true)
		if x+p.em*0.2 >= free && x+p.em*0.2+w <= p.right+p.em {
			p.c.Text(x+p.em*0.2, y, label, TextStyle{Size: p.em * 0.95, Bold: true, Ink: Text})
			free = x + w + p.em*0.6
		}
	}
}

func (p *timelinePlot) group(label string, y float64) {
	em := p.em
	p.c.Line(0, y+em*0.25, p.slip, y+em*0.25, Style{Stroke: Grid, Width: em * 0.07})
	size := em * 1.02
	// Its row holds no bar: a long name runs on over the rules of the scale, not over the day's line.
	most := p.left + (p.right-p.left)*0.3
	if x, out := p.day(p.Today); out == 0 {
		most = math.Max(p.left, math.Min(most, x)) - em
	}
	label = fit(p.c, label, most, size, true)
	if w := p.c.TextWidth(label, size, true); w > p.left {
		p.c.Rect(p.left-em*0.2, y+em*0.5, w-p.left+em*0.4, size*1.1, Style{Fill: Ground})
	}
	p.c.Text(0, y+em*1.4, label, TextStyle{Size: size, Bold: true, Ink: Accent})
}

func (p *timelinePlot) row(r TimelineRow, y float64) {
	c, em := p.c, p.em
	mid := y + timelineRow*em/2
	base := mid + em*0.34
	label := fit(c, r.Label, p.left-em*2.6, em, false)
	c.Text(em*0.4, base, label, TextStyle{Size: em, Ink: Text})
	chip(c, p.left-em*1.1, mid, em*1.25, r.Colour, r.Letter)
	if r.First.Empty() && r.Current.Empty() {
		c.Text(p.left+em*0.4, base, fit(c, r.Note, p.right-p.left-em, em*0.9, false), TextStyle{Size: em * 0.9, Ink: Muted})
	} else {
		p.bar(r.First, mid-em*0.62, em*0.32, func(x, y, w, h float64) {
			c.Rect(x, y, w, h, Style{Fill: Ground, Stroke: Muted, Width: em * 0.08})
		})
		p.bar(r.Current, mid-em*0.12, em*0.7, func(x, y, w, h float64) { fillWeather(c, x, y, w, h, r.Colour) })
		for _, m := range r.Milestones {
			p.diamond(m, mid+em*0.23)
		}
	}
	c.Text(p.slip, base, r.Slip, TextStyle{Size: em * 0.9, Ink: Text, Anchor: End})
}

// bar draws a span, clipped to the plot; an arrow shows on which side it goes on.
func (p *timelinePlot) bar(s Span, y, h float64, draw func(x, y, w, h float64)) {
	if s.Empty() {
		return
	}
	x1, out1 := p.day(s.From)
	x2, out2 := p.x.clamped(float64(s.To.Number() + 1))
	w := max(x2-x1, p.em*0.15)
	if x1+w > p.right {
		x1 = p.right - w
	}
	draw(x1, y, w, h)
	if out1 < 0 {
		p.arrow(p.left, y+h/2, -1)
	}
	if out2 > 0 {
		p.arrow(p.right, y+h/2, 1)
	}
}

func (p *timelinePlot) arrow(x, y, direction float64) {
	s := p.em * 0.4
	p.c.Polygon([]Point{{x + direction*s, y}, {x, y - s*0.8}, {x, y + s*0.8}}, Style{Fill: Text})
}

func (p *timelinePlot) diamond(m TimelineMilestone, y float64) {
	x, out := p.day(m.On)
	if m.On.IsZero() || out != 0 {
		return
	}
	drawDiamond(p.c, x, y, p.em*0.42, m.Reached)
}

func drawDiamond(c Canvas, x, y, r float64, filled bool) {
	s := Style{Fill: Ground, Stroke: Text, Width: r * 0.22}
	if filled { // the light rim keeps it apart from a dark bar
		s.Fill, s.Stroke = Text, Ground
	}
	c.Polygon([]Point{{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}}, s)
}

// flags draws the lines of today and of the deadline with their labels above the scale, side by
// side where they would touch.
func (p *timelinePlot) flags() {
	em := p.em
	y := p.top - em*3.3
	var todayEnd float64
	if x, out := p.day(p.Today); !p.Today.IsZero() && out == 0 {
		w := p.c.TextWidth(p.TodayLabel, em*0.9, true)
		left := math.Max(p.left, math.Min(x-w/2, p.slip-w))
		p.c.Line(x, y+em*0.3, x, p.bottom, Style{Stroke: Accent, Width: em * 0.14})
		p.c.Text(left, y, p.TodayLabel, TextStyle{Size: em * 0.9, Bold: true, Ink: Accent})
		todayEnd = left + w + em*0.6
	}
	if _, out := p.day(p.Deadline); !p.Deadline.IsZero() && out == 0 {
		x, _ := p.x.clamped(float64(p.Deadline.Number() + 1)) // the end of its day
		w := p.c.TextWidth(p.EndLabel, em*0.9, true)
		left := math.Max(p.left, math.Min(x-w/2, p.slip-w))
		ly := y
		if left < todayEnd && left+w > todayEnd-p.c.TextWidth(p.TodayLabel, em*0.9, true)-em*1.2 {
			ly = y - em*1.05
		}
		p.c.Line(x, ly+em*0.3, x, p.bottom, Style{Stroke: Second, Width: em * 0.14, Dash: Dashed})
		p.c.Text(left, ly, p.EndLabel, TextStyle{Size: em * 0.9, Bold: true, Ink: Second})
	}
}

func (p *timelinePlot) legend(y float64) {
	c, em := p.c, p.em
	x := 0.0
	text := func(s string) {
		c.Text(x, y, s, TextStyle{Size: em * 0.9, Ink: Muted})
		x += c.TextWidth(s, em*0.9, false) + em*1.4
	}
	c.Rect(x, y-em*0.45, em*2, em*0.32, Style{Fill: Ground, Stroke: Muted, Width: em * 0.08})
	x += em * 2.4
	text(p.Legend.First)
	c.Rect(x, y-em*0.65, em*2, em*0.7, Style{Fill: Muted})
	x += em * 2.4
	text(p.Legend.Current)
	if p.Legend.Milestone != "" {
		drawDiamond(c, x+em*0.4, y-em*0.3, em*0.42, false)
		drawDiamond(c, x+em*1.5, y-em*0.3, em*0.42, true)
		x += em * 2.3
		text(p.Legend.Milestone)
	}
	for _, l := range p.Legend.Colours {
		chip(c, x+em*0.6, y-em*0.3, em*1.15, l.Colour, l.Letter)
		x += em * 1.6
		text(l.Label)
	}
}
