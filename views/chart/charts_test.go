package chart

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// english stands in for the catalogues: it shows the key and its arguments.
type english struct{}

func (english) T(key string, args ...any) string {
	for i, a := range args {
		if p, ok := a.(*money.BasisPoints); ok && p != nil {
			args[i] = *p
		}
	}
	return key + strings.TrimSuffix(fmt.Sprintln(args...), "\n")
}
func (e english) N(key string, n int, args ...any) string {
	return e.T(key, append([]any{n}, args...)...)
}
func (english) Int(n int64) string                             { return fmt.Sprint(n) }
func (english) Date(d civil.Date) string                       { return d.String() }
func (english) Period(code string) string                      { return code }
func (english) ShortMonth(m int) string                        { return fmt.Sprintf("m%d", m) }
func (e english) Percent(bp any) string                        { return e.T("", bp) }
func (english) SignedDays(n int) string                        { return fmt.Sprintf("%+d d", n) }
func (english) MoneyShort(amount any, c money.Currency) string { return fmt.Sprint(amount, c) }

func bp(n int64) *money.BasisPoints { b := money.BasisPoints(n); return &b }

const hostile = `"><svg onload=alert(1)>{{7*7}}` + "\x00\x1b\xff" + `'&amp;`

func sampleReport() *portfolio.Report {
	r := &portfolio.Report{AsOf: civil.D(2026, 10, 31), Currency: "EUR", ReferenceSchedule: 2600, ReferenceCost: 2400,
		Roadmap:    portfolio.RoadmapHead{Name: hostile, Start: civil.D(2025, 1, 1), End: civil.D(2027, 12, 31)},
		Thresholds: portfolio.ThresholdLine{Version: 1, Amber: 1000, Red: 2500},
		Themes:     []portfolio.ThemeLine{{ID: 1, Name: "Usagers"}, {ID: 2, Name: hostile}},
	}
	colours := []string{"green", "amber", "red", "grey", ""}
	for i := range 20 {
		p := portfolio.ProjectLine{ID: portfolio.ProjectID(i + 1), Name: hostile + fmt.Sprint(i), ThemeID: int64(i%3 + 1), Weight: int64(i * 3)}
		p.FirstStart, p.FirstEnd = civil.D(2025, 1, 1).AddDays(i*9), civil.D(2026, 3, 1).AddDays(i*11)
		p.Start, p.End = p.FirstStart.AddDays(i), p.FirstEnd.AddDays(i*20)
		p.Schedule.Colour, p.CostDeviation.Colour = colours[i%5], colours[(i+1)%5]
		if i%5 != 3 {
			p.Schedule.BP, p.CostDeviation.BP = bp(int64(i*300-500)), bp(int64(2000-i*150))
		}
		if i == 19 {
			p.End, p.Schedule.BP = civil.D(9999, 12, 31), bp(9_000_000)
		}
		if i == 7 {
			p.Start, p.End, p.FirstStart, p.FirstEnd = civil.Date{}, civil.Date{}, civil.Date{}, civil.Date{}
		}
		r.Projects = append(r.Projects, p)
	}
	for i := range 12 {
		point := portfolio.TrendPoint{On: civil.D(2025, 11, 30).AddMonths(i), CostMean: bp(int64(100 * i)), ScheduleMean: bp(int64(150 * i))}
		if i == 5 {
			point.CostMean = nil
		}
		r.Trend = append(r.Trend, point)
	}
	five, nine := money.Amount(500_000_000), money.Amount(900_000_000)
	r.Totals.BySize = []portfolio.SizeBand{{From: 0, To: &five, N: 4, Mean: bp(-300)}, {From: 500_000_000, To: &nine, N: 0}, {From: 900_000_000, N: 2, Mean: bp(4200)}}
	return r
}

