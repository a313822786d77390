package chart

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// long writes texts as long as French ones get.
type long struct{ english }

func (l long) T(key string, args ...any) string {
	for i, a := range args {
		args[i] = plain(a)
	}
	return "libellé bien plus long " + l.english.T(key, args...)
}

func (l long) N(key string, n int, args ...any) string {
	return l.T(key, append([]any{n}, args...)...)
}
func (long) ShortMonth(m int) string { return "sept."[:3+m%3] }
func (long) MoneyShort(amount any, c money.Currency) string {
	a, ok := plain(amount).(money.Amount)
	if !ok {
		return "–"
	}
	if a.Abs() >= 1_000_000*c.Unit() {
		return fmt.Sprintf("%.2f\u00a0M€", float64(a)/float64(1_000_000*c.Unit()))
	}
	return a.Decimal(c) + "\u00a0€"
}

// plain is the value of a pointer to an amount.
func plain(v any) any {
	if a, ok := v.(*money.Amount); ok {
		if a == nil {
			return "–"
		}
		return *a
	}
	return v
}

func amountOf(n int64) *money.Amount { a := money.Amount(n); return &a }

// witness is a canvas that keeps where everything lies.
type witness struct {
	width, height, em float64
	texts             []written
	shapes            []box
	bars              []box // filled rectangles
	tips              []string
}

type written struct {
	text string
	box  box
}

func (w *witness) Size() (float64, float64) { return w.width, w.height }
func (w *witness) Em() float64              { return w.em }
func (w *witness) TextWidth(s string, size float64, bold bool) float64 {
	return textWidth(s, size, bold) * fontTolerance
}
func (w *witness) Text(x, y float64, s string, st TextStyle) {
	if s == "" {
		return
	}
	breadth := w.TextWidth(s, st.Size, st.Bold)
	switch st.Anchor {
	case Middle:
		x -= breadth / 2
	case End:
		x -= breadth
	}
	w.texts = append(w.texts, written{s, box{x, y - st.Size*0.74, x + breadth, y + st.Size*0.22}})
}
func (w *witness) Line(x1, y1, x2, y2 float64, _ Style) {
	w.shapes = append(w.shapes, box{min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)})
}
func (w *witness) Rect(x, y, width, height float64, s Style) {
	w.shapes = append(w.shapes, box{x, y, x + width, y + height})
	if s.Fill != "" {
		w.bars = append(w.bars, box{x, y, x + width, y + height})
	}
}
func (w *witness) Circle(x, y, r float64, _ Style) {
	w.shapes = append(w.shapes, box{x - r, y - r, x + r, y + r})
}
func (w *witness) Polygon(points []Point, _ Style) { w.Polyline(points, Style{}) }
func (w *witness) Polyline(points []Point, _ Style) {
	for _, p := range points {
		w.shapes = append(w.shapes, box{p.X, p.Y, p.X, p.Y})
	}
}
func (w *witness) Mark(tip, _ string, draw func()) {
	w.tips = append(w.tips, tip)
	draw()
}

// moneyChart is what the three charts have in common.
type moneyChart interface {
	Height(width, em float64) float64
	Draw(c Canvas)
}

func seen(chart moneyChart, width, em float64) *witness {
	w := &witness{width: width, height: chart.Height(width, em), em: em}
	chart.Draw(w)
	return w
}

// expectTidy fails when a text or mark leaves the canvas, when two texts lie on each other, or a text on a bar.
func expectTidy(t *testing.T, name string, w *witness) {
	t.Helper()
	canvas := box{-0.01, -0.01, w.width + 0.01, w.height + 0.01}
	for i, a := range w.texts {
		if !a.box.within(canvas) {
			t.Errorf("%s: %q leaves the canvas of %v × %v: %v", name, a.text, w.width, w.height, a.box)
		}
		for _, b := range w.texts[:i] {
			if a.box.meets(b.box) {
				t.Errorf("%s: %q lies on %q", name, a.text, b.text)
			}
		}
		if anyMeets(a.box, w.bars) {
			t.Errorf("%s: %q lies on a bar", name, a.text)
		}
	}
	slack := 0.4 * w.em // strokes and markers have a breadth
	for _, s := range w.shapes {
		if s.x1 < -slack || s.y1 < -slack || s.x2 > w.width+slack || s.y2 > w.height+slack {
			t.Errorf("%s: a mark leaves the canvas of %v × %v: %v", name, w.width, w.height, s)
		}
	}
}

// drawnAmount gives figures of every size by lot: nothing, cents, usual ones, beyond all use.
func drawnAmount(lot *rand.Rand) money.Amount {
	a := money.Amount(lot.Int64()) >> lot.IntN(62)
	switch lot.IntN(8) {
	case 0:
		return 0
	case 1:
		return -a
	}
	return a % 1e15
}

func maybeAmount(lot *rand.Rand) *money.Amount {
	if lot.IntN(4) == 0 {
		return nil
	}
	return amountOf(int64(drawnAmount(lot)))
}

