package chart

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"jalon/internal/money"
)

func rowsOf(w Waterfall) string {
	var out []string
	for _, r := range w.Rows {
		out = append(out, fmt.Sprintf("%s %d %d→%d", r.Label, r.Step, r.From, r.To))
	}
	return strings.Join(out, "; ")
}

func TestWaterfallSteps(t *testing.T) {
	for _, tc := range []struct {
		name string
		in   CostChange
		want string
	}{
		{"explained", CostChange{First: 100, Current: 124, Causes: []CostCause{{"Prix", 30}, {"Retard", -6}}},
			"chart.waterfall.first 0 0→100; Prix 1 100→130; Retard 2 130→124; chart.waterfall.current 0 0→124"},
		{"the rest is unexplained", CostChange{First: 100, Current: 124, Causes: []CostCause{{"Prix", 30}}},
			"chart.waterfall.first 0 0→100; Prix 1 100→130; chart.waterfall.unexplained 3 130→124; chart.waterfall.current 0 0→124"},
		{"a cause of nothing", CostChange{First: 100, Current: 100, Causes: []CostCause{{"Prix", 0}}},
			"chart.waterfall.first 0 0→100; chart.waterfall.current 0 0→100"},
		{"through zero", CostChange{First: 10, Current: -5, Causes: []CostCause{{"Avoirs", -15}}},
			"chart.waterfall.first 0 0→10; Avoirs 2 10→-5; chart.waterfall.current 0 0→-5"},
		{"back to nothing", CostChange{First: 0, Current: 0, Causes: []CostCause{{"Prix", 5}, {"Avoirs", -5}}},
			"chart.waterfall.first 0 0→0; Prix 1 0→5; Avoirs 2 5→0; chart.waterfall.current 0 0→0"},
		{"nothing at all", CostChange{}, ""},
	} {
		if got := rowsOf(NewWaterfall(tc.in, english{})); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

// TestWaterfallLeadsToTheCurrentCost: each step begins where the one before ended, and the last ends at the current cost.
func TestWaterfallLeadsToTheCurrentCost(t *testing.T) {
	lot := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		in := CostChange{Currency: "EUR", First: drawnAmount(lot) % 1e15, Current: drawnAmount(lot) % 1e15}
		for range lot.IntN(6) {
			in.Causes = append(in.Causes, CostCause{"c", drawnAmount(lot) % 1e15})
		}
		w := NewWaterfall(in, english{})
		if len(w.Rows) == 0 {
			continue
		}
		level := in.First
		for _, r := range w.Rows[1 : len(w.Rows)-1] {
			if r.From != level {
				t.Fatalf("%+v: a step begins at %d, the one before ended at %d", in, r.From, level)
			}
			level = r.To
		}
		if level != in.Current || w.Rows[len(w.Rows)-1].To != in.Current {
			t.Fatalf("%+v: the steps end at %d", in, level)
		}
	}
}

func TestWaterfallBeyondAllSums(t *testing.T) {
	in := CostChange{Currency: "EUR", First: math.MaxInt64, Current: math.MinInt64, Causes: []CostCause{{"c", math.MaxInt64}, {"d", math.MaxInt64}}}
	expectTidy(t, "beyond all sums", seen(NewWaterfall(in, long{}), 900, 10))
}

func TestWaterfallTexts(t *testing.T) {
	w := NewWaterfall(CostChange{Currency: "EUR", First: 100_000_000, Current: 124_000_000, Causes: []CostCause{{"Prix", 30_000_000}, {"Avoirs", -1_000_000}}}, english{})
	texts := make([]string, len(w.Rows))
	for i, r := range w.Rows {
		texts[i] = r.Text
	}
	want := "100000000EUR|+30000000EUR|-1000000EUR|-5000000EUR|chart.waterfall.current_text124000000EUR 2400"
	if got := strings.Join(texts, "|"); got != want {
		t.Errorf("texts %s, want %s", got, want)
	}
	for _, first := range []money.Amount{0, -5, 1} { // no share of nothing, of less, or beyond all use
		if w := NewWaterfall(CostChange{Currency: "EUR", First: first, Current: 1e12}, english{}); strings.Contains(w.Rows[len(w.Rows)-1].Text, "current_text") {
			t.Errorf("from %d: %s", first, w.Rows[len(w.Rows)-1].Text)
		}
	}
}

// TestWaterfallStepsAreSeen: a step of a cent beside millions still has a bar.
func TestWaterfallStepsAreSeen(t *testing.T) {
	w := seen(NewWaterfall(CostChange{Currency: "EUR", First: 1e9, Current: 1e9 + 1, Causes: []CostCause{{"Prix", 1}}}, english{}), 900, 10)
	if len(w.bars) != 3 {
		t.Fatalf("%d bars, want 3", len(w.bars))
	}
	for _, b := range w.bars {
		if b.x2-b.x1 < 1 {
			t.Errorf("bar %v is not to be seen", b)
		}
	}
}