// drawings draws every chart of a report.
func drawings(r *portfolio.Report) map[string]string {
	x := english{}
	const w, em = 900, 13
	out := map[string]string{}
	add := func(name, title, desc string, h float64, draw func(Canvas)) {
		out[name] = string(SVG("id-"+name, w, h, em, title, desc, draw))
	}
	href := func(p *portfolio.ProjectLine) string { return "/projects/1" }
	tl := NewTimeline(r, x, TimelineOptions{Milestones: true, Href: href})
	add("timeline", tl.Title, tl.Desc, tl.Height(em), tl.Draw)
	b := NewBubbles(r, x, func(*portfolio.ProjectLine) string { return "javascript:alert(1)" })
	add("bubbles", b.Title, b.Desc, b.Height(w, em), b.Draw)
	tr := NewTrend(r, x)
	add("trend", tr.Title, tr.Desc, tr.Height(w, em), tr.Draw)
	cb := NewColourBar("x", portfolio.ColourCount{Green: 30, Amber: 4, Red: 2, Grey: 1}, x)
	add("colours", cb.Title, cb.Desc, cb.Height(em), cb.Draw)
	th := NewThemeCosts(r, x)
	add("themes", th.Title, th.Desc, th.Height(em), th.Draw)
	sz := NewSizeBars(r, x)
	add("sizes", sz.Title, sz.Desc, sz.Height(em), sz.Draw)
	return out
}

// checkInert walks through a picture: it is well-formed, of known elements, and no text in it became a style, a script or a link of its own.
func checkInert(t *testing.T, what, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%s: not well-formed: %v", what, err)
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch el.Name.Local {
		case "svg", "title", "desc", "g", "a", "line", "rect", "circle", "polygon", "polyline", "text":
		default:
			t.Errorf("%s: element %s", what, el.Name.Local)
		}
		for _, a := range el.Attr {
			if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
				t.Errorf("%s: attribute %s, which a strict policy forbids", what, a.Name.Local)
			}
			if a.Name.Local == "href" && a.Value != "/projects/1" {
				t.Errorf("%s: link to %q", what, a.Value)
			}
		}
	}
}

func TestChartsAreWellFormedAndInert(t *testing.T) {
	for name, svg := range drawings(sampleReport()) {
		checkInert(t, name, svg)
		if labelled := fmt.Sprintf(`aria-labelledby="id-%s-t id-%[1]s-d"`, name); !strings.Contains(svg, labelled) {
			t.Errorf("%s: not labelled by its title and description", name)
		}
	}
}

func TestChartsSayWhatIsMissing(t *testing.T) {
	for name, svg := range drawings(&portfolio.Report{}) {
		if name == "colours" {
			continue
		}
		if !strings.Contains(svg, "empty") {
			t.Errorf("%s of an empty report does not say that it is empty: %s", name, svg)
		}
	}
}

func TestChartsAreDeterministic(t *testing.T) {
	first, again := drawings(sampleReport()), drawings(sampleReport())
	for name := range first {
		if first[name] != again[name] {
			t.Errorf("%s differs from one drawing to the next", name)
		}
	}
}

func TestTimelineKeepsOddDatesOffTheScale(t *testing.T) {
	tl := NewTimeline(sampleReport(), english{}, TimelineOptions{})
	if tl.To.Year() > 2026+yearsAfter+1 {
		t.Errorf("the scale runs to %s because of one project that ends in 9999", tl.To)
	}
}

func TestBubblesCountWhatTheyLeaveOut(t *testing.T) {
	b := NewBubbles(sampleReport(), english{}, nil)
	if len(b.Marks) != 16 {
		t.Errorf("%d discs, want the 16 projects with both deviations", len(b.Marks))
	}
	notes := strings.Join(b.Notes, "\n")
	if !strings.Contains(notes, "chart.bubbles.undefined4") || !strings.Contains(notes, "chart.bubbles.clamped1") {
		t.Errorf("notes do not tell of 4 unmeasured and 1 clamped: %s", notes)
	}
}

// writer is a canvas that keeps its texts, half an em a letter.
type writer struct {
	Canvas
	width, height, em float64
	at, down          map[string]float64 // across and down, by text
}

