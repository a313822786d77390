package chart

import (
	"math"
	"slices"
	"strings"

	"jalon/internal/money"
	"jalon/portfolio"
)

// NewBubbles places the projects of a report whose two deviations are defined. href may be nil.
func NewBubbles(r *portfolio.Report, x Texts, href func(p *portfolio.ProjectLine) string) Bubbles {
	b := Bubbles{
		Title:  x.T("chart.bubbles.title", r.Roadmap.Name, r.AsOf),
		XLabel: x.T("chart.bubbles.x"), YLabel: x.T("chart.bubbles.y"),
		Legend: weatherLegend(x)[:3], Empty: x.T("chart.bubbles.empty"), texts: x,
	}
	left := 0
	var xs, ys []int64
	for i := range r.Projects {
		p := &r.Projects[i]
		if p.Schedule.BP == nil || p.CostDeviation.BP == nil {
			left++
			continue
		}
		m := bubbleOf(p, x)
		if href != nil {
			m.Href = href(p)
		}
		b.Marks = append(b.Marks, m)
		xs, ys = append(xs, m.X), append(ys, m.Y)
	}
	b.X = bubbleAxis(xs, r.Thresholds, r.ReferenceSchedule, x)
	b.Y = bubbleAxis(ys, r.Thresholds, r.ReferenceCost, x)
	b.Desc = x.N("chart.bubbles.desc", len(b.Marks))
	if len(b.Marks) > 0 {
		b.Notes = append(b.Notes, x.T("chart.bubbles.read"))
	}
	if names := b.beyond(); len(names) > 0 {
		b.Notes = append(b.Notes, x.N("chart.bubbles.clamped", len(names), strings.Join(names, " ; ")))
	}
	if left > 0 {
		b.Notes = append(b.Notes, x.N("chart.bubbles.undefined", left))
	}
	return b
}

func bubbleOf(p *portfolio.ProjectLine, x Texts) Bubble {
	worst := worse(p.Schedule.Colour, p.CostDeviation.Colour)
	return Bubble{
		Label: p.Name, X: int64(*p.Schedule.BP), Y: int64(*p.CostDeviation.BP), Weight: p.Weight,
		Colour: Weather(worst), Letter: Letter(x, worst),
		Tip: x.T("chart.bubbles.tip", p.Name, p.Schedule.BP, p.CostDeviation.BP, p.Weight),
	}
}

// worse is the worse of two computed colours; a disc has only one.
func worse(a, b string) string {
	rank := func(c string) int { return slices.Index([]Ink{Grey, Green, Amber, Red}, Weather(c)) }
	if rank(a) >= rank(b) {
		return a
	}
	return b
}

// beyond names the marks that stand at an edge because their value lies outside, worst first.
func (b Bubbles) beyond() []string {
	var names []string
	for _, m := range b.Marks {
		if m.X < b.X.Low || m.X > b.X.High || m.Y < b.Y.Low || m.Y > b.Y.High {
			names = append(names, b.texts.T("chart.bubbles.beyond", m.Label, money.BasisPoints(m.X), money.BasisPoints(m.Y)))
		}
	}
	return names
}

// bubbleAxis chooses a range of round percentages that shows the references, zero and all values
// but outliers.
func bubbleAxis(values []int64, t portfolio.ThresholdLine, reference money.BasisPoints, x Texts) BubbleAxis {
	low, high := axisRange(values)
	low, high = max(low, -axisMost), min(high, axisMost)
	// Zero stands clear of the edge, or the discs on it would have to be moved in.
	low, high = min(low-200, -200), max(high+200, int64(reference)+400, min(int64(t.Red), 10000)+400)
	ticks := percentTicks(low, high, 8)
	return BubbleAxis{Low: ticks[0], High: ticks[len(ticks)-1], Amber: int64(t.Amber), Red: int64(t.Red),
		Reference: int64(reference), RefLabel: x.T("chart.reference", percentLabel(x, int64(reference)))}
}

// axisMost is the largest deviation an axis shows, 10 000 %: what lies beyond is a slip of the pen
// and stands at the edge.
const axisMost = 1_000_000

// axisRange spans the values without outliers: those farther from the middle half than six times
// its breadth, twice Tukey's outer fences, or than 100 points where the middle half is narrow. Few
// projects should ever stand at the edge.
func axisRange(values []int64) (low, high int64) {
	if len(values) == 0 {
		return 0, 0
	}
	s := slices.Clone(values)
	slices.Sort(s)
	q1, q3 := s[(len(s)-1)/4], s[(len(s)-1)*3/4]
	reach := 6 * math.Max(float64(q3)-float64(q1), 10_000.0/6)
	low, high = math.MaxInt64, math.MinInt64
	for _, v := range s {
		if float64(v) >= float64(q1)-reach && float64(v) <= float64(q3)+reach {
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high
}

// percentLabel writes a round percentage without decimals: "+50 %".
func percentLabel(x Texts, bp int64) string {
	if bp%100 != 0 {
		return x.Percent(money.BasisPoints(bp))
	}
	sign := ""
	if bp > 0 {
		sign = "+"
	}
	return x.T("chart.percent", sign+x.Int(bp/100))
}
