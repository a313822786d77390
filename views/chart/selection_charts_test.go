package chart

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
)

func whole(n int64) *int64 { return &n }

func drawnFrontier(lot *rand.Rand) FrontierOf {
	in := FrontierOf{Name: drawnLabel(lot), Currency: "EUR"}
	total, worth := money.Amount(0), int64(0)
	for range lot.IntN(24) {
		total += money.Amount(lot.Int64N(90_000_000))
		worth += lot.Int64N(900)
		p := FrontierPoint{Total: total, Value: worth, Bound: worth, Proven: lot.IntN(3) > 0}
		if !p.Proven {
			p.Bound += lot.Int64N(100)
		}
		in.Points = append(in.Points, p)
	}
	if lot.IntN(3) > 0 {
		in.Current = &FrontierPoint{Total: total / 2, Value: worth / 2, Bound: worth}
		in.Credit = amountOf(int64(total))
	}
	return in
}

func drawnGauges(lot *rand.Rand) []Gauge {
	var rows []Gauge
	for range lot.IntN(20) {
		g := Gauge{Label: drawnLabel(lot), Text: drawnLabel(lot), State: drawnLabel(lot), Used: lot.Int64N(1000)}
		if lot.IntN(3) > 0 {
			g.Limit = whole(lot.Int64N(900) * int64(lot.IntN(2)))
		}
		rows = append(rows, g)
	}
	return rows
}

func drawnCredits(lot *rand.Rand) CreditsOf {
	in := CreditsOf{Title: drawnLabel(lot), Currency: "EUR", Parts: []string{"Projets en cours", "Candidats retenus", "Autres"}}
	for range lot.IntN(9) {
		r := CreditRow{Label: drawnLabel(lot), Credit: maybeAmount(lot), P50: maybeAmount(lot), P80: maybeAmount(lot)}
		for range 3 {
			r.Parts = append(r.Parts, drawnAmount(lot))
		}
		in.Rows = append(in.Rows, r)
	}
	return in
}

func drawnComparison(lot *rand.Rand) ComparisonOf {
	pick := func() Measure { return Measures[lot.IntN(len(Measures))] }
	in := ComparisonOf{Name: drawnLabel(lot), Currency: "EUR", X: pick(), Y: pick(), Area: pick()}
	for i := range lot.IntN(60) {
		r := Compared{Label: drawnLabel(lot), Href: "/projects/1", Standing: []Standing{Taken, Kept, LeftOut}[i%3], Risk: []string{"", "low", "medium", "high", "odd"}[lot.IntN(5)]}
		if lot.IntN(5) > 0 {
			r.Value, r.Cost, r.Weight = whole(lot.Int64N(1001)), maybeAmount(lot), whole(lot.Int64N(100))
			r.End = civil.D(2026, 1, 1).AddDays(lot.IntN(2000))
		}
		in.Rows = append(in.Rows, r)
	}
	return in
}

// TestSelectionChartsAreTidy draws selections by lot on canvases of a phone's to a poster's width.
func TestSelectionChartsAreTidy(t *testing.T) {
	for seed := range uint64(400) {
		lot := rand.New(rand.NewPCG(seed, 12))
		width, em := 420+float64(lot.IntN(900)), 7+float64(lot.IntN(8))
		width = max(width, em*46)
		frontier, gauges, credits := drawnFrontier(lot), drawnGauges(lot), drawnCredits(lot)
		expectTidy(t, fmt.Sprint("frontier of seed ", seed), seen(NewFrontier(frontier, long{}), width, em))
		expectTidy(t, fmt.Sprint("gauges of seed ", seed), seen(NewGauges("Jauges", gauges, long{}), width, em))
		expectTidy(t, fmt.Sprint("credits of seed ", seed), seen(NewCreditBars(credits, long{}), width, em))
		NewComparison(drawnComparison(lot), long{}).Draw(&witness{width: width, height: 600, em: em})
		if t.Failed() {
			return
		}
	}
}

func TestSelectionChartsAreWellFormedAndInert(t *testing.T) {
	for seed := range uint64(20) {
		lot := rand.New(rand.NewPCG(seed, 6))
		frontier, gauges := NewFrontier(drawnFrontier(lot), long{}), NewGauges(hostile, drawnGauges(lot), long{})
		credits, compared := NewCreditBars(drawnCredits(lot), long{}), NewComparison(drawnComparison(lot), long{})
		for name, svg := range map[string]string{
			"frontier": string(SVG("f", 900, frontier.Height(900, 13), 13, frontier.Title, frontier.Desc, frontier.Draw)),
			"gauges":   string(SVG("g", 900, gauges.Height(900, 13), 13, gauges.Title, gauges.Desc, gauges.Draw)),
			"credits":  string(SVG("c", 900, credits.Height(900, 13), 13, credits.Title, credits.Desc, credits.Draw)),
			"compared": string(SVG("x", 900, compared.Height(900, 13), 13, compared.Title, compared.Desc, compared.Draw)),
		} {
			checkInert(t, fmt.Sprintf("%s of seed %d", name, seed), svg)
		}
	}
}