func (w *writer) Size() (float64, float64) { return w.width, w.height }
func (w *writer) Em() float64              { return w.em }
func (w *writer) TextWidth(s string, size float64, _ bool) float64 {
	return float64(len([]rune(s))) * size / 2
}
func (w *writer) Text(x, y float64, s string, _ TextStyle) {
	w.at[s] = x
	if w.down != nil {
		w.down[s] = y
	}
}
func (w *writer) Line(_, _, _, _ float64, _ Style) {}
func (w *writer) Rect(_, _, _, _ float64, _ Style) {}
func (w *writer) Circle(_, _, _ float64, _ Style)  {}
func (w *writer) Polyline(_ []Point, _ Style)      {}
func (w *writer) Mark(_, _ string, draw func())    { draw() }

// TestTrendLabelsAreEvenlySpaced writes every, every second or every third month, up to the last month
// end, whatever the width, and no two on each other.
func TestTrendLabelsAreEvenlySpaced(t *testing.T) {
	r := sampleReport()
	r.Trend = nil
	for i := range 12 {
		r.Trend = append(r.Trend, portfolio.TrendPoint{On: civil.Month{Year: 2025, Month: 11}.Add(i).Last(), CostMean: bp(100), ScheduleMean: bp(200)})
	}
	r.Trend = append(r.Trend, portfolio.TrendPoint{On: civil.D(2026, 11, 8), CostMean: bp(100), ScheduleMean: bp(200)})
	for width := 200.0; width < 1200; width += 25 {
		c := &writer{width: width, height: 200, em: 8, at: map[string]float64{}}
		NewTrend(r, english{}).Draw(c)
		label := func(i int) string {
			on := r.Trend[i].On
			return english{}.ShortMonth(int(on.Month())) + "\u00a0" + yearLabel(on)
		}
		if _, ok := c.at[label(11)]; !ok {
			t.Fatalf("width %v: the last month end has no label: %v", width, c.at)
		}
		stride, last := 0, 11
		for i := 10; i >= 0; i-- {
			x, ok := c.at[label(i)]
			if !ok {
				continue
			}
			if stride == 0 {
				stride = last - i
			}
			if last-i != stride {
				t.Errorf("width %v: labels %d and %d months apart", width, stride, last-i)
			}
			if room := c.at[label(last)] - x; room < c.TextWidth(label(i), c.em*0.9, false) {
				t.Errorf("width %v: %q and %q touch", width, label(i), label(last))
			}
			last = i
		}
	}
}

func TestTrendBreaksWhereUndefined(t *testing.T) {
	svg := drawings(sampleReport())["trend"]
	if n := strings.Count(svg, "<polyline"); n != 3 {
		t.Errorf("%d lines, want 3: one whole, one in two parts", n)
	}
}

// Two series that end at the foot of the chart keep their values apart and above the months.
func TestTrendValuesStayAboveTheMonths(t *testing.T) {
	r := sampleReport()
	r.Trend = []portfolio.TrendPoint{{On: civil.D(2026, 10, 31), CostMean: bp(0), ScheduleMean: bp(1)}, {On: civil.D(2026, 11, 8), CostMean: bp(0), ScheduleMean: bp(1)}}
	c := &writer{width: 600, height: 200, em: 8, at: map[string]float64{}, down: map[string]float64{}}
	NewTrend(r, english{}).Draw(c)
	cost, schedule, month := c.down[english{}.Percent(bp(0))], c.down[english{}.Percent(bp(1))], c.down["m10\u00a0"+yearLabel(civil.D(2026, 10, 31))]
	if cost == 0 || schedule == 0 || month == 0 {
		t.Fatalf("not written: %v", c.down)
	}
	if math.Abs(cost-schedule) < c.em || max(cost, schedule) > month-c.em*0.9 {
		t.Errorf("values at %v and %v, months at %v", cost, schedule, month)
	}
}
