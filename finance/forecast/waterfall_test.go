package forecast

import (
	"math"
	"testing"

	"jalon/internal/money"
)

func TestExplain(t *testing.T) {
	day := on(2026, 10, 31)
	moves := []Move{
		{On: on(2025, 3, 1), Cause: CauseScope, Amount: eur("150 000"), Decision: "CS 2025-03/4"},
		{On: on(2025, 9, 1), Cause: CauseScope, Amount: eur("-30 000"), Decision: "CT 2025-09/1"},
		{On: on(2026, 1, 1), Cause: CausePrice, Amount: eur("42 000")},
		{On: on(2026, 2, 1), Cause: CauseDelay, Amount: eur("60 000")},
		{On: on(2026, 5, 1), Cause: CauseTransfer, Amount: eur("-20 000"), Decision: "DM1"},
		{On: on(2026, 11, 1), Cause: CauseEstimate, Amount: eur("999")}, // not known yet
	}
	w := must[Waterfall](t)(Explain(eur("1 000 000"), eur("1 240 000"), moves, day))
	want := []struct {
		cause            Cause
		amount, from, to string
		moves            int
	}{
		{CauseScope, "120 000", "1 000 000", "1 120 000", 2},
		{CausePrice, "42 000", "1 120 000", "1 162 000", 1},
		{CauseDelay, "60 000", "1 162 000", "1 222 000", 1},
		{CauseTransfer, "-20 000", "1 222 000", "1 202 000", 1},
		{CauseUnexplained, "38 000", "1 202 000", "1 240 000", 0},
	}
	if len(w.Steps) != len(want) || w.Unexplained != eur("38 000") || len(w.Findings) != 0 {
		t.Fatalf("got %+v", w)
	}
	for i, x := range want {
		s := w.Steps[i]
		if s.Cause != x.cause || s.Amount != eur(x.amount) || s.From != eur(x.from) || s.To != eur(x.to) || len(s.Moves) != x.moves {
			t.Errorf("step %d: %+v, want %+v", i+1, s, x)
		}
	}
}

func TestExplainLeavesUndecidedUnexplained(t *testing.T) {
	w := must[Waterfall](t)(Explain(100, 130, []Move{{On: on(2026, 1, 1), Cause: CauseScope, Amount: 30, Label: "more schools"}}, on(2026, 2, 1)))
	if w.Unexplained != 30 || len(w.Steps) != 1 || w.Steps[0].Cause != CauseUnexplained {
		t.Errorf("a scope that nobody decided: %+v, want it unexplained", w)
	}
	if len(w.Findings) != 1 || w.Findings[0].Code != MoveUndecided || w.Findings[0].Args[0] != "more schools" {
		t.Errorf("findings %+v, want the move named", w.Findings)
	}
	w = must[Waterfall](t)(Explain(100, 100, nil, on(2026, 2, 1)))
	if len(w.Steps) != 0 || w.Unexplained != 0 {
		t.Errorf("nothing moved: %+v", w)
	}
}

func TestExplainRefuses(t *testing.T) {
	d := on(2026, 1, 1)
	cases := []struct {
		name           string
		first, current money.Amount
		moves          []Move
		key            string
	}{
		{"an unknown cause", 0, 0, []Move{{On: d, Cause: "weather"}}, "forecast.cause"},
		{"a cause that is only computed", 0, 0, []Move{{On: d, Cause: CauseUnexplained}}, "forecast.cause"},
		{"no date", 0, 0, []Move{{Cause: CausePrice}}, "forecast.move_undated"},
		{"a difference beyond 64 bits", math.MinInt64, 1, nil, "forecast.overflow"},
		{"a step beyond 64 bits", 0, 0, []Move{{On: d, Cause: CausePrice, Amount: math.MaxInt64}, {On: d, Cause: CausePrice, Amount: 1}}, "forecast.overflow"},
		{"a level beyond 64 bits", 1, 0, []Move{{On: d, Cause: CausePrice, Amount: math.MaxInt64}}, "forecast.overflow"},
	}
	for _, tc := range cases {
		_, err := Explain(tc.first, tc.current, tc.moves, d)
		wantFault(t, tc.name, err, tc.key)
	}
}