func TestSelectionChartsSayWhatIsMissing(t *testing.T) {
	for name, c := range map[string]moneyChart{
		"frontier": NewFrontier(FrontierOf{}, english{}), "gauges": NewGauges("", nil, english{}),
		"credits": NewCreditBars(CreditsOf{}, english{}), "comparison": NewComparison(ComparisonOf{}, english{}),
	} {
		w := seen(c, 400, 10)
		if len(w.texts) != 1 || !strings.Contains(w.texts[0].text, ".empty") {
			t.Errorf("%s of nothing writes %v", name, w.texts)
		}
	}
}

// shapes is a canvas that counts what the marks of a selection are made of.
type shapes struct {
	witness
	circles, polygons int
	fills             []Ink
	strokes           []Style
}

func (s *shapes) Circle(_, _, _ float64, _ Style) { s.circles++ }
func (s *shapes) Polygon(_ []Point, _ Style)      { s.polygons++ }
func (s *shapes) Rect(_, _, _, _ float64, st Style) {
	s.fills, s.strokes = append(s.fills, st.Fill), append(s.strokes, st)
}
func (s *shapes) Mark(_, _ string, draw func()) { draw() }

// TestFrontierTellsProofByShape: a reader in grey knows what is proven.
func TestFrontierTellsProofByShape(t *testing.T) {
	for _, tc := range []struct {
		name              string
		proven            []bool
		circles, polygons int
	}{
		{"all proven", []bool{true, true}, 2, 0}, {"none", []bool{false, false, false}, 0, 3}, {"both", []bool{true, false}, 1, 1},
	} {
		in := FrontierOf{Currency: "EUR"}
		for i, proven := range tc.proven {
			in.Points = append(in.Points, FrontierPoint{Total: money.Amount(i * 100), Value: int64(i), Bound: int64(i) + 1, Proven: proven})
		}
		legend := 0
		if tc.circles > 0 {
			legend++
		}
		lozenges := 0
		if tc.polygons > 0 {
			lozenges++
		}
		f := NewFrontier(in, english{})
		s := &shapes{witness: witness{width: 900, height: f.Height(900, 10), em: 10}}
		f.Draw(s)
		if s.circles != tc.circles+legend || s.polygons != tc.polygons+lozenges {
			t.Errorf("%s: %d discs and %d lozenges, want %d and %d", tc.name, s.circles, s.polygons, tc.circles+legend, tc.polygons+lozenges)
		}
	}
}

// TestGaugesAreNeverGreen: without a limit a gauge is an outline, and beyond it the excess is red.
func TestGaugesAreNeverGreen(t *testing.T) {
	for _, tc := range []struct {
		name string
		row  Gauge
		want []Ink
	}{
		{"no limit", Gauge{Used: 500}, []Ink{""}}, {"nothing used", Gauge{Limit: whole(100)}, []Ink{Grey}},
		{"within", Gauge{Used: 50, Limit: whole(100)}, []Ink{Grey, Accent}}, {"at the limit", Gauge{Used: 100, Limit: whole(100)}, []Ink{Grey, Accent}},
		{"over", Gauge{Used: 120, Limit: whole(100)}, []Ink{Accent, Ground}}, {"over nothing", Gauge{Used: 1, Limit: whole(0)}, []Ink{Ground}},
	} {
		g := NewGauges("", []Gauge{tc.row}, english{})
		s := &shapes{witness: witness{width: 900, height: g.Height(900, 10), em: 10}}
		g.Draw(s)
		legend := 2
		if tc.row.Over() || tc.row.Limit == nil {
			legend++
		}
		if got := s.fills[legend:]; !slices.Equal(got, tc.want) {
			t.Errorf("%s: fills %v, want %v", tc.name, got, tc.want)
		}
		if slices.Contains(s.fills, Green) {
			t.Errorf("%s: a gauge is green", tc.name)
		}
	}
}

func TestComparisonLeavesOutWhatIsNotKnown(t *testing.T) {
	in := ComparisonOf{Currency: "EUR", X: MeasureCost, Y: MeasureValue, Area: MeasureWeight, Rows: []Compared{
		{Label: "A", Standing: Taken, Cost: amountOf(100), Value: whole(5)}, {Label: "B", Standing: Kept, Cost: amountOf(100)}, {Label: "C", Standing: LeftOut, Value: whole(3)},
	}}
	b := NewComparison(in, english{})
	if len(b.Marks) != 1 || b.Marks[0].Label != "A" {
		t.Errorf("marks %+v, want A alone", b.Marks)
	}
	if !slices.ContainsFunc(b.Notes, func(n string) bool { return strings.HasPrefix(n, "chart.compare.left2") }) {
		t.Errorf("notes %q do not say that two are left out", b.Notes)
	}
}

func TestWholeTicksCoverTheirRange(t *testing.T) {
	lot := rand.New(rand.NewPCG(8, 3))
	for range 5000 {
		low, high, limit := int64(lot.Uint64())>>lot.IntN(60), int64(lot.Uint64())>>lot.IntN(60), 3+lot.IntN(8)
		ticks := wholeTicks(low, high, limit)
		if len(ticks) < 2 || len(ticks) > limit+1 {
			t.Fatalf("wholeTicks(%d, %d, %d) = %v", low, high, limit, ticks)
		}
		const most = int64(1e17)
		if low, high = min(max(low, -most), most), min(max(high, -most), most); low < high && (ticks[0] > low || ticks[len(ticks)-1] < high) {
			t.Fatalf("wholeTicks(%d, %d, %d) = %v does not cover", low, high, limit, ticks)
		}
	}
}