func drawnLabel(lot *rand.Rand) string {
	words := []string{"Modernisation", "du", "système", "d’information", "et", "reprise", "des", "historiques", "anticonstitutionnellement-indivisible", "2026", hostile}
	var out []string
	for range 1 + lot.IntN(14) {
		out = append(out, words[lot.IntN(len(words))])
	}
	return strings.Join(out, " ")
}

func drawnCurve(lot *rand.Rand) Curve {
	in := Curve{Name: drawnLabel(lot), Currency: "EUR"}
	first, scale := civil.Month{Year: 2000 + lot.IntN(40), Month: time.Month(1 + lot.IntN(12))}, drawnAmount(lot)
	months := 1 + lot.IntN(60)
	if lot.IntN(10) == 0 {
		months = 1 + lot.IntN(500)
	}
	done := lot.IntN(months + 1)
	for i := range months {
		m := CurveMonth{Month: first.Add(i)}
		grown := func() *money.Amount {
			if lot.IntN(12) == 0 {
				return nil
			}
			return amountOf(int64(scale)/int64(months)*int64(i) + lot.Int64N(max(int64(scale.Abs())/50, 1)))
		}
		m.Planned = grown()
		if i < done {
			m.Mandated = grown()
		} else {
			m.Forecast = grown()
		}
		in.Months = append(in.Months, m)
	}
	return in
}

func drawnChange(lot *rand.Rand) CostChange {
	in := CostChange{Name: drawnLabel(lot), Currency: "EUR", First: drawnAmount(lot), Current: drawnAmount(lot)}
	for range lot.IntN(8) {
		in.Causes = append(in.Causes, CostCause{drawnLabel(lot), drawnAmount(lot)})
	}
	return in
}

func drawnBudget(lot *rand.Rand) Budget {
	in := Budget{Name: drawnLabel(lot), AsOf: civil.D(2026, 10, 31), Currency: "RWF"}
	for range lot.IntN(12) {
		in.Rows = append(in.Rows, BudgetRow{Label: drawnLabel(lot), Href: "/projects/1", Voted: maybeAmount(lot), Allotted: maybeAmount(lot), Committed: maybeAmount(lot), Mandated: maybeAmount(lot), Landing: maybeAmount(lot)})
	}
	return in
}

// TestMoneyChartsAreTidy draws figures and names by lot on canvases of a phone's to a poster's width.
func TestMoneyChartsAreTidy(t *testing.T) {
	for seed := range uint64(400) {
		lot := rand.New(rand.NewPCG(seed, 11))
		width, em := 420+float64(lot.IntN(900)), 7+float64(lot.IntN(8))
		width = max(width, em*46)
		curve, change, budget := drawnCurve(lot), drawnChange(lot), drawnBudget(lot)
		expectTidy(t, fmt.Sprint("curve of seed ", seed), seen(NewSCurve(curve, long{}), width, em))
		expectTidy(t, fmt.Sprint("waterfall of seed ", seed), seen(NewWaterfall(change, long{}), width, em))
		expectTidy(t, fmt.Sprint("budget of seed ", seed), seen(NewBudgetBars(budget, long{}), width, em))
		if t.Failed() {
			return
		}
	}
}

// moneyDrawings draws the three charts as a page has them.
func moneyDrawings(lot *rand.Rand) map[string]string {
	const width, em = 900, 13
	out := map[string]string{}
	add := func(name, title, desc string, c moneyChart) {
		out[name] = string(SVG("id-"+name, width, c.Height(width, em), em, title, desc, c.Draw))
	}
	curve, waterfall, budget := NewSCurve(drawnCurve(lot), long{}), NewWaterfall(drawnChange(lot), long{}), NewBudgetBars(drawnBudget(lot), long{})
	add("curve", curve.Title, curve.Desc, curve)
	add("waterfall", waterfall.Title, waterfall.Desc, waterfall)
	add("budget", budget.Title, budget.Desc, budget)
	return out
}

func TestMoneyChartsAreWellFormedAndDeterministic(t *testing.T) {
	for seed := range uint64(20) {
		again := moneyDrawings(rand.New(rand.NewPCG(seed, 5)))
		for name, svg := range moneyDrawings(rand.New(rand.NewPCG(seed, 5))) {
			if svg != again[name] {
				t.Errorf("%s of seed %d differs from one drawing to the next", name, seed)
			}
			checkInert(t, fmt.Sprintf("%s of seed %d", name, seed), svg)
		}
	}
}

func TestMoneyChartsSayWhatIsMissing(t *testing.T) {
	for name, c := range map[string]moneyChart{
		"curve": NewSCurve(Curve{}, english{}), "curve of empty months": NewSCurve(Curve{Months: make([]CurveMonth, 3)}, english{}),
		"waterfall": NewWaterfall(CostChange{}, english{}), "budget": NewBudgetBars(Budget{}, english{}),
	} {
		w := seen(c, 400, 10)
		if len(w.texts) != 1 || !strings.Contains(w.texts[0].text, ".empty") {
			t.Errorf("%s of nothing writes %v", name, w.texts)
		}
	}
}
