package chart

import (
	"slices"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// Measure is what an axis of a comparison shows, or the area of its discs.
type Measure string

// The measures.
const (
	MeasureValue  Measure = "value"  // points of alignment
	MeasureCost   Measure = "cost"   // what is still to be paid
	MeasureRisk   Measure = "risk"   // low, medium, high
	MeasureEnd    Measure = "end"    // the day on which it is to end
	MeasureWeight Measure = "weight" // of the project
)

// Measures lists every measure in display order.
var Measures = []Measure{MeasureValue, MeasureCost, MeasureRisk, MeasureEnd, MeasureWeight}

// Standing is what a selection makes of a subject.
type Standing string

// The standings. Each has its letter and its ground, so that they are told apart in grey.
const (
	Taken   Standing = "taken"   // a candidate that is selected
	Kept    Standing = "kept"    // a running project that goes on
	LeftOut Standing = "leftout" // neither
)

// ComparisonOf is what a comparison of projects and candidates is drawn from.
type ComparisonOf struct {
	Name       string
	Currency   money.Currency
	X, Y, Area Measure
	Rows       []Compared
}

// Compared is a project or candidate by all measures. What is nil, zero or "" is not known.
type Compared struct {
	Label    string
	Href     string
	Standing Standing
	Value    *int64
	Cost     *money.Amount
	Risk     string
	End      civil.Date
	Weight   *int64
}

// risks are the levels of the measure of risk.
var risks = []string{"low", "medium", "high"}

// of gives a measure as a number: points, minor units, a level from 1, days.
func (r Compared) of(m Measure) (int64, bool) {
	switch m {
	case MeasureValue:
		return value(r.Value)
	case MeasureCost:
		if r.Cost != nil {
			return int64(*r.Cost), true
		}
	case MeasureRisk:
		at := slices.Index(risks, r.Risk)
		return int64(at + 1), at >= 0
	case MeasureEnd:
		return int64(r.End.Number()), !r.End.IsZero()
	case MeasureWeight:
		return value(r.Weight)
	}
	return 0, false
}

func value(n *int64) (int64, bool) {
	if n == nil {
		return 0, false
	}
	return *n, true
}

// NewComparison places projects and candidates by the measures that the reader chose.
func NewComparison(in ComparisonOf, x Texts) Bubbles {
	name := func(m Measure) string { return x.T("chart.measure." + string(m)) }
	b := Bubbles{Title: x.T("chart.compare.title", in.Name), XLabel: name(in.X), YLabel: name(in.Y), Empty: x.T("chart.compare.empty"), texts: x}
	left := 0
	var xs, ys []int64
	for _, r := range in.Rows {
		across, known := r.of(in.X)
		up, both := r.of(in.Y)
		if !known || !both {
			left++
			continue
		}
		area, _ := r.of(in.Area)
		if in.Area == MeasureEnd { // a day is no size
			area = 0
		}
		look := standings[r.Standing]
		b.Marks = append(b.Marks, Bubble{Label: r.Label, Href: r.Href, X: across, Y: up, Weight: max(area, 0), Colour: look.ink, Letter: x.T(look.letter),
			Tip: x.T("chart.compare.tip", r.Label, x.T(look.word), measured(r, in.X, in.Currency, x), measured(r, in.Y, in.Currency, x))})
		xs, ys = append(xs, across), append(ys, up)
	}
	b.X, b.Y = measureAxis(in.X, xs, in.Currency, x), measureAxis(in.Y, ys, in.Currency, x)
	b.Desc = x.N("chart.compare.desc", len(b.Marks), name(in.X), name(in.Y))
	for _, s := range []Standing{Taken, Kept, LeftOut} {
		b.Legend = append(b.Legend, LegendItem{Colour: standings[s].ink, Letter: x.T(standings[s].letter), Label: x.T(standings[s].word)})
	}
	if len(b.Marks) > 0 && in.Area != MeasureEnd {
		b.Notes = append(b.Notes, x.T("chart.compare.area", name(in.Area)))
	}
	if left > 0 {
		b.Notes = append(b.Notes, x.N("chart.compare.left", left))
	}
	return b
}

// look is how a standing is drawn; letter and word are keys of texts.
type look struct {
	ink          Ink
	letter, word string
}

var standings = map[Standing]look{
	Taken:   {Accent, "chart.standing.taken.letter", "chart.standing.taken"},
	Kept:    {Green, "chart.standing.kept.letter", "chart.standing.kept"},
	LeftOut: {Ground, "chart.standing.leftout.letter", "chart.standing.leftout"},
}

// measured writes a measure out.
func measured(r Compared, m Measure, c money.Currency, x Texts) string {
	n, known := r.of(m)
	switch {
	case !known:
		return x.T("chart.measure.unknown")
	case m == MeasureCost:
		return x.MoneyShort(*r.Cost, c)
	case m == MeasureRisk:
		return x.T("chart.risk." + r.Risk)
	case m == MeasureEnd:
		return x.Date(r.End)
	}
	return x.Int(n)
}

// measureAxis chooses a range of round values that shows all of them, with room at its ends.
func measureAxis(m Measure, values []int64, c money.Currency, x Texts) BubbleAxis {
	low, high := int64(0), int64(0)
	if len(values) > 0 {
		low, high = slices.Min(values), slices.Max(values)
	}
	switch m {
	case MeasureRisk:
		a := BubbleAxis{Low: 0, High: 4}
		for i, r := range risks {
			a.Marks = append(a.Marks, AxisMark{int64(i + 1), x.T("chart.risk." + r)})
		}
		return a
	case MeasureEnd:
		if len(values) > 0 {
			return dateAxis(civil.FromNumber(int(low)), civil.FromNumber(int(high)), x)
		}
	case MeasureCost:
		return amountAxis(low, high, c, x)
	}
	a := BubbleAxis{Marks: []AxisMark{}}
	for _, v := range wholeTicks(min(low, 0), max(high, 1), 7) {
		a.Marks = append(a.Marks, AxisMark{v, x.Int(v)})
	}
	return a.ends()
}

func amountAxis(low, high int64, c money.Currency, x Texts) BubbleAxis {
	var a BubbleAxis
	for _, v := range amountTicks(money.Amount(min(low, 0)), money.Amount(high), c, 7) {
		a.Marks = append(a.Marks, AxisMark{int64(v), amountLabel(x, v, c)})
	}
	return a.ends()
}

func dateAxis(first, last civil.Date, x Texts) BubbleAxis {
	from, to := timeRange(first, last)
	a := BubbleAxis{Low: int64(from.Number()), High: int64(to.Number()), Marks: []AxisMark{}}
	for _, t := range timeTicks(from, to, x) {
		label := t.Label
		if t.Major {
			label = yearLabel(t.On)
		}
		a.Marks = append(a.Marks, AxisMark{int64(t.On.Number()), label})
	}
	return a
}

// ends lets the axis begin and end with its marks.
func (a BubbleAxis) ends() BubbleAxis {
	a.Low, a.High = a.Marks[0].At, a.Marks[len(a.Marks)-1].At
	return a
}
